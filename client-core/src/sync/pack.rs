//! A change as it travels: what it says, without what follows from that. A change of ours has one spelling, so whoever knows what it
//! says writes its bytes again, and what Automerge needs around them (columns, a checksum, each fact's name spelled out) does not
//! have to travel.

use habeas_protocol::limits::MAX_CHANGE;

use super::change::{BadChange, MAX_DEPS, MAX_KEY, MAX_START_OP, ParsedChange};
use super::leb::{Reader, put_signed, put_unsigned};
use crate::case::{Fields, MAX_FACTS_IN_CHANGE, MAX_FIELDS, Scalar};

impl ParsedChange {
    /// What nobody can guess and nothing packs: the changes before it, its actor, its numbers.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_unsigned(&mut out, self.deps.len() as u64);
        self.deps.iter().for_each(|dep| out.extend_from_slice(dep));
        out.extend_from_slice(&self.actor);
        put_unsigned(&mut out, self.seq);
        put_unsigned(&mut out, self.start_op);
        out
    }

    /// What its facts say. Integers are told as differences to the one before in the same fact: times lie close together.
    pub(crate) fn said(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_unsigned(&mut out, self.facts.len() as u64);
        for fields in &self.facts {
            put_unsigned(&mut out, fields.len() as u64);
            let mut before = 0_i64;
            for (name, value) in fields {
                put_text(&mut out, name);
                match value {
                    Scalar::Bool(false) => out.push(FALSE),
                    Scalar::Bool(true) => out.push(TRUE),
                    Scalar::Int(number) => {
                        out.push(INTEGER);
                        put_signed(&mut out, number.wrapping_sub(before));
                        before = *number;
                    }
                    Scalar::Text(text) => {
                        out.push(TEXT);
                        put_text(&mut out, text);
                    }
                }
            }
        }
        out
    }

    /// Reads a head from the front of these bytes; returns it and what follows.
    pub(crate) fn read_head(bytes: &[u8]) -> Result<(Self, &[u8]), BadChange> {
        let mut reader = Reader(bytes);
        let count = reader.count(MAX_DEPS)?;
        let deps = (0..count).map(|_| reader.array()).collect::<Result<_, _>>()?;
        let (actor, seq, start_op) = (reader.array()?, reader.unsigned()?, start_op(&mut reader)?);
        Ok((Self { hash: [0; 32], deps, actor, seq, start_op, facts: Vec::new() }, reader.0))
    }

    /// Reads a body, in time and memory in proportion to its length. What comes of it is put through [`ParsedChange::parse`] like any other bytes.
    pub(crate) fn read_body(&mut self, bytes: &[u8]) -> Result<(), BadChange> {
        let mut reader = Reader(bytes);
        self.read_facts(&mut reader)?;
        if reader.is_empty() { Ok(()) } else { Err(BadChange::CutOff) }
    }

    pub(super) fn read_facts(&mut self, reader: &mut Reader<'_>) -> Result<(), BadChange> {
        let count = reader.count(MAX_FACTS_IN_CHANGE)?;
        if count == 0 {
            return Err(BadChange::Operation);
        }
        for _ in 0..count {
            let (mut fields, mut before) = (Fields::new(), 0_i64);
            for _ in 0..reader.count(MAX_FIELDS)? {
                let name = text(reader, MAX_KEY)?;
                let [kind] = reader.array()?;
                let value = match kind {
                    FALSE => Scalar::Bool(false),
                    TRUE => Scalar::Bool(true),
                    INTEGER => {
                        before = before.wrapping_add(reader.signed()?);
                        Scalar::Int(before)
                    }
                    TEXT => Scalar::Text(text(reader, MAX_CHANGE)?),
                    _ => return Err(BadChange::Operation),
                };
                // Ascending and each once, as in the change: otherwise there would be two ways to say one thing.
                if fields.last_key_value().is_some_and(|(last, _)| *last >= name) {
                    return Err(BadChange::Operation);
                }
                fields.insert(name, value);
            }
            self.facts.push(fields);
        }
        Ok(())
    }
}

impl ParsedChange {
    /// Goes past what [`ParsedChange::read_facts`] would read.
    pub(super) fn pass_facts(reader: &mut Reader<'_>) -> Result<(), BadChange> {
        for _ in 0..reader.count(MAX_FACTS_IN_CHANGE)? {
            for _ in 0..reader.count(MAX_FIELDS)? {
                let name = reader.count(MAX_KEY)?;
                reader.take(name)?;
                match reader.array()? {
                    [FALSE | TRUE] => {}
                    [INTEGER] => {
                        reader.signed()?;
                    }
                    [TEXT] => {
                        let length = reader.count(MAX_CHANGE)?;
                        reader.take(length)?;
                    }
                    _ => return Err(BadChange::Operation),
                }
            }
        }
        Ok(())
    }
}

/// The number of a first operation, from which those of all others can be counted.
pub(super) fn start_op(reader: &mut Reader<'_>) -> Result<u64, BadChange> {
    reader.unsigned().and_then(|number| if number <= MAX_START_OP { Ok(number) } else { Err(BadChange::Header) })
}

const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INTEGER: u8 = 4;
const TEXT: u8 = 6;

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_unsigned(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn text(reader: &mut Reader<'_>, most: usize) -> Result<String, BadChange> {
    let length = reader.count(most)?;
    String::from_utf8(reader.take(length)?.to_vec()).map_err(|_| BadChange::Text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::case::{KINDS, Takes};

    /// What changes say, the most common last: how the second dictionary was made, once (`HABEAS_WRITE_DICTIONARY=1`). It never changes.
    #[test]
    fn the_second_dictionary_is_made_of_what_changes_say() {
        let common = |kind: &str, own: &[(&str, Scalar)]| {
            let text = |text: &str| Scalar::Text(text.to_owned());
            let mut fields = Fields::from([
                ("kind".to_owned(), text(kind)),
                ("recorded".to_owned(), Scalar::Int(1_767_225_600)),
                ("reliability".to_owned(), text("first_hand")),
                ("source".to_owned(), text("witness")),
            ]);
            fields.extend(own.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
            fields
        };
        let sample = |takes: Takes| match takes {
            Takes::OneOf(_, words) => Scalar::Text(words.first().copied().unwrap_or_default().to_owned()),
            Takes::YesNo => Scalar::Bool(true),
            Takes::Number => Scalar::Int(15),
            Takes::Article => Scalar::Text("CAO 488(6)".to_owned()),
            _ => Scalar::Text(String::new()),
        };
        let mut bytes = Vec::new();
        let mut put = |fields: Fields| {
            bytes.extend(
                ParsedChange { hash: [0; 32], deps: vec![], actor: [1; 16], seq: 1, start_op: 1, facts: vec![fields] }.said(),
            );
        };
        for word in
            ["astana", "shymkent", "relative", "lawyer", "police", "press", "court", "recording", "person", "rumour", "reported"]
        {
            put(Fields::from([("source".to_owned(), Scalar::Text(word.to_owned()))]));
        }
        for kind in KINDS.iter().rev() {
            let own: Vec<(&str, Scalar)> = kind.fields.iter().map(|field| (field.name, sample(field.takes))).collect();
            put(Fields::from_iter(
                [("kind".to_owned(), Scalar::Text(kind.name.to_owned()))]
                    .into_iter()
                    .chain(own.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))),
            ));
        }
        let replaces = Scalar::Text(format!("{}.1.0", "0123456789abcdef".repeat(2)));
        put(common("retraction", &[("replaces", replaces)]));
        let when = [("from", Scalar::Int(1_767_225_600)), ("to", Scalar::Int(1_767_225_659))];
        let place = [("city", Scalar::Text("almaty".to_owned())), ("place", Scalar::Text("Алмалы".to_owned()))];
        for kind in [
            "released",
            "relatives_told",
            "lawyer_refused",
            "rights_explained",
            "regime",
            "seen_in_custody",
            "held",
            "delivered",
            "restrained",
        ] {
            put(common(kind, &[&when[..], &place[..]].concat()));
        }
        put(common("note", &[("text", Scalar::Text(String::new()))]));
        put(common("name", &[("text", Scalar::Text("Айгерім Сәрсенова".to_owned()))]));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/keys/dictionary-2.bin");
        if std::env::var_os("HABEAS_WRITE_DICTIONARY").is_some() {
            std::fs::write(path, &bytes).unwrap();
        }
        assert!(std::fs::read(path).unwrap().len() < 6_000);
    }

    proptest! {
        /// Whatever bytes say, they say it in one way, or nothing.
        #[test]
        fn bytes_are_refused_or_are_the_one_way_to_say_it(bytes in prop::collection::vec(any::<u8>(), 0..200), like_ours: bool) {
            let mut bytes = bytes;
            if like_ours {
                // One fact, one field.
                bytes.splice(0..0, [1, 1, 4, b'k', b'i', b'n', b'd', TEXT]);
            }
            let mut change = ParsedChange { hash: [0; 32], deps: vec![], actor: [1; 16], seq: 1, start_op: 3, facts: vec![] };
            if change.read_body(&bytes).is_ok() {
                prop_assert_eq!(change.said(), bytes.clone());
            }
            if let Ok((change, rest)) = ParsedChange::read_head(&bytes) {
                prop_assert_eq!([change.head().as_slice(), rest].concat(), bytes);
            }
        }
    }
}
