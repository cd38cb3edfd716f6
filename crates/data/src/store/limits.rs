//! Published price limits in the store.

use super::column::Name;
use super::segments::{Arriving, Dataset, Days};
use super::{Merged, Store, StoreError};
use crate::record::{Origin, PublishedLimit};

pub(super) const LIMITS: Dataset =
    Dataset { name: "limits", columns: &[Name::Up, Name::Down], optional: &[], scale: None };

impl Store {
    /// Merges price limits, ascending by date, with those of the symbol.
    ///
    /// # Errors
    /// When dates do not ascend or a limit is not finite, or the store cannot be written.
    pub fn put_limits(
        &mut self,
        symbol: &str,
        limits: &[PublishedLimit],
        origin: &Origin,
        accept: bool,
    ) -> Result<Merged, StoreError> {
        let date: Vec<_> = limits.iter().map(|limit| limit.date).collect();
        let (up, down): (Vec<f64>, Vec<f64>) = limits.iter().map(|limit| (limit.up, limit.down)).unzip();
        let columns = [up.as_slice(), &down];
        let new = Arriving { symbol, kind: "raw", date: &date, columns: &columns, origin, accept };
        self.write(|connection| LIMITS.put(connection, new))
    }

    /// All published price limits of a symbol, ascending.
    ///
    /// # Errors
    /// When the store is damaged or cannot be read.
    pub fn limits(&self, symbol: &str) -> Result<Vec<PublishedLimit>, StoreError> {
        self.read(|connection| {
            let read = LIMITS.read(connection, symbol, Days::default(), LIMITS.columns)?;
            let Some((_, rows)) = read else { return Ok(Vec::new()) };
            let cells = rows.columns[0].iter().zip(&rows.columns[1]);
            Ok(rows
                .date
                .iter()
                .zip(cells)
                .map(|(date, (up, down))| PublishedLimit { date: *date, up: *up, down: *down })
                .collect())
        })
    }
}
