//! The hub: its database, and the organisation's log as the database has it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use habeas_db::{Db, EmbeddedMigrations, Migrations, Store, StoreError};
pub use habeas_protocol::access::Caller;
use habeas_protocol::access::{self, Action};
use habeas_protocol::limits::{MAX_DIGESTS, RECEIPT};
use habeas_protocol::{Body, Circle, Entry, Log, Pushed, Refused, Shown, SyncRequest, SyncResponse};
use rand_core::CryptoRng;

use crate::passes::Passes;
use crate::restore::{self, Given};
use crate::store::{self, accounts, cases, devices, log, settings};
use crate::{HubError, audit, heard, log_waits, pull, push, shares, snapshots};

const SQLITE: EmbeddedMigrations = diesel_migrations::embed_migrations!("../../migrations/hub/sqlite");
const POSTGRES: EmbeddedMigrations = diesel_migrations::embed_migrations!("../../migrations/hub/postgres");

/// The setting that says that something was erased whose bytes may still lie in the database's files.
const TO_SCOUR: &str = "to_scour";

/// The steps of the hub's schema.
pub fn schema() -> Migrations {
    Migrations { sqlite: SQLITE, postgres: POSTGRES }
}

/// The hub. Many threads and many processes may use one database.
pub struct Hub {
    pub(crate) store: Store,
    /// What this process has read of the log so far; every use first reads what other processes have added.
    log: Mutex<Arc<Log>>,
    cursor_key: Vec<u8>,
    pub(crate) nonce_key: Vec<u8>,
    pub(crate) passes: Passes,
    news: OnceLock<Box<dyn Fn() + Send + Sync>>,
    is_full: AtomicBool,
    /// Whether it was put back from a backup and may still wait for a coordinator's device.
    pub(crate) is_restored: AtomicBool,
    /// Whether devices may know of entries that this hub does not have.
    pub(crate) log_waits: AtomicBool,
}

impl Hub {
    /// Opens the database at an address (a file's path, or `postgres://…`) and brings it up to date.
    pub fn open(address: &str, rng: &mut impl CryptoRng) -> Result<Self, HubError> {
        let store = Store::open(address, schema())?;
        let mut key = |name| {
            let mut fresh = [0; 32];
            rng.fill_bytes(&mut fresh);
            store.write(|db| settings::get_or_put(db, name, &fresh))
        };
        let (cursor_key, nonce_key) = (key("cursor_key")?, key("nonce_key")?);
        let (log, passes, news) = (Mutex::new(Arc::new(Log::new())), Passes::default(), OnceLock::new());
        let (is_full, is_restored) = (AtomicBool::new(false), AtomicBool::new(store.read(heard::is_marked)?));
        let log_waits = AtomicBool::new(store.read(log_waits::is_marked)?);
        let hub = Self { store, log, cursor_key, nonce_key, passes, news, is_full, is_restored, log_waits };
        hub.scours();
        Ok(hub)
    }

    /// Calls this whenever something new has been stored by this process: a hint to look, never a promise. Set once.
    pub fn on_news(&self, call: Box<dyn Fn() + Send + Sync>) {
        let _ = self.news.set(call);
    }

    /// Says whether there is no room for anything new. While it is so, devices get what there is, and keep what they bring; only who belongs
    /// to the organisation is still written down, which is little.
    pub fn set_full(&self, is_full: bool) {
        self.is_full.store(is_full, Ordering::Relaxed);
    }

    pub(crate) fn tell_news(&self) {
        if let Some(call) = self.news.get() {
            call();
        }
    }

    /// The organisation's log as it is now.
    pub fn log(&self) -> Result<Arc<Log>, HubError> {
        self.store.read(|db| self.newest_log(db))
    }

    fn newest_log(&self, db: &mut Db) -> Result<Arc<Log>, HubError> {
        let mut known = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, _) = known.next();
        for bytes in log::from(db, next, usize::MAX)? {
            Arc::make_mut(&mut known).add(Entry::decode(&bytes)?)?;
        }
        Ok(Arc::clone(&known))
    }

    /// Whether an organisation has been made here.
    pub fn has_organisation(&self) -> Result<bool, HubError> {
        Ok(self.log()?.fingerprint().is_some())
    }

    /// Whether the database answers.
    pub fn is_ready(&self) -> Result<(), StoreError> {
        self.store.read(|db| settings::get(db, "cursor_key").map(drop).map_err(StoreError::from))
    }

    /// Adds entries to the log: all of them or none. Only a coordinator's device may send them, and each is signed by one.
    pub fn append_log(&self, caller: Caller, entries: &[Vec<u8>], now: i64) -> Result<(), HubError> {
        self.allows(caller, Action::WriteLog)?;
        self.log_is_settled(now)?;
        let mut log = Log::clone(&*self.log()?);
        let (first, _) = log.next();
        for bytes in entries {
            log.add(Entry::decode(bytes)?)?;
        }
        self.store.write(|db| append(db, &log, first, now))?;
        self.tell_news();
        self.scours();
        Ok(())
    }

    /// Sees to it, beside everything else, that nothing of what was erased is left in the database's files.
    fn scours(&self) {
        let store = self.store.clone();
        std::thread::spawn(move || match scour(&store) {
            Ok(()) => {}
            // It is tried again at the next start, and when something else is erased.
            Err(cause) => tracing::error!(%cause, "what was erased may still lie in the hub's files"),
        });
    }

    /// One round trip with a device: takes what it brings, gives what it lacks.
    pub fn sync(
        &self,
        caller: Caller,
        request: &SyncRequest,
        now: i64,
        rng: &mut impl CryptoRng,
    ) -> Result<SyncResponse, HubError> {
        if !request.log.is_empty() && restore::take_log(&self.store, &*self.log()?, &request.log, now)? {
            self.tell_news();
            self.scours();
        }
        let (mut generation, mut receipt) = ([0; 16], [0; RECEIPT]);
        rng.fill_bytes(&mut generation);
        rng.fill_bytes(&mut receipt);
        // Looked at before anything is taken: what is brought now gets the next receipt.
        let (mut log, lost, differ, (shown, at)) = self.store.read::<_, HubError>(|db| {
            let log = self.newest_log(db)?;
            let mut differ = restore::differing(db, &log, caller, &request.digests, now)?;
            differ.ranges = restore::differing_ranges(db, &log, caller, &request.ranges, now)?;
            Ok((log, restore::lost(db, caller, &request.receipt)?, differ, devices::shown(db, caller.device)?))
        })?;
        // What this hub has lost itself nobody can be told to have had.
        let shows = request.log_from.min(log.next().0);
        if shows > shown {
            self.store.write(|db| devices::shows(db, caller.device, shows, now))?;
        }
        self.hears(&log, caller, (request.log_from, shown), now)?;
        let given = Given { receipt, differ: &differ };
        let is_full = self.is_full.load(Ordering::Relaxed);
        let (wraps, envelopes) = loop {
            if is_full {
                let refused = |count: usize| vec![Pushed::Refused(Refused::DiskFull); count];
                break (refused(request.wraps.len()), refused(request.envelopes.len()));
            }
            match push::push(&self.store, &log, caller, request, now, (generation, &given))? {
                Some(answers) => break answers,
                // Somebody has written to the log since it was read, and may have revoked this very device.
                None => log = self.log()?,
            }
        };
        let is_there = wraps.iter().chain(&envelopes).any(|pushed| pushed.is_there());
        // Whoever has asked, or hears of a loss, shows from now on that they did: a later loss is noticed by it.
        let asked =
            !(request.digests.is_empty() && request.ranges.is_empty()) && access::allows(&log, caller, Action::Exchange).is_ok();
        if !is_there && (lost || asked) {
            self.store.write(|db| restore::acknowledge(db, caller, &given, request, (&wraps, &envelopes)))?;
        }
        if wraps.iter().chain(&envelopes).any(|pushed| *pushed == Pushed::Accepted) {
            self.tell_news();
        }
        if !is_full {
            snapshots::keep(&self.store, &log, caller, request)?;
        }
        let mut response = SyncResponse { wraps, envelopes, lost, ..SyncResponse::default() };
        if !is_full && !request.taken_out.is_empty() && access::allows(&log, caller, Action::Exchange).is_ok() {
            response.recorded = self.store.write(|db| audit::note_taken_out(db, caller.device, &request.taken_out, now))?;
        }
        response.log_next = log.next().0;
        if is_there || lost || asked {
            response.receipt = receipt.to_vec();
        }
        response.shown = (shows < shown).then(|| Shown { next: shown, at: u64::try_from(at).unwrap_or_default() });
        self.store.read::<_, HubError>(|db| {
            if access::allows(&log, caller, Action::ReadClosed).is_ok() {
                response.closed = cases::closed(db, MAX_DIGESTS)?;
            }
            if access::allows(&log, caller, Action::Exchange).is_ok() {
                response.audit = audit::told(db, request.audit, now)?;
            }
            pull::pull(db, (&log, now), caller, request, &self.cursor_key, &mut response)
        })?;
        if response.lost && response.receipt.is_empty() {
            // It was a feed that told: who hears so shows that from now on, and is not told twice.
            let said = (response.wraps.as_slice(), response.envelopes.as_slice());
            self.store.write(|db| restore::acknowledge(db, caller, &given, request, said))?;
            response.receipt = receipt.to_vec();
        }
        (response.differ, response.differ_ranges, response.differ_has) = (differ.cases, differ.ranges, differ.has);
        Ok(response)
    }

    /// Fails unless the newest log lets the caller do that.
    pub fn allows(&self, caller: Caller, action: Action<'_>) -> Result<(), HubError> {
        Ok(access::allows(&*self.log()?, caller, action)?)
    }
}

/// How much of a case's room whoever asks may fill, of so many bytes. Nothing is ever taken away from a case, so its last quarter is for those who
/// open everything: no single writer shuts it for what others bring to them.
pub(crate) fn room(log: &Log, caller: Caller, bytes: i64) -> i64 {
    if access::allows(log, caller, Action::FillCase).is_ok() { bytes } else { bytes / 4 * 3 }
}

/// Stores the entries of `log` from `first` on. Another process that appended in between has taken the number, and the
/// database refuses.
pub(crate) fn append(db: &mut Db, log: &Log, first: u64, now: i64) -> Result<(), HubError> {
    let newest = log::newest(db)?;
    if newest.map_or(0, |number| number + 1) != first {
        return Err(HubError::Conflict("log", "somebody else has written to the log meanwhile; sync and do it again"));
    }
    for entry in log.entries_from(first) {
        log::insert(db, entry.number, &habeas_protocol::encode(entry).map_err(habeas_protocol::LogError::from)?)?;
        if let Body::DeviceAdmitted { person, .. } = &entry.body {
            // Whoever was refused by mistake is let in after all.
            accounts::set_refused(db, *person, None)?;
        }
        if let Body::DeviceRevoked { device, .. } = &entry.body {
            // From here on nothing is taken under secrets that it knows; the clerk makes others.
            let holds = |circle: &Circle| circle.epochs.iter().any(|epoch| epoch.wraps.contains_key(device));
            let circles = log.circles().filter(|(_, circle)| holds(circle)).map(|(id, _)| *id).collect();
            cases::close(db, *device, circles)?;
        }
        shares::hear(db, log, entry, now)?;
        if let Body::CaseErased { case } = &entry.body {
            cases::erase(db, *case)?;
            // Nobody can say of which cases a snapshot tells: the clerk makes another.
            store::snapshots::clear(db)?;
            settings::put(db, TO_SCOUR, &entry.number.to_be_bytes())?;
        }
        if let Body::FactErased { case, key } = &entry.body {
            cases::erase_envelope(db, *case, *key)?;
            store::snapshots::clear(db)?;
            settings::put(db, TO_SCOUR, &entry.number.to_be_bytes())?;
        }
    }
    for entry in log.entries_from(first) {
        audit::note_log(db, entry, now)?;
    }
    Ok(())
}

/// Takes what was erased out of the files, if anything was; it is noted until that is done.
fn scour(store: &Store) -> Result<(), StoreError> {
    let Some(noted) = store.read::<_, StoreError>(|db| Ok(settings::get(db, TO_SCOUR)?))? else { return Ok(()) };
    store.scour()?;
    // What was erased meanwhile has a note of its own.
    store.write::<_, StoreError>(|db| Ok(settings::delete(db, TO_SCOUR, &noted)?))
}
