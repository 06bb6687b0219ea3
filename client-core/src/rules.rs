//! The rules that come with this version.

use std::sync::LazyLock;

use habeas_clock::{Finding, Instant, Pack, Record, Verdict, evaluate};

static KAZAKHSTAN: LazyLock<Pack> = LazyLock::new(read);

#[allow(clippy::expect_used, reason = "the bytes are built in, and a test reads them")]
fn read() -> Pack {
    postcard::from_bytes(include_bytes!(concat!(env!("OUT_DIR"), "/kz.pack"))).expect("the built-in rules can be read")
}

/// The rules of Kazakhstan.
pub fn kazakhstan() -> &'static Pack {
    &KAZAKHSTAN
}

/// The ids of the packs that come with this version.
pub const PACKS: [&str; 1] = ["kz"];

/// The pack of that id.
pub fn pack(id: &str) -> Option<&'static Pack> {
    (id == kazakhstan().id).then(kazakhstan)
}

/// Every limit that concerns a case, as it stands at `now`.
pub fn limits(record: &Record, now: Instant) -> Vec<Finding> {
    let all = evaluate(kazakhstan(), record, now);
    all.into_iter().filter(|finding| finding.verdict != Verdict::NotApplicable).collect()
}

/// The limit to look at first: the worst verdict, and of equal ones that which passed or passes first.
pub fn most_urgent(limits: Vec<Finding>) -> Option<Finding> {
    let rank = |finding: &Finding| {
        // Where the clock has stopped within the limit, nothing is urgent any more.
        let stopped = finding.verdict == Verdict::Within && finding.end.to.is_some();
        (stopped, std::cmp::Reverse(finding.verdict), finding.deadline.from.unwrap_or(Instant::MAX))
    };
    limits.into_iter().min_by_key(rank)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_built_in_rules_are_those_of_the_file() {
        let file = habeas_clock::Pack::load(include_str!("../../rules/kz.toml")).unwrap();
        assert_eq!(format!("{:?}", super::kazakhstan()), format!("{file:?}"));
    }
}
