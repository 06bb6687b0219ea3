//! A call to somebody outside, while the clerk counts: a dead machine cannot say that it is dead, but it falls silent.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use jiff::Timestamp;
use ureq::config::AutoHeaderValue;

/// At most one call in so many seconds.
const EVERY: i64 = 60;
/// How long a call may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The bell of the thread that calls: the clerk never waits for the network.
pub struct Heartbeat(SyncSender<i64>);

impl Heartbeat {
    /// Starts the thread.
    pub fn start(url: &str) -> Result<Self, String> {
        check_address("heartbeat", url)?;
        let (bell, beats) = sync_channel(1);
        let url = url.to_owned();
        std::thread::spawn(move || call(&url, &beats));
        Ok(Self(bell))
    }

    /// Everything is counted at `now`.
    pub fn beat(&self, now: i64) {
        // A call that is still under way stands for this one.
        let _ = self.0.try_send(now);
    }
}

fn call(url: &str, beats: &Receiver<i64>) {
    let agent = agent();
    let (mut last, mut failing) = (i64::MIN, false);
    while let Ok(now) = beats.recv() {
        if now.saturating_sub(last) < EVERY {
            continue;
        }
        last = now;
        // The time, and nothing of whom or what it is about.
        let when = Timestamp::from_second(now).unwrap_or_default().to_string();
        match agent.post(url).send(when.as_str()) {
            Ok(_) if failing => {
                failing = false;
                tracing::warn!("the heartbeat is heard again");
            }
            Ok(_) => {}
            Err(_) if failing => {}
            Err(error) => {
                failing = true;
                // The address may hold a secret of whoever listens there.
                let kind = if matches!(error, ureq::Error::StatusCode(_)) { error.to_string() } else { "no answer".to_owned() };
                tracing::warn!(cause = kind, "the heartbeat is not heard; said once until it is again");
            }
        }
    }
}

/// A client that says nothing of itself.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).user_agent(AutoHeaderValue::None).max_redirects(0).build().into()
}

/// Fails unless an address is https, or on this machine.
pub fn check_address(setting: &str, url: &str) -> Result<(), String> {
    let host = url.strip_prefix("http://").map(|rest| rest.split(['/', ':', '?', '#']).next().unwrap_or_default());
    if url.starts_with("https://") || !url.contains('@') && matches!(host, Some("127.0.0.1" | "localhost")) {
        return Ok(());
    }
    Err(format!("{setting}: give an address that begins with https://, or http://127.0.0.1 for this machine"))
}
