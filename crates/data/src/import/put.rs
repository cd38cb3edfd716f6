//! What a file gave, put into the store.

use super::parsed::Parsed;
use crate::finding::Finding;
use crate::record::Origin;
use crate::store::{Merged, Store, StoreError};
use std::path::Path;

impl Parsed {
    /// Where the tables come from, received now: layout, file name and hash.
    pub fn origin(&self, path: &Path) -> Origin {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let received = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Origin { source: format!("file ({})", self.layout), name, received, sha256: self.sha256.clone() }
    }

    /// Puts everything into the store as one transaction. What is stored already and differs is reported and kept,
    /// unless `accept`. Findings are kept for the symbols that have bars here, and those about the file as a whole under
    /// no symbol, with the file's name; `more` adds those of an audit.
    ///
    /// # Errors
    /// When the store cannot be written; then nothing of the file is stored.
    pub fn put(
        &self,
        store: &mut Store,
        origin: &Origin,
        accept: bool,
        more: &[Finding],
    ) -> Result<Merged, StoreError> {
        store.batch(|store| {
            let mut merged = Merged::default();
            for table in &self.tables {
                let symbol = &table.symbol;
                if let Some(bars) = &table.bars {
                    merged.extend(store.put_bars(bars, origin, accept)?);
                    let about = |finding: &&Finding| finding.symbol == *symbol;
                    let findings: Vec<Finding> = self
                        .findings
                        .iter()
                        .filter(about)
                        .chain(more.iter().filter(about))
                        .cloned()
                        .collect();
                    store.put_findings(symbol, &findings)?;
                }
                if let Some(factors) = &table.factors {
                    merged.extend(store.put_factors(factors, origin, accept)?);
                }
                if !table.suspensions.is_empty() {
                    merged.extend(store.put_suspensions(symbol, &table.suspensions, origin)?);
                }
                if !table.limits.is_empty() {
                    merged.extend(store.put_limits(symbol, &table.limits, origin, accept)?);
                }
                if !table.names.is_empty() {
                    merged.extend(store.put_names(symbol, &table.names, origin)?);
                }
            }
            if !self.listings.is_empty() {
                merged.extend(store.put_listings(&self.listings, origin)?);
            }
            for (exchange, days) in &self.calendars {
                merged.extend(store.put_calendar(exchange, days, origin)?);
            }
            self.put_findings_of_file(store, &origin.name)?;
            Ok(merged)
        })
    }

    /// Keeps the findings about no symbol in place of those that a file of this name left before; those of other files
    /// stay.
    fn put_findings_of_file(&self, store: &mut Store, file: &str) -> Result<(), StoreError> {
        let mark = format!("{file}: ");
        let stored = store.findings("")?;
        let (mut kept, old): (Vec<Finding>, Vec<Finding>) =
            stored.into_iter().partition(|finding| !finding.message.starts_with(&mark));
        let own = self.findings.iter().filter(|finding| finding.symbol.is_empty());
        let new: Vec<Finding> = own
            .map(|finding| Finding { message: format!("{mark}{}", finding.message), ..finding.clone() })
            .collect();
        if new != old {
            kept.extend(new);
            store.put_findings("", &kept)?;
        }
        Ok(())
    }
}
