//! The cases: one seeded generator for everybody. What it writes is as various as what people write: who says so, when and where
//! differ from change to change, and so do the words of notes.

use habeas_client_core::case::{City, Draft, Place, Reliability, Source, SourceKind, What};
use habeas_clock::{Instant, Interval};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

const NAMES: [&str; 12] =
    ["Айгерім", "Серік", "Дана", "Ержан", "Марат", "Әсел", "Қанат", "Жанар", "Нұрлан", "Гүлнар", "Бауыржан", "Мадина"];
const SURNAMES: [&str; 10] =
    ["Сәрсенова", "Омаров", "Ахметова", "Жұмабаев", "Ибраев", "Қасымова", "Төлегенов", "Смағұлова", "Бекенов", "Оспанова"];
const CITIES: [City; 3] = [City::Almaty, City::Astana, City::Shymkent];
/// What notes are put together of.
const WHO: [&str; 10] = [
    "his wife",
    "a sister",
    "the duty officer",
    "a lawyer at the door",
    "a neighbour",
    "the investigator",
    "his employer",
    "a man let out at noon",
    "the interpreter",
    "an aunt from Taraz",
];
const SAYS: [&str; 10] = [
    "says that nobody is let in",
    "heard him shout from the yard",
    "was told to come back at",
    "saw the bus leave towards",
    "has not been given the protocol, asked",
    "brought medicine, refused by",
    "counted the people in the corridor:",
    "was shown a paper without a stamp,",
    "asks who signed, answer:",
    "cannot reach the number given,",
];

/// How many people are held at one station: as many as one scenario changes at once.
pub const AT_STATION: usize = super::FEW;

/// The station of a person.
pub fn station(number: usize) -> String {
    format!("Station {}", number / AT_STATION)
}

/// Chance, the same in every run.
struct Dice(ChaCha20Rng);

impl Dice {
    fn of(number: usize, change: usize) -> Self {
        Self(ChaCha20Rng::seed_from_u64((number as u64) << 32 | change as u64))
    }

    fn below(&mut self, most: u32) -> u32 {
        self.0.next_u32() % most
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(u32::try_from(all.len()).unwrap()) as usize]
    }

    fn source(&mut self) -> Source {
        let kind = *self.one_of(&[SourceKind::Witness, SourceKind::Relative, SourceKind::Lawyer, SourceKind::Police]);
        let name = (self.below(3) == 0).then(|| format!("{} {}", self.one_of(&NAMES), self.one_of(&SURNAMES)));
        let reliability = *self.one_of(&[Reliability::FirstHand, Reliability::Reported]);
        Source { kind, name, reliability }
    }

    fn note(&mut self) -> String {
        let (who, says, number) = (self.one_of(&WHO), self.one_of(&SAYS), self.below(1000));
        format!("{who} {says} {number}")
    }
}

fn fact(number: usize, what: What, minute: i64, dice: &mut Dice) -> Draft {
    let begun = 1_788_000_000 + i64::try_from(number).unwrap() * 97 + minute * 60;
    let at = begun / 60 * 60 + i64::from(dice.below(600)) * 60;
    let instant = |seconds| Instant::from_seconds(seconds).unwrap();
    Draft {
        what,
        when: Interval { from: Some(instant(at)), to: Some(instant(at + 59)) },
        said: None,
        place: Some(Place { city: CITIES[number / AT_STATION % CITIES.len()], name: Some(station(number)) }),
        source: dice.source(),
        recorded_at: instant(at + i64::from(dice.below(7200))),
        replaces: Vec::new(),
        sensitive: false,
        limited: false,
    }
}

/// The first change of a person's case.
pub fn first(number: usize) -> Vec<Draft> {
    let mut dice = Dice::of(number, 0);
    let text = format!("{} {} {number}", dice.one_of(&NAMES), dice.one_of(&SURNAMES));
    let name = Draft { when: Interval::OPEN, ..fact(number, What::Name { text }, 0, &mut dice) };
    vec![name, fact(number, What::Restrained { exit_offered: None }, 0, &mut dice)]
}

/// A later one, by its number from 1.
pub fn next(number: usize, change: usize) -> Draft {
    let mut dice = Dice::of(number, change);
    let minute = i64::try_from(change).unwrap() * 11;
    let what = match dice.below(5) {
        0 => What::Delivered,
        1 => What::SeenInCustody,
        2 => What::RelativesRequested,
        3 => What::Note { text: dice.note() },
        _ => What::Held,
    };
    fact(number, what, minute, &mut dice)
}
