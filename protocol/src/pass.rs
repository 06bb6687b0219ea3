//! What a device shows with every request that takes a session: a name of the session's token, and the device's signature that it is this device which
//! asks for this now. The token does not travel, and one that somebody has copied is nothing without the device's key.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::api::{to_hex, token_hash};
use crate::ids::{Hash, Signature};

/// How far the time of a pass may be from the server's, in milliseconds.
pub const PASS_WINDOW: u64 = 300_000;

/// The token itself stays on the device: the beginning of its hash is enough to find it by.
const NAME: usize = 16;
const TIME: usize = 6;
const BYTES: usize = NAME + TIME + 64;
/// How many letters so many bytes are.
const LETTERS: usize = (BYTES * 4).div_ceil(3);

/// What stands in `Authorization: Bearer`, for one request.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass {
    /// The first bytes of the hash by which the hub knows the session's token.
    pub name: [u8; NAME],
    /// When the device asked, in milliseconds since 1970 by the server's clock as far as the device knows it.
    pub at: u64,
    /// The device's signature over all this and what is asked.
    pub signature: Signature,
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a pass of {}", self.at)
    }
}

impl Pass {
    /// Makes one. `path` is the address behind the host, with what follows a question mark.
    pub fn new(token: [u8; 32], at: u64, method: &str, path: &str, sign: impl FnOnce(&[u8]) -> Signature) -> Self {
        let hash = token_hash(&to_hex(&token));
        let mut name = [0; NAME];
        name.copy_from_slice(&hash[..NAME]);
        Self { name, at, signature: sign(&Self::signed(&hash, at, method, path)) }
    }

    /// What the device must have signed if it asks for this, with a token of that hash.
    pub fn message(&self, token_hash: &Hash, method: &str, path: &str) -> Vec<u8> {
        Self::signed(token_hash, self.at, method, path)
    }

    fn signed(token_hash: &Hash, at: u64, method: &str, path: &str) -> Vec<u8> {
        let mut message = b"habeas/1/request\0".to_vec();
        message.extend_from_slice(token_hash);
        message.extend_from_slice(&at.to_be_bytes());
        message.extend_from_slice(method.as_bytes());
        message.push(b' ');
        message.extend_from_slice(path.as_bytes());
        message
    }

    /// The text: 115 letters, for every byte goes over the slowest network.
    pub fn write(&self) -> String {
        let mut bytes = [0; BYTES];
        bytes[..NAME].copy_from_slice(&self.name);
        bytes[NAME..NAME + TIME].copy_from_slice(&self.at.to_be_bytes()[8 - TIME..]);
        bytes[NAME + TIME..].copy_from_slice(&self.signature.0);
        Base64UrlUnpadded::encode_string(&bytes)
    }

    /// Reads it.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; BYTES];
        if text.len() != LETTERS || Base64UrlUnpadded::decode(text, &mut bytes).ok()?.len() != BYTES {
            return None;
        }
        let (name, rest) = bytes.split_first_chunk::<NAME>()?;
        let (time, signature) = rest.split_first_chunk::<TIME>()?;
        let mut at = [0; 8];
        at[8 - TIME..].copy_from_slice(time);
        Some(Self { name: *name, at: u64::from_be_bytes(at), signature: Signature(signature.try_into().ok()?) })
    }
}
