//! Short texts in the organisation's log for those who may open every case: a team's name. The hub keeps them and cannot read them.

use habeas_protocol::limits::TEXT;
use habeas_protocol::{CircleKind, Log, SealedKey, SealedText};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::primitives::{decrypt, encrypt, open_sealed, random, seal_to};
use super::{DeviceSecrets, DoesNotOpen, unwrap_circle};

/// The longest text, in bytes: one more says how long it is.
pub const MAX_TEXT: usize = TEXT - 1;
/// Each key seals one text.
const NONCE: [u8; 24] = [0; 24];

/// Seals a text of at most [`MAX_TEXT`] bytes about something to the coordinators' present key, in as many bytes whatever it says. Fails if it is longer, or
/// nothing can be sealed to the coordinators.
pub fn seal_text(log: &Log, about: &[u8; 16], text: &str, rng: &mut impl CryptoRng) -> Result<SealedText, DoesNotOpen> {
    let (circle, known) = log.circle_of(CircleKind::Coordinators).ok_or(DoesNotOpen)?;
    let present = known.present().filter(|_| log.is_open(&circle)).ok_or(DoesNotOpen)?;
    let epoch = u32::try_from(known.epochs.len() - 1).map_err(|_| DoesNotOpen)?;
    let mut plain = Zeroizing::new([0; TEXT]);
    plain[0] = u8::try_from(text.len()).map_err(|_| DoesNotOpen)?;
    plain[1..].get_mut(..text.len()).ok_or(DoesNotOpen)?.copy_from_slice(text.as_bytes());
    let (key, info) = (random(rng), SealedKey::text_info(about, epoch));
    let text = encrypt(&key, &NONCE, &info, plain.as_ref());
    Ok(SealedText { epoch, key: seal_to(&present.public, &info, &key, rng)?, text })
}

/// Opens such a text, for a device that may open every case.
pub fn open_text(log: &Log, device: &DeviceSecrets, about: &[u8; 16], sealed: &SealedText) -> Result<String, DoesNotOpen> {
    let (circle, _) = log.circle_of(CircleKind::Coordinators).ok_or(DoesNotOpen)?;
    let pair = unwrap_circle(log, circle, sealed.epoch, device)?;
    let info = SealedKey::text_info(about, sealed.epoch);
    let key = open_sealed(&pair.seed, &info, &sealed.key)?;
    let plain = decrypt(&key, &NONCE, &info, &sealed.text)?;
    let (length, text) = plain.split_first().ok_or(DoesNotOpen)?;
    let text = text.get(..usize::from(*length)).ok_or(DoesNotOpen)?;
    String::from_utf8(text.to_vec()).map_err(|_| DoesNotOpen)
}
