//! On what accounts disagree. Two facts of one kind are in dispute where both cannot be true; a fact that replaces the wrong one settles
//! it, and a further account opens it again.

use serde::Serialize;

use super::What;
use super::custody::is_police;
use super::fact::{Fact, FactId};
use super::view::proves_custody;
use super::vocabulary::Exit;
use crate::order::by_key;

/// Something on which accounts disagree, until somebody settles it with a fact that replaces the wrong ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// What it is about, by the kind of the facts, such as `released`.
    pub about: &'static str,
    /// The accounts, by fact id: at least two.
    pub accounts: Vec<FactId>,
}

/// What accounts can disagree on, what matters most first.
const ABOUT: [&str; 17] = [
    "restrained",
    "released",
    "died",
    "exit_offered",
    "asked_not_here",
    "court_order_received",
    "sentenced",
    "remand",
    "regime",
    "birth",
    "sex",
    "vulnerability",
    "circumstance",
    "protocol",
    "prosecutor_told",
    "materials_at_court",
    "decision_received",
];

/// Everything on which standing facts disagree. Accounts that agree with all others are no part of a dispute.
pub(super) fn disputes(facts: &[Fact]) -> Vec<Dispute> {
    let mut found: Vec<Dispute> = Vec::new();
    let mut add = |about: &'static str, accounts: &[FactId]| match found.iter_mut().find(|dispute| dispute.about == about) {
        Some(dispute) => dispute.accounts.extend_from_slice(accounts),
        None => found.push(Dispute { about, accounts: accounts.to_vec() }),
    };
    for (index, a) in facts.iter().enumerate() {
        for b in facts.iter().skip(index + 1) {
            if let Some(about) = contradiction(a, b) {
                add(about, &[a.id, b.id]);
            }
        }
        match &a.what {
            What::AskedNotHere => denied(a, facts).into_iter().for_each(|proof| add("asked_not_here", &[a.id, proof])),
            // Somebody is said to be free and seen inside later: the two stand against each other.
            What::Released => {
                let seen = facts.iter().filter(|proof| proves_custody(&proof.what) && comes_after(proof, a));
                seen.for_each(|proof| add("released", &[a.id, proof.id]));
            }
            _ => {}
        }
    }
    for dispute in &mut found {
        dispute.accounts = by_key(std::mem::take(&mut dispute.accounts), |id| *id);
        dispute.accounts.dedup();
    }
    by_key(found, |dispute| ABOUT.iter().position(|about| *about == dispute.about))
}

/// On what two facts cannot both be true, if there is anything.
fn contradiction(a: &Fact, b: &Fact) -> Option<&'static str> {
    let apart = !a.when.meets(b.when);
    if let (Some(one), Some(other)) = (exit(&a.what), exit(&b.what))
        && one != other
        && !apart
    {
        return Some("exit_offered");
    }
    let contradict = match (&a.what, &b.what) {
        // Each happens once, and not at two times.
        (What::Restrained { .. }, What::Restrained { .. })
        | (What::Released, What::Released)
        | (What::Died, What::Died)
        | (What::CourtOrderReceived, What::CourtOrderReceived)
        | (What::ProsecutorTold, What::ProsecutorTold)
        | (What::MaterialsAtCourt, What::MaterialsAtCourt)
        | (What::DecisionReceived, What::DecisionReceived) => apart,
        (What::Protocol { which, .. }, What::Protocol { which: other, .. }) => which == other && apart,
        (What::Birth { date }, What::Birth { date: other }) => !births_agree(date, other),
        (What::Sex { sex }, What::Sex { sex: other }) => sex != other,
        (What::Sentenced { .. }, What::Sentenced { .. }) => !another_order(a, b) && !sentences_agree(&a.what, &b.what),
        (What::Remand { .. }, What::Remand { .. }) => !another_order(a, b) && a.what != b.what,
        // What somebody is held as may change with time; two answers for one moment cannot both be true.
        (What::Regime { regime, article }, What::Regime { regime: other, article: second }) => {
            !apart && (regime != other || !articles_agree(article.as_deref(), second.as_deref()))
        }
        (What::Vulnerability { which, holds }, What::Vulnerability { which: other, holds: also }) => {
            which == other && holds != also
        }
        (What::Circumstance { which, holds }, What::Circumstance { which: other, holds: also }) => {
            which == other && holds != also
        }
        _ => false,
    };
    contradict.then(|| a.what.kind())
}

/// Whether people could leave, where a fact says so.
fn exit(what: &What) -> Option<Exit> {
    match what {
        What::Restrained { exit_offered } => *exit_offered,
        What::ExitOffered { how } => Some(*how),
        _ => None,
    }
}

/// Whether one fact begins after another has ended.
fn comes_after(late: &Fact, early: &Fact) -> bool {
    matches!((late.when.from, early.when.to), (Some(late), Some(early)) if late > early)
}

/// How much later an order is another one, in seconds: a day, as the clock has it.
const ANOTHER_ORDER: i64 = 24 * 3600;

/// Whether two orders of a court are known to be two: one came a day or more later, or adds to the other.
fn another_order(a: &Fact, b: &Fact) -> bool {
    let later =
        |a: &Fact, b: &Fact| matches!((a.when.from, b.when.to), (Some(a), Some(b)) if a.seconds() - b.seconds() >= ANOTHER_ORDER);
    let adds = |fact: &Fact| matches!(fact.what, What::Sentenced { adds: Some(true), .. });
    later(a, b) || later(b, a) || adds(a) != adds(b)
}

/// Two sentences agree if nothing that both name differs.
fn sentences_agree(a: &What, b: &What) -> bool {
    match (a, b) {
        (What::Sentenced { penalty, days, article, .. }, What::Sentenced { penalty: other, days: more, article: second, .. }) => {
            penalty == other && days == more && articles_agree(article.as_deref(), second.as_deref())
        }
        _ => true,
    }
}

/// Two articles agree if one is not named, or is a part of the other: `CAO 488` says nothing against `CAO 488(6)`.
fn articles_agree(a: Option<&str>, b: Option<&str>) -> bool {
    let part = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('('));
    match (a, b) {
        (Some(a), Some(b)) => part(a, b) || part(b, a),
        _ => true,
    }
}

/// A year agrees with every day in it.
fn births_agree(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

/// Whether the person was there when the denial was made: seen then, or before and after it at the same place.
fn around(denial: &Fact, proof: &Fact, facts: &[Fact]) -> bool {
    let there = |other: &&Fact| proves_custody(&other.what) && other.place == denial.place && !is_police(other);
    let before = |fact: &Fact| matches!((fact.when.to, denial.when.from), (Some(seen), Some(said)) if seen <= said);
    let after = |fact: &Fact| matches!((fact.when.from, denial.when.to), (Some(seen), Some(said)) if seen >= said);
    let seen = |side: &dyn Fn(&Fact) -> bool| facts.iter().filter(there).any(side);
    proof.when.meets(denial.when) || before(proof) && seen(&after) || after(proof) && seen(&before)
}

/// The proofs that the person was at the place where "not here" was said.
fn denied(denial: &Fact, facts: &[Fact]) -> Vec<FactId> {
    let contradicts = |proof: &&Fact| {
        proves_custody(&proof.what) && proof.place == denial.place && !is_police(proof) && around(denial, proof, facts)
    };
    facts.iter().filter(contradicts).map(|proof| proof.id).collect()
}
