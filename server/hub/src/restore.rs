//! What this hub no longer has, because it was restored from a backup or moved: it notices by a cursor or a receipt of a history that
//! is not its own, says so, and takes back what devices have. Nothing here costs more than the device's own cases.

use std::collections::BTreeSet;

use habeas_db::{Db, Store};
use habeas_protocol::access::{self, Action};
use habeas_protocol::has::{Has, Name, name};
use habeas_protocol::limits::{MAX_LOG_ENTRIES, RECEIPT};
use habeas_protocol::{
    CaseId, CircleId, Differing, Digest, Entry, Log, Pushed, RangeDigest, SyncRequest, digest, mark, range_bounds, range_digest,
    ranges, receipt,
};

use crate::hub::append;
use crate::store::{cases, receipts};
use crate::{Caller, HubError};

/// Adds entries that this hub has lost, as far as they follow its own and prove themselves, whoever brings them: whoever was admitted after
/// the backup is nobody to this hub until then. `false`: nothing was added.
pub(crate) fn take_log(store: &Store, known: &Log, entries: &[Vec<u8>], now: i64) -> Result<bool, HubError> {
    let mut log = known.clone();
    let (first, _) = log.next();
    for bytes in entries.iter().take(MAX_LOG_ENTRIES) {
        let Ok(entry) = Entry::decode(bytes) else { break };
        // What it has already comes first where the device was told of an older state.
        if entry.number >= log.next().0 && log.add(entry).is_err() {
            break;
        }
    }
    if log.next().0 == first {
        return Ok(false);
    }
    match store.write(|db| append(db, &log, first, now)) {
        // Somebody else was quicker.
        Err(HubError::Conflict(..)) => Ok(true),
        done => done.map(|()| true),
    }
}

/// A receipt that is given, and what was said beside it.
pub(crate) struct Given<'a> {
    pub receipt: [u8; RECEIPT],
    /// What this hub lacks of what was asked about.
    pub differ: &'a Differ,
}

/// What this hub lacks of what was asked about, case by case and by ranges, and what it has of these cases.
#[derive(Default)]
pub(crate) struct Differ {
    pub cases: Vec<Differing>,
    pub ranges: Vec<u8>,
    pub has: Vec<u8>,
}

/// Whether a device shows something that this hub has not made it show.
pub(crate) fn lost(db: &mut Db, caller: Caller, shown: &[u8]) -> Result<bool, HubError> {
    // To whoever shows nothing nothing was ever acknowledged.
    Ok(!shown.is_empty() && !receipts::get(db, caller.device)?.is_some_and(|row| row.has(shown)))
}

/// Notes what a device will show that hears this answer to its request.
pub(crate) fn acknowledge(
    db: &mut Db,
    caller: Caller,
    given: &Given<'_>,
    request: &SyncRequest,
    (wraps, envelopes): (&[Pushed], &[Pushed]),
) -> Result<(), HubError> {
    let Differ { cases, ranges, has } = given.differ;
    let shown = receipt(&given.receipt, request, (wraps, envelopes, cases, ranges, has));
    receipts::add(db, caller.device, shown.map_err(|_| HubError::BadInput("bad_input", "a request that cannot be encoded"))?)
}

/// Of the cases that a device asks about and may write to, those of which this hub has something else, or lacks a reader that the device
/// can give it.
pub(crate) fn differing(
    db: &mut Db,
    log: &Log,
    caller: Caller,
    asked: &[(CaseId, Digest)],
    now: i64,
) -> Result<Differ, HubError> {
    let mut differ = Differ::default();
    // In the order of ids, each once: nobody asks about one case a thousand times.
    let ascending = asked.windows(2).all(|two| matches!(two, [a, b] if a.0 < b.0));
    if !ascending || access::allows(log, caller, Action::Exchange).is_err() {
        return Ok(differ);
    }
    for &(case, theirs) in asked {
        if access::exists(log, case).is_err() {
            // The device reads that in the log.
            continue;
        }
        let Some((beginner, closed, epoch)) = cases::opened_by(db, case)? else {
            differ.cases.push(Differing { case, known: false });
            continue;
        };
        let circles: BTreeSet<CircleId> = cases::circles(db, case)?.into_iter().collect();
        if access::allows(log, caller, Action::WriteCase { case, beginner, circles: &circles, now }).is_err() {
            continue;
        }
        let held = cases::Held { beginner, closed, circles, ids: cases::ids(db, case)? };
        let lacks_readers = lacks_readers(log, caller, (case, &held), now);
        if lacks_readers || digest(held.ids.iter().copied()) != theirs {
            differ.cases.push(Differing { case, known: true });
            let epoch = u32::try_from(epoch).ok().filter(|_| !lacks_readers);
            let names: BTreeSet<Name> = held.ids.into_iter().map(name).collect();
            Has { epoch, names: Some(names.into_iter().collect()) }.tell(&mut differ.has);
        }
    }
    Ok(differ)
}

/// Whether this hub lacks a reader of a case, or a newer secret, that the device can give it: both are lost with the wraps that say so, even where
/// no change is.
fn lacks_readers(log: &Log, caller: Caller, (case, held): (CaseId, &cases::Held), now: i64) -> bool {
    let everything = access::allows(log, caller, Action::MendReaders).is_ok();
    let readers = if everything { log.readers(case, Some(&held.beginner), now) } else { BTreeSet::new() };
    let own = log.own_circle(&caller.device).filter(|_| held.beginner == caller.device);
    own.into_iter().chain(readers).any(|circle| !held.circles.contains(&circle)) || held.closed && everything
}

/// Marks of the ranges of cases that a device tells of in which this hub has something else, or lacks a reader that the device can give it. All are
/// marked for whoever may not read every case, as far as this hub knows: they ask about each.
pub(crate) fn differing_ranges(db: &mut Db, log: &Log, caller: Caller, told: &[u8], now: i64) -> Result<Vec<u8>, HubError> {
    let Some(theirs) = ranges(told) else { return Ok(Vec::new()) };
    let is_asked = access::allows(log, caller, Action::MendReaders).is_ok();
    let mut marks = vec![0; theirs.len() / 8];
    for (number, range) in theirs.iter().enumerate() {
        if !is_asked || differs(db, log, caller, (number, theirs.len(), range), now)? {
            mark(&mut marks, number);
        }
    }
    Ok(marks)
}

fn differs(
    db: &mut Db,
    log: &Log,
    caller: Caller,
    (number, count, theirs): (usize, usize, &RangeDigest),
    now: i64,
) -> Result<bool, HubError> {
    let held = cases::within(db, range_bounds(number, count))?;
    // What is erased the device reads in the log.
    let held = || held.iter().filter(|(case, _)| access::exists(log, **case).is_ok());
    if held().any(|(case, held)| lacks_readers(log, caller, (*case, held), now)) {
        return Ok(true);
    }
    Ok(range_digest(held().map(|(case, held)| (*case, digest(held.ids.iter().copied())))) != *theirs)
}
