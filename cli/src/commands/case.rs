//! `habeas case`, `habeas fact`, `habeas list`.

use clap::{Args, Subcommand};
use habeas_client_core::case::{
    BadField, City, Draft, FactId, Field, KINDS, Kind, Place, Reliability, Source, SourceKind, Takes, What,
};
use habeas_client_core::device::Listed;
use habeas_protocol::PersonId;
use habeas_texts::{self as texts, Message};
use serde_json::Value;

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
        replaces: Vec<String>,
    },
}

/// Where it was and who says so.
#[derive(Debug, Args)]
pub struct About {
    /// The city, such as almaty or astana
    #[arg(long, value_name = "CITY")]
    city: Option<String>,
    /// The station, court, hospital, square or street
    #[arg(long, value_name = "NAME")]
    place: Option<String>,
    /// Who says so: person, relative, lawyer, witness, recording, police, court or press
    #[arg(long, value_name = "KIND", default_value = "witness")]
    source: String,
    /// Their name, if it may be written down
    #[arg(long, value_name = "NAME")]
    source_name: Option<String>,
    /// How they know: first_hand, reported or rumour
    #[arg(long, value_name = "HOW", default_value = "first_hand")]
    reliability: String,
}

/// What to list.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// `habeas case`.
pub fn case(home: &Home, command: CaseCommand) -> Result<(), Message> {
    let mut device = home.open()?;
    match command {
        CaseCommand::New { name, description, about } => {
            let whats =
                name.map(|text| What::Name { text }).into_iter().chain(description.map(|text| What::Description { text }));
            let drafts: Vec<Draft> = whats.map(|what| about.draft(what, about.city()?)).collect::<Result<_, _>>()?;
            if drafts.is_empty() {
                return Err(texts::error_who_missing());
            }
            let (case, _) = device.new_case(&drafts, &mut rng())?;
            println!("{case}");
            Ok(())
        }
        CaseCommand::Show { case, json } => {
            let (id, open) = find_case(&mut device, &case)?;
            if json {
                println!("{}", show::json(id, &open, now()));
            } else {
                print!("{}", show::words(home.lang, device.people(), id, &open, now()));
            }
            Ok(())
        }
    }
}

/// `habeas fact`.
pub fn fact(home: &Home, FactCommand::Add { case, kind, fields, when, about, replaces }: FactCommand) -> Result<(), Message> {
    let what = what(&kind, &fields)?;
    let mut device = home.open()?;
    let (case, open) = find_case(&mut device, &case)?;
    // The city is the case's unless another is given, so that the time has a zone; a place is only what somebody said.
    let known = open.replica.view().place.map(|place| place.city);
    let facts = open.replica.view().timeline;
    let city = about.city()?.or(known).or_else(|| facts.iter().find_map(|fact| fact.place.as_ref()).map(|place| place.city));
    let draft = about.draft(what, city)?;
    let zone = city.unwrap_or(City::Almaty).zone();
    let replaces = replaces.iter().map(|id| id.parse()).collect::<Result<Vec<FactId>, BadField>>()?;
    let draft = Draft { when: when.interval(&zone, now())?, said: when.said.clone(), replaces, ..draft };
    let ids = device.add_facts(case, &[draft])?;
    ids.iter().for_each(|id| println!("{id}"));
    Ok(())
}

/// `habeas list`.
pub fn list(home: &Home, arguments: ListArgs) -> Result<(), Message> {
    let device = home.open()?;
    if arguments.json {
        let listed = device.by_urgency(now());
        let cases: Vec<Value> = listed
            .iter()
            .map(|Listed { case, summary, limit }| {
                let mut value = serde_json::to_value(summary).unwrap_or_default();
                if let Some(fields) = value.as_object_mut() {
                    fields.remove("clock");
                    fields.insert("case".to_owned(), Value::from(case.to_string()));
                    fields.insert("limit".to_owned(), serde_json::to_value(limit).unwrap_or_default());
                }
                value
            })
            .collect();
        println!("{}", super::pretty(&cases));
    } else {
        print!("{}", show::list(home.lang, &device.by_urgency(now()), now()));
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
    fn city(&self) -> Result<Option<City>, Message> {
        self.city.as_ref().map(|city| word("--city", city, &City::ALL.map(City::code))).transpose()
    }

    fn draft(&self, what: What, city: Option<City>) -> Result<Draft, Message> {
        if self.place.is_some() && city.is_none() {
            return Err(texts::error_place_city());
        }
        Ok(Draft {
            what,
            when: habeas_clock::Interval::OPEN,
            said: None,
            place: city.map(|city| Place { city, name: self.place.clone() }),
            source: Source {
                kind: word("--source", &self.source, &SourceKind::WORDS)?,
                name: self.source_name.clone(),
                reliability: word("--reliability", &self.reliability, &Reliability::WORDS)?,
            },
            recorded_at: now(),
            replaces: Vec::new(),
        })
    }
}

/// Every kind with its fields, for the help.
fn kinds() -> String {
    let field = |field: &Field| {
        let takes = match field.takes {
            Takes::Text => String::new(),
            Takes::Date => " (2021-01-10)".to_owned(),
            Takes::Article => " (CAO 488(6))".to_owned(),
            Takes::Number => " (a whole number)".to_owned(),
            Takes::YesNo => " (yes, no)".to_owned(),
            Takes::OneOf(_, words) => format!(" ({})", words.join(", ")),
        };
        if field.required { format!("{}{takes}", field.name) } else { format!("[{}{takes}]", field.name) }
    };
    let fields = |kind: &Kind| kind.fields.iter().map(field).collect::<Vec<_>>().join(" ");
    let lines: String = KINDS.iter().map(|kind| format!("  {:22}{}\n", kind.name, fields(kind))).collect();
    format!("Kinds and their fields; those in brackets may be left out:\n{lines}")
}

/// A kind with its fields, as they were typed.
fn what(kind: &str, fields: &[String]) -> Result<What, Message> {
    let split = |field: &String| {
        let (name, value) = field.split_once('=').ok_or_else(|| texts::error_field_form(field.as_str()))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    let given = fields.iter().map(split).collect::<Result<Vec<_>, Message>>()?;
    Ok(What::read(kind, &given)?)
}

/// Reads one of an enum's words, given as that option.
fn word<T: serde::de::DeserializeOwned>(option: &str, text: &str, words: &[&str]) -> Result<T, Message> {
    serde_json::from_value(Value::from(text)).map_err(|_| texts::error_field(option, texts::error_one_of(text, words.join(", "))))
}
