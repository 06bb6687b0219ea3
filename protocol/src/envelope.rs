//! A sealed change as it travels and rests on the hub, and a case's secret sealed to a circle.

use serde::{Deserialize, Serialize};

use crate::codec::{self, BadBytes};
use crate::ids::{CaseId, CircleId, DeviceId, EnvelopeId, Signature, hash};
use crate::limits::MAX_SEALED;
use crate::log::{Role, SealedKey};
use crate::members::Log;

/// One sealed change. Case, id and epoch are in the clear and authenticated by the seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The case that it belongs to.
    pub case: CaseId,
    /// Its name: keyed, so that the hub can tell two apart and can confirm nothing.
    pub id: EnvelopeId,
    /// The epoch of the case's secret that it is sealed under.
    pub epoch: u32,
    /// What of the nonce does not follow from the id (8 bytes), then the ciphertext with its tag.
    pub sealed: Vec<u8>,
}

impl Envelope {
    /// Reads an envelope from at most [`MAX_SEALED`] bytes and its header.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadBytes> {
        codec::decode(bytes, MAX_SEALED + 64)
    }

    /// A hash of the sealed bytes: what is acknowledged are these, and not others under the same name.
    pub fn print(&self) -> [u8; 16] {
        let mut cut = [0; 16];
        cut.copy_from_slice(&hash("habeas/1/envelope-print", &[&self.sealed])[..16]);
        cut
    }

    /// What the seal authenticates besides the content.
    pub fn associated(case: CaseId, id: EnvelopeId, epoch: u32) -> Vec<u8> {
        let mut data = b"habeas/1/envelope\0".to_vec();
        data.extend_from_slice(&case.0);
        data.extend_from_slice(&id.0);
        data.extend_from_slice(&epoch.to_be_bytes());
        data
    }
}

/// A case's secret, sealed to those who may open the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrap {
    /// The case.
    pub case: CaseId,
    /// Which of the case's secrets, from 0.
    pub epoch: u32,
    /// The circle that can open it.
    pub circle: CircleId,
    /// Which of the circle's keys, from 0.
    pub circle_epoch: u32,
    /// The secret, sealed.
    pub sealed: SealedKey,
    /// The device that sealed it.
    pub signer: DeviceId,
    /// That device's signature over all of the above: whoever only knows the circle's public key, the hub for one, cannot
    /// slip a secret of its own under a case.
    pub signature: Signature,
}

impl Wrap {
    /// The bytes that the signature covers.
    pub fn signed(info: &[u8], sealed: &SealedKey, signer: DeviceId) -> Vec<u8> {
        let mut message = b"habeas/1/wrap\0".to_vec();
        for part in [info, &sealed.encapsulated, &sealed.ciphertext, &sealed.tag, &signer.0] {
            message.extend_from_slice(part);
        }
        message
    }

    /// Whether a device of the organisation has signed it that may: for the first secret, of which the case's id is made, that of anybody
    /// who belongs to it or did; later ones are a coordinator's or the clerk's to make, and none of a revoked device's counts.
    pub fn is_signed(&self, log: &Log) -> bool {
        let info = Self::info(self.case, self.epoch, self.circle, self.circle_epoch);
        log.known(&self.signer).is_some_and(|member| {
            let makes_new_ones = matches!(member.role, Role::Coordinator | Role::Clerk) && member.revoked.is_none();
            let may = self.epoch == 0 || makes_new_ones;
            may && member.keys.verifies(&Self::signed(&info, &self.sealed, self.signer), &self.signature)
        })
    }

    /// What the seal is bound to: a wrap moved to another case, epoch or circle does not open.
    pub fn info(case: CaseId, epoch: u32, circle: CircleId, circle_epoch: u32) -> Vec<u8> {
        let mut info = b"habeas/1/case-wrap\0".to_vec();
        info.extend_from_slice(&case.0);
        info.extend_from_slice(&epoch.to_be_bytes());
        info.extend_from_slice(&circle.0);
        info.extend_from_slice(&circle_epoch.to_be_bytes());
        info
    }
}
