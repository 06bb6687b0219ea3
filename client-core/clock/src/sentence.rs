//! Times in custody that a court has ordered, against the most that the law allows.

use crate::Verdict;
use crate::limits::Limits;
use crate::pack::Limit;
use crate::record::{Length, Sentence};

/// Compares what was ordered with the least and the most that may be allowed. Two accounts that name different lengths are
/// both kept: the verdict is certain only if it is so for each.
pub(crate) fn verdict(orders: &[&Sentence], limits: &Limits<'_>) -> Verdict {
    let allowed =
        || limits.readings.iter().filter_map(|reading| if let Limit::Order(most) = reading.limit { Some(most) } else { None });
    if allowed().next().is_none() {
        Verdict::NotApplicable
    } else if orders.iter().all(|order| allowed().all(|most| surely_within(order.length, most))) {
        Verdict::Within
    } else if orders.iter().all(|order| allowed().all(|most| surely_beyond(order.length, most))) {
        Verdict::CertainlyOver
    } else {
        Verdict::PossiblyOver
    }
}

/// The least and the most days that a length can be, whatever the month.
fn days(length: Length) -> (u32, u32) {
    match length {
        Length::Days(days) => (days, days),
        Length::Months(months) => (months.saturating_mul(28), months.saturating_mul(31)),
    }
}

fn surely_within(ordered: Length, most: Length) -> bool {
    match (ordered, most) {
        (Length::Months(ordered), Length::Months(most)) => ordered <= most,
        _ => days(ordered).1 <= days(most).0,
    }
}

fn surely_beyond(ordered: Length, most: Length) -> bool {
    match (ordered, most) {
        (Length::Months(ordered), Length::Months(most)) => ordered > most,
        _ => days(ordered).0 > days(most).1,
    }
}
