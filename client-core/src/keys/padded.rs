//! Contents of which nobody shall learn the length, sealed to a public key: names in the log, of a team or of a shift's place, and index cards.

use habeas_protocol::limits::NAME;
use habeas_protocol::{DeviceId, Log, SealedBytes, SealedCards};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::primitives::{open_bytes, seal_bytes};
use super::{CirclePair, DeviceSecrets, DoesNotOpen};

/// How many bytes say the length of the content.
const LENGTH: usize = 4;
/// To a multiple of how many bytes cards are filled up: some thirty cards.
const CARDS: usize = 4096;

/// The longest name, in bytes.
pub const MAX_NAME: usize = NAME - LENGTH;

/// Seals a name, of at most [`MAX_NAME`] bytes, to a circle's key, bound to what it names.
pub fn seal_name(circle: &[u8; 32], info: &[u8], name: &str, rng: &mut impl CryptoRng) -> Result<SealedBytes, DoesNotOpen> {
    if name.len() > MAX_NAME {
        return Err(DoesNotOpen);
    }
    seal_bytes(circle, info, &padded(name.as_bytes(), NAME), rng)
}

/// Opens it with the circle's key of that epoch.
pub fn open_name(pair: &CirclePair, info: &[u8], sealed: &SealedBytes) -> Result<String, DoesNotOpen> {
    let padded = open_bytes(&pair.seed, info, sealed)?;
    String::from_utf8(content(&padded)?.to_vec()).map_err(|_| DoesNotOpen)
}

impl DeviceSecrets {
    /// Seals cards to a device of the log, and signs that.
    pub fn seal_cards(
        &self,
        log: &Log,
        to: DeviceId,
        cards: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Result<SealedCards, DoesNotOpen> {
        let keys = log.member(&to).ok_or(DoesNotOpen)?.keys;
        let sealed = seal_bytes(&keys.sealing, &SealedCards::info(to), &padded(cards, CARDS), rng)?;
        let signature = self.sign(&SealedCards::message(to, &sealed));
        Ok(SealedCards { sealed, signer: self.id(), signature })
    }

    /// Opens cards that are sealed to this device. Who has signed them has not been checked yet.
    pub fn open_cards(&self, cards: &SealedCards) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let padded = open_bytes(self.sealing_seed(), &SealedCards::info(self.id()), &cards.sealed)?;
        content(&padded).map(|content| Zeroizing::new(content.to_vec()))
    }
}

/// The content with its length before it, and zeros behind it up to a multiple of so many bytes.
fn padded(content: &[u8], block: usize) -> Zeroizing<Vec<u8>> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut padded = Zeroizing::new(Vec::with_capacity((LENGTH + content.len()).next_multiple_of(block)));
    padded.extend_from_slice(&length.to_be_bytes());
    padded.extend_from_slice(content);
    padded.resize((LENGTH + content.len()).next_multiple_of(block), 0);
    padded
}

fn content(padded: &[u8]) -> Result<&[u8], DoesNotOpen> {
    let (length, rest) = padded.split_first_chunk::<LENGTH>().ok_or(DoesNotOpen)?;
    let (content, zeros) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or(DoesNotOpen)?;
    if zeros.iter().all(|byte| *byte == 0) { Ok(content) } else { Err(DoesNotOpen) }
}
