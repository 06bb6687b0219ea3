//! A circle's snapshot: everything that its feed has up to a number, told anew and much shorter, for whoever begins.

use serde::{Deserialize, Serialize};

use crate::codec::encode;
use crate::ids::{CircleId, DeviceId, Hash, Signature, hash};
use crate::log::{Role, SealedKey};
use crate::members::Log;

/// One part of it. Each can be opened alone; the last one lets a device go on in the feed behind `upto`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Where it stands.
    pub place: Place,
    /// The part's secret, sealed to the circle's key of `place.circle_epoch`.
    pub key: SealedKey,
    /// The cases, sealed.
    pub sealed: Vec<u8>,
    /// The device that made it: a coordinator's, or the clerk's.
    pub signer: DeviceId,
    /// That device's signature over all of the above.
    pub signature: Signature,
}

/// What a part of a snapshot is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Whose snapshot.
    pub circle: CircleId,
    /// Which of the circle's keys, from 0.
    pub circle_epoch: u32,
    /// The last number of the feed that it covers.
    pub upto: u64,
    /// The feed's link after that number.
    pub chain: Hash,
    /// Which part it is, from 0.
    pub part: u32,
    /// How many there are.
    pub parts: u32,
}

impl Place {
    /// What the seals of a part are bound to.
    pub fn bound(&self) -> Vec<u8> {
        [b"habeas/1/snapshot\0".as_slice(), &encode(self).unwrap_or_default()].concat()
    }
}

impl Snapshot {
    /// The bytes that the signature covers.
    pub fn signed(place: &Place, key: &SealedKey, sealed: &[u8], signer: DeviceId) -> Vec<u8> {
        let key = encode(key).unwrap_or_default();
        let covered = hash("habeas/1/snapshot-part", &[&place.bound(), &key, &signer.0, sealed]);
        [b"habeas/1/snapshot-signature\0".as_slice(), &covered].concat()
    }

    /// Whether a device has signed it that opens everything and still belongs to the organisation.
    pub fn is_signed(&self, log: &Log) -> bool {
        let may = |role| matches!(role, Role::Coordinator | Role::Clerk);
        let message = || Self::signed(&self.place, &self.key, &self.sealed, self.signer);
        log.member(&self.signer).is_some_and(|member| may(member.role) && member.keys.verifies(&message(), &self.signature))
    }
}
