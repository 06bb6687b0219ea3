//! Snapshots: the clerk makes them, and a device that begins gets the newest whole one in place of what its feed begins with.

use habeas_db::{Db, Store};
use habeas_protocol::access::{self, Action};
use habeas_protocol::limits::{MAX_SNAPSHOT, MAX_SNAPSHOT_PARTS};
use habeas_protocol::{Log, Place, Snapshot, SyncRequest, decode, encode};

use crate::cursor::Position;
use crate::pull::Frames;
use crate::store::log::newest;
use crate::store::{feeds, snapshots};
use crate::{Caller, HubError};

/// Keeps the parts of a snapshot that a device brings. What is not of a feed as this hub has it is passed over: nobody needs a snapshot.
pub(crate) fn keep(store: &Store, log: &Log, caller: Caller, request: &SyncRequest) -> Result<(), HubError> {
    // Whoever has not heard of an erasure may tell of what is erased.
    if request.snapshot.is_empty() || log.newest_erasure().is_some_and(|number| request.log_from <= number) {
        return Ok(());
    }
    store.write(|db| {
        if newest(db)?.map_or(0, |number| number + 1) != log.next().0 {
            return Ok(());
        }
        for part in &request.snapshot {
            let Place { circle, upto, chain, part: number, parts, .. } = part.place;
            if access::allows(log, caller, Action::KeepSnapshot { circle }).is_err() {
                continue;
            }
            let fits = part.sealed.len() <= MAX_SNAPSHOT && number < parts && parts <= MAX_SNAPSHOT_PARTS;
            let is_of_feed = feeds::chain_at(db, circle, upto)?.as_deref() == Some(chain.as_slice());
            if fits && is_of_feed && part.is_signed(log) {
                let bytes = encode(part).map_err(|_| HubError::BadInput("bad_input", "a snapshot that cannot be encoded"))?;
                snapshots::put(db, &part.place, &bytes)?;
            }
        }
        Ok(())
    })
}

/// Gives the next parts of a snapshot to whoever stands at the beginning of a feed. `false`: the answer is full.
pub(crate) fn give(
    db: &mut Db,
    key: &[u8],
    positions: &mut [Position],
    index: usize,
    frames: &mut Frames<'_>,
) -> Result<bool, HubError> {
    let Position { circle, seq, snapshot: begun, .. } = positions[index];
    if seq > 0 {
        return Ok(true);
    }
    let Some((upto, parts)) = snapshots::newest(db, circle)? else { return Ok(true) };
    // What was told before of other feeds goes before the parts: a cursor says of everything that it has come.
    frames.close(key, positions);
    let first = begun.filter(|(of, _)| *of == upto).map_or(0, |(_, next)| next);
    for number in first..parts {
        let Some(bytes) = snapshots::part(db, circle, upto, number)? else { return Ok(true) };
        if frames.is_full(bytes.len()) {
            frames.has_more(key, positions);
            return Ok(false);
        }
        let part: Snapshot =
            decode(&bytes, MAX_SNAPSHOT * 2).map_err(|_| HubError::BadInput("bad_input", "a stored snapshot cannot be read"))?;
        if feeds::chain_at(db, circle, upto)?.as_deref() != Some(part.place.chain.as_slice()) {
            // It tells of a history that this hub no longer has.
            return Ok(true);
        }
        let is_last = number + 1 == parts;
        positions[index].snapshot = (!is_last).then_some((upto, number + 1));
        if is_last {
            (positions[index].seq, positions[index].chain) = (upto, part.place.chain);
        }
        frames.tell(part, bytes.len(), key, positions);
    }
    Ok(true)
}
