//! Changes without a signature of their own. An author's signature covers, by their hashes, all changes that the signed one was written upon, and no
//! device writes upon a change that bears its own actor and that it has not signed. So a snapshot tells of each author the last signature only; and whoever
//! has had a case from one gives it back to a hub that has lost it so: each such change by itself, and with them the one that covers them.

use habeas_protocol::{Envelope, EnvelopeId, Hash, Log, signed_change};

use super::admit::{Outcome, Parked};
use super::change::ParsedChange;
use super::history::History;
use super::replica::{CaseKeys, SetAside};
use super::short::{MAX_WAYS, ShortHash, of_case};
use crate::keys::{CaseSecret, Content, Opened, open_payload, read_payload};
use crate::order::by_key;

/// Of each of these changes whether it has to stand by its own signature: no later one of its author is among them, or two of its author's bear one number.
pub(crate) fn stand_alone<'a>(changes: impl Iterator<Item = &'a ParsedChange> + Clone) -> Vec<bool> {
    let numbers = by_key(changes.clone().map(|change| (change.actor, change.seq)).collect(), |number| *number);
    let twins: Vec<[u8; 16]> = numbers.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0].0).collect();
    let is_last = |change: &ParsedChange| {
        let next = change.seq.checked_add(1);
        twins.contains(&change.actor) || next.is_none_or(|next| numbers.binary_search(&(change.actor, next)).is_err())
    };
    changes.map(is_last).collect()
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
    /// Their names, sorted, and which of them it is.
    named: Vec<(Hash, usize)>,
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
        let is_there = |hash: &Hash| history.contains(hash) || self.find(hash).is_ok();
        if is_forged || is_there(&change.hash) || !change.deps.iter().all(is_there) {
            return;
        }
        let upon = change.deps.iter().filter_map(|dep| self.find(dep).ok().map(|at| self.named[at].1)).collect();
        let at = self.find(&change.hash).unwrap_or_else(|at| at);
        self.named.insert(at, (change.hash, self.nodes.len()));
        self.nodes.push(Node { place, actor: change.actor, upon, is_signed: opened.signature.is_some() });
    }

    fn find(&self, hash: &Hash) -> Result<usize, usize> {
        self.named.binary_search_by(|(named, _)| named.cmp(hash))
    }

    /// What an envelope says, its short names being those of the case or of what waits.
    fn read(&self, opened: &Opened, id: EnvelopeId, ids: &CaseSecret, log: &Log, history: &History) -> Option<ParsedChange> {
        let beginning = |first: &ShortHash| {
            let mut from = [0; 32];
            from[..first.len()].copy_from_slice(first);
            let mut all = of_case(history)(first);
            let waiting = self.named.iter().skip(self.find(&from).unwrap_or_else(|at| at)).map(|(hash, _)| *hash);
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

    /// Of those that are not passed over the ones that stand: each by its own signature, or by that of a later one of its author that stands, too, and was
    /// written upon it; and upon nothing that does not.
    pub fn stands(&self, mut stands: Vec<bool>) -> Vec<bool> {
        loop {
            let covered = self.covered(&stands);
            let mut goes_on = false;
            for (at, node) in self.nodes.iter().enumerate() {
                let has_ground = node.upon.iter().all(|&dep| stands[dep]);
                if stands[at] && !(has_ground && (node.is_signed || covered[at])) {
                    (stands[at], goes_on) = (false, true);
                }
            }
            if !goes_on {
                return stands;
            }
        }
    }

    /// Which of them a signature covers of one that stands.
    fn covered(&self, stands: &[bool]) -> Vec<bool> {
        let signed = |at: usize| self.nodes[at].is_signed && stands[at];
        let mut actors: Vec<[u8; 16]> = Vec::new();
        let mut covered = vec![false; self.nodes.len()];
        for node in self.nodes.iter().enumerate().filter(|(at, _)| signed(*at)).map(|(_, node)| node) {
            if actors.contains(&node.actor) {
                continue;
            }
            actors.push(node.actor);
            let mut next: Vec<usize> =
                (0..self.nodes.len()).filter(|&at| signed(at) && self.nodes[at].actor == node.actor).collect();
            let mut seen = vec![false; self.nodes.len()];
            while let Some(at) = next.pop() {
                for &dep in &self.nodes[at].upon {
                    if !std::mem::replace(&mut seen[dep], true) {
                        covered[dep] |= self.nodes[dep].actor == node.actor;
                        next.push(dep);
                    }
                }
            }
        }
        covered
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
