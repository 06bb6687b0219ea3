//! Items of feeds as a frame tells them: whose they are, and the first one's number, once for all that follow one another.

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::at_most;
use crate::ids::CircleId;
use crate::limits::MAX_ITEMS;
use crate::sync::{FeedItem, Told};

/// Items of one feed whose numbers follow one another.
#[derive(Serialize, Deserialize)]
struct Stretch<T> {
    circle: CircleId,
    from: u64,
    #[serde(deserialize_with = "at_most::<_, _, MAX_ITEMS>", bound(deserialize = "T: Deserialize<'de>"))]
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
    from.deserialize_seq(Items)
}

/// Reads stretches, and goes no further where there are too many items: an answer of two bytes an item would take a hundred times as much memory.
struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Vec<FeedItem>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "at most {MAX_ITEMS} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Stretch { circle, from, contents }) = list.next_element::<Stretch<Told>>()? {
            if items.len() + contents.len() > MAX_ITEMS {
                return Err(A::Error::custom("too many items"));
            }
            for (place, content) in (0..).zip(contents) {
                let seq = from.checked_add(place).ok_or_else(|| A::Error::custom("a number beyond all"))?;
                items.push(FeedItem { circle, seq, content });
            }
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::codec::{BadBytes, decode, encode};
    use crate::ids::CircleId;
    use crate::limits::MAX_ITEMS;
    use crate::sync::{FeedItem, Frame, SyncResponse, Told};

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

    /// A few hundred kilobytes on the way would be tens of megabytes here.
    #[test]
    fn there_are_no_more_items_in_an_answer_than_a_phone_has_room_for() {
        let items = |count: u64, circle| (1..=count).map(move |seq| (circle, seq)).collect::<Vec<_>>();
        let most = MAX_ITEMS as u64;
        let read = |frame: &Frame| decode::<Frame>(&encode(frame).unwrap(), 1 << 20);
        assert!(read(&frame(&items(most, 1))).is_ok());
        assert!(read(&frame(&items(most + 1, 1))).is_err());
        assert!(read(&frame(&[items(most, 1), items(1, 2)].concat())).is_err(), "in two stretches");
        let answer = |frames| SyncResponse { frames, ..SyncResponse::default() }.encode().unwrap();
        let half = || frame(&items(most / 2, 1));
        assert!(SyncResponse::decode(&answer(vec![half(), half()])).is_ok());
        assert_eq!(SyncResponse::decode(&answer(vec![half(), half(), frame(&[(1, 1)])])), Err(BadBytes::TooLong));
    }
}
