//! The rules that come with this version.

use std::sync::LazyLock;

use habeas_clock::{Binding, Finding, Instant, Kind, Pack, Record, Rule, Severity, Verdict, evaluate};
use sha2::{Digest as _, Sha256};

use crate::order::by_key;

/// The rules of Kazakhstan, checked when this was built.
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kz.pack"));
static KAZAKHSTAN: LazyLock<Pack> = LazyLock::new(read);

#[allow(clippy::expect_used, reason = "the bytes are built in, and a test reads them")]
fn read() -> Pack {
    postcard::from_bytes(BYTES).expect("the built-in rules can be read")
}

/// The rules of Kazakhstan.
pub fn kazakhstan() -> &'static Pack {
    &KAZAKHSTAN
}

/// A hash of these rules: another one where any of them says something else.
pub fn fingerprint() -> [u8; 32] {
    Sha256::digest(BYTES).into()
}

/// Every limit that concerns a case, as it stands at `now`, the most urgent first.
pub fn limits(record: &Record, now: Instant) -> Vec<Finding> {
    let mut all = evaluate(kazakhstan(), record, now);
    all.retain(|finding| finding.verdict != Verdict::NotApplicable);
    // Rules that are equally urgent stay in the order of the pack.
    by_key(all, urgency)
}

/// The rule that holds every limit while nobody knows in which case somebody is held. The others say when one of them may have
/// passed; this one when all have.
pub const WHATEVER_THE_CASE: &str = "kz.any.detention";

/// Whether a rule is about how long somebody may be held by the law of the country: what families hear of and counts count.
pub fn is_of_custody(rule: &str) -> bool {
    let limits = |known: &&Rule| matches!(known.kind, Kind::AtMost { .. }) && known.binding == Binding::Hard;
    kazakhstan().rules.iter().any(|known| *known.id == *rule && limits(&known))
}

/// The limit to look at first: the worst verdict, and of equal ones that which passed or passes first.
pub fn most_urgent(limits: Vec<Finding>) -> Option<Finding> {
    // In a list, what has to be done for somebody says nothing of whether they should be free.
    let of_liberty = |finding: &Finding| finding.is_of_custody() || finding.is_of_an_act();
    limits.into_iter().filter(of_liberty).filter(|finding| finding.severity == Severity::Liberty).min_by_key(urgency)
}

/// Where a finding stands among others, the most urgent first: how long somebody may be held comes before what has to be done
/// for them, and what is settled comes last.
pub fn urgency(finding: &Finding) -> impl Ord + use<> {
    // Where the clock has stopped within the limit, nothing is urgent any more.
    let settled = matches!(finding.verdict, Verdict::NotApplicable | Verdict::MetInTime)
        || finding.verdict == Verdict::Within && finding.end.to.is_some();
    let worst = std::cmp::Reverse((finding.severity, finding.verdict));
    (settled, !finding.is_of_custody(), worst, finding.deadline.from.unwrap_or(Instant::MAX))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_built_in_rules_are_those_of_the_file() {
        let file = habeas_clock::Pack::load(include_str!("../../rules/kz.toml")).unwrap();
        assert_eq!(format!("{:?}", super::kazakhstan()), format!("{file:?}"));
    }
}
