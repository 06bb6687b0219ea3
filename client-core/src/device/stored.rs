//! A case as a device stores it, and the index from which lists are shown without opening one.

use std::collections::BTreeMap;

use habeas_clock::Record;
use habeas_protocol::{CaseId, DeviceId, Envelope, EnvelopeId, Log, Pushed, decode, encode};
use habeas_texts as texts;
use serde::{Deserialize, Serialize};

use super::arrive::goes_on;
use super::records::Put;
use super::{Device, DeviceError, Records, earlier};
use crate::case::{City, Document, Status};
use crate::keys::{CaseSecret, open_payload, seal_payload};
use crate::sync::{CaseKeys, Outcome, Replica, SetAside};

pub(super) const INDEX: &str = "index";
/// The first byte of a stored case.
const VERSION: u8 = 5;
/// The first byte of the index.
const INDEX_VERSION: u8 = 3;
const MAX_CASE: usize = 64 << 20;

/// What a list shows of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// The first name that was given, or the description.
    pub title: Option<String>,
    /// Where things stand.
    pub status: Status,
    /// In which city.
    pub city: Option<City>,
    /// At which place there.
    pub place: Option<String>,
    /// How many disputes there are.
    pub disputes: u32,
    /// How many changes of this device the hub does not have yet.
    pub unsent: u32,
    /// How many envelopes wait or were refused.
    pub aside: u32,
    /// What the clock counts by, so that a list has its countdowns without opening a case.
    pub clock: Record,
}

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
        }
    }

    pub fn load(records: &mut impl Records, case: CaseId) -> Result<Option<Self>, DeviceError> {
        let Some(bytes) = records.get(&name(case))? else {
            return Ok(None);
        };
        let stored = match bytes.first() {
            Some(&VERSION) => decode(&bytes, MAX_CASE).ok(),
            _ => earlier::case(&bytes, MAX_CASE),
        };
        stored.map(Some).ok_or(DeviceError::Damaged("case"))
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
        let copied = replica.history().twins().iter().filter_map(|actor| Some(log.author(actor)?.0)).collect();
        Ok(OpenCase {
            copied,
            replica,
            keys,
            unsent: self.unsent.len(),
            hub_refused: self.hub_refused.clone(),
            poison: self.poison.len(),
        })
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

    /// Puts everything that this device has of the case among what the hub does not have. What it has all the same it calls a
    /// duplicate.
    pub fn give_back(&mut self, open: &OpenCase) -> Result<(), DeviceError> {
        self.unsent = self.everything(open)?;
        Ok(())
    }

    /// Everything that this device has of the case, sealed, what the hub has and what it does not have.
    pub fn everything(&self, open: &OpenCase) -> Result<Vec<Envelope>, DeviceError> {
        let mut all = open.replica.sealed_again(&open.keys)?;
        // What was refused belongs nowhere; what waits may belong to the case once something else has come.
        let waits = |aside: &&SetAside| goes_on(&aside.envelope, &aside.outcome);
        all.extend(open.replica.aside().iter().filter(waits).map(|aside| aside.envelope.clone()));
        all.extend(self.poison.iter().cloned());
        // As its author sealed it is better than sealed again.
        let is_unsent = |envelope: &Envelope| self.unsent.iter().any(|own| (own.id, own.epoch) == (envelope.id, envelope.epoch));
        all.retain(|envelope| !is_unsent(envelope));
        all.extend(self.unsent.iter().cloned());
        Ok(all)
    }

    /// Takes over what the replica holds now.
    pub fn update(&mut self, replica: &Replica) {
        self.document = replica.document().save();
        self.aside = replica.aside().iter().map(|aside| aside.envelope.clone()).collect();
    }

    pub fn summary(&self, replica: &Replica) -> CaseSummary {
        let view = replica.view();
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        CaseSummary {
            title: view.known_as().map(str::to_owned),
            status: view.status,
            city: view.place.as_ref().map(|place| place.city),
            place: view.place.and_then(|place| place.name),
            disputes: count(view.disputes.len()),
            unsent: count(self.unsent.len()),
            clock: replica.clock_record(),
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

/// Cases to be stored together, with an index that is written once.
#[derive(Default)]
pub(super) struct Cases {
    pub index: BTreeMap<CaseId, CaseSummary>,
    batch: Vec<Put>,
    size: usize,
}

impl Cases {
    /// None yet, beside what a device has.
    pub fn of<R>(device: &Device<R>) -> Self {
        Self { index: device.index.clone(), ..Self::default() }
    }

    pub fn add(&mut self, case: CaseId, stored: &StoredCase, replica: &Replica) -> Result<(), DeviceError> {
        let record = stored.record(case)?;
        self.index.insert(case, stored.summary(replica));
        self.size += record.1.len();
        self.batch.push(record);
        Ok(())
    }

    /// Whether they should be stored before more are added.
    pub fn is_full(&self) -> bool {
        self.size > 8 << 20
    }

    /// What is to be put, all of it or none.
    pub fn into_batch(mut self) -> Result<(Vec<Put>, BTreeMap<CaseId, CaseSummary>), DeviceError> {
        if !self.batch.is_empty() {
            self.batch.push(index_record(&self.index)?);
        }
        Ok((self.batch, self.index))
    }
}

pub(super) fn name(case: CaseId) -> String {
    format!("case/{case}")
}

pub(super) fn load_index(records: &mut impl Records) -> Result<BTreeMap<CaseId, CaseSummary>, DeviceError> {
    let bytes = records.get(INDEX)?;
    let Some(bytes) = bytes else { return Ok(BTreeMap::new()) };
    match decode(&bytes, MAX_CASE) {
        Ok((INDEX_VERSION, index)) => Ok(index),
        _ => Err(DeviceError::Damaged("index")),
    }
}

/// Makes an index of an earlier version anew, if that is what is there. `log` is the organisation's.
pub(super) fn renew_index(records: &mut impl Records, log: &Log) -> Result<(), DeviceError> {
    let bytes = records.get(INDEX)?;
    let is_earlier = |bytes: &Vec<u8>| matches!(bytes.first(), Some(&(earlier::FIRST | earlier::SECOND)));
    let Some(bytes) = bytes.filter(is_earlier) else { return Ok(()) };
    let cases = earlier::cases(&bytes, MAX_CASE).ok_or(DeviceError::Damaged("index"))?;
    let mut index = BTreeMap::new();
    for case in cases {
        let stored = StoredCase::load(records, case)?.ok_or(DeviceError::NoCase(case))?;
        index.insert(case, stored.summary(&stored.open(case, log)?.replica));
    }
    records.put(vec![index_record(&index)?]).map_err(Into::into)
}

pub(super) fn index_record(index: &BTreeMap<CaseId, CaseSummary>) -> Result<Put, DeviceError> {
    Ok((INDEX.to_owned(), encode(&(INDEX_VERSION, index)).map_err(|_| DeviceError::Damaged("index"))?))
}

#[cfg(test)]
mod tests {
    use habeas_clock::{Claimant, Event, EventKind, Interval, Length, Term, Zone};
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;

    use super::*;
    use habeas_protocol::signed_change;

    use crate::case::{Draft, Reliability, Source, SourceKind, What, stock};
    use crate::device::Memory;
    use crate::keys::{DeviceSecrets, seal};

    fn note(text: &str) -> Draft {
        Draft {
            what: What::Note { text: text.to_owned() },
            when: Interval::OPEN,
            said: None,
            place: None,
            source: Source { kind: SourceKind::Witness, name: None, reliability: Reliability::FirstHand },
            recorded_at: habeas_clock::Instant::MIN,
            replaces: Vec::new(),
        }
    }

    /// A line as earlier versions wrote it.
    #[derive(Serialize)]
    struct Line<E, S> {
        title: Option<String>,
        status: u32,
        city: Option<u32>,
        place: Option<String>,
        disputes: u32,
        unsent: u32,
        aside: u32,
        clock: EarlierRecord<E, S>,
    }

    #[derive(Serialize)]
    struct EarlierRecord<E, S> {
        zone: Zone,
        events: Vec<E>,
        conditions: Vec<(String, habeas_clock::Truth, String)>,
        articles: Vec<(String, String)>,
        sentences: Vec<S>,
    }

    fn clock<E, S>(events: Vec<E>, sentences: Vec<S>) -> EarlierRecord<E, S> {
        let zone = Zone::named("Asia/Almaty").unwrap();
        EarlierRecord {
            zone,
            events,
            conditions: vec![("minor".to_owned(), habeas_clock::Truth::True, "fact".to_owned())],
            articles: vec![("CAO 488".to_owned(), "fact".to_owned())],
            sentences,
        }
    }

    fn line<E, S>(clock: EarlierRecord<E, S>) -> Line<E, S> {
        let (title, place) = (Some("Айгерім".to_owned()), None);
        Line { title, status: 2, city: Some(2), place, disputes: 1, unsent: 3, aside: 0, clock }
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
            (seal(case, (0, &secret), &secret, &device, actor, &written).unwrap(), (written.hash, signature), written.chunk)
        };
        let written = ["first", "second", "third"].map(|text| write(&mut document, text));
        let twin = write(&mut copy, "of a copy");
        let sealed =
            |places: std::ops::Range<usize>| written[places].iter().map(|(envelope, ..)| envelope.clone()).collect::<Vec<_>>();
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
            stored.give_back(&open).unwrap();
            let mut again = [sealed(0..2), if facts == 4 { vec![twin.0.clone()] } else { Vec::new() }, sealed(2..3)].concat();
            assert_eq!(stored.unsent, std::mem::take(&mut again));
            records.put(vec![stored.record(case).unwrap()]).unwrap();
            let again = StoredCase::load(&mut records, case).unwrap().unwrap();
            assert_eq!((again.unsent.len(), again.document), (facts, stored.document));
        }
    }

    /// Who comes from an earlier version finds every case again, with all that the clock has learnt since.
    #[test]
    fn an_index_of_an_earlier_version_is_made_anew() {
        let (case, fact) = (CaseId([7; 16]), || "fact".to_owned());
        let stored = StoredCase::new(CaseSecret::generate(&mut ChaCha20Rng::from_seed([1; 32])), DeviceId([2; 16]));
        let (heard, police) = (EventKind::Heard, Claimant::Police);
        let when = Zone::named("Asia/Almaty").unwrap().minute("1969-07-20 20:17").unwrap();
        let first = line(clock(
            vec![(heard, when, police, fact()), (heard, Interval::OPEN, police, fact())],
            vec![(15, Interval::OPEN, fact())],
        ));
        let event = Event { kind: heard, when, denied: false, claim: police, fact: fact() };
        let order = (Term::Remand, Length::Months(2), Interval::OPEN, fact());
        let second = line(clock(vec![event], vec![order]));
        let first = encode(&(earlier::FIRST, BTreeMap::from([(case, first)]))).unwrap();
        let second = encode(&(earlier::SECOND, BTreeMap::from([(case, second)]))).unwrap();
        for written in [first, second] {
            let mut records = Memory::default();
            records.put(vec![stored.record(case).unwrap(), (INDEX.to_owned(), written)]).unwrap();
            assert!(matches!(load_index(&mut records), Err(DeviceError::Damaged("index"))));

            renew_index(&mut records, &Log::new()).unwrap();
            let index = load_index(&mut records).unwrap();
            assert_eq!(index.keys().collect::<Vec<_>>(), [&case]);
            assert_eq!(index[&case], stored.summary(&stored.open(case, &Log::new()).unwrap().replica));
            renew_index(&mut records, &Log::new()).unwrap();
            assert_eq!(load_index(&mut records).unwrap(), index, "once is enough");
        }
    }
}
