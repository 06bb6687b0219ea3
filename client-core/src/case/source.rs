//! Who says so, and how they know.

use habeas_clock::Claimant;
use serde::{Deserialize, Serialize};

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What kind of source it is.
    pub kind: SourceKind,
    /// Who, if that may be written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How they know.
    pub reliability: Reliability,
}

/// What kind of source stands behind a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// The detained person.
    Person,
    /// A relative or friend.
    Relative,
    /// A lawyer.
    Lawyer,
    /// Somebody who was there.
    Witness,
    /// A video, photograph or sound recording.
    Recording,
    /// The police or another body that holds people, by word or paper.
    Police,
    /// A court.
    Court,
    /// A report in the press or on a social network.
    Press,
}

/// How a source knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reliability {
    /// Saw or lived it.
    FirstHand,
    /// Was told by somebody who did.
    Reported,
    /// Nobody can say where it comes from.
    Rumour,
}

impl SourceKind {
    /// The words for them in records.
    pub const WORDS: [&str; 8] = ["person", "relative", "lawyer", "witness", "recording", "police", "court", "press"];
}

impl Reliability {
    /// The words for them in records.
    pub const WORDS: [&str; 3] = ["first_hand", "reported", "rumour"];
}

impl Source {
    /// Whose account the clock counts this as.
    pub fn claimant(&self) -> Claimant {
        if matches!(self.kind, SourceKind::Police | SourceKind::Court) { Claimant::Police } else { Claimant::Observed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_records() {
        let read = |word: &str| serde_json::from_value::<SourceKind>(word.into()).is_ok();
        assert!(SourceKind::WORDS.into_iter().all(read));
        let read = |word: &str| serde_json::from_value::<Reliability>(word.into()).is_ok();
        assert!(Reliability::WORDS.into_iter().all(read));
        let error = serde_json::from_str::<SourceKind>(r#""x""#).unwrap_err().to_string();
        assert_eq!(error.matches('`').count() / 2 - 1, SourceKind::WORDS.len());
    }
}
