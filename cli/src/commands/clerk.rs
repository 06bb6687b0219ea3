//! What people ask of the clerk: `family`, `contact`, `rules`, `tally`.

use clap::{Args, Subcommand};
use habeas_client_core::words::word;
use habeas_texts::{self as texts, Message};
use serde_json::{Value, json};

use super::remote;
use crate::remote::Remote;
use crate::{Home, complain, find_case, show};

/// Families.
#[derive(Debug, Subcommand)]
pub enum FamilyCommand {
    /// The requests whose address is confirmed
    List,
    /// Let a family follow a case, once you have checked who they are and what the detained person wishes
    Attach {
        /// The request's id
        request: String,
        /// The case's id, or the beginning of it
        case: String,
    },
    /// Take a family off the case that it follows; its request waits again
    Detach {
        /// The request's id
        request: String,
    },
}

/// Where alerts go.
#[derive(Debug, Args)]
pub struct ContactArgs {
    /// Your mail address
    pub address: String,
}

/// Counts.
#[derive(Debug, Subcommand)]
pub enum TallyCommand {
    /// Count the detentions that began on these days
    Show {
        #[command(flatten)]
        days: Days,
        /// As CSV, for a spreadsheet
        #[arg(long)]
        csv: bool,
        /// As JSON
        #[arg(long, conflicts_with = "csv")]
        json: bool,
    },
    /// The cases of these months one by one, without whoever they are about: as CSV, for a spreadsheet
    Rows {
        #[command(flatten)]
        days: Days,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Propose a count for publication. It is fixed from here on; a second person releases it
    Propose {
        #[command(flatten)]
        days: Days,
    },
    /// Every count that was proposed or released; of one of them, by its id or the beginning of it, what it holds: that is what a second person releases
    List {
        /// The count's id, or the beginning of it
        id: Option<String>,
    },
    /// Release a count that somebody else proposed
    Release {
        /// The count's id
        id: String,
    },
}

/// Which days.
#[derive(Debug, Args)]
pub struct Days {
    /// The first day, as 2021-01-10
    #[arg(long, value_name = "DAY")]
    from: String,
    /// The last day
    #[arg(long, value_name = "DAY")]
    to: String,
}

/// `habeas family`.
pub fn family(home: &Home, command: FamilyCommand) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    match command {
        FamilyCommand::List => {
            let requests: Vec<Value> = remote.get("/v1/families")?;
            if requests.is_empty() {
                println!("{}", texts::device_no_family(home.lang));
            }
            for request in requests {
                let text = |name: &str| request[name].as_str().unwrap_or("-").to_owned();
                let state = word(home.lang, "request", request["state"].as_str().unwrap_or_default());
                println!("{}  {state:10} {} ({})  {}", text("id"), text("name"), text("relationship"), text("case"));
            }
            Ok(())
        }
        FamilyCommand::Attach { request, case } => {
            let (case, open) = find_case(&mut device, &case)?;
            let view = open.replica.view();
            let title = view.known_as().unwrap_or_default();
            remote.tell(&format!("/v1/families/{}/attach", plain(&request)?), &json!({ "case": case }))?;
            println!("{}", texts::device_family_follows(home.lang, case.to_string(), title));
            // A family that waits for word must not wait for a rule that nobody has allowed.
            let rules: Vec<Value> = remote.get("/v1/rules")?;
            let silent = rules.iter().filter(|rule| rule["allowed"] != true).filter_map(|rule| rule["rule"].as_str());
            let silent: Vec<&str> = silent.collect();
            if !silent.is_empty() {
                complain(&texts::rules_silent(home.lang, silent.join(", ")));
            }
            Ok(())
        }
        FamilyCommand::Detach { request } => {
            remote.tell(&format!("/v1/families/{}/detach", plain(&request)?), &json!({}))?;
            println!("{}", texts::device_family_waits(home.lang));
            Ok(())
        }
    }
}

/// `habeas contact`.
pub fn contact(home: &Home, arguments: ContactArgs) -> Result<(), Message> {
    let device = home.open()?;
    remote(&device)?.put("/v1/contact", &json!({ "address": arguments.address, "lang": home.lang.code() }))?;
    println!("{}", texts::device_contact(home.lang, arguments.address));
    Ok(())
}

/// `habeas rules list`: of which rules families may hear.
pub fn rules(home: &Home) -> Result<(), Message> {
    let device = home.open()?;
    let all: Vec<Value> = remote(&device)?.get("/v1/rules")?;
    for rule in &all {
        let text = |name: &str| rule[name].as_str().unwrap_or_default();
        println!("{:24} {}; {}", text("rule"), hear(home, rule["allowed"] == true), word(home.lang, "status", text("status")));
    }
    Ok(())
}

fn hear(home: &Home, allowed: bool) -> String {
    if allowed { texts::rules_hear(home.lang) } else { texts::rules_hear_not(home.lang) }
}

/// `habeas rules allow` and `withhold`.
pub fn allow(home: &Home, rule: &str, allowed: bool) -> Result<(), Message> {
    // Ids of rules are part of an address as they are.
    if rule.is_empty() || !rule.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_')) {
        return Err(texts::error_no_rule(rule));
    }
    let device = home.open()?;
    remote(&device)?.put(&format!("/v1/rules/{rule}"), &json!({ "allowed": allowed }))?;
    println!("{rule}: {}", hear(home, allowed));
    Ok(())
}

/// `habeas tally`.
pub fn tally(home: &Home, command: TallyCommand) -> Result<(), Message> {
    let device = home.open()?;
    let remote = remote(&device)?;
    match command {
        TallyCommand::Show { days, csv, json } => {
            let format = if csv { "csv" } else { "json" };
            let count =
                remote.text(&format!("/v1/tallies?from={}&to={}&format={format}", plain(&days.from)?, plain(&days.to)?))?;
            if csv || json {
                print!("{count}");
            } else {
                print!("{}", show::tally(home.lang, &serde_json::from_str(&count).unwrap_or_default()));
            }
            Ok(())
        }
        TallyCommand::Rows { days, json } => {
            let format = if json { "json" } else { "csv" };
            let (from, to) = (plain(&days.from)?, plain(&days.to)?);
            print!("{}", remote.text(&format!("/v1/tallies/rows?from={from}&to={to}&format={format}"))?);
            complain(&texts::device_rows(home.lang));
            Ok(())
        }
        TallyCommand::Propose { days } => {
            let proposed: Value = remote.post("/v1/tallies/releases", &json!({ "from": days.from, "to": days.to }))?;
            let id = proposed["id"].as_str().unwrap_or_default();
            println!("{id}");
            complain(&texts::device_proposed(home.lang, id));
            Ok(())
        }
        TallyCommand::List { id: Some(id) } => {
            print!("{}", show::tally(home.lang, &proposed(&remote, &id)?["tally"]));
            Ok(())
        }
        TallyCommand::List { id: None } => {
            let all: Vec<Value> = remote.get("/v1/tallies/releases")?;
            if all.is_empty() {
                println!("{}", texts::count_none(home.lang));
            }
            for proposed in &all {
                let released = !proposed["released_at"].is_null();
                let state = if released { texts::count_released(home.lang) } else { texts::count_waits(home.lang) };
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let period = &proposed["tally"]["period"];
                println!("{}  {} – {}  {state}", text(&proposed["id"]), text(&period["from"]), text(&period["to"]));
            }
            Ok(())
        }
        TallyCommand::Release { id } => {
            let proposed = proposed(&remote, &id)?;
            let id = proposed["id"].as_str().unwrap_or_default();
            remote.tell(&format!("/v1/tallies/releases/{}/release", plain(id)?), &json!({}))?;
            println!("{}", texts::device_released(home.lang));
            Ok(())
        }
    }
}

/// The one proposed or released count whose id begins so.
fn proposed(remote: &Remote, id: &str) -> Result<Value, Message> {
    let all: Vec<Value> = remote.get("/v1/tallies/releases")?;
    let begins = |count: &Value| !id.is_empty() && count["id"].as_str().is_some_and(|known| known.starts_with(id));
    let mut meant = all.into_iter().filter(begins);
    meant.next().filter(|_| meant.next().is_none()).ok_or_else(|| texts::error_count_unknown(id))
}

/// A text that can stand in an address as it is.
pub fn plain(text: &str) -> Result<&str, Message> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !text.is_empty() && text.chars().all(allowed) { Ok(text) } else { Err(texts::error_days_form(text)) }
}
