//! Putting things in order. The sorting itself is there once, for places and not for each type of thing: in the app, which goes
//! over slow networks, a dozen sorting routines are as much as a screen.

use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The things in the order of their keys; equal ones stay as they stood.
pub fn by_key<T, K: Ord>(things: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let keys: Vec<K> = things.iter().map(key).collect();
    let order = places(keys.len(), &|a, b| keys.get(a).cmp(&keys.get(b)));
    let mut things: Vec<Option<T>> = things.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| things.get_mut(place)?.take()).collect()
}

/// The things as a set. `collect` would sort them first, with a sorting routine of their own.
pub fn set<T: Ord>(things: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(things);
    set
}

fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|&a, &b| compare(a, b));
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn things_come_in_the_order_of_their_keys(things: Vec<(u8, u8)>) {
            let mut sorted = things.clone();
            sorted.sort_by_key(|(key, _)| *key);
            prop_assert_eq!(super::by_key(things, |(key, _)| *key), sorted);
        }
    }
}
