//! Under which key the database is sealed, when everything was last counted, and whether erased bytes may lie in it still. All can be read
//! without the key.

use diesel::prelude::*;
use habeas_db::Db;

use crate::ClerkError;
use crate::schema::{counted, records, sealing_keys, to_scour};

/// The hashes of the keys under which this is sealed; none where nobody has opened it since there are such hashes.
pub(crate) fn keys(db: &mut Db) -> Result<Vec<Vec<u8>>, ClerkError> {
    Ok(sealing_keys::table.select(sealing_keys::id).load(db)?)
}

pub(crate) fn add_key(db: &mut Db, id: &[u8]) -> Result<(), ClerkError> {
    diesel::insert_into(sealing_keys::table).values(sealing_keys::id.eq(id)).execute(db)?;
    Ok(())
}

/// The one key under which this is sealed from here on.
pub(crate) fn set_key(db: &mut Db, id: &[u8]) -> Result<(), ClerkError> {
    diesel::delete(sealing_keys::table).execute(db)?;
    add_key(db, id)
}

/// Whether anything is sealed here.
pub(crate) fn is_sealed(db: &mut Db) -> Result<bool, ClerkError> {
    Ok(records::table.count().get_result::<i64>(db)? > 0)
}

/// When everything was last counted.
pub(crate) fn last(db: &mut Db) -> Result<Option<i64>, ClerkError> {
    Ok(counted::table.select(diesel::dsl::max(counted::at)).first(db)?)
}

/// Notes that everything is counted at `now`.
pub(crate) fn note(db: &mut Db, now: i64) -> Result<(), ClerkError> {
    if diesel::update(counted::table).set(counted::at.eq(now)).execute(db)? == 0 {
        diesel::insert_into(counted::table).values(counted::at.eq(now)).execute(db)?;
    }
    Ok(())
}

/// Up to which entry of the log something was erased whose bytes may still lie in the database's files.
pub(crate) fn to_scour(db: &mut Db) -> Result<Option<i64>, ClerkError> {
    Ok(to_scour::table.select(diesel::dsl::max(to_scour::entry)).first(db)?)
}

/// Instead of an entry of the log: what was sealed since lay in the clear.
pub(crate) const WAS_CLEAR: i64 = -1;

/// Whether the files are to be written anew on PostgreSQL, too, because something lay in the clear in them.
pub(crate) fn was_clear(db: &mut Db) -> Result<bool, ClerkError> {
    Ok(to_scour::table.filter(to_scour::entry.eq(WAS_CLEAR)).count().get_result::<i64>(db)? > 0)
}

/// Notes that there is something.
pub(crate) fn note_to_scour(db: &mut Db, entry: i64) -> Result<(), ClerkError> {
    diesel::delete(to_scour::table.filter(to_scour::entry.eq(entry).or(to_scour::entry.gt(WAS_CLEAR)))).execute(db)?;
    diesel::insert_into(to_scour::table).values(to_scour::entry.eq(entry)).execute(db)?;
    Ok(())
}

/// Notes that nothing lies there any more of what was erased up to an entry.
pub(crate) fn is_scoured(db: &mut Db, entry: i64) -> Result<(), ClerkError> {
    diesel::delete(to_scour::table.filter(to_scour::entry.eq(entry))).execute(db)?;
    Ok(())
}
