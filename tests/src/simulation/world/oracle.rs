//! What must be so in the end, when the network is whole, nobody's battery dies and the hub is honest.

use std::collections::BTreeSet;

use habeas_client_core::case::Stated;
use habeas_protocol::{CaseId, CircleId, Role};

use super::super::Played;
use super::super::node::Node;
use super::super::story::{CLERK, Fault, LATE, PEOPLE};
use super::{FEEDS, NOW, ONE_MORE, QUIET, ROLES, ROUNDS, TRIPS, World, Written, texts, view};

impl World {
    /// The network is whole again, clocks are right and nobody's battery dies: everybody exchanges until there is nothing to say, and then everything is there.
    pub fn settles(&mut self) -> Result<(), String> {
        for node in &mut self.nodes {
            node.will_die(None);
            node.clock = NOW;
        }
        // Whoever comes last begins with a snapshot, if there is one: the clerk makes it of what it has heard before.
        self.all_exchange()?;
        self.round_trip(CLERK, Fault::None)?;
        self.admits(LATE)?;
        self.comes_to_rest()?;
        self.is_whole()?;
        self.begins_anew_with_what_bolat_has()?;
        self.comes_to_rest()?;
        self.is_whole()?;
        self.nothing_is_readable()?;
        self.one_more_costs_what_it_is()
    }

    fn comes_to_rest(&mut self) -> Result<(), String> {
        let mut rounds = 0;
        // A new key for somebody's case is no news for whoever counts changes, and a hub that has lost a case first says so, then gets it back,
        // and then the case turns: only three quiet rounds are the end.
        while self.all_exchange()? || self.accepts()? || self.all_exchange()? || self.all_exchange()? {
            rounds += 1;
            if rounds > ROUNDS {
                return Err("the devices never come to an end".to_owned());
            }
        }
        Ok(())
    }

    /// Nothing is unsent, or set aside.
    fn nothing_is_waiting(&mut self) -> Result<(), String> {
        if let Some(number) = (0..self.nodes.len()).find(|number| self.nodes[*number].unsent() > 0) {
            let (name, unsent) = (PEOPLE[self.nodes[number].owner], self.nodes[number].unsent());
            let refused = self.round_trip(number, Fault::None)?.map(|report| report.refused);
            return Err(format!("{name} still has {unsent} unsent, and hears {refused:?}"));
        }
        for node in &mut self.nodes {
            let name = PEOPLE[node.owner];
            for case in node.readable() {
                let mut aside = node.device.case(case).unwrap().replica.aside().to_vec();
                aside.retain(|aside| !self.liar.made(&aside.envelope));
                if !aside.is_empty() {
                    return Err(format!("{name} has set aside: {:?}", aside[0].outcome));
                }
            }
        }
        Ok(())
    }

    fn is_whole(&mut self) -> Result<(), String> {
        self.nothing_is_waiting()?;
        self.nothing_is_lost()?;
        self.all_see_the_same()?;
        self.few_read_what_is_for_few()
    }

    /// Whatever the day was like: one more note costs its own bytes, and nobody gets anything again.
    fn one_more_costs_what_it_is(&mut self) -> Result<(), String> {
        self.adds(0, 0, None)?;
        if self.nodes[0].unsent() == 0 {
            return Ok(());
        }
        for number in 0..self.nodes.len() {
            let snapshots = self.snapshots;
            self.round_trip(number, Fault::None)?;
            if self.last > QUIET + FEEDS * ONE_MORE && snapshots == self.snapshots && !self.nodes[number].is_gone {
                return Err(format!("one more note costs {} {} bytes", PEOPLE[self.nodes[number].owner], self.last));
            }
        }
        Ok(())
    }

    /// What this run has come to.
    pub fn played(&mut self) -> Played {
        let aliya = &mut self.nodes[0];
        let (known, log) = (aliya.readable(), aliya.device.log().clone());
        let twins = |case: CaseId| aliya.device.case(case).unwrap().replica.history().twins().len() as u64;
        let twins = known.iter().copied().map(twins).sum();
        let mut limited = 0;
        for case in known {
            let facts = self.nodes[0].device.case(case).unwrap().replica.known_facts();
            limited += facts.iter().filter(|fact| fact.limited).count() as u64;
        }
        let still_holds = |(person, (case, number)): (CircleId, (CaseId, u64))| {
            log.share(case, person).is_some_and(|share| share.number == number && share.holds(NOW))
        };
        let over =
            |node: &Node| node.over.iter().map(|over| (CircleId(node.person.0), *over)).filter(|over| still_holds(*over)).count();
        let early = self.nodes.iter().map(over).sum::<usize>() as u64;
        Played {
            schedules: 1,
            early,
            changes: self.written.values().map(|texts| texts.len() as u64).sum(),
            twins,
            deaths: self.nodes.iter().map(|node| node.deaths).sum(),
            hub_deaths: self.hub_deaths,
            lost: self.lost,
            gone: self.nodes.iter().filter(|node| node.is_gone).count() as u64,
            lies: self.liar.told,
            caught: self.liar.caught,
            snapshots: self.snapshots,
            bare: self.bare,
            limited,
        }
    }

    pub(super) fn all_exchange(&mut self) -> Result<bool, String> {
        let mut news = false;
        for number in 0..self.nodes.len() {
            for trip in 0.. {
                let report = self.round_trip(number, Fault::None)?.ok_or("a device died in the end")?;
                news |= report.sent + report.sent_keys + report.admitted + report.given_back > 0 || !report.changed.is_empty();
                if !report.more {
                    break;
                }
                if trip > TRIPS {
                    return Err(format!("{} exchanges for ever: {report:?}", PEOPLE[self.nodes[number].owner]));
                }
            }
            // What the hub does not take from somebody who gets no newer keys the clerk seals again.
            if !self.nodes[number].device.stale().unwrap().is_empty() {
                self.hands_in(number, None, true, true)?;
                news = true;
            }
        }
        Ok(news)
    }

    /// Whatever was on a disk is with the coordinator and with the clerk, each once.
    fn nothing_is_lost(&mut self) -> Result<(), String> {
        for number in [0, CLERK, LATE] {
            let node = &mut self.nodes[number];
            let all: Written = node.readable().into_iter().map(|case| (case, texts(node, case).into_iter().collect())).collect();
            // What may have been lost may as well be there.
            let doubtful = |case: &CaseId, text: &String| self.doubtful.get(case).is_some_and(|texts| texts.contains(text));
            let sure = |written: &Written| -> Written {
                let sure = written.iter().map(|(case, texts)| {
                    (*case, texts.iter().filter(|text| !doubtful(case, text)).cloned().collect::<BTreeSet<_>>())
                });
                sure.filter(|(_, texts)| !texts.is_empty()).collect()
            };
            if sure(&all) != sure(&self.written) {
                return Err(format!("{} has {all:?}, and written was {:?}", PEOPLE[number], self.written));
            }
            for case in node.readable() {
                let (listed, facts) = (texts(node, case), node.device.case(case).unwrap().replica.facts());
                let ids: BTreeSet<_> = facts.iter().map(|fact| fact.id()).collect();
                let distinct: BTreeSet<_> = listed.iter().collect();
                if listed.len() != distinct.len() || ids.len() != facts.len() {
                    return Err(format!("something is there twice: {listed:?}"));
                }
            }
        }
        Ok(())
    }

    /// Of a case that they read, coordinators, the clerk and whoever wrote it read what is limited, and nobody else.
    fn few_read_what_is_for_few(&mut self) -> Result<(), String> {
        let log = self.nodes[0].device.log().clone();
        for node in self.nodes.iter_mut().filter(|node| !node.is_gone) {
            let opens_all = matches!(ROLES[node.owner], Role::Coordinator | Role::Clerk);
            for case in node.readable() {
                for stated in node.device.case(case).unwrap().replica.facts() {
                    let is_own = log.author(&stated.id().actor).is_some_and(|(_, author)| author.person == node.person);
                    let may = opens_all || is_own;
                    match stated {
                        Stated::Known(fact) if fact.limited && !may => {
                            return Err(format!("{} reads what is for few", PEOPLE[node.owner]));
                        }
                        Stated::Sealed(fact) if fact.limited && may => {
                            return Err(format!("{} does not read {}", PEOPLE[node.owner], fact.id));
                        }
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// Whoever may read a case reads the same.
    fn all_see_the_same(&mut self) -> Result<(), String> {
        let log = self.nodes[0].device.log().clone();
        let known = self.nodes[0].readable();
        for (case, written) in self.written.clone().into_iter().filter(|(case, _)| known.contains(case)) {
            let view = view(&mut self.nodes[0], case);
            for node in &mut self.nodes {
                let own = CircleId(node.person.0);
                let granted = log.grants(case).any(|circle| circle == own);
                let share = log.share(case, own).filter(|share| !node.over.contains(&(case, share.number)));
                let share = share.map(|share| share.holds(NOW));
                let has = node.readable().contains(&case);
                if (granted || share == Some(true)) && !has && !node.is_gone {
                    return Err(format!("{} does not have a case that is open to her", PEOPLE[node.owner]));
                }
                if share == Some(false) && has && self.begun.get(&case) != Some(&node.person) {
                    return Err(format!("{} has a case that is open to her no longer", PEOPLE[node.owner]));
                }
                // A recorder reads only what her own device has written.
                if ROLES[node.owner] == Role::Recorder {
                    continue;
                }
                if has && self::view(node, case) != view {
                    return Err(format!("{} sees something else of {written:?} than Aliya", PEOPLE[node.owner]));
                }
            }
        }
        Ok(())
    }
}
