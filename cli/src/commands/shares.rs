//! `case share`, `case unshare`, and what a device does of whose cases a share has ended.

use clap::Args;
use habeas_client_core::case::City;
use habeas_client_core::device::log_entries;
use habeas_client_core::words::Words;
use habeas_clock::{Instant, Zone};
use habeas_protocol::{CaseId, CircleKind, Entry, PersonId};
use habeas_texts::{self as texts, Message};
use serde_json::{Value, json};

use super::remote;
use crate::attachments::Pieces;
use crate::when::now;
use crate::{Home, LocalDevice, find_case, rng};

/// Whom to let open what, until when.
#[derive(Debug, Args)]
pub struct ShareArgs {
    /// The case's id, or the beginning of it
    case: String,
    /// The name of the person's account; or, if another coordinator has let them in, the whole id of one of their devices
    account: String,
    /// Until when, by the clocks of the case's city: "2026-09-09 18:00". Without it until `case unshare`
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// For reading only
    #[arg(long)]
    read_only: bool,
}

/// Whose share to end.
#[derive(Debug, Args)]
pub struct UnshareArgs {
    /// The case's id, or the beginning of it
    case: String,
    /// The name of the person's account, or the whole id of one of their devices
    account: String,
}

/// `habeas case share`.
pub fn share(home: &Home, arguments: ShareArgs) -> Result<(), Message> {
    let ShareArgs { case, account, until, read_only } = arguments;
    let mut device = home.open()?;
    let (case, zone, person) = meant(&mut device, &case, &account)?;
    let until = until.map(|text| end(&zone, &text)).transpose()?;
    let how = (!read_only, until.map(Instant::seconds));
    let report = written(&mut device, |device| Ok(device.share(case, person, how, &mut rng())?))?;
    if let Some(code) = report.refused.first() {
        return Err(texts::error_assignment_refused(super::refused(home.lang, code)));
    }
    println!("{}", texts::device_can_open(home.lang, account, case.to_string()));
    println!("{}", in_words(home, &device, case, &zone).join("\n"));
    Ok(())
}

/// `habeas case unshare`.
pub fn unshare(home: &Home, arguments: UnshareArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    let (case, zone, person) = meant(&mut device, &arguments.case, &arguments.account)?;
    let circle = device.log().circle_of(CircleKind::Person(person)).map(|(circle, _)| circle);
    let is_shared = |circle| device.log().had(case, circle).iter().any(|share| !share.by_team && share.ended.is_none());
    if !circle.is_some_and(is_shared) {
        return Err(texts::error_not_shared());
    }
    written(&mut device, |device| Ok(device.end_share(case, person)?))?;
    println!("{}", in_words(home, &device, case, &zone).join("\n"));
    Ok(())
}

/// The case, the zone of its city, and the person.
fn meant(device: &mut LocalDevice, case: &str, account: &str) -> Result<(CaseId, Zone, PersonId), Message> {
    remote(device)?.sync(device)?;
    let (case, open) = find_case(device, case)?;
    let person = person(device, account)?;
    Ok((case, open.replica.view().city().unwrap_or(City::Almaty).zone(), person))
}

/// The person of an account, or of a device by its whole id.
pub(super) fn person(device: &LocalDevice, account: &str) -> Result<PersonId, Message> {
    let by_device = || account.parse().ok().and_then(|id| device.log().known(&id)).map(|member| member.person);
    device.account(account).or_else(by_device).ok_or_else(|| texts::error_account_unknown(account))
}

/// A time in the future, by the clocks of a place.
pub(super) fn end(zone: &Zone, text: &str) -> Result<Instant, Message> {
    let end = zone.minute(text).ok().and_then(|minute| minute.from).filter(|end| *end > now());
    end.ok_or_else(|| texts::error_share_end(text))
}

/// Writes an entry, and exchanges what follows from it.
pub(super) fn written(
    device: &mut LocalDevice,
    entry: impl FnOnce(&mut LocalDevice) -> Result<Entry, Message>,
) -> Result<habeas_client_core::device::SyncReport, Message> {
    let remote = remote(device)?;
    let entries = log_entries(&[entry(device)?])?;
    remote.tell("/v1/log", &entries)?;
    device.are_taken(&entries)?;
    remote.sync(device)
}

/// With whom a case is shared or was, a line each.
pub fn in_words(home: &Home, device: &LocalDevice, case: CaseId, zone: &Zone) -> Vec<String> {
    let words = Words { lang: home.lang, zone: zone.clone(), now: now(), people: device.called(home.lang) };
    let (lang, at) = (home.lang, now().seconds());
    let line = |(person, share): (PersonId, habeas_protocol::Share)| {
        let who = words.people.get(&person.to_string()).cloned().unwrap_or_else(|| person.to_string());
        let how = if share.writes { texts::share_to_write(lang) } else { texts::share_to_read(lang) };
        let end = share.until.and_then(Instant::from_seconds).map(|end| words.instant(end));
        match end {
            _ if !share.holds(at) => texts::share_is_over(lang, how, who),
            _ if share.by_team => texts::share_by_team(lang, who),
            Some(end) => texts::share_until(lang, end, how, who),
            None => texts::share_open(lang, how, who),
        }
    };
    device.shares(case).into_iter().map(line).collect()
}

/// The same as JSON.
pub fn as_json(device: &LocalDevice, case: CaseId) -> Vec<Value> {
    let at = now().seconds();
    let of = device.shares(case).into_iter();
    of.map(|(person, share)| {
        let until = share.until.and_then(Instant::from_seconds);
        let (person, holds) = (person.to_string(), share.holds(at));
        json!({ "person": person, "writes": share.writes, "until": until, "holds": holds, "by_team": share.by_team })
    })
    .collect()
}

/// Destroys what lies beside the records of cases whose share is over, and says of each that it is gone.
pub fn let_go(home: &Home, device: &mut LocalDevice) -> Result<(), Message> {
    let pieces = Pieces::of(&home.folder);
    for (case, gone) in device.ended() {
        gone.attachments.iter().try_for_each(|id| pieces.destroy(*id))?;
        crate::complain(&texts::device_share_ended(home.lang, case.to_string()));
        if gone.unsent > 0 {
            crate::complain(&texts::device_share_left(home.lang, gone.unsent));
        }
    }
    Ok(device.ended_is_told()?)
}
