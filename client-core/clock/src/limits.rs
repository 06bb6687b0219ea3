//! Which limits of a rule may be the one that counts.

use std::sync::Arc;

use crate::pack::{Case, Citation, Condition, Limit, Rule, Status, Value};
use crate::record::{Length, Record, Sentence, Term};
use crate::{Instant, Interval, Truth};

/// One limit that is not known to be excluded.
pub(crate) struct Reading<'a> {
    pub limit: Limit,
    pub citation: &'a Arc<Citation>,
    pub status: Status,
}

/// The limits of a rule that are not known to be excluded, and the conditions that decide between them.
pub(crate) struct Limits<'a> {
    pub readings: Vec<Reading<'a>>,
    pub undecided: Vec<&'a Condition>,
}

impl Limits<'_> {
    /// Whether only one limit is left.
    pub fn is_one(&self) -> bool {
        self.readings.windows(2).all(|two| matches!(two, [a, b] if a.limit == b.limit))
    }
}

/// The limits that may count for a clock that started within `start`.
pub(crate) fn limits<'a>(rule: &'a Rule, record: &Record, start: Interval, now: Instant) -> Limits<'a> {
    let mut limits = Limits { readings: Vec::new(), undecided: Vec::new() };
    for value in rule.values.iter().filter(|value| value.may_govern(start, &record.zone)) {
        add_cases(value, record, now, &mut limits);
    }
    limits
}

/// The first case that certainly holds counts, and with it every one before it that may.
fn add_cases<'a>(value: &'a Value, record: &Record, now: Instant, limits: &mut Limits<'a>) {
    for case in &value.cases {
        let holds = case.when.holds(record);
        // What somebody claims and another denies is doubt, and not silence.
        if holds == Truth::Unknown && case.only_if_known && !case.when.is_claimed(record) {
            continue;
        }
        if holds == Truth::Unknown {
            for condition in case.when.unknown(record) {
                if !limits.undecided.contains(&condition) {
                    limits.undecided.push(condition);
                }
            }
        }
        if holds != Truth::False {
            add_limits(case, value.status, record, now, limits);
        }
        if holds == Truth::True {
            return;
        }
    }
}

fn add_limits<'a>(case: &'a Case, status: Status, record: &Record, now: Instant, limits: &mut Limits<'a>) {
    let mut add = |limit| {
        let known = |reading: &Reading<'_>| reading.limit == limit && Arc::ptr_eq(reading.citation, &case.citation);
        if !limits.readings.iter().any(known) {
            limits.readings.push(Reading { limit, citation: &case.citation, status });
        }
    };
    // A rule that prohibits has no limits, and cites all the same.
    if case.limits.is_empty() {
        add(Limit::None);
    }
    for &limit in &case.limits {
        match limit {
            Limit::Imposed(of, counting) => {
                imposed(record, of, now).into_iter().for_each(|length| add(Limit::Calendar(length, counting)));
            }
            limit => add(limit),
        }
    }
}

/// How much later an order is another one and no second account of the same, in seconds: a day.
const ANOTHER_ORDER: i64 = 24 * 3600;

/// The lengths of custody that court orders may come to. Accounts of one order are kept beside each other. An order that came a day
/// or more after another adds to it for an arrest; for a remand a longer one takes its place.
fn imposed(record: &Record, of: Term, now: Instant) -> Vec<Length> {
    let orders: Vec<&Sentence> = orders(record, of, now).collect();
    let follows = |late: &Sentence, early: &Sentence| matches!((late.when.from, early.when.to), (Some(a), Some(b)) if a.seconds() - b.seconds() >= ANOTHER_ORDER);
    let mut lengths: Vec<Length> = Vec::new();
    for order in &orders {
        let earlier = orders.iter().filter(|other| follows(order, other));
        let later = orders.iter().any(|other| follows(other, order) && (of == Term::Arrest || other.length >= order.length));
        let length = match (of, order.length) {
            (Term::Arrest, Length::Days(days)) => {
                // Of each earlier order only one account is added.
                let before = earlier.filter_map(|other| if let Length::Days(days) = other.length { Some(days) } else { None });
                Length::Days(days.saturating_add(before.max().unwrap_or(0)))
            }
            (_, length) => length,
        };
        if !later && !lengths.contains(&length) {
            lengths.push(length);
        }
    }
    lengths
}

/// The orders that count at `now`.
pub(crate) fn orders(record: &Record, of: Term, now: Instant) -> impl Iterator<Item = &Sentence> {
    record.sentences.iter().filter(move |order| order.of == of && order.when.from.is_none_or(|from| from <= now))
}
