//! Items of feeds as a frame tells them: whose they are, and the first one's number, once for all that follow one another.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::CircleId;
use crate::sync::{FeedItem, Told};

/// Items of one feed whose numbers follow one another.
#[derive(Serialize, Deserialize)]
struct Stretch<T> {
    circle: CircleId,
    from: u64,
    contents: Vec<T>,
}

pub(crate) fn serialize<S: Serializer>(items: &[FeedItem], to: S) -> Result<S::Ok, S::Error> {
    let mut stretches: Vec<Stretch<&Told>> = Vec::new();
    for FeedItem { circle, seq, content } in items {
        match stretches.last_mut() {
            Some(last) if last.circle == *circle && last.from.checked_add(last.contents.len() as u64) == Some(*seq) => {
                last.contents.push(content);
            }
            _ => stretches.push(Stretch { circle: *circle, from: *seq, contents: vec![content] }),
        }
    }
    stretches.serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<FeedItem>, D::Error> {
    let mut items = Vec::new();
    for Stretch { circle, from, contents } in Vec::<Stretch<Told>>::deserialize(from)? {
        for (place, content) in (0..).zip(contents) {
            let seq = from.checked_add(place).ok_or_else(|| D::Error::custom("a number beyond all"))?;
            items.push(FeedItem { circle, seq, content });
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::codec::{decode, encode};
    use crate::ids::CircleId;
    use crate::sync::{FeedItem, Frame, Told};

    fn frame(items: &[(u8, u64)]) -> Frame {
        let item = |(place, &(circle, seq)): (u32, &(u8, u64))| FeedItem {
            circle: CircleId([circle; 16]),
            seq,
            content: Told::Sent(place),
        };
        Frame { items: (0..).zip(items).map(item).collect(), snapshot: None, cursor: vec![7] }
    }

    proptest! {
        /// Whatever the order, nothing is lost, and there is one way to write it.
        #[test]
        fn items_come_out_as_they_went_in(items in prop::collection::vec((0_u8..3, 0_u64..5), 0..40), last in prop::bool::ANY) {
            let mut items = items;
            if last {
                items.extend([(1, u64::MAX - 1), (1, u64::MAX)]);
            }
            let frame = frame(&items);
            prop_assert_eq!(decode::<Frame>(&encode(&frame).unwrap(), 10_000).unwrap(), frame);
        }
    }

    #[test]
    fn a_feed_is_named_once_for_what_follows_one_another() {
        let size = |count: u64| encode(&frame(&(1..=count).map(|seq| (1, seq)).collect::<Vec<_>>())).unwrap().len();
        assert_eq!(size(51) - size(1), 50 * 2, "what was brought in the same request is only reminded of");
    }

    #[test]
    fn other_ways_to_write_it_are_refused() {
        let first = |from: u64, count: u8| {
            let contents: Vec<u8> = (0..count).flat_map(|place| [2, place]).collect();
            [encode(&CircleId([1; 16])).unwrap(), encode(&from).unwrap(), vec![count], contents].concat()
        };
        let whole =
            |stretches: &[Vec<u8>]| [&[u8::try_from(stretches.len()).unwrap()], stretches.concat().as_slice(), &[0, 0]].concat();
        assert!(decode::<Frame>(&whole(&[first(1, 2)]), 10_000).is_ok());
        assert!(decode::<Frame>(&whole(&[first(1, 1), first(2, 1)]), 10_000).is_err(), "two that are one");
        assert!(decode::<Frame>(&whole(&[first(1, 0)]), 10_000).is_err(), "one of nothing");
        assert!(decode::<Frame>(&whole(&[first(u64::MAX, 2)]), 10_000).is_err(), "a number beyond all");
    }
}
