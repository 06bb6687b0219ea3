//! What a case's changes say of one another: who wrote what upon what. Built from the changes, so it never disagrees with them.

use std::collections::BTreeMap;

use habeas_protocol::Hash;

use super::change::ParsedChange;
use crate::case::{FactId, GENESIS_ACTOR, GENESIS_HASH};
use crate::order::by_key;

/// The number of the constant first change's last operation.
pub(super) const GENESIS_OPS: u64 = 2;

/// The newest change of each actor that a change was written upon, itself included.
type Clock = BTreeMap<[u8; 16], u64>;

/// The history of a case.
#[derive(Debug, Clone)]
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
}

/// What the dependencies of a change amount to.
pub(crate) struct Past {
    /// The newest change of each actor in them.
    pub clock: Clock,
    /// The number of the last operation in them.
    pub max_op: u64,
    deps: Vec<[u8; 32]>,
}

impl Default for History {
    /// A case of which there is nothing but the constant first change.
    fn default() -> Self {
        let (changes, numbers) = (BTreeMap::new(), BTreeMap::new());
        let mut history = Self { changes, numbers, twins: Vec::new(), heads: Vec::new() };
        history.insert(GENESIS_HASH, GENESIS_ACTOR, 1, GENESIS_OPS, Past { clock: Clock::new(), max_op: 0, deps: Vec::new() });
        history
    }
}

impl History {
    /// Adds a change that has been admitted.
    pub(crate) fn add(&mut self, change: &ParsedChange, past: Past) {
        self.insert(change.hash, change.actor, change.seq, change.max_op(), past);
    }

    fn insert(&mut self, hash: [u8; 32], actor: [u8; 16], seq: u64, max_op: u64, past: Past) {
        let Past { mut clock, deps, .. } = past;
        clock.insert(actor, seq);
        if *self.numbers.entry((actor, seq)).or_insert(hash) != hash {
            self.twins.push((actor, seq, hash));
        }
        self.heads.retain(|head| !deps.contains(head));
        self.heads.push(hash);
        self.changes.insert(hash, Node { max_op, clock, deps });
    }

    /// Whether the change is in the case.
    pub fn contains(&self, hash: &[u8; 32]) -> bool {
        self.changes.contains_key(hash)
    }

    /// The changes whose hashes begin so.
    pub(super) fn beginning<const N: usize>(&self, first: &[u8; N]) -> impl Iterator<Item = Hash> {
        let mut from = [0; 32];
        from[..N].copy_from_slice(first);
        self.changes.range(from..).map(|(hash, _)| *hash).take_while(move |hash| hash[..N] == from[..N])
    }

    /// The changes that bear this actor and number: none, one, or more where a device was copied or restored.
    pub fn numbered(&self, actor: [u8; 16], seq: u64) -> impl Iterator<Item = [u8; 32]> {
        let others = self.twins.iter().filter(move |twin| (twin.0, twin.1) == (actor, seq)).map(|twin| twin.2);
        self.numbers.get(&(actor, seq)).copied().into_iter().chain(others)
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

    /// Whether there are any.
    pub(crate) fn has_twins(&self) -> bool {
        !self.twins.is_empty()
    }

    fn is_twin(&self, id: &FactId) -> bool {
        self.twins.iter().any(|twin| (twin.0, twin.1) == (id.actor, id.seq))
    }

    /// The change whose fact a change with this past means by that name: there must be one and only one.
    pub(crate) fn meant(&self, id: &FactId, past: &Past) -> Option<[u8; 32]> {
        // Every change is written upon its actor's one before, so whoever reaches a later one reaches one of that number.
        if past.clock.get(&id.actor).is_none_or(|&newest| newest < id.seq) {
            return None;
        }
        let before = if self.is_twin(id) { Some(self.closure(&past.deps)) } else { None };
        let is_meant = |hash: &[u8; 32]| {
            id.twin.is_none_or(|twin| hash.starts_with(&twin))
                && before.as_ref().is_none_or(|before| before.binary_search(hash).is_ok())
        };
        let mut named = self.numbered(id.actor, id.seq).filter(is_meant);
        named.next().filter(|_| named.next().is_none())
    }

    /// What a fact of that change is called.
    pub(crate) fn name(&self, change: &[u8; 32], id: FactId) -> FactId {
        let mut twin = [0; 16];
        twin.copy_from_slice(&change[..16]);
        FactId { twin: self.is_twin(&id).then_some(twin), ..id }
    }

    /// These changes and everything that they were written upon, sorted.
    pub(crate) fn closure(&self, heads: &[[u8; 32]]) -> Vec<[u8; 32]> {
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

    /// Whether there is nothing but the constant first change.
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }

    /// The dependencies that are not in the case.
    pub(super) fn missing(&self, deps: &[[u8; 32]]) -> Vec<[u8; 32]> {
        deps.iter().filter(|dep| !self.contains(dep)).copied().collect()
    }

    /// What a change was written upon.
    pub(crate) fn past_of(&self, change: &[u8; 32]) -> Option<Past> {
        self.past(&self.changes.get(change)?.deps)
    }

    /// What these dependencies amount to; `None` if one is not in the case.
    pub(crate) fn past(&self, deps: &[[u8; 32]]) -> Option<Past> {
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
