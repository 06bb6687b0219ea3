//! Custody as stints: where somebody was held, from when to when, one after the other.

use habeas_clock::{Instant, Interval};
use serde::Serialize;

use super::fact::{Fact, FactId};
use super::place::Place;
use super::view::{ends_custody, proves_custody};
use crate::order::by_key;

/// A time at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stint {
    /// Where; `None` while nobody has said.
    pub place: Option<Place>,
    /// When the person was first known there.
    pub since: Interval,
    /// The last moment at which anybody saw or heard of them there.
    pub last_proof: Option<Instant>,
    /// When it ended, by the fact that ended it; `None` where nobody says.
    pub until: Option<Interval>,
    /// The facts that say so, by id in the order of time.
    pub facts: Vec<FactId>,
}

/// Whether two facts may speak of one place: who names only the city says nothing of a move within it.
fn may_be_same(a: Option<&Place>, b: Option<&Place>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.city == b.city && (a.name.is_none() || b.name.is_none() || a.name == b.name),
        _ => true,
    }
}

/// The stints of a case in the order of time. A fact without a place says nothing of a move.
pub(super) fn stints(timeline: &[Fact]) -> Vec<Stint> {
    let moment = |fact: &Fact| fact.when.from.or(fact.when.to).unwrap_or(Instant::MAX);
    let ordered = by_key(timeline.iter().collect(), |fact| (moment(fact), fact.id));
    let mut stints: Vec<Stint> = Vec::new();
    for fact in ordered {
        let open = stints.last_mut().filter(|stint| stint.until.is_none());
        if ends_custody(&fact.what) {
            if let Some(stint) = open {
                stint.until = Some(fact.when);
                stint.facts.push(fact.id);
            }
        } else if proves_custody(&fact.what) {
            match open {
                Some(stint) if may_be_same(stint.place.as_ref(), fact.place.as_ref()) => {
                    let known = stint.place.take().filter(|place| place.name.is_some());
                    stint.place = known.or_else(|| fact.place.clone());
                    stint.last_proof = stint.last_proof.max(fact.when.from);
                    stint.facts.push(fact.id);
                }
                before => {
                    if let Some(before) = before {
                        before.until = Some(fact.when);
                    }
                    let (place, since, last_proof) = (fact.place.clone(), fact.when, fact.when.from);
                    stints.push(Stint { place, since, last_proof, until: None, facts: vec![fact.id] });
                }
            }
        }
    }
    stints
}
