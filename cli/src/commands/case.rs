//! `habeas case`, `habeas fact`, `habeas list`.

use clap::{Args, Subcommand};
use habeas_client_core::case::{City, Draft, FactId, Place, Reliability, Source, SourceKind, What};
use habeas_protocol::PersonId;
use serde_json::{Map, Value};

use crate::when::{WhenArgs, now};
use crate::{Home, find_case, rng, show};

/// Cases.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// Begin a case with what is known: a name or a description, and facts to come
    New {
        /// The person's name, in any script
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// What the person looks like, if nobody knows the name
        #[arg(long, value_name = "WORDS")]
        description: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Show a case: what is known, what is disputed, which limits run
    Show {
        /// The case's id, or the beginning of it
        case: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Facts.
#[derive(Debug, Subcommand)]
pub enum FactCommand {
    /// Add a fact to a case: its kind, then the kind's own fields as name=value
    ///
    /// Examples: `restrained exit_offered=no`, `regime regime=administrative article="CAO 488(6)"`, `sentenced penalty=arrest
    /// days=15`, `lawyer_refused by="duty officer"`, `released`. Below stand all kinds with their fields.
    #[command(after_long_help = kinds())]
    Add {
        /// The case's id, or the beginning of it
        case: String,
        /// What happened or is so, such as restrained, delivered, released, name, note
        kind: String,
        /// The kind's own fields
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        #[command(flatten)]
        when: WhenArgs,
        #[command(flatten)]
        about: About,
        /// Facts that this one corrects, by their ids
        #[arg(long, value_name = "FACT")]
        replaces: Vec<FactId>,
    },
}

/// Where it was and who says so.
#[derive(Debug, Args)]
pub struct About {
    /// The city, such as almaty or astana
    #[arg(long, value_name = "CITY", value_parser = word::<City>)]
    city: Option<City>,
    /// The station, court, hospital, square or street
    #[arg(long, value_name = "NAME")]
    place: Option<String>,
    /// Who says so: person, relative, lawyer, witness, recording, police, court or press
    #[arg(long, value_name = "KIND", default_value = "witness", value_parser = word::<SourceKind>)]
    source: SourceKind,
    /// Their name, if it may be written down
    #[arg(long, value_name = "NAME")]
    source_name: Option<String>,
    /// How they know: first_hand, reported or rumour
    #[arg(long, value_name = "HOW", default_value = "first_hand", value_parser = word::<Reliability>)]
    reliability: Reliability,
}

/// What to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// `habeas case`.
pub fn case(home: &Home, command: CaseCommand) -> Result<(), String> {
    let mut device = home.open()?;
    match command {
        CaseCommand::New { name, description, about } => {
            let whats =
                name.map(|text| What::Name { text }).into_iter().chain(description.map(|text| What::Description { text }));
            let drafts: Vec<Draft> = whats.map(|what| about.draft(what)).collect::<Result<_, _>>()?;
            if drafts.is_empty() {
                return Err("say who it is: --name, or --description if nobody knows the name".to_owned());
            }
            let (case, _) = device.new_case(&drafts, &mut rng()).map_err(|error| error.to_string())?;
            println!("{case}");
            Ok(())
        }
        CaseCommand::Show { case, json } => {
            let (id, open) = find_case(&mut device, &case)?;
            if json {
                println!("{}", show::json(id, &open, now())?);
            } else {
                print!("{}", show::words(home.lang, id, &open, now())?);
            }
            Ok(())
        }
    }
}

/// `habeas fact`.
pub fn fact(home: &Home, FactCommand::Add { case, kind, fields, when, about, replaces }: FactCommand) -> Result<(), String> {
    let what = what(&kind, &fields)?;
    let mut device = home.open()?;
    let (case, open) = find_case(&mut device, &case)?;
    // The city is the case's unless another is given, so that the time has a zone; a place is only what somebody said.
    let known = open.replica.view().place.map(|place| place.city);
    let facts = open.replica.view().timeline;
    let city = about.city.or(known).or_else(|| facts.iter().find_map(|fact| fact.place.as_ref()).map(|place| place.city));
    let about = About { city, ..about };
    let draft = about.draft(what)?;
    let zone = city.unwrap_or(City::Almaty).zone();
    let draft = Draft { when: when.interval(&zone, now())?, said: when.said.clone(), replaces, ..draft };
    let ids = device.add_facts(case, &[draft]).map_err(|error| error.to_string())?;
    ids.iter().for_each(|id| println!("{id}"));
    Ok(())
}

/// `habeas list`.
pub fn list(home: &Home, arguments: ListArgs) -> Result<(), String> {
    let device = home.open()?;
    if arguments.json {
        let cases: Vec<Value> = device
            .cases()
            .map(|(case, summary)| {
                let mut value = serde_json::to_value(summary).unwrap_or_default();
                value["case"] = Value::String(case.to_string());
                value
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&cases).map_err(|error| error.to_string())?);
    } else {
        print!("{}", show::list(home.lang, device.cases()));
    }
    Ok(())
}

/// The fact that a lawyer of ours has taken a case.
pub fn assignment(person: PersonId) -> Draft {
    Draft {
        what: What::LawyerAssigned { person: person.to_string() },
        when: habeas_clock::Interval::OPEN,
        said: None,
        place: None,
        source: Source { kind: SourceKind::Lawyer, name: None, reliability: Reliability::FirstHand },
        recorded_at: now(),
        replaces: Vec::new(),
    }
}

impl About {
    fn draft(&self, what: What) -> Result<Draft, String> {
        if self.place.is_some() && self.city.is_none() {
            return Err("--place needs --city, so that the time has a zone".to_owned());
        }
        Ok(Draft {
            what,
            when: habeas_clock::Interval::OPEN,
            said: None,
            place: self.city.map(|city| Place { city, name: self.place.clone() }),
            source: Source { kind: self.source, name: self.source_name.clone(), reliability: self.reliability },
            recorded_at: now(),
            replaces: Vec::new(),
        })
    }
}

/// Every kind with its fields; those in brackets may be left out.
const KINDS: [(&str, &str); 28] = [
    ("name", "text"),
    ("description", "text"),
    ("birth", "date (2009-05-17 or 2009)"),
    ("sex", "sex (female, male)"),
    ("vulnerability", "which (minor, pregnant, child_under_14, disability_group_1_or_2, foreign, medical_need) holds (yes, no)"),
    ("last_seen_free", ""),
    ("restrained", "[exit_offered (yes, no)]"),
    ("in_vehicle", "[plate]"),
    ("delivered", ""),
    ("held", ""),
    ("asked_not_here", ""),
    ("seen_in_custody", ""),
    ("transferred", ""),
    ("hospitalised", "[guarded (yes, no)]"),
    ("released", ""),
    ("died", ""),
    ("regime", "regime (administrative, criminal, none) [article (CAO 488(6))]"),
    ("circumstance", "which (ordinary_crime, especially_grave, mass_riot, emergency, carries_arrest, …) holds (yes, no)"),
    ("lawyer_admitted", "[lawyer]"),
    ("lawyer_refused", "[by]"),
    ("court_order_received", ""),
    ("hearing_held", ""),
    ("sentenced", "penalty (arrest, fine, warning) [days] [article]"),
    ("injury", "text"),
    ("lawyer_assigned", "person"),
    ("official_claim", "date figure value who [url] [scope]"),
    ("note", "text"),
    ("retraction", "[reason], and --replaces"),
];

fn kinds() -> String {
    let lines: String = KINDS.iter().map(|(kind, fields)| format!("  {kind:22}{fields}\n")).collect();
    format!("Kinds and their fields; those in brackets may be left out:\n{lines}")
}

/// A kind with its fields: typed as the kind wants them, and nothing that it does not have.
fn what(kind: &str, fields: &[String]) -> Result<What, String> {
    let mut object = Map::new();
    object.insert("kind".to_owned(), Value::String(kind.to_owned()));
    for field in fields {
        let (name, value) = field.split_once('=').ok_or_else(|| format!("`{field}` is no field; write name=value"))?;
        let value = match value {
            "yes" => Value::Bool(true),
            "no" => Value::Bool(false),
            number if name == "days" || name == "value" => {
                Value::from(number.parse::<u32>().map_err(|_| format!("{name}: `{number}` is no whole number"))?)
            }

            text => Value::String(text.to_owned()),
        };
        if object.insert(name.to_owned(), value).is_some() {
            return Err(format!("{name} is given twice"));
        }
    }
    let what: What = serde_json::from_value(Value::Object(object.clone())).map_err(|error| format!("{kind}: {error}"))?;
    let known = serde_json::to_value(&what).map_err(|error| error.to_string())?;
    match object.keys().find(|name| known.get(*name).is_none()) {
        Some(name) => {
            let fields =
                KINDS.iter().find(|(known, _)| *known == kind).map(|(_, fields)| *fields).filter(|fields| !fields.is_empty());
            Err(format!("{name}: a fact of the kind {kind} has no such field; it has: {}", fields.unwrap_or("none of its own")))
        }
        None => Ok(what),
    }
}

/// Reads one of an enum's words.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(Value::String(text.to_owned())).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_kind_and_only_those() {
        let error = what("no_such_kind", &[]).unwrap_err();
        for (kind, _) in KINDS {
            assert!(error.contains(&format!("`{kind}`")), "{kind} is not a kind: {error}");
        }
        assert_eq!(error.matches('`').count() / 2, KINDS.len() + 1, "the help lacks a kind: {error}");
    }

    #[test]
    fn the_vulnerabilities_in_the_help_can_be_typed() {
        for which in ["minor", "pregnant", "child_under_14", "disability_group_1_or_2", "foreign", "medical_need"] {
            assert!(what("vulnerability", &[format!("which={which}"), "holds=yes".to_owned()]).is_ok(), "{which}");
        }
    }
}
