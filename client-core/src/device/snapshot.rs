//! Snapshots. The clerk tells its circle's feed anew, each case whole, when the feed has grown enough since the last time; a device that
//! begins takes that in place of the feed's beginning. Every change in it passes admission like any other.

use std::collections::BTreeSet;

use habeas_protocol::limits::{MAX_SNAPSHOT, MAX_SNAPSHOT_PARTS};
use habeas_protocol::{CaseId, CircleId, CircleKind, Envelope, Hash, Place, Signature, Snapshot, SyncRequest, decode, encode};
use rand_core::CryptoRng;

use super::arrive::{Road, Taken};
use super::records::Put;
use super::stored::StoredCase;
use super::sync::SyncReport;
use super::{Device, DeviceError, Records};
use crate::keys::{CaseSecret, open_snapshot, seal_snapshot};
use crate::sync::{ParsedChange, put_whole, read_whole, stand_alone, whole_amount};
use crate::together;

pub(super) const NAME: &str = "snapshot";
/// Which part of which snapshot comes next.
pub(super) const TAKING: &str = "taking";

/// When the clerk makes a snapshot, and how it cuts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotSizes {
    /// How many items a feed has at least: a shorter one is as good as its snapshot.
    pub least: u64,
    /// How many bytes a part has, about, before it is packed: what was under way where an answer breaks off comes again.
    pub part: usize,
}

impl Default for SnapshotSizes {
    fn default() -> Self {
        Self { least: 200, part: 48 << 10 }
    }
}

/// A part has a byte for every so many items of the feed at least: then there are some two thousand parts, however large it is.
const ITEMS_A_BYTE: u64 = 16;
/// A case of which more is set aside is in no snapshot.
const MAX_ASIDE: usize = 256 << 10;
/// The most changes of a part: as many as there would be room for if each came with its signature.
const MAX_CHANGES: usize = MAX_SNAPSHOT / 64;
/// Upon how many others the changes of a part were written at most, all together: twice what a case at the hub has room for.
const MAX_DEPS: usize = 1 << 20;
/// With how many secrets a request goes at most that brings a part, too: both together are to stay below what a hub takes.
const MAX_BESIDE: usize = 2_000;
/// How many bytes of parts go into one request.
const MAX_BROUGHT: usize = 3 << 20;

/// A case as a snapshot tells it, but for its changes.
#[derive(serde::Serialize, serde::Deserialize)]
struct Told {
    case: CaseId,
    secrets: Vec<(u32, CaseSecret)>,
    /// In the order of the changes the signatures of those that no later change of the same author covers ([`stand_alone`]); or of all, as versions
    /// before told them.
    signatures: Vec<Signature>,
    /// What waits or was refused, as it came, and the keys of sealed facts.
    aside: Vec<Envelope>,
}

/// A case that a snapshot tells, before it is admitted.
struct Whole<'a> {
    case: CaseId,
    /// What this device has of it, with the secrets that it is told.
    stored: StoredCase,
    /// As they travel.
    changes: &'a [u8],
    signatures: Vec<Signature>,
    aside: Vec<Envelope>,
}

/// Changes with the signatures that a snapshot tells of them; `None` if these are as many as neither a version before nor this one tells.
fn with_signatures(changes: Vec<ParsedChange>, signatures: Vec<Signature>) -> Option<Vec<(ParsedChange, Option<Signature>)>> {
    let alone = stand_alone(changes.iter());
    let (all, needed) = (signatures.len() == changes.len(), alone.iter().filter(|alone| **alone).count());
    if !all && signatures.len() != needed {
        return None;
    }
    let mut signatures = signatures.into_iter();
    let told = changes.into_iter().zip(alone).map(|(change, alone)| {
        let signature = if all || alone { signatures.next() } else { None };
        (change, signature)
    });
    Some(told.collect())
}

impl<R: Records> Device<R> {
    /// Says whether there is little to do just now: the clerk's program knows.
    pub fn rests(&mut self, rests: bool) {
        self.rests = rests;
    }

    /// Says from when on snapshots are made and how they are cut, for whoever has only small feeds.
    pub fn cuts_snapshots(&mut self, sizes: SnapshotSizes) {
        self.snapshot_sizes = sizes;
    }

    /// Adds to a request the next parts of a snapshot, if it is time for one and this is the clerk.
    pub(super) fn bring_snapshot(&mut self, request: &mut SyncRequest, rng: &mut impl CryptoRng) -> Result<(), DeviceError> {
        if !self.is_clerk() || self.is_turning() || self.hub.is_behind() || request.wraps.len() > MAX_BESIDE {
            return Ok(());
        }
        if self.snapshot.is_empty() {
            self.make_snapshot(rng)?;
        }
        let mut size = 0;
        // The first one always, however large.
        let fits = |part: &&Snapshot| {
            let first = size == 0;
            size += part.sealed.len() + 512;
            first || size <= MAX_BROUGHT
        };
        request.snapshot = self.snapshot.iter().take_while(fits).cloned().collect();
        Ok(())
    }

    /// What the hub has now is not brought again.
    pub(super) fn confirm_snapshot(&mut self, request: &SyncRequest) -> Result<(), DeviceError> {
        let Some(last) = request.snapshot.last() else { return Ok(()) };
        self.snapshot.retain(|part| part.place.upto != last.place.upto || part.place.part > last.place.part);
        if self.snapshot.is_empty() {
            self.records.put(vec![(NAME.to_owned(), encode(&last.place.upto).map_err(|_| DeviceError::Damaged(NAME))?)])?;
        }
        Ok(())
    }

    /// What tells of an erased case is brought no more: another snapshot is made in its place.
    pub(super) fn begin_snapshot_anew(&mut self) -> Result<Put, DeviceError> {
        self.snapshot.clear();
        Ok((NAME.to_owned(), encode(&0_u64).map_err(|_| DeviceError::Damaged(NAME))?))
    }

    /// Whether parts wait to be brought.
    pub(super) fn has_snapshot(&self) -> bool {
        !self.snapshot.is_empty()
    }

    fn make_snapshot(&mut self, rng: &mut impl CryptoRng) -> Result<(), DeviceError> {
        let Some((circle, known)) = self.log.circle_of(CircleKind::Coordinators) else { return Ok(()) };
        let circle_epoch = u32::try_from(known.epochs.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let Some(&(upto, chain)) = self.state.feeds.get(&circle) else { return Ok(()) };
        let last: u64 = self.records.get(NAME)?.and_then(|bytes| decode(&bytes, 16).ok()).unwrap_or_default();
        // Each new one costs a look at every case: while there is much to do the feed has to grow by a quarter before there is another. What
        // stands behind a snapshot costs whoever begins three times as much as what is in it, so at rest there is one much earlier.
        let grown = if self.rests { upto / 64 } else { upto / 4 };
        if upto < self.snapshot_sizes.least || upto < last + grown.max(1) {
            return Ok(());
        }
        match self.sealed_snapshot((circle, circle_epoch), (upto, chain), rng)? {
            Some(parts) => self.snapshot = parts,
            // Everybody gets the changes themselves; nobody looks again before the feed has grown.
            None => self.records.put(vec![(NAME.to_owned(), encode(&upto).map_err(|_| DeviceError::Damaged(NAME))?)])?,
        }
        Ok(())
    }

    /// `None` if there is a case that no snapshot can hold.
    fn sealed_snapshot(
        &mut self,
        (circle, circle_epoch): (CircleId, u32),
        (upto, chain): (u64, Hash),
        rng: &mut impl CryptoRng,
    ) -> Result<Option<Vec<Snapshot>>, DeviceError> {
        let (mut parts, mut raw, mut packs, mut count) = (Vec::new(), Vec::new(), Vec::new(), 0);
        let full = self.snapshot_sizes.part.max(usize::try_from(upto / ITEMS_A_BYTE).unwrap_or(usize::MAX));
        for case in self.index.keys().copied().collect::<Vec<_>>() {
            let Some(stored) = self.stored(case)? else { continue };
            let open = stored.open(case, &self.log)?;
            let document = open.replica.document();
            if stored.secrets.is_empty() {
                // What does not open here opens nowhere in this circle.
                continue;
            }
            let needed = document.vouched().zip(stand_alone(document.changes())).filter(|(_, alone)| *alone);
            let signatures: Option<Vec<Signature>> = needed.map(|((_, signature), _)| signature).collect();
            let changes = document.changes().count();
            let mut aside: Vec<Envelope> = stored.aside.iter().chain(&stored.poison).cloned().collect();
            let size = aside.iter().map(|envelope| envelope.sealed.len() + 64).sum::<usize>();
            let fits = size <= MAX_ASIDE && changes <= MAX_CHANGES;
            let Some(signatures) = signatures.filter(|_| fits) else { return Ok(None) };
            if count + changes > MAX_CHANGES {
                parts.push((std::mem::take(&mut raw), std::mem::take(&mut packs)));
                count = 0;
            }
            count += changes;
            aside.extend(open.replica.fact_keys(&open.keys));
            let told = Told { case, secrets: stored.secrets.clone(), signatures, aside };
            let told = encode(&told).map_err(|_| DeviceError::Damaged("case"))?;
            raw.extend(u32::try_from(told.len()).unwrap_or(u32::MAX).to_be_bytes());
            raw.extend(told);
            put_whole(&mut packs, document.changes());
            if raw.len() + packs.len() / 4 > full {
                parts.push((std::mem::take(&mut raw), std::mem::take(&mut packs)));
                count = 0;
            }
        }
        if !raw.is_empty() {
            parts.push((raw, packs));
        }
        let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
        if count > MAX_SNAPSHOT_PARTS {
            return Ok(None);
        }
        let mut sealed = Vec::new();
        for (part, (raw, packs)) in (0..).zip(&parts) {
            let place = Place { circle, circle_epoch, upto, chain, part, parts: count };
            let Ok(part) = seal_snapshot(place, (raw, packs), &self.log, &self.state.secrets, rng) else { return Ok(None) };
            sealed.push(part);
        }
        Ok(Some(sealed))
    }

    /// Whether that part is the first of a snapshot, or the one behind the last that was taken.
    pub(super) fn comes_next(&mut self, part: &Snapshot) -> Result<bool, DeviceError> {
        let Place { circle, upto, chain, part, .. } = part.place;
        let next = self.records.get(TAKING)?.and_then(|bytes| decode(&bytes, 256).ok());
        Ok(part == 0 || next == Some((circle, upto, chain, part)))
    }

    /// What says so of the next one.
    pub(super) fn has_come(part: &Snapshot) -> Result<Put, DeviceError> {
        let Place { circle, upto, chain, part, .. } = part.place;
        Ok((TAKING.to_owned(), encode(&(circle, upto, chain, part + 1)).map_err(|_| DeviceError::Damaged(TAKING))?))
    }

    /// Admits what a part of a snapshot tells. `None`: it is not what it should be, and nothing of it is used.
    pub(super) fn take_snapshot(&mut self, part: &Snapshot, report: &mut SyncReport) -> Result<Option<Taken>, DeviceError> {
        let Ok((raw, packed)) = open_snapshot(part, &self.log, &self.state.secrets) else { return Ok(None) };
        let (mut raw, mut packed) = (raw.as_slice(), packed.as_slice());
        let (mut cases, mut told_of, mut deps, mut count) = (Vec::new(), BTreeSet::new(), 0, 0);
        while let Some((length, rest)) = raw.split_first_chunk::<4>() {
            let Some((told, after)) = rest.split_at_checked(u32::from_be_bytes(*length) as usize) else { return Ok(None) };
            let Ok(told) = decode::<Told>(told, MAX_SNAPSHOT) else { return Ok(None) };
            let Ok(amount) = whole_amount(packed) else { return Ok(None) };
            (deps, count) = (deps + amount.deps, count + amount.changes);
            if deps > MAX_DEPS || count > MAX_CHANGES {
                return Ok(None);
            }
            let (changes, rest) = packed.split_at(amount.bytes);
            (raw, packed) = (after, rest);
            if self.log.is_erased(&told.case) {
                report.of_erased += amount.changes;
                continue;
            }
            let case = told.case;
            match self.whole(told, changes)? {
                Some(whole) if told_of.insert(case) => cases.push(whole),
                _ => return Ok(None),
            }
        }
        if !raw.is_empty() || !packed.is_empty() {
            return Ok(None);
        }
        let mut taken = self.nothing_taken();
        let log = &self.log;
        let admit = |whole: Whole<'_>| {
            let Whole { case, stored, changes, signatures, aside } = whole;
            let Some(changes) = read_whole(changes).ok().and_then(|(changes, _)| with_signatures(changes, signatures)) else {
                return Ok(None);
            };
            let mut open = stored.open(case, log)?;
            let admitted = open.replica.receive_told(changes, log);
            Ok(admitted.map(|admitted| (case, stored, open, admitted, aside)))
        };
        let all = together::each(cases, admit).into_iter().collect::<Result<Option<Vec<_>>, DeviceError>>()?;
        let Some(all) = all else { return Ok(None) };
        for (case, stored, open, admitted, aside) in all {
            report.admitted += admitted;
            if admitted > 0 {
                report.changed.insert(case);
            }
            self.admit_into(case, (stored, open), aside, Road::Hub, report, &mut taken);
        }
        Ok(Some(taken))
    }

    /// A case as it is told, together with what this device has of it; `None` if it cannot be.
    fn whole<'a>(&mut self, told: Told, changes: &'a [u8]) -> Result<Option<Whole<'a>>, DeviceError> {
        let Told { case, secrets, signatures, aside } = told;
        // Another first secret than the one of which the case's id is made belongs to another case.
        let begun = secrets.iter().any(|(epoch, secret)| *epoch == 0 && self.beginning(case, secret).is_some());
        if !begun {
            return Ok(None);
        }
        let mut stored = self.stored(case)?.unwrap_or_else(|| StoredCase::received(true));
        secrets.into_iter().for_each(|(epoch, secret)| stored.turns_to(case, epoch, secret));
        Ok(Some(Whole { case, stored, changes, signatures, aside }))
    }

    /// Where a device goes on in a feed after the last part.
    pub(super) fn after_snapshot(part: &Snapshot) -> Option<(CircleId, (u64, Hash))> {
        let Place { circle, upto, chain, part, parts, .. } = part.place;
        (part + 1 >= parts).then_some((circle, (upto, chain)))
    }
}
