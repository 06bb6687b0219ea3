//! A case as a device stores it.

use habeas_clock::Instant;
use habeas_protocol::has::Has;
use habeas_protocol::{CaseId, DeviceId, Envelope, EnvelopeId, Log, Pushed, decode, encode};
use habeas_texts as texts;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::arrive::goes_on;
use super::index::{CaseSummary, Index, Lines};
use super::records::Put;
use super::shared::TO_DECIDE;
use super::{DeviceError, Records, earlier};
use crate::case::{Document, FactId, Stated, View, clock_record};
use crate::keys::{CaseSecret, open_payload, seal_payload};
use crate::sync::{CaseKeys, Outcome, Replica, SetAside, comes_bare, whole_amount};

/// The first byte of a stored case.
const VERSION: u8 = 7;
/// That of a case which does not say when anything of it came.
const WITHOUT_TIMES: u8 = 6;
/// That of a case that has no limited facts, and the keys of its sealed ones alone behind its changes.
const KEYS_ALONE: u8 = 5;
pub(super) const MAX_CASE: usize = 64 << 20;
/// In place of a time.
const NOBODY_KNOWS: i64 = 0;

/// A case, open.
#[derive(Debug, Clone)]
pub struct OpenCase {
    /// The case itself.
    pub replica: Replica,
    /// Its secrets.
    pub keys: CaseKeys,
    /// How many changes of this device the hub does not have yet.
    pub unsent: usize,
    /// What the hub said when it refused one, by its code.
    pub hub_refused: Option<String>,
    /// How many changes are kept that killed the program when they were opened.
    pub poison: usize,
    /// Devices of which two copies have written into the case.
    pub copied: Vec<DeviceId>,
    received: Vec<(u32, i64)>,
}

impl OpenCase {
    /// When the change that says a fact came to this device, or was written here, by this device's own clock; `None` if nobody had said then what
    /// time it was, or a version before this one took it in.
    pub fn received(&self, fact: &FactId) -> Option<Instant> {
        let mut place = self.replica.document().place(fact)?;
        for (count, when) in &self.received {
            match place.checked_sub(*count as usize) {
                Some(left) => place = left,
                None => return Instant::from_seconds(*when).filter(|_| *when != NOBODY_KNOWS),
            }
        }
        None
    }
}

/// A case, as it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredCase {
    pub version: u8,
    /// The secret of each epoch.
    pub secrets: Vec<(u32, CaseSecret)>,
    /// The device that began the case, if it is this one: it makes the first wraps.
    pub opened_here: Option<DeviceId>,
    /// Whether the hub has the case.
    pub at_hub: bool,
    /// The changes with each author's signature: a hub that loses changes gets them again, whoever wrote them.
    pub document: Vec<u8>,
    /// What waits or was refused, sealed as it came.
    pub aside: Vec<Envelope>,
    /// What the hub does not have yet, in order: what was written here, and what it has lost.
    pub unsent: Vec<Envelope>,
    /// Why the hub refused something that is unsent.
    pub hub_refused: Option<String>,
    /// What killed the program when it was opened: kept, and never opened again.
    pub poison: Vec<Envelope>,
    /// How many of the document's changes came together, one such number after another, and when, in seconds since 1970 by this device's clock.
    pub received: Vec<(u32, i64)>,
}

impl StoredCase {
    /// A case that begins here.
    pub fn new(secret: CaseSecret, device: DeviceId) -> Self {
        Self { secrets: vec![(0, secret)], opened_here: Some(device), ..Self::received(false) }
    }

    /// A case that others began.
    pub fn received(at_hub: bool) -> Self {
        Self {
            version: VERSION,
            secrets: Vec::new(),
            opened_here: None,
            at_hub,
            document: Document::new().save(),
            aside: Vec::new(),
            unsent: Vec::new(),
            hub_refused: None,
            poison: Vec::new(),
            received: Vec::new(),
        }
    }

    pub fn load(records: &mut impl Records, case: CaseId) -> Result<Option<Self>, DeviceError> {
        let Some(bytes) = records.get(&name(case))?.map(Zeroizing::new) else {
            return Ok(None);
        };
        let stored = match bytes.first() {
            Some(&VERSION) => decode(&bytes, MAX_CASE).ok(),
            Some(&(WITHOUT_TIMES | KEYS_ALONE)) => {
                let whole = Zeroizing::new([bytes.as_slice(), &[0]].concat());
                decode(&whole, MAX_CASE).ok().and_then(Self::of_before)
            }
            _ => earlier::case(&bytes, MAX_CASE),
        };
        let stored = stored.map(Self::with_times);
        stored.map(Some).ok_or(DeviceError::Damaged("case"))
    }

    /// What the version before has stored, as this one stores it: it may be stored again without having been changed.
    fn of_before(mut self) -> Option<Self> {
        if self.version == KEYS_ALONE {
            self.document = Document::load_with(&self.document, true).ok()?.save();
        }
        self.version = VERSION;
        Some(self)
    }

    /// Of what a version before has taken in nobody knows when it came.
    fn with_times(mut self) -> Self {
        let count = if self.received.is_empty() { whole_amount(&self.document).map_or(0, |amount| amount.changes) } else { 0 };
        self.came(count, NOBODY_KNOWS);
        self
    }

    fn came(&mut self, count: usize, when: i64) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match self.received.last_mut() {
            _ if count == 0 => {}
            Some((many, last)) if *last == when => *many = many.saturating_add(count),
            _ => self.received.push((count, when)),
        }
    }

    pub fn record(&self, case: CaseId) -> Result<Put, DeviceError> {
        let bytes = encode(self).ok().filter(|bytes| bytes.len() <= MAX_CASE);
        // What could not be read again is never written: what was there before stays.
        Ok((name(case), bytes.ok_or_else(|| DeviceError::NotYet(texts::error_case_full()))?))
    }

    /// Opens the case. What was set aside is looked at again: the log may have grown.
    pub fn open(&self, case: CaseId, log: &Log) -> Result<OpenCase, DeviceError> {
        let mut keys = CaseKeys::default();
        self.secrets.iter().for_each(|(epoch, secret)| keys.add(*epoch, secret.clone()));
        let mut replica = Replica::of(case, Document::load(&self.document)?, Vec::new());
        if !self.aside.is_empty() {
            replica.receive(&self.aside, &keys, log);
        }
        replica.forget_erased(&keys, log);
        let unsent = self.changes_unsent(&replica);
        let copied = replica.history().twins().iter().filter_map(|actor| Some(log.author(actor)?.0)).collect();
        let (hub_refused, received) = (self.hub_refused.clone(), self.received.clone());
        Ok(OpenCase { copied, replica, keys, unsent, hub_refused, poison: self.poison.len(), received })
    }

    /// How many changes the hub does not have yet, as people count them: keys of facts go with these. At least one while there is anything.
    fn changes_unsent(&self, replica: &Replica) -> usize {
        if cfg!(target_family = "wasm") {
            // The app has no room for it.
            return self.unsent.len();
        }
        let ids = self.first_secret().filter(|_| !self.unsent.is_empty());
        let keys = ids.map(|ids| replica.key_ids(ids)).unwrap_or_default();
        let changes = self.unsent.iter().filter(|envelope| !keys.contains(&envelope.id)).count();
        changes.max(usize::from(!self.unsent.is_empty()))
    }

    /// The first secret, of which the case's id is made, if this device has it. A later one may have come before it.
    pub fn first_secret(&self) -> Option<&CaseSecret> {
        self.secrets.iter().find(|(epoch, _)| *epoch == 0).map(|(_, secret)| secret)
    }

    /// Adds the secret of an epoch, unless there is one: the first that a member signed is the one that everybody else has.
    pub fn add_secret(&mut self, epoch: u32, secret: CaseSecret) {
        if self.secrets.iter().all(|(known, _)| *known != epoch) {
            self.secrets.push((epoch, secret));
        }
    }

    /// Takes the secret of an epoch that this device has made itself in place of any other.
    pub fn remembers(&mut self, case: CaseId, epoch: u32, secret: CaseSecret) {
        self.secrets.retain(|(known, own)| *known != epoch || *own == secret);
        self.turns_to(case, epoch, secret);
    }

    /// Adds the secret of an epoch as it comes from elsewhere. If it is the newest, what the hub does not have yet is sealed again under it.
    pub fn turns_to(&mut self, case: CaseId, epoch: u32, secret: CaseSecret) {
        self.add_secret(epoch, secret);
        for unsent in &mut self.unsent {
            let sealed_again = sealed_again(case, unsent, &self.secrets);
            *unsent = sealed_again.unwrap_or_else(|| unsent.clone());
        }
        self.hub_refused.take_if(|code| *code == Pushed::StaleEpoch.code());
    }

    /// What the hub would have if it had all that this device has: the names of the changes in the case and of those set aside.
    pub fn ids<'a>(&'a self, open: &'a OpenCase) -> impl Iterator<Item = EnvelopeId> + 'a {
        let aside = self.aside.iter().chain(&self.poison).map(|envelope| envelope.id);
        open.replica.ids(&open.keys).into_iter().chain(aside)
    }

    /// Puts everything that this device has of the case among what the hub does not have, but for what the hub says it has. What it has all the same
    /// it calls a duplicate.
    pub fn give_back(&mut self, open: &OpenCase, has: &Has) -> Result<(), DeviceError> {
        let everything = self.everything(open)?;
        let lacks = |envelope: &&Envelope| self.unsent.iter().any(|unsent| unsent.id == envelope.id) || !has.has(envelope.id);
        let mut unsent: Vec<Envelope> = everything.iter().filter(lacks).cloned().collect();
        if !self.at_hub && unsent.is_empty() {
            // The case's secrets go out with a change.
            unsent.extend(everything.into_iter().next());
        }
        self.unsent = unsent;
        self.is_asked_again();
        Ok(())
    }

    /// What a coordinator was to decide over is offered to the hub once more: somebody may write again, or the hub has lost what it was told.
    pub fn is_asked_again(&mut self) {
        self.hub_refused.take_if(|code| code == TO_DECIDE);
    }

    /// Brings again what others have put something else under the name of: a hub that has lost it has a thing of that name, and would never be
    /// given it. One that has it calls it a duplicate.
    pub fn stands_by(&mut self, open: &OpenCase, names: &[EnvelopeId]) {
        // What cannot be sealed now is no worse for what somebody else has done.
        let all = open.replica.sealed_again(&open.keys).unwrap_or_default();
        for envelope in all.into_iter().filter(|envelope| names.contains(&envelope.id)) {
            let is_it = |unsent: &Envelope| unsent.id == envelope.id && !self.is_bare(unsent);
            if !self.unsent.contains(&envelope) && !self.unsent.iter().any(is_it) {
                self.unsent.push(envelope);
            }
        }
    }

    /// Whether an envelope brings its change without its author's signature.
    fn is_bare(&self, envelope: &Envelope) -> bool {
        let secret = self.secrets.iter().find(|(epoch, _)| *epoch == envelope.epoch);
        secret.is_some_and(|(_, secret)| comes_bare(envelope, secret))
    }

    /// Everything that this device has of the case, sealed, what the hub has and what it does not have.
    pub fn everything(&self, open: &OpenCase) -> Result<Vec<Envelope>, DeviceError> {
        let mut all = open.replica.sealed_again(&open.keys)?;
        // What was refused belongs nowhere; what waits may belong to the case once something else has come.
        let waits = |aside: &&SetAside| goes_on(&aside.envelope, &aside.outcome);
        all.extend(open.replica.aside().iter().filter(waits).map(|aside| aside.envelope.clone()));
        all.extend(self.poison.iter().cloned());
        // As its author sealed it is better than sealed again; as it came without a signature is not.
        let is_there = |own: &Envelope| all.iter().any(|envelope| envelope.id == own.id);
        let unsent: Vec<Envelope> = self.unsent.iter().filter(|own| !is_there(own) || !self.is_bare(own)).cloned().collect();
        let is_unsent = |envelope: &Envelope| unsent.iter().any(|own| (own.id, own.epoch) == (envelope.id, envelope.epoch));
        all.retain(|envelope| !is_unsent(envelope));
        all.extend(unsent);
        Ok(all)
    }

    /// Destroys what is here of the keys of facts that the log says are erased. `None` if there is nothing of them.
    pub fn without_erased(mut self, case: CaseId, log: &Log) -> Result<Option<(Self, Replica)>, DeviceError> {
        let has_erased = |envelope: &Envelope| log.is_fact_erased(&case, &envelope.id);
        let sealed = [&self.aside, &self.unsent, &self.poison].into_iter().flatten().any(has_erased);
        // As the log was before: what goes is what is there.
        let mut open = self.open(case, &Log::new())?;
        if !open.replica.forget_erased(&open.keys, log) && !sealed {
            return Ok(None);
        }
        for kept in [&mut self.aside, &mut self.unsent, &mut self.poison] {
            kept.retain(|envelope| !has_erased(envelope));
        }
        self.keeps(open.replica.document(), NOBODY_KNOWS);
        let open = self.open(case, log)?;
        Ok(Some((self, open.replica)))
    }

    fn keeps(&mut self, document: &Document, now: i64) {
        (self.version, self.document) = (VERSION, document.save());
        // What is new stands last.
        let known = self.received.iter().map(|(count, _)| *count as usize).sum();
        self.came(document.changes().count().saturating_sub(known), now.max(NOBODY_KNOWS));
    }

    /// Takes over what the replica holds now, in seconds since 1970.
    pub fn update(&mut self, replica: &Replica, now: i64) {
        self.keeps(replica.document(), now);
        self.aside = replica.aside().iter().map(|aside| aside.envelope.clone()).collect();
        self.hub_refused.take_if(|_| self.unsent.is_empty());
    }

    pub fn summary(&self, replica: &Replica) -> CaseSummary {
        let facts = replica.counted_facts();
        let clock = clock_record(&facts);
        let view = View::fold(facts.into_iter().map(|fact| Stated::Known(Box::new(fact))).collect());
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        CaseSummary {
            title: view.known_as().map(str::to_owned),
            status: view.status,
            city: view.place.as_ref().map(|place| place.city),
            place: view.place.and_then(|place| place.name),
            disputes: count(view.disputes.len()),
            unsent: count(self.changes_unsent(replica)),
            clock,
            aside: count(
                replica.aside().iter().filter(|aside| !matches!(aside.outcome, Outcome::Admitted(_))).count() + self.poison.len(),
            ),
        }
    }
}

/// An envelope under the newest of a case's secrets, if it is under an earlier one of them.
pub(super) fn sealed_again(case: CaseId, envelope: &Envelope, secrets: &[(u32, CaseSecret)]) -> Option<Envelope> {
    let (newest, secret) = secrets.iter().max_by_key(|(epoch, _)| *epoch)?;
    let (_, earlier) = secrets.iter().find(|(epoch, _)| *epoch == envelope.epoch && epoch < newest)?;
    let payload = open_payload(envelope, earlier).ok()?;
    Some(seal_payload(case, (*newest, secret), envelope.id, &payload))
}

/// Cases to be stored together, each with its line of the index.
#[derive(Default)]
pub(super) struct Cases {
    lines: Lines,
    batch: Vec<Put>,
    size: usize,
}

impl Cases {
    pub fn add(&mut self, case: CaseId, stored: &StoredCase, replica: &Replica) -> Result<(), DeviceError> {
        let record = stored.record(case)?;
        self.lines.put(case, stored.summary(replica));
        self.size += record.1.len();
        self.batch.push(record);
        Ok(())
    }

    /// Whether this one is among them.
    pub fn has(&self, case: CaseId) -> bool {
        let name = name(case);
        self.batch.iter().any(|(of, _)| *of == name)
    }

    /// Whether they should be stored before more are added.
    pub fn is_full(&self) -> bool {
        self.size > 8 << 20
    }

    /// What is to be put, all of it or none, and the lines that go into the index then.
    pub fn into_batch(mut self, index: &Index) -> Result<(Vec<Put>, Lines), DeviceError> {
        self.batch.extend(self.lines.puts(index)?);
        Ok((self.batch, self.lines))
    }
}

pub(super) fn name(case: CaseId) -> String {
    format!("case/{case}")
}

#[cfg(test)]
mod tests {
    use habeas_clock::Interval;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;

    use super::*;
    use habeas_protocol::signed_change;

    use crate::case::{Draft, Reliability, Source, SourceKind, What, stock};
    use crate::device::Memory;
    use crate::keys::{DeviceSecrets, FactKey, seal_signed, seal_whole};
    use crate::sync::ParsedChange;

    fn note(text: &str) -> Draft {
        Draft {
            what: What::Note { text: text.to_owned() },
            when: Interval::OPEN,
            said: None,
            place: None,
            source: Source { kind: SourceKind::Witness, name: None, reliability: Reliability::FirstHand },
            recorded_at: Instant::MIN,
            replaces: Vec::new(),
            sensitive: false,
            limited: false,
        }
    }

    /// A case of the two versions before stands as it was, with the key of what is sealed in it, is stored as this one does, and is read again also
    /// where it was stored without having been changed.
    #[test]
    fn a_case_of_the_version_before_is_read_and_stored_with_its_keys() {
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        let (case, secret) = (CaseId([7; 16]), CaseSecret::generate(&mut rng));
        let mut replica = Replica::new(case);
        let empty = replica.document().save();
        let key = FactKey::generate(&mut rng);
        replica.write_sealed([3; 16], &[note("sealed")], &[Some(key.clone())]).unwrap();
        let now = replica.document().save();
        let alone = [&now[..now.len() - 52], key.bytes()].concat();
        let cases = [(KEYS_ALONE, alone, 1), (WITHOUT_TIMES, now.clone(), 1), (WITHOUT_TIMES, empty, 0)];
        for (version, document, facts) in cases {
            let before = StoredCase { version, document, ..StoredCase::new(secret.clone(), DeviceId([1; 16])) };
            let mut record = before.record(case).unwrap();
            // It did not say when anything came.
            assert_eq!(record.1.pop(), Some(0));
            let mut records = Memory::default();
            records.put(vec![record]).unwrap();
            for _ in 0..3 {
                let stored = StoredCase::load(&mut records, case).unwrap().unwrap();
                let replica = stored.open(case, &Log::new()).unwrap().replica;
                assert_eq!(replica.known_facts().len(), facts);
                records.put(vec![stored.record(case).unwrap()]).unwrap();
            }
            let mut again = StoredCase::load(&mut records, case).unwrap().unwrap();
            again.update(&replica, 1_800_000_000);
            let when = if facts == 0 { 1_800_000_000 } else { NOBODY_KNOWS };
            assert_eq!((again.version, &again.document, &*again.received), (VERSION, &now, &[(1, when)][..]));
        }
    }

    /// What versions that stored Automerge's document wrote is read with everything in it: what this device signed is sealed again as it was,
    /// also by the first of them, which kept only its own changes as they were sealed; so is what stood beside the document.
    #[test]
    fn a_case_of_an_earlier_version_is_read_with_everything_in_it() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let (case, secret, device) = (CaseId([7; 16]), CaseSecret::generate(&mut rng), DeviceSecrets::generate(&mut rng));
        let (actor, mut document, mut copy) = (device.keys().actor(0), Document::new(), Document::new());
        let write = |document: &mut Document, text: &str| {
            let written = document.write(actor, &[note(text)]).unwrap();
            let signature = device.sign(&signed_change(case, actor, written.seq, written.hash));
            let change = ParsedChange::parse(&written.chunk).unwrap();
            let now = seal_signed(case, (0, &secret), &secret, signature, &change).unwrap();
            ((seal_whole(case, &secret, signature, &change), now), (written.hash, signature), written.chunk)
        };
        let written = ["first", "second", "third"].map(|text| write(&mut document, text));
        let twin = write(&mut copy, "of a copy");
        let sealed =
            |places: std::ops::Range<usize>| written[places].iter().map(|((then, _), ..)| then.clone()).collect::<Vec<_>>();
        let common = |version| {
            let (document, opened_here) = (stock::save(document.changes()), Some(device.id()));
            earlier::Common { version, secrets: vec![(0, secret.clone())], opened_here, at_hub: true, document }
        };
        let (aside, unsent, poison) = (Vec::new(), sealed(2..3), Vec::new());
        let first = earlier::Unsigned {
            common: common(earlier::WITHOUT_SIGNATURES),
            aside: aside.clone(),
            unsent: unsent.clone(),
            sent: sealed(0..2),
            hub_refused: None,
            poison: poison.clone(),
        };
        let signed = |version| {
            let signatures = written.iter().chain([&twin]).map(|(_, signature, _)| *signature).collect();
            let (aside, unsent, poison) = (aside.clone(), unsent.clone(), poison.clone());
            earlier::Signed { common: common(version), signatures, aside, unsent, hub_refused: None, poison }
        };
        let third = (signed(earlier::BESIDE), vec![twin.2.clone()]);
        let all = [encode(&first), encode(&signed(earlier::WITHOUT_BESIDE)), encode(&third)];
        for (bytes, facts) in all.into_iter().zip([3, 3, 4]) {
            let mut records = Memory::default();
            records.put(vec![(name(case), bytes.unwrap())]).unwrap();
            let mut stored = StoredCase::load(&mut records, case).unwrap().unwrap();
            let open = stored.open(case, &Log::new()).unwrap();
            assert_eq!((open.unsent, open.replica.known_facts().len()), (1, facts));
            stored.give_back(&open, &Has::default()).unwrap();
            let given = written[..2].iter().chain(Some(&twin).filter(|_| facts == 4)).map(|((_, now), ..)| now.clone());
            let mut again: Vec<_> = given.chain(sealed(2..3)).collect();
            assert_eq!(stored.unsent, std::mem::take(&mut again));
            records.put(vec![stored.record(case).unwrap()]).unwrap();
            let again = StoredCase::load(&mut records, case).unwrap().unwrap();
            assert_eq!((again.unsent.len(), again.document), (facts, stored.document));
        }
    }
}
