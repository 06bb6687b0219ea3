//! Which facts stand: what has been corrected or taken back no longer counts, and stays in the history.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::Fact;
use super::{FactId, What};
use crate::order;

/// The facts that stand, in the order given.
///
/// A fact no longer stands once another replaces it. Taking back a correction lets what it had corrected stand again. So
/// that no ring of facts that replace each other can hide them all, a fact replaces only what its author can have seen;
/// admission sees to that.
pub(super) fn standing(facts: &[Fact]) -> Vec<&Fact> {
    let taken_back = taken_back(facts);
    let correct = facts.iter().filter(|fact| !is_retraction(fact) && !taken_back.contains(&fact.id));
    let corrected = order::set(correct.flat_map(|fact| fact.replaces.iter().copied()));
    facts.iter().filter(|f| !is_retraction(f) && !taken_back.contains(&f.id) && !corrected.contains(&f.id)).collect()
}

/// What retractions take back that have not been taken back themselves.
///
/// Each is decided by those that name it. Rings cannot come through admission; should one be met all the same, the rounds
/// end and what is left undecided counts as not taken back.
pub(super) fn taken_back(facts: &[Fact]) -> BTreeSet<FactId> {
    let retractions: Vec<&Fact> = facts.iter().filter(|fact| is_retraction(fact)).collect();
    let naming =
        |id: &FactId| retractions.iter().filter(|fact| fact.replaces.contains(id)).map(|fact| fact.id).collect::<Vec<_>>();
    let mut stands: BTreeMap<FactId, bool> = BTreeMap::new();
    for _ in 0..retractions.len() {
        let before = stands.len();
        for retraction in &retractions {
            let over = naming(&retraction.id);
            if over.iter().any(|id| stands.get(id) == Some(&true)) {
                stands.insert(retraction.id, false);
            } else if over.iter().all(|id| stands.get(id) == Some(&false)) {
                stands.insert(retraction.id, true);
            }
        }
        if stands.len() == before {
            break;
        }
    }
    let standing = retractions.iter().filter(|fact| stands.get(&fact.id) == Some(&true));
    order::set(standing.flat_map(|fact| fact.replaces.iter().copied()))
}

fn is_retraction(fact: &Fact) -> bool {
    matches!(fact.what, What::Retraction { .. })
}
