//! Times as people give them: to the minute, about, between, before, after.

use clap::Args;
use habeas_client_core::words::bad_time;
use habeas_clock::{Instant, Interval, Zone};
use habeas_texts::{self as texts, Message};
use jiff::Timestamp;

/// When it happened, in the local time of the place: `14:05` (today), `2026-09-07 14:05`, or `now`.
#[derive(Debug, Clone, Default, Args)]
pub struct WhenArgs {
    /// To the minute: 14:05 (today), "2026-09-07 14:05", or now
    #[arg(long, value_name = "TIME", conflicts_with_all = ["about", "between", "before", "after"])]
    pub when: Option<String>,
    /// About then; how exactly says --give-or-take
    #[arg(long, value_name = "TIME", conflicts_with_all = ["between", "before", "after"])]
    pub about: Option<String>,
    /// Minutes either way, for --about
    #[arg(long, value_name = "MINUTES", default_value_t = 30, requires = "about")]
    pub give_or_take: u32,
    /// Between two times
    #[arg(long, value_names = ["FROM", "TO"], num_args = 2, conflicts_with_all = ["before", "after"])]
    pub between: Option<Vec<String>>,
    /// Not later than this; nobody knows since when. With --after: between the two
    #[arg(long, value_name = "TIME")]
    pub before: Option<String>,
    /// Not earlier than this; nobody knows until when
    #[arg(long, value_name = "TIME")]
    pub after: Option<String>,
    /// The time in the words that were used, such as "after lunch"
    #[arg(long, value_name = "WORDS")]
    pub said: Option<String>,
}

impl WhenArgs {
    /// The interval in a place's zone. Nothing given: nothing known.
    pub fn interval(&self, zone: &Zone, now: Instant) -> Result<Interval, Message> {
        let read = |text: &str| minute(text, zone, now);
        if let Some(text) = &self.when {
            return read(text);
        }
        if let Some(text) = &self.about {
            let seconds = i64::from(self.give_or_take.min(100_000)) * 60;
            return Ok(read(text)?.plus(-seconds, seconds));
        }
        if let Some([from, to]) = self.between.as_deref() {
            let (from, to) = (read(from)?.from, read(to)?.to);
            return match (from, to) {
                (Some(a), Some(b)) if a > b => Err(texts::error_between_order()),
                _ => Ok(Interval { from, to }),
            };
        }
        let to = self.before.as_deref().map(read).transpose()?.and_then(|when| when.to);
        let from = self.after.as_deref().map(read).transpose()?.and_then(|when| when.from);
        match (from, to) {
            (Some(a), Some(b)) if a > b => Err(texts::error_after_before()),
            _ => Ok(Interval { from, to }),
        }
    }
}

fn minute(text: &str, zone: &Zone, now: Instant) -> Result<Interval, Message> {
    let text = text.trim();
    if text == "now" {
        return Ok(Interval::at(now));
    }
    let has_date = text.contains([' ', 'T']);
    let full = if has_date { text.replace('T', " ") } else { format!("{} {text}", now.local(zone).date()) };
    let when = zone.minute(&full).map_err(bad_time)?;
    // Shortly after midnight people say 23:50 and mean yesterday.
    if !has_date && when.from.is_some_and(|from| from > now.plus_seconds(5 * 60)) {
        return Err(texts::error_time_to_come(text));
    }
    // A day of tolerance for clocks that are wrong; what lies further ahead is a slip of the finger.
    if when.from.is_some_and(|from| from > now.plus_seconds(24 * 3600)) {
        return Err(texts::error_time_future(text));
    }
    Ok(when)
}

/// The time by this device's clock.
pub fn now() -> Instant {
    Instant::from_seconds(Timestamp::now().as_second()).unwrap_or(Instant::MIN)
}
