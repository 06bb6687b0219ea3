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
    // The same of a paper: by the police's word of when it was drawn up, and by everybody else's.
    let paper = "D0; police detention_protocol 2026-09-07 16:50; detention_protocol 2026-09-07 18:00".replace("D0", D0);
    let told = find(&paper, "cpc.prosecutor", "2026-09-08 12:00");
    assert_eq!((told.by_law, told.by_police), (Some(interval("2026-09-08 06:00")), Some(interval("2026-09-08 04:50"))));
    let observed = kettle("exit_offered");
    assert_eq!((observed.verdict, observed.by_law, observed.by_police), (Verdict::PossiblyOver, None, None));
    let denied = kettle("no exit_offered");
    assert_eq!((denied.verdict, denied.by_police), (Verdict::CertainlyOver, None));
}

/// What an answer rests on, no more and no less: of everything that is on record in a busy case, by kind of rule.
#[test]
fn the_trace_of_each_kind_of_rule_is_what_it_counts_by() {
    const BUSY: &str = "D0; last_free 2026-09-07 13:00; in_vehicle 2026-09-07 14:20; sobered 2026-09-07 15:00; \
        detention_protocol 2026-09-07 16:50; offence_protocol 2026-09-07 16:55; prosecutor_told 2026-09-07 18:00; \
        interrogated 2026-09-07 19:00; lawyer_meeting 2026-09-07 18:30; motion_filed 2026-09-08 10:00; \
        materials_at_court 2026-09-08 12:00; court_order_received 2026-09-08 15:00; remand 2mo 2026-09-08 15:00; \
        interrogation 60min 2026-09-07 19:00; lawyer_refused 2026-09-07 17:00; embassy_told 2026-09-07 20:00; released 2026-09-10 10:00";
    let trace = |rule: &str| {
        let facts = find(&BUSY.replace("D0", D0), rule, "2026-09-11 10:00").facts;
        let events: Vec<String> =
            facts.iter().filter(|fact| fact.contains("2026")).map(|fact| fact.split(' ').next().unwrap().to_owned()).collect();
        events.join(" ")
    };
    const HELD: &str = "restrained last_free in_vehicle";
    for (rule, rests_on) in [
        ("cpc.detention", format!("{HELD} court_order_received released")),
        ("cpc.remand", format!("{HELD} released")),
        ("cpc.protocol", format!("{HELD} detention_protocol released")),
        // What nobody outside can see, and does not begin with the restraint, asks nobody where the person was.
        ("cpc.prosecutor", "detention_protocol prosecutor_told".to_owned()),
        ("cpc.interrogation", "detention_protocol interrogated released".to_owned()),
        ("cpc.judge", format!("{HELD} materials_at_court court_order_received released")),
        ("cpc.lawyer_first", "interrogated lawyer_meeting".to_owned()),
        ("cpc.motion", format!("{HELD} motion_filed released")),
        ("cpc.remand_length", "remand".to_owned()),
        ("cpc.interrogation_length", "interrogation".to_owned()),
        ("con.lawyer_refused", "lawyer_refused".to_owned()),
    ] {
        assert_eq!(trace(rule), rests_on, "{rule}");
    }
    let late = "administrative; article CAO 488(6); restrained 2026-09-07 12:00; delivered 2026-09-07 13:00; rights_explained 2026-09-07 14:00; arrest 5d 2026-12-01 10:00";
    let facts = find(late, "cao.limitation", "2026-12-02 10:00").facts;
    assert_eq!(
        facts,
        ["restrained 2026-09-07 12:00", "delivered 2026-09-07 13:00", "arrest 5d 2026-12-01 10:00", "article CAO 488(6)"]
    );
    let drunk = "none; is intoxicated; not offence.carries_arrest; restrained 2026-09-07 12:00; sobered 2026-09-07 15:00; interrogated 2026-09-07 16:00";
    let facts = find(drunk, "cao.detention", "2026-09-07 17:00").facts;
    assert!(
        facts.contains(&"sobered 2026-09-07 15:00".to_owned()) && !facts.iter().any(|fact| fact.starts_with("interrogated")),
        "{facts:?}"
    );
}

#[test]
fn a_finding_carries_what_it_says_of_itself() {
    let finding = find(
        "administrative; article CAO 488(6); restrained 2021-02-28 13:10; arrest 20d 2021-03-01 12:00",
        "cao.arrest",
        "2021-03-01 13:00",
    );
    assert_eq!((finding.action.as_deref(), finding.readings.len()), (Some("appeal_penalty"), 1));
    assert_eq!((finding.readings[0].limit.to_string(), &*finding.readings[0].citation.article), ("15d".to_owned(), "488"));
    assert_eq!(finding.start, interval("2021-03-01 12:00"));
    assert!(finding.is_of_an_act() && !finding.is_of_custody() && finding.verdict.is_certain());
    let refused =
        find("D0; lawyer_refused 2026-09-07 17:00".replace("D0", D0).as_str(), "con.lawyer_refused", "2026-09-08 10:00");
    assert_eq!((refused.start, refused.end), (interval("2026-09-07 17:00"), interval("2026-09-07 17:00")));
    assert!(refused.is_of_an_act() && refused.verdict.is_certain());
    let held = find("D0; held".replace("D0", D0).as_str(), "cpc.detention", "2026-09-08 10:00");
    assert!(held.is_of_custody() && !held.is_of_an_act() && !held.verdict.is_certain());
    assert_eq!(held.measures.word(), "at_most");
    // Each limit of each article is a reading, and once: 488(11) and 488 both say twenty days.
    let two = find(
        "administrative; restrained 2021-02-28 13:10; arrest 16d 2021-03-01 12:00 for CAO 488",
        "cao.arrest",
        "2021-03-01 13:00",
    );
    assert_eq!(
        two.readings.iter().map(|reading| reading.limit.to_string()).collect::<Vec<_>>(),
        ["10d", "15d", "20d", "25d", "20d", "25d"]
    );
    let both = find(
        "administrative; restrained 2021-02-28 13:10; arrest 9d 2021-03-01 12:00 for CAO 488(1); added 9d 2021-03-01 12:00 for CAO 488(6)",
        "cao.arrest",
        "2021-03-01 13:00",
    );
    assert_eq!(both.readings.iter().map(|reading| reading.limit.to_string()).collect::<Vec<_>>(), ["10d", "15d"]);
    let same = find(
        "administrative; restrained 2021-02-28 13:10; arrest 9d 2021-03-01 12:00 for CAO 488(1); added 9d 2021-03-01 12:00 for CAO 488(1)",
        "cao.arrest",
        "2021-03-01 13:00",
    );
    assert_eq!(same.readings.len(), 1);
}

#[test]
fn every_kind_of_doubt_has_its_question() {
    let asked = |facts: &str, rule: &str, now: &str| {
        let ask = find(&facts.replace("D0", D0), rule, now).ask;
        let word = |question| serde_json::to_value(question).unwrap()["what"].as_str().unwrap().to_owned();
        ask.into_iter().map(word).collect::<Vec<_>>().join(" ")
    };
    // A start to the minute and an end that is not.
    assert_eq!(asked("D0; released 2026-09-09 12:00 .. 2026-09-09 16:00", "cpc.detention", "2026-09-10 12:00"), "when_ended");
    // Both uncertain.
    let both = "criminal; not minor; ordinary; restrained 2026-09-07 14:00 .. 2026-09-07 18:00; released 2026-09-09 12:00 .. 2026-09-09 19:00";
    assert_eq!(asked(both, "cpc.detention", "2026-09-10 12:00"), "when_started when_ended");
    // Nobody knows since when.
    assert_eq!(
        asked("criminal; not minor; ordinary; in_custody 2026-09-07 14:00", "cpc.detention", "2026-09-08 12:00"),
        "last_free still_held"
    );
    // Of what is not timed nobody is asked the time.
    let unknown = "administrative; restrained 2021-02-28 13:10; arrest 12d 2021-03-01 12:00 for CAO 488";
    assert!(asked(unknown, "cao.arrest", "2021-03-01 13:00").split(' ').all(|question| question == "condition"));
    // Nor of what is forbidden at any time.
    let alone = "criminal; restrained 2026-09-07 14:05; interrogated_alone 2026-09-07 15:00 .. 2026-09-07 17:00";
    assert_eq!(asked(alone, "cpc.minor_alone", "2026-09-07 18:00"), "condition");
    // Two accounts of one interrogation: its length comes before who the person is.
    let both =
        "criminal; restrained 2026-09-07 14:05; interrogation 100min 2026-09-07 17:00; interrogation 130min 2026-09-07 17:00";
    assert_eq!(asked(both, "cpc.interrogation_length", "2026-09-08 12:00"), "how_long condition");
    let apart =
        "criminal; restrained 2026-09-07 14:05; interrogation 100min 2026-09-07 17:00; interrogation 130min 2026-09-07 21:00";
    assert_eq!(asked(apart, "cpc.interrogation_length", "2026-09-08 12:00"), "condition");
    // A duty: whether it was done, and when custody began.
    let late = "criminal; restrained 2026-09-07 14:00 .. 2026-09-07 15:00; held";
    assert_eq!(asked(late, "cpc.protocol", "2026-09-07 17:30"), "done when_started");
    assert_eq!(
        asked(
            "D0; police detention_protocol 2026-09-07 16:50; detention_protocol 2026-09-07 18:00",
            "cpc.protocol",
            "2026-09-08 12:00"
        ),
        "when_done"
    );
}

#[test]
fn what_is_asked_of_a_group_is_asked_of_its_parts() {
    let asked = |facts: &str, rule: &str, now: &str| -> Vec<String> {
        let which = |question| serde_json::to_value(question).unwrap()["which"].as_str().map(str::to_owned);
        find(facts, rule, now).ask.into_iter().filter_map(which).collect()
    };
    let held = "administrative; restrained 2026-09-07 12:00; not offence.border; held";
    let arrestable = ["offence.carries_arrest", "article:CAO 488", "article:CAO 476", "article:CAO 478"];
    assert_eq!(asked(held, "cao.detention", "2026-09-07 17:00"), arrestable);
    // What is known of it is not asked again.
    let petty = format!("{held}; not offence.carries_arrest");
    assert_eq!(asked(&petty, "cao.detention", "2026-09-07 17:00"), arrestable[1..]);
}

#[test]
fn the_trace_names_what_the_answer_rests_on() {
    let finding = find("criminal; is minor; restrained 2026-09-01 09:15; held; is pregnant", "cpc.detention", "2026-09-02 10:00");
    let rests_on = |fact: &str| finding.facts.iter().any(|known| known == fact);
    assert!(rests_on("criminal") && rests_on("is minor") && rests_on("restrained 2026-09-01 09:15") && rests_on("held"));
    assert!(!rests_on("is pregnant"));
}
