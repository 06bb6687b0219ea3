//! A device's copy of one case: the document, what waits, and what was refused.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use habeas_clock::Record;
use habeas_protocol::{CaseId, Envelope, EnvelopeId, Hash, Log, Signature};

use super::admit::{Outcome, Parked, Passed, Refusal, check};
use super::beside::Beside;
use super::change::ParsedChange;
use super::history::{History, Past};
use crate::case::{Document, DocumentError, Draft, Fact, FactId, Fields, GENESIS_HASH, Stated, View, Written, clock_record};
use crate::keys::{CaseSecret, DoesNotOpen, seal_signed};
use crate::order::by_key;

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
    /// What cannot be in the document: changes that bear the number of another one, and whatever was written upon them.
    beside: Beside,
    history: History,
    /// Each author's signature of their change: with it any device can seal the change again as its author did.
    signatures: Signatures,
    aside: Vec<SetAside>,
    came_in: Vec<([u8; 16], Hash)>,
}

/// Signatures with the hash of the change that each covers, in the order in which they were learnt.
pub type Signatures = Vec<(Hash, Signature)>;

impl Replica {
    /// A case of which nothing is known yet.
    pub fn new(case: CaseId) -> Result<Self, DocumentError> {
        Ok(Self::of(case, Document::new()?, Beside::default(), Signatures::new(), Vec::new()))
    }

    /// A case as this device has stored it.
    pub fn of(case: CaseId, document: Document, beside: Beside, signatures: Signatures, aside: Vec<SetAside>) -> Self {
        let mut history = History::of(&document);
        for change in beside.changes() {
            if let Some(past) = history.past(&change.deps) {
                history.add(change, past, true);
            }
        }
        Self { case, document, beside, history, signatures, aside, came_in: Vec::new() }
    }

    /// Keeps a signature, such as this device's of a change that it has written.
    pub fn signed(&mut self, change: Hash, signature: Signature) {
        if self.signature(&change).is_none() {
            self.signatures.push((change, signature));
        }
    }

    fn signature(&self, change: &Hash) -> Option<Signature> {
        self.signatures.iter().find(|(known, _)| known == change).map(|(_, signature)| *signature)
    }

    /// Adds facts of this device as one change. All or nothing.
    pub fn write(&mut self, actor: [u8; 16], drafts: &[Draft]) -> Result<Written, DocumentError> {
        if self.beside.is_empty() {
            let written = self.document.write(actor, drafts)?;
            self.history = History::of(&self.document);
            return Ok(written);
        }
        // Written upon everything that its author can see, part of which no document has.
        let heads = self.history.heads();
        let past = self.history.past(&heads).ok_or(DocumentError::Count)?;
        let all = Draft::all_fields(drafts, |id| self.meant(id, &past).is_some())?;
        let seq = past.clock.get(&actor).copied().unwrap_or(0) + 1;
        let start_op = past.max_op + 1;
        let (change, chunk) = ParsedChange::written(heads, actor, seq, start_op, all)?;
        self.history.add(&change, past, true);
        self.beside.add(change.clone(), chunk.clone());
        Ok(change.into_written(chunk))
    }

    /// The change whose fact a change with this past means, if it has a fact of that number.
    fn meant(&self, id: &FactId, past: &Past) -> Option<Hash> {
        self.history.meant(id, past).filter(|change| self.holds(change, id))
    }

    fn holds(&self, change: &Hash, id: &FactId) -> bool {
        match self.beside.get(change) {
            Some(change) => (id.number as usize) < change.facts.len(),
            None => self.document.holds(&FactId::of(id.actor, id.seq, id.number)),
        }
    }

    /// Takes in envelopes, and whatever they make possible of what waited. The outcomes are in the order of the envelopes;
    /// what is parked or refused can be found in [`Replica::aside`].
    pub fn receive(&mut self, envelopes: &[Envelope], keys: &CaseKeys, log: &Log) -> Vec<Outcome> {
        let mut attempt = self.clone();
        let outcomes = attempt.take_in(envelopes, keys, log);
        if attempt.reads_back() {
            *self = attempt;
            return outcomes;
        }
        // One of them breaks the document in a way that no check foresaw: find it by taking them one at a time.
        if let [only] = envelopes {
            let outcome = Outcome::Refused(Refusal::Apply);
            self.set_aside(only, outcome.clone());
            return vec![outcome];
        }
        envelopes.iter().flat_map(|envelope| self.receive(std::slice::from_ref(envelope), keys, log)).collect()
    }

    fn take_in(&mut self, envelopes: &[Envelope], keys: &CaseKeys, log: &Log) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = envelopes.iter().map(|envelope| self.take_one(envelope, keys, log)).collect();
        // What waited for a change that is here now; each round admits at least one, so this ends.
        loop {
            let late = self.retry(|parked, history| parked.may_go_on(history), keys, log);
            if late.is_empty() {
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
        let holds = |change: &Hash, id: &FactId| self.holds(change, id);
        let outcome = match check(self.case, envelope, keys, log, &self.history, holds) {
            Ok(passed) => self.apply(passed),
            Err(outcome) => outcome,
        };
        if matches!(outcome, Outcome::Parked(_) | Outcome::Refused(_)) {
            self.set_aside(envelope, outcome.clone());
        }
        outcome
    }

    fn apply(&mut self, passed: Passed) -> Outcome {
        let Passed { change, chunk, signature, past, admitted } = passed;
        let beside = !self.history.is_for_document(&change);
        if !beside {
            let mut next = self.document.clone();
            // Our checks leave nothing that makes Automerge panic; if one does all the same, the copy is thrown away.
            let applied = catch_unwind(AssertUnwindSafe(|| next.apply(&chunk)));
            if !matches!(applied, Ok(Ok(()))) {
                return Outcome::Refused(Refusal::Apply);
            }
            self.document = next;
        }
        self.signed(change.hash, signature);
        self.came_in.push((change.actor, change.hash));
        self.history.add(&change, past, beside);
        if beside {
            self.beside.add(change, chunk);
        }
        Outcome::Admitted(admitted)
    }

    /// Tries again what waits for something that `ready` says has come. Returns what was admitted.
    fn retry(&mut self, ready: impl Fn(&Parked, &History) -> bool, keys: &CaseKeys, log: &Log) -> Vec<(Envelope, Outcome)> {
        let (again, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.aside)
            .into_iter()
            .partition(|aside| matches!(&aside.outcome, Outcome::Parked(parked) if ready(parked, &self.history)));
        self.aside = kept;
        let tried = again.into_iter().map(|aside| (self.take_one(&aside.envelope, keys, log), aside.envelope));
        tried
            .filter(|(outcome, _)| matches!(outcome, Outcome::Admitted(_)))
            .map(|(outcome, envelope)| (envelope, outcome))
            .collect()
    }

    fn set_aside(&mut self, envelope: &Envelope, outcome: Outcome) {
        match self.aside.iter_mut().find(|aside| aside.envelope == *envelope) {
            Some(known) => known.outcome = outcome,
            None => self.aside.push(SetAside { envelope: envelope.clone(), outcome }),
        }
    }

    /// Whether the document can be saved and loaded again with the same heads: what cannot is never stored.
    fn reads_back(&self) -> bool {
        let heads = self.document.heads();
        let again = catch_unwind(AssertUnwindSafe(|| Document::load(&self.document.save()).map(|document| document.heads())));
        matches!(again, Ok(Ok(same)) if same == heads)
    }

    /// Tries again everything that waits: to be called when the log or the keys have grown.
    pub fn retry_parked(&mut self, keys: &CaseKeys, log: &Log) {
        let mut attempt = self.clone();
        while !attempt.retry(|_, _| true, keys, log).is_empty() {}
        if attempt.reads_back() {
            *self = attempt;
        }
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

    /// What is not in the document, to store it.
    pub fn beside(&self) -> &Beside {
        &self.beside
    }

    /// What the changes say of one another.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The signatures, to store them.
    pub fn signatures(&self) -> &Signatures {
        &self.signatures
    }

    /// Every change but the constant first one, each after those that it was written upon.
    fn hashes(&self) -> impl Iterator<Item = Hash> {
        let all = self.document.changes().into_iter().map(|change| change.hash).filter(|hash| *hash != GENESIS_HASH);
        all.chain(self.beside.changes().map(|change| change.hash))
    }

    /// The names of the changes that are in the case, if this device can compute them.
    pub fn ids(&self, keys: &CaseKeys) -> Vec<EnvelopeId> {
        let Some(ids) = keys.secret(0) else { return Vec::new() };
        self.hashes().map(|hash| ids.envelope_id(&hash)).collect()
    }

    /// Every change whose author's signature this device has, sealed under the newest secret, each after those that it was written
    /// upon.
    pub fn sealed_again(&self, keys: &CaseKeys) -> Result<Vec<Envelope>, DoesNotOpen> {
        // Of a case that this device cannot open it has nothing to seal.
        let Some((newest, ids)) = keys.newest().zip(keys.secret(0)) else { return Ok(Vec::new()) };
        let chunk = |hash: &Hash| self.beside.chunk(hash).or_else(|| self.document.chunk(hash));
        let signed = |hash: Hash| Some((hash, self.signature(&hash)?, chunk(&hash)?));
        let changes = self.hashes().filter_map(signed);
        changes.map(|(hash, signature, chunk)| seal_signed(self.case, newest, ids, signature, (hash, &chunk))).collect()
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
        if self.beside.is_empty() {
            return self.document.facts();
        }
        let all = self.facts_with_changes().into_iter().map(|(_, stated)| stated).collect();
        by_key(all, Stated::id)
    }

    /// Every fact that was there when these changes were the last ones, in the order of ids; `None` if one of them is not in the case.
    pub fn facts_at(&self, heads: &[Hash]) -> Option<Vec<Stated>> {
        let then = heads.iter().all(|head| self.history.contains(head)).then(|| self.history.closure(heads))?;
        let known = self.facts_with_changes().into_iter().filter(|(change, _)| then.binary_search(change).is_ok());
        Some(by_key(known.map(|(_, stated)| stated).collect(), Stated::id))
    }

    /// Every fact with the change that states it.
    fn facts_with_changes(&self) -> Vec<(Hash, Stated)> {
        let in_document = |stated: Stated| Some((self.history.in_document(stated.id().actor, stated.id().seq)?, stated));
        let beside = self.beside.changes().flat_map(|change| {
            let read = move |(number, fields): (u32, &Fields)| {
                Stated::read(FactId::of(change.actor, change.seq, number), fields.clone())
            };
            (0..).zip(&change.facts).map(read).map(|stated| (change.hash, stated))
        });
        let all = self.document.facts().into_iter().filter_map(in_document).chain(beside);
        all.map(|(change, stated)| (change, self.told_apart(&change, stated))).collect()
    }

    /// A fact under the names that everybody who knows of the same changes gives it and those that it replaces, whichever of them came first.
    fn told_apart(&self, change: &Hash, stated: Stated) -> Stated {
        let own = self.history.name(change, stated.id());
        let past = self.history.past_of(change);
        let name = |id: FactId| match past.as_ref().and_then(|past| self.history.meant(&id, past)) {
            Some(meant) => self.history.name(&meant, id),
            None => id,
        };
        stated.told_apart(own, name)
    }

    /// The case as the stock clients of Automerge read it: every fact in the clear.
    pub fn opened(&self) -> Result<Vec<u8>, DocumentError> {
        let beside = self.beside.changes().flat_map(|change| {
            let name = |number: u32| self.history.name(&change.hash, FactId::of(change.actor, change.seq, number));
            (0..).zip(&change.facts).map(move |(number, fields)| (name(number), fields))
        });
        self.document.opened(beside)
    }

    /// The facts that this version understands.
    pub fn known_facts(&self) -> Vec<Fact> {
        let known = |stated| if let Stated::Known(fact) = stated { Some(*fact) } else { None };
        self.facts().into_iter().filter_map(known).collect()
    }

    /// What the clock counts by.
    pub fn clock_record(&self) -> Record {
        clock_record(&self.known_facts())
    }

    /// The case as it stands.
    pub fn view(&self) -> View {
        View::fold(self.facts())
    }
}
