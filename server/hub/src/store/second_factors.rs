//! Authenticator apps and recovery codes.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::{Hash, PersonId};

use crate::HubError;
use crate::schema::{accounts, recovery_codes, second_factors};

/// A person's second factor: the sealed secret.
pub(crate) fn get(db: &mut Db, person: PersonId) -> Result<Option<Vec<u8>>, HubError> {
    let of_person = second_factors::table.filter(second_factors::person.eq(person.0.as_slice()));
    Ok(of_person.select(second_factors::sealed).first(db).optional()?)
}

/// From when on a person's account needs a second factor, in seconds since 1970; `None` where it has one. There is an account: it has a session.
pub(crate) fn due_at(db: &mut Db, person: PersonId) -> Result<Option<i64>, HubError> {
    let account = accounts::table.left_join(second_factors::table).filter(accounts::person.eq(person.0.as_slice()));
    let columns = (accounts::second_factor_due_at, second_factors::enrolled_at.nullable());
    let row: Option<(i64, Option<i64>)> = account.select(columns).first(db).optional()?;
    let (due_at, enrolled_at) = row.ok_or(HubError::Unauthorized)?;
    Ok(enrolled_at.is_none().then_some(due_at))
}

/// Puts a second factor and its recovery codes in the place of what there was. `step` is that of the code that proved it.
pub(crate) fn put(db: &mut Db, person: PersonId, sealed: &[u8], step: i64, codes: &[Hash], now: i64) -> Result<(), HubError> {
    delete(db, person)?;
    let values = (
        second_factors::person.eq(person.0.as_slice()),
        second_factors::sealed.eq(sealed),
        second_factors::enrolled_at.eq(now),
        second_factors::last_step.eq(step),
    );
    diesel::insert_into(second_factors::table).values(values).execute(db)?;
    for code in codes {
        let values = (recovery_codes::person.eq(person.0.as_slice()), recovery_codes::code_hash.eq(code.as_slice()));
        diesel::insert_into(recovery_codes::table).values(values).execute(db)?;
    }
    Ok(())
}

/// Puts the secret, sealed anew, in the place of what there is.
pub(crate) fn set_sealed(db: &mut Db, person: PersonId, sealed: &[u8]) -> Result<(), HubError> {
    let of_person = second_factors::table.filter(second_factors::person.eq(person.0.as_slice()));
    diesel::update(of_person).set(second_factors::sealed.eq(sealed)).execute(db)?;
    Ok(())
}

/// Takes a second factor away with its recovery codes; `false` if there is none.
pub(crate) fn delete(db: &mut Db, person: PersonId) -> Result<bool, HubError> {
    let codes = recovery_codes::table.filter(recovery_codes::person.eq(person.0.as_slice()));
    diesel::delete(codes).execute(db)?;
    let factor = second_factors::table.filter(second_factors::person.eq(person.0.as_slice()));
    Ok(diesel::delete(factor).execute(db)? > 0)
}

/// Uses the code of a step; `false` if it, or a later one, was used before.
pub(crate) fn use_step(db: &mut Db, person: PersonId, step: i64) -> Result<bool, HubError> {
    let unused =
        second_factors::table.filter(second_factors::person.eq(person.0.as_slice())).filter(second_factors::last_step.lt(step));
    Ok(diesel::update(unused).set(second_factors::last_step.eq(step)).execute(db)? > 0)
}

/// Uses a recovery code up; `false` if it is none of this person's, or was used.
pub(crate) fn use_code(db: &mut Db, person: PersonId, code: &Hash) -> Result<bool, HubError> {
    let unused = recovery_codes::table
        .filter(recovery_codes::person.eq(person.0.as_slice()))
        .filter(recovery_codes::code_hash.eq(code.as_slice()));
    Ok(diesel::delete(unused).execute(db)? > 0)
}

/// How many recovery codes a person has left.
pub(crate) fn codes_left(db: &mut Db, person: PersonId) -> Result<i64, HubError> {
    let of_person = recovery_codes::table.filter(recovery_codes::person.eq(person.0.as_slice()));
    Ok(of_person.count().get_result(db)?)
}
