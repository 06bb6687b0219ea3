//! The second reading of a story in which people were offered to leave.
//!
//! The police call a kettle "blocking" and say that people could leave one by one. By that reading nobody was held from the offer on,
//! and custody began with what came after it; by the other the offer was none. Both are kept: each rule is judged on both.

use crate::record::{Claimant, Event, EventKind};
use crate::{Instant, Interval, Verdict};

/// An offer to leave at one moment.
pub(crate) struct Offer {
    /// When it was made.
    at: Instant,
    /// Whether only the police speak of it.
    pub by_police: bool,
}

/// The most moments that are tried one by one; all of them together are tried whatever their number.
pub(crate) const MOST: usize = 16;

/// The moments at which an offer may have been made, by every account: the bounds of each, and those between them at which it comes to
/// lie before or after something else.
/// `None` where nobody speaks of an offer; empty where nobody says when.
pub(crate) fn offers(events: &[&Event]) -> Option<Vec<Offer>> {
    let accounts = || events.iter().filter(|event| event.kind == EventKind::ExitOffered && !event.denied);
    accounts().next()?;
    let by_police = accounts().all(|event| event.claim == Claimant::Police);
    let mut moments: Vec<Instant> = accounts().flat_map(|event| [event.when.from, event.when.to]).flatten().collect();
    for account in accounts() {
        let bounds = events.iter().flat_map(|event| [event.when.from, event.when.to]).flatten();
        let around = bounds.flat_map(|bound| [bound, bound.plus_seconds(1)]);
        moments.extend(around.filter(|moment| Interval::at(*moment).meets(account.when)));
    }
    moments.sort_unstable();
    moments.dedup();
    Some(moments.into_iter().map(|at| Offer { at, by_police }).collect())
}

impl Offer {
    fn as_event(&self, kind: EventKind) -> Event {
        let claim = if self.by_police { Claimant::Police } else { Claimant::Observed };
        Event { kind, when: Interval::at(self.at), denied: false, claim, fact: String::new() }
    }

    /// The event by which custody was over.
    pub fn until(&self) -> Event {
        self.as_event(EventKind::Released)
    }

    /// The event by which the person was at liberty: what came after began after it.
    pub fn since(&self) -> Event {
        self.as_event(EventKind::LastFree)
    }

    /// The accounts of what may have come before the offer.
    pub fn before<'a>(&self, events: &[&'a Event]) -> Vec<&'a Event> {
        let before =
            |event: &Event| event.when.from.is_some_and(|from| from < self.at) || event.when.to.is_some_and(|to| to <= self.at);
        let kept = events.iter().filter(|event| event.kind != EventKind::ExitOffered && before(event));
        kept.copied().collect()
    }

    /// The accounts of what may have come after it; a restraint that may have come before it ended with it.
    pub fn after<'a>(&self, events: &[&'a Event]) -> Vec<&'a Event> {
        let ended = |event: &Event| match event.kind {
            EventKind::ExitOffered => true,
            EventKind::Restrained => event.when.from.is_none_or(|from| from <= self.at),
            _ => event.when.to.is_some_and(|to| to <= self.at),
        };
        events.iter().filter(|event| !ended(event)).copied().collect()
    }
}

/// What two readings of one story come to: the answer of both, or doubt.
pub(crate) fn joined(told: Verdict, other: Verdict) -> Verdict {
    let doubtful = |verdict: Verdict| verdict.is_sure_breach() || verdict == Verdict::PossiblyOver;
    match (told.is_sure_breach(), other.is_sure_breach()) {
        (true, true) if told.is_certain() && other.is_certain() => told.min(other),
        (true, true) => Verdict::OverIfStillHeld,
        _ if doubtful(told) || doubtful(other) => Verdict::PossiblyOver,
        _ => told,
    }
}
