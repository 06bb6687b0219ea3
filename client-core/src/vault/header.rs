//! The vault's header: how the passphrase becomes a key, and the vault's own key sealed under it.

use argon2::{Algorithm, Argon2, Block, Version};
use habeas_protocol::{decode, encode};
use habeas_texts::{self as texts, Message};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Vault;
use crate::keys::primitives::{Secret, decrypt, encrypt, random};

const ASSOCIATED: &[u8] = b"habeas/1/vault-header\0";
/// The largest header, in bytes.
const MAX_HEADER: usize = 256;

/// What the passphrase costs to try. Never below [`Params::FLOOR`], whatever a header says: a header that asks for less was
/// tampered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Params {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Params {
    /// 64 MiB, three passes: what a new vault uses.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// 19 MiB, two passes: the least for a device that has no more memory.
    pub const FLOOR: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// 1 GiB, sixteen passes, four lanes: more is no vault's but an attempt to exhaust the device.
    const CEILING: Self = Self { memory_kib: 1024 * 1024, passes: 16, lanes: 4 };

    fn check(self) -> Result<Self, VaultError> {
        let within = |value, least, most| (least..=most).contains(&value);
        let fits = within(self.memory_kib, Self::FLOOR.memory_kib, Self::CEILING.memory_kib)
            && within(self.passes, Self::FLOOR.passes, Self::CEILING.passes)
            && within(self.lanes, Self::FLOOR.lanes, Self::CEILING.lanes);
        if fits { Ok(self) } else { Err(VaultError::Damaged) }
    }
}

/// Why a vault does not open or a record does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Another passphrase. A header whose sealed key was changed looks the same.
    #[error("the passphrase does not open this vault")]
    Passphrase,
    /// The passphrase is too short to protect anything.
    #[error("the passphrase needs at least {0} characters")]
    TooShort(usize),
    /// The header is cut off, malformed, or asks for a derivation outside the bounds.
    #[error("the vault's header is damaged; restore it from a backup of this device")]
    Damaged,
    /// A record was changed, cut off, or put in another's place.
    #[error("a record of the vault was changed or exchanged; it is not used")]
    Record,
    /// The device has not the memory that the derivation needs.
    #[error("this device has not enough free memory to open the vault")]
    Memory,
}

impl From<VaultError> for Message {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Passphrase => texts::error_passphrase_wrong(),
            VaultError::TooShort(least) => texts::error_passphrase_short(least),
            VaultError::Damaged => texts::error_vault_header(),
            VaultError::Record => texts::error_vault_record(),
            VaultError::Memory => texts::error_vault_memory(),
        }
    }
}

/// The vault's header, as it is stored beside the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    version: u8,
    params: Params,
    salt: [u8; 16],
    nonce: [u8; 24],
    sealed: Vec<u8>,
}

impl Header {
    /// The fewest characters of a passphrase.
    pub const MIN_PASSPHRASE: usize = 8;

    /// Makes a vault with a key of its own and seals that key under the passphrase.
    pub fn create(passphrase: &str, params: Params, rng: &mut impl CryptoRng) -> Result<(Self, Vault), VaultError> {
        let key = random(rng);
        let header = Self::seal(&key, passphrase, params, rng)?;
        Ok((header, Vault::new(key)))
    }

    fn seal(key: &Secret, passphrase: &str, params: Params, rng: &mut impl CryptoRng) -> Result<Self, VaultError> {
        if passphrase.chars().count() < Self::MIN_PASSPHRASE {
            return Err(VaultError::TooShort(Self::MIN_PASSPHRASE));
        }
        let (mut salt, mut nonce) = ([0; 16], [0; 24]);
        rng.fill_bytes(&mut salt);
        rng.fill_bytes(&mut nonce);
        let mut header = Self { version: 1, params: params.check()?, salt, nonce, sealed: Vec::new() };
        let outer = derive(passphrase, header.params, &salt)?;
        header.sealed = encrypt(&outer, &nonce, &header.associated(), key.as_ref());
        Ok(header)
    }

    /// Opens the vault. Takes as long as [`Params`] say.
    pub fn open(&self, passphrase: &str) -> Result<Vault, VaultError> {
        if self.version != 1 {
            return Err(VaultError::Damaged);
        }
        let outer = derive(passphrase, self.params.check()?, &self.salt)?;
        let key = decrypt(&outer, &self.nonce, &self.associated(), &self.sealed).map_err(|_| VaultError::Passphrase)?;
        let key: [u8; 32] = key.as_slice().try_into().map_err(|_| VaultError::Damaged)?;
        Ok(Vault::new(Zeroizing::new(key)))
    }

    /// The header's bytes.
    pub fn encode(&self) -> Vec<u8> {
        encode(self).unwrap_or_default()
    }

    /// Reads a header.
    pub fn decode(bytes: &[u8]) -> Result<Self, VaultError> {
        decode(bytes, MAX_HEADER).map_err(|_| VaultError::Damaged)
    }

    /// The cost and the salt are authenticated with the key, so neither can be exchanged for a weaker one.
    fn associated(&self) -> Vec<u8> {
        let mut data = ASSOCIATED.to_vec();
        for number in [self.params.memory_kib, self.params.passes, self.params.lanes] {
            data.extend_from_slice(&number.to_be_bytes());
        }
        data.extend_from_slice(&self.salt);
        data
    }
}

fn derive(passphrase: &str, params: Params, salt: &[u8; 16]) -> Result<Secret, VaultError> {
    let mut key = Secret::default();
    let argon = argon2::Params::new(params.memory_kib, params.passes, params.lanes, Some(32)).map_err(|_| VaultError::Damaged)?;
    // The last of these blocks give the key: they go as it goes.
    let mut blocks = Zeroizing::new(Vec::new());
    blocks.try_reserve_exact(argon.block_count()).map_err(|_| VaultError::Memory)?;
    blocks.resize(argon.block_count(), Block::default());
    Argon2::new(Algorithm::Argon2id, Version::V0x13, argon)
        .hash_password_into_with_memory(passphrase.as_bytes(), salt, key.as_mut(), blocks.as_mut_slice())
        .map_err(|_| VaultError::Memory)?;
    Ok(key)
}
