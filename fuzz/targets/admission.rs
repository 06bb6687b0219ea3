//! Chunks that Dana signs, whatever they are: our parser and Automerge agree on all that ours lets through, and admission stands.
#![no_main]

use std::sync::LazyLock;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ObjType, ScalarValue};
use habeas_client_core::case::{FactId, GENESIS_ACTOR, Scalar, Written};
use habeas_client_core::sync::ParsedChange;
use habeas_fuzz::Known;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

static KNOWN: LazyLock<Known> = LazyLock::new(Known::new);

fuzz_target!(|data: &[u8]| {
    let Some((mode, chunk)) = data.split_first() else { return };
    let mut chunk = chunk.to_vec();
    // Most bytes fail by their checksum; half of the time it is put right.
    if mode & 1 == 1 && chunk.len() > 8 {
        let hash = Sha256::digest(&chunk[8..]);
        chunk[4..8].copy_from_slice(&hash[..4]);
    }
    let parsed = ParsedChange::parse(&chunk);
    if let Ok(parsed) = &parsed {
        assert_eq!(parsed.encode(), chunk);
        agrees(parsed, &automerge::Change::from_bytes(chunk.clone()).unwrap());
    }
    let actor = parsed.as_ref().map_or([0; 16], |parsed| parsed.actor);
    let (hash, seq) = parsed.as_ref().map_or(([7; 32], 1), |parsed| (parsed.hash, parsed.seq));
    if chunk.len() <= 1 << 18 {
        KNOWN.takes(&KNOWN.sealed(&Written { chunk, hash, seq, facts: vec![] }, actor));
    }
});

/// Automerge reads the same in it: who wrote it upon what, and operation by operation what it says.
fn agrees(parsed: &ParsedChange, change: &Change) {
    assert_eq!((change.hash().0, change.seq(), change.start_op().get()), (parsed.hash, parsed.seq, parsed.start_op));
    assert_eq!(change.max_op(), parsed.max_op());
    let theirs = change.decode();
    assert_eq!(theirs.deps.iter().map(|dep| dep.0).collect::<Vec<_>>(), parsed.deps);
    assert_eq!(theirs.actor_id.to_bytes(), parsed.actor);
    assert_eq!((theirs.time, theirs.message, theirs.extra_bytes), (0, None, Vec::new()));
    assert_eq!(theirs.operations, operations(parsed));
}

/// What our reading says, as Automerge would say it.
fn operations(parsed: &ParsedChange) -> Vec<Op> {
    let actor = ActorId::from(parsed.actor);
    let all = ObjectId::Id(OpId(2, ActorId::from(GENESIS_ACTOR)));
    let op = |obj: &ObjectId, key: &str, action| Op {
        action,
        obj: obj.clone(),
        key: Key::Map(key.into()),
        pred: SortedVec::new(),
        insert: false,
    };
    let (mut operations, mut next) = (Vec::new(), parsed.start_op);
    for (number, fields) in (0..).zip(&parsed.facts) {
        let fact = ObjectId::Id(OpId(next, actor.clone()));
        let id = FactId { actor: parsed.actor, seq: parsed.seq, number, twin: None };
        operations.push(op(&all, &id.to_string(), OpType::Make(ObjType::Map)));
        operations.extend(fields.iter().map(|(name, value)| op(&fact, name, OpType::Put(scalar(value)))));
        next += 1 + fields.len() as u64;
    }
    operations
}

fn scalar(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Bool(yes) => ScalarValue::Boolean(*yes),
        Scalar::Int(number) => ScalarValue::Int(*number),
        Scalar::Text(text) => ScalarValue::Str(text.as_str().into()),
    }
}
