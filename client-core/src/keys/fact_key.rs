//! The key of one sealed fact: made with the fact, carried beside it, and destroyed to erase it.

use habeas_protocol::{CaseId, EnvelopeId, hash};
use rand_core::CryptoRng;

use super::primitives::{Secret, decrypt, derive, encrypt, random, sixteen};
use super::{CaseSecret, DoesNotOpen};

/// A fact's key. It seals that fact and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct FactKey(Secret);

/// What a sealed fact is called in its case: it follows from the key, so no other key is taken for it.
pub type SealId = [u8; 16];

impl std::fmt::Debug for FactKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactKey")
    }
}

impl FactKey {
    /// Makes a key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(random(rng))
    }

    /// The key of these bytes.
    pub fn of(bytes: &[u8; 32]) -> Self {
        let mut key = Secret::default();
        key.copy_from_slice(bytes);
        Self(key)
    }

    /// Its bytes, to store and to carry it.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The name of what it seals.
    pub fn seal_id(&self) -> SealId {
        sixteen(&derive(&self.0, "habeas/1/fact-seal"))
    }

    /// Seals a fact's content, bound to its case, its name and the actor that writes it.
    pub fn seal(&self, case: CaseId, actor: &[u8; 16], content: &[u8]) -> Vec<u8> {
        // The key seals this and nothing else, so no nonce meets two contents.
        encrypt(&derive(&self.0, "habeas/1/fact"), &[0; 24], &self.associated(case, actor), content)
    }

    /// Opens what [`FactKey::seal`] made.
    pub fn open(&self, case: CaseId, actor: &[u8; 16], sealed: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let content = decrypt(&derive(&self.0, "habeas/1/fact"), &[0; 24], &self.associated(case, actor), sealed)?;
        Ok(content.to_vec())
    }

    fn associated(&self, case: CaseId, actor: &[u8; 16]) -> Vec<u8> {
        [b"habeas/1/sealed-fact\0".as_slice(), &case.0, &self.seal_id(), actor].concat()
    }
}

impl CaseSecret {
    /// The name under which the key of a sealed fact travels, if this is the secret of epoch 0: only who can open the case can compute it.
    pub fn fact_key_id(&self, seal: &SealId) -> EnvelopeId {
        self.envelope_id(&hash("habeas/1/fact-key", &[seal]))
    }
}
