//! What a device has still to ask a hub that may have lost something. Whoever may read every case first says what it has of whole ranges of them;
//! about each case it asks only where the hub has something else.

use std::collections::BTreeSet;
use std::ops::Bound;

use habeas_protocol::limits::{MAX_DIGESTS, MAX_RANGES};
use habeas_protocol::{CaseId, Digest, RangeDigest, SyncRequest, SyncResponse, digest, range_digest, range_of};
use serde::{Deserialize, Serialize};

use super::{Device, DeviceError, Records};

/// How many cases a range has, about.
const OF_A_RANGE: usize = 16;
/// From how many cases on ranges are worth a trip of their own.
pub(super) const RANGED: usize = 64;

/// Which cases a device has not asked about yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Asking {
    /// All of them.
    FromTheFirst,
    /// Those behind this one.
    After(CaseId),
    /// Those in these of so many ranges, behind that one.
    Among { count: usize, ranges: BTreeSet<u16>, after: Option<CaseId> },
}

impl Asking {
    fn is_about(&self, case: CaseId) -> bool {
        match self {
            Self::FromTheFirst => true,
            Self::After(last) => case > *last,
            Self::Among { count, ranges, after } => {
                let range = u16::try_from(range_of(case, *count)).unwrap_or(u16::MAX);
                *after < Some(case) && ranges.contains(&range)
            }
        }
    }

    /// What is left when it has asked about the cases up to this one.
    fn goes_on_behind(self, case: CaseId) -> Self {
        match self {
            Self::FromTheFirst | Self::After(_) => Self::After(case),
            Self::Among { count, ranges, .. } => Self::Among { count, ranges, after: Some(case) },
        }
    }
}

impl<R: Records> Device<R> {
    /// Says from how many cases on a device asks about ranges, for whoever has only few.
    pub fn asks_in_ranges_from(&mut self, cases: usize) {
        self.ranged = cases;
    }

    /// Adds to a request what the hub has to be asked.
    pub(super) fn ask(&mut self, request: &mut SyncRequest) -> Result<(), DeviceError> {
        let Some(asking) = self.hub.asking.clone() else { return Ok(()) };
        if asking == Asking::FromTheFirst && self.opens_everything() && self.index.len() >= self.ranged.max(1) {
            request.ranges = self.ranges()?;
            return Ok(());
        }
        let cases: Vec<CaseId> = self.to_ask(&asking).take(MAX_DIGESTS).collect();
        if cases.is_empty() {
            // It has asked about all of them.
            self.hub.asking = None;
        }
        for case in cases {
            request.digests.extend(self.has_of(case)?.map(|(digest, _)| (case, digest)));
        }
        Ok(())
    }

    /// What it has of each range. A case of which the hub never had anything, as far as is known here, is in
    /// none.
    fn ranges(&mut self) -> Result<Vec<RangeDigest>, DeviceError> {
        let count = (self.index.len() / OF_A_RANGE).next_power_of_two().clamp(2, MAX_RANGES);
        let mut ranges: Vec<Vec<(CaseId, Digest)>> = vec![Vec::new(); count];
        for case in self.index.keys().copied().collect::<Vec<_>>() {
            if let Some((digest, true)) = self.has_of(case)? {
                ranges[range_of(case, count)].push((case, digest));
            }
        }
        Ok(ranges.into_iter().map(range_digest).collect())
    }

    /// What it has of a case that it knows to have been at the hub, and whether it knows that the hub has had anything of it. What the hub has refused
    /// because it no longer has the case is among the unsent; what it had before is what it lacks.
    fn has_of(&mut self, case: CaseId) -> Result<Option<(Digest, bool)>, DeviceError> {
        let Some(stored) = self.stored(case)? else { return Ok(None) };
        let open = stored.open(case, &self.log)?;
        let unsent: BTreeSet<_> = stored.unsent.iter().map(|envelope| envelope.id).collect();
        let there: Vec<_> = stored.ids(&open).filter(|id| !unsent.contains(id)).collect();
        let was_there = stored.at_hub || !there.is_empty();
        Ok(Some((digest(there), was_there)))
    }

    /// The cases that it has not asked about yet.
    fn to_ask(&self, asking: &Asking) -> impl Iterator<Item = CaseId> {
        let after = match asking {
            Asking::After(case) | Asking::Among { after: Some(case), .. } => Bound::Excluded(case),
            Asking::FromTheFirst | Asking::Among { .. } => Bound::Unbounded,
        };
        self.index.range((after, Bound::Unbounded)).map(|(case, _)| *case).filter(|case| asking.is_about(*case))
    }

    /// What is still to be asked after an answer. Whoever has begun to ask since the request went out has not been answered by it.
    pub(super) fn asks_on(&self, request: &SyncRequest, response: &SyncResponse) -> Option<Asking> {
        let asking = self.hub.asking.clone()?;
        let count = request.ranges.len();
        let rest = if count > 0 && asking == Asking::FromTheFirst {
            let ranges = response.differ_ranges.iter().copied().filter(|range| usize::from(*range) < count).collect();
            Asking::Among { count, ranges, after: None }
        } else if let (Some((first, _)), Some((last, _))) = (request.digests.first(), request.digests.last())
            && self.to_ask(&asking).next() == Some(*first)
        {
            asking.goes_on_behind(*last)
        } else {
            return Some(asking);
        };
        let is_left = self.to_ask(&rest).next().is_some();
        is_left.then_some(rest)
    }
}
