//! Erasing at the clerk. A fact that is erased is in nothing that is made from here on. Of a case nothing stays that names anybody or is counted. What was published before stays as it was: it is counts.

use std::collections::BTreeSet;

use habeas_client_core::device::{Device, Erased};
use habeas_db::{Db, Store};
use habeas_protocol::CaseId;

use crate::ClerkError;
use crate::clerk::Clerk;
use crate::records::ClerkRecords;
use crate::store::{cases, claims, counting, families, outbox, quarantine, releases};

/// Deletes everything that is kept of these cases: their lines and verdicts, mail, the requests of families that follow them, and what a revoked
/// device had not brought of nothing else.
pub(crate) fn erase(db: &mut Db, device: &Device<ClerkRecords>, erased: &[(CaseId, Erased)]) -> Result<(), ClerkError> {
    for &(case, _) in erased {
        cases::erase(db, case)?;
        claims::set(db, case, &[])?;
        // A request names the person and whoever asks.
        let requests = families::erase(db, case)?;
        outbox::erase(db, case, &requests)?;
    }
    // They may count one of these cases and hold what was said in it, and would tell it when they are released. They are proposed again in a moment.
    releases::withdraw(db)?;
    for id in quarantine::ids(db)? {
        let Some(file) = quarantine::bytes(db, &id)? else { continue };
        if device.changes_left(&file) == Some(0) {
            quarantine::delete(db, &id)?;
        }
    }
    note_to_scour(db, device)
}

/// Takes back what waits to be sent because of cases that have lost a fact: it may say what that fact said. What holds without it is written
/// anew when the case is looked at again.
pub(crate) fn withdraw(db: &mut Db, device: &Device<ClerkRecords>, lighter: &BTreeSet<CaseId>) -> Result<(), ClerkError> {
    for &case in lighter {
        for (rule, was_told) in outbox::withdraw(db, case)? {
            cases::forget_verdict(db, case, &rule, was_told)?;
        }
    }
    if lighter.is_empty() { Ok(()) } else { note_to_scour(db, device) }
}

fn note_to_scour(db: &mut Db, device: &Device<ClerkRecords>) -> Result<(), ClerkError> {
    let newest = device.log().newest_erasure().and_then(|number| i64::try_from(number).ok());
    counting::note_to_scour(db, newest.unwrap_or_default())
}

impl Clerk {
    /// Sees to it, beside everything else, that nothing of what was erased is left in the database's files.
    pub(crate) fn scours(&self) {
        let store = self.store.clone();
        std::thread::spawn(move || match scour(&store) {
            Ok(()) => {}
            // It is tried again at the next start, and when something else is erased.
            Err(cause) => tracing::error!(%cause, "what was erased may still lie in the clerk's files"),
        });
    }
}

/// Takes what was erased out of the files, if anything was; it is noted until that is done. What lay in the clear goes on PostgreSQL, too, where the
/// rest is the operator's to do: it locks every table for as long as it takes.
fn scour(store: &Store) -> Result<(), ClerkError> {
    let Some(noted) = store.read(counting::to_scour)? else { return Ok(()) };
    let was_clear = store.read(counting::was_clear)?;
    if was_clear { store.overwrite() } else { store.scour() }?;
    // What was erased meanwhile has a note of its own.
    store.write(|db| {
        counting::is_scoured(db, noted)?;
        if was_clear { counting::is_scoured(db, counting::WAS_CLEAR) } else { Ok(()) }
    })
}
