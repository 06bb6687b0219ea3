//! What travels between devices and the hub, and the checks that need public keys only.
//!
//! The hub is built on this crate and on nothing that could open a case: there is no key here that opens, no Automerge, no
//! fact. Everything binary is postcard, version by version; what is decoded must encode to the same bytes again.

pub mod access;
pub mod api;
pub mod attachment;
mod audit;
pub mod bundle;
mod codec;
mod device;
mod envelope;
pub mod has;
mod ids;
pub mod limits;
mod log;
mod members;
mod pass;
mod ranges;
mod secret;
mod share;
mod shift;
mod snapshot;
mod stretch;
mod sync;
mod taken_out;
mod team;

pub use audit::{Act, Actor, AuditEntry, AuditHead, BadHead};
pub use codec::{BadBytes, at_most, decode, encode};
pub use device::{DeviceKeys, INCARNATIONS, signed_change};
pub use envelope::{Envelope, Wrap};
pub use ids::{AttachmentId, BadId, CaseId, CircleId, DeviceId, EnvelopeId, Hash, PersonId, Signature, TeamId, hash};
pub use log::{Body, CircleKey, CircleKind, Entry, LogError, Role, SealedBytes, SealedKey};
pub use members::{Circle, Epoch, Grant, Log, Member};
pub use pass::{Asked, MAX_UNNAMED, PASS_WINDOW, Pass, hash_of_body};
pub use ranges::{MIN_RANGES, RangeDigest, is_marked, mark, range_bounds, range_digest, range_of, ranges};
pub use secret::Secret;
pub use share::Share;
pub use shift::{SealedCards, Shift};
pub use snapshot::{Place, Snapshot};
pub use sync::{
    Beginning, Content, Differing, Digest, FeedItem, Followed, Frame, Pushed, Refused, Said, Shown, SyncRequest, SyncResponse,
    Told, digest, followed, receipt,
};
pub use taken_out::{TakenAs, TakenOut};
pub use team::Team;
