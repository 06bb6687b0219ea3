//! The clerk's queries. Nothing outside this folder knows a table.

pub(crate) mod cases;
pub(crate) mod claims;
pub(crate) mod contacts;
pub(crate) mod counting;
pub(crate) mod families;
pub(crate) mod outbox;
pub(crate) mod quarantine;
pub(crate) mod records;
pub(crate) mod releases;
pub(crate) mod rotation;
pub(crate) mod rules;

use crate::ClerkError;

impl From<diesel::result::Error> for ClerkError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
