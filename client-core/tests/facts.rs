//! `docs/facts.md` is made of the code, and is never behind it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

use std::fmt::Write as _;
use std::path::Path;

use habeas_client_core::case::{Field, KINDS, Kind, Reliability, SourceKind, Takes, Word};
use habeas_texts::{Lang, key, named};

const INTRODUCTION: &str = "\
# The kinds of fact

This page is made of the code by `HABEAS_WRITE_DOCS=1 cargo test -p habeas-client-core --test facts`; a test compares them.

A case holds facts and nothing else. A fact says *what*, *when*, *where*, *who says so* and *how they know*, and when it was written
down. Facts are only ever added: one that corrects or takes back another names it, and both stay.

In the Automerge document a fact is a flat map under `facts`, by its id (author's actor, number of the change, number in the change).
Its fields are texts, whole numbers and booleans:

| field | what it is |
|---|---|
| `kind` | one of those below |
| `from`, `to` | not before and not after, in seconds since 1970-01-01T00:00:00Z; a bound that is missing is open |
| `said` | the time in the author's own words, such as \u{201c}after lunch\u{201d} |
| `city`, `place` | the city by its word, and the station, court, hospital, square or street |
| `source`, `source_name`, `reliability` | who says so, and how they know |
| `recorded` | when it was written down, by the clock of the author's device: shown, never relied upon |
| `replaces` | ids of the facts that it corrects or takes back, with a space between |

A sensitive fact lies there sealed: as a fact of kind `sealed` with `recorded`, `replaces`, the name of what is sealed, and that. So does a limited one,
whose key only coordinators, the server's clerk and whoever wrote it have; it counts in nothing.

A kind or a field that a version does not know is kept as it is and shown as such. Beside `facts` the document holds `schema`, the number 1.

`habeas case export CASE --automerge FILE --unsealed` writes this document in the clear; the stock client reads it:

```js
import * as Automerge from '@automerge/automerge'
const { facts } = Automerge.load(fs.readFileSync('case.automerge'))
```
";

fn fields(kind: &Kind) -> String {
    let field = |field: &Field| {
        let takes = match field.takes {
            Takes::Text => "text".to_owned(),
            Takes::Date => "a day, `2021-01-10`; of a birth also the year".to_owned(),
            Takes::LocalTime => "a day and time on the clock of the place, `2026-09-08 10:00`".to_owned(),
            Takes::Article => "an article, `CAO 488(6)`".to_owned(),
            Takes::Number => "a whole number".to_owned(),
            Takes::YesNo => "yes or no".to_owned(),
            Takes::Key => "made by the program, where the attachment travels".to_owned(),
            Takes::OneOf(_, words) => words.join(", "),
        };
        let name = if field.required { format!("**`{}`**", field.name) } else { format!("`{}`", field.name) };
        format!("{name} ({takes})")
    };
    kind.fields.iter().map(field).collect::<Vec<_>>().join("; ")
}

/// The terms of the HURIDOCS micro-thesauri (2001) that name what a kind, or one of its words, states: number of the list, code and term, as
/// they stand in the data of OpenEvSys, HURIDOCS' own program. Kinds for which no list has a term have none here: a wider one would say
/// what the fact does not.
const TERMS: &[(&str, &str)] = &[
    ("sex female", "39 · 02 Female"),
    ("sex male", "39 · 01 Male"),
    ("vulnerability minor", "23 · 02 02 Children"),
    ("vulnerability pregnant", "23 · 02 01 01 Pregnant women"),
    ("vulnerability disability_group_1_or_2", "23 · 02 05 Disabled or handicapped persons"),
    ("vulnerability foreign", "1 · 01 12 09 05 14 01 Aliens"),
    ("restrained", "25 · 03 01 Restricted in movement"),
    ("in_vehicle", "17 · 07 04 Transport vehicle"),
    ("held", "4 · 03 01 02 Detention, imprisonment; 25 · 02 02 Arrested and currently held"),
    ("asked_not_here", "30 · 02 Capture is denied"),
    ("blocked_at_home", "4 · 03 01 05 House arrest"),
    ("released", "25 · 02 01 Arrested and released or escaped"),
    ("died", "25 · 01 01 Dead"),
    ("lawyer", "21 · 01 06 02 01 Lawyer"),
    ("lawyer_admitted", "30 · 01 01 01 02 Contact with legal counsel is permitted"),
    (
        "lawyer_refused",
        "30 · 01 01 02 02 Contact with legal counsel is not permitted; 4 · 35 01 13 Denial of the right to communication with defence",
    ),
    ("lawyer_meeting", "31 · 10 Private consultation with legal counsel permitted"),
    ("interrogated lawyer_present", "31 · 05 Legal counsel provided during interrogation"),
    ("official", "1 · 19 20 01 20 05 02 State agents"),
    ("injury", "25 · 01 02 Wounded; injured"),
    ("ill_treatment", "4 · 02 01 Direct violations against personal integrity"),
    ("medical_examination", "16 · 16 08 25 19 09 01 Physician's examination"),
    ("conditions", "1 · 16 18 09 19 15 01 Prison conditions"),
    ("property_taken", "4 · 13 01 07 Confiscation of property"),
    ("incident", "22 · 21 Smaller event within a bigger event"),
    ("official_claim", "28 · 01 Declaration from officials"),
    (
        "attachment",
        "16 · 16 08 15 20 15 01 Photograph; 16 · 22 09 04 05 15 01 Videotape or film; 16 · 01 21 04 09 15 01 Audiotape; 16 · 03 15 21 18 20 01 Court records",
    ),
    ("source person", "19 · 01 01 Victim him/herself"),
    ("source relative", "19 · 02 01 01 Relative of victim"),
    ("source lawyer", "19 · 04 01 Lawyer"),
    ("source witness", "19 · 01 02 Witness"),
    ("source recording", "16 · 22 09 04 05 15 01 Videotape or film; 16 · 01 21 04 09 15 01 Audiotape"),
    ("source court", "16 · 03 15 21 18 20 01 Court records"),
    ("source press", "19 · 03 01 Reporter"),
    ("reliability first_hand", "19 · 01 Involved in the event"),
    ("reliability reported", "19 · 03 Third party (relayed information from witnesses or participants in the event)"),
];

/// The lists that terms are taken from, by their number.
const LISTS: &str = "1 Index terms, 4 Types of acts, 16 Types of source material, 17 Types of locations, 19 Source connection to information, \
    21 Types of relationships, 22 Types of chain of events, 23 Relevant characteristics, 25 Status as victim, 28 Attribution, \
    30 Whereabouts and outside contact during detention, 31 Legal counsel, 39 Sex";

/// What a kind, or a word of one, is called there; the words of a kind with the word before each.
fn thesaurus(name: &str) -> String {
    let terms = TERMS.iter().filter_map(|(known, term)| match known.strip_prefix(name)? {
        "" => Some((*term).to_owned()),
        word => Some(format!("{}: {term}", word.strip_prefix(' ')?)),
    });
    terms.collect::<Vec<_>>().join("; ")
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let say = |lang: Lang, prefix: &str, word: &str| named(lang, &key(prefix, word)).unwrap();
    let mut words = |title: &str, prefix: &str, words: &[&str]| {
        let _ = write!(page, "\n## {title}\n\n| word | English | русский | қазақша | HURIDOCS |\n|---|---|---|---|---|\n");
        for word in words {
            let said = [Lang::En, Lang::Ru, Lang::Kk].map(|lang| say(lang, prefix, word)).join(" | ");
            let _ = writeln!(page, "| `{word}` | {said} | {} |", thesaurus(&format!("{prefix} {word}")));
        }
    };
    words("Who says so", "source", SourceKind::WORDS);
    words("How they know", "reliability", Reliability::WORDS);
    page += "\n## Kinds\n\nFields in bold must be there. What happens has a time and a place; what is so has none.\n\
        What is marked * is always sealed under a key of its own, so that it can be erased alone; other facts are if whoever records them says so.\n\
        Of those, what is marked \u{2021} is limited always: for coordinators and whoever writes it, and not for others who read the case.\n\
        The last column names the terms of the [HURIDOCS micro-thesauri](https://huridocs.org/resource-library/) that say the same: the number of the\n\
        list, the code and the term, where one exists; for a word of a kind after that word. The lists are: ";
    page += LISTS;
    page += ".\n\nTheir \u{201c}administrative detention\u{201d} (list 29) is detention without charge or trial, and not detention for an administrative\n\
        offence: it is no term for `regime administrative`.\n\n";
    page += "| kind | English | русский | қазақша | happens | own fields | HURIDOCS |\n|---|---|---|---|---|---|---|\n";
    for kind in &KINDS {
        let said = [Lang::En, Lang::Ru, Lang::Kk].map(|lang| say(lang, "fact", kind.name)).join(" | ");
        let happens = if kind.timed { "yes" } else { "" };
        let sensitive = match (kind.limited, kind.sensitive) {
            (true, _) => " * \u{2021}",
            (false, true) => " *",
            (false, false) => "",
        };
        let _ =
            writeln!(page, "| `{}`{sensitive} | {said} | {happens} | {} | {} |", kind.name, fields(kind), thesaurus(kind.name));
    }
    page
}

#[test]
fn every_term_belongs_to_a_kind_or_a_word_that_there_is() {
    let words = |kind: &Kind| {
        let of_fields = kind.fields.iter().flat_map(|field| match field.takes {
            Takes::OneOf(_, words) => words.to_vec(),
            _ => vec![field.name],
        });
        of_fields.map(|word| format!("{} {word}", kind.name)).collect::<Vec<_>>()
    };
    let mut known: Vec<String> = KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    known.extend(KINDS.iter().flat_map(words));
    known.extend(SourceKind::WORDS.iter().map(|word| format!("source {word}")));
    known.extend(Reliability::WORDS.iter().map(|word| format!("reliability {word}")));
    for (name, _) in TERMS {
        assert!(known.iter().any(|known| known == name), "{name}");
    }
}

#[test]
fn the_page_about_facts_says_what_the_code_knows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/facts.md");
    if std::env::var_os("HABEAS_WRITE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page(), "docs/facts.md is behind the code; its first line says how it is made anew");
}
