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
            Takes::Article => "an article, `CAO 488(6)`".to_owned(),
            Takes::Number => "a whole number".to_owned(),
            Takes::YesNo => "yes or no".to_owned(),
            Takes::OneOf(_, words) => words.join(", "),
        };
        let name = if field.required { format!("**`{}`**", field.name) } else { format!("`{}`", field.name) };
        format!("{name} ({takes})")
    };
    kind.fields.iter().map(field).collect::<Vec<_>>().join("; ")
}

/// The list of the HURIDOCS micro-thesauri (2001) in which the field looks for what a kind says, by the number and name in their table of
/// contents. The terms inside the lists were not read, so none is named.
fn thesaurus(kind: &str) -> &'static str {
    match kind {
        "restrained" | "held" | "blocked_at_home" | "transferred" | "property_taken" | "lawyer_refused" | "sentenced" => {
            "4. Types of acts"
        }
        "ill_treatment" | "injury" => "5. Methods of violence",
        "head_count" => "7. Counting units",
        "description" => "11. Physical descriptors",
        _ => "",
    }
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let say = |lang: Lang, prefix: &str, word: &str| named(lang, &key(prefix, word)).unwrap();
    let mut words = |title: &str, prefix: &str, words: &[&str]| {
        let _ = write!(page, "\n## {title}\n\n| word | English | русский | қазақша |\n|---|---|---|---|\n");
        for word in words {
            let said = [Lang::En, Lang::Ru, Lang::Kk].map(|lang| say(lang, prefix, word)).join(" | ");
            let _ = writeln!(page, "| `{word}` | {said} |");
        }
    };
    words("Who says so", "source", SourceKind::WORDS);
    words("How they know", "reliability", Reliability::WORDS);
    page += "\n## Kinds\n\nFields in bold must be there. What happens has a time and a place; what is so has none.\n\
        The last column names the list of the [HURIDOCS micro-thesauri](https://huridocs.org/resource-library/) that the field would look in;\n\
        the terms inside the lists are still to be read and named.\n\n";
    page += "| kind | English | русский | қазақша | happens | own fields | HURIDOCS list |\n|---|---|---|---|---|---|---|\n";
    for kind in &KINDS {
        let said = [Lang::En, Lang::Ru, Lang::Kk].map(|lang| say(lang, "fact", kind.name)).join(" | ");
        let happens = if kind.timed { "yes" } else { "" };
        let _ = writeln!(page, "| `{}` | {said} | {happens} | {} | {} |", kind.name, fields(kind), thesaurus(kind.name));
    }
    page
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
