//! What a device does with what it is sent: our own parser of changes first, then admission, before Automerge sees a byte.

mod admit;
mod beside;
mod change;
mod columns;
mod history;
mod leb;
mod pack;
mod replica;

pub use admit::{Admitted, Outcome, Parked, Refusal};
pub use beside::Beside;
pub use change::{BadChange, ParsedChange};
pub use history::History;
pub use replica::{CaseKeys, Replica, SetAside, Signatures};
