//! Who said what, with everything that was corrected or taken back since: nothing is ever hidden.

use habeas_clock::Instant;
use serde::Serialize;

use super::accounts::standing;
use super::fact::{Fact, FactId, Stated};
use super::sealed::{SealedFact, replaced_by};
use super::{What, Word as _};
use crate::order::by_key;

/// What was said of one attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct History {
    /// The attribute: the kind of the facts, with what they are about where one kind has several, such as `vulnerability minor`.
    pub attribute: String,
    /// Every account of it, in the order in which they were written down.
    pub accounts: Vec<Said>,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The fact.
    pub fact: Fact,
    /// When it came to this device, or was written here, by this device's clock.
    pub received_at: Option<Instant>,
    /// Whether it cannot have been written down when it says: a clock was wrong.
    pub implausible: bool,
    /// Whether it still stands.
    pub stands: bool,
    /// The facts that correct it or take it back, by id.
    pub replaced_by: Vec<FactId>,
}

/// Before this nothing can have been written down with this program: the beginning of 2025, in seconds since 1970.
const FIRST: i64 = 1_735_689_600;
/// By how much two clocks may differ that both are right, in seconds.
const AHEAD: i64 = 600;

/// Whether a fact that came here then cannot have been written down when it says. It is kept all the same, and nothing is ordered or allowed by it.
fn is_implausible(recorded_at: Instant, received_at: Option<Instant>) -> bool {
    recorded_at.seconds() < FIRST || received_at.is_some_and(|received| recorded_at.seconds() > received.seconds() + AHEAD)
}

/// The history of every attribute of a case, in the order of their names. `received` says when a fact came. What a sealed fact corrects that cannot be read here is corrected all the
/// same.
pub fn history(stated: Vec<Stated>, received: impl Fn(&FactId) -> Option<Instant>) -> Vec<History> {
    let (mut facts, mut sealed) = (Vec::<Fact>::new(), Vec::<SealedFact>::new());
    for each in stated {
        match each {
            Stated::Known(fact) => facts.push(*fact),
            Stated::Sealed(fact) => sealed.push(fact),
            Stated::Unknown(_) => {}
        }
    }
    let replaced = replaced_by(&sealed, &facts);
    let stand = standing(&facts).into_iter().map(|fact| fact.id).filter(|id| !replaced.contains(id));
    let standing: Vec<FactId> = stand.collect();
    let ordered = by_key(facts.iter().collect(), |fact| (attribute(&fact.what), fact.recorded_at, fact.id));
    let mut all: Vec<History> = Vec::new();
    for fact in ordered {
        let known = facts.iter().map(|other| (&other.replaces, other.id));
        let others = known.chain(sealed.iter().map(|other| (&other.replaces, other.id)));
        let replaced_by = others.filter(|(replaces, _)| replaces.contains(&fact.id)).map(|(_, id)| id);
        let received_at = received(&fact.id);
        let said = Said {
            received_at,
            implausible: is_implausible(fact.recorded_at, received_at),
            fact: fact.clone(),
            stands: standing.contains(&fact.id),
            replaced_by: by_key(replaced_by.collect(), |id| *id),
        };
        let attribute = attribute(&fact.what);
        match all.last_mut().filter(|last| last.attribute == attribute) {
            Some(last) => last.accounts.push(said),
            None => all.push(History { attribute, accounts: vec![said] }),
        }
    }
    all
}

/// What a fact is about.
pub(super) fn attribute(what: &What) -> String {
    let which = match what {
        What::Vulnerability { which, .. } => which.word(),
        What::Circumstance { which, .. } => which.word(),
        What::Protocol { which, .. } => which.word(),
        What::Number { which, .. } => which.word(),
        What::Consent { purpose, .. } => purpose.word(),
        What::NotDone { what } => what.word(),
        _ => return what.kind().to_owned(),
    };
    format!("{} {which}", what.kind())
}
