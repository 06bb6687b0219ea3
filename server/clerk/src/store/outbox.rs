//! Mail that is to go out.

use diesel::prelude::*;
use habeas_db::Db;
use habeas_protocol::CaseId;

use crate::ClerkError;
use crate::schema::outbox;

/// The event that asks somebody to confirm: anybody can cause such mail, so everything else goes before it.
pub(crate) const CONFIRM: &str = "confirm";

/// A mail that has been claimed for sending.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Claimed {
    pub id: Vec<u8>,
    pub event: String,
    pub recipient: Vec<u8>,
    pub mail_sealed: Vec<u8>,
    pub attempts: i64,
}

/// Adds a mail, unless the same event has caused one to the same recipient already.
pub(crate) fn add(
    db: &mut Db,
    id: &[u8; 16],
    event: &str,
    recipient: &[u8],
    mail_sealed: &[u8],
    now: i64,
) -> Result<(), ClerkError> {
    let same = outbox::table.filter(outbox::event.eq(event)).filter(outbox::recipient.eq(recipient));
    if same.count().get_result::<i64>(db)? > 0 {
        return Ok(());
    }
    let values = (
        outbox::id.eq(id.as_slice()),
        outbox::event.eq(event),
        outbox::recipient.eq(recipient),
        outbox::mail_sealed.eq(mail_sealed),
        outbox::state.eq("waiting"),
        outbox::attempts.eq(0),
        outbox::next_attempt.eq(now),
        outbox::created_at.eq(now),
    );
    diesel::insert_into(outbox::table).values(values).execute(db)?;
    Ok(())
}

/// Claims the next mail that is due, what only a stranger has caused last: nobody else sends it before `lease_until`.
pub(crate) fn claim(db: &mut Db, now: i64, lease_until: i64) -> Result<Option<Claimed>, ClerkError> {
    let due = outbox::table.filter(outbox::state.eq("waiting")).filter(outbox::next_attempt.le(now)).order((
        outbox::event.eq(CONFIRM),
        outbox::next_attempt,
        outbox::id,
    ));
    let found: Option<Claimed> =
        due.select((outbox::id, outbox::event, outbox::recipient, outbox::mail_sealed, outbox::attempts)).first(db).optional()?;
    let Some(claimed) = found else {
        return Ok(None);
    };
    let row = outbox::table.filter(outbox::id.eq(&claimed.id)).filter(outbox::next_attempt.le(now));
    let values = (outbox::next_attempt.eq(lease_until), outbox::attempts.eq(claimed.attempts + 1));
    // Another clerk that claimed it in between has moved the next attempt away.
    Ok((diesel::update(row).set(values).execute(db)? == 1).then_some(claimed))
}

/// Marks a mail as sent or dead, or when to try again.
pub(crate) fn finish(db: &mut Db, id: &[u8], state: &str, next_attempt: i64) -> Result<(), ClerkError> {
    let values = (outbox::state.eq(state), outbox::next_attempt.eq(next_attempt));
    diesel::update(outbox::table.filter(outbox::id.eq(id))).set(values).execute(db)?;
    Ok(())
}

/// Deletes a mail.
pub(crate) fn delete(db: &mut Db, id: &[u8]) -> Result<(), ClerkError> {
    diesel::delete(outbox::table.filter(outbox::id.eq(id))).execute(db)?;
    Ok(())
}

/// Deletes all mail that a case has caused, or that was for these recipients, sent or not.
pub(crate) fn erase(db: &mut Db, case: CaseId, recipients: &[Vec<u8>]) -> Result<(), ClerkError> {
    diesel::delete(outbox::table.filter(outbox::event.like(format!("{case}/%")))).execute(db)?;
    erase_to(db, recipients)
}

/// Deletes all mail that was for these recipients, sent or not.
pub(crate) fn erase_to(db: &mut Db, recipients: &[Vec<u8>]) -> Result<(), ClerkError> {
    diesel::delete(outbox::table.filter(outbox::recipient.eq_any(recipients))).execute(db)?;
    Ok(())
}

/// Deletes what waits to be sent because of a case; returns the rules that had caused it, each with whether anybody has got a mail by it before.
pub(crate) fn withdraw(db: &mut Db, case: CaseId) -> Result<Vec<(String, bool)>, ClerkError> {
    let waiting = outbox::state.eq("waiting").and(outbox::event.like(format!("{case}/%")));
    let events: Vec<String> = outbox::table.filter(waiting.clone()).select(outbox::event).load(db)?;
    diesel::delete(outbox::table.filter(waiting)).execute(db)?;
    let mut rules = Vec::new();
    for rule in events.iter().filter_map(|event| event.split('/').nth(1)) {
        let sent = outbox::event.like(format!("{case}/{rule}/%")).and(outbox::state.eq("sent"));
        rules.push((rule.to_owned(), outbox::table.filter(sent).count().get_result::<i64>(db)? > 0));
    }
    Ok(rules)
}

/// When the next waiting mail is due.
pub(crate) fn next_attempt(db: &mut Db) -> Result<Option<i64>, ClerkError> {
    let waiting = outbox::table.filter(outbox::state.eq("waiting"));
    Ok(waiting.select(diesel::dsl::min(outbox::next_attempt)).first(db)?)
}
