//! `habeas recovery`: three printed shares, of which two bring the organisation back when no coordinator can act any more.

use std::io::{BufRead as _, IsTerminal as _};

use clap::{Args, Subcommand};
use habeas_client_core::device::{Device, let_in_by_shares, log_entries};
use habeas_client_core::keys::{DeviceSecrets, Share, ShareError};
use habeas_protocol::api::{LogEntries, Purpose, Recover, Session, from_hex};
use habeas_protocol::limits::MAX_ENTRY;
use habeas_protocol::{Entry, Log, Secret};
use habeas_texts::{self as texts, Lang, Message};

use super::remote;
use crate::remote::Remote;
use crate::share::{LINES, grouped, lines, read_all, read_line};
use crate::{Home, LocalDevice, new_secret, qr, rng, vault};

/// Recovery.
#[derive(Subcommand)]
pub enum RecoveryCommand {
    /// Print three shares, in the language of --lang: give them to three people who do not live together. Any two of them bring the
    /// organisation back, one alone opens nothing (coordinators)
    Print,
    /// Print three other shares; those that there were hold no longer (coordinators)
    Rotate,
    /// Whether there are shares
    Show,
    /// With two shares make this a coordinator's device, in a folder without one: when every coordinator's device is lost, or the last one
    /// is frozen. The shares are read from the terminal
    Use(UseArgs),
}

/// Where to.
#[derive(Args)]
pub struct UseArgs {
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: String,
    /// The name of the account to make
    #[arg(long, value_name = "NAME")]
    account: String,
}

/// `habeas recovery`.
pub fn recovery(home: &Home, command: RecoveryCommand) -> Result<(), Message> {
    match command {
        RecoveryCommand::Use(arguments) => use_shares(home, &arguments),
        RecoveryCommand::Show => {
            let device = home.open()?;
            let said = if device.log().recovery().is_some() { texts::recovery_there } else { texts::recovery_none };
            println!("{}", said(home.lang));
            let_in_by_shares(device.log(), 0).for_each(|id| println!("{}", texts::device_by_shares(home.lang, id.to_string())));
            Ok(())
        }
        RecoveryCommand::Print => print(home, false),
        RecoveryCommand::Rotate => print(home, true),
    }
}

fn print(home: &Home, again: bool) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    remote.sync(&mut device)?;
    match (device.log().recovery().is_some(), again) {
        (true, false) => return Err(texts::error_recovery_there()),
        (false, true) => return Err(texts::error_recovery_none()),
        _ => {}
    }
    let (shares, entries) = device.new_shares(&mut rng())?;
    // On paper first: shares that hold and that nobody has are worse than none.
    shares.iter().for_each(|share| sheet(home.lang, &device, share));
    remote.tell("/v1/log", &entries).map_err(texts::error_recovery_void)?;
    device.are_taken(&entries)?;
    crate::complain(&texts::recovery_holds(home.lang));
    remote.sync(&mut device).map(drop)
}

/// One sheet of paper.
fn sheet(lang: Lang, device: &LocalDevice, share: &Share) {
    let server = device.session().map(|(server, _)| server.to_owned()).unwrap_or_default();
    println!("{}\n", texts::recovery_title(lang, u32::from(share.number())));
    println!("{}\n", texts::recovery_text(lang));
    let lines = lines(share);
    for (number, line) in (1..).zip(&lines) {
        println!("  {number}:  {}", grouped(line));
    }
    println!();
    let whole: String = lines.iter().map(|line| line.as_str()).collect();
    if let Some(code) = qr::paper(&whole) {
        println!("{code}\n");
    }
    // The next one begins on a sheet of its own.
    println!("{}\u{c}", texts::recovery_how(lang, server));
}

fn use_shares(home: &Home, arguments: &UseArgs) -> Result<(), Message> {
    if vault::exists(&home.folder) {
        return Err(texts::error_folder_holds_device(home.folder.display().to_string()));
    }
    let server = Remote::new(&arguments.server, None)?;
    let shares = [read_share(home.lang, 1)?, read_share(home.lang, 2)?];
    let recovery = shares[0].join(&shares[1]).map_err(|error| match error {
        ShareError::Same => texts::error_share_same(),
        ShareError::Apart => texts::error_share_apart(),
    })?;
    let log = log(&server, &recovery)?;
    let fingerprint =
        log.fingerprint().filter(|fingerprint| shares[0].is_of(fingerprint)).ok_or_else(texts::error_share_other)?;
    let secrets = DeviceSecrets::generate(&mut rng());
    let LogEntries { entries } = log_entries(&recovery.recover(&log, &secrets, &mut rng())?)?;

    let passphrase = new_secret(home.lang, "HABEAS_PASSPHRASE", &texts::ask_new_passphrase(home.lang))?;
    let password = Secret::from(new_secret(home.lang, "HABEAS_PASSWORD", &texts::ask_new_password(home.lang))?);
    let nonce = server.nonce(&secrets)?;
    let (account, signature) = (arguments.account.clone(), secrets.prove(Purpose::Register, &nonce, &arguments.account));
    let keys = secrets.keys().to_hex();
    let recover = Recover { account, password, device: keys, entries, nonce: nonce.nonce.clone(), signature };
    // The vault first: the log admits this device before anything else is known of the answer.
    let vault = vault::create(&home.folder, &passphrase)?;
    let mut device = Device::create(vault, secrets, Some(fingerprint))?;
    let session: Session = match server.post("/v1/recovery", &recover) {
        Ok(session) => session,
        Err(problem) if super::has_done_nothing(&problem) => {
            drop(device);
            vault::take_back(&home.folder);
            return Err(problem);
        }
        Err(problem) => return Err(texts::error_setup_unsure(home.folder.display().to_string(), problem)),
    };
    device.remember_session(&arguments.server, &arguments.account, &session, &nonce, crate::when::now_ms())?;
    let report = remote(&device)?.sync(&mut device)?;
    println!("{}", texts::recovery_done(home.lang, device.id().to_string()));
    super::sync::tell(home.lang, &device, &report);
    super::second_factor::warn(home.lang, &device, session.second_factor);
    Ok(())
}

/// The log as the server has it, every entry checked.
fn log(server: &Remote, recovery: &DeviceSecrets) -> Result<Log, Message> {
    let mut log = Log::new();
    loop {
        let nonce = server.nonce(recovery)?;
        let from = log.next().0;
        let LogEntries { entries } = server.post("/v1/recovery/log", &recovery.ask_recovery_log(&nonce, from))?;
        if entries.is_empty() {
            return Ok(log);
        }
        for entry in entries {
            let bytes = from_hex(&entry, MAX_ENTRY).ok_or_else(|| texts::error_answer("log"))?;
            let added = Entry::decode(&bytes).and_then(|entry| log.add(entry));
            added.map_err(|error| texts::error_hub_lies(texts::error_log_entry(error.to_string())))?;
        }
        if log.next().0 <= from {
            return Err(texts::error_answer("log"));
        }
    }
}

/// Reads a share that somebody types line by line, or that a scanner types as a whole.
fn read_share(lang: Lang, which: u32) -> Result<Share, Message> {
    let input = std::io::stdin();
    crate::complain(&texts::recovery_ask(lang, which));
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    while bytes.len() < Share::BYTES {
        let line = bytes.len() * LINES / Share::BYTES;
        let mut typed = zeroize::Zeroizing::new(String::new());
        if input.lock().read_line(&mut typed).ok().is_none_or(|read| read == 0) {
            return Err(texts::error_share_short());
        }
        // The number before a line may be typed, too.
        let text = typed.trim().trim_start_matches(&format!("{}:", line + 1));
        if text.is_empty() {
            continue;
        }
        if let Some(whole) = read_all(text).filter(|_| line == 0) {
            bytes = whole;
        } else if let Some(read) = read_line(line, text) {
            bytes.extend_from_slice(&read);
        } else {
            let wrong = texts::error_share_line(u32::try_from(line + 1).unwrap_or(u32::MAX));
            if !input.is_terminal() {
                return Err(wrong);
            }
            crate::complain(&wrong.say(lang));
        }
    }
    let whole: &[u8; Share::BYTES] = bytes.as_slice().try_into().map_err(|_| texts::error_share_short())?;
    Share::read(whole).ok_or_else(texts::error_share_short)
}
