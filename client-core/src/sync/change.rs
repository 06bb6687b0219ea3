//! Our own reading of a raw change, before any function of Automerge.
//!
//! A change of ours can say only one thing: these facts, each a flat map of scalars under a key of its own. So it has one
//! spelling. We read it within bounds, write it again, and refuse it unless the bytes are the same. Whatever crashes,
//! exhausts or misleads Automerge (references to what is not there, runs of billions, unknown columns, a second spelling) has
//! no such spelling.

use std::borrow::Cow;

use habeas_protocol::limits::MAX_CHANGE;
use sha2::{Digest, Sha256};

use super::columns::{count_rows, integer, put_integer, put_runs, put_text, runs, text};
use super::leb::{Reader, put_signed, put_unsigned};
use crate::case::{DocumentError, FactId, Fields, GENESIS_ACTOR, MAX_FACTS_IN_CHANGE, MAX_FIELDS, Scalar, Written};

/// What every chunk begins with.
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
/// The most changes that one change may be written upon. Every device leaves one head at most, so this is never reached.
pub(super) const MAX_DEPS: usize = 1024;
/// The most operations: one map and its fields for every fact.
const MAX_OPS: usize = MAX_FACTS_IN_CHANGE * (MAX_FIELDS + 1);
/// The longest key in a map, in bytes: a fact's id or a field's name.
pub(super) const MAX_KEY: usize = 80;
/// The greatest number of a first operation. Operation numbers are 32 bits in Automerge; far below, so that no later edit runs into the bound.
pub(super) const MAX_START_OP: u64 = (u32::MAX / 2) as u64;
/// The operation of the constant first change that made the map of facts.
const FACTS_MAP: u64 = 2;
/// The columns of our changes, in their order: object's actor and counter, key, insert, action, value's type and length,
/// value, number of predecessors.
const COLUMNS: [u64; 8] = [0x01, 0x02, 0x15, 0x34, 0x42, 0x56, 0x57, 0x70];

/// About how many bytes a change has, so that writing one does not begin with growing.
const USUAL: usize = 512;

const MAKE_MAP: u64 = 0;
const SET: u64 = 1;

/// Why bytes are no change that this protocol allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadChange {
    /// Under the seal is no payload of a version that this program knows, or none of the shape that it has.
    #[error("a payload of no known version")]
    Version,
    /// What is packed does not unpack, or to more than allowed.
    #[error("does not unpack within bounds")]
    Packed,
    /// More bytes than a change may have.
    #[error("too large")]
    TooLarge,
    /// It ends before it should, or something follows it.
    #[error("cut off or followed by something")]
    CutOff,
    /// Not an uncompressed change chunk.
    #[error("not a change chunk")]
    Kind,
    /// The checksum is not that of the content.
    #[error("wrong checksum")]
    Checksum,
    /// An integer too large or not in its shortest spelling.
    #[error("bad integer")]
    Integer,
    /// More dependencies, operations or bytes of a key than allowed.
    #[error("too many of something")]
    TooMany,
    /// An actor, time, message or other field of the header that our changes do not have.
    #[error("a header that no change of ours has")]
    Header,
    /// A column that our changes do not have, or one missing.
    #[error("columns that no change of ours has")]
    Columns,
    /// A column with more or fewer rows than there are operations.
    #[error("columns that disagree on the number of rows")]
    Rows,
    /// A text that is not UTF-8.
    #[error("bad text")]
    Text,
    /// An operation that does anything but add a fact of its own and set that fact's fields.
    #[error("an operation that does not add a fact")]
    Operation,
    /// The same content can be written in another, the proper, way.
    #[error("not in its one spelling")]
    Spelling,
}

/// A change, read completely. Nothing is known yet of whether it fits the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedChange {
    /// Its hash, computed from the bytes.
    pub hash: [u8; 32],
    /// The changes that it was written upon, ascending.
    pub deps: Vec<[u8; 32]>,
    /// Its author's actor.
    pub actor: [u8; 16],
    /// Its number for that actor.
    pub seq: u64,
    /// The number of its first operation.
    pub start_op: u64,
    /// Its facts, in the order of their numbers.
    pub facts: Vec<Fields>,
}

/// About how many bytes a change takes in memory, with its place in the history; each of its facts; and each field, beside what it says.
const CHANGE: usize = 400;
const FACT: usize = 600;
const FIELD: usize = 50;

impl ParsedChange {
    /// Reads a chunk. Takes time and memory in proportion to its length, whatever it claims.
    pub fn parse(chunk: &[u8]) -> Result<Self, BadChange> {
        if chunk.len() > MAX_CHANGE {
            return Err(BadChange::TooLarge);
        }
        let mut reader = Reader(chunk);
        let (magic, checksum, kind): ([u8; 4], [u8; 4], [u8; 1]) = (reader.array()?, reader.array()?, reader.array()?);
        if magic != MAGIC || kind != [1] {
            return Err(BadChange::Kind);
        }
        if reader.count(MAX_CHANGE)? != reader.0.len() {
            return Err(BadChange::CutOff);
        }
        let hash = Self::hash_of(chunk);
        if hash[..4] != checksum {
            return Err(BadChange::Checksum);
        }
        let content = reader.0;
        let parsed = Self::body(&mut reader, hash)?;
        // What stands before the content has been found to be in its one spelling.
        if parsed.content() == content { Ok(parsed) } else { Err(BadChange::Spelling) }
    }

    /// About how many bytes it takes in memory: a fact of one short field takes as much as a long text.
    pub(crate) fn size(&self) -> usize {
        let value = |value: &Scalar| if let Scalar::Text(text) = value { text.len() } else { 0 };
        let fields = self.facts.iter().flatten().map(|(name, scalar)| name.len() + value(scalar) + FIELD);
        CHANGE + self.deps.len() * 32 + self.facts.len() * FACT + fields.sum::<usize>()
    }

    /// Whether a change that was told otherwise than by its bytes, and has named itself, is what these would be read as.
    pub(super) fn reads_as_told(&self) -> bool {
        let content = self.content();
        Self::body(&mut Reader(&content), self.hash).is_ok_and(|read| read == *self)
    }

    fn body(reader: &mut Reader<'_>, hash: [u8; 32]) -> Result<Self, BadChange> {
        let count = reader.count(MAX_DEPS)?;
        let deps = (0..count).map(|_| reader.array()).collect::<Result<Vec<[u8; 32]>, _>>()?;
        if !deps.is_sorted_by(|a, b| a < b) {
            return Err(BadChange::Spelling);
        }
        let actor = actor(reader)?;
        let (seq, start_op) = (reader.unsigned()?, reader.unsigned()?);
        let (time, message, others) = (reader.signed()?, reader.unsigned()?, reader.unsigned()?);
        let plain = time == 0 && message == 0 && others == 1 && actor != GENESIS_ACTOR;
        if !plain || self::actor(reader)? != GENESIS_ACTOR || seq == 0 || start_op > MAX_START_OP {
            return Err(BadChange::Header);
        }
        let facts = facts(reader, actor, seq, start_op)?;
        Ok(Self { hash, deps, actor, seq, start_op, facts })
    }

    /// Writes a change in its one spelling. What a reader would refuse is refused here, before anything is stored.
    pub(crate) fn written(
        deps: Vec<[u8; 32]>,
        actor: [u8; 16],
        seq: u64,
        start_op: u64,
        facts: Vec<Fields>,
    ) -> Result<(Self, Vec<u8>), DocumentError> {
        let chunk = Self { hash: [0; 32], deps, actor, seq, start_op, facts }.encode();
        let change = Self::parse(&chunk).map_err(|_| DocumentError::Count)?;
        Ok((change, chunk))
    }

    /// Computes its hash, if it can be a change at all.
    pub(super) fn name_itself(&mut self) -> Result<(), BadChange> {
        let (chunk, hash) = self.spelled();
        if self.facts.is_empty() {
            return Err(BadChange::Operation);
        }
        if chunk.len() > MAX_CHANGE {
            return Err(BadChange::TooLarge);
        }
        self.hash = hash;
        Ok(())
    }

    /// The hash of a chunk: it covers what follows the checksum.
    fn hash_of(chunk: &[u8]) -> [u8; 32] {
        Sha256::digest(chunk.get(8..).unwrap_or_default()).into()
    }

    /// As it is to be signed and sealed.
    pub(crate) fn into_written(self, chunk: Vec<u8>) -> Written {
        let facts = (0..).zip(&self.facts).map(|(number, _)| FactId::of(self.actor, self.seq, number)).collect();
        Written { chunk, hash: self.hash, seq: self.seq, facts }
    }

    /// The number of its last operation.
    pub fn max_op(&self) -> u64 {
        self.start_op + self.facts.iter().map(|fields| fields.len() as u64 + 1).sum::<u64>() - 1
    }

    /// The one spelling of this change.
    pub fn encode(&self) -> Vec<u8> {
        self.spelled().0
    }

    /// Its one spelling, and the hash of that.
    fn spelled(&self) -> (Vec<u8>, [u8; 32]) {
        let content = self.content();
        let mut head = vec![1];
        put_unsigned(&mut head, content.len() as u64);
        let hash: [u8; 32] = Sha256::new().chain_update(&head).chain_update(&content).finalize().into();
        ([MAGIC.as_slice(), &hash[..4], &head, &content].concat(), hash)
    }

    /// What its hash covers, but for the chunk's kind and length.
    fn content(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(USUAL);
        put_unsigned(&mut body, self.deps.len() as u64);
        self.deps.iter().for_each(|dep| body.extend_from_slice(dep));
        put_actor(&mut body, self.actor);
        put_unsigned(&mut body, self.seq);
        put_unsigned(&mut body, self.start_op);
        put_signed(&mut body, 0);
        put_unsigned(&mut body, 0);
        put_unsigned(&mut body, 1);
        put_actor(&mut body, GENESIS_ACTOR);
        let columns = self.columns();
        put_unsigned(&mut body, columns.len() as u64);
        for (name, bytes) in &columns {
            put_unsigned(&mut body, *name);
            put_unsigned(&mut body, bytes.len() as u64);
        }
        columns.iter().for_each(|(_, bytes)| body.extend_from_slice(bytes));
        body
    }

    fn columns(&self) -> Vec<(u64, Vec<u8>)> {
        let rows = self.facts.iter().map(|fields| fields.len() + 1).sum();
        let [mut owners, mut objects, mut actions, mut metas] = std::array::from_fn(|_| Vec::with_capacity(rows));
        let (mut keys, mut raw) = (Vec::with_capacity(rows), Vec::with_capacity(USUAL));
        let mut op = self.start_op;
        for (number, fields) in self.facts.iter().enumerate() {
            let fact = op;
            owners.push(1);
            objects.push(FACTS_MAP);
            keys.push(Cow::Owned(key(self.actor, self.seq, number)));
            actions.push(MAKE_MAP);
            metas.push(0);
            for (name, value) in fields {
                owners.push(0);
                objects.push(fact);
                keys.push(Cow::Borrowed(name.as_str()));
                actions.push(SET);
                metas.push(put_value(&mut raw, value));
            }
            op += fields.len() as u64 + 1;
        }
        let mut insert = Vec::new();
        put_unsigned(&mut insert, rows as u64);
        let all = [
            put_runs(&owners, put_integer),
            put_runs(&objects, put_integer),
            put_runs(&keys, |out, key| put_text(out, key)),
            insert,
            put_runs(&actions, put_integer),
            put_runs(&metas, put_integer),
            raw,
            put_runs(&vec![0; rows], put_integer),
        ];
        COLUMNS.into_iter().zip(all).filter(|(_, bytes)| !bytes.is_empty()).collect()
    }
}

fn actor(reader: &mut Reader<'_>) -> Result<[u8; 16], BadChange> {
    if reader.unsigned()? != 16 {
        return Err(BadChange::Header);
    }
    reader.array()
}

fn put_actor(out: &mut Vec<u8>, actor: [u8; 16]) {
    put_unsigned(out, 16);
    out.extend_from_slice(&actor);
}

/// A fact's key in the document: see [`crate::case::FactId`].
fn key(actor: [u8; 16], seq: u64, number: usize) -> String {
    FactId::of(actor, seq, u32::try_from(number).unwrap_or(u32::MAX)).to_string()
}

fn facts(reader: &mut Reader<'_>, actor: [u8; 16], seq: u64, start_op: u64) -> Result<Vec<Fields>, BadChange> {
    let columns = split(reader)?;
    let [owners, objects, keys, insert, actions, metas, raw, predecessors] = columns;
    let rows = count_rows(actions, MAX_OPS)?;
    let inserted = Reader(insert).unsigned()?;
    if rows == 0 || inserted != rows as u64 || runs(predecessors, rows, integer)?.iter().any(|&count| count != 0) {
        return Err(BadChange::Operation);
    }
    let owners = runs(owners, rows, integer)?;
    let objects = runs(objects, rows, integer)?;
    let keys = runs(keys, rows, text)?;
    let actions = runs(actions, rows, integer)?;
    let metas = runs(metas, rows, integer)?;
    let mut raw = Reader(raw);
    let mut facts: Vec<Fields> = Vec::new();
    let mut current = 0;
    for (row, key) in keys.into_iter().enumerate() {
        let (action, object) = (actions[row], (owners[row], objects[row]));
        if action == MAKE_MAP && object == (1, FACTS_MAP) && metas[row] == 0 && key == self::key(actor, seq, facts.len()) {
            current = start_op + row as u64;
            facts.push(Fields::new());
        } else if action == SET && object == (0, current) {
            let value = value(metas[row], &mut raw)?;
            let fields = facts.last_mut().ok_or(BadChange::Operation)?;
            // Ascending and each once: that is the one order, and the last one is always the greatest so far.
            if fields.last_key_value().is_some_and(|(last, _)| *last >= key) {
                return Err(BadChange::Operation);
            }
            if fields.len() == MAX_FIELDS {
                return Err(BadChange::TooMany);
            }
            fields.insert(key, value);
        } else {
            return Err(BadChange::Operation);
        }
    }
    if raw.is_empty() && facts.len() <= MAX_FACTS_IN_CHANGE { Ok(facts) } else { Err(BadChange::Operation) }
}

/// The bytes of each of [`COLUMNS`], empty where one is absent; nothing may follow them.
fn split<'a>(reader: &mut Reader<'a>) -> Result<[&'a [u8]; 8], BadChange> {
    let count = reader.count(COLUMNS.len()).map_err(|_| BadChange::Columns)?;
    let mut lengths = [0; 8];
    let mut next = 0;
    for _ in 0..count {
        let name = reader.unsigned()?;
        let place = COLUMNS.iter().position(|&column| column == name).filter(|&place| place >= next).ok_or(BadChange::Columns)?;
        lengths[place] = reader.count(MAX_CHANGE)?;
        next = place + 1;
    }
    let mut columns = [&[][..]; 8];
    for (column, length) in columns.iter_mut().zip(lengths) {
        *column = reader.take(length)?;
    }
    if reader.is_empty() { Ok(columns) } else { Err(BadChange::Columns) }
}

/// A value by its type and length; only the three that a fact can hold.
fn value(meta: u64, raw: &mut Reader<'_>) -> Result<Scalar, BadChange> {
    let length = usize::try_from(meta >> 4).map_err(|_| BadChange::TooMany)?;
    let bytes = raw.take(length)?;
    match (meta & 0xf, length) {
        (1, 0) => Ok(Scalar::Bool(false)),
        (2, 0) => Ok(Scalar::Bool(true)),
        (4, _) => {
            let mut reader = Reader(bytes);
            let number = reader.signed()?;
            if reader.is_empty() { Ok(Scalar::Int(number)) } else { Err(BadChange::Integer) }
        }
        (6, _) => String::from_utf8(bytes.to_vec()).map(Scalar::Text).map_err(|_| BadChange::Text),
        _ => Err(BadChange::Operation),
    }
}

fn put_value(raw: &mut Vec<u8>, value: &Scalar) -> u64 {
    let before = raw.len();
    let kind = match value {
        Scalar::Bool(false) => 1,
        Scalar::Bool(true) => 2,
        Scalar::Int(number) => {
            put_signed(raw, *number);
            4
        }
        Scalar::Text(text) => {
            raw.extend_from_slice(text.as_bytes());
            6
        }
    };
    ((raw.len() - before) as u64) << 4 | kind
}
