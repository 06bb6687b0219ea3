//! Passwords of accounts: Argon2id, 19 MiB, two passes. (A device's vault has a costlier derivation of its own.)

use argon2::{Algorithm, Argon2, Params, Version};
use habeas_protocol::api::{from_hex, to_hex};
use rand_core::CryptoRng;

use crate::HubError;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// The fewest and most bytes of a password.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=256;

/// The text to store for a new password.
pub(crate) fn hash(password: &str, rng: &mut impl CryptoRng) -> Result<String, HubError> {
    if !LENGTH.contains(&password.len()) {
        return Err(HubError::BadInput("password_length", "a password has 10 to 256 bytes; several words are best"));
    }
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let hash = derive(password, &salt).ok_or(HubError::BadInput("bad_input", "this password cannot be used"))?;
    Ok(format!("argon2id-19m-2${}${}", to_hex(&salt), to_hex(&hash)))
}

/// Whether the password is the stored one. Takes the same time when there is no stored one, so that nobody learns which
/// accounts exist.
pub(crate) fn verify(password: &str, stored: Option<&str>) -> bool {
    let parts = stored.and_then(|text| {
        let mut parts = text.split('$').skip(1);
        Some((from_hex(parts.next()?, 16)?, from_hex(parts.next()?, 32)?))
    });
    let (salt, expected) = parts.unwrap_or_else(|| (vec![0; 16], Vec::new()));
    let Some(found) = derive(password.get(..password.len().min(1024)).unwrap_or_default(), &salt) else {
        return false;
    };
    let differs = found.iter().zip(&expected).fold(0, |sum, (a, b)| sum | (a ^ b));
    expected.len() == found.len() && differs == 0
}

fn derive(password: &str, salt: &[u8]) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(password.as_bytes(), salt, &mut hash).ok()?;
    Some(hash)
}
