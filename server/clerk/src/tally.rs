//! Counts that stand up: by day, city and status, with the claims beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use habeas_client_core::rules::is_of_custody;
use habeas_protocol::Act;
use habeas_protocol::access::{Action, Caller};
use serde::{Deserialize, Serialize};

use crate::clerk::Clerk;
use crate::rows::{Coarser, FEWEST};
use crate::store::cases::Counted;
use crate::store::{cases, claims};
use crate::{ClerkError, rng};

pub(crate) const CLAIM: &str = "claims.claim";

/// Which days are counted, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// A count, with what is needed to read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Which days custody began on.
    pub period: Period,
    /// When it was known so, in seconds since 1970.
    pub known_at: i64,
    /// The count of each day, city and status.
    pub cells: Vec<Cell>,
    /// The same over all of them.
    pub total: Cell,
    /// What others have said about these days.
    pub claims: Vec<ClaimLine>,
}

/// The count of one day, city and status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The day on which custody began, `YYYY-MM-DD`, or its month, `YYYY-MM`; none in a total.
    pub day: Option<String>,
    /// The city's code; none where nobody knows it, where it is withheld, and in a total.
    pub city: Option<String>,
    /// Where the people are now; none in a total.
    pub status: Option<String>,
    /// Cases.
    pub detentions: u64,
    /// The fewest people that these can be: equal names taken as one person.
    pub persons_low: u64,
    /// The most: each case another person.
    pub persons_high: u64,
    /// Cases in which by some reading a limit was passed, and by none certainly.
    pub possibly_over: u64,
    /// Cases whose limit has passed by every reading, without a release or a later sighting.
    pub over_if_still_held: u64,
    /// Cases proved to have been held beyond a limit.
    pub certainly_over: u64,
    /// Of all of these, cases in which somebody says that people who were kept there were offered to leave: whoever does not take that for
    /// detention leaves them out. (Counts that were proposed before this was counted have none.)
    #[serde(default)]
    pub exit_offered: u64,
    /// What of day and city a published count does not tell. (Those that were proposed before this was so tell both.)
    #[serde(default)]
    pub coarser: Coarser,
}

/// What somebody has said in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimLine {
    /// The day that it is about.
    pub day: String,
    /// The city's code, if it is about one.
    pub city: Option<String>,
    /// The places that it is about, where it is not one city.
    pub scope: Option<String>,
    /// What is counted.
    pub figure: String,
    /// How many.
    pub value: i64,
    /// Who said it.
    pub who: String,
    /// Where it can be read.
    pub url: Option<String>,
}

impl Period {
    fn check(&self) -> Result<(), ClerkError> {
        match (habeas_clock::date(&self.from), habeas_clock::date(&self.to)) {
            (Some(from), Some(to)) if from <= to => Ok(()),
            (Some(_), Some(_)) => Err(ClerkError::BadInput("dates_order", "`to` lies before `from`; exchange them")),
            _ => Err(ClerkError::BadInput("dates_form", "write `from` and `to` as 2021-01-10, between 1900 and 2199")),
        }
    }

    /// The same from the first day of its first month to the last day of its last one.
    pub(crate) fn whole_months(&self) -> Result<Self, ClerkError> {
        self.check()?;
        let day = |text: &str| habeas_clock::date(text).ok_or(ClerkError::BadInput("dates_form", "write a day as 2021-01-10"));
        let (from, to) = (day(&self.from)?.first_of_month(), day(&self.to)?.last_of_month());
        Ok(Self { from: from.to_string(), to: to.to_string() })
    }
}

impl Clerk {
    /// Counts a period as it is known now. For advocates and coordinators.
    pub fn tally(&self, caller: Caller, period: Period, now: i64) -> Result<Tally, ClerkError> {
        self.allows(caller, Action::Count, now)?;
        let subjects = format!("from:{} to:{}", period.from, period.to);
        let tally = self.count(period, now, exact)?;
        self.note(caller.device, Act::Count, &subjects, now)?;
        Ok(tally)
    }

    fn count(&self, period: Period, now: i64, cells: fn(&[Counted], &Worst) -> Vec<Cell>) -> Result<Tally, ClerkError> {
        period.check()?;
        let (cases, verdicts, claims) = self.store.read::<_, ClerkError>(|db| {
            let (from, to) = (&period.from, &period.to);
            Ok((cases::between(db, from, to)?, cases::verdicts_between(db, from, to)?, claims::between(db, from, to)?))
        })?;
        let mut worst = Worst::new();
        for (case, _, verdict) in verdicts.into_iter().filter(|(_, rule, _)| is_of_custody(rule)) {
            let rank = worst.entry(case).or_default();
            *rank = rank_of(&verdict).max(*rank);
        }
        let cells = cells(&cases, &worst);
        let total = cell(&cases.iter().collect::<Vec<_>>(), &worst);
        let claims = claims.into_iter().map(|claim| self.claim(claim)).collect::<Result<_, _>>()?;
        Ok(Tally { period, known_at: now, cells, total, claims })
    }

    /// The same for everybody: no cell of it counts few.
    pub(crate) fn count_for_everybody(&self, period: Period, now: i64) -> Result<Tally, ClerkError> {
        self.count(period, now, for_everybody)
    }

    /// What was said, sealed for its row.
    pub(crate) fn seal_claim(&self, fact: &[u8], claim: &ClaimLine) -> Result<Vec<u8>, ClerkError> {
        let plain = serde_json::to_vec(claim).map_err(|_| ClerkError::Key)?;
        Ok(self.columns.seal(CLAIM, fact, &plain, &mut rng()))
    }

    fn claim(&self, row: claims::Claim) -> Result<ClaimLine, ClerkError> {
        let sealed = row.claim_sealed.ok_or(ClerkError::Key)?;
        serde_json::from_slice(&self.columns.open(CLAIM, &row.fact, sealed)?).map_err(|_| ClerkError::Key)
    }
}

/// What a cell counts together: day, city, status.
type Group = (Option<String>, Option<String>, String);

/// The gravest verdict of each case, by its rank.
type Worst = BTreeMap<Vec<u8>, u8>;

/// Every day, city and status by itself.
fn exact(cases: &[Counted], worst: &Worst) -> Vec<Cell> {
    let groups = grouped(cases.iter(), Coarser::Nothing);
    groups.into_iter().map(|(group, cases)| cell_of(group, Coarser::Nothing, &cases, worst)).collect()
}

/// The cells that everybody may read: each counts at least [`FEWEST`] cases, by month or without the city where it takes that, and what is left
/// then is in the total alone (`docs/decisions/0033`).
fn for_everybody(cases: &[Counted], worst: &Worst) -> Vec<Cell> {
    let (mut cells, mut left) = (Vec::new(), cases.iter().collect::<Vec<_>>());
    for coarser in [Coarser::Nothing, Coarser::Day, Coarser::DayAndCity] {
        let is_enough = |(_, cases): &(Group, Vec<&Counted>)| cases.len() >= FEWEST;
        let (enough, few): (Vec<_>, Vec<_>) = grouped(left.into_iter(), coarser).into_iter().partition(is_enough);
        cells.extend(enough.into_iter().map(|(group, cases)| cell_of(group, coarser, &cases, worst)));
        left = few.into_iter().flat_map(|(_, cases)| cases).collect();
    }
    cells
}

fn grouped<'a>(cases: impl Iterator<Item = &'a Counted>, coarser: Coarser) -> BTreeMap<Group, Vec<&'a Counted>> {
    let mut groups: BTreeMap<Group, Vec<&Counted>> = BTreeMap::new();
    for case in cases {
        let month = case.day.as_deref().and_then(|day| day.get(..7)).map(str::to_owned);
        let (day, city) = match coarser {
            Coarser::Nothing => (case.day.clone(), case.city.clone()),
            Coarser::Day => (month, case.city.clone()),
            Coarser::DayAndCity => (month, None),
        };
        groups.entry((day, city, case.status.clone())).or_default().push(case);
    }
    groups
}

fn cell_of((day, city, status): Group, coarser: Coarser, cases: &[&Counted], worst: &Worst) -> Cell {
    Cell { day, city, status: Some(status), coarser, ..cell(cases, worst) }
}

fn rank_of(verdict: &str) -> u8 {
    match verdict {
        "certainly_over" => 3,
        "over_if_still_held" => 2,
        "possibly_over" => 1,
        _ => 0,
    }
}

fn cell(cases: &[&Counted], worst: &Worst) -> Cell {
    let count = |length: usize| length as u64;
    let with = |rank: u8| count(cases.iter().filter(|case| worst.get(&case.id).copied().unwrap_or_default() == rank).count());
    let people: BTreeSet<&[u8]> = cases.iter().map(|case| case.person_lookup.as_slice()).collect();
    Cell {
        detentions: count(cases.len()),
        persons_low: count(people.len()),
        persons_high: count(cases.len()),
        possibly_over: with(1),
        over_if_still_held: with(2),
        certainly_over: with(3),
        exit_offered: count(cases.iter().filter(|case| case.exit_offered != 0).count()),
        ..Cell::default()
    }
}

impl Tally {
    /// The cells and the claims as CSV (RFC 4180), for a spreadsheet. A text that a spreadsheet could take for a formula is
    /// set off by an apostrophe.
    pub fn csv(&self) -> String {
        let mut out = String::from(
            "row,day,city,status,detentions,persons_low,persons_high,possibly_over,over_if_still_held,certainly_over,exit_offered,figure,value,who,url\r\n",
        );
        let mut cell = |row: &str, cell: &Cell| {
            let texts = [cell.day.as_deref(), cell.city.as_deref(), cell.status.as_deref()]
                .map(|text| quoted(text.unwrap_or_default()))
                .join(",");
            let numbers = [
                cell.detentions,
                cell.persons_low,
                cell.persons_high,
                cell.possibly_over,
                cell.over_if_still_held,
                cell.certainly_over,
                cell.exit_offered,
            ];
            let numbers = numbers.map(|number| number.to_string()).join(",");
            let _ = write!(out, "{row},{texts},{numbers},,,,\r\n");
        };
        self.cells.iter().for_each(|each| cell("cell", each));
        cell("total", &self.total);
        for claim in &self.claims {
            let city = claim.city.as_deref().or(claim.scope.as_deref()).unwrap_or_default();
            let _ = write!(
                out,
                "claim,{},{},,,,,,,,,{},{},{},{}\r\n",
                quoted(&claim.day),
                quoted(city),
                quoted(&claim.figure),
                claim.value,
                quoted(&claim.who),
                quoted(claim.url.as_deref().unwrap_or_default())
            );
        }
        out
    }
}

pub(crate) fn quoted(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([',', '"', '\r', '\n']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(of: &[(&str, &str, &str, usize)]) -> Vec<Counted> {
        let one = |(day, city, status, count): &(&str, &str, &str, usize)| {
            let (day, city) = (Some((*day).to_owned()), Some((*city).to_owned()));
            let status = (*status).to_owned();
            let case = move |_| Counted {
                id: Vec::new(),
                person_lookup: Vec::new(),
                status: status.clone(),
                city: city.clone(),
                day: day.clone(),
                exit_offered: 0,
            };
            (0..*count).map(case).collect::<Vec<_>>()
        };
        let mut all: Vec<Counted> = of.iter().flat_map(one).collect();
        (0_u16..).zip(&mut all).for_each(|(number, case)| {
            (case.id, case.person_lookup) = (number.to_be_bytes().to_vec(), number.to_be_bytes().to_vec());
        });
        all
    }

    type Told<'a> = (&'a str, Option<&'a str>, &'a str, u64);

    fn told(cells: &[Cell]) -> Vec<Told<'_>> {
        cells
            .iter()
            .map(|cell| (cell.day.as_deref().unwrap(), cell.city.as_deref(), cell.status.as_deref().unwrap(), cell.detentions))
            .collect()
    }

    #[test]
    fn nobody_stands_alone_in_a_published_count_and_advocates_count_exactly() {
        // A square in Almaty; the two of them who died would be known to the whole town. Small towns, and a day in between.
        let january = cases(&[
            ("2026-01-05", "almaty", "held", 6),
            ("2026-01-05", "almaty", "died", 2),
            ("2026-01-06", "almaty", "held", 4),
            ("2026-01-07", "almaty", "held", 1),
            ("2026-01-05", "taraz", "held", 3),
            ("2026-01-09", "kyzylorda", "held", 2),
        ]);
        let worst = Worst::from([(january[0].id.clone(), 3)]);
        let cells = for_everybody(&january, &worst);
        let expected: [Told<'_>; 3] =
            [("2026-01-05", Some("almaty"), "held", 6), ("2026-01", Some("almaty"), "held", 5), ("2026-01", None, "held", 5)];
        assert_eq!(told(&cells), expected);
        assert_eq!(
            cells.iter().map(|cell| cell.coarser).collect::<Vec<_>>(),
            [Coarser::Nothing, Coarser::Day, Coarser::DayAndCity]
        );
        // The two are in the total, which counts all of them.
        assert_eq!(cell(&january.iter().collect::<Vec<_>>(), &worst).detentions, 18);
        assert_eq!(cells[0].certainly_over, 1);
        let exactly = exact(&january, &worst);
        assert_eq!((exactly.len(), told(&exactly)[0]), (6, ("2026-01-05", Some("almaty"), "died", 2)));
        assert!(for_everybody(&january[6..8], &worst).is_empty());
    }

    #[test]
    fn counts_that_were_proposed_before_are_still_read() {
        let before = r#"{"day":"2026-01-05","city":"almaty","status":"held","detentions":2,"persons_low":2,"persons_high":2,
            "possibly_over":0,"over_if_still_held":0,"certainly_over":0}"#;
        assert_eq!(serde_json::from_str::<Cell>(before).unwrap().coarser, Coarser::Nothing);
    }
}
