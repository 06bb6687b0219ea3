//! From facts to what the clock counts by.

use habeas_clock::{Claimant, Event, EventKind, Interval, Length, Record, Sentence, Term, Truth};

use super::What;
use super::accounts::standing;
use super::derived::{at_night, spared, under};
use super::fact::Fact;
use super::place::City;
use super::source::Reliability;
use super::view::proves_custody;
use super::vocabulary::{Challenge, Claimed, Duty, Exit, Penalty, Protocol, Regime, Vulnerability};

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
    spared(&mut record, &standing, start);
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
        What::Interrogated { lawyer_present, met_lawyer_first, minutes } => {
            event(EventKind::Interrogated);
            let night = at_night(when, *minutes, &record.zone);
            let mut at_night = |denied| {
                record.events.push(Event { kind: EventKind::InterrogatedAtNight, when, denied, claim, fact: id.clone() });
            };
            // What may have been at night, and may not, is said both ways.
            match night {
                Truth::True => at_night(false),
                Truth::Unknown => [false, true].into_iter().for_each(at_night),
                Truth::False => {}
            }
            if let &Some(minutes) = minutes {
                record.sentences.push(Sentence::new(Term::Interrogation, Length::Minutes(minutes), when, id.clone()));
            }
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
            record.sentences.extend(length.map(|length| Sentence::new(Term::Remand, length, when, id)));
        }
        What::RelativesRequested => record.conditions.push(("relatives_requested".to_owned(), Truth::True, id)),
        What::StatusClaimed { status, representative_present } => {
            if let (Claimed::Talk, &Some(there)) = (status, representative_present) {
                let kind = EventKind::TalkedToAlone;
                record.events.push(Event { kind, when, denied: there, claim, fact: id.clone() });
            }
            record.conditions.push(("status.talk".to_owned(), (*status == Claimed::Talk).into(), id));
        }
        What::LastSeenFree => event(EventKind::LastFree),
        What::Restrained { exit_offered } => {
            event(EventKind::Restrained);
            if let Some(claim) = exit_offered.and_then(|exit| offered(exit, claim)) {
                record.events.push(Event { kind: EventKind::ExitOffered, when, denied: false, claim, fact: id });
            }
        }
        What::ExitOffered { how } => match offered(*how, claim) {
            Some(claim) => record.events.push(Event { kind: EventKind::ExitOffered, when, denied: false, claim, fact: id }),
            // Whoever could not leave was kept there.
            None => event(EventKind::InCustody),
        },
        What::InVehicle { .. } => event(EventKind::InVehicle),
        What::Delivered => event(EventKind::Delivered),
        What::Held | What::SeenInCustody | What::Transferred => event(EventKind::InCustody),
        What::Hospitalised { guarded: Some(true) } => event(EventKind::InCustody),
        What::Hospitalised { guarded: Some(false) } | What::Released | What::Died => event(EventKind::Released),
        What::CourtOrderReceived => event(EventKind::CourtOrderReceived),
        What::HearingHeld => event(EventKind::Heard),
        What::Sentenced { penalty, days, article, adds } => {
            // The hearing is one event: whoever was there knows its time best, where the two can be the same.
            if !hearings.iter().any(|hearing| hearing.meets(when)) {
                event(EventKind::Heard);
            }
            let arrest = *penalty == Penalty::Arrest;
            record.events.push(Event { kind: EventKind::ArrestImposed, when, denied: !arrest, claim, fact: id.clone() });
            record.conditions.push(("arrest_imposed".to_owned(), arrest.into(), id.clone()));
            if let (Penalty::Arrest, &Some(days)) = (penalty, days) {
                let (article, adds) = (article.clone(), *adds == Some(true));
                let order = Sentence::new(Term::Arrest, Length::Days(days), when, id.clone());
                record.sentences.push(Sentence { article, adds, ..order });
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
                record.conditions.push((name.to_owned(), under(18, date, start, &record.zone), id));
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
    let to = standing.iter().filter(|fact| proves_custody(&fact.what)).filter_map(|fact| fact.when.to).min();
    let free = standing.iter().filter(|fact| matches!(fact.what, What::LastSeenFree)).filter_map(|fact| fact.when.from);
    Interval { from: free.filter(|&moment| to.is_none_or(|to| moment <= to)).max(), to }
}

/// Whose account it is that people could leave. On a condition it is the police's reading that this was an offer, whoever reports it.
fn offered(exit: Exit, claim: Claimant) -> Option<Claimant> {
    match exit {
        Exit::No => None,
        Exit::OnCondition => Some(Claimant::Police),
        Exit::Yes => Some(claim),
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

/// Whose account a fact is, for the view.
pub(super) fn is_police(fact: &Fact) -> bool {
    fact.source.claimant() == Claimant::Police
}
