//! What the clock answers: a verdict per rule with everything that made it so.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::pack::{Binding, Citation, Limit, Measure, Severity, Status};
use crate::{Instant, Interval};

/// What a rule says of a case at an instant, from the mildest to the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The rule does not concern this case, or there is nothing yet that it could count.
    NotApplicable,
    /// What had to be done was done in time, by every reading.
    MetInTime,
    /// By every reading the limit is kept so far, or was kept.
    Within,
    /// What had to be done was done, and by every reading too late.
    MetLate,
    /// By some reading the limit has passed and by another it has not.
    PossiblyOver,
    /// By every reading the limit has passed; nobody reports a release (or that the thing was done), and nobody has seen the
    /// person held since.
    OverIfStillHeld,
    /// By every reading the person was held beyond the limit, or still waited for what had to be done.
    CertainlyOver,
    /// Something was done that may not be done to this person.
    Prohibited,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 8] = [
        Self::NotApplicable,
        Self::MetInTime,
        Self::Within,
        Self::MetLate,
        Self::PossiblyOver,
        Self::OverIfStillHeld,
        Self::CertainlyOver,
        Self::Prohibited,
    ];

    /// The word for it in JSON and in databases; texts for people are found by it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotApplicable => "not_applicable",
            Self::MetInTime => "met_in_time",
            Self::Within => "within",
            Self::MetLate => "met_late",
            Self::PossiblyOver => "possibly_over",
            Self::OverIfStillHeld => "over_if_still_held",
            Self::CertainlyOver => "certainly_over",
            Self::Prohibited => "prohibited",
        }
    }

    /// Whether it says that a rule was broken, on the condition that the rule concerns the case.
    pub(crate) fn is_sure_breach(self) -> bool {
        matches!(self, Self::MetLate | Self::OverIfStillHeld | Self::CertainlyOver | Self::Prohibited)
    }

    /// Whether by every reading a rule was broken.
    pub fn is_certain(self) -> bool {
        matches!(self, Self::MetLate | Self::CertainlyOver | Self::Prohibited)
    }
}

/// One rule applied to one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: Arc<str>,
    /// What the rule measures.
    pub measures: Measure,
    /// The verdict at the instant asked for.
    pub verdict: Verdict,
    /// How strictly the rule binds.
    pub binding: Binding,
    /// What a breach touches.
    pub severity: Severity,
    /// What to do about a breach, by its word.
    pub action: Option<Arc<str>>,
    /// Earliest and latest instant at which the limit may pass, over every reading. Open both ways where no time is measured.
    pub deadline: Interval,
    /// When the clock may have started.
    pub start: Interval,
    /// When it stopped: from the last proof that it ran to the first proof that it did not; `to` is open while nobody reports an end.
    pub end: Interval,
    /// The deadline by the accounts of people who were there, where the police claim another start.
    pub by_law: Option<Interval>,
    /// The deadline by the start that the police claim.
    pub by_police: Option<Interval>,
    /// The limits that are not known to be excluded.
    pub readings: Vec<Reading>,
    /// The facts that the verdict rests on, each once, in order.
    pub facts: Vec<String>,
    /// What is not known and would narrow the answer; the first entry is the one to ask first.
    pub ask: Vec<Question>,
    /// When the verdict changes if nothing but time passes.
    pub next_change: Option<Instant>,
}

/// One limit that may be the one that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The limit, such as `48h` or `15d`.
    #[serde(serialize_with = "as_text")]
    pub limit: Limit,
    /// Where it says so.
    pub citation: Arc<Citation>,
    /// How well that text is known.
    pub status: Status,
}

/// Something to find out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what", content = "which")]
pub enum Question {
    /// Has anybody seen or heard of the person in custody, or free, since the limit passed?
    StillHeld,
    /// When exactly was liberty restricted?
    WhenStarted,
    /// Could people really leave, and on what condition?
    ExitOffered,
    /// When was the person last known to be free?
    LastFree,
    /// When exactly did custody end, or which account of it is right?
    WhenEnded,
    /// Was it done, and when?
    Done,
    /// When exactly was it done, or which account of it is right?
    WhenDone,
    /// For how long exactly did the court order it, or how long did it last?
    HowLong,
    /// Is this so? A condition of the pack, such as `minor` or `article:CAO 488(6)`.
    Condition(String),
}

impl Finding {
    /// Whether it is about how long somebody may be held.
    pub fn is_of_custody(&self) -> bool {
        self.measures == Measure::AtMost
    }

    /// Whether it is about what may not be ordered or done at all, and not about a time that passes.
    pub fn is_of_an_act(&self) -> bool {
        matches!(self.measures, Measure::SentenceAtMost | Measure::Prohibited)
    }
}

fn as_text<S: serde::Serializer>(limit: &Limit, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(limit)
}
