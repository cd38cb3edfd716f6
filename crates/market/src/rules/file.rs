//! Reading a rule file: TOML, one array a table, one inline table a line. Every mistake is answered with its line.

mod fields;

pub use fields::RuleFileError;

use super::Grade;
use super::fees::{Commission, Levy, Per};
use super::limit::{DelistingPeriod, FirstDays, ReformDays, Rounding, Tolerance};
use super::line::{Fits, Line};
use super::tables::{LotRow, RuleTables, ShortSelling, TickStep};
use crate::board::{Board, Exchange};
use fields::{Fields, File};

type Read<V> = Result<V, RuleFileError>;

/// The tables of a file, for errors and for the reader.
const TABLES: [&str; 18] = [
    "smallest_money",
    "price_limit",
    "special_treatment_limit",
    "unreformed_limit",
    "delisting_period",
    "first_days",
    "reform_days",
    "reference_tolerance",
    "limit_rounding",
    "tick",
    "lot",
    "settlement",
    "commission",
    "stamp_duty",
    "transfer_fee",
    "section_31",
    "trading_activity",
    "short_selling",
];

pub(super) fn parse(text: &str, name: &str) -> Read<RuleTables> {
    let file = File::parse(text, name)?;
    file.only(&TABLES)?;
    Ok(RuleTables {
        smallest_money: smallest_money(&file)?,
        price_limit: lines(&file, "price_limit", percent)?,
        special_treatment_limit: lines(&file, "special_treatment_limit", percent)?,
        unreformed_limit: lines(&file, "unreformed_limit", percent)?,
        delisting_period: lines(&file, "delisting_period", |row| {
            Ok(DelistingPeriod { percent: percent(row)?, free_days: days(row, "free_days")? })
        })?,
        first_days: lines(&file, "first_days", first_days)?,
        reform_days: lines(&file, "reform_days", |row| {
            let until = row.needed("until", Fields::date)?;
            let by_name_only = row.word("told_by", &[("name", true), ("any", false)])?.unwrap_or(false);
            Ok(ReformDays { until, by_name_only })
        })?,
        reference_tolerance: lines(&file, "reference_tolerance", |row| {
            let until = row.needed("until", Fields::date)?;
            let range = 0.0..=10.0;
            Ok(Tolerance {
                until,
                percent: row.needed("percent", |row, key| row.number(key, range.clone()))?,
            })
        })?,
        limit_rounding: lines(&file, "limit_rounding", |row| {
            let words = [("half_up", Rounding::HalfUp), ("inward", Rounding::Inward)];
            row.needed("to_tick", |row, key| row.word(key, &words))
        })?,
        tick: lines(&file, "tick", tick)?,
        lot: lines(&file, "lot", lot)?,
        settlement: lines(&file, "settlement", |row| row.needed("days", |row, key| row.whole(key, 0..=1)))?,
        commission: lines(&file, "commission", |row| {
            let rate = row.needed("rate", |row, key| row.number(key, RATE))?;
            Ok(Commission { rate, minimum: row.number("minimum", 0.0..=1e9)?.unwrap_or(0.0) })
        })?,
        stamp_duty: lines(&file, "stamp_duty", levy)?,
        transfer_fee: lines(&file, "transfer_fee", levy)?,
        section_31: lines(&file, "section_31", levy)?,
        trading_activity: lines(&file, "trading_activity", levy)?,
        short_selling: lines(&file, "short_selling", |row| {
            let allowed = row.needed("allowed", Fields::flag)?;
            Ok(ShortSelling { allowed, borrow_rate: row.number("borrow_rate", 0.0..=10.0)?.unwrap_or(0.0) })
        })?,
    })
}

/// A share of the traded value.
const RATE: std::ops::RangeInclusive<f64> = 0.0..=0.1;

/// The lines of one table; `None` where the file does not have it.
fn lines<V>(
    file: &File<'_>,
    table: &'static str,
    value: impl Fn(&mut Fields<'_>) -> Read<V>,
) -> Read<Option<Vec<Line<V>>>> {
    let Some(rows) = file.rows(table)? else { return Ok(None) };
    let line = |mut row: Fields<'_>| {
        let from = row.needed("from", Fields::date)?;
        let fits = fits(&mut row)?;
        let grades = [("A", Grade::A), ("T", Grade::T), ("B", Grade::B), ("C", Grade::C)];
        // An own rule is as good as its author's word.
        let grade = row.word("grade", &grades)?.unwrap_or(Grade::C);
        row.text("source")?;
        let value = value(&mut row)?;
        row.finish()?;
        Ok(Line { from, fits, value, grade })
    };
    rows.into_iter().map(line).collect::<Read<Vec<_>>>().map(Some)
}

fn fits(row: &mut Fields<'_>) -> Read<Fits> {
    const STOCKS: [Board; 4] = [Board::Main, Board::ChiNext, Board::Star, Board::Bse];
    let boards = [
        ("main", &[Board::Main][..]),
        ("chinext", &[Board::ChiNext]),
        ("star", &[Board::Star]),
        ("bse", &[Board::Bse]),
        ("fund", &[Board::Fund]),
        ("stock", &STOCKS),
    ];
    let exchanges = [("sse", Exchange::Sse), ("szse", Exchange::Szse), ("bse", Exchange::Bse)];
    Ok(Fits {
        boards: row.words("board", &boards)?.concat(),
        exchange: row.word("exchange", &exchanges)?,
        codes: row.texts("code")?,
    })
}

fn smallest_money(file: &File<'_>) -> Read<Option<f64>> {
    file.unit("smallest_money")
}

fn percent(row: &mut Fields<'_>) -> Read<i64> {
    row.needed("percent", |row, key| row.whole(key, 1..=99))
}

fn days(row: &mut Fields<'_>, key: &'static str) -> Read<usize> {
    // In range: it fits.
    row.needed(key, |row, key| row.whole(key, 0..=1000)).map(|days| days as usize)
}

fn first_days(row: &mut Fields<'_>) -> Read<FirstDays> {
    let days = days(row, "days")?;
    let highest = row.whole("highest", 101..=10_000)?;
    let lowest = row.whole("lowest", 1..=99)?;
    match (highest, lowest) {
        (Some(highest), Some(lowest)) => Ok(FirstDays { days, band: Some((highest, lowest)) }),
        (None, None) => Ok(FirstDays { days, band: None }),
        _ => Err(row.wrong("highest", "both `highest` and `lowest`, or neither", "one of them".into())),
    }
}

fn tick(row: &mut Fields<'_>) -> Read<TickStep> {
    let per_unit = row.needed("tick", Fields::steps)?;
    Ok(TickStep { per_unit, below: row.number("below", 0.0..=1e9)? })
}

fn lot(row: &mut Fields<'_>) -> Read<LotRow> {
    let shares = 1..=i64::from(u32::MAX);
    let minimum = row.needed("minimum", |row, key| row.whole(key, shares.clone()))?;
    let step = row.needed("step", |row, key| row.whole(key, shares.clone()))?;
    let largest = row.whole("largest", shares.clone())?.map(|shares| shares as f64);
    // In range: they fit.
    Ok(LotRow { minimum: minimum as u32, step: step as u32, largest })
}

fn levy(row: &mut Fields<'_>) -> Read<Levy> {
    let per = [("value", Per::Value), ("million", Per::Million), ("share", Per::Share)];
    let per = row.word("per", &per)?.unwrap_or(Per::Value);
    let range = match per {
        Per::Value => RATE,
        Per::Million => 0.0..=100_000.0,
        Per::Share => 0.0..=1000.0,
    };
    let buy = row.needed("buy", |row, key| row.number(key, range.clone()))?;
    let sell = row.needed("sell", |row, key| row.number(key, range.clone()))?;
    let most = row.number("most", 0.0..=1e9)?;
    let upwards = row.word("rounding", &[("half_up", false), ("up", true)])?.unwrap_or(false);
    Ok(Levy { buy, sell, per, most, upwards })
}

#[cfg(test)]
mod tests;
