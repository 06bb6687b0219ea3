//! Times in custody that a court has ordered, and how long an interrogation was, against the most that the law allows.

use jiff::civil::Date;

use crate::Verdict;
use crate::limits::{Limits, limits};
use crate::orders::{differ, follows, least, most, same_order};
use crate::pack::{Limit, Rule};
use crate::record::{Length, Record, Sentence, Term};
use crate::{Instant, Interval, Zone};

/// Compares each order with the least and the most that may be allowed for what it was made. Two accounts of one order that name
/// different lengths are both kept: the verdict is certain only if it is so for each. Of several orders the worst counts.
pub(crate) fn each<'a>(
    rule: &'a Rule,
    record: &Record,
    orders: &[&Sentence],
    governed: Interval,
    now: Instant,
) -> (Verdict, Limits<'a>) {
    let mut all = Limits::default();
    let mut worst = Verdict::NotApplicable;
    for group in same_order(orders) {
        let (mut within, mut beyond, mut counts) = (true, true, false);
        for order in group {
            let limits = match &order.article {
                // What other orders were made for does not count for this one.
                Some(article) => {
                    let of_order = Record { articles: vec![(article.clone(), order.fact.clone())], ..record.clone() };
                    limits(rule, &of_order, governed, now)
                }
                None => limits(rule, record, governed, now),
            };
            for allowed in allowed(&limits) {
                counts = true;
                within &= surely_within(order.length, allowed);
                beyond &= surely_beyond(order.length, allowed);
            }
            all.take_over(limits);
        }
        worst = worst.max(verdict(counts, within, beyond));
    }
    (worst, all)
}

/// Compares all of what was ordered on one occasion, or all interrogations of one day, with the most that may be allowed. Nothing to
/// compare where there was only one.
pub(crate) fn together(of: Term, orders: &[&Sentence], limits: &Limits<'_>, zone: &Zone) -> Verdict {
    match of {
        Term::Interrogation => by_day(orders, limits, zone),
        Term::Arrest | Term::Remand => by_occasion(orders, limits),
    }
}

/// An interrogation over all accounts of it.
struct Sitting {
    /// When it began and ended, as widely as the accounts allow for; open where one of them does not say.
    when: Interval,
    /// The least and the most minutes that it may have lasted.
    least: u64,
    most: u64,
}

impl Sitting {
    fn of(accounts: &[&Sentence]) -> Self {
        let lengths = || accounts.iter().map(|account| minutes(account.length).1);
        let (least, most) = (lengths().min().unwrap_or_default(), lengths().max().unwrap_or_default());
        let began = accounts.iter().map(|account| account.when).reduce(Interval::hull).unwrap_or(Interval::OPEN);
        let lasts = i64::try_from(most).unwrap_or(i64::MAX).saturating_mul(60);
        Self { when: Interval { to: began.to.map(|to| to.plus_seconds(lasts)), ..began }, least, most }
    }

    fn days(&self, zone: &Zone) -> impl Iterator<Item = Date> {
        [self.when.from, self.when.to].into_iter().flatten().map(|at| at.local(zone).date())
    }
}

/// The interrogations of each day: what surely was on it against what may have been.
fn by_day(orders: &[&Sentence], limits: &Limits<'_>, zone: &Zone) -> Verdict {
    let sittings: Vec<Sitting> = same_order(orders).iter().map(|accounts| Sitting::of(accounts)).collect();
    let mut days: Vec<Option<Date>> = sittings.iter().flat_map(|sitting| sitting.days(zone)).map(Some).collect();
    if days.is_empty() {
        // Nobody knows of which day any of them was.
        days.push(None);
    }
    let of_day = |day: Option<Date>| {
        let begins = day.and_then(|day| zone.day_begins(day));
        // What ends at midnight was on that day.
        let ends = day.and_then(|day| zone.day_begins(day.tomorrow().ok()?));
        let day = Interval { from: begins, to: ends };
        let within = |sitting: &&Sitting| {
            matches!((sitting.when, day), (
                Interval { from: Some(from), to: Some(to) },
                Interval { from: Some(first), to: Some(last) },
            ) if first <= from && to <= last)
        };
        let possible = || sittings.iter().filter(|sitting| sitting.when.meets(day));
        let (low, high) = (
            sittings.iter().filter(within).map(|sitting| sitting.least).sum::<u64>(),
            possible().map(|sitting| sitting.most).sum::<u64>(),
        );
        let counts = possible().count() > 1 && allowed(limits).next().is_some();
        let kept = allowed(limits).all(|allowed| high <= minutes(allowed).0);
        verdict(counts, kept, allowed(limits).all(|allowed| low > minutes(allowed).1))
    };
    days.into_iter().map(of_day).max().unwrap_or(Verdict::NotApplicable)
}

fn by_occasion(orders: &[&Sentence], limits: &Limits<'_>) -> Verdict {
    let apart = |a: &[&Sentence], b: &[&Sentence]| a.iter().any(|a| b.iter().any(|b| follows(a, b) || follows(b, a)));
    let mut occasions: Vec<Vec<Vec<&Sentence>>> = Vec::new();
    for group in same_order(orders) {
        match occasions.iter_mut().find(|occasion| !occasion.iter().any(|known| apart(known, &group))) {
            Some(occasion) => occasion.push(group),
            None => occasions.push(vec![group]),
        }
    }
    let several = |occasion: &&Vec<Vec<&Sentence>>| {
        occasion.len() > 1 || occasion.iter().any(|group| group.iter().any(|a| group.iter().any(|b| differ(a, b))))
    };
    let of_occasion = |occasion: &Vec<Vec<&Sentence>>| {
        let total = |of_one: fn(&[&Sentence]) -> u32| {
            Length::Days(occasion.iter().map(|group| of_one(group)).fold(0, u32::saturating_add))
        };
        let (low, high) = (total(least), total(most));
        let within = allowed(limits).all(|allowed| surely_within(high, allowed));
        let beyond = allowed(limits).all(|allowed| surely_beyond(low, allowed));
        verdict(allowed(limits).next().is_some(), within, beyond)
    };
    occasions.iter().filter(several).map(of_occasion).max().unwrap_or(Verdict::NotApplicable)
}

/// Whether two accounts that may be of one order name different lengths: then to know the length settles most.
pub(crate) fn lengths_differ(orders: &[&Sentence]) -> bool {
    same_order(orders).iter().any(|group| group.windows(2).any(|two| matches!(two, [a, b] if a.length != b.length)))
}

fn verdict(counts: bool, within: bool, beyond: bool) -> Verdict {
    match (counts, within, beyond) {
        (false, ..) => Verdict::NotApplicable,
        (true, true, _) => Verdict::Within,
        (true, false, true) => Verdict::CertainlyOver,
        (true, false, false) => Verdict::PossiblyOver,
    }
}

fn allowed(limits: &Limits<'_>) -> impl Iterator<Item = Length> {
    limits.readings.iter().filter_map(|reading| if let Limit::Order(most) = reading.limit { Some(most) } else { None })
}

/// The least and the most minutes that a length can be, whatever the month.
fn minutes(length: Length) -> (u64, u64) {
    let days = |days: u64| days * 24 * 60;
    match length {
        Length::Minutes(minutes) => (minutes.into(), minutes.into()),
        Length::Days(n) => (days(n.into()), days(n.into())),
        Length::Months(n) => (days(28 * u64::from(n)), days(31 * u64::from(n))),
    }
}

fn surely_within(ordered: Length, most: Length) -> bool {
    match (ordered, most) {
        (Length::Months(ordered), Length::Months(most)) => ordered <= most,
        _ => minutes(ordered).1 <= minutes(most).0,
    }
}

fn surely_beyond(ordered: Length, most: Length) -> bool {
    match (ordered, most) {
        (Length::Months(ordered), Length::Months(most)) => ordered > most,
        _ => minutes(ordered).0 > minutes(most).1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_from_28_to_31_days() {
        assert_eq!(minutes(Length::Minutes(90)), (90, 90));
        assert_eq!(minutes(Length::Days(2)), (2_880, 2_880));
        assert_eq!(minutes(Length::Months(2)), (80_640, 89_280));
    }
}
