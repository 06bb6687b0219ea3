//! What a device signs when it signs in: a number that the hub gave a moment ago, and takes once. The hub keeps none that it has given (it
//! knows its own by their authentication), so whoever asks for many pushes nobody's out; only those that were used are kept, until they expire.

use habeas_protocol::api::{Purpose, from_hex, signed_request, to_hex};
use habeas_protocol::{DeviceKeys, Signature};
use hmac::{Hmac, KeyInit, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;

use crate::store::nonces;
use crate::{Hub, HubError};

/// For how long a nonce can be used, in seconds.
pub(crate) const LIFE: i64 = 300;
const TIME: usize = 8;
const RANDOM: usize = 16;
const TAG: usize = 16;

impl Hub {
    /// A fresh nonce.
    pub fn nonce(&self, now: i64, rng: &mut impl CryptoRng) -> String {
        let mut nonce = (now + LIFE).to_be_bytes().to_vec();
        let mut random = [0; RANDOM];
        rng.fill_bytes(&mut random);
        nonce.extend_from_slice(&random);
        let tag = self.nonce_mac(&nonce).finalize().into_bytes();
        nonce.extend_from_slice(&tag[..TAG]);
        to_hex(&nonce)
    }

    /// Fails unless the device's own key has signed this nonce for this purpose: public keys are known to many.
    pub(crate) fn prove(&self, purpose: Purpose, signed: Signed<'_>, now: i64) -> Result<DeviceKeys, HubError> {
        let keys = device_keys(signed.device)?;
        let signature = from_hex(signed.signature, 64).and_then(|bytes| bytes.try_into().ok()).map(Signature);
        let message = signed_request(purpose, signed.nonce, signed.account);
        let (_, expires_at) = self.read_nonce(signed.nonce).ok_or(REFUSED)?;
        if !signature.is_some_and(|signature| keys.verifies(&message, &signature)) {
            return Err(HubError::Unauthorized);
        }
        if expires_at < now {
            return Err(REFUSED);
        }
        Ok(keys)
    }

    /// The same, and the nonce cannot be used again.
    pub(crate) fn prove_once(&self, purpose: Purpose, signed: Signed<'_>, now: i64) -> Result<DeviceKeys, HubError> {
        let keys = self.prove(purpose, signed, now)?;
        let (nonce, expires_at) = self.read_nonce(signed.nonce).ok_or(REFUSED)?;
        if self.store.write(|db| nonces::is_first_use(db, &nonce, expires_at, now))? { Ok(keys) } else { Err(REFUSED) }
    }

    /// A nonce of this hub's, with when it expires.
    fn read_nonce(&self, text: &str) -> Option<(Vec<u8>, i64)> {
        let bytes = from_hex(text, TIME + RANDOM + TAG).filter(|bytes| bytes.len() == TIME + RANDOM + TAG)?;
        let (nonce, tag) = bytes.split_at(TIME + RANDOM);
        self.nonce_mac(nonce).verify_truncated_left(tag).ok()?;
        Some((nonce.to_vec(), i64::from_be_bytes(nonce.get(..TIME)?.try_into().ok()?)))
    }

    fn nonce_mac(&self, nonce: &[u8]) -> Hmac<Sha256> {
        let mut block = [0_u8; 64];
        let length = self.nonce_key.len().min(64);
        block[..length].copy_from_slice(&self.nonce_key[..length]);
        let mut mac = Hmac::<Sha256>::new((&block).into());
        mac.update(b"habeas/1/nonce\0");
        mac.update(nonce);
        mac
    }
}

const REFUSED: HubError =
    HubError::Refused("nonce", "this request was used already, or is more than five minutes old; do it again");

/// What a request carries to show whose it is.
#[derive(Clone, Copy)]
pub(crate) struct Signed<'a> {
    pub device: &'a str,
    pub nonce: &'a str,
    pub account: &'a str,
    pub signature: &'a str,
}

pub(crate) fn device_keys(text: &str) -> Result<DeviceKeys, HubError> {
    DeviceKeys::from_hex(text)
        .ok_or(HubError::BadInput("bad_input", "device must be the 128 hexadecimal digits of its two public keys"))
}
