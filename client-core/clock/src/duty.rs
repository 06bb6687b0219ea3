//! Verdicts on a deadline.

use crate::custody::{Duty, End};
use crate::{Instant, Interval, Verdict};

/// Whether a moment lies after the whole deadline. Equality is within: the law says "not more than".
fn beyond(moment: Option<Instant>, deadline: Interval) -> bool {
    matches!((moment, deadline.to), (Some(moment), Some(limit)) if moment > limit)
}

/// Whether a moment lies before any of the deadline has passed.
fn in_time(moment: Instant, deadline: Interval) -> bool {
    deadline.from.is_some_and(|earliest| moment <= earliest)
}

/// Custody that may last to the deadline.
pub(crate) fn of_custody(deadline: Interval, end: &End, now: Instant) -> Verdict {
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

/// Something that must be done by the deadline. `lapses` says whether it lapses once the person is let go.
///
/// That nothing is on record proves nothing by itself. Where the thing would be seen (a protocol is drawn up before the
/// person's eyes), it is certain that it is late once the person was seen held after the deadline and nobody has an account
/// of it; where nobody outside can see it, only an account that it had not been done makes it certain.
pub(crate) fn of_duty(deadline: Interval, duty: &Duty, lapses: bool, unseen: bool, now: Instant) -> Verdict {
    let held_beyond = beyond(duty.held, deadline);
    if let Some(done) = duty.done {
        return match done.to {
            Some(done) if in_time(done, deadline) => Verdict::MetInTime,
            _ if is_lapsed(deadline, duty) => Verdict::NotApplicable,
            _ if beyond(done.from, deadline) && (!lapses || duty.proves || held_beyond) => Verdict::MetLate,
            _ => Verdict::PossiblyOver,
        };
    }
    let denied_beyond = beyond(duty.denied, deadline);
    let certain = if unseen { denied_beyond && (!lapses || held_beyond) } else { held_beyond || !lapses && denied_beyond };
    if is_lapsed(deadline, duty) {
        Verdict::NotApplicable
    } else if in_time(now, deadline) {
        Verdict::Within
    } else if certain {
        Verdict::CertainlyOver
    } else if beyond(Some(now), deadline) && duty.lapsed.is_none() && (!unseen || denied_beyond) {
        Verdict::OverIfStillHeld
    } else {
        Verdict::PossiblyOver
    }
}

/// Whether the person was let go before anything was late.
fn is_lapsed(deadline: Interval, duty: &Duty) -> bool {
    duty.lapsed.is_some_and(|lapsed| lapsed.to.is_some_and(|to| in_time(to, deadline)))
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
