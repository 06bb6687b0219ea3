//! What a hub has of the cases of which it has something else than a device, told so briefly that the device need not bring these cases whole.

use crate::ids::EnvelopeId;
use crate::limits::MAX_NAMES;

/// How a change is named here: by the beginning of its id.
pub type Name = [u8; 8];

/// In place of a number of names: they are not told.
const UNTOLD: u16 = u16::MAX;
/// In place of an epoch: a secret, or a reader, is to be brought again.
const LACKS_READERS: u32 = u32::MAX;
/// The bytes in front of the names: how many there are, and the epoch.
const HEAD: usize = 6;

/// The name of a change.
pub fn name(id: EnvelopeId) -> Name {
    *id.0.first_chunk().unwrap_or(&[0; 8])
}

/// What a hub tells of one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Has {
    /// The epoch of its secret, where the hub lacks no secret and no reader that the device could give it.
    pub epoch: Option<u32>,
    /// The names of its changes, ascending; `None` where they are too many to tell.
    pub names: Option<Vec<Name>>,
}

impl Has {
    /// Whether the hub has told that it has this change.
    pub fn has(&self, id: EnvelopeId) -> bool {
        self.names.as_ref().is_some_and(|names| names.binary_search(&name(id)).is_ok())
    }

    /// Adds it to what is told, or as much of it as there is room for.
    pub fn tell(&self, told: &mut Vec<u8>) {
        let room = (MAX_NAMES * size_of::<Name>()).saturating_sub(told.len()) / size_of::<Name>();
        let names = self.names.as_ref().filter(|names| names.len() < usize::from(UNTOLD).min(room));
        let count = names.and_then(|names| u16::try_from(names.len()).ok()).unwrap_or(UNTOLD);
        told.extend(count.to_be_bytes());
        told.extend(self.epoch.unwrap_or(LACKS_READERS).to_be_bytes());
        told.extend(names.into_iter().flatten().flatten());
    }
}

/// Reads the next case, and takes it from the bytes. Of what is cut off, or says more than there is, nothing is told: then a device brings everything.
pub fn next(told: &mut &[u8]) -> Has {
    let Some((head, rest)) = told.split_first_chunk::<HEAD>() else { return Has::default() };
    let [a, b, epoch @ ..] = *head;
    let epoch = Some(u32::from_be_bytes(epoch)).filter(|epoch| *epoch != LACKS_READERS);
    let count = u16::from_be_bytes([a, b]);
    if count == UNTOLD {
        *told = rest;
        return Has { epoch, names: None };
    }
    let Some((names, rest)) = rest.split_at_checked(usize::from(count) * size_of::<Name>()) else {
        *told = &[];
        return Has::default();
    };
    *told = rest;
    let mut names = names.as_chunks().0.to_vec();
    // A hub that tells them in another order tells nothing else by it.
    names.sort_unstable();
    Has { epoch, names: Some(names) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> EnvelopeId {
        EnvelopeId([number; 16])
    }

    fn has(numbers: impl IntoIterator<Item = u8>, epoch: Option<u32>) -> Has {
        Has { epoch, names: Some(numbers.into_iter().map(|number| name(id(number))).collect()) }
    }

    #[test]
    fn what_is_told_of_each_case_is_read_in_its_order() {
        let (none, many) = (has([], Some(0)), has([3, 9, 200], None));
        let untold = Has { epoch: Some(7), names: None };
        let mut told = Vec::new();
        [&none, &many, &untold, &none].iter().for_each(|has| has.tell(&mut told));
        let mut rest = told.as_slice();
        for case in [&none, &many, &untold, &none] {
            assert_eq!(next(&mut rest), *case);
        }
        assert_eq!(next(&mut rest), Has::default(), "nothing is told of further ones");
        assert!(many.has(id(9)) && !many.has(id(10)) && !untold.has(id(9)));
    }

    /// Then the device brings more than it must, and nothing less.
    #[test]
    fn of_what_is_cut_off_nothing_is_believed() {
        let mut told = Vec::new();
        [has([1, 2], Some(1)), has([3, 4], Some(1))].iter().for_each(|has| has.tell(&mut told));
        for cut in 0..told.len() {
            let mut rest = &told[..cut];
            let read = [next(&mut rest), next(&mut rest)];
            let whole = cut.checked_div(HEAD + 16).unwrap_or_default();
            assert_eq!(read.iter().filter(|has| **has != Has::default()).count(), whole, "{cut}");
        }
    }

    #[test]
    fn names_in_another_order_say_the_same_and_too_many_are_not_told() {
        let mut told = Vec::new();
        has([9, 3], Some(1)).tell(&mut told);
        assert!(next(&mut told.as_slice()).has(id(3)));

        let full = Has { epoch: Some(1), names: Some(vec![[7; 8]; MAX_NAMES - 1]) };
        let mut told = Vec::new();
        full.tell(&mut told);
        assert_eq!(next(&mut told.as_slice()), full);
        has([1, 2], Some(4)).tell(&mut told);
        let mut rest = told.as_slice();
        assert_eq!((next(&mut rest), next(&mut rest)), (full, Has { epoch: Some(4), names: None }));
    }
}
