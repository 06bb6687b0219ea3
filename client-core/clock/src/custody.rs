//! Verdicts on custody, against a deadline.

use crate::end::End;
use crate::{Instant, Interval, Verdict};

/// Whether a moment lies after the whole deadline. Equality is within: the law says "not more than".
pub(crate) fn beyond(moment: Option<Instant>, deadline: Interval) -> bool {
    matches!((moment, deadline.to), (Some(moment), Some(limit)) if moment > limit)
}

/// Whether a moment lies before any of the deadline has passed.
pub(crate) fn in_time(moment: Instant, deadline: Interval) -> bool {
    deadline.from.is_some_and(|earliest| moment <= earliest)
}

/// Custody that may last to the deadline.
pub(crate) fn verdict(deadline: Interval, end: &End, now: Instant) -> Verdict {
    if in_time(end.hull.to.unwrap_or(now), deadline) {
        Verdict::Within
    } else if beyond(end.hull.from, deadline) {
        Verdict::CertainlyOver
    } else if !end.reported && beyond(Some(now), deadline) {
        Verdict::OverIfStillHeld
    } else {
        Verdict::PossiblyOver
    }
}

/// Something that may not be done after the deadline, and was done within `end`.
pub(crate) fn not_after(deadline: Interval, end: &End) -> Verdict {
    if end.hull.to.is_some_and(|done| in_time(done, deadline)) {
        Verdict::Within
    } else if beyond(end.hull.from, deadline) {
        Verdict::Prohibited
    } else {
        Verdict::PossiblyOver
    }
}
