//! When a clock stopped, over every account: from the last proof that it ran to the first proof that it did not.

use crate::record::{Claimant, Event, EventKind};
use crate::start::{follows_custody, joined, proves_custody, timed};
use crate::{Instant, Interval};

/// When the clock stopped.
#[derive(Clone, Copy)]
pub(crate) struct End {
    /// From the last proof that it ran to the first proof that it did not. `to` is open while no end is reported, or
    /// where a proof contradicts the end that is.
    pub hull: Interval,
    /// Whether anybody reports an end that nothing better contradicts.
    pub reported: bool,
}

impl End {
    /// Nothing runs that could end.
    pub const NONE: Self = Self { hull: Interval::OPEN, reported: false };
}

/// Proofs of custody, none of them before `since`.
pub(crate) fn proofs<'a>(events: &[&'a Event], since: Option<Instant>) -> Vec<&'a Event> {
    events.iter().copied().filter(|e| proves_custody(e) && e.when.from.is_some() && counts_since(e, since)).collect()
}

/// Whether an event may have come after a clock had started: what lies before it stops nothing.
fn counts_since(event: &Event, since: Option<Instant>) -> bool {
    !matches!((event.when.to, since), (Some(to), Some(since)) if to < since)
}

/// When custody ended, by the first of the events in `stop`. `since`: the earliest moment at which it can have begun.
pub(crate) fn ended(events: &[&Event], stop: &[EventKind], since: Option<Instant>) -> End {
    let proofs = proofs(events, since);
    let ends: Vec<(Interval, bool)> = stop.iter().filter_map(|&kind| stopped(events, kind, since, &proofs)).collect();
    let last_proof = |by: Option<Instant>| {
        let seen = proofs.iter().filter_map(|e| e.when.from);
        seen.filter(|&seen| by.is_none_or(|by| seen <= by)).max()
    };
    let lasted = |&(when, proves): &(Interval, bool)| match when.from {
        // A court may hear somebody who came from home: custody lasted at least until the last sighting before.
        Some(from) if !proves => last_proof(Some(from)),
        from => from,
    };
    // Different ends follow one another: the first one stops the clock. Each may be it that need not come after another one.
    let may_be_first = |(when, _): &&(Interval, bool)| {
        when.from.is_none_or(|from| ends.iter().all(|(other, _)| other.to.is_none_or(|to| from <= to)))
    };
    // Of several the least: `None`, where nothing is proved, is less than any.
    let from = if ends.is_empty() { last_proof(None) } else { ends.iter().filter(may_be_first).map(lasted).min().flatten() };
    let to = ends.iter().filter_map(|(when, _)| when.to).min();
    End { hull: Interval { from, to }, reported: !ends.is_empty() }
}

/// One kind of end over every account of it, and whether it proves that the person was held until then.
pub(crate) fn stopped(events: &[&Event], kind: EventKind, since: Option<Instant>, proofs: &[&Event]) -> Option<(Interval, bool)> {
    let accounts = timed(events.iter().copied().filter(|e| ends_as(e, kind, events) && counts_since(e, since)).collect());
    match kind {
        EventKind::Released => Some((released(&accounts, proofs)?, true)),
        kind => Some((undenied(joined(kind, &accounts)?.hull, kind, events), kind != EventKind::Heard)),
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

/// Whether something happened at least once without anybody denying it of that time. What did not happen another time says nothing
/// of this one.
pub(crate) fn is_undisputed(events: &[&Event], kind: EventKind) -> bool {
    let of = |denied| events.iter().filter(move |e| e.kind == kind && e.denied == denied);
    of(false).any(|account| !of(true).any(|denial| denial.when.meets(account.when)))
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
    // Surely soon: whoever was seen at some time between two may have been seen at the later one.
    let soon = |account: &Event, seen: &Event| matches!((account.when.to, seen.when.to), (Some(to), Some(seen)) if seen.seconds() - to.seconds() <= STILL_INSIDE);
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
