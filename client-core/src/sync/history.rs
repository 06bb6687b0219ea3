//! What a case's changes say of one another: who wrote what upon what. Built from the document, so it never disagrees with it.

use std::collections::BTreeMap;

use super::change::ParsedChange;
use crate::case::{ChangeMeta, Document, FactId};

/// The newest change of each actor that a change was written upon, itself included.
type Clock = BTreeMap<[u8; 16], u64>;

/// The history of a case.
#[derive(Debug, Clone, Default)]
pub struct History {
    changes: BTreeMap<[u8; 32], Node>,
    numbers: BTreeMap<([u8; 16], u64), [u8; 32]>,
}

#[derive(Debug, Clone)]
struct Node {
    max_op: u64,
    clock: Clock,
}

/// What the dependencies of a change amount to.
pub(super) struct Past {
    /// The newest change of each actor in them.
    pub clock: Clock,
    /// The number of the last operation in them.
    pub max_op: u64,
}

impl Past {
    /// Whether a fact of that name, if there is one, was written before.
    pub fn reaches(&self, fact: &FactId) -> bool {
        self.clock.get(&fact.actor).is_some_and(|&seq| fact.seq <= seq)
    }
}

impl History {
    /// The history of a document.
    pub fn of(document: &Document) -> Self {
        let mut history = Self::default();
        for ChangeMeta { hash, actor, seq, max_op, deps } in document.changes() {
            if let (Ok(actor), Some(past)) = (actor.try_into(), history.past(&deps)) {
                history.insert(hash, actor, seq, max_op, past);
            }
        }
        history
    }

    /// Adds a change that has been admitted.
    pub(super) fn add(&mut self, change: &ParsedChange, past: Past) {
        self.insert(change.hash, change.actor, change.seq, change.max_op(), past);
    }

    fn insert(&mut self, hash: [u8; 32], actor: [u8; 16], seq: u64, max_op: u64, past: Past) {
        let mut clock = past.clock;
        clock.insert(actor, seq);
        self.numbers.insert((actor, seq), hash);
        self.changes.insert(hash, Node { max_op, clock });
    }

    /// Whether the change is in the case.
    pub fn contains(&self, hash: &[u8; 32]) -> bool {
        self.changes.contains_key(hash)
    }

    /// The change that bears this actor and number, if there is one.
    pub fn numbered(&self, actor: [u8; 16], seq: u64) -> Option<[u8; 32]> {
        self.numbers.get(&(actor, seq)).copied()
    }

    /// How many changes the case has, the constant first one included.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether there is nothing yet, not even the constant first change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The dependencies that are not in the case.
    pub(super) fn missing(&self, deps: &[[u8; 32]]) -> Vec<[u8; 32]> {
        deps.iter().filter(|dep| !self.contains(dep)).copied().collect()
    }

    /// What these dependencies amount to; `None` if one is not in the case.
    pub(super) fn past(&self, deps: &[[u8; 32]]) -> Option<Past> {
        let mut past = Past { clock: Clock::new(), max_op: 0 };
        for dep in deps {
            let node = self.changes.get(dep)?;
            past.max_op = past.max_op.max(node.max_op);
            for (&actor, &seq) in &node.clock {
                let newest = past.clock.entry(actor).or_insert(seq);
                *newest = seq.max(*newest);
            }
        }
        Some(past)
    }
}
