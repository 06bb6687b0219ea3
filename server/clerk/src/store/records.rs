//! The records of the clerk's device.

use diesel::prelude::*;
use habeas_client_core::vault::SealedRecord;
use habeas_db::Db;

use crate::ClerkError;
use crate::schema::records;

/// The newest version of a record.
pub(crate) fn get(db: &mut Db, slot: [u8; 16]) -> Result<Option<SealedRecord>, ClerkError> {
    let row: Option<(i64, Vec<u8>)> = records::table
        .filter(records::slot.eq(slot.as_slice()))
        .select((records::version, records::bytes))
        .first(db)
        .optional()?;
    Ok(row.map(|(version, bytes)| SealedRecord { slot, version: u64::try_from(version).unwrap_or_default(), bytes }))
}

/// Stores a record's next version.
pub(crate) fn put(db: &mut Db, record: &SealedRecord) -> Result<(), ClerkError> {
    let version = i64::try_from(record.version).unwrap_or(i64::MAX);
    let slot = record.slot.as_slice();
    let values = (records::version.eq(version), records::bytes.eq(&record.bytes));
    if diesel::update(records::table.filter(records::slot.eq(slot))).set(values).execute(db)? == 0 {
        let values = (records::slot.eq(slot), records::version.eq(version), records::bytes.eq(&record.bytes));
        diesel::insert_into(records::table).values(values).execute(db)?;
    }
    Ok(())
}

/// Deletes a record.
pub(crate) fn delete(db: &mut Db, slot: [u8; 16]) -> Result<(), ClerkError> {
    diesel::delete(records::table.filter(records::slot.eq(slot.as_slice()))).execute(db)?;
    Ok(())
}
