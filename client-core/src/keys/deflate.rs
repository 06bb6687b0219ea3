//! Deflate with a preset dictionary. A change of one fact is too small to repeat itself; what it repeats is what every
//! change says, and that is in the dictionary.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::DoesNotOpen;

/// The first dictionary: what changes are made of, the most common last, because near matches are cheapest. It is part of
/// the format and never changes; a better one gets another number.
pub const DICTIONARY: &[u8] = include_bytes!("dictionary-1.bin");

/// The second: what changes say, for the shorter way of saying it.
pub const DICTIONARY_2: &[u8] = include_bytes!("dictionary-2.bin");

/// How many bytes a packed byte may stand for, beyond the first [`FREE`]. Honest changes pack two to ten to one; what packs a
/// thousand to one only means to fill other people's devices for little upload.
const RATIO: usize = 32;
const FREE: usize = 4096;

/// Compresses, or stores as it is what would pack better than a reader believes. `None` only if the compressor breaks down.
pub(super) fn deflate(plain: &[u8], dictionary: &[u8]) -> Option<Vec<u8>> {
    let packed = deflate_at(plain, dictionary, Compression::new(9))?;
    if plain.len() <= most(packed.len()) { Some(packed) } else { deflate_at(plain, dictionary, Compression::none()) }
}

/// The most that so many packed bytes may expand to.
fn most(packed: usize) -> usize {
    packed.saturating_mul(RATIO).saturating_add(FREE)
}

fn deflate_at(plain: &[u8], dictionary: &[u8], level: Compression) -> Option<Vec<u8>> {
    let mut stream = Compress::new(level, false);
    stream.set_dictionary(dictionary).ok()?;
    let (mut packed, mut chunk) = (Vec::new(), [0_u8; 4096]);
    loop {
        let (read, written) = (usize::try_from(stream.total_in()).ok()?, stream.total_out());
        let status = stream.compress(plain.get(read..)?, &mut chunk, FlushCompress::Finish).ok()?;
        let count = usize::try_from(stream.total_out() - written).ok()?;
        packed.extend_from_slice(chunk.get(..count)?);
        match status {
            Status::StreamEnd => return Some(packed),
            _ if count > 0 => {}
            _ => return None,
        }
    }
}

/// Expands to at most `limit` bytes, and to no more than an honest packer's ratio, never taking more memory than that. The
/// whole input must be used.
pub(super) fn inflate(packed: &[u8], dictionary: &[u8], limit: usize) -> Result<Vec<u8>, DoesNotOpen> {
    let limit = limit.min(most(packed.len()));
    let mut stream = Decompress::new(false);
    stream.set_dictionary(dictionary).map_err(|_| DoesNotOpen)?;
    let (mut plain, mut chunk, mut read) = (Vec::new(), [0_u8; 4096], 0_usize);
    loop {
        let written = stream.total_out();
        let rest = packed.get(read..).ok_or(DoesNotOpen)?;
        let status = stream.decompress(rest, &mut chunk, FlushDecompress::None).map_err(|_| DoesNotOpen)?;
        let count = usize::try_from(stream.total_out() - written).map_err(|_| DoesNotOpen)?;
        let now = usize::try_from(stream.total_in()).map_err(|_| DoesNotOpen)?;
        if count > limit - plain.len() {
            return Err(DoesNotOpen);
        }
        plain.extend_from_slice(chunk.get(..count).ok_or(DoesNotOpen)?);
        match status {
            Status::StreamEnd if now == packed.len() => return Ok(plain),
            Status::StreamEnd => return Err(DoesNotOpen),
            _ if count == 0 && now == read => return Err(DoesNotOpen),
            _ => read = now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deflated_comes_back_and_nothing_else_does() {
        for length in [0_usize, 1, 4095, 4096, 4097, 200_000] {
            let plain: Vec<u8> = (0..length).map(|n| u8::try_from(n * n % 251).unwrap()).collect();
            let packed = deflate(&plain, DICTIONARY).unwrap();
            assert_eq!(inflate(&packed, DICTIONARY, length), Ok(plain.clone()));
            assert_eq!(inflate(&packed, DICTIONARY, length.saturating_sub(1)).is_ok(), length == 0);
            assert!(inflate(&packed[..packed.len() - 1], DICTIONARY, length).is_err());
            assert!(inflate(&[packed, vec![0]].concat(), DICTIONARY, length).is_err());
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit_and_an_honest_repetition_arrives() {
        let bomb = deflate_at(&vec![0; 200_000], DICTIONARY, Compression::new(9)).unwrap();
        assert!(bomb.len() < 1000 && inflate(&bomb, DICTIONARY, 256 * 1024).is_err(), "two hundred to one is nobody's change");
        let repeated = vec![b'a'; 200_000];
        assert_eq!(inflate(&deflate(&repeated, DICTIONARY).unwrap(), DICTIONARY, 256 * 1024), Ok(repeated));
        assert!(inflate(&deflate(&vec![1; 300_000], DICTIONARY).unwrap(), DICTIONARY, 256 * 1024).is_err());
    }
}
