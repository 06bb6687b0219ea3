//! Who opens which case by the log: those to whom it is granted for good, those with whom it is shared, and those whose team has it.

use std::collections::BTreeSet;

use super::{Grant, Log};
use crate::ids::{CaseId, CircleId, DeviceId, TeamId};
use crate::limits::SEALED_NAME;
use crate::log::{Body, CircleKind, LogError};
use crate::share::Share;
use crate::team::Team;

impl Log {
    /// What an entry says of that.
    pub(super) fn lets_open(&mut self, number: u64, body: &Body) -> Result<(), LogError> {
        match body {
            Body::Grant { case, circle } => {
                if !self.circles.contains_key(circle) {
                    return Err(LogError::Contradiction("there is no such circle"));
                }
                self.is_there(*case)?;
                self.grants.insert(Grant { case: *case, circle: *circle });
                Ok(())
            }
            Body::CaseShared { case, circle, writes, until } => {
                if !matches!(self.circles.get(circle).map(|circle| circle.kind), Some(CircleKind::Person(_))) {
                    return Err(LogError::Contradiction("a case is shared with a person"));
                }
                self.is_there(*case)?;
                if self.is_granted(*case, *circle) {
                    return Err(LogError::Contradiction("the person may open the case for good"));
                }
                let share = Share { number, writes: *writes, until: *until, ended: None, by_team: false };
                self.shares.begin(*case, *circle, share);
                Ok(())
            }
            Body::ShareEnded { case, circle } => self.shares.end(*case, *circle, number),
            Body::TeamNamed { team, epoch, name } => {
                let present = self.circle_of(CircleKind::Coordinators).map_or(0, |(_, circle)| circle.epochs.len());
                if name.sealed.len() != SEALED_NAME || *epoch as usize + 1 != present {
                    return Err(LogError::Contradiction(
                        "a team's name is sealed to the coordinators' present key, in so many bytes",
                    ));
                }
                self.teams.name(*team, (*epoch, name.clone()))
            }
            Body::TeamMember { team, person, joins } => {
                let circle = self.circle_of(CircleKind::Person(*person)).map(|(circle, _)| circle);
                let circle = circle.ok_or(LogError::Contradiction("nobody of that name has a device"))?;
                self.teams.belongs(*team, circle, *joins, number)
            }
            Body::TeamCase { team, case, gets } => {
                if *gets {
                    self.is_there(*case)?;
                }
                self.teams.opens(*team, *case, *gets, number)
            }
            _ => Ok(()),
        }
    }

    fn is_there(&self, case: CaseId) -> Result<(), LogError> {
        if self.is_erased(&case) { Err(LogError::Contradiction("the case is erased")) } else { Ok(()) }
    }

    /// Whether the log lets a circle open a case for good.
    pub fn is_granted(&self, case: CaseId, circle: CircleId) -> bool {
        self.grants.contains(&Grant { case, circle })
    }

    /// The circles that the log lets open a case for good. The circles that its author sealed it to come on top.
    pub fn grants(&self, case: CaseId) -> impl Iterator<Item = CircleId> {
        let all = Grant { case, circle: CircleId([0; 16]) }..=Grant { case, circle: CircleId([255; 16]) };
        self.grants.range(all).map(|grant| grant.circle)
    }

    /// The share by which a circle has a case, also one that is over; `None` where there never was one, or a grant makes it needless. What a team
    /// gives goes before what was given to this circle alone: it lets write, and has no end of its own.
    pub fn share(&self, case: CaseId, circle: CircleId) -> Option<Share> {
        if self.is_granted(case, circle) {
            return None;
        }
        let rank = |share: &Share| (share.ended.is_none(), share.ended.is_none() && share.by_team, share.number);
        let mut best: Option<Share> = None;
        for share in self.had(case, circle) {
            if best.is_none_or(|best| rank(&best) < rank(&share)) {
                best = Some(share);
            }
        }
        best
    }

    /// Every share of a case that a circle has or had, in no order.
    pub fn had(&self, case: CaseId, circle: CircleId) -> Vec<Share> {
        let mut had = self.shares.of(case, circle).to_vec();
        self.teams.add_shares(case, circle, &mut had);
        had
    }

    /// The circles that have a case by a share or had it, each with the share that counts; those to which it is granted are not among them.
    pub fn shared(&self, case: CaseId) -> Vec<(CircleId, Share)> {
        self.ever_shared(case).into_iter().filter_map(|circle| Some((circle, self.share(case, circle)?))).collect()
    }

    /// The circles that have a case by a share or had it, also those to which it was granted since.
    pub fn ever_shared(&self, case: CaseId) -> BTreeSet<CircleId> {
        let mut circles = BTreeSet::new();
        circles.extend(self.shares.circles(case));
        self.teams.add_circles(case, &mut circles);
        circles
    }

    /// The cases that a circle has by a share or had, each with the share that counts; those that are granted to it are not among them.
    pub fn shared_with(&self, circle: CircleId) -> Vec<(CaseId, Share)> {
        let mut cases = BTreeSet::new();
        cases.extend(self.shares.cases(circle));
        self.teams.add_cases(circle, &mut cases);
        cases.into_iter().filter_map(|case| Some((case, self.share(case, circle)?))).collect()
    }

    /// The instants at which shares end by themselves, in seconds since 1970.
    pub fn share_ends(&self) -> impl Iterator<Item = i64> {
        self.shares.ends()
    }

    /// Every team.
    pub fn teams(&self) -> &[Team] {
        self.teams.all()
    }

    /// A team, if there is one of that id.
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams().iter().find(|team| team.id() == id)
    }

    /// Those who may open a case that this device began at `now`, in seconds since 1970: the coordinators, whoever began it, unless they only
    /// record, everybody to whom the log grants it, and everybody who has it by a share or a team. Circles that have ended are not among them.
    pub fn readers(&self, case: CaseId, beginner: Option<&DeviceId>, now: i64) -> BTreeSet<CircleId> {
        let mut all = BTreeSet::new();
        all.extend(self.circle_of(CircleKind::Coordinators).map(|(circle, _)| circle));
        all.extend(beginner.and_then(|beginner| self.own_circle(beginner)));
        all.extend(self.grants(case));
        all.extend(self.shared(case).into_iter().filter(|(_, share)| share.holds(now)).map(|(circle, _)| circle));
        all.retain(|circle| self.is_open(circle));
        all
    }
}
