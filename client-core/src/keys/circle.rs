//! Circles: the key of those who can open something together, one pair an epoch.

use habeas_protocol::{CircleId, CircleKey, CircleKind, DeviceId, DeviceKeys, Log, SealedKey};
use rand_core::CryptoRng;
use zeroize::ZeroizeOnDrop;

use super::primitives::{Secret, open_sealed, public_half, random, seal_to};
use super::{DeviceSecrets, DoesNotOpen};

/// The private half of a circle's key during one epoch.
#[derive(Clone, ZeroizeOnDrop)]
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

/// A circle's key of an epoch, sealed to that of the next.
pub fn seal_before(
    circle: CircleId,
    epoch: u32,
    pair: &CirclePair,
    next: &[u8; 32],
    rng: &mut impl CryptoRng,
) -> Result<SealedKey, DoesNotOpen> {
    seal_to(next, &SealedKey::before_info(circle, epoch), &pair.seed, rng)
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
    let epochs = &log.circle(&circle).ok_or(DoesNotOpen)?.epochs;
    // The first from here on that is sealed to the device itself; those before it are sealed one to the other.
    let from = (epoch..).zip(epochs.iter().skip(epoch as usize));
    let (own, wrap) = from.filter_map(|(at, key)| Some((at, key.wraps.get(&device.id())?))).next().ok_or(DoesNotOpen)?;
    let mut pair =
        CirclePair { seed: open_sealed(device.sealing_seed(), &SealedKey::circle_info(circle, own, device.id()), wrap)? };
    for at in (epoch..own).rev() {
        let before = epochs.get(at as usize + 1).and_then(|key| key.before).ok_or(DoesNotOpen)?;
        pair = CirclePair { seed: open_sealed(&pair.seed, &SealedKey::before_info(circle, at), &before)? };
    }
    // A coordinator's device that sealed another key than it published would split the circle.
    if epochs.get(epoch as usize).is_some_and(|key| pair.public() == key.public) { Ok(pair) } else { Err(DoesNotOpen) }
}
