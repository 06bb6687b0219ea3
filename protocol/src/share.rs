//! Shares: a case that a person's circle may open until an instant, or only to read. What an assignment opens is open for good; a share
//! ends by itself, or by an entry that says so.

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
    /// Whether it was not made for this case and this circle, but comes of a team that has the one and to which the other belongs. Then an entry
    /// makes, or ends, many of them.
    pub by_team: bool,
}

impl Share {
    /// Whether it holds at `now`, in seconds since 1970.
    pub fn holds(&self, now: i64) -> bool {
        self.ended.is_none() && self.until.is_none_or(|until| now < until)
    }
}

/// Every share that there was, in the order of cases and circles. No map: the app would hold the code of another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shares(Vec<Of>);

/// Those of a case and a circle, the newest last.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Of {
    case: CaseId,
    circle: CircleId,
    shares: Vec<Share>,
}

impl Shares {
    fn place(&self, case: CaseId, circle: CircleId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&(case, circle), |of| (of.case, of.circle))
    }

    /// Begins a share. One that there is ends with it: a case is shared with a circle in one way at a time.
    pub fn begin(&mut self, case: CaseId, circle: CircleId, share: Share) {
        match self.place(case, circle) {
            Ok(place) => {
                let shares = &mut self.0[place].shares;
                if let Some(last) = shares.last_mut() {
                    last.ended.get_or_insert(share.number);
                }
                shares.push(share);
            }
            Err(place) => self.0.insert(place, Of { case, circle, shares: vec![share] }),
        }
    }

    /// Ends the share that there is.
    pub fn end(&mut self, case: CaseId, circle: CircleId, number: u64) -> Result<(), LogError> {
        let of = self.place(case, circle).ok().and_then(|place| self.0.get_mut(place));
        let last = of.and_then(|of| of.shares.last_mut()).filter(|share| share.ended.is_none());
        last.ok_or(LogError::Contradiction("the case is not shared with this circle"))?.ended = Some(number);
        Ok(())
    }

    /// Those of a case and a circle, the newest last.
    pub fn of(&self, case: CaseId, circle: CircleId) -> &[Share] {
        self.place(case, circle).map_or(&[], |place| &self.0[place].shares)
    }

    /// The circles with which a case was ever shared.
    pub fn circles(&self, case: CaseId) -> impl Iterator<Item = CircleId> {
        let first = self.0.partition_point(|of| of.case < case);
        self.0.iter().skip(first).take_while(move |of| of.case == case).map(|of| of.circle)
    }

    /// The instants at which those end that no entry has ended, in seconds since 1970.
    pub fn ends(&self) -> impl Iterator<Item = i64> {
        let newest = self.0.iter().filter_map(|of| of.shares.last());
        newest.filter(|share| share.ended.is_none()).filter_map(|share| share.until)
    }

    /// The cases that were ever shared with a circle.
    pub fn cases(&self, circle: CircleId) -> impl Iterator<Item = CaseId> {
        self.0.iter().filter(move |of| of.circle == circle).map(|of| of.case)
    }
}
