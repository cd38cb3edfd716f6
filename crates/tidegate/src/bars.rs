//! From `[data]` to bars: the sample market, a file or the store, cut to the days asked for.

mod known;
mod stored;

pub use stored::load_stored;

use crate::error::{Error, InputError};
use crate::experiment::{Adjust, Source};
use crate::plan::Plan;
use crate::summary::{DataSummary, Synthetic};
use std::path::Path;
use tidegate_data::{
    ReadOptions, SAMPLE_SYMBOL, SampleKind, exchange_code, generate, is_symbol, read_bars, sha256,
    write_tushare_csv,
};
use tidegate_market::{BarSeries, Known, PriceBasis, TradingCalendar};

/// The bars of a run and where they came from.
#[derive(Clone, Debug)]
pub struct SourceBars {
    /// Raw prices with factors: what the money trades.
    pub bars: BarSeries,
    /// Days the exchange traded.
    pub calendar: TradingCalendar,
    /// What the store knows of the stock besides; nothing for a file or the sample market.
    pub known: Known,
    /// And what it knows already of the days after the last bar; no result of a run depends on it.
    pub ahead: Known,
    /// Expected simple return to the next bar, per bar; only a planted sample market has it.
    pub oracle: Option<Vec<f64>>,
    /// Origin, for `metrics.json`.
    pub summary: DataSummary,
}

/// Reads or generates the bars of a plan.
pub fn load(plan: &Plan) -> Result<SourceBars, Error> {
    let data = &plan.experiment.data;
    match (plan.source, &data.path) {
        (Source::File, Some(path)) => load_file(
            path,
            &ReadOptions {
                symbol: data.symbol.clone(),
                from: data.from,
                to: data.to,
                on_bad_row: data.on_bad_row,
            },
        ),
        (Source::Store, _) => {
            load_stored(plan.store.as_deref(), data.symbol.as_deref().unwrap_or_default(), data.from, data.to)
        }
        _ => load_sample(data.sample.unwrap_or(SampleKind::Planted), plan),
    }
}

/// Reads one file of bars; used by `describe` too.
pub fn load_file(path: &Path, options: &ReadOptions) -> Result<SourceBars, Error> {
    let symbol = options.symbol.as_deref().map(|symbol| exchange_code(symbol).into_owned());
    let loaded = read_bars(path, &ReadOptions { symbol, ..options.clone() })?;
    check_symbol(&loaded.bars.symbol, path)?;
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let summary = DataSummary {
        source: file,
        layout: loaded.layout.to_string(),
        synthetic: synthetic(&loaded.bars.symbol, &loaded.sha256)?,
        sha256: loaded.sha256,
        dropped: loaded.dropped,
        notes: loaded.notes,
        ..summary_of(&loaded.bars)
    };
    Ok(SourceBars {
        bars: loaded.bars,
        calendar: TradingCalendar::Weekdays,
        known: Known::default(),
        ahead: Known::default(),
        oracle: None,
        summary,
    })
}

/// A symbol becomes part of file names and of pages, so it must look like one.
fn check_symbol(symbol: &str, path: &Path) -> Result<(), InputError> {
    if !is_symbol(symbol) {
        let shown: String = symbol.chars().take(40).collect();
        return Err(InputError::new(
            path.display().to_string(),
            format!("expected a symbol such as 600000.SH or AAPL, found {shown:?}"),
        )
        .help("correct the file, or name the symbol yourself (data.symbol, or --symbol for describe)"));
    }
    Ok(())
}

/// Whether the file is the sample market's, written by `tidegate sample`: made-up data stay made up on any way in.
fn synthetic(symbol: &str, sha256: &str) -> Result<Option<Synthetic>, Error> {
    if symbol != SAMPLE_SYMBOL {
        return Ok(None);
    }
    for kind in [SampleKind::Planted, SampleKind::Null] {
        let market = generate(kind);
        if sha256_as_file(&market.bars)? == sha256 {
            return Ok(Some(Synthetic { kind: kind_word(kind).into(), planted_r2: market.planted_r2 }));
        }
    }
    Ok(Some(Synthetic { kind: "edited".into(), planted_r2: 0.0 }))
}

fn kind_word(kind: SampleKind) -> &'static str {
    match kind {
        SampleKind::Planted => "planted",
        SampleKind::Null => "null",
    }
}

fn load_sample(kind: SampleKind, plan: &Plan) -> Result<SourceBars, Error> {
    let market = generate(kind);
    let data = &plan.experiment.data;
    let date = &market.bars.date;
    let first = data.from.map_or(0, |from| date.partition_point(|d| *d < from));
    let last = data.to.map_or(date.len(), |to| date.partition_point(|d| *d <= to));
    if first >= last {
        return Err(InputError::new("data.from", "no bar of the sample market lies in these days")
            .help(format!("the sample market runs from {} to {}", date[0], date[date.len() - 1]))
            .into());
    }
    let bars = market.bars.slice(first..last);
    let oracle = (kind == SampleKind::Planted).then(|| market.oracle[first..last].to_vec());
    let summary = DataSummary {
        source: "sample market".into(),
        layout: "generated".into(),
        sha256: sha256_as_file(&market.bars)?,
        synthetic: Some(Synthetic { kind: kind_word(kind).into(), planted_r2: market.planted_r2 }),
        ..summary_of(&bars)
    };
    Ok(SourceBars {
        bars,
        calendar: market.calendar,
        known: Known::default(),
        ahead: Known::default(),
        oracle,
        summary,
    })
}

fn summary_of(bars: &BarSeries) -> DataSummary {
    DataSummary {
        symbol: bars.symbol.clone(),
        rows: bars.len(),
        // Neither source gives an empty series.
        first: bars.date[0],
        last: bars.date[bars.len() - 1],
        sha256: String::new(),
        source: String::new(),
        layout: String::new(),
        split_adjusted: bars.basis == PriceBasis::SplitAdjusted,
        synthetic: None,
        dropped: Vec::new(),
        notes: Vec::new(),
    }
}

/// The bars as the networks see them: adjusted, or with every factor at 1.
pub fn seen_by_networks(bars: &BarSeries, adjust: Adjust) -> BarSeries {
    match adjust {
        Adjust::Hfq => bars.clone(),
        Adjust::None => BarSeries { factor: vec![1.0; bars.len()], ..bars.clone() },
    }
}

/// SHA-256 of the CSV file that `tidegate sample` would write for these bars.
fn sha256_as_file(bars: &BarSeries) -> Result<String, Error> {
    let mut file = Vec::new();
    write_tushare_csv(bars, &mut file).map_err(|e| Error::Run(e.to_string()))?;
    Ok(sha256(&file))
}
