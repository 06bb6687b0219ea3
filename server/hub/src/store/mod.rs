//! The hub's queries. Nothing outside this folder knows a table.

pub(crate) mod accounts;
pub(crate) mod attachments;
pub(crate) mod audit;
pub(crate) mod cases;
pub(crate) mod devices;
pub(crate) mod feeds;
pub(crate) mod intakes;
pub(crate) mod log;
pub(crate) mod nonces;
pub(crate) mod receipts;
pub(crate) mod second_factors;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod snapshots;

use crate::HubError;

impl From<diesel::result::Error> for HubError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
