//! This machine's clock against somebody else's: by a clock that is off, limits are announced too late or too early, so nothing is
//! counted by it. What devices say of the time is not asked: one of them may be taken.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::fmt::rfc2822::DateTimeParser;

use crate::config::Config;
use crate::heartbeat::{agent, check_address};
use crate::room::ClerkRoom;
use crate::run::now;

/// How far a clock may be off, in seconds.
const MOST: i64 = 60;
/// How often it is looked at while it is right, and while it is not or nobody has said yet.
const EVERY: (Duration, Duration) = (Duration::from_secs(600), Duration::from_secs(5));
/// How often one is asked who has not answered for a while: it may be the site that hears the heartbeat, and is to go on doing so.
const SELDOM: Duration = Duration::from_secs(60);

/// How far this machine's clock stands before the time at which the clerk last counted, if that is too far: it was set back, or was
/// ahead then. Nobody can tell which, so the operator says.
pub fn set_back(counted: Option<i64>, now: i64) -> Option<i64> {
    counted.map(|counted| now - counted).filter(|off| *off < -MOST)
}

/// How old what comes out of a cache may be, in seconds: a year.
const MOST_OF_CACHES: i64 = 366 * 86_400;

/// For how long nothing is counted while nobody has said yet what time it is, in seconds.
const PATIENCE: i64 = 60;

/// What the operator says who wants nobody to be asked.
const NOBODY: &str = "nobody";

/// Who is asked what time it is: whom the operator names, or else the site that hears the heartbeat. Fails where whoever serves others has not said.
pub fn asked(config: &Config) -> Result<Option<String>, String> {
    let url = match (config.check_clock.as_deref(), &config.heartbeat) {
        (Some(NOBODY), _) => return Ok(None),
        (Some(url), _) => Some(url.to_owned()),
        (None, Some(heartbeat)) => front_page(heartbeat),
        // Whoever tries the program on their own machine has decided nothing yet.
        (None, None) if config.public_url.is_none() || !config.role.has_clerk() => return Ok(None),
        (None, None) => {
            return Err(format!(
                "limits are counted by this machine's clock, and nobody is asked whether it is right. Name a site whose answers say what time it is, \
                 such as check_clock = \"https://example.org/\", or a heartbeat; if this machine's clock is watched otherwise, write \
                 check_clock = \"{NOBODY}\""
            ));
        }
    };
    url.as_deref().map_or(Ok(()), |url| check_address("check_clock", url))?;
    Ok(url)
}

/// A site's front page: to ask there is no heartbeat, and tells nobody the secret that the heartbeat's address may hold.
fn front_page(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(format!("{scheme}://{host}/"))
}

/// Watches the clock, if somebody is asked. Until they have answered nothing is counted: by a clock that is
/// wrong the first round would write mail that nobody takes back. But whoever keeps this machine from asking must not keep it from counting.
pub fn watch(config: &Config, url: String, room: &Arc<ClerkRoom>) {
    let (room, patience) = (Arc::clone(room), Duration::from_secs(PATIENCE.min(config.stale_after).unsigned_abs()));
    let pulse = Arc::clone(&room.pulse);
    pulse.ask_clock();
    std::thread::spawn(move || {
        let agent = agent();
        let (mut said, began) = (None, Instant::now());
        loop {
            let off = off(&agent, &url);
            let could = pulse.may_count();
            let state = match off {
                Ok(off) if off.abs() > MOST => {
                    pulse.set_clock(Some(off));
                    format!("this machine's clock is {off} seconds off; nothing is counted until it is right")
                }
                Ok(_) => {
                    pulse.set_clock(None);
                    "this machine's clock is right".to_owned()
                }
                // Who cannot be asked proves nothing: what was found before holds.
                Err(problem) => format!("nobody says what time it is: {problem}"),
            };
            if said.as_ref() != Some(&state) {
                tracing::warn!("{state}");
                said = Some(state);
            }
            if began.elapsed() >= patience && pulse.stop_asking() {
                tracing::warn!(
                    "nobody has said what time it is since the start; this machine's own clock is gone by until somebody does"
                );
            }
            if pulse.may_count() && !could {
                room.wake();
            }
            std::thread::sleep(match off {
                Ok(off) if off.abs() <= MOST => EVERY.0,
                Err(_) if began.elapsed() >= patience => SELDOM,
                Ok(_) | Err(_) => EVERY.1,
            });
        }
    });
}

/// How many seconds this machine's clock is ahead of the one that answers.
fn off(agent: &ureq::Agent, url: &str) -> Result<i64, &'static str> {
    let asked = Instant::now();
    // Whatever it answers, it says when.
    let answer = agent.head(url).config().http_status_as_error(false).build().call().map_err(|_| "no answer")?;
    let took = asked.elapsed().as_secs();
    let says = |name: &str| answer.headers().get(name).and_then(|said| said.to_str().ok());
    // Some of what comes out of a cache says when it was put there, and how long ago that was; some says the present time beside that. It is off by the lesser.
    let age: i64 = says("age").and_then(|age| age.trim().parse().ok()).unwrap_or_default();
    let age = age.clamp(0, MOST_OF_CACHES);
    let date = says("date").ok_or("the answer has no date")?;
    let date = DateTimeParser::new().parse_timestamp(date.as_bytes()).map_err(|_| "the answer's date cannot be read")?;
    // Somewhere within the time that the answer took, it was written.
    let off = now() - i64::try_from(took / 2).unwrap_or_default() - date.as_second();
    Ok(least(off, off - age))
}

/// The one of two that is nearer to nothing.
fn least(one: i64, other: i64) -> i64 {
    if one.abs() <= other.abs() { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_page_of_a_site_holds_no_secret_of_an_address() {
        for (url, page) in [
            ("https://watch.example.org/ping/secret", "https://watch.example.org/"),
            ("https://watch.example.org?secret", "https://watch.example.org/"),
            ("https://watch.example.org#secret", "https://watch.example.org/"),
            ("https://secret:secret@watch.example.org:8443/secret", "https://watch.example.org:8443/"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80/"),
        ] {
            assert_eq!(front_page(url).as_deref(), Some(page));
        }
        assert_eq!(front_page("secret"), None);
    }

    #[test]
    fn what_a_cache_says_is_read_either_way() {
        for (off, age, said) in [(5, 0, 5), (5, 3000, 5), (3005, 3000, 5), (-70, 0, -70), (-70, 3000, -70), (3070, 3000, 70)] {
            assert_eq!(least(off, off - age), said, "{off} {age}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_is_noticed() {
        assert_eq!(set_back(Some(1000), 940), None);
        assert_eq!(set_back(Some(1000), 939), Some(-61));
        assert_eq!(set_back(Some(1000), 90_000), None, "a server that was off for a day is no reason");
        assert_eq!(set_back(None, 0), None);
    }
}
