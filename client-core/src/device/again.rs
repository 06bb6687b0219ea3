//! Cases are sealed again to those who open them by then. A person's next device reads what the ones before it could. Their circle gets a new key
//! when it is let in, which opens nothing that was sealed to the one before; and the phone that had that key may be lost. So the clerk, which opens every case, seals those that the person may read
//! to the new key, every secret of them. And to whoever has got a case, or has joined a team, what that is; and to whoever reads from now on what they
//! have begun, because they did no more than record until their role changed.

use std::collections::{BTreeMap, BTreeSet};

use habeas_protocol::{Body, CaseId, CircleId, CircleKind, Pushed, Refused, SyncRequest, SyncResponse, Team, decode, encode};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::records::Put;
use super::stored::StoredCase;
use super::{Device, DeviceError, Records};

pub(super) const NAME: &str = "again";
const MAX: usize = 4 << 20;
/// How many cases are sealed again in one request.
const AT_ONCE: usize = 100;
/// How many secrets go into one request, of these and of those that are made anew: some two megabytes, half of what the hub takes.
pub(super) const MAX_SEALED_AGAIN: usize = 8_000;

/// How far the clerk has got, as it is stored.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Again {
    /// How many keys a person's circle had when every case was looked at for it; one that is not here had its first.
    looked: BTreeMap<CircleId, u32>,
    /// Cases whose secrets the hub does not have under the newest keys yet.
    waits: BTreeSet<CaseId>,
    /// Up to which entry of the log it was looked at which cases somebody has got, by themselves or by a team, and whose role has changed.
    teams: u64,
}

impl Again {
    pub fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        if cfg!(target_family = "wasm") {
            // No browser is ever the clerk, and this is not in the app.
            return Ok(Self::default());
        }
        let Some(bytes) = records.get(NAME)? else { return Ok(Self::default()) };
        // Nothing here is worth a clerk that does not start: it looks at every case again.
        Ok(decode(&bytes, MAX).unwrap_or_default())
    }

    /// The same with cases that have come; `None` if there are none.
    pub fn with(&self, cases: Vec<CaseId>) -> Option<Self> {
        if cfg!(target_family = "wasm") || cases.is_empty() {
            return None;
        }
        let mut again = self.clone();
        again.waits.extend(cases);
        Some(again)
    }

    pub fn record(&self) -> Result<Put, DeviceError> {
        Ok((NAME.to_owned(), encode(self).map_err(|_| DeviceError::Damaged(NAME))?))
    }
}

impl<R: Records> Device<R> {
    /// Whether cases wait to be sealed to a newer key of somebody's.
    pub(super) fn is_sealing_again(&self) -> bool {
        let is_there = || !self.newer_keys().is_empty() || !self.opened_since().is_empty() || !self.other_roles().is_empty();
        self.is_clerk() && (!self.again.waits.is_empty() || is_there())
    }

    /// The cases that somebody opens since it was last looked, by themselves or by a team. A coordinator's device seals them, too; but it may be lost
    /// before it does, and nobody else would know.
    fn opened_since(&self) -> BTreeSet<CaseId> {
        let mut cases = BTreeSet::new();
        for entry in self.log.entries_from(self.again.teams) {
            match &entry.body {
                Body::TeamMember { team, joins: true, .. } => {
                    cases.extend(self.log.team(*team).into_iter().flat_map(Team::cases))
                }
                Body::Grant { case, .. } | Body::CaseShared { case, .. } | Body::TeamCase { case, gets: true, .. } => {
                    cases.insert(*case);
                }
                _ => {}
            }
        }
        cases.retain(|case| self.index.contains_key(case));
        cases
    }

    /// The circles of those whose role has changed since it was last looked.
    fn other_roles(&self) -> BTreeSet<CircleId> {
        let changed = self.log.entries_from(self.again.teams).filter_map(|entry| match &entry.body {
            Body::RoleChanged { person, .. } => self.log.circle_of(CircleKind::Person(*person)),
            _ => None,
        });
        changed.map(|(circle, _)| circle).collect()
    }

    /// The circles of people that have a key for which no case has been looked at, with how many keys they have.
    fn newer_keys(&self) -> BTreeMap<CircleId, u32> {
        let people = self.log.circles().filter(|(_, circle)| matches!(circle.kind, CircleKind::Person(_)));
        let counted = people.map(|(id, circle)| (*id, u32::try_from(circle.epochs.len()).unwrap_or(u32::MAX)));
        let is_newer = |(id, keys): &(CircleId, u32)| *keys > self.again.looked.get(id).copied().unwrap_or(1);
        counted.filter(|of| is_newer(of) && self.log.is_open(&of.0)).collect()
    }

    /// Adds to a request the secrets of the next cases, sealed to everybody's newest key. The hub has some of them already, and says so.
    pub(super) fn seal_again(&mut self, request: &mut SyncRequest, rng: &mut impl CryptoRng) -> Result<(), DeviceError> {
        if !self.is_sealing_again() {
            return Ok(());
        }
        self.look_at_every_case()?;
        let mut sent = 0;
        for case in self.again.waits.clone() {
            // Of one that gets a new secret, too, that goes first.
            if sent >= AT_ONCE || request.wraps.iter().any(|wrap| wrap.case == case) {
                continue;
            }
            let wraps = match self.stored(case)? {
                Some(stored) => {
                    let wraps = self.wraps_again(case, &stored, rng)?;
                    self.seal_limited_again(case, stored, rng)?;
                    wraps
                }
                None => Vec::new(),
            };
            if wraps.is_empty() {
                // It is erased, or nobody opens it.
                self.again.waits.remove(&case);
            }
            if sent > 0 && request.wraps.len() + wraps.len() > MAX_SEALED_AGAIN {
                break;
            }
            sent += 1;
            request.wraps.extend(wraps);
        }
        Ok(())
    }

    fn look_at_every_case(&mut self) -> Result<(), DeviceError> {
        let (newer, opened, others) = (self.newer_keys(), self.opened_since(), self.other_roles());
        if newer.is_empty() && opened.is_empty() && others.is_empty() {
            return Ok(());
        }
        let mut again = self.again.clone();
        again.waits.extend(opened);
        again.teams = self.log.next().0;
        let all = self.index.keys().copied().filter(|_| !newer.is_empty() || !others.is_empty());
        for case in all.collect::<Vec<_>>() {
            let Some(stored) = self.stored(case)? else { continue };
            if self.reads_any(case, &stored, |circle| newer.contains_key(circle) || others.contains(circle)) {
                again.waits.insert(case);
            }
        }
        again.looked.extend(newer);
        self.records.put(vec![again.record()?])?;
        self.again = again;
        Ok(())
    }

    /// Whether whoever sealed a case that has just come may not have known the newest key of everybody who reads it.
    pub(super) fn may_lack_newer_keys(&self, case: CaseId, stored: &StoredCase) -> bool {
        let has_more = |circle: &CircleId| {
            // Or their author did not know yet that they read by now what they begin.
            self.log.circle(circle).is_some_and(|of| match of.kind {
                CircleKind::Person(person) => of.epochs.len() > 1 || self.log.has_changed_role(person),
                CircleKind::Coordinators => false,
            })
        };
        // Somebody may have got it before the clerk had it.
        let is_given = || self.log.grants(case).next().is_some() || !self.log.ever_shared(case).is_empty();
        self.is_clerk() && (is_given() || self.reads_any(case, stored, has_more))
    }

    /// Whether one of these circles may read a case.
    pub(super) fn reads_any(&self, case: CaseId, stored: &StoredCase, is_one: impl Fn(&CircleId) -> bool) -> bool {
        if stored.secrets.is_empty() {
            return false;
        }
        let beginner = stored.first_secret().and_then(|secret| self.beginning(case, secret)).map(|beginning| beginning.device);
        self.log.readers(case, beginner.as_ref(), self.now).iter().any(is_one)
    }

    /// Marks what the hub has now. A case that it no longer has it gets back whole, under the newest keys.
    pub(super) fn confirm_again(&mut self, request: &SyncRequest, response: &SyncResponse) -> Result<(), DeviceError> {
        if !self.is_clerk() || self.again.waits.is_empty() {
            return Ok(());
        }
        let is_done = |pushed: &Pushed| {
            pushed.is_there() || matches!(pushed, Pushed::Refused(Refused::NoCase | Refused::NotItsBeginner | Refused::Erased))
        };
        let taken = |case: &CaseId| {
            let mut of_case = request.wraps.iter().zip(&response.wraps).filter(|(wrap, _)| wrap.case == *case).peekable();
            // The first secret is among them only where all are.
            of_case.clone().any(|(wrap, _)| wrap.epoch == 0)
                && of_case.peek().is_some()
                && of_case.all(|(_, pushed)| is_done(pushed))
        };
        let mut again = self.again.clone();
        again.waits.retain(|case| !taken(case));
        if again != self.again {
            self.records.put(vec![again.record()?])?;
            self.again = again;
        }
        Ok(())
    }
}
