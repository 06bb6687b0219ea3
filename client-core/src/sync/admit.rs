//! Admission: whether a change that somebody sent belongs into a case. A pure function of the change, of its history and of
//! the organisation's log; the order of arrival never matters. The same code on every device and on the clerk.

use habeas_protocol::{CaseId, DeviceId, Envelope, Hash, Log, Signature, access, signed_change};

use super::change::{BadChange, ParsedChange};
use super::history::{History, Past};
use super::replica::CaseKeys;
use super::short::{ShortHash, of_case, ways};
use crate::case::{Document, FactId, fields, is_well_formed, replaced};
use crate::keys::{CaseSecret, FactKey, LimitedKey, Signed, Vouched, Witness, open_payload, read_fact_key, read_payload};

/// What becomes of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in the case now.
    Admitted(Admitted),
    /// It is the key of a sealed fact, and the case's facts can be read with it now.
    Key(FactKey),
    /// It is the key of a limited fact, which whoever belongs to its circles can open.
    Limited(LimitedKey),
    /// It is the key of a fact that is erased: it is not kept.
    Erased,
    /// It was there already.
    Duplicate,
    /// It may belong into the case once something else has arrived; it is kept and tried again.
    Parked(Parked),
    /// It can never belong into the case. It is kept aside and shown with its author's device: it never vanishes.
    Refused(Refusal),
}

/// A change that was admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The change's hash.
    pub change: [u8; 32],
    /// The device that wrote it.
    pub device: DeviceId,
    /// The facts that it added.
    pub facts: Vec<FactId>,
}

/// What a change waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parked {
    /// This device has no secret of that epoch of the case yet.
    Secret,
    /// The log that this device knows has no device that writes under this actor, or not the signer of a limited key.
    Author,
    /// Changes that it was written upon have not arrived.
    Dependencies(Vec<[u8; 32]>),
    /// Those have not arrived, or not all, that it calls by the first bytes of their names; of those that are here `tried` ways to read
    /// them make another change.
    Named {
        /// What the names of its dependencies begin with.
        deps: Vec<ShortHash>,
        /// How many ways to read them there were.
        tried: usize,
    },
    /// Its author's signature does not come with it, and a later change of theirs that was written upon it has not come. Which change it is.
    Signature(Hash),
    /// The case holds as much as one can ([`MAX_DOCUMENT`](crate::case::MAX_DOCUMENT)).
    Room,
}

impl Parked {
    /// Whether the case's own changes, as they are now, may let it go on. Keys and log are not asked.
    pub(super) fn may_go_on(&self, history: &History) -> bool {
        match self {
            Self::Dependencies(missing) => missing.iter().all(|dep| history.contains(dep)),
            Self::Named { deps, tried } => ways(deps, &of_case(history)).len() > *tried,
            Self::Secret | Self::Author | Self::Signature(_) | Self::Room => false,
        }
    }

    /// Whether it may wait for, or be waited for by, what comes without a signature.
    pub(super) fn may_be_covered(&self) -> bool {
        matches!(self, Self::Signature(_) | Self::Dependencies(_) | Self::Named { .. })
    }
}

/// Why a change can never belong into the case. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// `seal`: it does not open with the case's secret.
    #[error("seal: it does not open with the case's key")]
    Seal,
    /// `change`: what is sealed is no change in its one spelling, within bounds.
    #[error("change: {0}")]
    Change(BadChange),
    /// `id`: the envelope bears another change's name.
    #[error("id: the envelope bears another change's name")]
    Id,
    /// `signature`: not signed by the device whose actor it bears.
    #[error("signature: not signed by the device whose name it bears")]
    Signature,
    /// `seq`: not the author's next change after those that it was written upon.
    #[error("seq: not the author's next change")]
    Seq,
    /// `start_op`: its operations do not follow those that it was written upon.
    #[error("start_op: its operations do not follow those before it")]
    StartOp,
    /// `field`: a fact has no kind, or a field with a bad name or value, or too many.
    #[error("field: a fact is not well-formed")]
    Field,
    /// `replaces`: it replaces a fact that its author cannot have seen.
    #[error("replaces: it replaces a fact that its author cannot have seen")]
    Replaces,
    /// `apply`: Automerge could not apply it, although everything above held.
    #[error("apply: it cannot be applied")]
    Apply,
}

impl Refusal {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Change(_) => "change",
            Self::Id => "id",
            Self::Signature => "signature",
            Self::Seq => "seq",
            Self::StartOp => "start_op",
            Self::Field => "field",
            Self::Replaces => "replaces",
            Self::Apply => "apply",
        }
    }
}

/// A change that passed every check but has not been applied.
pub(super) struct Passed {
    pub change: ParsedChange,
    /// `None`: that of a later change of the same author covers it.
    pub signature: Option<Signature>,
    pub past: Past,
    pub admitted: Admitted,
    /// What its author has seen of the hub, by their own word.
    pub witness: Option<Witness>,
}

/// Why a change does not come in.
pub(super) enum Not {
    /// It is in the case, and its author has signed it so.
    There(Hash, Signature),
    /// This becomes of it.
    Outcome(Outcome),
}

impl From<Outcome> for Not {
    fn from(outcome: Outcome) -> Self {
        Self::Outcome(outcome)
    }
}

/// Everything but applying it, cheapest first. `Err` holds what becomes of it.
pub(super) fn check(case: CaseId, envelope: &Envelope, keys: &CaseKeys, log: &Log, document: &Document) -> Result<Passed, Not> {
    let refuse = |refusal| Outcome::Refused(refusal);
    if envelope.case != case {
        return Err(refuse(Refusal::Seal).into());
    }
    if access::may_stay(log, case, envelope.id).is_err() {
        return Err(Outcome::Erased.into());
    }
    // 1. The seal opens; the id is that of the change; the author's device signed it.
    let (Some(secret), Some(ids)) = (keys.secret(envelope.epoch), keys.secret(0)) else {
        return Err(Outcome::Parked(Parked::Secret).into());
    };
    let payload = open_payload(envelope, secret).map_err(|_| refuse(Refusal::Seal))?;
    if let Some(key) = read_fact_key(&payload) {
        let is_named = ids.fact_key_id(&key.seal_id()) == envelope.id;
        return Err(if is_named { Outcome::Key(key) } else { refuse(Refusal::Id) }.into());
    }
    if let Some(limited) = LimitedKey::read(&payload) {
        return Err(limited_key(case, envelope, limited, (log, ids)).into());
    }
    // 2 and 3. Only a change in our one spelling.
    let opened = read_payload(&payload).map_err(|bad| refuse(Refusal::Change(bad)))?;
    let chunk = opened.chunk(envelope.id, ids, document.history(), log).map_err(Outcome::Parked)?;
    let change = ParsedChange::parse(&chunk).map_err(|bad| refuse(Refusal::Change(bad)))?;
    if ids.envelope_id(&change.hash) != envelope.id {
        return Err(refuse(Refusal::Id).into());
    }
    match opened.signature {
        Some(signature) => fits(case, change, By::Signature(signature, opened.witness), log, document),
        // What it was written upon is asked once it is covered.
        None => Err(Outcome::Parked(Parked::Signature(change.hash)).into()),
    }
}

/// Whether a limited key may be in the case. Nothing of it has to be opened for that, so everybody who reads the case decides alike.
fn limited_key(case: CaseId, envelope: &Envelope, limited: LimitedKey, (log, ids): (&Log, &CaseSecret)) -> Outcome {
    if access::may_stay(log, case, ids.fact_key_id(&limited.seal_id())).is_err() {
        return Outcome::Erased;
    }
    if limited.id(ids) != envelope.id {
        return Outcome::Refused(Refusal::Id);
    }
    match limited.vouched(case, log) {
        Vouched::Yes => Outcome::Limited(limited),
        Vouched::No => Outcome::Refused(Refusal::Signature),
        Vouched::NotYet => Outcome::Parked(Parked::Author),
    }
}

/// What a change stands by.
pub(super) enum By {
    /// Its author's signature, and what they had seen of the hub, by their own word.
    Signature(Signature, Option<Signed>),
    /// The signature of a later change of the same author, which was written upon it and comes with it.
    Later,
}

/// Everything that is asked of a change once it is open.
pub(super) fn fits(case: CaseId, change: ParsedChange, by: By, log: &Log, document: &Document) -> Result<Passed, Not> {
    let (history, refuse) = (document.history(), |refusal| Not::Outcome(Outcome::Refused(refusal)));
    let Some((device, member)) = log.author(&change.actor) else {
        return Err(Outcome::Parked(Parked::Author).into());
    };
    let (signature, witness) = match by {
        By::Signature(signature, witness) => {
            if !member.keys.verifies(&signed_change(case, change.actor, change.seq, change.hash), &signature) {
                return Err(refuse(Refusal::Signature));
            }
            // Somebody else's word, or a word about another change, counts for nothing; the change stands by its own signature.
            (Some(signature), witness.filter(|signed| signed.is_of(&change.hash, &member.keys)).map(|signed| signed.witness))
        }
        By::Later => (None, None),
    };
    if history.contains(&change.hash) {
        return Err(signature.map_or(Not::Outcome(Outcome::Duplicate), |signature| Not::There(change.hash, signature)));
    }
    // 4. Its dependencies are here, and it is its author's next change after them.
    let Some(past) = history.past(&change.deps) else {
        return Err(Outcome::Parked(Parked::Dependencies(history.missing(&change.deps))).into());
    };
    if change.deps.is_empty() || past.clock.get(&change.actor).copied().unwrap_or(0).checked_add(1) != Some(change.seq) {
        return Err(refuse(Refusal::Seq));
    }
    // 5. Its operations follow theirs.
    if change.start_op != past.max_op + 1 {
        return Err(refuse(Refusal::StartOp));
    }
    // 7. Its facts are well-formed and replace only what their author has seen.
    let facts: Vec<FactId> = (0..).zip(&change.facts).map(|(number, _)| FactId::of(change.actor, change.seq, number)).collect();
    for fact in &change.facts {
        fields::check(fact).map_err(|_| refuse(Refusal::Field))?;
        if !is_well_formed(fact) {
            return Err(refuse(Refusal::Field));
        }
        let replaced = replaced(fact).map_err(|_| refuse(Refusal::Field))?;
        if !replaced.iter().all(|id| document.meant(id, &past).is_some()) {
            return Err(refuse(Refusal::Replaces));
        }
    }
    let admitted = Admitted { change: change.hash, device, facts };
    Ok(Passed { change, signature, past, admitted, witness })
}
