//! Applying a pack to a record: the limits that may count, the deadline over all of them, the verdict, what to ask.

use crate::custody::{self, End, Start};
use crate::pack::{Condition, Kind, Limit, Pack, Rule, Value};
use crate::record::{Event, EventKind, Record, Sentence};
use crate::verdict::{Finding, Question, Reading, Verdict};
use crate::{Instant, Interval, Truth, sentence};

/// Applies every rule of a pack to a case as it stands at `now`. Accounts that are said to lie after `now` do not count
/// yet. `now` itself proves nothing: that somebody is still held must be an event of the record.
///
/// Findings come in the order of the pack's rules, those not applicable included.
pub fn evaluate(pack: &Pack, record: &Record, now: Instant) -> Vec<Finding> {
    pack.rules
        .iter()
        .map(|rule| {
            let mut finding = at(rule, record, now);
            finding.next_change = changes_after(rule, record, now, &finding);
            finding
        })
        .collect()
}

/// The first instant after `now` at which any verdict changes by time alone; what a scheduler sleeps until.
pub fn next_change(findings: &[Finding]) -> Option<Instant> {
    findings.iter().filter_map(|finding| finding.next_change).min()
}

/// The limits of a rule that are not known to be excluded, and the conditions that decide between them.
pub(crate) struct Limits {
    readings: Vec<Reading>,
    undecided: Vec<Condition>,
}

impl Limits {
    pub(crate) fn least(&self) -> Option<Limit> {
        self.readings.iter().map(|reading| reading.limit).min()
    }

    pub(crate) fn most(&self) -> Option<Limit> {
        self.readings.iter().map(|reading| reading.limit).max()
    }
}

fn limits(rule: &Rule, record: &Record, start: Interval) -> Limits {
    let mut limits = Limits { readings: Vec::new(), undecided: Vec::new() };
    for value in rule.values.iter().filter(|value| value.may_govern(start, &record.zone)) {
        add_cases(value, record, &mut limits);
    }
    limits
}

/// The first case that certainly holds counts, and with it every one before it that may.
fn add_cases(value: &Value, record: &Record, limits: &mut Limits) {
    for case in &value.cases {
        let holds = case.when.holds(record);
        if holds == Truth::Unknown && case.only_if_known {
            continue;
        }
        if holds == Truth::Unknown {
            for condition in case.when.unknown(record) {
                if !limits.undecided.contains(condition) {
                    limits.undecided.push(condition.clone());
                }
            }
        }
        if holds != Truth::False {
            for &limit in &case.limits {
                let reading = Reading { limit, citation: case.citation.clone(), status: value.status };
                if !limits.readings.contains(&reading) {
                    limits.readings.push(reading);
                }
            }
        }
        if holds == Truth::True {
            return;
        }
    }
}

fn at(rule: &Rule, record: &Record, now: Instant) -> Finding {
    let applies = rule.applies.holds(record);
    let blank = Finding {
        rule: rule.id.clone(),
        verdict: Verdict::NotApplicable,
        binding: rule.binding,
        deadline: Interval::OPEN,
        start: Interval::OPEN,
        end: Interval::OPEN,
        by_law: None,
        by_police: None,
        readings: Vec::new(),
        facts: Vec::new(),
        ask: Vec::new(),
        next_change: None,
    };
    if applies == Truth::False {
        return blank;
    }
    match &rule.kind {
        Kind::AtMost { start, stop } => {
            let events: Vec<&Event> = record.events_at(now).collect();
            match custody::start(&events, *start) {
                Some(start) => of_custody(rule, record, now, applies, start, custody::end(&events, stop), blank),
                None => blank,
            }
        }
        Kind::SentenceAtMost => of_sentence(rule, record, now, applies, blank),
    }
}

fn of_custody(rule: &Rule, record: &Record, now: Instant, applies: Truth, start: Start, end: End, blank: Finding) -> Finding {
    let limits = limits(rule, record, start.hull);
    let (Some(Limit::Hours(least)), Some(Limit::Hours(most))) = (limits.least(), limits.most()) else {
        return blank;
    };
    let (least, most) = (i64::from(least) * 3600, i64::from(most) * 3600);
    let deadline = start.hull.plus(least, most);
    let verdict = match of_times(deadline, &end, now) {
        // What is sure only if the rule concerns the case is not sure.
        Verdict::OverIfStillHeld | Verdict::CertainlyOver if applies == Truth::Unknown => Verdict::PossiblyOver,
        verdict => verdict,
    };
    let ask = questions(rule, record, verdict, &start, &end, &limits);
    let both = start.observed.zip(start.police);
    let mut facts = start.facts;
    facts.extend(end.facts);
    Finding {
        verdict,
        deadline,
        start: start.hull,
        end: end.hull,
        by_law: both.map(|(observed, _)| observed.plus(least, most)),
        by_police: both.map(|(_, police)| police.plus(least, most)),
        readings: limits.readings,
        facts: once(facts),
        ask,
        ..blank
    }
}

/// The four verdicts on a deadline. Equality is within: the law says "not more than".
fn of_times(deadline: Interval, end: &End, now: Instant) -> Verdict {
    let ended_by = end.hull.to.unwrap_or(now);
    let after = |moment: Instant, limit: Option<Instant>| limit.is_some_and(|limit| moment > limit);
    if deadline.from.is_some_and(|earliest| ended_by <= earliest) {
        Verdict::Within
    } else if end.hull.from.is_some_and(|held| after(held, deadline.to)) {
        Verdict::CertainlyOver
    } else if !end.reported && after(now, deadline.to) {
        Verdict::OverIfStillHeld
    } else {
        Verdict::PossiblyOver
    }
}

fn of_sentence(rule: &Rule, record: &Record, now: Instant, applies: Truth, blank: Finding) -> Finding {
    let sentences: Vec<&Sentence> = record.sentences.iter().filter(|s| s.when.from.is_none_or(|from| from <= now)).collect();
    let Some(when) = sentences.iter().map(|sentence| sentence.when).reduce(Interval::hull) else {
        return blank;
    };
    let limits = limits(rule, record, when);
    let verdict = sentence::verdict(&sentences, &limits, applies);
    let ask = if verdict == Verdict::PossiblyOver { conditions(rule, record, &limits) } else { Vec::new() };
    let mut facts: Vec<String> = sentences.iter().map(|sentence| sentence.fact.clone()).collect();
    facts.extend(record.articles.iter().map(|(_, fact)| fact.clone()));
    Finding { verdict, start: when, readings: limits.readings, facts: once(facts), ask, ..blank }
}

/// What to find out, most telling first. Nothing is asked where nothing could change the answer.
fn questions(rule: &Rule, record: &Record, verdict: Verdict, start: &Start, end: &End, limits: &Limits) -> Vec<Question> {
    let mut ask = Vec::new();
    match verdict {
        Verdict::OverIfStillHeld => ask.push(Question::StillHeld),
        Verdict::PossiblyOver => {
            ask.extend(conditions(rule, record, limits));
            let precise = |when: Interval| matches!((when.from, when.to), (Some(a), Some(b)) if b.seconds() - a.seconds() <= 60);
            if !precise(start.hull) {
                ask.push(if start.hull.from.is_none() { Question::LastFree } else { Question::WhenStarted });
            }
            if end.reported && !precise(end.hull) {
                ask.push(Question::WhenEnded);
            }
            if !end.reported {
                ask.push(Question::StillHeld);
            }
        }
        _ => {}
    }
    ask
}

fn conditions(rule: &Rule, record: &Record, limits: &Limits) -> Vec<Question> {
    let mut names: Vec<String> = Vec::new();
    if rule.applies.holds(record) == Truth::Unknown {
        names.extend(rule.applies.unknown(record).into_iter().map(Condition::to_string));
    }
    if limits.least() != limits.most() {
        names.extend(limits.undecided.iter().map(Condition::to_string));
    }
    once(names).into_iter().map(Question::Condition).collect()
}

fn once(list: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(list.len());
    for item in list {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// A verdict can change by itself only just after a bound of the deadline, or when an account dated ahead begins to count.
fn changes_after(rule: &Rule, record: &Record, now: Instant, finding: &Finding) -> Option<Instant> {
    let ahead = record.events.iter().map(|event| event.when).chain(record.sentences.iter().map(|sentence| sentence.when));
    let bounds = [finding.deadline.from, finding.deadline.to].into_iter().flatten().map(|bound| bound.plus_seconds(1));
    let candidates: Vec<Instant> = ahead.filter_map(|when| when.from).chain(bounds).collect();
    let mut looked = now;
    while let Some(candidate) = candidates.iter().copied().filter(|&instant| instant > looked).min() {
        looked = candidate;
        let then = at(rule, record, candidate);
        if then.verdict != finding.verdict {
            return Some(candidate);
        }
        if then.deadline != finding.deadline {
            // An account dated ahead has moved the deadline: look on from there.
            return changes_after(rule, record, candidate, &then);
        }
    }
    None
}

impl EventKind {
    /// Every kind, for tables and property tests.
    pub const ALL: [Self; 8] = [
        Self::LastFree,
        Self::Restrained,
        Self::InVehicle,
        Self::Delivered,
        Self::InCustody,
        Self::Released,
        Self::CourtOrderReceived,
        Self::Heard,
    ];
}
