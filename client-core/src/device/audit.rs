//! The head of the server's audit record, as this device keeps it: whoever has the server cannot shorten the record, or write it anew, without
//! that a device finds its head missing.

use habeas_protocol::{AuditHead, SyncRequest, SyncResponse, decode, encode};
use serde::{Deserialize, Serialize};

use super::records::Put;
use super::sync::SyncReport;
use super::{Device, DeviceError, Records};

pub(super) const NAME: &str = "audit";
const MAX: usize = 4096;
/// How many heads are kept that the server no longer has.
const MOST_LOST: usize = 16;

/// The heads, as they are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    version: u8,
    /// The newest that the server has told.
    pub head: Option<AuditHead>,
    /// Those that it no longer had when it was asked, the latest last.
    pub lost: Vec<AuditHead>,
}

impl Audit {
    pub(super) fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        let Some(bytes) = records.get(NAME)? else { return Ok(Self::default()) };
        decode(&bytes, MAX).map_err(|_| DeviceError::Damaged(NAME))
    }

    fn record(&self) -> Result<Put, DeviceError> {
        Ok((NAME.to_owned(), encode(self).map_err(|_| DeviceError::Damaged(NAME))?))
    }
}

impl<R: Records> Device<R> {
    /// The heads of the server's audit record that this device keeps.
    pub fn audit(&self) -> &Audit {
        &self.audit
    }

    /// Asks whether the entry is still there that this device keeps.
    pub(super) fn ask_audit(&self, request: &mut SyncRequest) {
        request.audit = self.audit.head.map_or(0, |head| head.number);
    }

    /// Keeps the newest head, and says of one that is missing. Both stay: what was once recorded can be proved with the one, and what is
    /// recorded now with the other.
    pub(super) fn hear_audit(
        &mut self,
        request: &SyncRequest,
        response: &SyncResponse,
        report: &mut SyncReport,
    ) -> Result<(), DeviceError> {
        let mut audit = self.audit.clone();
        // Where another answer was faster, this one says nothing of the head that is kept now.
        let asked = audit.head.filter(|head| head.number == request.audit);
        if let Some(head) = asked.filter(|head| !response.audit.contains(head)) {
            audit.lost.push(head);
            let surplus = audit.lost.len().saturating_sub(MOST_LOST);
            audit.lost.drain(..surplus);
            audit.head = None;
            report.audit_lost.push(head);
        }
        if asked.is_some() || audit.head.is_none() {
            audit.head = response.audit.iter().copied().chain(audit.head).max_by_key(|head| head.number);
        }
        if audit != self.audit {
            self.records.put(vec![audit.record()?])?;
            self.audit = audit;
        }
        Ok(())
    }
}
