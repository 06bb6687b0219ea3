//! What people do with their own devices, and what Aliya writes to the log.

use std::collections::BTreeSet;

use habeas_client_core::case::Draft;
use habeas_client_core::device::log_entries;
use habeas_protocol::{CaseId, Entry, encode};

use super::{ROLES, World, note, person, texts};
use crate::simulation::node::Node;

impl World {
    pub(super) fn text(&mut self) -> String {
        self.texts += 1;
        format!("text {}", self.texts)
    }

    /// A text of somebody's. Every third is sealed under a key of its own, and every fifth is for few, unless they only record, and do not read that
    /// themselves, or are not let in yet.
    fn draft(&self, node: usize, text: &str) -> Draft {
        let reads = |node: &Node| node.device.member().is_some_and(|member| member.role.reads_own_cases());
        let limited = self.texts.is_multiple_of(5) && reads(&self.nodes[node]);
        Draft { sensitive: self.texts.is_multiple_of(3), limited, ..note(text, self.nodes[node].clock) }
    }

    pub(super) fn begins(&mut self, node: usize) -> Result<(), String> {
        let text = self.text();
        let draft = self.draft(node, &text);
        let node = &mut self.nodes[node];
        let before: BTreeSet<CaseId> = node.device.cases().map(|(case, _)| *case).collect();
        node.tries(|device, rng| device.new_case(&[draft], rng))?;
        // Whether it died or not: what is on the disk counts.
        let new = node.device.cases().map(|(case, _)| *case).find(|case| !before.contains(case));
        if let Some(case) = new {
            self.begun.insert(case, node.person);
            self.written.entry(case).or_default().insert(text);
        }
        Ok(())
    }

    pub(super) fn adds(&mut self, node: usize, case: usize, corrects: Option<u8>) -> Result<(), String> {
        let text = self.text();
        let mut draft = self.draft(node, &text);
        let node = &mut self.nodes[node];
        let cases = node.readable();
        let Some(&case) = cases.get(case % cases.len().max(1)) else { return Ok(()) };
        let known = node.device.case(case).unwrap().replica.known_facts();
        if let Some(fact) = corrects {
            draft.replaces = known.get(usize::from(fact) % known.len().max(1)).map(|fact| fact.id).into_iter().collect();
        }
        node.tries(|device, rng| device.add_facts(case, &[draft], rng))?;
        if texts(node, case).contains(&text) {
            self.written.entry(case).or_default().insert(text);
        }
        Ok(())
    }

    pub(super) fn assigns(&mut self, case: usize, to: usize) -> Result<(), String> {
        let person = self.nodes[to].person;
        let aliya = &mut self.nodes[0];
        let cases = aliya.readable();
        let Some(&case) = cases.get(case % cases.len().max(1)) else { return Ok(()) };
        if let Some(entry) = aliya.tries(|device, rng| device.grant(case, person, rng))? {
            // A hub that has lost entries of hers takes this one when it has them back; until then she tries in vain.
            self.writes_to_log(&[entry])?;
        }
        Ok(())
    }

    /// Aliya lets a device in that has waited until now.
    pub(super) fn admits(&mut self, who: usize) -> Result<(), String> {
        let keys = self.nodes[who].device.secrets().keys();
        let aliya = &mut self.nodes[0];
        if aliya.device.log().known(&keys.id()).is_some() {
            return Ok(());
        }
        let joins = (person(who), ROLES[who]);
        let admitted = aliya.tries(|device, rng| device.admit(&mut device.log().clone(), &keys, joins, rng))?;
        let Some(entries) = admitted else { return Ok(()) };
        self.writes_to_log(&entries).map(drop)
    }

    /// Whether the hub takes entries of Aliya's; then she knows them, too.
    pub(super) fn writes_to_log(&mut self, entries: &[Entry]) -> Result<bool, String> {
        let aliya = &mut self.nodes[0];
        // That her battery dies between the hub's answer and the disk, the hub loses the entry before she asks again, and somebody else has heard
        // it meanwhile, makes two logs: a known limit, which docs/sync-protocol.md names.
        aliya.will_die(None);
        let bytes: Vec<Vec<u8>> = entries.iter().map(|entry| encode(entry).unwrap()).collect();
        let taken = self.hub.as_ref().unwrap().append_log(aliya.caller(), &bytes, 0).is_ok();
        let entries = log_entries(entries).map_err(|error| error.to_string())?;
        Ok(taken && aliya.tries(|device, _| device.are_taken(&entries))?.is_some())
    }
}
