//! A fact as somebody fills it in: on a terminal or on a screen, everything still text. Made into a [`Draft`], or refused
//! with what is wrong and where.

use habeas_clock::{Instant, Interval, Zone};
use habeas_texts::{self as texts, Message};
use serde::{Deserialize, Serialize};

use super::{BadField, City, Draft, FactId, KINDS, Place, Source, What, Word};
use crate::words::bad_time;

/// When it happened, as people say it. Times are local to the place: `14:05` (today), `2026-09-07 14:05`, or `now`; a program may
/// also give an instant with its offset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// Nobody knows.
    #[default]
    Unknown,
    /// To the minute.
    At(String),
    /// So many minutes either way, 1 to 1440.
    About(String, String),
    /// Between two times.
    Between(String, String),
    /// Not later than this.
    Before(String),
    /// Not earlier than this.
    After(String),
}

impl When {
    /// The interval in a place's zone. `now` is the device's clock: what lies ahead of it by more than ten minutes is refused.
    pub fn interval(&self, zone: &Zone, now: Instant) -> Result<Interval, Message> {
        let read = |text: &str| minute(text, zone, now);
        match self {
            Self::Unknown => Ok(Interval::OPEN),
            Self::At(text) => read(text),
            Self::About(text, minutes) => {
                let number = minutes.trim().parse::<u32>().ok().filter(|number| (1..=1440).contains(number));
                let seconds = i64::from(number.ok_or_else(|| texts::error_minutes(minutes.as_str()))?) * 60;
                let around = read(text)?;
                // "About 12:00, half an hour either way" lies between 11:30 and 12:30: the minute itself is no more exact than that.
                let is_minute = matches!((around.from, around.to), (Some(from), Some(to)) if to.seconds() - from.seconds() >= 60);
                Ok(around.plus(-seconds, if is_minute { seconds - 60 } else { seconds }))
            }
            Self::Between(from, to) => match (read(from)?.from, read(to)?.to) {
                (Some(a), Some(b)) if a > b => Err(texts::error_between_order()),
                (from, to) => Ok(Interval { from, to }),
            },
            Self::Before(to) => Ok(Interval { from: None, to: read(to)?.to }),
            Self::After(from) => Ok(Interval { from: read(from)?.from, to: None }),
        }
    }
}

fn minute(text: &str, zone: &Zone, now: Instant) -> Result<Interval, Message> {
    let text = text.trim();
    if text == "now" {
        return Ok(Interval::at(now));
    }
    // An instant with its offset, as a program gives it for "now" when somebody began to write.
    if let Ok(instant) = text.parse::<Instant>() {
        return Ok(Interval::at(instant.min(now)));
    }
    let has_date = text.contains([' ', 'T']);
    let full = if has_date { text.replace('T', " ") } else { format!("{} {text}", now.local(zone).date()) };
    let when = zone.minute(&full).map_err(bad_time)?;
    // Shortly after midnight people say 23:50 and mean yesterday.
    if !has_date && when.from.is_some_and(|from| from > now.plus_seconds(5 * 60)) {
        return Err(texts::error_time_to_come(text));
    }
    // Ten minutes of tolerance for clocks that are wrong; what lies further ahead is a slip of the finger, such as 10 p.m. for 10 a.m.
    if when.from.is_some_and(|from| from > now.plus_seconds(10 * 60)) {
        return Err(texts::error_time_future(text));
    }
    Ok(when)
}

/// A fact, as it was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The kind's name.
    pub kind: String,
    /// The kind's own fields.
    pub fields: Vec<(String, String)>,
    /// When.
    pub when: When,
    /// The time in the words that were used.
    pub said: String,
    /// The city's code; empty for that of the case.
    pub city: String,
    /// The station, court, hospital, square or street; empty if nobody says.
    pub place: String,
    /// Who says so, by the word for it.
    pub source: String,
    /// Their name; empty if it may not be written down.
    pub source_name: String,
    /// How they know, by the word for it.
    pub reliability: String,
    /// Ids of the facts that this one corrects or takes back.
    pub replaces: Vec<String>,
    /// Whether it is sensitive, whatever its kind.
    #[serde(default)]
    pub sensitive: bool,
    /// Whether it is limited: sealed for coordinators and whoever writes it only.
    #[serde(default)]
    pub limited: bool,
}

impl Default for Form {
    fn default() -> Self {
        let empty = String::new;
        Self {
            kind: empty(),
            fields: Vec::new(),
            when: When::Unknown,
            said: empty(),
            city: empty(),
            place: empty(),
            source: "witness".to_owned(),
            source_name: empty(),
            reliability: "first_hand".to_owned(),
            replaces: Vec::new(),
            sensitive: false,
            limited: false,
        }
    }
}

impl Form {
    /// The draft. `known` is the city that the case is in already.
    pub fn draft(&self, known: Option<City>, now: Instant) -> Result<Draft, Message> {
        let what = What::read(&self.kind, &self.fields)?;
        let kind = KINDS.iter().find(|kind| kind.name == self.kind);
        let stated = some(&self.city).map(|city| word("city", &city)).transpose()?;
        let city = stated.or(known);
        let name = some(&self.place);
        if name.is_some() && city.is_none() {
            return Err(texts::error_place_city());
        }
        let replaces = self.replaces.iter().map(|id| id.parse()).collect::<Result<Vec<FactId>, BadField>>()?;
        Ok(Draft {
            what,
            when: self.when.interval(&city.unwrap_or(City::Almaty).zone(), now)?,
            said: some(&self.said),
            place: city.map(|city| Place { city, name }),
            source: Source {
                kind: word("source", &self.source)?,
                name: some(&self.source_name),
                reliability: word("reliability", &self.reliability)?,
            },
            recorded_at: now,
            replaces,
            limited: self.limited || kind.is_some_and(|kind| kind.limited),
            sensitive: self.sensitive || kind.is_some_and(|kind| kind.sensitive),
        })
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Reads one of an enum's words, given for that field.
fn word<W: Word>(field: &str, text: &str) -> Result<W, Message> {
    W::named(text).ok_or_else(|| texts::error_field(field, texts::error_one_of(text, W::WORDS.join(", "))))
}
