//! Cases one by one without whoever they are about: for advocates who want more than sums. What would tell a person by a place and a day is made
//! coarser until enough cases look alike, and what then still stands alone is only counted (`docs/decisions/0033`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use habeas_client_core::rules::is_of_custody;
use habeas_protocol::Act;
use habeas_protocol::access::{Action, Caller};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::ClerkError;
use crate::clerk::Clerk;
use crate::store::cases;
use crate::tally::{Period, quoted};

/// How many cases at least look alike by day and city before any of them is shown so.
pub const FEWEST: usize = 5;

/// Cases without whoever they are about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Which days custody began on: whole months.
    pub period: Period,
    /// When it was known so, in seconds since 1970.
    pub known_at: i64,
    /// How many cases at least look alike by day and city.
    pub fewest: u64,
    /// Cases that are in no row: in their month too few were left to show them even without a city.
    pub withheld: u64,
    /// One a case, in an order drawn by lot each time.
    pub rows: Vec<Row>,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its place in this file, from 1; in the next file it is another.
    pub number: u64,
    /// The day on which custody began, `YYYY-MM-DD`, or its month, `YYYY-MM`.
    pub when: String,
    /// The city's code; none where nobody knows it, and where it is withheld.
    pub city: Option<String>,
    /// What was made coarser.
    pub coarser: Coarser,
    /// Where the person is now.
    pub status: String,
    /// The limits on custody that were certainly passed, by their rules' ids.
    pub certainly_over: Vec<String>,
    /// Those that were passed by some reading, or if the person is still held.
    pub possibly_over: Vec<String>,
}

/// How much of day and city a row, or a published count, does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coarser {
    /// It tells both.
    #[default]
    Nothing,
    /// It tells month and city.
    Day,
    /// It tells the month alone.
    DayAndCity,
}

impl Coarser {
    fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Day => "day",
            Self::DayAndCity => "day_and_city",
        }
    }
}

impl Clerk {
    /// The cases that began in the months of a period, one by one and without whoever they are about. For advocates and coordinators. Always
    /// whole months: of two files whose ends lie a day apart the second would show the cases of that day alone.
    pub fn rows(&self, caller: Caller, period: &Period, now: i64, rng: &mut impl CryptoRng) -> Result<Rows, ClerkError> {
        self.allows(caller, Action::Count, now)?;
        let period = period.whole_months()?;
        let (found, verdicts) = self.store.read::<_, ClerkError>(|db| {
            let (from, to) = (&period.from, &period.to);
            Ok((cases::between(db, from, to)?, cases::verdicts_between(db, from, to)?))
        })?;
        let mut over: BTreeMap<Vec<u8>, [Vec<String>; 2]> = BTreeMap::new();
        for (case, rule, verdict) in verdicts.into_iter().filter(|(_, rule, _)| is_of_custody(rule)) {
            let [certainly, possibly] = over.entry(case).or_default();
            match verdict.as_str() {
                "certainly_over" => certainly.push(rule),
                "possibly_over" | "over_if_still_held" => possibly.push(rule),
                _ => {}
            }
        }
        let cases = found.into_iter().filter_map(|case| {
            let [mut certainly_over, mut possibly_over] = over.remove(&case.id).unwrap_or_default();
            certainly_over.sort();
            possibly_over.sort();
            let (when, city, status) = (case.day?, case.city, case.status);
            Some(Row { number: 0, when, city, coarser: Coarser::Nothing, status, certainly_over, possibly_over })
        });
        let (rows, withheld) = coarsen(cases.collect(), rng);
        let subjects = format!("from:{} to:{}", period.from, period.to);
        self.note(caller.device, Act::TakeRows, &subjects, now)?;
        Ok(Rows { period, known_at: now, fewest: FEWEST as u64, withheld, rows })
    }
}

/// Makes rows coarser until at least [`FEWEST`] look alike by day and city, leaves out what never does and counts it, and draws the order by lot.
/// Each month is worked out for itself, so what it shows does not depend on which others were asked for.
fn coarsen(rows: Vec<Row>, rng: &mut impl CryptoRng) -> (Vec<Row>, u64) {
    let (mut shown, left) = enough(rows);
    let left = left.into_iter().map(|row| {
        let when = row.when.get(..7).unwrap_or_default().to_owned();
        Row { when, coarser: Coarser::Day, ..row }
    });
    let (by_month, left) = enough(left.collect());
    let (by_month_alone, left) =
        enough(left.into_iter().map(|row| Row { city: None, coarser: Coarser::DayAndCity, ..row }).collect());
    shown.extend(by_month);
    shown.extend(by_month_alone);
    shown.sort_by_cached_key(|_| rng.next_u64());
    (1..).zip(&mut shown).for_each(|(number, row)| row.number = number);
    (shown, left.len() as u64)
}

/// The rows that are enough by day and city, and the others.
fn enough(rows: Vec<Row>) -> (Vec<Row>, Vec<Row>) {
    let mut alike: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
    rows.iter().for_each(|row| *alike.entry((row.when.clone(), row.city.clone())).or_default() += 1);
    let few: BTreeSet<_> = alike.into_iter().filter(|(_, count)| *count < FEWEST).map(|(of, _)| of).collect();
    rows.into_iter().partition(|row| !few.contains(&(row.when.clone(), row.city.clone())))
}

impl Rows {
    /// The rows as CSV (RFC 4180), for a spreadsheet; the last line counts what is in no row.
    pub fn csv(&self) -> String {
        let mut out = String::from("row,when,city,coarser,status,certainly_over,possibly_over,cases\r\n");
        for row in &self.rows {
            let texts = [
                &row.when,
                row.city.as_deref().unwrap_or_default(),
                row.coarser.name(),
                &row.status,
                &row.certainly_over.join(" "),
                &row.possibly_over.join(" "),
            ];
            let _ = write!(out, "{},{},1\r\n", row.number, texts.map(quoted).join(","));
        }
        let _ = write!(out, "withheld,,,,,,,{}\r\n", self.withheld);
        out
    }
}

#[cfg(test)]
mod tests {
    use rand_core::SeedableRng as _;

    use super::*;

    fn case(when: &str, city: Option<&str>) -> Row {
        Row {
            number: 0,
            when: when.to_owned(),
            city: city.map(str::to_owned),
            coarser: Coarser::Nothing,
            status: "released".to_owned(),
            certainly_over: Vec::new(),
            possibly_over: Vec::new(),
        }
    }

    /// How many rows tell which time and city, after having been made coarser; and how many are withheld.
    fn told(rows: &[Row], seed: u8) -> (BTreeMap<(String, Option<String>), usize>, u64) {
        let (rows, withheld) = coarsen(rows.to_vec(), &mut rand_chacha::ChaCha20Rng::from_seed([seed; 32]));
        let mut told = BTreeMap::new();
        rows.into_iter().for_each(|row| *told.entry((row.when, row.city)).or_default() += 1);
        (told, withheld)
    }

    fn of<const N: usize>(rows: [(&str, Option<&str>, usize); N]) -> BTreeMap<(String, Option<String>), usize> {
        rows.map(|(when, city, count)| ((when.to_owned(), city.map(str::to_owned)), count)).into()
    }

    #[test]
    fn whoever_would_stand_alone_stands_among_five_or_is_only_counted() {
        // A square full of people in Almaty; over the month somebody every few days; two small towns, and a place that nobody knows.
        let mut rows = vec![case("2026-01-05", Some("almaty")); 5];
        rows.extend(["06", "07", "08", "09", "10"].map(|day| case(&format!("2026-01-{day}"), Some("almaty"))));
        rows.extend(vec![case("2026-01-10", Some("taraz")); 4]);
        rows.push(case("2026-01-11", None));
        let january = of([("2026-01-05", Some("almaty"), 5), ("2026-01", Some("almaty"), 5), ("2026-01", None, 5)]);
        assert_eq!(told(&rows, 1), (january.clone(), 0));
        // One fewer, and those of the towns would be told from others by being few: they are only counted.
        let unknown = rows.pop().unwrap();
        let without = of([("2026-01-05", Some("almaty"), 5), ("2026-01", Some("almaty"), 5)]);
        assert_eq!(told(&rows, 1), (without, 4));
        // Another month changes nothing of this one, whatever is in it.
        rows.push(unknown);
        rows.push(case("2026-02-01", Some("taraz")));
        assert_eq!(told(&rows, 1), (january, 1));
        assert_eq!(told(&[], 1), (BTreeMap::new(), 0));
    }

    #[test]
    fn the_order_is_drawn_anew_each_time_and_says_nothing_of_the_cases() {
        let rows: Vec<Row> =
            (0..40).map(|number| Row { status: number.to_string(), ..case("2026-01-05", Some("almaty")) }).collect();
        let order = |seed: u8| -> Vec<String> {
            let (rows, _) = coarsen(rows.clone(), &mut rand_chacha::ChaCha20Rng::from_seed([seed; 32]));
            assert!(rows.iter().map(|row| row.number).eq(1..=40));
            rows.into_iter().map(|row| row.status).collect()
        };
        let stored: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        assert!(order(1) != order(2) && order(1) != stored && order(2) != stored);
    }
}
