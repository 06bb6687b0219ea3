//! Sealing the pieces of an attachment. The key is made for it alone and stands in the fact about it, so whoever can read the fact can open
//! it, under whatever secret of the case the fact travels.

use habeas_protocol::api::{from_hex, to_hex};
use habeas_protocol::limits::{PIECE, SEALED_PIECE};
use habeas_protocol::{AttachmentId, attachment};
use rand_core::CryptoRng;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::DoesNotOpen;
use super::primitives::{Secret, decrypt, derive, encrypt, random, sixteen};

/// The last piece is filled up to a multiple of so many bytes, so that the size says less.
const FILLED_TO: usize = 4096;

/// The key of one attachment.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct AttachmentKey(Secret);

impl std::fmt::Debug for AttachmentKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AttachmentKey")
    }
}

impl AttachmentKey {
    /// Makes a key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(random(rng))
    }

    /// The key as the fact says it.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(from_hex(text, 32)?);
        Some(Self(Zeroizing::new(bytes.as_slice().try_into().ok()?)))
    }

    /// As it stands in the fact.
    pub fn to_text(&self) -> String {
        to_hex(self.0.as_slice())
    }

    /// What the hub calls the attachment: it says nothing of the key or of what is inside.
    pub fn id(&self) -> AttachmentId {
        AttachmentId(sixteen(&derive(&self.0, "habeas/1/attachment-id")))
    }

    /// Seals a file in pieces, each on its own. The same file seals to the same pieces, whoever seals it.
    pub fn seal<'a>(&'a self, file: &'a [u8]) -> impl Iterator<Item = Vec<u8>> + 'a {
        let pieces = attachment::pieces(u32::try_from(file.len()).unwrap_or(u32::MAX));
        (0..pieces).zip(file.chunks(PIECE)).map(move |(number, piece)| self.seal_piece(number, pieces, piece))
    }

    fn seal_piece(&self, number: u32, pieces: u32, piece: &[u8]) -> Vec<u8> {
        let mut filled = Zeroizing::new(piece.to_vec());
        filled.resize(piece.len().next_multiple_of(FILLED_TO), 0);
        encrypt(&self.content_key(), &nonce(number), &self.bound(number, pieces), &filled)
    }

    /// Opens a piece of a file of so many bytes.
    pub fn open(&self, number: u32, bytes: u32, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let pieces = attachment::pieces(bytes);
        if sealed.len() > SEALED_PIECE || number >= pieces {
            return Err(DoesNotOpen);
        }
        let mut piece = decrypt(&self.content_key(), &nonce(number), &self.bound(number, pieces), sealed)?;
        let length = (bytes as usize - number as usize * PIECE).min(PIECE);
        if piece.len() < length {
            return Err(DoesNotOpen);
        }
        piece.truncate(length);
        Ok(piece)
    }

    fn content_key(&self) -> Secret {
        derive(&self.0, "habeas/1/attachment")
    }

    /// A piece is this one of so many, of this attachment.
    fn bound(&self, number: u32, pieces: u32) -> Vec<u8> {
        [b"habeas/1/attachment\0".as_slice(), &self.id().0, &pieces.to_be_bytes(), &number.to_be_bytes()].concat()
    }
}

/// The key seals one file only, so no number of a piece meets two plaintexts.
fn nonce(number: u32) -> [u8; 24] {
    let mut nonce = [0; 24];
    nonce[20..].copy_from_slice(&number.to_be_bytes());
    nonce
}
