//! A case of which every field of every kind of fact holds words that are nowhere else, to be searched for wherever they must not lie.

use habeas_client_core::case::{Draft, Form, KINDS, Kind, Takes};

/// In every text that is planted.
pub const WORDS: [&str; 2] = ["kqvanary-qxz", "\u{436}\u{49b}анарйка"];

/// The words, and of what they are.
pub fn word(of: &str) -> String {
    format!("{} {} {of}", WORDS[0], WORDS[1])
}

/// A kind of fact with the word in every field that takes a text.
fn planted(kind: &Kind) -> Form {
    let text = |name: &str| match name {
        "case" => "0123456789abcdef0123456789abcdef".to_owned(),
        "sha256" => "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
        "url" => format!("https://example.org/{}", word("url")),
        name => word(&format!("{} {name}", kind.name)),
    };
    let value = |takes: Takes, name: &str| match takes {
        Takes::Text => Some(text(name)),
        Takes::Date => Some("2021-01-10".to_owned()),
        Takes::LocalTime => Some("2026-09-08 10:00".to_owned()),
        Takes::Article => Some("CAO 488(6)".to_owned()),
        Takes::Number => Some("15".to_owned()),
        Takes::YesNo => Some("yes".to_owned()),
        // The attachment that is attached below has one.
        Takes::Key => None,
        Takes::OneOf(_, words) => words.first().map(|word| (*word).to_owned()),
    };
    // A remand is measured in one unit.
    let fields = kind.fields.iter().filter(|field| (kind.name, field.name) != ("remand", "months"));
    Form {
        kind: kind.name.to_owned(),
        fields: fields.filter_map(|field| Some((field.name.to_owned(), value(field.takes, field.name)?))).collect(),
        said: word("said"),
        city: "almaty".to_owned(),
        place: word("place"),
        source_name: word("source name"),
        ..Form::default()
    }
}

/// Every kind but one: a retraction comes with what it takes back.
pub fn every_kind() -> Vec<Draft> {
    let now = habeas_clock::Instant::from_seconds(crate::quick::now()).unwrap();
    let kinds = KINDS.iter().filter(|kind| kind.name != "retraction");
    kinds.map(|kind| planted(kind).draft(None, now).unwrap_or_else(|error| panic!("{}: {error:?}", kind.name))).collect()
}
