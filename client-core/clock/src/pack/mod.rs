//! A rule pack: one country's limits on custody as dated data, each with its source.

mod load;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::record::EventKind;
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
    pub id: String,
    /// What is measured.
    pub kind: Kind,
    /// How strictly it binds.
    pub binding: Binding,
    /// When the rule concerns a case at all.
    pub applies: When,
    /// The text of the law over time, oldest first, without overlap.
    pub values: Vec<Value>,
}

/// What a rule measures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Custody may last at most so long from `start` to the first of `stop`.
    AtMost {
        /// The event that starts the clock.
        start: StartEvent,
        /// Events that end it, whichever comes first.
        stop: Vec<EventKind>,
    },
    /// A sentence of arrest may be at most so many days.
    SentenceAtMost,
}

/// Which event starts a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartEvent {
    /// The first real restriction of liberty.
    Restrained,
    /// Arrival at the police station.
    Delivered,
}

impl StartEvent {
    /// The kind of event that is an account of this start.
    pub fn kind(self) -> EventKind {
        match self {
            Self::Restrained => EventKind::Restrained,
            Self::Delivered => EventKind::Delivered,
        }
    }

    /// Whether an event proves that this start lies in the past although it is no account of it.
    pub fn proved_by(self, kind: EventKind) -> bool {
        match self {
            Self::Restrained => kind != EventKind::Restrained && kind.proves_custody(),
            // Custody alone may still be the street or the van.
            Self::Delivered => false,
        }
    }
}

/// How strictly a rule binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// Beyond it, custody is unlawful.
    Hard,
    /// Beyond it, the state must justify custody.
    Presumption,
    /// A standard that guides, reported apart from national law.
    Soft,
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
    /// The limit; several where lawyers read the text in several ways, and then each reading is kept.
    pub limits: Vec<Limit>,
    /// Where it says so.
    pub citation: Citation,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Limit {
    /// Hours as they pass, whatever the clocks of the place do.
    Hours(u32),
    /// Days of a penalty.
    Days(u32),
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hours(n) => write!(f, "{n}h"),
            Self::Days(n) => write!(f, "{n}d"),
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
