//! Shares that are over: from their end on the case is in their circle's feed no longer, and nothing is taken under the secret that the circle
//! knows until the clerk has made the next one. Nobody has to come by for that at the very instant: whoever touches the case next settles it.

use std::collections::BTreeSet;

use habeas_db::Db;
use habeas_protocol::access::{self, Lets};
use habeas_protocol::{Body, CaseId, CircleId, CircleKind, DeviceId, Entry, Log, Share, Team};

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
    let (pairs, ends): (Vec<(CaseId, CircleId)>, bool) = match &entry.body {
        Body::ShareEnded { case, circle } => (vec![(*case, *circle)], true),
        Body::CaseShared { case, circle, .. } | Body::Grant { case, circle } => (vec![(*case, *circle)], false),
        Body::TeamMember { team, person, joins } => {
            let circle = log.circle_of(CircleKind::Person(*person)).map(|(circle, _)| circle);
            let cases = log.team(*team).into_iter().flat_map(Team::all_cases);
            (cases.filter_map(|case| Some((case, circle?))).collect(), !joins)
        }
        Body::TeamCase { team, case, gets } => {
            let circles = log.team(*team).into_iter().flat_map(Team::all_members);
            (circles.map(|circle| (*case, circle)).collect(), !gets)
        }
        _ => return Ok(()),
    };
    let grants = matches!(entry.body, Body::Grant { .. });
    for (case, circle) in pairs {
        // To whom the case is granted by now they have it for good, whatever share of it ends beside that.
        if !grants && log.is_granted(case, circle) {
            continue;
        }
        let is_over = |share: &Share| {
            let by_an_entry = share.ended.is_some_and(|ended| ended < entry.number || ends && ended == entry.number);
            by_an_entry || share.until.is_some_and(|until| until <= now)
        };
        let mut before = log.had(case, circle);
        before.retain(|share| share.number < entry.number);
        if !before.is_empty() && before.iter().all(is_over) {
            take_off(db, log, case, circle)?;
        }
    }
    Ok(())
}

/// Takes a case from a circle, unless it is the one of whoever began it.
fn take_off(db: &mut Db, log: &Log, case: CaseId, circle: CircleId) -> Result<(), HubError> {
    let Some(mut row) = cases::lock(db, case)? else { return Ok(()) };
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
