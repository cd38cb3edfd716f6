//! The page of a backtest of signals.

use super::backtest_dir::BacktestDir;
use super::chart::Charts;
use super::html::{escape, facts, fill, section};
use super::language::Language;
use super::money::rules::{self, Rules};
use super::money::wording::{MoneyWords, money_words_of};
use super::money::{Money, break_even, costs, equity, figures, heat_map, orders, price_chart, rolling};
use super::number::{self, money as amount, percent, signed_percent};
use super::page::Page;
use super::remarks::{bad_row, data_note, told_first};
use super::section::verdict::remarks;
use super::section::{backtest as trades_section, reference};
use super::wording::{Words, words_of};
use tidegate_market::PriceBasis;

/// The whole file.
pub(crate) fn render(dir: &BacktestDir) -> String {
    let (words, own) = (words_of(dir.language), money_words_of(dir.language));
    let summary = &dir.summary;
    let money = Money {
        bars: &dir.bars,
        equity: &dir.equity,
        trades: &dir.trades,
        blocked: &dir.blocked,
        cash: summary.cash,
        curves: &summary.curves,
        notes: &summary.curve_notes,
        fill: summary.terms.fill,
        orders: &summary.orders,
        words,
        own,
    };
    let mut charts = Charts::default();
    let what = [
        equity::equity(&money, &mut charts),
        heat_map::heat_map(&money),
        rolling::rolling(&money, &mut charts),
        figures::figures(&money),
        break_even::break_even(&money, &summary.break_even, &mut charts),
    ];
    let traded = [
        price_chart::price_chart(&money, &mut charts),
        orders::orders(&money),
        costs::costs(&money),
        trades_section::trade_tables(&dir.trades, words),
    ];
    let sections = [
        section("money", own.section_money, &what.concat()),
        section("trades", own.section_trades, &traded.concat()),
        section("rules", own.section_rules, &rules(dir, words, own)),
        section("data", own.section_data, &data(dir, words, own)),
        reference::settings_of(&dir.settings, words, own.settings_hint),
        reference::definitions_of_money(dir.language, words),
        reference::notices_of(&summary.tidegate, summary.schema, own.notice_files, words),
    ];
    let contents = vec![
        ("money", own.section_money),
        ("trades", own.section_trades),
        ("rules", own.section_rules),
        ("data", own.section_data),
        ("settings", words.settings),
        ("definitions", words.definitions),
        ("notices", words.notices),
    ];
    let title = fill(own.page_title, &[("symbol", &summary.data.symbol)]);
    let header = header(dir, words, own);
    let sections = sections.concat();
    Page { language: dir.language, words, title: &title, header, contents, sections, charts }.html()
}

fn header(dir: &BacktestDir, words: &Words, own: &MoneyWords) -> String {
    let summary = &dir.summary;
    let subtitle = fill(
        own.page_subtitle,
        &[
            ("rows", &number::count(summary.signals.rows)),
            ("file", &escape(&summary.signals.source)),
            ("first", &summary.signals.first.to_string()),
            ("last", &summary.signals.last.to_string()),
            ("bars", &number::count(summary.data.rows)),
            ("rules", words.rules(&summary.rules)),
        ],
    );
    let (counts, held) = (&summary.curves.executable, &summary.curves.buy_and_hold);
    let headline = fill(
        own.headline_more,
        &[
            ("cash", &amount(summary.cash)),
            ("end", &amount(counts.final_equity)),
            ("return", &signed_percent(counts.total_return, 1)),
            ("hold", &amount(held.final_equity)),
            ("hold_return", &signed_percent(held.total_return, 1)),
        ],
    );
    let day = |row: Option<&super::run_dir::EquityRow>| {
        row.map_or_else(|| number::NOT_AVAILABLE.to_owned(), |row| row.date.to_string())
    };
    let detail = fill(
        own.headline_detail,
        &[
            ("first", &day(dir.equity.first())),
            ("last", &day(dir.equity.last())),
            ("filled", &number::count(summary.orders.filled)),
            ("placed", &number::count(summary.orders.placed)),
            ("costs", &amount(counts.costs_paid)),
            ("drawdown", &percent(counts.max_drawdown, 1)),
        ],
    );
    let shown = signed_percent(summary.curves.as_shown.total_return, 1);
    let template = if dir.shown_at_cost() { own.headline_shown_at_cost } else { own.headline_shown };
    let shown = fill(template, &[("as_shown", &shown)]);
    let notes: String = told_first(&summary.curve_notes, dir.language)
        .map(|note| format!("<p><strong>{}</strong></p>\n", escape(&note)))
        .collect();
    format!(
        "<h1>{}</h1>\n<p class=\"subtitle\">{subtitle}</p>\n{}<div class=\"verdict\" id=\"verdict\">\
         <p class=\"headline\">{headline}</p>\n{notes}<p>{detail}</p>\n<p>{shown}</p></div>\n",
        fill(own.page_title, &[("symbol", &escape(&summary.data.symbol))]),
        super::section::verdict::banner(&summary.data, words),
    )
}

fn rules(dir: &BacktestDir, words: &'static Words, own: &'static MoneyWords) -> String {
    let summary = &dir.summary;
    rules::rules(&Rules {
        language: dir.language,
        words,
        own,
        rules: &summary.rules,
        rule_file: summary.rule_file.clone(),
        terms: &summary.terms,
        facts: &summary.facts,
        notes: &summary.notes,
        curve_notes: &summary.curve_notes,
    })
}

fn data(dir: &BacktestDir, words: &Words, own: &MoneyWords) -> String {
    let summary = &dir.summary;
    let data = &summary.data;
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let short = |sha: &str| {
        format!("<code title=\"{0}\">{1}…</code>", escape(sha), escape(sha.get(..12).unwrap_or(sha)))
    };
    let basis = match dir.bars.basis {
        PriceBasis::Raw => words.basis_raw,
        PriceBasis::SplitAdjusted => words.basis_split_adjusted,
    };
    let mut out = facts(&[
        pair(words.symbol, escape(&data.symbol)),
        pair(words.bars, number::count(data.rows)),
        pair(words.first, data.first.to_string()),
        pair(words.last, data.last.to_string()),
        pair(words.source, words.origin(&data.source)),
        pair(words.layout, words.origin(&data.layout)),
        pair("SHA-256", short(&data.sha256)),
        pair(words.prices, basis.to_owned()),
        pair(words.dropped_rows, number::count(data.dropped.len())),
        pair(own.signals_file, escape(&summary.signals.source)),
        pair(own.signals_rows, number::count(summary.signals.rows)),
        pair(own.signals_sha, short(&summary.signals.sha256)),
    ]);
    let language: Language = dir.language;
    out.push_str(&remarks(data.dropped.iter().take(20).map(|row| bad_row(row, language))));
    out.push_str(&remarks(data.notes.iter().map(|note| data_note(note, language))));
    out
}
