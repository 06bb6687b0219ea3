//! Which passes were shown, so that each is good once. It is a process's own: where several share a database, a request that somebody has
//! overheard whole could be made once more at another, for five minutes.

use std::collections::HashSet;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Instant;

use habeas_protocol::{PASS_WINDOW, Pass, Signature};

use crate::HubError;

/// How many passes are remembered at a time: 5,000 devices that ask every six seconds.
const MOST: usize = 500_000;

/// The passes of the last minutes.
#[derive(Default)]
pub struct Passes {
    /// Since when they are remembered; unset where nobody shows any.
    since: OnceLock<Instant>,
    shown: Mutex<Shown>,
    /// Whether no more are taken than are remembered.
    is_strict: bool,
}

impl Passes {
    /// Remembers passes that anybody may have made up: where there are too many, it takes none rather than forget one.
    pub fn of_anybody() -> Self {
        let passes = Self { is_strict: true, ..Self::default() };
        passes.remember();
        passes
    }

    /// From here on passes are remembered: those that were made before may have been spent at a process that has ended, and are not taken.
    pub(crate) fn remember(&self) {
        let _ = self.since.set(Instant::now());
    }

    /// Fails unless the pass is of this time, and is shown for the first time. `now_ms` is in milliseconds since 1970.
    pub fn takes(&self, pass: &Pass, now_ms: u64) -> Result<(), HubError> {
        // By how long this process has run, not by what the clock said then: set back since, it would lock everybody out until it is there again.
        let ran = self.since.get().and_then(|since| u64::try_from(since.elapsed().as_millis()).ok());
        let since = ran.map_or(0, |ran| now_ms.saturating_sub(ran));
        if now_ms.abs_diff(pass.at) > PASS_WINDOW || pass.at < since {
            return Err(HubError::Refused(
                "clock_off",
                "the time of this request is more than five minutes off the server's, or before the server began; ask it for the time",
            ));
        }
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.turn(now_ms, if self.is_strict { usize::MAX } else { MOST });
        if shown.newer.len() >= MOST {
            return Err(HubError::Conflict("busy", "too many requests come in just now; try again in some minutes"));
        }
        if shown.is_first(&pass.signature) {
            return Ok(());
        }
        Err(HubError::Refused("replayed", "this very request was made before; make another"))
    }
}

#[derive(Default)]
struct Shown {
    newer: HashSet<[u8; 16]>,
    older: HashSet<[u8; 16]>,
    since: u64,
}

impl Shown {
    /// Forgets what is too old for certain: a pass may be of the future, too, so that takes two windows. So does it where there are `most`.
    fn turn(&mut self, now_ms: u64, most: usize) {
        if now_ms.abs_diff(self.since) > 2 * PASS_WINDOW || self.newer.len() >= most {
            self.older = std::mem::take(&mut self.newer);
            self.since = now_ms;
        }
    }

    fn is_first(&mut self, signature: &Signature) -> bool {
        let mut name = [0; 16];
        name.copy_from_slice(&signature.0[..16]);
        !self.older.contains(&name) && self.newer.insert(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(number: usize, at: u64) -> Pass {
        let mut signature = [0; 64];
        signature[..8].copy_from_slice(&number.to_be_bytes());
        Pass { name: [0; 16], at, signature: Signature(signature), body: None }
    }

    #[test]
    fn passes_that_anybody_makes_up_push_none_out_that_was_spent() {
        const NOW: u64 = 1_000_000_000;
        let code = |passes: &Passes, number| match passes.takes(&pass(number, NOW), NOW) {
            Ok(()) => "",
            Err(HubError::Refused(code, _) | HubError::Conflict(code, _)) => code,
            Err(other) => panic!("{other}"),
        };
        let of_anybody = Passes { is_strict: true, ..Passes::default() };
        assert!((0..MOST).all(|number| code(&of_anybody, number).is_empty()));
        assert_eq!(code(&of_anybody, MOST), "busy");
        // Once they are too old to be shown again, there is room.
        let later = NOW + 2 * PASS_WINDOW + 1;
        assert!(of_anybody.takes(&pass(MOST, later), later).is_ok());
        assert_eq!(of_anybody.takes(&pass(0, NOW), later).map_err(|error| error.to_string().contains("five minutes")), Err(true));
        // Who shows only what a device has signed goes on.
        let of_devices = Passes::default();
        assert!((0..=MOST).all(|number| code(&of_devices, number).is_empty()));
        assert_eq!(code(&of_devices, 0), "replayed");
    }
}
