//! What rests on a device is sealed here: passphrase → Argon2id → a key that opens the vault's own key → records, each
//! authenticated with its name and version. Where the bytes lie (files, IndexedDB) is the device's business; a backend
//! stores [`SealedRecord`]s and the [`Header`] and can read neither.

mod file;
mod header;
mod record;

pub use file::{FileError, MAGIC, Replay, frame, replay};
pub use header::{Header, Params, VaultError};
pub use record::{SealedRecord, Vault};
