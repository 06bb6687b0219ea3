//! Photographs and papers beside a case, in sealed pieces. Whoever may write to the case brings them; whoever reads it gets them.

use habeas_db::Db;
use habeas_protocol::access::{self, Action, Denied};
use habeas_protocol::attachment::Brought;
use habeas_protocol::limits::{MAX_ATTACHED, MAX_PIECES, SEALED_PIECE};
use habeas_protocol::{Act, AttachmentId, CaseId, DeviceId, Log};

use crate::hub::{Caller, Hub, room};
use crate::store::{attachments, cases};
use crate::{HubError, audit};

/// An attachment of a case.
pub type Named = (CaseId, AttachmentId);

/// What the record calls what is asked about a case.
const WRITE: &str = "WriteCase";
const READ: &str = "ReadCase";

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
        let done = self.store.write(|db| {
            let beginner = cases::lock(db, case)?.and_then(|row| row.beginner());
            may_write(db, (&log, now), caller, case, beginner)?;
            match attachments::piece(db, (case, attachment), caller.device, number)? {
                Some(known) if known == piece => return Ok(()),
                Some(_) => {
                    return Err(HubError::Conflict("other_piece", "this device has brought another piece under this number"));
                }
                None => {}
            }
            let attached = attachments::attached(db, case)? + i64::try_from(piece.len()).unwrap_or(i64::MAX);
            if attached > room(&log, caller, MAX_ATTACHED) {
                return Err(HubError::Conflict("case_full", "the case holds as many attachments as one can"));
            }
            attachments::add(db, (case, attachment), caller.device, (number, piece), attached, now)
        });
        self.of_case(caller, (WRITE, case), done, now)
    }

    /// Who has brought which pieces. For those who may write to the case, so that nothing is brought twice.
    pub fn brought_pieces(&self, caller: Caller, (case, attachment): Named, now: i64) -> Result<Vec<Brought>, HubError> {
        let log = self.log()?;
        let done = self.store.read(|db| {
            let beginner = cases::opened_by(db, case)?.map(|(device, ..)| device);
            may_write(db, (&log, now), caller, case, beginner)?;
            attachments::list(db, (case, attachment))
        });
        self.of_case(caller, (WRITE, case), done, now)
    }

    /// A piece that a device has brought, for those who read the case.
    pub fn piece(
        &self,
        caller: Caller,
        (case, attachment): Named,
        number: u32,
        by: DeviceId,
        now: i64,
    ) -> Result<Vec<u8>, HubError> {
        let log = self.log()?;
        let subjects = format!("case:{case} attachment:{attachment}");
        let done = self.store.read(|db| {
            let circles = cases::circles(db, case)?.into_iter().collect();
            let beginner = cases::opened_by(db, case)?.map(|(device, ..)| device);
            access::allows(&log, caller, Action::ReadCase { case, beginner, circles: &circles, now })?;
            let bytes = attachments::piece(db, (case, attachment), by, number)?
                .ok_or(HubError::NotFound("no_piece", "the server does not have this piece of the attachment"))?;
            Ok::<_, HubError>((bytes, audit::is_told(db, caller.device, Act::FetchAttachment, &subjects, now)?))
        });
        let (bytes, is_told) = self.of_case(caller, (READ, case), done, now)?;
        if !is_told {
            self.store.write(|db| audit::note_fetched(db, caller.device, Act::FetchAttachment, &subjects, now))?;
        }
        Ok(bytes)
    }
}

/// Fails unless the caller may write to the case. Of one that is not there nobody learns that it is not.
fn may_write(
    db: &mut Db,
    (log, now): (&Log, i64),
    caller: Caller,
    case: CaseId,
    beginner: Option<DeviceId>,
) -> Result<(), HubError> {
    access::exists(log, case)?;
    let circles = cases::circles(db, case)?.into_iter().collect();
    let beginner = beginner.ok_or(Denied::Foreign)?;
    Ok(access::allows(log, caller, Action::WriteCase { case, beginner, circles: &circles, now })?)
}
