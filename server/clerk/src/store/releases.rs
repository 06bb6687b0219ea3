//! Counts that were proposed, sealed until they are released.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::PersonId;

use crate::ClerkError;
use crate::schema::releases;

/// A count that somebody has proposed to publish.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Release {
    pub id: Vec<u8>,
    pub proposed_by: Vec<u8>,
    pub proposed_at: i64,
    pub released_by: Option<Vec<u8>>,
    pub released_at: Option<i64>,
    /// The count, once it is released.
    pub body: Option<String>,
    /// The count, until then.
    pub body_sealed: Option<Vec<u8>>,
}

pub(crate) fn propose(db: &mut Db, id: &[u8], by: PersonId, now: i64, body_sealed: &[u8]) -> Result<(), ClerkError> {
    let values = (
        releases::id.eq(id),
        releases::proposed_by.eq(by.0.as_slice()),
        releases::proposed_at.eq(now),
        releases::body_sealed.eq(body_sealed),
    );
    diesel::insert_into(releases::table).values(values).execute(db)?;
    Ok(())
}

pub(crate) fn release(db: &mut Db, id: &[u8], by: PersonId, now: i64, body: &str) -> Result<(), ClerkError> {
    let sealed: Option<Vec<u8>> = None;
    let values = (
        releases::released_by.eq(by.0.as_slice()),
        releases::released_at.eq(now),
        releases::body.eq(body),
        releases::body_sealed.eq(sealed),
    );
    diesel::update(releases::table.filter(releases::id.eq(id))).set(values).execute(db)?;
    Ok(())
}

/// Deletes what was proposed and not released.
pub(crate) fn withdraw(db: &mut Db) -> Result<(), ClerkError> {
    diesel::delete(releases::table.filter(releases::released_at.is_null())).execute(db)?;
    Ok(())
}

pub(crate) fn get(db: &mut Db, id: &[u8]) -> Result<Option<Release>, ClerkError> {
    Ok(releases::table.filter(releases::id.eq(id)).first(db).optional()?)
}

/// Every count, newest first; only those released if `public`.
pub(crate) fn all(db: &mut Db, public: bool) -> Result<Vec<Release>, ClerkError> {
    let newest = releases::table.order((releases::proposed_at.desc(), releases::id));
    if public { Ok(newest.filter(releases::released_at.is_not_null()).load(db)?) } else { Ok(newest.load(db)?) }
}

/// What an earlier version left in the clear though nobody has released it.
pub(crate) fn in_the_clear(db: &mut Db) -> Result<Vec<(Vec<u8>, String)>, ClerkError> {
    let clear = releases::table.filter(releases::released_at.is_null()).filter(releases::body.is_not_null());
    Ok(clear.select((releases::id, releases::body.assume_not_null())).load(db)?)
}

/// Puts the sealed form in the place of what lay in the clear.
pub(crate) fn seal(db: &mut Db, id: &[u8], sealed: &[u8]) -> Result<(), ClerkError> {
    let values = (releases::body.eq(None::<String>), releases::body_sealed.eq(sealed));
    diesel::update(releases::table.filter(releases::id.eq(id))).set(values).execute(db)?;
    Ok(())
}
