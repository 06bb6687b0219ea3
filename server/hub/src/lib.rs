//! The hub passes sealed changes between devices and knows who may have which. It cannot read one: this crate links neither
//! Automerge nor anything that opens a case.
//!
//! Callers give the time and randomness. Everything here blocks; call it on a thread that may.

mod accounts;
mod attachments;
mod audit;
mod change_password;
mod check;
mod clerk;
mod cursor;
mod error;
mod heard;
mod hub;
mod intake;
mod log_waits;
mod nonces;
mod passes;
mod password;
mod pull;
mod push;
mod recovery;
mod restore;
mod schema;
mod second_factor;
mod sessions;
mod shares;
mod snapshots;
mod store;
pub mod totp;

pub use attachments::Named;
pub use audit::AuditError;
pub use check::{CheckError, Heads, check, heads};
pub use clerk::read_keys;
pub use error::HubError;
pub use heard::mark_restored;
pub use hub::{Caller, Hub, schema};
pub use passes::Passes;
