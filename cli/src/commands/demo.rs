//! `habeas demo`: fills an empty server with an invented day, through the same commands and the same devices as anybody.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use habeas_client_core::case::{City, Draft, Place, Reliability, Source, SourceKind, What};
use habeas_clock::{Instant, Interval};
use habeas_protocol::{CaseId, Role};
use habeas_texts::{self as texts, Message};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::clerk::{self, ContactArgs, FamilyCommand, TallyCommand, contact};
use super::login::{LoginArgs, login};
use super::org::{AssignArgs, CreateArgs, InviteArgs, assign, create, invitation};
use super::{org, remote as remote_of};
use crate::remote::Remote;
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
#[derive(Args)]
pub struct DemoArgs {
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: String,
    /// The set-up code that the server printed
    #[arg(long, value_name = "CODE")]
    code: String,
    /// The folder in which the server puts its mail: a family then asks, confirms and follows a case
    #[arg(long, value_name = "DIR")]
    mail: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    case: Vec<Person>,
    claim: Vec<Map<String, Value>>,
    family: Family,
}

/// A family that asks, and the case that it is let follow.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Family {
    follows: String,
    form: BTreeMap<String, String>,
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
pub fn demo(home: &Home, arguments: DemoArgs) -> Result<(), Message> {
    let of = |name: &str| Home { folder: home.folder.join(name), lang: home.lang };
    let aliya = of("aliya");
    create(&aliya, CreateArgs { server: arguments.server.clone(), code: arguments.code, account: "aliya".to_owned() })?;
    for (name, role) in PEOPLE {
        let code = invitation(&aliya, &InviteArgs { role: role.name().to_owned(), hours: 1 })?;
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
    second_accounts(&of, &cases)?;
    if let Some(mail) = &arguments.mail {
        family(&of("aliya"), &arguments.server, mail)?;
    }
    publish(&of("saule"), &of("bolat"), cases.len())
}

/// A family asks on the page, confirms by the mailed link, and is let follow a case.
fn family(aliya: &Home, server: &str, mail: &Path) -> Result<(), Message> {
    let Family { follows, form } = read_day()?.family;
    let remote = Remote::new(server, None)?;
    remote.form("/family", &form)?;
    let token = until(|| Ok(link_in(mail)))?;
    remote.form("/family/confirm", &BTreeMap::from([("t".to_owned(), token)]))?;
    let device = aliya.open()?;
    let case = device.cases().find(|(_, summary)| summary.title.as_deref() == Some(follows.as_str())).map(|(case, _)| *case);
    let case = case.ok_or_else(|| texts::error_no_case(follows))?.to_string();
    let requests: Vec<Value> = remote_of(&device)?.get("/v1/families")?;
    let request = requests.first().and_then(|request| request["id"].as_str()).unwrap_or_default().to_owned();
    drop(device);
    // Nobody has verified the rules yet; in the demo families hear all the same.
    clerk::allow(aliya, "kz.cao.detention", true)?;
    clerk::family(aliya, FamilyCommand::Attach { request, case })
}

/// The token of the only link to confirm among the mail, once it is there.
fn link_in(mail: &Path) -> Option<String> {
    let files = std::fs::read_dir(mail).ok()?;
    let mails = files.filter_map(|file| std::fs::read(file.ok()?.path()).ok());
    let texts = mails.filter_map(|mail| Some(mail_parser::MessageParser::default().parse(&mail)?.body_text(0)?.into_owned()));
    texts.filter_map(|text| Some(text.split_once("/family/confirm?t=")?.1.split_whitespace().next()?.to_owned())).next()
}

/// One proposes the count and another releases it, once the server has counted everybody.
fn publish(saule: &Home, bolat: &Home, cases: usize) -> Result<(), Message> {
    let device = saule.open()?;
    let remote = remote_of(&device)?;
    let (from, to) = (days_ago(2), days_ago(0));
    // One of them is only looked for: nobody is counted who is not known to be held.
    let counted = |tally: &Value| {
        let everybody = tally["total"]["detentions"].as_u64().is_some_and(|count| count as usize + 1 >= cases);
        everybody && tally["claims"].as_array().is_some_and(|claims| !claims.is_empty())
    };
    until(|| Ok(Some(remote.get::<Value>(&format!("/v1/tallies?from={from}&to={to}"))?).filter(counted)))?;
    let proposed: Value = remote.post("/v1/tallies/releases", &json!({ "from": from, "to": to }))?;
    let id = proposed["id"].as_str().unwrap_or_default().to_owned();
    clerk::tally(bolat, TallyCommand::Release { id })
}

/// Asks until there is an answer, for at most half a minute.
fn until<T>(mut ask: impl FnMut() -> Result<Option<T>, Message>) -> Result<T, Message> {
    for _ in 0..150 {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    Err(texts::error_server_clerk())
}

fn days_ago(days: i64) -> String {
    now().plus_seconds(-days * 24 * 3600).local(&City::Almaty.zone()).date().to_string()
}

/// Everybody's first account of everybody, and the claims; then all devices sync.
fn record(of: &impl Fn(&str) -> Home) -> Result<Vec<(CaseId, String)>, Message> {
    let day: Day = read_day()?;
    let now = now();
    let mut cases = Vec::new();
    for name in ["dana", "marat"] {
        let mut device = of(name).open()?;
        remote_of(&device)?.sync(&mut device)?;
        for person in day.case.iter().filter(|person| person.by == name) {
            let who = person
                .name
                .clone()
                .map(|text| What::Name { text })
                .or(person.description.clone().map(|text| What::Description { text }));
            let mut drafts = vec![draft(who.ok_or_else(texts::error_who_missing)?, None, now)];
            for told in person.facts.iter().filter(|told| told.by == name) {
                drafts.push(told.draft(now)?);
            }
            cases.push((write(&mut device, &drafts)?, name.to_owned()));
        }
        remote_of(&device)?.sync(&mut device)?;
    }
    let mut device = of("aliya").open()?;
    let mut drafts = vec![draft(What::Description { text: "Публичные цифры".to_owned() }, None, now)];
    for mut claim in day.claim {
        let city =
            claim.remove("city").map(|city| serde_json::from_value(city).map_err(|_| texts::error_city_missing())).transpose()?;
        let today = Value::String(now.local(&City::Almaty.zone()).date().to_string());
        claim.entry("date").or_insert(today);
        drafts.push(draft(what("official_claim", &claim)?, city.map(|city| Place { city, name: None }), now));
    }
    write(&mut device, &drafts)?;
    remote_of(&device)?.sync(&mut device)?;
    Ok(cases)
}

/// What a second person has to say about a case that somebody else began.
fn second_accounts(of: &impl Fn(&str) -> Home, cases: &[(CaseId, String)]) -> Result<(), Message> {
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
        remote_of(&device)?.sync(&mut device)?;
        let drafts = others.iter().map(|told| told.draft(now)).collect::<Result<Vec<_>, _>>()?;
        device.add_facts(*case, &drafts, &mut rng())?;
        remote_of(&device)?.sync(&mut device)?;
    }
    for name in ["aliya", "bolat", "dana", "marat"] {
        let mut device = of(name).open()?;
        remote_of(&device)?.sync(&mut device)?;
    }
    Ok(())
}

fn read_day() -> Result<Day, Message> {
    toml::from_str(DAY).map_err(|error| texts::error_file(error.to_string(), "demo.toml"))
}

fn write(device: &mut LocalDevice, drafts: &[Draft]) -> Result<CaseId, Message> {
    Ok(device.new_case(drafts, &mut rng())?.0)
}

impl Told {
    fn draft(&self, now: Instant) -> Result<Draft, Message> {
        let what = what(&self.kind, &self.fields)?;
        let place = Place { city: City::Almaty, name: self.place.clone() };
        // To the minute, as people say it.
        let minute = now.seconds() - now.seconds().rem_euclid(60);
        let at = self.ago.map(|ago| minute - ago * 60);
        let instant = |seconds: i64| Instant::from_seconds(seconds).ok_or_else(texts::error_when_order);
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
    Draft {
        what,
        when: Interval::OPEN,
        said: None,
        place,
        source,
        recorded_at: now,
        replaces: Vec::new(),
        sensitive: false,
        limited: false,
    }
}

/// The fields as somebody would type them.
fn what(kind: &str, fields: &Map<String, Value>) -> Result<What, Message> {
    let typed = |value: &Value| match value {
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let given: Vec<(String, String)> = fields.iter().map(|(name, value)| (name.clone(), typed(value))).collect();
    Ok(What::read(kind, &given)?)
}
