//! `habeas case`, `habeas fact`, `habeas list`.

use clap::{Args, Subcommand};
use habeas_client_core::case::{City, Draft, FactId, Field, Form, KINDS, Kind, Takes, View};
use habeas_client_core::device::Listed;
use habeas_client_core::words::Words;
use habeas_texts::{self as texts, Message};
use serde_json::Value;

use super::papers;
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
        /// As it was known when these changes were the last ones: what --json names `heads`, with commas between
        #[arg(long, value_name = "HEADS")]
        at: Option<String>,
    },
    /// What was broken, when, by which article, and what to do: ready to paste into a complaint
    Breaches(papers::BreachesArgs),
    /// Who said what of each attribute, with everything that was corrected or taken back
    History(papers::HistoryArgs),
    /// Erase a case for good, everywhere: at the server, on every device when it next hears of it, and in what is carried by hand
    /// (coordinators). It cannot be taken back
    Erase {
        /// The case's id, or the beginning of it
        case: String,
        /// Really
        #[arg(long)]
        yes: bool,
    },
    /// Let a person open a case for a time, or only read it (coordinators). To let them open it for good: habeas assign
    Share(super::shares::ShareArgs),
    /// End that before its time (coordinators)
    Unshare(super::shares::UnshareArgs),
    /// Write the case's document in the clear, as the stock clients of Automerge read it
    Export(papers::ExportArgs),
}

/// Facts.
#[derive(Debug, Subcommand)]
pub enum FactCommand {
    /// Add a fact to a case: its kind, then the kind's own fields as name=value
    ///
    /// Examples: `restrained exit_offered=no`, `regime regime=administrative article="CAO 488(6)"`, `sentenced penalty=arrest
    /// days=15`, `lawyer_refused by="duty officer"`, `released`. Below stand all kinds with their fields.
    #[command(after_long_help = kinds())]
    Add(Box<AddArgs>),
    /// Erase one sensitive fact for good, everywhere: at the server, on every device when it next hears of it, and in what is carried by
    /// hand (coordinators). The case goes on without it. It cannot be taken back
    Erase {
        /// The case's id, or the beginning of it
        case: String,
        /// The fact's id, of which the first four digits before the dot are enough
        fact: String,
        /// Really
        #[arg(long)]
        yes: bool,
    },
}

/// The fact to add.
#[derive(Debug, Args)]
pub struct AddArgs {
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
    /// Sealed under a key of its own, so that it can be erased alone; the kinds marked * always are
    #[arg(long)]
    sensitive: bool,
    /// Sealed so, and only for coordinators, the server's clerk, and whoever writes it, unless they only record. What is of a kind
    /// marked ** is so always. Whoever else reads the case sees that there is something. It counts in no limit
    #[arg(long)]
    only_coordinators: bool,
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
    match command {
        CaseCommand::Breaches(arguments) => papers::breaches(home, arguments),
        CaseCommand::History(arguments) => papers::show_history(home, arguments),
        CaseCommand::Export(arguments) => papers::export(home, arguments),
        CaseCommand::Share(arguments) => super::shares::share(home, arguments),
        CaseCommand::Unshare(arguments) => super::shares::unshare(home, arguments),
        CaseCommand::Erase { case, yes } => super::org::erase(home, &case, yes),
        CaseCommand::New { name, description, about } => {
            let given = name.map(|text| ("name", text)).into_iter().chain(description.map(|text| ("description", text)));
            let form = |(kind, text): (&str, String)| Form { fields: vec![("text".to_owned(), text)], ..about.form(kind) };
            let drafts: Vec<Draft> = given.map(|given| form(given).draft(None, now())).collect::<Result<_, _>>()?;
            if drafts.is_empty() {
                return Err(texts::error_who_missing());
            }
            let (case, _) = home.open()?.new_case(&drafts, &mut rng())?;
            println!("{case}");
            Ok(())
        }
        CaseCommand::Show { case, json, at } => {
            let mut device = home.open()?;
            let (id, open) = find_case(&mut device, &case)?;
            let stated = papers::as_known(&open, at.as_deref())?;
            if json {
                println!("{}", show::json(device.log(), id, &open, stated, super::shares::as_json(&device, id), now()));
            } else {
                let zone = open.replica.view().city().unwrap_or(City::Almaty).zone();
                print!("{}", show::words(home.lang, &device, id, &open, stated, now()));
                super::shares::in_words(home, &device, id, &zone).iter().for_each(|line| println!("{line}"));
            }
            Ok(())
        }
    }
}

/// `habeas fact`.
pub fn fact(home: &Home, command: FactCommand) -> Result<(), Message> {
    let arguments = match command {
        FactCommand::Erase { case, fact, yes } => return super::org::erase_fact(home, &case, &fact, yes),
        FactCommand::Add(arguments) => *arguments,
    };
    let AddArgs { case, kind, fields, when, about, replaces, sensitive, only_coordinators: limited } = arguments;
    let fields = fields.iter().map(|text| field(text)).collect::<Result<Vec<_>, Message>>()?;
    let said = when.said.clone().unwrap_or_default();
    let form = Form { fields, when: when.when(), said, sensitive, limited, ..about.form(&kind) };
    let mut device = home.open()?;
    let (case, open) = find_case(&mut device, &case)?;
    let view = open.replica.view();
    let replaced = replaces.iter().map(|text| find_fact(&view, "replaces", text)).collect::<Result<Vec<_>, _>>()?;
    let form = Form { replaces: replaced.iter().map(FactId::to_string).collect(), ..form };
    let draft = form.draft(view.city(), now())?;
    let ids = device.add_facts(case, &[draft], &mut rng())?;
    ids.iter().for_each(|id| println!("{id}"));
    let words = Words { people: device.called(home.lang), ..papers::dated(home, &view, now()) };
    for fact in view.timeline.iter().chain(&view.superseded).filter(|fact| replaced.contains(&fact.id)) {
        // Whoever has mistaken one number for another sees it at once.
        crate::complain(&texts::fact_replaces(home.lang, words.stated(fact)));
    }
    Ok(())
}

/// The fact of that id, of which the beginning may stand for the author's whole number.
pub(super) fn find_fact(view: &View, argument: &str, text: &str) -> Result<FactId, Message> {
    let is_meant = |fact: &FactId| {
        let id = fact.to_string();
        let (actor, rest) = id.split_once('.').unwrap_or_default();
        id == text || text.split_once('.').is_some_and(|(typed, of)| typed.len() >= 4 && of == rest && actor.starts_with(typed))
    };
    let all = view.timeline.iter().chain(&view.superseded).map(|fact| fact.id).chain(view.sealed.iter().map(|fact| fact.id));
    let mut found = all.filter(is_meant);
    match (found.next(), found.next()) {
        (Some(fact), None) => Ok(fact),
        _ => Err(texts::error_field(argument, texts::error_replaces_unknown(text))),
    }
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
        super::shifts::brief(home, &device).iter().for_each(|line| println!("{line}"));
    }
    Ok(())
}

impl About {
    pub(super) fn form(&self, kind: &str) -> Form {
        Form {
            kind: kind.to_owned(),
            city: self.city.clone().unwrap_or_default(),
            place: self.place.clone().unwrap_or_default(),
            source: self.source.clone(),
            source_name: self.source_name.clone().unwrap_or_default(),
            reliability: self.reliability.clone(),
            ..Form::default()
        }
    }
}

/// Every kind with its fields, for the help.
fn kinds() -> String {
    let field = |field: &Field| {
        let takes = match field.takes {
            Takes::Text | Takes::Key => String::new(),
            Takes::Date => " (2021-01-10)".to_owned(),
            Takes::LocalTime => " (2026-09-08 10:00)".to_owned(),
            Takes::Article => " (CAO 488(6))".to_owned(),
            Takes::Number => " (a whole number)".to_owned(),
            Takes::YesNo => " (yes, no)".to_owned(),
            Takes::OneOf(_, words) => format!(" ({})", words.join(", ")),
        };
        if field.required { format!("{}{takes}", field.name) } else { format!("[{}{takes}]", field.name) }
    };
    let fields =
        |kind: &Kind| kind.fields.iter().filter(|field| field.takes != Takes::Key).map(field).collect::<Vec<_>>().join(" ");
    let mark = |kind: &Kind| match (kind.limited, kind.sensitive) {
        (true, _) => " **",
        (false, true) => " *",
        (false, false) => "",
    };
    let marked = |kind: &Kind| format!("{}{}", kind.name, mark(kind));
    let lines: String = KINDS.iter().map(|kind| format!("  {:22}{}\n", marked(kind), fields(kind))).collect();
    format!(
        "Kinds and their fields; those in brackets may be left out; * is always sensitive, ** for coordinators and whoever writes it only:\n{lines}"
    )
}

/// A field, as it was typed.
fn field(field: &str) -> Result<(String, String), Message> {
    let (name, value) = field.split_once('=').ok_or_else(|| texts::error_field_form(field))?;
    Ok((name.to_owned(), value.to_owned()))
}
