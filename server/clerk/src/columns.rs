//! Sealed columns: what the database holds and cannot be read without the key file.

use habeas_client_core::vault::{SealedRecord, Vault};
use rand_core::CryptoRng;

use crate::ClerkError;

/// Seals and opens single values, each bound to its column and row.
pub(crate) struct Columns(Vault);

impl Columns {
    pub fn new(key: [u8; 32]) -> Self {
        Self(Vault::with_key(key))
    }

    /// Seals a value for a column (`table.column`) of a row.
    pub fn seal(&self, column: &str, row: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        self.0.seal(&name(column, row), 1, Some(plain), rng).bytes
    }

    /// Opens it again. A value moved to another row or column does not open.
    pub fn open(&self, column: &str, row: &[u8], sealed: Vec<u8>) -> Result<Vec<u8>, ClerkError> {
        let name = name(column, row);
        let record = SealedRecord { slot: self.0.slot(&name), version: 1, bytes: sealed };
        let plain = self.0.open(&name, &record).map_err(|_| ClerkError::Key)?;
        plain.map(|plain| plain.to_vec()).ok_or(ClerkError::Key)
    }

    /// A keyed hash to look values up by: equal for equal values, and nothing without the key.
    pub fn lookup(&self, column: &str, value: &str) -> [u8; 16] {
        self.0.slot(&format!("lookup/{column}/{value}"))
    }
}

fn name(column: &str, row: &[u8]) -> String {
    format!("column/{column}/{}", habeas_protocol::api::to_hex(row))
}
