//! What a device does with what it is sent: our own parser of changes first, then admission, before Automerge sees a byte.

mod admit;
mod change;
mod columns;
mod covered;
mod history;
mod leb;
mod pack;
mod replica;
mod short;
mod whole;

pub use admit::{Admitted, Outcome, Parked, Refusal};
pub use change::{BadChange, ParsedChange};
pub(crate) use covered::{comes_bare, stand_alone};
pub use history::History;
pub(crate) use history::Past;
pub use replica::{CaseKeys, Replica, SetAside};
pub(crate) use short::{Beginning, of_case};
pub use short::{Short, ShortHash};
pub(crate) use whole::{put_whole, read_whole, whole_amount};
