//! A case's secret: made by the device that opens the case, sealed to the circles that may open it.

use habeas_protocol::{CaseId, CircleId, EnvelopeId, Hash, Log, Wrap};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::primitives::{Secret, derive, mac, open_sealed, random, seal_to, sixteen};
use super::{CirclePair, DeviceSecrets, DoesNotOpen};

/// The secret of one epoch of a case. From it come, by HKDF under labels of their own, the key of the contents, the key of
/// the synthetic nonces and, from epoch 0, the key of the ids.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ZeroizeOnDrop)]
pub struct CaseSecret(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for CaseSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CaseSecret")
    }
}

impl CaseSecret {
    /// Makes a secret.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(random(rng))
    }

    /// The secret that a device makes for the next epoch of a case because of an entry of the log, by which somebody may open it no longer; always the
    /// same one: whoever does not remember that it has made it makes no other.
    pub fn next(device: &DeviceSecrets, (case, epoch): (CaseId, u32), entry: &Hash) -> Self {
        let key = derive(device.sealing_seed(), "habeas/1/turn");
        Self(Zeroizing::new(mac(&key, &[&case.0, &epoch.to_be_bytes(), entry])))
    }

    /// Seals the secret to a circle's present key and signs that. Fails if the log has no such circle, or it has ended.
    pub fn wrap(
        &self,
        (case, epoch): (CaseId, u32),
        circle: CircleId,
        log: &Log,
        device: &DeviceSecrets,
        rng: &mut impl CryptoRng,
    ) -> Result<Wrap, DoesNotOpen> {
        // A revoked device would open it, too.
        let epochs = &log.circle(&circle).filter(|_| log.is_open(&circle)).ok_or(DoesNotOpen)?.epochs;
        let public = epochs.last().ok_or(DoesNotOpen)?.public;
        let circle_epoch = u32::try_from(epochs.len() - 1).map_err(|_| DoesNotOpen)?;
        let info = Wrap::info(case, epoch, circle, circle_epoch);
        let sealed = seal_to(&public, &info, &self.0, rng)?;
        let signature = device.sign(&Wrap::signed(&info, &sealed, device.id()));
        Ok(Wrap { case, epoch, circle, circle_epoch, sealed, signer: device.id(), signature })
    }

    /// Opens a wrap with the key of the circle and epoch that it names.
    pub fn unwrap(wrap: &Wrap, pair: &CirclePair) -> Result<Self, DoesNotOpen> {
        let info = Wrap::info(wrap.case, wrap.epoch, wrap.circle, wrap.circle_epoch);
        open_sealed(&pair.seed, &info, &wrap.sealed).map(Self)
    }

    pub(super) fn content_key(&self) -> Secret {
        derive(&self.0, "habeas/1/content")
    }

    pub(super) fn nonce_key(&self) -> Secret {
        derive(&self.0, "habeas/1/nonce")
    }

    /// The secret's tag, if it is that of epoch 0: the case's id is made of it and of the device that began the case, so nobody can slip
    /// another secret under the case, nor take it for their own.
    pub fn tag(&self) -> [u8; 16] {
        sixteen(&derive(&self.0, "habeas/1/case"))
    }

    /// The id of a change in this case, if this is the secret of epoch 0: only who can open the case can compute it.
    pub fn envelope_id(&self, change: &Hash) -> EnvelopeId {
        EnvelopeId(sixteen(&mac(&derive(&self.0, "habeas/1/id"), &[change])))
    }
}
