//! Families who ask for somebody.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::CaseId;

use crate::ClerkError;
use crate::schema::families;

/// The state of a request that nobody has confirmed.
pub(crate) const ASKED: &str = "asked";

/// A family's request.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = families)]
pub(crate) struct Row {
    pub id: Vec<u8>,
    pub request_sealed: Vec<u8>,
    pub address_lookup: Vec<u8>,
    pub lang: String,
    pub state: String,
    pub case_id: Option<Vec<u8>>,
    pub token_hash: Vec<u8>,
    pub confirm_until: i64,
    pub created_at: i64,
}

pub(crate) fn insert(db: &mut Db, row: &Row) -> Result<(), ClerkError> {
    let values = (
        families::id.eq(&row.id),
        families::request_sealed.eq(&row.request_sealed),
        families::address_lookup.eq(&row.address_lookup),
        families::lang.eq(&row.lang),
        families::state.eq(&row.state),
        families::case_id.eq(&row.case_id),
        families::token_hash.eq(&row.token_hash),
        (
            families::confirm_until.eq(row.confirm_until),
            families::wrong_words.eq(0),
            families::locked_until.eq(0),
            families::created_at.eq(row.created_at),
        ),
    );
    diesel::insert_into(families::table).values(values).execute(db)?;
    Ok(())
}

pub(crate) fn by_token(db: &mut Db, token_hash: &[u8]) -> Result<Option<Row>, ClerkError> {
    Ok(families::table.filter(families::token_hash.eq(token_hash)).select(Row::as_select()).first(db).optional()?)
}

pub(crate) fn by_id(db: &mut Db, id: &[u8]) -> Result<Option<Row>, ClerkError> {
    Ok(families::table.filter(families::id.eq(id)).select(Row::as_select()).first(db).optional()?)
}

/// Requests in these states, oldest first.
pub(crate) fn in_states(db: &mut Db, states: &[&str]) -> Result<Vec<Row>, ClerkError> {
    let states: Vec<String> = states.iter().map(|state| (*state).to_owned()).collect();
    Ok(families::table
        .filter(families::state.eq_any(states))
        .order((families::created_at, families::id))
        .select(Row::as_select())
        .load(db)?)
}

/// The families that follow a case.
pub(crate) fn of_case(db: &mut Db, case: CaseId) -> Result<Vec<Row>, ClerkError> {
    let following = families::table.filter(families::case_id.eq(case.0.as_slice())).filter(families::state.eq("attached"));
    Ok(following.order(families::id).select(Row::as_select()).load(db)?)
}

/// Deletes the requests that follow a case, or did when they were stopped, and returns their ids.
pub(crate) fn erase(db: &mut Db, case: CaseId) -> Result<Vec<Vec<u8>>, ClerkError> {
    let of_case = families::table.filter(families::case_id.eq(case.0.as_slice()));
    let ids = of_case.select(families::id).load(db)?;
    diesel::delete(of_case).execute(db)?;
    Ok(ids)
}

/// How many requests nobody has confirmed yet whose links hold longer than until an instant.
pub(crate) fn unconfirmed(db: &mut Db, until: i64) -> Result<i64, ClerkError> {
    let asked = families::table.filter(families::state.eq(ASKED)).filter(families::confirm_until.gt(until));
    Ok(asked.count().get_result(db)?)
}

/// Deletes requests that nobody has confirmed and nobody can any more, `most` at a time, and returns their ids.
pub(crate) fn expire(db: &mut Db, now: i64, most: i64) -> Result<Vec<Vec<u8>>, ClerkError> {
    let expired = families::table.filter(families::state.eq(ASKED)).filter(families::confirm_until.le(now));
    let ids: Vec<Vec<u8>> = expired.order(families::confirm_until).limit(most).select(families::id).load(db)?;
    diesel::delete(families::table.filter(families::id.eq_any(&ids)).filter(families::state.eq(ASKED))).execute(db)?;
    Ok(ids)
}

/// When the next request expires that nobody has confirmed.
pub(crate) fn next_expiry(db: &mut Db) -> Result<Option<i64>, ClerkError> {
    let asked = families::table.filter(families::state.eq(ASKED));
    Ok(asked.select(diesel::dsl::min(families::confirm_until)).first(db)?)
}

/// How many requests an address has made since an instant, under any of its hashes.
pub(crate) fn recent(db: &mut Db, address_lookups: &[Vec<u8>], since: i64) -> Result<i64, ClerkError> {
    let recent = families::table.filter(families::address_lookup.eq_any(address_lookups)).filter(families::created_at.gt(since));
    Ok(recent.count().get_result(db)?)
}

pub(crate) fn set_state(db: &mut Db, id: &[u8], state: &str, case: Option<CaseId>) -> Result<(), ClerkError> {
    let row = families::table.filter(families::id.eq(id));
    match case {
        Some(case) => {
            diesel::update(row).set((families::state.eq(state), families::case_id.eq(case.0.as_slice()))).execute(db)?
        }
        None => diesel::update(row).set(families::state.eq(state)).execute(db)?,
    };
    Ok(())
}

/// Whether the request followed a case, which it does no longer.
pub(crate) fn detach(db: &mut Db, id: &[u8]) -> Result<bool, ClerkError> {
    let attached = families::table.filter(families::id.eq(id)).filter(families::state.eq("attached"));
    let none: Option<Vec<u8>> = None;
    Ok(diesel::update(attached).set((families::state.eq("confirmed"), families::case_id.eq(none))).execute(db)? == 1)
}

/// Counts a word before anybody looks whether it is the right one: how many were tried with it since the last right one, or `None` where the page
/// is closed. Whoever tries at the same moment waits for the end of this transaction.
pub(crate) fn try_word(db: &mut Db, id: &[u8], now: i64) -> Result<Option<i64>, ClerkError> {
    let open = families::table.filter(families::id.eq(id)).filter(families::locked_until.le(now));
    if diesel::update(open).set(families::wrong_words.eq(families::wrong_words + 1)).execute(db)? == 0 {
        return Ok(None);
    }
    Ok(Some(families::table.filter(families::id.eq(id)).select(families::wrong_words).first(db)?))
}

/// Begins to count words anew, and closes the page until then.
pub(crate) fn count_words_anew(db: &mut Db, id: &[u8], locked_until: i64) -> Result<(), ClerkError> {
    let values = (families::wrong_words.eq(0), families::locked_until.eq(locked_until));
    diesel::update(families::table.filter(families::id.eq(id))).set(values).execute(db)?;
    Ok(())
}
