//! What the program does besides serving; what there is to say goes to the operator's terminal.

use std::fmt;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use habeas_clerk::ClerkKey;
use habeas_hub::Hub;
use habeas_protocol::Act;
use zeroize::Zeroizing;

use crate::backup::expire;
use crate::config::{BackupArgs, BackupCommand, Command, Config, KeyCommand, Part};
use crate::run::{cause, now, rng};
use crate::{audit, backup, http, run, socket, upgrade};

/// Does it.
pub fn run(config: &Config, command: Command) -> Result<(), String> {
    match command {
        Command::Backup(BackupArgs { verify: Some(BackupCommand::Verify { file }), .. }) => verify(&file),
        Command::Backup(BackupArgs { into: Some(folder), keep_days, .. }) => write_into(config, &folder, keep_days),
        Command::Backup(BackupArgs { file, .. }) => write(config, &file.unwrap_or_default()),
        Command::Restore { file } => restore(config, &file),
        Command::CountAgain => count_again(config),
        Command::AdmitClerk { keys } => admit_clerk(config, &keys),
        Command::Upgrade => bring_up_to_date(config),
        Command::Unlock { key } => give_key(config, key.as_deref()),
        Command::Key(KeyCommand::New { file }) => new_key(&file),
        Command::Key(KeyCommand::Next { old, new }) => next_key(&old, &new),
        Command::Key(KeyCommand::Show { file }) => {
            say(format_args!("{}", load(&file)?.name()));
            Ok(())
        }
        Command::Key(KeyCommand::Rotate { file }) => rotate(config, file.as_deref()),
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
    let written = backup::write(config, file)?;
    tell(config, file, &written)
}

/// A backup of today's into a folder; then those go that are too old. Whatever fails before, nothing goes.
fn write_into(config: &Config, folder: &Path, days: u32) -> Result<(), String> {
    let (file, manifest, size) = backup::write_into(config, folder)?;
    tell(config, &file, &(manifest, size))?;
    say(format_args!("It was verified: every hash, signature and chain holds."));
    let upgrades = config.data.join("backups");
    let removed = expire::expire(folder, expire::of(config.role), days, now(), Some(&file)).and_then(|mut removed| {
        removed.extend(expire::expire(&upgrades, expire::OF_UPGRADES, expire::DAYS, now(), None)?);
        expire::sweep(folder)?;
        Ok(removed)
    });
    let removed = removed.map_err(|error| format!("the backup is there, and what is too old was not removed: {error}"))?;
    removed.iter().for_each(|name| say(format_args!("Removed, for it was too old: {name}")));
    Ok(())
}

/// Tells what a new backup holds.
fn tell(config: &Config, file: &Path, (manifest, size): &(backup::Manifest, u64)) -> Result<(), String> {
    audit::record(config, Act::Backup);
    say(format_args!("{}: {size} bytes", file.display()));
    say(format_args!("{}", backup::describe(manifest)));
    if !config.role.has_clerk() {
        return Ok(());
    }
    let keys = habeas_clerk::wanted_keys(&config.clerk_database()).unwrap_or_default();
    say(format_args!("THE CLERK'S KEY IS NOT IN IT: {}.", backup::wants(&keys)));
    say(format_args!(
        "Keep a copy of that key somewhere else than backups, on paper or a stick in a safe: together they are what a thief wants."
    ));
    Ok(())
}

fn verify(file: &Path) -> Result<(), String> {
    let held = backup::verify(file)?;
    say(format_args!("{}: whole; every hash, signature and chain holds", file.display()));
    say(format_args!("{}", backup::describe(&held.manifest)));
    if held.holds("clerk") {
        say(format_args!("{}", backup::wants(&held.keys)));
    }
    Ok(())
}

fn restore(config: &Config, file: &Path) -> Result<(), String> {
    let _only = run::take(config)?;
    let held = backup::restore(config, file)?;
    audit::record(config, Act::Restore);
    say(format_args!("{}", backup::describe(&held.manifest)));
    if held.holds("clerk") && config.role.has_clerk() {
        say_key(config, &held.keys);
    } else {
        say(format_args!("Restored."));
    }
    if held.holds("hub") && config.role.has_hub() {
        say(format_args!("Devices give the server what it has acknowledged since this backup, at their next sync."));
        say(format_args!(
            "Nothing is counted, no mail goes out, and nothing new is taken into the organisation's log until the coordinators' devices have synced: \
             one of them may know of a case that was erased since, or of other entries that this backup lacks. After an hour one of them is \
             enough. If no coordinator is left: habeas-server count-again"
        ));
    }
    Ok(())
}

fn count_again(config: &Config) -> Result<(), String> {
    let hub = audit::open(config, "whether a coordinator is waited for lies with the hub, on its own machine; say it there")?;
    if !hub.does_without_coordinator(now()).map_err(|error| format!("the hub's database: {}", cause(&error)))? {
        return Err("no device is waited for; nothing was changed".to_owned());
    }
    say(format_args!(
        "Everything counts again, and coordinators write to the log again, although not each of their devices was heard since the backup was \
         put back."
    ));
    say(format_args!(
        "A device that knows of entries of the log that are not here refuses what is written in their place, and has to be set up anew."
    ));
    say(format_args!(
        "A case that was erased after that backup is counted, and mail about it may go out, until a device that knows of the erasure syncs."
    ));
    Ok(())
}

/// Which key a restored clerk wants.
fn say_key(config: &Config, keys: &[String]) {
    let path = config.clerk_key();
    say(format_args!("Restored: {}.", backup::wants(keys)));
    match ClerkKey::load(&path) {
        Ok(key) if keys.contains(&key.name()) => say(format_args!("That is the key at {}.", path.display())),
        _ if keys.is_empty() => {}
        Ok(key) => say(format_args!("The key at {} is another one, {}: put the right one there.", path.display(), key.name())),
        Err(_) => say(format_args!("Put it at {} (mode 600) before you start the server.", path.display())),
    }
}

fn admit_clerk(config: &Config, keys: &str) -> Result<(), String> {
    if config.role != Part::Hub {
        return Err("only a hub whose clerk runs on another machine admits one: say --role hub".to_owned());
    }
    let keys = habeas_hub::read_keys(keys).ok_or("a clerk's keys are the 128 hexadecimal digits that it prints at its start")?;
    let failed = |error: habeas_hub::HubError| format!("the hub's database: {}", cause(&error));
    let hub = Hub::open(&config.hub_database(), &mut rng()).map_err(failed)?;
    hub.admit_clerk(&keys, now()).map_err(failed)?;
    let Some(code) = hub.setup_code(&mut rng()).map_err(failed)? else { return Ok(()) };
    say(format_args!("The organisation will have the clerk {}. On the first coordinator's device:", keys.id()));
    let site = config.public_url.as_deref().unwrap_or("URL");
    say(format_args!("  habeas org create --server {site} --code {code}-{} --account NAME", keys.id()));
    Ok(())
}

fn bring_up_to_date(config: &Config) -> Result<(), String> {
    let _only = run::take(config)?;
    match upgrade::upgrade(config)? {
        upgrade::Upgraded::Nothing => say(format_args!("There was nothing to do.")),
        upgrade::Upgraded::From(path) => {
            audit::record(config, Act::Upgrade);
            say(format_args!("{}", upgrade::how_to_return(&path)));
        }
    }
    Ok(())
}

fn give_key(config: &Config, key: Option<&Path>) -> Result<(), String> {
    say(format_args!("{}", socket::unlock(&config.data, &key_bytes(key)?, |line| say(format_args!("{line}")))?));
    Ok(())
}

fn rotate(config: &Config, key: Option<&Path>) -> Result<(), String> {
    let bytes = match key {
        Some(path) => key_bytes(Some(path).filter(|path| *path != Path::new("-")))?,
        None => Zeroizing::default(),
    };
    say(format_args!("{}", socket::rotate(&config.data, &bytes, |line| say(format_args!("{line}")))?));
    Ok(())
}

/// A key from a file or from standard input.
fn key_bytes(key: Option<&Path>) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut bytes = Zeroizing::new(Vec::new());
    let most = habeas_clerk::MAX_KEY_FILE as u64 + 1;
    let read = match key {
        Some(path) => fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)),
        None => std::io::stdin().take(most).read_to_end(&mut bytes),
    };
    let from = key.map_or("standard input".into(), Path::to_string_lossy);
    read.map_err(|error| format!("the key cannot be read from {from}: {error}"))?;
    Ok(bytes)
}

fn new_key(file: &Path) -> Result<(), String> {
    is_free(file)?;
    let key = ClerkKey::create(file, &mut rng()).map_err(|error| error.to_string())?;
    let (file, name) = (file.display(), key.name());
    say(format_args!("{file} is a new clerk's key, {name}. Nobody can make it again: keep a second copy."));
    Ok(())
}

fn next_key(old: &Path, new: &Path) -> Result<(), String> {
    is_free(new)?;
    let key = load(old)?.next(&mut rng());
    key.write(new).map_err(|error| error.to_string())?;
    say(format_args!(
        "{} is the same clerk's next key, {}. Keep a second copy, and give it to the server: habeas-server key rotate {0}",
        new.display(),
        key.name()
    ));
    Ok(())
}

fn load(file: &Path) -> Result<ClerkKey, String> {
    ClerkKey::load(file).map_err(|error| error.to_string())
}

fn is_free(file: &Path) -> Result<(), String> {
    if file.exists() {
        return Err(format!("there is a file {} already; give another name", file.display()));
    }
    Ok(())
}
