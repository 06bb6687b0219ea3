//! Shares: a case that a person's circle may open until an instant, or only to read. What an assignment opens is open for good; a share
//! ends by itself, or by an entry that says so.

use crate::ids::{CaseId, CircleId};
use crate::log::{Body, CircleKind, LogError};
use crate::members::{Grant, Log};

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

    /// The circles with which a case was ever shared, each with its newest share.
    pub fn of_case(&self, case: CaseId) -> impl Iterator<Item = (CircleId, &Share)> {
        let first = self.0.partition_point(|of| of.case < case);
        let of_case = self.0.iter().skip(first).take_while(move |of| of.case == case);
        of_case.filter_map(|of| Some((of.circle, of.shares.last()?)))
    }

    /// The newest share of each case with each circle.
    pub fn all(&self) -> impl Iterator<Item = (CaseId, CircleId, &Share)> {
        self.0.iter().filter_map(|of| Some((of.case, of.circle, of.shares.last()?)))
    }
}

impl Log {
    /// Hears that a share begins or ends.
    pub(crate) fn hear_share(&mut self, number: u64, body: &Body) -> Result<(), LogError> {
        match body {
            Body::CaseShared { case, circle, writes, until } => {
                if !matches!(self.circle(circle).map(|circle| circle.kind), Some(CircleKind::Person(_))) {
                    return Err(LogError::Contradiction("a case is shared with a person"));
                }
                if self.is_erased(case) {
                    return Err(LogError::Contradiction("the case is erased"));
                }
                if self.grants.contains(&Grant { case: *case, circle: *circle }) {
                    return Err(LogError::Contradiction("the person may open the case for good"));
                }
                self.shares.begin(*case, *circle, Share { number, writes: *writes, until: *until, ended: None });
                Ok(())
            }
            Body::ShareEnded { case, circle } => self.shares.end(*case, *circle, number),
            _ => Ok(()),
        }
    }

    /// The share by which a circle has a case, also one that is over; `None` where there never was one, or a grant makes it needless.
    pub fn share(&self, case: CaseId, circle: CircleId) -> Option<&Share> {
        let newest = self.shares.of(case, circle).last();
        newest.filter(|_| !self.grants.contains(&Grant { case, circle }))
    }

    /// The shares of a case that a circle had, the newest last.
    pub fn shares_of(&self, case: CaseId, circle: CircleId) -> &[Share] {
        self.shares.of(case, circle)
    }

    /// The circles with which a case is shared or was, each with its newest share; those to which it is granted are not among them.
    pub fn shared(&self, case: CaseId) -> impl Iterator<Item = (CircleId, &Share)> {
        self.shares.of_case(case).filter(move |(circle, _)| !self.grants.contains(&Grant { case, circle: *circle }))
    }

    /// The newest share of each case with each circle, but those that a grant makes needless.
    pub fn all_shares(&self) -> impl Iterator<Item = (CaseId, CircleId, &Share)> {
        self.shares.all().filter(|(case, circle, _)| !self.grants.contains(&Grant { case: *case, circle: *circle }))
    }
}
