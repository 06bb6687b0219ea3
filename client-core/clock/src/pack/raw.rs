//! A pack's file as it is written, before anything in it is checked. Fields that do not exist are refused here.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Binding, Counting, Measure, Severity, Status, VersionBy};
use crate::record::{EventKind, Term};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    pub pack: RawPack,
    pub law: Vec<Spanned<RawLaw>>,
    #[serde(default)]
    pub group: BTreeMap<Spanned<String>, RawWhen>,
    pub rule: Vec<RawRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub id: Spanned<String>,
    pub edition: Spanned<String>,
    pub reviewed_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLaw {
    pub id: String,
    pub url: String,
    pub language: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub id: Spanned<String>,
    pub kind: Spanned<Measure>,
    pub binding: Binding,
    pub severity: Severity,
    pub action: Option<Spanned<String>>,
    pub start: Option<Spanned<EventKind>>,
    pub or_start: Option<RawOther>,
    #[serde(default)]
    pub stop: Vec<EventKind>,
    #[serde(default)]
    pub done: Vec<EventKind>,
    #[serde(default)]
    pub lapses: Vec<EventKind>,
    pub before: Option<EventKind>,
    pub before_limit: Option<Spanned<String>>,
    pub unseen: Option<bool>,
    pub of: Option<Term>,
    pub together: Option<bool>,
    #[serde(default)]
    pub version_by: VersionBy,
    pub what: Option<EventKind>,
    pub after: Option<EventKind>,
    #[serde(default)]
    pub applies: RawWhen,
    #[serde(default)]
    pub only_if_known: bool,
    pub value: Vec<Spanned<RawValue>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOther {
    pub event: EventKind,
    pub when: RawWhen,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawWhen {
    #[serde(default)]
    pub all: Vec<Spanned<String>>,
    #[serde(default)]
    pub any: Vec<Spanned<String>>,
    #[serde(default)]
    pub none: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawValue {
    pub from: Option<Spanned<String>>,
    pub until: Option<Spanned<String>>,
    pub status: Status,
    pub case: Vec<Spanned<RawCase>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCase {
    #[serde(default)]
    pub when: RawWhen,
    #[serde(default)]
    pub only_if_known: bool,
    #[serde(default)]
    pub limits: Vec<Spanned<String>>,
    #[serde(default)]
    pub counting: Vec<Counting>,
    pub law: Spanned<String>,
    pub article: Spanned<String>,
}
