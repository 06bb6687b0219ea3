//! A device as others know it: its public keys, the actors under which it writes, and what its signatures cover.

use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};

use crate::ids::{CaseId, DeviceId, Hash, PersonId, Signature, hash};

/// How many actors a device may use, one after another: it takes the next when it learns that it was cloned or restored.
pub const INCARNATIONS: u32 = 64;

/// A device's public keys. The private halves are made on the device and never leave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceKeys {
    /// Ed25519: what the device signs with.
    pub signing: [u8; 32],
    /// X25519: what is sealed to the device.
    pub sealing: [u8; 32],
}

impl DeviceKeys {
    /// The device's id: nobody can claim another's, because it is computed from the keys.
    pub fn id(&self) -> DeviceId {
        DeviceId(sixteen(hash("habeas/1/device", &[&self.signing, &self.sealing])))
    }

    /// The Automerge actor of an incarnation, from 0. Computed from the key, so that an actor proves its device.
    pub fn actor(&self, incarnation: u32) -> [u8; 16] {
        sixteen(hash("habeas/1/actor", &[&self.signing, &incarnation.to_be_bytes()]))
    }

    /// Whose device it is if they have joined by an intake's link: computed from the keys, so the hub can make nobody another one, nor two
    /// people one.
    pub fn newcomer(&self) -> PersonId {
        PersonId(sixteen(hash("habeas/1/newcomer-person", &[&self.signing, &self.sealing])))
    }

    /// Whether the device signed these bytes. Weak keys and second spellings of a signature are refused.
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        VerifyingKey::from_bytes(&self.signing)
            .is_ok_and(|key| key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok())
    }
}

/// What an author signs of a change: which case, which actor, which number, which bytes.
pub fn signed_change(case: CaseId, actor: [u8; 16], seq: u64, change: Hash) -> Vec<u8> {
    let mut message = b"habeas/1/change\0".to_vec();
    message.extend_from_slice(&case.0);
    message.extend_from_slice(&actor);
    message.extend_from_slice(&seq.to_be_bytes());
    message.extend_from_slice(&change);
    message
}

fn sixteen(hash: Hash) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes
}
