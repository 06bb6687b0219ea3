//! What can go wrong at the hub, by what a caller can do about it.

use habeas_db::StoreError;
use habeas_protocol::LogError;
use habeas_protocol::access::Denied;

/// Why the hub does not do what it was asked. Code and text are safe to send; causes are for the hub's own log.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// No session, a wrong password, a spent invitation. Which of them is not said.
    #[error("sign in again: the name, the password, the token or the code is not valid")]
    Unauthorized,
    /// Not signed in for a reason that whoever holds the key may know: code and text.
    #[error("{1}")]
    Refused(&'static str, &'static str),
    /// A session whose person may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Something is there already.
    #[error("{1}")]
    Conflict(&'static str, &'static str),
    /// There is no such thing.
    #[error("{1}")]
    NotFound(&'static str, &'static str),
    /// Malformed or out of bounds: what, and what to send instead.
    #[error("{1}")]
    BadInput(&'static str, &'static str),
    /// The log refuses an entry.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The database failed; try again later.
    #[error("the server cannot answer now; nothing was changed")]
    Store(#[from] StoreError),
}

/// Whoever is signed in and has to show their password has typed another one. Unlike at a sign-in, whose account it is is no secret here.
pub(crate) const PASSWORD_WRONG: HubError =
    HubError::Refused("password_wrong", "this is not the account's password; nothing was changed");
