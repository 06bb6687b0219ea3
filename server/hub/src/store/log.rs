//! The organisation's log, entry by entry.

use diesel::prelude::*;
use habeas_db::Db;

use crate::HubError;
use crate::schema::log_entries::dsl::{bytes, log_entries, number};

/// The entries from `first` on, in order, at most `limit`.
pub(crate) fn from(db: &mut Db, first: u64, limit: usize) -> Result<Vec<Vec<u8>>, HubError> {
    let first = i64::try_from(first).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(log_entries.filter(number.ge(first)).order(number).select(bytes).limit(limit).load(db)?)
}

/// The newest entry's number.
pub(crate) fn newest(db: &mut Db) -> Result<Option<u64>, HubError> {
    let newest: Option<i64> = log_entries.select(diesel::dsl::max(number)).first(db)?;
    Ok(newest.and_then(|newest| u64::try_from(newest).ok()))
}

pub(crate) fn insert(db: &mut Db, at: u64, entry: &[u8]) -> Result<(), HubError> {
    let at = i64::try_from(at).unwrap_or(i64::MAX);
    diesel::insert_into(log_entries).values((number.eq(at), bytes.eq(entry))).execute(db)?;
    Ok(())
}
