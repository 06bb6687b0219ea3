//! The key of a limited fact on its way. Everybody who reads the case gets it, and whoever belongs to one of the circles that it is sealed to
//! opens it. Its fact's name follows from the key and from whoever wrote the fact, so nobody else can sign another one in its place.

use habeas_protocol::{CaseId, CircleId, DeviceId, Envelope, EnvelopeId, Log, Role, SealedKey, Signature, hash};
use rand_core::CryptoRng;

use super::fact_key::limited_name;
use super::primitives::{open_sealed, seal_to};
use super::{CaseSecret, DeviceSecrets, DoesNotOpen, FactKey, SealId, seal_payload, unwrap_circle};

/// The payload of an author's: the key for everybody who may open it at first.
const BY_ITS_AUTHOR: u8 = 7;
/// The payload of one that the clerk or a coordinator has sealed to one more key of a circle.
const AGAIN: u8 = 8;
/// The most keys of circles that an author seals one to.
const MAX_SEALS: usize = 8;
/// How many bytes a seal is: circle, number of its key, what is encapsulated, sealed key, tag.
const SEAL: usize = 16 + 4 + 32 + 32 + 16;

/// A limited fact's key, sealed to circles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitedKey {
    is_again: bool,
    /// What follows from the key and tells nothing of it.
    commitment: [u8; 16],
    /// The actor that wrote the fact.
    author: [u8; 16],
    signer: DeviceId,
    signature: Signature,
    seals: Vec<(CircleId, u32, SealedKey)>,
}

/// Whether a limited key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vouched {
    /// By whoever may.
    Yes,
    /// By nobody who may.
    No,
    /// The log does not have its author or a circle's key yet.
    NotYet,
}

impl LimitedKey {
    /// Seals a limited fact's key to the present keys of circles, as its author does. Fails if one of them has ended, or the key is none of a
    /// limited fact.
    pub fn seal(
        case: CaseId,
        key: &FactKey,
        circles: &[CircleId],
        (log, device): (&Log, &DeviceSecrets),
        rng: &mut impl CryptoRng,
    ) -> Result<Self, DoesNotOpen> {
        Self::sealed((case, false), key, circles, (log, device), rng)
    }

    /// Seals it once more, to the present key of a circle, as a coordinator or the clerk does.
    pub fn seal_again(
        case: CaseId,
        key: &FactKey,
        circle: CircleId,
        (log, device): (&Log, &DeviceSecrets),
        rng: &mut impl CryptoRng,
    ) -> Result<Self, DoesNotOpen> {
        Self::sealed((case, true), key, &[circle], (log, device), rng)
    }

    fn sealed(
        (case, is_again): (CaseId, bool),
        key: &FactKey,
        circles: &[CircleId],
        (log, device): (&Log, &DeviceSecrets),
        rng: &mut impl CryptoRng,
    ) -> Result<Self, DoesNotOpen> {
        let (commitment, author) = (key.commitment(), *key.author().ok_or(DoesNotOpen)?);
        let mut limited =
            Self { is_again, commitment, author, signer: device.id(), signature: Signature([0; 64]), seals: Vec::new() };
        for &circle in circles {
            let epochs = &log.circle(&circle).filter(|_| log.is_open(&circle)).ok_or(DoesNotOpen)?.epochs;
            let epoch = u32::try_from(epochs.len().saturating_sub(1)).map_err(|_| DoesNotOpen)?;
            let public = epochs.last().ok_or(DoesNotOpen)?.public;
            limited.seals.push((circle, epoch, seal_to(&public, &limited.info(case, circle, epoch), key.bytes(), rng)?));
        }
        limited.signature = device.sign(&limited.signed(case));
        Ok(limited)
    }

    /// Reads the payload of an envelope; `None` if it is no limited key.
    pub fn read(payload: &[u8]) -> Option<Self> {
        let (&version, rest) = payload.split_first().filter(|(version, _)| matches!(**version, BY_ITS_AUTHOR | AGAIN))?;
        let (commitment, rest) = rest.split_first_chunk()?;
        let (author, rest) = rest.split_first_chunk()?;
        let (signer, rest) = rest.split_first_chunk()?;
        let (signature, rest) = rest.split_first_chunk()?;
        let (seals, rest) = rest.as_chunks::<SEAL>();
        let is_again = version == AGAIN;
        if !rest.is_empty() || seals.is_empty() || seals.len() > if is_again { 1 } else { MAX_SEALS } {
            return None;
        }
        let seal = |bytes: &[u8; SEAL]| {
            let (circle, rest) = bytes.split_first_chunk()?;
            let (epoch, rest) = rest.split_first_chunk()?;
            let (encapsulated, rest) = rest.split_first_chunk()?;
            let (ciphertext, tag) = rest.split_first_chunk()?;
            let sealed = SealedKey { encapsulated: *encapsulated, ciphertext: *ciphertext, tag: tag.try_into().ok()? };
            Some((CircleId(*circle), u32::from_be_bytes(*epoch), sealed))
        };
        let seals = seals.iter().map(seal).collect::<Option<Vec<_>>>()?;
        let (signer, signature) = (DeviceId(*signer), Signature(*signature));
        Some(Self { is_again, commitment: *commitment, author: *author, signer, signature, seals })
    }

    /// The payload: what travels, and what a device keeps. The same one seals to the same bytes, whoever passes it on.
    pub fn payload(&self) -> Vec<u8> {
        let version = if self.is_again { AGAIN } else { BY_ITS_AUTHOR };
        let mut payload = vec![version];
        for part in [&self.commitment, &self.author, &self.signer.0, self.signature.0.as_slice()] {
            payload.extend_from_slice(part);
        }
        self.put_seals(&mut payload);
        payload
    }

    fn put_seals(&self, out: &mut Vec<u8>) {
        for (circle, epoch, sealed) in &self.seals {
            for part in [circle.0.as_slice(), &epoch.to_be_bytes(), &sealed.encapsulated, &sealed.ciphertext, &sealed.tag] {
                out.extend_from_slice(part);
            }
        }
    }

    /// The name of the fact that it is for.
    pub fn seal_id(&self) -> SealId {
        limited_name(&self.commitment, &self.author)
    }

    /// The circles that it is sealed to, each with the number of the key.
    pub fn circles(&self) -> impl Iterator<Item = (CircleId, u32)> {
        self.seals.iter().map(|(circle, epoch, _)| (*circle, *epoch))
    }

    /// Which of the several of one fact it is: an author's, or one for that key of that circle.
    pub(crate) fn place(&self) -> (SealId, Option<(CircleId, u32)>) {
        (self.seal_id(), self.circles().next().filter(|_| self.is_again))
    }

    /// The name under which it travels.
    pub fn id(&self, ids: &CaseSecret) -> EnvelopeId {
        match self.place() {
            (seal, None) => ids.fact_key_id(&seal),
            (seal, Some(of)) => ids.limited_key_id(&seal, of),
        }
    }

    /// Whether its signature is that of whoever may make it: the device that wrote the fact, or of a further one somebody who opens everything.
    pub(crate) fn vouched(&self, case: CaseId, log: &Log) -> Vouched {
        let has = |(circle, epoch): (CircleId, u32)| {
            log.circle(&circle).is_some_and(|circle| circle.epochs.len() as u64 > u64::from(epoch))
        };
        let (Some((author, _)), Some(signer)) = (log.author(&self.author), log.known(&self.signer)) else {
            return Vouched::NotYet;
        };
        let may = if self.is_again { matches!(signer.role, Role::Coordinator | Role::Clerk) } else { author == self.signer };
        if !may || !signer.keys.verifies(&self.signed(case), &self.signature) {
            Vouched::No
        } else if self.circles().all(has) {
            Vouched::Yes
        } else {
            Vouched::NotYet
        }
    }

    /// The key, for a device of one of the circles.
    pub fn open(&self, case: CaseId, log: &Log, device: &DeviceSecrets) -> Result<FactKey, DoesNotOpen> {
        let open = |(circle, epoch, sealed): &(CircleId, u32, SealedKey)| {
            let pair = unwrap_circle(log, *circle, *epoch, device).ok()?;
            let bytes = open_sealed(&pair.seed, &self.info(case, *circle, *epoch), sealed).ok()?;
            Some(FactKey::of(&bytes).limited(self.author)).filter(|key| key.seal_id() == self.seal_id())
        };
        self.seals.iter().find_map(open).ok_or(DoesNotOpen)
    }

    /// What a seal is bound to: one that is moved to another case, fact or circle does not open.
    fn info(&self, case: CaseId, circle: CircleId, epoch: u32) -> Vec<u8> {
        let mut info = b"habeas/1/limited-key-wrap\0".to_vec();
        for part in [&case.0, &self.commitment, &self.author, &circle.0] {
            info.extend_from_slice(part);
        }
        info.extend(epoch.to_be_bytes());
        info
    }

    fn signed(&self, case: CaseId) -> Vec<u8> {
        let mut message = b"habeas/1/limited-key\0".to_vec();
        for part in [&case.0, &self.commitment, &self.author, &self.signer.0] {
            message.extend_from_slice(part);
        }
        message.push(u8::from(self.is_again));
        self.put_seals(&mut message);
        message
    }
}

/// Seals a limited key for everybody who opens the case: what is inside opens to its circles only. `epoch` is that of `secret`; `ids` is the
/// secret of epoch 0.
pub fn seal_limited_key(case: CaseId, newest: (u32, &CaseSecret), ids: &CaseSecret, limited: &LimitedKey) -> Envelope {
    seal_payload(case, newest, limited.id(ids), &limited.payload())
}

impl CaseSecret {
    /// The name under which a limited fact's key travels that was sealed once more to that key of a circle, if this is the secret of epoch 0.
    pub fn limited_key_id(&self, seal: &SealId, (circle, epoch): (CircleId, u32)) -> EnvelopeId {
        self.envelope_id(&hash("habeas/1/fact-key", &[seal, &circle.0, &epoch.to_be_bytes()]))
    }
}
