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

/// Accounts of a kind of event as one: of what recurs the first time that each side names, of what happens once everything between
/// them. What one side says never takes away what the other says.
fn joined(kind: EventKind, accounts: &[&Event]) -> Option<Start> {
    let side = |mine: Claimant| {
        let mine = accounts.iter().filter(|account| account.claim == mine).map(|account| account.when);
        mine.reduce(|a, b| if kind.recurs() { first(a, b) } else { a.hull(b) })
    };
    let (observed, police) = (side(Claimant::Observed), side(Claimant::Police));
    let hull = [observed, police].into_iter().flatten().reduce(Interval::hull)?;
    Some(Start { hull, observed, police })
}

/// Of two times the first.
fn first(a: Interval, b: Interval) -> Interval {
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

/// Whether a sighting at liberty comes after custody by every account: after somebody was seen held, or after all that is said of
/// the start.
fn follows_custody(free: &Event, events: &[&Event]) -> bool {
    let Some(moment) = free.when.from else { return false };
    let before = |e: &&&Event| e.when.to.is_some_and(|seen| moment > seen);
    let mut starts = events.iter().filter(|e| proves_custody(e) && e.kind == EventKind::Restrained).peekable();
    let sightings = events.iter().filter(|e| proves_custody(e) && e.kind != EventKind::Restrained);
    sightings.filter(before).count() > 0 || starts.peek().is_some() && starts.all(|e| before(&e))
}

/// Proofs of custody, none of them before `since`.
fn proofs<'a>(events: &[&'a Event], since: Option<Instant>) -> Vec<&'a Event> {
    events.iter().copied().filter(|e| proves_custody(e) && e.when.from.is_some() && counts_since(e, since)).collect()
}

/// Whether an event may have come after a clock had started: what lies before it stops nothing.
fn counts_since(event: &Event, since: Option<Instant>) -> bool {
    !matches!((event.when.to, since), (Some(to), Some(since)) if to < since)
}

/// When custody ended, by the first of the events in `stop`. `since`: the earliest moment at which it can have begun.
pub(crate) fn end(events: &[&Event], stop: &[EventKind], since: Option<Instant>) -> End {
    let proofs = proofs(events, since);
    let (mut earliest, mut to, mut reported) = (None, None, false);
    for &kind in stop {
        let Some((when, proves)) = stopped(events, kind, since, &proofs) else { continue };
        // Different ends follow one another: the first one stops the clock.
        earliest = match earliest {
            Some((sofar, proved)) if sofar <= when.from => Some((sofar, proved)),
            _ => Some((when.from, proves)),
        };
        to = if reported { first(Interval { from: None, to }, Interval { from: None, to: when.to }).to } else { when.to };
        reported = true;
    }
    let last_proof = |by: Option<Instant>| {
        let seen = proofs.iter().filter_map(|e| e.when.from);
        seen.filter(|&seen| by.is_none_or(|by| seen <= by)).max()
    };
    let from = match earliest {
        Some((from, true)) => from,
        // A court may hear somebody who came from home: custody lasted at least until the last sighting before.
        Some((from, false)) => from.and_then(|from| last_proof(Some(from))),
        None => last_proof(None),
    };
    End { hull: Interval { from, to }, reported }
}

/// One kind of end over every account of it, and whether it proves that the person was held until then.
fn stopped(events: &[&Event], kind: EventKind, since: Option<Instant>, proofs: &[&Event]) -> Option<(Interval, bool)> {
    let accounts = timed(events.iter().copied().filter(|e| ends_as(e, kind, events) && counts_since(e, since)).collect());
    match kind {
        EventKind::Released => Some((released(&accounts, proofs)?, true)),
        kind => Some((undenied(joined(kind, &accounts)?.hull, kind, events), kind != EventKind::Heard)),
    }
}

/// What is known of something that has to be done.
pub(crate) struct Duty {
    /// When it was done, if anybody says so.
    pub done: Option<Interval>,
    /// Whether that it was done proves that the person was held then.
    pub proves: bool,
    /// When it lapsed because the person was let go, if anybody says so.
    pub lapsed: Option<Interval>,
    /// The last proof of custody.
    pub held: Option<Instant>,
    /// The last account that it had not been done.
    pub denied: Option<Instant>,
}

/// What is known of something that has to be done: by the first of `done`, and lapsing with `lapses`.
pub(crate) fn duty(events: &[&Event], done: &[EventKind], lapses: &[EventKind], since: Option<Instant>) -> Duty {
    let custody = restraint(events).and_then(|start| start.hull.from);
    let proofs = proofs(events, custody);
    let mut when: Option<(Interval, bool)> = None;
    for &kind in done {
        let Some((next, _)) = stopped(events, kind, since, &proofs) else { continue };
        // Whom a protocol is about sits before the one who writes it; who is told of somebody may be told at any time.
        let proves = matches!(
            kind,
            EventKind::DetentionProtocol
                | EventKind::AdministrativeProtocol
                | EventKind::DeliveryProtocol
                | EventKind::CourtOrderReceived
                | EventKind::Delivered
                | EventKind::Interrogated
                | EventKind::RightsExplained
        );
        when = Some(when.map_or((next, proves), |(sofar, proved)| (first(sofar, next), proved && proves)));
    }
    let lapsed = lapses.iter().filter_map(|&kind| stopped(events, kind, custody, &proofs)).map(|(when, _)| when).reduce(first);
    let seen = proofs.iter().filter_map(|e| e.when.from).max();
    let denied = events.iter().filter(|e| e.denied && done.contains(&e.kind)).filter_map(|e| e.when.from).max();
    Duty {
        done: when.map(|(when, _)| when),
        proves: when.is_some_and(|(_, proves)| proves),
        lapsed,
        held: seen.max(lapsed.and_then(|lapsed| lapsed.from)),
        denied,
    }
}

/// An end beside the accounts that it had not come yet: those that can be true with it narrow it, and one after it leaves open
/// whether it came at all.
fn undenied(end: Interval, kind: EventKind, events: &[&Event]) -> Interval {
    let denials = || events.iter().filter(|e| e.denied && e.kind == kind).filter_map(|e| e.when.from);
    let possible = denials().filter(|&denied| end.to.is_none_or(|to| denied <= to));
    let contradicted = denials().any(|denied| end.to.is_some_and(|to| denied > to));
    Interval { from: possible.chain(end.from).max(), to: end.to.filter(|_| !contradicted) }
}

/// Whether anybody says that something had not happened.
pub(crate) fn is_denied(events: &[&Event], kind: EventKind) -> bool {
    events.iter().any(|e| e.denied && e.kind == kind)
}

/// Whether an event is an account of that kind of end. To be seen free after custody is one of release.
fn ends_as(event: &Event, kind: EventKind, events: &[&Event]) -> bool {
    let free = kind == EventKind::Released && event.kind == EventKind::LastFree && follows_custody(event, events);
    !event.denied && (event.kind == kind || free)
}

/// How long after a release that only the police report a sighting inside means that there was none, in seconds: twelve hours. After
/// that the person may have been let go and taken again.
const STILL_INSIDE: i64 = 12 * 3600;

/// A release, over every account. Custody lasted to the last sighting that the account allows for. (A court's order or a
/// hearing may have come before a sighting: custody goes on after it.)
///
/// Where somebody was seen inside after every account of their release, perhaps they were not released. If all those
/// accounts are the police's, and somebody who is not of the police saw the person soon after, then there is no release on record.
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
    let soon = |account: &Event, seen: &Event| matches!((account.when.to, seen.when.from), (Some(to), Some(seen)) if seen.seconds() - to.seconds() <= STILL_INSIDE);
    let seen_soon = |account: &Event| sightings_after(account).iter().any(|seen| observed(seen) && soon(account, seen));
    if contradicted && !accounts.iter().any(observed) && accounts.iter().all(|account| seen_soon(account)) {
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
