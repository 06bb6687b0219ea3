//! What the program does besides serving; what there is to say goes to the operator's terminal.

use std::fmt;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use habeas_clerk::ClerkKey;
use habeas_protocol::Act;
use zeroize::Zeroizing;

use crate::config::{BackupArgs, BackupCommand, Command, Config, KeyCommand};
use crate::run::rng;
use crate::{audit, backup, http, run, unlock, upgrade};

/// Does it.
pub fn run(config: &Config, command: Command) -> Result<(), String> {
    match command {
        Command::Backup(BackupArgs { verify: Some(BackupCommand::Verify { file }), .. }) => verify(&file),
        Command::Backup(BackupArgs { file, .. }) => write(config, &file.unwrap_or_default()),
        Command::Restore { file } => restore(config, &file),
        Command::Upgrade => bring_up_to_date(config),
        Command::Unlock { key } => give_key(config, key.as_deref()),
        Command::Key(KeyCommand::New { file }) => new_key(&file),
        Command::Audit(command) => audit::run(config, &command),
        Command::Routes => routes(),
    }
}

fn routes() -> Result<(), String> {
    say(format_args!("{}", http::routes::listed()?));
    Ok(())
}

/// Tells the operator. What was done is done, whether or not anybody listens.
fn say(line: fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn write(config: &Config, file: &Path) -> Result<(), String> {
    let (manifest, size) = backup::write(config, file)?;
    audit::record(config, Act::Backup);
    say(format_args!("{}: {size} bytes", file.display()));
    say(format_args!("{}", backup::describe(&manifest)));
    say(format_args!("THE CLERK'S KEY IS NOT IN IT. Without {} the clerk's half cannot be read.", config.clerk_key().display()));
    say(format_args!(
        "Keep a copy of that key somewhere else than backups, on paper or a stick in a safe: together they are what a thief wants."
    ));
    Ok(())
}

fn verify(file: &Path) -> Result<(), String> {
    let manifest = backup::verify(file)?;
    say(format_args!("{}: whole; every hash, signature and chain holds", file.display()));
    say(format_args!("{}", backup::describe(&manifest)));
    Ok(())
}

fn restore(config: &Config, file: &Path) -> Result<(), String> {
    let _only = run::take(config)?;
    let manifest = backup::restore(config, file)?;
    audit::record(config, Act::Restore);
    say(format_args!("{}", backup::describe(&manifest)));
    say(format_args!(
        "Restored. Put the clerk's key at {} (mode 600) before you start the server.",
        config.clerk_key().display()
    ));
    say(format_args!("Devices give the server what it has acknowledged since this backup, at their next sync."));
    Ok(())
}

fn bring_up_to_date(config: &Config) -> Result<(), String> {
    let _only = run::take(config)?;
    match upgrade::upgrade(config)? {
        upgrade::Upgraded::Nothing => say(format_args!("There was nothing to do.")),
        upgrade::Upgraded::From(path) => say(format_args!("{}", upgrade::how_to_return(&path))),
    }
    Ok(())
}

fn give_key(config: &Config, key: Option<&Path>) -> Result<(), String> {
    let mut bytes = Zeroizing::new(Vec::new());
    let most = habeas_clerk::MAX_KEY_FILE as u64 + 1;
    let read = match key {
        Some(path) => fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)),
        None => std::io::stdin().take(most).read_to_end(&mut bytes),
    };
    let from = key.map_or("standard input".into(), Path::to_string_lossy);
    read.map_err(|error| format!("the key cannot be read from {from}: {error}"))?;
    say(format_args!("{}", unlock::give(&config.data, &bytes)?));
    Ok(())
}

fn new_key(file: &Path) -> Result<(), String> {
    if file.exists() {
        return Err(format!("there is a file {} already; give another name", file.display()));
    }
    ClerkKey::create(file, &mut rng()).map_err(|error| error.to_string())?;
    say(format_args!("{} is a new clerk's key. Nobody can make it again: keep a second copy.", file.display()));
    Ok(())
}
