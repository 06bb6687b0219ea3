//! What a device has of thousands of cases, told in some kilobytes: their ids are cut into ranges by how they begin, and each range has one digest.

use crate::ids::{CaseId, hash};
use crate::limits::MAX_RANGES;
use crate::sync::Digest;

/// What somebody has of the cases of one range: [`range_digest`].
pub type RangeDigest = [u8; 8];

/// How many values the first two bytes of an id have.
const BEGINNINGS: usize = 1 << 16;

/// Whether ids can be cut into so many ranges: a power of two, at most [`MAX_RANGES`].
pub fn can_be_ranges(count: usize) -> bool {
    count.is_power_of_two() && count <= MAX_RANGES
}

/// In which of so many ranges a case is, by the first two bytes of its id. The number of ranges is one that [`can_be_ranges`].
pub fn range_of(case: CaseId, count: usize) -> usize {
    let [first, second, ..] = case.0;
    usize::from(u16::from_be_bytes([first, second])) * count / BEGINNINGS
}

/// With what the ids of a range begin: from the first of these pairs of bytes on, and before the second, if there is one.
pub fn range_bounds(range: usize, count: usize) -> ([u8; 2], Option<[u8; 2]>) {
    let bytes = |number: usize| u16::try_from(number * (BEGINNINGS / count)).ok().map(u16::to_be_bytes);
    (bytes(range).unwrap_or([u8::MAX; 2]), bytes(range + 1))
}

/// A hash over what somebody has of the cases of a range, in the order of their ids: equal where nobody lacks anything.
pub fn range_digest(cases: impl IntoIterator<Item = (CaseId, Digest)>) -> RangeDigest {
    let all: Vec<[u8; 32]> = cases
        .into_iter()
        .map(|(case, digest)| {
            let mut both = [0; 32];
            both[..16].copy_from_slice(&case.0);
            both[16..].copy_from_slice(&digest);
            both
        })
        .collect();
    let mut cut = [0; 8];
    cut.copy_from_slice(&hash("habeas/1/range", &[all.as_flattened()])[..8]);
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_in_one_range_and_between_its_bounds() {
        for count in [1, 2, 64, MAX_RANGES] {
            assert!(can_be_ranges(count));
            for beginning in [0_u16, 1, 15, 16, 0x7fff, 0x8000, 0xfff0, u16::MAX] {
                let case = CaseId(std::array::from_fn(|place| *beginning.to_be_bytes().get(place).unwrap_or(&7)));
                let (from, to) = range_bounds(range_of(case, count), count);
                assert!(case.0[..] >= from[..] && to.is_none_or(|to| case.0[..] < to[..]), "{beginning:x} of {count}");
            }
            assert_eq!(range_bounds(count - 1, count).1, None);
        }
        assert!([0, 3, 2 * MAX_RANGES].iter().all(|count| !can_be_ranges(*count)));
    }

    #[test]
    fn a_digest_tells_one_case_from_another_and_from_none() {
        let [one, other] = [1, 2].map(|id| (CaseId([id; 16]), [9; 16]));
        let changed = (one.0, [8; 16]);
        let all = [vec![], vec![one], vec![other], vec![one, other], vec![changed], vec![changed, other]].map(range_digest);
        assert!((0..all.len()).all(|at| !all[at + 1..].contains(&all[at])));
    }
}
