//! Places that a device has been at in its feeds, ever further apart the longer ago. A hub that was restored has lost the end of a feed; it goes
//! on behind the newest of them that it still has, and nobody gets everything again because of a day.

use habeas_protocol::limits::MAX_FOLLOWED;
use habeas_protocol::{CircleId, Followed, Hash, followed};
use serde::{Deserialize, Serialize};

/// Only numbers that this divides are kept, and where a snapshot has ended.
const EVERY: u64 = 4;

/// The places, in the order in which the device came to them, each with the link of the feed's chain there: of a feed about as many as its length has
/// binary digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trail(Vec<(CircleId, u64, Hash)>);

impl Trail {
    /// The device has come to a place, item by item.
    pub fn comes_to(&mut self, circle: CircleId, seq: u64, link: &Hash) {
        if !seq.is_multiple_of(EVERY) {
            return;
        }
        // Before where it began there is nothing to go back to.
        let first = self.places(circle).next().map_or(seq, |(place, _)| place);
        self.0
            .retain(|(of, place, _)| *of != circle || *place == first || place.is_multiple_of(apart(seq.saturating_sub(*place))));
        self.0.push((circle, seq, *link));
    }

    /// The device has begun a feed behind a snapshot.
    pub fn begins_behind(&mut self, circle: CircleId, seq: u64, link: &Hash) {
        self.begins_again(circle);
        self.0.push((circle, seq, *link));
    }

    /// A feed begins again: it has another history now.
    pub fn begins_again(&mut self, circle: CircleId) {
        self.0.retain(|(of, ..)| *of != circle);
    }

    /// The link at a place where the device has been, if it has kept that.
    pub fn link(&self, circle: CircleId, seq: u64) -> Option<Hash> {
        self.places(circle).find(|(place, _)| *place == seq).map(|(_, link)| link)
    }

    /// The device goes back to a place: what came behind it is of a history that is no more.
    pub fn goes_back(&mut self, circle: CircleId, seq: u64) {
        self.0.retain(|(of, place, _)| *of != circle || *place <= seq);
    }

    fn places(&self, circle: CircleId) -> impl DoubleEndedIterator<Item = (u64, Hash)> {
        self.0.iter().filter(move |(of, ..)| *of == circle).map(|(_, place, link)| (*place, *link))
    }

    /// What the device says to a hub that has lost something: for each of these feeds, with the number and the link where it is, that and
    /// the places before it, newest first; of every feed as many as of any other, if there is no room for all.
    pub fn told(&self, feeds: &[(&CircleId, &(u64, Hash))]) -> Vec<Followed> {
        let each = (MAX_FOLLOWED / feeds.len().max(1)).max(1);
        let mut told = Vec::new();
        for (circle, (at, link)) in feeds.iter().take(MAX_FOLLOWED) {
            let before = self.places(**circle).rev().filter(|(place, _)| place < at);
            let all = std::iter::once((*at, *link)).chain(before).take(each);
            told.extend(all.map(|(place, link)| followed(**circle, place, &link)));
        }
        told
    }
}

/// How far apart places are so many items ago.
fn apart(ago: u64) -> u64 {
    1 << ago.max(EVERY).ilog2()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const FEED: CircleId = CircleId([1; 16]);

    fn walked(from: u64, to: u64) -> Trail {
        let mut trail = Trail::default();
        if from > 0 {
            trail.begins_behind(FEED, from, &[7; 32]);
        }
        (from + 1..=to).for_each(|seq| trail.comes_to(FEED, seq, &[u8::try_from(seq % 251).unwrap(); 32]));
        trail
    }

    #[test]
    fn however_much_a_hub_has_lost_little_more_comes_again() {
        let trail = walked(0, 100_000);
        let places: Vec<u64> = trail.places(FEED).map(|(place, _)| place).collect();
        assert!(places.len() <= 2 * 17, "{places:?}");
        for lost in [1_u64, 31, 32, 100, 999, 5_000, 30_000, 49_000] {
            let upto = 100_000 - lost;
            let place = *places.iter().rev().find(|place| **place <= upto).unwrap();
            assert!(upto - place <= 2 * lost + EVERY, "of {lost} lost, {} come again", upto - place);
        }
    }

    #[test]
    fn where_a_snapshot_ended_is_kept_and_what_came_later_is_forgotten_on_the_way_back() {
        let mut trail = walked(1_001, 1_100);
        assert_eq!(trail.link(FEED, 1_002), None, "it is no place that was kept");
        assert_eq!(trail.link(FEED, 1_056), Some([u8::try_from(1_056 % 251).unwrap(); 32]));
        trail.goes_back(FEED, 1_056);
        assert_eq!(trail.link(FEED, 1_088), None, "that is of a history that is no more");
        assert_eq!(trail.link(FEED, 1_001), Some([7; 32]));
        trail.begins_again(FEED);
        assert_eq!(trail.link(FEED, 1_001), None);
    }

    #[test]
    fn every_feed_has_its_share_of_what_is_said() {
        let mut trail = walked(0, u64::from(u16::MAX));
        let others: Vec<CircleId> = (2..40).map(|number| CircleId([number; 16])).collect();
        for circle in &others {
            (1..=5_000).for_each(|seq| trail.comes_to(*circle, seq, &[1; 32]));
        }
        let feeds: BTreeMap<CircleId, (u64, Hash)> =
            others.iter().map(|circle| (*circle, (5_000, [1; 32]))).chain([(FEED, (65_535, [2; 32]))]).collect();
        let told = trail.told(&feeds.iter().collect::<Vec<_>>());
        assert_eq!(told.len(), feeds.len(), "there is no room for two of each");
        for (circle, (seq, link)) in &feeds {
            assert!(told.contains(&followed(*circle, *seq, link)), "where it is comes first");
        }
        let one = trail.told(&[(&FEED, &(65_535, [2; 32]))]);
        assert!(one.len() > 10 && one.is_sorted_by(|newer, older| newer.0 > older.0), "{one:?}");
    }
}
