//! `tidegate data show`.

use crate::args::{AdjustName, ShowArgs};
use crate::table::Table;
use crate::terminal::Terminal;
use std::fmt::Write;
use tidegate::Error;
use tidegate_data::{Arrival, Gap, Store, StoredSeries, SymbolSummary, gaps};
use tidegate_market::{BarSeries, PriceBasis, Venue};

/// Gaps that are listed: the longest.
const LISTED: usize = 5;
/// Origins that are listed: the newest of each table.
const ORIGINS: usize = 12;

/// Everything about one symbol.
pub fn show(args: &ShowArgs, terminal: &Terminal) -> Result<(), Error> {
    let store = args.store.open_existing()?;
    let summary = store.summary(&args.symbol)?;
    let origins = store.origins(&args.symbol)?;
    let series =
        if summary.rows > 0 { Some(store.series_unchecked(&args.symbol, None, None)?) } else { None };
    let holes = match &series {
        Some(series) => Some(Holes::of(&store, series)?),
        None => None,
    };
    let last = series.as_ref().map(|series| last_bars(&series.bars, args.last, args.adjust));
    if terminal.json {
        return terminal.print_json(&serde_json::json!({
            "summary": summary,
            "listing": store.listing(&args.symbol)?.map(|listing| serde_json::json!({
                "name": listing.name, "board": listing.board, "listed": listing.listed,
                "delisted": listing.delisted, "status": listing.status,
            })),
            "suspensions": store.suspensions(&args.symbol)?.len(),
            "limits": store.limits(&args.symbol)?.len(),
            "actions": store.actions(&args.symbol)?,
            "gaps": holes.as_ref().map(|holes| serde_json::json!({
                "calendar": holes.calendar, "gaps": holes.gaps,
            })),
            "origins": origins,
            "last": last.as_ref().map(rows_as_json),
        }));
    }
    let mut text = head(&store, &summary)?;
    if let Some(series) = &series {
        text += &factor_line(series);
    }
    if let Some(holes) = &holes {
        text += &holes.text();
    }
    let findings = match summary.findings {
        0 => "none kept".to_owned(),
        count => format!("{count}; `tidegate data check {}` shows them", summary.symbol),
    };
    let _ = writeln!(text, "Findings  {findings}");
    let _ = writeln!(text, "\n{}", origin_table(&origins));
    if let Some(last) = &last {
        let _ = writeln!(text, "{}", bar_table(last));
    }
    terminal.print(&text)
}

/// What the prices are, in a word.
pub fn basis_word(basis: Option<PriceBasis>) -> &'static str {
    match basis {
        Some(PriceBasis::Raw) => "raw",
        Some(PriceBasis::SplitAdjusted) => "split-adjusted",
        None => "-",
    }
}

fn head(store: &Store, summary: &SymbolSummary) -> Result<String, Error> {
    let symbol = &summary.symbol;
    let mut text = symbol.clone();
    if let Some(listing) = store.listing(symbol)? {
        let _ = write!(text, " {}", listing.name);
        let words = [
            listing.board,
            listing.listed.map(|date| format!("listed {date}")),
            listing.delisted.map(|date| format!("delisted {date}")),
        ];
        for word in words.into_iter().flatten() {
            let _ = write!(text, ", {word}");
        }
    }
    text.push('\n');
    match (summary.first, summary.last) {
        (Some(first), Some(last)) => {
            let prices = basis_word(summary.basis);
            let _ = writeln!(text, "Bars      {}, {first} to {last}, {prices} prices", summary.rows);
        }
        _ => text += "Bars      none\n",
    }
    let counts = [
        ("suspensions", store.suspensions(symbol)?.len()),
        ("published limits", store.limits(symbol)?.len()),
        ("dividends and splits", store.actions(symbol)?.len()),
        ("names", store.names(symbol)?.len()),
    ];
    let also: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    if !also.is_empty() {
        let _ = writeln!(text, "Also      {}", also.join(", "));
    }
    Ok(text)
}

fn factor_line(series: &StoredSeries) -> String {
    let factor = &series.bars.factor;
    let steps = factor.windows(2).filter(|pair| (pair[1] / pair[0] - 1.0).abs() > 1e-5).count();
    let last = factor.last().copied().unwrap_or(1.0);
    let origin = match series.factor {
        Some(origin) => serde_json::to_value(origin).ok().and_then(|v| v.as_str().map(str::to_owned)),
        None => None,
    };
    match origin {
        Some(origin) => format!("Factor    {origin}: 1 to {last:.6} over {steps} steps\n"),
        None => "Factor    nothing to adjust prices by\n".to_owned(),
    }
}

/// Trading days without a bar.
struct Holes {
    calendar: String,
    gaps: Vec<Gap>,
}

impl Holes {
    fn of(store: &Store, series: &StoredSeries) -> Result<Holes, Error> {
        let symbol = &series.bars.symbol;
        let venue = Venue::of_symbol(symbol).map(|venue| venue.to_string());
        let stored = match &venue {
            Some(venue) => store.calendar(venue)?,
            None => Vec::new(),
        };
        let open: Vec<_> = stored.into_iter().filter(|(_, open)| *open).map(|(day, _)| day).collect();
        let suspended: Vec<_> = store
            .suspensions(symbol)?
            .into_iter()
            .filter(|suspension| !suspension.resumed && suspension.timing.is_none())
            .map(|suspension| suspension.date)
            .collect();
        let calendar = venue.filter(|_| !open.is_empty());
        let mut found = gaps(&series.bars.date, calendar.as_ref().map(|_| open.as_slice()), &suspended);
        found.retain(|gap| gap.missing() > 0);
        Ok(Holes { calendar: calendar.unwrap_or("weekdays".into()), gaps: found })
    }

    fn text(&self) -> String {
        let by = match self.calendar.as_str() {
            "weekdays" => "by weekdays, more than ten missing".to_owned(),
            exchange => format!("by the calendar of {exchange}"),
        };
        if self.gaps.is_empty() {
            return format!("Gaps      none ({by})\n");
        }
        let days: usize = self.gaps.iter().map(Gap::missing).sum();
        let mut longest: Vec<&Gap> = self.gaps.iter().collect();
        longest.sort_by_key(|gap| (std::cmp::Reverse(gap.missing()), gap.first));
        let shown: Vec<String> = longest
            .iter()
            .take(LISTED)
            .map(|gap| format!("{} to {} ({} days)", gap.first, gap.last, gap.missing()))
            .collect();
        format!(
            "Gaps      {} with {days} trading days without bar or suspension ({by}); the longest: {}\n",
            self.gaps.len(),
            shown.join(", ")
        )
    }
}

fn last_bars(bars: &BarSeries, count: usize, adjust: AdjustName) -> BarSeries {
    let shown = bars.slice(bars.len().saturating_sub(count)..bars.len());
    let base = match adjust {
        AdjustName::None => return shown,
        AdjustName::Hfq => 1.0,
        AdjustName::Qfq => bars.factor[bars.len() - 1],
    };
    let times = |column: &[f64]| tidegate_market::adjusted(column, &shown.factor, base);
    BarSeries {
        open: times(&shown.open),
        high: times(&shown.high),
        low: times(&shown.low),
        close: times(&shown.close),
        pre_close: shown.pre_close.as_deref().map(times),
        ..shown
    }
}

fn rows_as_json(bars: &BarSeries) -> serde_json::Value {
    let row = |t: usize| {
        serde_json::json!({
            "date": bars.date[t], "open": bars.open[t], "high": bars.high[t], "low": bars.low[t],
            "close": bars.close[t], "pre_close": bars.pre_close.as_ref().map(|column| column[t]),
            "volume": bars.volume[t], "amount": bars.amount.as_ref().map(|column| column[t]),
            "factor": bars.factor[t],
        })
    };
    (0..bars.len()).map(row).collect()
}

fn bar_table(bars: &BarSeries) -> String {
    let mut table = Table::new(["date", "open", "high", "low", "close", "volume", "amount", "factor"]);
    for t in 0..bars.len() {
        let price = |column: &[f64]| {
            format!("{:.4}", column[t]).trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        table.row([
            bars.date[t].to_string(),
            price(&bars.open),
            price(&bars.high),
            price(&bars.low),
            price(&bars.close),
            format!("{:.0}", bars.volume[t]),
            bars.amount.as_ref().map_or("-".to_owned(), |column| format!("{:.0}", column[t])),
            format!("{:.6}", bars.factor[t]),
        ]);
    }
    table.render()
}

fn origin_table(origins: &[Arrival]) -> String {
    let mut table = Table::new(["table", "source", "received", "days", "rows", "sha256", "name"]);
    let passed = origins.len().saturating_sub(ORIGINS);
    for arrival in &origins[passed..] {
        let days = match (arrival.first, arrival.last) {
            (Some(first), Some(last)) => format!("{first} to {last}"),
            _ => "-".to_owned(),
        };
        let origin = &arrival.origin;
        table.row([
            arrival.table.clone(),
            origin.source.clone(),
            origin.received.clone(),
            days,
            (arrival.added + arrival.replaced).to_string(),
            origin.sha256.chars().take(12).collect(),
            origin.name.clone(),
        ]);
    }
    let more = if passed > 0 {
        format!("  and {passed} earlier arrivals (--json has all)\n")
    } else {
        String::new()
    };
    table.render() + &more
}
