//! What each device was last told for what it has brought.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::DeviceId;

use crate::HubError;
use crate::schema::receipts;

/// The receipt that a device has, and the one before, which it still shows if it did not hear the last answer.
#[derive(Queryable)]
pub(crate) struct Row {
    pub receipt: Vec<u8>,
    pub before: Vec<u8>,
}

/// A device's receipts, if it has ever brought anything.
pub(crate) fn get(db: &mut Db, device: DeviceId) -> Result<Option<Row>, HubError> {
    let of_device = receipts::table.filter(receipts::device.eq(device.0.as_slice()));
    Ok(of_device.select((receipts::receipt, receipts::before)).first(db).optional()?)
}

/// Gives a device its next receipt.
pub(crate) fn put(db: &mut Db, device: DeviceId, row: &Row) -> Result<(), HubError> {
    let values = (receipts::receipt.eq(&row.receipt), receipts::before.eq(&row.before));
    if diesel::update(receipts::table.filter(receipts::device.eq(device.0.as_slice()))).set(values).execute(db)? == 0 {
        diesel::insert_into(receipts::table).values((receipts::device.eq(device.0.as_slice()), values)).execute(db)?;
    }
    Ok(())
}
