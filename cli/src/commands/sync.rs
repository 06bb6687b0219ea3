//! `habeas sync`.

use habeas_client_core::device::SyncReport;
use habeas_texts::{self as texts, Lang, Message};

use super::{refused, remote};
use crate::Home;

/// Says what was out of the ordinary.
pub(super) fn tell(lang: Lang, report: &SyncReport) {
    if report.copied {
        crate::complain(&texts::device_copied(lang));
    } else if report.restored {
        // A copy of a device brings an old receipt, too, as a restored server would.
        println!("{}", texts::device_restored(lang, report.given_back));
    }
    for code in &report.refused {
        crate::complain(&texts::device_refused(lang, refused(lang, code)));
    }
}

/// Exchanges what is new.
pub fn sync(home: &Home) -> Result<(), Message> {
    let mut device = home.open()?;
    let report = remote(&device)?.sync(&mut device)?;
    if device.member().is_none() {
        println!("{}", texts::device_waiting(home.lang, device.id().to_string()));
        println!("{}", texts::device_kept(home.lang));
        return Ok(());
    }
    println!("{}", texts::device_synced(home.lang, report.set_aside, report.admitted, report.sent));
    tell(home.lang, &report);
    if report.more {
        return Err(texts::error_more());
    }
    Ok(())
}
