//! What the stock library makes of a case: any program that speaks Automerge reads the same facts.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use super::fields::{Fields, Scalar};
use super::{DocumentError, FactId, GENESIS, GENESIS_ACTOR, GENESIS_HASH};
use crate::order;
use crate::sync::ParsedChange;

fn failed(error: impl std::fmt::Debug) -> DocumentError {
    DocumentError::Automerge(format!("{error:?}"))
}

/// The document that these changes make, each of which comes after those that it was written upon, and those that are not in it: Automerge
/// takes one change of an actor and number; a second one, and whatever was written upon it, it cannot hold.
fn document<'a>(changes: impl Iterator<Item = &'a ParsedChange>) -> Result<(Automerge, Vec<&'a ParsedChange>), DocumentError> {
    let mut doc = Automerge::new().with_actor(ActorId::from(GENESIS_ACTOR));
    let genesis = Change::from_bytes(GENESIS.to_vec()).map_err(failed)?;
    let (mut taken, mut numbers) = (order::set([GENESIS_HASH]), order::set([(GENESIS_ACTOR, 1)]));
    let (mut all, mut left) = (vec![genesis], Vec::new());
    for change in changes {
        if change.deps.iter().all(|dep| taken.contains(dep)) && numbers.insert((change.actor, change.seq)) {
            taken.insert(change.hash);
            all.push(Change::from_bytes(change.encode()).map_err(failed)?);
        } else {
            left.push(change);
        }
    }
    doc.apply_changes(all).map_err(failed)?;
    // What waits inside it for something else would be lost where it is saved.
    if taken.iter().all(|hash| doc.get_change_meta_by_hash(&ChangeHash(*hash)).is_some()) {
        Ok((doc, left))
    } else {
        Err(failed("a change is missing"))
    }
}

/// Whether Automerge takes these changes and, in a program that can save a document, reads it again with the same heads. Our checks leave
/// nothing that makes it panic; if something does all the same, it has panicked over a copy.
pub(crate) fn takes<'a>(changes: impl Iterator<Item = &'a ParsedChange>) -> bool {
    let reads = || reads_back(&document(changes)?.0);
    matches!(catch_unwind(AssertUnwindSafe(reads)), Ok(Ok(())))
}

#[cfg(not(target_family = "wasm"))]
fn reads_back(doc: &Automerge) -> Result<(), DocumentError> {
    let again = Automerge::load(&doc.save_nocompress()).map_err(failed)?;
    if again.get_heads() == doc.get_heads() { Ok(()) } else { Err(DocumentError::Automerge("heads".to_owned())) }
}

/// The app saves no document, and leaves out what reads and writes one: over a slow network that is a twelfth of it.
#[cfg(target_family = "wasm")]
fn reads_back(_: &Automerge) -> Result<(), DocumentError> {
    Ok(())
}

/// The document as the stock clients of Automerge read it: every fact in the clear, also those that it cannot hold as they were written;
/// these it is given under the names that `name` says, and what was sealed in place of the seal, as `unsealed` says it.
pub(crate) fn opened<'a>(
    changes: impl Iterator<Item = &'a ParsedChange>,
    name: impl Fn(&ParsedChange, u32) -> FactId,
    unsealed: &[(FactId, Fields)],
) -> Result<Vec<u8>, DocumentError> {
    let (mut whole, left) = document(changes)?;
    let facts = match whole.get(ROOT, "facts") {
        Ok(Some((Value::Object(ObjType::Map), facts))) => facts,
        _ => return Err(failed("no map of facts")),
    };
    let mut transaction = whole.transaction();
    for change in left {
        for (number, fields) in (0..).zip(&change.facts) {
            put(&mut transaction, &facts, &name(change, number), fields)?;
        }
    }
    unsealed.iter().try_for_each(|(id, fields)| put(&mut transaction, &facts, id, fields))?;
    transaction.commit_with(CommitOptions::default());
    Ok(whole.save())
}

fn put(transaction: &mut Transaction<'_>, facts: &ObjId, id: &FactId, fields: &Fields) -> Result<(), DocumentError> {
    let fact = transaction.put_object(facts, id.to_string(), ObjType::Map).map_err(failed)?;
    fields.iter().try_for_each(|(name, value)| transaction.put(&fact, name.as_str(), scalar(value)).map_err(failed))
}

fn scalar(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Bool(yes) => ScalarValue::Boolean(*yes),
        Scalar::Int(number) => ScalarValue::Int(*number),
        Scalar::Text(text) => ScalarValue::Str(text.as_str().into()),
    }
}

/// The changes of a document that an earlier version of this program has saved itself, as they were written, each after those that it
/// was written upon. Never call this with bytes from elsewhere: a hostile document can exhaust memory before any check.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn saved(saved: &[u8]) -> Option<Vec<Vec<u8>>> {
    let doc = Automerge::load(saved).ok()?;
    let ours = |change: &Change| change.actor_id().to_bytes() != GENESIS_ACTOR;
    Some(doc.get_changes(&[]).into_iter().filter(ours).map(|change| change.raw_bytes().to_vec()).collect())
}

/// What such a version saved.
#[cfg(test)]
pub(crate) fn save<'a>(changes: impl Iterator<Item = &'a ParsedChange>) -> Vec<u8> {
    document(changes).unwrap().0.save_nocompress()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The constant first change is the one that Automerge makes of its description: nobody has to believe the bytes.
    #[test]
    fn the_first_change_is_what_it_is_said_to_be() {
        let mut doc = Automerge::new().with_actor(ActorId::from(GENESIS_ACTOR));
        let mut transaction = doc.transaction();
        transaction.put(ROOT, "schema", 1_i64).unwrap();
        transaction.put_object(ROOT, "facts", ObjType::Map).unwrap();
        transaction.commit_with(CommitOptions::default());
        let change = doc.get_last_local_change().unwrap();
        if std::env::var_os("HABEAS_WRITE_GENESIS").is_some() {
            std::fs::write("src/case/genesis.change", change.raw_bytes()).unwrap();
            std::fs::write("src/case/genesis.hash", change.hash().0).unwrap();
        }
        assert_eq!(change.raw_bytes(), GENESIS);
        assert_eq!(change.hash().0, GENESIS_HASH);
    }
}
