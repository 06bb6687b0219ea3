//! Three-valued logic: what is known to be so, known not to be so, or not known (Kleene's strong logic).

use serde::{Deserialize, Serialize};

/// True, false or unknown. The order is that of certainty in favour: `False < Unknown < True`, so that *and* is the
/// minimum and *or* the maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// Known not to be so.
    False,
    /// Nobody knows, or the accounts disagree.
    Unknown,
    /// Known to be so.
    True,
}

impl Truth {
    /// True if both are; false if either is false.
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// True if either is; false if both are false.
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// True for false, false for true, unknown for unknown.
    #[allow(clippy::should_implement_trait, reason = "reads as logic next to `and` and `or`, which have no operator")]
    pub fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::Unknown => Self::Unknown,
            Self::False => Self::True,
        }
    }

    /// What several accounts say together: agreement stands, disagreement and silence are unknown.
    pub fn of_accounts(accounts: impl IntoIterator<Item = Self>) -> Self {
        accounts.into_iter().reduce(|a, b| if a == b { a } else { Self::Unknown }).unwrap_or(Self::Unknown)
    }
}

impl From<bool> for Truth {
    fn from(known: bool) -> Self {
        if known { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, *};

    #[test]
    fn unknown_decides_nothing_and_is_decided_by_what_is_known() {
        assert_eq!((Unknown.and(False), Unknown.and(True), Unknown.or(True), Unknown.or(False)), (False, Unknown, True, Unknown));
        assert_eq!((True.not(), Unknown.not()), (False, Unknown));
    }

    #[test]
    fn accounts_that_disagree_leave_it_unknown() {
        assert_eq!(Truth::of_accounts([True, False]), Unknown);
        assert_eq!(Truth::of_accounts([False, False]), False);
        assert_eq!(Truth::of_accounts([]), Unknown);
    }
}
