//! What was said in public, sealed but for the day that it is about.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::CaseId;

use crate::ClerkError;
use crate::schema::claims;

/// Somebody's public figure, as it lies here.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Claim {
    /// The fact's id, as text.
    pub fact: Vec<u8>,
    pub day: String,
    /// None in what an earlier version wrote and nobody has sealed yet.
    pub claim_sealed: Option<Vec<u8>>,
}

/// Replaces the claims that a document holds.
pub(crate) fn set(db: &mut Db, case: CaseId, list: &[Claim]) -> Result<(), ClerkError> {
    diesel::delete(claims::table.filter(claims::case_id.eq(case.0.as_slice()))).execute(db)?;
    for claim in list {
        let values = (
            claims::fact.eq(&claim.fact),
            claims::case_id.eq(case.0.as_slice()),
            claims::day.eq(&claim.day),
            claims::claim_sealed.eq(&claim.claim_sealed),
        );
        diesel::insert_into(claims::table).values(values).execute(db)?;
    }
    Ok(())
}

/// The claims about days between two, both included.
pub(crate) fn between(db: &mut Db, from: &str, to: &str) -> Result<Vec<Claim>, ClerkError> {
    let columns = (claims::fact, claims::day, claims::claim_sealed);
    Ok(claims::table.filter(claims::day.between(from, to)).order((claims::day, claims::fact)).select(columns).load(db)?)
}

/// What an earlier version wrote in the clear, by the fact.
pub(crate) fn in_the_clear(db: &mut Db) -> Result<Vec<(Vec<u8>, String)>, ClerkError> {
    let clear = claims::table.filter(claims::claim.is_not_null());
    Ok(clear.select((claims::fact, claims::claim.assume_not_null())).load(db)?)
}

/// Puts the sealed form in the place of what lay in the clear.
pub(crate) fn seal(db: &mut Db, fact: &[u8], sealed: &[u8]) -> Result<(), ClerkError> {
    let values = (claims::claim.eq(None::<String>), claims::claim_sealed.eq(sealed));
    diesel::update(claims::table.filter(claims::fact.eq(fact))).set(values).execute(db)?;
    Ok(())
}
