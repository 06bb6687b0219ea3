//! What must hold for any case at any time, whatever the accounts.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

use habeas_clock::{
    Claimant, Event, EventKind, Finding, Instant, Interval, Length, Measure, Pack, Record, Sentence, Term, Truth, Verdict::*,
    Zone, evaluate, next_change,
};
use proptest::prelude::*;

const T0: i64 = 1_788_000_000;

fn pack() -> &'static Pack {
    static PACK: std::sync::OnceLock<Pack> = std::sync::OnceLock::new();
    PACK.get_or_init(|| Pack::load(include_str!("../../../rules/kz.toml")).unwrap())
}

fn at(minutes: i64) -> Instant {
    Instant::from_seconds(T0 + minutes * 60).unwrap()
}

fn interval() -> impl Strategy<Value = Interval> {
    (0..6000_i64, 0..600_i64, 0..10_u8).prop_map(|(from, length, open)| Interval {
        from: (open != 0).then(|| at(from)),
        to: (open != 1).then(|| at(from + length)),
    })
}

fn event() -> impl Strategy<Value = Event> {
    (prop::sample::select(EventKind::ALL.to_vec()), interval(), any::<bool>()).prop_map(|(kind, when, police)| Event {
        kind,
        when,
        denied: false,
        claim: if police { Claimant::Police } else { Claimant::Observed },
        fact: format!("{kind:?}{when:?}"),
    })
}

fn arrest() -> impl Strategy<Value = Sentence> {
    let article = prop::sample::select(vec![None, Some("CAO 488"), Some("CAO 488(1)"), Some("CAO 488(6)"), Some("CAO 434")]);
    (1..40_u32, interval(), article, any::<bool>()).prop_map(|(days, when, article, adds)| {
        let order = Sentence::new(Term::Arrest, Length::Days(days), when, format!("{days}{when:?}"));
        Sentence { article: article.map(str::to_owned), adds, ..order }
    })
}

fn record() -> impl Strategy<Value = Record> {
    let conditions = [
        "minor",
        "regime.criminal",
        "regime.administrative",
        "regime.none",
        "regime.preventive",
        "offence.carries_arrest",
        "crime.drugs",
    ];
    let truth = prop::sample::select(vec![Truth::True, Truth::False, Truth::Unknown]);
    let accounts = (prop::collection::vec(event(), 0..8), prop::collection::vec(arrest(), 0..4));
    (accounts, prop::collection::vec(truth, conditions.len())).prop_map(move |((events, sentences), truths)| {
        let mut record = Record::new(Zone::named("Asia/Almaty").unwrap());
        record.events = events;
        record.sentences = sentences;
        record.conditions = conditions.iter().zip(truths).map(|(name, truth)| ((*name).into(), truth, "fact".into())).collect();
        record
    })
}

fn verdicts(record: &Record, now: Instant) -> Vec<habeas_clock::Verdict> {
    evaluate(pack(), record, now).into_iter().map(|finding| finding.verdict).collect()
}

/// 400 records a law, or as many as `PROPTEST_CASES` says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_global_rejects: u32::MAX, ..ProptestConfig::default() })]

    /// A scheduler that sleeps until the announced instant misses nothing, and never wakes for nothing.
    #[test]
    fn verdicts_change_just_when_announced(record in record(), now in 0..9000_i64) {
        let now = at(now);
        let findings = evaluate(pack(), &record, now);
        let before: Vec<_> = findings.iter().map(|finding| finding.verdict).collect();
        match next_change(&findings) {
            Some(change) => {
                prop_assert!(change > now);
                prop_assert_eq!(&verdicts(&record, change.plus_seconds(-1)), &before);
                prop_assert_ne!(&verdicts(&record, change), &before);
                let middle = now.seconds() + (change.seconds() - now.seconds()) / 2;
                if middle < change.seconds() {
                    prop_assert_eq!(&verdicts(&record, Instant::from_seconds(middle).unwrap()), &before);
                }
            }
            None => for later in [1, 60, 3_000, 90_000, 5_000_000] {
                prop_assert_eq!(&verdicts(&record, now.plus_seconds(later)), &before);
            },
        }
    }

    /// Nobody is "certainly" beyond a limit only because time has passed.
    #[test]
    fn time_alone_never_makes_certain(record in record(), now in 6000..7000_i64, later in 1..100_000_i64) {
        // Every account lies before 6,600 minutes, so from 7,000 on nothing but time changes.
        let first = evaluate(pack(), &record, at(now.max(6_600)));
        let then = evaluate(pack(), &record, at(now.max(6_600) + later));
        for (first, then) in first.iter().zip(&then) {
            prop_assert_eq!(first.verdict == CertainlyOver, then.verdict == CertainlyOver);
        }
    }

    /// The order in which accounts arrive, and hearing one twice, changes no answer.
    #[test]
    fn order_and_repetition_change_nothing(record in record(), seed in any::<prop::sample::Index>(), now in 0..9000_i64) {
        let bare = |record: &Record| -> Vec<_> {
            evaluate(pack(), record, at(now)).into_iter().map(|f: Finding| (f.verdict, f.deadline, f.start, f.end, f.next_change)).collect()
        };
        let mut other = record.clone();
        if !other.events.is_empty() {
            let pivot = seed.index(other.events.len());
            other.events.rotate_left(pivot);
            other.events.push(other.events[0].clone());
        }
        // What an order's fact is called is chance.
        other.sentences.reverse();
        other.sentences.iter_mut().enumerate().for_each(|(number, order)| order.fact = format!("{number}"));
        prop_assert_eq!(bare(&record), bare(&other));
    }

    /// A further account of the start leaves every reading possible that was possible before.
    #[test]
    fn a_further_account_takes_no_reading_away(
        record in record(), when in (0..6000_i64, 0..600_i64), police in any::<bool>(), now in 6700..9000_i64,
    ) {
        // Somebody who was seen free is another story: whether that is a release or a bound of the start depends on the accounts.
        let mut record = record;
        // So is an offer to leave: by that reading what came before it no longer counts.
        record.events.retain(|event| !matches!(event.kind, EventKind::LastFree | EventKind::ExitOffered));
        let before = evaluate(pack(), &record, at(now));
        let when = Interval { from: Some(at(when.0)), to: Some(at(when.0 + when.1)) };
        let claim = if police { Claimant::Police } else { Claimant::Observed };
        let known = record.events.iter().any(|e| e.kind == EventKind::Restrained && e.when != Interval::OPEN);
        record.events.push(Event { kind: EventKind::Restrained, when, denied: false, claim, fact: "further".into() });
        for (before, after) in before.iter().zip(evaluate(pack(), &record, at(now))) {
            // A start that nobody could bound because an account contradicts a sighting may get its bound from the further account.
            let bounded = before.start.from.is_some() && before.start.to.is_some();
            if known && bounded && before.measures == Measure::AtMost && before.verdict != NotApplicable {
                prop_assert_eq!(after.deadline.hull(before.deadline), after.deadline, "{}", before.rule);
            }
        }
    }

    /// What some say and others deny is doubt: a contrary word never makes a certainty, and never a "within" of a breach.
    #[test]
    fn a_contrary_word_makes_nothing_certain(record in record(), which in 0..7_usize, now in 6700..9000_i64) {
        let before = evaluate(pack(), &record, at(now));
        let mut record = record;
        let (name, truth, _) = record.conditions[which].clone();
        prop_assume!(truth != Truth::Unknown);
        record.conditions.push((name, truth.not(), "contrary".into()));
        for (before, after) in before.iter().zip(evaluate(pack(), &record, at(now))) {
            // Where nobody agrees any more on the case, the rule for that counts; it is certain only beyond every limit.
            if *after.rule != *"kz.any.detention" && before.verdict != NotApplicable {
                let made = after.verdict.is_certain() && !before.verdict.is_certain();
                prop_assert!(!made, "{}: {:?} became {:?}", before.rule, before.verdict, after.verdict);
                let lost = after.verdict == Within && before.verdict.is_certain();
                prop_assert!(!lost, "{}: {:?} became {:?}", before.rule, before.verdict, after.verdict);
            }
        }
    }

    /// What is certain although nobody knows just when people were offered to leave is certain whenever it was.
    #[test]
    fn an_offer_at_some_time_makes_certain_only_what_it_makes_so_at_every_time(
        record in record(), when in (0..6000_i64, 0..600_i64), part in 0..=600_i64, police in any::<bool>(), now in 6700..9000_i64,
    ) {
        let claim = if police { Claimant::Police } else { Claimant::Observed };
        let offered = |from: i64, to: i64| {
            let mut record = record.clone();
            let when = Interval { from: Some(at(from)), to: Some(at(to)) };
            // Whoever was met at liberty had been let go or not been taken yet: which, depends on when else they were seen.
            record.events.retain(|event| !matches!(event.kind, EventKind::LastFree | EventKind::ExitOffered));
            record.events.push(Event { kind: EventKind::ExitOffered, when, denied: false, claim, fact: "offer".into() });
            evaluate(pack(), &record, at(now))
        };
        let moment = when.0 + part.min(when.1);
        // Of an offer before all that is said of the restraint, one of the two accounts is wrong: that is another story.
        let restraint = record.events.iter().filter(|event| event.kind == EventKind::Restrained).filter_map(|event| event.when.from).max();
        let moment = restraint.map_or(moment, |from| moment.max((from.seconds() - T0) / 60)).min(when.0 + when.1);
        prop_assume!(restraint.is_none_or(|from| from <= at(moment)));
        for (some_time, then) in offered(when.0, when.0 + when.1).iter().zip(offered(moment, moment)) {
            prop_assert!(
                !some_time.verdict.is_certain() || then.verdict.is_certain(),
                "{}: {:?}, and {:?} if it was then", some_time.rule, some_time.verdict, then.verdict
            );
        }
    }

    /// Knowing a time less exactly may take a certainty away, and never gives one.
    #[test]
    fn doubt_about_a_time_gives_no_certainty(
        start in (0..3000_i64, 0..100_i64), held in (3000..6000_i64, 0..100_i64), released in prop::option::of((3000..6000_i64, 0..100_i64)),
        wider in (0..300_i64, 0..300_i64), which in 0..3_usize, now in 0..9000_i64,
    ) {
        let interval = |(from, length): (i64, i64)| Interval { from: Some(at(from)), to: Some(at(from + length)) };
        let mut record = Record::new(Zone::named("Asia/Almaty").unwrap());
        record.conditions = vec![("regime.none".into(), Truth::True, "fact".into())];
        let mut add = |kind, when| record.events.push(Event { kind, when, denied: false, claim: Claimant::Observed, fact: format!("{kind:?}") });
        add(EventKind::Restrained, interval(start));
        add(EventKind::InCustody, interval(held));
        if let Some(released) = released {
            add(EventKind::Released, interval((released.0.max(held.0 + held.1), released.1)));
        }
        let narrow = verdicts(&record, at(now.max(6600)));
        let event = which.min(record.events.len() - 1);
        let when = record.events[event].when;
        let widened = when.plus(-wider.0 * 60, wider.1 * 60);
        // A wider time that reaches past another account would be another story: it could make the two agree.
        let clear = record.events.iter().enumerate().all(|(i, e)| i == event || !e.when.meets(widened));
        if clear {
            record.events[event].when = widened;
            for (narrow, wide) in narrow.iter().zip(verdicts(&record, at(now.max(6600)))) {
                let doubt = wide == PossiblyOver || (*narrow, wide) == (CertainlyOver, OverIfStillHeld);
                prop_assert!(wide == *narrow || doubt, "{narrow:?} became {wide:?}");
            }
        }
    }
}
