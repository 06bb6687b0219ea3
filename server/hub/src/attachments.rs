//! Photographs and papers beside a case, in sealed pieces. Whoever may write to the case brings them; whoever reads it gets them.

use habeas_protocol::attachment::Brought;
use habeas_protocol::limits::{MAX_ATTACHED, MAX_PIECES, SEALED_PIECE};
use habeas_protocol::{AttachmentId, CaseId, DeviceId};

use crate::HubError;
use crate::hub::{Caller, Hub, circles_of, member_of};
use crate::store::{attachments, cases};

/// An attachment of a case.
pub type Named = (CaseId, AttachmentId);

impl Hub {
    /// Takes a piece, durably. The same one twice is the same one; another one in its place is refused.
    pub fn bring_piece(
        &self,
        caller: Caller,
        (case, attachment): Named,
        number: u32,
        piece: &[u8],
        now: i64,
    ) -> Result<(), HubError> {
        if piece.is_empty() || piece.len() > SEALED_PIECE || number >= MAX_PIECES {
            return Err(HubError::BadInput("bad_piece", "a piece of an attachment has 1 to 65552 bytes, and a number below 512"));
        }
        let log = self.log()?;
        self.store.write(|db| {
            let row = cases::lock(db, case)?.filter(|_| member_of(&log, caller).is_some()).ok_or(HubError::Forbidden)?;
            let circles = cases::circles(db, case)?;
            let may_write =
                row.opened_by == caller.device.0 || circles_of(&log, caller).iter().any(|mine| circles.contains(mine));
            if !may_write {
                return Err(HubError::Forbidden);
            }
            match attachments::piece(db, (case, attachment), caller.device, number)? {
                Some(known) if known == piece => return Ok(()),
                Some(_) => {
                    return Err(HubError::Conflict("other_piece", "this device has brought another piece under this number"));
                }
                None => {}
            }
            let attached = attachments::attached(db, case)? + i64::try_from(piece.len()).unwrap_or(i64::MAX);
            if attached > MAX_ATTACHED {
                return Err(HubError::Conflict("case_full", "the case holds as many attachments as one can"));
            }
            attachments::add(db, (case, attachment), caller.device, (number, piece), attached, now)
        })
    }

    /// Who has brought which pieces. For those who may write to the case, so that nothing is brought twice.
    pub fn brought_pieces(&self, caller: Caller, (case, attachment): Named) -> Result<Vec<Brought>, HubError> {
        let log = self.log()?;
        self.store.read(|db| {
            let opened_by = cases::opened_by(db, case)?.map(|(device, _)| device);
            let circles = cases::circles(db, case)?;
            let began = opened_by == Some(caller.device) && member_of(&log, caller).is_some();
            if !began && !circles_of(&log, caller).iter().any(|mine| circles.contains(mine)) {
                return Err(HubError::Forbidden);
            }
            attachments::list(db, (case, attachment))
        })
    }

    /// A piece that a device has brought, for those who read the case.
    pub fn piece(&self, caller: Caller, (case, attachment): Named, number: u32, by: DeviceId) -> Result<Vec<u8>, HubError> {
        let log = self.log()?;
        self.store.read(|db| {
            let circles = cases::circles(db, case)?;
            if !circles_of(&log, caller).iter().any(|mine| circles.contains(mine)) {
                return Err(HubError::Forbidden);
            }
            attachments::piece(db, (case, attachment), by, number)?
                .ok_or(HubError::NotFound("no_piece", "the server does not have this piece of the attachment"))
        })
    }
}
