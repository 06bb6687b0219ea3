//! The worked cases of `worked.txt`, read and tried; and what a finding asks and rests on.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

use habeas_clock::{
    Claimant, Event, EventKind, Finding, Instant, Interval, Length, Pack, Record, Sentence, Term, Verdict, Zone, evaluate,
};

const TABLE: &str = include_str!("worked.txt");

/// An adult held for an ordinary crime, restrained 2026-09-07 14:05, no court order.
const D0: &str = "criminal; not minor; ordinary; restrained 2026-09-07 14:05";

/// An administrative case that carries arrest, and one that does not.
const ARRESTABLE: &str = "administrative; article CAO 488(6); restrained 2026-09-07 12:00";
const PETTY: &str = "administrative; article CAO 434; not offence.carries_arrest; restrained 2026-09-07 12:00";

/// What an ordinary crime is not.
const EXCEPTIONS: [&str; 7] = [
    "crime.especially_grave",
    "crime.terrorist_or_extremist",
    "crime.mass_riot",
    "crime.criminal_group",
    "crime.drugs",
    "crime.sexual_against_minor",
    "crime.causing_death",
];

fn zone() -> Zone {
    Zone::named("Asia/Almaty").unwrap()
}

/// The beginning of a minute, or an exact second; 24:00 is the end of the day.
fn time(text: &str) -> Instant {
    match text.strip_suffix(" 24:00") {
        Some(day) => zone().minute(&format!("{day} 23:59:59")).unwrap().from.unwrap().plus_seconds(1),
        None => zone().minute(text).unwrap().from.unwrap(),
    }
}

/// A minute, `a .. b` between two, `.. b` by then, `a ..` from then on.
fn interval(text: &str) -> Interval {
    let Some((from, to)) = text.split_once("..") else { return zone().minute(text.trim()).unwrap() };
    let bound = |text: &str| (!text.trim().is_empty()).then(|| time(text.trim()));
    Interval { from: bound(from), to: bound(to) }
}

/// Reads what is on record: parts with a semicolon between.
fn record(text: &str, now: Instant) -> Record {
    let mut record = Record::new(zone());
    for part in text.split(';').map(str::trim) {
        let (word, rest) = part.split_once(' ').unwrap_or((part, ""));
        let fact = part.to_owned();
        let mut condition = |name: &str, truth: bool| record.conditions.push((name.to_owned(), truth.into(), fact.clone()));
        match word {
            "criminal" | "administrative" | "none" | "preventive" => {
                ["criminal", "administrative", "none", "preventive"]
                    .iter()
                    .for_each(|name| condition(&format!("regime.{name}"), *name == word));
            }
            "ordinary" => EXCEPTIONS.iter().for_each(|name| condition(name, false)),
            "is" => condition(rest, true),
            "not" => condition(rest, false),
            "article" => record.articles.push((rest.to_owned(), fact)),
            "arrest" | "remand" | "added" | "interrogation" => {
                let (rest, article) = rest.split_once(" for ").map_or((rest, None), |(rest, article)| (rest, Some(article)));
                let (length, when) = rest.split_once(' ').unwrap();
                let (number, unit) = length.split_at(length.find(char::is_alphabetic).unwrap());
                let number = number.parse().unwrap();
                let length = match unit {
                    "min" => Length::Minutes(number),
                    "d" => Length::Days(number),
                    _ => Length::Months(number),
                };
                let of = match word {
                    "remand" => Term::Remand,
                    "interrogation" => Term::Interrogation,
                    _ => Term::Arrest,
                };
                let when = interval(when);
                let article = article.map(str::to_owned);
                record.articles.extend(article.iter().map(|article| (article.clone(), fact.clone())));
                record.sentences.push(Sentence {
                    article,
                    adds: word == "added",
                    ..Sentence::new(of, length, when, fact.clone())
                });
                if of == Term::Arrest {
                    for kind in [EventKind::ArrestImposed, EventKind::Heard] {
                        record.events.push(Event { kind, when, denied: false, claim: Claimant::Observed, fact: fact.clone() });
                    }
                }
            }
            "held" => {
                let (kind, when) = (EventKind::InCustody, Interval::at(now));
                record.events.push(Event { kind, when, denied: false, claim: Claimant::Observed, fact });
            }
            _ => {
                let denied = part.starts_with("no ");
                let claim = if part.starts_with("police ") { Claimant::Police } else { Claimant::Observed };
                let part = part.trim_start_matches("no ").trim_start_matches("police ");
                let (kind, when) = part.split_once(' ').unwrap();
                let kind = serde_json::from_value(serde_json::Value::String(kind.to_owned()))
                    .unwrap_or_else(|error| panic!("{part}: {error}"));
                record.events.push(Event { kind, when: interval(when), denied, claim, fact });
            }
        }
    }
    record
}

fn find(facts: &str, rule: &str, now: &str) -> Finding {
    let pack = match rule.split('.').next() {
        Some("ru") => include_str!("../../../rules/ru.toml"),
        Some("ge") => include_str!("../../../rules/ge.toml"),
        Some("intl") => include_str!("../../../rules/intl.toml"),
        _ => include_str!("../../../rules/kz.toml"),
    };
    let pack = Pack::load(pack).unwrap();
    let now = time(now);
    let findings = evaluate(&pack, &record(facts, now), now);
    findings
        .into_iter()
        .find(|finding| finding.rule.strip_prefix("kz.").unwrap_or(&finding.rule) == rule)
        .unwrap_or_else(|| panic!("no rule {rule}"))
}

/// What is wrong with a row, if anything is.
fn fault(row: &str) -> Option<String> {
    let [why, rule, now, verdict, deadline, facts]: [&str; 6] =
        row.split(" | ").collect::<Vec<_>>().try_into().unwrap_or_else(|row| panic!("six parts: {row:?}"));
    let facts = facts.replace("D0", D0).replace("ARRESTABLE", ARRESTABLE).replace("PETTY", PETTY);
    let finding = find(&facts, rule, now);
    let expected = match deadline.split_once("..") {
        _ if deadline == "-" => finding.deadline,
        Some(_) => interval(deadline),
        None => Interval { from: Some(time(deadline)), to: Some(time(deadline).plus_seconds(60)) },
    };
    let found = (finding.verdict.word(), finding.deadline);
    (found != (verdict, expected))
        .then(|| format!("{why} | {rule} | {now} | {facts}\n  {found:?} and not {:?}", (verdict, expected)))
}

#[test]
fn every_worked_case_comes_out_as_it_must() {
    let (_, table) = TABLE.split_once("\n\n# ").unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.contains(" | ")).collect();
    // A table that is not read would be a test that cannot fail.
    assert!(rows.len() >= 200, "{}", rows.len());
    let faults: Vec<String> = rows.into_iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // And each verdict is there.
    assert!(Verdict::ALL.iter().all(|verdict| table.contains(&format!(" | {} | ", verdict.word()))));
}

#[test]
fn a_finding_says_what_to_ask_first() {
    let first = |facts: &str, rule, now| {
        let asked = find(&facts.replace("D0", D0), rule, now).ask.first().cloned();
        serde_json::to_value(asked).unwrap()["what"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(first("D0", "cpc.detention", "2026-09-10 12:00"), "still_held");
    assert_eq!(first("criminal; ordinary; restrained 2026-09-07 14:05; held", "cpc.detention", "2026-09-08 20:05"), "condition");
    assert_eq!(first("D0; detention_protocol 2026-09-07 16:50", "cpc.prosecutor", "2026-09-08 12:00"), "done");
    assert_eq!(
        first("D0; detention_protocol 2026-09-07 16:00 .. 2026-09-07 18:00", "cpc.protocol", "2026-09-08 12:00"),
        "when_done"
    );
    // Whether there is a case at all would change nothing: either way it is three hours.
    let petty = "not regime.criminal; not regime.preventive; not offence.carries_arrest; article CAO 434; restrained 2026-09-07 12:00 .. 2026-09-07 13:00; held";
    assert_eq!(first(petty, "cao.detention", "2026-09-07 15:30"), "when_started");
    assert_eq!(first("D0; held", "cpc.detention", "2026-09-10 12:00"), "", "what is certain asks for nothing");
}

#[test]
fn the_two_clocks_of_a_kettle_stand_beside_each_other_where_only_the_police_speak_of_an_offer() {
    let kettle = |offer: &str| {
        let facts = format!("none; restrained 2021-01-10 12:00; {offer} 2021-01-10 12:00; in_vehicle 2021-01-10 20:00; held");
        find(&facts, "cao.detention", "2021-01-10 21:00")
    };
    let by_police = kettle("police exit_offered");
    assert_eq!(by_police.by_law, Some(interval("2021-01-10 15:00")));
    assert_eq!(by_police.by_police, Some(interval("2021-01-10 15:00 .. 2021-01-10 23:01")));
    assert_eq!(serde_json::to_value(&by_police.ask[0]).unwrap()["what"], "exit_offered");
    let observed = kettle("exit_offered");
    assert_eq!((observed.verdict, observed.by_law, observed.by_police), (Verdict::PossiblyOver, None, None));
    let denied = kettle("no exit_offered");
    assert_eq!((denied.verdict, denied.by_police), (Verdict::CertainlyOver, None));
}

#[test]
fn the_trace_names_what_the_answer_rests_on() {
    let finding = find("criminal; is minor; restrained 2026-09-01 09:15; held; is pregnant", "cpc.detention", "2026-09-02 10:00");
    let rests_on = |fact: &str| finding.facts.iter().any(|known| known == fact);
    assert!(rests_on("criminal") && rests_on("is minor") && rests_on("restrained 2026-09-01 09:15") && rests_on("held"));
    assert!(!rests_on("is pregnant"));
}
