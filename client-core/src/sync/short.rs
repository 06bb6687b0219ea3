//! A change whose author and whose dependencies are told by the first bytes of their names. Whoever has the case knows the rest; and
//! the envelope's id, which only this very change has, says whether it is these that were meant.

use habeas_protocol::{Hash, Log};

use super::admit::Parked;
use super::change::{BadChange, ParsedChange};
use super::history::History;
use super::leb::{Reader, put_unsigned};
use super::pack::start_op;

/// How many bytes of a dependency's hash are told. In a case of a hundred thousand changes two begin alike once in fifty thousand cases;
/// whoever wants some to do so has 2⁴⁸ to try for each.
const DEP: usize = 6;
/// How many of an actor.
const ACTOR: usize = 4;
/// The most dependencies that are told so. With more the ways to read them would multiply.
const MAX_SHORT: usize = 4;
/// The most ways to read it that are tried. More than one there is only where somebody has searched for names that begin alike.
pub(super) const MAX_WAYS: usize = 256;

/// The first bytes of a change's hash.
pub type ShortHash = [u8; DEP];

/// A change of which the names are short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    deps: Vec<ShortHash>,
    actor: [u8; ACTOR],
    /// What it says; its names are not known yet.
    change: ParsedChange,
}

impl Short {
    /// The head of a change with short names; `None` where it needs its names whole.
    pub(crate) fn head(change: &ParsedChange) -> Option<Vec<u8>> {
        if change.deps.len() > MAX_SHORT {
            return None;
        }
        let mut out = Vec::new();
        put_unsigned(&mut out, change.deps.len() as u64);
        change.deps.iter().for_each(|dep| out.extend_from_slice(&dep[..DEP]));
        out.extend_from_slice(&change.actor[..ACTOR]);
        put_unsigned(&mut out, change.seq);
        put_unsigned(&mut out, change.start_op);
        Some(out)
    }

    /// Reads a head from the front of these bytes; returns it and what follows, which [`Short::read_body`] reads.
    pub(crate) fn read_head(bytes: &[u8]) -> Result<(Self, &[u8]), BadChange> {
        let mut reader = Reader(bytes);
        let count = reader.count(MAX_SHORT)?;
        let deps = (0..count).map(|_| reader.array()).collect::<Result<_, _>>()?;
        let (actor, seq, start_op) = (reader.array()?, reader.unsigned()?, start_op(&mut reader)?);
        let change = ParsedChange { hash: [0; 32], deps: Vec::new(), actor: [0; 16], seq, start_op, facts: Vec::new() };
        Ok((Self { deps, actor, change }, reader.0))
    }

    /// Reads what it says.
    pub(crate) fn read_body(&mut self, bytes: &[u8]) -> Result<(), BadChange> {
        self.change.read_body(bytes)
    }

    /// The number of its first operation.
    pub(super) fn start_op(&self) -> u64 {
        self.change.start_op
    }

    /// Whom the log knows whose name begins so, if that is one only.
    pub(crate) fn only_actor(&self, log: &Log) -> Option<[u8; 16]> {
        let mut actors = log.actors_beginning(&self.actor);
        actors.next().filter(|_| actors.next().is_none())
    }

    /// The change, if the case and the log have what its names begin with, and one way to read them makes the change that `is_it` knows.
    /// It waits otherwise: what was meant may still come.
    pub(crate) fn read(
        &self,
        beginning: &Beginning<'_>,
        log: &Log,
        is_it: impl Fn(&Hash) -> bool,
    ) -> Result<ParsedChange, Parked> {
        let actors: Vec<[u8; 16]> = log.actors_beginning(&self.actor).take(MAX_WAYS).collect();
        if actors.is_empty() {
            return Err(Parked::Author);
        }
        let ways = ways(&self.deps, beginning);
        let mut all = ways.iter().flat_map(|deps| actors.iter().map(move |actor| (deps, *actor))).take(MAX_WAYS);
        let read = |(deps, actor): (&Vec<Hash>, _)| {
            let mut change = ParsedChange { deps: deps.clone(), actor, ..self.change.clone() };
            change.name_itself().ok().filter(|()| is_it(&change.hash)).map(|()| change)
        };
        all.find_map(read).ok_or_else(|| Parked::Named { deps: self.deps.clone(), tried: ways.len() })
    }
}

/// The changes whose names begin so, at most as many as ways to read them are tried.
pub(crate) type Beginning<'a> = dyn Fn(&ShortHash) -> Vec<Hash> + 'a;

/// Those of a case.
pub(crate) fn of_case(history: &History) -> impl Fn(&ShortHash) -> Vec<Hash> {
    |first| history.beginning(first).take(MAX_WAYS).collect()
}

/// Every way to read short names of changes of the case, each in ascending order as a change has them.
pub(super) fn ways(deps: &[ShortHash], beginning: &Beginning<'_>) -> Vec<Vec<Hash>> {
    let mut ways = vec![Vec::new()];
    for dep in deps {
        let meant = beginning(dep);
        let longer = |way: &Vec<Hash>| meant.iter().map(|hash| [way.as_slice(), &[*hash]].concat()).collect::<Vec<_>>();
        ways = ways.iter().flat_map(longer).filter(|way| way.is_sorted_by(|a, b| a < b)).take(MAX_WAYS).collect();
    }
    ways
}

#[cfg(test)]
mod tests {
    use habeas_protocol::{Body, CircleId, CircleKind, PersonId};
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;

    use super::*;
    use crate::case::{Fields, GENESIS_HASH, Scalar};
    use crate::keys::{DeviceSecrets, seal_circle};

    fn organisation() -> (Log, [u8; 16]) {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let (device, id) = (DeviceSecrets::generate(&mut rng), CircleId([1; 16]));
        let (circle, _) = seal_circle(id, CircleKind::Coordinators, 0, &[device.keys()], &mut rng).unwrap();
        let mut log = Log::new();
        let body = Body::Genesis { device: device.keys(), person: PersonId([1; 16]), circle };
        device.write_entry(&mut log, body).unwrap();
        (log, device.keys().actor(0))
    }

    fn change(deps: Vec<Hash>, actor: [u8; 16], seq: u64) -> ParsedChange {
        let facts = vec![Fields::from([("kind".to_owned(), Scalar::Text("note".to_owned()))])];
        ParsedChange { hash: [0; 32], deps, actor, seq, start_op: 3, facts }
    }

    /// A history of changes that are called so, whatever they are.
    fn history(called: &[Hash]) -> History {
        let mut history = History::default();
        for (seq, hash) in (1..).zip(called) {
            let change = ParsedChange { hash: *hash, ..change(vec![GENESIS_HASH], [9; 16], seq) };
            let past = history.past(&change.deps).unwrap();
            history.add(&change, past);
        }
        history
    }

    /// A name that begins like all others.
    fn alike(last: u8) -> Hash {
        let mut hash = [7; 32];
        hash[31] = last;
        hash
    }

    /// A change, and the same with short names, as it comes out of an envelope.
    fn told(deps: Vec<Hash>, actor: [u8; 16]) -> (ParsedChange, Short) {
        let mut change = change(deps, actor, 1);
        change.name_itself().unwrap();
        let bytes = [Short::head(&change).unwrap(), change.said()].concat();
        let (mut short, said) = Short::read_head(&bytes).unwrap();
        short.read_body(said).unwrap();
        (change, short)
    }

    #[test]
    fn a_name_that_two_changes_begin_with_means_the_one_of_which_the_id_is_made() {
        let (log, actor) = organisation();
        for meant in [1, 2] {
            let (change, short) = told(vec![alike(meant)], actor);
            let read = |history: &History| short.read(&of_case(history), &log, |hash| *hash == change.hash);
            // Nothing of that name is here yet; then only the other one is: it waits, and nothing is refused.
            let nothing = read(&history(&[])).unwrap_err();
            assert!(nothing.may_go_on(&history(&[alike(1)])) && !nothing.may_go_on(&history(&[])));
            let other = history(&[alike(3 - meant)]);
            let waits = read(&other).unwrap_err();
            assert!(matches!(&waits, Parked::Named { tried: 1, .. }) && !waits.may_go_on(&other));
            // With both, in whatever order they came, it is what it is.
            for both in [[alike(1), alike(2)], [alike(2), alike(1)]] {
                let both = history(&both);
                assert!(waits.may_go_on(&both));
                assert_eq!(read(&both), Ok(change.clone()));
            }
        }
    }

    #[test]
    fn all_of_several_names_are_found_in_the_order_that_a_change_has_them() {
        let (log, actor) = organisation();
        let (change, short) = told(vec![alike(1), alike(3), [8; 32]], actor);
        let history = history(&[[8; 32], alike(3), alike(2), alike(1)]);
        assert_eq!(ways(&short.deps, &of_case(&history)).len(), 3, "two of the three that begin alike, each once and in order");
        assert_eq!(short.read(&of_case(&history), &log, |hash| *hash == change.hash), Ok(change));
    }

    #[test]
    fn whose_it_is_waits_for_the_log() {
        let (log, actor) = organisation();
        let (change, short) = told(vec![GENESIS_HASH], actor);
        let (history, is_it) = (history(&[]), |hash: &Hash| *hash == change.hash);
        assert_eq!(short.read(&of_case(&history), &Log::new(), is_it), Err(Parked::Author));
        assert_eq!(short.read(&of_case(&history), &log, is_it), Ok(change.clone()));
    }

    #[test]
    fn whoever_makes_names_begin_alike_costs_a_bounded_time() {
        let (log, actor) = organisation();
        let many: Vec<Hash> = (0..200).map(alike).collect();
        let (change, short) = told(many[..4].to_vec(), actor);
        let history = history(&many);
        let tried = std::cell::Cell::new(0);
        let read = short.read(&of_case(&history), &log, |hash| {
            tried.set(tried.get() + 1);
            *hash == change.hash
        });
        assert!(tried.get() <= MAX_WAYS, "{}", tried.get());
        assert!(read.is_ok() || matches!(read, Err(Parked::Named { .. })));
        // With more than that, a change has its names whole.
        assert_eq!(Short::head(&ParsedChange { deps: many[..5].to_vec(), ..change }), None);
    }
}
