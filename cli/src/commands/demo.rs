//! `habeas demo`: fills an empty server with an invented day, through the same commands and the same devices as anybody.

use clap::Args;
use habeas_client_core::case::{City, Draft, Place, Reliability, Source, SourceKind, What};
use habeas_clock::{Instant, Interval};
use habeas_protocol::{CaseId, Role};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::clerk::{ContactArgs, contact};
use super::login::{LoginArgs, login};
use super::org::{AssignArgs, CreateArgs, InviteArgs, assign, create, invitation};
use super::{org, remote};
use crate::when::now;
use crate::{Home, LocalDevice, rng};

const DAY: &str = include_str!("../demo.toml");
/// Who takes part, and as what; Aliya founds the organisation.
const PEOPLE: [(&str, Role); 5] = [
    ("bolat", Role::Coordinator),
    ("dana", Role::Lawyer),
    ("marat", Role::Lawyer),
    ("zhanar", Role::Recorder),
    ("saule", Role::Advocate),
];

/// Where to load the demo.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: String,
    /// The set-up code that the server printed
    #[arg(long, value_name = "CODE")]
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    case: Vec<Person>,
    claim: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    by: String,
    name: Option<String>,
    description: Option<String>,
    facts: Vec<Told>,
}

/// One fact, told in a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    by: String,
    kind: String,
    ago: Option<i64>,
    #[serde(default)]
    give_or_take: i64,
    place: Option<String>,
    #[serde(default = "witness")]
    source: SourceKind,
    #[serde(default = "first_hand")]
    reliability: Reliability,
    said: Option<String>,
    #[serde(default)]
    fields: Map<String, Value>,
}

fn witness() -> SourceKind {
    SourceKind::Witness
}

fn first_hand() -> Reliability {
    Reliability::FirstHand
}

/// Loads the demo: `home` is the folder that will hold everybody's device.
pub fn demo(home: &Home, arguments: DemoArgs) -> Result<(), String> {
    let of = |name: &str| Home { folder: home.folder.join(name), lang: home.lang };
    let aliya = of("aliya");
    create(&aliya, CreateArgs { server: arguments.server.clone(), code: arguments.code, account: "aliya".to_owned() })?;
    for (name, role) in PEOPLE {
        let code = invitation(&aliya, &InviteArgs { role, hours: 1 })?;
        login(
            &of(name),
            LoginArgs { server: arguments.server.clone(), account: name.to_owned(), invite: Some(code), organisation: None },
        )?;
    }
    org::approve_everybody(&aliya)?;
    for name in ["dana", "marat"] {
        contact(&of(name), ContactArgs { address: format!("{name}@example.org") })?;
    }
    let cases = record(&of)?;
    for (index, (case, by)) in cases.iter().enumerate() {
        let lawyer = if index % 2 == 0 { "dana" } else { "marat" };
        if lawyer != by {
            assign(&aliya, AssignArgs { case: case.to_string(), account: lawyer.to_owned() })?;
        }
    }
    second_accounts(&of, &cases)
}

/// Everybody's first account of everybody, and the claims; then all devices sync.
fn record(of: &impl Fn(&str) -> Home) -> Result<Vec<(CaseId, String)>, String> {
    let day: Day = read_day()?;
    let now = now();
    let mut cases = Vec::new();
    for name in ["dana", "marat"] {
        let mut device = of(name).open()?;
        remote(&device)?.sync(&mut device)?;
        for person in day.case.iter().filter(|person| person.by == name) {
            let who = person
                .name
                .clone()
                .map(|text| What::Name { text })
                .or(person.description.clone().map(|text| What::Description { text }));
            let mut drafts = vec![draft(who.ok_or("a case of the demo has neither name nor description")?, None, now)];
            for told in person.facts.iter().filter(|told| told.by == name) {
                drafts.push(told.draft(now)?);
            }
            cases.push((write(&mut device, &drafts)?, name.to_owned()));
        }
        remote(&device)?.sync(&mut device)?;
    }
    let mut device = of("aliya").open()?;
    let mut drafts = vec![draft(What::Description { text: "Public figures".to_owned() }, None, now)];
    for mut claim in day.claim {
        let city =
            claim.remove("city").map(|city| serde_json::from_value(city).map_err(|error| error.to_string())).transpose()?;
        let today = Value::String(now.local(&City::Almaty.zone()).date().to_string());
        claim.entry("date").or_insert(today);
        drafts.push(draft(what("official_claim", claim)?, city.map(|city| Place { city, name: None }), now));
    }
    write(&mut device, &drafts)?;
    remote(&device)?.sync(&mut device)?;
    Ok(cases)
}

/// What a second person has to say about a case that somebody else began.
fn second_accounts(of: &impl Fn(&str) -> Home, cases: &[(CaseId, String)]) -> Result<(), String> {
    let day: Day = read_day()?;
    let now = now();
    let mut order: Vec<&Person> = Vec::new();
    for name in ["dana", "marat"] {
        order.extend(day.case.iter().filter(|person| person.by == name));
    }
    for ((case, by), person) in cases.iter().zip(order) {
        let others: Vec<&Told> = person.facts.iter().filter(|told| told.by != *by).collect();
        let Some(name) = others.first().map(|told| told.by.clone()) else { continue };
        // Only whoever may open the case can add to it.
        if of("aliya").open()?.account(&name).is_some() {
            assign(&of("aliya"), AssignArgs { case: case.to_string(), account: name.clone() })?;
        }
        let mut device = of(&name).open()?;
        remote(&device)?.sync(&mut device)?;
        let drafts = others.iter().map(|told| told.draft(now)).collect::<Result<Vec<_>, _>>()?;
        device.add_facts(*case, &drafts).map_err(|error| format!("{}: {error}", person.name.as_deref().unwrap_or_default()))?;
        remote(&device)?.sync(&mut device)?;
    }
    for name in ["aliya", "bolat", "dana", "marat"] {
        let mut device = of(name).open()?;
        remote(&device)?.sync(&mut device)?;
    }
    Ok(())
}

fn read_day() -> Result<Day, String> {
    toml::from_str(DAY).map_err(|error| format!("the demo: {error}"))
}

fn write(device: &mut LocalDevice, drafts: &[Draft]) -> Result<CaseId, String> {
    device.new_case(drafts, &mut rng()).map(|(case, _)| case).map_err(|error| error.to_string())
}

impl Told {
    fn draft(&self, now: Instant) -> Result<Draft, String> {
        let what = what(&self.kind, self.fields.clone())?;
        let place = Place { city: City::Almaty, name: self.place.clone() };
        // To the minute, as people say it.
        let minute = now.seconds() - now.seconds().rem_euclid(60);
        let at = self.ago.map(|ago| minute - ago * 60);
        let instant = |seconds: i64| Instant::from_seconds(seconds).ok_or("a time of the demo lies out of range");
        let when = match (at, self.give_or_take) {
            (None, _) => Interval::OPEN,
            (Some(at), 0) => Interval { from: Some(instant(at)?), to: Some(instant(at + 60)?) },
            (Some(at), minutes) => Interval { from: Some(instant(at - minutes * 60)?), to: Some(instant(at + minutes * 60)?) },
        };
        let source = Source { kind: self.source, name: None, reliability: self.reliability };
        let happens = what.happens();
        Ok(Draft { when, said: self.said.clone(), source, ..draft(what, happens.then_some(place), now) })
    }
}

fn draft(what: What, place: Option<Place>, now: Instant) -> Draft {
    let source = Source { kind: SourceKind::Witness, name: None, reliability: Reliability::FirstHand };
    Draft { what, when: Interval::OPEN, said: None, place, source, recorded_at: now, replaces: Vec::new() }
}

fn what(kind: &str, mut fields: Map<String, Value>) -> Result<What, String> {
    fields.insert("kind".to_owned(), Value::String(kind.to_owned()));
    serde_json::from_value(Value::Object(fields)).map_err(|error| format!("the demo's {kind}: {error}"))
}
