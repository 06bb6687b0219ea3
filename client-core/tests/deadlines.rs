//! `docs/deadlines.md` is made of the packs by the clock itself, and is never behind them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails loudly")]

use std::fmt::Write as _;
use std::path::Path;

use habeas_client_core::words::{Words, word};
use habeas_clock::{
    Before, Claimant, Condition, Event, EventKind, Instant, Interval, Kind, Length, Limit, Pack, Record, Rule, Sentence, Status,
    Term, Truth, Value, Verdict, When, evaluate,
};
use habeas_texts::Lang;

const INTRODUCTION: &str = "\
# Every limit that the clock knows

This page is made of the rules by `HABEAS_WRITE_DOCS=1 cargo test -p habeas-client-core --test deadlines`; a test compares them.

No lawyer has reviewed these rules yet. *Text* says of each how well it is known: read, inferred (it follows from texts that were
read) or unverified. The example of each rule was worked out by the clock, at a place in Almaty.
";

fn packs() -> Vec<Pack> {
    let files = [
        include_str!("../../rules/kz.toml"),
        include_str!("../../rules/ru.toml"),
        include_str!("../../rules/ge.toml"),
        include_str!("../../rules/intl.toml"),
    ];
    files.map(|file| Pack::load(file).unwrap()).into()
}

fn event(kind: EventKind, when: Interval) -> Event {
    Event { kind, when, denied: false, claim: Claimant::Observed, fact: "example".to_owned() }
}

/// The conditions of a rule, made to hold.
fn suppose(when: &When, record: &mut Record) {
    let mut say = |condition: &Condition, truth: bool| match condition {
        Condition::Named(name) => record.conditions.push((name.clone(), truth.into(), "example".to_owned())),
        Condition::Article(article) if truth => record.articles.push((article.clone(), "example".to_owned())),
        Condition::Article(_) => {}
        Condition::Group(_, group) => {
            let of_group: Vec<&Condition> = group.all.iter().chain(group.any.first()).collect();
            for condition in of_group {
                if let Condition::Named(name) = condition {
                    record.conditions.push((name.clone(), truth.into(), "example".to_owned()));
                }
            }
        }
    };
    when.all.iter().chain(when.any.first()).for_each(|condition| say(condition, true));
    when.none.iter().for_each(|condition| say(condition, false));
}

/// A story under the rule at a time at which a value was in force, with what happened just too late, in words.
fn example(pack: &Pack, rule: &Rule, value: &Value) -> (String, String) {
    let zone = habeas_clock::Zone::named("Asia/Almaty").unwrap();
    let day = value.from.or(value.until.map(|until| until.yesterday().unwrap().yesterday().unwrap().yesterday().unwrap()));
    let day = day.map_or_else(
        || "2026-09-07".to_owned(),
        |day| day.checked_add(jiff::Span::new().days(i64::from(value.from.is_some()))).unwrap().to_string(),
    );
    let at_night = matches!(rule.kind, Kind::Prohibited { what: EventKind::InterrogatedAtNight, .. });
    let start = zone.minute(&format!("{day} {}", if at_night { "23:05" } else { "14:05" })).unwrap();
    let began = start.from.unwrap();
    let mut record = Record::new(zone.clone());
    suppose(&rule.applies, &mut record);
    let last = value.cases.last().unwrap();
    // Everybody else: none of the conditions of the cases before holds.
    for case in &value.cases[..value.cases.len() - 1] {
        for condition in case.when.all.iter().chain(&case.when.any) {
            if let Condition::Named(name) = condition
                && !record.conditions.iter().any(|(known, ..)| known == name)
            {
                record.conditions.push((name.clone(), Truth::False, "example".to_owned()));
            }
        }
    }
    let words = |now: Instant| Words {
        lang: Lang::En,
        zone: zone.clone(),
        now: now.plus_seconds(-900 * 24 * 3600),
        people: Default::default(),
    };
    let of_rule = |record: &Record, now: Instant| {
        let found = evaluate(pack, record, now);
        found.into_iter().find(|finding| finding.rule == rule.id).unwrap()
    };
    // An example to which its rule does not apply would show nothing.
    let says = |record: &Record, now: Instant| {
        let finding = of_rule(record, now);
        assert_ne!(finding.verdict, Verdict::NotApplicable, "the example of {}", rule.id);
        words(now).explain(&finding)
    };
    let ordered = |record: &mut Record, of: Term, length: Length| {
        record.sentences.push(Sentence::new(of, length, start, "example".to_owned()));
    };
    let (reference, done): (EventKind, Option<EventKind>) = match &rule.kind {
        Kind::AtMost { start, stop, .. } => (*start, stop.first().copied()),
        Kind::DoneWithin { start, done, .. } => (*start, done.first().copied()),
        Kind::DoneBefore { before: Before::Event(event), done, .. } => (*event, done.first().copied()),
        Kind::DoneBefore { done, .. } => (EventKind::Restrained, done.first().copied()),
        Kind::SentenceAtMost { of, together } => {
            let most = last
                .limits
                .iter()
                .filter_map(|limit| if let Limit::Order(length) = limit { Some(*length) } else { None })
                .max()
                .unwrap();
            let beyond = match most {
                Length::Days(days) => Length::Days(days + 1),
                Length::Months(months) => Length::Months(months + 1),
                Length::Minutes(minutes) => Length::Minutes(minutes + 1),
            };
            // By then everything is over, the interrogations of a day too.
            let now = began.plus_seconds(24 * 3600);
            let story = if let (true, Length::Minutes(minutes)) = (*together, most) {
                let (first, second) = (Length::Minutes(minutes / 2), Length::Minutes(minutes / 2 + 1));
                ordered(&mut record, *of, first);
                let later = start.plus(i64::from(minutes / 2 + 60) * 60, i64::from(minutes / 2 + 60) * 60);
                record.sentences.push(Sentence::new(*of, second, later, "example".to_owned()));
                format!("{first} and, an hour later, {second}")
            } else if *together {
                ordered(&mut record, *of, most);
                let more = Sentence::new(*of, Length::Days(1), start, "example".to_owned());
                record.sentences.push(Sentence { adds: true, ..more });
                format!("{most} and 1d added to them")
            } else {
                ordered(&mut record, *of, beyond);
                if *of == Term::Interrogation { format!("{beyond} without a break") } else { format!("{beyond} ordered") }
            };
            return (story, says(&record, now));
        }
        Kind::Prohibited { what, after: None } => {
            record.events.push(event(*what, start));
            let now = began.plus_seconds(3600);
            return (format!("{} on {}", name(*what), words(now).instant(began)), says(&record, now));
        }
        Kind::Prohibited { what, after: Some(after) } => (*after, Some(*what)),
    };
    record.events.push(event(reference, start));
    for limit in &last.limits {
        if let Limit::Imposed(of, _) = limit {
            ordered(&mut record, *of, Length::Days(15));
        }
    }
    let far = began.plus_seconds(3 * 24 * 3600);
    let mut probe = record.clone();
    if let (Kind::Prohibited { .. }, Some(what)) = (&rule.kind, done) {
        probe.events.push(event(what, start));
    }
    let deadline = of_rule(&probe, far).deadline;
    let late = deadline.to.or(deadline.from).unwrap_or(far).plus_seconds(60);
    let done = done.unwrap();
    record.events.push(event(done, Interval::at(late)));
    let now = late.plus_seconds(24 * 3600).max(far);
    let said = says(&record, now);
    (format!("{} {}; {} {}", name(reference), words(now).instant(began), name(done), words(now).instant(late)), said)
}

fn name(kind: EventKind) -> String {
    serde_word(kind).replace('_', " ")
}

fn serde_word(kind: EventKind) -> String {
    // The debug name in the words of packs.
    let mut out = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

fn limits(value: &Value) -> String {
    let mut all: Vec<String> = Vec::new();
    for limit in value.cases.iter().flat_map(|case| &case.limits) {
        let said = match limit {
            Limit::None => continue,
            Limit::Hours(0) => "at once".to_owned(),
            limit => limit.to_string(),
        };
        if !all.contains(&said) {
            all.push(said);
        }
    }
    all.join(", ")
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for pack in packs() {
        let _ = write!(page, "\n## `{}`, edition of {}\n", pack.id, pack.edition);
        for rule in &pack.rules {
            let said = [Lang::En, Lang::Ru, Lang::Kk].map(|lang| word(lang, "rule", &rule.id)).join(" · ");
            let _ = write!(page, "\n### `{}`\n\n{said}\n\n", rule.id);
            let counted = match &rule.kind {
                Kind::AtMost { start, stop, .. } => format!("from {} to {}", name(*start), list(stop)),
                Kind::DoneWithin { start, done, .. } => format!("from {}; done by: {}", name(*start), list(done)),
                Kind::DoneBefore { done, before: Before::Event(event), .. } => format!("{} before {}", list(done), name(*event)),
                Kind::DoneBefore { done, before: Before::Limit(id), .. } => {
                    format!("{} before the limit of `{id}` passes", list(done))
                }
                Kind::SentenceAtMost { of: Term::Interrogation, together: true } => {
                    "how long those of one day last together".to_owned()
                }
                Kind::SentenceAtMost { of: Term::Interrogation, .. } => "how long it lasts".to_owned(),
                Kind::SentenceAtMost { together: true, .. } => "what a court orders on one occasion, together".to_owned(),
                Kind::SentenceAtMost { .. } => "what a court orders".to_owned(),
                Kind::Prohibited { what, after: None } => name(*what),
                Kind::Prohibited { what, after: Some(after) } => format!("{} after {}", name(*what), name(*after)),
            };
            let _ = writeln!(page, "`{}`, {counted}.\n", rule.kind.measure().word());
            page += "| in force | limit | article | text | example | what the clock says |\n|---|---|---|---|---|---|\n";
            for value in &rule.values {
                let date = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
                let mut articles: Vec<String> = Vec::new();
                for case in &value.cases {
                    let cited = &case.citation;
                    let said = format!("[{} {}]({})", cited.law, cited.article, cited.url);
                    if !articles.contains(&said) {
                        articles.push(said);
                    }
                }
                let status = match value.status {
                    Status::Read => "read",
                    Status::Inferred => "inferred",
                    Status::Unverified => "unverified",
                };
                let (story, said) = example(&pack, rule, value);
                let _ = writeln!(
                    page,
                    "| {} – {} | {} | {} | {status} | {story} | {said} |",
                    date(value.from),
                    date(value.until),
                    limits(value),
                    articles.join("; ")
                );
            }
        }
    }
    page
}

fn list(kinds: &[EventKind]) -> String {
    kinds.iter().map(|kind| name(*kind)).collect::<Vec<_>>().join(" or ")
}

#[test]
fn the_page_about_deadlines_says_what_the_clock_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deadlines.md");
    if std::env::var_os("HABEAS_WRITE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "docs/deadlines.md is behind the rules; its first lines say how it is made anew");
}

#[test]
fn every_rule_has_a_name_and_an_action_in_every_language() {
    for pack in packs() {
        for rule in &pack.rules {
            for lang in [Lang::En, Lang::Ru, Lang::Kk] {
                assert_ne!(word(lang, "rule", &rule.id), *rule.id, "{lang:?}");
                if let Some(action) = &rule.action {
                    assert_ne!(word(lang, "action", action), **action, "{lang:?}: {}", rule.id);
                }
            }
        }
    }
}
