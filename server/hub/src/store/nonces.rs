//! Nonces that were used. One that has expired is refused by itself and forgotten here.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use habeas_db::Db;

use crate::HubError;
use crate::schema::used_nonces;

/// Notes that a nonce is used; `false` if it was used before.
pub(crate) fn is_first_use(db: &mut Db, nonce: &[u8], expires_at: i64, now: i64) -> Result<bool, HubError> {
    diesel::delete(used_nonces::table.filter(used_nonces::expires_at.lt(now))).execute(db)?;
    let values = (used_nonces::nonce.eq(nonce), used_nonces::expires_at.eq(expires_at));
    match diesel::insert_into(used_nonces::table).values(values).execute(db) {
        Ok(_) => Ok(true),
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
