//! Revoked devices: what they leave, who decides over it, and what whoever has a copy of one can read.

use std::collections::BTreeSet;

use habeas_client_core::case::Draft;
use habeas_client_core::device::SyncReport;
use habeas_protocol::{SyncRequest, SyncResponse, encode};

use super::super::story::PEOPLE;
use super::{NOW, World, cause, note, texts};

impl World {
    pub(super) fn revokes(&mut self, who: usize) -> Result<(), String> {
        let id = self.nodes[who].device.id();
        if self.nodes[who].is_gone {
            return Ok(());
        }
        let aliya = &mut self.nodes[0];
        let Some(entry) = aliya.tries(|device, rng| device.revoke(&id, rng))? else { return Ok(()) };
        if self.writes_to_log(&[entry])? {
            let of_theirs = self.nodes.iter().filter(|node| node.device.id() == id);
            self.thieves.extend(of_theirs.map(|node| node.copy(9)));
        }
        Ok(())
    }

    /// What the coordinator decides in the end: everything that waits counts. What she cannot open yet waits on, as with the terminal program: it
    /// may be of a case that another file brings her.
    pub(super) fn accepts(&mut self) -> Result<bool, String> {
        let mut news = false;
        for file in std::mem::take(&mut self.quarantine) {
            let imported = self.nodes[0].tries(|device, _| device.import_quarantined(&file))?;
            let report = imported.ok_or("what was handed over is not taken")?.report;
            news |= report.closed == 0 || report.admitted > 0;
            if report.closed > 0 {
                self.quarantine.push(file);
            }
        }
        Ok(news)
    }

    /// A device that was revoked destroys what it has. What it knows to be at the hub is perhaps nowhere else.
    pub(super) fn gives_up(&mut self, number: usize) -> Result<(), String> {
        let node = &mut self.nodes[number];
        for case in node.readable() {
            let known = texts(node, case);
            self.left.entry(case).or_default().extend(known);
        }
        self.quarantine.extend(self.nodes[number].gives_up()?);
        if self.nodes[number].was_lied_to {
            // What a hub said it had and had thrown away, a device that is revoked before it finds out destroys.
            self.forgets_what_nobody_has();
        }
        Ok(())
    }

    /// What only a hub had that is no more, and a device that was revoked, is lost: nobody else ever had it.
    pub(super) fn forgets_what_nobody_has(&mut self) {
        for (case, left) in std::mem::take(&mut self.left) {
            let mut held = BTreeSet::new();
            for node in &mut self.nodes {
                if node.readable().contains(&case) {
                    held.extend(texts(node, case));
                }
            }
            let gone: Vec<String> = left.into_iter().filter(|text| !held.contains(text)).collect();
            self.doubtful.entry(case).or_default().extend(gone);
        }
    }

    /// Whoever has a revoked device, and a hub that gives them everything, learns nothing of what is written from now on.
    pub(super) fn nothing_is_readable(&mut self) -> Result<(), String> {
        if self.thieves.is_empty() {
            return Ok(());
        }
        for case in self.nodes[0].readable() {
            let few = Draft { limited: true, ..note("after it, for few", NOW) };
            self.nodes[0].tries(|device, rng| device.add_facts(case, &[note("after it", NOW), few], rng))?;
        }
        while self.all_exchange()? {}
        let (mut cursor, mut frames) = (Vec::new(), Vec::new());
        let log = self.nodes[0].device.log().entries_from(0).map(|entry| encode(entry).unwrap()).collect::<Vec<_>>();
        loop {
            let asked = SyncRequest { cursor, log_from: u64::MAX, budget: u32::MAX, ..SyncRequest::default() };
            let caller = self.nodes[0].caller();
            let answer = self.hub.as_ref().unwrap().sync(caller, &asked, NOW, &mut self.rng).map_err(cause)?;
            cursor = answer.frames.last().map(|frame| frame.cursor.clone()).unwrap_or_default();
            frames.extend(answer.frames);
            if !answer.more {
                break;
            }
        }
        for thief in &mut self.thieves {
            let response = SyncResponse { log_next: log.len() as u64, log: log.clone(), ..SyncResponse::default() };
            thief.tries(|device, _| device.receive(&SyncRequest::default(), response))?;
            for frame in &frames {
                let mut report = SyncReport::default();
                // It may be that nothing opens, and that a feed has numbers that it does not expect.
                let _ = thief.device.take(&SyncRequest::default(), frame.clone(), &mut report);
            }
            for case in thief.readable() {
                if texts(thief, case).iter().any(|text| text.starts_with("after it")) {
                    return Err(format!(
                        "whoever has {}'s device reads what was written after it was revoked",
                        PEOPLE[thief.owner]
                    ));
                }
            }
        }
        Ok(())
    }
}
