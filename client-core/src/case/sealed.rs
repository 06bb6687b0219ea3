//! A sealed fact: its content lies in the document under a key of its own, so that this one fact can be erased. What follows from
//! somebody's having written it stays readable for everybody: who, when it was written down, and what it replaces.

use std::collections::BTreeSet;

use habeas_clock::Instant;
use habeas_protocol::CaseId;
use habeas_protocol::api::{from_hex, to_hex};
use habeas_texts as texts;
use serde::Serialize;

use super::accounts::taken_back;
use super::fact::{Fact, FactId, Stated, replaced};
use super::fields::{self, BadField, Fields, MAX_TEXT, Scalar};
use crate::keys::{FactKey, LimitedKey, SealId};
use crate::order;
use crate::sync::ParsedChange;

/// The kind of a sealed fact in the document.
const KIND: &str = "sealed";
/// In the place of the actor that writes a limited fact, of any other.
const NOBODY: [u8; 16] = [0; 16];
/// What stays outside the seal.
const OUTSIDE: [&str; 2] = ["recorded", "replaces"];
/// The content's length before it is sealed is a multiple of this, in bytes: it tells little of what is inside.
const STEP: usize = 64;
/// The most that a sealed fact's content may be, in bytes: as hexadecimal digits it is still one text.
pub const MAX_SENSITIVE: usize = (MAX_TEXT / 2 - 16) / STEP * STEP - 2;

/// Whether a fact of that kind may be sealed: not one whose place in the case everybody has to see, nor one that is public.
pub fn may_be_sensitive(kind: &str) -> bool {
    !matches!(kind, "retraction" | "lawyer_assigned" | "attachment" | "official_claim")
}

/// A sealed fact that this device cannot open, or nobody any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealedFact {
    /// Its name in the case.
    pub id: FactId,
    /// When it was written down, by the clock of the author's device.
    pub recorded_at: Instant,
    /// The facts that it corrects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<FactId>,
    /// Whether it was erased, for everybody.
    pub erased: bool,
    /// Whether it is limited: only coordinators and whoever wrote it read it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub limited: bool,
}

impl SealedFact {
    /// A fact as whoever cannot open it has it.
    pub fn closed(fact: &Fact) -> Self {
        let Fact { id, recorded_at, limited, .. } = *fact;
        Self { id, recorded_at, replaces: fact.replaces.clone(), erased: false, limited }
    }
}

/// What a device has to read the sealed facts of a case with.
#[derive(Debug, Clone, Default)]
pub(crate) struct FactKeys {
    case: Option<CaseId>,
    /// In the order of the names of what they seal.
    keys: Vec<(SealId, FactKey)>,
    /// Limited keys as they travel, whether this device opens them or not, in the order of their places.
    limited: Vec<LimitedKey>,
    erased: Vec<SealId>,
}

impl FactKeys {
    /// Says whose facts they are.
    pub fn are_of(&mut self, case: CaseId) {
        self.case = Some(case);
    }

    /// Adds a key; `false` if it is there already.
    pub fn add(&mut self, key: FactKey) -> bool {
        let seal = key.seal_id();
        let place = self.place(&seal);
        if let Err(place) = place {
            self.keys.insert(place, (seal, key));
        }
        place.is_err()
    }

    /// Adds a limited key as it travels; `false` if it is there already. Of two that an author has signed for one fact the lesser stays, so that it
    /// does not matter which one came first.
    pub fn add_limited(&mut self, limited: LimitedKey) -> bool {
        let of = limited.place();
        let place = self.limited.iter().position(|known| known.place() >= of).unwrap_or(self.limited.len());
        match self.limited.get_mut(place) {
            Some(known) if known.place() == of => {
                if limited.payload() >= known.payload() {
                    return false;
                }
                *known = limited;
            }
            _ => self.limited.insert(place, limited),
        }
        true
    }

    /// Opens limited keys whose facts cannot be read yet.
    pub fn open_limited(&mut self, open: impl Fn(&LimitedKey) -> Option<FactKey>) {
        for place in 0..self.limited.len() {
            let limited = &self.limited[place];
            if self.place(&limited.seal_id()).is_err()
                && let Some(key) = open(limited)
            {
                self.add(key);
            }
        }
    }

    /// The names of all facts of which there is a key, or one that travels.
    pub fn names(&self) -> Vec<SealId> {
        let mut names: Vec<SealId> = self.keys.iter().map(|(seal, _)| *seal).collect();
        names.extend(self.limited.iter().map(LimitedKey::seal_id));
        names
    }

    /// Limited keys as they travel.
    pub fn limited(&self) -> &[LimitedKey] {
        &self.limited
    }

    /// Whether what is sealed so is limited.
    pub fn is_limited(&self, seal: &SealId) -> bool {
        self.limited.iter().any(|limited| limited.seal_id() == *seal)
    }

    /// Forgets a key, which stays where else it is.
    pub fn forget(&mut self, seal: &SealId) {
        if let Ok(place) = self.place(seal) {
            self.keys.remove(place);
        }
    }

    /// Destroys a key and remembers that it was erased.
    pub fn erase(&mut self, seal: SealId) {
        self.forget(&seal);
        self.limited.retain(|limited| limited.seal_id() != seal);
        if !self.erased.contains(&seal) {
            self.erased.push(seal);
        }
    }

    fn place(&self, seal: &SealId) -> Result<usize, usize> {
        self.keys.binary_search_by(|(known, _)| known.cmp(seal))
    }

    /// Every key, in the order of the names of what they seal.
    pub fn iter(&self) -> impl Iterator<Item = &(SealId, FactKey)> {
        self.keys.iter()
    }

    /// Puts them to store them: how many keys there are (4 bytes, big endian) and these, each behind the actor that writes its fact if that is limited, or
    /// else zeros; then limited keys as they travel, each behind its length (2 bytes).
    pub fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&u32::try_from(self.keys.len()).unwrap_or(u32::MAX).to_be_bytes());
        for (_, key) in &self.keys {
            out.extend_from_slice(key.author().unwrap_or(&NOBODY));
            out.extend_from_slice(key.bytes());
        }
        for limited in &self.limited {
            let payload = limited.payload();
            out.extend_from_slice(&u16::try_from(payload.len()).unwrap_or(u16::MAX).to_be_bytes());
            out.extend_from_slice(payload);
        }
    }

    /// Reads what [`FactKeys::save`] has put, to the end, or `alone` the keys as an earlier version put them, without their number and none of them
    /// limited; `None` if it is something else.
    pub fn load(&mut self, mut saved: &[u8], alone: bool) -> Option<()> {
        if alone {
            let (keys, rest) = saved.as_chunks();
            for key in keys {
                self.add(FactKey::of(key));
            }
            return rest.is_empty().then_some(());
        }
        let (count, mut rest) = saved.split_first_chunk()?;
        for _ in 0..u32::from_be_bytes(*count) {
            let (author, key);
            (author, saved) = rest.split_first_chunk()?;
            (key, rest) = saved.split_first_chunk()?;
            let key = FactKey::of(key);
            self.add(if *author == NOBODY { key } else { key.limited(*author) });
        }
        while let Some((length, after)) = rest.split_first_chunk() {
            let (payload, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            self.add_limited(LimitedKey::read(payload)?);
            rest = after;
        }
        rest.is_empty().then_some(())
    }

    /// The fields of a sealed fact in the clear, if there is a key for it.
    pub fn opened(&self, actor: &[u8; 16], fields: &Fields) -> Option<Fields> {
        let (seal, sealed) = parts(fields)?;
        let (_, key) = self.keys.get(self.place(&seal).ok()?)?;
        opened(key, self.case?, actor, fields, &sealed)
    }

    /// A fact as the document has it, opened if there is a key for it.
    pub fn read(&self, id: FactId, fields: &Fields) -> Stated {
        let Some((seal, _)) = parts(fields) else { return Stated::read(id, fields.clone()) };
        let limited = self.is_limited(&seal);
        if let Some(inside) = self.opened(&id.actor, fields) {
            let stated = Stated::read(id, inside).marked_sensitive(limited);
            // One of a kind that this version does not know replaces for whoever has its key what it replaces for everybody else.
            if !(limited && matches!(stated, Stated::Unknown(_))) {
                return stated;
            }
        }
        let recorded = if let Some(Scalar::Int(seconds)) = fields.get("recorded") { *seconds } else { 0 };
        Stated::Sealed(SealedFact {
            id,
            recorded_at: Instant::from_seconds(recorded).unwrap_or(Instant::MIN),
            replaces: replaced(fields).unwrap_or_default(),
            erased: self.erased.contains(&seal),
            limited,
        })
    }
}

/// The name of what is sealed in a fact with these fields; `None` of a fact in the clear.
pub(crate) fn seal_of(fields: &Fields) -> Option<SealId> {
    parts(fields).map(|(seal, _)| seal)
}

fn parts(fields: &Fields) -> Option<(SealId, Vec<u8>)> {
    let text = |name: &str| if let Some(Scalar::Text(text)) = fields.get(name) { Some(text.as_str()) } else { None };
    let bytes = |name: &str| from_hex(text(name)?, MAX_TEXT / 2);
    (text("kind")? == KIND).then_some(())?;
    Some((bytes("seal")?.try_into().ok()?, bytes("sealed")?))
}

/// Whether a fact that is called sealed is one and nothing else, as admission asks. Facts of other kinds pass.
pub(crate) fn is_well_formed(fields: &Fields) -> bool {
    if !matches!(fields.get("kind"), Some(Scalar::Text(kind)) if kind == KIND) {
        return true;
    }
    let Some((_, sealed)) = parts(fields) else { return false };
    let recorded = matches!(fields.get("recorded"), Some(Scalar::Int(at)) if Instant::from_seconds(*at).is_some());
    let own = 4 + usize::from(fields.contains_key("replaces"));
    let length = sealed.len().checked_sub(16).is_some_and(|length| length > 0 && length.is_multiple_of(STEP));
    recorded && length && fields.len() == own
}

/// A fact's fields with its content sealed; an error if that is more than [`MAX_SENSITIVE`].
pub(crate) fn seal(key: &FactKey, case: CaseId, actor: &[u8; 16], fields: Fields) -> Result<Fields, BadField> {
    let (mut inside, mut all) = (Fields::new(), Fields::new());
    for (name, value) in fields {
        let to = if OUTSIDE.contains(&name.as_str()) { &mut all } else { &mut inside };
        to.insert(name, value);
    }
    let said = alone(vec![inside]).said();
    if said.len() > MAX_SENSITIVE {
        return Err(BadField::new("text", texts::error_text_long(said.len(), MAX_SENSITIVE)));
    }
    let mut content = u16::try_from(said.len()).unwrap_or(u16::MAX).to_be_bytes().to_vec();
    content.extend(said);
    content.resize(content.len().next_multiple_of(STEP), 0);
    let mut put = |name: &str, text: String| all.insert(name.to_owned(), Scalar::Text(text));
    put("kind", KIND.to_owned());
    put("seal", to_hex(&key.seal_id()));
    put("sealed", to_hex(&key.seal(case, actor, &content)));
    Ok(all)
}

/// What is inside, with what stands outside; `None` if the key does not open it, or it is no content of ours.
fn opened(key: &FactKey, case: CaseId, actor: &[u8; 16], fields: &Fields, sealed: &[u8]) -> Option<Fields> {
    let content = key.open(case, actor, sealed).ok()?;
    let (length, rest) = content.split_first_chunk::<2>()?;
    let (said, padding) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    let mut change = alone(Vec::new());
    change.read_body(said).ok()?;
    let [inside] = change.facts.as_mut_slice() else { return None };
    let kind = if let Some(Scalar::Text(kind)) = inside.get("kind") { kind.as_str() } else { KIND };
    let is_ours = kind != KIND && may_be_sensitive(kind) && !OUTSIDE.iter().any(|name| inside.contains_key(*name));
    if !is_ours || padding.iter().any(|byte| *byte != 0) {
        return None;
    }
    for name in OUTSIDE {
        if let Some(value) = fields.get(name) {
            inside.insert(name.to_owned(), value.clone());
        }
    }
    fields::check(inside).ok()?;
    Some(std::mem::take(inside))
}

/// Facts as a change says them, for their encoding.
fn alone(facts: Vec<Fields>) -> ParsedChange {
    ParsedChange { hash: [0; 32], deps: Vec::new(), actor: [0; 16], seq: 0, start_op: 0, facts }
}

/// What sealed facts that nobody here can read have replaced: it stays replaced, for whoever cannot read them and after they are erased.
pub(super) fn replaced_by(sealed: &[SealedFact], facts: &[Fact]) -> BTreeSet<FactId> {
    let taken_back = if sealed.is_empty() { BTreeSet::new() } else { taken_back(facts) };
    let stand = sealed.iter().filter(|fact| !taken_back.contains(&fact.id));
    order::set(stand.flat_map(|fact| fact.replaces.iter().copied()))
}

/// The facts that can be read, without those that a sealed one has replaced: what is counted by. A limited fact counts for nobody, also where it
/// can be read: what followed from it, such as a limit that is over, would tell of it to whoever must not know.
pub fn counted(stated: Vec<Stated>) -> Vec<Fact> {
    let (mut facts, mut sealed) = (Vec::new(), Vec::new());
    for each in stated {
        match each {
            Stated::Known(fact) if fact.limited => sealed.push(SealedFact::closed(&fact)),
            Stated::Known(fact) => facts.push(*fact),
            Stated::Sealed(fact) => sealed.push(fact),
            Stated::Unknown(_) => {}
        }
    }
    let replaced = replaced_by(&sealed, &facts);
    facts.retain(|fact| !replaced.contains(&fact.id));
    facts
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails loudly")]

    use super::*;

    /// A later version has kinds that this one does not know, and they correct what this one counts.
    #[test]
    fn a_limited_fact_of_a_later_kind_replaces_for_whoever_has_its_key_what_it_replaces_for_the_others() {
        let (case, author, id) = (CaseId([7; 16]), [1; 16], FactId::of([1; 16], 1, 0));
        let slip = FactId::of([2; 16], 1, 0);
        let fields = [("kind", "hypnotised"), ("text", "later"), ("replaces", &slip.to_string())];
        let mut later: Fields = fields.into_iter().map(|(name, text)| (name.to_owned(), Scalar::Text(text.to_owned()))).collect();
        later.insert("recorded".to_owned(), Scalar::Int(1_800_000_000));
        for is_limited in [true, false] {
            let mut key = FactKey::of(&[9; 32]);
            let mut keys = FactKeys::default();
            keys.are_of(case);
            if is_limited {
                key = key.limited(author);
                let payload = [[7].as_slice(), &key.commitment(), &author, &[0; 16 + 64 + 100]].concat();
                keys.add_limited(LimitedKey::read(&payload).unwrap());
            }
            let sealed = seal(&key, case, &author, later.clone()).unwrap();
            let closed = keys.read(id, &sealed);
            assert!(matches!(&closed, Stated::Sealed(fact) if fact.replaces == [slip]));
            keys.add(key);
            let opened = keys.read(id, &sealed);
            assert_eq!(matches!(&opened, Stated::Sealed(fact) if fact.replaces == [slip]), is_limited, "{opened:?}");
        }
    }
}
