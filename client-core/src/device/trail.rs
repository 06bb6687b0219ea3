//! Places that a device has been at in its feeds, ever further apart the longer ago. A hub that was restored has lost the end of a feed; it goes
//! on behind the newest of them that it still has, and nobody gets everything again because of a day.

use std::collections::BTreeMap;

use habeas_protocol::limits::MAX_FOLLOWED;
use habeas_protocol::{CircleId, Followed, Hash, followed};
use serde::{Deserialize, Serialize};

/// Only numbers that this divides are kept, and where a snapshot has ended.
const EVERY: u64 = 4;

/// The places, each with the link of the feed's chain there: as many of a feed as its length has binary digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Trail(BTreeMap<CircleId, BTreeMap<u64, Hash>>);

impl Trail {
    /// The device has come to a place, item by item.
    pub fn comes_to(&mut self, circle: CircleId, seq: u64, link: &Hash) {
        if seq.is_multiple_of(EVERY) {
            let places = self.0.entry(circle).or_default();
            places.insert(seq, *link);
            // Behind where it began there is nothing to go back to.
            let first = places.first_key_value().map(|(place, _)| *place);
            places.retain(|place, _| Some(*place) == first || place.is_multiple_of(apart(seq.saturating_sub(*place))));
        }
    }

    /// The device has begun a feed behind a snapshot.
    pub fn begins_behind(&mut self, circle: CircleId, seq: u64, link: &Hash) {
        self.0.insert(circle, BTreeMap::from([(seq, *link)]));
    }

    /// A feed begins again: it has another history now.
    pub fn begins_again(&mut self, circle: CircleId) {
        self.0.remove(&circle);
    }

    /// The link at a place where the device has been, if it has kept that.
    pub fn link(&self, circle: CircleId, seq: u64) -> Option<Hash> {
        self.0.get(&circle)?.get(&seq).copied()
    }

    /// The device goes back to a place: what came behind it is of a history that is no more.
    pub fn goes_back(&mut self, circle: CircleId, seq: u64) {
        if let Some(places) = self.0.get_mut(&circle) {
            places.split_off(&(seq + 1));
        }
    }

    /// What the device says to a hub that has lost something: for each of these feeds, of which the number and the link are where it is, that and
    /// the places before it, newest first; of every feed as many as of any other, if there is no room for all.
    pub fn told<'a>(&self, feeds: impl Iterator<Item = (&'a CircleId, &'a (u64, Hash))>) -> Vec<Followed> {
        let places = |(circle, at): (&CircleId, &(u64, Hash))| {
            let before = self.0.get(circle).into_iter().flat_map(|places| places.range(..at.0).rev());
            let all = std::iter::once((&at.0, &at.1)).chain(before);
            all.map(|(seq, link)| followed(*circle, *seq, link)).collect::<Vec<_>>()
        };
        let mut all: Vec<_> = feeds.map(|feed| places(feed).into_iter()).collect();
        let mut told = Vec::new();
        while told.len() < MAX_FOLLOWED {
            let next: Vec<Followed> = all.iter_mut().filter_map(Iterator::next).collect();
            if next.is_empty() {
                break;
            }
            told.extend(next);
        }
        told.truncate(MAX_FOLLOWED);
        told
    }
}

/// How far apart places are so many items ago.
fn apart(ago: u64) -> u64 {
    1 << ago.max(EVERY).ilog2()
}

#[cfg(test)]
mod tests {
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
        let places: Vec<u64> = trail.0[&FEED].keys().copied().collect();
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
        let told = trail.told(feeds.iter());
        assert_eq!(told.len(), MAX_FOLLOWED);
        for (circle, (seq, link)) in &feeds {
            assert!(told.contains(&followed(*circle, *seq, link)), "where it is comes first");
        }
        let one = trail.told([(&FEED, &(65_535, [2; 32]))].into_iter());
        assert!(one.len() > 10 && one.is_sorted_by(|newer, older| newer.0 > older.0), "{one:?}");
    }
}
