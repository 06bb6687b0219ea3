//! Single values: the key of cursors, the set-up code's hash.

use diesel::prelude::*;
use habeas_db::Db;

use crate::HubError;
use crate::schema::settings::dsl::{name, settings, value};

/// A setting's value.
pub(crate) fn get(db: &mut Db, key: &str) -> Result<Option<Vec<u8>>, diesel::result::Error> {
    settings.filter(name.eq(key)).select(value).first(db).optional()
}

/// A setting's value; `fresh` becomes it if there is none.
pub(crate) fn get_or_put(db: &mut Db, key: &str, fresh: &[u8]) -> Result<Vec<u8>, HubError> {
    if let Some(known) = get(db, key)? {
        return Ok(known);
    }
    diesel::insert_into(settings).values((name.eq(key), value.eq(fresh))).execute(db)?;
    Ok(fresh.to_vec())
}

/// Sets or replaces a value.
pub(crate) fn put(db: &mut Db, key: &str, fresh: &[u8]) -> Result<(), HubError> {
    diesel::delete(settings.filter(name.eq(key))).execute(db)?;
    diesel::insert_into(settings).values((name.eq(key), value.eq(fresh))).execute(db)?;
    Ok(())
}

/// Deletes a value, whatever it is.
pub(crate) fn remove(db: &mut Db, key: &str) -> Result<(), diesel::result::Error> {
    diesel::delete(settings.filter(name.eq(key))).execute(db).map(drop)
}

/// Deletes a value, if it is still this one.
pub(crate) fn delete(db: &mut Db, key: &str, known: &[u8]) -> Result<(), diesel::result::Error> {
    diesel::delete(settings.filter(name.eq(key)).filter(value.eq(known))).execute(db).map(drop)
}
