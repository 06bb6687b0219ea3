//! A device's copy of one case: the document, what waits, and what was refused.

use std::collections::BTreeMap;

use habeas_clock::Record;
use habeas_protocol::limits::MAX_CASE_AT_HUB;
use habeas_protocol::{CaseId, DeviceId, Envelope, EnvelopeId, Hash, Log, Signature};

use super::admit::{By, Not, Outcome, Parked, Passed, Refusal, check, fits};
use super::change::ParsedChange;
use super::covered::{Pool, open, stand_alone};
use super::history::History;
use crate::case::{Document, DocumentError, Draft, Fact, Stated, View, Written, clock_record, counted};
use crate::keys::{
    CaseSecret, DoesNotOpen, FactKey, LimitedKey, SealId, Witness, seal_covered, seal_fact_key, seal_limited_key, seal_signed,
};
use crate::order::by_key;

/// The most envelopes of a case that are kept aside.
const MAX_ASIDE: usize = 20_000;

/// A case's secrets, by epoch.
#[derive(Debug, Clone, Default)]
pub struct CaseKeys(BTreeMap<u32, CaseSecret>);

impl CaseKeys {
    /// Adds the secret of an epoch.
    pub fn add(&mut self, epoch: u32, secret: CaseSecret) {
        self.0.insert(epoch, secret);
    }

    /// The secret of an epoch.
    pub fn secret(&self, epoch: u32) -> Option<&CaseSecret> {
        self.0.get(&epoch)
    }

    /// The newest epoch with its secret: what new changes are sealed under.
    pub fn newest(&self) -> Option<(u32, &CaseSecret)> {
        self.0.last_key_value().map(|(&epoch, secret)| (epoch, secret))
    }

    /// Every secret with its epoch.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &CaseSecret)> {
        self.0.iter().map(|(&epoch, secret)| (epoch, secret))
    }
}

/// An envelope that is not in the case, with the reason: kept sealed, and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// What was received.
    pub envelope: Envelope,
    /// [`Outcome::Parked`] or [`Outcome::Refused`].
    pub outcome: Outcome,
}

/// A device's copy of a case.
#[derive(Debug, Clone)]
pub struct Replica {
    case: CaseId,
    document: Document,
    aside: Vec<SetAside>,
    came_in: Vec<([u8; 16], Hash)>,
    keys_came_in: bool,
    bare: Vec<EnvelopeId>,
    witnesses: Vec<(DeviceId, Witness)>,
}

impl Replica {
    /// A case of which nothing is known yet.
    pub fn new(case: CaseId) -> Self {
        Self::of(case, Document::new(), Vec::new())
    }

    /// A case as this device has stored it.
    pub fn of(case: CaseId, mut document: Document, aside: Vec<SetAside>) -> Self {
        document.keys_mut().are_of(case);
        Self { case, document, aside, came_in: Vec::new(), keys_came_in: false, bare: Vec::new(), witnesses: Vec::new() }
    }

    /// Keeps a signature, such as this device's of a change that it has written.
    pub fn signed(&mut self, change: Hash, signature: Signature) {
        self.document.sign(&change, signature);
    }

    /// Adds facts of this device as one change. All or nothing.
    pub fn write(&mut self, actor: [u8; 16], drafts: &[Draft]) -> Result<Written, DocumentError> {
        self.document.write(actor, drafts)
    }

    /// The same, where drafts that have a key in their place are sealed under it.
    pub fn write_sealed(
        &mut self,
        actor: [u8; 16],
        drafts: &[Draft],
        keys: &[Option<FactKey>],
    ) -> Result<Written, DocumentError> {
        self.document.write_sealed(actor, drafts, Some((self.case, keys)))
    }

    /// Adds a limited key that this device has sealed.
    pub fn add_limited(&mut self, limited: LimitedKey) {
        self.document.keys_mut().add_limited(limited);
    }

    /// Forgets the key of a sealed fact: this device does not read what it has written.
    pub fn forget_key(&mut self, seal: &SealId) {
        self.document.keys_mut().forget(seal);
    }

    /// Opens limited keys of facts that cannot be read yet.
    pub fn open_limited(&mut self, open: impl Fn(&LimitedKey) -> Option<FactKey>) {
        self.document.keys_mut().open_limited(open);
    }

    /// Limited keys, as they travel.
    pub fn limited(&self) -> &[LimitedKey] {
        self.document.keys().limited()
    }

    /// The key of a sealed fact, if this device has it.
    pub fn key_of(&self, seal: &SealId) -> Option<&FactKey> {
        self.document.keys().iter().find(|(of, _)| of == seal).map(|(_, key)| key)
    }

    /// Destroys the keys of facts that the log says are erased, and knows these for erased. `true` if there was one.
    pub fn forget_erased(&mut self, keys: &CaseKeys, log: &Log) -> bool {
        let Some(ids) = keys.secret(0).filter(|_| log.has_erased_of(&self.case)) else { return false };
        let is_erased = |seal: &SealId| log.is_fact_erased(&self.case, &ids.fact_key_id(seal));
        let mut held = self.document.keys().names();
        held.retain(is_erased);
        let all: Vec<SealId> = self.document.seals().filter(is_erased).chain(held.iter().copied()).collect();
        all.into_iter().for_each(|seal| self.document.keys_mut().erase(seal));
        !held.is_empty()
    }

    /// Takes in envelopes, and whatever they make possible of what waited. The outcomes are in the order of the envelopes;
    /// what is parked or refused can be found in [`Replica::aside`].
    pub fn receive(&mut self, envelopes: &[Envelope], keys: &CaseKeys, log: &Log) -> Vec<Outcome> {
        if envelopes.is_empty() && self.aside.is_empty() {
            return Vec::new();
        }
        let mut attempt = self.clone();
        let outcomes = attempt.take_in(envelopes, keys, log);
        if attempt.is_taken(self) {
            *self = attempt;
            return outcomes;
        }
        // One of them breaks the document in a way that no check foresaw: find it by taking them one at a time.
        if let [only] = envelopes {
            let outcome = Outcome::Refused(Refusal::Apply);
            self.set_aside(only, outcome.clone());
            self.settle_aside();
            return vec![outcome];
        }
        envelopes.iter().flat_map(|envelope| self.receive(std::slice::from_ref(envelope), keys, log)).collect()
    }

    /// Takes in changes that a snapshot tells, each after those that it was written upon, with its author's signature where that came. Returns how many
    /// are new; `None`, and nothing is taken, unless each of them belongs into the case.
    ///
    /// Of each author the last signature is verified. It covers, by their hashes, the change of theirs that it names, and the one that this names, and so
    /// on; no device names a change that bears its own actor and that it has not signed.
    ///
    /// Automerge is not asked: whoever signed the snapshot has asked it of each of them, and our own checks leave nothing that it does not
    /// take, which a debug build, and so every test, asserts. It is asked as soon as anything else comes into the case.
    pub fn receive_told(&mut self, changes: Vec<(ParsedChange, Option<Signature>)>, log: &Log) -> Option<usize> {
        let mut attempt = self.clone();
        let alone = stand_alone(changes.iter().map(|(change, _)| change));
        for ((change, signature), alone) in changes.into_iter().zip(alone) {
            // By the same reading as any other bytes.
            change.reads_as_told().then_some(())?;
            let by = if alone { By::Signature(signature?, None) } else { By::Later };
            match fits(self.case, change, by, log, &attempt.document) {
                Ok(passed) if attempt.document.has_room(&passed.change) => drop(attempt.apply(passed)),
                Err(Not::There(hash, signature)) => attempt.document.sign(&hash, signature),
                Err(Not::Outcome(Outcome::Duplicate)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
        attempt.settle_aside();
        let admitted = attempt.came_in.len() - self.came_in.len();
        debug_assert!(attempt.is_taken(self), "our own checks leave nothing that Automerge does not take");
        *self = attempt;
        Some(admitted)
    }

    fn take_in(&mut self, envelopes: &[Envelope], keys: &CaseKeys, log: &Log) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = envelopes.iter().map(|envelope| self.take_one(envelope, keys, log)).collect();
        // What waited for a change that is here now; each round admits at least one, so this ends.
        loop {
            let mut late = self.retry(|parked, history| parked.may_go_on(history), keys, log);
            if late.is_empty() {
                late = self.take_covered(keys, log);
            }
            if late.is_empty() {
                self.settle_aside();
                for outcome in &mut outcomes {
                    // Its author's own has come behind it.
                    if matches!(&*outcome, Outcome::Parked(Parked::Signature(hash)) if self.history().contains(hash)) {
                        *outcome = Outcome::Duplicate;
                    }
                }
                return outcomes;
            }
            for (envelope, outcome) in envelopes.iter().zip(&mut outcomes) {
                if let Some((_, admitted)) = late.iter().find(|(admitted, _)| admitted == envelope) {
                    *outcome = admitted.clone();
                }
            }
        }
    }

    fn take_one(&mut self, envelope: &Envelope, keys: &CaseKeys, log: &Log) -> Outcome {
        let outcome = match check(self.case, envelope, keys, log, &self.document) {
            Ok(passed) if !self.document.has_room(&passed.change) => Outcome::Parked(Parked::Room),
            Ok(passed) => self.apply(passed),
            Err(Not::There(hash, signature)) => {
                self.document.sign(&hash, signature);
                Outcome::Duplicate
            }
            Err(Not::Outcome(Outcome::Parked(Parked::Signature(hash)))) if self.history().contains(&hash) => {
                self.bare.extend(Some(envelope.id).filter(|_| self.document.is_last_signed(&hash)));
                Outcome::Duplicate
            }
            Err(Not::Outcome(Outcome::Key(key))) if !self.document.keys_mut().add(key.clone()) => Outcome::Duplicate,
            Err(Not::Outcome(Outcome::Limited(limited))) if !self.document.keys_mut().add_limited(limited.clone()) => {
                Outcome::Duplicate
            }
            Err(Not::Outcome(outcome)) => outcome,
        };
        self.keys_came_in |= matches!(outcome, Outcome::Key(_) | Outcome::Limited(_));
        if matches!(outcome, Outcome::Parked(_) | Outcome::Refused(_)) {
            self.set_aside(envelope, outcome.clone());
        }
        outcome
    }

    fn apply(&mut self, passed: Passed) -> Outcome {
        let Passed { change, signature, past, admitted, witness } = passed;
        self.witnesses.extend(witness.map(|witness| (admitted.device, witness)));
        self.came_in.push((change.actor, change.hash));
        self.document.add(change, past, signature);
        Outcome::Admitted(admitted)
    }

    /// Takes in what came without its author's signature and is covered by one that has come, with what was written upon it. What does not come in itself
    /// covers nothing, so that whatever is here without a signature can be given to others with what covers it. Returns what was admitted.
    fn take_covered(&mut self, keys: &CaseKeys, log: &Log) -> Vec<(Envelope, Outcome)> {
        let pool = Pool::of(&self.aside, keys, log, self.history());
        let mut stands = pool.stands(vec![true; pool.len()]);
        while stands.contains(&true) {
            let mut attempt = self.clone();
            let came: Vec<Option<Outcome>> = pool
                .places()
                .zip(&stands)
                .map(|(place, stands)| attempt.comes_in(self.aside.get(place).filter(|_| *stands)?, keys, log))
                .collect();
            let is_here: Vec<bool> = came.iter().map(Option::is_some).collect();
            stands = pool.stands(is_here.clone());
            if stands == is_here {
                let mut has_come = vec![false; self.aside.len()];
                pool.places().zip(&stands).for_each(|(place, stands)| has_come[place] |= stands);
                attempt.aside.clear();
                let waits = self.aside.iter().zip(&has_come).filter(|(_, has_come)| !**has_come);
                attempt.aside.extend(waits.map(|(aside, _)| aside.clone()));
                let envelope = |place: usize| self.aside.get(place).map(|aside| aside.envelope.clone());
                let came = pool.places().zip(came).filter_map(|(place, outcome)| envelope(place).zip(outcome)).collect();
                *self = attempt;
                return came;
            }
        }
        Vec::new()
    }

    /// Takes in one thing that waits, by its own signature if it has one.
    fn comes_in(&mut self, aside: &SetAside, keys: &CaseKeys, log: &Log) -> Option<Outcome> {
        let (opened, ids) = open(&aside.envelope, keys).zip(keys.secret(0))?;
        let chunk = opened.chunk(aside.envelope.id, ids, self.history(), log).ok()?;
        let by = opened.signature.map_or(By::Later, |signature| By::Signature(signature, opened.witness));
        let passed = fits(self.case, ParsedChange::parse(&chunk).ok()?, by, log, &self.document).ok()?;
        self.document.has_room(&passed.change).then(|| self.apply(passed))
    }

    /// Tries again what waits for something that `ready` says has come. Returns what was admitted.
    fn retry(&mut self, ready: impl Fn(&Parked, &History) -> bool, keys: &CaseKeys, log: &Log) -> Vec<(Envelope, Outcome)> {
        let (again, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.aside)
            .into_iter()
            .partition(|aside| matches!(&aside.outcome, Outcome::Parked(parked) if ready(parked, self.history())));
        self.aside = kept;
        let tried = again.into_iter().map(|aside| (self.take_one(&aside.envelope, keys, log), aside.envelope));
        tried
            .filter(|(outcome, _)| matches!(outcome, Outcome::Admitted(_)))
            .map(|(outcome, envelope)| (envelope, outcome))
            .collect()
    }

    fn set_aside(&mut self, envelope: &Envelope, outcome: Outcome) {
        if let Some(known) = self.aside.iter_mut().find(|aside| aside.envelope == *envelope) {
            known.outcome = outcome;
        } else {
            self.aside.push(SetAside { envelope: envelope.clone(), outcome });
        }
    }

    /// Lets go what waits for a signature that is no longer needed, and what is more than an honest hub may have of a case: what comes then is junk, or waits
    /// behind junk, and must not fill the device. Asked when everything that came together has had its turn.
    fn settle_aside(&mut self) {
        let aside = std::mem::take(&mut self.aside);
        let is_here = |aside: &SetAside| match &aside.outcome {
            Outcome::Parked(Parked::Signature(hash)) => self.history().contains(hash),
            _ => false,
        };
        let mut kept: Vec<SetAside> = aside.into_iter().filter(|aside| !is_here(aside)).collect();
        let bytes: usize = kept.iter().map(|aside| aside.envelope.sealed.len()).sum();
        if kept.len() > MAX_ASIDE || bytes > MAX_CASE_AT_HUB as usize {
            // What may still belong into the case comes before what cannot.
            kept = by_key(kept, |aside| matches!(aside.outcome, Outcome::Refused(_)));
            let mut bytes = 0;
            let fits = |aside: &&SetAside| {
                bytes += aside.envelope.sealed.len();
                bytes <= MAX_CASE_AT_HUB as usize
            };
            let room = kept.iter().take(MAX_ASIDE).take_while(fits).count();
            kept.truncate(room);
        }
        self.aside = kept;
    }

    /// Whether Automerge takes what has come in since `before`: what it does not take is never stored. Where it does not take even what was there
    /// before, as a snapshot told it, what comes now is not to blame, and stands by our own checks.
    fn is_taken(&self, before: &Self) -> bool {
        self.came_in.len() == before.came_in.len() || self.document.is_taken() || !before.document.is_taken()
    }

    /// Tries again everything that waits: to be called when the log or the keys have grown.
    pub fn retry_parked(&mut self, keys: &CaseKeys, log: &Log) {
        let mut attempt = self.clone();
        while !attempt.retry(|_, _| true, keys, log).is_empty() || !attempt.take_covered(keys, log).is_empty() {}
        attempt.settle_aside();
        if attempt.is_taken(self) {
            *self = attempt;
        }
    }

    /// The names of changes that have come without a signature since the case was read, while this device has one and no later one of the same author: whoever
    /// has them so lacks what covers them.
    pub fn bare(&self) -> &[EnvelopeId] {
        &self.bare
    }

    /// The case's id.
    pub fn case(&self) -> CaseId {
        self.case
    }

    /// The document, to store it.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The changes, each with its actor, that have come from elsewhere since the case was read from where it is stored.
    pub fn came_in(&self) -> &[([u8; 16], Hash)] {
        &self.came_in
    }

    /// Whether the key of a sealed fact has come since then.
    pub fn keys_came_in(&self) -> bool {
        self.keys_came_in
    }

    /// What the authors of changes that have come in since then had seen of the hub.
    pub fn witnesses(&self) -> &[(DeviceId, Witness)] {
        &self.witnesses
    }

    /// What the changes say of one another.
    pub fn history(&self) -> &History {
        self.document.history()
    }

    /// The names of the changes that are in the case, and of the keys of its sealed facts, if this device can compute them.
    pub fn ids(&self, keys: &CaseKeys) -> Vec<EnvelopeId> {
        let Some(ids) = keys.secret(0) else { return Vec::new() };
        let mut all = self.key_ids(ids);
        all.extend(self.document.changes().map(|change| ids.envelope_id(&change.hash)));
        all
    }

    /// The names under which the keys of its sealed facts travel. `ids` is the secret of epoch 0.
    pub fn key_ids(&self, ids: &CaseSecret) -> Vec<EnvelopeId> {
        let mut all: Vec<EnvelopeId> = self.open_keys().map(|(seal, _)| ids.fact_key_id(seal)).collect();
        all.extend(self.limited().iter().map(|limited| limited.id(ids)));
        all
    }

    /// The keys that whoever reads the case may have.
    fn open_keys(&self) -> impl Iterator<Item = &(SealId, FactKey)> {
        self.document.keys().iter().filter(|(_, key)| key.author().is_none())
    }

    /// The keys of sealed facts, then every change that stands by its author's signature, or by a later one of theirs, sealed under the newest secret,
    /// each after those that it was written upon.
    pub fn sealed_again(&self, keys: &CaseKeys) -> Result<Vec<Envelope>, DoesNotOpen> {
        // Of a case that this device cannot open it has nothing to seal.
        let Some((newest, ids)) = keys.newest().zip(keys.secret(0)) else { return Ok(Vec::new()) };
        let seals = |((change, signature), alone): ((&ParsedChange, Option<Signature>), bool)| match signature {
            Some(signature) => Some(seal_signed(self.case, newest, ids, signature, change)),
            None if !alone => Some(seal_covered(self.case, newest, ids, change)),
            None => None,
        };
        let changes = self.document.vouched().zip(stand_alone(self.document.changes()));
        self.fact_keys(keys).into_iter().map(Ok).chain(changes.filter_map(seals)).collect()
    }

    /// The keys of its sealed facts, sealed under the newest secret; those of limited facts as they were sealed to their circles, whether this
    /// device opens them or not.
    pub fn fact_keys(&self, keys: &CaseKeys) -> Vec<Envelope> {
        let Some((newest, ids)) = keys.newest().zip(keys.secret(0)) else { return Vec::new() };
        let mut all: Vec<Envelope> = self.open_keys().map(|(_, key)| seal_fact_key(self.case, newest, ids, key)).collect();
        all.extend(self.limited().iter().map(|limited| seal_limited_key(self.case, newest, ids, limited)));
        all
    }

    /// What waits or was refused.
    pub fn aside(&self) -> &[SetAside] {
        &self.aside
    }

    /// Whether anything waits, so that what is shown may be incomplete.
    pub fn is_incomplete(&self) -> bool {
        self.aside.iter().any(|aside| matches!(aside.outcome, Outcome::Parked(_)))
    }

    /// Every fact, in the order of ids.
    pub fn facts(&self) -> Vec<Stated> {
        self.document.facts()
    }

    /// The facts that this version understands.
    pub fn known_facts(&self) -> Vec<Fact> {
        let known = |stated| if let Stated::Known(fact) = stated { Some(*fact) } else { None };
        self.facts().into_iter().filter_map(known).collect()
    }

    /// Those of them that no sealed fact has replaced which cannot be read: what is counted by.
    pub fn counted_facts(&self) -> Vec<Fact> {
        counted(self.facts())
    }

    /// What the clock counts by.
    pub fn clock_record(&self) -> Record {
        clock_record(&self.counted_facts())
    }

    /// The case as it stands.
    pub fn view(&self) -> View {
        View::fold(self.facts())
    }
}
