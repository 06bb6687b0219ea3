//! The document of one case: `{schema: 1, facts: {id → {kind, …}}}`, as the changes that make it.
//!
//! Every case begins with one published constant change that makes the two root entries; nothing else writes the root. One edit is one
//! change. A fact is a flat map under its own key, written once and never touched again: so what the document says is what its changes
//! say, whichever came first, and they are read here without making the document. Whether Automerge makes the same of them is asked
//! before anything is admitted: see [`super::stock`].

use habeas_protocol::{CaseId, Hash, Signature};
use habeas_texts::{self as texts, Message};

use super::fact::Stated;
use super::fields::Fields;
use super::sealed::{FactKeys, seal, seal_of};
use super::{BadField, Draft, FactId, stock};
use crate::keys::{FactKey, SealId};
use crate::order::by_key;
use crate::sync::{History, ParsedChange, Past, put_whole, read_whole};

/// The actor of the constant first change: sixteen zero bytes.
pub const GENESIS_ACTOR: [u8; 16] = [0; 16];

/// The constant first change of every case: `schema = 1` and an empty map `facts`, by [`GENESIS_ACTOR`], at time 0.
pub const GENESIS: &[u8] = include_bytes!("genesis.change");

/// The hash of [`GENESIS`].
pub const GENESIS_HASH: [u8; 32] = *include_bytes!("genesis.hash");

/// The most facts that one change may add.
pub const MAX_FACTS_IN_CHANGE: usize = 64;

/// About how many bytes of memory a case's changes may take: some twenty thousand facts. What packs to little can say much, and a member who writes
/// that must not keep devices and the clerk from going on with every other case.
pub const MAX_DOCUMENT: usize = 32 << 20;

/// The document of a case.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Each after those that it was written upon.
    changes: Vec<Kept>,
    /// About how many bytes they say.
    size: usize,
    /// How many of them are here without a signature.
    unsigned: usize,
    history: History,
    keys: FactKeys,
}

/// A change, with its author's signature where this device has it: with that any device can seal the change again as its author did. Without it the change
/// goes on as one that a later signature covers.
#[derive(Debug, Clone)]
struct Kept {
    change: ParsedChange,
    signature: Option<Signature>,
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
    /// The case holds as much as one can. Nothing was written.
    #[error("the case holds as much as one can")]
    Full,
    /// Automerge does not take it. Nothing was written.
    #[error("the case cannot be written: {0}")]
    Automerge(String),
}

impl From<DocumentError> for Message {
    fn from(error: DocumentError) -> Self {
        match error {
            DocumentError::Damaged(detail) => texts::error_case_damaged(detail),
            DocumentError::Field(field) => field.into(),
            DocumentError::Count => texts::error_edit_size(MAX_FACTS_IN_CHANGE),
            DocumentError::Full => texts::error_case_full(),
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

impl Document {
    /// An empty case: the constant first change and nothing else.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads what [`Document::save`] wrote.
    pub fn load(saved: &[u8]) -> Result<Self, DocumentError> {
        Self::load_with(saved, false)
    }

    /// The same, or what the version before saved, in which keys stood alone.
    pub(crate) fn load_with(saved: &[u8], keys_alone: bool) -> Result<Self, DocumentError> {
        let (changes, rest) = read_whole(saved).map_err(|bad| damaged(&bad.to_string()))?;
        let (signed, mut rest) = rest.split_at_checked(changes.len()).ok_or_else(|| damaged("cut off"))?;
        let mut document = Self::new();
        for (change, signed) in changes.into_iter().zip(signed) {
            let signature = match (signed, rest.split_first_chunk::<64>()) {
                (0, _) => None,
                (1, Some((signature, after))) => {
                    rest = after;
                    Some(Signature(*signature))
                }
                _ => return Err(damaged("signatures")),
            };
            let past = document.history.past(&change.deps).ok_or_else(|| damaged("a change is missing"))?;
            document.add(change, past, signature);
        }
        document.keys.load(rest, keys_alone).map(|()| document).ok_or_else(|| damaged("keys"))
    }

    /// The document's bytes, to store it: its changes as they travel whole, then for each whether there is a signature, then these, then the
    /// keys of its sealed facts, those of limited ones apart.
    pub fn save(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_whole(&mut out, self.changes());
        out.extend(self.changes.iter().map(|kept| u8::from(kept.signature.is_some())));
        self.changes.iter().filter_map(|kept| kept.signature).for_each(|signature| out.extend_from_slice(&signature.0));
        self.keys.save(&mut out);
        out
    }

    /// The document that an earlier version of this program has saved, by way of Automerge. Never call this with bytes from elsewhere.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn saved_earlier(saved: &[u8], beside: &[Vec<u8>]) -> Option<Self> {
        let mut document = Self::new();
        for chunk in stock::saved(saved)?.iter().chain(beside) {
            let change = ParsedChange::parse(chunk).ok()?;
            let past = document.history.past(&change.deps)?;
            document.add(change, past, None);
        }
        Some(document)
    }

    /// Adds facts as one change of `actor`. Either all of them are written or, on any error, none.
    pub fn write(&mut self, actor: [u8; 16], drafts: &[Draft]) -> Result<Written, DocumentError> {
        self.write_sealed(actor, drafts, None)
    }

    /// The same in a case, where drafts that have a key in their place are sealed under it.
    pub(crate) fn write_sealed(
        &mut self,
        actor: [u8; 16],
        drafts: &[Draft],
        sealing: Option<(CaseId, &[Option<FactKey>])>,
    ) -> Result<Written, DocumentError> {
        // Written upon everything that its author can see.
        let mut deps = self.history.heads();
        let past = self.history.past(&deps).ok_or(DocumentError::Count)?;
        let mut all = Draft::all_fields(drafts, |id| self.meant(id, &past).is_some())?;
        if let Some((case, keys)) = sealing {
            for (fields, key) in all.iter_mut().zip(keys).filter_map(|(fields, key)| Some((fields, key.as_ref()?))) {
                *fields = seal(key, case, &actor, std::mem::take(fields))?;
            }
        }
        let last = past.clock.get(&actor).copied().unwrap_or(0);
        // As Automerge itself writes it: a change names its author's one before, whatever came in between.
        let own = self.history.meant(&FactId::of(actor, last, 0), &past);
        if let Some((own, Err(place))) = own.map(|own| (own, deps.binary_search(&own))) {
            deps.insert(place, own);
        }
        let (change, chunk) = ParsedChange::written(deps, actor, last + 1, past.max_op + 1, all)?;
        let past = self.history.past(&change.deps).ok_or(DocumentError::Count)?;
        if !self.has_room(&change) {
            return Err(DocumentError::Full);
        }
        self.add(change.clone(), past, None);
        for key in sealing.into_iter().flat_map(|(_, keys)| keys).flatten() {
            self.keys.add(key.clone());
        }
        Ok(change.into_written(chunk))
    }

    /// The keys of its sealed facts.
    pub(crate) fn keys(&self) -> &FactKeys {
        &self.keys
    }

    pub(crate) fn keys_mut(&mut self) -> &mut FactKeys {
        &mut self.keys
    }

    /// What is sealed in it, by name, whether there is a key or not.
    pub(crate) fn seals(&self) -> impl Iterator<Item = SealId> {
        self.changes().flat_map(|change| &change.facts).filter_map(seal_of)
    }

    /// The name of what is sealed in a fact, by the fact's own name; `None` of a fact in the clear, or none.
    pub(crate) fn seal_of(&self, fact: &FactId) -> Option<SealId> {
        let has_name =
            |change: &&ParsedChange| self.history.name(&change.hash, FactId::of(change.actor, change.seq, fact.number)) == *fact;
        self.changes().find(has_name).and_then(|change| seal_of(change.facts.get(fact.number as usize)?))
    }

    /// Adds a change that admission has passed: see [`crate::sync::Replica::receive`].
    pub(crate) fn add(&mut self, change: ParsedChange, past: Past, signature: Option<Signature>) {
        self.history.add(&change, past);
        self.size += change.size();
        self.unsigned += usize::from(signature.is_none());
        self.changes.push(Kept { change, signature });
    }

    /// Whether the case has room for one more.
    pub(crate) fn has_room(&self, change: &ParsedChange) -> bool {
        self.size + change.size() <= MAX_DOCUMENT
    }

    /// Keeps a signature, such as this device's of a change that it has written.
    pub(crate) fn sign(&mut self, change: &Hash, signature: Signature) {
        if self.unsigned == 0 {
            return;
        }
        let lacks_it = |kept: &&mut Kept| kept.change.hash == *change && kept.signature.is_none();
        if let Some(kept) = self.changes.iter_mut().rfind(lacks_it) {
            kept.signature = Some(signature);
            self.unsigned -= 1;
        }
    }

    /// Whether a change's signature is here and no change of the same author that names it.
    pub(crate) fn is_last_signed(&self, change: &Hash) -> bool {
        let of = self.changes.iter().find(|kept| kept.change.hash == *change && kept.signature.is_some());
        of.is_some_and(|of| !self.changes().any(|other| other.actor == of.change.actor && other.deps.contains(change)))
    }

    /// What the changes say of one another.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Every change but the constant first one, each after those that it was written upon.
    pub fn changes(&self) -> impl Iterator<Item = &ParsedChange> + Clone {
        self.changes.iter().map(|kept| &kept.change)
    }

    /// Which of them, from 0, says a fact.
    pub fn place(&self, fact: &FactId) -> Option<usize> {
        let is_it = |change: &ParsedChange| {
            let twin = fact.twin.is_none_or(|twin| change.hash.starts_with(&twin));
            (change.actor, change.seq) == (fact.actor, fact.seq) && twin
        };
        self.changes().position(is_it)
    }

    /// All of them, each with its author's signature where this device has it: that of a later one of theirs covers the others.
    pub fn vouched(&self) -> impl Iterator<Item = (&ParsedChange, Option<Signature>)> {
        self.changes.iter().map(|kept| (&kept.change, kept.signature))
    }

    /// The changes upon which nothing has been written yet, sorted.
    pub fn heads(&self) -> Vec<Hash> {
        self.history.heads()
    }

    /// Whether Automerge takes the document as it is.
    pub(crate) fn is_taken(&self) -> bool {
        stock::takes(self.changes())
    }

    /// The document as the stock clients of Automerge read it: every fact in the clear that this device can open.
    pub fn opened(&self) -> Result<Vec<u8>, DocumentError> {
        let name = |change: &ParsedChange, number| self.history.name(&change.hash, FactId::of(change.actor, change.seq, number));
        let mut unsealed = Vec::new();
        for change in self.changes() {
            let of_change =
                (0..).zip(&change.facts).filter_map(|(number, fields)| Some((number, self.keys.opened(&change.actor, fields)?)));
            unsealed.extend(of_change.map(|(number, fields)| (name(change, number), fields)));
        }
        stock::opened(self.changes(), name, &unsealed)
    }

    /// The change whose fact a change with this past means, if it has a fact of that number.
    pub(crate) fn meant(&self, id: &FactId, past: &Past) -> Option<Hash> {
        self.history.meant(id, past).filter(|change| self.holds(change, id))
    }

    fn holds(&self, change: &Hash, id: &FactId) -> bool {
        self.changes().any(|known| known.hash == *change && (id.number as usize) < known.facts.len())
    }

    /// Every fact, in the order of ids.
    pub fn facts(&self) -> Vec<Stated> {
        by_key(self.facts_with_changes().map(|(_, stated)| stated).collect(), Stated::id)
    }

    /// Every fact that was there when these changes were the last ones, in the order of ids; `None` if one of them is not in the case.
    pub fn facts_at(&self, heads: &[Hash]) -> Option<Vec<Stated>> {
        let then = heads.iter().all(|head| self.history.contains(head)).then(|| self.history.closure(heads))?;
        let known = self.facts_with_changes().filter(|(change, _)| then.binary_search(change).is_ok());
        Some(by_key(known.map(|(_, stated)| stated).collect(), Stated::id))
    }

    fn facts_with_changes(&self) -> impl Iterator<Item = (Hash, Stated)> {
        let are_twins = self.history.has_twins();
        let of_change = move |change: &ParsedChange| {
            let read = |(number, fields): (u32, &Fields)| self.keys.read(FactId::of(change.actor, change.seq, number), fields);
            let facts = (0..).zip(&change.facts).map(read);
            let named = facts.map(|stated| if are_twins { self.told_apart(&change.hash, stated) } else { stated });
            named.map(|stated| (change.hash, stated)).collect::<Vec<_>>()
        };
        self.changes().flat_map(of_change)
    }

    /// A fact under the names that everybody who knows of the same changes gives it and those that it replaces, whichever of them came first.
    fn told_apart(&self, change: &Hash, stated: Stated) -> Stated {
        let own = self.history.name(change, stated.id());
        let past = self.history.past_of(change);
        let name = |id: FactId| match past.as_ref().and_then(|past| self.history.meant(&id, past)) {
            Some(meant) => self.history.name(&meant, id),
            None => id,
        };
        stated.told_apart(own, name)
    }
}

fn damaged(detail: &str) -> DocumentError {
    DocumentError::Damaged(detail.to_owned())
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
