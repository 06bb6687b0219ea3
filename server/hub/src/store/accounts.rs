//! Accounts and invitations.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::PersonId;
use habeas_protocol::access::SECOND_FACTOR_GRACE;

use crate::HubError;
use crate::schema::{accounts, invitations};

/// An invitation that can still be used.
pub(crate) struct Invitation {
    pub person: PersonId,
    pub role: String,
}

/// The account of that name: person and stored password.
pub(crate) fn by_name(db: &mut Db, name: &str) -> Result<Option<(PersonId, String)>, HubError> {
    let row: Option<(Vec<u8>, String)> =
        accounts::table.filter(accounts::name.eq(name)).select((accounts::person, accounts::password)).first(db).optional()?;
    Ok(row.and_then(|(person, password)| Some((PersonId(person.try_into().ok()?), password))))
}

/// The account of that name, or if there is none any other, in one and the same query: whether it is the one, its person and stored password.
pub(crate) fn by_name_or_another(db: &mut Db, name: &str) -> Result<Option<(bool, PersonId, String)>, HubError> {
    let columns = (accounts::name, accounts::person, accounts::password);
    let nearest = accounts::table.order(accounts::name.eq(name).desc()).select(columns);
    let row: Option<(String, Vec<u8>, String)> = nearest.first(db).optional()?;
    Ok(row.and_then(|(found, person, password)| Some((found == name, PersonId(person.try_into().ok()?), password))))
}

pub(crate) fn insert(db: &mut Db, person: PersonId, name: &str, password: &str, role: &str, now: i64) -> Result<(), HubError> {
    if by_name(db, name)?.is_some() {
        return Err(HubError::Conflict("name_taken", "there is already an account of that name; choose another"));
    }
    let values = (
        accounts::person.eq(person.0.as_slice()),
        accounts::name.eq(name),
        accounts::password.eq(password),
        accounts::role.eq(role),
        accounts::created_at.eq(now),
        accounts::second_factor_due_at.eq(now.saturating_add(SECOND_FACTOR_GRACE)),
    );
    diesel::insert_into(accounts::table).values(values).execute(db)?;
    Ok(())
}

pub(crate) fn invite(db: &mut Db, token_hash: &[u8], person: PersonId, role: &str, expires_at: i64) -> Result<(), HubError> {
    let values = (
        invitations::token_hash.eq(token_hash),
        invitations::person.eq(person.0.as_slice()),
        invitations::role.eq(role),
        invitations::expires_at.eq(expires_at),
    );
    diesel::insert_into(invitations::table).values(values).execute(db)?;
    Ok(())
}

/// Uses an invitation up; `None` if there is none, or it has expired or been used.
pub(crate) fn accept(db: &mut Db, token_hash: &[u8], now: i64) -> Result<Option<Invitation>, HubError> {
    let open = invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .filter(invitations::used_at.is_null())
        .filter(invitations::expires_at.gt(now));
    let row: Option<(Vec<u8>, String)> = open.select((invitations::person, invitations::role)).first(db).optional()?;
    let Some((person, role)) = row else {
        return Ok(None);
    };
    // Of two that come at once, only one finds it unused.
    let unused = invitations::table.filter(invitations::token_hash.eq(token_hash)).filter(invitations::used_at.is_null());
    if diesel::update(unused).set(invitations::used_at.eq(now)).execute(db)? == 0 {
        return Ok(None);
    }
    Ok(person.try_into().ok().map(|person| Invitation { person: PersonId(person), role }))
}

/// Puts what is stored of a password in the place of what somebody has just shown the password of. Fails if the password was changed in
/// between. What changes nothing takes the row's lock on PostgreSQL, so that nobody changes it until the end of the transaction.
pub(crate) fn set_password(db: &mut Db, person: PersonId, before: &str, after: &str) -> Result<(), HubError> {
    let account = accounts::table.filter(accounts::person.eq(person.0.as_slice())).filter(accounts::password.eq(before));
    match diesel::update(account).set(accounts::password.eq(after)).execute(db)? {
        0 => Err(HubError::Unauthorized),
        _ => Ok(()),
    }
}

/// A person's account: its name, its stored password, and what the invitation said the person may do.
pub(crate) fn of_person(db: &mut Db, person: PersonId) -> Result<Option<(String, String, String)>, HubError> {
    let account = accounts::table.filter(accounts::person.eq(person.0.as_slice()));
    Ok(account.select((accounts::name, accounts::password, accounts::role)).first(db).optional()?)
}

/// Since when a person is not let in, if that was said.
pub(crate) fn refused_at(db: &mut Db, person: PersonId) -> Result<Option<i64>, HubError> {
    let account = accounts::table.filter(accounts::person.eq(person.0.as_slice()));
    Ok(account.select(accounts::refused_at).first::<Option<i64>>(db).optional()?.flatten())
}

/// Says whether a person is let in.
pub(crate) fn set_refused(db: &mut Db, person: PersonId, since: Option<i64>) -> Result<(), HubError> {
    let account = accounts::table.filter(accounts::person.eq(person.0.as_slice()));
    diesel::update(account).set(accounts::refused_at.eq(since)).execute(db)?;
    Ok(())
}

/// Whether an invitation could be used now.
pub(crate) fn is_invited(db: &mut Db, token_hash: &[u8], now: i64) -> Result<bool, HubError> {
    let open = invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .filter(invitations::used_at.is_null())
        .filter(invitations::expires_at.gt(now));
    Ok(open.select(invitations::expires_at).first::<i64>(db).optional()?.is_some())
}
