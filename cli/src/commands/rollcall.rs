//! `habeas rollcall`: a station's people as a numbered sheet, and the sheet read back, saved at once as one fact a case.
//!
//! Numbers are those of the sheet that was printed last for that place, and the sheet is kept on the device: should somebody be
//! brought in meanwhile, nobody else is marked in their place.

use clap::Args;
use habeas_client_core::case::{Draft, Form, Status, When};
use habeas_protocol::CaseId;
use habeas_texts::{self as texts, Message};
use serde::{Deserialize, Serialize};

use crate::when::now;
use crate::{Home, LocalDevice};

use super::papers::state_text;

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

/// What was seen of somebody, with the kind of fact that says so.
const STATES: [(&str, &str); 5] = [
    ("inside", "seen_in_custody"),
    ("out", "released"),
    ("moved", "transferred"),
    ("court", "transferred"),
    ("not_shown", "asked_not_here"),
];

/// `habeas rollcall`.
pub fn rollcall(home: &Home, RollcallArgs { place, marks, source }: RollcallArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    let mut sheets: Vec<Sheet> = device.note(SHEETS).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let same = |sheet: &Sheet| sheet.place.to_lowercase() == place.trim().to_lowercase();
    if marks.is_empty() {
        let sheet = print(home, &device, place.trim())?;
        sheets.retain(|known| !same(known));
        sheets.push(sheet);
        let from = sheets.len().saturating_sub(MOST_SHEETS);
        return Ok(device.set_note(SHEETS, &serde_json::to_string(&sheets[from..]).unwrap_or_default())?);
    }
    let sheet = sheets.into_iter().find(same).ok_or_else(|| texts::error_no_sheet(place.as_str()))?;
    let mut drafts: Vec<(CaseId, Draft)> = Vec::new();
    for mark in &marks {
        let (numbers, state) = read(mark, sheet.cases.len())?;
        for number in numbers {
            let case = sheet.cases[number - 1];
            if drafts.iter().any(|(known, _)| *known == case) {
                return Err(texts::error_marked_twice(number));
            }
            drafts.push((case, draft(home, &mut device, case, state, &sheet.place, &source)?));
        }
    }
    let count = drafts.len();
    device.add_to_each(drafts)?;
    println!("{}", texts::rollcall_saved(home.lang, count));
    Ok(())
}

/// Prints whoever is known to be held at a place, by name.
fn print(home: &Home, device: &LocalDevice, place: &str) -> Result<Sheet, Message> {
    let held = |status: Status| matches!(status, Status::Held | Status::InHospital | Status::UnderArrest);
    let here = |name: &Option<String>| name.as_ref().is_some_and(|name| name.trim().to_lowercase() == place.to_lowercase());
    let mut people: Vec<(String, CaseId)> = device
        .cases()
        .filter(|(_, summary)| held(summary.status) && here(&summary.place))
        .map(|(case, summary)| (summary.title.clone().unwrap_or_else(|| texts::show_no_name(home.lang)), *case))
        .collect();
    people.sort();
    if people.is_empty() {
        let mut places: Vec<String> = device.cases().filter_map(|(_, summary)| summary.place.clone()).collect();
        places.sort();
        places.dedup();
        return Err(texts::error_nobody_there(place, places.join(", ")));
    }
    people.truncate(MOST_PEOPLE);
    for (number, (title, case)) in (1..).zip(&people) {
        println!("{number:4}  {title}   [{}]", &case.to_string()[..8]);
    }
    println!("{}", texts::rollcall_how(home.lang, place));
    Ok(Sheet { place: place.to_owned(), cases: people.into_iter().map(|(_, case)| case).collect() })
}

/// Reads `1-14,17 out`: numbers of the sheet, each once, and a state.
fn read(mark: &str, people: usize) -> Result<(Vec<usize>, &'static str), Message> {
    let states = || STATES.map(|(state, _)| state).join(", ");
    let (numbers, state) = mark.trim().rsplit_once(' ').ok_or_else(|| texts::error_mark(mark, states()))?;
    let state = STATES.iter().find(|(known, _)| *known == state).ok_or_else(|| texts::error_mark(mark, states()))?.0;
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

fn draft(home: &Home, device: &mut LocalDevice, case: CaseId, state: &str, place: &str, source: &str) -> Result<Draft, Message> {
    let kind = STATES.iter().find(|(known, _)| *known == state).map(|(_, kind)| *kind).unwrap_or_default();
    // Of somebody who was moved, nobody at the gate knows where to.
    let place = match state {
        "moved" => String::new(),
        "court" => state_text(home, "court"),
        _ => place.to_owned(),
    };
    let form =
        Form { kind: kind.to_owned(), when: When::At(now().to_string()), place, source: source.to_owned(), ..Form::default() };
    let city = device.case(case)?.replica.view().city();
    form.draft(city, now())
}
