//! The clerk's thread: it goes its round when there is news, and when the next verdict changes or the next mail is due.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use habeas_clerk::{Clerk, ClerkError, Transport, Waits};
use habeas_hub::{Caller, Hub};
use habeas_protocol::{Act, Actor, DeviceId, SyncRequest};

use crate::heartbeat::Heartbeat;
use crate::mark;
use crate::pulse::Pulse;
use crate::remote::RemoteHub;
use crate::run::{cause, now, rng};
use crate::untold;

/// The longest that the clerk sleeps, in seconds: other processes' news has no bell here.
const LONGEST: i64 = 30;
/// The longest where the hub is on another machine, whose bell is not heard.
const LONGEST_APART: i64 = 5;
/// Rounds are at least so far apart: what many devices bring at once is taken in together, and costs the clerk less and them no wait.
const TOGETHER: Duration = Duration::from_millis(200);
/// How long it waits after something failed.
const AFTER_FAILURE: i64 = 5;
/// How often it notes durably that it counts, in seconds.
const NOTE_EVERY: i64 = 60;

/// The hub in the same process, reached with the same bytes as over HTTP.
pub struct InProcess {
    /// The hub.
    pub hub: Arc<Hub>,
    /// The clerk's device.
    pub device: DeviceId,
}

impl Transport for InProcess {
    fn sync(&self, request: &[u8]) -> Result<Vec<u8>, String> {
        let request = SyncRequest::decode(request).map_err(|error| error.to_string())?;
        let log = self.hub.log().map_err(|error| cause(&error))?;
        // Until a coordinator admits the clerk, it gets the log and nothing else, as any device does.
        let response =
            self.hub.sync(Caller::of(&log, self.device), &request, now(), &mut rng()).map_err(|error| cause(&error))?;
        response.encode().map_err(|error| error.to_string())
    }

    fn waits(&self) -> Result<Waits, String> {
        let waits = self.hub.waits_for_coordinator().and_then(|waits| Ok((waits, self.hub.waits_for_secrets(now())?)));
        match waits.map_err(|error| cause(&error))? {
            (true, _) => Ok(Waits::Coordinator),
            (false, true) => Ok(Waits::Secrets),
            (false, false) => Ok(Waits::Nothing),
        }
    }

    fn audit(&self, actor: Actor, act: Act, subjects: &str, now: i64) -> Result<(), String> {
        self.hub.audit(actor, act, subjects, now).map_err(|error| cause(&error))
    }
}

/// Who is told that everything is counted, besides the clerk's own database.
pub struct Told {
    /// The clerk's pulse.
    pub pulse: Arc<Pulse>,
    /// Whoever raises the alarm when it falls silent.
    pub heartbeat: Option<Heartbeat>,
    /// The hub, if it is on another machine.
    pub hub: Option<Arc<RemoteHub>>,
    /// The data folder, where it stands that a backup was put back, and what such a hub has not heard of the operator.
    pub folder: PathBuf,
}

/// Starts the thread.
pub fn start(clerk: Arc<Clerk>, told: Told, news: Receiver<()>) {
    std::thread::spawn(move || {
        let Told { pulse, heartbeat, hub, folder } = told;
        let longest = if hub.is_some() { LONGEST_APART } else { LONGEST };
        let (mut noted, mut is_marked) = (0, mark::is_set(&folder));
        loop {
            let next = if pulse.may_count() { round(&clerk, &pulse) } else { Err(None) };
            let next = match next {
                Ok(next) => {
                    let counted = now();
                    if is_marked {
                        // The next round takes it away, if this one cannot; until then a start waits once more.
                        is_marked = mark::clear(&folder).is_err();
                    }
                    // Before anybody hears of it: a clock that was set back is known by it after a restart.
                    if counted.abs_diff(noted) >= NOTE_EVERY.unsigned_abs() {
                        // The next one notes it, if this one cannot.
                        noted = clerk.note_counted(counted).map_or(noted, |()| counted);
                    }
                    pulse.counted(counted);
                    if let Some(hub) = &hub {
                        hears(hub, &folder);
                    }
                    if let Some(heartbeat) = &heartbeat {
                        heartbeat.beat(counted);
                    }
                    next
                }
                Err(problem) => {
                    if let Some(problem) = problem {
                        tracing::error!(cause = problem, "the clerk's round failed");
                    }
                    Some(now() + AFTER_FAILURE)
                }
            };
            let earliest = Instant::now() + TOGETHER;
            let sleep = next.map_or(longest, |next| (next - now()).clamp(0, longest));
            if is_over(&news, Duration::from_secs(sleep.unsigned_abs())) {
                return;
            }
            while Instant::now() < earliest {
                if is_over(&news, earliest.saturating_duration_since(Instant::now())) {
                    return;
                }
            }
        }
    });
}

/// The hub on another machine hears that everything is counted, and what the clerk's operator has done.
fn hears(hub: &RemoteHub, folder: &Path) {
    if let Err(error) = hub.counted() {
        // Devices are told that nothing is counted, if this goes on.
        tracing::warn!(cause = cause(&error), "the hub does not hear that everything is counted");
        return;
    }
    if let Err(problem) = untold::tell(folder, |act, subjects| hub.audit(Actor::Operator, act, subjects, now())) {
        tracing::warn!(
            cause = problem,
            "the hub does not hear what the operator has done; it is told again after the next round"
        );
    }
}

/// Waits for news, no longer than that; `true` if there will never be any more.
fn is_over(news: &Receiver<()>, longest: Duration) -> bool {
    matches!(news.recv_timeout(longest), Err(RecvTimeoutError::Disconnected))
}

/// A round, whatever becomes of it: nobody else would count if the thread died.
fn round(clerk: &Clerk, pulse: &Pulse) -> Result<Option<i64>, Option<String>> {
    let failed = |error: ClerkError| match error {
        // Said once, and by `/readyz` all the time.
        ClerkError::Waits if pulse.waits() => None,
        ClerkError::Waits => {
            pulse.wait();
            Some(cause(&error))
        }
        error => Some(cause(&error)),
    };
    match catch_unwind(AssertUnwindSafe(|| clerk.round(now()))) {
        Ok(done) => done.map_err(failed),
        Err(_) => {
            clerk.begin_again().map_err(failed)?;
            Err(Some("it broke off; the clerk begins again from what its database has".to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::mpsc::{Sender, channel};

    use habeas_clerk::{ClerkKey, Mailer, Settings};
    use habeas_protocol::SyncResponse;

    use super::*;

    /// A hub with nothing new, of whose first answer the clerk dies. It tells how often it was asked before, and whether the clerk was
    /// silent then.
    struct Deadly {
        asked: Mutex<Sender<(u32, bool)>>,
        times: AtomicU32,
        pulse: Arc<Pulse>,
    }

    impl Transport for Deadly {
        fn sync(&self, _: &[u8]) -> Result<Vec<u8>, String> {
            let times = self.times.fetch_add(1, Ordering::Relaxed);
            self.asked.lock().unwrap().send((times, self.pulse.not_counting(now()).is_some())).unwrap();
            assert!(times > 0, "of this the first round dies");
            SyncResponse::default().encode().map_err(|error| error.to_string())
        }

        fn waits(&self) -> Result<Waits, String> {
            Ok(Waits::Nothing)
        }

        fn audit(&self, _: Actor, _: Act, _: &str, _: i64) -> Result<(), String> {
            Ok(())
        }
    }

    #[test]
    fn a_round_that_dies_is_not_taken_for_a_count_and_the_next_one_counts() {
        const PATIENCE: Duration = Duration::from_secs(60);
        let folder = tempfile::tempdir().unwrap();
        let pulse = Arc::new(Pulse::new(0, 180));
        pulse.unlock();
        let (tells, told) = channel();
        let hub = Deadly { asked: Mutex::new(tells), times: AtomicU32::new(0), pulse: Arc::clone(&pulse) };
        let key = ClerkKey::create(&folder.path().join("clerk.key"), &mut rng()).unwrap();
        let mailer = Mailer::files(&folder.path().join("mail"), "habeas@example.org").unwrap();
        let database = folder.path().join("clerk.sqlite").display().to_string();
        let settings = Settings { database, site: "https://example.org".to_owned(), is_restored: false };
        let clerk = Clerk::open(settings, key, mailer, Arc::new(hub)).unwrap();

        let (bell, news) = channel();
        let told_to = Told { pulse: Arc::clone(&pulse), heartbeat: None, hub: None, folder: folder.path().to_owned() };
        start(Arc::new(clerk), told_to, news);
        assert_eq!(told.recv_timeout(PATIENCE), Ok((0, true)));
        // Its thread lives, and it is as silent as before: whoever asks is told that nothing is counted.
        bell.send(()).unwrap();
        assert_eq!(told.recv_timeout(PATIENCE), Ok((1, true)), "it goes on, and has not counted");
        bell.send(()).unwrap();
        assert_eq!(told.recv_timeout(PATIENCE), Ok((2, false)), "the round before this one has counted");
    }
}
