//! Something that has to be done: what is known of it, and the verdict on it.

use crate::custody::{beyond, in_time};
use crate::end::{proofs, stopped};
use crate::record::{Event, EventKind};
use crate::start::{began, first};
use crate::{Instant, Interval, Verdict};

/// What is known of something that has to be done.
pub(crate) struct Duty {
    /// When it was done, if anybody says so.
    pub done: Option<Interval>,
    /// Whether that it was done proves that the person was held then.
    pub proves: bool,
    /// When it lapsed because the person was let go, if anybody says so.
    pub lapsed: Option<Interval>,
    /// The last proof of custody.
    pub held: Option<Instant>,
    /// The last account that it had not been done.
    pub denied: Option<Instant>,
}

/// What is known of something that has to be done: by the first of `done`, and lapsing with `lapses`.
pub(crate) fn known(events: &[&Event], done: &[EventKind], lapses: &[EventKind], since: Option<Instant>) -> Duty {
    let custody = began(events, EventKind::Restrained).and_then(|start| start.hull.from);
    let proofs = proofs(events, custody);
    let mut when: Option<(Interval, bool)> = None;
    for &kind in done {
        let Some((next, _)) = stopped(events, kind, since, &proofs) else { continue };
        // Whom a protocol is about sits before the one who writes it; who is told of somebody may be told at any time.
        let proves = matches!(
            kind,
            EventKind::DetentionProtocol
                | EventKind::AdministrativeProtocol
                | EventKind::DeliveryProtocol
                | EventKind::CourtOrderReceived
                | EventKind::Delivered
                | EventKind::Interrogated
                | EventKind::RightsExplained
        );
        when = Some(when.map_or((next, proves), |(sofar, proved)| (first(sofar, next), proved && proves)));
    }
    let lapsed = lapses.iter().filter_map(|&kind| stopped(events, kind, custody, &proofs)).map(|(when, _)| when).reduce(first);
    let seen = proofs.iter().filter_map(|e| e.when.from).max();
    let denied = events.iter().filter(|e| e.denied && done.contains(&e.kind)).filter_map(|e| e.when.from).max();
    Duty {
        done: when.map(|(when, _)| when),
        proves: when.is_some_and(|(_, proves)| proves),
        lapsed,
        held: seen.max(lapsed.and_then(|lapsed| lapsed.from)),
        denied,
    }
}

/// Something that must be done by the deadline. `lapses` says whether it lapses once the person is let go.
///
/// That nothing is on record proves nothing by itself. Where the thing would be seen (a protocol is drawn up before the
/// person's eyes), it is certain that it is late once the person was seen held after the deadline and nobody has an account
/// of it; where nobody outside can see it, only an account that it had not been done makes it certain.
pub(crate) fn verdict(deadline: Interval, duty: &Duty, lapses: bool, unseen: bool, now: Instant) -> Verdict {
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
