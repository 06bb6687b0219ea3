//! `team`: people who open cases together.

use clap::Subcommand;
use habeas_client_core::device::TeamLine;
use habeas_client_core::keys::MAX_NAME;
use habeas_protocol::{CaseId, PersonId};
use habeas_texts::{self as texts, Message};

use super::shares::written;
use super::{refused, remote};
use crate::{Home, LocalDevice, find_case, rng};

/// Teams (coordinators).
#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// Every team, who is in it, and how many cases it has
    List,
    /// Make a team of that name
    Found {
        /// What coordinators call it; nobody else can read that
        name: String,
    },
    /// Call a team otherwise
    Rename {
        /// The team's name, or its id
        team: String,
        /// What it is called from now on
        name: String,
    },
    /// Let somebody join: they open every case that the team has, and will have
    Add {
        /// The team's name, or its id
        team: String,
        /// The name of the person's account, or the whole id of one of their devices
        account: String,
    },
    /// Take somebody out: what they open only by this team closes, and their devices destroy it
    Remove {
        /// The team's name, or its id
        team: String,
        /// The name of the person's account, or the whole id of one of their devices
        account: String,
    },
    /// Give a team a case
    Assign {
        /// The team's name, or its id
        team: String,
        /// The case's id, or the beginning of it
        case: String,
    },
    /// Take a case from a team
    Unassign {
        /// The team's name, or its id
        team: String,
        /// The case's id, or the beginning of it
        case: String,
    },
}

/// `habeas team`.
pub fn team(home: &Home, command: TeamCommand) -> Result<(), Message> {
    let mut device = home.open()?;
    if !matches!(command, TeamCommand::List) {
        remote(&device)?.sync(&mut device)?;
    }
    let report = match command {
        TeamCommand::List => {
            device.teams().iter().for_each(|team| println!("{}", in_words(home, &device, team)));
            return Ok(());
        }
        TeamCommand::Found { name } => {
            let name = free(&device, &name)?;
            written(&mut device, |device| Ok(device.found_team(name, &mut rng())?))?
        }
        TeamCommand::Rename { team, name } => {
            let (team, name) = (meant(&device, &team)?.id, free(&device, &name)?);
            written(&mut device, |device| Ok(device.name_team(team, name, &mut rng())?))?
        }
        TeamCommand::Add { team, account } => belongs(&mut device, &team, &account, true)?,
        TeamCommand::Remove { team, account } => belongs(&mut device, &team, &account, false)?,
        TeamCommand::Assign { team, case } => opens(&mut device, &team, &case, true)?,
        TeamCommand::Unassign { team, case } => opens(&mut device, &team, &case, false)?,
    };
    if let Some(code) = report.refused.first() {
        return Err(texts::error_assignment_refused(refused(home.lang, code)));
    }
    device.teams().iter().for_each(|team| println!("{}", in_words(home, &device, team)));
    Ok(())
}

fn belongs(
    device: &mut LocalDevice,
    team: &str,
    account: &str,
    joins: bool,
) -> Result<habeas_client_core::device::SyncReport, Message> {
    let team = meant(device, team)?;
    let person = super::shares::person(device, account)?;
    if team.members.contains(&person) == joins {
        return Err(if joins { texts::error_team_has(account) } else { texts::error_team_lacks(account) });
    }
    written(device, |device| Ok(device.belongs_to_team(team.id, person, joins)?))
}

fn opens(
    device: &mut LocalDevice,
    team: &str,
    case: &str,
    gets: bool,
) -> Result<habeas_client_core::device::SyncReport, Message> {
    let team = meant(device, team)?;
    let case: CaseId = find_case(device, case)?.0;
    if team.cases.contains(&case) == gets {
        let case = case.to_string();
        return Err(if gets { texts::error_team_has(case) } else { texts::error_team_lacks(case) });
    }
    written(device, |device| Ok(device.team_opens(team.id, case, gets, &mut rng())?))
}

/// A name that a team can get.
fn free<'a>(device: &LocalDevice, name: &'a str) -> Result<&'a str, Message> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME {
        return Err(texts::error_team_name(MAX_NAME));
    }
    if device.teams().iter().any(|team| team.name.as_deref() == Some(name)) {
        return Err(texts::error_team_known(name));
    }
    Ok(name)
}

/// The team of that name or id.
fn meant(device: &LocalDevice, team: &str) -> Result<TeamLine, Message> {
    let is_meant = |line: &TeamLine| line.name.as_deref() == Some(team) || line.id.to_string() == team;
    device.teams().into_iter().find(is_meant).ok_or_else(|| texts::error_team_unknown(team))
}

fn in_words(home: &Home, device: &LocalDevice, team: &TeamLine) -> String {
    let people = device.people();
    let who = |person: &PersonId| people.get(&person.to_string()).cloned().unwrap_or_else(|| person.to_string());
    let name = team.name.clone().unwrap_or_else(|| team.id.to_string());
    let who: Vec<String> = team.members.iter().map(who).collect();
    texts::team_line(home.lang, team.cases.len(), name, who.join(", "))
}
