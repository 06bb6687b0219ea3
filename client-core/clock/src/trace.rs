//! Which facts an answer rests on.

use crate::pack::{Before, Condition, Kind, Rule, When};
use crate::record::{Event, EventKind, Record};
use crate::{Instant, orders};

/// The facts that a rule's verdict rests on, each once: the events that it counts by, and the accounts of the conditions that
/// it asks about.
pub(crate) fn facts(rule: &Rule, record: &Record, events: &[&Event], now: Instant) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    let mut add = |fact: &String| {
        if !facts.contains(fact) {
            facts.push(fact.clone());
        }
    };
    for event in events.iter().filter(|event| counts_by(rule, event.kind)) {
        add(&event.fact);
    }
    if let Kind::SentenceAtMost { of, .. } = rule.kind {
        orders::orders(record, of, now).for_each(|order| add(&order.fact));
    }
    let cases = rule.values.iter().flat_map(|value| &value.cases).map(|case| &case.when);
    for when in cases.chain([&rule.applies]) {
        of_conditions(when, record, &mut add);
    }
    facts
}

fn of_conditions(when: &When, record: &Record, add: &mut impl FnMut(&String)) {
    for condition in when.all.iter().chain(&when.any).chain(&when.none) {
        match condition {
            Condition::Named(name) => {
                record.conditions.iter().filter(|(known, ..)| known == name).for_each(|(.., fact)| add(fact))
            }
            Condition::Article(_) => record.articles.iter().for_each(|(_, fact)| add(fact)),
            Condition::Group(_, group) => of_conditions(group, record, add),
        }
    }
}

fn counts_by(rule: &Rule, kind: EventKind) -> bool {
    let of_custody = kind == EventKind::LastFree || kind.proves_custody();
    match &rule.kind {
        Kind::AtMost { start, or_start, stop } => {
            of_custody || *start == kind || stop.contains(&kind) || or_start.as_ref().is_some_and(|(other, _)| *other == kind)
        }
        Kind::DoneWithin { start, done, lapses, unseen, .. } => {
            lapses.contains(&kind)
                || *start == kind
                || done.contains(&kind)
                || of_custody && (!unseen || *start == EventKind::Restrained)
        }
        Kind::DoneBefore { done, lapses, before, unseen } => {
            done.contains(&kind)
                || lapses.contains(&kind)
                || match before {
                    Before::Event(event) => *event == kind || of_custody && !unseen,
                    Before::Limit(_) => of_custody,
                }
        }
        Kind::SentenceAtMost { .. } => false,
        Kind::Prohibited { what, after } => *what == kind || after.is_some_and(|after| after == kind || of_custody),
    }
}
