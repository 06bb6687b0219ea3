//! Intakes: by one's link many people make accounts.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::DeviceId;

use crate::HubError;
use crate::schema::intakes;

/// An intake.
#[derive(Queryable)]
pub(crate) struct Row {
    pub token_hash: Vec<u8>,
    pub opened_by: Vec<u8>,
    pub until: i64,
    pub people: i64,
    pub joined: i64,
}

type Columns = (intakes::token_hash, intakes::opened_by, intakes::until, intakes::people, intakes::joined);

const ROW: Columns = (intakes::token_hash, intakes::opened_by, intakes::until, intakes::people, intakes::joined);

pub(crate) fn open(db: &mut Db, token_hash: &[u8], by: DeviceId, now: i64, (until, people): (i64, i64)) -> Result<(), HubError> {
    let values = (
        intakes::token_hash.eq(token_hash),
        intakes::opened_by.eq(by.0.as_slice()),
        intakes::opened_at.eq(now),
        intakes::until.eq(until),
        intakes::people.eq(people),
        intakes::joined.eq(0),
    );
    diesel::insert_into(intakes::table).values(values).execute(db)?;
    Ok(())
}

/// The intake of that token.
pub(crate) fn get(db: &mut Db, token_hash: &[u8]) -> Result<Option<Row>, HubError> {
    Ok(intakes::table.filter(intakes::token_hash.eq(token_hash)).select(ROW).first(db).optional()?)
}

/// Those that were opened after an instant, newest first.
pub(crate) fn since(db: &mut Db, instant: i64) -> Result<Vec<Row>, HubError> {
    let newer = intakes::table.filter(intakes::opened_at.gt(instant));
    Ok(newer.order((intakes::opened_at.desc(), intakes::token_hash)).select(ROW).load(db)?)
}

/// Counts somebody who joins. `false`: it is full or over. Of two who come at once for the last place only one finds it.
pub(crate) fn join(db: &mut Db, token_hash: &[u8], now: i64) -> Result<bool, HubError> {
    let room = intakes::table
        .filter(intakes::token_hash.eq(token_hash))
        .filter(intakes::until.gt(now))
        .filter(intakes::joined.lt(intakes::people));
    Ok(diesel::update(room).set(intakes::joined.eq(intakes::joined + 1)).execute(db)? > 0)
}

/// Ends it, unless it has ended.
pub(crate) fn close(db: &mut Db, token_hash: &[u8], now: i64) -> Result<(), HubError> {
    let open = intakes::table.filter(intakes::token_hash.eq(token_hash)).filter(intakes::until.gt(now));
    diesel::update(open).set(intakes::until.eq(now)).execute(db)?;
    Ok(())
}
