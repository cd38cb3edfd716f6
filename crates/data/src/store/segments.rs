//! Numeric tables: one segment a symbol and calendar year, read by the column and merged by the row.

use super::column::{Blob, Name, encode};
use super::error::{StoreFault, damaged};
use super::merge::{Difference, KIND, Merged, SCALE};
use super::origins;
use super::symbols;
use crate::record::Origin;
use rusqlite::{Connection, OptionalExtension, Row, params};
use tidegate_market::TradeDate;

/// Numbers that differ by less than this share of themselves are one number written twice: units are converted in
/// floating point, and two vendors' conversions differ in the last bits.
const ROUNDING: f64 = 4e-16;

/// Series of one scale differ by single corrections, not by this share on most of their days: then a split or another
/// vendor's adjustment lies between them, and the days of one beside those of the other would show a jump that never was.
const SAME_SCALE: f64 = 0.01;
/// The same for fewer than [`FEW`] common days, each of which may be a correction.
const SAME_SCALE_OF_FEW: f64 = 0.15;
const FEW: usize = 5;

/// A numeric table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dataset {
    /// Its name in the file and in differences.
    pub name: &'static str,
    /// Its columns, in their order.
    pub columns: &'static [Name],
    /// Those that may have missing cells.
    pub optional: &'static [Name],
    /// The column that tells whether two series are on one scale, where only such may be merged.
    pub scale: Option<Name>,
}

/// Rows of a numeric table: columns in the order of the dataset, or of what was asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub date: Vec<TradeDate>,
    pub columns: Vec<Vec<f64>>,
}

/// Days to read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Days {
    pub from: Option<TradeDate>,
    pub to: Option<TradeDate>,
}

/// What is put into a numeric table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arriving<'a> {
    pub symbol: &'a str,
    /// What the numbers are (a price basis, how a factor came to be); series of another kind do not mix.
    pub kind: &'a str,
    pub date: &'a [TradeDate],
    pub columns: &'a [&'a [f64]],
    pub origin: &'a Origin,
    pub accept: bool,
}

impl Dataset {
    /// What the numbers of a symbol are, and its rows with the columns asked for; `None` where it has no such table.
    pub(super) fn read(
        self,
        connection: &Connection,
        symbol: &str,
        days: Days,
        wanted: &[Name],
    ) -> Result<Option<(String, Rows)>, StoreFault> {
        let Some(id) = symbols::find(connection, symbol)? else { return Ok(None) };
        let Some((kind, count)) = self.stored(connection, id)? else { return Ok(None) };
        let key = self.key(symbol);
        let mut rows = Rows { date: Vec::new(), columns: vec![Vec::new(); wanted.len()] };
        let (from, to) = (days.from.map_or(i16::MIN, |d| d.year()), days.to.map_or(i16::MAX, |d| d.year()));
        let mut statement = connection.prepare_cached(
            "SELECT year, rows, columns FROM segment WHERE dataset = ?1 AND symbol = ?2 AND year BETWEEN ?3 AND ?4 \
             ORDER BY year",
        )?;
        let mut segments = statement.query(params![self.name, id, from, to])?;
        while let Some(segment) = segments.next()? {
            append(&mut rows, &key, segment, wanted)?;
        }
        if rows.date.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(damaged(key, "ascending dates", "others"));
        }
        // A segment that a damaged index hides would be missed otherwise.
        if days.from.is_none() && days.to.is_none() && rows.date.len() as i64 != count {
            return Err(damaged(key, format!("{count} rows"), rows.date.len().to_string()));
        }
        let first = days.from.map_or(0, |from| rows.date.partition_point(|d| *d < from));
        let last = days.to.map_or(rows.date.len(), |to| rows.date.partition_point(|d| *d <= to));
        if first > 0 || last < rows.date.len() {
            let last = last.max(first);
            rows.date = rows.date[first..last].to_vec();
            rows.columns = rows.columns.iter().map(|column| column[first..last].to_vec()).collect();
        }
        Ok(Some((kind, rows)))
    }

    /// What ties a segment to its place.
    fn key(self, symbol: &str) -> String {
        format!("{}/{symbol}", self.name)
    }

    /// What the stored numbers are, and how many rows there are.
    fn stored(self, connection: &Connection, symbol: i64) -> Result<Option<(String, i64)>, StoreFault> {
        let mut statement =
            connection.prepare_cached("SELECT kind, rows FROM series WHERE symbol = ?1 AND dataset = ?2")?;
        let found = statement
            .query_row(params![symbol, self.name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found)
    }

    /// Merges what arrives with what is stored.
    pub(super) fn put(self, connection: &Connection, new: Arriving<'_>) -> Result<Merged, StoreFault> {
        self.check(&new)?;
        let symbol = symbols::number(connection, new.symbol)?;
        let mut merged = Merged::default();
        let stored = self.stored(connection, symbol)?;
        if stored.is_none() {
            self.set_kind(connection, symbol, new.kind)?;
        }
        if let Some(unlike) = self.unlike(connection, stored, &new)? {
            merged.differences.push(unlike);
            if !new.accept {
                merged.refused = 1;
                return Ok(merged);
            }
            // Numbers of two kinds in one series would be worse than a shorter series.
            merged.replaced = self.clear(connection, symbol)?;
            self.set_kind(connection, symbol, new.kind)?;
        }
        let mut start = 0;
        for year in new.date.chunk_by(|a, b| a.year() == b.year()) {
            let end = start + year.len();
            merged.extend(self.put_year(connection, symbol, &new, start..end)?);
            start = end;
        }
        if merged.added > 0 {
            connection
                .prepare_cached("UPDATE series SET rows = rows + ?3 WHERE symbol = ?1 AND dataset = ?2")?
                .execute(params![symbol, self.name, merged.added as i64])?;
        }
        let extent = new.date.first().copied().zip(new.date.last().copied());
        origins::note(connection, symbol, self.name, new.origin, extent, &merged)?;
        Ok(merged)
    }

    /// Why what arrives cannot be joined with what is stored: another kind of numbers, or another scale.
    fn unlike(
        self,
        connection: &Connection,
        stored: Option<(String, i64)>,
        new: &Arriving<'_>,
    ) -> Result<Option<Difference>, StoreFault> {
        let Some((kind, _)) = stored else { return Ok(None) };
        let difference = |column, stored, received| Difference {
            symbol: new.symbol.into(),
            table: self.name,
            date: None,
            column,
            stored,
            received,
        };
        if kind != new.kind {
            return Ok(Some(difference(KIND, kind, new.kind.into())));
        }
        let other = match self.scale {
            Some(column) => self.other_scale(connection, column, new)?,
            None => None,
        };
        Ok(other.map(|ratio| difference(SCALE, "1".into(), format!("{ratio:.4}"))))
    }

    /// Median of arriving ÷ stored values on the days that both have, where it tells of another scale.
    fn other_scale(
        self,
        connection: &Connection,
        column: Name,
        new: &Arriving<'_>,
    ) -> Result<Option<f64>, StoreFault> {
        let days = Days { from: new.date.first().copied(), to: new.date.last().copied() };
        let arriving = self.columns.iter().zip(new.columns).find(|(name, _)| **name == column);
        let (Some((_, arriving)), Some((_, stored))) =
            (arriving, self.read(connection, new.symbol, days, &[column])?)
        else {
            return Ok(None);
        };
        let mut ratios = Vec::new();
        let mut j = 0;
        for (date, old) in stored.date.iter().zip(&stored.columns[0]) {
            j += new.date[j..].partition_point(|d| d < date);
            if new.date.get(j) == Some(date) && *old > 0.0 {
                ratios.push(arriving[j] / old);
            }
        }
        if ratios.is_empty() {
            return Ok(None);
        }
        let limit = if ratios.len() < FEW { SAME_SCALE_OF_FEW } else { SAME_SCALE };
        let middle = ratios.len() / 2;
        let ratio = *ratios.select_nth_unstable_by(middle, f64::total_cmp).1;
        Ok(((ratio - 1.0).abs() > limit).then_some(ratio))
    }

    fn check(self, new: &Arriving<'_>) -> Result<(), StoreFault> {
        let wrong = |expected, found: String| StoreFault::Rows {
            symbol: new.symbol.chars().take(40).collect(),
            table: self.name,
            expected,
            found,
        };
        if let Some(pair) = new.date.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(wrong("strictly ascending dates", format!("{} before {}", pair[0], pair[1])));
        }
        for (name, column) in self.columns.iter().zip(new.columns) {
            if column.len() != new.date.len() {
                let found = format!("{} of {}, {} dates", column.len(), name.word(), new.date.len());
                return Err(wrong("a value a date in every column", found));
            }
            let bad = |v: &f64| v.is_infinite() || (v.is_nan() && !self.optional.contains(name));
            if let Some(i) = column.iter().position(bad) {
                return Err(wrong(
                    "finite numbers",
                    format!("{} {} on {}", name.word(), column[i], new.date[i]),
                ));
            }
        }
        Ok(())
    }

    fn set_kind(self, connection: &Connection, symbol: i64, kind: &str) -> Result<(), StoreFault> {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO series (symbol, dataset, kind, rows) VALUES (?1, ?2, ?3, 0)",
            )?
            .execute(params![symbol, self.name, kind])?;
        Ok(())
    }

    /// Removes the symbol's rows and tells how many there were.
    fn clear(self, connection: &Connection, symbol: i64) -> Result<usize, StoreFault> {
        let rows = connection.query_row(
            "SELECT coalesce(sum(rows), 0) FROM segment WHERE dataset = ?1 AND symbol = ?2",
            params![self.name, symbol],
            |row| row.get::<_, i64>(0),
        )?;
        for table in ["segment", "arrival"] {
            connection.execute(
                &format!("DELETE FROM {table} WHERE dataset = ?1 AND symbol = ?2"),
                params![self.name, symbol],
            )?;
        }
        Ok(rows as usize)
    }

    fn put_year(
        self,
        connection: &Connection,
        symbol: i64,
        new: &Arriving<'_>,
        range: std::ops::Range<usize>,
    ) -> Result<Merged, StoreFault> {
        let date = &new.date[range.clone()];
        let year = date[0].year();
        let arriving: Vec<&[f64]> = new.columns.iter().map(|column| &column[range.clone()]).collect();
        let key = self.key(new.symbol);
        let stored = self.read_year(connection, symbol, &key, year)?;
        let mut merge = YearMerge::new(self, new, stored.date.len() + date.len());
        let (mut i, mut j) = (0, 0);
        while i < stored.date.len() || j < date.len() {
            let both = stored.date.get(i).zip(date.get(j));
            if both.is_some_and(|(a, b)| a == b) {
                merge.both(date[j], |c| stored.columns[c][i], |c| arriving[c][j]);
                (i, j) = (i + 1, j + 1);
            } else if j >= date.len() || both.is_some_and(|(a, b)| a < b) {
                merge.row(stored.date[i], |c| stored.columns[c][i]);
                i += 1;
            } else {
                merge.row(date[j], |c| arriving[c][j]);
                merge.merged.added += 1;
                j += 1;
            }
        }
        if merge.merged.changed() {
            write_year(connection, self, symbol, &key, year, &merge.rows)?;
        }
        Ok(merge.merged)
    }

    fn read_year(
        self,
        connection: &Connection,
        symbol: i64,
        key: &str,
        year: i16,
    ) -> Result<Rows, StoreFault> {
        let mut rows = Rows { date: Vec::new(), columns: vec![Vec::new(); self.columns.len()] };
        let mut statement = connection.prepare_cached(
            "SELECT year, rows, columns FROM segment WHERE dataset = ?1 AND symbol = ?2 AND year = ?3",
        )?;
        let mut segments = statement.query(params![self.name, symbol, year])?;
        if let Some(segment) = segments.next()? {
            append(&mut rows, key, segment, self.columns)?;
        }
        Ok(rows)
    }
}

/// A year's rows as they come together.
struct YearMerge<'a> {
    dataset: Dataset,
    new: &'a Arriving<'a>,
    rows: Rows,
    merged: Merged,
}

impl<'a> YearMerge<'a> {
    fn new(dataset: Dataset, new: &'a Arriving<'a>, most: usize) -> YearMerge<'a> {
        let columns = vec![Vec::with_capacity(most); dataset.columns.len()];
        YearMerge {
            dataset,
            new,
            rows: Rows { date: Vec::with_capacity(most), columns },
            merged: Merged::default(),
        }
    }

    fn row(&mut self, date: TradeDate, cell: impl Fn(usize) -> f64) {
        self.rows.date.push(date);
        for (c, column) in self.rows.columns.iter_mut().enumerate() {
            column.push(cell(c));
        }
    }

    /// A date on both sides: an empty stored cell is filled, a disagreement is told and settled by `accept`, a cell
    /// that arrives empty says nothing.
    fn both(&mut self, date: TradeDate, stored: impl Fn(usize) -> f64, arriving: impl Fn(usize) -> f64) {
        let (mut filled, mut differs) = (false, false);
        self.rows.date.push(date);
        for (c, column) in self.rows.columns.iter_mut().enumerate() {
            let (old, new) = (stored(c), arriving(c));
            let mut kept = old;
            if old.is_nan() && !new.is_nan() {
                (kept, filled) = (new, true);
            } else if !new.is_nan() && (old - new).abs() > ROUNDING * old.abs().max(new.abs()) {
                differs = true;
                self.merged.differences.push(Difference {
                    symbol: self.new.symbol.into(),
                    table: self.dataset.name,
                    date: Some(date),
                    column: self.dataset.columns[c].word(),
                    stored: old.to_string(),
                    received: new.to_string(),
                });
                if self.new.accept {
                    kept = new;
                }
            }
            column.push(kept);
        }
        match (differs && self.new.accept, filled) {
            (true, _) => self.merged.replaced += 1,
            (false, true) => self.merged.filled += 1,
            (false, false) if !differs => self.merged.same += 1,
            _ => {}
        }
    }
}

fn append(rows: &mut Rows, key: &str, segment: &Row<'_>, wanted: &[Name]) -> Result<(), StoreFault> {
    let (year, count): (i64, i64) = (segment.get(0)?, segment.get(1)?);
    let bytes = segment.get_ref(2)?.as_blob().map_err(|e| damaged(key, "bytes", e.to_string()))?;
    let blob = Blob::open(key, bytes)?;
    if i64::from(blob.year()) != year || blob.rows() as i64 != count {
        let found = format!("{} rows of {}", blob.rows(), blob.year());
        return Err(damaged(key, format!("{count} rows of {year}"), found));
    }
    blob.dates(&mut rows.date)?;
    for (name, column) in wanted.iter().zip(&mut rows.columns) {
        blob.column(*name, column)?;
    }
    Ok(())
}

fn write_year(
    connection: &Connection,
    dataset: Dataset,
    symbol: i64,
    key: &str,
    year: i16,
    rows: &Rows,
) -> Result<(), StoreFault> {
    let columns: Vec<(Name, &[f64])> =
        dataset.columns.iter().copied().zip(rows.columns.iter().map(Vec::as_slice)).collect();
    let blob = encode(key, year, &rows.date, &columns);
    // A year is written only when a row of it is there.
    let (first, last) = (day_number(rows.date[0]), day_number(rows.date[rows.date.len() - 1]));
    connection
        .prepare_cached(
            "INSERT INTO segment (dataset, symbol, year, rows, first, last, columns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
             ON CONFLICT (dataset, symbol, year) DO UPDATE SET rows = ?4, first = ?5, last = ?6, columns = ?7",
        )?
        .execute(params![dataset.name, symbol, year, rows.date.len() as i64, first, last, blob])?;
    Ok(())
}

/// A date as the tables hold it: 20240628.
pub(super) fn day_number(date: TradeDate) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The date of a number such as 20240628.
pub(super) fn day_of(number: i64) -> Result<TradeDate, StoreFault> {
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    // Two digits fit in i8.
    i16::try_from(year)
        .ok()
        .and_then(|year| TradeDate::new(year, month as i8, day as i8))
        .ok_or_else(|| damaged("a date", "a number such as 20240628", number.to_string()))
}

/// [`day_of`] of what may be missing.
pub(super) fn maybe_day(number: Option<i64>) -> Result<Option<TradeDate>, StoreFault> {
    number.map(day_of).transpose()
}
