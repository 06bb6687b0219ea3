//! From facts to what the clock counts by.

use habeas_clock::{Claimant, Event, EventKind, Instant, Interval, Record, Sentence, Truth};
use jiff::civil::Date;

use super::What;
use super::accounts::standing;
use super::fact::Fact;
use super::place::City;
use super::source::Reliability;
use super::what::{Penalty, Regime, Vulnerability};

/// The record of a case for the clock: every standing account, none weighed against another.
///
/// The zone is that of the latest place of custody, and Almaty's while no place is known.
pub fn clock_record(facts: &[Fact]) -> Record {
    let standing = standing(facts);
    let places = standing
        .iter()
        .filter(|fact| fact.what.happens())
        .filter_map(|fact| fact.place.as_ref().map(|place| (fact.when.from, fact.id, place)));
    let zone = places.max_by_key(|&(from, id, _)| (from, id)).map_or(City::Almaty.zone(), |(.., place)| place.zone());
    let mut record = Record::new(zone);
    let start = first_restraint(&standing);
    let heard = standing.iter().any(|fact| matches!(fact.what, What::HearingHeld));
    // Of a rumour nobody can say where it comes from: it is shown, and proves nothing either way.
    for fact in standing.into_iter().filter(|fact| fact.source.reliability != Reliability::Rumour) {
        add(&mut record, fact, start, heard);
    }
    record
}

fn add(record: &mut Record, fact: &Fact, start: Interval, heard: bool) {
    let id = fact.id.to_string();
    let (when, claim) = (fact.when, fact.source.claimant());
    let mut event = |kind| record.events.push(Event { kind, when, claim, fact: id.clone() });
    match &fact.what {
        What::LastSeenFree => event(EventKind::LastFree),
        What::Restrained { .. } => event(EventKind::Restrained),
        What::InVehicle { .. } => event(EventKind::InVehicle),
        What::Delivered => event(EventKind::Delivered),
        What::Held | What::SeenInCustody | What::Transferred => event(EventKind::InCustody),
        What::Hospitalised { guarded: Some(true) } => event(EventKind::InCustody),
        What::Hospitalised { guarded: Some(false) } | What::Released | What::Died => event(EventKind::Released),
        What::CourtOrderReceived => event(EventKind::CourtOrderReceived),
        What::HearingHeld => event(EventKind::Heard),
        What::Sentenced { penalty, days, article } => {
            // The hearing is one event, and whoever was there knows its time best.
            if !heard {
                event(EventKind::Heard);
            }
            if let (Penalty::Arrest, &Some(days)) = (penalty, days) {
                record.sentences.push(Sentence { days, when, fact: id.clone() });
            }
            record.articles.extend(article.iter().map(|article| (article.clone(), id.clone())));
        }
        What::Regime { regime, article } => {
            for (other, name) in Regime::CONDITIONS {
                record.conditions.push((name.to_owned(), (other == *regime).into(), id.clone()));
            }
            record.articles.extend(article.iter().map(|article| (article.clone(), id.clone())));
        }
        What::Circumstance { which, holds } => {
            let known = which.conditions().iter().filter(|_| *holds || which.conditions().len() == 1);
            record.conditions.extend(known.map(|(name, so)| ((*name).to_owned(), (*so == *holds).into(), id.clone())));
        }
        What::Vulnerability { which, holds } => {
            if let Some(name) = which.condition() {
                record.conditions.push((name.to_owned(), (*holds).into(), id));
            }
        }
        What::Birth { date } => {
            if let Some(name) = Vulnerability::Minor.condition() {
                record.conditions.push((name.to_owned(), minor(date, start, record), id));
            }
        }
        _ => {}
    }
}

/// When custody began, for the age that counts: by the accounts of the restraint, or else between the last sighting at
/// liberty and the first proof of custody.
fn first_restraint(standing: &[&Fact]) -> Interval {
    let restraint = standing.iter().filter(|fact| matches!(fact.what, What::Restrained { .. })).map(|fact| fact.when);
    if let Some(hull) = restraint.reduce(Interval::hull) {
        return hull;
    }
    let proof = |what: &What| {
        matches!(what, What::InVehicle { .. } | What::Delivered | What::Held | What::SeenInCustody | What::Transferred)
            || matches!(what, What::Hospitalised { guarded: Some(true) })
    };
    let to = standing.iter().filter(|fact| proof(&fact.what)).filter_map(|fact| fact.when.to).min();
    let free = standing.iter().filter(|fact| matches!(fact.what, What::LastSeenFree)).filter_map(|fact| fact.when.from);
    Interval { from: free.filter(|&moment| to.is_none_or(|to| moment <= to)).max(), to }
}

/// Whether somebody born then was under 18 when custody began. Knowing only the year leaves a year of doubt.
fn minor(birth: &str, start: Interval, record: &Record) -> Truth {
    let Some((from, to)) = birthdays(birth) else {
        return Truth::Unknown;
    };
    let on = |at: Instant| at.local(&record.zone).date();
    if start.to.is_some_and(|last| on(last) < from) {
        Truth::True
    } else if start.from.is_some_and(|first| on(first) >= to) {
        Truth::False
    } else {
        Truth::Unknown
    }
}

/// The earliest and latest day on which somebody born then turns 18.
fn birthdays(birth: &str) -> Option<(Date, Date)> {
    let turns = |date: Date| date.checked_add(jiff::Span::new().years(18)).ok();
    match birth.parse::<i16>() {
        Ok(year) => Some((turns(Date::new(year, 1, 1).ok()?)?, turns(Date::new(year, 12, 31).ok()?)?)),
        Err(_) => habeas_clock::date(birth).and_then(turns).map(|day| (day, day)),
    }
}

/// Whose account a fact is, for the view.
pub(super) fn is_police(fact: &Fact) -> bool {
    fact.source.claimant() == Claimant::Police
}
