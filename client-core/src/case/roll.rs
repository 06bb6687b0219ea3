//! The roll call of a station: what is seen of each person, as one fact a case.

use habeas_clock::Instant;
use habeas_texts::{self as texts, Lang, Message};

use super::word::words;
use super::{City, Draft, Form, When};

words! {
    /// What was seen of somebody at a roll call.
    pub enum Seen {
        /// Seen or heard of inside.
        Inside = "inside",
        /// Let go.
        Out = "out",
        /// Moved, nobody at the gate knows where to.
        Moved = "moved",
        /// Taken to court.
        Court = "court",
        /// Asked for, and not shown.
        NotShown = "not_shown",
    }
}

impl Seen {
    /// The fact that says so at `now`. `place` and `city` are the station's, `source` is who says so, by its word.
    pub fn draft(self, lang: Lang, place: &str, city: Option<City>, source: &str, now: Instant) -> Result<Draft, Message> {
        let (kind, place) = match self {
            Self::Inside => ("seen_in_custody", place.to_owned()),
            Self::Out => ("released", place.to_owned()),
            // Where to, nobody at the gate knows.
            Self::Moved => ("transferred", String::new()),
            Self::Court => ("transferred", texts::roll_court_place(lang)),
            Self::NotShown => ("asked_not_here", place.to_owned()),
        };
        let when = When::At(now.to_string());
        Form { kind: kind.to_owned(), when, place, source: source.to_owned(), ..Form::default() }.draft(city, now)
    }
}
