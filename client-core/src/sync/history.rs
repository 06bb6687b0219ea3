//! What a case's changes say of one another: who wrote what upon what. Built from the changes, so it never disagrees with them.

use std::collections::BTreeMap;

use super::change::ParsedChange;
use crate::case::{ChangeMeta, Document, FactId};
use crate::order::by_key;

/// The newest change of each actor that a change was written upon, itself included.
type Clock = BTreeMap<[u8; 16], u64>;

/// The history of a case.
#[derive(Debug, Clone, Default)]
pub struct History {
    changes: BTreeMap<[u8; 32], Node>,
    numbers: BTreeMap<([u8; 16], u64), [u8; 32]>,
    /// Changes that bear an actor and number of `numbers`, where the first that came stays: the device was copied or restored. So
    /// rare that a list does.
    twins: Vec<([u8; 16], u64, [u8; 32])>,
    /// The changes upon which nothing has been written yet.
    heads: Vec<[u8; 32]>,
}

#[derive(Debug, Clone)]
struct Node {
    max_op: u64,
    clock: Clock,
    deps: Vec<[u8; 32]>,
    /// Whether it stands beside the document.
    aside: bool,
}

/// What the dependencies of a change amount to.
pub(super) struct Past {
    /// The newest change of each actor in them.
    pub clock: Clock,
    /// The number of the last operation in them.
    pub max_op: u64,
    deps: Vec<[u8; 32]>,
}

impl History {
    /// The history of a document.
    pub fn of(document: &Document) -> Self {
        let mut history = Self::default();
        for ChangeMeta { hash, actor, seq, max_op, deps } in document.changes() {
            if let (Ok(actor), Some(past)) = (actor.try_into(), history.past(&deps)) {
                history.insert(hash, actor, seq, max_op, past, false);
            }
        }
        history
    }

    /// Adds a change that has been admitted, into the document or beside it.
    pub(super) fn add(&mut self, change: &ParsedChange, past: Past, aside: bool) {
        self.insert(change.hash, change.actor, change.seq, change.max_op(), past, aside);
    }

    fn insert(&mut self, hash: [u8; 32], actor: [u8; 16], seq: u64, max_op: u64, past: Past, aside: bool) {
        let Past { mut clock, deps, .. } = past;
        clock.insert(actor, seq);
        if *self.numbers.entry((actor, seq)).or_insert(hash) != hash {
            self.twins.push((actor, seq, hash));
        }
        self.heads.retain(|head| !deps.contains(head));
        self.heads.push(hash);
        self.changes.insert(hash, Node { max_op, clock, deps, aside });
    }

    /// Whether the change is in the case.
    pub fn contains(&self, hash: &[u8; 32]) -> bool {
        self.changes.contains_key(hash)
    }

    /// Whether a change can go into the document: all that it was written upon is there, and nothing else of its number.
    pub(super) fn is_for_document(&self, change: &ParsedChange) -> bool {
        change.deps.iter().all(|dep| self.is_in_document(dep)) && self.in_document(change.actor, change.seq).is_none()
    }

    fn is_in_document(&self, hash: &[u8; 32]) -> bool {
        self.changes.get(hash).is_some_and(|node| !node.aside)
    }

    /// The changes that bear this actor and number: none, one, or more where a device was copied or restored.
    pub fn numbered(&self, actor: [u8; 16], seq: u64) -> impl Iterator<Item = [u8; 32]> {
        let others = self.twins.iter().filter(move |twin| (twin.0, twin.1) == (actor, seq)).map(|twin| twin.2);
        self.numbers.get(&(actor, seq)).copied().into_iter().chain(others)
    }

    /// The one of them that is in the document.
    pub(super) fn in_document(&self, actor: [u8; 16], seq: u64) -> Option<[u8; 32]> {
        self.numbered(actor, seq).find(|hash| self.is_in_document(hash))
    }

    /// The actors under which more than one device has written, each once.
    pub fn twins(&self) -> Vec<[u8; 16]> {
        let mut actors = Vec::new();
        for (actor, ..) in &self.twins {
            if !actors.contains(actor) {
                actors.push(*actor);
            }
        }
        by_key(actors, |actor| *actor)
    }

    fn has_twins(&self, id: &FactId) -> bool {
        self.twins.iter().any(|twin| (twin.0, twin.1) == (id.actor, id.seq))
    }

    /// The change whose fact a change with this past means by that name: there must be one and only one.
    pub(super) fn meant(&self, id: &FactId, past: &Past) -> Option<[u8; 32]> {
        // Every change is written upon its actor's one before, so whoever reaches a later one reaches one of that number.
        if past.clock.get(&id.actor).is_none_or(|&newest| newest < id.seq) {
            return None;
        }
        let before = if self.has_twins(id) { Some(self.closure(&past.deps)) } else { None };
        let is_meant = |hash: &[u8; 32]| {
            id.twin.is_none_or(|twin| hash.starts_with(&twin))
                && before.as_ref().is_none_or(|before| before.binary_search(hash).is_ok())
        };
        let mut named = self.numbered(id.actor, id.seq).filter(is_meant);
        named.next().filter(|_| named.next().is_none())
    }

    /// What a fact of that change is called.
    pub(super) fn name(&self, change: &[u8; 32], id: FactId) -> FactId {
        let mut twin = [0; 16];
        twin.copy_from_slice(&change[..16]);
        FactId { twin: self.has_twins(&id).then_some(twin), ..id }
    }

    /// These changes and everything that they were written upon, sorted.
    pub(super) fn closure(&self, heads: &[[u8; 32]]) -> Vec<[u8; 32]> {
        let (mut all, mut next) = (Vec::new(), heads.to_vec());
        while let Some(hash) = next.pop() {
            if let (Some(node), Err(place)) = (self.changes.get(&hash), all.binary_search(&hash)) {
                all.insert(place, hash);
                next.extend(&node.deps);
            }
        }
        all
    }

    /// The changes upon which nothing has been written yet, sorted.
    pub fn heads(&self) -> Vec<[u8; 32]> {
        by_key(self.heads.clone(), |head| *head)
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

    /// What a change was written upon.
    pub(super) fn past_of(&self, change: &[u8; 32]) -> Option<Past> {
        self.past(&self.changes.get(change)?.deps)
    }

    /// What these dependencies amount to; `None` if one is not in the case.
    pub(super) fn past(&self, deps: &[[u8; 32]]) -> Option<Past> {
        let mut past = Past { clock: Clock::new(), max_op: 0, deps: deps.to_vec() };
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
