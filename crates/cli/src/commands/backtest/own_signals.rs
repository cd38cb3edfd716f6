//! `tidegate backtest --bars FILE --signals FILE`.

use crate::args::{BacktestArgs, BadRowName, FillName, LanguageName};
use crate::commands::with_flag_for_bad_rows;
use crate::interrupt;
use crate::progress::Progress;
use crate::summary_text::{counted, curves_text, fill_words, judged_text, orders_text, origin, wrapped};
use crate::terminal::Terminal;
use std::path::Path;
use tidegate::experiment::{self, MarketRules};
use tidegate::report::Language;
use tidegate::run_dir::Out;
use tidegate::signal_backtest::{AsShown, BacktestSummary, BarsFrom, Request, trade_signals};
use tidegate::{Error, InputError};
use tidegate_data::{OnBadRow, ReadOptions, is_symbol};
use tidegate_market::{Fill, Market, Unfilled};

/// Trades the signals, writes the directory and prints the curves.
pub fn backtest(args: &BacktestArgs, terminal: &Terminal) -> Result<(), Error> {
    let (Some(bars), Some(signals)) = (&args.bars, &args.signals) else {
        let missing = if args.bars.is_none() { "--bars" } else { "--signals" };
        return Err(InputError::new(missing, "is missing")
            .help(
                "`tidegate backtest RUN_DIR` judges a run again; `tidegate backtest --bars FILE --signals FILE` trades \
                 signals of your own",
            )
            .into());
    };
    let market = market(args)?;
    let request = Request {
        bars: bars_from(args, bars)?,
        signals: signals.clone(),
        market,
        as_shown: if args.fill == Some(FillName::SameClose) { AsShown::SameTerms } else { AsShown::Free },
        language: match args.language {
            Some(LanguageName::Zh) => Language::Chinese,
            Some(LanguageName::En) | None => Language::English,
        },
    };
    let out = match &args.out {
        Some(path) => Out::Given { path: path.clone(), force: args.force },
        None => Out::Numbered { name: "backtest".into() },
    };
    let traded = trade_signals(&request).map_err(with_flag_for_bad_rows)?;
    interrupt::ask_first();
    let finished = traded.write(&out, &Progress::new(*terminal))?;
    terminal.print(&text(&finished.summary))?;
    terminal.print(&format!("\nReport: {}", finished.out.join("report.html").display()))?;
    let document = serde_json::to_value(&finished.summary).map_err(|e| Error::Run(e.to_string()))?;
    terminal.print_json(&document)
}

/// `[market]` from the flags, then from `--set`.
fn market(args: &BacktestArgs) -> Result<MarketRules, InputError> {
    let settings = args.set.parse()?;
    if let Some(other) = settings.iter().find(|setting| !setting.key().starts_with("market.")) {
        return Err(InputError::new(format!("--set {}", other.key()), "is no key of [market]")
            .help("signals of your own are traded by [market] alone"));
    }
    // The last word is --set's: it may name any key, the flags the usual ones.
    let set = |key: &str| settings.iter().any(|setting| setting.key() == key);
    let mut market = experiment::load(None, &settings)?.market;
    match args.rules.as_deref() {
        Some("ashare") => market.rules = Some(Market::Ashare),
        Some("us") => market.rules = Some(Market::Us),
        Some("none") => market.rules = Some(Market::None),
        Some(file) if file.ends_with(".toml") || Path::new(file).is_file() => {
            market.rule_file = Some(file.into());
        }
        Some(other) => {
            return Err(InputError::new(
                "--rules",
                format!("expected ashare, us, none or a rule file, found \"{other}\""),
            )
            .help("a rule file is TOML and its name ends in .toml"));
        }
        None => {}
    }
    if let Some(cash) = args.cash.filter(|_| !set("market.cash")) {
        market.cash = cash;
    }
    if !set("market.commission") {
        market.commission = args.commission.or(market.commission);
    }
    if let Some(slippage) = args.slippage_bp.filter(|_| !set("market.slippage_bp")) {
        market.slippage_bp = slippage;
    }
    if !set("market.volume_cap") {
        market.volume_cap = args.volume_cap.or(market.volume_cap);
    }
    match args.fill.filter(|_| !set("market.fill")) {
        Some(FillName::NextOpen | FillName::SameClose) => market.fill = Fill::NextOpen,
        Some(FillName::NextClose) => market.fill = Fill::NextClose,
        Some(FillName::NextVwap) => market.fill = Fill::NextVwap,
        None => {}
    }
    if let Some(word) = args.unfilled.as_deref().filter(|_| !set("market.unfilled")) {
        market.unfilled = unfilled(word)?;
    }
    Ok(market)
}

fn unfilled(word: &str) -> Result<Unfilled, InputError> {
    match word {
        "keep" => Ok(Unfilled::Keep),
        "drop" => Ok(Unfilled::Drop),
        number => number.parse().map(Unfilled::Retry).map_err(|_| {
            InputError::new(
                "--unfilled",
                format!("expected keep, drop or a number of bars, found \"{word}\""),
            )
        }),
    }
}

/// A file that is there or named like one, else a symbol in the store.
fn bars_from(args: &BacktestArgs, bars: &Path) -> Result<BarsFrom, InputError> {
    let text = bars.to_string_lossy();
    let named_like_a_file = bars.extension().is_some_and(|ending| {
        ["csv", "txt", "gz", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
    });
    if bars.exists() || named_like_a_file || !is_symbol(&text) {
        let on_bad_row = match args.on_bad_row {
            Some(BadRowName::Drop) => OnBadRow::Drop,
            Some(BadRowName::Refuse) | None => OnBadRow::Refuse,
        };
        if args.store.store.is_some() {
            return Err(InputError::new(
                "--store",
                format!("has no effect: the bars come from the file {text}"),
            )
            .help("leave it out, or name a symbol of the store with --bars"));
        }
        let options = ReadOptions { symbol: args.symbol.clone(), from: None, to: None, on_bad_row };
        return Ok(BarsFrom::File(bars.to_owned(), options));
    }
    if args.symbol.is_some() || args.on_bad_row.is_some() {
        return Err(InputError::new(
            format!("--bars {text}"),
            "there is no such file, and --symbol and --on-bad-row are for files alone",
        )
        .help("check the path, or leave out these flags to take the symbol from the store"));
    }
    Ok(BarsFrom::Store(args.store.store.clone(), text.into_owned()))
}

/// The curves, the orders, the break-even cost.
fn text(summary: &BacktestSummary) -> String {
    let data = &summary.data;
    let signals = &summary.signals;
    let rules = match &summary.rule_file {
        Some(file) => format!("{} with {file}", summary.rules),
        None => summary.rules.clone(),
    };
    let traded = format!(
        "{} of {}, {} to {}, rules {rules}, filled {}",
        counted(signals.rows, "signal"),
        signals.source,
        signals.first,
        signals.last,
        fill_words(summary.terms.fill),
    );
    format!(
        "{}: {}, {} to {}\n{}{}\n\n{}\n{}\n{}",
        data.symbol,
        counted(data.rows, "bar"),
        data.first,
        data.last,
        origin(data),
        wrapped(&traded),
        curves_text(&summary.curves, &summary.curve_notes, &summary.notes),
        orders_text(&summary.orders),
        judged_text(&summary.curves, &summary.curve_notes, &summary.orders, Some(&summary.break_even))
    )
}
