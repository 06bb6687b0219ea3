//! What a liar makes of an honest answer.

use habeas_protocol::{FeedItem, SyncRequest, SyncResponse};

use super::Lies;

/// Keeps the newest entries of the log to itself, and perhaps says that there are none.
pub(super) fn keeps_entries(mut response: SyncResponse, about: usize, sent: &SyncRequest) -> SyncResponse {
    let kept = about % response.log.len().max(1);
    response.log.truncate(kept);
    if about.is_multiple_of(2) {
        response.log_next = sent.log_from + kept as u64;
    }
    response
}

/// The cursor stands behind what was left out, if anything of the frame is left.
pub(super) fn keeps_end(mut response: SyncResponse, about: usize) -> SyncResponse {
    if let Some(mut last) = response.frames.pop() {
        last.items.truncate(last.items.len().saturating_sub(1 + about % 3));
        if !last.items.is_empty() {
            response.frames.push(last);
        }
    }
    response.more = false;
    response
}

/// Leaves one out that others of its feed follow.
pub(super) fn keeps_one(mut response: SyncResponse, about: usize, numbers_anew: bool) -> Lies {
    let Some(frame) = response.frames.iter_mut().find(|frame| frame.items.len() > 1) else { return response.into() };
    let place = about % (frame.items.len() - 1);
    let left_out = frame.items.remove(place);
    let mut followers: Vec<&mut FeedItem> =
        response.frames.iter_mut().flat_map(|frame| &mut frame.items).filter(|item| item.circle == left_out.circle).collect();
    let of_feed_after = followers.iter().any(|item| item.seq > left_out.seq);
    if numbers_anew {
        followers.iter_mut().filter(|item| item.seq > left_out.seq).for_each(|item| item.seq -= 1);
    }
    Lies { must_be_caught: !numbers_anew && of_feed_after && left_out.seq > 1, response }
}

pub(super) fn reorders(mut response: SyncResponse, about: usize) -> SyncResponse {
    if let Some(frame) = response.frames.iter_mut().find(|frame| frame.items.len() > 1) {
        let (first, second) = (about % frame.items.len(), (about / 7) % frame.items.len());
        let (one, other) = (frame.items[first].content.clone(), frame.items[second].content.clone());
        (frame.items[first].content, frame.items[second].content) = (other, one);
    }
    response
}
