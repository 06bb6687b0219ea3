//! The vault as one file: frames appended one after another, each a batch of sealed records that counts as a whole.
//!
//! A frame is its length (4 bytes, big endian), its number (8 bytes), four bytes of a hash over these two, the batch, and
//! eight bytes of a hash over all of it. A file that ends inside its last frame was cut off in the middle of a save that was
//! never confirmed: that frame is left out, counted in [`Replay::torn`], and everything confirmed is there. Damage anywhere
//! else, a frame's length included, is an error and never skipped.

use habeas_protocol::{decode, encode, hash};
use habeas_texts::{self as texts, Message};

use super::SealedRecord;

/// What a vault file begins with.
pub const MAGIC: &[u8; 16] = b"HABEAS VAULT 1\r\n";
/// The largest frame, in bytes.
const MAX_FRAME: usize = 64 << 20;
/// Bytes before a frame's batch.
const HEAD: usize = 4 + 8 + 4;
/// Bytes after it.
const TAIL: usize = 8;

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// The batches, in the order in which they were written.
    pub batches: Vec<Vec<SealedRecord>>,
    /// How many bytes of the file are whole frames: the next one is written here.
    pub length: usize,
    /// How many bytes after that belong to a save that was cut off.
    pub torn: usize,
}

/// Why a vault file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It is something else.
    #[error("this is no vault file of a version that this program knows")]
    Magic,
    /// It was changed, or the disk has lost part of it.
    #[error("the vault file is damaged at byte {0}; restore it from a backup of this device")]
    Damaged(usize),
    /// A batch is too large for one frame.
    #[error("too much to save at once; save fewer cases at a time")]
    TooLarge,
}

impl From<FileError> for Message {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Magic => texts::error_vault_kind(),
            FileError::Damaged(byte) => texts::error_vault_damaged(byte),
            FileError::TooLarge => texts::error_vault_large(),
        }
    }
}

/// The frame for a batch. `number` counts the frames of the file from 0.
pub fn frame(number: u64, batch: &[SealedRecord]) -> Result<Vec<u8>, FileError> {
    let body = encode(&batch).map_err(|_| FileError::TooLarge)?;
    let length = u32::try_from(body.len()).map_err(|_| FileError::TooLarge)?;
    if body.len() > MAX_FRAME {
        return Err(FileError::TooLarge);
    }
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.extend_from_slice(&number.to_be_bytes());
    bytes.extend_from_slice(&hash("habeas/1/vault-frame-head", &[&bytes])[..4]);
    bytes.extend_from_slice(&body);
    bytes.extend_from_slice(&hash("habeas/1/vault-frame", &[&bytes])[..TAIL]);
    Ok(bytes)
}

/// Reads a whole file.
pub fn replay(file: &[u8]) -> Result<Replay, FileError> {
    let begins = file.get(..MAGIC.len()).ok_or(FileError::Magic)?;
    if begins != MAGIC {
        return Err(FileError::Magic);
    }
    let mut found = Replay { length: MAGIC.len(), ..Replay::default() };
    while let Some(bytes) = file.get(found.length..).filter(|rest| !rest.is_empty()) {
        match next(bytes, found.batches.len() as u64) {
            Next::Whole(batch, length) => {
                found.batches.push(batch);
                found.length += length;
            }
            Next::Torn => {
                found.torn = bytes.len();
                break;
            }
            Next::Damaged => return Err(FileError::Damaged(found.length)),
        }
    }
    Ok(found)
}

enum Next {
    Whole(Vec<SealedRecord>, usize),
    Torn,
    Damaged,
}

fn next(bytes: &[u8], number: u64) -> Next {
    let Some(head) = bytes.first_chunk::<HEAD>() else {
        return Next::Torn;
    };
    // A file system may grow a file before it holds what was written: then the rest is zeros.
    if bytes.iter().all(|&byte| byte == 0) {
        return Next::Torn;
    }
    let (counted, check) = head.split_at(HEAD - 4);
    let mut length = [0; 4];
    length.copy_from_slice(&counted[..4]);
    let body = u32::from_be_bytes(length) as usize;
    if hash("habeas/1/vault-frame-head", &[counted])[..4] != *check || counted[4..] != number.to_be_bytes() || body > MAX_FRAME {
        return Next::Damaged;
    }
    let Some(whole) = bytes.get(..HEAD + body + TAIL) else {
        return Next::Torn;
    };
    let (covered, sum) = whole.split_at(HEAD + body);
    if hash("habeas/1/vault-frame", &[covered])[..TAIL] != *sum {
        // Only the last frame can have been cut off so.
        return if whole.len() == bytes.len() { Next::Torn } else { Next::Damaged };
    }
    decode(&covered[HEAD..], MAX_FRAME).map_or(Next::Damaged, |batch| Next::Whole(batch, whole.len()))
}
