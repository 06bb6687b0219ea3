//! The case: facts as people state them, the changes of an Automerge document behind them, and the view folded out of it.
//!
//! Facts are only ever added. Two people who disagree are both in the document; the view shows the dispute.

mod accounts;
mod custody;
mod derived;
mod disputes;
mod document;
mod fact;
pub(crate) mod fields;
mod flat;
mod form;
mod history;
mod kinds;
mod place;
mod procedure;
mod roll;
mod sealed;
mod source;
mod stints;
pub(crate) mod stock;
mod view;
mod vocabulary;
mod what;
mod word;

pub use custody::clock_record;
pub use disputes::Dispute;
pub use document::{Document, DocumentError, GENESIS, GENESIS_ACTOR, GENESIS_HASH, MAX_DOCUMENT, MAX_FACTS_IN_CHANGE, Written};
pub(crate) use fact::replaced;
pub use fact::{Draft, Fact, FactId, RawFact, Stated};
pub use fields::{BadField, Fields, MAX_FIELDS, MAX_TEXT, Scalar};
pub use form::{Form, When};
pub use history::{History, Said, history};
pub use kinds::{Field, KINDS, Kind, Takes};
pub use place::{City, Place};
pub use procedure::Step;
pub use roll::Seen;
pub(crate) use sealed::is_well_formed;
pub use sealed::{MAX_SENSITIVE, SealedFact, counted, may_be_sensitive};
pub use source::{Reliability, Source, SourceKind};
pub use stints::Stint;
pub use view::{Account, Status, View};
pub use vocabulary::{Condition, Exit, Penalty, Protocol, Regime, Sex, Vulnerability};
pub use what::What;
pub use word::Word;
