//! The projection: where each case stands, what each rule says of it, who watches it.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::{CaseId, PersonId};

use crate::ClerkError;
use crate::columns::Compared;
use crate::schema::{case_people, cases, findings, projected};

/// A case's line in the projection.
pub(crate) struct Row {
    pub title_sealed: Vec<u8>,
    pub person: Compared,
    pub status: String,
    pub city: Option<String>,
    pub day: Option<String>,
    pub disputes: i64,
    pub incomplete: bool,
    pub next_change: Option<i64>,
    pub exit_offered: bool,
}

/// What a rule said of a case when it was last asked, and who has been told.
#[derive(Debug, Clone, Default, Queryable)]
pub(crate) struct Known {
    pub rule: String,
    pub verdict: String,
    pub changes: i64,
    pub told_families: Option<String>,
    pub told_lawyers: Option<String>,
}

pub(crate) fn put(db: &mut Db, case: CaseId, row: &Row) -> Result<(), ClerkError> {
    let id = case.0.as_slice();
    let values = (
        cases::title_sealed.eq(&row.title_sealed),
        cases::person_lookup.eq(&row.person.now),
        cases::person_lookup_next.eq(&row.person.next),
        cases::status.eq(&row.status),
        cases::city.eq(&row.city),
        cases::day.eq(&row.day),
        cases::disputes.eq(row.disputes),
        cases::incomplete.eq(i64::from(row.incomplete)),
        cases::next_change.eq(row.next_change),
        cases::exit_offered.eq(i64::from(row.exit_offered)),
    );
    if diesel::update(cases::table.filter(cases::id.eq(id))).set(values).execute(db)? == 0 {
        diesel::insert_into(cases::table).values((cases::id.eq(id), values)).execute(db)?;
    }
    Ok(())
}

/// The cases whose verdicts change at `now` or have changed, soonest first: read along an index.
pub(crate) fn due(db: &mut Db, now: i64, limit: i64) -> Result<Vec<CaseId>, ClerkError> {
    let due = cases::table.filter(cases::next_change.le(now)).order(cases::next_change).select(cases::id).limit(limit);
    let found: Vec<Vec<u8>> = due.load(db)?;
    Ok(found.into_iter().filter_map(|id| id.try_into().ok().map(CaseId)).collect())
}

/// Makes every case due unless all of them were last projected by the same rules and the same program. What was begun and not
/// finished stays due.
pub(crate) fn renew(db: &mut Db, by: &str) -> Result<(), ClerkError> {
    let known: Option<String> = projected::table.select(projected::by_what).first(db).optional()?;
    if known.as_deref() != Some(by) {
        diesel::update(cases::table).set(cases::next_change.eq(0)).execute(db)?;
        diesel::delete(projected::table).execute(db)?;
        diesel::insert_into(projected::table).values(projected::by_what.eq(by)).execute(db)?;
    }
    Ok(())
}

/// When the next verdict of any case changes.
pub(crate) fn next_change(db: &mut Db) -> Result<Option<i64>, ClerkError> {
    Ok(cases::table.select(diesel::dsl::min(cases::next_change)).first(db)?)
}

pub(crate) fn known(db: &mut Db, case: CaseId) -> Result<Vec<Known>, ClerkError> {
    let of_case = findings::table.filter(findings::case_id.eq(case.0.as_slice()));
    let columns = (findings::rule, findings::verdict, findings::changes, findings::told_families, findings::told_lawyers);
    Ok(of_case.select(columns).load(db)?)
}

pub(crate) fn put_known(db: &mut Db, case: CaseId, known: &Known) -> Result<(), ClerkError> {
    let id = case.0.as_slice();
    let row = findings::table.filter(findings::case_id.eq(id)).filter(findings::rule.eq(&known.rule));
    let values = (
        findings::verdict.eq(&known.verdict),
        findings::changes.eq(known.changes),
        findings::told_families.eq(&known.told_families),
        findings::told_lawyers.eq(&known.told_lawyers),
    );
    if diesel::update(row).set(values).execute(db)? == 0 {
        diesel::insert_into(findings::table)
            .values((findings::case_id.eq(id), findings::rule.eq(&known.rule), values))
            .execute(db)?;
    }
    Ok(())
}

/// Forgets what a rule said of a case: what it says next is news.
pub(crate) fn forget_verdict(db: &mut Db, case: CaseId, rule: &str, was_told: bool) -> Result<(), ClerkError> {
    let row = findings::table.filter(findings::case_id.eq(case.0.as_slice())).filter(findings::rule.eq(rule));
    diesel::update(row).set(findings::verdict.eq("")).execute(db)?;
    if !was_told {
        // Whoever has heard of no alarm is not told that it is over.
        let told = (findings::told_lawyers.eq(None::<String>), findings::told_families.eq(None::<String>));
        diesel::update(row).set(told).execute(db)?;
    }
    Ok(())
}

/// Whether a case has a line.
pub(crate) fn is_there(db: &mut Db, case: CaseId) -> Result<bool, ClerkError> {
    Ok(cases::table.filter(cases::id.eq(case.0.as_slice())).count().get_result::<i64>(db)? > 0)
}

/// Deletes a case's line, and what every rule said of it.
pub(crate) fn erase(db: &mut Db, case: CaseId) -> Result<(), ClerkError> {
    let id = case.0.as_slice();
    diesel::delete(findings::table.filter(findings::case_id.eq(id))).execute(db)?;
    diesel::delete(case_people::table.filter(case_people::case_id.eq(id))).execute(db)?;
    diesel::delete(cases::table.filter(cases::id.eq(id))).execute(db)?;
    Ok(())
}

/// Who of ours has taken the case.
pub(crate) fn people(db: &mut Db, case: CaseId) -> Result<Vec<PersonId>, ClerkError> {
    let found: Vec<Vec<u8>> =
        case_people::table.filter(case_people::case_id.eq(case.0.as_slice())).select(case_people::person).load(db)?;
    Ok(found.into_iter().filter_map(|id| id.try_into().ok().map(PersonId)).collect())
}

/// Makes the cases of somebody due now, as if they had just taken them: whoever says where their alerts go hears how things
/// stand.
pub(crate) fn take_anew(db: &mut Db, person: PersonId, now: i64) -> Result<(), ClerkError> {
    let of_person = case_people::table.filter(case_people::person.eq(person.0.as_slice()));
    let ids: Vec<Vec<u8>> = of_person.select(case_people::case_id).load(db)?;
    diesel::update(cases::table.filter(cases::id.eq_any(ids))).set(cases::next_change.eq(now)).execute(db)?;
    diesel::delete(case_people::table.filter(case_people::person.eq(person.0.as_slice()))).execute(db)?;
    Ok(())
}

/// Sets who of ours has taken the case.
pub(crate) fn set_people(db: &mut Db, case: CaseId, people: &[PersonId]) -> Result<(), ClerkError> {
    diesel::delete(case_people::table.filter(case_people::case_id.eq(case.0.as_slice()))).execute(db)?;
    for person in people {
        let values = (case_people::case_id.eq(case.0.as_slice()), case_people::person.eq(person.0.as_slice()));
        diesel::insert_into(case_people::table).values(values).execute(db)?;
    }
    Ok(())
}

/// One case, as counts see it.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Counted {
    pub id: Vec<u8>,
    pub person_lookup: Vec<u8>,
    pub status: String,
    pub city: Option<String>,
    pub day: Option<String>,
    pub exit_offered: i64,
}

/// The cases that began between two days, both included.
pub(crate) fn between(db: &mut Db, from: &str, to: &str) -> Result<Vec<Counted>, ClerkError> {
    let cases = cases::table.filter(cases::day.between(from, to)).order((cases::day, cases::city, cases::id));
    let columns = (cases::id, cases::person_lookup, cases::status, cases::city, cases::day, cases::exit_offered);
    Ok(cases.select(columns).load(db)?)
}

/// The verdicts of the cases that began between two days: case, rule, verdict.
pub(crate) fn verdicts_between(db: &mut Db, from: &str, to: &str) -> Result<Vec<(Vec<u8>, String, String)>, ClerkError> {
    let joined = findings::table.inner_join(cases::table.on(cases::id.eq(findings::case_id)));
    Ok(joined.filter(cases::day.between(from, to)).select((findings::case_id, findings::rule, findings::verdict)).load(db)?)
}

diesel::allow_tables_to_appear_in_same_query!(findings, cases);
