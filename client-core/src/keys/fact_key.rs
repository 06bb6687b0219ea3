//! The key of one sealed fact: made with the fact, carried beside it, and destroyed to erase it.

use habeas_protocol::{CaseId, EnvelopeId, hash};
use rand_core::CryptoRng;
use zeroize::ZeroizeOnDrop;

use super::primitives::{Secret, decrypt, derive, encrypt, random, sixteen};
use super::{CaseSecret, DoesNotOpen};

/// A fact's key. It seals that fact and nothing else.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct FactKey {
    secret: Secret,
    /// Of a limited fact, the actor that writes it: only to some circles is such a key ever sealed.
    #[zeroize(skip)]
    author: Option<[u8; 16]>,
}

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
        Self { secret: random(rng), author: None }
    }

    /// The same key for a fact that this actor writes and only some circles may open.
    pub fn limited(mut self, author: [u8; 16]) -> Self {
        self.author = Some(author);
        self
    }

    /// The key of these bytes.
    pub fn of(bytes: &[u8; 32]) -> Self {
        let mut secret = Secret::default();
        secret.copy_from_slice(bytes);
        Self { secret, author: None }
    }

    /// Of a limited fact, the actor that writes it.
    pub fn author(&self) -> Option<&[u8; 16]> {
        self.author.as_ref()
    }

    /// Its bytes, to store and to carry it.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The name of what it seals.
    pub fn seal_id(&self) -> SealId {
        let commitment = self.commitment();
        self.author.map_or(commitment, |author| limited_name(&commitment, &author))
    }

    /// What follows from it and tells nothing of it.
    pub(crate) fn commitment(&self) -> [u8; 16] {
        sixteen(&derive(&self.secret, "habeas/1/fact-seal"))
    }

    /// Seals a fact's content, bound to its case, its name and the actor that writes it.
    pub fn seal(&self, case: CaseId, actor: &[u8; 16], content: &[u8]) -> Vec<u8> {
        // The key seals this and nothing else, so no nonce meets two contents.
        encrypt(&derive(&self.secret, "habeas/1/fact"), &[0; 24], &self.associated(case, actor), content)
    }

    /// Opens what [`FactKey::seal`] made.
    pub fn open(&self, case: CaseId, actor: &[u8; 16], sealed: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
        let content = decrypt(&derive(&self.secret, "habeas/1/fact"), &[0; 24], &self.associated(case, actor), sealed)?;
        Ok(content.to_vec())
    }

    fn associated(&self, case: CaseId, actor: &[u8; 16]) -> Vec<u8> {
        [b"habeas/1/sealed-fact\0".as_slice(), &case.0, &self.seal_id(), actor].concat()
    }
}

/// The name of a limited fact: whoever has not written it cannot make another key for it.
pub(super) fn limited_name(commitment: &[u8; 16], author: &[u8; 16]) -> SealId {
    sixteen(&hash("habeas/1/limited-fact", &[commitment, author]))
}

impl CaseSecret {
    /// The name under which the key of a sealed fact travels, if this is the secret of epoch 0: only who can open the case can compute it.
    pub fn fact_key_id(&self, seal: &SealId) -> EnvelopeId {
        self.envelope_id(&hash("habeas/1/fact-key", &[seal]))
    }
}
