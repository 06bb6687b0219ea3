//! What Aliya opens for a time: shares, and a team; and what goes when that is over.

use habeas_protocol::{CaseId, CircleId, Entry, SyncRequest, SyncResponse, TeamId};

use super::super::story::CLERK;
use super::{NOW, World, Written, texts};

impl World {
    /// One of the cases that Aliya can read.
    fn chosen(&mut self, case: usize) -> Option<CaseId> {
        let cases = self.nodes[0].readable();
        cases.get(case % cases.len().max(1)).copied()
    }

    pub(super) fn shares(&mut self, case: usize, to: usize, begins: bool) -> Result<(), String> {
        let (person, Some(case)) = (self.nodes[to].person, self.chosen(case)) else { return Ok(()) };
        let aliya = &mut self.nodes[0];
        let own = CircleId(person.0);
        let is_shared = aliya.device.log().had(case, own).iter().any(|share| !share.by_team && share.ended.is_none());
        let texts = self.texts;
        let entry = match begins {
            // Every other one ends tomorrow, by the true time, and every third is for reading only.
            true => {
                let until = self.texts.is_multiple_of(2).then_some(NOW + 24 * 3600);
                aliya.tries(|device, rng| device.share(case, person, (!texts.is_multiple_of(3), until), rng))?
            }
            false if is_shared => aliya.tries(|device, _| device.end_share(case, person))?,
            false => None,
        };
        self.says(entry)
    }

    pub(super) fn team_member(&mut self, who: usize, joins: bool) -> Result<(), String> {
        let (person, Some(team)) = (self.nodes[who].person, self.team()?) else { return Ok(()) };
        let aliya = &mut self.nodes[0];
        let known = aliya.device.teams().into_iter().find(|line| line.id == team);
        if known.is_none_or(|line| line.members.contains(&person) == joins) {
            return Ok(());
        }
        let entry = aliya.tries(|device, _| device.belongs_to_team(team, person, joins))?;
        self.says(entry)
    }

    pub(super) fn team_case(&mut self, case: usize, gets: bool) -> Result<(), String> {
        let (Some(case), Some(team)) = (self.chosen(case), self.team()?) else { return Ok(()) };
        let aliya = &mut self.nodes[0];
        let known = aliya.device.teams().into_iter().find(|line| line.id == team);
        if known.is_none_or(|line| line.cases.contains(&case) == gets) {
            return Ok(());
        }
        let entry = aliya.tries(|device, rng| device.team_opens(team, case, gets, rng))?;
        self.says(entry)
    }

    /// The one team, founded when it is needed.
    fn team(&mut self) -> Result<Option<TeamId>, String> {
        let aliya = &mut self.nodes[0];
        if aliya.device.teams().is_empty() {
            let entry = aliya.tries(|device, rng| device.found_team("Медеу", rng))?;
            self.says(entry)?;
        }
        Ok(self.nodes[0].device.teams().first().map(|team| team.id))
    }

    fn says(&mut self, entry: Option<Entry>) -> Result<(), String> {
        entry.map_or(Ok(()), |entry| self.writes_to_log(&[entry]).map(drop))
    }

    /// Hands in what was not sent when a share ended: for Aliya to decide over, or like anything else where the share goes on.
    pub(super) fn hands_in_left_over(&mut self, number: usize) -> Result<(), String> {
        let mut place = 0;
        while let Some(file) = self.nodes[number].tries(|device, _| device.left_over(place))?.flatten() {
            if self.nodes[CLERK].device.of_revoked(&file).is_some() {
                self.quarantine.push(file);
            } else if !self.brings(&file)?.is_some_and(|(handed_in, brought)| {
                let is_there =
                    |(_, response): &(SyncRequest, SyncResponse)| response.envelopes.iter().all(|pushed| pushed.is_there());
                handed_in.whole && handed_in.refused == 0 && brought.iter().all(is_there)
            }) {
                place += 1;
                continue;
            }
            if self.nodes[number].tries(|device, _| device.left_over_is_handed_in(place))?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Whoever sits at a device opens its program: what is over there goes, and what was not sent waits until it can be handed in.
    pub(super) fn tells_time(&mut self, number: usize) -> Result<(), String> {
        let node = &mut self.nodes[number];
        let shared = node.device.log().shared_with(CircleId(node.person.0));
        let is_over = |(_, share): &(CaseId, habeas_protocol::Share)| !share.holds(node.clock);
        let over: Vec<(CaseId, u64)> = shared.into_iter().filter(is_over).map(|(case, share)| (case, share.number)).collect();
        node.over.extend(&over);
        let (over, clock): (Vec<CaseId>, i64) = (over.into_iter().map(|(case, _)| case).collect(), node.clock);
        if over.is_empty() {
            return node.tries(|device, rng| device.is_at(clock, rng)).map(drop);
        }
        let mut held = Written::new();
        for case in over.into_iter().filter(|case| node.device.cases().any(|(known, _)| known == case)).collect::<Vec<_>>() {
            // What is over is read as by whoever looks into the device before it is told the time.
            let known = node.device.case(case).is_ok_and(|open| open.keys.newest().is_some());
            if known {
                held.insert(case, texts(node, case).into_iter().collect());
            }
        }
        // Whether it died or not: what is on the disk counts.
        node.tries(|device, rng| device.is_at(clock, rng))?;
        held.retain(|case, _| !node.device.cases().any(|(known, _)| known == case));
        let doubts = self.nodes[number].was_lied_to || self.restored > 1;
        for (case, texts) in held {
            self.left.entry(case).or_default().extend(texts);
        }
        if doubts {
            self.forgets_what_nobody_has();
        }
        Ok(())
    }
}
