//! The legal clock: how long may this person be held, and is that time over?
//!
//! A [`Pack`] holds a country's limits as dated data. A [`Record`] holds what is known of one case: events with
//! uncertain times, conditions that may be true, false or unknown, sentences. [`evaluate`] applies the one to the other
//! at a given instant and returns a [`Finding`] per rule: a verdict with everything that made it so.
//!
//! The crate reads no clock and no file, and doubt never turns into certainty in it: two accounts of one event are both
//! kept, and a verdict is certain only if every reading agrees.

mod counting;
mod custody;
mod duty;
mod end;
mod evaluate;
mod exit;
mod instant;
mod limits;
mod orders;
mod pack;
mod record;
mod sentence;
mod start;
mod trace;
mod truth;
mod verdict;
mod written;

pub use evaluate::{evaluate, next_change};
pub use instant::{BadTime, Instant, Interval, TimeFault, Zone};
pub use pack::{
    Before, Binding, Case, Citation, Condition, Counting, Kind, Limit, Measure, Pack, PackError, Rule, Severity, Status, Value,
    VersionBy, When,
};
pub use record::{Claimant, Event, EventKind, Length, Record, Sentence, Term};
pub use truth::Truth;
pub use verdict::{Finding, Question, Reading, Verdict};
pub use written::date;
