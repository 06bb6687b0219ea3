//! From accounts to intervals: when a clock started, with every account kept.
//!
//! Accounts that can all be true narrow each other: somebody restrained between noon and six and seen in a cell at three
//! was restrained by three. Accounts that cannot all be true stand side by side: each is a reading, and the answer is the
//! hull over the readings.

use crate::record::{Claimant, Event, EventKind};
use crate::{Instant, Interval};

/// When the clock started.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    /// Over every reading.
    pub hull: Interval,
    /// By the accounts of those who were there, if there are any.
    pub observed: Option<Interval>,
    /// By the police's accounts, if there are any.
    pub police: Option<Interval>,
}

impl Start {
    /// A start without sides.
    pub fn of(hull: Interval) -> Self {
        Self { hull, observed: None, police: None }
    }
}

impl EventKind {
    /// Whether it may happen several times: then the first time is the one that counts, and two accounts are no contradiction.
    fn recurs(self) -> bool {
        matches!(
            self,
            Self::RelativesTold
                | Self::EmbassyTold
                | Self::RightsExplained
                | Self::LawyerAdmitted
                | Self::LawyerRefused
                | Self::LawyerMeeting
                | Self::Interrogated
                | Self::InterrogatedAlone
                | Self::MotionFiled
                | Self::AppealFiled
                | Self::AppealDecided
                | Self::ComplaintFiled
                | Self::ComplaintDecided
                | Self::InterrogatedAtNight
                | Self::TalkedToAlone
        )
    }
}

/// Accounts of a kind of event as one: of what recurs the first time that each side names, of what happens once everything between
/// them. What one side says never takes away what the other says.
pub(crate) fn joined(kind: EventKind, accounts: &[&Event]) -> Option<Start> {
    let side = |mine: Claimant| {
        let mine = accounts.iter().filter(|account| account.claim == mine).map(|account| account.when);
        mine.reduce(|a, b| if kind.recurs() { first(a, b) } else { a.hull(b) })
    };
    let (observed, police) = (side(Claimant::Observed), side(Claimant::Police));
    let hull = [observed, police].into_iter().flatten().reduce(Interval::hull)?;
    Some(Start { hull, observed, police })
}

/// Of two times the first.
pub(crate) fn first(a: Interval, b: Interval) -> Interval {
    let to = match (a.to, b.to) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Interval { from: a.from.zip(b.from).map(|(a, b)| a.min(b)), to }
}

/// Accounts that something happened.
fn accounts<'a>(events: &[&'a Event], kind: EventKind) -> Vec<&'a Event> {
    timed(events.iter().copied().filter(|e| e.kind == kind && !e.denied).collect())
}

/// When something happened, over every account; `None` where nobody says that it did.
pub(crate) fn happened(events: &[&Event], kind: EventKind) -> Option<Start> {
    joined(kind, &accounts(events, kind))
}

/// When a clock started that starts with this kind of event, or `None` if no account lets it start at all.
pub(crate) fn began(events: &[&Event], kind: EventKind) -> Option<Start> {
    match kind {
        EventKind::Restrained => restraint(events),
        kind => happened(events, kind),
    }
}

/// When custody started: by the accounts of it, and by what must have come after it.
fn restraint(events: &[&Event]) -> Option<Start> {
    let accounts = accounts(events, EventKind::Restrained);
    let proofs: Vec<&Event> = events.iter().copied().filter(|e| e.kind != EventKind::Restrained && proves_custody(e)).collect();
    // Somebody seen free after custody was proved had been let go: that is an end, and says nothing of the start.
    let free = events.iter().filter(|e| e.kind == EventKind::LastFree && !e.denied && !follows_custody(e, events));
    if accounts.is_empty() && proofs.is_empty() {
        return None;
    }
    let moments: Vec<Instant> = free.filter_map(|e| e.when.from).collect();
    let mut readings = Vec::with_capacity(accounts.len() + 2);
    let (mut observed, mut police) = (None, None);
    for account in &accounts {
        let reading = narrowed(account.when, &proofs, &moments);
        readings.push(reading);
        let side = if account.claim == Claimant::Police { &mut police } else { &mut observed };
        *side = Some(side.map_or(reading, |sofar: Interval| sofar.hull(reading)));
    }
    // A proof of custody that comes before every account of the start is a reading of its own, as is a sighting at liberty
    // after every one; where one account allows for it, that account is the reading. With no account of the start, the
    // proofs are all there is.
    let too_early =
        |proof: &&Event| accounts.iter().all(|e| matches!((proof.when.to, e.when.from), (Some(seen), Some(said)) if seen < said));
    let too_late = |moment: &Instant| accounts.iter().all(|e| e.when.to.is_some_and(|to| to < *moment));
    if proofs.iter().any(too_early) {
        readings.push(narrowed(Interval::OPEN, &proofs, &moments));
    }
    if !accounts.is_empty()
        && let Some(&moment) = moments.iter().filter(|moment| too_late(moment)).max()
    {
        readings.push(narrowed(Interval { from: Some(moment), to: None }, &proofs, &moments));
    }
    let hull = readings.into_iter().reduce(Interval::hull)?;
    Some(Start { hull, observed, police })
}

pub(crate) fn proves_custody(event: &Event) -> bool {
    event.kind.proves_custody() && !event.denied
}

/// Whoever says that something happened, and nothing of when, has no account of the time: it counts only where there is no
/// other.
pub(crate) fn timed(accounts: Vec<&Event>) -> Vec<&Event> {
    if accounts.iter().all(|e| e.when == Interval::OPEN) {
        accounts
    } else {
        accounts.into_iter().filter(|e| e.when != Interval::OPEN).collect()
    }
}

/// A start as one account has it, narrowed by what is consistent with it: proofs of custody after its beginning, and
/// moments of freedom before its end.
fn narrowed(account: Interval, proofs: &[&Event], free: &[Instant]) -> Interval {
    let seen = proofs.iter().filter_map(|proof| proof.when.to);
    let to = seen.filter(|&seen| account.from.is_none_or(|from| seen >= from)).chain(account.to).min();
    let from = free.iter().copied().filter(|&moment| to.is_none_or(|to| moment <= to)).chain(account.from).max();
    Interval { from, to }
}

/// Whether a sighting at liberty comes after custody by every account: after somebody was seen held, or after all that is said of
/// the start.
pub(crate) fn follows_custody(free: &Event, events: &[&Event]) -> bool {
    let Some(moment) = free.when.from else { return false };
    let before = |e: &&&Event| e.when.to.is_some_and(|seen| moment > seen);
    let mut starts = events.iter().filter(|e| proves_custody(e) && e.kind == EventKind::Restrained).peekable();
    let sightings = events.iter().filter(|e| proves_custody(e) && e.kind != EventKind::Restrained);
    sightings.filter(before).count() > 0 || starts.peek().is_some() && starts.all(|e| before(&e))
}
