//! Sealed records: what a backend stores and cannot read.

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::VaultError;
use crate::keys::primitives::{Secret, decrypt, derive, encrypt, mac, sixteen};

/// One record as it rests: where it lies says nothing of what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedRecord {
    /// The hashed name.
    pub slot: [u8; 16],
    /// How often the record has been written, from 1.
    pub version: u64,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

/// An open vault. Dropping it wipes its keys: that is what locking means.
pub struct Vault {
    content: Secret,
    names: Secret,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Vault {
    pub(super) fn new(key: Secret) -> Self {
        Self { content: derive(&key, "habeas/1/vault-content"), names: derive(&key, "habeas/1/vault-names") }
    }

    /// A vault whose key lies elsewhere, such as the clerk's in its key file.
    pub fn with_key(key: [u8; 32]) -> Self {
        Self::new(Secret::new(key))
    }

    /// Where the record of that name lies.
    pub fn slot(&self, name: &str) -> [u8; 16] {
        sixteen(&mac(&self.names, &[name.as_bytes()]))
    }

    /// Seals a record; `None` marks it as removed. Each version is written once.
    pub fn seal(&self, name: &str, version: u64, plain: Option<&[u8]>, rng: &mut impl CryptoRng) -> SealedRecord {
        let slot = self.slot(name);
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let mut content = Zeroizing::new(vec![u8::from(plain.is_some())]);
        content.extend_from_slice(plain.unwrap_or_default());
        let mut bytes = nonce.to_vec();
        bytes.extend(encrypt(&self.content, &nonce, &associated(slot, version), &content));
        SealedRecord { slot, version, bytes }
    }

    /// Opens a record that was stored under that name. `None`: it was removed. A record of another name or version, or
    /// one that was changed, is refused.
    pub fn open(&self, name: &str, record: &SealedRecord) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let slot = self.slot(name);
        let (nonce, sealed) = record.bytes.split_first_chunk::<24>().ok_or(VaultError::Record)?;
        let content = decrypt(&self.content, nonce, &associated(slot, record.version), sealed).map_err(|_| VaultError::Record)?;
        match content.split_first() {
            Some((0, [])) => Ok(None),
            Some((1, plain)) => Ok(Some(Zeroizing::new(plain.to_vec()))),
            _ => Err(VaultError::Record),
        }
    }
}

fn associated(slot: [u8; 16], version: u64) -> Vec<u8> {
    let mut data = b"habeas/1/vault-record\0".to_vec();
    data.extend_from_slice(&slot);
    data.extend_from_slice(&version.to_be_bytes());
    data
}
