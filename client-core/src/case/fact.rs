//! One statement in a case: what, when, where, who says so, when it was written down, which facts it replaces.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use habeas_clock::{Instant, Interval};
use habeas_protocol::PersonId;
use habeas_texts as texts;
use serde::{Deserialize, Serialize};

use super::fields::{self, BadField, Fields, Scalar};
use super::{City, Kind, Place, Reliability, SealedFact, Source, SourceKind, What, Word as _, may_be_sensitive};

/// The most facts that one fact may replace.
const MAX_REPLACES: usize = 16;

/// A fact's name in its case: the actor that wrote it, the number of that actor's change, and the fact's number in the
/// change. So nobody can put a value on somebody else's fact: the actor is bound to the device's key. Where a device was copied or
/// restored and two of its changes bear one number, the beginning of the change's hash tells theirs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId {
    /// The Automerge actor of the author's device.
    pub actor: [u8; 16],
    /// The change's sequence number, from 1.
    pub seq: u64,
    /// The fact's number in the change, from 0.
    pub number: u32,
    /// The first 16 bytes of the change's hash, where the case has two changes of that actor and number.
    pub twin: Option<[u8; 16]>,
}

impl FactId {
    /// The name of a fact in a change that bears its number alone.
    pub fn of(actor: [u8; 16], seq: u64, number: u32) -> Self {
        Self { actor, seq, number, twin: None }
    }
}

/// Without `{:02x}`: every change is written and read with its facts' names, and formatting them showed in what it takes to take a case in.
fn put_hex(bytes: &[u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 15)]);
    bytes.iter().try_for_each(|byte| f.write_char(digit(byte >> 4)).and_then(|()| f.write_char(digit(*byte))))
}

fn sixteen(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

impl fmt::Display for FactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        put_hex(&self.actor, f)?;
        write!(f, ".{}.{}", self.seq, self.number)?;
        self.twin.map_or(Ok(()), |twin| f.write_str(".").and_then(|()| put_hex(&twin, f)))
    }
}

impl FromStr for FactId {
    type Err = BadField;

    fn from_str(text: &str) -> Result<Self, BadField> {
        let read = || {
            let mut parts = text.split('.');
            let (actor, seq, number) = (sixteen(parts.next()?)?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            let twin = match parts.next() {
                Some(twin) => Some(sixteen(twin)?),
                None => None,
            };
            parts.next().is_none().then_some(Self { actor, seq, number, twin })
        };
        // Only the one spelling that `Display` writes: two spellings of one id would be two facts to Automerge.
        read().filter(|id| id.to_string() == text).ok_or_else(|| BadField::new("id", texts::error_fact_id()))
    }
}

impl Serialize for FactId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FactId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A fact that has not been written into a case yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What is stated.
    pub what: What,
    /// When it happened.
    pub when: Interval,
    /// The time in the author's own words, such as "after lunch".
    pub said: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// Who says so.
    pub source: Source,
    /// When the author wrote it down, by the clock of the device: shown, never relied upon.
    pub recorded_at: Instant,
    /// The facts that it corrects or takes back.
    pub replaces: Vec<FactId>,
    /// Whether it is sealed under a key of its own, so that it can be erased alone. Some kinds cannot be: [`super::may_be_sensitive`].
    pub sensitive: bool,
    /// Whether it is limited: sealed, and its key for coordinators and whoever writes it only. Counts in nothing.
    pub limited: bool,
}

/// A fact of a kind that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// Its name in the case.
    pub id: FactId,
    /// What is stated.
    #[serde(flatten)]
    pub what: What,
    /// When it happened.
    pub when: Interval,
    /// The time in the author's own words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Who says so.
    pub source: Source,
    /// When it was written down, by the clock of the author's device.
    pub recorded_at: Instant,
    /// The facts that it corrects or takes back.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<FactId>,
    /// Whether it is sealed under a key of its own, and can be erased alone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Whether it is limited: only coordinators and whoever wrote it read it, and it counts in nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
}

/// As it was serialised.
impl<'de> Deserialize<'de> for Fact {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Read {
            id: FactId,
            when: Interval,
            said: Option<String>,
            place: Option<Place>,
            source: Source,
            recorded_at: Instant,
            #[serde(default)]
            replaces: Vec<FactId>,
            #[serde(default)]
            sensitive: bool,
            #[serde(default)]
            limited: bool,
            #[serde(flatten)]
            own: Fields,
        }
        let Read { id, when, said, place, source, recorded_at, replaces, sensitive, limited, own } = Read::deserialize(from)?;
        let what = What::of(&own).ok_or_else(|| {
            serde::de::Error::custom(format!("fact {id}: this version does not know its kind, or a field holds something else"))
        })?;
        what.check().map_err(|error| serde::de::Error::custom(format!("fact {id}: {error}")))?;
        Ok(Self { id, what, when, said, place, source, recorded_at, replaces, sensitive, limited })
    }
}

/// A fact as the document holds it, of a kind that this version does not know or cannot read: kept and shown as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RawFact {
    /// Its name in the case.
    pub id: FactId,
    /// Its fields.
    #[serde(flatten)]
    pub fields: Fields,
}

/// What a document holds: a fact, or something that a newer version wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stated {
    /// A fact that this version understands.
    Known(Box<Fact>),
    /// A fact that it does not.
    Unknown(RawFact),
    /// A fact whose key it does not have, or nobody any more.
    Sealed(SealedFact),
}

impl Draft {
    /// The fact that a lawyer of ours has taken a case.
    pub fn assignment(person: PersonId, now: Instant) -> Self {
        Self {
            what: What::LawyerAssigned { person: person.to_string() },
            when: Interval::OPEN,
            said: None,
            place: None,
            source: Source { kind: SourceKind::Lawyer, name: None, reliability: Reliability::FirstHand },
            recorded_at: now,
            replaces: Vec::new(),
            sensitive: false,
            limited: false,
        }
    }

    /// The same, limited if its kind always is.
    pub(crate) fn of_its_kind(mut self) -> Self {
        self.limited |= Kind::named(self.what.kind()).is_some_and(|kind| kind.limited);
        self
    }

    /// Makes it tell nothing of what it takes back, which is sealed, while everybody who reads the case reads this. Fails with the field by which it would.
    pub(crate) fn tells_nothing(&mut self) -> Result<(), BadField> {
        match &self.what {
            What::Retraction { reason: None } => {}
            What::Retraction { reason: Some(_) } => return Err(BadField::new("reason", texts::error_retraction_sealed())),
            _ => return Err(BadField::new("replaces", texts::error_not_sensitive())),
        }
        (self.when, self.said, self.place, self.source.name) = (Interval::OPEN, None, None, None);
        Ok(())
    }

    /// The fields that the document will hold, checked completely: nothing is written of a draft that has a bad field.
    pub fn fields(&self) -> Result<Fields, BadField> {
        self.what.check()?;
        if self.what.happens() && self.place.is_none() {
            return Err(BadField::new("city", texts::error_city_missing()));
        }
        if matches!((self.when.from, self.when.to), (Some(from), Some(to)) if to < from) {
            return Err(BadField::new("when", texts::error_when_order()));
        }
        if matches!(self.what, What::Retraction { .. }) && self.replaces.is_empty() {
            return Err(BadField::new("replaces", texts::error_retraction_of_nothing()));
        }
        if self.replaces.len() > MAX_REPLACES {
            return Err(BadField::new("replaces", texts::error_replaces_many(MAX_REPLACES)));
        }
        if (self.sensitive || self.limited) && !may_be_sensitive(self.what.kind()) {
            return Err(BadField::new("sensitive", texts::error_not_sensitive()));
        }
        let mut fields = self.what.fields();
        let mut put = |name: &str, value: Option<Scalar>| value.map(|value| fields.insert(name.to_owned(), value));
        put("from", self.when.from.map(|at| Scalar::Int(at.seconds())));
        put("to", self.when.to.map(|at| Scalar::Int(at.seconds())));
        put("said", self.said.clone().map(Scalar::Text));
        put("city", self.place.as_ref().map(|place| Scalar::Text(place.city.word().to_owned())));
        put("place", self.place.as_ref().and_then(|place| place.name.clone()).map(Scalar::Text));
        put("source", Some(Scalar::Text(self.source.kind.word().to_owned())));
        put("source_name", self.source.name.clone().map(Scalar::Text));
        put("reliability", Some(Scalar::Text(self.source.reliability.word().to_owned())));
        put("recorded", Some(Scalar::Int(self.recorded_at.seconds())));
        let replaces: Vec<String> = self.replaces.iter().map(FactId::to_string).collect();
        put("replaces", (!replaces.is_empty()).then(|| Scalar::Text(replaces.join(" "))));
        fields::check(&fields)?;
        Ok(fields)
    }
}

impl Stated {
    /// Reads a fact from its fields. What cannot be read becomes [`Stated::Unknown`]: nothing is lost and nothing fails.
    pub fn read(id: FactId, fields: Fields) -> Self {
        match known(id, &fields) {
            Some(fact) => Self::Known(Box::new(fact)),
            None => Self::Unknown(RawFact { id, fields }),
        }
    }

    /// The same under the names that tell twins apart: its own, and those of the facts that it replaces.
    pub(crate) fn told_apart(self, own: FactId, name: impl Fn(FactId) -> FactId) -> Self {
        match self {
            Self::Known(mut fact) => {
                fact.id = own;
                fact.replaces.iter_mut().for_each(|id| *id = name(*id));
                Self::Known(fact)
            }
            Self::Unknown(raw) => Self::Unknown(RawFact { id: own, ..raw }),
            Self::Sealed(mut fact) => {
                fact.id = own;
                fact.replaces.iter_mut().for_each(|id| *id = name(*id));
                Self::Sealed(fact)
            }
        }
    }

    /// The same, as what was sealed, perhaps for few.
    pub(super) fn marked_sensitive(mut self, is_limited: bool) -> Self {
        if let Self::Known(fact) = &mut self {
            (fact.sensitive, fact.limited) = (true, is_limited);
        }
        self
    }

    /// The fact's name.
    pub fn id(&self) -> FactId {
        match self {
            Self::Known(fact) => fact.id,
            Self::Unknown(raw) => raw.id,
            Self::Sealed(fact) => fact.id,
        }
    }
}

fn known(id: FactId, fields: &Fields) -> Option<Fact> {
    let text = |name: &str| match fields.get(name) {
        Some(Scalar::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let instant = |name: &str| match fields.get(name) {
        None => Some(None),
        Some(Scalar::Int(seconds)) => Instant::from_seconds(*seconds).map(Some),
        Some(_) => None,
    };
    let what = What::of(fields)?;
    what.check().ok()?;
    let place = match text("city") {
        Some(city) => Some(Place { city: City::named(&city)?, name: text("place") }),
        None => None,
    };
    let source = Source {
        kind: SourceKind::named(&text("source")?)?,
        name: text("source_name"),
        reliability: Reliability::named(&text("reliability")?)?,
    };
    let replaces = replaced(fields).ok()?;
    let when = Interval { from: instant("from")?, to: instant("to")? };
    if matches!((when.from, when.to), (Some(from), Some(to)) if to < from) {
        return None;
    }
    let (said, recorded_at) = (text("said"), instant("recorded")??);
    Some(Fact { id, what, when, said, place, source, recorded_at, replaces, sensitive: false, limited: false })
}

/// The facts that a fact with these fields replaces; an error where the field is not a list of ids.
pub(crate) fn replaced(fields: &Fields) -> Result<Vec<FactId>, BadField> {
    match fields.get("replaces") {
        None => Ok(Vec::new()),
        Some(Scalar::Text(list)) => {
            let ids = list.split(' ').map(str::parse).collect::<Result<Vec<FactId>, _>>()?;
            if ids.len() > MAX_REPLACES {
                Err(BadField::new("replaces", texts::error_replaces_many(MAX_REPLACES)))
            } else {
                Ok(ids)
            }
        }
        Some(_) => Err(BadField::new("replaces", texts::error_replaces_list())),
    }
}
