//! One call, one transaction; many calls in one where the caller wants it.

use super::{Store, StoreError, StoreFault};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

impl Store {
    /// Does many puts as one transaction: after a crash all of them are there or none. When `work` fails, nothing of
    /// it is kept.
    ///
    /// # Errors
    /// The first error of `work`, or of the commit.
    pub fn batch<R, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Store) -> Result<R, E>,
    ) -> Result<R, E> {
        let mark = Mark::set(self)?;
        self.depth += 1;
        // A panic must not leave half of the work in an open transaction.
        let result = catch_unwind(AssertUnwindSafe(|| work(self)));
        self.depth -= 1;
        match result {
            Ok(Ok(value)) => {
                mark.keep(self)?;
                Ok(value)
            }
            Ok(Err(error)) => {
                mark.undo(self);
                Err(error)
            }
            Err(panic) => {
                mark.undo(self);
                resume_unwind(panic)
            }
        }
    }

    /// Does one piece of work as a transaction, or as a part of the batch around it.
    pub(super) fn write<R>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<R, StoreFault>,
    ) -> Result<R, StoreError> {
        self.batch(|store| store.at(work(&store.connection)))
    }

    /// Reads in one transaction, so that everything read belongs to one state of the store.
    pub(super) fn read<R>(
        &self,
        work: impl FnOnce(&Connection) -> Result<R, StoreFault>,
    ) -> Result<R, StoreError> {
        if self.depth > 0 || !self.connection.is_autocommit() {
            return self.at(work(&self.connection));
        }
        let transaction = self.at(self.connection.unchecked_transaction().map_err(StoreFault::from))?;
        let result = self.at(work(&transaction));
        // Nothing was written: how the transaction ends does not matter.
        drop(transaction);
        result
    }
}

/// Where to go back to. The outermost mark is the transaction, taken for writing at once: two writers then wait for
/// each other at the start, and never meet halfway.
#[derive(Clone, Copy)]
enum Mark {
    Transaction,
    Within,
}

impl Mark {
    fn set(store: &Store) -> Result<Mark, StoreError> {
        let (mark, sql) = match store.depth {
            0 => (Mark::Transaction, "BEGIN IMMEDIATE"),
            _ => (Mark::Within, "SAVEPOINT part"),
        };
        store.at(store.connection.execute_batch(sql).map_err(StoreFault::from))?;
        Ok(mark)
    }

    fn keep(self, store: &Store) -> Result<(), StoreError> {
        let sql = match self {
            Mark::Transaction => "COMMIT",
            Mark::Within => "RELEASE part",
        };
        let kept = store.connection.execute_batch(sql).map_err(StoreFault::from);
        if kept.is_err() {
            self.undo(store);
        }
        store.at(kept)
    }

    /// A failure to go back means that the database has gone back already.
    fn undo(self, store: &Store) {
        let sql = match self {
            Mark::Transaction => "ROLLBACK",
            Mark::Within => "ROLLBACK TO part; RELEASE part",
        };
        let _ = store.connection.execute_batch(sql);
    }
}
