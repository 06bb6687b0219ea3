//! What was taken out of this device: bundles, papers, photographs. It is noted before there is a file, and told at the next exchange to the server,
//! which puts it into its audit record.

use habeas_protocol::limits::{MAX_TAKEN_CASES, MAX_TAKEN_OUT};
use habeas_protocol::{CaseId, SyncRequest, SyncResponse, TakenAs, TakenOut, decode, encode};
use habeas_texts as texts;

use super::{Device, DeviceError, Records};

pub(super) const NAME: &str = "taken-out";
const MAX: usize = 4 << 20;
/// How many are noted that the server does not know yet.
const MOST: usize = 4096;

pub(super) fn load(records: &mut impl Records) -> Result<Vec<TakenOut>, DeviceError> {
    let Some(bytes) = records.get(NAME)? else { return Ok(Vec::new()) };
    decode(&bytes, MAX).map_err(|_| DeviceError::Damaged(NAME))
}

impl<R: Records> Device<R> {
    /// Notes that something of these cases is taken out now. Whoever calls it takes it out afterwards, and not if this fails: if the disk does, or if a
    /// server that nobody has asked for long has to be told more than there is room for.
    pub fn takes_out(&mut self, taken: TakenAs, cases: &[CaseId]) -> Result<(), DeviceError> {
        let mut all = self.taken_out.clone();
        let some = cases.chunks(MAX_TAKEN_CASES).map(|cases| TakenOut { taken, at: self.now.max(0), cases: cases.to_vec() });
        all.extend(some);
        if all.len() > MOST {
            return Err(DeviceError::NotYet(texts::error_taken_out_full()));
        }
        self.has_taken_out(all)
    }

    fn has_taken_out(&mut self, all: Vec<TakenOut>) -> Result<(), DeviceError> {
        if all.len() != self.taken_out.len() {
            self.records.put(vec![(NAME.to_owned(), encode(&all).map_err(|_| DeviceError::Damaged(NAME))?)])?;
            self.taken_out = all;
        }
        Ok(())
    }

    pub(super) fn tell_taken_out(&self, request: &mut SyncRequest) {
        request.taken_out = self.taken_out.iter().take(MAX_TAKEN_OUT).cloned().collect();
    }

    /// Forgets what the record has. Where another answer was faster, it may have been forgotten already.
    pub(super) fn hear_taken_out(&mut self, request: &SyncRequest, response: &SyncResponse) -> Result<(), DeviceError> {
        let recorded = request.taken_out.get(..usize::from(response.recorded)).unwrap_or_default();
        let all = self.taken_out.strip_prefix(recorded).unwrap_or(&self.taken_out).to_vec();
        self.has_taken_out(all)
    }
}
