//! What a device has of thousands of cases, told in some kilobytes: their ids are cut into ranges by how they begin, and each range has one digest.

use crate::ids::{CaseId, hash};
use crate::limits::MAX_RANGES;
use crate::sync::Digest;

/// What somebody has of the cases of one range: [`range_digest`].
pub type RangeDigest = [u8; 8];

/// The fewest ranges: marks of them fill a byte.
pub const MIN_RANGES: usize = 8;

/// How many values the first two bytes of an id have.
const BEGINNINGS: usize = 1 << 16;

/// The ranges of which these bytes are the digests, one after the other: a power of two of them, from [`MIN_RANGES`] to [`MAX_RANGES`]; `None` for bytes
/// that are nothing of the kind.
pub fn ranges(bytes: &[u8]) -> Option<&[RangeDigest]> {
    let (ranges, []) = bytes.as_chunks() else { return None };
    (ranges.len().is_power_of_two() && (MIN_RANGES..=MAX_RANGES).contains(&ranges.len())).then_some(ranges)
}

/// In which of so many ranges a case is, by the first two bytes of its id.
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
    let mut all = Vec::new();
    for (case, digest) in cases {
        all.extend_from_slice(&case.0);
        all.extend_from_slice(&digest);
    }
    let mut cut = [0; 8];
    cut.copy_from_slice(&hash("habeas/1/range", &[&all])[..8]);
    cut
}

/// Marks a range, in a byte for every eight of them, the first of which is the lowest bit.
pub fn mark(marks: &mut [u8], range: usize) {
    if let Some(byte) = marks.get_mut(range / 8) {
        *byte |= 1 << (range % 8);
    }
}

/// Whether a range is marked.
pub fn is_marked(marks: &[u8], range: usize) -> bool {
    marks.get(range / 8).is_some_and(|byte| byte >> (range % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_in_one_range_and_between_its_bounds() {
        for count in [MIN_RANGES, 64, MAX_RANGES] {
            for beginning in [0_u16, 1, 15, 16, 0x7fff, 0x8000, 0xfff0, u16::MAX] {
                let case = CaseId(std::array::from_fn(|place| *beginning.to_be_bytes().get(place).unwrap_or(&7)));
                let (from, to) = range_bounds(range_of(case, count), count);
                assert!(case.0[..] >= from[..] && to.is_none_or(|to| case.0[..] < to[..]), "{beginning:x} of {count}");
            }
            assert_eq!(range_bounds(count - 1, count).1, None);
        }
    }

    #[test]
    fn bytes_are_ranges_only_if_there_is_a_power_of_two_of_them_within_the_bounds() {
        for count in [MIN_RANGES, 16, MAX_RANGES] {
            assert_eq!(ranges(&vec![3; 8 * count]).map(<[_]>::len), Some(count));
        }
        for length in [0, 1, 8, 63, 8 * MIN_RANGES + 1, 8 * 12, 16 * MAX_RANGES] {
            assert_eq!(ranges(&vec![3; length]), None, "{length} bytes");
        }
    }

    #[test]
    fn a_digest_tells_one_case_from_another_and_from_none() {
        let [one, other] = [1, 2].map(|id| (CaseId([id; 16]), [9; 16]));
        let changed = (one.0, [8; 16]);
        let all = [vec![], vec![one], vec![other], vec![one, other], vec![changed], vec![changed, other]].map(range_digest);
        assert!((0..all.len()).all(|at| !all[at + 1..].contains(&all[at])));
    }

    #[test]
    fn what_is_marked_is_read_and_nothing_else() {
        let mut marks = vec![0; 2];
        [0, 9, 15, 16].into_iter().for_each(|range| mark(&mut marks, range));
        assert_eq!(marks, [0b1, 0b1000_0010], "there is no place for the last one");
        assert_eq!((0..20).filter(|range| is_marked(&marks, *range)).collect::<Vec<_>>(), [0, 9, 15]);
    }
}
