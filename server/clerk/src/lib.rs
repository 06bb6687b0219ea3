//! The clerk is a device like any lawyer's phone, only that it never sleeps: it watches the clocks, writes the mail, counts.
//! It reaches the hub as devices do, with the same bytes.

mod alert;
mod cards;
mod clerk;
mod columns;
mod erase;
mod error;
mod family;
mod key;
mod mail;
mod pages;
mod project;
mod quarantine;
mod records;
mod releases;
mod rotate;
mod rows;
mod rules;
mod schema;
mod store;
mod tally;

pub use clerk::{Clerk, Settings, Transport, Waits, is_sealed, key_name, last_counted, schema, wanted_keys};
pub use error::ClerkError;
pub use family::{Attach, Contact, FamilyForm, FamilyRequest};
pub use key::{ClerkKey, KeyFileError, MAX_KEY_FILE};
pub use mail::{MailError, Mailer};
pub use pages::Page;
pub use releases::ProposedRelease;
pub use rotate::Progress;
pub use rows::{Coarser, Row, Rows};
pub use rules::{Allow, FamilyRule};
pub use tally::{Cell, ClaimLine, Period, Tally};

/// The system's randomness. A machine without it cannot run the clerk at all.
pub(crate) fn rng() -> rand_core::UnwrapErr<getrandom::SysRng> {
    rand_core::UnwrapErr(getrandom::SysRng)
}
