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
    /// Whether anybody reports an end.
    pub reported: bool,
    /// The facts used.
    pub facts: Vec<String>,
}

/// When custody started, or `None` if no account puts the person in custody at all.
pub(crate) fn start(events: &[&Event], start: StartEvent) -> Option<Start> {
    let accounts: Vec<&&Event> = events.iter().filter(|e| e.kind == start.kind()).collect();
    let proofs: Vec<&&Event> = events.iter().filter(|e| start.proved_by(e.kind)).collect();
    let free: Vec<Instant> = events.iter().filter(|e| e.kind == EventKind::LastFree).filter_map(|e| e.when.from).collect();
    if accounts.is_empty() && proofs.is_empty() {
        return None;
    }
    let mut readings = Vec::new();
    let (mut observed, mut police) = (None, None);
    for account in &accounts {
        let reading = narrowed(account.when, &proofs, &free);
        readings.push(reading);
        let side = if account.claim == Claimant::Police { &mut police } else { &mut observed };
        *side = Some(side.map_or(reading, |sofar: Interval| sofar.hull(reading)));
    }
    // A proof of custody before an account's beginning speaks against that account and is a reading of its own, as is
    // a proof of freedom after its end; and with no account of the start, the proofs are all there is.
    let contradicted = |proof: &Event, e: &Event| matches!((proof.when.to, e.when.from), (Some(seen), Some(said)) if seen < said);
    if accounts.is_empty() || proofs.iter().any(|proof| accounts.iter().any(|account| contradicted(proof, account))) {
        readings.push(narrowed(Interval::OPEN, &proofs, &free));
    }
    for &moment in &free {
        if accounts.iter().any(|e| e.when.to.is_some_and(|to| to < moment)) {
            readings.push(narrowed(Interval { from: Some(moment), to: None }, &proofs, &free));
        }
    }
    let hull = readings.into_iter().reduce(Interval::hull)?;
    let free_facts = events.iter().filter(|e| e.kind == EventKind::LastFree);
    let facts = accounts.iter().chain(&proofs).copied().chain(free_facts).map(|e| e.fact.clone()).collect();
    Some(Start { hull, observed, police, facts })
}

/// A start as one account has it, narrowed by what is consistent with it: proofs of custody after its beginning, and
/// moments of freedom before its end.
fn narrowed(account: Interval, proofs: &[&&Event], free: &[Instant]) -> Interval {
    let to = proofs
        .iter()
        .filter_map(|proof| proof.when.to)
        .filter(|&seen| account.from.is_none_or(|from| seen >= from))
        .chain(account.to)
        .min();
    let from = free.iter().copied().filter(|&moment| to.is_none_or(|to| moment <= to)).chain(account.from).max();
    Interval { from, to }
}

fn earlier(a: Option<Instant>, b: Option<Instant>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a < b,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// When custody ended, by the first of the events in `stop`.
pub(crate) fn end(events: &[&Event], stop: &[EventKind]) -> End {
    let proofs: Vec<&&Event> = events.iter().filter(|e| e.kind.proves_custody() && e.when.from.is_some()).collect();
    let mut facts: Vec<String> = Vec::new();
    let mut ends: Vec<Interval> = Vec::new();
    for &kind in stop {
        let accounts: Vec<&&Event> = events.iter().filter(|e| e.kind == kind).collect();
        let readings = accounts.iter().map(|account| ended(account, &proofs));
        if let Some(hull) = readings.reduce(Interval::hull) {
            ends.push(contradicted(hull, kind, &accounts, &proofs));
            facts.extend(accounts.iter().map(|e| e.fact.clone()));
        }
    }
    facts.extend(proofs.iter().map(|e| e.fact.clone()));
    // Different ends follow one another: the first one stops the clock.
    let first = ends.iter().copied().reduce(|a, b| Interval {
        from: if a.from.is_none() || b.from.is_none() { None } else { a.from.min(b.from) },
        to: if earlier(b.to, a.to) { b.to } else { a.to },
    });
    let last_proof = proofs.iter().filter_map(|e| e.when.from).max();
    End { hull: first.unwrap_or(Interval { from: last_proof, to: None }), reported: first.is_some(), facts }
}

/// An end as one account has it: not before the last proof of custody that it allows for.
fn ended(account: &Event, proofs: &[&&Event]) -> Interval {
    let allowed = proofs.iter().filter_map(|e| e.when.from).filter(|&seen| account.when.to.is_none_or(|to| seen <= to));
    Interval { from: allowed.chain(account.when.from).max(), to: account.when.to }
}

/// If somebody was seen in custody after every account of their release, then perhaps they were not released: the end is open.
/// A court's order or hearing is not contradicted by custody that follows it.
fn contradicted(hull: Interval, kind: EventKind, accounts: &[&&Event], proofs: &[&&Event]) -> Interval {
    let after =
        |account: &Event| proofs.iter().any(|e| matches!((e.when.from, account.when.to), (Some(seen), Some(to)) if seen > to));
    let open = kind == EventKind::Released && accounts.iter().all(|account| after(account));
    if open { Interval { from: hull.from, to: None } } else { hull }
}
