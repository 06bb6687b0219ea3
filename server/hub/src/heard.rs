//! A hub that came back from a backup may lack the entry by which a case was erased. It waits for the coordinators' devices, which erasures come from, as
//! long as its log does: until each has synced and this hub has all of its log, or after an hour one of them, nothing is counted by what is here. Devices are
//! served as ever.

use std::sync::atomic::Ordering;

use habeas_db::{Db, StoreError};
use habeas_protocol::access::{self, Action};
use habeas_protocol::{Act, Actor, Log};

use crate::store::settings;
use crate::{Caller, Hub, HubError, audit, log_waits};

/// The setting that says that this came from a backup, with when it was put back.
const RESTORED: &str = "restored";

/// Marks a database as put back at `now`, within the transaction that makes it.
pub fn mark_restored(db: &mut Db, now: i64) -> Result<(), StoreError> {
    settings::put(db, RESTORED, &now.to_be_bytes()).and_then(|()| log_waits::mark(db)).map_err(|error| match error {
        HubError::Store(error) => error,
        other => StoreError::Damaged(other.to_string()),
    })
}

pub(crate) fn is_marked(db: &mut Db) -> Result<bool, HubError> {
    Ok(settings::get(db, RESTORED)?.is_some())
}

impl Hub {
    /// Whether it waits for a coordinator's device since a backup was put back.
    pub fn waits_for_coordinator(&self) -> Result<bool, HubError> {
        // Only `restore` marks a database, and no server runs on it then. What takes the mark away may be another process.
        if self.is_restored.load(Ordering::Relaxed) && !self.store.read(is_marked)? {
            self.is_restored.store(false, Ordering::Relaxed);
        }
        Ok(self.is_restored.load(Ordering::Relaxed))
    }

    /// Hears a device that knows the log up to `log_from`, of which it has shown `shown` before. A coordinator's whose whole log this hub has is what it
    /// waited for: what they have erased is erased here. But another one may have erased something that this one has not heard of.
    pub(crate) fn hears(&self, log: &Log, caller: Caller, (log_from, shown): (u64, u64), now: i64) -> Result<(), HubError> {
        // A device that shows less than before is a copy from earlier itself.
        let is_whole = (shown..=log.next().0).contains(&log_from);
        self.hears_of_log(log, caller, is_whole, now)?;
        let is_it = is_whole && self.waits_for_coordinator()? && access::allows(log, caller, Action::WriteLog).is_ok();
        if !is_it || self.log_is_settled(now).is_err() {
            return Ok(());
        }
        self.counts_again(Actor::Device(caller.device), now).map(drop)
    }

    /// Waits no longer, although no coordinator's device was heard, or not each of them: the operator says so. Whether it waited.
    pub fn does_without_coordinator(&self, now: i64) -> Result<bool, HubError> {
        self.counts_again(Actor::Operator, now)
    }

    fn counts_again(&self, by: Actor, now: i64) -> Result<bool, HubError> {
        let waited = self.store.write(|db| {
            let waited = is_marked(db)? || by == Actor::Operator && log_waits::is_marked(db)?;
            if waited {
                settings::remove(db, RESTORED)?;
                if by == Actor::Operator {
                    log_waits::unmark(db)?;
                }
                audit::note(db, by, Act::CountAgain, "", now)?;
            }
            Ok::<_, HubError>(waited)
        })?;
        self.is_restored.store(false, Ordering::Relaxed);
        // The clerk may have waited for it.
        self.tell_news();
        Ok(waited)
    }
}
