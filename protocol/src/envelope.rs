//! A sealed change as it travels and rests on the hub, and a case's secret sealed to a circle.

use serde::{Deserialize, Serialize};

use crate::codec::{self, BadBytes};
use crate::ids::{CaseId, CircleId, EnvelopeId};
use crate::limits::MAX_SEALED;
use crate::log::SealedKey;

/// One sealed change. Case, id and epoch are in the clear and authenticated by the seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The case that it belongs to.
    pub case: CaseId,
    /// Its name: keyed, so that the hub can tell two apart and can confirm nothing.
    pub id: EnvelopeId,
    /// The epoch of the case's secret that it is sealed under.
    pub epoch: u32,
    /// Twenty-four bytes of nonce, then the ciphertext with its tag.
    pub sealed: Vec<u8>,
}

impl Envelope {
    /// Reads an envelope from at most [`MAX_SEALED`] bytes and its header.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadBytes> {
        codec::decode(bytes, MAX_SEALED + 64)
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
}

impl Wrap {
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
