//! The audit record: written in the transaction that does what it tells of, a chain that nobody who has the server can change in the
//! middle, and whose head devices keep. What is refused is told once an hour with how often, so a flood does not fill it.

use habeas_db::{Db, Store};
use habeas_protocol::access::{Action, Caller};
use habeas_protocol::api::{Session, SignIn};
use habeas_protocol::{Act, Actor, AuditEntry, AuditHead, Body, CaseId, DeviceId, DeviceKeys, Entry, Hash, TakenOut};
use rand_core::CryptoRng;

use crate::store::{accounts, audit, cases};
use crate::{Hub, HubError};

/// For how long what comes again and again is counted before it is told, in seconds.
const COUNTED: i64 = 3600;
/// How often in that time a device tells that something was taken out; what is more it tells later.
const TAKEN_OUT: usize = 640;
/// A device is told a newer head when it is so many entries further than its own.
const TOLD_AFTER: u64 = 32;
/// Or so many seconds after its own.
const TOLD_LATER: i64 = 3600;
/// How many entries are read at a time.
const BATCH: i64 = 1000;

/// Where a record is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// An entry, or its link, was changed.
    #[error("entry {0} was changed: its link does not follow from it and the entry before")]
    Changed(u64),
    /// Entries are missing in the middle.
    #[error("entry {0} is missing")]
    Missing(u64),
    /// Entries are missing at the end, or were added without the chain.
    #[error("the record ends with entry {there}, and its head says {head}: the end was removed or something was added")]
    End {
        /// The last entry.
        there: u64,
        /// What the head says.
        head: u64,
    },
    /// The record is shorter than the head that was given.
    #[error(
        "the record ends with entry {there}; it once had {given}: it was shortened, or restored from a backup made before that"
    )]
    Shortened {
        /// The last entry.
        there: u64,
        /// The head that was given.
        given: u64,
    },
    /// The record is another one.
    #[error(
        "entry {0} is another one than the head that was given: the record was written anew, or goes on from an older backup"
    )]
    Another(u64),
}

/// Writes an entry. It is the last thing that a transaction does but for committing: from here on everybody else who writes waits.
pub(crate) fn note(db: &mut Db, actor: Actor, act: Act, subjects: &str, now: i64) -> Result<(), HubError> {
    let mut head = audit::lock(db)?;
    settle(db, &mut head, now)?;
    add(db, &mut head, (&actor.to_string(), act.name(), subjects), "done", now)
}

/// Tells of something that was refused: the first time at once, then each time that it has happened ten times as often, and once an hour how often.
pub(crate) fn note_refused(db: &mut Db, actor: Actor, act: Act, subjects: &str, now: i64) -> Result<(), HubError> {
    let (actor, act) = (actor.to_string(), act.name());
    let mut head = audit::lock(db)?;
    settle(db, &mut head, now)?;
    let what = (&*actor, act, subjects);
    match audit::count(db, what)? {
        None => {
            audit::begin_counted(db, what, now)?;
            add(db, &mut head, what, "refused", now)?;
        }
        // What is only counted stands outside the chain: so most of a flood is told while it lasts.
        Some((count, since)) if is_worth_telling(count) => add(db, &mut head, what, &refused_more(count, since), now)?,
        Some(_) => {}
    }
    Ok(())
}

/// Whether whoever asked for this did not know the account's password, or had no code of its second factor. That a code is needed is how
/// everybody with a second factor begins.
fn is_guess<T>(done: &Result<T, HubError>) -> bool {
    matches!(done, Err(HubError::Unauthorized | HubError::Refused(..)))
        && !matches!(done, Err(HubError::Refused("second_factor_needed", _)))
}

/// Tells of passwords and codes that somebody tries on a device with a session: it may lie open.
pub(crate) fn note_guessed<T>(
    store: &Store,
    caller: Caller,
    act: Act,
    done: &Result<T, HubError>,
    now: i64,
) -> Result<(), HubError> {
    if !is_guess(done) {
        return Ok(());
    }
    let subjects = format!("person:{}", caller.person);
    store.write(|db| note_refused(db, Actor::Device(caller.device), act, &subjects, now))
}

/// Tells that somebody has fetched something that comes in many pieces: once an hour.
pub(crate) fn note_fetched(db: &mut Db, by: DeviceId, act: Act, subjects: &str, now: i64) -> Result<(), HubError> {
    let mut head = audit::lock(db)?;
    settle(db, &mut head, now)?;
    let what = (&*by.to_string(), act.name(), subjects);
    if !audit::is_counted(db, what, now - COUNTED)? {
        audit::begin_counted(db, what, now)?;
        add(db, &mut head, what, "done", now)?;
    }
    Ok(())
}

/// Tells what was taken out of a device, and how much of that is told now. What the device tells again, because an answer did not come, is told once.
pub(crate) fn note_taken_out(db: &mut Db, by: DeviceId, taken: &[TakenOut], now: i64) -> Result<u8, HubError> {
    let (actor, act) = (by.to_string(), Act::TakeOut.name());
    let mut head = audit::lock(db)?;
    settle(db, &mut head, now)?;
    let room = TAKEN_OUT.saturating_sub(audit::counted_of(db, &actor, act)?);
    let taken = &taken[..taken.len().min(room)];
    for out in taken {
        let subjects = out.subjects();
        let what = (&*actor, act, &*subjects);
        if !audit::is_counted(db, what, now - COUNTED)? {
            audit::begin_counted(db, what, now)?;
            add(db, &mut head, what, "done", now)?;
        }
    }
    Ok(u8::try_from(taken.len()).unwrap_or(u8::MAX))
}

/// Whether that was told within the hour.
pub(crate) fn is_told(db: &mut Db, by: DeviceId, act: Act, subjects: &str, now: i64) -> Result<bool, HubError> {
    audit::is_counted(db, (&by.to_string(), act.name(), subjects), now - COUNTED)
}

/// Tells that somebody has read a list which is asked for again and again: once an hour.
pub(crate) fn note_read(store: &Store, by: DeviceId, act: Act, now: i64) -> Result<(), HubError> {
    if store.read(|db| is_told(db, by, act, "", now))? {
        return Ok(());
    }
    store.write(|db| note_fetched(db, by, act, "", now))
}

/// Ten, a hundred, a thousand.
fn is_worth_telling(count: i64) -> bool {
    count >= 10 && count == 10_i64.pow(count.ilog10())
}

/// How often something was refused besides the first time, all in all since then.
fn refused_more(count: i64, since: i64) -> String {
    format!("refused {count} more since {since}")
}

/// Tells of what was counted for long enough.
fn settle(db: &mut Db, head: &mut (u64, Hash), now: i64) -> Result<(), HubError> {
    let until = now - COUNTED;
    let counted = audit::counted(db, until)?;
    for row in counted.iter().filter(|row| row.count > 0) {
        add(db, head, (&row.actor, &row.act, &row.subjects), &refused_more(row.count, row.since), now)?;
    }
    if !counted.is_empty() {
        audit::forget_counted(db, until)?;
    }
    Ok(())
}

fn add(db: &mut Db, head: &mut (u64, Hash), what: (&str, &str, &str), outcome: &str, now: i64) -> Result<(), HubError> {
    let (actor, act, subjects) = (what.0.to_owned(), what.1.to_owned(), what.2.to_owned());
    let entry = AuditEntry { number: head.0 + 1, at: now, actor, act, subjects, outcome: outcome.to_owned() };
    let link = entry.chain(&head.1).map_err(habeas_protocol::LogError::from)?;
    audit::add(db, &entry, &link)?;
    *head = (entry.number, link);
    Ok(())
}

/// Tells of an entry of the log that was stored, by its number there and whoever signed it.
pub(crate) fn note_log(db: &mut Db, entry: &Entry, now: i64) -> Result<(), HubError> {
    let (act, about) = match &entry.body {
        Body::Genesis { device, .. } => (Act::Begin, format!("device:{}", device.id())),
        Body::DeviceAdmitted { device, person, role } => {
            (Act::Admit, format!("device:{} person:{person} role:{}", device.id(), role.name()))
        }
        Body::CircleEpoch(key) => (Act::Circle, format!("circle:{} epoch:{}", key.circle, key.epoch)),
        Body::CircleJoined { circle, device, .. } => (Act::Join, format!("circle:{circle} device:{device}")),
        Body::Grant { case, circle } => (Act::Grant, format!("case:{case} circle:{circle}")),
        Body::DeviceRevoked { device, .. } => (Act::Revoke, format!("device:{device}")),
        Body::CaseErased { case } => (Act::Erase, format!("case:{case}")),
        Body::FactErased { case, key } => (Act::Erase, format!("case:{case} fact:{key}")),
        Body::CoordinatorFrozen { person } => (Act::Freeze, format!("person:{person}")),
        Body::CoordinatorThawed { person } => (Act::Thaw, format!("person:{person}")),
        Body::CaseShared { case, circle, writes, until } => {
            let until = until.map(|until| format!(" until:{until}")).unwrap_or_default();
            (Act::Share, format!("case:{case} circle:{circle} for:{}{until}", if *writes { "writing" } else { "reading" }))
        }
        Body::ShareEnded { case, circle } => (Act::EndShare, format!("case:{case} circle:{circle}")),
        Body::TeamNamed { team, .. } => (Act::NameTeam, format!("team:{team}")),
        Body::TeamMember { team, person, joins } => {
            (if *joins { Act::JoinTeam } else { Act::LeaveTeam }, format!("team:{team} person:{person}"))
        }
        Body::TeamCase { team, case, gets: true } => (Act::Share, format!("team:{team} case:{case}")),
        Body::TeamCase { team, case, gets: false } => (Act::EndShare, format!("team:{team} case:{case}")),
        Body::ShiftBegun { person, until, .. } => (Act::BeginShift, format!("person:{person} until:{until}")),
        Body::ShiftEnded { person } => (Act::EndShift, format!("person:{person}")),
        Body::RoleChanged { person, role } => (Act::ChangeRole, format!("person:{person} role:{}", role.name())),
    };
    note(db, Actor::Device(entry.signer), act, &format!("log:{} {about}", entry.number), now)
}

/// What a device is told that keeps the head of that number, 0 for none: the entry of that number, which proves that it is still there, and
/// the newest one if that is much newer. What is not there is not told, and the device says so to its user.
pub(crate) fn told(db: &mut Db, kept: u64, now: i64) -> Result<Vec<AuditHead>, HubError> {
    let (number, link) = audit::head(db)?;
    let there = if kept > 0 { audit::get(db, kept)? } else { None };
    let mut told: Vec<AuditHead> = there.iter().map(|(_, link)| AuditHead::new(kept, link)).collect();
    let is_news = there.is_none_or(|(at, _)| number >= kept + TOLD_AFTER || now - at >= TOLD_LATER);
    if number > 0 && number != kept && is_news {
        told.push(AuditHead::new(number, &link));
    }
    Ok(told)
}

impl Hub {
    /// Records something that was done, or what access does not allow and was refused, elsewhere than in the hub's own database.
    pub fn audit(&self, actor: Actor, act: Act, subjects: &str, now: i64) -> Result<(), HubError> {
        let note = if act == Act::Access { note_refused } else { note };
        self.store.write(|db| note(db, actor, act, subjects, now))
    }

    /// Records who was refused something about a case, by the action's name. Of a case that is not here only that: whoever makes numbers up
    /// fills nothing.
    pub(crate) fn of_case<T>(
        &self,
        caller: Caller,
        (action, case): (&str, CaseId),
        done: Result<T, HubError>,
        now: i64,
    ) -> Result<T, HubError> {
        if matches!(done, Err(HubError::Denied(_))) {
            self.store.write(|db| {
                let about = cases::opened_by(db, case)?.map(|_| format!(" case:{case}")).unwrap_or_default();
                let subjects = format!("action:{action}{about}");
                note_refused(db, Actor::Device(caller.device), Act::Access, &subjects, now)
            })?;
        }
        done
    }

    /// Signs in, and records it, also that somebody was refused: by the account's person if there is one, for a name may be anything that
    /// somebody typed.
    pub fn sign_in(&self, sign_in: &SignIn, now: i64, rng: &mut impl CryptoRng) -> Result<Session, HubError> {
        let done = self.try_sign_in(sign_in, now, rng);
        if is_guess(&done) {
            let device = DeviceKeys::from_hex(&sign_in.device).map(|keys| keys.id());
            self.store.write(|db| {
                let person = accounts::by_name(db, &sign_in.account)?.map(|(person, _)| person);
                // Only a device that has signed in before is named: whoever makes keys by the thousand is one unknown.
                let device = match device {
                    Some(device) => crate::store::devices::owner(db, device)?.map(|_| device),
                    None => None,
                };
                let subjects = person.map(|person| format!("person:{person}")).unwrap_or_default();
                note_refused(db, device.map_or(Actor::Unknown, Actor::Device), Act::SignIn, &subjects, now)
            })?;
        }
        done
    }

    /// Fails unless the newest log lets the caller do that, with a second factor where it takes one, and records who was refused what.
    pub fn admit(&self, caller: Caller, action: Action<'_>, now: i64) -> Result<(), HubError> {
        let allowed = self.allows(caller, action).and_then(|()| self.has_second_factor_for(caller, action, now));
        if let Err(HubError::Denied(_)) = allowed {
            let subjects = format!("action:{action:?}");
            self.store.write(|db| note_refused(db, Actor::Device(caller.device), Act::Access, &subjects, now))?;
        }
        allowed
    }

    /// The record's head; `None` while nothing is recorded.
    pub fn audit_head(&self) -> Result<Option<AuditHead>, HubError> {
        let (number, link) = self.store.read(audit::head)?;
        Ok((number > 0).then(|| AuditHead::new(number, &link)))
    }

    /// Hands every entry from a number on to `each`, in order, then says what is refused and not in the chain yet: `actor act subjects`
    /// and how often.
    pub fn audit_entries(&self, from: u64, mut each: impl FnMut(AuditEntry)) -> Result<Vec<(String, i64)>, HubError> {
        let mut next = from;
        loop {
            let rows = self.store.read(|db| audit::from(db, next, BATCH))?;
            let Some((last, _)) = rows.last() else { break };
            next = last.number + 1;
            rows.into_iter().for_each(|(entry, _)| each(entry));
        }
        let counted = self.store.read(|db| audit::counted(db, i64::MAX))?;
        let line = |row: audit::Counted| (format!("{} {} {}", row.actor, row.act, row.subjects), row.count);
        Ok(counted.into_iter().filter(|row| row.count > 0).map(line).collect())
    }

    /// Computes the chain anew, and compares it with its head and with heads that devices keep. `Ok(Err(…))` says where it is not what it was.
    pub fn verify_audit(&self, given: &[AuditHead]) -> Result<Result<Option<AuditHead>, AuditError>, HubError> {
        let (mut number, mut link) = (0, [0; 32]);
        let mut found = Vec::new();
        let (head, head_link) = loop {
            let rows = self.store.read(|db| audit::from(db, number + 1, BATCH))?;
            if rows.is_empty() {
                // Entry and head are written together. Where the head is further now, somebody has written meanwhile.
                let head = self.store.read(audit::head)?;
                if head.0 <= number || self.store.read(|db| audit::from(db, number + 1, 1))?.is_empty() {
                    break head;
                }
            }
            for (entry, stored) in rows {
                if entry.number != number + 1 {
                    return Ok(Err(AuditError::Missing(number + 1)));
                }
                let computed = entry.chain(&link).map_err(habeas_protocol::LogError::from)?;
                if computed.as_slice() != stored.as_slice() {
                    return Ok(Err(AuditError::Changed(entry.number)));
                }
                (number, link) = (entry.number, computed);
                found.extend(given.iter().filter(|given| **given == AuditHead::new(number, &link)));
            }
        };
        if number != head || head > 0 && link != head_link {
            return Ok(Err(AuditError::End { there: number, head }));
        }
        if let Some(given) = given.iter().find(|given| !found.contains(given)) {
            let given = given.number;
            return Ok(Err(if given > number {
                AuditError::Shortened { there: number, given }
            } else {
                AuditError::Another(given)
            }));
        }
        Ok(Ok((head > 0).then(|| AuditHead::new(head, &head_link))))
    }
}
