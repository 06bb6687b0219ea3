//! Which facts stand: what has been corrected or taken back no longer counts, and stays in the history.

use std::collections::BTreeSet;

use super::fact::Fact;
use super::{FactId, What};

/// The facts that stand, in the order given.
///
/// A fact no longer stands once another replaces it. Taking back a correction lets what it had corrected stand again. So
/// that no ring of facts that replace each other can hide them all, a fact replaces only what its author can have seen;
/// admission sees to that.
pub(super) fn standing(facts: &[Fact]) -> Vec<&Fact> {
    let is_retraction = |fact: &Fact| matches!(fact.what, What::Retraction { .. });
    let taken_back: BTreeSet<FactId> =
        facts.iter().filter(|f| is_retraction(f)).flat_map(|f| f.replaces.iter().copied()).collect();
    let corrected: BTreeSet<FactId> = facts
        .iter()
        .filter(|fact| !is_retraction(fact) && !taken_back.contains(&fact.id))
        .flat_map(|fact| fact.replaces.iter().copied())
        .collect();
    facts.iter().filter(|f| !is_retraction(f) && !taken_back.contains(&f.id) && !corrected.contains(&f.id)).collect()
}
