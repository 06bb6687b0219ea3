//! Parts of snapshots, sealed.

use diesel::dsl::count;
use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::{CircleId, Place};

use crate::HubError;
use crate::schema::snapshots;

/// Keeps a part. A snapshot that is whole replaces every earlier one of its circle.
pub(crate) fn put(db: &mut Db, place: &Place, bytes: &[u8]) -> Result<(), HubError> {
    let (circle, upto) = (place.circle.0.as_slice(), i64::try_from(place.upto).unwrap_or(i64::MAX));
    if place.part == 0 {
        // It begins anew: nothing of an earlier attempt, which may have been cut elsewhere, is mixed with it.
        let earlier = snapshots::table.filter(snapshots::circle.eq(circle)).filter(snapshots::upto.eq(upto));
        diesel::delete(earlier).execute(db)?;
    }
    let own = || snapshots::table.filter(snapshots::circle.eq(circle)).filter(snapshots::upto.eq(upto));
    diesel::delete(own().filter(snapshots::part.eq(i64::from(place.part)))).execute(db)?;
    let values = (
        snapshots::circle.eq(circle),
        snapshots::upto.eq(upto),
        snapshots::part.eq(i64::from(place.part)),
        snapshots::parts.eq(i64::from(place.parts)),
        snapshots::bytes.eq(bytes),
    );
    diesel::insert_into(snapshots::table).values(values).execute(db)?;
    let there: i64 = own().count().get_result(db)?;
    if there == i64::from(place.parts) {
        let others = snapshots::table.filter(snapshots::circle.eq(circle)).filter(snapshots::upto.lt(upto));
        diesel::delete(others).execute(db)?;
    }
    Ok(())
}

/// The newest whole snapshot of a circle: up to which number it goes, and how many parts it has.
pub(crate) fn newest(db: &mut Db, circle: CircleId) -> Result<Option<(u64, u32)>, HubError> {
    let of_circle = snapshots::table.filter(snapshots::circle.eq(circle.0.as_slice()));
    let counted = of_circle.group_by((snapshots::upto, snapshots::parts)).order(snapshots::upto.desc());
    let rows: Vec<(i64, i64, i64)> = counted.select((snapshots::upto, snapshots::parts, count(snapshots::part))).load(db)?;
    let whole = rows.into_iter().find(|(_, parts, there)| there == parts);
    Ok(whole.and_then(|(upto, parts, _)| Some((u64::try_from(upto).ok()?, u32::try_from(parts).ok()?))))
}

/// A part's bytes.
pub(crate) fn part(db: &mut Db, circle: CircleId, upto: u64, part: u32) -> Result<Option<Vec<u8>>, HubError> {
    let upto = i64::try_from(upto).unwrap_or(i64::MAX);
    let found = snapshots::table.find((circle.0.as_slice(), upto, i64::from(part))).select(snapshots::bytes);
    Ok(found.first(db).optional()?)
}

/// Deletes every part of every snapshot.
pub(crate) fn clear(db: &mut Db) -> Result<(), HubError> {
    diesel::delete(snapshots::table).execute(db)?;
    Ok(())
}
