//! The records of the clerk's device.

use diesel::prelude::*;
use habeas_client_core::vault::SealedRecord;
use habeas_db::Db;

use crate::ClerkError;
use crate::schema::records;

/// A record, and its name as it lies sealed beside it.
pub(crate) type Named = (SealedRecord, Option<Vec<u8>>);

/// The newest version of a record, in the first of these places in which there is one.
pub(crate) fn get(db: &mut Db, slots: &[[u8; 16]]) -> Result<Option<SealedRecord>, ClerkError> {
    // One statement: whoever moves it from one place to the other is seen before or after.
    let places: Vec<Vec<u8>> = slots.iter().map(|slot| slot.to_vec()).collect();
    let rows: Vec<(Vec<u8>, i64, Vec<u8>)> =
        records::table.filter(records::slot.eq_any(places)).select((records::slot, records::version, records::bytes)).load(db)?;
    let mut rows: Vec<SealedRecord> =
        rows.into_iter().filter_map(|(slot, version, bytes)| record(slot, version, bytes)).collect();
    rows.sort_by_key(|record| slots.iter().position(|slot| *slot == record.slot));
    Ok(rows.into_iter().next())
}

/// Stores a record's next version.
pub(crate) fn put(db: &mut Db, record: &SealedRecord, name_sealed: &[u8]) -> Result<(), ClerkError> {
    let version = i64::try_from(record.version).unwrap_or(i64::MAX);
    let slot = record.slot.as_slice();
    let values = (records::version.eq(version), records::bytes.eq(&record.bytes), records::name_sealed.eq(name_sealed));
    if diesel::update(records::table.filter(records::slot.eq(slot))).set(values).execute(db)? == 0 {
        diesel::insert_into(records::table).values((records::slot.eq(slot), values)).execute(db)?;
    }
    Ok(())
}

/// Deletes a record.
pub(crate) fn delete(db: &mut Db, slot: [u8; 16]) -> Result<(), ClerkError> {
    diesel::delete(records::table.filter(records::slot.eq(slot.as_slice()))).execute(db)?;
    Ok(())
}

/// The places of the next records after a place, in their order.
pub(crate) fn after(db: &mut Db, position: &[u8], limit: i64) -> Result<Vec<Vec<u8>>, ClerkError> {
    let next = records::table.filter(records::slot.gt(position)).order(records::slot).select(records::slot);
    Ok(next.limit(limit).load(db)?)
}

/// A record by its place.
pub(crate) fn at(db: &mut Db, slot: &[u8]) -> Result<Option<Named>, ClerkError> {
    let row: Option<(i64, Vec<u8>, Option<Vec<u8>>)> = records::table
        .filter(records::slot.eq(slot))
        .select((records::version, records::bytes, records::name_sealed))
        .first(db)
        .optional()?;
    Ok(row.and_then(|(version, bytes, name)| Some((record(slot.to_vec(), version, bytes)?, name))))
}

/// The places of records that have no name beside them.
pub(crate) fn nameless(db: &mut Db) -> Result<Vec<Vec<u8>>, ClerkError> {
    Ok(records::table.filter(records::name_sealed.is_null()).select(records::slot).load(db)?)
}

fn record(slot: Vec<u8>, version: i64, bytes: Vec<u8>) -> Option<SealedRecord> {
    Some(SealedRecord { slot: slot.try_into().ok()?, version: u64::try_from(version).unwrap_or_default(), bytes })
}
