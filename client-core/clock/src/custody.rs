//! From accounts to intervals: when a clock started and when it stopped, with every account kept.
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

/// When the clock stopped.
#[derive(Clone, Copy)]
pub(crate) struct End {
    /// From the last proof that it ran to the first proof that it did not. `to` is open while no end is reported, or
    /// where a proof contradicts the end that is.
    pub hull: Interval,
    /// Whether anybody reports an end that nothing better contradicts.
    pub reported: bool,
}

impl Start {
    /// A start without sides.
    pub fn of(hull: Interval) -> Self {
        Self { hull, observed: None, police: None }
    }
}

impl End {
    /// Nothing runs that could end.
    pub const NONE: Self = Self { hull: Interval::OPEN, reported: false };
}

/// What makes an end, besides an account of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Custody: the clock ran whenever the person was seen held.
    Custody,
    /// Only an account that it had not happened: nobody outside can see it.
    Denial,
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
        )
    }
}

/// Two accounts of a kind of event as one: of what recurs the first time, of what happens once everything between them.
fn joined(kind: EventKind, a: Interval, b: Interval) -> Interval {
    if !kind.recurs() {
        return a.hull(b);
    }
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
    let mut start: Option<Start> = None;
    for account in accounts(events, kind) {
        let side = |mine: Claimant, before: Option<Interval>| {
            if account.claim == mine {
                Some(before.map_or(account.when, |sofar| joined(kind, sofar, account.when)))
            } else {
                before
            }
        };
        start = Some(Start {
            hull: start.map_or(account.when, |start| joined(kind, start.hull, account.when)),
            observed: side(Claimant::Observed, start.and_then(|start| start.observed)),
            police: side(Claimant::Police, start.and_then(|start| start.police)),
        });
    }
    start
}

/// When a clock started that starts with this kind of event, or `None` if no account lets it start at all.
pub(crate) fn start(events: &[&Event], kind: EventKind) -> Option<Start> {
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

fn proves_custody(event: &Event) -> bool {
    event.kind.proves_custody() && !event.denied
}

/// Whoever says that something happened, and nothing of when, has no account of the time: it counts only where there is no
/// other.
fn timed(accounts: Vec<&Event>) -> Vec<&Event> {
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

/// Whether a sighting at liberty comes after a proof of custody.
fn follows_custody(free: &Event, events: &[&Event]) -> bool {
    let proofs = events.iter().filter(|e| proves_custody(e));
    proofs.filter_map(|e| e.when.to).any(|seen| free.when.from.is_some_and(|moment| moment > seen))
}

/// When the clock stopped, by the first of the events in `stop`.
pub(crate) fn end(events: &[&Event], stop: &[EventKind], proof: Proof) -> End {
    let proofs: Vec<&Event> = events.iter().copied().filter(|e| proves_custody(e) && e.when.from.is_some()).collect();
    let mut first: Option<Interval> = None;
    for &kind in stop {
        let accounts: Vec<&Event> = timed(events.iter().copied().filter(|e| ends_as(e, kind, events)).collect());
        let end = if kind == EventKind::Released {
            released(&accounts, &proofs)
        } else {
            let when = accounts.iter().map(|account| account.when);
            when.reduce(|a, b| joined(kind, a, b)).map(|end| undenied(end, kind, events))
        };
        // Different ends follow one another: the first one stops the clock.
        first = match (first, end) {
            (Some(a), Some(b)) => Some(Interval {
                from: a.from.zip(b.from).map(|(a, b)| a.min(b)),
                to: match (a.to, b.to) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                },
            }),
            (a, b) => a.or(b),
        };
    }
    let seen = proofs.iter().filter(|_| proof == Proof::Custody).filter_map(|e| e.when.from);
    let denied = events.iter().filter(|e| e.denied && stop.contains(&e.kind)).filter_map(|e| e.when.from);
    let last_proof = seen.chain(denied).max();
    End { hull: first.unwrap_or(Interval { from: last_proof, to: None }), reported: first.is_some() }
}

/// An end beside the accounts that it had not come yet: those that can be true with it narrow it, and one after it leaves open
/// whether it came at all.
fn undenied(end: Interval, kind: EventKind, events: &[&Event]) -> Interval {
    let denials = || events.iter().filter(|e| e.denied && e.kind == kind).filter_map(|e| e.when.from);
    let possible = denials().filter(|&denied| end.to.is_none_or(|to| denied <= to));
    let contradicted = denials().any(|denied| end.to.is_some_and(|to| denied > to));
    Interval { from: possible.chain(end.from).max(), to: end.to.filter(|_| !contradicted) }
}

/// Whether an event is an account of that kind of end. To be seen free after custody is one of release.
fn ends_as(event: &Event, kind: EventKind, events: &[&Event]) -> bool {
    let free = kind == EventKind::Released && event.kind == EventKind::LastFree && follows_custody(event, events);
    !event.denied && (event.kind == kind || free)
}

/// A release, over every account. Custody lasted to the last sighting that the account allows for. (A court's order or a
/// hearing may have come before a sighting: custody goes on after it.)
///
/// Where somebody was seen inside after every account of their release, perhaps they were not released. If all those
/// accounts are the police's, and whoever saw the person is not of the police, then there is no release on record.
fn released(accounts: &[&Event], proofs: &[&Event]) -> Option<Interval> {
    let sightings_after = |account: &Event| {
        let end = account.when.to;
        proofs
            .iter()
            .copied()
            .filter(move |e| matches!((e.when.from, end), (Some(seen), Some(to)) if seen > to))
            .collect::<Vec<_>>()
    };
    let contradicted = accounts.iter().all(|account| !sightings_after(account).is_empty());
    let observed = |event: &&Event| event.claim == Claimant::Observed;
    if contradicted
        && !accounts.iter().any(observed)
        && accounts.iter().all(|account| sightings_after(account).iter().any(observed))
    {
        return None;
    }
    let hull = accounts.iter().map(|account| at_release(account, proofs)).reduce(Interval::hull)?;
    Some(if contradicted { Interval { from: hull.from, to: None } } else { hull })
}

fn at_release(account: &Event, proofs: &[&Event]) -> Interval {
    let seen = proofs.iter().filter_map(|e| e.when.from);
    // A first sighting at liberty bounds the release from above only: it may have come long before.
    let said = if account.kind == EventKind::LastFree { None } else { account.when.from };
    let allowed = seen.filter(|&seen| account.when.to.is_none_or(|to| seen <= to));
    Interval { from: allowed.chain(said).max(), to: account.when.to }
}
