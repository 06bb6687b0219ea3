//! A device of the organisation: what it knows, what it has written, what it sends and takes in. The same on a laptop, in
//! the app and in the clerk, which only give it time, randomness, a place for records and a way to send.

mod again;
mod arrive;
mod aside;
mod asking;
mod attached;
mod attempt;
mod audit;
mod cards;
mod carry;
mod earlier;
mod enrol;
mod erase;
mod freeze;
mod give_back;
mod index;
mod invite;
mod limited;
mod list;
mod missed;
mod organisation;
mod pseudonym;
mod records;
mod recovery;
mod revoked;
mod session;
mod shared;
mod shift;
mod snapshot;
mod state;
mod stored;
mod sync;
mod taken_out;
mod team;
mod trail;
mod trips;
mod turn;
mod witness;

pub use aside::{Aside, Whose};
pub use attached::{Attachment, Held, Sealed, Unbrought};
pub use audit::Audit;
pub use cards::{Card, Cards};
pub use carry::{Export, Exported, HandedIn, Imported, Part};
pub use enrol::{log_entries, problem};
pub use erase::Erased;
pub use index::CaseSummary;
pub use invite::Invitation;
pub use list::{Listed, same_place};
pub use organisation::Founding;
pub use records::{Memory, Records, RecordsError};
pub use recovery::let_in_by_shares;
pub use revoked::{Left, handed_over, is_handed_in};
pub use session::Passes;
pub use snapshot::SnapshotSizes;
pub use stored::OpenCase;
pub use sync::{SyncReport, minutes_off};
pub use team::TeamLine;
pub use trips::Trips;

use std::collections::BTreeSet;

use habeas_protocol::{Beginning, CaseId, DeviceId, Log, Member, PersonId, Snapshot, TakenOut, signed_change};
use habeas_texts::{self as texts, Message};
use rand_core::CryptoRng;

use crate::case::{BadField, DocumentError, Draft, FactId, may_be_sensitive};
use crate::keys::{CaseSecret, DeviceSecrets, DoesNotOpen, Witness, seal_signed, seal_witnessed};
use crate::sync::{ParsedChange, Replica};
use attempt::Deaths;
use give_back::Hub;
use limited::Sealing;
use state::State;
use stored::{Cases, StoredCase};
use sync::BUDGET;
use turn::Turning;

/// Why a device does not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The records cannot be read or written.
    #[error(transparent)]
    Records(#[from] RecordsError),
    /// A record is not what this version writes.
    #[error("the stored {0} cannot be read by this version of the program")]
    Damaged(&'static str),
    /// This device has no such case.
    #[error("this device has no case {0}")]
    NoCase(CaseId),
    /// The case cannot be written.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A key does not open or seal.
    #[error("{0}")]
    Key(Message),
    /// The hub sent something that cannot be true. Nothing of it was used.
    #[error("the server sent something that cannot be true: {0}")]
    Hub(Message),
    /// A bundle that is sealed to other devices.
    #[error("the bundle is not sealed to this device")]
    NotForThis,
    /// Only a coordinator can do this, or not yet.
    #[error("{0}")]
    NotYet(Message),
    /// The case is erased; nothing of it is here any more.
    #[error("the case {0} is erased")]
    Erased(CaseId),
    /// The log has revoked this device: it must destroy what it has.
    #[error("this device was revoked")]
    Revoked,
}

impl From<DeviceError> for Message {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::Records(RecordsError(message)) | DeviceError::Key(message) | DeviceError::NotYet(message) => message,
            DeviceError::Damaged(record) => texts::error_stored_damaged(record),
            DeviceError::NoCase(case) => texts::error_no_case(case.to_string()),
            DeviceError::Document(document) => document.into(),
            DeviceError::Hub(detail) => texts::error_hub_lies(detail),
            DeviceError::NotForThis => texts::error_bundle_not_for_this(),
            DeviceError::Erased(case) => texts::error_case_erased(case.to_string()),
            DeviceError::Revoked => texts::error_device_revoked(),
        }
    }
}

impl From<DoesNotOpen> for DeviceError {
    fn from(_: DoesNotOpen) -> Self {
        Self::Key(texts::error_key_closed())
    }
}

/// A device, with its records.
pub struct Device<R> {
    records: R,
    state: State,
    log: Log,
    index: index::Index,
    hub: Hub,
    /// Cases that only others can open again at a hub that has lost them: what is unsent of them waits.
    held_back: BTreeSet<CaseId>,
    deaths: Deaths,
    turning: Turning,
    again: again::Again,
    /// The attachments whose pieces lie on this device.
    shelf: attached::Shelf,
    seen: witness::Seen,
    audit: Audit,
    /// What was taken out of it and the server has not recorded yet.
    taken_out: Vec<TakenOut>,
    /// Cases that were destroyed here because the log says that they are erased, until the program has done its part.
    erased: Vec<(CaseId, Erased)>,
    /// What it knows of shares that are over.
    shared: shared::Shared,
    /// Cases that were over by its clock, and may not be by the log.
    missed: missed::Missed,
    /// Index cards of whoever is on shift.
    cards: cards::Held,
    /// The time, as its program last said it, in seconds since 1970.
    now: i64,
    /// Cases that have lost a fact, until the program has asked.
    lighter: BTreeSet<CaseId>,
    /// Cases that the hub says are closed and that this device cannot open.
    unopenable: BTreeSet<CaseId>,
    /// Parts of a snapshot that this device has made and the hub does not have yet.
    snapshot: Vec<Snapshot>,
    snapshot_sizes: SnapshotSizes,
    /// From how many cases on it asks about ranges of them.
    ranged: usize,
    /// Whether there is little to do just now.
    rests: bool,
    /// Whether it makes no secrets now, although cases wait for them.
    makes_no_secret: bool,
    /// Whether one has come that was not what it should be: then it begins with the changes themselves.
    refuses_snapshots: bool,
    /// How many bytes of frames it asks for at a time.
    budget: u32,
}

impl<R: Records> Device<R> {
    /// Makes a new device in empty records. `fingerprint`, if it is known, is the hash of the first entry that the
    /// organisation's log must begin with.
    pub fn create(mut records: R, secrets: DeviceSecrets, fingerprint: Option<[u8; 32]>) -> Result<Self, DeviceError> {
        let state = State::new(secrets, fingerprint);
        records.put(vec![state.record()?])?;
        Self::open(records)?.ok_or(DeviceError::Damaged("state"))
    }

    /// The device whose records these are; `None` if there is none in them.
    pub fn open(mut records: R) -> Result<Option<Self>, DeviceError> {
        let Some(state) = State::load(&mut records)? else {
            return Ok(None);
        };
        let log = state.log()?;
        index::renew(&mut records, &log)?;
        let index = index::load(&mut records)?;
        let hub = Hub::load(&mut records)?;
        let deaths = Deaths::load(&mut records)?;
        let turning = Turning::load(&mut records)?;
        let again = again::Again::load(&mut records)?;
        let shelf = attached::load(&mut records)?;
        let seen = witness::Seen::load(&mut records)?;
        let audit = Audit::load(&mut records)?;
        let taken_out = taken_out::load(&mut records)?;
        let erased = erase::load(&mut records)?;
        let shared = shared::Shared::load(&mut records)?;
        let missed = missed::Missed::load(&mut records)?;
        let cards = cards::Held::load(&mut records)?;
        Ok(Some(Self {
            records,
            state,
            log,
            index,
            hub,
            held_back: BTreeSet::new(),
            deaths,
            turning,
            again,
            shelf,
            seen,
            audit,
            taken_out,
            erased,
            shared,
            missed,
            cards,
            now: i64::MIN,
            lighter: BTreeSet::new(),
            unopenable: BTreeSet::new(),
            snapshot: Vec::new(),
            snapshot_sizes: SnapshotSizes::default(),
            ranged: asking::RANGED,
            rests: false,
            makes_no_secret: false,
            refuses_snapshots: false,
            budget: BUDGET,
        }))
    }

    /// Says how many bytes of frames it asks for at a time: a program that can use an answer that breaks off may ask for more.
    pub fn asks_for(&mut self, budget: u32) {
        self.budget = budget;
    }

    /// What its records may be called, for a program that has to find all of them.
    pub fn record_names(&self) -> Vec<String> {
        const NAMES: [&str; 18] = [
            state::NAME,
            index::WHOLE,
            erase::NAME,
            give_back::NAME,
            attempt::TRYING,
            attempt::POISON,
            turn::NAME,
            again::NAME,
            attached::NAME,
            witness::NAME,
            audit::NAME,
            taken_out::NAME,
            snapshot::NAME,
            snapshot::TAKING,
            shared::NAME,
            missed::NAME,
            cards::NAME,
            cards::NEWEST,
        ];
        let parts = index::names().chain(self.shared.names());
        NAMES.into_iter().map(str::to_owned).chain(parts).chain(self.index.keys().map(|case| stored::name(*case))).collect()
    }

    /// Its records, for a program that stores them together with something of its own.
    pub fn records(&mut self) -> &mut R {
        &mut self.records
    }

    /// Its records, when the device is done with.
    pub fn into_records(self) -> R {
        self.records
    }

    /// Its id.
    pub fn id(&self) -> DeviceId {
        self.state.secrets.id()
    }

    /// Its keys.
    pub fn secrets(&self) -> &DeviceSecrets {
        &self.state.secrets
    }

    /// The actor under which it writes now.
    pub fn actor(&self) -> [u8; 16] {
        self.state.secrets.keys().actor(self.state.incarnation)
    }

    /// The organisation's log as this device knows it.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// What the log says of this device; `None` until a coordinator has admitted it.
    pub fn member(&self) -> Option<&Member> {
        self.log.member(&self.id())
    }

    /// Something that the program around the device wants to keep with it, such as its session.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.state.notes.get(name).map(String::as_str)
    }

    /// Keeps it.
    pub fn set_note(&mut self, name: &str, text: &str) -> Result<(), DeviceError> {
        self.set_notes(&[(name, text)])
    }

    /// Keeps several, all or none.
    fn set_notes(&mut self, notes: &[(&str, &str)]) -> Result<(), DeviceError> {
        let mut state = self.state.clone();
        state.notes.extend(notes.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        self.records.put(vec![state.record()?])?;
        self.state = state;
        Ok(())
    }

    /// Every case with what a list shows, without opening one.
    pub fn cases(&self) -> impl Iterator<Item = (&CaseId, &CaseSummary)> {
        self.index.iter()
    }

    /// Opens a case.
    pub fn case(&mut self, case: CaseId) -> Result<OpenCase, DeviceError> {
        let stored = self.stored(case)?.ok_or_else(|| self.missing(case))?;
        let mut open = stored.open(case, &self.log)?;
        self.opens_limited(&mut open.replica);
        Ok(open)
    }

    /// Why there is no such case here.
    fn missing(&self, case: CaseId) -> DeviceError {
        match self.log.is_erased(&case) {
            true => DeviceError::Erased(case),
            false if self.is_over(case) => DeviceError::NotYet(texts::error_share_over()),
            false => DeviceError::NoCase(case),
        }
    }

    /// Begins a case with its first facts. It is durable when this returns; it travels at the next sync.
    pub fn new_case(&mut self, drafts: &[Draft], rng: &mut impl CryptoRng) -> Result<(CaseId, Vec<FactId>), DeviceError> {
        let secret = CaseSecret::generate(rng);
        let Beginning { case, .. } = Beginning::new(self.id(), secret.tag());
        let stored = StoredCase::new(secret, self.id());
        let drafts: Vec<Draft> = drafts.iter().cloned().map(Draft::of_its_kind).collect();
        let facts = self.write(case, stored, &drafts, rng)?;
        Ok((case, facts))
    }

    /// Adds facts to a case as one edit. They are durable when this returns.
    pub fn add_facts(&mut self, case: CaseId, drafts: &[Draft], rng: &mut impl CryptoRng) -> Result<Vec<FactId>, DeviceError> {
        let stored = self.stored(case)?.ok_or_else(|| self.missing(case))?;
        // Whoever corrects what was sealed does not say it in the clear, nor to more than knew it.
        let mut drafts: Vec<Draft> = drafts.iter().cloned().map(Draft::of_its_kind).collect();
        if drafts.iter().any(|draft| !draft.replaces.is_empty()) {
            let replica = stored.open(case, &self.log)?.replica;
            let document = replica.document();
            for draft in &mut drafts {
                let seals: Vec<_> = draft.replaces.iter().filter_map(|fact| document.seal_of(fact)).collect();
                if !may_be_sensitive(draft.what.kind()) && !seals.is_empty() {
                    draft.tells_nothing().map_err(DocumentError::Field)?;
                    continue;
                }
                draft.sensitive |= !seals.is_empty();
                draft.limited |= seals.iter().any(|seal| document.keys().is_limited(seal));
            }
        }
        self.write(case, stored, &drafts, rng)
    }

    fn write(
        &mut self,
        case: CaseId,
        mut stored: StoredCase,
        drafts: &[Draft],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<FactId>, DeviceError> {
        let mut facts = Vec::new();
        let sealing = self.sealing(case, drafts, rng)?;
        let witness = self.testifies();
        let said = witness.as_ref().map(|(witness, _)| witness);
        let replica = self.written(case, &mut stored, (self.actor(), said), (drafts, &sealing), &mut facts)?;
        self.keep(case, stored, &replica)?;
        self.has_testified(witness)?;
        Ok(facts)
    }

    /// Writes facts into a case in memory and seals them for the way; `facts` is told their ids.
    fn written(
        &self,
        case: CaseId,
        stored: &mut StoredCase,
        (actor, said): ([u8; 16], Option<&Witness>),
        (drafts, sealing): (&[Draft], &Sealing),
        facts: &mut Vec<FactId>,
    ) -> Result<Replica, DeviceError> {
        self.may_write(case, stored)?;
        stored.is_asked_again();
        let OpenCase { mut replica, keys, .. } = stored.open(case, &self.log)?;
        let written = replica.write_sealed(actor, drafts, &sealing.keys)?;
        let (newest, ids) = keys.newest().zip(keys.secret(0)).ok_or(DeviceError::Key(texts::error_case_closed()))?;
        let signature = self.state.secrets.sign(&signed_change(case, actor, written.seq, written.hash));
        replica.signed(written.hash, signature);
        let change = ParsedChange::parse(&written.chunk).map_err(|_| DocumentError::Count)?;
        let witness = said.map(|said| said.clone().signed(&written.hash, &self.state.secrets)).transpose()?;
        // Whoever gets the fact has its key already.
        stored.unsent.extend(sealing.go_into(&mut replica, (newest, ids)));
        stored.unsent.push(match &witness {
            Some(witness) => seal_witnessed(case, newest, ids, signature, &change, witness)?,
            None => seal_signed(case, newest, ids, signature, &change)?,
        });
        facts.extend(written.facts);
        Ok(replica)
    }

    /// Adds one fact to each of several cases: all of them are durable when this returns, or none is written. None of them may be
    /// sensitive.
    pub fn add_to_each(&mut self, drafts: Vec<(CaseId, Draft)>) -> Result<Vec<FactId>, DeviceError> {
        let actor = self.actor();
        let (mut cases, mut facts) = (Cases::default(), Vec::new());
        let witness = self.testifies();
        let mut said = witness.as_ref().map(|(witness, _)| witness);
        for (case, draft) in drafts {
            let draft = draft.of_its_kind();
            if draft.sensitive || draft.limited {
                return Err(DocumentError::Field(BadField::new("sensitive", texts::error_not_sensitive())).into());
            }
            let mut stored = self.stored(case)?.ok_or_else(|| self.missing(case))?;
            let replica = self.written(case, &mut stored, (actor, said.take()), (&[draft], &Sealing::default()), &mut facts)?;
            stored.update(&replica, self.now);
            cases.add(case, &stored, &replica)?;
        }
        self.store_cases(cases)?;
        self.has_testified(witness)?;
        Ok(facts)
    }

    /// Stores a case and its line in the index together.
    fn keep(&mut self, case: CaseId, mut stored: StoredCase, replica: &Replica) -> Result<(), DeviceError> {
        stored.update(replica, self.now);
        let mut cases = Cases::default();
        cases.add(case, &stored, replica)?;
        self.store_cases(cases)
    }

    /// Stores cases with their lines in the index: all of them or none.
    fn store_cases(&mut self, cases: Cases) -> Result<(), DeviceError> {
        let (batch, lines) = cases.into_batch(&self.index)?;
        if !batch.is_empty() {
            self.records.put(batch)?;
            lines.go_into(&mut self.index);
        }
        Ok(())
    }

    /// Whether the next exchange brings the hub something that it has not refused for good.
    pub fn has_to_send(&self) -> bool {
        self.with_unsent().iter().any(|case| !self.held_back.contains(case))
    }

    /// The cases of which the hub does not have everything yet.
    fn with_unsent(&self) -> Vec<CaseId> {
        self.index.iter().filter(|(_, summary)| summary.unsent > 0).map(|(case, _)| *case).collect()
    }

    fn stored(&mut self, case: CaseId) -> Result<Option<StoredCase>, DeviceError> {
        StoredCase::load(&mut self.records, case)
    }

    /// Whose device this is, once the log says so.
    pub fn person(&self) -> Option<PersonId> {
        self.member().map(|member| member.person)
    }
}
