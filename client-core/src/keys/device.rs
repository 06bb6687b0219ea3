//! A device's own keys.

use ed25519_dalek::{Signer, SigningKey};
use habeas_protocol::{Body, DeviceId, DeviceKeys, Entry, Log, LogError, Signature};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::primitives::{public_half, random};

/// The private halves of a device's two pairs. Made on the device; they leave it only into its own vault.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(from = "Seeds", into = "Seeds")]
pub struct DeviceSecrets {
    signing: [u8; 32],
    sealing: [u8; 32],
    /// What follows from them: a device asks for its own name at every turn, and to compute it costs two multiplications on a curve.
    #[zeroize(skip)]
    public: DeviceKeys,
}

/// As they are stored.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Seeds {
    signing: [u8; 32],
    sealing: [u8; 32],
}

impl From<Seeds> for DeviceSecrets {
    fn from(seeds: Seeds) -> Self {
        Self::from_seeds(&seeds.signing, &seeds.sealing)
    }
}

impl From<DeviceSecrets> for Seeds {
    fn from(secrets: DeviceSecrets) -> Self {
        Self { signing: secrets.signing, sealing: secrets.sealing }
    }
}

impl std::fmt::Debug for DeviceSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceSecrets of {}", self.id())
    }
}

impl DeviceSecrets {
    /// Makes a new device.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self::from_seeds(&random(rng), &random(rng))
    }

    /// The pairs that follow from two seeds.
    pub(super) fn from_seeds(signing: &[u8; 32], sealing: &[u8; 32]) -> Self {
        let public =
            DeviceKeys { signing: SigningKey::from_bytes(signing).verifying_key().to_bytes(), sealing: public_half(sealing) };
        Self { signing: *signing, sealing: *sealing, public }
    }

    /// The public halves.
    pub fn keys(&self) -> DeviceKeys {
        self.public
    }

    /// The device's id.
    pub fn id(&self) -> DeviceId {
        self.keys().id()
    }

    /// Signs bytes that begin with a label of their own purpose.
    pub fn sign(&self, message: &[u8]) -> Signature {
        Signature(SigningKey::from_bytes(&self.signing).sign(message).to_bytes())
    }

    /// Writes the next entry of the organisation's log and adds it. Only a coordinator's device can; the log says so.
    pub fn write_entry(&self, log: &mut Log, body: Body) -> Result<Entry, LogError> {
        let (number, previous) = log.next();
        let signature = self.sign(&Entry::signed(number, &previous, &body, self.id())?);
        let entry = Entry { number, previous, body, signer: self.id(), signature };
        log.add(entry.clone())?;
        Ok(entry)
    }

    pub(super) fn sealing_seed(&self) -> &[u8; 32] {
        &self.sealing
    }
}
