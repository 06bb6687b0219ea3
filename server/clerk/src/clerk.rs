//! The clerk's round: sync, look at what is due, send what waits, sleep until the next instant that an index names.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use habeas_client_core::device::{Device, DeviceError, HandedIn as Opened, Trips};
use habeas_client_core::keys::DeviceSecrets;
use habeas_db::{Db, EmbeddedMigrations, Frozen, Migrations, Store};
use habeas_protocol::access::{self, Action, Caller, Denied};
use habeas_protocol::api::{KnownPass, from_hex, to_hex};
use habeas_protocol::bundle::HandedIn;
use habeas_protocol::{Act, Actor, Asked, CaseId, DeviceId, Hash, Log, Pass, SyncRequest, SyncResponse, encode};

use crate::columns::Columns;
use crate::mail::Mailer;
use crate::project::made_by;
use crate::records::ClerkRecords;
use crate::releases::BODY;
use crate::rotate::previous_key;
use crate::store::{cases, claims, counting, families, outbox, releases};
use crate::tally::CLAIM;
use crate::{ClerkError, ClerkKey, erase, rng};

const SQLITE: EmbeddedMigrations = diesel_migrations::embed_migrations!("../../migrations/clerk/sqlite");
const POSTGRES: EmbeddedMigrations = diesel_migrations::embed_migrations!("../../migrations/clerk/postgres");
/// How many cases are looked at in one transaction.
const BATCH: i64 = 50;
/// After how many seconds without anything new the clerk rests.
const QUIET: i64 = 5;

/// The steps of the clerk's schema.
pub fn schema() -> Migrations {
    Migrations { sqlite: SQLITE, postgres: POSTGRES }
}

/// Whether the database at an address holds anything that only its key opens. It needs to be up to date.
pub fn is_sealed(address: &str) -> Result<bool, ClerkError> {
    Frozen::open(address)?.map_or(Ok(false), |mut frozen| counting::is_sealed(frozen.db()))
}

/// When the clerk whose database this is last had counted everything, in seconds since 1970. It takes no key.
pub fn last_counted(address: &str) -> Result<Option<i64>, ClerkError> {
    Frozen::open(address)?.map_or(Ok(None), |mut frozen| counting::last(frozen.db()))
}

/// The names of the keys under which the database at an address is sealed: one, or none where nothing is yet. It needs to be up to date.
pub fn wanted_keys(address: &str) -> Result<Vec<String>, ClerkError> {
    let ids = Frozen::open(address)?.map_or(Ok(Vec::new()), |mut frozen| counting::keys(frozen.db()))?;
    Ok(ids.iter().map(|id| key_name(id)).collect())
}

/// After how many seconds the hub is asked again whether it still waits.
const ASKS_AGAIN: i64 = 30;

/// What a hub waits for that was put back from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Nothing, or nothing any more.
    Nothing,
    /// Secrets that devices know and this hub has lost: the clerk makes none meanwhile.
    Secrets,
    /// A coordinator's device, which knows what was erased since: nothing is counted, and no mail sent.
    Coordinator,
}

/// How the clerk reaches the hub: the bytes of one round trip, as any device sends them.
pub trait Transport: Send + Sync {
    /// Sends a `SyncRequest` and returns the `SyncResponse`.
    fn sync(&self, request: &[u8]) -> Result<Vec<u8>, String>;

    /// What the hub waits for, where it was put back from a backup.
    fn waits(&self) -> Result<Waits, String>;

    /// Records what was done with the clerk, or refused by it ([`Act::Access`]), in the audit record that the hub keeps.
    fn audit(&self, actor: Actor, act: Act, subjects: &str, now: i64) -> Result<(), String>;
}

/// What the operator has set.
pub struct Settings {
    /// The database's address.
    pub database: String,
    /// The server's public address, for links in mail.
    pub site: String,
    /// Whether the database was put back from a backup and has not heard its hub since.
    pub is_restored: bool,
}

/// The clerk.
pub struct Clerk {
    pub(crate) store: Store,
    pub(crate) columns: Arc<Columns>,
    pub(crate) site: String,
    pub(crate) mailer: Mailer,
    pub(crate) secrets: DeviceSecrets,
    /// Held alone for the moment in which the key of columns changes: nothing is sealed under one key and stored under another.
    pub(crate) gate: RwLock<()>,
    /// Whoever exchanges the key.
    pub(crate) exchange: Mutex<()>,
    device: Mutex<Device<ClerkRecords>>,
    hub: Arc<dyn Transport>,
    /// When something new has last come.
    last_news: AtomicI64,
    /// Whether the database came from a backup and has not heard its hub yet: what is in it may be erased.
    is_restored: AtomicBool,
}

impl Clerk {
    /// Opens the clerk's database and device. Fails with [`ClerkError::WrongKey`], and changes nothing, where another key has sealed it.
    pub fn open(settings: Settings, key: ClerkKey, mailer: Mailer, hub: Arc<dyn Transport>) -> Result<Self, ClerkError> {
        let store = Store::open(&settings.database, schema())?;
        let columns = Arc::new(Columns::new(key.columns(), None));
        fits(&store, &columns)?;
        // In the middle of an exchange the key before lies sealed under this one.
        let columns = match previous_key(&store, &columns)? {
            Some(previous) => Arc::new(Columns::new(key.columns(), Some(&previous))),
            None => columns,
        };
        let secrets = key.device().clone();
        let device = Mutex::new(open_device(&store, &columns, &secrets)?);
        store.write(|db| cases::renew(db, &made_by()))?;
        let (site, last_news) = (settings.site.trim_end_matches('/').to_owned(), AtomicI64::new(0));
        let (gate, exchange, is_restored) = (RwLock::default(), Mutex::default(), AtomicBool::new(settings.is_restored));
        let clerk = Self { store, columns, site, mailer, secrets, gate, exchange, device, hub, last_news, is_restored };
        clerk.seal_what_is_clear()?;
        clerk.scours();
        Ok(clerk)
    }

    /// Seals what an earlier version wrote in the clear, and notes that the database's files may still hold it.
    fn seal_what_is_clear(&self) -> Result<(), ClerkError> {
        self.write(|db| {
            let (said, counted) = (claims::in_the_clear(db)?, releases::in_the_clear(db)?);
            for (fact, claim) in &said {
                claims::seal(db, fact, &self.columns.seal(CLAIM, fact, claim.as_bytes(), &mut rng()))?;
            }
            for (id, body) in &counted {
                releases::seal(db, id, &self.columns.seal(BODY, id, body.as_bytes(), &mut rng()))?;
            }
            if said.is_empty() && counted.is_empty() {
                return Ok(());
            }
            counting::note_to_scour(db, counting::WAS_CLEAR)
        })
    }

    /// Runs queries that change something: all of it happens, or on an error none.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&mut Db) -> Result<T, ClerkError>) -> Result<T, ClerkError> {
        let _one_key = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        self.store.write(work)
    }

    /// Whether the database answers.
    pub fn is_ready(&self) -> Result<(), ClerkError> {
        self.store.read(|db| cases::next_change(db).map(drop))
    }

    /// One round at `now`: everything that is due is done. Returns when to come again at the latest; news from the hub is a
    /// reason to come earlier. [`ClerkError::Waits`]: nothing was counted and no mail sent, because of a backup that was put back.
    pub fn round(&self, now: i64) -> Result<Option<i64>, ClerkError> {
        // Before the sync, which then brings whatever the hub had by the time of this answer.
        let waits = self.hub.waits().map_err(ClerkError::Hub);
        let is_restored = self.is_restored.load(Ordering::Relaxed);
        // A device says what it may do only in a round: one that has just been opened makes no secret.
        self.device().makes_no_secret(!matches!(waits, Ok(Waits::Nothing)));
        if matches!(waits, Ok(Waits::Coordinator)) {
            // Mail is written while the clerk syncs, and not from what was put back. A database that stayed whole gives the hub what it has lost.
            if !is_restored {
                self.sync(now)?;
            }
            return Err(ClerkError::Waits);
        }
        let is_waiting = matches!(waits, Ok(Waits::Secrets));
        let synced = match waits.and_then(|_| self.sync(now)) {
            // What lies in a database that was put back may be about a case that was erased since: no mail of it goes out either.
            Err(error) if is_restored => return Err(error),
            synced => synced,
        };
        if synced.is_ok() {
            self.is_restored.store(false, Ordering::Relaxed);
        }
        // What the hub could not tell us may be the release: no verdict is drawn from a state that may be stale. Mail that
        // was written before goes out all the same.
        if synced.is_ok() {
            self.look_at_due(now)?;
        }
        self.forget_unconfirmed(now)?;
        self.send_due(now)?;
        synced?;
        let share = self.device().next_end();
        self.store.read(|db| {
            let (change, mail, expiry) = (cases::next_change(db)?, outbox::next_attempt(db)?, families::next_expiry(db)?);
            // Nobody says when devices have had their time to give back what the hub has lost.
            let asks = is_waiting.then_some(now + ASKS_AGAIN);
            Ok([change, mail, expiry, share, asks].into_iter().flatten().min())
        })
    }

    /// Notes durably that everything is counted at `now`.
    pub fn note_counted(&self, now: i64) -> Result<(), ClerkError> {
        self.write(|db| counting::note(db, now))
    }

    /// Begins again from what the database has: something has died in the middle of its work.
    pub fn begin_again(&self) -> Result<(), ClerkError> {
        let mut device = self.device();
        *device = self.opened_anew()?;
        Ok(())
    }

    /// Whose pass this is, by the clerk's own log: the hub of another machine says which session it belongs to, and the device's signature must say
    /// the same. That the pass is of this time, and shown for the first time, has been seen before.
    pub fn vouches(&self, pass: &Pass, known: &KnownPass, asked: Asked<'_>, now: i64) -> Result<Caller, ClerkError> {
        let hash: Hash = from_hex(&known.token_hash, 32).and_then(|hash| hash.try_into().ok()).ok_or(Denied::NotAdmitted)?;
        let has_signed = |log: &Log| log.known(&known.device).is_some_and(|member| pass.is_signed(&member.keys, &hash, asked));
        if !has_signed(&self.log()) {
            // Whoever was let in a moment ago.
            self.sync(now)?;
        }
        let log = self.log();
        if !has_signed(&log) {
            return Err(Denied::NotAdmitted.into());
        }
        Ok(Caller::of(&log, known.device))
    }

    /// Fails unless the log lets the caller do that. Whoever was let in since the clerk's last round is only not known yet, so it asks the hub
    /// before it says no.
    pub(crate) fn allows(&self, caller: Caller, action: Action<'_>, now: i64) -> Result<(), ClerkError> {
        if access::allows(&self.log(), caller, action).is_ok() {
            return Ok(());
        }
        self.sync(now)?;
        let allowed = access::allows(&self.log(), caller, action).map_err(ClerkError::from);
        let name = format!("{action:?}");
        let name = name.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        self.told(caller, &format!("action:{name}"), allowed, now)
    }

    /// Records who was refused something.
    pub(crate) fn told<T>(&self, caller: Caller, subjects: &str, done: Result<T, ClerkError>, now: i64) -> Result<T, ClerkError> {
        if matches!(done, Err(ClerkError::Denied(_)))
            && let Err(error) = self.note(caller.device, Act::Access, subjects, now)
        {
            // They are refused all the same.
            tracing::error!(cause = %error, "that somebody was refused is not in the audit record");
        }
        done
    }

    /// Records what is done. Where something is changed this is the last thing before it counts: it may be recorded and then not have
    /// happened, and never the other way round.
    pub(crate) fn note(&self, by: DeviceId, act: Act, subjects: &str, now: i64) -> Result<(), ClerkError> {
        self.hub.audit(Actor::Device(by), act, subjects, now).map_err(ClerkError::Hub)
    }

    /// The organisation's log as the clerk knows it.
    pub(crate) fn log(&self) -> Log {
        self.device().log().clone()
    }

    /// The device as the database has it.
    fn opened_anew(&self) -> Result<Device<ClerkRecords>, ClerkError> {
        open_device(&self.store, &self.columns, &self.secrets)
    }

    pub(crate) fn device(&self) -> MutexGuard<'_, Device<ClerkRecords>> {
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Exchanges with the hub until nothing is new. Cursor, cases, projection and outbox move in one transaction.
    pub(crate) fn sync(&self, now: i64) -> Result<(), ClerkError> {
        let mut device = self.device();
        device.is_at(now, &mut rng())?;
        device.rests(now - self.last_news.load(Ordering::Relaxed) >= QUIET);
        let mut trips = Trips::default();
        loop {
            match self.trip(&mut device, &mut trips, now) {
                Ok(true) => {}
                // Where there is still more the next round goes on; the clocks must not wait for it.
                Ok(false) => return Ok(()),
                Err(error) => {
                    // What the device holds in memory may be ahead of the database now: begin again from there.
                    *device = self.opened_anew()?;
                    return Err(error);
                }
            }
        }
    }

    /// One trip; `false` when there is nothing more.
    fn trip(&self, device: &mut Device<ClerkRecords>, trips: &mut Trips, now: i64) -> Result<bool, ClerkError> {
        let Some(request) = trips.request(device, &mut rng())? else { return Ok(false) };
        // New secrets are in the database before the hub has them: nobody else could make the same ones again.
        self.keep(device, &BTreeSet::new(), now)?;
        let answer = self.hub.sync(&request).map_err(ClerkError::Hub)?;
        let response = trips.answer(&answer).map_err(|error| ClerkError::Hub(error.to_string()))?;
        let report = device.receive(trips.asked(), response)?;
        trips.taken(&report);
        if report.admitted > 0 {
            self.last_news.store(now, Ordering::Relaxed);
        }
        self.keep(device, &report.changed, now)?;
        for lost in &report.audit_lost {
            tracing::error!(%lost, "the audit record is not what it was: it was shortened, written anew or restored from a backup");
        }
        Ok(true)
    }

    /// Brings the hub what somebody hands in: a bundle that this device can open, whoever carried it. Returns what the hub has of it,
    /// sealed to whoever made it. `carrier` must belong to the organisation.
    pub fn hand_in(&self, carrier: Caller, file: &[u8], now: i64) -> Result<HandedIn, ClerkError> {
        self.sync(now)?;
        self.allows(carrier, Action::HandIn, now)?;
        let mut device = self.device();
        let opened = device.opens_for_hub(file).map_err(|error| match error {
            DeviceError::NotYet(_) | DeviceError::NotForThis => ClerkError::BadInput(
                "bundle",
                "the file is no bundle that the server can open, or was made by a device that does not belong to the organisation",
            ),
            other => other.into(),
        });
        let opened = opened.and_then(|opened| {
            let subjects = format!("device:{}", opened.by.id());
            self.note(carrier.device, Act::HandIn, &subjects, now).map(|()| opened)
        });
        let handed_in = self.kept(&mut device, opened, now)?;
        drop(device);
        // Entries of the log that came with it go first.
        self.sync(now)?;
        let mut device = self.device();
        let brought = self.bring(&mut device, &handed_in, now);
        let brought = self.kept(&mut device, brought, now)?;
        let results = || brought.iter().flat_map(|(_, response)| &response.envelopes);
        let there = results().filter(|pushed| pushed.is_there()).count();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let acknowledgement = device.acknowledge(&handed_in, &brought, &mut rng())?;
        Ok(HandedIn {
            acknowledgement,
            there: count(there),
            refused: count(handed_in.refused + results().count() - there),
            erased: count(handed_in.of_erased),
            whole: handed_in.whole,
        })
    }

    fn bring(
        &self,
        device: &mut Device<ClerkRecords>,
        handed_in: &Opened,
        now: i64,
    ) -> Result<Vec<(SyncRequest, SyncResponse)>, ClerkError> {
        let mut brought = Vec::new();
        for part in handed_in.parts() {
            let request = device.carrying(&part)?;
            let response = self.exchange(&request)?;
            let report = device.receive(&request, response.clone())?;
            self.keep(device, &report.changed, now)?;
            brought.push((request, response));
        }
        Ok(brought)
    }

    /// Stores what the device holds back, or begins again from the database where something failed.
    fn kept<T>(&self, device: &mut Device<ClerkRecords>, done: Result<T, ClerkError>, now: i64) -> Result<T, ClerkError> {
        match done {
            Ok(done) => self.keep(device, &BTreeSet::new(), now).map(|()| done),
            Err(error) => {
                *device = self.opened_anew()?;
                Err(error)
            }
        }
    }

    fn exchange(&self, request: &SyncRequest) -> Result<SyncResponse, ClerkError> {
        let bytes = encode(request).map_err(|error| ClerkError::Hub(error.to_string()))?;
        let answer = self.hub.sync(&bytes).map_err(ClerkError::Hub)?;
        SyncResponse::decode(&answer).map_err(|error| ClerkError::Hub(error.to_string()))
    }

    /// Stores what the device holds back, with what it means for these cases.
    fn keep(&self, device: &mut Device<ClerkRecords>, changed: &BTreeSet<CaseId>, now: i64) -> Result<(), ClerkError> {
        if changed.is_empty() && device.records().is_clear() {
            return Ok(());
        }
        // Whatever road the word came by that a case is erased, or a fact.
        let (erased, lighter) = (device.erased().to_vec(), device.lost_a_fact());
        device.erased_is_told()?;
        let kept = self.write(|db| {
            device.records().flush(db, &mut rng())?;
            if !erased.is_empty() {
                erase::erase(db, device, &erased)?;
            }
            erase::withdraw(db, device, &lighter)?;
            let there = changed.union(&lighter).filter(|case| !device.log().is_erased(case)).copied().collect::<Vec<_>>();
            there.into_iter().try_for_each(|case| self.project(db, device, case, now))
        });
        if let Err(error) = kept {
            // What the device holds in memory is ahead of the database now.
            *device = open_device(&self.store, &self.columns, &self.secrets)?;
            return Err(error);
        }
        device.records().clear();
        if !erased.is_empty() || !lighter.is_empty() {
            self.scours();
        }
        Ok(())
    }

    /// Looks again at the cases whose verdicts change by now: found by an index, whatever the number of cases.
    fn look_at_due(&self, now: i64) -> Result<(), ClerkError> {
        let mut device = self.device();
        loop {
            let due = self.store.read::<_, ClerkError>(|db| cases::due(db, now, BATCH))?;
            if due.is_empty() {
                return Ok(());
            }
            self.write(|db| due.iter().try_for_each(|case| self.project(db, &mut device, *case, now)))?;
        }
    }

    /// A case as it stands, for a page.
    pub(crate) fn open_case(&self, case: CaseId) -> Result<habeas_client_core::device::OpenCase, ClerkError> {
        Ok(self.device().case(case)?)
    }
}

/// Fails unless this key has sealed what is there; notes it in a database that no key has sealed yet.
fn fits(store: &Store, columns: &Arc<Columns>) -> Result<(), ClerkError> {
    let id = key_id(columns);
    let (known, is_sealed) = store.read::<_, ClerkError>(|db| Ok((counting::keys(db)?, counting::is_sealed(db)?)))?;
    if known.iter().any(|known| *known == id) {
        return Ok(());
    }
    // What was sealed before there were such hashes, its own key finds.
    let finds = || Ok::<_, ClerkError>(Device::open(ClerkRecords::new(store.clone(), Arc::clone(columns)))?.is_some());
    if !known.is_empty() || is_sealed && !finds()? {
        return Err(ClerkError::WrongKey(known.iter().map(|id| key_name(id)).collect::<Vec<_>>().join(" ")));
    }
    store.write(|db| counting::add_key(db, &id))
}

/// By what a database knows its key: a keyed hash that only the key makes.
pub(crate) fn key_id(columns: &Columns) -> [u8; 16] {
    columns.lookup("key", "")
}

/// What operators call a key: the beginning of the id by which a database knows it.
pub fn key_name(id: &[u8]) -> String {
    to_hex(id.get(..8).unwrap_or(id))
}

fn open_device(store: &Store, columns: &Arc<Columns>, secrets: &DeviceSecrets) -> Result<Device<ClerkRecords>, ClerkError> {
    let records = || ClerkRecords::new(store.clone(), Arc::clone(columns));
    if let Some(mut device) = Device::open(records())? {
        device.makes_no_secret(true);
        return Ok(device);
    }
    let mut device = Device::create(records(), secrets.clone(), None)?;
    device.makes_no_secret(true);
    store.write(|db| device.records().flush(db, &mut rng()))?;
    device.records().clear();
    Ok(device)
}
