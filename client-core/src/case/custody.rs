//! From facts to what the clock counts by.

use habeas_clock::{Claimant, Event, EventKind, Instant, Interval, Length, Record, Sentence, Term, Truth};
use jiff::civil::Date;

use super::What;
use super::accounts::standing;
use super::fact::Fact;
use super::place::City;
use super::source::Reliability;
use super::vocabulary::{Challenge, Claimed, Duty, Penalty, Protocol, Regime, Sex, Vulnerability};

/// The record of a case for the clock: every standing account, none weighed against another.
///
/// The zone is that of the latest place of custody, and Almaty's while no place is known.
pub fn clock_record(facts: &[Fact]) -> Record {
    // Of a rumour nobody can say where it comes from: it is shown, and proves nothing either way.
    let standing: Vec<&Fact> =
        standing(facts).into_iter().filter(|fact| fact.source.reliability != Reliability::Rumour).collect();
    let places = standing
        .iter()
        .filter(|fact| fact.what.happens())
        .filter_map(|fact| fact.place.as_ref().map(|place| (fact.when.from, fact.id, place)));
    let zone = places.max_by_key(|&(from, id, _)| (from, id)).map_or(City::Almaty.zone(), |(.., place)| place.zone());
    let mut record = Record::new(zone);
    let start = first_restraint(&standing);
    let hearings: Vec<Interval> =
        standing.iter().filter(|fact| matches!(fact.what, What::HearingHeld)).map(|fact| fact.when).collect();
    for fact in &standing {
        add(&mut record, fact, start, &hearings);
    }
    old_age(&mut record, &standing, start);
    record
}

fn add(record: &mut Record, fact: &Fact, start: Interval, hearings: &[Interval]) {
    let id = fact.id.to_string();
    let (when, claim) = (fact.when, fact.source.claimant());
    let mut event = |kind| record.events.push(Event { kind, when, denied: false, claim, fact: id.clone() });
    match &fact.what {
        What::Protocol { which, .. } => event(protocol(*which)),
        What::RelativesTold { .. } => event(EventKind::RelativesTold),
        What::EmbassyTold => event(EventKind::EmbassyTold),
        What::RightsExplained => event(EventKind::RightsExplained),
        What::LawyerAdmitted { .. } => event(EventKind::LawyerAdmitted),
        What::LawyerRefused { .. } => event(EventKind::LawyerRefused),
        What::LawyerMeeting => event(EventKind::LawyerMeeting),
        What::Interrogated { lawyer_present, met_lawyer_first } => {
            event(EventKind::Interrogated);
            if let Some(there) = *lawyer_present {
                let kind = EventKind::InterrogatedAlone;
                record.events.push(Event { kind, when, denied: there, claim, fact: id.clone() });
            }
            // Before it began they had met, or had not.
            let (kind, before) = (EventKind::LawyerMeeting, Interval { from: None, to: when.from });
            let not_before = Interval { from: when.to.map(|to| to.plus_seconds(1)), to: None };
            if let Some(met) = *met_lawyer_first {
                let when = if met { before } else { not_before };
                record.events.push(Event { kind, when, denied: !met, claim, fact: id });
            }
        }
        What::ProsecutorTold => event(EventKind::ProsecutorTold),
        What::MotionFiled => event(EventKind::MotionFiled),
        What::MaterialsAtCourt => event(EventKind::MaterialsAtCourt),
        What::DecisionReceived => event(EventKind::DecisionReceived),
        What::AppealFiled { which: Some(Challenge::Complaint) } => event(EventKind::ComplaintFiled),
        What::AppealFiled { .. } => event(EventKind::AppealFiled),
        What::AppealDecided { which: Some(Challenge::Complaint), .. } => event(EventKind::ComplaintDecided),
        What::AppealDecided { .. } => event(EventKind::AppealDecided),
        What::Sobered => event(EventKind::Sobered),
        What::Charged { article } => {
            event(EventKind::Charged);
            record.articles.extend(article.iter().map(|article| (article.clone(), id.clone())));
        }
        What::NotDone { what } => {
            let kind = duty(*what);
            record.events.push(Event { kind, when, denied: true, claim, fact: id });
        }
        What::Remand { days, months } => {
            let length = months.map(Length::Months).or(days.map(Length::Days));
            record.sentences.extend(length.map(|length| Sentence { of: Term::Remand, length, when, fact: id }));
        }
        What::RelativesRequested => record.conditions.push(("relatives_requested".to_owned(), Truth::True, id)),
        What::StatusClaimed { status } => {
            record.conditions.push(("status.talk".to_owned(), (*status == Claimed::Talk).into(), id));
        }
        What::Sex { sex } => {
            let never: &[&str] = match sex {
                Sex::Male => &["pregnant", "woman_over_58"],
                Sex::Female => &["man_over_63"],
            };
            record.conditions.extend(never.iter().map(|name| ((*name).to_owned(), Truth::False, id.clone())));
        }
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
            // The hearing is one event: whoever was there knows its time best, where the two can be the same.
            if !hearings.iter().any(|hearing| hearing.meets(when)) {
                event(EventKind::Heard);
            }
            let arrest = *penalty == Penalty::Arrest;
            record.events.push(Event { kind: EventKind::ArrestImposed, when, denied: !arrest, claim, fact: id.clone() });
            record.conditions.push(("arrest_imposed".to_owned(), arrest.into(), id.clone()));
            if let (Penalty::Arrest, &Some(days)) = (penalty, days) {
                record.sentences.push(Sentence { of: Term::Arrest, length: Length::Days(days), when, fact: id.clone() });
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
                record.conditions.push((name.to_owned(), under(18, date, start, record), id));
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

/// Women over 58 and men over 63 may not be arrested (in Kazakhstan CAO 50(2)): that takes both the sex and the birth.
fn old_age(record: &mut Record, facts: &[&Fact], start: Interval) {
    for fact in facts {
        let What::Birth { date } = &fact.what else { continue };
        for (sex, age, name) in [(Sex::Female, 58, "woman_over_58"), (Sex::Male, 63, "man_over_63")] {
            // "Over 58" from the day of the birthday on: who is 58 and a day is over 58.
            let young = under(age, date, start, record);
            let is = facts.iter().any(|fact| matches!(&fact.what, What::Sex { sex: said } if *said == sex));
            let isnt = facts.iter().any(|fact| matches!(&fact.what, What::Sex { sex: said } if *said != sex));
            let holds = if young == Truth::True || is && !isnt { young.not() } else { Truth::Unknown };
            if holds != Truth::Unknown {
                record.conditions.push((name.to_owned(), holds, fact.id.to_string()));
            }
        }
    }
}

fn protocol(which: Protocol) -> EventKind {
    match which {
        Protocol::Delivery => EventKind::DeliveryProtocol,
        Protocol::Administrative => EventKind::AdministrativeProtocol,
        Protocol::Offence => EventKind::OffenceProtocol,
        Protocol::Detention => EventKind::DetentionProtocol,
    }
}

fn duty(what: Duty) -> EventKind {
    match what {
        Duty::DeliveryProtocol => EventKind::DeliveryProtocol,
        Duty::AdministrativeProtocol => EventKind::AdministrativeProtocol,
        Duty::OffenceProtocol => EventKind::OffenceProtocol,
        Duty::DetentionProtocol => EventKind::DetentionProtocol,
        Duty::RelativesTold => EventKind::RelativesTold,
        Duty::EmbassyTold => EventKind::EmbassyTold,
        Duty::RightsExplained => EventKind::RightsExplained,
        Duty::LawyerMeeting => EventKind::LawyerMeeting,
        Duty::Interrogated => EventKind::Interrogated,
        Duty::ProsecutorTold => EventKind::ProsecutorTold,
        Duty::MotionFiled => EventKind::MotionFiled,
        Duty::HearingHeld => EventKind::Heard,
        Duty::CourtOrderReceived => EventKind::CourtOrderReceived,
        Duty::AppealDecided => EventKind::AppealDecided,
    }
}

/// Whether somebody born then was younger than so many years when custody began. Knowing only the year leaves a year of doubt.
fn under(years: i32, birth: &str, start: Interval, record: &Record) -> Truth {
    let Some((from, to)) = birthdays(birth, years) else {
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

/// The earliest and latest day on which somebody born then reaches that age.
fn birthdays(birth: &str, years: i32) -> Option<(Date, Date)> {
    let turns = |date: Date| date.checked_add(jiff::Span::new().try_years(years).ok()?).ok();
    match birth.parse::<i16>() {
        Ok(year) => Some((turns(Date::new(year, 1, 1).ok()?)?, turns(Date::new(year, 12, 31).ok()?)?)),
        Err(_) => habeas_clock::date(birth).and_then(turns).map(|day| (day, day)),
    }
}

/// Whose account a fact is, for the view.
pub(super) fn is_police(fact: &Fact) -> bool {
    fact.source.claimant() == Claimant::Police
}
