//! `habeas rollcall`: a station's people as a numbered sheet, and the sheet read back, saved at once as one fact a case.
//!
//! Numbers are those of the sheet that was printed last for that place, and the sheet is kept on the device: should somebody be
//! brought in meanwhile, nobody else is marked in their place.

use clap::Args;
use habeas_client_core::case::{Seen, Word as _};
use habeas_client_core::device::same_place;
use habeas_protocol::{CaseId, TakenAs};
use habeas_texts::{self as texts, Message};
use serde::{Deserialize, Serialize};

use crate::when::now;
use crate::{Home, LocalDevice};

/// The note under which the device keeps the sheets.
const SHEETS: &str = "rollcall";
/// How many sheets are kept.
const MOST_SHEETS: usize = 20;
/// The longest sheet.
const MOST_PEOPLE: usize = 1000;

/// The place, and what is read back.
#[derive(Debug, Args)]
pub struct RollcallArgs {
    /// The station, as the cases name it
    place: String,
    /// What is read back, as "1-14,17 out" or "15 moved": numbers of the sheet, then inside, out, moved, court or not_shown. Without
    /// any, a new sheet is printed
    marks: Vec<String>,
    /// Who says so: person, relative, lawyer, witness, recording, police, court or press
    #[arg(long, value_name = "KIND", default_value = "lawyer")]
    source: String,
}

/// A sheet as it was printed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sheet {
    place: String,
    cases: Vec<CaseId>,
}

/// `habeas rollcall`.
pub fn rollcall(home: &Home, RollcallArgs { place, marks, source }: RollcallArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    let mut sheets: Vec<Sheet> = device.note(SHEETS).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let same = |sheet: &Sheet| same_place(&sheet.place, &place);
    if marks.is_empty() {
        let sheet = print(home, &mut device, place.trim())?;
        sheets.retain(|known| !same(known));
        sheets.push(sheet);
        let from = sheets.len().saturating_sub(MOST_SHEETS);
        return Ok(device.set_note(SHEETS, &serde_json::to_string(&sheets[from..]).unwrap_or_default())?);
    }
    let sheet = sheets.into_iter().find(same).ok_or_else(|| texts::error_no_sheet(place.as_str()))?;
    let mut seen: Vec<(CaseId, Seen)> = Vec::new();
    for mark in &marks {
        let (numbers, state) = read(mark, sheet.cases.len())?;
        for number in numbers {
            let case = sheet.cases[number - 1];
            if seen.iter().any(|(known, _)| *known == case) {
                return Err(texts::error_marked_twice(number));
            }
            seen.push((case, state));
        }
    }
    let count = device.roll_call(home.lang, &sheet.place, &seen, &source, now())?;
    println!("{}", texts::roll_saved(home.lang, count));
    Ok(())
}

/// Prints whoever is known to be held at a place, by name.
fn print(home: &Home, device: &mut LocalDevice, place: &str) -> Result<Sheet, Message> {
    let mut people = device.held_at(place);
    if people.is_empty() {
        return Err(texts::error_nobody_there(place, device.places().join(", ")));
    }
    people.truncate(MOST_PEOPLE);
    let (mut lines, mut cases) = (String::new(), Vec::new());
    for (number, (title, case)) in (1..).zip(people) {
        let title = title.map_or_else(|| texts::show_no_name(home.lang), str::to_owned);
        lines.push_str(&format!("{number:4}  {title}   [{}]\n", &case.to_string()[..8]));
        cases.push(case);
    }
    device.takes_out(TakenAs::Sheet, &cases)?;
    print!("{lines}");
    println!("{}", texts::rollcall_how(home.lang, place));
    Ok(Sheet { place: place.to_owned(), cases })
}

/// Reads `1-14,17 out`: numbers of the sheet, each once, and a state.
fn read(mark: &str, people: usize) -> Result<(Vec<usize>, Seen), Message> {
    let states = || Seen::WORDS.join(", ");
    let (numbers, state) = mark.trim().rsplit_once(' ').ok_or_else(|| texts::error_mark(mark, states()))?;
    let state = Seen::named(state).ok_or_else(|| texts::error_mark(mark, states()))?;
    let mut all = Vec::new();
    for part in numbers.split(',').map(str::trim) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| (1..=people).contains(number));
        let (Some(from), Some(to)) = (number(from), number(to)) else {
            return Err(texts::error_sheet_number(people, part));
        };
        if from > to {
            return Err(texts::error_sheet_number(people, part));
        }
        all.extend(from..=to);
    }
    Ok((all, state))
}
