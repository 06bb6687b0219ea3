//! Who says so, and how they know.

use habeas_clock::Claimant;
use serde::{Deserialize, Serialize};

use super::word::words;

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

words! {
    /// What kind of source stands behind a fact.
    pub enum SourceKind {
        /// The detained person.
        Person = "person",
        /// A relative or friend.
        Relative = "relative",
        /// A lawyer.
        Lawyer = "lawyer",
        /// Somebody who was there.
        Witness = "witness",
        /// A video, photograph or sound recording.
        Recording = "recording",
        /// The police or another body that holds people, by word or paper.
        Police = "police",
        /// A court.
        Court = "court",
        /// A report in the press or on a social network.
        Press = "press",
    }
}

words! {
    /// How a source knows.
    pub enum Reliability {
        /// Saw or lived it.
        FirstHand = "first_hand",
        /// Was told by somebody who did.
        Reported = "reported",
        /// Nobody can say where it comes from.
        Rumour = "rumour",
    }
}

impl Source {
    /// Whose account the clock counts this as.
    pub fn claimant(&self) -> Claimant {
        if matches!(self.kind, SourceKind::Police | SourceKind::Court) { Claimant::Police } else { Claimant::Observed }
    }
}
