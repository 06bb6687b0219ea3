//! `habeas intake`: one link for everybody in the room, and one list of those who have come by it.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use habeas_client_core::case::City;
use habeas_client_core::words::Words;
use habeas_clock::Instant;
use habeas_protocol::Role;
use habeas_protocol::api::{DeviceState, Devices, Intakes, RefuseDevices};
use habeas_protocol::limits::{MAX_INTAKE, MAX_INTAKE_HOURS};
use habeas_texts::{self as texts, Lang, Message};

use super::remote;
use crate::remote::Remote;
use crate::when::now;
use crate::{Home, LocalDevice, qr, rng};

/// How many are let in by one request.
const AT_ONCE: usize = 100;

/// Intakes.
#[derive(Debug, Subcommand)]
pub enum IntakeCommand {
    /// Open one: prints a link, also as a QR code, by which so many people make accounts and record at once
    Open {
        /// For how many hours the link holds
        #[arg(long, value_name = "HOURS", default_value_t = MAX_INTAKE_HOURS, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_INTAKE_HOURS)))]
        hours: u32,
        /// How many people may join
        #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_INTAKE)))]
        people: u32,
    },
    /// Who has come by this device's links, and who waits
    List,
    /// Let people in who have come by a link of this device
    Approve(Chosen),
    /// Do not let people in: the server gives them nothing more. What they have recorded stays on their devices
    Refuse(Chosen),
    /// Close this device's links: nobody joins by them any more. Who has joined still waits
    Close,
}

/// Who.
#[derive(Debug, Args)]
pub struct Chosen {
    /// Names of accounts, or ids of devices or their beginnings
    #[arg(value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// Everybody who waits
    #[arg(long)]
    all: bool,
    /// But for these, with commas in between
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "all")]
    except: Vec<String>,
}

/// `habeas intake`.
pub fn intake(home: &Home, command: IntakeCommand) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    let lang = home.lang;
    match command {
        IntakeCommand::Open { hours, people } => open(lang, &mut device, &remote, hours, people),
        IntakeCommand::List => list(lang, &device, &remote),
        IntakeCommand::Approve(chosen) => {
            let come = come(&device, &remote)?;
            not_too_many(&device, &come)?;
            let chosen = choose(&come, &chosen)?;
            for some in chosen.chunks(AT_ONCE) {
                approve(&mut device, &remote, some)?;
            }
            println!("{}", texts::intake_approved(lang, chosen.len()));
            tidy(&mut device, &remote)
        }
        IntakeCommand::Refuse(chosen) => {
            let come = come(&device, &remote)?;
            let devices: Vec<_> = choose(&come, &chosen)?.into_iter().map(|state| state.id).collect();
            let count = devices.len();
            remote.tell("/v1/devices/refuse", &RefuseDevices { devices })?;
            println!("{}", texts::intake_refused(lang, count));
            tidy(&mut device, &remote)
        }
        IntakeCommand::Close => {
            for intake in own(&device, &remote)?.iter().filter(|intake| intake.until > now().seconds()) {
                remote.delete(&format!("/v1/intakes/{}", intake.token_hash))?;
            }
            println!("{}", texts::intake_closed(lang));
            tidy(&mut device, &remote)
        }
    }
}

fn open(lang: Lang, device: &mut LocalDevice, remote: &Remote, hours: u32, people: u32) -> Result<(), Message> {
    let (server, _) = device.session().ok_or_else(texts::error_not_signed_in)?;
    let server = server.to_owned();
    // The secret is kept before the server hears of it: by it those are known who come.
    let (invitation, open) = device.intake(hours, people, &mut rng())?;
    remote.tell("/v1/intakes", &open)?;
    let link = invitation.link(&server);
    if let Some(code) = qr::terminal(&link) {
        println!("{code}");
    }
    println!("{link}");
    crate::complain(&texts::intake_opened(lang, hours, people));
    Ok(())
}

fn list(lang: Lang, device: &LocalDevice, remote: &Remote) -> Result<(), Message> {
    let words = Words { lang, zone: City::Almaty.zone(), now: now(), people: BTreeMap::new() };
    let own = own(device, remote)?;
    for intake in &own {
        let until = Instant::from_seconds(intake.until).unwrap_or(Instant::MAX);
        let said = if until > now() { texts::intake_until } else { texts::intake_was_until };
        println!("{}", said(lang, intake.joined, intake.people, words.instant(until)));
    }
    if own.is_empty() {
        println!("{}", texts::intake_none(lang));
    }
    for state in come(device, remote)? {
        let stands = match &state {
            state if state.revoked => texts::device_state_revoked(lang),
            state if state.admitted => texts::device_state_in(lang),
            state if state.refused => texts::device_state_refused(lang),
            _ => texts::device_state_waits(lang),
        };
        println!("{}  {:20} {stands}", state.id, state.account);
    }
    Ok(())
}

/// The intakes that this device has opened.
fn own(device: &LocalDevice, remote: &Remote) -> Result<Vec<habeas_protocol::api::IntakeState>, Message> {
    let Intakes { intakes } = remote.get("/v1/intakes")?;
    Ok(intakes.into_iter().filter(|intake| device.opened(&intake.token_hash).is_some()).collect())
}

/// The devices whose keys and names come from somebody who holds a link of this device, by their names.
fn come(device: &LocalDevice, remote: &Remote) -> Result<Vec<DeviceState>, Message> {
    let Devices { mut devices } = remote.get("/v1/devices")?;
    devices.retain(|state| device.came_by(state).is_some());
    devices.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(devices)
}

fn waits(state: &DeviceState) -> bool {
    !state.admitted && !state.refused
}

/// The server keeps count; whoever holds the link and the server could let in more than that.
fn not_too_many(device: &LocalDevice, come: &[DeviceState]) -> Result<(), Message> {
    let mut by: BTreeMap<&str, u32> = BTreeMap::new();
    come.iter().filter_map(|state| device.came_by(state)).for_each(|intake| *by.entry(intake).or_default() += 1);
    let too_many = by.into_iter().find(|(intake, count)| device.opened(intake).is_some_and(|people| *count > people));
    too_many.map_or(Ok(()), |(_, count)| Err(texts::error_intake_too_many(count)))
}

fn choose<'a>(come: &'a [DeviceState], chosen: &Chosen) -> Result<Vec<&'a DeviceState>, Message> {
    let named = |name: &String| {
        let is_meant =
            |state: &&DeviceState| state.account == *name || name.len() >= 4 && state.id.to_string().starts_with(name.as_str());
        let found: Vec<&DeviceState> = come.iter().filter(is_meant).collect();
        let exact = found.iter().find(|state| state.account == *name).copied();
        let only = if let [one] = found.as_slice() { Some(*one) } else { None };
        exact.or(only).ok_or_else(|| texts::error_intake_name(name.as_str()))
    };
    if !chosen.all {
        let all = chosen.names.iter().map(named).collect::<Result<Vec<_>, _>>()?;
        return match all.iter().find(|state| state.admitted) {
            Some(state) => Err(texts::error_intake_in(state.account.as_str())),
            None => Ok(all),
        };
    }
    let except = chosen.except.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    Ok(come.iter().filter(|state| waits(state) && except.iter().all(|not| not.id != state.id)).collect())
}

fn approve(device: &mut LocalDevice, remote: &Remote, some: &[&DeviceState]) -> Result<(), Message> {
    remote.sync(device)?;
    let in_all: Vec<(&DeviceState, Role)> = some.iter().map(|state| (*state, Role::Recorder)).collect();
    let entries = device.let_all_in(&in_all, &mut rng())?;
    remote.tell("/v1/log", &entries)?;
    device.are_taken(&entries)?;
    let people: Vec<_> = some.iter().map(|state| (state.account.as_str(), state.person)).collect();
    device.remember_accounts(&people)?;
    remote.sync(device).map(drop)
}

/// Forgets the secrets of intakes that are over and in which nobody waits any more.
fn tidy(device: &mut LocalDevice, remote: &Remote) -> Result<(), Message> {
    let come = come(device, remote)?;
    for intake in own(device, remote)?.iter().filter(|intake| intake.until <= now().seconds()) {
        let of_it = |state: &&DeviceState| device.came_by(state) == Some(&intake.token_hash);
        if !come.iter().filter(of_it).any(waits) {
            device.forget_intake(&intake.token_hash)?;
        }
    }
    Ok(())
}
