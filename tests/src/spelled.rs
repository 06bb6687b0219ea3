//! A word as it may lie in a file without being sealed, and the search for it. What is packed (deflate) is not searched: nothing here packs what
//! it does not seal.

use std::collections::BTreeMap;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_ADDRESSES: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Shorter spellings than this stand anywhere by chance.
const LEAST: usize = 4;

/// The word in UTF-8, in UTF-16 of both byte orders, in hexadecimal of both cases, and in base64 of both alphabets, wherever in a longer text it
/// begins.
pub fn spellings(word: &str) -> Vec<Vec<u8>> {
    let hex = |of: fn(u8) -> String| word.bytes().map(of).collect::<String>().into_bytes();
    let mut all = vec![
        word.as_bytes().to_vec(),
        word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        hex(|byte| format!("{byte:02x}")),
        hex(|byte| format!("{byte:02X}")),
    ];
    for alphabet in [STANDARD, FOR_ADDRESSES] {
        all.extend((0..3).map(|before| base64(word.as_bytes(), before, alphabet)).filter(|text| text.len() > 2 * LEAST));
    }
    all.sort();
    all.dedup();
    all
}

/// Of the base64 of a text that holds these bytes behind so many others (modulo 3) the digits that come of these bytes alone.
fn base64(bytes: &[u8], before: usize, alphabet: &[u8; 64]) -> Vec<u8> {
    let bits: Vec<u8> = std::iter::repeat_n(0, before)
        .chain(bytes.iter().copied())
        .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1))
        .collect();
    let digits = bits.chunks_exact(6).map(|six| alphabet[six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit))]);
    digits.skip((before * 8).div_ceil(6)).collect()
}

/// Strings of bytes to be searched for all at once.
pub struct Search<'a>(BTreeMap<[u8; 2], Vec<&'a [u8]>>, Vec<bool>);

impl<'a> Search<'a> {
    /// Of these, each of at least two bytes.
    pub fn of(sought: &'a [Vec<u8>]) -> Self {
        let (mut by_beginning, mut begins): (BTreeMap<[u8; 2], Vec<&[u8]>>, _) = (BTreeMap::new(), vec![false; 1 << 16]);
        for bytes in sought {
            let beginning = *bytes.first_chunk::<2>().expect("two bytes");
            begins[usize::from(u16::from_be_bytes(beginning))] = true;
            by_beginning.entry(beginning).or_default().push(bytes);
        }
        Self(by_beginning, begins)
    }

    /// Whether one of them stands in a file.
    pub fn finds(&self, file: &[u8]) -> bool {
        file.windows(2).enumerate().any(|(at, two)| {
            let two = [two[0], two[1]];
            self.1[usize::from(u16::from_be_bytes(two))] && self.0[&two].iter().any(|bytes| file[at..].starts_with(bytes))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_spelled_and_wherever_it_begins() {
        let word = "kqvanary-\u{436}\u{49b}";
        let sought = spellings(word);
        let search = Search::of(&sought);
        let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(search.finds(&utf16) && search.finds(word.as_bytes()) && !search.finds(b"kqvanar7"));
        let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(search.finds(format!("x{hex}").as_bytes()) && search.finds(hex.to_uppercase().as_bytes()));
        // As `base64` writes "12kqvanary-жқ34", "123…" and "1234…".
        for text in ["MTJrcXZhbmFyeS3QttKbMzQ=", "MTIza3F2YW5hcnkt0LbSmzQ=", "MTIzNGtxdmFuYXJ5LdC20ps="] {
            assert!(search.finds(text.as_bytes()), "{text}");
        }
    }
}
