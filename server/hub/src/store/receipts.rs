//! What each device shows for what it was last told.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::DeviceId;
use habeas_protocol::limits::RECEIPT;

use crate::HubError;
use crate::schema::receipts;

/// How many earlier receipts of a device are remembered: it shows one if it did not hear the last answers, or if there is another copy
/// of it, which hears them.
const EARLIER: usize = 15;

/// A device's receipts.
#[derive(Queryable)]
pub(crate) struct Row {
    /// The one that it was last told.
    pub receipt: Vec<u8>,
    /// Those before, the newest first.
    before: Vec<u8>,
}

impl Row {
    /// Whether the hub has told the device this one.
    pub fn has(&self, shown: &[u8]) -> bool {
        self.receipt == shown || self.before.chunks(RECEIPT).any(|earlier| earlier == shown)
    }
}

/// A device's receipts, if it has ever brought anything.
pub(crate) fn get(db: &mut Db, device: DeviceId) -> Result<Option<Row>, HubError> {
    let of_device = receipts::table.filter(receipts::device.eq(device.0.as_slice()));
    Ok(of_device.select((receipts::receipt, receipts::before)).first(db).optional()?)
}

/// Gives a device its next receipt.
pub(crate) fn add(db: &mut Db, device: DeviceId, receipt: [u8; RECEIPT]) -> Result<(), HubError> {
    let before = match get(db, device)? {
        Some(Row { receipt: mut last, before }) => {
            last.extend(before);
            last.truncate(EARLIER * RECEIPT);
            last
        }
        None => Vec::new(),
    };
    let values = (receipts::receipt.eq(receipt.as_slice()), receipts::before.eq(&before));
    if diesel::update(receipts::table.filter(receipts::device.eq(device.0.as_slice()))).set(values).execute(db)? == 0 {
        diesel::insert_into(receipts::table).values((receipts::device.eq(device.0.as_slice()), values)).execute(db)?;
    }
    Ok(())
}
