//! `habeas sync`.

use habeas_texts::{self as texts, Message};

use super::{refused, remote};
use crate::Home;

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
    if report.begun_anew > 0 {
        println!("{}", texts::device_begun_anew(home.lang));
    }
    for code in &report.refused {
        crate::complain(&texts::device_refused(home.lang, refused(home.lang, code)));
    }
    if report.more {
        return Err(texts::error_more());
    }
    Ok(())
}
