//! Every kind of fact with its fields, as people fill them in: one table for forms, help texts and errors.

use super::fields::{BadField, Fields, Scalar};
use super::vocabulary::{
    Challenge, Claimed, Condition, Duty, Exit, LawyerHow, NumberOf, Penalty, Protocol, Purpose, Regime, Relation, Sex,
    Vulnerability,
};
use super::what::What;
use super::word::Word;
use habeas_texts as texts;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Any text.
    Text,
    /// A day, `2021-01-10`, or for a birth only the year.
    Date,
    /// A day and time on the clock of the place, `2026-09-08 10:00`; it may lie ahead.
    LocalTime,
    /// An article with its law, `CAO 488(6)`.
    Article,
    /// A whole number.
    Number,
    /// `yes` or `no`.
    YesNo,
    /// A key that the program has made: nobody types it, and no form asks for it.
    Key,
    /// One of these words; the text `prefix-word` says it to people.
    OneOf(&'static str, &'static [&'static str]),
}

/// A field of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in records.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether a fact of the kind must have it.
    pub required: bool,
}

/// A kind of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name in records.
    pub name: &'static str,
    /// Its own fields.
    pub fields: &'static [Field],
    /// Whether such a fact says nothing without a time.
    pub timed: bool,
    /// Whether it is sealed under a key of its own always.
    pub sensitive: bool,
    /// Whether it is limited always: sealed for coordinators and whoever writes it, and for nobody else who reads the case. Counts in nothing.
    pub limited: bool,
}

const fn must(name: &'static str, takes: Takes) -> Field {
    Field { name, takes, required: true }
}

const fn may(name: &'static str, takes: Takes) -> Field {
    Field { name, takes, required: false }
}

/// Something that happens.
const fn event(name: &'static str, fields: &'static [Field]) -> Kind {
    Kind { name, fields, timed: true, sensitive: false, limited: false }
}

/// Something that is so.
const fn state(name: &'static str, fields: &'static [Field]) -> Kind {
    Kind { name, fields, timed: false, sensitive: false, limited: false }
}

/// What harms the person, or whoever told it, if others read it.
const fn sensitive(kind: Kind) -> Kind {
    Kind { sensitive: true, ..kind }
}

/// What is not even for everybody who works on the case.
const fn limited(kind: Kind) -> Kind {
    Kind { limited: true, ..sensitive(kind) }
}

const EXIT: Takes = Takes::OneOf("exit", Exit::WORDS);
const SEX: Takes = Takes::OneOf("sex", Sex::WORDS);
const VULNERABILITY: Takes = Takes::OneOf("condition", Vulnerability::WORDS);
const REGIME: Takes = Takes::OneOf("regime", Regime::WORDS);
const CIRCUMSTANCE: Takes = Takes::OneOf("circumstance", Condition::WORDS);
const PENALTY: Takes = Takes::OneOf("penalty", Penalty::WORDS);
const PROTOCOL: Takes = Takes::OneOf("protocol", Protocol::WORDS);
const CLAIMED: Takes = Takes::OneOf("claimed", Claimed::WORDS);
const NUMBER_OF: Takes = Takes::OneOf("number", NumberOf::WORDS);
const LAWYER_HOW: Takes = Takes::OneOf("lawyer", LawyerHow::WORDS);
const DUTY: Takes = Takes::OneOf("duty", Duty::WORDS);
const CHALLENGE: Takes = Takes::OneOf("challenge", Challenge::WORDS);
const PURPOSE: Takes = Takes::OneOf("purpose", Purpose::WORDS);
const RELATION: Takes = Takes::OneOf("relation", Relation::WORDS);

/// Every kind, in the order in which a person is taken, held and let go.
pub const KINDS: [Kind; 68] = [
    state("name", &[must("text", Takes::Text)]),
    state("description", &[must("text", Takes::Text)]),
    state("birth", &[must("date", Takes::Date)]),
    state("sex", &[must("sex", SEX)]),
    state("vulnerability", &[must("which", VULNERABILITY), must("holds", Takes::YesNo)]),
    sensitive(state("document", &[must("text", Takes::Text)])),
    sensitive(state("contact", &[must("text", Takes::Text)])),
    event("last_seen_free", &[]),
    event("restrained", &[may("exit_offered", EXIT)]),
    event("exit_offered", &[must("how", EXIT)]),
    event("in_vehicle", &[may("plate", Takes::Text)]),
    event("delivered", &[]),
    event("held", &[]),
    event("asked_not_here", &[]),
    event("seen_in_custody", &[]),
    event("transferred", &[]),
    event("hospitalised", &[may("guarded", Takes::YesNo)]),
    event("blocked_at_home", &[]),
    event("sobered", &[]),
    event("released", &[]),
    event("died", &[]),
    event("regime", &[must("regime", REGIME), may("article", Takes::Article)]),
    state("circumstance", &[must("which", CIRCUMSTANCE), must("holds", Takes::YesNo)]),
    event("protocol", &[must("which", PROTOCOL), may("copy_refused", Takes::YesNo), may("number", Takes::Text)]),
    event("status_claimed", &[must("status", CLAIMED), may("representative_present", Takes::YesNo)]),
    state("number", &[must("which", NUMBER_OF), must("text", Takes::Text)]),
    event("rights_explained", &[]),
    event("relatives_requested", &[]),
    event("relatives_told", &[may("by", Takes::Text)]),
    event("embassy_told", &[]),
    state("lawyer", &[must("how", LAWYER_HOW), may("lawyer", Takes::Text)]),
    event("lawyer_admitted", &[may("lawyer", Takes::Text)]),
    event("lawyer_refused", &[may("by", Takes::Text)]),
    event("lawyer_meeting", &[]),
    event(
        "interrogated",
        &[may("lawyer_present", Takes::YesNo), may("met_lawyer_first", Takes::YesNo), may("minutes", Takes::Number)],
    ),
    event("charged", &[may("article", Takes::Article)]),
    event("not_done", &[must("what", DUTY)]),
    event("prosecutor_told", &[]),
    event("motion_filed", &[]),
    event("materials_at_court", &[]),
    event("court_order_received", &[]),
    event("remand", &[may("days", Takes::Number), may("months", Takes::Number)]),
    state("hearing_set", &[may("at", Takes::LocalTime), must("text", Takes::Text)]),
    event("hearing_held", &[]),
    event(
        "sentenced",
        &[must("penalty", PENALTY), may("days", Takes::Number), may("article", Takes::Article), may("adds", Takes::YesNo)],
    ),
    event("decision_received", &[]),
    event("appeal_filed", &[may("which", CHALLENGE)]),
    event("appeal_decided", &[may("which", CHALLENGE), may("text", Takes::Text)]),
    event("secrecy_warning", &[]),
    state(
        "official",
        &[
            must("text", Takes::Text),
            may("badge", Takes::Text),
            may("unit", Takes::Text),
            may("plate", Takes::Text),
            may("masked", Takes::YesNo),
        ],
    ),
    sensitive(event("injury", &[must("text", Takes::Text)])),
    sensitive(event("ill_treatment", &[must("text", Takes::Text)])),
    limited(event("sexual_violence", &[must("text", Takes::Text)])),
    sensitive(event("medical_examination", &[may("text", Takes::Text)])),
    event("conditions", &[must("text", Takes::Text)]),
    event("property_taken", &[must("text", Takes::Text)]),
    state("consent", &[must("purpose", PURPOSE), must("given", Takes::YesNo), may("by", Takes::Text), may("about", Takes::Text)]),
    state("link", &[must("relation", RELATION), must("case", Takes::Text)]),
    state("incident", &[must("text", Takes::Text)]),
    event("head_count", &[must("value", Takes::Number), may("text", Takes::Text)]),
    state("task", &[must("text", Takes::Text), may("done", Takes::YesNo)]),
    state("lawyer_assigned", &[must("person", Takes::Text)]),
    state(
        "official_claim",
        &[
            must("date", Takes::Date),
            must("figure", Takes::Text),
            must("value", Takes::Number),
            must("who", Takes::Text),
            may("url", Takes::Text),
            may("scope", Takes::Text),
        ],
    ),
    state(
        "attachment",
        &[must("text", Takes::Text), must("sha256", Takes::Text), may("bytes", Takes::Number), may("key", Takes::Key)],
    ),
    state("note", &[must("text", Takes::Text)]),
    limited(state("privileged_note", &[must("text", Takes::Text)])),
    limited(state("informant", &[must("text", Takes::Text)])),
    state("retraction", &[may("reason", Takes::Text)]),
];

impl Kind {
    /// The kind of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }
}

impl What {
    /// Reads what somebody has filled in: the kind's name, and its fields as texts. Nothing that the kind does not have is
    /// taken, and nothing that it must have may be missing.
    pub fn read(kind: &str, given: &[(String, String)]) -> Result<Self, BadField> {
        if kind.is_empty() {
            return Err(BadField::new("kind", texts::error_kind_missing()));
        }
        let Some(kind) = Kind::named(kind) else {
            let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            return Err(BadField::new("kind", texts::error_kind_unknown(kind, kinds.join(", "))));
        };
        let mut fields = Fields::new();
        fields.insert("kind".to_owned(), Scalar::Text(kind.name.to_owned()));
        for (name, text) in given {
            let field = kind.fields.iter().find(|field| field.name == name).ok_or_else(|| BadField::new(name, no_such(kind)))?;
            let value = field.takes.value(text).map_err(|reason| BadField::new(name, reason))?;
            if fields.insert(name.clone(), value).is_some() {
                return Err(BadField::new(name, texts::error_field_twice()));
            }
        }
        if let Some(missing) = kind.fields.iter().find(|field| field.required && !fields.contains_key(field.name)) {
            return Err(BadField::new(missing.name, texts::error_field_missing(kind.name)));
        }
        let what = Self::of(&fields).ok_or_else(|| BadField::new("kind", texts::error_value_type()))?;
        what.check()?;
        Ok(what)
    }
}

fn no_such(kind: &Kind) -> texts::Message {
    let fields: Vec<&str> = kind.fields.iter().map(|field| field.name).collect();
    if fields.is_empty() {
        texts::error_field_unknown_none(kind.name)
    } else {
        texts::error_field_unknown(fields.join(", "), kind.name)
    }
}

impl Takes {
    fn value(self, text: &str) -> Result<Scalar, texts::Message> {
        let text = text.trim();
        match self {
            Self::YesNo => match text {
                "yes" => Ok(Scalar::Bool(true)),
                "no" => Ok(Scalar::Bool(false)),
                _ => Err(texts::error_yes_no(text)),
            },
            Self::Number => text.parse::<u32>().map(|number| Scalar::Int(number.into())).map_err(|_| texts::error_number(text)),
            Self::OneOf(_, words) if !words.contains(&text) => Err(texts::error_one_of(text, words.join(", "))),
            Self::OneOf(..) | Self::Text | Self::Date | Self::LocalTime | Self::Article | Self::Key => {
                Ok(Scalar::Text(text.to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(field: &Field) -> Vec<&'static str> {
        match field.takes {
            Takes::Text if field.name == "case" => vec!["0123456789abcdef0123456789abcdef"],
            Takes::Text if field.name == "sha256" => vec!["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
            Takes::Text => vec!["https://example.org"],
            Takes::Key => vec!["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
            Takes::LocalTime => vec!["2026-09-08 10:00"],
            Takes::Date => vec!["2021-01-10"],
            Takes::Article => vec!["CAO 488(6)"],
            Takes::Number => vec!["15"],
            Takes::YesNo => vec!["yes", "no"],
            Takes::OneOf(_, words) => words.to_vec(),
        }
    }

    #[test]
    fn every_kind_can_be_filled_in_and_every_word_has_its_text() {
        for kind in KINDS {
            let fill = |other: &Field, text: &str| {
                let rest = kind.fields.iter().filter(|field| field.name != other.name);
                let mut given: Vec<_> = rest.map(|field| (field.name.to_owned(), example(field)[0].to_owned())).collect();
                given.push((other.name.to_owned(), text.to_owned()));
                // Only an arrest has days, and a remand is measured in one unit.
                if matches!(text, "fine" | "warning") || other.name == "months" {
                    given.retain(|(name, _)| name != "days" && name != "adds");
                } else if kind.name == "remand" {
                    given.retain(|(name, _)| name != "months");
                }
                given
            };
            if kind.name != "remand" && kind.fields.iter().all(|field| !field.required) {
                assert_eq!(What::read(kind.name, &[]).unwrap().kind(), kind.name);
            }
            for field in kind.fields {
                for text in example(field) {
                    let what = What::read(kind.name, &fill(field, text));
                    let what = what.unwrap_or_else(|error| panic!("{} {text}: {error}", kind.name));
                    // What is written is read again as it was.
                    assert_eq!((what.kind(), What::of(&what.fields()).as_ref()), (kind.name, Some(&what)));
                    if let Takes::OneOf(prefix, _) = field.takes {
                        let key = texts::key(prefix, text);
                        assert!(texts::named(texts::Lang::En, &key).is_some(), "{key}");
                    }
                }
            }
        }
    }
}
