//! Where lawyers and coordinators want their alerts.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::PersonId;

use crate::ClerkError;
use crate::schema::contacts;

/// Somebody's sealed address and language.
pub(crate) fn get(db: &mut Db, person: PersonId) -> Result<Option<(Vec<u8>, String)>, ClerkError> {
    let row = contacts::table.filter(contacts::person.eq(person.0.as_slice()));
    Ok(row.select((contacts::address_sealed, contacts::lang)).first(db).optional()?)
}

pub(crate) fn put(db: &mut Db, person: PersonId, address: &[u8], lang: &str) -> Result<(), ClerkError> {
    diesel::delete(contacts::table.filter(contacts::person.eq(person.0.as_slice()))).execute(db)?;
    let values = (contacts::person.eq(person.0.as_slice()), contacts::address_sealed.eq(address), contacts::lang.eq(lang));
    diesel::insert_into(contacts::table).values(values).execute(db)?;
    Ok(())
}
