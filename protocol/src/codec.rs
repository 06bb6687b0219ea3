//! Encoding and decoding, strictly: one value has one encoding, and nothing may follow it.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes that are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBytes {
    /// More bytes than such a thing can have.
    #[error("it is larger than allowed")]
    TooLong,
    /// Not such a thing, or followed by something else, or not in its one encoding.
    #[error("it is malformed")]
    Malformed,
}

/// A value's encoding.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, BadBytes> {
    postcard::to_allocvec(value).map_err(|_| BadBytes::Malformed)
}

/// Reads a value of at most `limit` bytes. Hashes and signatures cover bytes, so a second encoding of the same value is
/// refused.
pub fn decode<T: DeserializeOwned + Serialize>(bytes: &[u8], limit: usize) -> Result<T, BadBytes> {
    if bytes.len() > limit {
        return Err(BadBytes::TooLong);
    }
    let value: T = postcard::from_bytes(bytes).map_err(|_| BadBytes::Malformed)?;
    if encode(&value)? == bytes { Ok(value) } else { Err(BadBytes::Malformed) }
}
