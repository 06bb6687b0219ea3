//! `habeas`: record, list and sync cases from a terminal, on or off the line.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a command-line program")]

mod attachments;
mod commands;
mod qr;
mod remote;
mod share;
mod show;
mod vault;
mod when;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use habeas_client_core::device::{Device, OpenCase, handed_over};
use habeas_protocol::CaseId;
use habeas_texts::{self as texts, Lang, Message};
use rand_core::UnwrapErr;

/// Record who was detained, when, where to and for how long. Works without a network; `habeas sync` exchanges what is new.
///
/// Everything on this device is sealed under a passphrase. It is asked for, or taken from HABEAS_PASSPHRASE; the account's
/// password is asked for when it is needed, or taken from HABEAS_PASSWORD, and the code of its second factor from HABEAS_CODE.
// No `Debug`: codes and invitations are among the arguments.
#[derive(Parser)]
#[command(version, name = "habeas")]
struct Cli {
    /// The folder that holds this device
    #[arg(long, value_name = "DIR", global = true, env = "HABEAS_HOME", default_value = ".habeas")]
    home: PathBuf,

    /// The language of what is shown: kk, ru or en
    #[arg(long, value_name = "LANG", global = true, env = "HABEAS_LANG", default_value = "ru", value_parser = language)]
    lang: Lang,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The organisation: make it, once, on the first coordinator's device
    #[command(subcommand)]
    Org(commands::org::OrgCommand),
    /// Make this device yours: with an invitation, or with an account that you have
    Login(commands::login::LoginArgs),
    /// Invite somebody (coordinators)
    Invite(commands::org::InviteArgs),
    /// Many people at once, by one link: open it, and let in or refuse who has come (coordinators)
    #[command(subcommand)]
    Intake(commands::intake::IntakeCommand),
    /// Devices: see who waits, and let them in (coordinators)
    #[command(subcommand)]
    Device(commands::org::DeviceCommand),
    /// Coordinators: see who is one, freeze another at once, thaw together
    #[command(subcommand)]
    Coordinator(commands::coordinators::CoordinatorCommand),
    /// Give a person another role, one that may do more (coordinators)
    Role(commands::coordinators::RoleArgs),
    /// Printed shares, two of which bring the organisation back when every coordinator's device is lost
    #[command(subcommand)]
    Recovery(commands::recovery::RecoveryCommand),
    /// Give your account another password; your other devices sign in again
    Password,
    /// A second factor for signing in: enrol one, take somebody's away whose app is lost (coordinators)
    #[command(subcommand)]
    SecondFactor(commands::second_factor::SecondFactorCommand),
    /// Let a person open a case (coordinators)
    Assign(commands::org::AssignArgs),
    /// Teams, whose people open cases together (coordinators)
    #[command(subcommand)]
    Team(commands::teams::TeamCommand),
    /// Cases: begin one, show one
    #[command(subcommand)]
    Case(commands::case::CaseCommand),
    /// Facts: add one to a case
    #[command(subcommand)]
    Fact(commands::case::FactCommand),
    /// Photographs and papers beside a case: add one, see what there is, get one
    #[command(subcommand)]
    Attachment(commands::attachment::AttachmentCommand),
    /// Every case on this device
    List(commands::case::ListArgs),
    /// Shifts at stations: who is where until when, and the index cards of those who are held there
    #[command(subcommand)]
    Shift(commands::shifts::ShiftCommand),
    /// Families who ask for somebody: see them, let one follow a case (coordinators)
    #[command(subcommand)]
    Family(commands::clerk::FamilyCommand),
    /// Where you want your alerts
    Contact(commands::clerk::ContactArgs),
    /// Counts: see one, propose one for publication, release what somebody else proposed
    #[command(subcommand)]
    Tally(commands::clerk::TallyCommand),
    /// Exchange what is new with the server
    Sync,
    /// Destroy everything on this device, at once and for good; asks for no passphrase
    Wipe {
        /// Yes, really
        #[arg(long)]
        yes: bool,
    },
    /// The newest entry of the server's audit record that this device knows of, for `habeas-server audit verify --head`
    Audit,
    /// What a revoked device had not brought: see it, and decide whether it counts (coordinators)
    #[command(subcommand)]
    Quarantine(commands::quarantine::QuarantineCommand),
    /// Changes in a file, carried by hand where there is no network
    #[command(subcommand)]
    Bundle(commands::bundle::BundleCommand),
    /// A station's people as a numbered sheet, and the sheet read back
    Rollcall(commands::rollcall::RollcallArgs),
    /// The legal clock, without a device: explain the limits of a case in a file
    #[command(subcommand)]
    Clock(commands::clock::ClockCommand),
    /// Rules, for those who edit them: check a file
    #[command(subcommand)]
    Rules(commands::clock::RulesCommand),
    /// Fill an empty server with an invented day; the folder given by --home will hold everybody's device
    #[command(hide = true)]
    Demo(commands::demo::DemoArgs),
}

/// Cases are thousands of small pieces, and to hand these out took the system's allocator a third of the time in which a case is taken in.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a shell says of a program that wrote to somebody who no longer read.
const NO_READER: i32 = 141;

/// Whoever reads what is printed may stop before its end (`habeas list | head`), which is no fault to be explained with a trace.
fn end_quietly_without_a_reader() {
    let explain = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload().downcast_ref::<String>().map_or("", String::as_str);
        if said.starts_with("failed printing to stdout") && said.contains("Broken pipe") {
            std::process::exit(NO_READER);
        }
        explain(panic);
    }));
}

fn main() -> ExitCode {
    end_quietly_without_a_reader();
    let cli = Cli::parse();
    let home = Home { folder: cli.home, lang: cli.lang };
    let result = match cli.command {
        Command::Org(command) => commands::org::org(&home, command),
        Command::Login(arguments) => commands::login::login(&home, arguments),
        Command::Invite(arguments) => commands::org::invite(&home, arguments),
        Command::Intake(command) => commands::intake::intake(&home, command),
        Command::Coordinator(command) => commands::coordinators::coordinators(&home, command),
        Command::Role(arguments) => commands::coordinators::role(&home, &arguments),
        Command::Device(command) => commands::org::device(&home, command),
        Command::Recovery(command) => commands::recovery::recovery(&home, command),
        Command::Password => commands::password::password(&home),
        Command::SecondFactor(command) => commands::second_factor::second_factor(&home, command),
        Command::Assign(arguments) => commands::org::assign(&home, arguments),
        Command::Team(command) => commands::teams::team(&home, command),
        Command::Case(command) => commands::case::case(&home, command),
        Command::Fact(command) => commands::case::fact(&home, command),
        Command::Attachment(command) => commands::attachment::attachment(&home, command),
        Command::List(arguments) => commands::case::list(&home, arguments),
        Command::Shift(command) => commands::shifts::shift(&home, command),
        Command::Family(command) => commands::clerk::family(&home, command),
        Command::Contact(arguments) => commands::clerk::contact(&home, arguments),
        Command::Tally(command) => commands::clerk::tally(&home, command),
        Command::Demo(arguments) => commands::demo::demo(&home, arguments),
        Command::Rollcall(arguments) => commands::rollcall::rollcall(&home, arguments),
        Command::Sync => commands::sync::sync(&home),
        Command::Wipe { yes } => commands::wipe::wipe(&home, yes),
        Command::Audit => commands::sync::audit(&home),
        Command::Quarantine(command) => commands::quarantine::quarantine(&home, command),
        Command::Bundle(command) => commands::bundle::bundle(&home, command),
        Command::Clock(command) => commands::clock::clock(&home, command),
        Command::Rules(command) => commands::clock::rules(&home, command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            complain(&commands::with_hint(&problem, home.lang));
            ExitCode::from(2)
        }
    }
}

/// Where the device lies and how it speaks.
pub struct Home {
    /// The device's folder.
    pub folder: PathBuf,
    /// The language of what is shown.
    pub lang: Lang,
}

/// A device in a folder.
pub type LocalDevice = Device<vault::VaultFile>;

impl Home {
    /// Opens the device.
    pub fn open(&self) -> Result<LocalDevice, Message> {
        if !vault::exists(&self.folder) {
            return Err(texts::error_no_device(self.folder.display().to_string()));
        }
        let vault = vault::open(&self.folder, &secret("HABEAS_PASSPHRASE", &texts::ask_passphrase(self.lang))?)?;
        if let Some(warning) = &vault.warning {
            complain(&warning.say(self.lang));
        }
        let mut vault = vault;
        if handed_over(&mut vault)?.is_some() {
            commands::sync::hand_over(self, &mut vault)?;
            return Err(texts::error_device_revoked());
        }
        let mut device = Device::open(vault)?.ok_or_else(texts::error_vault_empty)?;
        if device.is_revoked() {
            return Err(commands::sync::give_up(self, device)?);
        }
        device.is_at(when::now().seconds(), &mut rng())?;
        commands::sync::erase(self, &mut device)?;
        commands::sync::tells_of_shares(self.lang, &mut device)?;
        Ok(device)
    }
}

/// Opens a case by its id, or by the beginning of it that no other case has.
pub fn find_case(device: &mut LocalDevice, id: &str) -> Result<(CaseId, OpenCase), Message> {
    let matching: Vec<CaseId> = device.cases().map(|(case, _)| *case).filter(|case| case.to_string().starts_with(id)).collect();
    match matching.as_slice() {
        [case] if id.len() >= 4 => Ok((*case, device.case(*case)?)),
        [] if device.log().erased().any(|case| case.to_string().starts_with(id)) => Err(texts::error_case_erased(id)),
        [] => Err(texts::error_no_case(id)),
        _ => Err(texts::error_case_ambiguous(id)),
    }
}

/// A secret from the environment or, unseen, from the terminal.
pub fn secret(variable: &str, prompt: &str) -> Result<String, Message> {
    match std::env::var(variable) {
        Ok(value) => Ok(value),
        Err(_) => {
            rpassword::prompt_password(format!("{prompt} ")).map_err(|error| texts::error_cannot_ask(error.to_string(), variable))
        }
    }
}

/// A new secret: typed twice, for nobody can reset it and nobody sees a slip. From the environment it is taken as it is.
pub fn new_secret(lang: Lang, variable: &str, prompt: &str) -> Result<String, Message> {
    let first = secret(variable, prompt)?;
    let is_typed = std::env::var_os(variable).is_none();
    if is_typed && secret(variable, &texts::ask_again(lang))? != first {
        return Err(texts::error_typed_differently());
    }
    Ok(first)
}

/// The system's randomness.
pub fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// Shows to whoever looks how far something is that can take seconds.
pub fn progress(done: usize, all: usize) {
    use std::io::{IsTerminal as _, Write as _, stderr};
    if all > 1 && stderr().is_terminal() {
        // The last one clears the line.
        let line = if done < all { format!("\r{done}/{all}") } else { "\r\x1b[K".to_owned() };
        let _ = stderr().write_all(line.as_bytes());
    }
}

/// Says what went wrong.
pub fn complain(text: &str) {
    eprintln!("habeas: {text}");
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::from_code(text).ok_or_else(|| "the languages are kk, ru and en".to_owned())
}
