//! Shares: a case that a person's circle may open until an instant, or only to read. What an assignment opens is open for good; a share
//! ends by itself, or by an entry that says so.

use std::collections::BTreeMap;

use crate::ids::{CaseId, CircleId};
use crate::log::LogError;

/// One share, as an entry of the log has made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The entry that made it.
    pub number: u64,
    /// Whether it lets the circle write, too.
    pub writes: bool,
    /// The instant from which on it is over, in seconds since 1970; `None`: it has no end of its own.
    pub until: Option<i64>,
    /// The entry that ended it, if one did, or that put another share in its place.
    pub ended: Option<u64>,
}

impl Share {
    /// Whether it holds at `now`, in seconds since 1970.
    pub fn holds(&self, now: i64) -> bool {
        self.ended.is_none() && self.until.is_none_or(|until| now < until)
    }
}

/// Every share that there was, by case and circle, the newest last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shares(BTreeMap<(CaseId, CircleId), Vec<Share>>);

impl Shares {
    /// Begins a share. One that there is ends with it: a case is shared with a circle in one way at a time.
    pub fn begin(&mut self, case: CaseId, circle: CircleId, share: Share) {
        let all = self.0.entry((case, circle)).or_default();
        if let Some(last) = all.last_mut() {
            last.ended.get_or_insert(share.number);
        }
        all.push(share);
    }

    /// Ends the share that there is.
    pub fn end(&mut self, case: CaseId, circle: CircleId, number: u64) -> Result<(), LogError> {
        let last = self.0.get_mut(&(case, circle)).and_then(|all| all.last_mut()).filter(|share| share.ended.is_none());
        last.ok_or(LogError::Contradiction("the case is not shared with this circle"))?.ended = Some(number);
        Ok(())
    }

    /// Those of a case and a circle, the newest last.
    pub fn of(&self, case: CaseId, circle: CircleId) -> &[Share] {
        self.0.get(&(case, circle)).map_or(&[], Vec::as_slice)
    }

    /// The circles with which a case was ever shared, each with its newest share.
    pub fn of_case(&self, case: CaseId) -> impl Iterator<Item = (CircleId, &Share)> {
        let all = (case, CircleId([0; 16]))..=(case, CircleId([255; 16]));
        self.0.range(all).filter_map(|((_, circle), shares)| Some((*circle, shares.last()?)))
    }

    /// The newest share of each case with each circle.
    pub fn all(&self) -> impl Iterator<Item = (CaseId, CircleId, &Share)> {
        self.0.iter().filter_map(|((case, circle), shares)| Some((*case, *circle, shares.last()?)))
    }
}
