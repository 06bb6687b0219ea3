//! A case that is open to somebody for a time. From the end of a share on their device keeps nothing of the case: what was not sent yet it seals to
//! coordinators and clerk, everything else it destroys. It obeys the log, and the clock that its program gives it; the hub's word makes no device forget.

use habeas_protocol::limits::MAX_MEMBERS;
use habeas_protocol::{Body, CaseId, CircleId, CircleKind, Entry, PersonId, Share, decode, encode};
use habeas_texts as texts;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::carry::Export;
use super::index::Lines;
use super::records::Put;
use super::stored::{self, Cases, StoredCase};
use super::{Device, DeviceError, Erased, Records, attached};
use crate::keys::CaseSecret;

pub(super) const NAME: &str = "shared";
const MAX: usize = 16 << 20;
/// Why something is unsent that was handed in for a coordinator to decide over, as a code beside those that a hub refuses with.
pub(super) const TO_DECIDE: &str = "to_decide";

/// What a device knows of shares that were over by its clock, as it is stored.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Shared {
    /// The entries of the shares that are done with, ascending: a clock that is set back brings none of them back. For the clerk, those after
    /// whose end it has made the case's next secret. Those by a team stand behind them.
    done: Vec<u64>,
    /// Cases that were destroyed here, until the program has done its part.
    gone: Vec<(CaseId, Erased)>,
    /// The bundles that wait to be handed in, by their numbers.
    files: Vec<u32>,
}

impl Shared {
    pub fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        let Some(bytes) = records.get(NAME)? else { return Ok(Self::default()) };
        decode(&bytes, MAX).map_err(|_| DeviceError::Damaged(NAME))
    }

    pub fn record(&self) -> Result<Put, DeviceError> {
        Ok((NAME.to_owned(), encode(self).map_err(|_| DeviceError::Damaged(NAME))?))
    }

    /// What its records may be called, besides the first.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.files.iter().map(|number| name(*number))
    }

    pub fn is_done(&self, case: CaseId, share: &Share) -> bool {
        self.done.binary_search(&number(case, share)).is_ok()
    }

    pub fn does(&mut self, case: CaseId, share: &Share) {
        let number = number(case, share);
        if let Err(place) = self.done.binary_search(&number) {
            self.done.insert(place, number);
        }
    }
}

/// What a share is known by here: its entry. By a team one entry makes a share of each case; there it is the case's number with the entry's, and no
/// entry has one as high.
fn number(case: CaseId, share: &Share) -> u64 {
    if !share.by_team {
        return share.number;
    }
    let [first, ..] = *case.0.as_chunks::<8>().0 else { return share.number };
    u64::from_be_bytes(first).wrapping_add(share.number) | 1 << 63
}

impl<R: Records> Device<R> {
    /// Says what time it is, in seconds since 1970, and gives up the cases whose share is over by then, and index cards whose time is. Whoever never
    /// says it gives up only those whose share the log has ended.
    pub fn is_at(&mut self, now: i64, rng: &mut impl CryptoRng) -> Result<(), DeviceError> {
        self.now = now;
        self.cards_at(now)?;
        let mut gone = Vec::new();
        for (case, share) in self.over() {
            if self.index.contains_key(&case) && !self.began(case)? {
                gone.push((case, share));
            }
        }
        if !gone.is_empty() {
            self.let_go(&gone, rng)?;
        }
        self.gives_to_decide(rng)
    }

    /// What the hub has refused of a case that this person only reads by now goes to a coordinator, who decides over it. Here it stays unsent until the
    /// hub has it: what is written in the case later rests on it.
    fn gives_to_decide(&mut self, rng: &mut impl CryptoRng) -> Result<(), DeviceError> {
        for case in self.with_unsent() {
            // Everybody's other cases are not even looked into: this is asked all the time.
            if !self.only_reads(case) {
                continue;
            }
            let mut stored = match self.stored(case) {
                Ok(Some(stored)) => stored,
                Ok(None) | Err(DeviceError::Damaged(_)) => continue,
                Err(error) => return Err(error),
            };
            let is_refused = stored.hub_refused.as_ref().is_some_and(|code| code != TO_DECIDE);
            if !is_refused || self.may_write(case, &stored).is_ok() {
                continue;
            }
            stored.hub_refused = Some(TO_DECIDE.to_owned());
            let mut cases = Cases::default();
            let opened = stored.open(case, &self.log).and_then(|open| cases.add(case, &stored, &open.replica));
            let (mut batch, lines) = cases.into_batch(&self.index)?;
            let left = opened.and_then(|()| self.left(&Export::Refused(case), self.shared.clone(), &mut batch, rng));
            let shared = match left {
                Ok(shared) => shared,
                Err(error @ DeviceError::Records(_)) => return Err(error),
                // It waits here. A case that cannot be carried now shuts nobody out of all the others.
                Err(_) => continue,
            };
            batch.push(shared.record()?);
            self.records.put(batch)?;
            lines.go_into(&mut self.index);
            self.shared = shared;
        }
        Ok(())
    }

    /// Whether this person has the case by a share for reading, if they did not begin it themselves.
    pub(super) fn only_reads(&self, case: CaseId) -> bool {
        self.share_of(case).is_some_and(|share| !share.writes)
    }

    /// Puts changes into bundles for those who may open everything, behind those that wait already.
    fn left(
        &mut self,
        what: &Export,
        mut shared: Shared,
        batch: &mut Vec<Put>,
        rng: &mut impl CryptoRng,
    ) -> Result<Shared, DeviceError> {
        let mut to = self.devices_that_open_everything();
        to.truncate(MAX_MEMBERS - 1);
        for file in self.bundles(what, &to, rng)?.files {
            let number = shared.files.last().map_or(0, |last| last.wrapping_add(1));
            shared.files.push(number);
            batch.push((name(number), file));
        }
        Ok(shared)
    }

    /// This person's shares that are over, of cases or of whole teams.
    fn over(&self) -> Vec<(CaseId, Share)> {
        let mine = self.own().into_iter().flat_map(|own| self.log.shared_with(own));
        mine.filter(|(case, share)| self.is_past(*case, share)).collect()
    }

    pub(super) fn is_past(&self, case: CaseId, share: &Share) -> bool {
        !share.holds(self.now) || self.shared.is_done(case, share)
    }

    /// The circle of whoever this device belongs to, unless they may open every case anyway.
    pub(super) fn own(&self) -> Option<CircleId> {
        let person = self.member().filter(|_| !self.opens_everything())?.person;
        self.log.circle_of(CircleKind::Person(person)).map(|(circle, _)| circle)
    }

    pub(super) fn share_of(&self, case: CaseId) -> Option<Share> {
        self.own().and_then(|own| self.log.share(case, own))
    }

    /// Whether a case was shared with this person and is no longer: nothing of it is taken any more.
    pub fn is_over(&self, case: CaseId) -> bool {
        self.share_of(case).is_some_and(|share| self.is_past(case, &share))
    }

    /// Whether this secret says that this person began the case: then nothing of it is kept from them.
    pub(super) fn begins(&self, case: CaseId, secret: &CaseSecret) -> bool {
        let by = self.beginning(case, secret).and_then(|beginning| self.log.known(&beginning.device));
        by.is_some_and(|by| Some(by.person) == self.person())
    }

    /// Whether this person began a case that is here: then it is theirs, whatever was shared.
    fn began(&mut self, case: CaseId) -> Result<bool, DeviceError> {
        match self.stored(case) {
            Ok(stored) => Ok(stored.is_some_and(|stored| self.is_own(case, &stored))),
            Err(DeviceError::Damaged(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn is_own(&self, case: CaseId, stored: &StoredCase) -> bool {
        stored.opened_here == Some(self.id()) || stored.first_secret().is_some_and(|secret| self.begins(case, secret))
    }

    /// Fails where the log lets this person read a case and not write to it.
    pub(super) fn may_write(&self, case: CaseId, stored: &StoredCase) -> Result<(), DeviceError> {
        if self.only_reads(case) && !self.is_own(case, stored) {
            return Err(DeviceError::NotYet(texts::error_share_reads()));
        }
        Ok(())
    }

    /// Destroys these cases. Of a case in which something is unsent all is kept, sealed to those who may open everything: a hub that is restored
    /// later may lack what that was written upon.
    fn let_go(&mut self, gone: &[(CaseId, Share)], rng: &mut impl CryptoRng) -> Result<(), DeviceError> {
        let (mut shared, mut lines, mut shelf, mut state) =
            (self.shared.clone(), Lines::default(), self.shelf.clone(), self.state.clone());
        let mut batch = Vec::new();
        for &(case, share) in gone {
            let erased = self.look(case)?;
            if erased.unsent > 0 || self.hub.is_behind() {
                match self.left(&Export::Ended(case), shared.clone(), &mut batch, rng) {
                    Ok(more) => shared = more,
                    Err(error @ DeviceError::Records(_)) => return Err(error),
                    // It cannot be read any more: better lost than kept.
                    Err(_) => {}
                }
            }
            shared.gone.push((case, erased));
            shared.does(case, &share);
            self.missed.misses(case);
            lines.remove(case);
        }
        let is_gone = |of: &CaseId| gone.iter().any(|(case, _)| case == of);
        state.unopened.retain(|wrap| !is_gone(&wrap.case));
        shelf.retain(|_, held| !is_gone(&held.case));
        batch.extend([state.record()?, attached::record(&shelf)?, shared.record()?]);
        batch.extend(self.missed.unwritten());
        batch.extend(lines.puts(&self.index)?);
        let names: Vec<String> = gone.iter().map(|(case, _)| stored::name(*case)).collect();
        self.records.forget(&names, batch)?;
        self.missed.is_written();
        self.held_back.retain(|case| !is_gone(case));
        lines.go_into(&mut self.index);
        (self.state, self.shelf, self.shared) = (state, shelf, shared);
        Ok(())
    }

    /// Cases that were destroyed here because their share is over, and of which the program has not yet destroyed what lies beside the records
    /// and told whoever sits at the device.
    pub fn ended(&self) -> &[(CaseId, Erased)] {
        &self.shared.gone
    }

    /// Says that it has.
    pub fn ended_is_told(&mut self) -> Result<(), DeviceError> {
        let shared = Shared { gone: Vec::new(), ..self.shared.clone() };
        if !self.shared.gone.is_empty() {
            self.records.put(vec![shared.record()?])?;
            self.shared = shared;
        }
        Ok(())
    }

    /// A bundle of what was not sent when a share ended: the first one, or that behind so many others.
    pub fn left_over(&mut self, place: usize) -> Result<Option<Vec<u8>>, DeviceError> {
        match self.shared.files.get(place) {
            Some(number) => Ok(self.records.get(&name(*number))?),
            None => Ok(None),
        }
    }

    pub(super) fn all_left_over(&mut self) -> Result<Vec<Vec<u8>>, DeviceError> {
        let mut files = Vec::new();
        while let Some(file) = self.left_over(files.len())? {
            files.push(file);
        }
        Ok(files)
    }

    /// Forgets it, once it has been handed in.
    pub fn left_over_is_handed_in(&mut self, place: usize) -> Result<(), DeviceError> {
        let mut shared = self.shared.clone();
        if place < shared.files.len() {
            let number = shared.files.remove(place);
            self.records.forget(&[name(number)], vec![shared.record()?])?;
            self.shared = shared;
        }
        Ok(())
    }

    /// The entry that lets a person open a case until an instant (in seconds since 1970; `None`: until it is ended), for writing or only for
    /// reading. The secrets for them go out with the sync that follows it.
    pub fn share(
        &mut self,
        case: CaseId,
        person: PersonId,
        (writes, until): (bool, Option<i64>),
        rng: &mut impl CryptoRng,
    ) -> Result<Entry, DeviceError> {
        let everything = self.log.coordinators().contains(&person);
        let own = self.log.circle_of(CircleKind::Person(person)).map(|(circle, _)| circle);
        let beginning = match self.stored(case)? {
            Some(stored) => stored.first_secret().and_then(|secret| self.beginning(case, secret)),
            None => None,
        };
        let own_case = beginning.and_then(|of| self.log.own_circle(&of.device)).is_some_and(|circle| own == Some(circle));
        let is_granted = own.is_some_and(|own| self.log.grants(case).any(|circle| circle == own));
        if everything || own_case || is_granted {
            return Err(DeviceError::NotYet(texts::error_share_needless()));
        }
        self.lets_open(case, person, |circle| Body::CaseShared { case, circle, writes, until }, rng)
    }

    /// The entry that ends a share before its time.
    pub fn end_share(&self, case: CaseId, person: PersonId) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        let (circle, _) = self
            .log
            .circle_of(CircleKind::Person(person))
            .ok_or_else(|| DeviceError::NotYet(texts::error_person_without_device()))?;
        self.entry(&mut self.log.clone(), Body::ShareEnded { case, circle })
    }

    /// With whom a case is shared just now, or was, each with their newest share.
    pub fn shares(&self, case: CaseId) -> Vec<(PersonId, Share)> {
        let person = |circle: CircleId| match self.log.circle(&circle).map(|circle| circle.kind) {
            Some(CircleKind::Person(person)) => Some(person),
            _ => None,
        };
        self.log.shared(case).into_iter().filter_map(|(circle, share)| Some((person(circle)?, share))).collect()
    }

    /// The next instant at which a share ends, in seconds since 1970.
    pub fn next_end(&self) -> Option<i64> {
        self.log.share_ends().filter(|end| *end > self.now).min()
    }

    /// Shares that are over of cases that are here, and after whose end nobody has made the case's next secret; for the clerk.
    pub(super) fn unturned(&self) -> Vec<(CaseId, Share)> {
        let of_case = |case: &CaseId| {
            let case = *case;
            self.log.shared(case).into_iter().map(move |(_, share)| (case, share))
        };
        let over = self.index.keys().flat_map(of_case).filter(|(_, share)| !share.holds(self.now));
        over.filter(|(case, share)| !self.shared.is_done(*case, share)).collect()
    }

    /// The newest entry for which a case gets another secret: that of a revocation, or that by which a share of it was made, or was ended. Also one of
    /// somebody who has another share by now, or to whom the case is granted, and one that is not over by this clock: the hub may have closed the case before.
    pub(super) fn why_turned(&self, case: CaseId) -> Option<u64> {
        let revocation = self.newest_revocation().checked_sub(1);
        let had = self.log.ever_shared(case).into_iter().flat_map(|circle| self.log.had(case, circle));
        revocation.into_iter().chain(had.map(|share| share.ended.unwrap_or(share.number))).max()
    }
}

/// Each file is a record of its own: a disk takes only so much at once.
fn name(number: u32) -> String {
    format!("{NAME}/{number}")
}
