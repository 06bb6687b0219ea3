//! Sealing a change into an envelope and opening it again.
//!
//! What is sealed: the payload's version, the author's signature, what the change says, deflated with a preset dictionary. The nonce
//! is the envelope's id, which belongs to one change, and a keyed hash of exactly those bytes and of what is authenticated beside
//! them. So the same bytes seal the same way; the few ways to write one change have nonces of their own; and only the hash travels.

use habeas_protocol::limits::MAX_CHANGE;
use habeas_protocol::{CaseId, Envelope, EnvelopeId, Log, Signature, decode, encode, signed_change};

use zeroize::Zeroizing;

use super::deflate::{DICTIONARY, DICTIONARY_2, deflate, inflate};
use super::primitives::{decrypt, encrypt, mac};
use super::{CaseSecret, DeviceSecrets, DoesNotOpen, FactKey, Signed};
use crate::case::Written;
use crate::sync::{BadChange, Beginning, History, Parked, ParsedChange, Short, of_case};

/// The first version of the payload: the change's own bytes in raw deflate with the first dictionary. What an earlier program has sealed
/// is read for ever; written so is only what is no change of ours.
const AS_IT_IS: u8 = 1;
/// The second: what the change says, its facts in raw deflate with the second dictionary.
const SAID: u8 = 2;
/// The same, and before it what the author has seen of the hub.
const WITNESSED: u8 = 3;
/// As [`SAID`], with the names in it short.
const SHORT: u8 = 4;
/// As [`WITNESSED`], with the names in it short.
const SHORT_WITNESSED: u8 = 5;
/// No change: the key of a sealed fact.
const FACT_KEY: u8 = 6;
/// As [`SAID`], but without a signature: that of a later change of the same author covers it.
const COVERED: u8 = 9;
/// The longest witness, in bytes.
const MAX_WITNESS: usize = 512;
/// How many bytes of the hash of what is encrypted travel, to be part of the nonce.
const NONCE: usize = 8;

/// An envelope's content. Nothing in it has been believed yet: see admission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The author's signature over case, actor, number and change; `None` where that of a later change of theirs covers it.
    pub signature: Option<Signature>,
    /// The change.
    pub content: Content,
    /// What the author has seen of the hub.
    pub witness: Option<Signed>,
}

/// A change as an envelope tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The raw change chunk.
    Whole(Vec<u8>),
    /// What it says, with short names: only with the case can it be read.
    Short(Short),
}

/// Seals a change that this device has written. `epoch` is that of `secret`; `ids` is the secret of epoch 0.
pub fn seal(
    case: CaseId,
    (epoch, secret): (u32, &CaseSecret),
    ids: &CaseSecret,
    device: &DeviceSecrets,
    actor: [u8; 16],
    written: &Written,
) -> Result<Envelope, DoesNotOpen> {
    let signature = device.sign(&signed_change(case, actor, written.seq, written.hash));
    match ParsedChange::parse(&written.chunk) {
        Ok(change) => seal_signed(case, (epoch, secret), ids, signature, &ParsedChange { hash: written.hash, ..change }),
        Err(_) => {
            let packed = deflate(&written.chunk, DICTIONARY).ok_or(DoesNotOpen)?;
            let payload = [&[AS_IT_IS], signature.0.as_slice(), &packed].concat();
            Ok(seal_payload(case, (epoch, secret), ids.envelope_id(&written.hash), &payload))
        }
    }
}

/// Seals a change that its author has signed. The same change seals to the same bytes, whoever seals it.
pub fn seal_signed(
    case: CaseId,
    newest: (u32, &CaseSecret),
    ids: &CaseSecret,
    signature: Signature,
    change: &ParsedChange,
) -> Result<Envelope, DoesNotOpen> {
    let packed = deflate(&change.said(), DICTIONARY_2).ok_or(DoesNotOpen)?;
    let (version, head) = head(change, (SHORT, SAID));
    let payload = [&[version], signature.0.as_slice(), &head, &packed].concat();
    Ok(seal_payload(case, newest, ids.envelope_id(&change.hash), &payload))
}

/// Seals a change whose own signature this device does not have, as a snapshot has told it: the signature of a later change of the same author covers
/// it. Its names are whole, so that it can be read before anything else of the case.
pub fn seal_covered(
    case: CaseId,
    newest: (u32, &CaseSecret),
    ids: &CaseSecret,
    change: &ParsedChange,
) -> Result<Envelope, DoesNotOpen> {
    let packed = deflate(&change.said(), DICTIONARY_2).ok_or(DoesNotOpen)?;
    let payload = [&[COVERED], change.head().as_slice(), &packed].concat();
    Ok(seal_payload(case, newest, ids.envelope_id(&change.hash), &payload))
}

/// Seals a change with its names whole, as earlier versions did.
#[cfg(test)]
pub(crate) fn seal_whole(case: CaseId, secret: &CaseSecret, signature: Signature, change: &ParsedChange) -> Envelope {
    let packed = deflate(&change.said(), DICTIONARY_2).unwrap();
    let payload = [&[SAID], signature.0.as_slice(), &change.head(), &packed].concat();
    seal_payload(case, (0, secret), secret.envelope_id(&change.hash), &payload)
}

/// The head of a change, with short names if it can have them, and which of two versions says so.
fn head(change: &ParsedChange, (short, whole): (u8, u8)) -> (u8, Vec<u8>) {
    Short::head(change).map_or_else(|| (whole, change.head()), |head| (short, head))
}

/// Seals a change of this device together with what it has seen of the hub. Whoever seals the change again leaves that out.
pub fn seal_witnessed(
    case: CaseId,
    newest: (u32, &CaseSecret),
    ids: &CaseSecret,
    signature: Signature,
    change: &ParsedChange,
    witness: &Signed,
) -> Result<Envelope, DoesNotOpen> {
    let packed = deflate(&change.said(), DICTIONARY_2).ok_or(DoesNotOpen)?;
    let witness = encode(witness).ok().filter(|bytes| bytes.len() <= MAX_WITNESS).ok_or(DoesNotOpen)?;
    let length = u16::try_from(witness.len()).map_err(|_| DoesNotOpen)?.to_be_bytes();
    let (version, head) = head(change, (SHORT_WITNESSED, WITNESSED));
    let payload = [&[version], length.as_slice(), &witness, &signature.0, &head, &packed].concat();
    Ok(seal_payload(case, newest, ids.envelope_id(&change.hash), &payload))
}

/// Seals a payload, whatever it says: what whoever has the case's secret can do.
pub fn seal_payload(case: CaseId, (epoch, secret): (u32, &CaseSecret), id: EnvelopeId, payload: &[u8]) -> Envelope {
    let associated = Envelope::associated(case, id, epoch);
    let hash = mac(&secret.nonce_key(), &[&associated, payload]);
    let mut sealed = hash[..NONCE].to_vec();
    sealed.extend(encrypt(&secret.content_key(), &nonce(id, &sealed), &associated, payload));
    Envelope { case, id, epoch, sealed }
}

/// The nonce of an envelope of this id whose payload has this hash.
fn nonce(id: EnvelopeId, hash: &[u8]) -> [u8; 24] {
    let mut nonce = [0; 24];
    nonce[..16].copy_from_slice(&id.0);
    nonce[16..].copy_from_slice(hash);
    nonce
}

/// Opens an envelope's seal with the secret of its epoch; what is inside is not looked at.
pub fn open_payload(envelope: &Envelope, secret: &CaseSecret) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let associated = Envelope::associated(envelope.case, envelope.id, envelope.epoch);
    let key = secret.content_key();
    let (hash, sealed) = envelope.sealed.split_first_chunk::<NONCE>().ok_or(DoesNotOpen)?;
    decrypt(&key, &nonce(envelope.id, hash), &associated, sealed).or_else(|_| {
        // Before, the whole nonce travelled, and was a hash of the payload alone.
        let (nonce, sealed) = envelope.sealed.split_first_chunk::<24>().ok_or(DoesNotOpen)?;
        decrypt(&key, nonce, &associated, sealed)
    })
}

/// Seals the key of a sealed fact for everybody who opens the case. `epoch` is that of `secret`; `ids` is the secret of epoch 0.
pub fn seal_fact_key(case: CaseId, newest: (u32, &CaseSecret), ids: &CaseSecret, key: &FactKey) -> Envelope {
    let payload = Zeroizing::new([&[FACT_KEY], key.bytes().as_slice()].concat());
    seal_payload(case, newest, ids.fact_key_id(&key.seal_id()), &payload)
}

/// The key that a payload carries, if it carries one.
pub(crate) fn read_fact_key(payload: &[u8]) -> Option<FactKey> {
    let (&version, key) = payload.split_first()?;
    Some(FactKey::of(key.try_into().ok().filter(|_| version == FACT_KEY)?))
}

/// Opens an envelope of a change with the secret of its epoch.
pub fn open(envelope: &Envelope, secret: &CaseSecret) -> Result<Opened, DoesNotOpen> {
    read(&open_payload(envelope, secret)?).map_err(|_| DoesNotOpen)
}

/// Reads the payload of a change.
pub(crate) fn read(payload: &[u8]) -> Result<Opened, BadChange> {
    let (&version, rest) = payload.split_first().ok_or(BadChange::Version)?;
    if !(AS_IT_IS..=SHORT_WITNESSED).contains(&version) && version != COVERED {
        return Err(BadChange::Version);
    }
    let (witness, rest) = if matches!(version, WITNESSED | SHORT_WITNESSED) { read_witness(rest)? } else { (None, rest) };
    let (signature, told) = match version {
        COVERED => (None, rest),
        _ => rest
            .split_first_chunk::<64>()
            .map(|(signature, told)| (Some(Signature(*signature)), told))
            .ok_or(BadChange::CutOff)?,
    };
    let unpacked = |packed, dictionary| inflate(packed, dictionary, MAX_CHANGE).map_err(|_| BadChange::Packed);
    let content = match version {
        AS_IT_IS => Content::Whole(unpacked(told, DICTIONARY)?),
        SAID | WITNESSED | COVERED => {
            let (mut change, packed) = ParsedChange::read_head(told)?;
            change.read_body(&unpacked(packed, DICTIONARY_2)?)?;
            Content::Whole(change.encode())
        }
        _ => {
            let (mut short, packed) = Short::read_head(told)?;
            short.read_body(&unpacked(packed, DICTIONARY_2)?)?;
            Content::Short(short)
        }
    };
    Ok(Opened { signature, content, witness })
}

fn read_witness(payload: &[u8]) -> Result<(Option<Signed>, &[u8]), BadChange> {
    let (length, rest) = payload.split_first_chunk::<2>().ok_or(BadChange::CutOff)?;
    let (witness, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(BadChange::CutOff)?;
    Ok((Some(decode(witness, MAX_WITNESS).map_err(|_| BadChange::Header)?), rest))
}

impl Opened {
    /// The raw change chunk of an envelope of this id, in a case whose first secret is `ids`. It waits if it has short names and the case or
    /// the log does not have what they mean.
    pub fn chunk(&self, id: EnvelopeId, ids: &CaseSecret, history: &History, log: &Log) -> Result<Vec<u8>, Parked> {
        self.chunk_upon(id, ids, &of_case(history), log)
    }

    /// The same, by whatever is known of the case.
    pub(crate) fn chunk_upon(
        &self,
        id: EnvelopeId,
        ids: &CaseSecret,
        beginning: &Beginning<'_>,
        log: &Log,
    ) -> Result<Vec<u8>, Parked> {
        match &self.content {
            Content::Whole(chunk) => Ok(chunk.clone()),
            Content::Short(short) => short.read(beginning, log, |hash| ids.envelope_id(hash) == id).map(|change| change.encode()),
        }
    }
}
