//! What a device has still to ask a hub that may have lost something. Whoever may read every case first says what it has of whole ranges of them;
//! about each case it asks only where the hub has something else.

use std::ops::Bound;

use habeas_protocol::limits::{MAX_DIGESTS, MAX_RANGES};
use habeas_protocol::{CaseId, Digest, MIN_RANGES, SyncRequest, SyncResponse, digest, is_marked, range_digest, range_of};
use serde::{Deserialize, Serialize};

use super::{Device, DeviceError, Records};

/// How many cases a range has, about.
const OF_A_RANGE: usize = 16;
/// From how many cases on ranges are worth a trip of their own.
pub(super) const RANGED: usize = 64;

/// Which cases a device has not asked about yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asking {
    /// Marks of the ranges in which they are; empty for all of them.
    marks: Vec<u8>,
    /// They are behind this one.
    after: Option<CaseId>,
}

impl Asking {
    fn is_about(&self, case: CaseId) -> bool {
        self.after < Some(case) && (self.marks.is_empty() || is_marked(&self.marks, range_of(case, 8 * self.marks.len())))
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
        // The app has no room for it: there each case is asked about.
        let in_ranges = !cfg!(target_family = "wasm") && self.opens_everything() && self.index.len() >= self.ranged.max(1);
        if in_ranges && asking == Asking::default() {
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
    fn ranges(&mut self) -> Result<Vec<u8>, DeviceError> {
        let count = (self.index.len() / OF_A_RANGE).next_power_of_two().clamp(MIN_RANGES, MAX_RANGES);
        let mut all: Vec<(CaseId, Digest)> = Vec::new();
        for case in self.index.keys().copied().collect::<Vec<_>>() {
            if let Some((digest, true)) = self.has_of(case)? {
                all.push((case, digest));
            }
        }
        let of = |range: usize| all.iter().copied().filter(move |(case, _)| range_of(*case, count) == range);
        Ok((0..count).flat_map(|range| range_digest(of(range))).collect())
    }

    /// What it has of a case that it knows to have been at the hub, and whether it knows that the hub has had anything of it. What the hub has refused
    /// because it no longer has the case is among the unsent; what it had before is what it lacks.
    fn has_of(&mut self, case: CaseId) -> Result<Option<(Digest, bool)>, DeviceError> {
        let Some(stored) = self.stored(case)? else { return Ok(None) };
        let open = stored.open(case, &self.log)?;
        let unsent: Vec<_> = stored.unsent.iter().map(|envelope| envelope.id).collect();
        let there: Vec<_> = stored.ids(&open).filter(|id| !unsent.contains(id)).collect();
        let was_there = stored.at_hub || !there.is_empty();
        Ok(Some((digest(there), was_there)))
    }

    /// The cases that it has not asked about yet.
    fn to_ask(&self, asking: &Asking) -> impl Iterator<Item = CaseId> {
        let after = asking.after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
        self.index.range((after, Bound::Unbounded)).map(|(case, _)| *case).filter(|case| asking.is_about(*case))
    }

    /// What is still to be asked after an answer. Whoever has begun to ask since the request went out has not been answered by it.
    pub(super) fn asks_on(&self, request: &SyncRequest, response: &SyncResponse) -> Option<Asking> {
        let asking = self.hub.asking.clone()?;
        let rest = if !cfg!(target_family = "wasm") && !request.ranges.is_empty() && asking == Asking::default() {
            let mut marks = response.differ_ranges.clone();
            // As many as were asked about, whatever the hub says.
            marks.resize(request.ranges.len() / 64, 0);
            Asking { marks, after: None }
        } else if let (Some((first, _)), Some((last, _))) = (request.digests.first(), request.digests.last())
            && self.to_ask(&asking).next() == Some(*first)
        {
            Asking { after: Some(*last), ..asking }
        } else {
            return Some(asking);
        };
        let is_left = self.to_ask(&rest).next().is_some();
        is_left.then_some(rest)
    }
}
