//! Records in which a verdict once changed before the moment that was announced for it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails loudly")]

use habeas_clock::{Claimant, Event, EventKind, Instant, Interval, Length, Pack, Record, Sentence, Term, Truth, Zone, evaluate};

fn instant(text: &str) -> Option<Instant> {
    Some(text.parse().unwrap())
}

fn event(kind: EventKind, from: &str, to: Option<&str>) -> Event {
    let when = Interval { from: instant(from), to: to.and_then(instant) };
    Event { kind, when, denied: false, claim: Claimant::Observed, fact: format!("{kind:?}") }
}

/// Every rule keeps its verdict until the moment that it announces, and has another one then.
fn announces_every_change(record: &Record, now: Instant) {
    let pack = Pack::load(include_str!("../../../rules/kz.toml")).unwrap();
    let first = evaluate(&pack, record, now);
    let changes = first.iter().filter_map(|finding| finding.next_change);
    let mut moments: Vec<Instant> = changes.flat_map(|change| [change.plus_seconds(-1), change]).collect();
    moments.extend((1..14 * 24).map(|hours| now.plus_seconds(hours * 3600)));
    for at in moments {
        for (before, then) in first.iter().zip(evaluate(&pack, record, at)) {
            let unchanged = before.next_change.is_none_or(|change| at < change);
            if unchanged {
                assert_eq!(then.verdict, before.verdict, "{} at {at}, announced for {:?}", before.rule, before.next_change);
            } else if before.next_change == Some(at) {
                assert_ne!(then.verdict, before.verdict, "{} at {at}, as announced", before.rule);
            }
        }
    }
}

/// Both readings of an offer come to one deadline over all, and still one moment at which it may have been made gives another verdict.
#[test]
fn an_offer_of_which_nobody_knows_until_when_it_stood() {
    let mut record = Record::new(Zone::named("Asia/Almaty").unwrap());
    record.events = vec![
        event(EventKind::Released, "2026-09-02T10:35:00Z", Some("2026-09-02T14:17:00Z")),
        event(EventKind::InVehicle, "2026-08-29T10:40:00Z", None),
        event(EventKind::LastFree, "2026-08-30T19:00:00Z", None),
        event(EventKind::ExitOffered, "2026-08-30T19:01:00Z", None),
    ];
    let when = Interval { from: None, to: instant("2026-08-29T10:40:00Z") };
    record.sentences = vec![Sentence::new(Term::Arrest, Length::Days(3), when, "order".into())];
    let conditions = [
        "minor",
        "regime.criminal",
        "regime.administrative",
        "regime.none",
        "regime.preventive",
        "offence.carries_arrest",
        "crime.drugs",
    ];
    record.conditions = conditions.iter().map(|name| ((*name).into(), Truth::True, "fact".into())).collect();
    announces_every_change(&record, Instant::from_seconds(1_788_000_000 + 5_781 * 60).unwrap());
}
