//! Records as earlier versions wrote them. The index is read once: what the clock counts by looked different then, and facts have been
//! understood since that it did not hold, so every line is made anew from its case. A case is read so until it is next written.

use std::collections::BTreeMap;

use habeas_clock::{Claimant, Event, EventKind, Interval, Length, Term, Truth, Zone};
use habeas_protocol::{CaseId, DeviceId, Envelope, decode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::keys::CaseSecret;

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

/// The first byte of a case of the version before signatures were kept.
pub(super) const CASE: u8 = 2;

/// Such a case.
#[derive(Serialize, Deserialize)]
pub(super) struct Case {
    pub version: u8,
    pub secrets: Vec<(u32, CaseSecret)>,
    pub opened_here: Option<DeviceId>,
    pub at_hub: bool,
    pub document: Vec<u8>,
    pub aside: Vec<Envelope>,
    pub unsent: Vec<Envelope>,
    pub sent: Vec<Envelope>,
    pub hub_refused: Option<String>,
    pub poison: Vec<Envelope>,
}

/// Reads one; `None` if it is damaged.
pub(super) fn case(bytes: &[u8], most: usize) -> Option<Case> {
    decode(bytes, most).ok()
}
