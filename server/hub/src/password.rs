//! Passwords of accounts: Argon2id, 19 MiB, two passes. (A device's vault has a costlier derivation of its own.) What is stored tells a password
//! from another; the key that the same derivation gives is stored nowhere, so what is sealed under it opens by the password alone.

use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use habeas_protocol::api::{from_hex, to_hex};
use habeas_protocol::hash as digest;
use rand_core::CryptoRng;
use zeroize::{Zeroize as _, Zeroizing};

use crate::HubError;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// The fewest and most bytes of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=256;
const FORM: &str = "argon2id-19m-2-h";
/// Accounts of the first versions: what Argon2 gave is stored as it is.
const FIRST_FORM: &str = "argon2id-19m-2";

/// What a right password gives.
pub(crate) struct Opened {
    /// A key that nobody has who does not know the password.
    pub key: Zeroizing<[u8; 32]>,
    /// What to store in the place of an older form.
    pub newer: Option<String>,
}

/// The text to store for a new password.
pub(crate) fn hash(password: &str, rng: &mut impl CryptoRng) -> Result<String, HubError> {
    Ok(new(password, rng)?.0)
}

/// The text to store for a new password, and what the password gives.
pub(crate) fn new(password: &str, rng: &mut impl CryptoRng) -> Result<(String, Opened), HubError> {
    if !LENGTH.contains(&password.len()) {
        return Err(HubError::BadInput("password_length", "a password has 10 to 256 bytes; several words are best"));
    }
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let derived = derive(password, &salt).ok_or(HubError::BadInput("bad_input", "this password cannot be used"))?;
    Ok((write(&salt, &derived), Opened { key: key_of(&derived), newer: None }))
}

/// What the password gives, if it is the stored one.
pub(crate) fn verify(password: &str, stored: &str) -> Option<Opened> {
    let mut parts = stored.split('$');
    let form = parts.next().filter(|form| [FORM, FIRST_FORM].contains(form))?;
    let (salt, expected) = (from_hex(parts.next()?, 16)?, from_hex(parts.next()?, 32)?);
    let is_first = form == FIRST_FORM;
    // What is longer than any password can be is none, and takes no longer.
    let derived = derive(if password.len() > *LENGTH.end() { "" } else { password }, &salt)?;
    let found = if is_first { *derived } else { check(&derived) };
    let differs = found.iter().zip(&expected).fold(0, |sum, (a, b)| sum | (a ^ b));
    if expected.len() != found.len() || differs != 0 {
        return None;
    }
    Some(Opened { key: key_of(&derived), newer: is_first.then(|| write(&salt, &derived)) })
}

fn key_of(derived: &[u8; 32]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(digest("habeas/1/password-key", &[derived.as_slice()]))
}

fn write(salt: &[u8], derived: &[u8; 32]) -> String {
    format!("{FORM}${}${}", to_hex(salt), to_hex(&check(derived)))
}

fn check(derived: &[u8; 32]) -> [u8; 32] {
    digest("habeas/1/password", &[derived])
}

/// The memory of the last derivations, to be used again: given back to the allocator it would stay with each thread that ever hashed.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());
/// How many are kept: as many as hash at a time.
const KEPT: usize = 2;

fn derive(password: &str, salt: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let mut hash = Zeroizing::new([0; 32]);
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?;
    let kept = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let free = kept().pop();
    let mut blocks = free.unwrap_or_else(|| vec![Block::default(); params.block_count()]);
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let done = hasher.hash_password_into_with_memory(password.as_bytes(), salt, hash.as_mut(), &mut blocks);
    // What the last block gives is the key that opens the account's second factor: it does not lie here until somebody else signs in.
    blocks.iter_mut().for_each(Block::zeroize);
    let mut kept = kept();
    if kept.len() < KEPT {
        kept.push(blocks);
    }
    done.ok().map(|()| hash)
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn nothing_of_a_derivation_stays_in_the_memory_that_is_kept() {
        derive("a long password", &[7; 16]).unwrap();
        let kept = MEMORY.lock().unwrap();
        // Another test may have taken one just now; whatever is there is clean.
        assert!(kept.iter().flatten().flat_map(AsRef::<[u64]>::as_ref).all(|word| *word == 0));
    }

    #[test]
    fn an_account_of_the_first_versions_signs_in_and_is_stored_anew() {
        let salt = [7; 16];
        let before = format!("{FIRST_FORM}${}${}", to_hex(&salt), to_hex(derive("a long password", &salt).unwrap().as_slice()));
        assert!(verify("another password", &before).is_none());
        let opened = verify("a long password", &before).unwrap();
        let newer = opened.newer.unwrap();
        assert!(newer.starts_with(&format!("{FORM}$")));
        let again = verify("a long password", &newer).unwrap();
        assert!(again.newer.is_none() && again.key == opened.key);
        // What is stored gives neither the key nor what it is made of.
        assert!(!newer.contains(&to_hex(again.key.as_slice())));
        let mut rng = rand_chacha::ChaCha20Rng::from_seed([1; 32]);
        let stored = hash("a long password", &mut rng).unwrap();
        assert!(verify("a long password", &stored).is_some() && verify("a long passwore", &stored).is_none());
        assert!(verify("", &stored).is_none() && verify("a long password", "unreadable").is_none());
    }
}
