//! After a backup was put back, what was written to the log since is known to devices only. A coordinator who has not heard of it would write upon the
//! hub's older log, and then there are two, of which devices refuse the one that they do not know. So nothing is written before every coordinator's
//! device was heard, or an hour after the first device was. What devices give back is taken all the while.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use habeas_db::Db;
use habeas_protocol::access::{self, Action};
use habeas_protocol::{DeviceId, Log, Member, Role, decode, encode};
use serde::{Deserialize, Serialize};

use crate::store::settings;
use crate::{Caller, Hub, HubError};

/// The setting that says that it waits, and whom it has heard.
const WAITS: &str = "log_waits";
/// How long it waits at most, in seconds from the first device on that is heard.
pub(crate) const AT_MOST: i64 = 3600;
const MAX: usize = 1 << 20;

/// Whom a hub has heard since it was put back.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Waits {
    /// When it first heard a device, in seconds since 1970.
    since: Option<i64>,
    /// The coordinators' devices of which it has all of the log.
    heard: BTreeSet<DeviceId>,
}

impl Waits {
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
        let is_heard = is_whole && access::allows(log, caller, Action::WriteLog).is_ok();
        let hears = |waits: &mut Waits| {
            waits.since.get_or_insert(now);
            waits.heard.extend(Some(caller.device).filter(|_| is_heard));
        };
        let mut after = before.clone();
        hears(&mut after);
        if after == before {
            return Ok(());
        }
        let coordinates = |member: &Member| member.role == Role::Coordinator && !log.is_frozen(&member.person);
        let waits = self.store.write(|db| {
            let Some(mut waits) = read(db)? else { return Ok(false) };
            hears(&mut waits);
            let is_settled = log.members().all(|(device, member)| waits.heard.contains(device) || !coordinates(member));
            if is_settled {
                unmark(db)?
            } else {
                waits.put(db)?
            }
            Ok::<_, HubError>(!is_settled)
        })?;
        self.log_waits.store(waits, Ordering::Relaxed);
        Ok(())
    }

    /// Fails while devices may know of entries that this hub does not have.
    pub(crate) fn log_is_settled(&self, now: i64) -> Result<(), HubError> {
        let Some(waits) = self.log_waits()? else { return Ok(()) };
        if waits.since.is_none_or(|since| now < since + AT_MOST) {
            let why = "a backup was put back, and coordinators' devices may know of later entries; have each of them sync, or wait an hour";
            return Err(HubError::Conflict("log_waits", why));
        }
        self.store.write(unmark)?;
        self.log_waits.store(false, Ordering::Relaxed);
        Ok(())
    }
}
