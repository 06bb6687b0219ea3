//! What comes in, from the hub's feeds or by hand: secrets and changes, each case's together, stored at once.

use std::collections::{BTreeMap, BTreeSet};

use habeas_protocol::has::Has;
use habeas_protocol::limits::{MAX_CURSOR, MAX_REQUEST, MAX_SEALED};
use habeas_protocol::{
    Beginning, CaseId, CircleId, Content, DeviceId, Envelope, FeedItem, Frame, Hash, INCARNATIONS, Snapshot, SyncRequest, Told,
    Wrap, encode, followed,
};
use habeas_texts as texts;

use super::again::Again;
use super::index::Lines;
use super::records::Put;
use super::state::State;
use super::stored::{self, OpenCase, StoredCase};
use super::sync::SyncReport;
use super::turn::Turning;
use super::witness::{Seen, recorded};
use super::{Device, DeviceError, Records};
use crate::keys::{CaseSecret, unwrap_circle};
use crate::order;
use crate::sync::{Outcome, Parked, Replica};
use crate::together;

/// The most secrets that are kept although no key of this device opens them yet.
const MAX_UNOPENED: usize = 20_000;

/// What has come, by case.
#[derive(Default)]
pub(super) struct Arrivals {
    wraps: BTreeMap<CaseId, Vec<Wrap>>,
    envelopes: BTreeMap<CaseId, Vec<Envelope>>,
}

impl Arrivals {
    pub fn add(&mut self, content: Content) {
        match content {
            Content::Wrap(wrap) => self.wraps.entry(wrap.case).or_default().push(wrap),
            Content::Envelope(envelope) => self.envelopes.entry(envelope.case).or_default().push(envelope),
        }
    }

    /// Each case's.
    pub fn into_cases(mut self) -> impl Iterator<Item = (CaseId, Vec<Wrap>, Vec<Envelope>)> {
        let cases = self.cases();
        let of =
            move |case| (case, self.wraps.remove(&case).unwrap_or_default(), self.envelopes.remove(&case).unwrap_or_default());
        cases.into_iter().map(of)
    }

    fn cases(&self) -> BTreeSet<CaseId> {
        order::set(self.wraps.keys().chain(self.envelopes.keys()).copied())
    }
}

/// The road by which something comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Road {
    /// The hub has it, then.
    Hub,
    /// By hand: perhaps the hub does not have it yet.
    Hand,
}

/// What is to be stored once everything has been taken in.
pub(super) struct Taken {
    pub state: State,
    turning: Turning,
    /// Cases that were perhaps sealed to older keys than their readers have.
    older: Vec<CaseId>,
    pub seen: Seen,
    /// The cases that have changed.
    cases: Vec<(CaseId, StoredCase, Replica)>,
    batch: Vec<Put>,
}

impl<R: Records> Device<R> {
    /// Takes a frame of the answer to a request in. What it holds and the cursor behind it are stored together, so a cut loses nothing
    /// and brings nothing twice.
    pub fn take(&mut self, request: &SyncRequest, frame: Frame, report: &mut SyncReport) -> Result<(), DeviceError> {
        if frame.cursor.len() > MAX_CURSOR {
            return Err(DeviceError::Hub(texts::error_other_answer()));
        }
        if self.refuses_snapshots && request.takes_snapshots {
            // Behind a part that was refused nothing of the answer counts: the next one begins anew.
            return Ok(());
        }
        if let Some(part) = &frame.snapshot {
            return self.take_part(part, frame.cursor, report);
        }
        let (mut feeds, begun_anew) = (self.state.feeds.clone(), report.begun_anew);
        let mut seen = self.seen.clone();
        let mut arrivals = Arrivals::default();
        let mut reminded = 0;
        for FeedItem { circle, seq, content } in frame.items {
            let other = || DeviceError::Hub(texts::error_other_answer());
            if let Told::Sent(place) = &content {
                // A frame of a few bytes must not become gigabytes here.
                reminded += request.envelopes.get(*place as usize).map_or(0, |envelope| envelope.sealed.len());
                if reminded > MAX_REQUEST {
                    return Err(other());
                }
            }
            let (content, behind) = match content {
                // Only the log says that something is erased. What its link is over is nowhere any more, so that can only be believed.
                Told::Erased { case, link } if self.log.has_erased_of(&case) => (None, Behind::Is(link)),
                Told::Ended { case, link } if self.log.share(case, circle).is_some() => {
                    // By this device's clock it is not: once they agree, what was not told is fetched.
                    if !self.is_over(case) {
                        self.missed.misses(case);
                        report.ended_early = true;
                    }
                    (None, Behind::Is(link))
                }
                Told::Erased { .. } | Told::Ended { .. } => return Err(other()),
                told => {
                    let content = told.content(request).ok_or_else(other)?;
                    let bytes = encode(&content).map_err(|_| DeviceError::Damaged("frame"))?;
                    (Some(content), Behind::Over(bytes))
                }
            };
            let begun = report.begun_anew;
            if let Some(place) = goes_back(request, &feeds, &mut seen, circle, seq) {
                feeds.insert(circle, place);
            }
            if follow(&mut feeds, circle, seq, &behind, report)? {
                if report.begun_anew > begun {
                    seen.begins_again(circle);
                }
                feeds.get(&circle).inspect(|(seq, link)| seen.follows(circle, *seq, link));
                content.into_iter().for_each(|content| arrivals.add(content));
            }
        }
        let mut taken = self.take_in(arrivals, (Road::Hub, seen), report)?;
        taken.state.feeds = feeds;
        taken.state.cursor = frame.cursor;
        if report.begun_anew > begun_anew {
            // Whatever the hub says of it: what it had before it may have lost.
            self.attachments_may_be_lost()?;
            let mut hub = self.hub.clone();
            hub.asks_anew();
            report.restored = true;
            taken.batch.push(hub.record()?);
            self.hub = hub;
        }
        self.store(taken)
    }

    /// Takes a part of a snapshot in. One that is not what it should be is left, and so is the place in the feed: then the hub tells the
    /// changes themselves.
    fn take_part(&mut self, part: &Snapshot, cursor: Vec<u8>, report: &mut SyncReport) -> Result<(), DeviceError> {
        let in_order = self.comes_next(part)?;
        let taken = if in_order { self.take_snapshot(part, report)? } else { None };
        let Some(mut taken) = taken else {
            self.refuses_snapshots = true;
            report.more = true;
            let mut state = self.state.clone();
            state.cursor.clear();
            self.records.put(vec![state.record()?])?;
            self.state = state;
            return Ok(());
        };
        if let Some((circle, (upto, chain))) = Self::after_snapshot(part) {
            taken.seen.trail.begins_behind(circle, upto, &chain);
            taken.state.feeds.insert(circle, (upto, chain));
        }
        taken.state.cursor = cursor;
        taken.batch.push(Self::has_come(part)?);
        self.store(taken)
    }

    pub(super) fn nothing_taken(&self) -> Taken {
        let (state, turning) = (self.state.clone(), self.turning.clone());
        Taken { state, turning, older: Vec::new(), seen: self.seen.clone(), cases: Vec::new(), batch: Vec::new() }
    }

    /// Admits what has come. Nothing is stored yet.
    pub(super) fn take_in(
        &mut self,
        arrivals: Arrivals,
        (road, seen): (Road, Seen),
        report: &mut SyncReport,
    ) -> Result<Taken, DeviceError> {
        let mut taken = Taken { seen, ..self.nothing_taken() };
        for (case, wraps, envelopes) in arrivals.into_cases() {
            if self.log.is_erased(&case) {
                report.of_erased += envelopes.len();
                continue;
            }
            let known = self.stored(case)?;
            let begins = |wrap: &Wrap| self.secret(wrap).is_some_and(|secret| self.begins(case, &secret));
            if known.is_none() && self.is_over(case) && !wraps.iter().any(begins) {
                self.missed.misses(case);
                continue;
            }
            if road == Road::Hand && known.is_none() && !wraps.iter().any(|wrap| self.secret(wrap).is_some()) {
                // Somebody else may open it; for this device there is nothing to keep.
                report.closed += envelopes.len();
                continue;
            }
            let is_new = known.is_none();
            let mut stored = known.unwrap_or_else(|| StoredCase::received(road == Road::Hub));
            // Whoever cannot open the case at the hub learns in this way that it is there.
            if road == Road::Hub && !self.opens(&stored) {
                stored.at_hub = true;
                self.held_back.remove(&case);
            }
            let was_closed = !is_new && stored.secrets.is_empty();
            for wrap in wraps {
                match self.secret(&wrap) {
                    // What this device has sealed itself, and does not remember, others have from it.
                    Some(secret) if wrap.signer == self.id() => stored.remembers(case, wrap.epoch, secret),
                    Some(secret) => stored.turns_to(case, wrap.epoch, secret),
                    None if road == Road::Hub => taken.state.unopened.push(wrap),
                    None => {}
                }
            }
            // A hub may have kept its secret back at first.
            let opens_now = was_closed && !stored.secrets.is_empty();
            if opens_now {
                self.unopenable.remove(&case);
            }
            if is_new || opens_now {
                self.comes_late(case, &stored, &mut taken.turning);
                taken.older.extend(Some(case).filter(|case| self.may_lack_newer_keys(*case, &stored)));
            }
            let open = stored.open(case, &self.log)?;
            if opens_now && !stored.at_hub {
                // When the hub said that it had lost the case, nothing of it could be given back.
                stored.give_back(&open, &Has::default())?;
            }
            self.admit_into(case, (stored, open), envelopes, road, report, &mut taken);
        }
        Ok(taken)
    }

    pub(super) fn admit_into(
        &self,
        case: CaseId,
        (mut stored, mut open): (StoredCase, OpenCase),
        envelopes: Vec<Envelope>,
        road: Road,
        report: &mut SyncReport,
        taken: &mut Taken,
    ) {
        let known = |envelope: &Envelope| self.deaths.poison.contains(&(envelope.case, envelope.id));
        let (poison, envelopes) = envelopes.into_iter().partition::<Vec<_>, _>(known);
        report.set_aside += poison.len();
        stored.poison.extend(poison);
        let outcomes = open.replica.receive(&envelopes, &open.keys, &self.log);
        // What waits for something that never comes is junk as much as what is refused.
        // So is what is here with its signature, and comes without one and without what would cover it.
        let is_other = |envelope: &Envelope, outcome: &Outcome| match outcome {
            Outcome::Refused(_) => true,
            Outcome::Parked(why) => *why != Parked::Secret,
            Outcome::Duplicate => open.replica.bare().contains(&envelope.id),
            _ => false,
        };
        let others: Vec<_> = envelopes
            .iter()
            .zip(&outcomes)
            .filter_map(|(envelope, outcome)| (road == Road::Hub && is_other(envelope, outcome)).then_some(envelope.id))
            .collect();
        let only_reads = self.may_write(case, &stored).is_err();
        if !others.is_empty() && !only_reads {
            stored.stands_by(&open, &others);
        }
        for (envelope, outcome) in envelopes.into_iter().zip(outcomes) {
            match &outcome {
                Outcome::Admitted(_) => report.admitted += 1,
                Outcome::Key(_) | Outcome::Limited(_) | Outcome::Duplicate => {}
                Outcome::Erased => report.of_erased += 1,
                Outcome::Parked(_) | Outcome::Refused(_) => report.set_aside += 1,
            }
            if !matches!(outcome, Outcome::Duplicate | Outcome::Erased) {
                report.changed.insert(case);
            }
            if road == Road::Hub && only_reads {
                // What whoever only reads cannot bring others have brought: it, and not junk under its name.
                let is_junk = is_other(&envelope, &outcome);
                stored.unsent.retain(|unsent| unsent.id != envelope.id || is_junk && *unsent != envelope);
            }
            // What came by hand goes on to the hub with whatever this device has written itself.
            let is_new = outcome != Outcome::Duplicate;
            if road == Road::Hand && is_new && goes_on(&envelope, &outcome) {
                // The case may have a newer secret than whoever sealed it knew.
                let envelope = stored::sealed_again(case, &envelope, &stored.secrets).unwrap_or(envelope);
                if !stored.unsent.contains(&envelope) {
                    // Whatever the hub has refused of the case before, this it has not been asked yet.
                    stored.hub_refused = None;
                    stored.unsent.push(envelope);
                }
            }
        }
        self.opens_limited(&mut open.replica);
        if open.replica.keys_came_in() && self.lacks_newer_limited(&open.replica) {
            taken.older.push(case);
        }
        // What waited may have come in with this, without an envelope of its own.
        if !open.replica.came_in().is_empty() {
            report.changed.insert(case);
        }
        if let Some(next) = self.other_self(&open.replica) {
            report.copied |= !self.was_given_up(case);
            taken.state.incarnation = next;
        }
        // What has come in stands last.
        let changes = open.replica.document().changes();
        for change in changes.clone().skip(changes.count() - open.replica.came_in().len()) {
            if let Some((by, _)) = self.log.author(&change.actor) {
                taken.seen.comes(by, change);
                if by == self.id() {
                    report.own += 1;
                    report.own_newest = report.own_newest.max(recorded(change));
                }
            }
        }
        for (by, witness) in open.replica.witnesses() {
            self.hears_witness(*by, witness, &mut taken.seen, report);
        }
        taken.cases.push((case, stored, open.replica));
    }

    /// Which of its actors this device goes on under if something has come in under the present one: it was restored from an older
    /// copy of itself, or there is another copy of it. What came in decides, so that two copies take two different ones.
    pub(super) fn other_self(&self, replica: &Replica) -> Option<u32> {
        let actor = self.actor();
        let (_, change) = replica.came_in().iter().find(|(of, _)| *of == actor)?;
        let [first, second, ..] = *change;
        let others = INCARNATIONS - 1;
        Some((self.state.incarnation + 1 + u32::from_be_bytes([0, 0, first, second]) % others) % INCARNATIONS)
    }

    pub(super) fn store(&mut self, taken: Taken) -> Result<(), DeviceError> {
        let (Taken { mut state, turning, older, seen, cases, mut batch }, now) = (taken, self.now);
        let as_stored = |(case, mut stored, replica): (CaseId, StoredCase, Replica)| {
            stored.update(&replica, now);
            Ok::<_, DeviceError>((case, stored.summary(&replica), stored.record(case)?))
        };
        let mut lines = Lines::default();
        for one in together::each(cases, as_stored) {
            let (case, line, record) = one?;
            lines.put(case, line);
            batch.push(record);
        }
        // Whoever sends what nobody can open does not fill the device with it: the oldest go first.
        let too_many = state.unopened.len().saturating_sub(MAX_UNOPENED);
        state.unopened.drain(..too_many);
        batch.extend(lines.puts(&self.index)?);
        batch.push(state.record()?);
        if turning != self.turning {
            batch.push(turning.record()?);
        }
        let again = self.again.with(older);
        batch.extend(again.as_ref().map(Again::record).transpose()?);
        if seen != self.seen {
            batch.push(seen.record()?);
        }
        batch.extend(self.missed.unwritten());
        self.records.put(batch)?;
        self.missed.is_written();
        lines.go_into(&mut self.index);
        (self.state, self.turning, self.seen) = (state, turning, seen);
        self.again = again.unwrap_or_else(|| std::mem::take(&mut self.again));
        Ok(())
    }

    /// A wrap that came before its circle's key, or its signer's admission, did.
    pub(super) fn take_wrap(&mut self, wrap: &Wrap) -> Result<(), DeviceError> {
        let Some(secret) = self.secret(wrap) else {
            return Ok(());
        };
        let mut stored = match self.stored(wrap.case)? {
            Some(stored) => stored,
            None if self.is_over(wrap.case) && !self.begins(wrap.case, &secret) => return Ok(()),
            None => StoredCase::received(true),
        };
        stored.turns_to(wrap.case, wrap.epoch, secret);
        self.unopenable.remove(&wrap.case);
        let open = stored.open(wrap.case, &self.log)?;
        self.keep(wrap.case, stored, &open.replica)?;
        self.state.unopened.retain(|waiting| waiting != wrap);
        self.records.put(vec![self.state.record()?])?;
        Ok(())
    }

    /// Who began a case, if this is its first secret and the log knows them.
    pub(super) fn beginning(&self, case: CaseId, secret: &CaseSecret) -> Option<Beginning> {
        let tag = secret.tag();
        let members = self.log.all_known().map(|(device, _)| *device).chain([self.id()]);
        members.map(|device| Beginning::new(device, tag)).find(|beginning| beginning.case == case)
    }

    /// The device that began an open case, if the log knows it.
    pub fn beginner(&self, case: CaseId, open: &OpenCase) -> Option<DeviceId> {
        Some(self.beginning(case, open.keys.secret(0)?)?.device)
    }

    /// The secret in a wrap, if a device that may has signed it and a key of this device opens it.
    pub(super) fn secret(&self, wrap: &Wrap) -> Option<CaseSecret> {
        if !wrap.is_signed(&self.log) {
            return None;
        }
        let pair = unwrap_circle(&self.log, wrap.circle, wrap.circle_epoch, &self.state.secrets).ok()?;
        let secret = CaseSecret::unwrap(wrap, &pair).ok()?;
        // Another first secret than the one of which the case's id is made belongs to another case.
        (wrap.epoch > 0 || self.beginning(wrap.case, &secret).is_some()).then_some(secret)
    }
}

/// Whether something that came by hand may belong into a case, as far as that can be said: what does not open goes nowhere.
pub(super) fn goes_on(envelope: &Envelope, outcome: &Outcome) -> bool {
    let may_belong = match outcome {
        Outcome::Admitted(_) | Outcome::Key(_) | Outcome::Limited(_) | Outcome::Duplicate => true,
        Outcome::Parked(why) => *why != Parked::Secret,
        Outcome::Erased | Outcome::Refused(_) => false,
    };
    may_belong && envelope.sealed.len() <= MAX_SEALED
}

/// The link of a feed's chain behind an item.
enum Behind {
    /// Over the item, encoded.
    Over(Vec<u8>),
    /// The hub's word: the item is erased.
    Is(Hash),
}

impl Behind {
    fn link(&self, before: &Hash) -> Hash {
        match self {
            Self::Over(bytes) => Content::chain(before, bytes),
            Self::Is(link) => *link,
        }
    }
}

/// Where the device goes back to, so that an item of that number is the next one: to a place at which it has been, and which the request has named.
/// That it does only when the hub has said that it lost something; else what comes twice is left.
fn goes_back(
    request: &SyncRequest,
    feeds: &BTreeMap<CircleId, (u64, Hash)>,
    seen: &mut Seen,
    circle: CircleId,
    seq: u64,
) -> Option<(u64, Hash)> {
    let before = seq.checked_sub(1)?;
    let (last, _) = feeds.get(&circle)?;
    if !request.cursor.is_empty() || before >= *last {
        return None;
    }
    let link = seen.trail.link(circle, before)?;
    if !request.followed.contains(&followed(circle, before, &link)) {
        return None;
    }
    seen.trail.goes_back(circle, before);
    Some((before, link))
}

/// Follows a feed by one item, recomputing its chain. `false`: the device has it already. A number left out is a lie or a
/// loss, and nothing behind it is used.
fn follow(
    feeds: &mut BTreeMap<CircleId, (u64, Hash)>,
    circle: CircleId,
    seq: u64,
    behind: &Behind,
    report: &mut SyncReport,
) -> Result<bool, DeviceError> {
    let (last, chain) = feeds.get(&circle).copied().unwrap_or((0, [0; 32]));
    if seq == last + 1 {
        feeds.insert(circle, (seq, behind.link(&chain)));
        return Ok(true);
    }
    if seq == 1 {
        report.begun_anew += 1;
        feeds.insert(circle, (1, behind.link(&[0; 32])));
        return Ok(true);
    }
    if seq <= last {
        return Ok(false);
    }
    Err(DeviceError::Hub(texts::error_feed_gap(last.to_string(), seq.to_string())))
}
