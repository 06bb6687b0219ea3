//! The clerk's thread: it goes its round when there is news, and when the next verdict changes or the next mail is due.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use habeas_clerk::{Clerk, Transport};
use habeas_hub::{Caller, Hub};
use habeas_protocol::{Act, Actor, DeviceId, SyncRequest};

use crate::run::{cause, now, rng};

/// The longest that the clerk sleeps, in seconds: other processes' news has no bell here.
const LONGEST: i64 = 30;
/// How long it waits after something failed.
const AFTER_FAILURE: i64 = 5;

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

    fn audit(&self, actor: Actor, act: Act, subjects: &str, now: i64) -> Result<(), String> {
        self.hub.audit(actor, act, subjects, now).map_err(|error| cause(&error))
    }
}

/// Starts the thread and returns its bell.
pub fn start(hub: &Hub, clerk: Arc<Clerk>) -> Sender<()> {
    let (bell, news) = channel();
    let ring = bell.clone();
    hub.on_news(Box::new(move || {
        // Nobody listens only when the process is ending.
        let _ = ring.send(());
    }));
    std::thread::spawn(move || {
        loop {
            let next = clerk.round(now()).unwrap_or_else(|error| {
                tracing::error!(cause = cause(&error), "the clerk's round failed");
                Some(now() + AFTER_FAILURE)
            });
            let sleep = next.map_or(LONGEST, |next| (next - now()).clamp(0, LONGEST));
            match news.recv_timeout(Duration::from_secs(sleep.unsigned_abs())) {
                // However often the bell rang, one round hears all of it.
                Ok(()) => while news.try_recv().is_ok() {},
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    });
    bell
}
