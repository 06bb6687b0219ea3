//! Shares that are over: from their end on the case is in their circle's feed no longer, and nothing is taken under the secret that the circle
//! knows until the clerk has made the next one. Nobody has to come by for that at the very instant: whoever touches the case next settles it.

use std::collections::BTreeSet;

use habeas_db::Db;
use habeas_protocol::access::{self, Lets};
use habeas_protocol::{Body, CaseId, CircleId, DeviceId, Entry, Log};

use crate::HubError;
use crate::store::cases;

/// Takes a case from the circles whose share of it is over at `now`. Returns whether there was one: then the case is closed.
pub(crate) fn settle(
    db: &mut Db,
    log: &Log,
    (case, beginner): (CaseId, Option<DeviceId>),
    circles: &mut BTreeSet<CircleId>,
    now: i64,
) -> Result<bool, HubError> {
    let before = circles.len();
    circles.retain(|circle| access::lets(log, (case, beginner), *circle, now) > Lets::Nothing);
    let is_over = circles.len() < before;
    if is_over {
        cases::keep_circles(db, case, circles)?;
    }
    Ok(is_over)
}

/// What an entry of the log means for a share that there is. One that is over, and that nobody has settled yet, is settled before another
/// one, or an assignment, takes its place: else the circle would count as one that has everything, and would not get again what it was not given meanwhile.
pub(crate) fn hear(db: &mut Db, log: &Log, entry: &Entry, now: i64) -> Result<(), HubError> {
    let (case, circle) = match &entry.body {
        Body::CaseShared { case, circle, .. } | Body::ShareEnded { case, circle } | Body::Grant { case, circle } => {
            (*case, *circle)
        }
        _ => return Ok(()),
    };
    let before = log.shares_of(case, circle).iter().rev().find(|share| share.number < entry.number);
    let was_over = before.is_some_and(|share| {
        let by_then = share.ended.is_some_and(|ended| ended < entry.number);
        by_then || share.until.is_some_and(|until| until <= now) || matches!(entry.body, Body::ShareEnded { .. })
    });
    let Some(mut row) = cases::lock(db, case)?.filter(|_| was_over) else { return Ok(()) };
    if row.beginner().and_then(|beginner| log.own_circle(&beginner)) == Some(circle) {
        return Ok(());
    }
    let mut circles: BTreeSet<CircleId> = cases::circles(db, case)?.into_iter().collect();
    if circles.remove(&circle) {
        cases::keep_circles(db, case, &circles)?;
        row.closed = true;
        cases::unlock(db, &row)?;
    }
    Ok(())
}
