//! Three shares of one secret, of which any two give it back and one alone says nothing of it: byte by byte a line over GF(2^8) that passes
//! through the secret at 0, and a share is its value at 1, 2 or 3 (Shamir's scheme). Two of three never changes, so it is these few lines;
//! libraries for any number bring another randomness and tables indexed by secrets with them.

use rand_core::CryptoRng;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::DeviceSecrets;
use super::primitives::{Secret, derive, random};

/// How many shares there are.
const SHARES: usize = 3;
const VERSION: u8 = 1;

/// A share.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct Share {
    /// Which, from 1.
    number: u8,
    /// The line's value there.
    value: Secret,
    /// The first bytes of the log's fingerprint: a server can pass no other organisation off.
    organisation: [u8; 16],
    /// The first bytes of the keys' id: shares that were replaced are told from those that hold.
    set: [u8; 3],
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "share {}", self.number)
    }
}

/// Why two shares give nothing back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// It is one share twice.
    #[error("these are one and the same share")]
    Same,
    /// They are not of one set.
    #[error("the two shares do not belong together")]
    Apart,
}

impl Share {
    /// How many bytes a share has.
    pub const BYTES: usize = 1 + 32 + 16 + 3;

    /// Fresh keys of an organisation, and their three shares.
    pub fn make(fingerprint: &[u8; 32], rng: &mut impl CryptoRng) -> (DeviceSecrets, [Self; SHARES]) {
        let (seed, slope) = (random(rng), random(rng));
        let keys = keys_of(&seed);
        let (mut organisation, mut set) = ([0; 16], [0; 3]);
        organisation.copy_from_slice(&fingerprint[..16]);
        set.copy_from_slice(&keys.id().0[..3]);
        let share = |number: u8| {
            let mut value = Secret::default();
            for ((value, seed), slope) in value.iter_mut().zip(seed.iter()).zip(slope.iter()) {
                *value = seed ^ times(*slope, number);
            }
            Self { number, value, organisation, set }
        };
        (keys, [1, 2, 3].map(share))
    }

    /// The keys that two shares give back.
    pub fn join(&self, other: &Self) -> Result<DeviceSecrets, ShareError> {
        if (self.organisation, self.set) != (other.organisation, other.set) {
            return Err(ShareError::Apart);
        }
        if self.number == other.number {
            return Err(if self == other { ShareError::Same } else { ShareError::Apart });
        }
        let scale = inverse(self.number ^ other.number);
        let mut seed = Secret::default();
        for ((seed, one), two) in seed.iter_mut().zip(self.value.iter()).zip(other.value.iter()) {
            *seed = times(times(*one, other.number) ^ times(*two, self.number), scale);
        }
        let keys = keys_of(&seed);
        // Whoever changes a share gets other keys.
        if keys.id().0.starts_with(&self.set) { Ok(keys) } else { Err(ShareError::Apart) }
    }

    /// Which one it is, from 1.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// Whether it is of the organisation whose log has that fingerprint.
    pub fn is_of(&self, fingerprint: &[u8; 32]) -> bool {
        fingerprint.starts_with(&self.organisation)
    }

    /// The share in bytes, to be printed.
    pub fn bytes(&self) -> Zeroizing<[u8; Self::BYTES]> {
        let mut bytes = Zeroizing::new([0; Self::BYTES]);
        bytes[0] = VERSION << 4 | self.number;
        bytes[1..33].copy_from_slice(self.value.as_ref());
        bytes[33..49].copy_from_slice(&self.organisation);
        bytes[49..].copy_from_slice(&self.set);
        bytes
    }

    /// Reads one.
    pub fn read(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let (first, rest) = bytes.split_first()?;
        let (value, rest) = rest.split_first_chunk::<32>()?;
        let (organisation, set) = rest.split_first_chunk::<16>()?;
        let number = first & 15;
        if first >> 4 != VERSION || !(1..=3).contains(&number) {
            return None;
        }
        Some(Self { number, value: Secret::new(*value), organisation: *organisation, set: set.try_into().ok()? })
    }
}

fn keys_of(seed: &Secret) -> DeviceSecrets {
    DeviceSecrets::from_seeds(&derive(seed, "habeas/1/recovery-signing"), &derive(seed, "habeas/1/recovery-sealing"))
}

/// The product in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1; the same steps whatever the numbers are.
fn times(mut a: u8, b: u8) -> u8 {
    let mut product = 0;
    for bit in 0..8 {
        product ^= a & (b >> bit & 1).wrapping_neg();
        a = a << 1 ^ 0x1b & (a >> 7).wrapping_neg();
    }
    product
}

/// The inverse: the 254th power.
fn inverse(a: u8) -> u8 {
    (0..253).fold(a, |power, _| times(power, a))
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    use super::*;

    fn made(seed: u8) -> (DeviceSecrets, [Share; SHARES]) {
        Share::make(&[7; 32], &mut ChaCha20Rng::from_seed([seed; 32]))
    }

    #[test]
    fn the_field_is_one() {
        // FIPS 197, 4.2.
        assert_eq!((times(0x57, 0x83), times(0x57, 0x13)), (0xc1, 0xfe));
        for a in 1..=255 {
            assert_eq!(times(a, inverse(a)), 1, "{a}");
        }
    }

    #[test]
    fn any_two_give_the_keys_back_and_one_fits_every_secret() {
        let (keys, shares) = made(1);
        for (one, two) in [(0, 1), (0, 2), (1, 2), (1, 0), (2, 0), (2, 1)] {
            assert!(shares[one].join(&shares[two]) == Ok(keys.clone()));
        }
        assert_eq!(shares[0].join(&shares[0]).err(), Some(ShareError::Same));
        // None of them is the secret itself, nor another one.
        assert!(shares.iter().all(|share| keys_of(&share.value) != keys));
        assert!(shares[0].value != shares[1].value && shares[1].value != shares[2].value);
        // Whatever the secret's byte is, some line leads from it to this share, and just one: the share prefers none.
        for value in [0, 1, 0x5a, 255] {
            for number in 1..=3 {
                let secrets: std::collections::BTreeSet<u8> = (0..=255).map(|slope| value ^ times(slope, number)).collect();
                assert_eq!(secrets.len(), 256);
            }
        }
    }

    #[test]
    fn shares_of_another_set_or_changed_ones_give_nothing() {
        let ((_, mine), (_, others)) = (made(1), made(2));
        assert_eq!(mine[0].join(&others[1]).err(), Some(ShareError::Apart));
        let mut changed = mine[1].clone();
        changed.value[5] ^= 1;
        assert_eq!(mine[0].join(&changed).err(), Some(ShareError::Apart));
        for share in &mine {
            assert!(Share::read(&share.bytes()).as_ref() == Some(share));
            assert!(share.is_of(&[7; 32]) && !share.is_of(&[8; 32]));
            assert_eq!(format!("{share:?}"), format!("share {}", share.number()));
        }
        assert!(Share::read(&[0; Share::BYTES]).is_none());
    }
}
