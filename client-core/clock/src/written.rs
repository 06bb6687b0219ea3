//! Reads dates and times as people and documents write them: these forms and no others, so that half a time is refused and
//! not taken for midnight.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::Deserialize;

/// The date `YYYY-MM-DD`, of a year from 1900 to 2199.
pub fn date(text: &str) -> Option<Date> {
    let mut reader = Reader(text.as_bytes());
    let date = reader.date()?;
    (reader.0.is_empty() && (1900..=2199).contains(&date.year())).then_some(date)
}

/// The time on a wall, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS`, with a space or a `T` between; and whether it has seconds.
pub(crate) fn wall(text: &str) -> Option<(DateTime, bool)> {
    let mut reader = Reader(text.as_bytes());
    let read = reader.wall()?;
    reader.0.is_empty().then_some(read)
}

/// An RFC 3339 time with its offset, in seconds since 1970-01-01T00:00:00Z. Fractions of a second are cut.
pub(crate) fn stamp(text: &str) -> Option<i64> {
    let mut reader = Reader(text.as_bytes());
    let (wall, _) = reader.wall()?;
    if reader.one_of(b".").is_some() {
        reader.number(1)?;
        while reader.number(1).is_some() {}
    }
    let offset = match reader.one_of(b"Zz+-")? {
        b'Z' | b'z' => 0,
        sign => {
            let hours = reader.number(2)?;
            reader.one_of(b":")?;
            let minutes = reader.number(2)?;
            let seconds = i32::from(hours) * 3600 + i32::from(minutes) * 60;
            (minutes < 60).then_some(if sign == b'-' { -seconds } else { seconds })?
        }
    };
    let offset = Offset::from_seconds(offset).ok()?;
    let stamp = offset.to_timestamp(wall).ok()?;
    reader.0.is_empty().then_some(stamp.as_second())
}

/// For serde: a date as [`date`] reads it.
pub(crate) fn date_field<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
    date(&text).ok_or_else(|| serde::de::Error::custom("a date is written YYYY-MM-DD"))
}

/// For serde: such a date, or none.
pub(crate) fn date_field_or_none<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    struct Field(#[serde(deserialize_with = "date_field")] Date);
    Ok(Option::<Field>::deserialize(from)?.map(|field| field.0))
}

/// What has not been read yet.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    /// A number of exactly so many digits, at most four.
    fn number(&mut self, digits: usize) -> Option<i16> {
        let (head, tail) = self.0.split_at_checked(digits)?;
        let mut number = 0;
        for byte in head {
            number = number * 10 + i16::from(byte.is_ascii_digit().then(|| byte - b'0')?);
        }
        self.0 = tail;
        Some(number)
    }

    fn small(&mut self) -> Option<i8> {
        self.number(2)?.try_into().ok()
    }

    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| bytes.contains(first))?;
        self.0 = rest;
        Some(*first)
    }

    fn date(&mut self) -> Option<Date> {
        let year = self.number(4)?;
        self.one_of(b"-")?;
        let month = self.small()?;
        self.one_of(b"-")?;
        Date::new(year, month, self.small()?).ok()
    }

    fn wall(&mut self) -> Option<(DateTime, bool)> {
        let date = self.date()?;
        self.one_of(b" Tt")?;
        let hour = self.small()?;
        self.one_of(b":")?;
        let minute = self.small()?;
        let seconds = if self.one_of(b":").is_some() { Some(self.small()?) } else { None };
        let wall = DateTime::new(date.year(), date.month(), date.day(), hour, minute, seconds.unwrap_or(0), 0).ok()?;
        Some((wall, seconds.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, tz::TimeZone};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_a_time_and_other_forms_are_refused() {
        for text in ["2026-09-07", "2026-09-07 14", "2026-09-07 14:5", "2026-09-07 24:00", "2026-09-07 14:60", "2026-02-29 10:00"]
        {
            assert_eq!(wall(text), None, "{text}");
        }
        for text in [
            "07.09.2026 14:05",
            "2026-09-07 14:05 ",
            "2026-09-07 14:05Z",
            "20260907T1405",
            "２026-09-07 14:05",
            "+026-09-07 14:05",
        ] {
            assert_eq!(wall(text), None, "{text}");
        }
        for text in ["2026-09-07T14:05:00", "2026-09-07T14:05:00+05", "2026-09-07T14:05:00+05:60", "2026-09-07T14:05:00.Z", "Z"] {
            assert_eq!(stamp(text), None, "{text}");
        }
        for text in ["2026-9-7", "2026-02-30", "1899-12-31", "2200-01-01", "2026-09-07T00:00", ""] {
            assert_eq!(date(text), None, "{text}");
        }
        assert_eq!(date("2024-02-29").map(|date| date.to_string()).as_deref(), Some("2024-02-29"));
    }

    proptest! {
        /// What the library writes is read as the library would read it.
        #[test]
        fn what_is_written_is_read(seconds in -2_208_988_800_i64..=7_258_118_399, offset in -64_800..=64_800_i32) {
            let at = Timestamp::from_second(seconds).unwrap();
            prop_assert_eq!(stamp(&at.to_string()), Some(seconds));
            let offset = Offset::from_seconds(offset / 60 * 60).unwrap();
            let there = at.to_zoned(TimeZone::fixed(offset));
            prop_assert_eq!(stamp(&there.strftime("%Y-%m-%dT%H:%M:%S.5%:z").to_string()), Some(seconds));
            prop_assert_eq!(wall(&there.datetime().to_string()), Some((there.datetime(), true)));
            prop_assert_eq!(wall(&there.strftime("%Y-%m-%d %H:%M").to_string()).map(|(_, exact)| exact), Some(false));
        }

        /// Nothing that anybody types ends the program.
        #[test]
        fn anything_is_read_or_refused(text in "\\PC{0,30}|[0-9TZ:+. -]{0,30}") {
            let _ = (date(&text), wall(&text), stamp(&text));
        }
    }
}
