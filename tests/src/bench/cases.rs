//! The cases: one seeded generator for everybody.

use habeas_client_core::case::{City, Draft, Place, Reliability, Source, SourceKind, What};
use habeas_clock::{Instant, Interval};

const NAMES: [&str; 8] = ["Айгерім", "Серік", "Дана", "Ержан", "Марат", "Әсел", "Қанат", "Жанар"];
const SURNAMES: [&str; 7] = ["Сәрсенова", "Омаров", "Ахметова", "Жұмабаев", "Ибраев", "Қасымова", "Төлегенов"];

/// How many people are held at one station: as many as one scenario changes at once.
pub const AT_STATION: usize = super::FEW;

/// The station of a person.
pub fn station(number: usize) -> String {
    format!("Station {}", number / AT_STATION)
}

fn fact(number: usize, what: What, minute: i64) -> Draft {
    let begun = 1_788_000_000 + i64::try_from(number).unwrap() * 97 + minute * 60;
    let at = Instant::from_seconds(begun).unwrap();
    Draft {
        what,
        when: Interval { from: Some(at), to: Some(at) },
        said: None,
        place: Some(Place { city: City::Almaty, name: Some(station(number)) }),
        source: Source { kind: SourceKind::Witness, name: None, reliability: Reliability::FirstHand },
        recorded_at: Instant::from_seconds(begun + 120).unwrap(),
        replaces: Vec::new(),
    }
}

/// The first change of a person's case.
pub fn first(number: usize) -> Vec<Draft> {
    let name = format!("{} {} {number}", NAMES[number % NAMES.len()], SURNAMES[number % SURNAMES.len()]);
    let name = Draft { when: Interval::OPEN, ..fact(number, What::Name { text: name }, 0) };
    vec![name, fact(number, What::Restrained { exit_offered: None }, 0)]
}

/// A later one, by its number from 1.
pub fn next(number: usize, change: usize) -> Draft {
    let minute = i64::try_from(change).unwrap() * 11;
    let what = match change % 5 {
        1 => What::Delivered,
        2 => What::SeenInCustody,
        3 => What::RelativesRequested,
        4 => What::Note { text: format!("told at the door, {change}: nobody comes in") },
        _ => What::Held,
    };
    fact(number, what, minute)
}
