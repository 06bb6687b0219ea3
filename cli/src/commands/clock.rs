//! `habeas clock` and `habeas rules`: the limits without a device, for what-if questions and for those who edit the rules.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use habeas_client_core::case::{City, Fact, FactId, Form, When, Word as _, clock_record};
use habeas_client_core::order::by_key;
use habeas_client_core::rules;
use habeas_client_core::words::{Words, bad_time};
use habeas_clock::{Claimant, Event, EventKind, Finding, Instant, Interval, Pack, Record, Verdict, Zone, evaluate};
use habeas_texts::{self as texts, Message};
use serde::Deserialize;
use serde_json::{Value, json};
use toml::Spanned;

use crate::when::now;
use crate::{Home, show};

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 16 << 20;

/// `habeas clock`.
#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    /// Explain every limit for a case that is written down in a file
    Explain(ExplainArgs),
}

/// `habeas rules`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Check a file of rules, such as rules/kz.toml
    Check {
        /// The file
        file: PathBuf,
    },
    /// The rules of which families may hear, how well their text is known, and whether families hear. For coordinators
    List,
    /// Let families hear under a rule whose text nobody has verified. For coordinators
    Allow {
        /// The rule's id, such as kz.cao.detention
        rule: String,
    },
    /// Let families hear no more under such a rule. For coordinators
    Withhold {
        /// The rule's id
        rule: String,
    },
}

/// What to explain, and as at when.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// What `habeas case show --json` has printed, or facts written by hand (see docs/clock.md)
    file: PathBuf,
    /// As at this time: 14:05 (today), "2026-09-07 14:05", both local, or with an offset. It proves nothing about custody
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// Somebody saw or heard of the person in custody at this time
    #[arg(long, value_name = "TIME")]
    held: Option<String>,
    /// By which rules: kz, ru, ge, intl, or a file of rules
    #[arg(long, value_name = "RULES", default_value = "kz")]
    pack: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Facts written by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    /// The city of every fact that names none.
    city: Option<Spanned<String>>,
    /// The zone of the place, where it lies in another country.
    zone: Option<Spanned<String>>,
    fact: Vec<Spanned<toml::Table>>,
}

/// `habeas clock`.
pub fn clock(home: &Home, ClockCommand::Explain(arguments): ClockCommand) -> Result<(), Message> {
    let pack = &pack(&arguments.pack)?;
    let text = read(&arguments.file)?;
    let path = arguments.file.display().to_string();
    // What the trace calls a fact: a device's by its id, one written by hand by its line.
    let mut names = BTreeMap::new();
    let (facts, zone) = if text.trim_start().starts_with('{') {
        (of_case(&text).map_err(|problem| texts::error_file(problem, path))?, None)
    } else {
        of_sheet(&text, &path, &mut names)?
    };
    let mut record = clock_record(&facts);
    if let Some(zone) = zone {
        record.zone = zone;
    }
    let now = moment(arguments.now.as_deref(), &record.zone)?.unwrap_or_else(now);
    if let Some(held) = moment(arguments.held.as_deref(), &record.zone)? {
        if held > now {
            return Err(texts::error_field("--held", texts::error_held_ahead()));
        }
        let (kind, when, claim) = (EventKind::InCustody, Interval::at(held), Claimant::Observed);
        record.events.push(Event { kind, when, denied: false, claim, fact: "--held".to_owned() });
    }
    let findings = evaluate(pack, &record, now);
    if arguments.json {
        println!("{}", super::pretty(&findings.iter().map(|finding| explained(pack, finding, now, &names)).collect::<Vec<_>>()));
    } else {
        print!("{}", words(home, &record, &findings, now));
    }
    Ok(())
}

/// `habeas rules`.
pub fn rules(home: &Home, command: RulesCommand) -> Result<(), Message> {
    match command {
        RulesCommand::Check { file } => check(home, &file),
        RulesCommand::List => super::clerk::rules(home),
        RulesCommand::Allow { rule } => super::clerk::allow(home, &rule, true),
        RulesCommand::Withhold { rule } => super::clerk::allow(home, &rule, false),
    }
}

/// The rules of that name, or in that file.
fn pack(name: &str) -> Result<Cow<'static, Pack>, Message> {
    let text = match name {
        "kz" => return Ok(Cow::Borrowed(rules::kazakhstan())),
        "ru" => include_str!("../../../rules/ru.toml"),
        "ge" => include_str!("../../../rules/ge.toml"),
        "intl" => include_str!("../../../rules/intl.toml"),
        _ if name.ends_with(".toml") => return load(Path::new(name)).map(Cow::Owned),
        _ => return Err(texts::error_no_pack(name, "kz, ru, ge, intl")),
    };
    Pack::load(text).map(Cow::Owned).map_err(|error| texts::error_file(error.what, format!("{name}:{}", error.line)))
}

/// Reads a file of rules.
fn load(file: &Path) -> Result<Pack, Message> {
    Pack::load(&read(file)?).map_err(|error| texts::error_file(error.what, format!("{}:{}", file.display(), error.line)))
}

fn check(home: &Home, file: &Path) -> Result<(), Message> {
    let pack = load(file)?;
    println!("{}", texts::rules_checked(home.lang, pack.rules.len(), pack.edition.to_string(), pack.id));
    match pack.reviewed_by {
        Some(name) => println!("{}", texts::rules_reviewed(home.lang, name)),
        None => println!("{}", texts::reviewed_by_nobody(home.lang)),
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Message> {
    let failed = |error: std::io::Error| texts::error_file(error.to_string(), file.display().to_string());
    if fs::metadata(file).map_err(failed)?.len() > MAX_FILE {
        return Err(texts::error_file(
            texts::error_file_large(i64::try_from(MAX_FILE).unwrap_or(i64::MAX)),
            file.display().to_string(),
        ));
    }
    fs::read_to_string(file).map_err(failed)
}

/// The facts that stand, from what `habeas case show --json` prints.
fn of_case(text: &str) -> Result<Vec<Fact>, Message> {
    #[derive(Deserialize)]
    struct Case {
        view: Seen,
    }
    #[derive(Deserialize)]
    struct Seen {
        timeline: Vec<Fact>,
    }
    let case: Case = serde_json::from_str(text).map_err(|error| texts::error_sheet(error.to_string()))?;
    // The device counts in the order of ids, and nothing that is limited.
    Ok(by_key(case.view.timeline.into_iter().filter(|fact| !fact.limited).collect(), |fact| fact.id))
}

/// The facts of a sheet; `names` is told on which line each begins.
fn of_sheet(text: &str, path: &str, names: &mut BTreeMap<String, String>) -> Result<(Vec<Fact>, Option<Zone>), Message> {
    let sheet: Sheet = toml::from_str(text)
        .map_err(|error| at(path, text, error.span().unwrap_or(0..0), texts::error_sheet(error.message())))?;
    let city = sheet.city.as_ref().map(|city| city_of(city).map_err(|problem| at(path, text, city.span(), problem)));
    let city = city.transpose()?;
    let zone = sheet.zone.as_ref().map(|name| {
        Zone::named(name.get_ref()).ok_or_else(|| at(path, text, name.span(), texts::error_no_zone(name.get_ref().as_str())))
    });
    let zone = zone.transpose()?;
    let mut facts = Vec::with_capacity(sheet.fact.len());
    for (number, written) in (0..).zip(&sheet.fact) {
        let fact = by_hand(number, written.get_ref(), city, zone.as_ref(), now())
            .map_err(|problem| at(path, text, written.span(), problem))?;
        names.insert(fact.id.to_string(), format!("line {}", line(text, written.span().start)));
        facts.push(fact);
    }
    Ok((facts, zone))
}

/// A time that somebody has given, if any: an instant with its offset, or the first moment of a minute at the place.
fn moment(text: Option<&str>, zone: &Zone) -> Result<Option<Instant>, Message> {
    let Some(text) = text.map(str::trim) else {
        return Ok(None);
    };
    if let Ok(instant) = text.parse() {
        return Ok(Some(instant));
    }
    let today = now().local(zone).date();
    let full = if text.contains([' ', 'T']) { text.to_owned() } else { format!("{today} {text}") };
    zone.minute(&full).map(|minute| minute.from).map_err(bad_time)
}

fn city_of(text: &Spanned<String>) -> Result<City, Message> {
    City::named(text.get_ref()).ok_or_else(|| texts::error_one_of(text.get_ref().as_str(), City::WORDS.join(", ")))
}

/// One fact of a sheet.
fn by_hand(number: u32, table: &toml::Table, city: Option<City>, zone: Option<&Zone>, now: Instant) -> Result<Fact, Message> {
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    let mut between = None;
    for (name, value) in table {
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            toml::Value::Array(two) if name == "between" => match two.as_slice() {
                [toml::Value::String(from), toml::Value::String(to)] => {
                    between = Some((from.clone(), to.clone()));
                    continue;
                }
                _ => return Err(texts::error_field(name, texts::error_value_type())),
            },
            _ => return Err(texts::error_field(name, texts::error_value_type())),
        };
        lines.insert(name, text);
    }
    let mut take = |name: &str| lines.remove(name);
    let form = Form {
        kind: take("kind").unwrap_or_default(),
        when: in_zone(when(&mut take, between)?, zone)?,
        said: take("said").unwrap_or_default(),
        city: take("city").unwrap_or_default(),
        place: take("place").unwrap_or_default(),
        source: take("source").unwrap_or_else(|| Form::default().source),
        source_name: take("source_name").unwrap_or_default(),
        reliability: take("reliability").unwrap_or_else(|| Form::default().reliability),
        fields: lines.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
        replaces: Vec::new(),
        sensitive: false,
        limited: false,
    };
    // A device takes an instant ahead of its clock for now; here it would be another time than the one that was written.
    if let Some(ahead) = instants(&form.when).find(|text| text.parse::<Instant>().is_ok_and(|instant| instant > now)) {
        return Err(texts::error_time_future(ahead));
    }
    let draft = form.draft(Some(city.unwrap_or(City::Almaty)), now)?;
    draft.fields()?;
    Ok(Fact {
        id: FactId::of([0; 16], 1, number),
        what: draft.what,
        when: draft.when,
        said: draft.said,
        place: draft.place,
        source: draft.source,
        recorded_at: draft.recorded_at,
        replaces: Vec::new(),
        sensitive: false,
        limited: false,
    })
}

fn instants(when: &When) -> impl Iterator<Item = &str> {
    let two: [Option<&String>; 2] = match when {
        When::Unknown => [None, None],
        When::At(text) | When::About(text, _) | When::Before(text) | When::After(text) => [Some(text), None],
        When::Between(from, to) => [Some(from), Some(to)],
    };
    two.into_iter().flatten().map(String::as_str)
}

fn when(take: &mut impl FnMut(&str) -> Option<String>, between: Option<(String, String)>) -> Result<When, Message> {
    let give_or_take = take("give_or_take");
    let mut ways: Vec<When> = Vec::new();
    ways.extend(take("at").map(When::At));
    match (take("about"), give_or_take) {
        (Some(about), minutes) => ways.push(When::About(about, minutes.unwrap_or_else(|| "30".to_owned()))),
        (None, Some(_)) => return Err(texts::error_field("give_or_take", texts::error_give_or_take())),
        (None, None) => {}
    }
    ways.extend(between.map(|(from, to)| When::Between(from, to)));
    ways.extend(take("before").map(When::Before));
    ways.extend(take("after").map(When::After));
    match (ways.pop(), ways.is_empty()) {
        (None, _) => Ok(When::Unknown),
        (Some(way), true) => Ok(way),
        _ => Err(texts::error_field("at", texts::error_when_twice())),
    }
}

/// The same times as instants, where they were written by the clocks of another country.
fn in_zone(when: When, zone: Option<&Zone>) -> Result<When, Message> {
    let Some(zone) = zone else { return Ok(when) };
    let read = |text: &str| match text.parse::<Instant>() {
        Ok(instant) => Ok(Interval::at(instant)),
        Err(_) => zone.minute(text).map_err(bad_time),
    };
    let bound = |bound: Option<Instant>| bound.map(|instant| instant.to_string()).unwrap_or_default();
    Ok(match when {
        When::Unknown => When::Unknown,
        When::At(text) => {
            let Interval { from, to } = read(&text)?;
            When::Between(bound(from), bound(to))
        }
        When::About(text, minutes) => When::About(bound(read(&text)?.from), minutes),
        When::Between(from, to) => When::Between(bound(read(&from)?.from), bound(read(&to)?.to)),
        When::Before(to) => When::Before(bound(read(&to)?.to)),
        When::After(from) => When::After(bound(read(&from)?.from)),
    })
}

fn at(path: &str, text: &str, span: std::ops::Range<usize>, problem: Message) -> Message {
    texts::error_file(problem, format!("{path}:{}", line(text, span.start)))
}

/// The line of a byte, counted from 1.
fn line(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|byte| *byte == b'\n').count()
}

/// A finding under the names of docs/clock.md.
fn explained(pack: &Pack, finding: &Finding, now: Instant, names: &BTreeMap<String, String>) -> Value {
    let interval = |interval: Interval| json!({ "earliest": interval.from, "latest": interval.to });
    let citation: Vec<Value> = finding
        .readings
        .iter()
        .map(|reading| {
            let cited = &reading.citation;
            json!({
                "limit": reading.limit.to_string(), "law": cited.law, "article": cited.article, "url": cited.url,
                "language": cited.language, "status": reading.status,
            })
        })
        .collect();
    json!({
        "pack": pack.id,
        "rule": finding.rule,
        "now": now,
        "verdict": finding.verdict,
        "measures": finding.measures,
        "binding": finding.binding,
        "severity": finding.severity,
        "action": finding.action,
        "deadline": interval(finding.deadline),
        "starts": interval(finding.start),
        "ends": interval(finding.end),
        "as_the_law_counts": finding.by_law.map(interval),
        "as_the_police_claim": finding.by_police.map(interval),
        "citation": citation,
        "trace": finding.facts.iter().map(|fact| names.get(fact).unwrap_or(fact)).collect::<Vec<_>>(),
        "settle_by": finding.ask,
        "next_change": finding.next_change,
    })
}

fn words(home: &Home, record: &Record, findings: &[Finding], now: Instant) -> String {
    let words = Words { lang: home.lang, zone: record.zone.clone(), now, people: BTreeMap::new() };
    let concerned: Vec<&Finding> = findings.iter().filter(|finding| finding.verdict != Verdict::NotApplicable).collect();
    let concerned = by_key(concerned, |finding| rules::urgency(finding));
    if concerned.is_empty() {
        return format!("{}\n", texts::explain_none(home.lang));
    }
    let shown: String = concerned.into_iter().map(|finding| show::finding(&words, finding)).collect();
    format!("{shown}{}\n", texts::reviewed_by_nobody(home.lang))
}
