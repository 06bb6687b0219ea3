//! Teams: a coordinator makes them, says who belongs to one and which cases it has. Each act is an entry of the log; what follows from it for
//! devices is what follows from a share.

use habeas_protocol::{Body, CaseId, CircleId, CircleKind, Entry, PersonId, Team, TeamId};
use rand_core::CryptoRng;

use super::organisation::sixteen;
use super::{Device, DeviceError, Records};
use crate::keys::{open_name, seal_name, unwrap_circle};

/// A team as this device knows it.
#[derive(Debug, Clone)]
pub struct TeamLine {
    /// The team.
    pub id: TeamId,
    /// What coordinators call it; `None` on a device that cannot read that.
    pub name: Option<String>,
    /// Who is in it.
    pub members: Vec<PersonId>,
    /// The cases that it has.
    pub cases: Vec<CaseId>,
}

impl<R: Records> Device<R> {
    /// Every team.
    pub fn teams(&self) -> Vec<TeamLine> {
        self.log.teams().iter().map(|team| self.line(team)).collect()
    }

    fn line(&self, team: &Team) -> TeamLine {
        let person = |circle: CircleId| match self.log.circle(&circle)?.kind {
            CircleKind::Person(person) => Some(person),
            CircleKind::Coordinators => None,
        };
        TeamLine {
            id: team.id(),
            name: self.name_of_team(team).ok(),
            members: team.members().filter_map(person).collect(),
            cases: team.cases().filter(|case| !self.log.is_erased(case)).collect(),
        }
    }

    fn name_of_team(&self, team: &Team) -> Result<String, DeviceError> {
        let (epoch, name) = team.name();
        let (circle, _) = self.log.circle_of(CircleKind::Coordinators).ok_or(DeviceError::Damaged("log"))?;
        let pair = unwrap_circle(&self.log, circle, epoch, &self.state.secrets)?;
        Ok(open_name(&pair, &Team::name_info(team.id(), epoch), name)?)
    }

    /// The entry that founds a team of that name, of at most [`MAX_NAME`](crate::keys::MAX_NAME) bytes.
    pub fn found_team(&self, name: &str, rng: &mut impl CryptoRng) -> Result<Entry, DeviceError> {
        let id = TeamId(sixteen(rng));
        self.name_team(id, name, rng)
    }

    /// The entry by which a team is called otherwise.
    pub fn name_team(&self, team: TeamId, name: &str, rng: &mut impl CryptoRng) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        let (_, circle) = self.log.circle_of(CircleKind::Coordinators).ok_or(DeviceError::Damaged("log"))?;
        let public = circle.present().ok_or(DeviceError::Damaged("log"))?.public;
        let epoch = u32::try_from(circle.epochs.len() - 1).unwrap_or(u32::MAX);
        let name = seal_name(&public, &Team::name_info(team, epoch), name, rng)?;
        self.entry(&mut self.log.clone(), Body::TeamNamed { team, epoch, name })
    }

    /// The entry by which somebody joins a team or leaves it. What it has the clerk seals to whoever joins.
    pub fn belongs_to_team(&self, team: TeamId, person: PersonId, joins: bool) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        if joins {
            self.may_open(person)?;
        }
        self.entry(&mut self.log.clone(), Body::TeamMember { team, person, joins })
    }

    /// The entry by which a team gets a case, or it is taken from the team. The secrets for its people go out with the sync that follows.
    pub fn team_opens(&mut self, team: TeamId, case: CaseId, gets: bool, rng: &mut impl CryptoRng) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        let body = Body::TeamCase { team, case, gets };
        if !gets {
            return self.entry(&mut self.log.clone(), body);
        }
        let members: Vec<CircleId> = self.log.team(team).into_iter().flat_map(Team::members).collect();
        let open: Vec<CircleId> = members.into_iter().filter(|circle| self.log.is_open(circle)).collect();
        self.seals(case, &open, body, rng)
    }
}
