//! Every case by urgency, from the index alone.

use std::cmp::Reverse;

use habeas_clock::{Finding, Instant, Verdict};
use habeas_protocol::CaseId;
use habeas_texts::{Lang, Message};

use super::{CaseSummary, Device, Records};
use crate::case::{Seen, Status};
use crate::order::by_key;
use crate::{rules, small};

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

impl<'a> Listed<'a> {
    /// A case as it stands at `now`.
    pub(super) fn at(case: CaseId, summary: &'a CaseSummary, now: Instant) -> Self {
        Self { case, summary, limit: rules::most_urgent(rules::limits(&summary.clock, now)) }
    }
}

impl<R: Records> Device<R> {
    /// Every case as it stands at `now`: first those held whose limit has passed, the longest first; then those held whose
    /// limit passes soonest; then the others held, the missing, the unknown, and last those who are free.
    pub fn by_urgency(&self, now: Instant) -> Vec<Listed<'_>> {
        by_key(self.cases().map(|(case, summary)| Listed::at(*case, summary, now)).collect(), rank)
    }

    /// Who is known to be held at a place, by the name that it has in the cases; by their own names. `None` stands for somebody without one.
    pub fn held_at(&self, place: &str) -> Vec<(Option<&str>, CaseId)> {
        let people = self.cases().filter(|(_, summary)| is_held_at(summary, place));
        by_key(people.map(|(case, summary)| (summary.title.as_deref(), *case)).collect(), |person| *person)
    }

    /// Every place at which somebody is known to be held, each once.
    pub fn places(&self) -> Vec<&str> {
        let mut places: Vec<&str> =
            by_key(self.cases().filter_map(|(_, summary)| summary.place.as_deref()).collect(), |place| *place);
        places.dedup_by(|a, b| same_place(a, b));
        places.retain(|place| !self.held_at(place).is_empty());
        places
    }

    /// Saves a roll call at once: one fact a case, all of them durable when this returns, or none is written. Returns how many there are.
    pub fn roll_call(
        &mut self,
        lang: Lang,
        place: &str,
        seen: &[(CaseId, Seen)],
        source: &str,
        now: Instant,
    ) -> Result<usize, Message> {
        let mut drafts = Vec::with_capacity(seen.len());
        for (case, seen) in seen {
            let city = self.case(*case)?.replica.view().city();
            drafts.push((*case, seen.draft(lang, place, city, source, now)?));
        }
        Ok(self.add_to_each(drafts)?.len())
    }
}

/// Whether two texts name one place: case and white space around them say nothing.
pub fn same_place(a: &str, b: &str) -> bool {
    small::letters(a.trim()) == small::letters(b.trim())
}

/// Whether somebody is known to be held at a place.
pub(super) fn is_held_at(summary: &CaseSummary, place: &str) -> bool {
    let is_held = matches!(summary.status, Status::Held | Status::InHospital | Status::UnderArrest);
    is_held && summary.place.as_ref().is_some_and(|name| same_place(name, place))
}

pub(super) fn rank(listed: &Listed<'_>) -> (u8, Reverse<Option<Verdict>>, Instant, CaseId) {
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
