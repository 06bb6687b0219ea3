//! Whether the clerk counts, since when it does not, and why: what `/readyz`, every device and the heartbeat go by.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Why nothing is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nobody has given the key.
    Locked,
    /// This machine's clock is off by that many seconds.
    Clock(i64),
    /// Rounds fail, or take too long.
    Late,
    /// The clerk runs on another machine and is not heard from.
    Silent,
}

/// The clerk's pulse.
#[derive(Debug)]
pub struct Pulse {
    beat: Mutex<Beat>,
    stale_after: i64,
    /// Whether the clerk is on another machine.
    is_apart: bool,
}

#[derive(Debug)]
struct Beat {
    /// When everything was last counted; before the first time, when the server started.
    counted: i64,
    locked: bool,
    clock_off: Option<i64>,
}

impl Pulse {
    /// A clerk that has nobody's key yet and had counted everything at `counted`. After `stale_after` seconds without a whole round it
    /// does not count.
    pub fn new(counted: i64, stale_after: i64) -> Self {
        Self { beat: Mutex::new(Beat { counted, locked: true, clock_off: None }), stale_after, is_apart: false }
    }

    /// A clerk on another machine, which last said that it had counted everything at `counted`.
    pub fn apart(counted: i64, stale_after: i64) -> Self {
        Self { beat: Mutex::new(Beat { counted, locked: false, clock_off: None }), stale_after, is_apart: true }
    }

    /// The key was given. What was not counted while it was away still has to be.
    pub fn unlock(&self) {
        self.beat().locked = false;
    }

    /// Everything is counted at `now`.
    pub fn counted(&self, now: i64) {
        self.beat().counted = now;
    }

    /// How far this machine's clock is off, if it is too far.
    pub fn set_clock(&self, off: Option<i64>) {
        self.beat().clock_off = off;
    }

    /// Whether a round may be gone: not by a wrong clock.
    pub fn may_count(&self) -> bool {
        self.beat().clock_off.is_none()
    }

    /// Since when nothing is counted, and why; `None` while all is well.
    pub fn not_counting(&self, now: i64) -> Option<(i64, Reason)> {
        let beat = self.beat();
        let reason = match beat.clock_off {
            Some(off) => Reason::Clock(off),
            None if beat.locked => Reason::Locked,
            // A clock that was set back makes it late, too, before it makes it count by a time that was there already.
            None if now.abs_diff(beat.counted) <= self.stale_after.unsigned_abs() => return None,
            None if self.is_apart => Reason::Silent,
            None => Reason::Late,
        };
        Some((beat.counted, reason))
    }

    fn beat(&self) -> MutexGuard<'_, Beat> {
        self.beat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clerk_says_since_when_it_does_not_count() {
        let pulse = Pulse::new(1000, 180);
        assert_eq!(pulse.not_counting(5000), Some((1000, Reason::Locked)));
        pulse.unlock();
        assert_eq!(pulse.not_counting(5000), Some((1000, Reason::Late)), "not before a whole round");
        pulse.counted(5001);
        assert_eq!(pulse.not_counting(5181), None);
        assert_eq!(pulse.not_counting(5182), Some((5001, Reason::Late)));
        pulse.set_clock(Some(-90));
        assert_eq!(pulse.not_counting(5002), Some((5001, Reason::Clock(-90))));
        assert!(!pulse.may_count());
    }

    #[test]
    fn a_clerk_of_another_machine_is_missed_when_it_falls_silent() {
        let pulse = Pulse::apart(1000, 180);
        assert_eq!(pulse.not_counting(1180), None);
        assert_eq!(pulse.not_counting(1181), Some((1000, Reason::Silent)));
        pulse.counted(1200);
        assert_eq!(pulse.not_counting(1300), None);
    }
}
