//! The audit record's rows.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::{AuditEntry, Hash};

use crate::HubError;
use crate::schema::{audit, audit_counted, audit_head};

/// The head's number and link.
pub(crate) type Head = (u64, Hash);

/// An entry with the link after it, as it is stored.
pub(crate) type Row = (AuditEntry, Vec<u8>);

/// Who did what, and what about.
pub(crate) type What<'a> = (&'a str, &'a str, &'a str);

/// Locks the record until the transaction ends: of two that write, the second waits here.
pub(crate) fn lock(db: &mut Db) -> Result<Head, HubError> {
    diesel::update(audit_head::table.find(0)).set(audit_head::number.eq(audit_head::number)).execute(db)?;
    head(db)
}

/// The head as it is.
pub(crate) fn head(db: &mut Db) -> Result<Head, HubError> {
    let row: Option<(i64, Vec<u8>)> =
        audit_head::table.find(0).select((audit_head::number, audit_head::link)).first(db).optional()?;
    let (number, link) = row.unwrap_or_default();
    Ok((u64::try_from(number).unwrap_or_default(), link.try_into().unwrap_or_default()))
}

/// Adds an entry behind the head, which is locked.
pub(crate) fn add(db: &mut Db, entry: &AuditEntry, link: &Hash) -> Result<(), HubError> {
    let number = i64::try_from(entry.number).unwrap_or(i64::MAX);
    let values = (
        audit::number.eq(number),
        audit::at.eq(entry.at),
        audit::actor.eq(&entry.actor),
        audit::act.eq(&entry.act),
        audit::subjects.eq(&entry.subjects),
        audit::outcome.eq(&entry.outcome),
        audit::link.eq(link.as_slice()),
    );
    diesel::insert_into(audit::table).values(values).execute(db)?;
    let head = (audit_head::number.eq(number), audit_head::link.eq(link.as_slice()));
    diesel::update(audit_head::table.find(0)).set(head).execute(db)?;
    Ok(())
}

/// Entries from a number on, in order, at most so many.
pub(crate) fn from(db: &mut Db, number: u64, limit: i64) -> Result<Vec<Row>, HubError> {
    type Columns = (i64, i64, String, String, String, String, Vec<u8>);
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let rows: Vec<Columns> = audit::table.filter(audit::number.ge(number)).order(audit::number).limit(limit).load(db)?;
    let entry = |(number, at, actor, act, subjects, outcome, link): Columns| {
        (AuditEntry { number: u64::try_from(number).unwrap_or_default(), at, actor, act, subjects, outcome }, link)
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// When an entry was written, and the link after it.
pub(crate) fn get(db: &mut Db, number: u64) -> Result<Option<(i64, Hash)>, HubError> {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let row: Option<(i64, Vec<u8>)> = audit::table.find(number).select((audit::at, audit::link)).first(db).optional()?;
    Ok(row.and_then(|(at, link)| Some((at, link.try_into().ok()?))))
}

/// What comes again and again.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Counted {
    pub actor: String,
    pub act: String,
    pub subjects: String,
    /// Since when it is counted, in seconds since 1970.
    pub since: i64,
    /// How often it was refused, besides the first time, which is an entry.
    pub count: i64,
}

/// What is counted since before `until`.
pub(crate) fn counted(db: &mut Db, until: i64) -> Result<Vec<Counted>, HubError> {
    let order = (audit_counted::since, audit_counted::actor, audit_counted::act, audit_counted::subjects);
    Ok(audit_counted::table.filter(audit_counted::since.le(until)).order(order).load(db)?)
}

/// Forgets what is counted since before `until`.
pub(crate) fn forget_counted(db: &mut Db, until: i64) -> Result<(), HubError> {
    diesel::delete(audit_counted::table.filter(audit_counted::since.le(until))).execute(db)?;
    Ok(())
}

/// Counts one more of something that is counted already, and says how often it was since when. `None`: it is not.
pub(crate) fn count(db: &mut Db, what: What<'_>) -> Result<Option<(i64, i64)>, HubError> {
    let counted = audit_counted::table.find(what);
    diesel::update(counted).set(audit_counted::count.eq(audit_counted::count + 1)).execute(db)?;
    Ok(counted.select((audit_counted::count, audit_counted::since)).first(db).optional()?)
}

/// Whether it is counted, since after `from`.
pub(crate) fn is_counted(db: &mut Db, what: What<'_>, from: i64) -> Result<bool, HubError> {
    let since: Option<i64> = audit_counted::table.find(what).select(audit_counted::since).first(db).optional()?;
    Ok(since.is_some_and(|since| since > from))
}

/// How many different things are counted of what somebody does.
pub(crate) fn counted_of(db: &mut Db, actor: &str, act: &str) -> Result<usize, HubError> {
    let of = audit_counted::table.filter(audit_counted::actor.eq(actor)).filter(audit_counted::act.eq(act));
    let count: i64 = of.count().get_result(db)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Begins to count.
pub(crate) fn begin_counted(db: &mut Db, (actor, act, subjects): What<'_>, now: i64) -> Result<(), HubError> {
    let values = (
        audit_counted::actor.eq(actor),
        audit_counted::act.eq(act),
        audit_counted::subjects.eq(subjects),
        audit_counted::since.eq(now),
        audit_counted::count.eq(0),
    );
    diesel::insert_into(audit_counted::table).values(values).execute(db)?;
    Ok(())
}
