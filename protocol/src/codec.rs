//! Encoding and decoding, strictly: one value has one encoding, and nothing may follow it.

use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Bytes that are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadBytes {
    /// More bytes than such a thing can have.
    #[error("it is larger than allowed")]
    TooLong,
    /// Not such a thing, or followed by something else, or not in its one encoding.
    #[error("it is malformed")]
    Malformed,
}

/// A value's encoding.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, BadBytes> {
    postcard::to_allocvec(value).map_err(|_| BadBytes::Malformed)
}

/// Reads a value of at most `limit` bytes. Hashes and signatures cover bytes, so a second encoding of the same value is
/// refused.
pub fn decode<T: DeserializeOwned + Serialize>(bytes: &[u8], limit: usize) -> Result<T, BadBytes> {
    if bytes.len() > limit {
        return Err(BadBytes::TooLong);
    }
    let value: T = postcard::from_bytes(bytes).map_err(|_| BadBytes::Malformed)?;
    if encode(&value)? == bytes { Ok(value) } else { Err(BadBytes::Malformed) }
}

/// Reads a list of at most `MOST` things, for lists whose things may take a byte each and much more in memory.
pub fn at_most<'de, D, T, const MOST: usize>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Few<T, const MOST: usize>(std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Few<T, MOST> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "at most {MOST} things")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut read = Vec::new();
            while let Some(next) = list.next_element()? {
                if read.len() == MOST {
                    return Err(A::Error::custom("too many"));
                }
                read.push(next);
            }
            Ok(read)
        }
    }

    from.deserialize_seq(Few::<T, MOST>(std::marker::PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Three(#[serde(deserialize_with = "at_most::<_, _, 3>")] Vec<Vec<u8>>);

    #[test]
    fn a_list_is_read_up_to_its_bound() {
        let list = |length: usize| encode(&Three(vec![Vec::new(); length])).unwrap();
        assert_eq!(decode::<Three>(&list(3), 100), Ok(Three(vec![Vec::new(); 3])));
        assert_eq!(decode::<Three>(&list(4), 100), Err(BadBytes::Malformed));
        assert_eq!(decode::<Three>(&[4, 0], 100), Err(BadBytes::Malformed));
    }
}
