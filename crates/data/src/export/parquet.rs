//! Bars as Parquet, readable by pandas, polars and DuckDB.

use super::Rows;
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use std::io::Write;
use std::sync::Arc;
use tidegate_market::TradeDate;

const SCHEMA: &str = "
message bars {
    required binary symbol (STRING);
    required int32 date (DATE);
    required double open;
    required double high;
    required double low;
    required double close;
    optional double pre_close;
    required double volume;
    optional double amount;
    required double factor;
}";

/// Rows of a row group: some ten megabytes in memory.
const GROUP: usize = 200_000;

/// A Parquet file under way. Short series share a row group.
pub(super) struct ParquetWriter<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    waiting: Vec<Rows>,
    rows: usize,
}

impl<W: Write + Send> ParquetWriter<W> {
    pub(super) fn new(out: W) -> Result<ParquetWriter<W>> {
        let schema = Arc::new(parse_message_type(SCHEMA)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
        Ok(ParquetWriter { writer, waiting: Vec::new(), rows: 0 })
    }

    pub(super) fn add(&mut self, rows: Rows) -> Result<()> {
        self.rows += rows.date.len();
        self.waiting.push(rows);
        if self.rows >= GROUP { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<()> {
        let parts = std::mem::take(&mut self.waiting);
        let rows = std::mem::take(&mut self.rows);
        if rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        let names = parts
            .iter()
            .flat_map(|part| std::iter::repeat_n(ByteArray::from(part.symbol.as_str()), part.date.len()))
            .collect::<Vec<_>>();
        write::<ByteArrayType, _>(&mut group, &names, None)?;
        let days: Vec<i32> = parts.iter().flat_map(|part| part.date.iter().map(|date| days(*date))).collect();
        write::<Int32Type, _>(&mut group, &days, None)?;
        let whole =
            |column: fn(&Rows) -> &[f64]| parts.iter().flat_map(column).copied().collect::<Vec<f64>>();
        write::<DoubleType, _>(&mut group, &whole(|part| &part.prices[0]), None)?;
        write::<DoubleType, _>(&mut group, &whole(|part| &part.prices[1]), None)?;
        write::<DoubleType, _>(&mut group, &whole(|part| &part.prices[2]), None)?;
        write::<DoubleType, _>(&mut group, &whole(|part| &part.prices[3]), None)?;
        write_optional(&mut group, &whole(|part| &part.pre_close))?;
        write::<DoubleType, _>(&mut group, &whole(|part| &part.volume), None)?;
        write_optional(&mut group, &whole(|part| &part.amount))?;
        write::<DoubleType, _>(&mut group, &whole(|part| &part.factor), None)?;
        group.close()?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W> {
        self.write_group()?;
        self.writer.into_inner()
    }
}

/// The next column of the group. `levels`: 1 where a cell has a value, for columns that may be empty.
fn write<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<()> {
    let column = group.next_column()?;
    let mut column = column.ok_or_else(|| ParquetError::General("the schema has fewer columns".into()))?;
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

fn write_optional<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[f64],
) -> Result<()> {
    let levels: Vec<i16> = values.iter().map(|value| i16::from(!value.is_nan())).collect();
    let there: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    write::<DoubleType, _>(group, &there, Some(&levels))
}

/// Days since 1970-01-01, as Parquet counts them.
fn days(date: TradeDate) -> i32 {
    // Years have four digits: the days fit.
    TradeDate::new(1970, 1, 1).map_or(0, |epoch| date.days_since(epoch) as i32)
}
