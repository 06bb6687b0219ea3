//! A criminal case as a lawyer at the gate records it: what the clock is measured on, natively and in a browser.

use habeas_client_core::case::{Document, Draft, Fact, Form, Stated, When, clock_record};
use habeas_clock::{Instant, Record};

/// A fact of September 2026.
pub fn draft(kind: &str, at: &str, fields: &[(&str, &str)], now: Instant) -> Draft {
    let fields = fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let when = if at.is_empty() { When::Unknown } else { When::At(format!("2026-09-{at}")) };
    let form = Form {
        kind: kind.to_owned(),
        when,
        city: "almaty".to_owned(),
        place: "Almaly station".to_owned(),
        fields,
        ..Form::default()
    };
    form.draft(None, now).unwrap()
}

/// A document of these facts, each a change of its own.
pub fn document(drafts: &[Draft]) -> Document {
    let mut document = Document::new();
    for draft in drafts {
        document.write([7; 16], std::slice::from_ref(draft)).unwrap();
    }
    document
}

/// The case of twelve facts, as the clock counts by it.
pub fn twelve_facts(now: Instant) -> Record {
    let drafts = [
        draft("name", "", &[("text", "Айгерім Сәрсенова")], now),
        draft("birth", "", &[("date", "1990")], now),
        draft("restrained", "07 14:05", &[("exit_offered", "no")], now),
        draft("in_vehicle", "07 14:20", &[], now),
        draft("delivered", "07 15:10", &[], now),
        draft("regime", "07 16:00", &[("regime", "criminal"), ("article", "CC 272")], now),
        draft("circumstance", "", &[("which", "ordinary_crime"), ("holds", "yes")], now),
        draft("protocol", "07 16:50", &[("which", "detention")], now),
        draft("lawyer_refused", "07 17:30", &[("by", "duty officer")], now),
        draft("prosecutor_told", "08 03:00", &[], now),
        draft("interrogated", "08 16:40", &[("lawyer_present", "no"), ("met_lawyer_first", "no")], now),
        draft("seen_in_custody", "09 14:30", &[], now),
    ];
    clock_record(&known(&document(&drafts)))
}

fn known(document: &Document) -> Vec<Fact> {
    let known = |stated| if let Stated::Known(fact) = stated { Some(*fact) } else { None };
    document.facts().into_iter().filter_map(known).collect()
}
