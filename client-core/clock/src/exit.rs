//! The second reading of a story in which people were offered to leave.
//!
//! The police call a kettle "blocking" and say that people could leave one by one. By that reading nobody was held from the offer on,
//! and custody began with what came after it; by the other the offer was none. Both are kept: each rule is judged on both.

use crate::record::{Claimant, Event, EventKind};
use crate::{Interval, Verdict};

/// An offer to leave, by every account of it.
pub(crate) struct Offer {
    /// When it was made.
    pub when: Interval,
    /// Whether only the police speak of it.
    pub by_police: bool,
}

/// The offer that somebody speaks of, if anybody does.
pub(crate) fn offer(events: &[&Event]) -> Option<Offer> {
    let offers = || events.iter().filter(|event| event.kind == EventKind::ExitOffered && !event.denied);
    let when = offers().map(|event| event.when).reduce(Interval::hull)?;
    Some(Offer { when, by_police: offers().all(|event| event.claim == Claimant::Police) })
}

impl Offer {
    fn as_event(&self, kind: EventKind) -> Event {
        let claim = if self.by_police { Claimant::Police } else { Claimant::Observed };
        Event { kind, when: self.when, denied: false, claim, fact: String::new() }
    }

    /// The event by which custody was over.
    pub fn until(&self) -> Event {
        self.as_event(EventKind::Released)
    }

    /// The event by which the person was at liberty: what came after began after it.
    pub fn since(&self) -> Event {
        self.as_event(EventKind::LastFree)
    }

    /// The accounts of what came before the offer.
    pub fn before<'a>(&self, events: &[&'a Event]) -> Vec<&'a Event> {
        let before = |event: &&&Event| matches!((event.when.from, self.when.from), (Some(a), Some(b)) if a < b);
        events.iter().filter(before).filter(|event| event.kind != EventKind::ExitOffered).copied().collect()
    }

    /// The accounts of what may have come after it; a restraint that may have come before it ended with it.
    pub fn after<'a>(&self, events: &[&'a Event]) -> Vec<&'a Event> {
        let ended = |event: &Event| match event.kind {
            EventKind::ExitOffered => true,
            EventKind::Restrained => !matches!((event.when.from, self.when.to), (Some(a), Some(b)) if a > b),
            _ => matches!((event.when.to, self.when.from), (Some(a), Some(b)) if a < b),
        };
        events.iter().filter(|event| !ended(event)).copied().collect()
    }
}

/// What two readings of one story come to: the answer of both, or doubt.
pub(crate) fn joined(told: Verdict, other: Verdict) -> Verdict {
    let doubtful = |verdict: Verdict| verdict.is_sure_breach() || verdict == Verdict::PossiblyOver;
    if told.is_sure_breach() && other.is_sure_breach() {
        told.min(other)
    } else if doubtful(told) || doubtful(other) {
        Verdict::PossiblyOver
    } else {
        told
    }
}
