//! The codes of an authenticator app (RFC 6238: SHA-1, thirty seconds, six digits, as every app has it).

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// How many bytes a secret has.
pub const SECRET: usize = 20;
/// For how many seconds an app shows a code.
pub const STEP: i64 = 30;

/// The code of a step, which is the number of half minutes since 1970.
pub fn code(secret: &[u8; SECRET], step: i64) -> String {
    let mut block = [0_u8; 64];
    block[..SECRET].copy_from_slice(secret);
    let mut mac = Hmac::<Sha1>::new((&block).into());
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let offset = usize::from(hash[19] & 15);
    let number = hash.iter().skip(offset).take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// The step of which this is the code, of now, the one before or the one after: clocks differ. The latest, if it is of several.
pub fn step(secret: &[u8; SECRET], typed: &str, now: i64) -> Option<i64> {
    let present = now.div_euclid(STEP);
    [present + 1, present, present - 1].into_iter().find(|step| {
        let code = code(secret, *step);
        code.len() == typed.len() && code.bytes().zip(typed.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, of whose eight digits an app shows the last six.
        let secret = b"12345678901234567890";
        for (time, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, time / STEP), expected);
            for late in [-STEP, 0, STEP] {
                assert_eq!(step(secret, expected, time + late), Some(time / STEP));
            }
            assert_eq!(step(secret, expected, time + 2 * STEP), None);
        }
        assert_eq!((step(secret, "", 59), step(secret, "28708", 59)), (None, None));
    }
}
