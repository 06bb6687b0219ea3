//! What a device shows with every request that takes a session: the session's token, and the device's signature that it is this device which
//! asks for this now. A token that somebody has copied is nothing without the device's key.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::api::{to_hex, token_hash};
use crate::ids::{Hash, Signature};

/// How far the time of a pass may be from the server's, in milliseconds.
pub const PASS_WINDOW: u64 = 300_000;

const TOKEN: usize = 32;
const TIME: usize = 6;
const BYTES: usize = TOKEN + TIME + 64;

/// What stands in `Authorization: Bearer`, for one request.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass {
    /// The session's token.
    token: [u8; TOKEN],
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
    pub fn new(token: [u8; TOKEN], at: u64, method: &str, path: &str, sign: impl FnOnce(&[u8]) -> Signature) -> Self {
        let signature = sign(&Self::signed(&token, at, method, path));
        Self { token, at, signature }
    }

    /// What the device must have signed if it asks for this.
    pub fn message(&self, method: &str, path: &str) -> Vec<u8> {
        Self::signed(&self.token, self.at, method, path)
    }

    /// The hash by which the hub knows the token.
    pub fn token_hash(&self) -> Hash {
        token_hash(&to_hex(&self.token))
    }

    fn signed(token: &[u8; TOKEN], at: u64, method: &str, path: &str) -> Vec<u8> {
        let mut message = b"habeas/1/request\0".to_vec();
        message.extend_from_slice(token);
        message.extend_from_slice(&at.to_be_bytes());
        message.extend_from_slice(method.as_bytes());
        message.push(b' ');
        message.extend_from_slice(path.as_bytes());
        message
    }

    /// The text: 136 letters, for every byte goes over the slowest network.
    pub fn write(&self) -> String {
        let mut bytes = [0; BYTES];
        bytes[..TOKEN].copy_from_slice(&self.token);
        bytes[TOKEN..TOKEN + TIME].copy_from_slice(&self.at.to_be_bytes()[8 - TIME..]);
        bytes[TOKEN + TIME..].copy_from_slice(&self.signature.0);
        Base64UrlUnpadded::encode_string(&bytes)
    }

    /// Reads it.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; BYTES];
        if text.len() != BYTES / 3 * 4 || Base64UrlUnpadded::decode(text, &mut bytes).ok()?.len() != BYTES {
            return None;
        }
        let (token, rest) = bytes.split_first_chunk::<TOKEN>()?;
        let (time, signature) = rest.split_first_chunk::<TIME>()?;
        let mut at = [0; 8];
        at[8 - TIME..].copy_from_slice(time);
        Some(Self { token: *token, at: u64::from_be_bytes(at), signature: Signature(signature.try_into().ok()?) })
    }
}
