//! The records of the clerk's device, in the clerk's database. What the device puts is held back until the clerk stores it
//! together with what it means: projection and outbox move with the cursor, in one transaction.

use std::collections::BTreeMap;

use habeas_client_core::device::{Records, RecordsError};
use habeas_client_core::vault::Vault;
use habeas_db::{Db, Store};
use habeas_texts as texts;
use rand_core::CryptoRng;

use crate::ClerkError;
use crate::store::records;

pub(crate) struct ClerkRecords {
    store: Store,
    vault: Vault,
    /// What is held back; none for what is to go.
    pending: BTreeMap<String, Option<Vec<u8>>>,
}

impl ClerkRecords {
    pub fn new(store: Store, key: [u8; 32]) -> Self {
        Self { store, vault: Vault::with_key(key), pending: BTreeMap::new() }
    }

    /// Stores what was held back.
    pub fn flush(&mut self, db: &mut Db, rng: &mut impl CryptoRng) -> Result<(), ClerkError> {
        for (name, content) in &self.pending {
            let Some(content) = content else {
                records::delete(db, self.vault.slot(name))?;
                continue;
            };
            let version = records::get(db, self.vault.slot(name))?.map_or(1, |record| record.version + 1);
            records::put(db, &self.vault.seal(name, version, Some(content), rng))?;
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
        let record = self.store.read(|db| records::get(db, self.vault.slot(name))).map_err(failed)?;
        let Some(record) = record else {
            return Ok(None);
        };
        let content = self.vault.open(name, &record).map_err(|error| RecordsError(error.into()))?;
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
