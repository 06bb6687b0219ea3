//! Times as people give them: to the minute, about, between, before, after.

use clap::Args;
use habeas_client_core::case::When;
use habeas_clock::Instant;
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
    /// Minutes either way, 1 to 1440, for --about
    #[arg(long, value_name = "MINUTES", default_value_t = 30, requires = "about", value_parser = clap::value_parser!(u32).range(1..=1440))]
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
    /// What was given. Nothing given: nobody knows.
    pub fn when(&self) -> When {
        match (&self.when, &self.about, self.between.as_deref(), &self.before, &self.after) {
            (Some(at), ..) => When::At(at.clone()),
            (_, Some(about), ..) => When::About(about.clone(), self.give_or_take.to_string()),
            (_, _, Some([from, to]), ..) => When::Between(from.clone(), to.clone()),
            (.., Some(before), Some(after)) => When::Between(after.clone(), before.clone()),
            (.., Some(before), None) => When::Before(before.clone()),
            (.., Some(after)) => When::After(after.clone()),
            _ => When::Unknown,
        }
    }
}

/// The time by this device's clock.
pub fn now() -> Instant {
    Instant::from_seconds(Timestamp::now().as_second()).unwrap_or(Instant::MIN)
}

/// Milliseconds since 1970 by this machine's clock.
pub fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
