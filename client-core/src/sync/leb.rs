//! LEB128 integers, in their one shortest spelling, out of a bounded slice.

use super::change::BadChange;

/// Bytes being read from the front.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], BadChange> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(BadChange::CutOff)?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], BadChange> {
        self.take(N)?.try_into().map_err(|_| BadChange::CutOff)
    }

    /// An unsigned integer of at most 64 bits.
    pub fn unsigned(&mut self) -> Result<u64, BadChange> {
        let (mut value, mut shift) = (0_u64, 0_u32);
        loop {
            let [byte] = self.array()?;
            let low = u64::from(byte & 0x7f);
            if shift == 63 && low > 1 || shift > 63 {
                return Err(BadChange::Integer);
            }
            value |= low << shift;
            if byte & 0x80 == 0 {
                return if byte == 0 && shift > 0 { Err(BadChange::Integer) } else { Ok(value) };
            }
            shift += 7;
        }
    }

    /// A signed integer of at most 64 bits.
    pub fn signed(&mut self) -> Result<i64, BadChange> {
        let (mut value, mut shift, mut before) = (0_i64, 0_u32, 0_u8);
        loop {
            let [byte] = self.array()?;
            if shift == 63 && byte != 0 && byte != 0x7f || shift > 63 {
                return Err(BadChange::Integer);
            }
            value |= i64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                // A last byte that only repeats the sign could have been left out.
                let redundant = shift > 7 && (byte == 0 && before & 0x40 == 0 || byte == 0x7f && before & 0x40 != 0);
                let negative = byte & 0x40 != 0 && shift < 64;
                return if redundant {
                    Err(BadChange::Integer)
                } else {
                    Ok(if negative { value | (-1 << shift) } else { value })
                };
            }
            before = byte;
        }
    }

    /// An unsigned integer that counts things of which there may be at most `most`.
    pub fn count(&mut self, most: usize) -> Result<usize, BadChange> {
        usize::try_from(self.unsigned()?).ok().filter(|&count| count <= most).ok_or(BadChange::TooMany)
    }
}

/// Writes an unsigned integer.
pub(super) fn put_unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or(0));
}

/// Writes a signed integer.
pub(super) fn put_signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap_or(0);
        value >>= 7;
        if value == 0 && byte & 0x40 == 0 || value == -1 && byte & 0x40 != 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn integers_come_back(unsigned: u64, signed: i64, small in -200_i64..200) {
            for value in [signed, small, i64::MIN, i64::MAX] {
                let mut bytes = Vec::new();
                put_signed(&mut bytes, value);
                let mut reader = Reader(&bytes);
                prop_assert_eq!(reader.signed(), Ok(value));
                prop_assert!(reader.is_empty());
            }
            for value in [unsigned, unsigned & 0xff, u64::MAX] {
                let mut bytes = Vec::new();
                put_unsigned(&mut bytes, value);
                let mut reader = Reader(&bytes);
                prop_assert_eq!(reader.unsigned(), Ok(value));
                prop_assert!(reader.is_empty());
            }
        }
    }

    #[test]
    fn a_second_spelling_is_refused() {
        for long in [&[0x80, 0x00][..], &[0x81, 0x00], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]] {
            assert_eq!(Reader(long).unsigned(), Err(BadChange::Integer), "{long:?}");
        }
        for long in [&[0x80, 0x00][..], &[0xff, 0x7f]] {
            assert_eq!(Reader(long).signed(), Err(BadChange::Integer), "{long:?}");
        }
        assert_eq!(Reader(&[0xc0, 0x00]).signed(), Ok(64), "here the last byte carries the sign");
        assert_eq!(Reader(&[0x80]).unsigned(), Err(BadChange::CutOff));
    }
}
