//! Cases and what the clock found, in the words of a person's language: shared by every screen, mail and page.

mod card;
mod fact;
mod limit;

use std::collections::BTreeMap;

use habeas_clock::{BadTime, Instant, Interval, TimeFault, Zone};
use habeas_texts::{self as texts, Lang, Message};

use crate::case::{Place, Word as _};

/// How to say things: in which language, in whose local time, seen from which moment.
#[derive(Debug, Clone)]
pub struct Words {
    /// The language.
    pub lang: Lang,
    /// The zone of the place.
    pub zone: Zone,
    /// The moment from which it is seen: today's times are said without their date.
    pub now: Instant,
    /// What people of the organisation are called, by their id, as far as this device knows.
    pub people: BTreeMap<String, String>,
}

/// The text about one of an enum's words, such as a status or a city; the word itself if there is no text.
pub fn word(lang: Lang, prefix: &str, word: &str) -> String {
    texts::named(lang, &texts::key(prefix, word)).unwrap_or_else(|| word.to_owned())
}

/// What is wrong with a time that somebody wrote.
pub fn bad_time(BadTime { text, reason }: BadTime) -> Message {
    match reason {
        TimeFault::Form => texts::error_time_form(text),
        TimeFault::Offset => texts::error_time_offset(text),
        TimeFault::Year => texts::error_time_year(text),
        TimeFault::Skipped => texts::error_time_skipped(text),
    }
}

impl Words {
    /// A moment, to the minute; with its date unless it is today.
    pub fn instant(&self, instant: Instant) -> String {
        let (at, today) = (instant.local(&self.zone), self.now.local(&self.zone).date());
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        if at.date() == today { time } else { format!("{} {time}", at.date()) }
    }

    /// The latest moment of an interval. Whoever says 14:05 means a minute that ends at 14:06, and people say 14:05.
    pub fn until(&self, latest: Instant) -> String {
        self.instant(latest.plus_seconds(-1))
    }

    /// An interval, to the minute.
    pub fn interval(&self, when: Interval) -> String {
        match (when.from, when.to) {
            (Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => self.instant(from),
            (Some(from), Some(to)) => texts::show_time_between(self.lang, self.instant(from), self.until(to)),
            (Some(from), None) => texts::show_time_after(self.lang, self.instant(from)),
            (None, Some(to)) => texts::show_time_before(self.lang, self.until(to)),
            (None, None) => texts::show_time_unknown(self.lang),
        }
    }

    /// A place with its city.
    pub fn place(&self, place: &Place) -> String {
        let city = word(self.lang, "city", place.city.word());
        place.name.as_ref().map_or_else(|| city.clone(), |name| format!("{name}, {city}"))
    }

    /// A length of time, to the minute: `2 h 10 min`; days from two days on.
    pub fn duration(&self, seconds: i64) -> String {
        let minutes = seconds.max(0) / 60;
        let (days, hours, minutes) = (minutes / 1440, minutes / 60, minutes % 60);
        match hours {
            0 => texts::duration_minutes(self.lang, minutes),
            1..48 => texts::duration_hours(self.lang, hours, minutes),
            _ => texts::duration_days(self.lang, days, hours % 24),
        }
    }
}
