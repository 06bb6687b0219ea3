//! Whether the clerk counts, since when it does not, and why: what `/readyz`, every device and the heartbeat go by.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Why nothing is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nobody has given the key.
    Locked,
    /// This machine's clock is off by that many seconds.
    Clock(i64),
    /// Nobody has said yet since the start what time it is.
    Asking,
    /// Rounds fail, or take too long.
    Late,
    /// The clerk runs on another machine and is not heard from.
    Silent,
    /// A backup was put back, and no coordinator's device was heard since.
    Restored,
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
    /// Whether somebody outside is asked what time it is and has not answered since the start.
    asking: bool,
    /// Whether a coordinator's device is waited for, because a backup was put back.
    waits: bool,
}

impl Pulse {
    /// A clerk that has nobody's key yet and had counted everything at `counted`. After `stale_after` seconds without a whole round it
    /// does not count.
    pub fn new(counted: i64, stale_after: i64) -> Self {
        let beat = Beat { counted, locked: true, clock_off: None, asking: false, waits: false };
        Self { beat: Mutex::new(beat), stale_after, is_apart: false }
    }

    /// A clerk on another machine, which last said that it had counted everything at `counted`.
    pub fn apart(counted: i64, stale_after: i64) -> Self {
        let beat = Beat { counted, locked: false, clock_off: None, asking: false, waits: false };
        Self { beat: Mutex::new(beat), stale_after, is_apart: true }
    }

    /// The key was given. What was not counted while it was away still has to be.
    pub fn unlock(&self) {
        self.beat().locked = false;
    }

    /// Everything is counted at `now`; so nobody is waited for any more.
    pub fn counted(&self, now: i64) {
        let mut beat = self.beat();
        (beat.counted, beat.waits) = (now, false);
    }

    /// A backup was put back: a coordinator's device is waited for before anything is counted.
    pub fn wait(&self) {
        self.beat().waits = true;
    }

    /// Whether one is.
    pub fn waits(&self) -> bool {
        self.beat().waits
    }

    /// How far this machine's clock is off, if it is too far: as somebody has said who knows.
    pub fn set_clock(&self, off: Option<i64>) {
        let mut beat = self.beat();
        (beat.clock_off, beat.asking) = (off, false);
    }

    /// Somebody outside is asked what time it is: no round is gone before they have answered.
    pub fn ask_clock(&self) {
        self.beat().asking = true;
    }

    /// They have not answered for too long: this machine's own clock is gone by, unless it was found to be off. Whether they were still asked.
    pub fn stop_asking(&self) -> bool {
        std::mem::take(&mut self.beat().asking)
    }

    /// Whether a round may be gone: not by a wrong clock, nor by one of which nobody has said yet whether it is right.
    pub fn may_count(&self) -> bool {
        let beat = self.beat();
        beat.clock_off.is_none() && !beat.asking
    }

    /// Since when nothing is counted, and why; `None` while all is well.
    pub fn not_counting(&self, now: i64) -> Option<(i64, Reason)> {
        let beat = self.beat();
        let reason = match beat.clock_off {
            Some(off) => Reason::Clock(off),
            None if beat.locked => Reason::Locked,
            None if beat.waits => Reason::Restored,
            // A clock that was set back makes it late, too, before it makes it count by a time that was there already.
            None if now.abs_diff(beat.counted) <= self.stale_after.unsigned_abs() => return None,
            None if self.is_apart => Reason::Silent,
            None if beat.asking => Reason::Asking,
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
    fn nothing_is_counted_before_somebody_has_said_what_time_it_is() {
        let pulse = Pulse::new(1000, 180);
        pulse.unlock();
        pulse.ask_clock();
        assert!(!pulse.may_count());
        assert_eq!((pulse.not_counting(1100), pulse.not_counting(5000)), (None, Some((1000, Reason::Asking))));
        // They cannot be asked: that is no reason to stay silent, but what was found before holds.
        assert!(pulse.stop_asking() && !pulse.stop_asking());
        assert!(pulse.may_count());
        pulse.set_clock(Some(61));
        pulse.ask_clock();
        assert!(pulse.stop_asking() && !pulse.may_count());
        pulse.ask_clock();
        pulse.set_clock(None);
        assert!(pulse.may_count());
    }

    #[test]
    fn a_server_that_was_put_back_says_so_at_once_and_until_everything_is_counted() {
        let pulse = Pulse::new(1000, 180);
        pulse.wait();
        assert_eq!(pulse.not_counting(1010), Some((1000, Reason::Locked)), "first of all it needs its key");
        pulse.unlock();
        assert!(pulse.waits() && pulse.may_count(), "it asks in its rounds whether it still waits");
        assert_eq!(pulse.not_counting(1010), Some((1000, Reason::Restored)));
        pulse.counted(1020);
        assert!(!pulse.waits());
        assert_eq!(pulse.not_counting(1030), None);
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
