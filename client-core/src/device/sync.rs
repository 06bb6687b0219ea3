//! The device's side of one round trip: what it sends, and what it makes of the answer. No I/O: the bytes go out and come
//! back through whoever calls.

use std::collections::{BTreeMap, BTreeSet};

use habeas_protocol::limits::{MAX_DIGESTS, MAX_FOLLOWED, MAX_LOG_ENTRIES};
use habeas_protocol::{
    AuditHead, CaseId, CircleId, CircleKind, DeviceId, Entry, Followed, Pushed, Refused, Role, SyncRequest, SyncResponse, Wrap,
    encode, followed,
};
use habeas_texts as texts;
use rand_core::CryptoRng;

use super::recovery::{BY_SHARES, let_in_by_shares};
use super::stored::{Cases, StoredCase};
use super::{Device, DeviceError, Records};

/// How many bytes of envelopes go into one request: six seconds of a network that carries 256 kbit/s. What is cut off on its way up counts for
/// nothing.
pub(super) const MAX_PUSH: usize = 192 << 10;
/// About how many bytes a wrap is.
pub(super) const WRAP: usize = 256;
/// How many bytes of frames a device asks for at a time, unless its program says otherwise.
pub(super) const BUDGET: u32 = 1 << 20;

/// From how many seconds on people are told that their clock is off.
const MAX_CLOCK_OFF: u64 = 60;

/// What one round trip has brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// How many of this device's changes the hub has newly stored.
    pub sent: usize,
    /// How many keys of facts it has newly stored.
    pub sent_keys: usize,
    /// How many changes of others came into cases.
    pub admitted: usize,
    /// How many were set aside.
    pub set_aside: usize,
    /// Cases that changed.
    pub changed: BTreeSet<CaseId>,
    /// What the hub refused, by its code.
    pub refused: Vec<String>,
    /// Cases that had a newer secret than what was sent is sealed under.
    stale: BTreeSet<CaseId>,
    /// How many changes came by hand whose cases this device cannot open.
    pub closed: usize,
    /// Feeds that the hub has begun anew.
    pub begun_anew: usize,
    /// Whether the hub lacks something that it had: it was restored from a backup, or moved.
    pub restored: bool,
    /// How many changes wait to be given back to it.
    pub given_back: usize,
    /// Whether there is something newer under this device's name than what is here: it was restored from an older copy of itself, or copied.
    pub copied: bool,
    /// How many changes that this device's key has signed came in although it did not know them. Unless it is [`SyncReport::copied`], another
    /// copy of it is known already, and goes on.
    pub own: usize,
    /// When the newest of them was written, by the clock of whoever wrote it, in seconds since 1970.
    pub own_newest: Option<i64>,
    /// Since when this device knew more of the log than its records did now, in seconds since 1970, by the hub's word; the entries are here.
    pub knew_more_since: Option<i64>,
    /// Heads of the server's audit record that it no longer has.
    pub audit_lost: Vec<AuditHead>,
    /// Whether the log has revoked this device: it must give up what it has.
    pub revoked: bool,
    /// What this device's person may do from now on, if it is more than before.
    pub role: Option<Role>,
    /// Devices that have seen an entry of the log which was not here when their change came, by its number.
    pub(super) ahead: BTreeMap<DeviceId, u64>,
    /// How many changes have come of erased cases; nothing of them was kept.
    pub of_erased: usize,
    /// Whether the hub has kept back something of a case whose share is over by its clock and not by this device's.
    pub(super) ended_early: bool,
    /// Since when the clerk counts no limits and writes no mail, in seconds since 1970, as the hub says.
    pub not_counting_since: Option<i64>,
    /// Whether another round trip would bring or send more.
    pub more: bool,
}

/// By how many minutes a device's clock is off that is so many seconds from the server's, rounded; `None` if that is too little to speak of.
pub fn minutes_off(seconds: i64) -> Option<u32> {
    (seconds.unsigned_abs() > MAX_CLOCK_OFF).then(|| u32::try_from((seconds.unsigned_abs() + 30) / 60).unwrap_or(u32::MAX))
}

impl SyncReport {
    /// Adds what another round trip has brought.
    pub fn add(&mut self, next: &Self) {
        self.sent += next.sent;
        self.sent_keys += next.sent_keys;
        self.admitted += next.admitted;
        self.set_aside += next.set_aside;
        self.closed += next.closed;
        self.role = next.role.or(self.role);
        self.begun_anew += next.begun_anew;
        self.restored |= next.restored;
        self.copied |= next.copied;
        self.own += next.own;
        self.own_newest = self.own_newest.max(next.own_newest);
        self.knew_more_since = self.knew_more_since.or(next.knew_more_since);
        self.given_back += next.given_back;
        self.revoked |= next.revoked;
        self.audit_lost.extend(&next.audit_lost);
        self.changed.extend(&next.changed);
        self.refused.extend(next.refused.iter().cloned());
        self.ahead.extend(&next.ahead);
        self.of_erased += next.of_erased;
        self.not_counting_since = next.not_counting_since;
        self.more = next.more;
    }
}

impl<R: Records> Device<R> {
    /// What to send now. Nothing is changed until the answer has come.
    pub fn request(&mut self, rng: &mut impl CryptoRng) -> Result<SyncRequest, DeviceError> {
        if self.is_revoked() {
            return Err(DeviceError::Revoked);
        }
        let mut request = self.asking()?;
        if !self.takes_part() {
            return Ok(request);
        }
        let unsent = self.with_unsent();
        self.renew_outgoing(rng)?;
        request.wraps = self.granted().cloned().collect();
        self.turn(&mut request, rng)?;
        self.seal_again(&mut request, rng)?;
        self.bring_snapshot(&mut request, rng)?;
        self.held_back.clear();
        // What the hub has refused before goes last: it must not stand before what it would take.
        let (mut size, mut refused) = (0, Vec::new());
        for case in unsent {
            let Some(stored) = self.stored(case)? else { continue };
            if stored.hub_refused.is_some() && self.may_write(case, &stored).is_err() {
                // Once the hub has refused what somebody has who only reads, a coordinator decides over it; or they may write again.
                self.held_back.insert(case);
            } else if stored.hub_refused.is_some() {
                refused.push(case);
            } else if !self.push(case, stored, &mut request, &mut size, rng)? {
                return Ok(request);
            }
        }
        for case in refused {
            let Some(stored) = self.stored(case)? else { continue };
            if !self.push(case, stored, &mut request, &mut size, rng)? {
                break;
            }
        }
        Ok(request)
    }

    /// Adds what is unsent of a case. `false`: the request is full.
    fn push(
        &mut self,
        case: CaseId,
        stored: StoredCase,
        request: &mut SyncRequest,
        size: &mut usize,
        rng: &mut impl CryptoRng,
    ) -> Result<bool, DeviceError> {
        if !stored.at_hub {
            if !self.opens(&stored) {
                self.held_back.insert(case);
                return Ok(true);
            }
            let wraps = self.opening_wraps(case, &stored, rng)?;
            *size += wraps.len() * WRAP;
            if request.beginnings.len() >= MAX_DIGESTS || *size > MAX_PUSH && !request.envelopes.is_empty() {
                return Ok(false);
            }
            request.wraps.extend(wraps);
            request.beginnings.extend(stored.first_secret().and_then(|secret| self.beginning(case, secret)));
        }
        for envelope in stored.unsent {
            *size += envelope.sealed.len() + 64;
            if *size > MAX_PUSH && !request.envelopes.is_empty() {
                return Ok(false);
            }
            request.envelopes.push(envelope);
        }
        Ok(true)
    }

    /// What every request asks, without anything of this device's own.
    pub(super) fn asking(&mut self) -> Result<SyncRequest, DeviceError> {
        let mut request = SyncRequest {
            log_from: self.log.next().0,
            cursor: self.state.cursor.clone(),
            budget: self.budget,
            // After a death the device takes one change at a time.
            takes_snapshots: !self.refuses_snapshots && !self.deaths.careful,
            followed: self.followed(),
            ..SyncRequest::default()
        };
        if self.takes_part() {
            self.ask_what_is_lost(&mut request)?;
            self.ask_audit(&mut request);
            self.tell_taken_out(&mut request);
        }
        Ok(request)
    }

    /// How far this device has followed its feeds. To a hub that has lost something it says where it has been before, too: without a cursor.
    fn followed(&self) -> Vec<Followed> {
        let is_known = |circle: &CircleId| self.log.circle(circle).is_some();
        // A hub may have invented circles; those of the log come first.
        let (known, others): (Vec<_>, Vec<_>) = self.state.feeds.iter().partition(|(circle, _)| is_known(circle));
        let all = known.into_iter().chain(others);
        if self.state.cursor.is_empty() {
            return self.seen.trail.told(&all.collect::<Vec<_>>());
        }
        all.take(MAX_FOLLOWED).map(|(circle, (seq, link))| followed(*circle, *seq, link)).collect()
    }

    /// The secrets that wait to go out and that the log, as this device knows it, grants.
    fn granted(&self) -> impl Iterator<Item = &Wrap> {
        let shared = |wrap: &Wrap| self.log.share(wrap.case, wrap.circle).is_some_and(|share| share.holds(self.now));
        let granted = |wrap: &Wrap| self.log.grants(wrap.case).any(|circle| circle == wrap.circle);
        self.state.outgoing.iter().filter(move |wrap| granted(wrap) || shared(wrap))
    }

    /// Seals again what waits to go out where the circle has a newer key since, or the case a newer secret; nothing goes to a circle that has
    /// ended.
    fn renew_outgoing(&mut self, rng: &mut impl CryptoRng) -> Result<(), DeviceError> {
        let (mut outgoing, mut seen) = (Vec::new(), BTreeSet::new());
        for wrap in self.state.outgoing.clone() {
            let newest = self.log.circle(&wrap.circle).map_or(0, |circle| circle.epochs.len());
            if !self.log.is_open(&wrap.circle) || !seen.insert((wrap.case, wrap.circle)) {
                continue;
            }
            let Some(stored) = self.stored(wrap.case)? else { continue };
            for (epoch, secret) in &stored.secrets {
                let is_it = |other: &&Wrap| {
                    (other.case, other.circle, other.epoch) == (wrap.case, wrap.circle, *epoch)
                        && other.circle_epoch as usize + 1 == newest
                };
                let known = self.state.outgoing.iter().find(is_it).cloned();
                outgoing.push(match known {
                    Some(known) => known,
                    None => secret.wrap((wrap.case, *epoch), wrap.circle, &self.log, &self.state.secrets, rng)?,
                });
            }
        }
        if outgoing != self.state.outgoing {
            let mut state = self.state.clone();
            state.outgoing = outgoing;
            self.records.put(vec![state.record()?])?;
            self.state = state;
        }
        Ok(())
    }

    /// A new case's secret for the coordinators, and for this person's own devices unless they only record.
    pub(super) fn opening_wraps(
        &self,
        case: CaseId,
        stored: &StoredCase,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Wrap>, DeviceError> {
        // Also of a device that was revoked: what it began and nobody has yet it seals to the coordinators.
        let member = self.log.known(&self.id()).ok_or_else(|| DeviceError::NotYet(texts::error_device_waits()))?;
        // Whoever may open a case to others does so at once: nobody asks again what the hub has lost of a case that is there.
        if stored.opened_here != Some(self.id()) || member.role == Role::Coordinator {
            return self.wraps_again(case, stored, rng);
        }
        let secret = stored.first_secret().ok_or(DeviceError::Damaged("case"))?;
        let mut kinds = vec![CircleKind::Coordinators];
        if member.role.reads_own_cases() {
            kinds.push(CircleKind::Person(member.person));
        }
        let circles =
            kinds.into_iter().filter_map(|kind| self.log.circle_of(kind)).filter(|(circle, _)| self.log.is_open(circle));
        circles.map(|(circle, _)| Ok(secret.wrap((case, 0), circle, &self.log, &self.state.secrets, rng)?)).collect()
    }

    /// Takes the answer in.
    pub fn receive(&mut self, request: &SyncRequest, response: SyncResponse) -> Result<SyncReport, DeviceError> {
        self.receive_telling(request, response, |_, _| {})
    }

    /// The same, and says of how many frames how many have been taken in: a first exchange can take seconds.
    pub fn receive_telling(
        &mut self,
        request: &SyncRequest,
        mut response: SyncResponse,
        mut tell: impl FnMut(usize, usize),
    ) -> Result<SyncReport, DeviceError> {
        let frames = std::mem::take(&mut response.frames);
        let mut report = self.heard(request, &response)?;
        let all = frames.len();
        for (done, frame) in (1..).zip(frames) {
            self.take(request, frame, &mut report)?;
            tell(done, all);
        }
        self.finish(&mut report)?;
        Ok(report)
    }

    /// The answer but for its frames: the log, and what the hub has of what was sent.
    pub fn heard(&mut self, request: &SyncRequest, response: &SyncResponse) -> Result<SyncReport, DeviceError> {
        if response.wraps.len() != request.wraps.len() || response.envelopes.len() != request.envelopes.len() {
            return Err(DeviceError::Hub(texts::error_other_answer()));
        }
        let more = response.more || response.log.len() >= MAX_LOG_ENTRIES;
        let not_counting_since = response.not_counting_since.and_then(|since| i64::try_from(since).ok());
        let mut report = SyncReport { more, not_counting_since, ..SyncReport::default() };
        self.keep_receipt(request, response)?;
        self.learn(&response.log, &mut report)?;
        if self.is_revoked() {
            // What else the answer says is for a device that belongs to the organisation.
            return Ok(report);
        }
        // Entries that coordinators have signed, or the hub's word is for nothing.
        let shown = response.shown.filter(|shown| request.log_from < shown.next && shown.next <= self.log.next().0);
        report.knew_more_since = shown.and_then(|shown| i64::try_from(shown.at).ok());
        report.copied |= report.knew_more_since.is_some();
        self.confirm(request, response, &mut report)?;
        self.hear_what_is_lost(request, response, &mut report)?;
        self.hear_audit(request, response, &mut report)?;
        let untold = self.taken_out.len();
        self.hear_taken_out(request, response)?;
        report.more |= (1..untold).contains(&self.taken_out.len());
        Ok(report)
    }

    /// Says in the report whether another round trip would bring or send more.
    pub fn finish(&mut self, report: &mut SyncReport) -> Result<(), DeviceError> {
        // What was sealed again meanwhile is only late; to whoever gets no newer secrets the clerk helps.
        let (mut sealed_again, mut stuck) = (false, false);
        for case in std::mem::take(&mut report.stale) {
            match self.stored(case)?.and_then(|stored| stored.hub_refused) {
                Some(code) if self.member().is_some_and(|member| member.role.reads_own_cases()) => report.refused.push(code),
                Some(_) => stuck = true,
                None => sealed_again = true,
            }
        }
        let waiting = self.has_to_send() || self.granted().next().is_some();
        // What was refused is refused again: only something that was taken is a reason to go on.
        let goes_on = report.refused.is_empty() && !stuck || report.sent + report.sent_keys > 0 || sealed_again;
        report.more |= self.takes_part()
            && (self.hub.is_behind()
                || (waiting || self.is_turning() || self.is_sealing_again() || self.has_snapshot()) && goes_on);
        report.revoked = self.is_revoked();
        self.follow_anew(report)
    }

    /// Adds entries to the log. A history other than the one that this device has pinned is refused whole.
    pub(super) fn learn(&mut self, entries: &[Vec<u8>], report: &mut SyncReport) -> Result<(), DeviceError> {
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
        let (known, before) = (self.log.next().0, self.member().map(|member| member.role));
        // Noted with the log: whatever fails behind it, a coordinator is told.
        if before == Some(Role::Coordinator) {
            let untold = state.notes.entry(BY_SHARES.to_owned()).or_default();
            let_in_by_shares(&log, known).for_each(|id| *untold += &format!("{id} "));
        }
        let new = log.entries_from(known).map(encode).collect::<Result<Vec<_>, _>>();
        state.entries.extend(new.map_err(|_| DeviceError::Damaged("log"))?);
        state.fingerprint = log.fingerprint();
        self.knows(log, state)?;
        let role = self.member().map(|member| member.role);
        report.role = role.filter(|_| before.is_some() && before != role).or(report.role);
        report.changed.extend(&self.lighter);
        self.open_waiting()?;
        self.look_again(report)
    }

    /// Opens cases in which something waits: its author may be in the log now.
    fn look_again(&mut self, report: &mut SyncReport) -> Result<(), DeviceError> {
        let waiting: Vec<CaseId> = self.index.iter().filter(|(_, summary)| summary.aside > 0).map(|(case, _)| *case).collect();
        for case in waiting {
            let Some(stored) = self.stored(case)? else { continue };
            let open = stored.open(case, &self.log)?;
            if open.replica.came_in().is_empty() && !open.replica.keys_came_in() {
                continue;
            }
            report.changed.insert(case);
            if let Some(next) = self.other_self(&open.replica) {
                report.copied |= !self.was_given_up(case);
                let mut state = self.state.clone();
                state.incarnation = next;
                self.records.put(vec![state.record()?])?;
                self.state = state;
            }
            self.keep(case, stored, &open.replica)?;
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
            request.wraps.iter().zip(&response.wraps).filter(|(_, p)| !p.is_there()).map(|(wrap, p)| (wrap.case, *p)).collect();
        let sent = |wrap: &Wrap| request.wraps.iter().zip(&response.wraps).any(|(of, pushed)| of == wrap && pushed.is_there());
        if self.state.outgoing.iter().any(sent) {
            self.state.outgoing.retain(|wrap| !sent(wrap));
            self.records.put(vec![self.state.record()?])?;
        }
        self.confirm_turned(request, response)?;
        self.confirm_again(request, response)?;
        self.confirm_snapshot(request)?;
        report.refused.extend(
            refused_wraps
                .iter()
                .filter(|(case, _)| !cases.contains_key(case) && !self.log.is_erased(case))
                .map(|(_, pushed)| pushed.code().to_owned()),
        );
        let mut confirmed = Cases::default();
        for (case, results) in cases {
            let Some(mut stored) = self.stored(case)? else { continue };
            stored.hub_refused = None;
            let open = stored.open(case, &self.log)?;
            // The app counts keys as changes: it has no room for more.
            let ids = open.keys.secret(0).filter(|_| !cfg!(target_family = "wasm"));
            let keys = ids.map(|ids| open.replica.key_ids(ids)).unwrap_or_default();
            let wrap_refused = refused_wraps.iter().find(|(of, _)| *of == case).map(|(_, pushed)| *pushed);
            for (index, pushed) in results {
                let envelope = &request.envelopes[index];
                if self.log.is_fact_erased(&case, &envelope.id) {
                    // It is no longer here either.
                    continue;
                }
                if pushed.is_there() {
                    stored.at_hub |= wrap_refused.is_none();
                    stored.unsent.retain(|unsent| unsent != envelope);
                    *if keys.contains(&envelope.id) { &mut report.sent_keys } else { &mut report.sent } += 1;
                } else {
                    // A hub that no longer has the case was restored: the wraps that open it go out again.
                    stored.at_hub &= pushed != Pushed::Refused(Refused::NoCase);
                    stored.hub_refused = Some(pushed.code().to_owned());
                }
            }
            if let Some(pushed) = wrap_refused {
                stored.hub_refused = Some(pushed.code().to_owned());
            }
            match &stored.hub_refused {
                Some(code) if code == Pushed::StaleEpoch.code() => drop(report.stale.insert(case)),
                other => report.refused.extend(other.clone()),
            }
            stored.update(&open.replica, self.now);
            confirmed.add(case, &stored, &open.replica)?;
        }
        self.store_cases(confirmed)?;
        Ok(())
    }
}
