//! After a device was revoked, or a share has ended: every case that it could open gets another secret, which the clerk makes and seals to those who may read the
//! case now. What others had sealed under the one before and not yet brought they seal again.

use std::ops::Bound;

use habeas_protocol::{CaseId, CircleKind, Log, Member, Pushed, Refused, Role, SyncRequest, SyncResponse, decode, encode};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::again::MAX_SEALED_AGAIN;
use super::records::Put;
use super::stored::{Cases, StoredCase};
use super::{Device, DeviceError, Records};
use crate::keys::CaseSecret;

pub(super) const NAME: &str = "turning";
const MAX: usize = 4 << 20;
/// How many cases get a new secret in one request.
const AT_ONCE: usize = 100;

/// How far the clerk has got, as it is stored.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Turning {
    /// The newest revocation of which every case has been looked at: one more than its entry's number.
    done: u64,
    /// While there is a newer one: up to which one is looked now, so that one that comes meanwhile has a look of its own.
    begun: u64,
    /// The last case that was looked at.
    at: Option<CaseId>,
    /// Cases with a new secret that the hub does not have yet.
    open: Vec<CaseId>,
    /// Cases that have come since, and that a revoked device began: it knows their secret.
    late: Vec<CaseId>,
}

impl Turning {
    pub fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        let Some(bytes) = records.get(NAME)? else { return Ok(Self::default()) };
        // Nothing here is worth a clerk that does not start: it looks at every case again.
        Ok(decode(&bytes, MAX).unwrap_or_default())
    }

    /// An erased case gets no secret any more.
    pub fn forgets(&mut self, log: &Log) {
        self.open.retain(|case| !log.is_erased(case));
        self.late.retain(|case| !log.is_erased(case));
    }

    pub fn record(&self) -> Result<Put, DeviceError> {
        Ok((NAME.to_owned(), encode(self).map_err(|_| DeviceError::Damaged("turning"))?))
    }
}

impl<R: Records> Device<R> {
    /// Says whether it is to make no secrets: devices may know those that it would make in their place.
    pub fn makes_no_secret(&mut self, waits: bool) {
        self.makes_no_secret = waits;
    }

    pub(super) fn is_clerk(&self) -> bool {
        // No browser ever is, so what only the clerk does is not in the app.
        !cfg!(target_family = "wasm") && self.member().is_some_and(|member| member.role == Role::Clerk)
    }

    /// One more than the number of the newest revocation.
    pub(super) fn newest_revocation(&self) -> u64 {
        self.log.all_known().filter_map(|(_, member)| member.revoked).max().map_or(0, |number| number + 1)
    }

    /// Whether cases wait for a new secret that this device has to make, or to bring.
    pub(super) fn is_turning(&self) -> bool {
        self.is_clerk()
            && !self.makes_no_secret
            && (self.newest_revocation() > self.turning.done
                || !self.turning.open.is_empty()
                || !self.turning.late.is_empty()
                || !self.unturned().is_empty())
    }

    /// Makes the next secrets and adds them to a request.
    pub(super) fn turn(&mut self, request: &mut SyncRequest, rng: &mut impl CryptoRng) -> Result<(), DeviceError> {
        if !self.is_turning() {
            return Ok(());
        }
        // What the hub does not take yet does not stand before the others.
        if self.turning.open.len() < AT_ONCE {
            self.make_new_secrets()?;
        }
        for case in self.turning.open.iter().rev().take(2 * AT_ONCE).copied().collect::<Vec<_>>() {
            let Some(stored) = self.stored(case)? else { continue };
            // Every later secret: one that a coordinator had sealed counts no longer if that was the one who was revoked.
            let mut wraps = self.wraps_again(case, &stored, rng)?;
            wraps.retain(|wrap| wrap.epoch > 0);
            if !request.wraps.is_empty() && request.wraps.len() + wraps.len() > MAX_SEALED_AGAIN {
                break;
            }
            request.wraps.extend(wraps);
        }
        Ok(())
    }

    /// Gives the next cases new secrets, and stores these: nothing is sealed to anybody yet.
    fn make_new_secrets(&mut self) -> Result<(), DeviceError> {
        let newest = self.newest_revocation();
        let (mut turning, mut cases) = (self.turning.clone(), Cases::default());
        let rest = turning.late.split_off(turning.late.len().min(AT_ONCE));
        for case in std::mem::replace(&mut turning.late, rest) {
            self.make_new_secret(case, &mut turning, &mut cases)?;
        }
        if newest > turning.done {
            if turning.at.is_none() {
                turning.begun = newest;
            }
            let after = turning.at.map_or(Bound::Unbounded, Bound::Excluded);
            let all: Vec<CaseId> = self.index.range((after, Bound::Unbounded)).map(|(case, _)| *case).collect();
            let mut is_through = true;
            for case in all {
                if turning.open.len() >= AT_ONCE {
                    is_through = false;
                    break;
                }
                turning.at = Some(case);
                let Some(stored) = self.stored(case)? else { continue };
                if self.was_opened_by_one_who_is_revoked(case, &stored, turning.done) {
                    self.make_new_secret(case, &mut turning, &mut cases)?;
                }
            }
            if is_through {
                (turning.done, turning.at) = (turning.begun, None);
            }
        }
        let mut shared = self.shared.clone();
        let mut over: Vec<CaseId> = Vec::new();
        for (case, share) in self.unturned() {
            if over.last() != Some(&case) {
                if over.len() >= AT_ONCE {
                    break;
                }
                over.push(case);
                if !cases.has(case) {
                    self.make_new_secret(case, &mut turning, &mut cases)?;
                }
            }
            shared.does(case, &share);
        }
        let (mut batch, lines) = cases.into_batch(&self.index)?;
        batch.extend([turning.record()?, shared.record()?]);
        self.records.put(batch)?;
        lines.go_into(&mut self.index);
        (self.turning, self.shared) = (turning, shared);
        Ok(())
    }

    fn make_new_secret(&mut self, case: CaseId, turning: &mut Turning, cases: &mut Cases) -> Result<(), DeviceError> {
        let Some(mut stored) = self.stored(case)? else { return Ok(()) };
        let why = self.why_turned(case).and_then(|number| self.log.hash_of(number));
        let (Some((newest, _)), Some(why)) = (stored.secrets.iter().max_by_key(|(epoch, _)| *epoch), why) else {
            // Of a case that nobody can open there is nothing to keep from anybody; the hub may say again that it is closed.
            self.unopenable.insert(case);
            return Ok(());
        };
        let epoch = newest + 1;
        stored.add_secret(epoch, CaseSecret::next(&self.state.secrets, (case, epoch), &why));
        let open = stored.open(case, &self.log)?;
        cases.add(case, &stored, &open.replica)?;
        turning.open.push(case);
        Ok(())
    }

    /// Whether a device that has been revoked by that entry or later could open a case: one of a coordinator every one, and else one of somebody who began it
    /// or to whom it was granted.
    fn was_opened_by_one_who_is_revoked(&self, case: CaseId, stored: &StoredCase, since: u64) -> bool {
        if stored.secrets.is_empty() {
            return false;
        }
        let beginning = stored.first_secret().and_then(|secret| self.beginning(case, secret));
        let began = beginning.and_then(|beginning| self.log.known(&beginning.device));
        let opened = |member: &Member| {
            let own = self.log.circle_of(CircleKind::Person(member.person)).map(|(circle, _)| circle);
            matches!(member.role, Role::Coordinator | Role::Recovery)
                || began.is_some_and(|began| began.person == member.person)
                || own.is_some_and(|own| self.log.grants(case).any(|circle| circle == own) || !self.log.had(case, own).is_empty())
        };
        let is_new = |member: &Member| member.revoked.is_some_and(|number| number >= since);
        self.log.all_known().any(|(_, member)| is_new(member) && opened(member))
    }

    /// Notes a case that has just come and has only its first secret, if a device that was revoked before could open it.
    pub(super) fn comes_late(&self, case: CaseId, stored: &StoredCase, turning: &mut Turning) {
        if self.is_clerk() && stored.secrets.len() == 1 && self.was_opened_by_one_who_is_revoked(case, stored, 0) {
            turning.late.push(case);
        }
    }

    /// Marks the secrets that the hub has now.
    pub(super) fn confirm_turned(&mut self, request: &SyncRequest, response: &SyncResponse) -> Result<(), DeviceError> {
        if !self.is_clerk() {
            return Ok(());
        }
        let pairs = || request.wraps.iter().zip(&response.wraps);
        // A case that the hub no longer has it gets back whole, with all of its secrets.
        let is_gone = |pushed: &Pushed| matches!(pushed, Pushed::Refused(Refused::NoCase | Refused::NotItsBeginner));
        let is_done = |pushed: &Pushed| pushed.is_there() || is_gone(pushed);
        let taken = |case: &CaseId| {
            let mut of_case = pairs().filter(|(wrap, _)| wrap.case == *case && wrap.epoch > 0).peekable();
            of_case.peek().is_some() && of_case.all(|(_, pushed)| is_done(pushed))
        };
        let mut turning = self.turning.clone();
        turning.open.retain(|case| !taken(case));
        if self.newest_revocation() <= turning.done {
            // A hub that was restored may have closed them only after they had their new secret.
            let over = self.unturned();
            let waits = |case: &CaseId| {
                let is_known = turning.open.contains(case) || turning.late.contains(case) || self.unopenable.contains(case);
                is_known || over.iter().any(|(of, _)| of == case)
            };
            let closed = response.closed.iter().filter(|case| self.index.contains_key(case) && !waits(case));
            let closed: Vec<CaseId> = closed.copied().collect();
            turning.late.extend(closed);
        }
        if turning != self.turning {
            self.records.put(vec![turning.record()?])?;
            self.turning = turning;
        }
        Ok(())
    }
}
