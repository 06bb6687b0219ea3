//! The index as the first version wrote it, read once: what the clock counts by looked different then. Facts have been understood
//! since that it did not hold, so every line is made anew from its case.

use std::collections::BTreeMap;

use habeas_clock::{Claimant, EventKind, Interval, Truth, Zone};
use habeas_protocol::{CaseId, decode};
use serde::{Deserialize, Serialize};

/// The first byte of that index.
pub(super) const VERSION: u8 = 1;

/// A line of it, as far as it has to be read to find the next.
#[derive(Serialize, Deserialize)]
#[allow(dead_code, reason = "only the ids are used")]
pub(super) struct Line {
    pub title: Option<String>,
    pub status: u32,
    pub city: Option<u32>,
    pub place: Option<String>,
    pub disputes: u32,
    pub unsent: u32,
    pub aside: u32,
    pub clock: Record,
}

#[derive(Serialize, Deserialize)]
#[allow(dead_code, reason = "only the ids are used")]
pub(super) struct Record {
    pub zone: Zone,
    pub events: Vec<(EventKind, Interval, Claimant, String)>,
    pub conditions: Vec<(String, Truth, String)>,
    pub articles: Vec<(String, String)>,
    pub sentences: Vec<(u32, Interval, String)>,
}

/// Which cases it lists; `None` if it is no such index.
pub(super) fn cases(bytes: &[u8], most: usize) -> Option<Vec<CaseId>> {
    let (version, lines): (u8, BTreeMap<CaseId, Line>) = decode(bytes, most).ok()?;
    (version == VERSION).then(|| lines.into_keys().collect())
}
