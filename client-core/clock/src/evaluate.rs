//! Applying a pack to a record: the limits that may count, the deadline over all of them, the verdict, what to ask.

mod offered;

use std::sync::Arc;

use crate::counting;
use crate::custody;
use crate::duty::{self, Duty};
use crate::end::{self, End};
use crate::limits::{Limits, limits};
use crate::orders::orders;
use crate::pack::{Before, Condition, Kind, Pack, Rule, VersionBy};
use crate::record::{Event, EventKind, Record, Sentence};
use crate::sentence;
use crate::start::{self, Start};
use crate::trace;
use crate::verdict::{Finding, Question, Reading, Verdict};
use crate::{Instant, Interval, Truth};
use offered::Left;

/// Applies every rule of a pack to a case as it stands at `now`. Accounts that are said to lie after `now` do not count
/// yet. `now` itself proves nothing: that somebody is still held must be an event of the record.
///
/// Findings come in the order of the pack's rules, those not applicable included.
pub fn evaluate(pack: &Pack, record: &Record, now: Instant) -> Vec<Finding> {
    let seen = Seen::at(pack, record, now);
    pack.rules
        .iter()
        .map(|rule| {
            let found = seen.judge(rule);
            let next_change = seen.changes_after(rule, found.as_ref().map_or(NOTHING, Found::outcome));
            Finding { next_change, ..found.map_or_else(|| blank(rule), |found| seen.explain(rule, found)) }
        })
        .collect()
}

/// The first instant after `now` at which any verdict changes by time alone; what a scheduler sleeps until.
pub fn next_change(findings: &[Finding]) -> Option<Instant> {
    findings.iter().filter_map(|finding| finding.next_change).min()
}

/// A finding of a rule that does not concern the case, or has nothing to count yet.
fn blank(rule: &Rule) -> Finding {
    Finding {
        rule: Arc::clone(&rule.id),
        measures: rule.kind.measure(),
        verdict: Verdict::NotApplicable,
        binding: rule.binding,
        severity: rule.severity,
        action: None,
        deadline: Interval::OPEN,
        start: Interval::OPEN,
        end: Interval::OPEN,
        by_law: None,
        by_police: None,
        readings: Vec::new(),
        facts: Vec::new(),
        ask: Vec::new(),
        next_change: None,
    }
}

/// A case as it is seen at an instant.
struct Seen<'a> {
    pack: &'a Pack,
    record: &'a Record,
    now: Instant,
    /// The accounts that count by then.
    events: Vec<&'a Event>,
}

/// What a rule comes to.
struct Found<'a> {
    verdict: Verdict,
    applies: Truth,
    deadline: Interval,
    start: Start,
    end: End,
    limits: Limits<'a>,
    /// Whether accounts of one order, or of one interrogation, name different lengths.
    lengths_differ: bool,
    /// The deadline if people were offered to leave, where somebody says so: `None` if by that reading nothing runs.
    left: Option<Left>,
    /// The bounds of every deadline that was tried beside `deadline`, also where the readings come to the same one over all: there, too,
    /// the verdict can change.
    bounds: Vec<Instant>,
}

/// What can change as time passes: the verdict, and the bounds of deadlines just after which it can.
struct Outcome {
    verdict: Verdict,
    deadline: Interval,
    more: Vec<Instant>,
}

/// The outcome of a rule that has nothing to count.
const NOTHING: Outcome = Outcome { verdict: Verdict::NotApplicable, deadline: Interval::OPEN, more: Vec::new() };

impl<'a> Found<'a> {
    fn new(limits: Limits<'a>) -> Self {
        let verdict = Verdict::NotApplicable;
        Self {
            verdict,
            applies: Truth::True,
            deadline: Interval::OPEN,
            start: Start::of(Interval::OPEN),
            end: End::NONE,
            limits,
            lengths_differ: false,
            left: None,
            bounds: Vec::new(),
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome { verdict: self.verdict, deadline: self.deadline, more: self.bounds.clone() }
    }

    /// The deadline over both readings.
    fn hull(&self) -> Interval {
        match &self.left {
            None => self.deadline,
            Some(Left { deadline, .. }) => {
                deadline.map_or(Interval { to: None, ..self.deadline }, |other| self.deadline.hull(other))
            }
        }
    }
}

impl<'a> Seen<'a> {
    fn at(pack: &'a Pack, record: &'a Record, now: Instant) -> Self {
        Self { pack, record, now, events: record.events_at(now).collect() }
    }

    /// What a rule comes to by the accounts as they stand.
    fn judge_told(&self, rule: &'a Rule) -> Option<Found<'a>> {
        let applies = rule.applies.holds(self.record);
        // What somebody claims and another denies is doubt, and not silence.
        if applies == Truth::False || applies == Truth::Unknown && rule.only_if_known && !rule.applies.is_claimed(self.record) {
            return None;
        }
        let mut found = match &rule.kind {
            Kind::AtMost { start, or_start, stop } => {
                let mut start = start::began(&self.events, *start)?;
                if let Some((other, _)) = or_start.as_ref().filter(|(_, when)| when.is_claimed(self.record)) {
                    // Where nobody knows when the other start was, it was some time after the first.
                    let other = start::happened(&self.events, *other).map(|other| other.hull);
                    start.hull = start.hull.hull(other.unwrap_or(Interval { from: start.hull.from, to: None }));
                }
                let end = end::ended(&self.events, stop, start.hull.from);
                self.timed(rule, start, end, |deadline| custody::verdict(deadline, &end, self.now))
            }
            Kind::DoneWithin { start, done, lapses, unseen, .. } => {
                let start = start::began(&self.events, *start)?;
                let duty = duty::known(&self.events, done, lapses, start.hull.from);
                self.duty(rule, start, &duty, !lapses.is_empty(), *unseen)
            }
            Kind::DoneBefore { done, lapses, before, unseen } => {
                let start = self.reference(rule, before)?;
                let duty = duty::known(&self.events, done, lapses, None);
                self.duty(rule, start, &duty, !lapses.is_empty(), *unseen)
            }
            Kind::SentenceAtMost { of, together } => {
                let orders: Vec<&Sentence> = orders(self.record, *of, self.now).collect();
                let when = orders.iter().map(|order| order.when).reduce(Interval::hull)?;
                let governed = self.governed_by(rule, when);
                let (verdict, limits) = if *together {
                    let limits = limits(rule, self.record, governed, self.now);
                    (sentence::together(*of, &orders, &limits, &self.record.zone), limits)
                } else {
                    sentence::each(rule, self.record, &orders, governed, self.now)
                };
                let lengths_differ = sentence::lengths_differ(&orders);
                Some(Found { verdict, lengths_differ, start: Start::of(when), ..Found::new(limits) })
            }
            Kind::Prohibited { what, after } => self.prohibited(rule, *what, *after),
        }?;
        // What is sure only if the rule concerns the case is not sure.
        if applies == Truth::Unknown && found.verdict.is_sure_breach() {
            found.verdict = Verdict::PossiblyOver;
        }
        found.applies = applies;
        Some(found)
    }

    fn duty(&self, rule: &'a Rule, start: Start, duty: &Duty, lapses: bool, unseen: bool) -> Option<Found<'a>> {
        let so_far = Interval { from: duty.held.max(duty.denied), to: None };
        let end = End { hull: duty.done.unwrap_or(so_far), reported: duty.done.is_some() };
        self.timed(rule, start, end, |deadline| duty::verdict(deadline, duty, lapses, unseen, self.now))
    }

    fn timed(&self, rule: &'a Rule, start: Start, end: End, verdict: impl FnOnce(Interval) -> Verdict) -> Option<Found<'a>> {
        let limits = limits(rule, self.record, self.governed_by(rule, start.hull), self.now);
        if limits.readings.is_empty() {
            return None;
        }
        let deadline = self.deadline(rule, &limits, start.hull);
        Some(Found { verdict: verdict(deadline), deadline, start, end, ..Found::new(limits) })
    }

    /// The moment that decides which text of the law counts.
    fn governed_by(&self, rule: &Rule, start: Interval) -> Interval {
        match rule.version_by {
            VersionBy::Start => start,
            VersionBy::Custody => start::began(&self.events, EventKind::Restrained).map_or(start, |custody| custody.hull),
        }
    }

    fn deadline(&self, rule: &Rule, limits: &Limits<'_>, start: Interval) -> Interval {
        match rule.kind {
            Kind::DoneBefore { .. } => counting::before(limits, start),
            _ => counting::deadline(limits, start, &self.record.zone),
        }
    }

    /// When that happens before which something must be done.
    fn reference(&self, rule: &Rule, before: &Before) -> Option<Start> {
        match before {
            Before::Event(kind) => start::began(&self.events, *kind),
            Before::Limit(id) => {
                // A pack is checked: the other rule is there, and is of a kind that refers to none.
                let other = self.pack.rules.iter().find(|other| other.id == *id && other.id != rule.id)?;
                Some(Start::of(self.judge(other)?.deadline))
            }
        }
    }

    fn prohibited(&self, rule: &'a Rule, what: EventKind, after: Option<EventKind>) -> Option<Found<'a>> {
        let happened = start::happened(&self.events, what)?;
        let end = End { hull: happened.hull, reported: true };
        let Some(after) = after else {
            let limits = limits(rule, self.record, self.governed_by(rule, happened.hull), self.now);
            let undisputed = end::is_undisputed(&self.events, what);
            let verdict = match limits.readings.is_empty() {
                true => return None,
                false if undisputed => Verdict::Prohibited,
                false => Verdict::PossiblyOver,
            };
            return Some(Found { verdict, start: happened, end, ..Found::new(limits) });
        };
        let start = start::began(&self.events, after)?;
        self.timed(rule, start, end, |deadline| custody::not_after(deadline, &end))
    }

    /// A verdict can change by itself only just after a bound of the deadline, or when an account dated ahead begins to count.
    fn changes_after(&self, rule: &'a Rule, now: Outcome) -> Option<Instant> {
        let (before, mut seen) = (now.verdict, now);
        let ahead = |after: Instant| {
            let orders = self.record.sentences.iter().map(|order| order.when);
            let dated = self.record.events.iter().map(|event| event.when).chain(orders);
            dated.filter_map(|when| when.from).filter(move |&from| from > after).min()
        };
        let first_ahead = ahead(self.now);
        let mut looked = self.now;
        loop {
            let own = [seen.deadline.from, seen.deadline.to].into_iter().flatten();
            let bounds = own.chain(seen.more.iter().copied()).map(|bound| bound.plus_seconds(1));
            let candidate = bounds.filter(|&instant| instant > looked).chain(ahead(looked)).min()?;
            let then = if first_ahead.is_some_and(|first| first <= candidate) {
                Self::at(self.pack, self.record, candidate).judge(rule).as_ref().map(Found::outcome)
            } else {
                // Nothing but time passes: the same accounts count.
                Self { now: candidate, events: self.events.clone(), ..*self }.judge(rule).as_ref().map(Found::outcome)
            };
            // An account dated ahead may have moved the deadline: look on from there.
            seen = then.unwrap_or(NOTHING);
            if seen.verdict != before {
                return Some(candidate);
            }
            looked = candidate;
        }
    }

    /// The verdict with everything that made it so.
    fn explain(&self, rule: &Rule, found: Found<'_>) -> Finding {
        let both = found.start.observed.zip(found.start.police);
        let deadline = |start| self.deadline(rule, &found.limits, start);
        let readings = found.limits.readings.iter().map(|reading| Reading {
            limit: reading.limit,
            citation: Arc::clone(reading.citation),
            status: reading.status,
        });
        let by_sides = both.map(|(observed, police)| (deadline(observed), deadline(police)));
        let by_offer = found.left.as_ref().filter(|left| left.by_police).and_then(|left| Some((found.deadline, left.deadline?)));
        let sides = by_sides.or(by_offer);
        Finding {
            verdict: found.verdict,
            action: rule.action.clone(),
            deadline: found.hull(),
            start: found.start.hull,
            end: found.end.hull,
            by_law: sides.map(|(law, _)| law),
            by_police: sides.map(|(_, police)| police),
            readings: readings.collect(),
            facts: trace::facts(rule, self.record, &self.events, self.now),
            ask: self.questions(rule, &found),
            ..blank(rule)
        }
    }

    /// What to find out, most telling first. Nothing is asked where nothing could change the answer.
    fn questions(&self, rule: &Rule, found: &Found<'_>) -> Vec<Question> {
        let is_custody = matches!(rule.kind, Kind::AtMost { .. });
        let is_timed = found.deadline != Interval::OPEN;
        let mut ask = Vec::new();
        match found.verdict {
            Verdict::OverIfStillHeld => ask.push(if is_custody { Question::StillHeld } else { Question::Done }),
            Verdict::PossiblyOver => {
                if found.left.is_some() {
                    ask.push(Question::ExitOffered);
                }
                if found.lengths_differ {
                    ask.push(Question::HowLong);
                }
                ask.extend(self.conditions(rule, found));
                if is_timed && !found.end.reported && !is_custody {
                    ask.push(Question::Done);
                }
                if is_timed && !is_precise(found.start.hull) {
                    ask.push(if found.start.hull.from.is_none() { Question::LastFree } else { Question::WhenStarted });
                }
                if is_timed && found.end.reported && !is_precise(found.end.hull) {
                    ask.push(if is_custody { Question::WhenEnded } else { Question::WhenDone });
                }
                if is_custody && !found.end.reported {
                    ask.push(Question::StillHeld);
                }
            }
            _ => {}
        }
        ask
    }

    fn conditions(&self, rule: &Rule, found: &Found<'_>) -> impl Iterator<Item = Question> {
        let mut names: Vec<String> = Vec::new();
        let mut add = |condition: &Condition| {
            let name = condition.to_string();
            if !names.contains(&name) {
                names.push(name);
            }
        };
        if found.applies == Truth::Unknown {
            rule.applies.unknown(self.record).into_iter().for_each(&mut add);
        }
        if !found.limits.is_one() {
            found.limits.undecided.iter().copied().for_each(&mut add);
        }
        names.into_iter().map(Question::Condition)
    }
}

/// Whether a time is known to the minute.
fn is_precise(when: Interval) -> bool {
    matches!((when.from, when.to), (Some(a), Some(b)) if b.seconds() - a.seconds() <= 60)
}
