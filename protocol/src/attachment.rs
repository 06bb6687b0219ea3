//! Attachments at the hub: sealed pieces, and who has brought which of them. A photograph travels after every fact, and only to whoever
//! asks for it.

use serde::{Deserialize, Serialize};

use crate::ids::{AttachmentId, CaseId, DeviceId};
use crate::limits::PIECE;

/// The pieces of an attachment that one device has brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// Who brought them.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub device: DeviceId,
    /// Their numbers, from 0, ascending.
    pub pieces: Vec<u32>,
}

/// How many pieces an attachment of so many bytes has.
pub fn pieces(bytes: u32) -> u32 {
    bytes.div_ceil(PIECE as u32)
}

/// Where the hub says who has brought which pieces of an attachment.
pub fn list(case: CaseId, attachment: AttachmentId) -> String {
    format!("/v1/cases/{case}/attachments/{attachment}")
}

/// Where a device brings a piece.
pub fn bring(case: CaseId, attachment: AttachmentId, number: u32) -> String {
    format!("/v1/cases/{case}/attachments/{attachment}/{number}")
}

/// Where anybody who reads the case gets the piece that a device has brought.
pub fn fetch(case: CaseId, attachment: AttachmentId, number: u32, device: DeviceId) -> String {
    format!("/v1/cases/{case}/attachments/{attachment}/{number}/{device}")
}
