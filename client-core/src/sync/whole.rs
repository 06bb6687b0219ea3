//! All changes of a case together, as what they say. Each is written upon others of them, so what that settles (the hashes of these, the
//! number of its first operation) is not said again: so they are stored, and so a case travels whole.

use super::change::{BadChange, MAX_DEPS, ParsedChange};
use super::history::GENESIS_OPS;
use super::leb::{Reader, put_unsigned};
use crate::case::GENESIS_HASH;
use crate::order::by_key;

/// The most changes of one case that are read.
const MAX_CHANGES: usize = 1 << 20;

/// Writes changes, each of which comes after those that it was written upon.
pub(crate) fn put_whole<'a>(out: &mut Vec<u8>, changes: impl Iterator<Item = &'a ParsedChange> + Clone) {
    let mut actors: Vec<[u8; 16]> = Vec::new();
    for change in changes.clone() {
        if !actors.contains(&change.actor) {
            actors.push(change.actor);
        }
    }
    put_unsigned(out, actors.len() as u64);
    actors.iter().for_each(|actor| out.extend_from_slice(actor));
    put_unsigned(out, changes.clone().count() as u64);
    let mut places = std::collections::BTreeMap::from([(GENESIS_HASH, 0_u64)]);
    for (place, change) in (1..).zip(changes) {
        let back = change.deps.iter().filter_map(|dep| Some(place - places.get(dep)?));
        let back = by_key(back.collect(), |back: &u64| *back);
        put_unsigned(out, back.len() as u64);
        back.iter().for_each(|&back| put_unsigned(out, back));
        put_unsigned(out, actors.iter().position(|actor| *actor == change.actor).unwrap_or_default() as u64);
        put_unsigned(out, change.seq);
        out.extend(change.said());
        places.insert(change.hash, place);
    }
}

/// What [`put_whole`] wrote amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount {
    /// How many bytes it is.
    pub bytes: usize,
    /// How many changes it tells.
    pub changes: usize,
    /// Upon how many others these were written, all together: told in a byte or two each, and 32 once they are read.
    pub deps: usize,
}

/// Measures what [`put_whole`] wrote at the front of these bytes without reading what it says: so several can be read at a time, and nothing
/// that would take much more memory than it has bytes.
pub(crate) fn whole_amount(bytes: &[u8]) -> Result<Amount, BadChange> {
    let mut reader = Reader(bytes);
    let actors = reader.count(MAX_CHANGES)?;
    reader.take(actors * 16)?;
    let (changes, mut all_deps) = (reader.count(MAX_CHANGES)?, 0);
    for _ in 0..changes {
        let deps = reader.count(MAX_DEPS)?;
        all_deps += deps;
        // Then the actor's place and the change's number.
        for _ in 0..deps + 2 {
            reader.unsigned()?;
        }
        ParsedChange::pass_facts(&mut reader)?;
    }
    Ok(Amount { bytes: bytes.len() - reader.0.len(), changes, deps: all_deps })
}

/// Reads what [`put_whole`] wrote from the front of these bytes, in time and memory in proportion to their number; returns it and what
/// follows. Every change has its hash; whether it fits its case is not asked here.
pub(crate) fn read_whole(bytes: &[u8]) -> Result<(Vec<ParsedChange>, &[u8]), BadChange> {
    let mut reader = Reader(bytes);
    let count = reader.count(MAX_CHANGES)?;
    let actors = (0..count).map(|_| reader.array()).collect::<Result<Vec<[u8; 16]>, _>>()?;
    // The hash of each with the number of its last operation.
    let (mut known, mut changes) = (vec![(GENESIS_HASH, GENESIS_OPS)], Vec::new());
    for _ in 0..reader.count(MAX_CHANGES)? {
        let (mut deps, mut last, mut max_op) = (Vec::new(), 0, 0);
        for _ in 0..reader.count(MAX_DEPS)? {
            let back = reader.count(known.len())?;
            let (dep, its_last) = *known
                .len()
                .checked_sub(back)
                .filter(|_| back > last)
                .and_then(|place| known.get(place))
                .ok_or(BadChange::Spelling)?;
            deps.push(dep);
            (last, max_op) = (back, max_op.max(its_last));
        }
        let deps = by_key(deps, |dep| *dep);
        let actor = *actors.get(reader.count(actors.len())?).ok_or(BadChange::Header)?;
        let seq = reader.unsigned()?;
        let mut change = ParsedChange { hash: [0; 32], deps, actor, seq, start_op: max_op + 1, facts: Vec::new() };
        change.read_facts(&mut reader)?;
        change.name_itself()?;
        known.push((change.hash, change.max_op()));
        changes.push(change);
    }
    Ok((changes, reader.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::case::{Fields, Scalar};

    fn changes() -> impl Strategy<Value = Vec<ParsedChange>> {
        let change = (prop::collection::vec(any::<prop::sample::Index>(), 1..4), 0..3_u8, 1..300_u64, "[a-zа-я ]{0,20}");
        prop::collection::vec(change, 0..12).prop_map(|said| {
            let mut known = vec![(GENESIS_HASH, GENESIS_OPS)];
            let mut changes = Vec::new();
            for (upon, actor, seq, text) in said {
                let upon: std::collections::BTreeMap<_, _> = upon.iter().map(|at| known[at.index(known.len())]).collect();
                let start_op = 1 + upon.values().max().unwrap();
                let facts = vec![Fields::from([("kind".to_owned(), Scalar::Text(text))])];
                let deps = upon.into_keys().collect();
                let mut change = ParsedChange { hash: [0; 32], deps, actor: [actor; 16], seq, start_op, facts };
                change.name_itself().unwrap();
                known.push((change.hash, change.max_op()));
                changes.push(change);
            }
            changes
        })
    }

    proptest! {
        /// What is told whole is the same changes with the same hashes, and whatever is cut off of it is not read.
        #[test]
        fn what_is_told_whole_is_read_again(changes in changes(), cut in any::<prop::sample::Index>()) {
            let mut bytes = Vec::new();
            put_whole(&mut bytes, changes.iter());
            let deps = changes.iter().map(|change| change.deps.len()).sum();
            let amount = Amount { bytes: bytes.len(), changes: changes.len(), deps };
            let (read, rest) = read_whole(&bytes).unwrap();
            prop_assert_eq!((read, rest.len()), (changes, 0));
            let cut = &bytes[..cut.index(bytes.len())];
            prop_assert!(read_whole(cut).is_err() && whole_amount(cut).is_err());
            prop_assert_eq!(whole_amount(&[&bytes[..], &[1, 2, 3]].concat()), Ok(amount));
        }

        /// Bytes that nobody wrote are read within bounds or not at all.
        #[test]
        fn whatever_bytes_say_is_bounded_by_their_number(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Ok((changes, rest)) = read_whole(&bytes) {
                prop_assert!(changes.len() <= bytes.len());
                // Whatever is read ends where it was said to end.
                prop_assert_eq!(whole_amount(&bytes).map(|amount| amount.bytes), Ok(bytes.len() - rest.len()));
            }
        }
    }
}
