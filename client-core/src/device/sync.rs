//! The device's side of one round trip: what it sends, and what it makes of the answer. No I/O: the bytes go out and come
//! back through whoever calls.

use std::collections::{BTreeMap, BTreeSet};

use habeas_protocol::limits::MAX_LOG_ENTRIES;
use habeas_protocol::{
    CaseId, CircleId, CircleKind, Content, Entry, FeedItem, Frame, Pushed, Refused, Role, SyncRequest, SyncResponse, Wrap, encode,
};
use habeas_texts as texts;
use rand_core::CryptoRng;

use super::stored::{self, CaseSummary, StoredCase};
use super::{Device, DeviceError, Records};
use crate::keys::{CaseSecret, unwrap_circle};
use crate::order;
use crate::sync::Outcome;

/// How many bytes of envelopes go into one request.
pub(super) const MAX_PUSH: usize = 1 << 20;
/// How many bytes of frames a device asks for at a time.
const BUDGET: u32 = 1 << 20;

/// What one round trip has brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// How many of this device's changes the hub has newly stored.
    pub sent: usize,
    /// How many changes of others came into cases.
    pub admitted: usize,
    /// How many were set aside.
    pub set_aside: usize,
    /// Cases that changed.
    pub changed: BTreeSet<CaseId>,
    /// What the hub refused, by its code.
    pub refused: Vec<String>,
    /// Feeds that the hub has begun anew.
    pub begun_anew: usize,
    /// Whether the hub lacks something that it had: it was restored from a backup, or moved.
    pub restored: bool,
    /// How many changes wait to be given back to it.
    pub given_back: usize,
    /// Whether another round trip would bring or send more.
    pub more: bool,
}

impl SyncReport {
    /// Adds what another round trip has brought.
    pub fn add(&mut self, next: &Self) {
        self.sent += next.sent;
        self.admitted += next.admitted;
        self.set_aside += next.set_aside;
        self.begun_anew += next.begun_anew;
        self.restored |= next.restored;
        self.given_back += next.given_back;
        self.changed.extend(&next.changed);
        self.refused.extend(next.refused.iter().cloned());
        self.more = next.more;
    }
}

impl<R: Records> Device<R> {
    /// What to send now. Nothing is changed until the answer has come.
    pub fn request(&mut self, rng: &mut impl CryptoRng) -> Result<SyncRequest, DeviceError> {
        let mut request = SyncRequest {
            log_from: self.log.next().0,
            cursor: self.state.cursor.clone(),
            budget: BUDGET,
            ..SyncRequest::default()
        };
        if self.member().is_none() {
            return Ok(request);
        }
        self.ask_what_is_lost(&mut request)?;
        let unsent: Vec<CaseId> = self.index.iter().filter(|(_, summary)| summary.unsent > 0).map(|(case, _)| *case).collect();
        request.wraps = self.granted().cloned().collect();
        self.held_back.clear();
        let mut size = 0;
        for case in unsent {
            let Some(stored) = self.stored(case)? else { continue };
            if !stored.at_hub {
                if !self.opens(&stored) {
                    self.held_back.insert(case);
                    continue;
                }
                request.wraps.extend(self.opening_wraps(case, &stored, rng)?);
            }
            for envelope in stored.unsent {
                size += envelope.sealed.len() + 64;
                if size > MAX_PUSH && !request.envelopes.is_empty() {
                    return Ok(request);
                }
                request.envelopes.push(envelope);
            }
        }
        Ok(request)
    }

    /// The secrets that wait to go out and that the log, as this device knows it, grants.
    fn granted(&self) -> impl Iterator<Item = &Wrap> {
        self.state.outgoing.iter().filter(|wrap| self.log.grants(wrap.case).any(|circle| circle == wrap.circle))
    }

    /// A new case's secret for the coordinators, and for this person's own devices unless they only record.
    fn opening_wraps(&self, case: CaseId, stored: &StoredCase, rng: &mut impl CryptoRng) -> Result<Vec<Wrap>, DeviceError> {
        if stored.opened_here != Some(self.id()) {
            return self.wraps_again(case, stored, rng);
        }
        let (epoch, secret) = stored.secrets.first().ok_or(DeviceError::Damaged("case"))?;
        let member = self.member().ok_or_else(|| DeviceError::NotYet(texts::error_device_waits()))?;
        let mut kinds = vec![CircleKind::Coordinators];
        if member.role != Role::Recorder {
            kinds.push(CircleKind::Person(member.person));
        }
        let circles = kinds.into_iter().filter_map(|kind| self.log.circle_of(kind));
        circles.map(|(circle, _)| Ok(secret.wrap((case, *epoch), circle, &self.log, &self.state.secrets, rng)?)).collect()
    }

    /// Takes the answer in.
    pub fn receive(&mut self, request: &SyncRequest, mut response: SyncResponse) -> Result<SyncReport, DeviceError> {
        let frames = std::mem::take(&mut response.frames);
        let mut report = self.heard(request, &response)?;
        for frame in frames {
            self.take(frame, &mut report)?;
        }
        self.finish(&mut report);
        Ok(report)
    }

    /// The answer but for its frames: the log, and what the hub has of what was sent.
    pub fn heard(&mut self, request: &SyncRequest, response: &SyncResponse) -> Result<SyncReport, DeviceError> {
        if response.wraps.len() != request.wraps.len() || response.envelopes.len() != request.envelopes.len() {
            return Err(DeviceError::Hub(texts::error_other_answer()));
        }
        let mut report = SyncReport { more: response.more || response.log.len() >= MAX_LOG_ENTRIES, ..SyncReport::default() };
        self.learn(&response.log, &mut report)?;
        self.confirm(request, response, &mut report)?;
        self.hear_what_is_lost(request, response, &mut report)?;
        Ok(report)
    }

    /// Says in the report whether another round trip would bring or send more.
    pub fn finish(&self, report: &mut SyncReport) {
        let unsent = |(case, summary): (&CaseId, &CaseSummary)| summary.unsent > 0 && !self.held_back.contains(case);
        let waiting = self.index.iter().any(unsent) || self.granted().next().is_some();
        report.more |= self.member().is_some() && report.refused.is_empty() && (waiting || self.hub.is_behind());
    }

    /// Adds entries to the log. A history other than the one that this device has pinned is refused whole.
    fn learn(&mut self, entries: &[Vec<u8>], report: &mut SyncReport) -> Result<(), DeviceError> {
        if entries.is_empty() {
            return self.open_waiting();
        }
        let mut log = self.log.clone();
        for bytes in entries {
            let entry = Entry::decode(bytes).map_err(|error| DeviceError::Hub(texts::error_log_entry(error.to_string())))?;
            log.add(entry).map_err(|error| DeviceError::Hub(texts::error_log_entry(error.to_string())))?;
        }
        if self.state.fingerprint.is_some_and(|pinned| log.fingerprint() != Some(pinned)) {
            return Err(DeviceError::Hub(texts::error_wrong_organisation()));
        }
        let mut state = self.state.clone();
        let (known, _) = self.log.next();
        let new = log.entries_from(known).map(encode).collect::<Result<Vec<_>, _>>();
        state.entries.extend(new.map_err(|_| DeviceError::Damaged("log"))?);
        state.fingerprint = log.fingerprint();
        self.records.put(vec![state.record()?])?;
        (self.log, self.state) = (log, state);
        self.open_waiting()?;
        self.look_again(report)
    }

    /// Opens cases in which something waits: its author may be in the log now.
    fn look_again(&mut self, report: &mut SyncReport) -> Result<(), DeviceError> {
        let waiting: Vec<CaseId> = self.index.iter().filter(|(_, summary)| summary.aside > 0).map(|(case, _)| *case).collect();
        for case in waiting {
            let Some(stored) = self.stored(case)? else { continue };
            let open = stored.open(case, &self.log)?;
            if open.replica.aside().len() < stored.waiting() {
                report.changed.insert(case);
                self.keep(case, stored, &open.replica)?;
            }
        }
        Ok(())
    }

    /// Tries wraps again that no key of this device could open before.
    fn open_waiting(&mut self) -> Result<(), DeviceError> {
        for wrap in self.state.unopened.clone() {
            self.take_wrap(&wrap)?;
        }
        Ok(())
    }

    /// Marks what the hub has, and notes what it refused.
    fn confirm(&mut self, request: &SyncRequest, response: &SyncResponse, report: &mut SyncReport) -> Result<(), DeviceError> {
        let mut cases: BTreeMap<CaseId, Vec<(usize, Pushed)>> = BTreeMap::new();
        for (index, (envelope, pushed)) in request.envelopes.iter().zip(&response.envelopes).enumerate() {
            cases.entry(envelope.case).or_default().push((index, *pushed));
        }
        let refused_wraps: Vec<(CaseId, Pushed)> =
            request.wraps.iter().zip(&response.wraps).filter(|(_, p)| !is_there(**p)).map(|(wrap, p)| (wrap.case, *p)).collect();
        let sent = |wrap: &Wrap| request.wraps.iter().zip(&response.wraps).any(|(of, pushed)| of == wrap && is_there(*pushed));
        if self.state.outgoing.iter().any(sent) {
            self.state.outgoing.retain(|wrap| !sent(wrap));
            self.records.put(vec![self.state.record()?])?;
        }
        report.refused.extend(
            refused_wraps.iter().filter(|(case, _)| !cases.contains_key(case)).map(|(_, pushed)| pushed.code().to_owned()),
        );
        for (case, results) in cases {
            let Some(mut stored) = self.stored(case)? else { continue };
            stored.hub_refused = None;
            for (index, pushed) in results {
                let envelope = &request.envelopes[index];
                if is_there(pushed) {
                    stored.at_hub = true;
                    stored.unsent.retain(|unsent| unsent != envelope);
                    report.sent += 1;
                } else {
                    // A hub that no longer has the case was restored: the wraps that open it go out again.
                    stored.at_hub &= pushed != Pushed::Refused(Refused::NoCase);
                    stored.hub_refused = Some(pushed.code().to_owned());
                }
            }
            if let Some((_, pushed)) = refused_wraps.iter().find(|(of, _)| *of == case) {
                stored.hub_refused = Some(pushed.code().to_owned());
            }
            report.refused.extend(stored.hub_refused.clone());
            let open = stored.open(case, &self.log)?;
            self.keep(case, stored, &open.replica)?;
        }
        Ok(())
    }

    /// Takes a frame in. What it holds and the cursor behind it are stored together, so a cut loses nothing and brings nothing
    /// twice.
    pub fn take(&mut self, frame: Frame, report: &mut SyncReport) -> Result<(), DeviceError> {
        let (mut feeds, begun_anew) = (self.state.feeds.clone(), report.begun_anew);
        let mut wraps: BTreeMap<CaseId, Vec<Wrap>> = BTreeMap::new();
        let mut envelopes: BTreeMap<CaseId, Vec<habeas_protocol::Envelope>> = BTreeMap::new();
        for item in frame.items {
            if !follow(&mut feeds, &item, report)? {
                continue;
            }
            match item.content {
                Content::Wrap(wrap) => wraps.entry(wrap.case).or_default().push(wrap),
                Content::Envelope(envelope) => envelopes.entry(envelope.case).or_default().push(envelope),
            }
        }
        let mut batch = Vec::new();
        let mut index = self.index.clone();
        let mut state = self.state.clone();
        let cases = order::set(wraps.keys().chain(envelopes.keys()).copied());
        for case in cases {
            let mut stored = match self.stored(case)? {
                Some(stored) => stored,
                None => StoredCase::received()?,
            };
            // Whatever comes of a case, the hub has it.
            stored.at_hub = true;
            for wrap in wraps.remove(&case).unwrap_or_default() {
                match self.secret(&wrap) {
                    Some(secret) => self.add_secret(&mut stored, wrap, secret),
                    None => state.unopened.push(wrap),
                }
            }
            let mut open = stored.open(case, &self.log)?;
            let before = stored.heads()?;
            let known = |envelope: &habeas_protocol::Envelope| self.deaths.poison.contains(&(envelope.case, envelope.id));
            let (poison, envelopes) = envelopes.remove(&case).unwrap_or_default().into_iter().partition::<Vec<_>, _>(known);
            report.set_aside += poison.len();
            stored.poison.extend(poison);
            for outcome in open.replica.receive(&envelopes, &open.keys, &self.log) {
                match &outcome {
                    Outcome::Admitted(_) => report.admitted += 1,
                    Outcome::Duplicate => {}
                    Outcome::Parked(_) | Outcome::Refused(_) => report.set_aside += 1,
                }
                if outcome != Outcome::Duplicate {
                    report.changed.insert(case);
                }
            }
            // What waited may have come in with this, without an envelope of its own in the frame.
            if open.replica.document().heads() != before {
                report.changed.insert(case);
            }
            stored.update(&open.replica);
            index.insert(case, stored.summary(&open.replica));
            batch.push(stored.record(case)?);
        }
        state.feeds = feeds;
        state.cursor = frame.cursor;
        let mut hub = self.hub.clone();
        if report.begun_anew > begun_anew {
            // Whatever the hub says of it: what it had before it may have lost.
            hub.asks_anew();
            report.restored = true;
            batch.push(hub.record()?);
        }
        batch.push(stored::index_record(&index)?);
        batch.push(state.record()?);
        self.records.put(batch)?;
        (self.index, self.state, self.hub) = (index, state, hub);
        Ok(())
    }

    /// A wrap that came before its circle's key, or its signer's admission, did.
    fn take_wrap(&mut self, wrap: &Wrap) -> Result<(), DeviceError> {
        let Some(secret) = self.secret(wrap) else {
            return Ok(());
        };
        let mut stored = match self.stored(wrap.case)? {
            Some(stored) => stored,
            None => StoredCase::received()?,
        };
        self.add_secret(&mut stored, wrap.clone(), secret);
        let open = stored.open(wrap.case, &self.log)?;
        self.keep(wrap.case, stored, &open.replica)?;
        self.state.unopened.retain(|waiting| waiting != wrap);
        self.records.put(vec![self.state.record()?])?;
        Ok(())
    }

    fn add_secret(&self, stored: &mut StoredCase, wrap: Wrap, secret: CaseSecret) {
        stored.add_secret(wrap.epoch, secret);
        let coordinators = self.log.circle_of(CircleKind::Coordinators).map(|(circle, _)| circle);
        if wrap.epoch == 0 && Some(wrap.circle) == coordinators && stored.opening.is_none() {
            stored.opening = Some(wrap);
        }
    }

    /// The secret in a wrap, if a device that may has signed it and a key of this device opens it.
    fn secret(&self, wrap: &Wrap) -> Option<CaseSecret> {
        if !wrap.is_signed(&self.log) {
            return None;
        }
        let pair = unwrap_circle(&self.log, wrap.circle, wrap.circle_epoch, &self.state.secrets).ok()?;
        CaseSecret::unwrap(wrap, &pair).ok()
    }
}

/// Follows a feed by one item, recomputing its chain. `false`: the device has it already. A number left out is a lie or a
/// loss, and nothing behind it is used.
fn follow(
    feeds: &mut BTreeMap<CircleId, (u64, habeas_protocol::Hash)>,
    item: &FeedItem,
    report: &mut SyncReport,
) -> Result<bool, DeviceError> {
    let (last, chain) = feeds.get(&item.circle).copied().unwrap_or((0, [0; 32]));
    let bytes = encode(&item.content).map_err(|_| DeviceError::Damaged("frame"))?;
    if item.seq == last + 1 {
        feeds.insert(item.circle, (item.seq, Content::chain(&chain, &bytes)));
        return Ok(true);
    }
    if item.seq == 1 {
        report.begun_anew += 1;
        feeds.insert(item.circle, (1, Content::chain(&[0; 32], &bytes)));
        return Ok(true);
    }
    if item.seq <= last {
        return Ok(false);
    }
    Err(DeviceError::Hub(texts::error_feed_gap(last.to_string(), item.seq.to_string())))
}

fn is_there(pushed: Pushed) -> bool {
    matches!(pushed, Pushed::Accepted | Pushed::Duplicate)
}
