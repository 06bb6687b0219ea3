//! What has been done in a case: each step once, with every account of it.

use habeas_clock::Interval;
use serde::Serialize;

use super::What;
use super::fact::{Fact, FactId};
use super::history::attribute;
use crate::order::by_key;

/// One step of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which: the kind of the facts, with what they are about where one kind has several, such as `protocol detention`.
    pub step: String,
    /// When, over every account.
    pub when: Interval,
    /// The accounts, by id.
    pub facts: Vec<FactId>,
}

/// The steps in the order of time.
pub(super) fn procedure(facts: &[Fact]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for fact in facts.iter().filter(|fact| is_step(&fact.what)) {
        let step = attribute(&fact.what);
        // What may happen several times, such as an interrogation, is one step each time that accounts cannot be of one time.
        match steps.iter_mut().find(|known| known.step == step && (happens_once(&fact.what) || known.when.meets(fact.when))) {
            Some(known) => {
                known.when = known.when.hull(fact.when);
                known.facts.push(fact.id);
            }
            None => steps.push(Step { step, when: fact.when, facts: vec![fact.id] }),
        }
    }
    by_key(steps, |step| (step.when.from.or(step.when.to).is_none(), step.when.from.or(step.when.to), step.facts[0]))
}

fn is_step(what: &What) -> bool {
    happens_once(what)
        || matches!(
            what,
            What::Regime { .. }
                | What::StatusClaimed { .. }
                | What::Number { .. }
                | What::RelativesTold { .. }
                | What::RelativesRequested
                | What::EmbassyTold
                | What::RightsExplained
                | What::Lawyer { .. }
                | What::LawyerMeeting
                | What::LawyerAdmitted { .. }
                | What::LawyerRefused { .. }
                | What::Interrogated { .. }
                | What::Charged { .. }
                | What::NotDone { .. }
                | What::MotionFiled
                | What::Remand { .. }
                | What::HearingSet { .. }
                | What::HearingHeld
                | What::Sentenced { .. }
                | What::AppealFiled { .. }
                | What::AppealDecided { .. }
                | What::SecrecyWarning
        )
}

/// Whether two accounts of it are of one event, whatever their times.
pub(super) fn happens_once(what: &What) -> bool {
    matches!(
        what,
        What::Protocol { .. }
            | What::ProsecutorTold
            | What::MaterialsAtCourt
            | What::CourtOrderReceived
            | What::DecisionReceived
            | What::Sobered
    )
}
