//! Keys: a device's pairs, a circle's, a case's secret; sealing, opening, signing. Formats are those of
//! `docs/sync-protocol.md`; randomness comes in as an argument.

mod attachment;
mod bundle;
mod case_secret;
mod circle;
mod deflate;
mod device;
mod envelope;
mod fact_key;
mod limited_key;
mod padded;
pub(crate) mod primitives;
mod share;
mod snapshot;
mod witness;

pub use attachment::AttachmentKey;
pub use bundle::{BundleError, OpenBundle, ReadPage, open_bundle, seal_bundle};
pub use case_secret::CaseSecret;
pub use circle::{CirclePair, seal_before, seal_circle, unwrap_circle};
pub use deflate::{DICTIONARY, DICTIONARY_2};
pub use device::DeviceSecrets;
#[cfg(test)]
pub(crate) use envelope::seal_whole;
pub use envelope::{
    Content, Opened, open, open_payload, seal, seal_covered, seal_fact_key, seal_payload, seal_signed, seal_witnessed,
};
pub(crate) use envelope::{read as read_payload, read_fact_key};
pub use fact_key::{FactKey, SealId};
pub(crate) use limited_key::Vouched;
pub use limited_key::{LimitedKey, seal_limited_key};
pub use padded::{MAX_NAME, open_name, seal_name};
pub use share::{Share, ShareError};
pub use snapshot::{open_snapshot, seal_snapshot};
pub use witness::{MAX_FEEDS, Short, Signed, Witness, short};

/// Something that does not open: another key, another binding, or changed bytes. Which of them cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it does not open with this key")]
pub struct DoesNotOpen;
