//! Sealed records: what a backend stores and cannot read.

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{ZeroizeOnDrop, Zeroizing};

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
#[derive(ZeroizeOnDrop)]
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
        let mut content = Zeroizing::new(vec![REMOVED]);
        if let Some(plain) = plain {
            // In one piece: what grew would leave what it held behind.
            let size = padded(LEAD + plain.len());
            *content = Vec::with_capacity(size);
            content.push(PADDED);
            content.extend_from_slice(&(plain.len() as u64).to_be_bytes());
            content.extend_from_slice(plain);
            content.resize(size, 0);
        }
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
            Some((&REMOVED, [])) => Ok(None),
            Some((&AS_IT_IS, plain)) => Ok(Some(Zeroizing::new(plain.to_vec()))),
            Some((&PADDED, rest)) => unpadded(rest).map(|plain| Some(Zeroizing::new(plain.to_vec()))).ok_or(VaultError::Record),
            _ => Err(VaultError::Record),
        }
    }
}

/// A record that was removed, one as earlier versions sealed it, and one with its length before it and zeros behind it.
const REMOVED: u8 = 0;
const AS_IT_IS: u8 = 1;
const PADDED: u8 = 2;
/// How many bytes stand before a padded record.
const LEAD: usize = 9;
/// No record is smaller than this.
const LEAST: usize = 256;

/// How large a record is made, so that its size says little of what is in it: the next length of which all but the first few binary digits
/// are zero (Padmé: Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019). Above [`LEAST`]
/// at most a sixteenth is added, and up to a megabyte there are 257 lengths.
fn padded(length: usize) -> usize {
    let length = length.max(LEAST);
    let exponent = length.ilog2();
    let step = (1_usize << (exponent - (exponent.ilog2() + 1))) - 1;
    length.saturating_add(step) & !step
}

/// What was padded; `None` unless it is what [`padded`] makes of something.
fn unpadded(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let (plain, zeros) = rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    (zeros.iter().all(|&byte| byte == 0) && padded(LEAD + plain.len()) == LEAD + rest.len()).then_some(plain)
}

fn associated(slot: [u8; 16], version: u64) -> Vec<u8> {
    let mut data = b"habeas/1/vault-record\0".to_vec();
    data.extend_from_slice(&slot);
    data.extend_from_slice(&version.to_be_bytes());
    data
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;

    use super::*;

    fn sealed(plain: &[u8]) -> SealedRecord {
        Vault::with_key([7; 32]).seal("case", 1, Some(plain), &mut ChaCha20Rng::from_seed([1; 32]))
    }

    /// What stands before and behind the content: the nonce and the tag.
    const AROUND: usize = 24 + 16;

    proptest! {
        #[test]
        fn what_was_sealed_is_opened_and_its_size_says_little(plain in prop::collection::vec(any::<u8>(), 0..3000)) {
            let record = sealed(&plain);
            let size = record.bytes.len() - AROUND;
            let opened = Vault::with_key([7; 32]).open("case", &record).unwrap().unwrap();
            prop_assert_eq!(opened.as_slice(), plain.as_slice());
            prop_assert!(size >= LEAST && (size == LEAST || size * 16 <= (LEAD + plain.len()) * 17));
        }
    }

    #[test]
    fn a_short_word_and_a_longer_one_lie_there_alike_and_lengths_are_few() {
        assert_eq!(sealed(b"held").bytes.len(), sealed(&[b'x'; 247]).bytes.len());
        let lengths: std::collections::BTreeSet<usize> = (1..1 << 20).map(padded).collect();
        assert_eq!(lengths.len(), 257);
    }

    /// Records of before they were padded are read; what says to be padded and is not as this program pads is refused.
    #[test]
    fn an_earlier_record_is_read_and_a_wrong_one_is_not() {
        let vault = Vault::with_key([7; 32]);
        let of = |content: &[u8]| {
            let slot = vault.slot("case");
            let bytes = [&[9; 24][..], &encrypt(&vault.content, &[9; 24], &associated(slot, 1), content)].concat();
            vault.open("case", &SealedRecord { slot, version: 1, bytes })
        };
        assert_eq!(of(&[&[AS_IT_IS], &b"held"[..]].concat()).unwrap().unwrap().as_slice(), b"held");
        let padded =
            |length: u64, zeros: usize| [&[PADDED][..], &length.to_be_bytes(), b"held", vec![0; zeros].as_slice()].concat();
        assert_eq!(of(&padded(4, LEAST - LEAD - 4)).unwrap().unwrap().as_slice(), b"held");
        let wrong =
            [padded(4, 0), padded(4, LEAST - LEAD - 3), padded(3, LEAST - LEAD - 4), padded(u64::MAX, 300), vec![PADDED, 0]];
        assert!(wrong.iter().all(|content| of(content).is_err()));
    }
}
