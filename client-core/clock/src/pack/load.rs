//! Reading a pack from its TOML file. Lawyers edit these files, so every error names the line and says what to write.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use toml::Spanned;

use super::raw::{RawCase, RawFile, RawLaw, RawRule, RawValue, RawWhen};
use super::{Before, Case, Citation, Condition, Counting, Kind, Limit, Measure, Pack, Rule, Value, When};
use crate::record::{EventKind, Length, Term};
use crate::written;

/// The conditions that a case can record; a pack that names another is refused.
const VOCABULARY: &[&str] = &[
    "arrest_imposed",
    "circumstance.emergency",
    "circumstance.remote",
    "crime.causing_death",
    "crime.criminal_group",
    "crime.drugs",
    "crime.especially_grave",
    "crime.mass_riot",
    "crime.sexual_against_minor",
    "crime.terrorist_or_extremist",
    "disability_group_1_or_2",
    "extended_by_court",
    "foreign",
    "interrogation.urgent",
    "intoxicated",
    "man_alone_with_child_under_14",
    "man_63_or_over",
    "man_over_63",
    "minor",
    "offence.border",
    "offence.carries_arrest",
    "pregnant",
    "regime.administrative",
    "regime.criminal",
    "regime.none",
    "regime.preventive",
    "regime.unsettled",
    "relatives_requested",
    "status.talk",
    "woman_58_or_over",
    "woman_over_58",
    "woman_with_child_under_14",
];

/// The largest file that is read, in bytes.
const MAX_FILE: usize = 1 << 20;

/// Why a pack was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct PackError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there and what to write instead.
    pub what: String,
}

impl Pack {
    /// Reads and checks a pack. Nothing is guessed: an unknown field, an unknown condition, overlapping dates or a case
    /// that can never be reached is an error with its line.
    pub fn load(text: &str) -> Result<Self, PackError> {
        if text.len() > MAX_FILE {
            return Err(PackError { line: 1, what: format!("the file is larger than {MAX_FILE} bytes; split it into packs") });
        }
        let mut check = Check { text, groups: BTreeMap::new() };
        let raw: RawFile =
            toml::from_str(text).map_err(|error| check.fail(error.span().unwrap_or(0..0), error.message().to_owned()))?;
        let mut groups = BTreeMap::new();
        for (name, when) in raw.group {
            check.name(&name)?;
            // Read while `check.groups` is still empty: a group holds conditions, never groups, so none can hold itself.
            groups.insert(name.into_inner(), check.when(when)?);
        }
        check.groups = groups;
        let laws = check.laws(raw.law)?;
        let id = raw.pack.id.get_ref().clone();
        check.name(&raw.pack.id)?;
        let mut rules: Vec<Rule> = Vec::with_capacity(raw.rule.len());
        let mut spans: Vec<Range<usize>> = Vec::with_capacity(raw.rule.len());
        for rule in raw.rule {
            let span = rule.id.span();
            let rule = check.rule(rule, &laws, &id)?;
            if rules.iter().any(|earlier| earlier.id == rule.id) {
                return Err(check.fail(span.clone(), format!("there is already a rule `{}`; give this one another id", rule.id)));
            }
            rules.push(rule);
            spans.push(span);
        }
        check.references(&rules, &spans)?;
        Ok(Self {
            id,
            edition: check.date(&raw.pack.edition)?,
            reviewed_by: raw.pack.reviewed_by.filter(|by| !by.is_empty()),
            rules,
        })
    }
}

/// Checks what the types cannot, with the file's text at hand to tell lines.
struct Check<'a> {
    text: &'a str,
    groups: BTreeMap<String, When>,
}

impl Check<'_> {
    fn fail(&self, span: Range<usize>, what: impl Into<String>) -> PackError {
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        PackError { line: 1 + before.iter().filter(|&&b| b == b'\n').count(), what: what.into() }
    }

    /// A limit before which something must be done is one of custody in this pack.
    fn references(&self, rules: &[Rule], spans: &[Range<usize>]) -> Result<(), PackError> {
        for (rule, span) in rules.iter().zip(spans) {
            if let Kind::DoneBefore { before: Before::Limit(id), .. } = &rule.kind {
                let fits = |other: &&Rule| other.id == *id && matches!(other.kind, Kind::AtMost { .. });
                if !rules.iter().any(|other| fits(&other)) {
                    return Err(self.fail(span.clone(), format!("`before_limit` names no rule of kind at_most: `{id}`")));
                }
            }
        }
        Ok(())
    }

    fn name(&self, name: &Spanned<String>) -> Result<(), PackError> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
        if name.get_ref().is_empty() || !name.get_ref().chars().all(allowed) {
            return Err(self.fail(name.span(), "an id holds only a to z, 0 to 9, dots and underscores"));
        }
        Ok(())
    }

    fn date(&self, text: &Spanned<String>) -> Result<Date, PackError> {
        let expected = "write the date as \"2018-01-05\", between 1900 and 2199";
        written::date(text.get_ref()).ok_or_else(|| self.fail(text.span(), expected))
    }

    fn laws(&self, raw: Vec<Spanned<RawLaw>>) -> Result<Vec<RawLaw>, PackError> {
        let mut laws: Vec<RawLaw> = Vec::with_capacity(raw.len());
        for law in raw {
            let span = law.span();
            let law = law.into_inner();
            if !law.url.starts_with("https://") {
                return Err(self.fail(span, format!("the address of `{}` must begin with https://", law.id)));
            }
            if laws.iter().any(|earlier| earlier.id == law.id) {
                return Err(self.fail(span, format!("the law `{}` is listed twice; keep one", law.id)));
            }
            laws.push(law);
        }
        Ok(laws)
    }

    fn rule(&self, raw: RawRule, laws: &[RawLaw], pack: &str) -> Result<Rule, PackError> {
        self.name(&raw.id)?;
        if !raw.id.get_ref().starts_with(&format!("{pack}.")) {
            return Err(self.fail(raw.id.span(), format!("the id of a rule of this pack begins with `{pack}.`")));
        }
        let (span, measures) = (raw.id.span(), *raw.kind.get_ref());
        let kind = self.kind(&raw)?;
        let or_start = raw.or_start.map(|other| Ok((other.event, self.when(other.when)?))).transpose()?;
        let kind = match (kind, or_start) {
            (Kind::AtMost { start, stop, .. }, or_start) => Kind::AtMost { start, or_start, stop },
            (_, Some(_)) => return Err(self.fail(span, "only a rule of kind at_most takes `or_start`")),
            (kind, None) => kind,
        };
        if raw.value.is_empty() {
            return Err(self.fail(raw.id.span(), "a rule needs at least one [[rule.value]]"));
        }
        let mut values: Vec<Value> = Vec::with_capacity(raw.value.len());
        for value in raw.value {
            let span = value.span();
            let value = self.value(value.into_inner(), measures, kind.is_timed(), laws)?;
            if value.until.is_some() && value.until <= value.from {
                return Err(self.fail(span, "`until` is the first day no longer in force and must lie after `from`"));
            }
            if let Some(earlier) = values.last() {
                match (earlier.until, value.from) {
                    (Some(until), Some(from)) if until <= from => {}
                    _ => return Err(self.fail(span, "values stand in order and do not overlap: end the one before with `until`")),
                }
            }
            values.push(value);
        }
        if let Some(action) = &raw.action {
            self.name(action)?;
        }
        Ok(Rule {
            applies: self.when(raw.applies)?,
            only_if_known: raw.only_if_known,
            id: raw.id.into_inner().into(),
            kind,
            binding: raw.binding,
            severity: raw.severity,
            version_by: raw.version_by,
            action: raw.action.map(|action| action.into_inner().into()),
            values,
        })
    }

    /// What a rule measures; whatever its kind does not take is refused, so that nobody believes in a line that has no effect.
    fn kind(&self, raw: &RawRule) -> Result<Kind, PackError> {
        let given = [
            ("start", raw.start.is_some()),
            ("stop", !raw.stop.is_empty()),
            ("done", !raw.done.is_empty()),
            ("lapses", !raw.lapses.is_empty()),
            ("before", raw.before.is_some()),
            ("before_limit", raw.before_limit.is_some()),
            ("unseen", raw.unseen.is_some()),
            ("of", raw.of.is_some()),
            ("together", raw.together.is_some()),
            ("what", raw.what.is_some()),
            ("after", raw.after.is_some()),
        ];
        let name = raw.kind.get_ref().word();
        let (needs, takes): (&[&str], &[&str]) = match raw.kind.get_ref() {
            Measure::AtMost => (&["start", "stop"], &[]),
            Measure::DoneWithin => (&["start", "done"], &["lapses", "unseen"]),
            Measure::AtOnce => (&["start", "done"], &["lapses", "unseen"]),
            Measure::DoneBefore => (&["done"], &["before", "before_limit", "lapses", "unseen"]),
            Measure::SentenceAtMost => (&["of"], &["together"]),
            Measure::Prohibited => (&["what"], &["after"]),
        };
        let missing = || needs.iter().find(|need| given.iter().any(|(field, there)| field == *need && !there));
        if let Some(need) = missing() {
            return Err(self.fail(raw.kind.span(), format!("a rule of kind {name} needs `{need}`")));
        }
        if let Some((field, _)) = given.iter().find(|(field, there)| *there && !needs.contains(field) && !takes.contains(field)) {
            return Err(self.fail(raw.kind.span(), format!("a rule of kind {name} takes no `{field}`")));
        }
        let start = raw.start.as_ref().map_or(EventKind::Restrained, |start| *start.get_ref());
        if let Some(written) = raw.start.as_ref().filter(|_| matches!(start, EventKind::LastFree | EventKind::InCustody)) {
            return Err(self.fail(written.span(), "a sighting starts no clock; write what happened, such as \"restrained\""));
        }
        let (unseen, lapses) = (raw.unseen.unwrap_or(false), raw.lapses.clone());
        Ok(match raw.kind.get_ref() {
            Measure::AtMost => Kind::AtMost { start, or_start: None, stop: raw.stop.clone() },
            Measure::DoneWithin => Kind::DoneWithin { start, done: raw.done.clone(), lapses, unseen, at_once: false },
            Measure::AtOnce => Kind::DoneWithin { start, done: raw.done.clone(), lapses, unseen, at_once: true },
            Measure::DoneBefore => {
                let before = match (raw.before, &raw.before_limit) {
                    (Some(event), None) => Before::Event(event),
                    (None, Some(rule)) => Before::Limit(rule.get_ref().as_str().into()),
                    _ => {
                        let what =
                            "a rule of kind done_before needs either `before`, an event, or `before_limit`, the id of a rule";
                        return Err(self.fail(raw.kind.span(), what));
                    }
                };
                Kind::DoneBefore { done: raw.done.clone(), lapses, before, unseen }
            }
            Measure::SentenceAtMost if raw.together == Some(true) && raw.of == Some(Term::Remand) => {
                return Err(self.fail(raw.kind.span(), "arrests and interrogations count `together`, remand does not"));
            }
            Measure::SentenceAtMost => {
                Kind::SentenceAtMost { of: raw.of.unwrap_or(Term::Arrest), together: raw.together.unwrap_or(false) }
            }
            Measure::Prohibited => Kind::Prohibited { what: raw.what.unwrap_or(EventKind::ArrestImposed), after: raw.after },
        })
    }

    fn value(&self, raw: RawValue, kind: Measure, timed: bool, laws: &[RawLaw]) -> Result<Value, PackError> {
        let from = raw.from.as_ref().map(|date| self.date(date)).transpose()?;
        let until = raw.until.as_ref().map(|date| self.date(date)).transpose()?;
        let last = raw.case.len().saturating_sub(1);
        let mut cases = Vec::with_capacity(raw.case.len());
        for (index, case) in raw.case.into_iter().enumerate() {
            let span = case.span();
            let case = self.case(case.into_inner(), kind, timed, laws)?;
            match (case.when.is_empty(), index == last) {
                (true, false) => {
                    return Err(self.fail(span, "this case has no `when`, so those after it are never reached; put it last"));
                }
                (false, true) => return Err(self.fail(span, "the last case is for everybody else and must have no `when`")),
                _ => cases.push(case),
            }
        }
        Ok(Value { from, until, status: raw.status, cases })
    }

    fn case(&self, raw: RawCase, kind: Measure, timed: bool, laws: &[RawLaw]) -> Result<Case, PackError> {
        let law = laws.iter().find(|law| law.id == *raw.law.get_ref()).ok_or_else(|| {
            let known: Vec<&str> = laws.iter().map(|law| law.id.as_str()).collect();
            self.fail(raw.law.span(), format!("no [[law]] has the id `{}`; there are: {}", raw.law.get_ref(), known.join(", ")))
        })?;
        if raw.article.get_ref().trim().is_empty() {
            return Err(self.fail(raw.article.span(), "every limit cites its article, such as \"789(3)\""));
        }
        if raw.limits.is_empty() && timed && kind != Measure::AtOnce {
            return Err(self.fail(raw.law.span(), "`limits` needs at least one limit, such as [\"48h\"]"));
        }
        if !raw.limits.is_empty() && !timed && kind == Measure::Prohibited {
            return Err(self.fail(raw.law.span(), "what is prohibited at any time has no `limits`; with `after` it has"));
        }
        let mut limits: Vec<Limit> = Vec::new();
        if kind == Measure::AtOnce {
            limits.extend([Some(Limit::Hours(0)), raw.limits.is_empty().then_some(Limit::None)].into_iter().flatten());
        }
        for limit in &raw.limits {
            limits.extend(self.limits(limit, &raw.counting, kind)?);
        }
        let citation = Citation {
            law: law.id.clone(),
            article: raw.article.into_inner(),
            url: law.url.clone(),
            language: law.language.clone(),
        };
        Ok(Case { when: self.when(raw.when)?, only_if_known: raw.only_if_known, limits, citation: Arc::new(citation) })
    }

    /// A limit, in every way in which it is counted.
    fn limits(&self, text: &Spanned<String>, counting: &[Counting], kind: Measure) -> Result<Vec<Limit>, PackError> {
        let number = |suffix| text.get_ref().strip_suffix(suffix).and_then(|n: &str| n.parse::<u32>().ok());
        let hours = number("h").filter(|n| *n <= 87_600 && (*n > 0 || kind == Measure::DoneBefore)).map(Limit::Hours);
        let days = number("d").filter(|n| (1..=3_650).contains(n)).map(Length::Days);
        let length = days.or_else(|| number("mo").filter(|n| (1..=120).contains(n)).map(Length::Months));
        let ordered = match text.get_ref().as_str() {
            "arrest" => Some(Term::Arrest),
            "remand" => Some(Term::Remand),
            _ => None,
        };
        let fail = |what: &str| Err(self.fail(text.span(), what));
        if kind == Measure::SentenceAtMost {
            let hours = number("h").filter(|n| (1..=24).contains(n)).map(|hours| Length::Minutes(hours * 60));
            return match length.or(hours) {
                Some(length) => Ok(vec![Limit::Order(length)]),
                None => fail(
                    "write the limit in days or months, as \"15d\" (1 to 3650) or \"2mo\" (1 to 120), and of an interrogation in hours, as \"4h\" (1 to 24)",
                ),
            };
        }
        if let Some(hours) = hours {
            return Ok(vec![hours]);
        }
        if kind == Measure::DoneBefore {
            return fail("write the limit in hours, as \"8h\" (0 to 87600)");
        }
        let each = |limit: &dyn Fn(Counting) -> Limit| counting.iter().map(|counting| limit(*counting)).collect();
        match (length, ordered) {
            (None, None) => fail(
                "write the limit in hours, as \"48h\" (1 to 87600), in days or months, as \"10d\" or \"2mo\", or as what the court ordered: \"arrest\", \"remand\"",
            ),
            _ if counting.is_empty() => {
                fail("days and months need `counting`: one or more of \"first_day\", \"next_day\", \"minute\"")
            }
            (Some(length), _) => Ok(each(&|counting| Limit::Calendar(length, counting))),
            (_, Some(of)) => Ok(each(&|counting| Limit::Imposed(of, counting))),
        }
    }

    fn when(&self, raw: RawWhen) -> Result<When, PackError> {
        let read = |list: Vec<Spanned<String>>| list.iter().map(|text| self.condition(text)).collect::<Result<Vec<_>, _>>();
        Ok(When { all: read(raw.all)?, any: read(raw.any)?, none: read(raw.none)? })
    }

    fn condition(&self, text: &Spanned<String>) -> Result<Condition, PackError> {
        let name = text.get_ref();
        if let Some(article) = name.strip_prefix("article:") {
            if article.trim() != article || !article.contains(' ') {
                return Err(self.fail(text.span(), "write an article with its law, as \"article:CAO 488(6)\""));
            }
            return Ok(Condition::Article(article.to_owned()));
        }
        if let Some(group) = name.strip_prefix("group:") {
            let when = self.groups.get(group).ok_or_else(|| {
                self.fail(text.span(), format!("there is no [group.{group}] to use here (groups hold conditions, not groups)"))
            })?;
            return Ok(Condition::Group(group.to_owned(), Box::new(when.clone())));
        }
        if VOCABULARY.contains(&name.as_str()) {
            return Ok(Condition::Named(name.clone()));
        }
        let nearest = VOCABULARY.iter().min_by_key(|known| strsim::levenshtein(known, name)).copied().unwrap_or_default();
        Err(self.fail(
            text.span(),
            format!("there is no condition `{name}`; did you mean `{nearest}`? All: {}", VOCABULARY.join(", ")),
        ))
    }
}
