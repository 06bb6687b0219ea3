//! `habeas-server audit`: the record of what was done, for the operator's eyes, also while the server runs.

use std::path::Path;

use habeas_db::{Standing, standing};
use habeas_hub::Hub;
use habeas_protocol::{Act, Actor, AuditEntry};

use crate::config::{AuditCommand, Config};
use crate::run::{cause, now, rng};
use crate::untold;

/// Verifies or shows the record.
#[allow(clippy::print_stdout, reason = "what was asked for")]
pub fn run(config: &Config, command: &AuditCommand) -> Result<(), String> {
    let failed = |error: habeas_hub::HubError| format!("the hub's database: {}", cause(&error));
    let hub = open(config, "the audit record lies with the hub, on its own machine")?;
    match command {
        AuditCommand::Verify { head } => match hub.verify_audit(head).map_err(failed)? {
            Ok(None) => println!("The record is empty."),
            Ok(Some(newest)) => {
                println!("The record is whole: {} entries, heads given and found: {}.", newest.number, head.len());
                println!("{newest}");
            }
            Err(problem) => return Err(format!("the audit record is not what it was: {problem}")),
        },
        AuditCommand::Show { from } => {
            let counted = hub.audit_entries(*from, |entry| println!("{}", line(&entry))).map_err(failed)?;
            counted.iter().for_each(|(what, count)| println!("not in the record yet: {what} refused {count} more"));
        }
    }
    Ok(())
}

/// Opens the hub's database beside a server that may run; `elsewhere` is said where the hub is not here.
pub fn open(config: &Config, elsewhere: &str) -> Result<Hub, String> {
    if !config.role.has_hub() {
        return Err(elsewhere.to_owned());
    }
    let address = config.hub_database();
    // To open a file that is not there would make it, and an empty record verifies.
    if !address.starts_with("postgres") && !Path::new(&address).is_file() {
        return Err(format!(
            "there is no hub's database at {address}: give its folder with --data before the command, or the server's --config"
        ));
    }
    if !matches!(standing(&address, &habeas_hub::schema()), Ok(Standing::Current)) {
        return Err(format!(
            "the hub's database at {address} is of another version; bring it up to date first: habeas-server upgrade"
        ));
    }
    Hub::open(&address, &mut rng()).map_err(|error| format!("the hub's database: {}", cause(&error)))
}

/// Records what the operator has done, where the hub's database is of this version; where the hub is elsewhere, the clerk tells it. It is done;
/// that it could not be recorded is only said.
pub fn record(config: &Config, act: Act) {
    if !config.role.has_hub() {
        return note_untold(&config.data, act);
    }
    let address = config.hub_database();
    if !matches!(standing(&address, &habeas_hub::schema()), Ok(Standing::Current)) {
        return;
    }
    let recorded = Hub::open(&address, &mut rng()).and_then(|hub| hub.audit(Actor::Operator, act, "", now()));
    if let Err(error) = recorded {
        tracing::warn!(cause = cause(&error), act = act.name(), "this is not in the audit record");
    }
}

/// Writes down beside the clerk's database what the hub is to hear of later.
pub fn note_untold(data: &Path, act: Act) {
    if let Err(error) = untold::note(data, act, now()) {
        tracing::warn!(cause = cause(&error), act = act.name(), "this will not be in the hub's audit record");
    }
}

fn line(entry: &AuditEntry) -> String {
    let AuditEntry { number, at, actor, act, subjects, outcome } = entry;
    let at = jiff::Timestamp::from_second(*at).map_or_else(|_| at.to_string(), |at| at.to_string());
    let subjects = if subjects.is_empty() { "-" } else { subjects };
    format!("{number} {at} {actor} {act} {subjects} {outcome}")
}
