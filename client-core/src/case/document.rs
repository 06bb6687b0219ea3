//! The Automerge document of one case: `{schema: 1, facts: {id → {kind, …}}}`.
//!
//! Every case begins with one published constant change that makes the two root entries; nothing else writes the root.
//! One edit is one change. A fact is a flat map under its own key, written once and never touched again.

use std::str::FromStr as _;

use automerge::transaction::{CommitOptions, Transactable, Transaction};
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
        let all = Draft::all_fields(drafts, |id| self.holds(id))?;
        let changes = self.changes();
        let start_op = 1 + changes.iter().map(|change| change.max_op).max().unwrap_or(0);
        // Each comes after those that it was written upon, so the last one of this actor is the newest.
        let own = changes.iter().rfind(|change| change.actor == actor);
        let mut deps = self.heads();
        // As Automerge itself writes it: a change names its author's one before, whatever came in between.
        if let Some((own, Err(place))) = own.map(|own| (own.hash, deps.binary_search(&own.hash))) {
            deps.insert(place, own);
        }
        let (change, chunk) = ParsedChange::written(deps, actor, 1 + own.map_or(0, |own| own.seq), start_op, all)?;
        let mut next = self.clone();
        next.apply(&chunk)?;
        *self = next;
        Ok(change.into_written(chunk))
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

    /// The document as the stock clients of Automerge read it: every fact in the clear, with those that stand beside it.
    pub fn opened<'a>(&self, beside: impl Iterator<Item = (FactId, &'a Fields)>) -> Result<Vec<u8>, DocumentError> {
        let mut whole = self.doc.clone();
        let mut transaction = whole.transaction();
        for (id, fields) in beside {
            put(&mut transaction, &self.facts, &id, fields)?;
        }
        transaction.commit_with(CommitOptions::default());
        Ok(whole.save())
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

impl Draft {
    /// The fields of the facts of one change; an error where one of them is bad, or replaces what the case does not have.
    pub(crate) fn all_fields(drafts: &[Self], has: impl Fn(&FactId) -> bool) -> Result<Vec<Fields>, DocumentError> {
        if drafts.is_empty() || drafts.len() > MAX_FACTS_IN_CHANGE {
            return Err(DocumentError::Count);
        }
        let all = drafts.iter().map(Self::fields).collect::<Result<Vec<_>, _>>()?;
        match drafts.iter().flat_map(|draft| &draft.replaces).find(|id| !has(id)) {
            Some(missing) => Err(BadField::new("replaces", texts::error_replaces_unknown(missing.to_string())).into()),
            None => Ok(all),
        }
    }
}

fn put(transaction: &mut Transaction<'_>, facts: &ObjId, id: &FactId, fields: &Fields) -> Result<(), DocumentError> {
    let failed = |error: automerge::AutomergeError| DocumentError::Automerge(format!("{error:?}"));
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
