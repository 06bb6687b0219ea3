//! Chunks that Automerge would not write, byte by byte: a few bytes that claim millions of things, what packs a thousand to one, what names
//! what is not there.

use std::collections::BTreeMap;

use habeas_client_core::case::GENESIS_ACTOR;
use habeas_client_core::sync::{BadChange, Outcome, Refusal};

use super::{Ground, Is, Killer, bomb, hash_of, waits_for};

/// What every chunk begins with.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// How many of something a few bytes claim.
const CLAIMED: u64 = 100_000_000;

/// A chunk of that kind, in which checksum and length are right.
pub fn chunk(kind: u8, content: &[u8]) -> Vec<u8> {
    let body = [&[kind], unsigned(content.len() as u64).as_slice(), content].concat();
    let chunk = [MAGIC.as_slice(), &[0; 4], &body].concat();
    [&MAGIC, &hash_of(&chunk)[..4], &body].concat()
}

pub fn unsigned(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

pub fn signed(mut value: i64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let byte = value as u8 & 0x7f;
        value >>= 7;
        if value == 0 && byte & 0x40 == 0 || value == -1 && byte & 0x40 != 0 {
            out.push(byte);
            return out;
        }
        out.push(byte | 0x80);
    }
}

/// So many times the same value.
fn run(count: u64, value: &[u8]) -> Vec<u8> {
    [signed(count.try_into().unwrap()).as_slice(), value].concat()
}

/// A change of Dana's, column by column: her third, with one note in it.
#[derive(Clone)]
pub struct Raw {
    deps: Vec<[u8; 32]>,
    actor: Vec<u8>,
    seq: u64,
    start_op: u64,
    others: Vec<Vec<u8>>,
    columns: BTreeMap<u64, Vec<u8>>,
}

const OBJECT_ACTOR: u64 = 0x01;
const OBJECT: u64 = 0x02;
const KEY: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_KIND: u64 = 0x56;
const VALUE: u64 = 0x57;
const PREDECESSORS: u64 = 0x70;
/// What says that a column is packed.
const PACKED: u64 = 0x08;

impl Raw {
    pub fn honest(ground: &Ground) -> Self {
        let text = |text: &str| [unsigned(text.len() as u64).as_slice(), text.as_bytes()].concat();
        let two = |first: &[u8], second: &[u8]| [signed(-2).as_slice(), first, second].concat();
        let columns = [
            (OBJECT_ACTOR, two(&[1], &[0])),
            (OBJECT, two(&[2], &unsigned(ground.next))),
            (KEY, two(&text(&ground.own(0)), &text("kind"))),
            (INSERT, vec![2]),
            (ACTION, two(&[0], &[1])),
            (VALUE_KIND, two(&[0], &[4 << 4 | 6])),
            (VALUE, b"note".to_vec()),
            (PREDECESSORS, run(2, &[0])),
        ];
        Self {
            deps: ground.heads.clone(),
            actor: ground.dana().to_vec(),
            seq: 3,
            start_op: ground.next,
            others: vec![GENESIS_ACTOR.to_vec()],
            columns: columns.into(),
        }
    }

    fn column(&self, name: u64, bytes: Vec<u8>) -> Self {
        let mut changed = self.clone();
        changed.columns.insert(name, bytes);
        changed
    }

    fn head(&self) -> Vec<u8> {
        let mut out = unsigned(self.deps.len() as u64);
        self.deps.iter().for_each(|dep| out.extend(dep));
        let actor = |actor: &[u8]| [unsigned(actor.len() as u64).as_slice(), actor].concat();
        out.extend(actor(&self.actor));
        [self.seq, self.start_op].iter().for_each(|&number| out.extend(unsigned(number)));
        // No time, no message.
        out.extend([0, 0]);
        out.extend(unsigned(self.others.len() as u64));
        self.others.iter().for_each(|other| out.extend(actor(other)));
        out
    }

    pub fn content(&self) -> Vec<u8> {
        let mut out = self.head();
        out.extend(unsigned(self.columns.len() as u64));
        for (name, bytes) in &self.columns {
            [*name, bytes.len() as u64].iter().for_each(|&number| out.extend(unsigned(number)));
        }
        self.columns.values().for_each(|bytes| out.extend(bytes));
        out
    }

    pub fn chunk(&self) -> Vec<u8> {
        chunk(1, &self.content())
    }
}

pub fn killers(ground: &Ground) -> Vec<Killer> {
    let honest = Raw::honest(ground);
    let all = [claims(&honest), columns(&honest), bombs(&honest), whole(&honest)].into_iter().flatten();
    let bad = |(what, chunk, bad)| killer(what, chunk, Outcome::Refused(Refusal::Change(bad)));
    all.map(bad).chain(missing(&honest)).collect()
}

type Case = (&'static str, Vec<u8>, BadChange);

fn killer(what: &'static str, chunk: Vec<u8>, outcome: Outcome) -> Killer {
    Killer { what, is: Is::Chunk(chunk, |people| &people.dana), seq: 3, outcome }
}

/// A few bytes that claim more than there is.
fn claims(honest: &Raw) -> Vec<Case> {
    let all = |rows: u64| {
        let runs = [(OBJECT_ACTOR, 1), (OBJECT, 2), (ACTION, 0), (VALUE_KIND, 0), (PREDECESSORS, 0)];
        let columns = runs.map(|(name, value)| (name, run(rows, &[value])));
        let others = [(KEY, run(rows, &[1, b'k'])), (INSERT, unsigned(rows))];
        Raw { columns: columns.into_iter().chain(others).collect(), ..honest.clone() }.chunk()
    };
    // Nothing but keys of the root: the fewest columns with which Automerge counts them all.
    let root = [(KEY, vec![1, b'k']), (ACTION, vec![1]), (VALUE_KIND, vec![0]), (PREDECESSORS, vec![0])];
    let root = root.map(|(name, value)| (name, run(CLAIMED, &value))).into_iter().chain([(INSERT, unsigned(CLAIMED))]);
    let bare = Raw { deps: vec![], others: vec![], columns: root.collect(), ..honest.clone() }.chunk();
    assert_eq!(bare.len(), 69);
    let one = |name, bytes| honest.column(name, bytes).chunk();
    let literal = signed(-i64::try_from(CLAIMED).unwrap());
    let dependencies = [unsigned(CLAIMED), honest.content().split_off(1)].concat();
    // The one other actor, with its length and the number of them, ends the head.
    let head = honest.head();
    let actors = [&head[..head.len() - 18], &unsigned(CLAIMED), &[16; 17]].concat();
    let named = [unsigned(1).as_slice(), &honest.deps[0], &unsigned(1 << 60)].concat();
    let lengths = [honest.head(), unsigned(1), unsigned(VALUE), unsigned(1 << 60)].concat();
    let count = [honest.head(), unsigned(CLAIMED)].concat();
    vec![
        ("runs of a hundred million operations", all(CLAIMED), BadChange::TooMany),
        ("runs of one operation more than allowed", all(64 * 49 + 1), BadChange::TooMany),
        ("a hundred million operations in sixty-nine bytes", bare, BadChange::Header),
        ("a hundred million different actions", one(ACTION, literal.clone()), BadChange::TooMany),
        ("the most negative number of actions", one(ACTION, signed(i64::MIN)), BadChange::TooMany),
        ("a hundred million insertions", one(INSERT, unsigned(CLAIMED)), BadChange::Operation),
        ("a hundred million objects", one(OBJECT, run(CLAIMED, &[2])), BadChange::Rows),
        ("a hundred million keys", one(KEY, run(CLAIMED, &[1, b'k'])), BadChange::Rows),
        ("a hundred million different keys", one(KEY, literal), BadChange::Rows),
        ("a hundred million predecessors", one(PREDECESSORS, run(2, &unsigned(CLAIMED))), BadChange::Operation),
        ("a key longer than everything", one(KEY, [signed(-2), unsigned(1 << 60)].concat()), BadChange::TooMany),
        (
            "a value longer than everything",
            one(VALUE_KIND, [signed(-2), vec![0], unsigned(u64::MAX)].concat()),
            BadChange::CutOff,
        ),
        ("a hundred million dependencies", chunk(1, &dependencies), BadChange::TooMany),
        ("a hundred million actors", chunk(1, &actors), BadChange::Header),
        ("an actor longer than everything", chunk(1, &named), BadChange::Header),
        ("a hundred million columns", chunk(1, &count), BadChange::Columns),
        ("a column longer than everything", chunk(1, &lengths), BadChange::TooMany),
    ]
}

/// Columns that name what is not there, or that disagree.
fn columns(honest: &Raw) -> Vec<Case> {
    let one = |name, bytes| honest.column(name, bytes).chunk();
    let predecessor = honest.column(PREDECESSORS, run(2, &[1])).column(0x71, run(2, &[7])).column(0x73, run(2, &[3]));
    let null = [signed(0), unsigned(2)].concat();
    vec![
        ("an actor out of range", one(OBJECT_ACTOR, [signed(-2), vec![7, 0]].concat()), BadChange::Operation),
        ("a predecessors actor out of range", predecessor.chunk(), BadChange::Columns),
        ("objects without an actor", one(OBJECT_ACTOR, null), BadChange::Rows),
        ("a column that nobody knows", one(0xf7, vec![1]), BadChange::Columns),
        ("one key too few", one(KEY, run(1, &[1, b'k'])), BadChange::Rows),
        ("a text that is none", one(VALUE, vec![0xff; 4]), BadChange::Text),
        ("more bytes than its values", one(VALUE, b"notes".to_vec()), BadChange::Operation),
        ("a number in a longer spelling", one(INSERT, vec![0x82, 0]), BadChange::Integer),
        ("runs that could be told otherwise", one(PREDECESSORS, [signed(-2), vec![0, 0]].concat()), BadChange::Spelling),
        ("dependencies out of order", honest.with_deps(vec![[9; 32], [8; 32]]).chunk(), BadChange::Spelling),
        ("a dependency twice", honest.with_deps(vec![[9; 32], [9; 32]]).chunk(), BadChange::Spelling),
    ]
}

/// What packs a thousand to one, in each place where Automerge unpacks.
fn bombs(honest: &Raw) -> Vec<Case> {
    // Extra bytes are Automerge's own place for anything: this is a well-formed change of 266 MB in 261 kB.
    let change = chunk(2, &bomb(&honest.content(), 254 << 20));
    assert!((255_000..262_000).contains(&change.len()), "{}", change.len());
    // One change whose extra bytes are packed into a column of a document.
    let document = |bytes: &[u8]| {
        let columns = [2, VALUE_KIND, 0, VALUE | PACKED, bytes.len() as u64, 0].map(unsigned).concat();
        let (actor, head) = ([unsigned(1), unsigned(16), vec![1; 16]].concat(), [unsigned(1), vec![7; 32]].concat());
        chunk(0, &[actor.as_slice(), &head, &columns, bytes, &[0]].concat())
    };
    let (whole, small) = (document(&bomb(&[], 400 << 20)), document(&bomb(&[], 200 << 20)));
    assert!((400_000..420_000).contains(&whole.len()), "{}", whole.len());
    let column = Raw { columns: honest.columns.clone(), ..honest.clone() }.column(VALUE | PACKED, bomb(b"note", 100 << 20));
    vec![
        ("a deflated change", change, BadChange::Kind),
        ("a document of more than a change may be", whole, BadChange::Packed),
        ("a document", small, BadChange::Kind),
        ("a deflated column", column.chunk(), BadChange::Columns),
    ]
}

/// What is wrong with a chunk as a whole.
fn whole(honest: &Raw) -> Vec<Case> {
    let good = honest.chunk();
    let mut checksum = good.clone();
    checksum[4] ^= 1;
    let head = good.split_at(8).0;
    let kind = |kind| chunk(kind, &honest.content());
    vec![
        ("a wrong checksum", checksum, BadChange::Checksum),
        ("a bundle of changes", kind(3), BadChange::Kind),
        ("a kind that there is not", kind(200), BadChange::Kind),
        ("something behind it", [good.as_slice(), &good].concat(), BadChange::CutOff),
        ("cut off", good[..good.len() - 1].to_vec(), BadChange::CutOff),
        ("longer than everything", [head, &[1], &unsigned(1 << 60)].concat(), BadChange::TooMany),
        ("nothing but a head", head.to_vec(), BadChange::CutOff),
    ]
}

/// Changes upon what nobody has, as many as allowed and one more.
fn missing(honest: &Raw) -> Vec<Killer> {
    let invented = |count: u32| (0..count).map(|number| hash_of(&[&[0; 8], number.to_be_bytes().as_slice()].concat()));
    let upon = |count| {
        let mut deps: Vec<[u8; 32]> = invented(count).collect();
        deps.sort_unstable();
        (honest.with_deps(deps.clone()).chunk(), deps)
    };
    let ((most, deps), (more, _)) = (upon(1024), upon(1025));
    let too_many = Outcome::Refused(Refusal::Change(BadChange::TooMany));
    vec![
        killer("a thousand dependencies that nobody has", most, waits_for(&deps)),
        killer("more dependencies than allowed", more, too_many),
    ]
}

impl Raw {
    fn with_deps(&self, deps: Vec<[u8; 32]>) -> Self {
        Self { deps, ..self.clone() }
    }
}
