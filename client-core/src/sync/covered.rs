//! Changes without a signature of their own. A change names its author's one before among those that it was written upon, and no device names one that
//! bears its own actor and that it has not signed. So a signature covers, by their hashes, that one, and the one before it, and so on. A snapshot tells
//! of each author the last signature only; and whoever has had a case from one gives it back to a hub that has lost it so: each such change by itself, and
//! with them the one that covers them.

use std::collections::BTreeMap;

use habeas_protocol::{Envelope, EnvelopeId, Hash, Log, signed_change};

use super::admit::{Outcome, Parked};
use super::change::ParsedChange;
use super::history::History;
use super::replica::{CaseKeys, SetAside};
use super::short::{MAX_WAYS, ShortHash, of_case};
use crate::keys::{CaseSecret, Content, Opened, open_payload, read_payload};
use crate::order::by_key;

/// Of each of these changes whether it has to stand by its own signature: none of them is one of the same author that names it.
pub(crate) fn stand_alone<'a>(changes: impl Iterator<Item = &'a ParsedChange> + Clone) -> Vec<bool> {
    let named = changes.clone().flat_map(|change| change.deps.iter().map(|dep| (*dep, change.actor)));
    let named = by_key(named.collect(), |named: &(Hash, [u8; 16])| *named);
    changes.map(|change| named.binary_search(&(change.hash, change.actor)).is_err()).collect()
}

/// Whether an envelope brings its change without a signature.
pub(crate) fn comes_bare(envelope: &Envelope, secret: &CaseSecret) -> bool {
    let opened = open_payload(envelope, secret).ok().and_then(|payload| read_payload(&payload).ok());
    opened.is_some_and(|opened| opened.signature.is_none())
}

/// What waits and lies upon the case or upon one another: those that nobody has signed, and those that wait for them. Only what ties them together is
/// held: what they say is read again of those that come in.
#[derive(Default)]
pub(super) struct Pool {
    nodes: Vec<Node>,
    /// Their names, and which of them it is.
    named: BTreeMap<Hash, u64>,
}

struct Node {
    /// Which of the things that wait it is.
    place: usize,
    actor: [u8; 16],
    /// Those of the pool that it was written upon.
    upon: Vec<usize>,
    /// Whether its author has signed it.
    is_signed: bool,
}

impl Pool {
    /// Nothing is opened unless something waits for the signature of a later change.
    pub fn of(aside: &[SetAside], keys: &CaseKeys, log: &Log, history: &History) -> Self {
        let mut pool = Self::default();
        let is_waiting = |aside: &SetAside| matches!(aside.outcome, Outcome::Parked(Parked::Signature(_)));
        let Some(ids) = keys.secret(0).filter(|_| aside.iter().any(is_waiting)) else { return pool };
        // Whatever was written upon something has later operations. Of one change that came with and without its signature, the signature first.
        let first = |(place, aside): (usize, &SetAside)| {
            let waits = matches!(&aside.outcome, Outcome::Parked(parked) if parked.may_be_covered());
            let opened = open(&aside.envelope, keys).filter(|_| waits)?;
            Some((start_op(&opened)?, opened.signature.is_none(), place))
        };
        let waiting: Vec<_> = aside.iter().enumerate().filter_map(first).collect();
        for (.., place) in by_key(waiting, |first| *first) {
            pool.add((place, &aside[place].envelope), (keys, ids), log, history);
        }
        pool
    }

    fn add(
        &mut self,
        (place, envelope): (usize, &Envelope),
        (keys, ids): (&CaseKeys, &CaseSecret),
        log: &Log,
        history: &History,
    ) {
        let Some(opened) = open(envelope, keys) else { return };
        let Some(change) = self.read(&opened, envelope.id, ids, log, history) else { return };
        let Some((_, member)) = log.author(&change.actor) else { return };
        let message = signed_change(envelope.case, change.actor, change.seq, change.hash);
        let is_forged = opened.signature.is_some_and(|signature| !member.keys.verifies(&message, &signature));
        let is_there = |hash: &Hash| history.contains(hash) || self.named.contains_key(hash);
        if is_forged || is_there(&change.hash) || !change.deps.iter().all(is_there) {
            return;
        }
        let upon = change.deps.iter().filter_map(|dep| usize::try_from(*self.named.get(dep)?).ok()).collect();
        self.named.insert(change.hash, self.nodes.len() as u64);
        self.nodes.push(Node { place, actor: change.actor, upon, is_signed: opened.signature.is_some() });
    }

    /// What an envelope says, its short names being those of the case or of what waits.
    fn read(&self, opened: &Opened, id: EnvelopeId, ids: &CaseSecret, log: &Log, history: &History) -> Option<ParsedChange> {
        let beginning = |first: &ShortHash| {
            let mut from = [0; 32];
            from[..first.len()].copy_from_slice(first);
            let mut all = of_case(history)(first);
            let waiting = self.named.range(from..).map(|(hash, _)| *hash);
            all.extend(waiting.take_while(|hash| hash.starts_with(first)).take(MAX_WAYS));
            all
        };
        let chunk = opened.chunk_upon(id, ids, &beginning, log).ok()?;
        ParsedChange::parse(&chunk).ok().filter(|change| ids.envelope_id(&change.hash) == id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Of those that are not passed over the ones that stand: each by its own signature, or because one of its author names it that stands; and upon nothing
    /// that does not. In time and memory in proportion to how many there are and what they name.
    pub fn stands(&self, mut stands: Vec<bool>) -> Vec<bool> {
        let (mut after, mut covers) = (vec![Vec::new(); self.nodes.len()], vec![0_usize; self.nodes.len()]);
        for (at, node) in self.nodes.iter().enumerate() {
            for &dep in &node.upon {
                after[dep].push(at);
                covers[dep] += usize::from(self.nodes[dep].actor == node.actor);
            }
        }
        let is_bare = |at: usize, covers: &[usize]| !self.nodes[at].is_signed && covers[at] == 0;
        let mut fall: Vec<usize> = (0..self.nodes.len()).filter(|&at| !stands[at] || is_bare(at, &covers)).collect();
        fall.iter().for_each(|&at| stands[at] = false);
        while let Some(at) = fall.pop() {
            for &next in &after[at] {
                if std::mem::replace(&mut stands[next], false) {
                    fall.push(next);
                }
            }
            for &dep in &self.nodes[at].upon {
                covers[dep] -= usize::from(self.nodes[dep].actor == self.nodes[at].actor);
                if is_bare(dep, &covers) && std::mem::replace(&mut stands[dep], false) {
                    fall.push(dep);
                }
            }
        }
        stands
    }

    /// Which of the things that wait each is; each after those that it was written upon.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.nodes.iter().map(|node| node.place)
    }
}

pub(super) fn open(envelope: &Envelope, keys: &CaseKeys) -> Option<Opened> {
    read_payload(&open_payload(envelope, keys.secret(envelope.epoch)?).ok()?).ok()
}

fn start_op(opened: &Opened) -> Option<u64> {
    match &opened.content {
        Content::Whole(chunk) => ParsedChange::parse(chunk).ok().map(|change| change.start_op),
        Content::Short(short) => Some(short.start_op()),
    }
}
