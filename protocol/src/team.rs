//! Teams: people who open cases together. Whoever joins one opens the cases that it has, and whoever leaves it, or a case that is taken from it,
//! closes, as at the end of a share.

use std::collections::BTreeSet;

use crate::ids::{CaseId, CircleId, TeamId};
use crate::limits::{MAX_TEAM, MAX_TEAMS, MAX_TEAMS_OF_CASE};
use crate::log::{LogError, SealedBytes};
use crate::share::Share;

/// A team, as the log has made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    id: TeamId,
    name: (u32, SealedBytes),
    members: Vec<(CircleId, Spans)>,
    cases: Vec<(CaseId, Spans)>,
}

/// From which entry on until which other one, the newest last.
type Spans = Vec<(u64, Option<u64>)>;

impl Team {
    /// Its name.
    pub fn id(&self) -> TeamId {
        self.id
    }

    /// What coordinators call it, sealed to their key of an epoch.
    pub fn name(&self) -> (u32, &SealedBytes) {
        (self.name.0, &self.name.1)
    }

    /// What the seal of a team's name to the coordinators' key of an epoch is bound to.
    pub fn name_info(team: TeamId, epoch: u32) -> Vec<u8> {
        let mut info = b"habeas/1/team\0".to_vec();
        info.extend_from_slice(&team.0);
        info.extend_from_slice(&epoch.to_be_bytes());
        info
    }

    /// The circles of the people who are in it now.
    pub fn members(&self) -> impl Iterator<Item = CircleId> {
        self.members.iter().filter(|(_, spans)| is_open(spans)).map(|(circle, _)| *circle)
    }

    /// The cases that it has now.
    pub fn cases(&self) -> impl Iterator<Item = CaseId> {
        self.cases.iter().filter(|(_, spans)| is_open(spans)).map(|(case, _)| *case)
    }

    /// Every case that it has or had.
    pub fn all_cases(&self) -> impl Iterator<Item = CaseId> {
        self.cases.iter().map(|(case, _)| *case)
    }

    /// The circles of all who are or were in it.
    pub fn all_members(&self) -> impl Iterator<Item = CircleId> {
        self.members.iter().map(|(circle, _)| *circle)
    }

    fn of_case(&self, case: CaseId) -> &[(u64, Option<u64>)] {
        of(&self.cases, &case)
    }

    /// Adds what of a case the circle had by this team, and when.
    fn add_shares(&self, case: CaseId, circle: CircleId, shares: &mut Vec<Share>) {
        for &(had, until) in self.of_case(case) {
            for &(was, left) in of(&self.members, &circle) {
                let (number, ended) = (had.max(was), [until, left].into_iter().flatten().min());
                if ended.is_none_or(|ended| ended > number) {
                    shares.push(Share { number, writes: true, until: None, ended, by_team: true });
                }
            }
        }
    }
}

/// Every team that there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Teams(Vec<Team>);

impl Teams {
    pub fn all(&self) -> &[Team] {
        &self.0
    }

    fn team(&mut self, id: TeamId) -> Result<&mut Team, LogError> {
        self.0.iter_mut().find(|team| team.id == id).ok_or(LogError::Contradiction("there is no such team"))
    }

    /// Founds a team, or gives one another name.
    pub fn name(&mut self, id: TeamId, name: (u32, SealedBytes)) -> Result<(), LogError> {
        if let Ok(team) = self.team(id) {
            team.name = name;
        } else if self.0.len() >= MAX_TEAMS {
            return Err(LogError::Contradiction("there are too many teams"));
        } else {
            self.0.push(Team { id, name, members: Vec::new(), cases: Vec::new() });
        }
        Ok(())
    }

    /// Somebody joins a team or leaves it.
    pub fn belongs(&mut self, id: TeamId, circle: CircleId, joins: bool, number: u64) -> Result<(), LogError> {
        let team = self.team(id)?;
        if joins && team.members().count() >= MAX_TEAM {
            return Err(LogError::Contradiction("the team is full"));
        }
        turn(&mut team.members, circle, joins, number)
    }

    /// A team gets a case, or it is taken from it.
    pub fn opens(&mut self, id: TeamId, case: CaseId, gets: bool, number: u64) -> Result<(), LogError> {
        let of_case = self.0.iter().filter(|team| is_open(team.of_case(case))).count();
        if gets && of_case >= MAX_TEAMS_OF_CASE {
            return Err(LogError::Contradiction("the case is with as many teams as it can be"));
        }
        turn(&mut self.team(id)?.cases, case, gets, number)
    }

    /// Adds what a circle had of a case by its teams.
    pub fn add_shares(&self, case: CaseId, circle: CircleId, shares: &mut Vec<Share>) {
        self.0.iter().for_each(|team| team.add_shares(case, circle, shares));
    }

    /// Adds the circles that have or had a case by a team.
    pub fn add_circles(&self, case: CaseId, circles: &mut BTreeSet<CircleId>) {
        for team in self.0.iter().filter(|team| !team.of_case(case).is_empty()) {
            circles.extend(team.all_members());
        }
    }

    /// Adds the cases that a circle has or had by a team.
    pub fn add_cases(&self, circle: CircleId, cases: &mut BTreeSet<CaseId>) {
        for team in self.0.iter().filter(|team| !of(&team.members, &circle).is_empty()) {
            cases.extend(team.all_cases());
        }
    }
}

fn of<'a, K: Ord>(all: &'a [(K, Spans)], key: &K) -> &'a [(u64, Option<u64>)] {
    all.binary_search_by(|(of, _)| of.cmp(key)).map_or(&[], |place| &all[place].1)
}

fn is_open(spans: &[(u64, Option<u64>)]) -> bool {
    spans.last().is_some_and(|(_, until)| until.is_none())
}

/// Begins a span, or ends the one that there is.
fn turn<K: Ord>(all: &mut Vec<(K, Spans)>, key: K, begins: bool, number: u64) -> Result<(), LogError> {
    let place = all.binary_search_by(|(of, _)| of.cmp(&key));
    match (place, begins) {
        (Ok(place), _) if is_open(&all[place].1) == begins => Err(LogError::Contradiction("it is so already")),
        (Ok(place), true) => {
            all[place].1.push((number, None));
            Ok(())
        }
        (Ok(place), false) => {
            all[place].1.last_mut().into_iter().for_each(|span| span.1 = Some(number));
            Ok(())
        }
        (Err(place), true) => {
            all.insert(place, (key, vec![(number, None)]));
            Ok(())
        }
        (Err(_), false) => Err(LogError::Contradiction("it never was so")),
    }
}
