//! `habeas sync`.

use std::collections::BTreeMap;

use habeas_client_core::case::City;
use habeas_client_core::device::{Left, SyncReport, handed_over, is_handed_in, minutes_off};
use habeas_client_core::words::{Words, word};
use habeas_clock::Instant;
use habeas_protocol::access::needs_second_factor;
use habeas_protocol::api::DeviceState;
use habeas_texts::{self as texts, Lang, Message};

use super::{refused, remote};
use crate::attachments::Pieces;
use crate::remote::Remote;
use crate::vault::VaultFile;
use crate::when::now;
use crate::{Home, LocalDevice, rng};

/// Destroys the attachments of cases that have been erased here or whose share is over, and says of each that it is gone, with what was not sent of it.
pub fn erase(home: &Home, device: &mut LocalDevice) -> Result<(), Message> {
    let pieces = Pieces::of(&home.folder);
    for (case, erased) in device.erased() {
        erased.attachments.iter().try_for_each(|id| pieces.destroy(*id))?;
        crate::complain(&texts::device_erased(home.lang, case.to_string(), erased.unsent));
    }
    device.erased_is_told()?;
    super::shares::let_go(home, device)
}

/// Tells whoever coordinates that printed shares have let somebody in, once, whatever command has heard of it.
pub fn tells_of_shares(lang: Lang, device: &mut LocalDevice) -> Result<(), Message> {
    device.untold_by_shares().into_iter().for_each(|id| crate::complain(&texts::device_by_shares(lang, id)));
    Ok(device.has_told_by_shares()?)
}

/// Says what was out of the ordinary.
pub(super) fn tell(lang: Lang, device: &LocalDevice, report: &SyncReport) {
    let words = Words { lang, zone: City::Almaty.zone(), now: now(), people: BTreeMap::new() };
    let instant = |seconds: Option<i64>| seconds.and_then(Instant::from_seconds).map(|at| words.instant(at));
    if report.copied {
        crate::complain(&texts::device_copied(lang));
        if let Some(when) = instant(report.own_newest) {
            crate::complain(&texts::device_older(lang, report.own, when));
        }
        if let Some(when) = instant(report.knew_more_since) {
            crate::complain(&texts::device_older_log(lang, when));
        }
    } else if report.restored {
        // A copy of a device brings an old receipt, too, as a restored server would.
        println!("{}", texts::device_restored(lang, report.given_back));
    }
    if let Some(role) = report.role {
        println!("{}", texts::device_role(lang, word(lang, "role", role.name())));
    }
    for head in &report.audit_lost {
        crate::complain(&texts::device_audit_lost(lang, head.to_string()));
    }
    if let Some(since) = instant(report.not_counting_since) {
        crate::complain(&texts::device_not_counting(lang, since));
    }
    for code in &report.refused {
        crate::complain(&texts::device_refused(lang, refused(lang, code)));
    }
    if report.of_erased > 0 {
        crate::complain(&texts::device_of_erased(lang, report.of_erased));
    }
    if device.is_frozen() {
        crate::complain(&texts::error_server_frozen().say(lang));
    }
    if device.coordinates_alone() {
        crate::complain(&texts::device_second_coordinator(lang));
    }
    for who in device.differing() {
        crate::complain(&texts::device_differs(lang, device.name_of(&who)));
    }
    for who in device.withheld(report) {
        crate::complain(&texts::device_withheld(lang, device.name_of(&who)));
    }
}

/// A device's state, and for those that write also what of it has last come here: what a server keeps to itself shows in that.
pub(super) fn heard(lang: Lang, device: &LocalDevice, of: &DeviceState, state: String) -> String {
    if !of.admitted || of.revoked || of.id == device.id() {
        return state;
    }
    let words = Words { lang, zone: City::Almaty.zone(), now: now(), people: BTreeMap::new() };
    match device.newest_of(&of.id).and_then(Instant::from_seconds) {
        Some(at) => texts::device_heard(lang, state, words.instant(at)),
        None => texts::device_unheard(lang, state),
    }
}

/// Exchanges what is new.
pub fn sync(home: &Home) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    let report = match remote.sync(&mut device) {
        Ok(report) => report,
        Err(_) if device.is_revoked() => return Err(give_up(home, device)?),
        Err(problem) => return Err(problem),
    };
    if device.member().is_none() {
        println!("{}", texts::device_waiting(home.lang, device.id().to_string()));
        println!("{}", texts::device_kept(home.lang));
        return Ok(());
    }
    println!("{}", texts::device_synced(home.lang, report.set_aside, report.admitted, report.sent));
    erase(home, &mut device)?;
    tells_of_shares(home.lang, &mut device)?;
    tell(home.lang, &device, &report);
    if report.role.is_some_and(needs_second_factor) {
        super::second_factor::ask(home.lang, &device);
    }
    if let Some(minutes) = minutes_off(remote.clock_off()) {
        crate::complain(&texts::device_clock_off(home.lang, minutes));
    }
    if report.more {
        return Err(texts::error_more());
    }
    super::shifts::fetch(home, &remote, &mut device);
    // Photographs go when every fact has gone.
    super::attachment::bring(home, &remote, &mut device)
}

/// `habeas audit`: the head that this device keeps, then those that the server no longer has.
pub fn audit(home: &Home) -> Result<(), Message> {
    let device = home.open()?;
    let audit = device.audit();
    println!("{}", audit.head.ok_or_else(texts::error_audit_unknown)?);
    for lost in &audit.lost {
        println!("{}", texts::device_audit_gone(home.lang, lost.to_string()));
    }
    Ok(())
}

/// Destroys what a device has that the log has revoked, and hands over what it had not brought. What there is to say of it comes back.
pub fn give_up(home: &Home, device: LocalDevice) -> Result<Message, Message> {
    let mut vault = device.give_up(&mut rng())?;
    hand_over(home, &mut vault)?;
    Ok(texts::error_device_revoked())
}

/// Hands over what a revoked device had not brought; without a network it waits, sealed.
pub fn hand_over(home: &Home, vault: &mut VaultFile) -> Result<(), Message> {
    let lang = home.lang;
    // Their keys are destroyed already.
    Pieces::of(&home.folder).forget()?;
    let Some(Left { server, files }) = handed_over(vault)?.filter(|left| !left.files.is_empty()) else { return Ok(()) };
    let remote = Remote::new(&server, None)?;
    match files.iter().try_for_each(|file| remote.quarantine(file)) {
        Ok(()) => {
            is_handed_in(vault)?;
            crate::complain(&texts::device_handed_over(lang, files.len()));
        }
        Err(problem) => {
            crate::complain(&problem.say(lang));
            crate::complain(&texts::device_hands_over_later(lang, files.len()));
        }
    }
    Ok(())
}
