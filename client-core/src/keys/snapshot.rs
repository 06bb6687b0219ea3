//! A part of a snapshot: cases whole, sealed to a circle. What packs is packed together; what does not (ids, secrets, signatures) stands
//! before it.

use habeas_protocol::limits::MAX_SNAPSHOT;
use habeas_protocol::{Log, Place, Snapshot};
use rand_core::CryptoRng;

use super::deflate::{DICTIONARY_2, deflate, inflate};
use super::primitives::{decrypt, encrypt, open_sealed, random, seal_to};
use super::{DeviceSecrets, DoesNotOpen, unwrap_circle};

/// The most that a part unpacks to, in bytes.
const MAX_UNPACKED: usize = 4 * MAX_SNAPSHOT;

/// Seals a part to the circle's key of `place` and signs it.
pub fn seal_snapshot(
    place: Place,
    (raw, packs): (&[u8], &[u8]),
    log: &Log,
    device: &DeviceSecrets,
    rng: &mut impl CryptoRng,
) -> Result<Snapshot, DoesNotOpen> {
    let circle = log.circle(&place.circle).filter(|_| log.is_open(&place.circle)).ok_or(DoesNotOpen)?;
    let public = circle.epochs.get(place.circle_epoch as usize).ok_or(DoesNotOpen)?.public;
    // What a reader would not take is not made.
    let packed = deflate(packs, DICTIONARY_2).filter(|_| packs.len() <= MAX_UNPACKED).ok_or(DoesNotOpen)?;
    if raw.len() + packed.len() + 64 > MAX_SNAPSHOT {
        return Err(DoesNotOpen);
    }
    let secret = random(rng);
    let key = seal_to(&public, &place.bound(), &secret, rng)?;
    let length = u32::try_from(raw.len()).map_err(|_| DoesNotOpen)?.to_be_bytes();
    let plain = [length.as_slice(), raw, &packed].concat();
    // The secret seals this and nothing else, so no nonce meets two plaintexts.
    let sealed = encrypt(&secret, &[0; 24], &place.bound(), &plain);
    let signature = device.sign(&Snapshot::signed(&place, &key, &sealed, device.id()));
    Ok(Snapshot { place, key, sealed, signer: device.id(), signature })
}

/// Opens a part that a coordinator's device or the clerk's has signed: what stands before, and what was packed.
pub fn open_snapshot(part: &Snapshot, log: &Log, device: &DeviceSecrets) -> Result<(Vec<u8>, Vec<u8>), DoesNotOpen> {
    if part.sealed.len() > MAX_SNAPSHOT || !part.is_signed(log) {
        return Err(DoesNotOpen);
    }
    let pair = unwrap_circle(log, part.place.circle, part.place.circle_epoch, device)?;
    let secret = open_sealed(&pair.seed, &part.place.bound(), &part.key)?;
    let plain = decrypt(&secret, &[0; 24], &part.place.bound(), &part.sealed)?;
    let (length, rest) = plain.split_first_chunk::<4>().ok_or(DoesNotOpen)?;
    let (raw, packed) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or(DoesNotOpen)?;
    Ok((raw.to_vec(), inflate(packed, DICTIONARY_2, MAX_UNPACKED)?))
}
