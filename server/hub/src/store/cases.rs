//! Cases and what they hold, sealed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::{CaseId, CircleId, DeviceId, EnvelopeId};

use crate::HubError;
use crate::schema::{attachment_pieces, case_circles, case_items, cases};

/// A case, locked until the transaction ends.
#[derive(Queryable)]
pub(crate) struct Row {
    pub id: Vec<u8>,
    pub opened_by: Vec<u8>,
    pub epoch: i64,
    pub items: i64,
    pub bytes: i64,
    /// Whether a device that was revoked knows the newest secret: nothing is taken under it.
    pub closed: bool,
}

impl Row {
    /// Who began the case.
    pub fn beginner(&self) -> Option<DeviceId> {
        self.opened_by.as_slice().try_into().ok().map(DeviceId)
    }
}

/// Locks a case; `None` if there is none.
pub(crate) fn lock(db: &mut Db, case: CaseId) -> Result<Option<Row>, HubError> {
    // An update that changes nothing takes the row's lock on PostgreSQL; SQLite has one writer anyway.
    diesel::update(cases::table.filter(cases::id.eq(case.0.as_slice()))).set(cases::items.eq(cases::items)).execute(db)?;
    let row = cases::table
        .filter(cases::id.eq(case.0.as_slice()))
        .select((cases::id, cases::opened_by, cases::epoch, cases::items, cases::bytes, cases::closed))
        .first(db)
        .optional()?;
    Ok(row)
}

/// Begins a case.
pub(crate) fn open(db: &mut Db, case: CaseId, device: DeviceId, now: i64) -> Result<Row, HubError> {
    let values = (
        cases::id.eq(case.0.as_slice()),
        cases::opened_by.eq(device.0.as_slice()),
        cases::opened_at.eq(now),
        cases::epoch.eq(0),
        cases::items.eq(0),
        cases::bytes.eq(0),
        cases::closed.eq(false),
        cases::attached.eq(0),
    );
    // Two devices may begin the same case at once; whoever comes second finds it there.
    match db {
        Db::Sqlite(db) => diesel::insert_into(cases::table).values(values).on_conflict_do_nothing().execute(db)?,
        Db::Postgres(db) => diesel::insert_into(cases::table).values(values).on_conflict_do_nothing().execute(db)?,
    };
    lock(db, case)?.ok_or_else(|| diesel::result::Error::NotFound.into())
}

/// Writes the case back, but for who began it.
pub(crate) fn unlock(db: &mut Db, row: &Row) -> Result<(), HubError> {
    diesel::update(cases::table.filter(cases::id.eq(&row.id)))
        .set((cases::epoch.eq(row.epoch), cases::items.eq(row.items), cases::bytes.eq(row.bytes), cases::closed.eq(row.closed)))
        .execute(db)?;
    Ok(())
}

/// The circles that can open the case.
pub(crate) fn circles(db: &mut Db, case: CaseId) -> Result<Vec<CircleId>, HubError> {
    let found: Vec<Vec<u8>> =
        case_circles::table.filter(case_circles::case_id.eq(case.0.as_slice())).select(case_circles::circle).load(db)?;
    Ok(found.into_iter().filter_map(|id| id.try_into().ok().map(CircleId)).collect())
}

pub(crate) fn add_circle(db: &mut Db, case: CaseId, circle: CircleId) -> Result<(), HubError> {
    let values = (case_circles::case_id.eq(case.0.as_slice()), case_circles::circle.eq(circle.0.as_slice()));
    diesel::insert_into(case_circles::table).values(values).execute(db)?;
    Ok(())
}

/// Takes the case from the feeds of every other circle.
pub(crate) fn keep_circles(db: &mut Db, case: CaseId, circles: &BTreeSet<CircleId>) -> Result<(), HubError> {
    for other in self::circles(db, case)?.into_iter().filter(|other| !circles.contains(other)) {
        diesel::delete(case_circles::table.find((case.0.as_slice(), other.0.as_slice()))).execute(db)?;
    }
    Ok(())
}

/// Closes every case that a device began, or that one of these circles can open, until it has a new secret.
pub(crate) fn close(db: &mut Db, device: DeviceId, circles: Vec<CircleId>) -> Result<(), HubError> {
    let began = cases::table.filter(cases::opened_by.eq(device.0.as_slice()));
    diesel::update(began).set(cases::closed.eq(true)).execute(db)?;
    for circle in circles {
        let opened = case_circles::table.filter(case_circles::circle.eq(circle.0.as_slice())).select(case_circles::case_id);
        let opened: Vec<Vec<u8>> = opened.load(db)?;
        // A database takes only so many values at a time.
        for some in opened.chunks(500) {
            diesel::update(cases::table.filter(cases::id.eq_any(some))).set(cases::closed.eq(true)).execute(db)?;
        }
    }
    Ok(())
}

/// Deletes everything of a case but its places in the feeds: their chains go on over what was there.
pub(crate) fn erase(db: &mut Db, case: CaseId) -> Result<(), HubError> {
    let id = case.0.as_slice();
    diesel::delete(attachment_pieces::table.filter(attachment_pieces::case_id.eq(id))).execute(db)?;
    diesel::delete(case_items::table.filter(case_items::case_id.eq(id))).execute(db)?;
    diesel::delete(case_circles::table.filter(case_circles::case_id.eq(id))).execute(db)?;
    diesel::delete(cases::table.filter(cases::id.eq(id))).execute(db)?;
    Ok(())
}

/// Deletes what was brought under a name, whoever brought it, but not its places in the feeds.
pub(crate) fn erase_envelope(db: &mut Db, case: CaseId, name: EnvelopeId) -> Result<(), HubError> {
    lock(db, case)?;
    let of_case = case_items::table.filter(case_items::case_id.eq(case.0.as_slice())).filter(case_items::kind.eq("envelope"));
    let named = of_case.filter(case_items::name.between(first(&name.0), last(&name.0)));
    let positions: Vec<i64> = named.select(case_items::position).load(db)?;
    for position in positions {
        diesel::delete(case_items::table.find((case.0.as_slice(), position))).execute(db)?;
    }
    Ok(())
}

/// Before and behind every name that begins so.
fn first(id: &[u8; 16]) -> Vec<u8> {
    [id.as_slice(), &[0; 16]].concat()
}

fn last(id: &[u8; 16]) -> Vec<u8> {
    [id.as_slice(), &[255; 16]].concat()
}

/// Cases that are closed, at most so many.
pub(crate) fn closed(db: &mut Db, limit: usize) -> Result<Vec<CaseId>, HubError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found: Vec<Vec<u8>> = cases::table.filter(cases::closed).order(cases::id).select(cases::id).limit(limit).load(db)?;
    Ok(found.into_iter().filter_map(|id| id.try_into().ok().map(CaseId)).collect())
}

/// The item of that name.
pub(crate) fn item(db: &mut Db, case: CaseId, name: &[u8]) -> Result<Option<Vec<u8>>, HubError> {
    let named = case_items::table.filter(case_items::case_id.eq(case.0.as_slice())).filter(case_items::name.eq(name));
    Ok(named.select(case_items::bytes).first(db).optional()?)
}

/// Every envelope under an id, whoever pushed it.
pub(crate) fn variants(db: &mut Db, case: CaseId, id: &[u8; 16]) -> Result<Vec<Vec<u8>>, HubError> {
    let found = case_items::table
        .filter(case_items::case_id.eq(case.0.as_slice()))
        .filter(case_items::name.between(first(id), last(id)))
        .select(case_items::bytes)
        .load(db)?;
    Ok(found)
}

/// The names of the case's envelopes, each as often as there are variants.
pub(crate) fn ids(db: &mut Db, case: CaseId) -> Result<Vec<EnvelopeId>, HubError> {
    let of_case = case_items::table.filter(case_items::case_id.eq(case.0.as_slice())).filter(case_items::kind.eq("envelope"));
    let names: Vec<Vec<u8>> = of_case.select(case_items::name).load(db)?;
    Ok(names.iter().filter_map(|name| name.first_chunk().copied().map(EnvelopeId)).collect())
}

/// Who began the case, if it is there, whether it is closed, and the epoch of its secret.
pub(crate) fn opened_by(db: &mut Db, case: CaseId) -> Result<Option<(DeviceId, bool, i64)>, HubError> {
    let of_case = cases::table.filter(cases::id.eq(case.0.as_slice())).select((cases::opened_by, cases::closed, cases::epoch));
    let found: Option<(Vec<u8>, bool, i64)> = of_case.first(db).optional()?;
    Ok(found.and_then(|(device, closed, epoch)| Some((DeviceId(device.try_into().ok()?), closed, epoch))))
}

/// What the hub has of a case, but for its secrets and changes themselves.
pub(crate) struct Held {
    pub beginner: DeviceId,
    pub closed: bool,
    pub circles: BTreeSet<CircleId>,
    /// The names of its changes.
    pub ids: Vec<EnvelopeId>,
}

/// The cases whose ids begin so: from the first of these on, and before the second. Three reads along an index, however many there are.
pub(crate) fn within(db: &mut Db, (from, to): ([u8; 2], Option<[u8; 2]>)) -> Result<BTreeMap<CaseId, Held>, HubError> {
    // Behind every id.
    let to = to.map_or_else(|| vec![u8::MAX; 17], Vec::from);
    let from = from.as_slice();
    let found: Vec<(Vec<u8>, Vec<u8>, bool)> = cases::table
        .filter(cases::id.ge(from))
        .filter(cases::id.lt(&to))
        .select((cases::id, cases::opened_by, cases::closed))
        .load(db)?;
    let case = |id: Vec<u8>| id.try_into().ok().map(CaseId);
    let held = |(id, beginner, closed): (Vec<u8>, Vec<u8>, bool)| {
        let beginner = DeviceId(beginner.try_into().ok()?);
        Some((case(id)?, Held { beginner, closed, circles: BTreeSet::new(), ids: Vec::new() }))
    };
    let mut all: BTreeMap<CaseId, Held> = found.into_iter().filter_map(held).collect();
    let circles: Vec<(Vec<u8>, Vec<u8>)> = case_circles::table
        .filter(case_circles::case_id.ge(from))
        .filter(case_circles::case_id.lt(&to))
        .select((case_circles::case_id, case_circles::circle))
        .load(db)?;
    for (id, circle) in circles {
        if let Some(held) = case(id).and_then(|id| all.get_mut(&id)) {
            held.circles.extend(circle.try_into().ok().map(CircleId));
        }
    }
    let names: Vec<(Vec<u8>, Vec<u8>)> = case_items::table
        .filter(case_items::case_id.ge(from))
        .filter(case_items::case_id.lt(&to))
        .filter(case_items::kind.eq("envelope"))
        .select((case_items::case_id, case_items::name))
        .load(db)?;
    for (id, name) in names {
        if let Some(held) = case(id).and_then(|id| all.get_mut(&id)) {
            held.ids.extend(name.first_chunk().copied().map(EnvelopeId));
        }
    }
    Ok(all)
}

/// Adds an item and returns its position in the case, from 1.
pub(crate) fn add(db: &mut Db, row: &mut Row, kind: &str, name: &[u8], bytes: &[u8], now: i64) -> Result<i64, HubError> {
    row.items += 1;
    row.bytes += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let values = (
        case_items::case_id.eq(&row.id),
        case_items::position.eq(row.items),
        case_items::kind.eq(kind),
        case_items::name.eq(name),
        case_items::bytes.eq(bytes),
        case_items::received_at.eq(now),
    );
    diesel::insert_into(case_items::table).values(values).execute(db)?;
    Ok(row.items)
}

/// The wraps of a case for a circle with their positions, in order.
pub(crate) fn wraps(db: &mut Db, case: CaseId, circle: CircleId) -> Result<Vec<(i64, Vec<u8>)>, HubError> {
    let (first, last) = ([circle.0.as_slice(), &[0; 8]].concat(), [circle.0.as_slice(), &[255; 24]].concat());
    let found = case_items::table
        .filter(case_items::case_id.eq(case.0.as_slice()))
        .filter(case_items::kind.eq("wrap"))
        .filter(case_items::name.between(first, last))
        .order(case_items::position)
        .select((case_items::position, case_items::bytes))
        .load(db)?;
    Ok(found)
}

/// The case's envelopes with their positions, in order.
pub(crate) fn envelopes(db: &mut Db, case: CaseId) -> Result<Vec<(i64, Vec<u8>)>, HubError> {
    let found = case_items::table
        .filter(case_items::case_id.eq(case.0.as_slice()))
        .filter(case_items::kind.eq("envelope"))
        .order(case_items::position)
        .select((case_items::position, case_items::bytes))
        .load(db)?;
    Ok(found)
}
