//! What can go wrong at the clerk.

use habeas_client_core::device::DeviceError;
use habeas_db::StoreError;
use habeas_protocol::access::Denied;

/// Why the clerk does not do what it was asked. Code and text are safe to send; causes are for the log.
#[derive(Debug, thiserror::Error)]
pub enum ClerkError {
    /// Malformed or out of bounds: what, and what to send instead.
    #[error("{1}")]
    BadInput(&'static str, &'static str),
    /// There is no such thing, or this person may not know of it.
    #[error("{1}")]
    NotFound(&'static str, &'static str),
    /// This person may not do that.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The clerk's device failed.
    #[error("the clerk cannot answer now; nothing was changed")]
    Device(#[from] DeviceError),
    /// The database failed.
    #[error("the clerk cannot answer now; nothing was changed")]
    Store(#[from] StoreError),
    /// The hub failed.
    #[error("the clerk cannot reach the hub: {0}")]
    Hub(String),
    /// A backup was put back, and no coordinator's device was heard since.
    #[error("a backup was put back, and nothing is counted until the coordinators' devices have synced")]
    Waits,
    /// Another key has sealed the database: the name of that one.
    #[error(
        "the clerk's key does not open what its database holds, which wants the key {0}; `habeas-server key show FILE` names a key"
    )]
    WrongKey(String),
    /// Something sealed does not open with the key in the key file.
    #[error("the clerk's key does not open what its database holds")]
    Key,
}
