//! The page of a backtest of signals.

use super::backtest_dir::BacktestDir;
use super::chart::Charts;
use super::html::{Align, Table, escape, facts, fill, hint, paragraph, section, subheading};
use super::language::Language;
use super::money::wording::{MoneyWords, money_words_of};
use super::money::{Money, break_even, costs, equity, figures, heat_map, orders, price_chart, rolling};
use super::number::{self, money as amount, percent, signed_percent};
use super::page::Page;
use super::remarks::{bad_row, data_note, rule_fact_parts, rule_note};
use super::section::verdict::remarks;
use super::section::{backtest as trades_section, reference};
use super::wording::{Words, words_of};
use tidegate_market::{DelistedAt, PriceBasis, Unfilled};

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
        break_even::break_even(&money, &summary.break_even),
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
        reference::settings_of(&dir.settings, words),
        reference::definitions(dir.language, words),
        reference::notices_of(&summary.tidegate, summary.schema, words),
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
    let shown = fill(own.headline_shown, &[("as_shown", &shown)]);
    format!(
        "<h1>{}</h1>\n<p class=\"subtitle\">{subtitle}</p>\n{}<div class=\"verdict\" id=\"verdict\">\
         <p class=\"headline\">{headline}</p>\n<p>{detail}</p>\n<p>{shown}</p></div>\n",
        fill(own.page_title, &[("symbol", &escape(&summary.data.symbol))]),
        super::section::verdict::banner(&summary.data, words),
    )
}

/// Terms, dated rules with their grades, remarks.
fn rules(dir: &BacktestDir, words: &Words, own: &MoneyWords) -> String {
    let summary = &dir.summary;
    let terms = &summary.terms;
    let mut table = Table::new([(own.term, Align::Text), (own.value, Align::Text)]).caption(own.terms);
    let mut row = |name: &str, value: String| table.row(vec![name.to_owned(), value]);
    row(own.term_rules, words.rules(&summary.rules).to_owned());
    if let Some(file) = &summary.rule_file {
        row(own.term_rule_file, escape(file));
    }
    row(own.term_fill, own.fill(terms.fill).to_owned());
    let unfilled = match terms.unfilled {
        Unfilled::Keep => own.unfilled_keep.to_owned(),
        Unfilled::Drop => own.unfilled_drop.to_owned(),
        Unfilled::Retry(bars) => fill(own.unfilled_retry, &[("n", &bars.to_string())]),
    };
    row(own.term_unfilled, unfilled);
    row(own.term_volume_cap, terms.volume_cap.map_or_else(|| own.none.to_owned(), |cap| percent(cap, 1)));
    row(own.term_commission, percent(terms.commission, 3));
    row(own.term_minimum, amount(terms.min_commission));
    let by_date = || if summary.rules == "ashare" { own.duty_by_date } else { own.none }.to_owned();
    row(own.term_duty, terms.stamp_duty.map_or_else(by_date, |rate| percent(rate, 3)));
    row(own.term_slippage, number::fixed(terms.slippage_bp, 1));
    if terms.slippage_ticks > 0.0 {
        row(own.term_slippage_ticks, number::fixed(terms.slippage_ticks, 1));
    }
    if terms.borrow_rate > 0.0 {
        row(own.term_borrow, percent(terms.borrow_rate, 2));
    }
    row(own.term_fractions, if terms.fractions { words.yes } else { words.no }.to_owned());
    let delisting = match terms.delisting {
        DelistedAt::LastPrice => own.delisting_last,
        DelistedAt::Zero => own.delisting_zero,
    };
    row(own.term_delisting, delisting.to_owned());
    let terms = format!("<div class=\"half\">{}</div>\n", table.html());

    let dated = if summary.facts.is_empty() {
        paragraph(own.no_facts)
    } else {
        let head = [(own.rule, Align::Text), (own.since, Align::Text), (own.grade, Align::Text)];
        let mut table = Table::new(head).caption(words.rules_in_force);
        for fact in &summary.facts {
            let (rule, since, grade) = rule_fact_parts(fact, dir.language);
            table.row(vec![escape(&rule), since, grade]);
        }
        [table.html(), hint(own.facts_hint)].concat()
    };
    let notes: Vec<String> = summary.notes.iter().map(|note| rule_note(*note, dir.language)).collect();
    let heading = if notes.is_empty() { String::new() } else { subheading(own.notes) };
    [terms, dated, heading, remarks(notes.into_iter())].concat()
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
