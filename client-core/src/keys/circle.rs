//! Circles: the key of those who can open something together, one pair an epoch.

use habeas_protocol::{CircleId, CircleKey, CircleKind, DeviceId, DeviceKeys, Log, SealedKey};
use rand_core::CryptoRng;

use super::primitives::{Secret, open_sealed, public_half, random, seal_to};
use super::{DeviceSecrets, DoesNotOpen};

/// The private half of a circle's key during one epoch.
#[derive(Clone)]
pub struct CirclePair {
    pub(super) seed: Secret,
}

impl std::fmt::Debug for CirclePair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CirclePair")
    }
}

impl CirclePair {
    /// Makes a pair.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self { seed: random(rng) }
    }

    /// The public half, as the log holds it.
    pub fn public(&self) -> [u8; 32] {
        public_half(&self.seed)
    }

    /// The private half sealed to one device.
    pub fn wrap(
        &self,
        circle: CircleId,
        epoch: u32,
        device: &DeviceKeys,
        rng: &mut impl CryptoRng,
    ) -> Result<SealedKey, DoesNotOpen> {
        seal_to(&device.sealing, &SealedKey::circle_info(circle, epoch, device.id()), &self.seed, rng)
    }
}

/// A circle's next key, sealed to its devices: the body of a log entry, and the pair.
pub fn seal_circle(
    circle: CircleId,
    kind: CircleKind,
    epoch: u32,
    devices: &[DeviceKeys],
    rng: &mut impl CryptoRng,
) -> Result<(CircleKey, CirclePair), DoesNotOpen> {
    let pair = CirclePair::generate(rng);
    let mut wraps: Vec<(DeviceId, SealedKey)> = Vec::with_capacity(devices.len());
    for device in devices {
        wraps.push((device.id(), pair.wrap(circle, epoch, device, rng)?));
    }
    Ok((CircleKey { circle, kind, epoch, public: pair.public(), wraps }, pair))
}

/// A circle's key of an epoch, for a device that it is sealed to.
pub fn unwrap_circle(log: &Log, circle: CircleId, epoch: u32, device: &DeviceSecrets) -> Result<CirclePair, DoesNotOpen> {
    let known = log.circle(&circle).and_then(|circle| circle.epochs.get(epoch as usize)).ok_or(DoesNotOpen)?;
    let wrap = known.wraps.get(&device.id()).ok_or(DoesNotOpen)?;
    let pair =
        CirclePair { seed: open_sealed(device.sealing_seed(), &SealedKey::circle_info(circle, epoch, device.id()), wrap)? };
    // A coordinator's device that sealed another key than it published would split the circle.
    if pair.public() == known.public { Ok(pair) } else { Err(DoesNotOpen) }
}
