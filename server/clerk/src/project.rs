//! The projection: what a case amounts to, in the columns that counts and clocks are read from.

use std::collections::BTreeSet;

use habeas_client_core::case::{City, Exit, Fact, Place, Reliability, View, What, Word as _, clock_record};
use habeas_client_core::device::{Device, OpenCase};
use habeas_client_core::rules;
use habeas_clock::{Instant, evaluate, next_change};
use habeas_db::Db;
use habeas_protocol::api::to_hex;
use habeas_protocol::{CaseId, PersonId, access};

use crate::clerk::Clerk;
use crate::records::ClerkRecords;
use crate::store::{cases, claims};
use crate::tally::ClaimLine;
use crate::{ClerkError, rng};

/// Goes up whenever this version makes something else of the same facts than the one before, but for the rules themselves.
const READING: u32 = 2;

/// What a projection is made by: a new law, or a new reading of the facts, concerns cases that nobody touches any more, too.
pub(crate) fn made_by() -> String {
    format!("{READING} {}", to_hex(&rules::fingerprint()))
}

impl Clerk {
    /// Folds a case anew, asks every rule about it, and stores both with the mail that this causes.
    pub(crate) fn project(
        &self,
        db: &mut Db,
        device: &mut Device<ClerkRecords>,
        case: CaseId,
        now: i64,
    ) -> Result<(), ClerkError> {
        let open = device.case(case)?;
        let view = open.replica.view();
        let sealed = |(fact, claim): (Vec<u8>, ClaimLine)| {
            let claim_sealed = Some(self.seal_claim(&fact, &claim)?);
            Ok(claims::Claim { fact, day: claim.day, claim_sealed })
        };
        claims::set(db, case, &claims_of(&view).map(sealed).collect::<Result<Vec<_>, ClerkError>>()?)?;
        let facts = open.replica.counted_facts();
        let counts = |fact: &Fact| !matches!(fact.what, What::OfficialClaim { .. } | What::Note { .. } | What::Retraction { .. });
        // One of which the last such fact is erased counts on with what is left.
        if !facts.iter().any(counts) && !cases::is_there(db, case)? {
            return Ok(());
        }
        let (second, now) = (now, Instant::from_seconds(now).unwrap_or(Instant::MIN));
        let record = clock_record(&facts);
        let findings = evaluate(rules::kazakhstan(), &record, now);
        cases::put(db, case, &self.row(case, &open, &view, next_change(&findings)))?;
        let people: BTreeSet<PersonId> = view.lawyers.iter().filter_map(|lawyer| lawyer.value.parse().ok()).collect();
        let (before, people) = (cases::people(db, case)?, people.into_iter().collect::<Vec<_>>());
        cases::set_people(db, case, &people)?;
        let beginner = if before.is_empty() && people.is_empty() { None } else { device.beginner(case, &open) };
        let hears = |person: &PersonId| access::hears(device.log(), *person, (case, beginner), second);
        let had: BTreeSet<PersonId> = before.iter().copied().filter(hears).collect();
        // A case that nobody has taken, or nobody who may still hear of it, is every coordinator's.
        let is_taken = !had.is_empty() || people.iter().any(hears);
        let hear: BTreeSet<PersonId> = if is_taken { had } else { device.log().coordinators().into_iter().collect() };
        self.tell(db, case, &view, &findings, &hear.into_iter().collect::<Vec<_>>(), now)?;
        let newcomers = people.iter().filter(|person| !before.contains(person) && hears(person));
        newcomers.copied().try_for_each(|person| self.tell_new_lawyer(db, case, &view, &findings, person, now))
    }

    fn row(&self, case: CaseId, open: &OpenCase, view: &View, next_change: Option<Instant>) -> cases::Row {
        let title = view.known_as().unwrap_or_default();
        // Of a rumour nobody can say where it comes from, and what is limited only some may know: neither counts.
        let counts = |fact: &&Fact| !fact.limited && fact.source.reliability != Reliability::Rumour;
        let custody = || view.timeline.iter().filter(counts).filter(|fact| is_custody(&fact.what));
        let place = custody().find_map(|fact| fact.place.as_ref()).or(view.place.as_ref());
        let zone = place.map_or(City::Almaty.zone(), Place::zone);
        let began = custody().find_map(|fact| fact.when.from.or(fact.when.to));
        let day = began.map(|began| began.local(&zone).date().to_string());
        cases::Row {
            title_sealed: self.columns.seal("cases.title", &case.0, title.as_bytes(), &mut rng()),
            person: self.columns.compared("person", &who(case, view)),
            status: view.status.word().to_owned(),
            city: place.map(|place| place.city.word().to_owned()),
            day,
            disputes: i64::try_from(view.disputes.len()).unwrap_or(i64::MAX),
            incomplete: open.replica.is_incomplete(),
            next_change: next_change.map(Instant::seconds),
            exit_offered: view.timeline.iter().filter(counts).any(|fact| offers_exit(&fact.what)),
        }
    }
}

/// Whom a case is about, equal where it is surely the same person. People without a name are told apart by their case.
pub(crate) fn who(case: CaseId, view: &View) -> String {
    view.names.first().map_or_else(|| case.to_string(), |name| same_name(&name.value))
}

/// Spellings that are surely the same name: case and white space do not count. Other scripts and orders wait for matching.
fn same_name(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_custody(what: &What) -> bool {
    matches!(
        what,
        What::Restrained { .. }
            | What::InVehicle { .. }
            | What::Delivered
            | What::Held
            | What::SeenInCustody
            | What::Transferred
            | What::Hospitalised { guarded: Some(true) }
            | What::ExitOffered { how: Exit::No }
    )
}

/// Whether a fact says that people who were kept there could leave, if only on a condition.
fn offers_exit(what: &What) -> bool {
    let offered = |exit: &Exit| *exit != Exit::No;
    match what {
        What::Restrained { exit_offered } => exit_offered.as_ref().is_some_and(offered),
        What::ExitOffered { how } => offered(how),
        _ => false,
    }
}

/// What a case says about public figures, by the fact.
fn claims_of(view: &View) -> impl Iterator<Item = (Vec<u8>, ClaimLine)> {
    view.timeline.iter().filter_map(|fact| match &fact.what {
        What::OfficialClaim { date, figure, value, who, url, scope } => {
            let claim = ClaimLine {
                day: date.clone(),
                city: fact.place.as_ref().map(|place| place.city.word().to_owned()),
                scope: scope.clone(),
                figure: figure.clone(),
                value: i64::from(*value),
                who: who.clone(),
                url: url.clone(),
            };
            Some((fact.id.to_string().into_bytes(), claim))
        }
        _ => None,
    })
}
