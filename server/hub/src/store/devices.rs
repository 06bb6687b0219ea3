//! Devices that have signed in, admitted or not.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::{DeviceId, DeviceKeys, PersonId};

use crate::HubError;
use crate::schema::{accounts, devices};

/// A device with its account.
#[derive(Queryable)]
pub(crate) struct Row {
    pub keys: Vec<u8>,
    pub person: Vec<u8>,
    pub account: String,
    pub role: String,
    pub proof: Vec<u8>,
    pub refused_at: Option<i64>,
}

/// Whose device it is, if it is known.
pub(crate) fn owner(db: &mut Db, device: DeviceId) -> Result<Option<PersonId>, HubError> {
    let person: Option<Vec<u8>> =
        devices::table.filter(devices::id.eq(device.0.as_slice())).select(devices::person).first(db).optional()?;
    Ok(person.and_then(|person| person.try_into().ok()).map(PersonId))
}

/// Whether a device has signed in to the account of that name before.
pub(crate) fn belongs_to(db: &mut Db, device: DeviceId, account: &str) -> Result<bool, HubError> {
    let of_account = devices::table.inner_join(accounts::table).filter(devices::id.eq(device.0.as_slice()));
    let found = of_account.filter(accounts::name.eq(account)).select(devices::registered_at).first::<i64>(db);
    Ok(found.optional()?.is_some())
}

pub(crate) fn insert(db: &mut Db, keys: &DeviceKeys, person: PersonId, proof: &[u8], now: i64) -> Result<(), HubError> {
    let values = (
        devices::id.eq(keys.id().0.to_vec()),
        devices::person.eq(person.0.as_slice()),
        devices::keys.eq([keys.signing, keys.sealing].concat()),
        devices::proof.eq(proof),
        devices::registered_at.eq(now),
    );
    diesel::insert_into(devices::table).values(values).execute(db)?;
    Ok(())
}

/// Every device, oldest first.
pub(crate) fn all(db: &mut Db) -> Result<Vec<Row>, HubError> {
    let rows = devices::table
        .inner_join(accounts::table)
        .order((devices::registered_at, devices::id))
        .select((devices::keys, devices::person, accounts::name, accounts::role, devices::proof, accounts::refused_at))
        .load(db)?;
    Ok(rows)
}

/// The most of the log that a device has shown: the number of the first entry that it lacked, and since when. 0 if it has shown nothing yet.
pub(crate) fn shown(db: &mut Db, device: DeviceId) -> Result<(u64, i64), HubError> {
    let of_device = devices::table.filter(devices::id.eq(device.0.as_slice()));
    let row: Option<(i64, i64)> = of_device.select((devices::log_shown, devices::shown_at)).first(db).optional()?;
    let (next, at) = row.unwrap_or_default();
    Ok((u64::try_from(next).unwrap_or_default(), at))
}

/// Notes that a device shows so much of it now, unless it has shown more.
pub(crate) fn shows(db: &mut Db, device: DeviceId, next: u64, now: i64) -> Result<(), HubError> {
    let next = i64::try_from(next).unwrap_or(i64::MAX);
    let less = devices::table.filter(devices::id.eq(device.0.as_slice())).filter(devices::log_shown.lt(next));
    diesel::update(less).set((devices::log_shown.eq(next), devices::shown_at.eq(now))).execute(db)?;
    Ok(())
}
