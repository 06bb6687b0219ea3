//! A rule pack: one country's limits on custody as dated data, each with its source.

mod load;
mod raw;

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::record::{EventKind, Length, Term};
use crate::{Instant, Interval, Record, Truth, Zone, written};

pub use load::PackError;

/// A country's rules, checked on load: see [`Pack::load`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pack {
    /// Short name, such as `kz`; every rule's id begins with it.
    pub id: String,
    /// The date of this edition of the pack, `YYYY-MM-DD`.
    #[serde(deserialize_with = "written::date_field")]
    pub edition: Date,
    /// Who, qualified in that law, has reviewed the pack; `None` until somebody has.
    pub reviewed_by: Option<String>,
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
}

/// One limit, as it stood at different times.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// Stable name, such as `kz.cao.detention`. Texts for people are found by it.
    pub id: Arc<str>,
    /// What is measured.
    pub kind: Kind,
    /// How strictly it binds.
    pub binding: Binding,
    /// What a breach touches.
    pub severity: Severity,
    /// Which moment decides which text of the law counts.
    pub version_by: VersionBy,
    /// What to do about a breach: the text `action-word` says it to people.
    pub action: Option<Arc<str>>,
    /// When the rule concerns a case at all.
    pub applies: When,
    /// Whether it concerns only cases where that is known; otherwise also those where it may be so.
    pub only_if_known: bool,
    /// The text of the law over time, oldest first, without overlap.
    pub values: Vec<Value>,
}

/// What a rule measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Custody may last at most so long.
    AtMost {
        /// The event that starts the clock.
        start: EventKind,
        /// Another event from which some count where these conditions are known to hold: both readings are kept.
        or_start: Option<(EventKind, When)>,
        /// Events that end it, whichever comes first.
        stop: Vec<EventKind>,
    },
    /// Something must be done at most so long after `start`.
    DoneWithin {
        /// The event that starts the clock.
        start: EventKind,
        /// What must be done; one of them is enough.
        done: Vec<EventKind>,
        /// With what it lapses: once the person is let go, most of it need not be done any more.
        lapses: Vec<EventKind>,
        /// Whether nobody outside can see that it is not done: then silence is doubt, and only an account that it was not
        /// done makes a breach certain.
        unseen: bool,
        /// Whether it must be done at once; limits then say from when on nobody calls it so.
        at_once: bool,
    },
    /// Something must be done at least so long before something else.
    DoneBefore {
        /// What must be done; one of them is enough.
        done: Vec<EventKind>,
        /// As above.
        lapses: Vec<EventKind>,
        /// Before what.
        before: Before,
        /// As above.
        unseen: bool,
    },
    /// A court may order at most so long, or an interrogation may last.
    SentenceAtMost {
        /// Under what title.
        of: Term,
        /// Whether several orders made on one occasion, or interrogations of one day, count together; otherwise each by itself.
        together: bool,
    },
    /// Something may not be done to those whom the rule concerns.
    Prohibited {
        /// What.
        what: EventKind,
        /// If not at any time: only from so long after this event on.
        after: Option<EventKind>,
    },
}

/// Before what something must be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Before {
    /// An event.
    Event(EventKind),
    /// The passing of another rule's limit.
    Limit(Arc<str>),
}

impl Kind {
    /// Whether it measures time.
    pub fn is_timed(&self) -> bool {
        !matches!(self, Self::SentenceAtMost { .. } | Self::Prohibited { after: None, .. })
    }

    /// Whether it is over once nobody is held any more: a limit on custody, or a duty that lapses with it.
    pub fn ends_with_custody(&self) -> bool {
        match self {
            Self::AtMost { .. } => true,
            Self::DoneWithin { lapses, .. } | Self::DoneBefore { lapses, .. } => !lapses.is_empty(),
            Self::SentenceAtMost { .. } | Self::Prohibited { .. } => false,
        }
    }

    /// What it measures, without the particulars.
    pub fn measure(&self) -> Measure {
        match self {
            Self::AtMost { .. } => Measure::AtMost,
            Self::DoneWithin { at_once: true, .. } => Measure::AtOnce,
            Self::DoneWithin { .. } => Measure::DoneWithin,
            Self::DoneBefore { .. } => Measure::DoneBefore,
            Self::SentenceAtMost { .. } => Measure::SentenceAtMost,
            Self::Prohibited { .. } => Measure::Prohibited,
        }
    }
}

/// The kinds of rule, by their word in packs and JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Custody may last at most so long.
    AtMost,
    /// Something must be done at most so long after something else.
    DoneWithin,
    /// Something must be done at once.
    AtOnce,
    /// Something must be done at least so long before something else.
    DoneBefore,
    /// A court may order at most so long, or an interrogation may last.
    SentenceAtMost,
    /// Something may not be done.
    Prohibited,
}

impl Measure {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtMost => "at_most",
            Self::DoneWithin => "done_within",
            Self::AtOnce => "at_once",
            Self::DoneBefore => "done_before",
            Self::SentenceAtMost => "sentence_at_most",
            Self::Prohibited => "prohibited",
        }
    }
}

/// How strictly a rule binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Beyond it, custody or conduct is unlawful.
    Hard,
    /// Beyond it, the state must justify custody.
    Presumption,
    /// A standard that guides, reported apart from national law.
    Soft,
    /// A time in which the person may act: beyond it a right is lost, and nobody has broken a duty.
    Right,
}

/// Which moment decides which text of a rule counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionBy {
    /// The start of the rule's own clock; of what is ordered or prohibited, when that was done.
    #[default]
    Start,
    /// The beginning of custody, as for penalties: the law in force when the offence is said to have been committed.
    Custody,
}

/// What a breach touches, from the least to the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The form: a paper, a notice between offices.
    Formal,
    /// A right that protects whoever is held, such as a lawyer or word to the family.
    Safeguard,
    /// Liberty itself: the person should be free.
    Liberty,
}

/// How well the text behind a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The article's text was read.
    Read,
    /// Follows from texts that were read, such as an entry into force.
    Inferred,
    /// Not checked against the text.
    Unverified,
}

impl Status {
    /// The word for it in packs; texts for people are found by it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Inferred => "inferred",
            Self::Unverified => "unverified",
        }
    }
}

/// The rule's text during one period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Value {
    /// First day on which it was in force; `None`: since before anything recorded here.
    #[serde(deserialize_with = "written::date_field_or_none")]
    pub from: Option<Date>,
    /// First day on which it no longer was; `None`: still in force.
    #[serde(deserialize_with = "written::date_field_or_none")]
    pub until: Option<Date>,
    /// How well it is known.
    pub status: Status,
    /// Tried in order: the first whose conditions hold gives the limit. The last one has no conditions.
    pub cases: Vec<Case>,
}

/// One of a rule's ordered cases.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// When this case is the one that counts.
    pub when: When,
    /// Whether the case counts only where its conditions are known to hold; otherwise it also counts where they may.
    pub only_if_known: bool,
    /// The limit; several where lawyers read the text in several ways, and then each reading is kept. Empty where a rule
    /// prohibits something.
    pub limits: Vec<Limit>,
    /// Where it says so.
    pub citation: Arc<Citation>,
}

/// Where a limit stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The law's short name in the pack, such as `CAO`.
    pub law: String,
    /// The article and its parts, such as `789(3)`.
    pub article: String,
    /// Address of the text.
    pub url: String,
    /// Language of the text at that address.
    pub language: String,
}

/// A limit's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Hours as they pass, whatever the clocks of the place do.
    Hours(u32),
    /// Days or months, counted in one way.
    Calendar(Length, Counting),
    /// What the court has ordered, counted in one way.
    Imposed(Term, Counting),
    /// The most that a court may order, or that an interrogation may last.
    Order(Length),
    /// No number: at once. Beyond this nobody knows.
    None,
}

/// How days and months of a term are counted. Where lawyers differ, a pack lists several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// The day of the start is the first one; the term ends with the last day, at 24:00.
    FirstDay,
    /// The day after the start is the first one; the term ends with the last day, at 24:00.
    NextDay,
    /// To the minute: days of 24 hours, months to the same minute.
    Minute,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hours(n) => write!(f, "{n}h"),
            Self::Calendar(length, _) | Self::Order(length) => length.fmt(f),
            Self::Imposed(Term::Arrest, _) => f.write_str("arrest"),
            Self::Imposed(Term::Remand, _) => f.write_str("remand"),
            Self::Imposed(Term::Interrogation, _) => f.write_str("interrogation"),
            Self::None => f.write_str("none"),
        }
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Minutes(n) if n % 60 == 0 => write!(f, "{}h", n / 60),
            Self::Minutes(n) => write!(f, "{n}min"),
            Self::Days(n) => write!(f, "{n}d"),
            Self::Months(n) => write!(f, "{n}mo"),
        }
    }
}

/// One thing that may be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// A condition from the vocabulary, such as `minor`.
    Named(String),
    /// An article, or a part of it, is said to apply.
    Article(String),
    /// A group of conditions that the pack defines under this name.
    Group(String, Box<When>),
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Article(article) => write!(f, "article:{article}"),
            Self::Group(name, _) => write!(f, "group:{name}"),
        }
    }
}

/// Conditions joined: all of `all`, at least one of `any` (if any are given), none of `none`. Empty is always true.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// Each must hold.
    pub all: Vec<Condition>,
    /// One must hold, unless the list is empty.
    pub any: Vec<Condition>,
    /// None may hold.
    pub none: Vec<Condition>,
}

impl When {
    /// Whether there is no condition.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.any.is_empty() && self.none.is_empty()
    }

    /// Whether the conditions hold for this record.
    pub fn holds(&self, record: &Record) -> Truth {
        let all = self.all.iter().map(|c| record.holds(c)).fold(Truth::True, Truth::and);
        let any = self.any.iter().map(|c| record.holds(c)).reduce(Truth::or).unwrap_or(Truth::True);
        let none = self.none.iter().map(|c| record.holds(c).not()).fold(Truth::True, Truth::and);
        all.and(any).and(none)
    }

    /// Whether somebody says that the conditions hold, whatever others say.
    pub fn is_claimed(&self, record: &Record) -> bool {
        self.all.iter().all(|c| record.claims(c, Truth::True))
            && (self.any.is_empty() || self.any.iter().any(|c| record.claims(c, Truth::True)))
            && self.none.iter().all(|c| record.claims(c, Truth::False))
    }

    /// The conditions that are unknown, in the order in which they were written; of a group, those inside it.
    pub fn unknown<'a>(&'a self, record: &Record) -> Vec<&'a Condition> {
        let mut list = Vec::new();
        for condition in self.all.iter().chain(&self.any).chain(&self.none) {
            match condition {
                _ if record.holds(condition) != Truth::Unknown => {}
                Condition::Group(_, group) => list.extend(group.unknown(record)),
                _ => list.push(condition),
            }
        }
        list
    }
}

/// How long custody may have lasted before anybody saw it, in seconds: thirty days. It only decides which text of a law is
/// considered for a start that nobody can bound.
const LONGEST_UNSEEN: i64 = 30 * 24 * 3600;

impl Value {
    /// Whether this text may have been the one in force at some instant of `start`, at the place's midnight.
    pub fn may_govern(&self, start: Interval, zone: &Zone) -> bool {
        let began = self.from.and_then(|date| zone.day_begins(date));
        // The last instant at which it was in force is the second before the next text's first day.
        let ended = self.until.and_then(|date| zone.day_begins(date)).map(|next: Instant| next.plus_seconds(-1));
        // Nobody is held for years before the first sighting: of a start that is open, only so much may lie in the past.
        let from = start.from.or_else(|| start.to.map(|to| to.plus_seconds(-LONGEST_UNSEEN)));
        Interval { from: began, to: ended }.meets(Interval { from, ..start })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_written_as_packs_write_them() {
        for (limit, written) in [
            (Limit::Hours(48), "48h"),
            (Limit::Calendar(Length::Days(10), Counting::FirstDay), "10d"),
            (Limit::Calendar(Length::Months(2), Counting::NextDay), "2mo"),
            (Limit::Order(Length::Minutes(240)), "4h"),
            (Limit::Order(Length::Minutes(90)), "90min"),
            (Limit::Imposed(Term::Arrest, Counting::Minute), "arrest"),
            (Limit::Imposed(Term::Remand, Counting::Minute), "remand"),
            (Limit::None, "none"),
        ] {
            assert_eq!(limit.to_string(), written);
        }
    }

    #[test]
    fn words_are_those_of_packs() {
        for measure in [
            Measure::AtMost,
            Measure::DoneWithin,
            Measure::AtOnce,
            Measure::DoneBefore,
            Measure::SentenceAtMost,
            Measure::Prohibited,
        ] {
            assert_eq!(serde_json::to_value(measure).unwrap(), measure.word());
        }
        for status in [Status::Read, Status::Inferred, Status::Unverified] {
            assert_eq!(serde_json::to_value(status).unwrap(), status.word());
        }
    }

    /// A text that ended a month before the first sighting of somebody whose start nobody knows is not dug out; one that ended later is.
    #[test]
    fn of_an_unbounded_start_thirty_days_count() {
        let zone = Zone::named("Asia/Almaty").unwrap();
        let date = |text: &str| written::date(text).unwrap();
        let ended = |until: &str| Value { from: None, until: Some(date(until)), status: Status::Read, cases: Vec::new() };
        let seen = zone.minute("2026-09-30 12:00").unwrap().from;
        let start = Interval { from: None, to: seen };
        assert!(!ended("2026-08-31").may_govern(start, &zone) && ended("2026-09-01").may_govern(start, &zone));
        // The day on which a text no longer is in force begins at midnight.
        let midnight = Interval::at(zone.minute("2026-09-01 00:00").unwrap().from.unwrap());
        assert!(!ended("2026-09-01").may_govern(midnight, &zone));
        assert!(ended("2026-09-01").may_govern(midnight.plus(-1, -1), &zone));
    }

    #[test]
    fn a_pack_is_read_again_as_it_was_written() {
        let pack = Pack::load(include_str!("../../../../rules/kz.toml")).unwrap();
        let again: Pack = serde_json::from_value(serde_json::to_value(&pack).unwrap()).unwrap();
        assert_eq!(format!("{pack:?}"), format!("{again:?}"));
    }
}
