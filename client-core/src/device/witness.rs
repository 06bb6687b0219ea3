//! A hub that shows different people different histories. Every now and then a device seals into a change of its own what it has seen of the
//! log and of its feeds. Whoever gets the change compares that with what they were shown.

use std::collections::{BTreeMap, BTreeSet};

use habeas_protocol::{CircleId, DeviceId, Hash, decode, encode};
use serde::{Deserialize, Serialize};

use super::records::Put;
use super::sync::SyncReport;
use super::trail::Trail;
use super::{Device, DeviceError, Records};
use crate::case::{Fields, Scalar};
use crate::keys::{MAX_FEEDS, Short, Witness, short};
use crate::sync::ParsedChange;

pub(super) const NAME: &str = "witness";
const MAX: usize = 1 << 20;
/// A link of a feed's chain is kept at each number that this divides: so two devices have kept the same ones.
const EVERY: u64 = 32;
/// After how many entries of the log it is worth saying that they were seen.
const ENTRIES: u64 = 16;
/// How many links are kept of a feed.
const KEPT: usize = 128;

/// What this device has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// Links of each feed, by their numbers.
    links: BTreeMap<CircleId, BTreeMap<u64, Short>>,
    /// What this device has said last: the number of the newest entry of the log, and of each feed's newest link.
    said: Option<(u64, Vec<(CircleId, u64)>)>,
    /// Devices that were shown something else.
    differ: BTreeSet<DeviceId>,
    /// The newest record of each device that has come here, by its own clock, in seconds since 1970.
    newest: BTreeMap<DeviceId, i64>,
    /// Where it has been in its feeds.
    pub trail: Trail,
}

impl Seen {
    /// What there is. Nothing here is worth a device that does not open: whoever does not know begins anew.
    pub fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        Ok(records.get(NAME)?.and_then(|bytes| decode(&bytes, MAX).ok()).unwrap_or_default())
    }

    pub fn record(&self) -> Result<Put, DeviceError> {
        Ok((NAME.to_owned(), encode(self).map_err(|_| DeviceError::Damaged(NAME))?))
    }

    /// A feed has come to that number.
    pub fn follows(&mut self, circle: CircleId, seq: u64, link: &Hash) {
        self.trail.comes_to(circle, seq, link);
        if !seq.is_multiple_of(EVERY) {
            return;
        }
        let links = self.links.entry(circle).or_default();
        links.insert(seq, short(link));
        while links.len() > KEPT {
            links.pop_first();
        }
    }

    /// Something that a device wrote has come.
    pub fn comes(&mut self, by: DeviceId, change: &ParsedChange) {
        if let Some(newest) = recorded(change) {
            let known = self.newest.entry(by).or_insert(newest);
            *known = newest.max(*known);
        }
    }

    /// A feed begins again: what was seen before says nothing of what is there now.
    pub fn begins_again(&mut self, circle: CircleId) {
        self.links.remove(&circle);
        self.trail.begins_again(circle);
    }

    /// The hub has lost something, and it has still to be heard from where on.
    pub fn is_in_doubt(&mut self) {
        self.links.clear();
    }

    fn newest(&self) -> Vec<(CircleId, u64)> {
        let of = |(circle, links): (&CircleId, &BTreeMap<u64, Short>)| Some((*circle, *links.last_key_value()?.0));
        self.links.iter().filter_map(of).take(MAX_FEEDS).collect()
    }
}

/// When a change was written, by its author's clock, in seconds since 1970.
pub(super) fn recorded(change: &ParsedChange) -> Option<i64> {
    let of = |fact: &Fields| match fact.get("recorded") {
        Some(Scalar::Int(seconds)) => Some(*seconds),
        _ => None,
    };
    change.facts.iter().filter_map(of).max()
}

impl<R: Records> Device<R> {
    /// What this device has to say of what it has seen, if it has not said so yet, and what it will have said then.
    pub(super) fn testifies(&self) -> Option<(Witness, Seen)> {
        let (next, head) = self.log.next();
        let number = next.checked_sub(1)?;
        let newest = self.seen.newest();
        let said = |(log, feeds): &(u64, Vec<(CircleId, u64)>)| number < log + ENTRIES && *feeds == newest;
        if self.seen.said.as_ref().is_some_and(said) {
            return None;
        }
        let link = |(circle, seq): &(CircleId, u64)| Some((*circle, *seq, *self.seen.links.get(circle)?.get(seq)?));
        let witness = Witness { log: (number, short(&head)), feeds: newest.iter().filter_map(link).collect() };
        Some((witness, Seen { said: Some((number, newest)), ..self.seen.clone() }))
    }

    /// Notes that it has. Should the disk fail before, it is said once more.
    pub(super) fn has_testified(&mut self, witness: Option<(Witness, Seen)>) -> Result<(), DeviceError> {
        if let Some((_, seen)) = witness {
            self.records.put(vec![seen.record()?])?;
            self.seen = seen;
        }
        Ok(())
    }

    /// Compares what somebody has seen with what this device was shown.
    pub(super) fn hears_witness(&self, by: DeviceId, witness: &Witness, seen: &mut Seen, report: &mut SyncReport) {
        if by == self.id() {
            return;
        }
        let (number, head) = witness.log;
        let log = self.log.hash_of(number).map(|known| short(&known) == head);
        let feeds = witness.feeds.iter().filter_map(|(circle, seq, link)| Some(seen.links.get(circle)?.get(seq)? == link));
        let compared: Vec<bool> = log.into_iter().chain(feeds).collect();
        if compared.contains(&false) {
            seen.differ.insert(by);
        } else if !compared.is_empty() {
            seen.differ.remove(&by);
        }
        if log.is_none() {
            report.ahead.insert(by, number);
        }
    }

    /// When the newest record of a device that is here was written, by its own clock, in seconds since 1970. What a hub keeps to itself from
    /// the end of somebody's work on cannot be noticed otherwise.
    pub fn newest_of(&self, device: &DeviceId) -> Option<i64> {
        self.seen.newest.get(device).copied()
    }

    /// Devices that have seen another history of this hub. Either it was restored from a backup since, or it shows different people different
    /// things.
    pub fn differing(&self) -> impl Iterator<Item = DeviceId> + '_ {
        self.seen.differ.iter().copied()
    }

    /// Devices that have seen entries of the log which this device did not get, although the exchange in that report came to its end.
    pub fn withheld(&self, report: &SyncReport) -> Vec<DeviceId> {
        if report.more || report.restored || self.hub.is_behind() {
            return Vec::new();
        }
        let next = self.log.next().0;
        report.ahead.iter().filter(|(_, number)| **number >= next).map(|(device, _)| *device).collect()
    }
}
