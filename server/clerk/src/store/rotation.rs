//! The exchange of the clerk's key: how far it has come, and the rows that are sealed anew.

use diesel::prelude::*;
use habeas_db::Db;

use crate::ClerkError;
use crate::schema::{cases, claims, contacts, families, outbox, releases, rotation};

/// How far the exchange has come.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Row {
    /// The key before, sealed under the next one; none once nothing is under it any more.
    pub previous_sealed: Option<Vec<u8>>,
    /// Which table is sealed anew.
    pub place: String,
    /// The last row of it that was.
    pub position: Vec<u8>,
}

pub(crate) fn get(db: &mut Db) -> Result<Option<Row>, ClerkError> {
    let columns = (rotation::previous_sealed, rotation::place, rotation::position);
    Ok(rotation::table.select(columns).first(db).optional()?)
}

pub(crate) fn begin(db: &mut Db, previous_sealed: &[u8], place: &str) -> Result<(), ClerkError> {
    let position: &[u8] = &[];
    let values = (
        rotation::id.eq(0),
        rotation::previous_sealed.eq(previous_sealed),
        rotation::place.eq(place),
        rotation::position.eq(position),
    );
    diesel::insert_into(rotation::table).values(values).execute(db)?;
    Ok(())
}

pub(crate) fn moves(db: &mut Db, place: &str, position: &[u8]) -> Result<(), ClerkError> {
    diesel::update(rotation::table).set((rotation::place.eq(place), rotation::position.eq(position))).execute(db)?;
    Ok(())
}

/// Lets every count compare the new hashes, and forgets the key before.
pub(crate) fn turn(db: &mut Db, place: &str) -> Result<(), ClerkError> {
    let turned = cases::table.filter(cases::person_lookup_next.is_not_null());
    diesel::update(turned).set(cases::person_lookup.eq(cases::person_lookup_next.assume_not_null())).execute(db)?;
    let none: Option<Vec<u8>> = None;
    diesel::update(cases::table).set(cases::person_lookup_next.eq(&none)).execute(db)?;
    diesel::update(rotation::table).set(rotation::previous_sealed.eq(&none)).execute(db)?;
    moves(db, place, &[])
}

pub(crate) fn end(db: &mut Db) -> Result<(), ClerkError> {
    diesel::delete(rotation::table).execute(db)?;
    Ok(())
}

/// The name of a row, and what is sealed in it.
type Sealed = (Vec<u8>, Vec<u8>);

/// Cases with their sealed titles.
pub(crate) fn cases_after(db: &mut Db, position: &[u8], limit: i64) -> Result<Vec<Sealed>, ClerkError> {
    let next = cases::table.filter(cases::id.gt(position)).order(cases::id).select((cases::id, cases::title_sealed));
    Ok(next.limit(limit).load(db)?)
}

pub(crate) fn put_case(db: &mut Db, id: &[u8], title_sealed: &[u8], person_lookup_next: &[u8]) -> Result<(), ClerkError> {
    let values = (cases::title_sealed.eq(title_sealed), cases::person_lookup_next.eq(person_lookup_next));
    diesel::update(cases::table.filter(cases::id.eq(id))).set(values).execute(db)?;
    Ok(())
}

/// Families' requests, sealed.
pub(crate) fn families_after(db: &mut Db, position: &[u8], limit: i64) -> Result<Vec<Sealed>, ClerkError> {
    let next = families::table.filter(families::id.gt(position)).order(families::id);
    Ok(next.select((families::id, families::request_sealed)).limit(limit).load(db)?)
}

pub(crate) fn put_family(db: &mut Db, id: &[u8], request_sealed: &[u8], address_lookup: &[u8]) -> Result<(), ClerkError> {
    let values = (families::request_sealed.eq(request_sealed), families::address_lookup.eq(address_lookup));
    diesel::update(families::table.filter(families::id.eq(id))).set(values).execute(db)?;
    Ok(())
}

/// Contacts' addresses, sealed.
pub(crate) fn contacts_after(db: &mut Db, position: &[u8], limit: i64) -> Result<Vec<Sealed>, ClerkError> {
    let next = contacts::table.filter(contacts::person.gt(position)).order(contacts::person);
    Ok(next.select((contacts::person, contacts::address_sealed)).limit(limit).load(db)?)
}

/// Puts a contact's address, unless somebody has put another one meanwhile.
pub(crate) fn put_contact(db: &mut Db, person: &[u8], before: &[u8], address_sealed: &[u8]) -> Result<(), ClerkError> {
    let row = contacts::table.filter(contacts::person.eq(person)).filter(contacts::address_sealed.eq(before));
    diesel::update(row).set(contacts::address_sealed.eq(address_sealed)).execute(db)?;
    Ok(())
}

/// Mail, sealed, whether or not it was sent.
pub(crate) fn mail_after(db: &mut Db, position: &[u8], limit: i64) -> Result<Vec<Sealed>, ClerkError> {
    let next = outbox::table.filter(outbox::id.gt(position)).order(outbox::id).select((outbox::id, outbox::mail_sealed));
    Ok(next.limit(limit).load(db)?)
}

pub(crate) fn put_mail(db: &mut Db, id: &[u8], mail_sealed: &[u8]) -> Result<(), ClerkError> {
    diesel::update(outbox::table.filter(outbox::id.eq(id))).set(outbox::mail_sealed.eq(mail_sealed)).execute(db)?;
    Ok(())
}

/// Claims, sealed.
pub(crate) fn claims_after(db: &mut Db, position: &[u8], limit: i64) -> Result<Vec<Sealed>, ClerkError> {
    let next = claims::table.filter(claims::fact.gt(position)).filter(claims::claim_sealed.is_not_null()).order(claims::fact);
    Ok(next.select((claims::fact, claims::claim_sealed.assume_not_null())).limit(limit).load(db)?)
}

/// Puts a claim, unless its case was read anew meanwhile.
pub(crate) fn put_claim(db: &mut Db, fact: &[u8], before: &[u8], claim_sealed: &[u8]) -> Result<(), ClerkError> {
    let row = claims::table.filter(claims::fact.eq(fact)).filter(claims::claim_sealed.eq(before));
    diesel::update(row).set(claims::claim_sealed.eq(claim_sealed)).execute(db)?;
    Ok(())
}

/// Counts that nobody has released yet, sealed.
pub(crate) fn releases_after(db: &mut Db, position: &[u8], limit: i64) -> Result<Vec<Sealed>, ClerkError> {
    let next = releases::table.filter(releases::id.gt(position)).filter(releases::body_sealed.is_not_null());
    let next = next.order(releases::id).select((releases::id, releases::body_sealed.assume_not_null()));
    Ok(next.limit(limit).load(db)?)
}

/// Puts a count, unless somebody has released it meanwhile.
pub(crate) fn put_release(db: &mut Db, id: &[u8], before: &[u8], body_sealed: &[u8]) -> Result<(), ClerkError> {
    let row = releases::table.filter(releases::id.eq(id)).filter(releases::body_sealed.eq(before));
    diesel::update(row).set(releases::body_sealed.eq(body_sealed)).execute(db)?;
    Ok(())
}
