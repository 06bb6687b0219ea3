//! After a backup was put back, what was written to the log since is known to devices only. A coordinator who has not heard of it would write upon the
//! hub's older log, and then there are two, of which devices refuse the one that they do not know. So nothing is written before every coordinator's
//! device was heard that the backup knows, or an hour after the first device was. What devices give back is taken all the while.
//!
//! And the clerk makes no secret in that time, nor for some minutes after it: a case may have had its next one already, devices know it and have written
//! under it, and they bring it a few trips behind the log. Another one in its place would shut out what was written under the first.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use habeas_db::Db;
use habeas_protocol::{DeviceId, Log, Member, Role, decode, encode};
use serde::{Deserialize, Serialize};

use crate::store::settings;
use crate::{Caller, Hub, HubError};

/// The setting that says that it waits, and whom it has heard.
const WAITS: &str = "log_waits";
/// How long it waits at most, in seconds from the first device on that is heard.
pub(crate) const AT_MOST: i64 = 3600;
/// For how long a device that was heard may still give back what it has, in seconds: the secrets of some thousands of cases over a narrow line.
pub(crate) const GIVES_BACK: i64 = 300;
const MAX: usize = 1 << 20;
const WAITS_FOR_DEVICES: HubError = HubError::Conflict(
    "log_waits",
    "a backup was put back, and coordinators' devices may know of later entries; have each of them sync, or wait an hour",
);

/// Whom a hub has not heard since it was put back.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Waits {
    /// When it first heard a device, in seconds since 1970.
    since: Option<i64>,
    /// The devices that it knew then. Those that were let in after the backup have no account here by which they could be heard.
    known: BTreeSet<DeviceId>,
    /// Those of them that it has heard, and all of whose log it has.
    heard: BTreeSet<DeviceId>,
    /// When none of them was missing any more, in seconds since 1970.
    settled: Option<i64>,
}

impl Waits {
    /// Hears a device of which this hub has all of the log. Whoever coordinates by the log as it is now is waited for, also if they did not yet in the backup.
    fn hears(&mut self, log: &Log, device: Option<DeviceId>, now: i64) {
        if self.since.is_none() {
            (self.since, self.known) = (Some(now), log.members().map(|(device, _)| *device).collect());
        }
        self.heard.extend(device.filter(|device| self.known.contains(device)));
        let coordinates = |member: &Member| member.role == Role::Coordinator && !log.is_frozen(&member.person);
        let is_missing = |device: &&DeviceId| log.member(device).is_some_and(coordinates) && !self.heard.contains(*device);
        if !self.known.iter().any(|device| is_missing(&device)) {
            self.settled.get_or_insert(now);
        }
    }

    /// From when on the log goes on, in seconds since 1970; `None` while nobody was heard.
    fn until(&self) -> Option<i64> {
        self.settled.or_else(|| Some(self.since? + AT_MOST))
    }

    fn put(&self, db: &mut Db) -> Result<(), HubError> {
        let bytes = encode(self).map_err(|_| HubError::BadInput("bad_input", "devices that cannot be encoded"))?;
        settings::put(db, WAITS, &bytes)
    }
}

/// Marks a database that is put back.
pub(crate) fn mark(db: &mut Db) -> Result<(), HubError> {
    Waits::default().put(db)
}

/// What the database says; of what cannot be read, that nobody was heard.
fn read(db: &mut Db) -> Result<Option<Waits>, HubError> {
    Ok(settings::get(db, WAITS)?.map(|bytes| decode(&bytes, MAX).unwrap_or_default()))
}

pub(crate) fn is_marked(db: &mut Db) -> Result<bool, HubError> {
    Ok(read(db)?.is_some())
}

pub(crate) fn unmark(db: &mut Db) -> Result<(), HubError> {
    Ok(settings::remove(db, WAITS)?)
}

impl Hub {
    fn log_waits(&self) -> Result<Option<Waits>, HubError> {
        if !self.log_waits.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let waits = self.store.read(read)?;
        // Only `restore` marks a database, and no server runs on it then. What takes the mark away may be another process.
        self.log_waits.store(waits.is_some(), Ordering::Relaxed);
        Ok(waits)
    }

    /// Hears a device, all of whose log this hub has or not.
    pub(crate) fn hears_of_log(&self, log: &Log, caller: Caller, is_whole: bool, now: i64) -> Result<(), HubError> {
        let Some(before) = self.log_waits()? else { return Ok(()) };
        if log.member(&caller.device).is_none() {
            return Ok(());
        }
        let heard = Some(caller.device).filter(|_| is_whole);
        let mut after = before.clone();
        after.hears(log, heard, now);
        if after == before {
            return Ok(());
        }
        self.store.write(|db| {
            let Some(mut waits) = read(db)? else { return Ok(()) };
            waits.hears(log, heard, now);
            waits.put(db)
        })
    }

    /// Fails while devices may know of entries that this hub does not have.
    pub(crate) fn log_is_settled(&self, now: i64) -> Result<(), HubError> {
        let waits = self.log_waits()?.is_some_and(|waits| waits.until().is_none_or(|until| now < until));
        if waits { Err(WAITS_FOR_DEVICES) } else { Ok(()) }
    }

    /// The same for printed shares, but where no device was heard at all: they are for when none is left, and nobody would come who ends the wait.
    pub(crate) fn log_lets_recover(&self, now: i64) -> Result<(), HubError> {
        let waits = self.log_waits()?.and_then(|waits| waits.until()).is_some_and(|until| now < until);
        if waits { Err(WAITS_FOR_DEVICES) } else { Ok(()) }
    }

    /// Whether devices may still give back secrets that this hub has lost with a backup that was put back: the clerk makes none meanwhile.
    pub fn waits_for_secrets(&self, now: i64) -> Result<bool, HubError> {
        let Some(waits) = self.log_waits()? else { return Ok(false) };
        if waits.until().is_none_or(|until| now < until + GIVES_BACK) {
            return Ok(true);
        }
        self.store.write(unmark)?;
        self.log_waits.store(false, Ordering::Relaxed);
        Ok(false)
    }
}
