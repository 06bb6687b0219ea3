//! Sealed pieces of attachments.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::attachment::Brought;
use habeas_protocol::{CaseId, DeviceId};

use crate::HubError;
use crate::attachments::Named;
use crate::schema::{attachment_pieces, cases};

/// How many bytes of attachments a case has.
pub(crate) fn attached(db: &mut Db, case: CaseId) -> Result<i64, HubError> {
    Ok(cases::table.find(case.0.as_slice()).select(cases::attached).first(db)?)
}

/// Adds a piece, after which the case has so many bytes of them.
pub(crate) fn add(
    db: &mut Db,
    (case, attachment): Named,
    device: DeviceId,
    (number, piece): (u32, &[u8]),
    attached: i64,
    now: i64,
) -> Result<(), HubError> {
    let values = (
        attachment_pieces::case_id.eq(case.0.as_slice()),
        attachment_pieces::attachment.eq(attachment.0.as_slice()),
        attachment_pieces::device.eq(device.0.as_slice()),
        attachment_pieces::number.eq(i64::from(number)),
        attachment_pieces::bytes.eq(piece),
        attachment_pieces::received_at.eq(now),
    );
    diesel::insert_into(attachment_pieces::table).values(values).execute(db)?;
    diesel::update(cases::table.find(case.0.as_slice())).set(cases::attached.eq(attached)).execute(db)?;
    Ok(())
}

/// Which pieces each device has brought.
pub(crate) fn list(db: &mut Db, (case, attachment): Named) -> Result<Vec<Brought>, HubError> {
    let of_it = attachment_pieces::table
        .filter(attachment_pieces::case_id.eq(case.0.as_slice()))
        .filter(attachment_pieces::attachment.eq(attachment.0.as_slice()));
    let rows: Vec<(Vec<u8>, i64)> = of_it
        .order((attachment_pieces::device, attachment_pieces::number))
        .select((attachment_pieces::device, attachment_pieces::number))
        .load(db)?;
    let mut brought: Vec<Brought> = Vec::new();
    for (device, number) in rows {
        let (Ok(device), Ok(number)) = (device.try_into().map(DeviceId), u32::try_from(number)) else { continue };
        match brought.last_mut() {
            Some(last) if last.device == device => last.pieces.push(number),
            _ => brought.push(Brought { device, pieces: vec![number] }),
        }
    }
    Ok(brought)
}

/// A piece.
pub(crate) fn piece(db: &mut Db, (case, attachment): Named, device: DeviceId, number: u32) -> Result<Option<Vec<u8>>, HubError> {
    let key = (case.0.as_slice(), attachment.0.as_slice(), device.0.as_slice(), i64::from(number));
    Ok(attachment_pieces::table.find(key).select(attachment_pieces::bytes).first(db).optional()?)
}
