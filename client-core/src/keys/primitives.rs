//! The few primitives that everything here is made of, each with its binding in the signature.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use habeas_protocol::{SealedBytes, SealedKey};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal_with_rng};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::DoesNotOpen;

type X25519 = X25519HkdfSha256;

/// Thirty-two secret bytes, wiped when dropped.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// Fresh secret bytes.
pub(crate) fn random(rng: &mut impl CryptoRng) -> Secret {
    let mut bytes = Secret::default();
    rng.fill_bytes(bytes.as_mut());
    bytes
}

/// A key for one purpose, from a secret. Labels differ, so no two purposes share a key.
pub(crate) fn derive(secret: &[u8; 32], label: &str) -> Secret {
    let mut key = Secret::default();
    // Thirty-two bytes are far below the longest output that HKDF allows, so this cannot fail.
    let _ = Hkdf::<Sha256>::new(None, secret).expand(label.as_bytes(), key.as_mut());
    key
}

/// HMAC-SHA-256 over parts; all but the last have a fixed length where this is used.
pub(crate) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0_u8; 64];
    block[..32].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new((&block).into());
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// The first sixteen bytes of a hash.
pub(crate) fn sixteen(hash: &[u8; 32]) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes
}

/// XChaCha20-Poly1305. The ciphertext carries its tag.
pub(crate) fn encrypt(key: &[u8; 32], nonce: &[u8; 24], associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let (key, nonce): (&Key, &XNonce) = (key.into(), nonce.into());
    // Fails only for more than 2^38 bytes, which no bound here allows.
    XChaCha20Poly1305::new(key).encrypt(nonce, Payload { msg: plain, aad: associated }).unwrap_or_default()
}

/// Opens what [`encrypt`] made.
pub(crate) fn decrypt(
    key: &[u8; 32],
    nonce: &[u8; 24],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let (key, nonce): (&Key, &XNonce) = (key.into(), nonce.into());
    let plain = XChaCha20Poly1305::new(key).decrypt(nonce, Payload { msg: sealed, aad: associated });
    plain.map(Zeroizing::new).map_err(|_| DoesNotOpen)
}

/// The X25519 pair that belongs to thirty-two secret bytes: the private half is derived as HPKE says (RFC 9180, 7.1.3).
pub(crate) fn public_half(seed: &[u8; 32]) -> [u8; 32] {
    X25519::derive_keypair(seed).1.to_bytes().into()
}

/// Seals thirty-two secret bytes to a public key by HPKE in base mode, bound to `info`. Fails for a public key that is none.
pub(crate) fn seal_to(
    public: &[u8; 32],
    info: &[u8],
    secret: &[u8; 32],
    rng: &mut impl CryptoRng,
) -> Result<SealedKey, DoesNotOpen> {
    let SealedBytes { encapsulated, sealed } = seal_bytes(public, info, secret, rng)?;
    let (ciphertext, tag) = sealed.split_first_chunk::<32>().ok_or(DoesNotOpen)?;
    Ok(SealedKey { encapsulated, ciphertext: *ciphertext, tag: tag.try_into().map_err(|_| DoesNotOpen)? })
}

/// Opens what [`seal_to`] made, with the seed of the private key.
pub(crate) fn open_sealed(seed: &[u8; 32], info: &[u8], sealed: &SealedKey) -> Result<Secret, DoesNotOpen> {
    let bytes = [sealed.ciphertext.as_slice(), &sealed.tag].concat();
    let plain = open_parts(seed, info, &sealed.encapsulated, &bytes)?;
    let secret: [u8; 32] = plain.as_slice().try_into().map_err(|_| DoesNotOpen)?;
    Ok(Secret::new(secret))
}

/// The same for bytes of any length.
pub(crate) fn seal_bytes(
    public: &[u8; 32],
    info: &[u8],
    plain: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<SealedBytes, DoesNotOpen> {
    let public = <X25519 as Kem>::PublicKey::from_bytes(public).map_err(|_| DoesNotOpen)?;
    let (encapsulated, sealed) =
        single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, X25519>(&OpModeS::Base, &public, info, plain, &[], rng)
            .map_err(|_| DoesNotOpen)?;
    Ok(SealedBytes { encapsulated: encapsulated.to_bytes().into(), sealed })
}

/// Opens what [`seal_bytes`] made, with the seed of the private key.
pub(crate) fn open_bytes(seed: &[u8; 32], info: &[u8], sealed: &SealedBytes) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    open_parts(seed, info, &sealed.encapsulated, &sealed.sealed)
}

fn open_parts(seed: &[u8; 32], info: &[u8], encapsulated: &[u8; 32], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let (private, _) = X25519::derive_keypair(seed);
    let encapsulated = <X25519 as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| DoesNotOpen)?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519>(&OpModeR::Base, &private, &encapsulated, info, sealed, &[])
        .map(Zeroizing::new)
        .map_err(|_| DoesNotOpen)
}
