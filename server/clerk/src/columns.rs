//! Sealed columns: what the database holds and cannot be read without the clerk's key. While one key is exchanged for another, everything is
//! sealed under the next one, and both open.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use habeas_client_core::vault::{SealedRecord, Vault};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::ClerkError;

/// A key of sealed columns.
pub(crate) type ColumnsKey = Zeroizing<[u8; 32]>;

/// Seals and opens single values, each bound to its column and row, and the records of the clerk's device.
pub(crate) struct Columns(RwLock<Keys>);

struct Keys {
    key: ColumnsKey,
    current: Vault,
    /// The key before, until nothing is sealed under it any more.
    previous: Option<Vault>,
}

/// A keyed hash by which values are compared, and the one that comes in its place when the exchange of keys ends.
pub(crate) struct Compared {
    pub now: Vec<u8>,
    pub next: Option<Vec<u8>>,
}

impl Columns {
    pub fn new(key: &[u8; 32], previous: Option<&[u8; 32]>) -> Self {
        let previous = previous.map(|previous| Vault::with_key(*previous));
        Self(RwLock::new(Keys { key: Zeroizing::new(*key), current: Vault::with_key(*key), previous }))
    }

    /// From here on everything is sealed under the next key; the one before still opens.
    pub fn turn(&self, next: &[u8; 32]) {
        let mut keys = self.keys_mut();
        keys.previous = Some(std::mem::replace(&mut keys.current, Vault::with_key(*next)));
        keys.key = Zeroizing::new(*next);
    }

    /// Forgets the key before.
    pub fn forget_previous(&self) {
        self.keys_mut().previous = None;
    }

    /// The key under which everything is sealed now.
    pub fn key(&self) -> ColumnsKey {
        self.keys().key.clone()
    }

    /// Seals a value for a column (`table.column`) of a row.
    pub fn seal(&self, column: &str, row: &[u8], plain: &[u8], rng: &mut impl CryptoRng) -> Vec<u8> {
        self.keys().current.seal(&name(column, row), 1, Some(plain), rng).bytes
    }

    /// Opens it again. A value moved to another row or column does not open.
    pub fn open(&self, column: &str, row: &[u8], sealed: Vec<u8>) -> Result<Vec<u8>, ClerkError> {
        let (keys, name) = (self.keys(), name(column, row));
        let open = |vault: &Vault| {
            let record = SealedRecord { slot: vault.slot(&name), version: 1, bytes: sealed.clone() };
            vault.open(&name, &record).ok().flatten().map(|plain| plain.to_vec())
        };
        open(&keys.current).or_else(|| keys.previous.as_ref().and_then(open)).ok_or(ClerkError::Key)
    }

    /// Whether a value is sealed under the key of now.
    pub fn is_current(&self, column: &str, row: &[u8], sealed: &[u8]) -> bool {
        let (keys, name) = (self.keys(), name(column, row));
        let record = SealedRecord { slot: keys.current.slot(&name), version: 1, bytes: sealed.to_vec() };
        keys.current.open(&name, &record).is_ok()
    }

    /// A keyed hash to look values up by: equal for equal values, and nothing without the key.
    pub fn lookup(&self, column: &str, value: &str) -> [u8; 16] {
        self.keys().current.slot(&lookup(column, value))
    }

    /// Every hash under which a value may be found now.
    pub fn lookups(&self, column: &str, value: &str) -> Vec<Vec<u8>> {
        self.slots(&lookup(column, value)).into_iter().map(Vec::from).collect()
    }

    /// The hash of a value that is compared with others of its column.
    pub fn compared(&self, column: &str, value: &str) -> Compared {
        let (keys, name) = (self.keys(), lookup(column, value));
        let current = keys.current.slot(&name).to_vec();
        match &keys.previous {
            Some(previous) => Compared { now: previous.slot(&name).to_vec(), next: Some(current) },
            None => Compared { now: current, next: None },
        }
    }

    /// Where a record of that name may lie, the place of now first.
    pub fn slots(&self, name: &str) -> Vec<[u8; 16]> {
        let keys = self.keys();
        [Some(&keys.current), keys.previous.as_ref()].into_iter().flatten().map(|vault| vault.slot(name)).collect()
    }

    /// Seals a record of the device.
    pub fn seal_record(&self, name: &str, version: u64, content: &[u8], rng: &mut impl CryptoRng) -> SealedRecord {
        self.keys().current.seal(name, version, Some(content), rng)
    }

    /// Opens it again, wherever it lay.
    pub fn open_record(&self, name: &str, record: &SealedRecord) -> Result<Option<Zeroizing<Vec<u8>>>, ClerkError> {
        let keys = self.keys();
        let vault = Some(&keys.current).filter(|vault| vault.slot(name) == record.slot).or(keys.previous.as_ref());
        vault.ok_or(ClerkError::Key)?.open(name, record).map_err(|_| ClerkError::Key)
    }

    fn keys(&self) -> RwLockReadGuard<'_, Keys> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys_mut(&self) -> RwLockWriteGuard<'_, Keys> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(column: &str, row: &[u8]) -> String {
    format!("column/{column}/{}", habeas_protocol::api::to_hex(row))
}

fn lookup(column: &str, value: &str) -> String {
    format!("lookup/{column}/{value}")
}
