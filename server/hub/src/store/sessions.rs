//! Sessions: one family of tokens a device.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::api::to_hex;
use habeas_protocol::{DeviceId, DeviceKeys, Hash, PersonId};

use crate::schema::{accounts, devices, session_tokens, sessions};
use crate::{Caller, HubError};

/// How many tokens of a family are known: older ones are no longer told from made-up ones.
const KNOWN: i64 = 64;

/// A token with its family.
pub(crate) struct Found {
    /// Its hash.
    pub token_hash: Hash,
    /// Whose it is.
    pub caller: Caller,
    /// The device's keys.
    pub keys: DeviceKeys,
    /// The token's number.
    pub number: i64,
    /// Its family.
    pub family: Family,
    /// Since when its person is not let in, if that was said.
    pub refused_at: Option<i64>,
}

/// A family of tokens.
#[derive(Queryable, Clone, Copy)]
pub(crate) struct Family {
    /// When somebody signed in.
    pub begun_at: i64,
    /// When the device last got a token.
    pub renewed_at: i64,
    /// The newest token that was ever used.
    pub number: i64,
    /// Since when that is so, in milliseconds.
    pub used_ms: i64,
    /// When it was ended, if it was.
    pub ended_at: Option<i64>,
}

type Columns = (sessions::begun_at, sessions::renewed_at, sessions::number, sessions::used_ms, sessions::ended_at);

const FAMILY: Columns = (sessions::begun_at, sessions::renewed_at, sessions::number, sessions::used_ms, sessions::ended_at);

/// A token's hash, its person, the device's keys, its number and family, since when the person is refused.
type Row = (Vec<u8>, Vec<u8>, Vec<u8>, i64, Family, Option<i64>);

/// The token whose hash begins so.
pub(crate) fn by_name(db: &mut Db, name: &[u8; 16]) -> Result<Option<Found>, HubError> {
    let (first, last) = ([*name, [0; 16]].concat(), [*name, [255; 16]].concat());
    let row: Option<Row> = session_tokens::table
        .inner_join(sessions::table.inner_join(devices::table.inner_join(accounts::table)))
        .filter(session_tokens::token_hash.between(first, last))
        .select((
            session_tokens::token_hash,
            sessions::person,
            devices::keys,
            session_tokens::number,
            FAMILY,
            accounts::refused_at,
        ))
        .first(db)
        .optional()?;
    Ok(row.and_then(|(token_hash, person, keys, number, family, refused_at)| {
        let keys = DeviceKeys::from_hex(&to_hex(&keys))?;
        let caller = Caller { device: keys.id(), person: PersonId(person.try_into().ok()?) };
        let token_hash = token_hash.try_into().ok()?;
        Some(Found { token_hash, caller, keys, number, family, refused_at })
    }))
}

/// A device's family, with its person.
pub(crate) fn of_device(db: &mut Db, device: DeviceId) -> Result<Option<(PersonId, Family)>, HubError> {
    let of_device = sessions::table.filter(sessions::device.eq(device.0.as_slice()));
    let row: Option<(Vec<u8>, Family)> = of_device.select((sessions::person, FAMILY)).first(db).optional()?;
    Ok(row.and_then(|(person, family)| Some((PersonId(person.try_into().ok()?), family))))
}

/// Begins a device's family with its first token. The one before it is gone.
pub(crate) fn begin(db: &mut Db, caller: Caller, token_hash: &Hash, now: i64) -> Result<(), HubError> {
    let device = caller.device.0.to_vec();
    // Whoever signs in twice at once does so one after the other: an update that changes nothing takes the row's lock on PostgreSQL.
    diesel::update(devices::table.filter(devices::id.eq(&device))).set(devices::person.eq(devices::person)).execute(db)?;
    diesel::delete(session_tokens::table.filter(session_tokens::device.eq(&device))).execute(db)?;
    diesel::delete(sessions::table.filter(sessions::device.eq(&device))).execute(db)?;
    let values = (
        sessions::device.eq(&device),
        sessions::person.eq(caller.person.0.as_slice()),
        sessions::begun_at.eq(now),
        sessions::renewed_at.eq(now),
        sessions::number.eq(0),
        sessions::used_ms.eq(0),
    );
    diesel::insert_into(sessions::table).values(values).execute(db)?;
    add(db, caller.device, token_hash, 0)
}

/// Gives a family its next token. What was used last stays good until this one is used.
pub(crate) fn renew(db: &mut Db, device: DeviceId, token_hash: &Hash, now: i64) -> Result<(), HubError> {
    let family = sessions::table.filter(sessions::device.eq(device.0.as_slice()));
    // Of two that renew at once the second waits here for the first.
    diesel::update(family).set(sessions::renewed_at.eq(now)).execute(db)?;
    let of_device = session_tokens::table.filter(session_tokens::device.eq(device.0.as_slice()));
    let newest = of_device.select(session_tokens::number).order(session_tokens::number.desc()).first::<i64>(db).optional()?;
    let used: i64 = family.select(sessions::number).first(db)?;
    let number = newest.unwrap_or(used).max(used) + 1;
    add(db, device, token_hash, number)?;
    // The one that is in use stays, however many were given and never arrived.
    let old = of_device.filter(session_tokens::number.lt(number - KNOWN)).filter(session_tokens::number.ne(used));
    diesel::delete(old).execute(db)?;
    Ok(())
}

fn add(db: &mut Db, device: DeviceId, token_hash: &Hash, number: i64) -> Result<(), HubError> {
    let values = (
        session_tokens::token_hash.eq(token_hash.as_slice()),
        session_tokens::device.eq(device.0.as_slice()),
        session_tokens::number.eq(number),
    );
    diesel::insert_into(session_tokens::table).values(values).execute(db)?;
    Ok(())
}

/// Notes the first use of a token: those before it are spent.
pub(crate) fn is_used(db: &mut Db, device: DeviceId, number: i64, now_ms: i64) -> Result<(), HubError> {
    let earlier = sessions::table.filter(sessions::device.eq(device.0.as_slice())).filter(sessions::number.lt(number));
    diesel::update(earlier).set((sessions::number.eq(number), sessions::used_ms.eq(now_ms))).execute(db)?;
    Ok(())
}

/// Takes every session of a person away but one device's: the others sign in again.
pub(crate) fn end_others(db: &mut Db, caller: Caller) -> Result<(), HubError> {
    let (device, person) = (caller.device.0.as_slice(), caller.person.0.as_slice());
    let others = sessions::table.filter(sessions::person.eq(person)).filter(sessions::device.ne(device));
    let devices: Vec<Vec<u8>> = others.select(sessions::device).load(db)?;
    diesel::delete(session_tokens::table.filter(session_tokens::device.eq_any(devices))).execute(db)?;
    diesel::delete(others).execute(db)?;
    Ok(())
}

/// Ends a family; whether it was open until now.
pub(crate) fn end(db: &mut Db, device: DeviceId, now: i64) -> Result<bool, HubError> {
    let open = sessions::table.filter(sessions::device.eq(device.0.as_slice())).filter(sessions::ended_at.is_null());
    Ok(diesel::update(open).set(sessions::ended_at.eq(now)).execute(db)? == 1)
}
