//! Signals made by anything: a CSV file of `date,position`, where position is the target weight decided after that
//! date's close.

use crate::error::{Error, InputError};
use sha2::{Digest, Sha256};
use std::path::Path;
use tidegate_market::{BarSeries, RuleBook, TradeDate};

/// The signals of a file, in ascending order of dates.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalFile {
    /// Name in messages.
    pub name: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// One entry per row; never empty.
    pub rows: Vec<SignalRow>,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalRow {
    /// Line in the file, counted from 1.
    pub line: usize,
    /// The decision is made after this day's close.
    pub date: TradeDate,
    /// Target weight, −1 to 1.
    pub position: f64,
}

/// Positions for a series of bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// The bar of the first signal.
    pub first: usize,
    /// Target weight decided after the close of each bar from `first` to that of the last signal; a bar without a signal
    /// repeats the weight before it.
    pub positions: Vec<f64>,
}

impl SignalFile {
    /// Reads the file.
    ///
    /// # Errors
    /// [`InputError`] with the line: no such columns, a date that is none, a position that is no number from −1 to 1,
    /// dates that repeat or go back.
    pub fn read(path: &Path) -> Result<SignalFile, Error> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| {
            InputError::new(&name, format!("the signals cannot be read: {error}"))
                .help("--signals names a CSV file with the columns date and position")
        })?;
        Ok(SignalFile::parse(&bytes, &name)?)
    }

    /// As [`SignalFile::read`], from bytes; `name` is the file's in messages.
    ///
    /// # Errors
    /// As [`SignalFile::read`].
    pub fn parse(bytes: &[u8], name: &str) -> Result<SignalFile, InputError> {
        if bytes.starts_with(&[0x1f, 0x8b]) {
            return Err(InputError::new(name, "expected text, found a file packed with gzip")
                .help("unpack the signals first: gunzip FILE"));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            at(name, line, "expected UTF-8 text, found other bytes")
                .help("save the signals as a UTF-8 CSV file")
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(k, line)| (k + 1, line))
            .filter(|(_, line)| !line.trim().is_empty());
        let (line, header) =
            lines.next().ok_or_else(|| header_error(InputError::new(name, "found an empty file")))?;
        let columns: Vec<String> = cells(header).map(str::to_ascii_lowercase).collect();
        let column = |wanted: &str| match columns.iter().filter(|column| *column == wanted).count() {
            1 => Ok(columns.iter().position(|column| column == wanted).unwrap_or_default()),
            0 => Err(header_error(at(
                name,
                line,
                format!("expected a column \"{wanted}\", found the header {:?}", shown(header)),
            ))),
            n => Err(header_error(at(name, line, format!("found {n} columns \"{wanted}\"")))),
        };
        let (date_at, position_at) = (column("date")?, column("position")?);
        let mut rows: Vec<SignalRow> = Vec::new();
        for (line, text) in lines {
            let row = row(name, line, text, columns.len(), date_at, position_at)?;
            if let Some(before) = rows.last() {
                let (earlier, found) = (before.date, row.date);
                if found == earlier {
                    let message = format!("{found} has two signals, the first on line {}", before.line);
                    return Err(at(name, line, message).help("one row a day: the target after its close"));
                }
                if found < earlier {
                    let message =
                        format!("expected a date after {earlier} of line {}, found {found}", before.line);
                    return Err(at(name, line, message).help("sort the rows by date, oldest first"));
                }
            }
            rows.push(row);
        }
        if rows.is_empty() {
            return Err(header_error(InputError::new(name, "expected signals below the header, found none")));
        }
        let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(SignalFile { name: name.to_owned(), sha256, rows })
    }

    /// The positions for `bars`, from the bar of the first signal on.
    ///
    /// # Errors
    /// [`InputError`] with the line: a date on which there is no bar (the nearest bars are named), or a short position
    /// where the rules forbid one.
    pub fn targets(&self, bars: &BarSeries, rules: &RuleBook) -> Result<Targets, InputError> {
        let mut first = None;
        let mut positions: Vec<f64> = Vec::new();
        for row in &self.rows {
            let bar = bars.date.binary_search(&row.date).map_err(|after| self.no_bar(row, bars, after))?;
            if row.position < 0.0 && !rules.allows_short() {
                let (found, market) = (row.position, rules.market());
                let message = format!(
                    "position {found} on {} sells short, which rules \"{market}\" do not allow",
                    row.date
                );
                return Err(at(&self.name, row.line, message).help(
                    "ordinary accounts cannot short here: use positions from 0 to 1, or other --rules",
                ));
            }
            let first = *first.get_or_insert(bar);
            let held = positions.last().copied().unwrap_or(0.0);
            positions.resize(bar - first, held);
            positions.push(row.position);
        }
        Ok(Targets { first: first.unwrap_or_default(), positions })
    }

    /// The rows as a CSV file, which reads back the same.
    pub fn csv(&self) -> Vec<u8> {
        let mut text = String::from("date,position\n");
        for row in &self.rows {
            text += &format!("{},{}\n", row.date, row.position);
        }
        text.into_bytes()
    }

    fn no_bar(&self, row: &SignalRow, bars: &BarSeries, after: usize) -> InputError {
        let near = [after.checked_sub(1), Some(after)].into_iter().flatten();
        let near: Vec<String> = near.filter_map(|i| bars.date.get(i)).map(|day| day.to_string()).collect();
        let message = format!(
            "{} is no bar of {}; the nearest {} {}",
            row.date,
            bars.symbol,
            if near.len() == 1 { "is" } else { "are" },
            near.join(" and ")
        );
        at(&self.name, row.line, message).help(
            "a signal is decided after a bar's close: date it by that bar (a day without a row means hold)",
        )
    }
}

fn row(
    name: &str,
    line: usize,
    text: &str,
    columns: usize,
    date_at: usize,
    position_at: usize,
) -> Result<SignalRow, InputError> {
    let cells: Vec<&str> = cells(text).collect();
    if cells.len() != columns {
        let message = format!("expected {columns} cells as in the header, found {}", cells.len());
        return Err(at(name, line, message));
    }
    let written = cells[date_at];
    // What pandas writes for a day with a clock.
    let day = ["T00:00:00", " 00:00:00"].iter().find_map(|clock| written.strip_suffix(clock));
    let date: TradeDate = day
        .unwrap_or(written)
        .parse()
        .map_err(|error: tidegate_market::NotADate| at(name, line, format!("column date: {error}")))?;
    let found = cells[position_at];
    let expected = |found: &str| {
        at(name, line, format!("column position: expected a weight from -1 to 1, found {found}"))
    };
    if found.is_empty() {
        return Err(expected("nothing").help("leave the row out where the position is to be held"));
    }
    match found.parse::<f64>() {
        // A NaN is in no range.
        Ok(position) if (-1.0..=1.0).contains(&position) => Ok(SignalRow { line, date, position }),
        _ => Err(expected(&format!("{:?}", shown(found)))
            .help("1 is all of the equity in the stock, 0 none, -1 all of it short")),
    }
}

/// Cells between commas, without blanks and quotes around them.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(',').map(|cell| {
        let cell = cell.trim();
        cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
    })
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

fn at(name: &str, line: usize, message: impl Into<String>) -> InputError {
    InputError::new(format!("{name}:{line}"), message)
}

fn header_error(error: InputError) -> InputError {
    error.help("the first line is \"date,position\", then one row a signal, such as 2024-06-28,1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tidegate_market::{Market, Overrides, PriceBasis};

    fn parse(text: &str) -> Result<SignalFile, InputError> {
        SignalFile::parse(text.as_bytes(), "signals.csv")
    }

    fn bars() -> BarSeries {
        let price = vec![10.0; 4];
        BarSeries {
            symbol: "600000.SH".into(),
            basis: PriceBasis::Raw,
            date: ["2024-06-03", "2024-06-04", "2024-06-05", "2024-06-11"]
                .map(|d| d.parse().unwrap())
                .to_vec(),
            open: price.clone(),
            high: price.clone(),
            low: price.clone(),
            close: price,
            volume: vec![1.0; 4],
            amount: None,
            pre_close: None,
            factor: vec![1.0; 4],
        }
    }

    fn rules(market: Market) -> RuleBook {
        RuleBook::new(market, &Overrides::default(), "600000.SH", PriceBasis::Raw).unwrap()
    }

    #[test]
    fn every_tools_way_of_writing_is_understood() {
        let plain = parse("date,position\n2024-06-03,1\n2024-06-05,0.5\n").unwrap().rows;
        for text in [
            "\u{feff}date,position\r\n20240603,1\r\n\r\n20240605,0.5",
            "\n\"Date\",\"Position\"\n\"2024-06-03\",\"1\"\n 2024-06-05 , 5e-1 \n\n",
            "date,part,probability,position\n2024-06-03,test,0.6,1\n2024-06-05,test,,0.5\n",
            "position,date\n1.0,2024-06-03 00:00:00\n0.50,2024-06-05T00:00:00\n",
        ] {
            let rows = parse(text).unwrap().rows;
            let told = |rows: &[SignalRow]| rows.iter().map(|r| (r.date, r.position)).collect::<Vec<_>>();
            assert_eq!(told(&rows), told(&plain), "{text:?}");
        }
        let again =
            SignalFile::parse(&parse("date,position\n20240603,-0.25").unwrap().csv(), "again").unwrap();
        assert_eq!(again.rows[0].position, -0.25);
    }

    #[test]
    fn every_mistake_is_refused_with_its_line() {
        for (text, parts) in [
            ("", &["signals.csv", "empty file", "date,position"][..]),
            ("date,position\n", &["expected signals below the header"]),
            ("2024-06-03,1\n", &["signals.csv:1", "column \"date\"", "2024-06-03,1"]),
            ("date,weight\n2024-06-03,1\n", &["signals.csv:1", "column \"position\""]),
            ("date;position\n2024-06-03;1\n", &["signals.csv:1", "date;position"]),
            ("date,position,position\n", &["2 columns \"position\""]),
            ("date,position\n2024-13-03,1\n", &["signals.csv:2", "2024-13-03"]),
            ("date,position\n\n03/06/2024,1\n", &["signals.csv:3", "03/06/2024"]),
            ("date,position\n2024-06-03,NaN\n", &["signals.csv:2", "from -1 to 1", "NaN"]),
            ("date,position\n2024-06-03,\n", &["signals.csv:2", "found nothing", "leave the row out"]),
            ("date,position\n2024-06-03,1.5\n", &["signals.csv:2", "1.5"]),
            ("date,position\n2024-06-03,inf\n", &["signals.csv:2", "inf"]),
            ("date,position\n2024-06-03,buy\n", &["signals.csv:2", "buy"]),
            ("date,position\n2024-06-03\n", &["signals.csv:2", "expected 2 cells", "found 1"]),
            ("date,position\n2024-06-03,0,5\n", &["signals.csv:2", "found 3"]),
            ("date,position\n2024-06-03,1\n\n2024-06-03,0\n", &["signals.csv:4", "two signals", "line 2"]),
            ("date,position\n2024-06-04,1\n2024-06-03,0\n", &["signals.csv:3", "after 2024-06-04", "sort"]),
        ] {
            let error = parse(text).unwrap_err().to_string();
            parts
                .iter()
                .for_each(|part| assert!(error.contains(part), "{text:?}: \"{part}\" is not in: {error}"));
        }
        let error = SignalFile::parse(b"\x1f\x8b\x08\x00", "s.csv.gz").unwrap_err().to_string();
        assert!(error.contains("packed with gzip") && error.contains("gunzip"), "{error}");
        let error = SignalFile::parse(b"date,position\n2024-06-03,\xff\n", "s.csv").unwrap_err().to_string();
        assert!(error.contains("s.csv:2: expected UTF-8"), "{error}");
    }

    #[test]
    fn a_day_without_a_row_holds_and_the_first_signal_begins() {
        let targets = parse("date,position\n2024-06-04,1\n2024-06-11,0\n").unwrap();
        let targets = targets.targets(&bars(), &rules(Market::Ashare)).unwrap();
        assert_eq!(targets, Targets { first: 1, positions: vec![1.0, 1.0, 0.0] });
    }

    #[test]
    fn a_date_without_a_bar_names_the_nearest_ones_and_a_short_position_the_rule() {
        let refused = |text: &str, market, parts: &[&str]| {
            let error = parse(text).unwrap().targets(&bars(), &rules(market)).unwrap_err().to_string();
            parts.iter().for_each(|part| assert!(error.contains(part), "\"{part}\" is not in: {error}"));
        };
        let head = "date,position\n2024-06-03,1\n";
        let near = ["signals.csv:3", "2024-06-07 is no bar of 600000.SH", "2024-06-05 and 2024-06-11"];
        refused(&format!("{head}2024-06-07,0\n"), Market::Ashare, &near);
        refused(&format!("{head}2024-06-12,0\n"), Market::Ashare, &["the nearest is 2024-06-11"]);
        refused(
            "date,position\n2024-06-01,0\n",
            Market::None,
            &["signals.csv:2", "the nearest is 2024-06-03"],
        );
        let short = format!("{head}2024-06-04,-0.5\n");
        refused(&short, Market::Ashare, &["signals.csv:3", "-0.5", "\"ashare\"", "short"]);
        assert!(parse(&short).unwrap().targets(&bars(), &rules(Market::Us)).is_ok());
    }
}
