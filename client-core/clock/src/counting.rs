//! When a limit passes: hours as they pass, days and months on the calendar of the place.

use jiff::Span;
use jiff::civil::Date;

use crate::limits::Limits;
use crate::pack::{Counting, Limit};
use crate::record::Length;
use crate::{Instant, Interval, Zone};

/// When a limit that begins at `start` passes; `None` for one without a number.
///
/// Hours are added as they pass. Of a term in days the last day counts to its end, 24:00, unless it is counted to the minute
/// (in Kazakhstan CPC 48).
pub(crate) fn passes(limit: Limit, start: Instant, zone: &Zone) -> Option<Instant> {
    let (length, counting) = match limit {
        Limit::Hours(hours) => return Some(start.plus_seconds(i64::from(hours) * 3600)),
        Limit::Calendar(length, counting) => (length, counting),
        Limit::Imposed(..) | Limit::Order(_) | Limit::None => return None,
    };
    let local = start.local(zone);
    let midnight = |date: Date| zone.day_begins(date);
    match (counting, length) {
        (_, Length::Minutes(minutes)) => Some(start.plus_seconds(i64::from(minutes) * 60)),
        (Counting::Minute, Length::Days(days)) => Some(start.plus_seconds(i64::from(days) * 24 * 3600)),
        (Counting::Minute, Length::Months(_)) => {
            let date = after(local.date(), length)?;
            // To the same minute of that day, however long the days between were.
            let into_the_day = start.seconds() - midnight(local.date())?.seconds();
            Some(midnight(date)?.plus_seconds(into_the_day))
        }
        (Counting::FirstDay, _) => midnight(after(local.date(), length)?),
        (Counting::NextDay, _) => midnight(after(local.date(), length)?.tomorrow().ok()?),
    }
}

fn after(date: Date, length: Length) -> Option<Date> {
    let span = match length {
        Length::Minutes(_) => return Some(date),
        Length::Days(days) => Span::new().try_days(i64::from(days)),
        Length::Months(months) => Span::new().try_months(i64::from(months)),
    };
    date.checked_add(span.ok()?).ok()
}

/// When the limit passes over every reading, for a clock that started within `start`.
pub(crate) fn deadline(limits: &Limits<'_>, start: Interval, zone: &Zone) -> Interval {
    let each = |start: Instant| limits.readings.iter().map(move |reading| passes(reading.limit, start, zone));
    let from = start.from.and_then(|start| each(start).flatten().min());
    // One reading without an end leaves it open.
    let to = start.to.and_then(|start| each(start).collect::<Option<Vec<_>>>()?.into_iter().max());
    Interval { from, to }
}

/// By when something must be done that has to come so long before `event`.
pub(crate) fn before(limits: &Limits<'_>, event: Interval) -> Interval {
    let hours =
        || limits.readings.iter().map(|reading| if let Limit::Hours(hours) = reading.limit { i64::from(hours) } else { 0 });
    event.plus(-hours().max().unwrap_or(0) * 3600, -hours().min().unwrap_or(0) * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No pack has such a limit; a time is a time all the same.
    #[test]
    fn minutes_are_counted_as_they_pass() {
        let zone = Zone::named("Asia/Almaty").unwrap();
        let at = |text: &str| zone.minute(text).unwrap().from.unwrap();
        let limit = Limit::Calendar(Length::Minutes(90), Counting::FirstDay);
        assert_eq!(passes(limit, at("2026-09-07 14:05"), &zone), Some(at("2026-09-07 15:35")));
    }

    #[test]
    fn months_counted_to_the_minute_end_at_the_same_minute() {
        let zone = Zone::named("Asia/Almaty").unwrap();
        let at = |text: &str| zone.minute(text).unwrap().from.unwrap();
        let limit = Limit::Calendar(Length::Months(2), Counting::Minute);
        assert_eq!(passes(limit, at("2026-09-07 14:05"), &zone), Some(at("2026-11-07 14:05")));
        // Over the night on which the clocks of Almaty went back an hour.
        assert_eq!(passes(limit, at("2024-01-15 09:30"), &zone), Some(at("2024-03-15 09:30")));
    }
}
