//! What a device lacks: log entries, and what is new in its circles' feeds. Reads along an index, never through all cases.

use std::collections::BTreeMap;

use habeas_db::Db;
use habeas_protocol::access::{self, Action};
use habeas_protocol::limits::{MAX_FRAME, MAX_ITEMS, MAX_LOG_ENTRIES, MAX_RESPONSE};
use habeas_protocol::{
    CaseId, CircleId, Content, EnvelopeId, FeedItem, Followed, Frame, Hash, Log, Snapshot, SyncRequest, SyncResponse, Told,
    decode, followed,
};

use crate::cursor::{self, Position};
use crate::store::{cases, feeds, log};
use crate::{Caller, HubError, snapshots};

/// How many items are read from the database at a time.
const BATCH: i64 = 200;
/// A frame is closed from so many bytes on: what was under way where an answer breaks off comes again, some two seconds of a slow network.
const FRAME: usize = 48 << 10;
const _: () = assert!(FRAME <= MAX_FRAME);
/// About how many bytes tell that something is erased.
const ERASED: usize = 48;

pub(crate) fn pull(
    db: &mut Db,
    (log, now): (&Log, i64),
    caller: Caller,
    request: &SyncRequest,
    key: &[u8],
    response: &mut SyncResponse,
) -> Result<(), HubError> {
    response.log = log::from(db, request.log_from, MAX_LOG_ENTRIES)?;
    let known = cursor::read(key, &request.cursor);
    // A cursor that this hub has not made, or of a history that it no longer has: it was restored, or moved.
    response.lost |= known.is_none();
    let known = known.unwrap_or_default();
    let mut positions: Vec<Position> = Vec::new();
    for circle in access::feeds(log, caller) {
        let was = known.iter().find(|position| position.circle == circle);
        let Some(feed) = feeds::get(db, circle)? else {
            response.lost |= was.is_some_and(|was| was.seq > 0);
            continue;
        };
        let (position, lost) = resume(db, circle, &feed, was, &request.followed)?;
        response.lost |= lost;
        positions.push(position);
    }
    if response.lost {
        // The device has been told so, and says next where it has been before. What is told now would all come again.
        response.more = true;
        return Ok(());
    }
    if response.log.len() >= MAX_LOG_ENTRIES {
        // What is in the feeds is to be judged by the whole log.
        response.more = true;
        return Ok(());
    }
    let budget = (request.budget as usize).min(MAX_RESPONSE / 2);
    let sent = (0..).zip(&request.envelopes).map(|(place, envelope)| ((envelope.case, envelope.id), place)).collect();
    let mut frames = Frames { budget, frame: Frame::default(), size: 0, held: 0, items: 0, response };
    for index in 0..positions.len() {
        if request.takes_snapshots && !snapshots::give(db, key, &mut positions, index, &mut frames)? {
            return Ok(());
        }
        loop {
            let Position { circle, seq, .. } = positions[index];
            let items = feeds::after(db, circle, seq, BATCH)?;
            let last = items.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
            for feeds::Item { seq, chain, case, bytes } in items {
                if frames.is_full(bytes.as_ref().map_or(0, Vec::len)) {
                    frames.has_more(key, &positions);
                    return Ok(());
                }
                positions[index].seq = u64::try_from(seq).unwrap_or_default();
                positions[index].chain = chain.try_into().unwrap_or_default();
                let case = CaseId(case.try_into().unwrap_or_default());
                if bytes.is_some() && !may_read(db, (log, now), caller, (case, circle))? {
                    let content = Told::Ended { case, link: positions[index].chain };
                    frames.add(FeedItem { circle, seq: positions[index].seq, content }, ERASED, ERASED);
                    continue;
                }
                let Some(bytes) = bytes else {
                    let content = Told::Erased { case, link: positions[index].chain };
                    frames.add(FeedItem { circle, seq: positions[index].seq, content }, ERASED, ERASED);
                    continue;
                };
                let content: Content =
                    decode(&bytes, MAX_RESPONSE).map_err(|_| HubError::BadInput("bad_input", "a stored item cannot be read"))?;
                let content = told(content, request, &sent);
                let size = if matches!(content, Told::Sent(_)) { 0 } else { bytes.len() };
                frames.add(FeedItem { circle, seq: positions[index].seq, content }, size, bytes.len());
                if frames.held >= FRAME {
                    frames.close(key, &positions);
                }
            }
            if last {
                break;
            }
        }
    }
    frames.close(key, &positions);
    Ok(())
}

/// Whether something of a case in a circle's feed is given. Only where the case is shared with the circle there is anything to ask.
fn may_read(db: &mut Db, (log, now): (&Log, i64), caller: Caller, (case, circle): (CaseId, CircleId)) -> Result<bool, HubError> {
    if log.share(case, circle).is_none() {
        return Ok(true);
    }
    let beginner = cases::opened_by(db, case)?.map(|(device, ..)| device);
    Ok(access::allows(log, caller, Action::ReadItem { case, beginner, circle, now }).is_ok())
}

/// What the device has brought in this very request it is only reminded of.
fn told(content: Content, request: &SyncRequest, sent: &BTreeMap<(CaseId, EnvelopeId), u32>) -> Told {
    if let Content::Envelope(envelope) = &content
        && let Some(&place) = sent.get(&(envelope.case, envelope.id))
        && request.envelopes.get(place as usize) == Some(envelope)
    {
        return Told::Sent(place);
    }
    content.into()
}

/// Where to go on in a feed, and whether this hub has lost something of it, or has told the device something else before. Where the cursor says,
/// if the feed still has that history; but where the device itself has been, if that is elsewhere in the same history, or there is no cursor. Else
/// at the beginning: what the device gets twice it knows already.
fn resume(
    db: &mut Db,
    circle: CircleId,
    feed: &feeds::Row,
    known: Option<&Position>,
    claims: &[Followed],
) -> Result<(Position, bool), HubError> {
    let generation: [u8; 16] = feed.generation.as_slice().try_into().unwrap_or_default();
    let beginning = Position { circle, generation, seq: 0, chain: [0; 32], snapshot: None };
    let mut link = |seq| Ok::<_, HubError>(feeds::chain_at(db, circle, seq)?.and_then(|link| Hash::try_from(link).ok()));
    if let Some(known) = known {
        let is_here = known.generation == generation && (known.seq == 0 || link(known.seq)? == Some(known.chain));
        if !is_here {
            return Ok((beginning, known.seq > 0));
        }
        if claims.is_empty() || claims.contains(&followed(circle, known.seq, &known.chain)) {
            return Ok((*known, false));
        }
    }
    for &(seq, mark) in claims {
        if let Some(chain) = link(seq)?.filter(|link| followed(circle, seq, link) == (seq, mark)) {
            return Ok((Position { seq, chain, ..beginning }, false));
        }
    }
    Ok(known.map_or((beginning, false), |known| if known.seq == 0 { (*known, false) } else { (beginning, true) }))
}

/// Fills frames within the budget.
pub(crate) struct Frames<'a> {
    budget: usize,
    frame: Frame,
    /// How many bytes of the open frame travel, and how many it is to the device, with what that is only reminded of.
    size: usize,
    held: usize,
    /// How many items there are in all.
    items: usize,
    response: &'a mut SyncResponse,
}

impl Frames<'_> {
    /// Whether another item goes beyond the budget. The first one always fits, so that a small budget still moves on.
    pub fn is_full(&self, next: usize) -> bool {
        let anything = self.size > 0 || !self.response.frames.is_empty();
        anything && (self.budget < self.size + next || self.items >= MAX_ITEMS)
    }

    fn add(&mut self, item: FeedItem, size: usize, held: usize) {
        self.frame.items.push(item);
        self.items += 1;
        self.size += size + 32;
        self.held += held + 32;
    }

    /// A part of a snapshot, as a frame of its own.
    pub fn tell(&mut self, part: Snapshot, size: usize, key: &[u8], positions: &[Position]) {
        self.budget = self.budget.saturating_sub(size);
        let cursor = cursor::make(key, positions);
        self.response.frames.push(Frame { items: Vec::new(), snapshot: Some(part), cursor });
    }

    /// There is more than the budget allows.
    pub fn has_more(&mut self, key: &[u8], positions: &[Position]) {
        self.close(key, positions);
        self.response.more = true;
    }

    /// Ends the open frame, if something is in it: its cursor says where these positions are.
    pub fn close(&mut self, key: &[u8], positions: &[Position]) {
        if !self.frame.items.is_empty() {
            self.budget = self.budget.saturating_sub(self.size);
            (self.size, self.held) = (0, 0);
            let mut frame = std::mem::take(&mut self.frame);
            frame.cursor = cursor::make(key, positions);
            self.response.frames.push(frame);
        }
    }
}
