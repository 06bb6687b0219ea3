//! A fact as it lies in the document: a flat map of names to texts, whole numbers and booleans.
//!
//! Flat, because what is not nested needs no bound on nesting, and a change that only ever sets scalars under a map of its
//! own can be checked completely before Automerge sees it.

use std::collections::BTreeMap;

use habeas_texts::{self as texts, Message};
use serde::{Deserialize, Serialize};

/// The longest text in one field, in bytes of UTF-8: about two pages in Cyrillic.
pub const MAX_TEXT: usize = 8 * 1024;
/// The most fields in one fact.
pub const MAX_FIELDS: usize = 48;
/// The longest name of a field, in bytes.
pub const MAX_NAME: usize = 40;

/// The fields of one fact, in the order of their names.
pub type Fields = BTreeMap<String, Scalar>;

/// What a field can hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Yes or no.
    Bool(bool),
    /// A whole number; an instant is its seconds since 1970.
    Int(i64),
    /// A text of 1 to [`MAX_TEXT`] bytes.
    Text(String),
}

/// A field that cannot be recorded: which, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct BadField {
    /// The field's name.
    pub field: String,
    /// What is wrong with it and what to write instead.
    pub reason: Message,
}

impl BadField {
    pub(crate) fn new(field: impl Into<String>, reason: Message) -> Self {
        Self { field: field.into(), reason }
    }
}

impl From<BadField> for Message {
    fn from(error: BadField) -> Self {
        texts::error_field(error.field, error.reason)
    }
}

/// Whether `name` may be the name of a field: 1 to [`MAX_NAME`] of a to z, 0 to 9 and underscore.
pub(crate) fn is_name(name: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(allowed)
}

/// Checks one text: its length, and that it holds no control characters but line breaks and tabs.
pub(crate) fn check_text(field: &str, text: &str) -> Result<(), BadField> {
    if text.trim().is_empty() {
        return Err(BadField::new(field, texts::error_text_empty()));
    }
    if text.len() > MAX_TEXT {
        return Err(BadField::new(field, texts::error_text_long(text.len(), MAX_TEXT)));
    }
    if let Some(control) = text.chars().find(|&c| c.is_control() && c != '\n' && c != '\t') {
        return Err(BadField::new(field, texts::error_text_control(format!("U+{:04X}", control as u32))));
    }
    Ok(())
}

/// Checks what a document may hold, whatever the kind: see [`is_name`], [`check_text`], [`MAX_FIELDS`].
pub(crate) fn check(fields: &Fields) -> Result<(), BadField> {
    if fields.len() > MAX_FIELDS {
        return Err(BadField::new("fields", texts::error_fields_many(fields.len(), MAX_FIELDS)));
    }
    for (name, value) in fields {
        if !is_name(name) {
            return Err(BadField::new(name.chars().take(MAX_NAME).collect::<String>(), texts::error_field_name()));
        }
        if let Scalar::Text(text) = value {
            check_text(name, text)?;
        }
    }
    if !matches!(fields.get("kind"), Some(Scalar::Text(_))) {
        return Err(BadField::new("kind", texts::error_kind_missing()));
    }
    Ok(())
}
