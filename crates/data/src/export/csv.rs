//! Bars as CSV.

use super::Rows;
use std::io::{self, Write};

const HEADER: &str = "symbol,date,open,high,low,close,pre_close,volume,amount,factor\n";

/// A CSV file under way.
pub(super) struct CsvWriter<W> {
    out: W,
}

impl<W: Write> CsvWriter<W> {
    pub(super) fn new(mut out: W) -> io::Result<CsvWriter<W>> {
        out.write_all(HEADER.as_bytes())?;
        Ok(CsvWriter { out })
    }

    /// A line a bar: the shortest decimal that reads back as the same number, nothing where there is none. Whole numbers
    /// have a `.0`, or readers that guess types from the first lines would take the column for integers.
    pub(super) fn add(&mut self, rows: &Rows) -> io::Result<()> {
        let [open, high, low, close] = &rows.prices;
        for t in 0..rows.date.len() {
            write!(self.out, "{},{}", rows.symbol, rows.date[t])?;
            let columns = [open, high, low, close, &rows.pre_close, &rows.volume, &rows.amount, &rows.factor];
            for column in columns {
                match column[t] {
                    value if value.is_nan() => self.out.write_all(b",")?,
                    value => write!(self.out, ",{value:?}")?,
                }
            }
            self.out.write_all(b"\n")?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}
