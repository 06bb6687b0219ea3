//! The Automerge document of one case: `{schema: 1, facts: {id → {kind, …}}}`.
//!
//! Every case begins with one published constant change that makes the two root entries; nothing else writes the root.
//! One edit is one change. A fact is a flat map under its own key, written once and never touched again.

use std::str::FromStr as _;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value};

use habeas_texts::{self as texts, Message};

use super::fact::Stated;
use super::fields::{Fields, Scalar};
use super::{BadField, Draft, FactId};
use crate::sync::ParsedChange;

/// The actor of the constant first change: sixteen zero bytes.
pub const GENESIS_ACTOR: [u8; 16] = [0; 16];

/// The constant first change of every case: `schema = 1` and an empty map `facts`, by [`GENESIS_ACTOR`], at time 0.
pub const GENESIS: &[u8] = include_bytes!("genesis.change");

/// The hash of [`GENESIS`].
pub const GENESIS_HASH: [u8; 32] = *include_bytes!("genesis.hash");

/// The most facts that one change may add.
pub const MAX_FACTS_IN_CHANGE: usize = 64;

/// The document of a case.
#[derive(Debug, Clone)]
pub struct Document {
    doc: Automerge,
    facts: ObjId,
}

/// Why a document could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The stored bytes are no document of a case. Nothing was changed.
    #[error("the stored case cannot be read: {0}")]
    Damaged(String),
    /// A draft has a bad field. Nothing was written.
    #[error(transparent)]
    Field(#[from] BadField),
    /// There is nothing to write, or too much for one change.
    #[error("one edit adds 1 to {MAX_FACTS_IN_CHANGE} facts of 256 KiB together; split it into several")]
    Count,
    /// Automerge refused. Nothing was written.
    #[error("the case cannot be written: {0}")]
    Automerge(String),
}

impl From<DocumentError> for Message {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Damaged(detail) => texts::error_case_damaged(detail),
            DocumentError::Field(field) => field.into(),
            DocumentError::Count => texts::error_edit_size(MAX_FACTS_IN_CHANGE),
            DocumentError::Automerge(detail) => texts::error_case_write(detail),
        }
    }
}

/// One edit, as it is to be signed and sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The raw change chunk, never compressed.
    pub chunk: Vec<u8>,
    /// Its hash.
    pub hash: [u8; 32],
    /// Its sequence number for the actor, from 1.
    pub seq: u64,
    /// The new facts, in the order of the drafts.
    pub facts: Vec<FactId>,
}

/// What a document knows of one of its changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeMeta {
    /// The change's hash.
    pub hash: [u8; 32],
    /// Its author's actor.
    pub actor: Vec<u8>,
    /// Its number for that actor, from 1.
    pub seq: u64,
    /// The number of its last operation.
    pub max_op: u64,
    /// The changes that it was written upon.
    pub deps: Vec<[u8; 32]>,
}

impl Document {
    /// An empty case: the constant first change and nothing else.
    pub fn new() -> Result<Self, DocumentError> {
        let mut doc = Automerge::new().with_actor(ActorId::from(GENESIS_ACTOR));
        let change = Change::from_bytes(GENESIS.to_vec()).map_err(|e| DocumentError::Damaged(format!("{e:?}")))?;
        doc.apply_changes([change]).map_err(|e| DocumentError::Damaged(format!("{e:?}")))?;
        Self::over(doc)
    }

    /// Reads a document that this device has saved itself. Never call this with bytes from elsewhere: a hostile document
    /// can exhaust memory before any check.
    pub fn load(saved: &[u8]) -> Result<Self, DocumentError> {
        let doc = Automerge::load(saved).map_err(|e| DocumentError::Damaged(format!("{e:?}")))?;
        Self::over(doc.with_actor(ActorId::from(GENESIS_ACTOR)))
    }

    fn over(doc: Automerge) -> Result<Self, DocumentError> {
        let damaged = || DocumentError::Damaged("it holds no map of facts".to_owned());
        if doc.get_change_meta_by_hash(&ChangeHash(GENESIS_HASH)).is_none() {
            return Err(DocumentError::Damaged("it does not begin with the constant first change".to_owned()));
        }
        match doc.get(ROOT, "facts") {
            Ok(Some((Value::Object(ObjType::Map), facts))) => Ok(Self { doc, facts }),
            _ => Err(damaged()),
        }
    }

    /// The document's bytes, uncompressed: what is stored is deflated and sealed as a whole.
    pub fn save(&self) -> Vec<u8> {
        self.doc.save_nocompress()
    }

    /// Adds facts as one change of `actor`. Either all of them are written or, on any error, none.
    pub fn write(&mut self, actor: [u8; 16], drafts: &[Draft]) -> Result<Written, DocumentError> {
        if drafts.is_empty() || drafts.len() > MAX_FACTS_IN_CHANGE {
            return Err(DocumentError::Count);
        }
        let all = drafts.iter().map(Draft::fields).collect::<Result<Vec<_>, _>>()?;
        if let Some(missing) = drafts.iter().flat_map(|draft| &draft.replaces).find(|id| !self.holds(id)) {
            return Err(BadField::new("replaces", texts::error_replaces_unknown(missing.to_string())).into());
        }
        let seq = 1 + self.changes().iter().filter(|change| change.actor == actor).map(|change| change.seq).max().unwrap_or(0);
        let ids = (0..).zip(&all).map(|(number, _)| FactId { actor, seq, number }).collect::<Vec<_>>();
        let mut next = self.doc.clone().with_actor(ActorId::from(actor));
        let failed = |error: automerge::AutomergeError| DocumentError::Automerge(format!("{error:?}"));
        let mut transaction = next.transaction();
        for (id, fields) in ids.iter().zip(&all) {
            let fact = transaction.put_object(&self.facts, id.to_string(), ObjType::Map).map_err(failed)?;
            for (name, value) in fields {
                transaction.put(&fact, name.as_str(), scalar(value)).map_err(failed)?;
            }
        }
        transaction.commit_with(CommitOptions::default());
        let change = next.get_last_local_change().ok_or_else(|| DocumentError::Automerge("no change was made".to_owned()))?;
        // Whoever reads it will put it through this; what they would refuse is refused here, before anything is stored.
        ParsedChange::parse(change.raw_bytes()).map_err(|_| DocumentError::Count)?;
        let written = Written { chunk: change.raw_bytes().to_vec(), hash: change.hash().0, seq, facts: ids };
        self.doc = next.with_actor(ActorId::from(GENESIS_ACTOR));
        Ok(written)
    }

    /// Applies a change that admission has passed (see [`crate::sync::Replica::receive`]). On an error or a panic the document is
    /// of no more use: call it on a copy.
    pub(crate) fn apply(&mut self, chunk: &[u8]) -> Result<(), DocumentError> {
        let change = Change::from_bytes(chunk.to_vec()).map_err(|e| DocumentError::Automerge(format!("{e:?}")))?;
        self.doc.apply_changes([change]).map_err(|e| DocumentError::Automerge(format!("{e:?}")))
    }

    /// Every fact, in the order of ids.
    pub fn facts(&self) -> Vec<Stated> {
        self.doc
            .map_range(&self.facts, ..)
            .filter_map(|entry| Some(Stated::read(FactId::from_str(&entry.key).ok()?, self.fields(&entry.id()))))
            .collect()
    }

    /// Every fact that was there when these changes were the last ones, in the order of ids; `None` if one of them is not in the
    /// document.
    pub fn facts_at(&self, heads: &[[u8; 32]]) -> Option<Vec<Stated>> {
        let heads: Vec<ChangeHash> = heads.iter().map(|head| ChangeHash(*head)).collect();
        if heads.iter().any(|head| self.doc.get_change_meta_by_hash(head).is_none()) {
            return None;
        }
        // A fact is written in one change and never again, so whoever has its name has all of it.
        let known = self.doc.map_range_at(&self.facts, .., &heads);
        let read = |key: &str, id: &ObjId| Some(Stated::read(FactId::from_str(key).ok()?, self.fields(id)));
        Some(known.filter_map(|entry| read(&entry.key, &entry.id())).collect())
    }

    /// The document as the stock clients of Automerge read it: every fact in the clear.
    pub fn opened(&self) -> Vec<u8> {
        self.doc.save()
    }

    /// Whether the case has a fact of that name.
    pub fn holds(&self, id: &FactId) -> bool {
        matches!(self.doc.get(&self.facts, id.to_string()), Ok(Some(_)))
    }

    fn fields(&self, fact: &ObjId) -> Fields {
        let mut fields = Fields::new();
        for entry in self.doc.map_range(fact, ..) {
            if let Some(value) = readable(&entry.value.into_value()) {
                fields.insert(entry.key.to_string(), value);
            }
        }
        fields
    }

    /// What is known of every change, each after those that it was written upon.
    pub fn changes(&self) -> Vec<ChangeMeta> {
        let metas = self.doc.get_changes_meta(&[]);
        metas
            .into_iter()
            .map(|meta| ChangeMeta {
                hash: meta.hash.0,
                actor: meta.actor.to_bytes().to_vec(),
                seq: meta.seq,
                max_op: meta.max_op,
                deps: meta.deps.iter().map(|dep| dep.0).collect(),
            })
            .collect()
    }

    /// A change's raw chunk, as its author wrote it; `None` if the document has no such change.
    pub fn chunk(&self, hash: &[u8; 32]) -> Option<Vec<u8>> {
        self.doc.get_change_by_hash(&ChangeHash(*hash)).map(|change| change.raw_bytes().to_vec())
    }

    /// The changes upon which nothing has been written yet, sorted.
    pub fn heads(&self) -> Vec<[u8; 32]> {
        self.doc.get_heads().into_iter().map(|head| head.0).collect()
    }
}

fn scalar(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Bool(yes) => ScalarValue::Boolean(*yes),
        Scalar::Int(number) => ScalarValue::Int(*number),
        Scalar::Text(text) => ScalarValue::Str(text.as_str().into()),
    }
}

fn readable(value: &Value<'_>) -> Option<Scalar> {
    match value.as_scalar()? {
        ScalarValue::Boolean(yes) => Some(Scalar::Bool(*yes)),
        ScalarValue::Int(number) => Some(Scalar::Int(*number)),
        ScalarValue::Str(text) => Some(Scalar::Text(text.to_string())),
        _ => None,
    }
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
