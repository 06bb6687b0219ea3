//! Feeds: what is new for a circle, numbered without gaps.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::{CaseId, CircleId};

use crate::HubError;
use crate::schema::{case_items, feed_items, feeds};

/// A circle's feed.
#[derive(Queryable)]
pub(crate) struct Row {
    pub circle: Vec<u8>,
    pub generation: Vec<u8>,
    pub counter: i64,
    pub chain: Vec<u8>,
}

/// Locks a feed until the transaction ends; begins it if there is none.
pub(crate) fn lock(db: &mut Db, circle: CircleId, generation: [u8; 16]) -> Result<Row, HubError> {
    let fresh = (
        feeds::circle.eq(circle.0.as_slice()),
        feeds::generation.eq(generation.as_slice()),
        feeds::counter.eq(0),
        feeds::chain.eq([0_u8; 32].as_slice()),
    );
    // Inserted first, so that of two that begin a feed at once the second waits at the update like any other.
    match db {
        Db::Sqlite(db) => diesel::insert_into(feeds::table).values(fresh).on_conflict_do_nothing().execute(db)?,
        Db::Postgres(db) => diesel::insert_into(feeds::table).values(fresh).on_conflict_do_nothing().execute(db)?,
    };
    diesel::update(feeds::table.filter(feeds::circle.eq(circle.0.as_slice())))
        .set(feeds::counter.eq(feeds::counter))
        .execute(db)?;
    get(db, circle)?.ok_or_else(|| diesel::result::Error::NotFound.into())
}

/// A feed, if anything was ever in it.
pub(crate) fn get(db: &mut Db, circle: CircleId) -> Result<Option<Row>, HubError> {
    Ok(feeds::table.filter(feeds::circle.eq(circle.0.as_slice())).first(db).optional()?)
}

/// Every feed.
pub(crate) fn all(db: &mut Db) -> Result<Vec<Row>, HubError> {
    Ok(feeds::table.order(feeds::circle).load(db)?)
}

/// Writes counter and chain back.
pub(crate) fn unlock(db: &mut Db, feed: &Row) -> Result<(), HubError> {
    let values = (feeds::counter.eq(feed.counter), feeds::chain.eq(&feed.chain));
    diesel::update(feeds::table.filter(feeds::circle.eq(&feed.circle))).set(values).execute(db)?;
    Ok(())
}

/// Adds a case's item to a feed, at the feed's counter.
pub(crate) fn add(db: &mut Db, feed: &Row, case: CaseId, position: i64) -> Result<(), HubError> {
    let values = (
        feed_items::circle.eq(&feed.circle),
        feed_items::seq.eq(feed.counter),
        feed_items::case_id.eq(case.0.as_slice()),
        feed_items::position.eq(position),
        feed_items::chain.eq(&feed.chain),
    );
    diesel::insert_into(feed_items::table).values(values).execute(db)?;
    Ok(())
}

/// Something in a feed.
#[derive(Queryable)]
pub(crate) struct Item {
    pub seq: i64,
    pub chain: Vec<u8>,
    pub case: Vec<u8>,
    /// None where the case is erased, or this was the key of a fact of it that is.
    pub bytes: Option<Vec<u8>>,
}

/// What comes after a number.
pub(crate) fn after(db: &mut Db, circle: CircleId, seq: u64, limit: i64) -> Result<Vec<Item>, HubError> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let same = feed_items::case_id.eq(case_items::case_id).and(feed_items::position.eq(case_items::position));
    let found = feed_items::table
        .left_join(case_items::table.on(same))
        .filter(feed_items::circle.eq(circle.0.as_slice()))
        .filter(feed_items::seq.gt(seq))
        .order(feed_items::seq)
        .select((feed_items::seq, feed_items::chain, feed_items::case_id, case_items::bytes.nullable()))
        .limit(limit)
        .load(db)?;
    Ok(found)
}

/// The chain after an item, if the feed has it.
pub(crate) fn chain_at(db: &mut Db, circle: CircleId, seq: u64) -> Result<Option<Vec<u8>>, HubError> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let item = feed_items::table.filter(feed_items::circle.eq(circle.0.as_slice())).filter(feed_items::seq.eq(seq));
    Ok(item.select(feed_items::chain).first(db).optional()?)
}
