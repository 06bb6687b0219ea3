//! `habeas coordinator`: who coordinates, freezing one of them, and thawing. `habeas role`: who may do more from now on.

use clap::{Args, Subcommand};
use habeas_client_core::device::log_entries;
use habeas_client_core::words::word;
use habeas_protocol::access::needs_second_factor;
use habeas_protocol::{DeviceId, Entry, PersonId, Role};
use habeas_texts::{self as texts, Message};

use super::remote;
use crate::{Home, LocalDevice, rng};

/// Coordinators.
#[derive(Debug, Subcommand)]
pub enum CoordinatorCommand {
    /// Who coordinates, and who is frozen
    List,
    /// Take everything from another coordinator at once that only coordinators may, and give them nothing more, until two others thaw
    /// them: their device may be in other hands. What they have on it they keep; if it is lost for good, revoke it
    Freeze {
        /// The name of the person's account, or the beginning of the id of one of their devices
        who: String,
    },
    /// Say that somebody frozen may go on. It takes two coordinators
    Thaw {
        /// The name of the person's account, or the beginning of the id of one of their devices
        who: String,
    },
}

/// Another role for somebody.
#[derive(Debug, Args)]
pub struct RoleArgs {
    /// The name of the person's account, if this device knows them by it; or else the whole id of one of their devices, compared by voice
    who: String,
    /// Whose id this is you have heard from them
    #[arg(long)]
    compared_by_voice: bool,
    /// The role: one that may do everything that the person could before. A recorder becomes lawyer, advocate or coordinator; a lawyer or an
    /// advocate becomes coordinator. For less, revoke their devices and invite them anew
    role: String,
}

/// `habeas coordinator`.
pub fn coordinators(home: &Home, command: CoordinatorCommand) -> Result<(), Message> {
    let mut device = home.open()?;
    match command {
        CoordinatorCommand::List => list(home, &device),
        CoordinatorCommand::Freeze { who } => {
            let person = write(&mut device, &who, |device, person| {
                let log = device.log();
                if device.person() == Some(person) {
                    return Err(texts::error_freeze_oneself());
                }
                if log.is_frozen(&person) {
                    return Err(texts::error_frozen_already());
                }
                if !log.coordinators().contains(&person) {
                    return Err(texts::error_freeze_others());
                }
                Ok(vec![device.freeze(person)?])
            })?;
            println!("{}", texts::coordinator_frozen(home.lang, name(&device, person)));
            if device.coordinates_alone() {
                crate::complain(&texts::device_second_coordinator(home.lang));
            }
            Ok(())
        }
        CoordinatorCommand::Thaw { who } => {
            let person = write(&mut device, &who, |device, person| {
                let (_, by) = device.log().frozen(&person).ok_or_else(texts::error_not_frozen)?;
                if device.person().is_some_and(|own| by.contains(&own)) {
                    return Err(texts::error_thawed_already());
                }
                Ok(vec![device.thaw(person)?])
            })?;
            let said = match device.log().is_frozen(&person) {
                true => texts::coordinator_half_thawed(home.lang, name(&device, person)),
                false => texts::coordinator_thawed(home.lang, name(&device, person)),
            };
            println!("{said}");
            Ok(())
        }
    }
}

fn list(home: &Home, device: &LocalDevice) -> Result<(), Message> {
    for person in device.all_coordinators() {
        let stands = match device.log().frozen(&person) {
            Some((_, by)) => texts::coordinator_is_frozen(home.lang, by.len()),
            None => texts::coordinator_is_there(home.lang),
        };
        println!("{:20} {stands}", name(device, person));
    }
    if device.coordinates_alone() {
        crate::complain(&texts::device_second_coordinator(home.lang));
    }
    Ok(())
}

/// `habeas role`.
pub fn role(home: &Home, arguments: &RoleArgs) -> Result<(), Message> {
    let role = super::org::role(&arguments.role)?;
    let mut device = home.open()?;
    if device.member().is_none_or(|member| member.role != Role::Coordinator) {
        return Err(texts::error_not_coordinator());
    }
    // Names beside ids are the server's word, and a role that does more is not taken back.
    let is_known = || {
        let is_own = device.session().is_some_and(|(_, account)| account == arguments.who);
        is_own || device.account(&arguments.who).is_some()
    };
    let is_id = arguments.who.parse::<DeviceId>().is_ok();
    if !(if is_id { arguments.compared_by_voice } else { is_known() }) {
        return Err(texts::error_role_unproved(arguments.who.as_str()));
    }
    let person = write(&mut device, &arguments.who, |device, person| Ok(device.change_role(person, role, &mut rng())?))?;
    let (who, what) = (name(&device, person), word(home.lang, "role", role.name()));
    println!("{}", texts::role_changed(home.lang, what, who));
    if needs_second_factor(role) {
        crate::complain(&texts::role_second_factor(home.lang));
    }
    Ok(())
}

/// Writes entries about somebody, upon the newest log.
fn write(
    device: &mut LocalDevice,
    who: &str,
    entries: impl Fn(&LocalDevice, PersonId) -> Result<Vec<Entry>, Message>,
) -> Result<PersonId, Message> {
    let remote = remote(device)?;
    remote.sync(device)?;
    let person = find(device, who)?;
    let entries = log_entries(&entries(device, person)?)?;
    remote.tell("/v1/log", &entries)?;
    device.are_taken(&entries)?;
    Ok(person)
}

fn find(device: &LocalDevice, who: &str) -> Result<PersonId, Message> {
    if let Ok(id) = who.parse::<DeviceId>() {
        // Whatever somebody is called.
        return device.log().member(&id).map(|member| member.person).ok_or_else(|| texts::error_coordinator_unknown(who));
    }
    let own = device.session().filter(|(_, account)| *account == who).and_then(|_| device.person());
    if let Some(person) = own.or_else(|| device.account(who)) {
        return Ok(person);
    }
    let meant = device.log().members().filter(|(id, _)| who.len() >= 4 && id.to_string().starts_with(who));
    let mut people: Vec<PersonId> = meant.map(|(_, member)| member.person).collect();
    people.dedup();
    match people.as_slice() {
        [person] => Ok(*person),
        _ => Err(texts::error_coordinator_unknown(who)),
    }
}

/// What a person is called here: the account that this device knows them by, or the id of one of their devices.
fn name(device: &LocalDevice, person: PersonId) -> String {
    let id = device.log().members().find(|(_, member)| member.person == person).map(|(id, _)| *id);
    match id {
        Some(id) if id == device.id() => device.session().map_or_else(|| id.to_string(), |(_, account)| account.to_owned()),
        Some(id) => device.name_of(&id),
        None => person.to_string(),
    }
}
