//! Under which unverified rules families hear.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::PersonId;

use crate::ClerkError;
use crate::schema::{allowed_rules, cases, findings};

/// The rules that a coordinator has allowed.
pub(crate) fn allowed(db: &mut Db) -> Result<Vec<String>, ClerkError> {
    Ok(allowed_rules::table.order(allowed_rules::rule).select(allowed_rules::rule).load(db)?)
}

/// Allows a rule, and makes every case that it concerns due at `now`: families hear what they were not told so far.
pub(crate) fn allow(db: &mut Db, rule: &str, by: PersonId, now: i64) -> Result<(), ClerkError> {
    if diesel::select(diesel::dsl::exists(allowed_rules::table.filter(allowed_rules::rule.eq(rule)))).get_result(db)? {
        return Ok(());
    }
    let values = (allowed_rules::rule.eq(rule), allowed_rules::allowed_by.eq(by.0.as_slice()), allowed_rules::allowed_at.eq(now));
    diesel::insert_into(allowed_rules::table).values(values).execute(db)?;
    let concerned: Vec<Vec<u8>> = findings::table.filter(findings::rule.eq(rule)).select(findings::case_id).load(db)?;
    for some in concerned.chunks(500) {
        diesel::update(cases::table.filter(cases::id.eq_any(some))).set(cases::next_change.eq(now)).execute(db)?;
    }
    Ok(())
}

/// Takes the permission back. What families were told stays told, and is corrected where it turns out wrong.
pub(crate) fn withhold(db: &mut Db, rule: &str) -> Result<(), ClerkError> {
    diesel::delete(allowed_rules::table.filter(allowed_rules::rule.eq(rule))).execute(db)?;
    Ok(())
}
