//! What coordinators do: `org create`, `invite`, `device`, `assign`, `case erase`, `fact erase`.

use clap::{Args, Subcommand};
use habeas_client_core::case::Draft;
use habeas_client_core::device::{Device, Founding, log_entries};
use habeas_protocol::api::{Clerk, DeviceState, Devices, Purpose, Session, Setup, to_hex};
use habeas_protocol::{DeviceKeys, PersonId, Role};

use habeas_client_core::words::{Words, word};
use habeas_texts::{self as texts, Lang, Message};

use super::remote;
use crate::remote::Remote;
use crate::when::now;
use crate::{Home, LocalDevice, find_case, new_secret, rng, vault};

/// The organisation.
#[derive(Subcommand)]
pub enum OrgCommand {
    /// Make the organisation, with this device as its first coordinator's
    Create(CreateArgs),
    /// Show the organisation's fingerprint, by which another device of yours can tell it from another
    Show,
}

/// How to make the organisation.
// No `Debug`: the code makes a coordinator.
#[derive(Args)]
pub struct CreateArgs {
    /// The server's address
    #[arg(long, value_name = "URL")]
    pub server: String,
    /// The code that the server printed when it started: read it from the server's own terminal
    #[arg(long, value_name = "CODE")]
    pub code: String,
    /// The name of your account
    #[arg(long, value_name = "NAME")]
    pub account: String,
}

/// Whom to invite.
#[derive(Debug, Args)]
pub struct InviteArgs {
    /// What the person may do: coordinator, lawyer, recorder or advocate
    #[arg(long)]
    pub role: String,
    /// For how many hours the invitation holds
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=168))]
    pub hours: u32,
}

/// Devices.
#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// Every device, with those that wait first
    List,
    /// Let a device in
    Approve {
        /// The device's id, or the beginning of it
        device: String,
        /// Let it in although its keys did not come with an invitation of this device: compare the whole id by voice first,
        /// and say what its owner may do
        #[arg(long, value_name = "ROLE")]
        compared_by_voice: Option<String>,
    },
    /// Take a device out of the organisation: it is lost, taken, or its owner has gone. It cannot come back
    Revoke {
        /// The device's id, or the beginning of it
        device: String,
    },
}

/// Whom to let open what.
#[derive(Debug, Args)]
pub struct AssignArgs {
    /// The case's id, or the beginning of it
    pub case: String,
    /// The name of the person's account; or, if another coordinator has let them in, the whole id of one of their devices
    pub account: String,
}

/// `habeas org`.
pub fn org(home: &Home, command: OrgCommand) -> Result<(), Message> {
    match command {
        OrgCommand::Create(arguments) => create(home, arguments),
        OrgCommand::Show => {
            let device = home.open()?;
            let fingerprint = device.log().fingerprint().ok_or_else(texts::error_log_unknown)?;
            println!("{}", to_hex(&fingerprint));
            Ok(())
        }
    }
}

/// Makes the organisation.
pub fn create(home: &Home, arguments: CreateArgs) -> Result<(), Message> {
    let (code, fingerprint) = arguments.code.split_once('-').ok_or_else(texts::error_code_parts)?;
    let server = Remote::new(&arguments.server, None)?;
    let clerk: Clerk = server.get("/v1/clerk")?;
    let clerk = DeviceKeys::from_hex(&clerk.keys).ok_or_else(|| texts::error_answer("clerk"))?;
    if clerk.id().to_string() != fingerprint {
        return Err(texts::error_other_clerk());
    }
    let passphrase = new_secret(home.lang, "HABEAS_PASSPHRASE", &texts::ask_new_passphrase(home.lang))?;
    let founding = Founding::make(&clerk, &mut rng())?;
    let mut log = habeas_protocol::Log::new();
    founding
        .entries
        .iter()
        .try_for_each(|entry| log.add(entry.clone()))
        .map_err(|error| texts::error_answer(error.to_string()))?;
    let password = new_secret(home.lang, "HABEAS_PASSWORD", &texts::ask_new_password(home.lang))?.into();
    let nonce = server.nonce(&founding.secrets)?;
    let setup = Setup {
        code: code.into(),
        nonce: nonce.nonce.clone(),
        signature: founding.secrets.prove(Purpose::SetUp, &nonce, &arguments.account),
        account: arguments.account.clone(),
        password,
        device: founding.secrets.keys().to_hex(),
        log: log_entries(&founding.entries)?.entries,
    };
    // The vault first: an organisation whose first device was lost could never be entered again.
    let vault = vault::create(&home.folder, &passphrase)?;
    let mut device = Device::create(vault, founding.secrets, log.fingerprint())?;
    let session: Session = match server.post("/v1/setup", &setup) {
        Ok(session) => session,
        // Nobody has taken this device's keys; the next attempt makes others.
        Err(problem) if problem.name() == texts::error_server_unauthorized().name() => {
            drop(device);
            vault::take_back(&home.folder);
            return Err(texts::error_setup_code());
        }
        Err(problem) if super::has_done_nothing(&problem) => {
            drop(device);
            vault::take_back(&home.folder);
            return Err(problem);
        }
        Err(problem) => return Err(texts::error_setup_unsure(home.folder.display().to_string(), problem)),
    };
    device.remember_session(&arguments.server, &arguments.account, &session, &nonce, crate::when::now_ms())?;
    remote(&device)?.sync(&mut device)?;
    println!("{}", texts::device_organisation_made(home.lang, device.id().to_string()));
    println!("{}", texts::device_second_coordinator(home.lang));
    super::second_factor::warn(home.lang, &device, session.second_factor);
    Ok(())
}

/// `habeas invite`.
pub fn invite(home: &Home, arguments: InviteArgs) -> Result<(), Message> {
    println!("{}", invitation(home, &arguments)?);
    crate::complain(&texts::device_invitation(home.lang, arguments.hours));
    Ok(())
}

/// Makes an invitation and returns its code.
pub fn invitation(home: &Home, arguments: &InviteArgs) -> Result<String, Message> {
    let role = role(&arguments.role)?;
    let mut device = home.open()?;
    let remote = remote(&device)?;
    let (invitation, invite) = device.invitation(role, arguments.hours, &mut rng())?;
    remote.tell("/v1/invitations", &invite)?;
    Ok(invitation.code())
}

/// Lets in every waiting device whose keys came with an invitation of this one.
pub fn approve_everybody(home: &Home) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    let Devices { devices } = remote.get("/v1/devices")?;
    for state in devices.iter().filter(|state| !state.admitted) {
        if let Some(role) = device.invited(state) {
            approve(home.lang, &mut device, &remote, state, role)?;
        }
    }
    Ok(())
}

/// `habeas device`.
pub fn device(home: &Home, command: DeviceCommand) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    let Devices { mut devices } = remote.get("/v1/devices")?;
    match command {
        DeviceCommand::List => {
            if device.coordinates_alone() {
                crate::complain(&texts::device_second_coordinator(home.lang));
            }
            devices.sort_by_key(|state| state.admitted);
            for state in &devices {
                let invited = device.invited(state);
                let stands = match invited {
                    _ if state.revoked => texts::device_state_revoked(home.lang),
                    _ if state.admitted && device.log().is_frozen(&state.person) => texts::device_state_frozen(home.lang),
                    _ if state.admitted => texts::device_state_in(home.lang),
                    _ if state.refused => texts::device_state_refused(home.lang),
                    Some(_) => texts::device_state_waits(home.lang),
                    None => texts::device_state_unproved(home.lang),
                };
                let role = device.stated_role(state);
                let stands = super::sync::heard(home.lang, &device, state, stands);
                println!("{}  {:12} {:12} {stands}", state.id, state.account, word(home.lang, "role", role.name()));
            }
            Ok(())
        }
        DeviceCommand::Approve { device: id, compared_by_voice } => {
            let matching: Vec<&DeviceState> = devices.iter().filter(|state| state.id.to_string().starts_with(&id)).collect();
            let [state] = matching.as_slice() else {
                return Err(texts::error_device_id(id));
            };
            if state.admitted {
                return Err(texts::error_device_in());
            }
            let role = match (device.invited(state), compared_by_voice) {
                (Some(role), _) => role,
                (None, Some(stated)) if id == state.id.to_string() => role(&stated)?,
                (None, Some(_)) => return Err(texts::error_device_whole_id()),
                (None, None) => {
                    return Err(texts::error_device_unproved());
                }
            };
            approve(home.lang, &mut device, &remote, state, role)
        }
        DeviceCommand::Revoke { device: id } => {
            let matching: Vec<&DeviceState> = devices.iter().filter(|state| state.id.to_string().starts_with(&id)).collect();
            let [state] = matching.as_slice() else {
                return Err(texts::error_device_id(id));
            };
            remote.sync(&mut device)?;
            let entries = log_entries(&[device.revoke(&state.id, &mut rng())?])?;
            remote.tell("/v1/log", &entries)?;
            device.are_taken(&entries)?;
            println!("{}", texts::device_revoked(home.lang, state.account.as_str(), state.id.to_string()));
            if state.role == Role::Coordinator && device.log().recovery().is_some() {
                // The shares still hold; whoever printed them, or keeps one, may be the one who has gone.
                crate::complain(&texts::recovery_rotate(home.lang));
            }
            match remote.sync(&mut device) {
                // It may be this very device.
                Err(_) if device.is_revoked() => Err(super::sync::give_up(home, device)?),
                synced => synced.map(drop),
            }
        }
    }
}

fn approve(lang: Lang, device: &mut LocalDevice, remote: &Remote, state: &DeviceState, role: Role) -> Result<(), Message> {
    remote.sync(device)?;
    if let Some(known) = device.log().role_of(state.person).filter(|known| *known != role) {
        return Err(texts::error_role_other(word(lang, "role", known.name()), known.name()));
    }
    let entries = device.let_in(state, role, &mut rng())?;
    remote.tell("/v1/log", &entries)?;
    device.are_taken(&entries)?;
    remote.sync(device)?;
    device.remember_account(&state.account, state.person)?;
    println!("{}", texts::device_let_in(lang, state.account.as_str(), state.id.to_string(), word(lang, "role", role.name())));
    Ok(())
}

/// `habeas assign`.
pub fn assign(home: &Home, arguments: AssignArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    if device.member().is_none_or(|member| member.role != Role::Coordinator) {
        return Err(texts::error_not_coordinator());
    }
    let remote = remote(&device)?;
    remote.sync(&mut device)?;
    let (case, open) = find_case(&mut device, &arguments.case)?;
    let by_device = || arguments.account.parse().ok().and_then(|id| device.log().member(&id)).map(|member| member.person);
    let person: PersonId = device
        .account(&arguments.account)
        .or_else(by_device)
        .ok_or_else(|| texts::error_account_unknown(arguments.account.as_str()))?;
    let entry = device.grant(case, person, &mut rng())?;
    let entries = log_entries(&[entry])?;
    remote.tell("/v1/log", &entries)?;
    device.are_taken(&entries)?;
    if open.replica.view().lawyers.iter().all(|account| account.value != person.to_string()) {
        let draft = Draft::assignment(person, now());
        device.add_facts(case, &[draft], &mut rng())?;
    }
    let report = remote.sync(&mut device)?;
    match report.refused.first() {
        Some(code) => Err(texts::error_assignment_refused(super::refused(home.lang, code))),
        None => {
            println!("{}", texts::device_can_open(home.lang, arguments.account, case.to_string()));
            Ok(())
        }
    }
}

/// `habeas case erase`.
pub fn erase(home: &Home, case: &str, yes: bool) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    remote.sync(&mut device)?;
    let (case, _) = find_case(&mut device, case)?;
    let entry = device.erase(case)?;
    if !yes {
        let title = device.cases().find(|(id, _)| **id == case).and_then(|(_, summary)| summary.title.clone());
        return Err(texts::error_erase_unsure(case.to_string(), title.unwrap_or_default()));
    }
    let entries = log_entries(&[entry])?;
    remote.tell("/v1/log", &entries)?;
    device.are_taken(&entries)?;
    super::sync::erase(home, &mut device)?;
    println!("{}", texts::case_erased(home.lang, case.to_string()));
    Ok(())
}

/// `habeas fact erase`.
pub fn erase_fact(home: &Home, case: &str, fact: &str, yes: bool) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    remote.sync(&mut device)?;
    let (case, open) = find_case(&mut device, case)?;
    let view = open.replica.view();
    let fact = super::case::find_fact(&view, "fact", fact)?;
    let entries = device.erase_fact(case, &fact)?;
    if entries.is_empty() {
        return Err(texts::error_fact_not_sealed(fact.to_string()));
    }
    if !yes {
        let words = Words { people: device.called(home.lang), ..super::papers::dated(home, &view, now()) };
        let mut readable = view.timeline.iter().chain(&view.superseded);
        let said =
            readable.find(|known| known.id == fact).map_or_else(|| texts::show_fact_sealed(home.lang), |fact| words.stated(fact));
        return Err(texts::error_erase_fact_unsure(said));
    }
    let entries = log_entries(&entries)?;
    remote.tell("/v1/log", &entries)?;
    device.are_taken(&entries)?;
    println!("{}", texts::fact_erased(home.lang, fact.to_string()));
    Ok(())
}

/// A role that somebody can have, by its name.
pub(super) fn role(text: &str) -> Result<Role, Message> {
    let words = [Role::Coordinator, Role::Lawyer, Role::Recorder, Role::Advocate].map(Role::name);
    let invited = |role: &Role| words.contains(&role.name());
    Role::named(text).filter(invited).ok_or_else(|| texts::error_field("role", texts::error_one_of(text, words.join(", "))))
}
