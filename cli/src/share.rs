//! A printed share: four lines of 24 letters and digits, each with a check of its own, so that whoever types one hears at once which line
//! is wrong.

use base32ct::{Base32Unpadded, Encoding as _};
use habeas_client_core::keys::Share;
use habeas_protocol::hash;
use zeroize::Zeroizing;

/// How many lines a share has.
pub const LINES: usize = 4;
/// How many bytes of the share a line has, before its check.
const BYTES: usize = Share::BYTES / LINES;
/// How many letters and digits a line has.
const LETTERS: usize = 24;

/// The lines.
pub fn lines(share: &Share) -> Vec<Zeroizing<String>> {
    let bytes = share.bytes();
    let line = |(number, bytes): (usize, &[u8])| {
        let whole = Zeroizing::new([bytes, &check(number, bytes)].concat());
        Zeroizing::new(Base32Unpadded::encode_string(&whole).to_uppercase())
    };
    bytes.chunks(BYTES).enumerate().map(line).collect()
}

/// A line for the eye: six groups of four.
pub fn grouped(line: &str) -> String {
    line.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// Reads the line of that number, from 0, as somebody has typed it.
pub fn read_line(number: usize, typed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let letters = Zeroizing::new(meant(typed)?);
    if letters.len() != LETTERS {
        return None;
    }
    let mut whole = Zeroizing::new(Base32Unpadded::decode_vec(&letters).ok()?);
    let kept = check(number, whole.get(..BYTES)?);
    if whole.get(BYTES..)? != kept {
        return None;
    }
    whole.truncate(BYTES);
    Some(whole)
}

/// Reads all lines at once, as a scanned code has them.
pub fn read_all(typed: &str) -> Option<Zeroizing<Vec<u8>>> {
    let letters = Zeroizing::new(meant(typed)?);
    let mut bytes = Zeroizing::new(Vec::with_capacity(Share::BYTES));
    for (number, line) in letters.as_bytes().chunks(LETTERS).enumerate() {
        bytes.extend_from_slice(&read_line(number, std::str::from_utf8(line).ok()?)?);
    }
    (bytes.len() == Share::BYTES).then_some(bytes)
}

fn check(number: usize, bytes: &[u8]) -> [u8; 2] {
    let number = u8::try_from(number).unwrap_or(u8::MAX);
    let hash = hash("habeas/1/share-line", &[&[number], bytes]);
    [hash[0], hash[1]]
}

/// What is meant by what somebody reads off paper: blanks count for nothing, and letters that look alike are one, also those of another
/// keyboard.
fn meant(typed: &str) -> Option<String> {
    let letter = |letter: char| match letter {
        'a'..='z' | '2'..='7' => Some(letter),
        '0' | 'о' => Some('o'),
        '1' | 'і' => Some('i'),
        '8' | 'в' => Some('b'),
        'а' => Some('a'),
        'с' => Some('c'),
        'е' => Some('e'),
        'н' => Some('h'),
        'к' => Some('k'),
        'м' => Some('m'),
        'р' => Some('p'),
        'т' => Some('t'),
        'х' => Some('x'),
        'у' => Some('y'),
        _ => None,
    };
    let typed = Zeroizing::new(typed.to_lowercase());
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_off_paper_is_read_and_a_slip_is_found_in_its_line() {
        let (_, shares) = Share::make(&[7; 32], &mut crate::rng());
        for share in &shares {
            let lines = lines(share);
            assert_eq!(lines.len(), LINES);
            let mut bytes = Vec::new();
            for (number, line) in lines.iter().enumerate() {
                let typed = grouped(line).to_lowercase().replace('o', "0").replace('b', "В").replace('a', "а");
                bytes.extend_from_slice(&read_line(number, &typed).unwrap_or_default());
                // One letter wrong, a line in another's place, a letter too few.
                let wrong = if line.starts_with('A') { "C" } else { "A" };
                assert!(read_line(number, &format!("{wrong}{}", &line[1..])).is_none());
                assert!(read_line((number + 1) % LINES, line).is_none());
                assert!(read_line(number, &line[1..]).is_none());
            }
            assert_eq!(bytes, share.bytes().as_slice());
            let whole: String = lines.iter().map(|line| line.as_str()).collect();
            assert_eq!(read_all(&whole).as_deref(), Some(&bytes));
        }
    }
}
