//! The records of the clerk's device, in the clerk's database. What the device puts is held back until the clerk stores it
//! together with what it means: projection and outbox move with the cursor, in one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use habeas_client_core::device::{Records, RecordsError};
use habeas_db::{Db, Store};
use habeas_texts as texts;
use rand_core::CryptoRng;

use crate::ClerkError;
use crate::columns::Columns;
use crate::store::records;

pub(crate) struct ClerkRecords {
    store: Store,
    columns: Arc<Columns>,
    /// What is held back; none for what is to go.
    pending: BTreeMap<String, Option<Vec<u8>>>,
}

impl ClerkRecords {
    pub fn new(store: Store, columns: Arc<Columns>) -> Self {
        Self { store, columns, pending: BTreeMap::new() }
    }

    /// Stores what was held back.
    pub fn flush(&mut self, db: &mut Db, rng: &mut impl CryptoRng) -> Result<(), ClerkError> {
        for (name, content) in &self.pending {
            let there = records::get(db, &self.columns.slots(name))?;
            let slot = self.columns.slots(name)[0];
            if let Some(content) = content {
                let version = there.as_ref().map_or(1, |record| record.version + 1);
                put(db, &self.columns, (name, version, content), rng)?;
            }
            // What goes; and what was sealed under the key before lay elsewhere.
            if let Some(before) = there.filter(|there| content.is_none() || there.slot != slot) {
                records::delete(db, before.slot)?;
            }
        }
        Ok(())
    }

    /// Whether nothing is held back.
    pub fn is_clear(&self) -> bool {
        self.pending.is_empty()
    }

    /// Forgets what was held back, once it is stored.
    pub fn clear(&mut self) {
        self.pending.clear();
    }
}

impl Records for ClerkRecords {
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, RecordsError> {
        if let Some(content) = self.pending.get(name) {
            return Ok(content.clone());
        }
        let failed = |error: ClerkError| RecordsError(texts::error_vault_write(error.to_string()));
        let record = self.store.read(|db| records::get(db, &self.columns.slots(name))).map_err(failed)?;
        let Some(record) = record else {
            return Ok(None);
        };
        let content = self.columns.open_record(name, &record).map_err(failed)?;
        Ok(content.map(|content| content.to_vec()))
    }

    fn put(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.pending.extend(batch.into_iter().map(|(name, content)| (name, Some(content))));
        Ok(())
    }

    /// Whoever stores it has the database scoured afterwards.
    fn forget(&mut self, names: &[String], batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.pending.extend(names.iter().map(|name| (name.clone(), None)));
        self.put(batch)
    }

    /// The log revokes no clerk's device, so nobody asks this of it.
    fn forget_all_but(&mut self, _: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        Err(RecordsError(texts::error_revoke_clerk()))
    }
}

/// Stores a record with its sealed name.
pub(crate) fn put(
    db: &mut Db,
    columns: &Columns,
    (name, version, content): (&str, u64, &[u8]),
    rng: &mut impl CryptoRng,
) -> Result<(), ClerkError> {
    let record = columns.seal_record(name, version, content, rng);
    let name = columns.seal("records.name", &record.slot, name.as_bytes(), rng);
    records::put(db, &record, &name)
}
