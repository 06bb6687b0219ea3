//! Every case by urgency, from the index alone.

use std::cmp::Reverse;

use habeas_clock::{Finding, Instant, Verdict};
use habeas_protocol::CaseId;

use super::{CaseSummary, Device, Records};
use crate::case::Status;
use crate::order::by_key;
use crate::rules;

/// A case as a list shows it.
#[derive(Debug, Clone)]
pub struct Listed<'a> {
    /// Which case.
    pub case: CaseId,
    /// What the index says of it.
    pub summary: &'a CaseSummary,
    /// The limit to look at first, if any concerns the case.
    pub limit: Option<Finding>,
}

impl<R: Records> Device<R> {
    /// Every case as it stands at `now`: first those held whose limit has passed, the longest first; then those held whose
    /// limit passes soonest; then the others held, the missing, the unknown, and last those who are free.
    pub fn by_urgency(&self, now: Instant) -> Vec<Listed<'_>> {
        let all: Vec<Listed<'_>> = self
            .cases()
            .map(|(case, summary)| {
                let limit = rules::most_urgent(rules::limits(&summary.clock, now));
                Listed { case: *case, summary, limit }
            })
            .collect();
        by_key(all, rank)
    }
}

fn rank(listed: &Listed<'_>) -> (u8, Reverse<Option<Verdict>>, Instant, CaseId) {
    let standing = match listed.summary.status {
        Status::Held | Status::InHospital | Status::UnderArrest => 0,
        Status::Missing => 1,
        Status::Unknown => 2,
        Status::Died => 3,
        Status::Released => 4,
    };
    let running = listed.limit.as_ref().filter(|finding| finding.verdict > Verdict::Within || finding.end.to.is_none());
    let deadline = running.and_then(|finding| finding.deadline.from).unwrap_or(Instant::MAX);
    (standing, Reverse(running.map(|finding| finding.verdict)), deadline, listed.case)
}
