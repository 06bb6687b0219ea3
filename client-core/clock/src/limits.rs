//! Which limits of a rule may be the one that counts.

use std::sync::Arc;

use crate::orders::imposed;
use crate::pack::{Case, Citation, Condition, Limit, Rule, Status, Value};
use crate::record::Record;
use crate::{Instant, Interval, Truth};

/// One limit that is not known to be excluded.
pub(crate) struct Reading<'a> {
    pub limit: Limit,
    pub citation: &'a Arc<Citation>,
    pub status: Status,
}

impl Reading<'_> {
    fn is(&self, limit: Limit, citation: &Arc<Citation>) -> bool {
        self.limit == limit && self.citation == citation
    }
}

/// The limits of a rule that are not known to be excluded, and the conditions that decide between them.
#[derive(Default)]
pub(crate) struct Limits<'a> {
    pub readings: Vec<Reading<'a>>,
    pub undecided: Vec<&'a Condition>,
}

impl<'a> Limits<'a> {
    /// Adds what is not there yet.
    pub fn take_over(&mut self, others: Self) {
        for other in others.readings {
            if !self.readings.iter().any(|known| known.is(other.limit, other.citation)) {
                self.readings.push(other);
            }
        }
        let new: Vec<&'a Condition> = others.undecided.into_iter().filter(|other| !self.undecided.contains(other)).collect();
        self.undecided.extend(new);
    }

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
        if !limits.readings.iter().any(|known| known.is(limit, &case.citation)) {
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
