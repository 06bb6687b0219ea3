//! Whose it is that was set aside, and why: what admission refuses, or lets wait, never vanishes, and people can ask whoever wrote it.

use habeas_protocol::{DeviceId, Envelope, EnvelopeId, Log, signed_change};

use super::OpenCase;
use crate::keys::{Content, LimitedKey, Vouched, open_payload, read_payload};
use crate::sync::{Outcome, Parked, ParsedChange};

/// Whose something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// This device has signed it.
    Signed(DeviceId),
    /// It bears this device's name. Nothing proves that it is its work: its signature is somebody else's, or what it was written upon has
    /// not come, without which nobody can verify it.
    Named(DeviceId),
    /// It does not open here, or bears no name that the log knows.
    Nobody,
}

/// Something of a case that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Its name.
    pub id: EnvelopeId,
    /// Whose it is.
    pub whose: Whose,
    /// Why, by a stable code: that of a refusal, or what it waits for.
    pub why: &'static str,
}

impl OpenCase {
    /// What waits or was refused, in the order in which it came.
    pub fn aside(&self, log: &Log) -> Vec<Aside> {
        let one = |envelope: &Envelope, outcome| Aside { id: envelope.id, whose: self.whose(envelope, log), why: why(outcome) };
        self.replica.aside().iter().map(|aside| one(&aside.envelope, &aside.outcome)).collect()
    }

    fn whose(&self, envelope: &Envelope, log: &Log) -> Whose {
        let (Some(secret), Some(ids)) = (self.keys.secret(envelope.epoch), self.keys.secret(0)) else { return Whose::Nobody };
        let Ok(payload) = open_payload(envelope, secret) else { return Whose::Nobody };
        if let Some(limited) = LimitedKey::read(&payload) {
            let by = Some(limited.signer()).filter(|by| log.known(by).is_some());
            let vouched = limited.vouched(envelope.case, log) == Vouched::Yes;
            return by.map_or(Whose::Nobody, if vouched { Whose::Signed } else { Whose::Named });
        }
        let Ok(opened) = read_payload(&payload) else { return Whose::Nobody };
        let chunk = opened.chunk(envelope.id, ids, self.replica.history(), log);
        let change = chunk.ok().and_then(|chunk| ParsedChange::parse(&chunk).ok());
        let actor = match (&change, &opened.content) {
            (Some(change), _) => Some(change.actor),
            (None, Content::Short(short)) => short.only_actor(log),
            (None, Content::Whole(_)) => None,
        };
        let Some((device, member)) = actor.and_then(|actor| log.author(&actor)) else { return Whose::Nobody };
        let signed = |of: &ParsedChange| signed_change(envelope.case, of.actor, of.seq, of.hash);
        let is_signed =
            |of: &ParsedChange| opened.signature.is_some_and(|signature| member.keys.verifies(&signed(of), &signature));
        match change.filter(is_signed) {
            Some(_) => Whose::Signed(device),
            None => Whose::Named(device),
        }
    }
}

fn why(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Parked(Parked::Secret) => "no_key",
        Outcome::Parked(Parked::Author) => "author",
        Outcome::Parked(Parked::Dependencies(_) | Parked::Named { .. }) => "earlier",
        Outcome::Parked(Parked::Signature(_)) => "later",
        Outcome::Parked(Parked::Room) => "room",
        Outcome::Refused(refusal) => refusal.code(),
        Outcome::Admitted(_) | Outcome::Key(_) | Outcome::Limited(_) | Outcome::Erased | Outcome::Duplicate => "",
    }
}
