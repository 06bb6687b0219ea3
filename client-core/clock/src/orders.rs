//! Court orders of custody: which accounts speak of one order and which of several, and to how long they come.

use crate::record::{Length, Record, Sentence, Term, article_under};
use crate::{Instant, Truth};

/// How much later an order is another one and no second account of the same, in seconds: a day.
const ANOTHER_ORDER: i64 = 24 * 3600;

/// The orders that count at `now`.
pub(crate) fn orders(record: &Record, of: Term, now: Instant) -> impl Iterator<Item = &Sentence> {
    record.sentences.iter().filter(move |order| order.of == of && order.when.from.is_none_or(|from| from <= now))
}

/// The lengths of custody that court orders may come to. Accounts of one order are kept beside each other; an arrest that adds to
/// another is added to it, and of a remand a longer one takes the place of the one before.
pub(crate) fn imposed(record: &Record, of: Term, now: Instant) -> Vec<Length> {
    let orders: Vec<&Sentence> = orders(record, of, now).collect();
    let mut lengths: Vec<Length> = match (of, orders.as_slice()) {
        (_, []) => Vec::new(),
        (_, [only]) => vec![only.length],
        // Nobody is held for as long as an interrogation.
        (Term::Interrogation, _) => Vec::new(),
        (Term::Remand, _) => {
            let replaced = |order: &Sentence| orders.iter().any(|other| follows(other, order) && other.length >= order.length);
            orders.iter().filter(|order| !replaced(order)).map(|order| order.length).collect()
        }
        (Term::Arrest, _) => {
            let groups = same_order(&orders);
            let total = |of_one: fn(&[&Sentence]) -> u32| groups.iter().map(|group| of_one(group)).fold(0, u32::saturating_add);
            vec![Length::Days(total(least)), Length::Days(total(most))]
        }
    };
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}

/// Accounts of orders, those of one order together; of interrogations those whose times can be one. Two that name different
/// articles, at one time, may be either: they stay together, and [`most`] counts both. An account that may be of several orders
/// (nobody knows of which day) is beside each: so [`least`] is not too much, and [`most`] not too little.
pub(crate) fn same_order<'a>(orders: &[&'a Sentence]) -> Vec<Vec<&'a Sentence>> {
    // Each order by its first account, the exact ones before those without an end: they begin nothing that may be known already.
    let mut known: Vec<&Sentence> = Vec::new();
    let mut sorted = orders.to_vec();
    sorted.sort_unstable_by_key(|order| {
        (order.when.to.is_none(), order.when.to, order.when.from, order.adds, &order.article, order.length, &order.fact)
    });
    for &order in &sorted {
        if known.iter().all(|first| is_another(order, first)) {
            known.push(order);
        }
    }
    known.into_iter().map(|first| sorted.iter().copied().filter(|order| !is_another(order, first)).collect()).collect()
}

/// Whether two accounts cannot be of one order, or of one interrogation.
fn is_another(a: &Sentence, b: &Sentence) -> bool {
    a.of == Term::Interrogation && !a.when.meets(b.when) || a.adds != b.adds || follows(a, b) || follows(b, a)
}

/// The least that the accounts of one order come to, in days.
pub(crate) fn least(group: &[&Sentence]) -> u32 {
    group.iter().filter_map(|order| days(order.length)).min().unwrap_or_default()
}

/// The most that they come to, in days: orders for different articles may both have been made. The exact articles first, so that the
/// answer does not depend on the order of the accounts; a vague one may be of any of them, and then of the shortest.
pub(crate) fn most(group: &[&Sentence]) -> u32 {
    let exactness = |order: &Sentence| order.article.as_ref().map_or(0, String::len);
    let mut sorted = group.to_vec();
    sorted.sort_unstable_by_key(|order| {
        (std::cmp::Reverse(exactness(order)), &order.article, order.length, order.when.from, order.when.to, &order.fact)
    });
    let mut each: Vec<&Sentence> = Vec::new();
    for order in sorted {
        match each.iter_mut().filter(|known| !differ(known, order)).min_by_key(|known| known.length) {
            Some(known) if known.length < order.length => *known = order,
            Some(_) => {}
            None => each.push(order),
        }
    }
    each.iter().filter_map(|order| days(order.length)).fold(0, u32::saturating_add)
}

/// Whether two accounts name articles of which neither is a part of the other, or two additions that cannot be of one time: then they may
/// be of two orders.
pub(crate) fn differ(a: &Sentence, b: &Sentence) -> bool {
    if a.adds && b.adds && !a.when.meets(b.when) {
        return true;
    }
    let under = |a: &str, b: &str| article_under(a, b) != Truth::False;
    matches!((&a.article, &b.article), (Some(a), Some(b)) if !under(a, b) && !under(b, a))
}

/// Whether one order came so much later than another that it is no account of the same.
pub(crate) fn follows(late: &Sentence, early: &Sentence) -> bool {
    matches!((late.when.from, early.when.to), (Some(a), Some(b)) if a.seconds() - b.seconds() >= ANOTHER_ORDER)
}

fn days(length: Length) -> Option<u32> {
    if let Length::Days(days) = length { Some(days) } else { None }
}
