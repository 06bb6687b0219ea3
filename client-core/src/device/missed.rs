//! Cases of which this device took nothing, or destroyed what it had, because by its clock a share of them was over. The hub goes by its own clock
//! and by the newest entry: it may have told all of a case by then, and tells nothing twice. So when the log opens such a case to this device after
//! all, because the share was prolonged meanwhile, or granted for good, or because the clock is right again, the device follows its feed anew.

use habeas_protocol::{CaseId, CircleId, CircleKind};

use super::records::Put;
use super::{Device, DeviceError, Records, SyncReport};

pub(super) const NAME: &str = "missed";

/// The cases, each once; by the log each of them was shared with this person once. A list, and changed in its place: the app has no room for more.
#[derive(Default)]
pub(super) struct Missed {
    cases: Vec<CaseId>,
    /// Whether the disk has all of them.
    is_stored: bool,
}

impl Missed {
    /// From the ids, one behind the other.
    pub fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        let bytes = records.get(NAME)?.unwrap_or_default();
        Ok(Self { cases: bytes.as_chunks().0.iter().map(|id| CaseId(*id)).collect(), is_stored: true })
    }

    /// Notes a case. Should the disk fail before it is written, one too many is noted, and a feed comes once more.
    pub fn misses(&mut self, case: CaseId) {
        if !self.cases.contains(&case) {
            self.cases.push(case);
            self.is_stored = false;
        }
    }

    /// What is to be stored with whatever is stored next.
    pub fn unwritten(&self) -> Option<Put> {
        (!self.is_stored).then(|| (NAME.to_owned(), self.cases.iter().flat_map(|case| case.0).collect()))
    }

    /// It has been.
    pub fn is_written(&mut self) {
        self.is_stored = true;
    }
}

impl<R: Records> Device<R> {
    /// Goes back to the beginning of this person's feed if something of an open case was missed; called when the hub has nothing more to tell. What
    /// comes twice then is left, so at worst that costs the bytes.
    pub(super) fn follow_anew(&mut self, report: &mut SyncReport) -> Result<(), DeviceError> {
        let Some(own) = self.own().filter(|_| !report.more && !report.ended_early) else { return Ok(()) };
        let mut missed = std::mem::take(&mut self.missed);
        let before = missed.cases.len();
        missed.cases.retain(|case| !self.is_open_to(*case, own));
        missed.is_stored &= missed.cases.len() == before;
        self.missed = missed;
        if self.missed.is_stored {
            return Ok(());
        }
        self.state.feeds.remove(&own);
        self.state.cursor.clear();
        self.seen.begins_again(own);
        report.more = true;
        let mut batch = vec![self.seen.record()?, self.state.record()?];
        batch.extend(self.missed.unwritten());
        self.records.put(batch)?;
        self.missed.is_written();
        Ok(())
    }

    fn is_open_to(&self, case: CaseId, own: CircleId) -> bool {
        let holds = |share| !self.is_past(case, &share);
        // What is here after the end of a share this person began: before it could be opened the rest of it was left out.
        self.log.is_granted(case, own) || self.share_of(case).is_some_and(holds) || self.index.contains_key(&case)
    }

    /// Whether this device has destroyed the case once because a share was over: then what it wrote itself comes to it, and nobody has copied it.
    pub(super) fn was_given_up(&self, case: CaseId) -> bool {
        // Also of whoever opens everything by now.
        let own = self.person().and_then(|person| self.log.circle_of(CircleKind::Person(person)));
        let had = own.map(|(own, _)| self.log.had(case, own)).unwrap_or_default();
        had.iter().any(|share| self.shared.is_done(case, share))
    }
}
