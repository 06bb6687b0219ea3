//! The index as earlier versions wrote it, read once: what the clock counts by looked different then. Facts have been understood
//! since that it did not hold, so every line is made anew from its case.

use std::collections::BTreeMap;

use habeas_clock::{Claimant, Event, EventKind, Interval, Length, Term, Truth, Zone};
use habeas_protocol::{CaseId, decode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The first byte of the index of the first version and of the second.
pub(super) const FIRST: u8 = 1;
pub(super) const SECOND: u8 = 2;

/// A line of it, as far as it has to be read to find the next.
#[derive(Serialize, Deserialize)]
#[allow(dead_code, reason = "only the ids are used")]
pub(super) struct Line<E, S> {
    pub title: Option<String>,
    pub status: u32,
    pub city: Option<u32>,
    pub place: Option<String>,
    pub disputes: u32,
    pub unsent: u32,
    pub aside: u32,
    pub clock: Record<E, S>,
}

/// What the clock counted by, with the events and sentences of that version.
#[derive(Serialize, Deserialize)]
#[allow(dead_code, reason = "only the ids are used")]
pub(super) struct Record<E, S> {
    pub zone: Zone,
    pub events: Vec<E>,
    pub conditions: Vec<(String, Truth, String)>,
    pub articles: Vec<(String, String)>,
    pub sentences: Vec<S>,
}

/// A line of the first version.
pub(super) type FirstLine = Line<(EventKind, Interval, Claimant, String), (u32, Interval, String)>;
/// A line of the second.
pub(super) type SecondLine = Line<Event, (Term, Length, Interval, String)>;

/// Which cases it lists; `None` if it is no such index.
pub(super) fn cases(bytes: &[u8], most: usize) -> Option<Vec<CaseId>> {
    match *bytes.first()? {
        FIRST => read::<FirstLine>(bytes, most),
        SECOND => read::<SecondLine>(bytes, most),
        _ => None,
    }
}

fn read<L: Serialize + DeserializeOwned>(bytes: &[u8], most: usize) -> Option<Vec<CaseId>> {
    let (_, lines): (u8, BTreeMap<CaseId, L>) = decode(bytes, most).ok()?;
    Some(lines.into_keys().collect())
}
