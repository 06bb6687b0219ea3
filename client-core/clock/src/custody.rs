//! From accounts to intervals: when a clock started and when it stopped, with every account kept.
//!
//! Accounts that can all be true narrow each other: somebody restrained between noon and six and seen in a cell at three
//! was restrained by three. Accounts that cannot all be true stand side by side: each is a reading, and the answer is the
//! hull over the readings.

use crate::pack::StartEvent;
use crate::record::{Claimant, Event, EventKind};
use crate::{Instant, Interval};

/// When the clock started.
pub(crate) struct Start {
    /// Over every reading.
    pub hull: Interval,
    /// By the accounts of those who were there, if there are any.
    pub observed: Option<Interval>,
    /// By the police's accounts, if there are any.
    pub police: Option<Interval>,
    /// The facts used.
    pub facts: Vec<String>,
}

/// When the clock stopped.
pub(crate) struct End {
    /// From the last proof that it ran to the first proof that it did not. `to` is open while no end is reported, or
    /// where a proof contradicts the end that is.
    pub hull: Interval,
    /// Whether anybody reports an end that nothing better contradicts.
    pub reported: bool,
    /// The facts used.
    pub facts: Vec<String>,
}

/// When custody started, or `None` if no account puts the person in custody at all.
pub(crate) fn start(events: &[&Event], start: StartEvent) -> Option<Start> {
    let accounts = timed(events.iter().copied().filter(|e| e.kind == start.kind()).collect());
    let proofs: Vec<&Event> = events.iter().copied().filter(|e| start.proved_by(e.kind)).collect();
    // Somebody seen free after custody was proved had been let go: that is an end, and says nothing of the start.
    let free: Vec<&Event> =
        events.iter().copied().filter(|e| e.kind == EventKind::LastFree && !follows_custody(e, events)).collect();
    if accounts.is_empty() && proofs.is_empty() {
        return None;
    }
    let moments: Vec<Instant> = free.iter().filter_map(|e| e.when.from).collect();
    let mut readings = Vec::new();
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
    let facts = accounts.iter().chain(&proofs).chain(&free).map(|e| e.fact.clone()).collect();
    Some(Start { hull, observed, police, facts })
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
    let proofs = events.iter().filter(|e| e.kind.proves_custody());
    proofs.filter_map(|e| e.when.to).any(|seen| free.when.from.is_some_and(|moment| moment > seen))
}

/// When custody ended, by the first of the events in `stop`.
pub(crate) fn end(events: &[&Event], stop: &[EventKind]) -> End {
    let proofs: Vec<&Event> = events.iter().copied().filter(|e| e.kind.proves_custody() && e.when.from.is_some()).collect();
    let mut facts: Vec<String> = Vec::new();
    let mut ends: Vec<Interval> = Vec::new();
    for &kind in stop {
        let accounts = timed(events.iter().copied().filter(|e| ends_as(e, kind, events)).collect());
        facts.extend(accounts.iter().map(|e| e.fact.clone()));
        ends.extend(if kind == EventKind::Released {
            released(&accounts, &proofs)
        } else {
            accounts.iter().map(|e| e.when).reduce(Interval::hull)
        });
    }
    facts.extend(proofs.iter().map(|e| e.fact.clone()));
    // Different ends follow one another: the first one stops the clock.
    let first = ends.iter().copied().reduce(|a, b| Interval {
        from: a.from.zip(b.from).map(|(a, b)| a.min(b)),
        to: match (a.to, b.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        },
    });
    let last_proof = proofs.iter().filter_map(|e| e.when.from).max();
    End { hull: first.unwrap_or(Interval { from: last_proof, to: None }), reported: first.is_some(), facts }
}

/// Whether an event is an account of that kind of end. To be seen free after custody is one of release.
fn ends_as(event: &Event, kind: EventKind, events: &[&Event]) -> bool {
    event.kind == kind || kind == EventKind::Released && event.kind == EventKind::LastFree && follows_custody(event, events)
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
