//! Limited facts: their keys are for the coordinators with the clerk, and for whoever wrote them, unless they only record. Whoever else reads the
//! case carries these keys, and opens none.

use std::collections::BTreeSet;

use habeas_protocol::{CaseId, CircleId, CircleKind, Envelope, EnvelopeId, Log};
use habeas_texts as texts;
use rand_core::CryptoRng;

use super::stored::StoredCase;
use super::{Device, DeviceError, Records};
use crate::case::Draft;
use crate::keys::{CaseSecret, FactKey, LimitedKey, SealId, seal_fact_key, seal_limited_key};
use crate::sync::Replica;

/// The keys under which drafts are sealed, and what brings those that only some may open to them.
#[derive(Default)]
pub(super) struct Sealing {
    /// For each draft that is sealed its key.
    pub keys: Vec<Option<FactKey>>,
    limited: Vec<LimitedKey>,
    /// Whether this device keeps no key that is limited: what a recorder says for few they do not read any more.
    forgets: bool,
}

impl Sealing {
    /// Puts the keys beside a case in which the drafts have been written, and returns what carries them.
    pub fn go_into(&self, replica: &mut Replica, (newest, ids): ((u32, &CaseSecret), &CaseSecret)) -> Vec<Envelope> {
        let case = replica.case();
        let open = self.keys.iter().flatten().filter(|key| key.author().is_none());
        let mut all: Vec<Envelope> = open.map(|key| seal_fact_key(case, newest, ids, key)).collect();
        for limited in &self.limited {
            all.push(seal_limited_key(case, newest, ids, limited));
            replica.add_limited(limited.clone());
            if self.forgets {
                replica.forget_key(&limited.seal_id());
            }
        }
        all
    }
}

impl<R: Records> Device<R> {
    /// Makes a key for each draft that is sensitive. A limited one can be written only by a device that has been let in: before that it does not
    /// know the coordinators' key.
    pub(super) fn sealing(&self, case: CaseId, drafts: &[Draft], rng: &mut impl CryptoRng) -> Result<Sealing, DeviceError> {
        let mut sealing = Sealing::default();
        for draft in drafts {
            let mut key = (draft.sensitive || draft.limited).then(|| FactKey::generate(rng));
            if draft.limited {
                key = key.map(|key| key.limited(self.actor()));
                sealing.limited.extend(key.as_ref().map(|key| self.limited_key(case, key, rng)).transpose()?);
                sealing.forgets = self.log.own_circle(&self.id()).is_none();
            }
            sealing.keys.push(key);
        }
        Ok(sealing)
    }

    /// Seals a limited fact's key to whoever may open it at first.
    fn limited_key(&self, case: CaseId, key: &FactKey, rng: &mut impl CryptoRng) -> Result<LimitedKey, DeviceError> {
        Ok(LimitedKey::seal(case, key, &self.circles_of_limited()?, (&self.log, &self.state.secrets), rng)?)
    }

    /// The circles to which this device seals a limited fact: the coordinators', and that of its own person, unless they only record.
    fn circles_of_limited(&self) -> Result<Vec<CircleId>, DeviceError> {
        let waits = || DeviceError::NotYet(texts::error_limited_waits());
        self.member().ok_or_else(waits)?;
        let coordinators = self.log.circle_of(CircleKind::Coordinators).map(|(circle, _)| circle).ok_or_else(waits)?;
        Ok([coordinators].into_iter().chain(self.log.own_circle(&self.id())).collect())
    }

    /// Opens the limited keys that a key of this device opens.
    pub(super) fn opens_limited(&self, replica: &mut Replica) {
        let case = replica.case();
        replica.open_limited(|limited| limited.open(case, &self.log, &self.state.secrets).ok());
    }

    /// Whether the key of a limited fact of a case is sealed to a person, and not to the newest key of their circle. Only the clerk mends that.
    pub(super) fn lacks_newer_limited(&self, replica: &Replica) -> bool {
        self.is_clerk() && !unsealed(replica, &self.log).is_empty()
    }

    /// Seals the keys of a case's limited facts to the newest keys of the people that they were sealed to and that read the case, and puts them among what
    /// the hub does not have. Whoever has lost their phone reads on what they have written for few.
    pub(super) fn seal_limited_again(
        &mut self,
        case: CaseId,
        mut stored: StoredCase,
        rng: &mut impl CryptoRng,
    ) -> Result<(), DeviceError> {
        let mut open = stored.open(case, &self.log)?;
        self.opens_limited(&mut open.replica);
        let Some((newest, ids)) = open.keys.newest().zip(open.keys.secret(0)) else { return Ok(()) };
        let beginner = self.beginning(case, ids).map(|beginning| beginning.device);
        let readers = self.log.readers(case, beginner.as_ref(), self.now);
        let mut lacking = unsealed(&open.replica, &self.log);
        lacking.retain(|(_, circle)| readers.contains(circle));
        if lacking.is_empty() {
            return Ok(());
        }
        for (key, circle) in lacking {
            let limited = LimitedKey::seal_again(case, &key, circle, (&self.log, &self.state.secrets), rng)?;
            stored.unsent.push(seal_limited_key(case, newest, ids, &limited));
            open.replica.add_limited(limited);
        }
        self.keep(case, stored, &open.replica)
    }
}

/// The limited keys that this device has, each with a person's circle that it is sealed to, but not to the newest key of it.
fn unsealed(replica: &Replica, log: &Log) -> Vec<(FactKey, CircleId)> {
    let sealed: BTreeSet<(SealId, CircleId, u32)> = sealed(replica).collect();
    let is_lacking = |seal: SealId, circle: CircleId| {
        let known = log.circle(&circle).filter(|known| matches!(known.kind, CircleKind::Person(_)) && log.is_open(&circle));
        let newest = known.and_then(|known| u32::try_from(known.epochs.len()).ok()?.checked_sub(1));
        newest.is_some_and(|newest| !sealed.contains(&(seal, circle, newest)))
    };
    let mut of: Vec<(SealId, CircleId)> = sealed.iter().map(|(seal, circle, _)| (*seal, *circle)).collect();
    of.dedup();
    let lacking = of.into_iter().filter(|(seal, circle)| is_lacking(*seal, *circle));
    lacking.filter_map(|(seal, circle)| Some((replica.key_of(&seal)?.clone(), circle))).collect()
}

/// To which keys of which circles the keys of limited facts are sealed.
fn sealed(replica: &Replica) -> impl Iterator<Item = (SealId, CircleId, u32)> {
    replica.limited().iter().flat_map(|limited| {
        let seal = limited.seal_id();
        limited.circles().map(move |(circle, epoch)| (seal, circle, epoch))
    })
}

/// Every name under which the key of a sealed fact travels, or may: that of a limited one also as it was sealed once more to a later key of a person's
/// circle. One that is made after all of these are erased is made by nobody who knows the log in which that key stands.
pub(super) fn names_of_key(replica: &Replica, seal: &SealId, log: &Log, ids: &CaseSecret) -> BTreeSet<EnvelopeId> {
    let mut names = BTreeSet::from([ids.fact_key_id(seal)]);
    names.extend(replica.limited().iter().filter(|limited| limited.seal_id() == *seal).map(|limited| limited.id(ids)));
    for (_, circle, _) in sealed(replica).filter(|(of, ..)| of == seal) {
        let known = log.circle(&circle).filter(|known| matches!(known.kind, CircleKind::Person(_)));
        let later = 1..known.map_or(1, |known| u32::try_from(known.epochs.len()).unwrap_or(u32::MAX));
        names.extend(later.map(|epoch| ids.limited_key_id(seal, (circle, epoch))));
    }
    names
}
