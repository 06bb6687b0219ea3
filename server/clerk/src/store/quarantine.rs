//! What revoked devices had not brought: bundles that wait for a coordinator to decide, as sealed as they came.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::DeviceId;

use crate::ClerkError;
use crate::schema::quarantine;

/// A bundle without its bytes.
#[derive(Queryable)]
pub(crate) struct Row {
    pub id: Vec<u8>,
    pub maker: Vec<u8>,
    pub changes: i64,
    pub received_at: i64,
}

/// Every bundle that waits, oldest first.
pub(crate) fn all(db: &mut Db) -> Result<Vec<Row>, ClerkError> {
    let rows = quarantine::table.order((quarantine::received_at, quarantine::id));
    Ok(rows.select((quarantine::id, quarantine::maker, quarantine::changes, quarantine::received_at)).load(db)?)
}

/// How many wait of one device.
pub(crate) fn of_device(db: &mut Db, maker: DeviceId) -> Result<i64, ClerkError> {
    Ok(quarantine::table.filter(quarantine::maker.eq(maker.0.as_slice())).count().get_result(db)?)
}

/// The ids of those that wait.
pub(crate) fn ids(db: &mut Db) -> Result<Vec<Vec<u8>>, ClerkError> {
    Ok(quarantine::table.select(quarantine::id).load(db)?)
}

/// A bundle's bytes.
pub(crate) fn bytes(db: &mut Db, id: &[u8]) -> Result<Option<Vec<u8>>, ClerkError> {
    Ok(quarantine::table.filter(quarantine::id.eq(id)).select(quarantine::bytes).first(db).optional()?)
}

/// Keeps a bundle.
pub(crate) fn add(db: &mut Db, row: &Row, bytes: &[u8]) -> Result<(), ClerkError> {
    let values = (
        quarantine::id.eq(&row.id),
        quarantine::maker.eq(&row.maker),
        quarantine::changes.eq(row.changes),
        quarantine::received_at.eq(row.received_at),
        quarantine::bytes.eq(bytes),
    );
    diesel::insert_into(quarantine::table).values(values).execute(db)?;
    Ok(())
}

/// Deletes one. `false`: there was none.
pub(crate) fn delete(db: &mut Db, id: &[u8]) -> Result<bool, ClerkError> {
    Ok(diesel::delete(quarantine::table.filter(quarantine::id.eq(id))).execute(db)? > 0)
}
