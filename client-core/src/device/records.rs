//! Where a device keeps its records: a vault on disk, IndexedDB, the clerk's database. Names and contents are handed over
//! in the clear; whoever stores them seals them.

use std::collections::BTreeMap;

use habeas_texts::Message;

/// Why records cannot be read or written, for the person at the device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RecordsError(pub Message);

/// A record's name and its new content.
pub type Put = (String, Vec<u8>);

/// A place for records.
pub trait Records {
    /// A record's content, as it was last put.
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, RecordsError>;

    /// Stores all of these or none. When this returns, they survive the power going out.
    fn put(&mut self, batch: Vec<Put>) -> Result<(), RecordsError>;

    /// Stores these and destroys the records of these names: all of it or nothing. When this returns, nothing of them, nor of what the others
    /// held before, can be read where it lay.
    fn forget(&mut self, names: &[String], batch: Vec<Put>) -> Result<(), RecordsError>;

    /// Destroys every record and stores these in their place: all of it or nothing. When this returns, nothing of what was there can be read
    /// where it lay.
    fn forget_all_but(&mut self, batch: Vec<Put>) -> Result<(), RecordsError>;
}

/// Records in memory, for tests.
#[derive(Debug, Clone, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Records for Memory {
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, RecordsError> {
        Ok(self.0.get(name).cloned())
    }

    fn put(&mut self, batch: Vec<Put>) -> Result<(), RecordsError> {
        self.0.extend(batch);
        Ok(())
    }

    fn forget(&mut self, names: &[String], batch: Vec<Put>) -> Result<(), RecordsError> {
        self.0.retain(|name, _| !names.contains(name));
        self.put(batch)
    }

    fn forget_all_but(&mut self, batch: Vec<Put>) -> Result<(), RecordsError> {
        self.0.clear();
        self.put(batch)
    }
}
