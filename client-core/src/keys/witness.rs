//! What an author has seen of the hub when they wrote: sealed beside a change, so that a hub cannot leave it out without leaving the change
//! out. Whoever was shown another history finds out.

use habeas_protocol::{CircleId, DeviceKeys, Hash, Signature, encode};
use serde::{Deserialize, Serialize};

use super::{DeviceSecrets, DoesNotOpen};

/// The most feeds that a witness speaks of: a device's own circle, the coordinators', and room for two more.
pub const MAX_FEEDS: usize = 4;

/// The beginning of a hash: enough to tell two histories apart.
pub type Short = [u8; 16];

/// What a device has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// The number of the log's newest entry, and its hash.
    pub log: (u64, Short),
    /// Of each feed a number, and the link of its chain there.
    pub feeds: Vec<(CircleId, u64, Short)>,
}

/// A witness as its author has signed it, for one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// What was seen.
    pub witness: Witness,
    signature: Signature,
}

impl Witness {
    /// Signs it beside a change.
    pub fn signed(self, change: &Hash, device: &DeviceSecrets) -> Result<Signed, DoesNotOpen> {
        let signature = device.sign(&self.message(change)?);
        Ok(Signed { witness: self, signature })
    }

    fn message(&self, change: &Hash) -> Result<Vec<u8>, DoesNotOpen> {
        Ok([b"habeas/1/witness\0".as_slice(), change, &encode(self).map_err(|_| DoesNotOpen)?].concat())
    }
}

impl Signed {
    /// Whether the device with these keys signed it, beside that change.
    pub fn is_of(&self, change: &Hash, keys: &DeviceKeys) -> bool {
        self.witness.feeds.len() <= MAX_FEEDS
            && self.witness.message(change).is_ok_and(|message| keys.verifies(&message, &self.signature))
    }
}

/// The first sixteen bytes of a hash.
pub fn short(hash: &Hash) -> Short {
    super::primitives::sixteen(hash)
}
