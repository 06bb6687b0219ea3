//! The hub comes back with its last backup once more, and the clerk's machine is lost. Who comes first is Bolat, who began with a snapshot: much of what
//! he has bears no signature of its own. What the backup has and what he gives back is all that a clerk who begins anew can have.

use std::collections::BTreeSet;

use super::super::node::Node;
use super::super::story::{CLERK, Fault, LATE, PEOPLE};
use super::{TRIPS, World, person, texts};

impl World {
    pub(super) fn begins_anew_with_what_bolat_has(&mut self) -> Result<(), String> {
        self.forgets_what_nobody_has();
        self.restore();
        self.exchanges_to_the_end(LATE)?;
        let clerk = self.nodes[CLERK].device.secrets().clone();
        self.nodes[CLERK] = Node::new(CLERK, person(CLERK), &clerk, u64::from(self.texts));
        // A key for the clerk may be on the way at first, and what it makes of what it hears.
        for number in [CLERK, LATE, CLERK, LATE, CLERK] {
            self.exchanges_to_the_end(number)?;
        }
        self.bare += self.nodes[CLERK].bare();
        for case in self.nodes[LATE].readable() {
            let [his, its] = [LATE, CLERK].map(|number| {
                let node = &mut self.nodes[number];
                if node.readable().contains(&case) { texts(node, case).into_iter().collect() } else { BTreeSet::new() }
            });
            if his != its {
                return Err(format!("the clerk began anew with {its:?} of what {} has: {his:?}", PEOPLE[LATE]));
            }
        }
        Ok(())
    }

    fn exchanges_to_the_end(&mut self, number: usize) -> Result<(), String> {
        for _ in 0..TRIPS {
            let report = self.round_trip(number, Fault::None)?.ok_or("a device died in the end")?;
            if !report.more && report.sent + report.sent_keys + report.admitted + report.given_back == 0 {
                return Ok(());
            }
        }
        Err(format!("{} exchanges for ever", PEOPLE[self.nodes[number].owner]))
    }
}
