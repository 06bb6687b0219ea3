//! What was said in public, and counts that were released.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::{CaseId, PersonId};

use crate::ClerkError;
use crate::schema::{claims, releases};

/// Somebody's public figure.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Claim {
    pub fact: String,
    pub city: Option<String>,
    pub day: String,
    pub figure: String,
    pub value: i64,
    pub who: String,
    pub url: Option<String>,
    pub place: Option<String>,
}

/// Replaces the claims that a document holds.
pub(crate) fn set(db: &mut Db, case: CaseId, list: &[Claim]) -> Result<(), ClerkError> {
    diesel::delete(claims::table.filter(claims::case_id.eq(case.0.as_slice()))).execute(db)?;
    for claim in list {
        let values = (
            (
                claims::fact.eq(&claim.fact),
                claims::case_id.eq(case.0.as_slice()),
                claims::city.eq(&claim.city),
                claims::day.eq(&claim.day),
            ),
            (claims::figure.eq(&claim.figure), claims::value.eq(claim.value), claims::who.eq(&claim.who)),
            (claims::url.eq(&claim.url), claims::place.eq(&claim.place)),
        );
        diesel::insert_into(claims::table).values(values).execute(db)?;
    }
    Ok(())
}

/// The claims about days between two, both included.
pub(crate) fn between(db: &mut Db, from: &str, to: &str) -> Result<Vec<Claim>, ClerkError> {
    let columns =
        (claims::fact, claims::city, claims::day, claims::figure, claims::value, claims::who, claims::url, claims::place);
    Ok(claims::table.filter(claims::day.between(from, to)).order((claims::day, claims::fact)).select(columns).load(db)?)
}

/// A count that somebody has proposed to publish.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Release {
    pub id: Vec<u8>,
    pub proposed_by: Vec<u8>,
    pub proposed_at: i64,
    pub released_by: Option<Vec<u8>>,
    pub released_at: Option<i64>,
    pub body: String,
}

pub(crate) fn propose(db: &mut Db, id: &[u8], by: PersonId, now: i64, body: &str) -> Result<(), ClerkError> {
    let values =
        (releases::id.eq(id), releases::proposed_by.eq(by.0.as_slice()), releases::proposed_at.eq(now), releases::body.eq(body));
    diesel::insert_into(releases::table).values(values).execute(db)?;
    Ok(())
}

pub(crate) fn release(db: &mut Db, id: &[u8], by: PersonId, now: i64) -> Result<(), ClerkError> {
    let values = (releases::released_by.eq(by.0.as_slice()), releases::released_at.eq(now));
    diesel::update(releases::table.filter(releases::id.eq(id))).set(values).execute(db)?;
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
