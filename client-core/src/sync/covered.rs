//! Changes without a signature of their own. An author's signature covers, by their hashes, all changes that the signed one was written upon, and no
//! device writes upon a change that bears its own actor and that it has not signed. So a snapshot tells of each author the last signature only; and whoever
//! has had a case from one gives it back to a hub that has lost it so: each such change by itself, and with them the one that covers them.

use std::collections::{BTreeMap, BTreeSet};

use habeas_protocol::{Envelope, Hash, Log, Signature, signed_change};

use super::admit::{By, Outcome, Parked};
use super::change::ParsedChange;
use super::history::History;
use super::replica::{CaseKeys, SetAside};
use crate::keys::{Content, Opened, open_payload, read_payload};

/// Of each of these changes whether it has to stand by its own signature: no later one of its author is among them. Where two of them bear one actor and
/// number all have to.
pub(crate) fn stand_alone<'a>(changes: impl Iterator<Item = &'a ParsedChange> + Clone) -> Vec<bool> {
    let mut numbers = BTreeSet::new();
    let has_twins = changes.clone().any(|change| !numbers.insert((change.actor, change.seq)));
    let is_last = |change: &ParsedChange| {
        let next = change.seq.checked_add(1);
        has_twins || next.is_none_or(|next| !numbers.contains(&(change.actor, next)))
    };
    changes.map(is_last).collect()
}

/// What waits and can go on because a signature that waits, too, covers something: each after those that it was written upon, with what it stands by. The
/// caller asks everything else of them. Nothing is opened unless something waits for such a signature.
pub(super) fn covered(aside: &[SetAside], keys: &CaseKeys, log: &Log, history: &History) -> Vec<(Envelope, ParsedChange, By)> {
    let is_waiting = |aside: &SetAside| aside.outcome == Outcome::Parked(Parked::Signature);
    let Some(ids) = keys.secret(0).filter(|_| aside.iter().any(is_waiting)) else { return Vec::new() };
    let mut waiting: Vec<_> = aside.iter().filter_map(|aside| open(aside, keys)).collect();
    // Whatever was written upon something has later operations. Of one change that came with and without its signature, the signature first.
    waiting.sort_by_key(|(start_op, opened, _)| (*start_op, opened.signature.is_none()));
    let (mut trial, mut all) = (history.clone(), Vec::new());
    let mut signed: BTreeMap<[u8; 16], Vec<ParsedChange>> = BTreeMap::new();
    for (_, opened, envelope) in waiting {
        let change = opened.chunk(envelope.id, ids, &trial, log).ok().and_then(|chunk| ParsedChange::parse(&chunk).ok());
        let Some(change) = change.filter(|change| ids.envelope_id(&change.hash) == envelope.id) else { continue };
        let Some(past) = trial.past(&change.deps).filter(|past| past.comes_next(&change)) else { continue };
        let is_signed = |signature: &Signature| {
            let message = signed_change(envelope.case, change.actor, change.seq, change.hash);
            log.author(&change.actor).is_some_and(|(_, member)| member.keys.verifies(&message, signature))
        };
        let is_forged = opened.signature.as_ref().is_some_and(|signature| !is_signed(signature));
        if is_forged || trial.contains(&change.hash) {
            continue;
        }
        trial.add(&change, past);
        if opened.signature.is_some() {
            signed.entry(change.actor).or_default().push(change.clone());
        }
        all.push((envelope, change, opened.signature));
    }
    let covers = covers(&signed, &trial);
    let stands_by = |(envelope, change, signature): (&Envelope, ParsedChange, Option<Signature>)| {
        let by = match signature {
            Some(signature) => By::Signature(signature),
            None if covers.get(&change.actor).is_some_and(|covers| covers.holds(&change)) => By::Later(None),
            None => return None,
        };
        Some((envelope.clone(), change, by))
    };
    all.into_iter().filter_map(stands_by).collect()
}

/// A change that waits, with the number of its first operation.
fn open<'a>(aside: &'a SetAside, keys: &CaseKeys) -> Option<(u64, Opened, &'a Envelope)> {
    let waits = matches!(&aside.outcome, Outcome::Parked(parked) if parked.may_be_covered());
    let secret = keys.secret(aside.envelope.epoch).filter(|_| waits)?;
    let opened = read_payload(&open_payload(&aside.envelope, secret).ok()?).ok()?;
    let start_op = match &opened.content {
        Content::Whole(chunk) => ParsedChange::parse(chunk).ok()?.start_op,
        Content::Short(short) => short.start_op(),
    };
    Some((start_op, opened, &aside.envelope))
}

/// What an actor's signatures cover.
enum Covers {
    /// Every change of theirs up to that number: each was written upon the one before.
    UpTo(u64),
    /// These changes, sorted, where two bear one number: only some were written upon.
    These(Vec<Hash>),
}

impl Covers {
    fn holds(&self, change: &ParsedChange) -> bool {
        match self {
            Self::UpTo(seq) => change.seq <= *seq,
            Self::These(all) => all.binary_search(&change.hash).is_ok(),
        }
    }
}

fn covers(signed: &BTreeMap<[u8; 16], Vec<ParsedChange>>, history: &History) -> BTreeMap<[u8; 16], Covers> {
    let twins = history.twins();
    let of = |(actor, changes): (&[u8; 16], &Vec<ParsedChange>)| {
        let covers = if twins.contains(actor) {
            Covers::These(history.closure(&changes.iter().map(|change| change.hash).collect::<Vec<_>>()))
        } else {
            Covers::UpTo(changes.iter().map(|change| change.seq).max().unwrap_or_default())
        };
        (*actor, covers)
    };
    signed.iter().map(of).collect()
}
