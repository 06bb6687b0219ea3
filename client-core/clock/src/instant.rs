//! Instants and intervals: when something happened, as exactly as it is known.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{self, AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};

use crate::written;

/// Every zone that a place of a country with rules can lie in, built into the program: every device has the same.
static ZONES: &[Zone] = &[
    Zone(tz::get!("Asia/Almaty")),
    Zone(tz::get!("Asia/Aqtau")),
    Zone(tz::get!("Asia/Aqtobe")),
    Zone(tz::get!("Asia/Atyrau")),
    Zone(tz::get!("Asia/Oral")),
    Zone(tz::get!("Asia/Qostanay")),
    Zone(tz::get!("Asia/Qyzylorda")),
    Zone(tz::get!("UTC")),
    #[cfg(feature = "elsewhere")]
    Zone(tz::get!("Asia/Tbilisi")),
    #[cfg(feature = "elsewhere")]
    Zone(tz::get!("Europe/Moscow")),
];

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
///
/// Law counts to the minute and people remember in minutes; a second is fine enough, and whole numbers compare alike on
/// every device and in every database. As JSON it is an RFC 3339 string in UTC, such as `2026-09-07T09:05:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// Why a time was refused: what was read and what is expected instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a time that can be recorded: {reason}")]
pub struct BadTime {
    /// What was read, cut to 60 characters.
    pub text: String,
    /// What is wrong with it.
    pub reason: TimeFault,
}

/// What is wrong with a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    /// It is not written as a local time.
    #[error("write it like 2026-09-07 14:05, the local time of the place")]
    Form,
    /// It is not written as an instant.
    #[error("write it like 2026-09-07T14:05:00+05:00, with the offset from UTC")]
    Offset,
    /// Its year cannot be recorded.
    #[error("the year must lie between 1900 and 2199")]
    Year,
    /// The clocks of the place went from before it to after it.
    #[error("the clocks of that place skipped this time; give the time that they showed")]
    Skipped,
}

impl BadTime {
    fn new(text: &str, reason: TimeFault) -> Self {
        Self { text: text.chars().take(60).collect(), reason }
    }
}

impl Instant {
    /// 1900-01-01T00:00:00Z: nothing earlier can be recorded.
    pub const MIN: Self = Self(-2_208_988_800);
    /// 2199-12-31T23:59:59Z: nothing later can be recorded.
    pub const MAX: Self = Self(7_258_118_399);

    /// The instant `seconds` after 1970-01-01T00:00:00Z, or `None` outside the years 1900 to 2199.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&seconds).then_some(Self(seconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn seconds(self) -> i64 {
        self.0
    }

    /// This instant moved by `seconds`, held within [`Instant::MIN`] and [`Instant::MAX`].
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds).clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The civil date and time on the wall of a place in `zone`.
    pub fn local(self, zone: &Zone) -> DateTime {
        self.timestamp().to_zoned(zone.0.clone()).datetime()
    }

    fn timestamp(self) -> Timestamp {
        // In range by construction; the epoch stands in for the case that cannot happen.
        Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl FromStr for Instant {
    type Err = BadTime;

    /// Reads RFC 3339 with an offset, such as `2026-09-07T14:05:00+05:00`. Fractions of a second are cut.
    fn from_str(text: &str) -> Result<Self, BadTime> {
        let seconds = written::stamp(text).ok_or_else(|| BadTime::new(text, TimeFault::Offset))?;
        Self::from_seconds(seconds).ok_or_else(|| BadTime::new(text, TimeFault::Year))
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The time zone of a *place* (never of a device or a country), by its IANA name.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of that IANA name, such as `Asia/Almaty`; `None` for one in which no place of ours lies.
    pub fn named(name: &str) -> Option<Self> {
        ZONES.iter().find(|zone| zone.name() == name).cloned()
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The whole minute that a wall clock in this zone shows, or the exact second: `2026-09-07 14:05` is
    /// `[14:05:00, 14:06:00]`, because the author's minute may have just begun or be about to end.
    ///
    /// A wall time that a clock change repeats gives the interval over both; one that it skips is refused.
    pub fn minute(&self, text: &str) -> Result<Interval, BadTime> {
        let (civil, exact) = written::wall(text).ok_or_else(|| BadTime::new(text, TimeFault::Form))?;
        if !(1900..=2199).contains(&civil.year()) {
            return Err(BadTime::new(text, TimeFault::Year));
        }
        let both = self.0.to_ambiguous_zoned(civil);
        if matches!(both.offset(), AmbiguousOffset::Gap { .. }) {
            return Err(BadTime::new(text, TimeFault::Skipped));
        }
        let out_of_range = |_| BadTime::new(text, TimeFault::Year);
        let first = both.clone().earlier().map_err(out_of_range)?.timestamp().as_second();
        let last = both.later().map_err(out_of_range)?.timestamp().as_second();
        let end = if exact { last } else { last + 60 };
        match (Instant::from_seconds(first), Instant::from_seconds(end)) {
            (Some(from), Some(to)) => Ok(Interval { from: Some(from), to: Some(to) }),
            _ => Err(BadTime::new(text, TimeFault::Year)),
        }
    }

    /// The instant at which the date `YYYY-MM-DD` begins in this zone.
    pub fn day_begins(&self, date: jiff::civil::Date) -> Option<Instant> {
        let start = date.to_zoned(self.0.clone()).ok()?;
        Instant::from_seconds(start.timestamp().as_second())
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::named(&name).ok_or_else(|| serde::de::Error::custom("there is no such time zone"))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// When something happened: somewhere between two instants, both included. A bound that is `None` is open: nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Not before this.
    pub from: Option<Instant>,
    /// Not after this.
    pub to: Option<Instant>,
}

impl Interval {
    /// Nothing is known of the time.
    pub const OPEN: Self = Self { from: None, to: None };

    /// Exactly then.
    pub fn at(instant: Instant) -> Self {
        Self { from: Some(instant), to: Some(instant) }
    }

    /// The smallest interval that holds both.
    pub fn hull(self, other: Self) -> Self {
        Self { from: self.from.zip(other.from).map(|(a, b)| a.min(b)), to: self.to.zip(other.to).map(|(a, b)| a.max(b)) }
    }

    /// Whether some instant lies in both.
    pub fn meets(self, other: Self) -> bool {
        let before = |to: Option<Instant>, from: Option<Instant>| matches!((to, from), (Some(t), Some(f)) if t < f);
        !before(self.to, other.from) && !before(other.to, self.from)
    }

    /// Both bounds moved: the lower by `least`, the upper by `most` seconds.
    pub fn plus(self, least: i64, most: i64) -> Self {
        Self { from: self.from.map(|f| f.plus_seconds(least)), to: self.to.map(|t| t.plus_seconds(most)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn almaty() -> Zone {
        Zone::named("Asia/Almaty").unwrap()
    }

    #[test]
    fn instants_and_zones_are_written_for_people_and_programs() {
        let at: Instant = "2026-09-07T14:05:00+05:00".parse().unwrap();
        assert_eq!((at.to_string(), format!("{at:?}")), ("2026-09-07T09:05:00Z".into(), "2026-09-07T09:05:00Z".into()));
        assert_eq!(format!("{:?}", almaty()), "Asia/Almaty");
    }

    #[test]
    fn a_minute_on_the_wall_is_a_whole_minute() {
        let when = almaty().minute("2026-09-07 14:05").unwrap();
        assert_eq!(when.from, Some("2026-09-07T14:05:00+05:00".parse().unwrap()));
        assert_eq!(when.to, Some("2026-09-07T14:06:00+05:00".parse().unwrap()));
    }

    #[test]
    fn the_minute_that_was_repeated_when_almaty_moved_its_clocks_covers_both() {
        // 2024-03-01 00:00 (+06) became 2024-02-29 23:00 (+05): 23:30 came twice.
        let when = almaty().minute("2024-02-29 23:30").unwrap();
        assert_eq!(when.from, Some("2024-02-29T23:30:00+06:00".parse().unwrap()));
        assert_eq!(when.to, Some("2024-02-29T23:31:00+05:00".parse().unwrap()));
    }

    #[test]
    fn impossible_times_say_what_is_wrong() {
        for (text, part) in [("9999-01-01 10:00", "1900 and 2199"), ("2026-13-01 10:00", "write it like"), ("", "write it like")]
        {
            let error = almaty().minute(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!("2026-09-07 14:05".parse::<Instant>().unwrap_err().to_string().contains("offset"));
    }

    #[test]
    fn qyzylorda_and_almaty_differ_by_place() {
        let qyzylorda = Zone::named("Asia/Qyzylorda").unwrap().minute("2020-01-10 12:00").unwrap();
        let almaty = almaty().minute("2020-01-10 12:00").unwrap();
        assert_eq!(qyzylorda.from.unwrap().seconds() - almaty.from.unwrap().seconds(), 3600);
    }
}
