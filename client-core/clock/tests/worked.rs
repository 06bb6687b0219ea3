//! Worked cases of the Kazakh pack, one a line: what is on record, which rule, as at when, and what must come out. Local time of
//! Almaty. Each names the article that decides it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

use habeas_clock::{
    Claimant, Event, EventKind, Finding, Instant, Interval, Length, Pack, Record, Sentence, Term, Verdict, Zone, evaluate,
};

/// A row: its number and article, what is on record, the rule, the moment, the verdict, and the deadline where it is to be looked at.
type Row = (&'static str, &'static str, &'static str, &'static str, Verdict, &'static str);

/// An adult held for an ordinary crime, restrained 2026-09-07 14:05, no court order.
const D0: &str = "criminal; not minor; ordinary; restrained 2026-09-07 14:05";

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
            "criminal" | "administrative" | "none" => {
                ["criminal", "administrative", "none"]
                    .iter()
                    .for_each(|name| condition(&format!("regime.{name}"), *name == word));
            }
            "ordinary" => EXCEPTIONS.iter().for_each(|name| condition(name, false)),
            "is" => condition(rest, true),
            "not" => condition(rest, false),
            "article" => record.articles.push((rest.to_owned(), fact)),
            "arrest" | "remand" => {
                let (length, when) = rest.split_once(' ').unwrap();
                let (number, unit) = length.split_at(length.find(char::is_alphabetic).unwrap());
                let number = number.parse().unwrap();
                let length = if unit == "d" { Length::Days(number) } else { Length::Months(number) };
                let (of, when) = (if word == "arrest" { Term::Arrest } else { Term::Remand }, interval(when));
                record.sentences.push(Sentence { of, length, when, fact: fact.clone() });
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

fn check(rows: &[Row]) {
    for (what, facts, rule, now, verdict, deadline) in rows {
        let facts = facts.replace("D0", D0).replace("ARRESTABLE", ARRESTABLE).replace("PETTY", PETTY);
        let finding = find(&facts, rule, now);
        assert_eq!(finding.verdict, *verdict, "{what}: {facts}, as at {now}: {finding:#?}");
        if !deadline.is_empty() {
            let expected = match deadline.split_once("..") {
                Some(_) => interval(deadline),
                None => Interval { from: Some(time(deadline)), to: Some(time(deadline).plus_seconds(60)) },
            };
            assert_eq!(finding.deadline, expected, "{what}");
        }
    }
}

use Verdict::{
    CertainlyOver as C, MetInTime, MetLate, NotApplicable as NA, OverIfStillHeld as O, PossiblyOver as P, Prohibited, Within as W,
};

#[test]
fn the_cases_that_the_clock_was_designed_on() {
    check(&[
        ("1: CPC 131(4)", "D0; held", "cpc.detention", "2026-09-09 14:05:00", W, "2026-09-09 14:05"),
        ("2: CPC 131(4)", "D0; held", "cpc.detention", "2026-09-09 14:06:01", C, ""),
        (
            "3: CPC 7(29)",
            "D0; police restrained 2026-09-07 18:00; held",
            "cpc.detention",
            "2026-09-09 15:30",
            P,
            "2026-09-09 14:05 .. 2026-09-09 18:01",
        ),
        ("4: CPC 131(2), no protocol on record", "D0; held", "cpc.protocol", "2026-09-07 17:30", C, "2026-09-07 17:05"),
        (
            "4: CPC 131(2), somebody says that there is none",
            "D0; no detention_protocol 2026-09-07 17:30; held",
            "cpc.protocol",
            "2026-09-07 17:30",
            C,
            "",
        ),
        ("4: CPC 129", "D0; held", "cpc.delivery", "2026-09-07 17:30", C, "2026-09-07 17:05"),
        ("5: CPC 131(2)", "D0; detention_protocol 2026-09-07 16:50", "cpc.protocol", "2026-09-08 06:00", MetInTime, ""),
        (
            "5: CPC 131(3)",
            "D0; detention_protocol 2026-09-07 16:50; prosecutor_told 2026-09-08 05:00",
            "cpc.prosecutor",
            "2026-09-08 06:00",
            MetLate,
            "2026-09-08 04:50",
        ),
        (
            "6: CPC 64(3), the time",
            "D0; detention_protocol 2026-09-07 16:50; interrogated 2026-09-08 16:40",
            "cpc.interrogation",
            "2026-09-08 17:00",
            MetInTime,
            "2026-09-08 16:50",
        ),
        (
            "6: CPC 64(3), the lawyer",
            "D0; interrogated 2026-09-08 16:40; no lawyer_meeting 2026-09-08 16:41:01 ..",
            "cpc.lawyer_first",
            "2026-09-08 17:00",
            C,
            "2026-09-08 16:40",
        ),
        (
            "8: CPC 148(2)",
            "D0; materials_at_court 2026-09-09 06:00; court_order_received 2026-09-09 14:30",
            "cpc.judge",
            "2026-09-09 15:00",
            MetLate,
            "2026-09-09 14:00",
        ),
        (
            "8: CPC 133(2)",
            "D0; court_order_received 2026-09-09 14:30",
            "cpc.detention",
            "2026-09-09 15:00",
            C,
            "2026-09-09 14:05",
        ),
        (
            "8: CPC 133(2), seen inside",
            "D0; in_custody 2026-09-09 14:20; court_order_received 2026-09-09 14:30",
            "cpc.detention",
            "2026-09-09 15:00",
            C,
            "2026-09-09 14:05",
        ),
        (
            "9: CPC 131(4)",
            "D0; court_order_received 2026-09-09 13:30; remand 2mo 2026-09-09 13:00",
            "cpc.detention",
            "2026-09-20 12:00",
            W,
            "",
        ),
        (
            "9: CPC 48, 152(6)",
            "D0; court_order_received 2026-09-09 13:30; remand 2mo 2026-09-09 13:00",
            "cpc.remand",
            "2026-09-20 12:00",
            W,
            "2026-11-06 24:00 .. 2026-11-07 24:00",
        ),
        (
            "11: CPC 131(4)",
            "criminal; is minor; ordinary; restrained 2026-09-01 09:15; held",
            "cpc.detention",
            "2026-09-02 10:00",
            C,
            "2026-09-02 09:15",
        ),
        (
            "13: CPC 131(4)",
            "criminal; ordinary; restrained 2026-09-07 14:05; held",
            "cpc.detention",
            "2026-09-08 20:05",
            P,
            "2026-09-08 14:05 .. 2026-09-09 14:06",
        ),
        ("14: CPC 131(4)", "D0; is crime.especially_grave; held", "cpc.detention", "2026-09-10 02:05", P, ""),
        (
            "14: CPC 131(4), +60 h",
            "criminal; not minor; is crime.especially_grave; restrained 2026-09-07 14:05; held",
            "cpc.detention",
            "2026-09-10 02:05",
            W,
            "2026-09-10 14:05",
        ),
        (
            "14: CPC 131(4), +73 h",
            "criminal; not minor; is crime.especially_grave; restrained 2026-09-07 14:05; held",
            "cpc.detention",
            "2026-09-10 15:06",
            C,
            "",
        ),
        (
            "17: CPC 131(4) before 118-VI",
            "criminal; not minor; ordinary; restrained 2017-05-10 10:00; held",
            "cpc.detention",
            "2017-05-12 22:00",
            W,
            "",
        ),
        (
            "17: CPC 131(4) after 118-VI",
            "criminal; not minor; ordinary; restrained 2018-03-10 10:00; held",
            "cpc.detention",
            "2018-03-12 22:00",
            C,
            "",
        ),
        (
            "19: CAO 789(1)",
            "administrative; not offence.carries_arrest; not offence.border; article CAO 434; restrained 2026-09-07 12:00; held",
            "cao.detention",
            "2026-09-07 15:20",
            C,
            "2026-09-07 15:00",
        ),
        (
            "20: CAO 789(3)",
            "administrative; article CAO 488(6); restrained 2021-02-28 13:10; heard 2021-03-01 12:00",
            "cao.detention",
            "2021-03-01 13:00",
            W,
            "2021-03-01 13:10",
        ),
        (
            "20: CAO 829-5(3)",
            "administrative; article CAO 488(6); restrained 2021-02-28 13:10; heard 2021-03-01 12:00",
            "cao.hearing",
            "2021-03-01 13:00",
            MetInTime,
            "2021-03-01 13:10",
        ),
        (
            "22: CAO 50(3), 60",
            "administrative; article CAO 488(6); restrained 2021-02-28 13:10; arrest 15d 2021-03-01 12:00; released 2021-03-14 20:00",
            "cao.arrest_served",
            "2021-03-16 12:00",
            W,
            "2021-03-14 24:00 .. 2021-03-15 24:00",
        ),
        (
            "22: CAO 50(3), 60",
            "administrative; article CAO 488(6); restrained 2021-02-28 13:10; arrest 15d 2021-03-01 12:00; released 2021-03-15 13:00",
            "cao.arrest_served",
            "2021-03-16 12:00",
            P,
            "",
        ),
        (
            "25: CAO 488(6)",
            "administrative; article CAO 488(6); restrained 2021-02-28 13:10; arrest 20d 2021-03-01 12:00",
            "cao.arrest",
            "2021-03-01 13:00",
            C,
            "",
        ),
        (
            "26: CAO 50(2)",
            "administrative; is pregnant; restrained 2021-02-28 13:10; arrest 5d 2021-03-01 12:00",
            "cao.arrest_prohibited",
            "2021-03-01 13:00",
            Prohibited,
            "",
        ),
        (
            "26: CAO 50(2), not known",
            "administrative; restrained 2021-02-28 13:10; arrest 5d 2021-03-01 12:00",
            "cao.arrest_prohibited",
            "2021-03-01 13:00",
            P,
            "",
        ),
        (
            "31: CPC 131(4), the clocks moved",
            "criminal; is minor; ordinary; restrained 2024-02-29 14:00; released 2024-03-01 13:30",
            "cpc.detention",
            "2024-03-02 00:00",
            C,
            "2024-03-01 13:00",
        ),
        (
            "34: CPC 131(4)",
            "criminal; not minor; ordinary; last_free 2026-09-07 10:00; in_custody 2026-09-08 09:00; held",
            "cpc.detention",
            "2026-09-09 20:00",
            P,
            "2026-09-09 10:00 .. 2026-09-10 09:01",
        ),
        (
            "34: CPC 131(4)",
            "criminal; not minor; ordinary; last_free 2026-09-07 10:00; in_custody 2026-09-08 09:00; held",
            "cpc.detention",
            "2026-09-10 09:30",
            C,
            "",
        ),
        (
            "36: CAO 789(1), CPC 7(29)",
            "none; restrained 2021-01-10 11:30 .. 2021-01-10 12:30; released 2021-01-10 19:45 .. 2021-01-10 20:15",
            "cao.detention",
            "2021-01-10 21:00",
            C,
            "2021-01-10 14:30 .. 2021-01-10 15:30",
        ),
    ]);
}

#[test]
fn what_has_to_be_done_for_whoever_is_held() {
    check(&[
        // Silence: only a later sighting makes it certain, and only of what would be seen.
        ("CPC 131(2), before", "D0; held", "cpc.protocol", "2026-09-07 17:05:00", W, ""),
        ("CPC 131(2), nobody has seen the person since", "D0", "cpc.protocol", "2026-09-07 17:30", O, ""),
        ("CPC 131(2), long after", "D0", "cpc.protocol", "2026-09-20 17:30", O, ""),
        (
            "CPC 131(2), the start is not known well enough",
            "criminal; restrained 2026-09-07 14:00 .. 2026-09-07 15:00; held",
            "cpc.protocol",
            "2026-09-07 17:30",
            P,
            "2026-09-07 17:00 .. 2026-09-07 18:00",
        ),
        (
            "CPC 131(2), drawn up late",
            "D0; detention_protocol 2026-09-07 18:00; held",
            "cpc.protocol",
            "2026-09-07 20:00",
            MetLate,
            "",
        ),
        (
            "CPC 131(2), in time by the paper, late by a witness",
            "D0; police detention_protocol 2026-09-07 16:50; detention_protocol 2026-09-07 18:00",
            "cpc.protocol",
            "2026-09-07 20:00",
            P,
            "",
        ),
        (
            "CPC 131(2), in time by the paper, and somebody says not yet",
            "D0; police detention_protocol 2026-09-07 16:50; no detention_protocol 2026-09-07 17:30",
            "cpc.protocol",
            "2026-09-07 20:00",
            P,
            "",
        ),
        (
            "CPC 131(2), another protocol stops nothing",
            "D0; delivery_protocol 2026-09-07 14:40; administrative_protocol 2026-09-07 15:00; held",
            "cpc.protocol",
            "2026-09-07 17:30",
            C,
            "",
        ),
        ("CPC 129, let go in time", "D0; released 2026-09-07 16:00", "cpc.delivery", "2026-09-07 20:00", NA, ""),
        ("CPC 131(2), no criminal case", "none; restrained 2026-09-07 14:05; held", "cpc.protocol", "2026-09-07 20:00", NA, ""),
        ("CPC 131(2), nobody knows as what", "restrained 2026-09-07 14:05; held", "cpc.protocol", "2026-09-07 20:00", NA, ""),
        (
            "CPC 131(3), nobody at the gate can know",
            "D0; detention_protocol 2026-09-07 16:50; held",
            "cpc.prosecutor",
            "2026-09-09 12:00",
            P,
            "",
        ),
        (
            "CPC 131(3), the prosecutor says that nobody told",
            "D0; detention_protocol 2026-09-07 16:50; no prosecutor_told 2026-09-08 09:00",
            "cpc.prosecutor",
            "2026-09-08 12:00",
            C,
            "",
        ),
        (
            "CPC 131(3), in time",
            "D0; detention_protocol 2026-09-07 16:50; prosecutor_told 2026-09-08 04:00",
            "cpc.prosecutor",
            "2026-09-08 12:00",
            MetInTime,
            "",
        ),
        (
            "CPC 131(3), no protocol starts nothing",
            "D0; prosecutor_told 2026-09-08 04:00",
            "cpc.prosecutor",
            "2026-09-08 12:00",
            NA,
            "",
        ),
        ("CPC 135, at once has no number", "D0; relatives_told 2026-09-07 15:00", "cpc.relatives", "2026-09-07 16:00", P, ""),
        (
            "CPC 135, nobody calls half a day at once",
            "D0; relatives_told 2026-09-08 09:00; held",
            "cpc.relatives",
            "2026-09-08 16:00",
            MetLate,
            "",
        ),
        (
            "CPC 135, the mother says that nobody called",
            "D0; no relatives_told 2026-09-08 09:00; held",
            "cpc.relatives",
            "2026-09-08 10:00",
            C,
            "",
        ),
        ("CPC 135, silence", "D0; held", "cpc.relatives", "2026-09-09 10:00", P, ""),
        (
            "CPC 135, embassy of a foreigner",
            "D0; is foreign; embassy_told 2026-09-08 15:00; held",
            "cpc.embassy",
            "2026-09-09 10:00",
            MetLate,
            "2026-09-08 14:05",
        ),
        ("CPC 135, not a foreigner", "D0; not foreign; held", "cpc.embassy", "2026-09-09 10:00", NA, ""),
        (
            "CPC 64(3), questioned too late",
            "D0; detention_protocol 2026-09-07 16:50; interrogated 2026-09-08 17:10; held",
            "cpc.interrogation",
            "2026-09-08 18:00",
            MetLate,
            "",
        ),
        (
            "CPC 64(3), the first of two counts",
            "D0; detention_protocol 2026-09-07 16:50; interrogated 2026-09-07 19:00; interrogated 2026-09-09 10:00",
            "cpc.interrogation",
            "2026-09-09 18:00",
            MetInTime,
            "",
        ),
        (
            "CPC 64(3), they met before",
            "D0; interrogated 2026-09-08 16:40; lawyer_meeting 2026-09-08 15:00",
            "cpc.lawyer_first",
            "2026-09-08 17:00",
            MetInTime,
            "",
        ),
        (
            "CPC 64(3), they met after",
            "D0; interrogated 2026-09-08 16:40; lawyer_meeting 2026-09-08 18:00",
            "cpc.lawyer_first",
            "2026-09-08 19:00",
            MetLate,
            "",
        ),
        (
            "CPC 64(3), nobody knows whether they met",
            "D0; interrogated 2026-09-08 16:40",
            "cpc.lawyer_first",
            "2026-09-08 19:00",
            P,
            "",
        ),
        (
            "CPC 67(1)2",
            "criminal; is minor; restrained 2026-09-07 14:05; interrogated_alone 2026-09-07 15:00",
            "cpc.minor_alone",
            "2026-09-07 16:00",
            Prohibited,
            "",
        ),
        ("CPC 67(1)2, an adult", "D0; interrogated_alone 2026-09-07 15:00", "cpc.minor_alone", "2026-09-07 16:00", NA, ""),
        (
            "CPC 67(1)2, age not known",
            "criminal; restrained 2026-09-07 14:05; interrogated_alone 2026-09-07 15:00",
            "cpc.minor_alone",
            "2026-09-07 16:00",
            P,
            "",
        ),
        ("CPC 147(3)", "D0; motion_filed 2026-09-09 07:00; held", "cpc.motion", "2026-09-09 10:00", MetLate, "2026-09-09 06:05"),
        ("CPC 147(3), in time", "D0; motion_filed 2026-09-09 05:00", "cpc.motion", "2026-09-09 10:00", MetInTime, ""),
        (
            "CPC 147(3), a minor's limit comes earlier",
            "criminal; is minor; ordinary; restrained 2026-09-07 14:05; motion_filed 2026-09-08 07:00; held",
            "cpc.motion",
            "2026-09-08 10:00",
            MetLate,
            "2026-09-08 06:05",
        ),
        (
            "CPC 148(2), in time",
            "D0; materials_at_court 2026-09-09 06:00; heard 2026-09-09 13:00",
            "cpc.judge",
            "2026-09-09 15:00",
            MetInTime,
            "",
        ),
        (
            "CPC 148(2), no ruling and still inside",
            "D0; materials_at_court 2026-09-09 06:00; held",
            "cpc.judge",
            "2026-09-09 15:00",
            C,
            "",
        ),
        ("Constitution 18(3)", "D0; rights_explained 2026-09-07 18:00; held", "con.rights", "2026-09-07 19:00", MetLate, ""),
        (
            "Constitution 18(3) was not in force",
            "criminal; restrained 2026-06-01 14:05",
            "con.rights",
            "2026-06-01 19:00",
            NA,
            "",
        ),
        (
            "Constitution 18(4)",
            "none; restrained 2026-09-07 14:05; lawyer_refused 2026-09-07 14:30",
            "con.lawyer_refused",
            "2026-09-07 15:00",
            Prohibited,
            "",
        ),
        (
            "Constitution 18(4), not refused",
            "D0; lawyer_admitted 2026-09-07 14:30",
            "con.lawyer_refused",
            "2026-09-07 15:00",
            NA,
            "",
        ),
        (
            "Constitution 1995, 16(2)",
            "criminal; not minor; ordinary; restrained 2019-06-09 12:00; held",
            "con.detention",
            "2019-06-12 13:00",
            C,
            "2019-06-12 12:00",
        ),
        ("Constitution 2026, 18(2) has no number", "D0; held", "con.detention", "2026-09-20 13:00", NA, ""),
        (
            "CAO 786(3)",
            "administrative; restrained 2026-09-07 12:00; delivered 2026-09-07 15:30; held",
            "cao.delivery",
            "2026-09-07 16:00",
            MetLate,
            "",
        ),
        (
            "CAO 788(1)",
            "administrative; restrained 2026-09-07 12:00; no administrative_protocol 2026-09-07 16:00; held",
            "cao.protocol",
            "2026-09-07 16:30",
            C,
            "",
        ),
        (
            "CAO 788(2), a minor's parents",
            "administrative; is minor; restrained 2026-09-07 12:00; no relatives_told 2026-09-07 16:00; held",
            "cao.relatives",
            "2026-09-07 16:30",
            C,
            "",
        ),
        (
            "CAO 788(2), asked for",
            "administrative; not minor; is relatives_requested; restrained 2026-09-07 12:00; relatives_told 2026-09-07 18:00; held",
            "cao.relatives",
            "2026-09-07 18:30",
            MetLate,
            "",
        ),
        (
            "CAO 788(2), not asked for",
            "administrative; not minor; restrained 2026-09-07 12:00",
            "cao.relatives",
            "2026-09-07 18:30",
            NA,
            "",
        ),
        (
            "CAO 789(2), prosecutor",
            "administrative; is offence.border; restrained 2026-09-07 12:00; prosecutor_told 2026-09-08 13:00; held",
            "cao.prosecutor",
            "2026-09-08 14:00",
            MetLate,
            "2026-09-08 12:00",
        ),
        (
            "CAO 829-5(3), not heard",
            "administrative; article CAO 488(6); restrained 2021-02-28 13:10; held",
            "cao.hearing",
            "2021-03-01 14:00",
            C,
            "",
        ),
    ]);
}

#[test]
fn how_long_somebody_may_be_held() {
    check(&[
        (
            "CAO 789(2)",
            "administrative; is offence.border; article CAO 510; restrained 2026-09-07 12:00; held",
            "cao.detention",
            "2026-09-09 11:00",
            W,
            "2026-09-09 12:00",
        ),
        (
            "CAO 789(1), from sobering",
            "administrative; not offence.carries_arrest; not offence.border; article CAO 440; is intoxicated; restrained 2026-09-07 12:00; sobered 2026-09-07 18:00; held",
            "cao.detention",
            "2026-09-07 20:00",
            P,
            "2026-09-07 15:00 .. 2026-09-07 21:01",
        ),
        (
            "CAO 789(1), sobering, by either reading",
            "administrative; not offence.carries_arrest; not offence.border; article CAO 440; is intoxicated; restrained 2026-09-07 12:00; sobered 2026-09-07 18:00; held",
            "cao.detention",
            "2026-09-07 21:30",
            C,
            "",
        ),
        (
            "CAO 789(1), nobody knows when sober",
            "administrative; not offence.carries_arrest; not offence.border; article CAO 440; is intoxicated; restrained 2026-09-07 12:00; held",
            "cao.detention",
            "2026-09-08 12:00",
            P,
            "2026-09-07 15:00 ..",
        ),
        (
            "CAO 789(1), not drunk",
            "administrative; not offence.carries_arrest; not offence.border; article CAO 440; not intoxicated; restrained 2026-09-07 12:00; sobered 2026-09-07 18:00; held",
            "cao.detention",
            "2026-09-07 20:00",
            C,
            "",
        ),
        (
            "Law 245-VIII, a talk",
            "none; is status.talk; restrained 2026-09-07 12:00; held",
            "prevention.talk",
            "2026-09-07 13:10",
            C,
            "2026-09-07 13:00",
        ),
        (
            "Law 245-VIII, before it",
            "none; is status.talk; restrained 2026-02-07 12:00; held",
            "prevention.talk",
            "2026-02-07 13:10",
            NA,
            "",
        ),
        (
            "CPC 152(6), ten days",
            "D0; remand 10d 2026-09-09 13:00",
            "cpc.remand",
            "2026-09-10 12:00",
            W,
            "2026-09-16 24:00 .. 2026-09-17 24:00",
        ),
        (
            "CPC 152(6), over by one way of counting",
            "D0; remand 10d 2026-09-09 13:00; held",
            "cpc.remand",
            "2026-09-17 12:00",
            P,
            "",
        ),
        ("CPC 152(6), over", "D0; remand 10d 2026-09-09 13:00; held", "cpc.remand", "2026-09-18 00:01", C, ""),
        (
            "CPC 152(6), extended",
            "D0; remand 2mo 2026-09-09 13:00; remand 3mo 2026-11-05 12:00",
            "cpc.remand",
            "2026-11-20 12:00",
            W,
            "2026-12-06 24:00 .. 2026-12-07 24:00",
        ),
        (
            "CPC 152(6), the end of a short month",
            "criminal; ordinary; restrained 2026-12-31 10:00; remand 2mo 2027-01-02 10:00",
            "cpc.remand",
            "2027-01-10 12:00",
            W,
            "2027-02-27 24:00 .. 2027-02-28 24:00",
        ),
        ("CPC 151, two months", "D0; remand 2mo 2026-09-09 13:00", "cpc.remand_length", "2026-09-10 12:00", W, ""),
        ("CPC 151, perhaps an extension", "D0; remand 3mo 2026-09-09 13:00", "cpc.remand_length", "2026-09-10 12:00", P, ""),
        ("CPC 151, beyond every extension", "D0; remand 19mo 2026-09-09 13:00", "cpc.remand_length", "2026-09-10 12:00", C, ""),
        (
            "CAO 60, still held after the last reading",
            "administrative; restrained 2021-02-28 13:10; arrest 15d 2021-03-01 12:00; held",
            "cao.arrest_served",
            "2021-03-16 00:01",
            C,
            "",
        ),
        (
            "CAO 60, nobody knows whether let go",
            "administrative; restrained 2021-02-28 13:10; arrest 15d 2021-03-01 12:00",
            "cao.arrest_served",
            "2021-03-16 00:01",
            O,
            "",
        ),
        (
            "CAO 60, a second arrest adds to the first",
            "administrative; restrained 2021-02-28 13:10; arrest 10d 2021-03-01 12:00; arrest 5d 2021-03-05 12:00; held",
            "cao.arrest_served",
            "2021-03-12 12:00",
            W,
            "2021-03-14 24:00 .. 2021-03-15 24:00",
        ),
        (
            "CAO 60, two accounts of the days",
            "administrative; restrained 2021-02-28 13:10; arrest 10d 2021-03-01 12:00; arrest 15d 2021-03-01 12:00; held",
            "cao.arrest_served",
            "2021-03-12 12:00",
            P,
            "2021-03-09 24:00 .. 2021-03-15 24:00",
        ),
        (
            "CAO 60, no arrest",
            "administrative; restrained 2021-02-28 13:10; heard 2021-03-01 12:00",
            "cao.arrest_served",
            "2021-03-12 12:00",
            NA,
            "",
        ),
        (
            "CAO 62(2)",
            "administrative; article CAO 488(6); restrained 2021-01-10 12:00; arrest 5d 2021-03-20 12:00",
            "cao.limitation",
            "2021-03-20 13:00",
            Prohibited,
            "",
        ),
        (
            "CAO 62(2), in time",
            "administrative; article CAO 488(6); restrained 2021-01-10 12:00; arrest 5d 2021-01-11 12:00",
            "cao.limitation",
            "2021-03-20 13:00",
            W,
            "",
        ),
        (
            "CAO 62(2), by one way of counting",
            "administrative; article CAO 488(6); restrained 2021-01-10 12:00; arrest 5d 2021-03-10 12:00",
            "cao.limitation",
            "2021-03-20 13:00",
            P,
            "",
        ),
        (
            "CAO 50(2), a man",
            "administrative; not pregnant; not woman_over_58; not minor; not child_under_14; not disability_group_1_or_2; not man_over_63; restrained 2021-02-28 13:10; arrest 5d 2021-03-01 12:00",
            "cao.arrest_prohibited",
            "2021-03-01 13:00",
            NA,
            "",
        ),
        (
            "CAO 50(2), a man of 70",
            "administrative; is man_over_63; restrained 2021-02-28 13:10; arrest 5d 2021-03-01 12:00",
            "cao.arrest_prohibited",
            "2021-03-01 13:00",
            Prohibited,
            "",
        ),
    ]);
}

#[test]
fn times_in_which_the_person_may_act() {
    check(&[
        (
            "CAO 829-4",
            "administrative; decision_received 2021-03-01 12:00",
            "cao.appeal",
            "2021-03-05 12:00",
            W,
            "2021-03-10 24:00 .. 2021-03-11 24:00",
        ),
        (
            "CAO 829-4, filed",
            "administrative; decision_received 2021-03-01 12:00; appeal_filed 2021-03-09 10:00",
            "cao.appeal",
            "2021-03-15 12:00",
            MetInTime,
            "",
        ),
        (
            "CAO 829-4, the last day by one reading",
            "administrative; decision_received 2021-03-01 12:00; appeal_filed 2021-03-11 10:00",
            "cao.appeal",
            "2021-03-15 12:00",
            P,
            "",
        ),
        (
            "CAO 829-5(3), the day",
            "administrative; is arrest_imposed; restrained 2021-02-28 13:10; appeal_filed 2021-03-02 10:00; held",
            "cao.appeal_heard",
            "2021-03-03 11:00",
            P,
            "2021-03-03 10:00 .. 2021-03-03 24:00",
        ),
        (
            "CAO 829-5(3)",
            "administrative; is arrest_imposed; restrained 2021-02-28 13:10; appeal_filed 2021-03-02 10:00; held",
            "cao.appeal_heard",
            "2021-03-04 00:01",
            C,
            "",
        ),
        (
            "CAO 829-5(3), only while arrest is served",
            "administrative; not arrest_imposed; restrained 2021-02-28 13:10; appeal_filed 2021-03-02 10:00; no appeal_decided 2021-03-06 10:00",
            "cao.appeal_heard",
            "2021-03-07 00:01",
            NA,
            "",
        ),
        (
            "CAO 829-5(3), heard",
            "administrative; is arrest_imposed; restrained 2021-02-28 13:10; appeal_filed 2021-03-02 10:00; appeal_decided 2021-03-03 09:00",
            "cao.appeal_heard",
            "2021-03-03 11:00",
            MetInTime,
            "",
        ),
        (
            "CAO 827",
            "none; restrained 2021-01-10 12:00",
            "cao.complaint",
            "2021-02-01 12:00",
            W,
            "2021-03-09 24:00 .. 2021-03-10 24:00",
        ),
        (
            "CAO 829",
            "none; complaint_filed 2021-02-01 12:00; no complaint_decided 2021-02-20 12:00",
            "cao.complaint_decided",
            "2021-02-21 12:00",
            C,
            "2021-02-10 24:00 .. 2021-02-11 24:00",
        ),
    ]);
}

/// An administrative case that carries arrest, and one that does not.
const ARRESTABLE: &str = "administrative; article CAO 488(6); restrained 2026-09-07 12:00";
const PETTY: &str = "administrative; article CAO 434; not offence.carries_arrest; restrained 2026-09-07 12:00";

#[test]
fn nothing_is_certain_that_an_account_leaves_open() {
    check(&[
        (
            "789(3), that no hearing was held proves no custody",
            "ARRESTABLE; no heard 2026-09-08 16:00",
            "cao.detention",
            "2026-09-08 17:00",
            O,
            "",
        ),
        (
            "829-5(3), nobody has seen the person since",
            "ARRESTABLE; no heard 2026-09-08 16:00",
            "cao.hearing",
            "2026-09-08 17:00",
            O,
            "",
        ),
        (
            "789(3), whoever is heard days later may have come from home",
            "ARRESTABLE; heard 2026-09-11 10:00",
            "cao.detention",
            "2026-09-11 12:00",
            P,
            "",
        ),
        ("829-5(3), likewise", "ARRESTABLE; heard 2026-09-11 10:00", "cao.hearing", "2026-09-11 12:00", P, ""),
        (
            "789(1), let go by the police's word, and seen inside two days later: perhaps taken again",
            "PETTY; police released 2026-09-07 14:30; in_custody 2026-09-09 12:00",
            "cao.detention",
            "2026-09-09 13:00",
            P,
            "",
        ),
        (
            "789(1), a hearing before the restraint stops nothing",
            "none; restrained 2026-09-07 15:00; heard 2026-09-01 10:00; held",
            "cao.detention",
            "2026-09-12 10:00",
            C,
            "",
        ),
        (
            "133(2), nor does an order",
            "D0; court_order_received 2026-09-01 10:00; held",
            "cpc.detention",
            "2026-09-12 10:00",
            C,
            "",
        ),
        (
            "135, word that was sent before is none",
            "D0; relatives_told 2026-09-01 10:00",
            "cpc.relatives",
            "2026-09-12 10:00",
            P,
            "",
        ),
        (
            "789(1), the police's earlier restraint makes no release of a sighting",
            "none; restrained 2026-09-07 13:30 .. 2026-09-07 15:00; last_free 2026-09-07 14:00; police restrained 2026-09-07 12:00",
            "cao.detention",
            "2026-09-07 23:00",
            O,
            "",
        ),
        (
            "789(2), the border is disputed",
            "PETTY; is offence.border; not offence.border; held",
            "cao.detention",
            "2026-09-07 20:00",
            P,
            "",
        ),
        (
            "789(1), the emergency is disputed",
            "PETTY; is circumstance.emergency; not circumstance.emergency; held",
            "cao.detention",
            "2026-09-07 20:00",
            P,
            "",
        ),
        (
            "789(1), drunkenness is disputed",
            "PETTY; is intoxicated; not intoxicated; sobered 2026-09-07 19:00; held",
            "cao.detention",
            "2026-09-07 20:00",
            P,
            "",
        ),
        ("131(2), the case is disputed", "D0; none; held", "cpc.protocol", "2026-09-07 20:00", P, ""),
        (
            "829-5(3), a second offence takes nothing away",
            "ARRESTABLE; article CAO 434; held",
            "cao.hearing",
            "2026-09-08 13:00",
            P,
            "",
        ),
        (
            "60, two accounts of one sentence",
            "ARRESTABLE; arrest 15d 2026-09-08 11:00; arrest 15d 2026-09-08 12:30; held",
            "cao.arrest_served",
            "2026-09-25 12:00",
            C,
            "",
        ),
        (
            "60, two lengths of one sentence",
            "ARRESTABLE; arrest 15d 2026-09-08 11:00; arrest 10d 2026-09-08 12:30; held",
            "cao.arrest_served",
            "2026-09-20 12:00",
            P,
            "",
        ),
        (
            "152(6), two accounts of one order",
            "D0; remand 2mo 2026-09-09 13:00; remand 10d 2026-09-09 13:05; held",
            "cpc.remand",
            "2026-09-18 12:00",
            P,
            "",
        ),
        (
            "135, let go after a day and a half: nobody says that the embassy was not told",
            "D0; is foreign; released 2026-09-09 02:05",
            "cpc.embassy",
            "2026-09-09 10:00",
            P,
            "",
        ),
        ("135, let go in time", "D0; is foreign; released 2026-09-08 02:05", "cpc.embassy", "2026-09-09 10:00", NA, ""),
        ("147(3), a motion is needed no more", "D0; released 2026-09-09 05:00", "cpc.motion", "2026-09-09 10:00", NA, ""),
        (
            "64(3), the first time by each side",
            "D0; detention_protocol 2026-09-07 16:50; interrogated 2026-09-08 20:00; police interrogated 2026-09-08 10:00",
            "cpc.interrogation",
            "2026-09-08 21:00",
            P,
            "",
        ),
        (
            "50(2), somebody says that it was a fine",
            "ARRESTABLE; is pregnant; arrest 5d 2026-09-08 11:00; no arrest_imposed 2026-09-08 11:00",
            "cao.arrest_prohibited",
            "2026-09-08 12:00",
            P,
            "",
        ),
        (
            "67(1)2, somebody says that a lawyer was there",
            "criminal; is minor; interrogated_alone 2026-09-08 11:00; no interrogated_alone 2026-09-08 11:00",
            "cpc.minor_alone",
            "2026-09-08 12:00",
            P,
            "",
        ),
    ]);
}

#[test]
fn what_only_just_is_so() {
    check(&[
        (
            "135, told late, and let go in time",
            "D0; is foreign; released 2026-09-08 02:05; embassy_told 2026-09-08 20:00",
            "cpc.embassy",
            "2026-09-09 10:00",
            NA,
            "",
        ),
        (
            "135, the mother says so, and nobody has seen the person since",
            "D0; no relatives_told 2026-09-08 09:00",
            "cpc.relatives",
            "2026-09-08 10:00",
            O,
            "",
        ),
        (
            "50(3), an order that is said to lie ahead does not count yet",
            "ARRESTABLE; arrest 15d 2026-09-20 12:00",
            "cao.arrest_served",
            "2026-09-10 12:00",
            NA,
            "",
        ),
        (
            "151, eighteen months may be the last extension",
            "D0; remand 18mo 2026-09-09 13:00",
            "cpc.remand_length",
            "2026-09-10 12:00",
            P,
            "",
        ),
        (
            "488, twenty-five days may be the maximum",
            "administrative; article CAO 488; arrest 25d 2021-03-01 12:00",
            "cao.arrest",
            "2021-03-02 12:00",
            P,
            "",
        ),
    ]);
}

#[test]
fn beyond_every_limit_custody_is_unlawful_whatever_the_case() {
    check(&[
        (
            "789, 131(4), nobody knows in which case",
            "restrained 2026-09-07 12:00; held",
            "any.detention",
            "2026-09-07 14:00",
            W,
            "2026-09-07 15:00 .. 2026-09-10 12:01",
        ),
        ("789, 131(4), five days", "restrained 2026-09-07 12:00; held", "any.detention", "2026-09-12 12:10", C, ""),
        (
            "789, 131(4), qualified anew",
            "administrative; criminal; restrained 2026-09-07 12:00; held",
            "any.detention",
            "2026-09-12 12:10",
            C,
            "",
        ),
        (
            "789, 131(4), the case is known",
            "criminal; restrained 2026-09-07 12:00; held",
            "any.detention",
            "2026-09-12 12:10",
            NA,
            "",
        ),
        (
            "14(4), held on after a fine",
            "administrative; article CAO 488(6); not arrest_imposed; restrained 2026-09-07 12:00; heard 2026-09-07 20:00; held",
            "cao.after_hearing",
            "2026-09-17 12:00",
            C,
            "2026-09-07 21:00 .. 2026-09-07 23:01",
        ),
        (
            "14(4), arrest was imposed",
            "administrative; is arrest_imposed; restrained 2026-09-07 12:00; heard 2026-09-07 20:00; held",
            "cao.after_hearing",
            "2026-09-17 12:00",
            NA,
            "",
        ),
        (
            "476 before 2020",
            "administrative; article CAO 476; restrained 2020-04-09 12:00; arrest 20d 2020-04-10 12:00",
            "cao.arrest",
            "2020-04-10 13:00",
            P,
            "",
        ),
    ]);
}

#[test]
fn rules_travel() {
    check(&[
        // Russia: delivery starts the clock, sobering may, and 48 hours are the most.
        (
            "CAO of Russia 27.5(1)",
            "administrative; not offence.border; not offence.carries_arrest; restrained 2026-09-07 12:00; delivered 2026-09-07 14:05; held",
            "ru.cao.detention",
            "2026-09-07 17:05:00",
            W,
            "2026-09-07 17:05",
        ),
        (
            "CAO of Russia 27.5(1)",
            "administrative; not offence.border; not offence.carries_arrest; delivered 2026-09-07 14:05; held",
            "ru.cao.detention",
            "2026-09-07 17:10",
            C,
            "",
        ),
        (
            "CAO of Russia, not delivered yet",
            "administrative; restrained 2026-09-07 12:00; held",
            "ru.cao.detention",
            "2026-09-07 17:10",
            NA,
            "",
        ),
        (
            "CAO of Russia 27.5(3)",
            "administrative; is offence.carries_arrest; delivered 2026-09-07 14:05; held",
            "ru.cao.detention",
            "2026-09-09 14:00",
            W,
            "2026-09-09 14:05",
        ),
        (
            "CAO of Russia 27.5(4)",
            "administrative; not offence.border; not offence.carries_arrest; is intoxicated; delivered 2026-09-07 14:05; sobered 2026-09-07 20:00; held",
            "ru.cao.detention",
            "2026-09-07 22:00",
            P,
            "2026-09-07 17:05 .. 2026-09-07 23:01",
        ),
        (
            "CAO of Russia 27.5(4), in all",
            "administrative; is intoxicated; delivered 2026-09-07 14:05; held",
            "ru.cao.detention_total",
            "2026-09-09 14:10",
            C,
            "2026-09-09 14:05",
        ),
        (
            "CPC of Russia 92",
            "criminal; delivered 2026-09-07 14:05; detention_protocol 2026-09-07 18:00",
            "ru.cpc.protocol",
            "2026-09-07 19:00",
            MetLate,
            "",
        ),
        (
            "CPC of Russia 108(7)",
            "criminal; is extended_by_court; restrained 2026-09-07 14:05; held",
            "ru.cpc.detention",
            "2026-09-10 14:00",
            W,
            "2026-09-12 14:05",
        ),
        ("CAO of Russia 3.9", "administrative; arrest 20d 2026-09-08 10:00", "ru.cao.arrest", "2026-09-08 11:00", P, ""),
        // Georgia: the charge stops the first clock and starts the court's.
        (
            "CPC of Georgia, charge",
            "criminal; restrained 2026-09-07 14:05; charged 2026-09-09 10:00",
            "ge.cpc.charge",
            "2026-09-09 12:00",
            MetInTime,
            "",
        ),
        (
            "CPC of Georgia, court",
            "criminal; restrained 2026-09-07 14:05; charged 2026-09-09 10:00; held",
            "ge.cpc.court",
            "2026-09-10 11:00",
            C,
            "2026-09-10 10:00",
        ),
        (
            "CPC of Georgia, in all",
            "criminal; restrained 2026-09-07 14:05; charged 2026-09-09 10:00; heard 2026-09-10 09:00",
            "ge.cpc.detention",
            "2026-09-10 11:00",
            W,
            "",
        ),
        (
            "CAO of Georgia, a second term",
            "administrative; is extended_by_court; restrained 2026-09-07 14:05; held",
            "ge.cao.detention",
            "2026-09-09 10:00",
            W,
            "2026-09-09 14:05",
        ),
        // Standards that guide.
        (
            "General Comment 35, § 33",
            "none; is minor; restrained 2026-09-07 14:05; held",
            "intl.iccpr.judge",
            "2026-09-08 15:00",
            C,
            "2026-09-08 14:05",
        ),
        ("ECHR 5(3)", "none; restrained 2026-09-07 14:05; held", "intl.echr.judge", "2026-09-11 16:00", P, ""),
        ("ECHR 5(3), Brogan", "none; restrained 2026-09-07 14:05; held", "intl.echr.judge", "2026-09-11 20:10", C, ""),
        ("Principles 11, 37", "none; restrained 2026-09-07 14:05; held", "intl.un.judge", "2026-09-20 20:10", P, ""),
    ]);
}

#[test]
fn a_finding_says_what_to_ask_first() {
    let first = |facts: &str, rule, now| {
        let asked = find(&facts.replace("D0", D0).replace("ARRESTABLE", ARRESTABLE).replace("PETTY", PETTY), rule, now)
            .ask
            .first()
            .cloned();
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
    let petty =
        "not regime.criminal; not offence.carries_arrest; article CAO 434; restrained 2026-09-07 12:00 .. 2026-09-07 13:00; held";
    assert_eq!(first(petty, "cao.detention", "2026-09-07 15:30"), "when_started");
    assert_eq!(first("D0; held", "cpc.detention", "2026-09-10 12:00"), "", "what is certain asks for nothing");
}

#[test]
fn the_trace_names_what_the_answer_rests_on() {
    let finding = find("criminal; is minor; restrained 2026-09-01 09:15; held; is pregnant", "cpc.detention", "2026-09-02 10:00");
    let rests_on = |fact: &str| finding.facts.iter().any(|known| known == fact);
    assert!(rests_on("criminal") && rests_on("is minor") && rests_on("restrained 2026-09-01 09:15") && rests_on("held"));
    assert!(!rests_on("is pregnant"));
}
