//! Where a device has got to in each of its feeds. Opaque to the device: the hub authenticates it, and recognises one that
//! speaks of a history which it no longer has.

use habeas_protocol::limits::MAX_CURSOR;
use habeas_protocol::{CircleId, Hash, decode, encode};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// A position in one feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    pub circle: CircleId,
    pub generation: [u8; 16],
    pub seq: u64,
    pub chain: Hash,
    /// While the device takes a snapshot: up to which number that goes, and its next part.
    pub snapshot: Option<(u64, u32)>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    positions: Vec<Position>,
    mac: [u8; 32],
}

/// The cursor for these positions.
pub(crate) fn make(key: &[u8], positions: &[Position]) -> Vec<u8> {
    let mac = mac(key, positions);
    encode(&Sealed { positions: positions.to_vec(), mac }).unwrap_or_default()
}

/// The positions of a cursor, none for an empty one; `None` for one that this hub has not made: then the device gets everything
/// again, which is safe.
pub(crate) fn read(key: &[u8], cursor: &[u8]) -> Option<Vec<Position>> {
    if cursor.is_empty() {
        return Some(Vec::new());
    }
    let sealed: Option<Sealed> = decode(cursor, MAX_CURSOR).ok();
    sealed.filter(|sealed| sealed.mac == mac(key, &sealed.positions)).map(|sealed| sealed.positions)
}

fn mac(key: &[u8], positions: &[Position]) -> [u8; 32] {
    let mut state = [0_u8; 64];
    let length = key.len().min(64);
    state[..length].copy_from_slice(&key[..length]);
    let mut mac = Hmac::<Sha256>::new((&state).into());
    mac.update(&encode(&positions).unwrap_or_default());
    mac.finalize().into_bytes().into()
}
