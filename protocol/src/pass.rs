//! What a device shows with every request that takes a session: a name of the session's token, and the device's signature that it is this device which
//! asks for this now, with this body. The token does not travel, and one that somebody has copied is nothing without the device's key.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::api::{to_hex, token_hash};
use crate::device::DeviceKeys;
use crate::ids::{Hash, Signature, hash};

/// How far the time of a pass may be from the server's, in milliseconds.
pub const PASS_WINDOW: u64 = 300_000;

/// The token itself stays on the device: the beginning of its hash is enough to find it by.
const NAME: usize = 16;
const TIME: usize = 6;
const BYTES: usize = NAME + TIME + 64;
/// The largest body, in bytes, of which a pass does not tell the hash: the server reads so much before it knows who asks, and counts for itself.
/// Those 43 letters are what nothing new costs too much.
pub const MAX_UNNAMED: usize = 16 << 10;

/// What stands in `Authorization: Bearer`, for one request.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass {
    /// The first bytes of the hash by which the hub knows the session's token.
    pub name: [u8; NAME],
    /// When the device asked, in milliseconds since 1970 by the server's clock as far as the device knows it.
    pub at: u64,
    /// The device's signature over all this and what is asked.
    pub signature: Signature,
    /// The hash of the body, where it is a large one: whoever asks is known before it is read.
    pub body: Option<Hash>,
}

/// What somebody asks for.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// GET, POST and so on.
    pub method: &'a str,
    /// The address behind the host, with what follows a question mark.
    pub path: &'a str,
    /// What [`hash_of_body`] makes of the body.
    pub body: &'a Hash,
}

/// By which a pass names a body.
pub fn hash_of_body(body: &[u8]) -> Hash {
    hash("habeas/1/body", &[body])
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a pass of {}", self.at)
    }
}

impl Pass {
    /// Makes one. `path` is the address behind the host, with what follows a question mark.
    pub fn new(
        token: [u8; 32],
        at: u64,
        (method, path, body): (&str, &str, &[u8]),
        sign: impl FnOnce(&[u8]) -> Signature,
    ) -> Self {
        let hash = token_hash(&to_hex(&token));
        let mut name = [0; NAME];
        name.copy_from_slice(&hash[..NAME]);
        let named = hash_of_body(body);
        let signature = sign(&signed(&hash, at, Asked { method, path, body: &named }));
        Self { name, at, signature, body: (body.len() > MAX_UNNAMED).then_some(named) }
    }

    /// Whether the device has signed that it asks for this, with a token of that hash.
    pub fn is_signed(&self, keys: &DeviceKeys, token_hash: &Hash, asked: Asked<'_>) -> bool {
        let is_of_body = self.body.is_none_or(|named| named == *asked.body);
        is_of_body && keys.verifies(&signed(token_hash, self.at, asked), &self.signature)
    }

    /// Whether the device has signed it as the version before did, which left the body out. That is good for nothing but to tell it so.
    pub fn is_of_before(&self, keys: &DeviceKeys, token_hash: &Hash, asked: Asked<'_>) -> bool {
        let Asked { method, path, .. } = asked;
        let message =
            [b"habeas/1/request\0", token_hash.as_slice(), &self.at.to_be_bytes(), method.as_bytes(), b" ", path.as_bytes()];
        keys.verifies(&message.concat(), &self.signature)
    }

    /// The text: 115 letters, for every byte goes over the slowest network, and 43 more for the hash of a large body.
    pub fn write(&self) -> String {
        let time = &self.at.to_be_bytes()[8 - TIME..];
        let body = self.body.as_ref().map_or([].as_slice(), |body| body);
        Base64UrlUnpadded::encode_string(&[&self.name, time, &self.signature.0, body].concat())
    }

    /// Reads it.
    pub fn read(text: &str) -> Option<Self> {
        let mut bytes = [0; BYTES + 32];
        // More than there is room for is refused.
        let bytes = Base64UrlUnpadded::decode(text, &mut bytes).ok()?;
        let (name, rest) = bytes.split_first_chunk::<NAME>()?;
        let (time, rest) = rest.split_first_chunk::<TIME>()?;
        let (signature, body) = rest.split_first_chunk::<64>()?;
        let mut at = [0; 8];
        at[8 - TIME..].copy_from_slice(time);
        let body = if body.is_empty() { None } else { Some(body.try_into().ok()?) };
        Some(Self { name: *name, at: u64::from_be_bytes(at), signature: Signature(*signature), body })
    }
}

fn signed(token_hash: &Hash, at: u64, asked: Asked<'_>) -> Vec<u8> {
    let Asked { method, path, body } = asked;
    [b"habeas/2/request\0", token_hash.as_slice(), &at.to_be_bytes(), body, method.as_bytes(), b" ", path.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(body: &[u8]) -> Pass {
        Pass::new([7; 32], 1_800_000_000_000, ("POST", "/v1/log", body), |message| {
            let half = hash("test", &[message]);
            Signature([half, half].concat().try_into().unwrap())
        })
    }

    #[test]
    fn a_pass_is_read_as_it_was_written_and_names_a_large_body_only() {
        for (size, letters) in [(0, 115), (MAX_UNNAMED, 115), (MAX_UNNAMED + 1, 158)] {
            let (body, text) = (vec![1; size], pass(&vec![1; size]).write());
            assert_eq!(text.len(), letters, "{size}");
            let read = Pass::read(&text).unwrap();
            assert!(read == pass(&body), "{size}");
            assert_eq!(read.body, (size > MAX_UNNAMED).then(|| hash_of_body(&body)), "{size}");
        }
        // Every other length is none.
        let text = pass(&[]).write();
        assert!((0..text.len()).all(|length| Pass::read(&text[..length]).is_none()));
        let text = pass(&vec![1; MAX_UNNAMED + 1]).write();
        assert!((116..text.len()).all(|length| Pass::read(&text[..length]).is_none()));
        assert!(Pass::read(&format!("{text}AAAA")).is_none());
    }

    #[test]
    fn every_part_of_what_is_asked_is_signed() {
        let of = |body: &[u8]| pass(body).signature;
        assert!(of(b"a") != of(b"b") && of(b"") != of(b"a"));
        let body = hash_of_body(b"a");
        let asked = Asked { method: "POST", path: "/v1/log", body: &body };
        let all = [
            signed(&[1; 32], 1, asked),
            signed(&[2; 32], 1, asked),
            signed(&[1; 32], 2, asked),
            signed(&[1; 32], 1, Asked { method: "PUT", ..asked }),
            signed(&[1; 32], 1, Asked { path: "/v1/logs", ..asked }),
            signed(&[1; 32], 1, Asked { body: &hash_of_body(b"b"), ..asked }),
        ];
        assert_eq!(std::collections::BTreeSet::from(all).len(), 6);
    }
}
