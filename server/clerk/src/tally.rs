//! Counts that stand up: by day, city and status, with the claims beside them. A published count is a fixed snapshot, and a
//! second person releases it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use habeas_client_core::rules::is_of_custody;
use habeas_protocol::access::{self, Action, Caller};
use habeas_protocol::api::{from_hex, to_hex};
use habeas_protocol::{Act, PersonId};
use serde::{Deserialize, Serialize};

use crate::clerk::Clerk;
use crate::store::cases::Counted;
use crate::store::{cases, claims};
use crate::{ClerkError, rng};

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
    /// The day on which custody began; none in a total.
    pub day: Option<String>,
    /// The city's code; none where nobody knows it, and in a total.
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

/// A count that somebody wants to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedRelease {
    /// Its id, in hexadecimal.
    pub id: String,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// When, in seconds since 1970.
    pub proposed_at: i64,
    /// Who released it.
    pub released_by: Option<PersonId>,
    /// When it was released; none while it waits for a second person.
    pub released_at: Option<i64>,
    /// The count, as it was when it was proposed.
    pub tally: Tally,
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
        let tally = self.count(period, now)?;
        self.note(caller.device, Act::Count, &subjects, now)?;
        Ok(tally)
    }

    fn count(&self, period: Period, now: i64) -> Result<Tally, ClerkError> {
        period.check()?;
        let (cases, verdicts, claims) = self.store.read::<_, ClerkError>(|db| {
            let (from, to) = (&period.from, &period.to);
            Ok((cases::between(db, from, to)?, cases::verdicts_between(db, from, to)?, claims::between(db, from, to)?))
        })?;
        let mut worst: BTreeMap<Vec<u8>, u8> = BTreeMap::new();
        for (case, _, verdict) in verdicts.into_iter().filter(|(_, rule, _)| is_of_custody(rule)) {
            let rank = worst.entry(case).or_default();
            *rank = rank_of(&verdict).max(*rank);
        }
        let mut groups: BTreeMap<Group, Vec<&Counted>> = BTreeMap::new();
        for case in &cases {
            groups.entry((case.day.clone(), case.city.clone(), case.status.clone())).or_default().push(case);
        }
        let cells = groups
            .into_iter()
            .map(|((day, city, status), cases)| Cell { day, city, status: Some(status), ..cell(&cases, &worst) })
            .collect();
        let total = cell(&cases.iter().collect::<Vec<_>>(), &worst);
        let claims = claims
            .into_iter()
            .map(|claims::Claim { day, city, place, figure, value, who, url, .. }| ClaimLine {
                day,
                city,
                scope: place,
                figure,
                value,
                who,
                url,
            })
            .collect();
        Ok(Tally { period, known_at: now, cells, total, claims })
    }

    /// Proposes a count for publication. It is fixed from here on.
    pub fn propose(&self, caller: Caller, period: Period, now: i64) -> Result<ProposedRelease, ClerkError> {
        self.allows(caller, Action::ProposeCount, now)?;
        let tally = self.count(period, now)?;
        let body = serde_json::to_string(&tally).map_err(|_| ClerkError::Key)?;
        let mut id = [0; 16];
        rand_core::Rng::fill_bytes(&mut rng(), &mut id);
        self.write(|db| {
            claims::propose(db, &id, caller.person, now, &body)?;
            self.note(caller.device, Act::ProposeCount, &format!("count:{}", to_hex(&id)), now)
        })?;
        Ok(ProposedRelease {
            id: to_hex(&id),
            proposed_by: caller.person,
            proposed_at: now,
            released_by: None,
            released_at: None,
            tally,
        })
    }

    /// Releases a proposed count. Whoever proposed it cannot.
    pub fn release(&self, caller: Caller, id: &str, now: i64) -> Result<(), ClerkError> {
        self.allows(caller, Action::Release, now)?;
        let id = from_hex(id, 16).ok_or(ClerkError::BadInput("no_release", "the release's id is 32 hexadecimal digits"))?;
        // Read before the transaction: whoever syncs holds the device while waiting to write.
        let log = self.log();
        self.write(|db| {
            let release = claims::get(db, &id)?.ok_or(ClerkError::NotFound("no_release", "there is no such release"))?;
            if release.released_at.is_some() {
                return Err(ClerkError::BadInput("released_already", "this count is released already"));
            }
            let proposed_by = PersonId(release.proposed_by.try_into().map_err(|_| ClerkError::Key)?);
            access::allows(&log, caller, Action::ReleaseCount { proposed_by })?;
            claims::release(db, &id, caller.person, now)?;
            self.note(caller.device, Act::ReleaseCount, &format!("count:{}", to_hex(&id)), now)
        })
    }

    /// Every proposed count, for those who may release one.
    pub fn releases(&self, caller: Caller, now: i64) -> Result<Vec<ProposedRelease>, ClerkError> {
        self.allows(caller, Action::ReadProposed, now)?;
        let proposed = self.read_releases(false)?;
        self.note(caller.device, Act::ReadProposed, "", now)?;
        Ok(proposed)
    }

    /// The counts that were released, newest first: for everybody.
    pub fn published(&self) -> Result<Vec<ProposedRelease>, ClerkError> {
        self.read_releases(true)
    }

    fn read_releases(&self, public: bool) -> Result<Vec<ProposedRelease>, ClerkError> {
        let rows = self.store.read::<_, ClerkError>(|db| claims::all(db, public))?;
        rows.into_iter()
            .map(|row| {
                let tally = serde_json::from_str(&row.body).map_err(|_| ClerkError::Key)?;
                let proposed_by = PersonId(row.proposed_by.try_into().map_err(|_| ClerkError::Key)?);
                let released_by = row.released_by.and_then(|id| id.try_into().ok()).map(PersonId);
                Ok(ProposedRelease {
                    id: to_hex(&row.id),
                    proposed_by,
                    proposed_at: row.proposed_at,
                    released_by,
                    released_at: row.released_at,
                    tally,
                })
            })
            .collect()
    }
}

/// What a cell counts together: day, city, status.
type Group = (Option<String>, Option<String>, String);

fn rank_of(verdict: &str) -> u8 {
    match verdict {
        "certainly_over" => 3,
        "over_if_still_held" => 2,
        "possibly_over" => 1,
        _ => 0,
    }
}

fn cell(cases: &[&Counted], worst: &BTreeMap<Vec<u8>, u8>) -> Cell {
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
