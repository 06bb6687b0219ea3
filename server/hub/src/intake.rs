//! Intakes: for two hours at most, and so many people, one link makes accounts for recorders, who then wait in one list. The hub keeps
//! time and count; that the keys are a newcomer's, and not made up by the hub, the coordinator's device finds out by itself.

use std::collections::BTreeMap;

use habeas_db::Db;
use habeas_protocol::access::Action;
use habeas_protocol::api::{IntakeState, Intakes, OpenIntake, RefuseDevices, from_hex, to_hex};
use habeas_protocol::limits::{MAX_INTAKE, MAX_INTAKE_HOURS};
use habeas_protocol::{Act, Actor, DeviceId, DeviceKeys, Hash, Role};

use crate::hub::{Caller, Hub};
use crate::store::accounts::{self, Invitation};
use crate::store::{devices, intakes, log};
use crate::{HubError, audit};

/// For how long intakes are listed, in seconds: three days.
const LISTED: i64 = 3 * 24 * 3600;

impl Hub {
    /// Opens an intake.
    pub fn open_intake(&self, caller: Caller, open: &OpenIntake, now: i64) -> Result<(), HubError> {
        self.allows(caller, Action::Intake)?;
        let token_hash = token_hash(&open.token_hash)?;
        if !(1..=MAX_INTAKE_HOURS).contains(&open.hours) {
            return Err(HubError::BadInput("bad_input", "hours must be 1 or 2"));
        }
        if !(1..=MAX_INTAKE).contains(&open.people) {
            return Err(HubError::BadInput("bad_input", "people must be 1 to 200"));
        }
        let until = now + i64::from(open.hours) * 3600;
        self.store.write(|db| {
            if intakes::get(db, &token_hash)?.is_some() {
                return Err(HubError::BadInput("bad_input", "there is an intake of this token already; make another"));
            }
            intakes::open(db, &token_hash, caller.device, now, (until, i64::from(open.people)))?;
            let subjects = format!("intake:{} people:{}", name(&token_hash), open.people);
            audit::note(db, Actor::Device(caller.device), Act::OpenIntake, &subjects, now)
        })
    }

    /// The intakes of the last days, for a coordinator.
    pub fn intakes(&self, caller: Caller, now: i64) -> Result<Intakes, HubError> {
        self.allows(caller, Action::Intake)?;
        audit::note_read(&self.store, caller.device, Act::ReadIntakes, now)?;
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        let state = |row: intakes::Row| {
            Some(IntakeState {
                token_hash: to_hex(&row.token_hash),
                opened_by: DeviceId(row.opened_by.try_into().ok()?),
                until: row.until,
                people: count(row.people),
                joined: count(row.joined),
            })
        };
        let rows = self.store.read(|db| intakes::since(db, now - LISTED))?;
        Ok(Intakes { intakes: rows.into_iter().filter_map(state).collect() })
    }

    /// Ends an intake: nobody joins by its link any more.
    pub fn close_intake(&self, caller: Caller, token: &str, now: i64) -> Result<(), HubError> {
        self.allows(caller, Action::Intake)?;
        let token_hash = from_hex(token, 32).unwrap_or_default();
        self.store.write(|db| {
            if intakes::get(db, &token_hash)?.is_none() {
                return Err(HubError::NotFound("not_found", "there is no such intake"));
            }
            intakes::close(db, &token_hash, now)?;
            let subjects = format!("intake:{}", name(&token_hash));
            audit::note(db, Actor::Device(caller.device), Act::CloseIntake, &subjects, now)
        })
    }

    /// Does not let the owners of devices in: from their next request on they get nothing, and sign in on no other device. All of them are
    /// refused or none. Whoever is let in later, because it was a mistake, goes on.
    pub fn refuse(&self, caller: Caller, refuse: &RefuseDevices, now: i64) -> Result<(), HubError> {
        self.allows(caller, Action::Refuse)?;
        // Whoever lets one of them in meanwhile was first: it is looked at again.
        while !self.try_refuse(caller, refuse, now)? {}
        Ok(())
    }

    /// The same by the log as it is now; `false`, and nobody is refused, if somebody has written to it meanwhile.
    fn try_refuse(&self, caller: Caller, refuse: &RefuseDevices, now: i64) -> Result<bool, HubError> {
        let log = self.log()?;
        if refuse.devices.iter().any(|device| log.known(device).is_some()) {
            return Err(HubError::Conflict("device_in", "one of these devices is let in already; revoke it"));
        }
        let refused = self.store.write(|db| {
            // By person, so that two who refuse the same people never wait for one another in a ring.
            let mut people = BTreeMap::new();
            for device in &refuse.devices {
                let person = devices::owner(db, *device)?.ok_or(HubError::NotFound("not_found", "there is no such device"))?;
                // A second phone that waits does not put its owner out.
                if log.members().any(|(_, member)| member.person == person) {
                    return Err(HubError::Conflict("device_in", "its owner is let in already with another device"));
                }
                people.entry(person).or_insert_with(Vec::new).push(*device);
            }
            for person in people.keys() {
                accounts::set_refused(db, *person, Some(now))?;
            }
            // Whoever lets somebody in takes the same rows' locks after writing to the log: either they wait for this, or what they wrote is seen.
            if log::newest(db)?.map_or(0, |number| number + 1) != log.next().0 {
                return Err(MEANWHILE);
            }
            for (person, devices) in &people {
                for device in devices {
                    let subjects = format!("device:{device} person:{person}");
                    audit::note(db, Actor::Device(caller.device), Act::Refuse, &subjects, now)?;
                }
            }
            Ok(())
        });
        match refused {
            Err(HubError::Conflict("log", _)) => Ok(false),
            refused => refused.map(|()| true),
        }
    }
}

/// Takes a place for whoever has made these keys; `None` if that is no intake's token.
pub(crate) fn join(db: &mut Db, token_hash: &Hash, keys: &DeviceKeys, now: i64) -> Result<Option<Invitation>, HubError> {
    if !has_room(db, token_hash, now)? {
        return Ok(None);
    }
    if !intakes::join(db, token_hash, now)? {
        return Err(FULL);
    }
    Ok(Some(Invitation { person: keys.newcomer(), role: Role::Recorder.name().to_owned() }))
}

/// Whether somebody may join by this token; an error says why not any more, `false` that it is no intake's.
pub(crate) fn has_room(db: &mut Db, token_hash: &Hash, now: i64) -> Result<bool, HubError> {
    match intakes::get(db, token_hash)? {
        None => Ok(false),
        Some(row) if row.until <= now => Err(OVER),
        Some(row) if row.joined >= row.people => Err(FULL),
        Some(_) => Ok(true),
    }
}

/// Undoes what a transaction has done upon a log that is no longer the newest.
const MEANWHILE: HubError = HubError::Conflict("log", "somebody else has written to the log meanwhile");
const OVER: HubError = HubError::Conflict("intake_over", "nobody joins by this link any more; ask your coordinator for another");
const FULL: HubError = HubError::Conflict(
    "intake_full",
    "as many people have joined by this link as it was made for; ask your coordinator for another",
);

fn token_hash(text: &str) -> Result<Vec<u8>, HubError> {
    from_hex(text, 32)
        .filter(|hash| hash.len() == 32)
        .ok_or(HubError::BadInput("bad_input", "token_hash must be 64 hexadecimal digits"))
}

/// What the audit record calls an intake.
fn name(token_hash: &[u8]) -> String {
    to_hex(&token_hash[..token_hash.len().min(16)])
}
