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
/// Where things stand in a payload: the version, what follows from the key and tells nothing of it, the actor that wrote the fact, the device that has
/// sealed it, that device's signature, and from here on the seals.
const COMMITMENT: usize = 1;
const AUTHOR: usize = COMMITMENT + 16;
const SIGNER: usize = AUTHOR + 16;
const SIGNATURE: usize = SIGNER + 16;
const SEALS: usize = SIGNATURE + 64;
/// How many bytes a seal is: circle, number of its key, what is encapsulated, sealed key, tag.
const SEAL: usize = 16 + 4 + 32 + 32 + 16;

/// A limited fact's key, sealed to circles: the payload as it travels, of a length that it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitedKey(Vec<u8>);

/// Whether a limited key may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vouched {
    /// By whoever may.
    Yes,
    /// By nobody who may.
    No,
    /// The log does not have its author or its signer yet.
    NotYet,
}

/// The bytes that stand there; the place is within the bytes.
fn at<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    let mut taken = [0; N];
    taken.copy_from_slice(&bytes[from..from + N]);
    taken
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
        Self::sealed((case, BY_ITS_AUTHOR), key, circles, (log, device), rng)
    }

    /// Seals it once more, to the present key of a circle, as a coordinator or the clerk does.
    pub fn seal_again(
        case: CaseId,
        key: &FactKey,
        circle: CircleId,
        (log, device): (&Log, &DeviceSecrets),
        rng: &mut impl CryptoRng,
    ) -> Result<Self, DoesNotOpen> {
        Self::sealed((case, AGAIN), key, &[circle], (log, device), rng)
    }

    fn sealed(
        (case, version): (CaseId, u8),
        key: &FactKey,
        circles: &[CircleId],
        (log, device): (&Log, &DeviceSecrets),
        rng: &mut impl CryptoRng,
    ) -> Result<Self, DoesNotOpen> {
        let author = key.author().ok_or(DoesNotOpen)?;
        let mut limited = Self([&[version], key.commitment().as_slice(), author, &device.id().0, &[0; 64]].concat());
        for &circle in circles {
            let epochs = &log.circle(&circle).filter(|_| log.is_open(&circle)).ok_or(DoesNotOpen)?.epochs;
            let epoch = u32::try_from(epochs.len().saturating_sub(1)).map_err(|_| DoesNotOpen)?.to_be_bytes();
            let public = epochs.last().ok_or(DoesNotOpen)?.public;
            let to = [circle.0.as_slice(), &epoch].concat();
            let sealed = seal_to(&public, &limited.info(case, &to), key.bytes(), rng)?;
            for part in [to.as_slice(), &sealed.encapsulated, &sealed.ciphertext, &sealed.tag] {
                limited.0.extend_from_slice(part);
            }
        }
        let signature = device.sign(&limited.signed(case));
        limited.0[SIGNATURE..SEALS].copy_from_slice(&signature.0);
        Ok(limited)
    }

    /// Reads the payload of an envelope; `None` if it is no limited key.
    pub fn read(payload: &[u8]) -> Option<Self> {
        let most = match *payload.first()? {
            BY_ITS_AUTHOR => MAX_SEALS,
            AGAIN => 1,
            _ => return None,
        };
        let length = payload.len().checked_sub(SEALS)?;
        let fits = length.is_multiple_of(SEAL) && (1..=most).contains(&(length / SEAL));
        fits.then(|| Self(payload.to_vec()))
    }

    /// The payload: what travels, and what a device keeps. The same one seals to the same bytes, whoever passes it on.
    pub fn payload(&self) -> &[u8] {
        &self.0
    }

    /// The name of the fact that it is for.
    pub fn seal_id(&self) -> SealId {
        limited_name(&at(&self.0, COMMITMENT), &at(&self.0, AUTHOR))
    }

    fn seals(&self) -> &[[u8; SEAL]] {
        self.0[SEALS..].as_chunks().0
    }

    /// The device that says it has sealed it.
    pub(crate) fn signer(&self) -> DeviceId {
        DeviceId(at(&self.0, SIGNER))
    }

    /// The circles that it is sealed to, each with the number of the key.
    pub fn circles(&self) -> impl Iterator<Item = (CircleId, u32)> {
        self.seals().iter().map(|seal| (CircleId(at(seal, 0)), u32::from_be_bytes(at(seal, 16))))
    }

    /// Which of the several of one fact it is: its name, and for a further one behind it the circle and the number of its key.
    pub(crate) fn place(&self) -> Vec<u8> {
        let mut place = self.seal_id().to_vec();
        if self.0[0] == AGAIN {
            place.extend_from_slice(&self.0[SEALS..SEALS + 20]);
        }
        place
    }

    /// The name under which it travels.
    pub fn id(&self, ids: &CaseSecret) -> EnvelopeId {
        ids.envelope_id(&hash("habeas/1/fact-key", &[&self.place()]))
    }

    /// Whether its signature is that of whoever may make it: the device that wrote the fact, or of a further one somebody who opens everything.
    pub(crate) fn vouched(&self, case: CaseId, log: &Log) -> Vouched {
        let by = DeviceId(at(&self.0, SIGNER));
        let (Some((author, _)), Some(signer)) = (log.author(&at(&self.0, AUTHOR)), log.known(&by)) else {
            return Vouched::NotYet;
        };
        let may = if self.0[0] == AGAIN { matches!(signer.role, Role::Coordinator | Role::Clerk) } else { author == by };
        let is_signed = may && signer.keys.verifies(&self.signed(case), &Signature(at(&self.0, SIGNATURE)));
        if is_signed { Vouched::Yes } else { Vouched::No }
    }

    /// The key, for a device of one of the circles.
    pub fn open(&self, case: CaseId, log: &Log, device: &DeviceSecrets) -> Result<FactKey, DoesNotOpen> {
        for (seal, (circle, epoch)) in self.seals().iter().zip(self.circles()) {
            let Ok(pair) = unwrap_circle(log, circle, epoch, device) else { continue };
            let sealed = SealedKey { encapsulated: at(seal, 20), ciphertext: at(seal, 52), tag: at(seal, 84) };
            let Ok(bytes) = open_sealed(&pair.seed, &self.info(case, &seal[..20]), &sealed) else { continue };
            let key = FactKey::of(&bytes).limited(at(&self.0, AUTHOR));
            if key.seal_id() == self.seal_id() {
                return Ok(key);
            }
        }
        Err(DoesNotOpen)
    }

    /// What a seal is bound to, `to` being a circle and the number of its key: one that is moved to another case, fact or circle does not open.
    fn info(&self, case: CaseId, to: &[u8]) -> Vec<u8> {
        [b"habeas/1/limited-key-wrap\0".as_slice(), &case.0, &self.0[COMMITMENT..SIGNER], to].concat()
    }

    fn signed(&self, case: CaseId) -> Vec<u8> {
        let is_again = [u8::from(self.0[0] == AGAIN)];
        [b"habeas/1/limited-key\0".as_slice(), &case.0, &self.0[COMMITMENT..SIGNATURE], &is_again, &self.0[SEALS..]].concat()
    }
}

/// Seals a limited key for everybody who opens the case: what is inside opens to its circles only. `epoch` is that of `secret`; `ids` is the
/// secret of epoch 0.
pub fn seal_limited_key(case: CaseId, newest: (u32, &CaseSecret), ids: &CaseSecret, limited: &LimitedKey) -> Envelope {
    seal_payload(case, newest, limited.id(ids), limited.payload())
}

impl CaseSecret {
    /// The name under which a limited fact's key travels that was sealed once more to that key of a circle, if this is the secret of epoch 0.
    pub fn limited_key_id(&self, seal: &SealId, (circle, epoch): (CircleId, u32)) -> EnvelopeId {
        self.envelope_id(&hash("habeas/1/fact-key", &[seal, &circle.0, &epoch.to_be_bytes()]))
    }
}
