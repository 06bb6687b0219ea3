//! A bundle: changes in a file, carried by hand. Sealed to its recipients as a whole, so that a stick that is lost tells nobody whose it
//! was or for whom; every page is signed by the device that made it.

use serde::{Deserialize, Serialize};

use crate::codec::{self, BadBytes, at_most};
use crate::ids::{CaseId, DeviceId, EnvelopeId, Hash, Signature, hash};
use crate::limits::{MAX_FRAME, MAX_MEMBERS, MAX_RESPONSE, MAX_SEALED};
use crate::log::SealedKey;
use crate::sync::Content;

/// What a bundle's file begins with.
pub const MAGIC: &[u8; 17] = b"HABEAS BUNDLE 1\r\n";
/// The largest head, in bytes.
pub const MAX_HEAD: usize = 128 + MAX_MEMBERS * 80;
/// The largest sealed page, in bytes: [`MAX_FRAME`], or one item that is larger.
pub const MAX_PAGE: usize = MAX_FRAME + MAX_SEALED + 1024;

/// The most items on a page.
pub const MAX_ITEMS: usize = 4096;

/// What a file begins with after [`MAGIC`]: for whom it is, which only they can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The bundle's name, chosen at random.
    pub id: [u8; 16],
    /// The bundle's key, sealed to each recipient's device; at most [`MAX_MEMBERS`].
    pub wraps: Vec<SealedKey>,
}

impl Head {
    /// What the seal of the key is bound to.
    pub fn info(id: &[u8; 16]) -> Vec<u8> {
        [b"habeas/1/bundle-wrap\0".as_slice(), id].concat()
    }

    /// Reads a head of at most [`MAX_HEAD`] bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadBytes> {
        codec::decode(bytes, MAX_HEAD)
    }
}

/// A page as it is sealed: what it says, and the signature of the device that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedPage {
    /// The device that made the bundle.
    pub signer: DeviceId,
    /// Its signature over [`SignedPage::message`].
    pub signature: Signature,
    /// The page, encoded.
    pub page: Vec<u8>,
}

impl SignedPage {
    /// The bytes that the signature covers: a page belongs to one place in one bundle for these recipients.
    pub fn message(head: &[u8], number: u64, page: &[u8]) -> Vec<u8> {
        let mut message = b"habeas/1/bundle-page\0".to_vec();
        let (head, page): (Hash, Hash) = (hash("habeas/1/bundle-head", &[head]), hash("habeas/1/bundle-page", &[page]));
        message.extend_from_slice(&head);
        message.extend_from_slice(&number.to_be_bytes());
        message.extend_from_slice(&page);
        message
    }

    /// What the seal of a page authenticates besides it.
    pub fn associated(id: &[u8; 16], number: u64) -> Vec<u8> {
        [b"habeas/1/bundle\0".as_slice(), id, &number.to_be_bytes()].concat()
    }
}

/// Part of a bundle, complete in itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// What it carries.
    #[serde(deserialize_with = "at_most::<_, _, MAX_ITEMS>")]
    pub items: Vec<Carried>,
    /// Whether the bundle ends here.
    pub last: bool,
}

/// What a bundle carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Carried {
    /// An entry of the organisation's log, encoded.
    Entry(Vec<u8>),
    /// A case's secret or a change, sealed as they are on any road.
    Content(Content),
    /// The server's word that it has changes of a case durably. Only the clerk can give it.
    Acknowledged {
        /// The case.
        case: CaseId,
        /// The changes, each with [`crate::Envelope::print`] of what the server has.
        changes: Vec<(EnvelopeId, [u8; 16])>,
        /// Whether it has taken every secret that came with them.
        opened: bool,
    },
}

/// What the server answers to a bundle that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedIn {
    /// A bundle for whoever made the one handed in: what the server has of it.
    pub acknowledgement: Vec<u8>,
    /// How many of its changes the server has now.
    pub there: u32,
    /// How many it does not take.
    pub refused: u32,
    /// How many more it does not take because their case is erased.
    pub erased: u32,
    /// Whether the bundle was read to its end.
    pub whole: bool,
}

impl HandedIn {
    /// Whether the server needs nothing of it any more.
    pub fn has_everything(&self) -> bool {
        self.whole && self.refused == 0
    }

    /// Reads an answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadBytes> {
        codec::decode(bytes, MAX_RESPONSE)
    }
}
