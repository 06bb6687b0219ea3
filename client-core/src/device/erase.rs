//! Erasing a case, or one sealed fact: a coordinator says so in the log, and every device that reads it there destroys what it has of the
//! case, or the fact's key. It obeys the log
//! alone: the hub's word makes no device forget.

use std::collections::BTreeSet;

use habeas_protocol::{AttachmentId, Body, CaseId, Entry, Log, decode, encode};
use serde::{Deserialize, Serialize};

use super::attached::{self, Attachment};
use super::index::Lines;
use super::limited::names_of_key;
use super::records::Put;
use super::state::State;
use super::stored::{self, StoredCase};
use super::{Device, DeviceError, Records};
use crate::case::FactId;
use crate::order;
use crate::sync::Replica;

pub(super) const NAME: &str = "erased";
const MAX: usize = 16 << 20;

/// What a device has destroyed of an erased case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// How many changes the hub did not have yet.
    pub unsent: usize,
    /// Its attachments: whoever stores their pieces destroys these.
    pub attachments: Vec<AttachmentId>,
}

pub(super) fn load(records: &mut impl Records) -> Result<Vec<(CaseId, Erased)>, DeviceError> {
    let Some(bytes) = records.get(NAME)? else { return Ok(Vec::new()) };
    decode(&bytes, MAX).map_err(|_| DeviceError::Damaged(NAME))
}

fn record(erased: &[(CaseId, Erased)]) -> Result<Put, DeviceError> {
    Ok((NAME.to_owned(), encode(&erased).map_err(|_| DeviceError::Damaged(NAME))?))
}

impl<R: Records> Device<R> {
    /// Cases that were destroyed here, and of which the program has not yet destroyed what lies beside the records and told whoever sits at
    /// the device.
    pub fn erased(&self) -> &[(CaseId, Erased)] {
        &self.erased
    }

    /// Says that it has.
    pub fn erased_is_told(&mut self) -> Result<(), DeviceError> {
        if !self.erased.is_empty() {
            self.records.put(vec![record(&[])?])?;
            self.erased.clear();
        }
        Ok(())
    }

    /// The entry by which a case is erased everywhere. It cannot be taken back.
    pub fn erase(&self, case: CaseId) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        if !self.index.contains_key(&case) {
            return Err(self.missing(case));
        }
        self.entry(&mut self.log.clone(), Body::CaseErased { case })
    }

    /// Stores a log that has grown, and destroys what is here of cases that it says are erased, and of the keys of facts: both or neither.
    pub(super) fn knows(&mut self, log: Log, mut state: State) -> Result<(), DeviceError> {
        let (before, _) = self.log.next();
        if log.newest_erasure().is_none_or(|number| number < before) {
            self.records.put(vec![state.record()?])?;
            (self.log, self.state) = (log, state);
            return Ok(());
        }
        let lighter = self.without_erased_facts(&log, before)?;
        let gone: Vec<CaseId> = log.erased().filter(|case| self.index.contains_key(case)).copied().collect();
        let mut erased = self.erased.clone();
        for case in &gone {
            erased.push((*case, self.look(*case)?));
        }
        let (mut lines, mut shelf, mut turning, mut deaths) =
            (Lines::default(), self.shelf.clone(), self.turning.clone(), self.deaths.clone());
        state.unopened.retain(|wrap| !log.is_erased(&wrap.case));
        state.outgoing.retain(|wrap| !log.is_erased(&wrap.case));
        gone.iter().for_each(|case| lines.remove(*case));
        lighter.iter().for_each(|(case, stored, replica)| lines.put(*case, stored.summary(replica)));
        shelf.retain(|_, held| !log.is_erased(&held.case));
        turning.forgets(&log);
        let mut batch = vec![
            state.record()?,
            attached::record(&shelf)?,
            turning.record()?,
            deaths.forgets(&log)?,
            self.begin_snapshot_anew()?,
            record(&erased)?,
        ];
        batch.extend(lines.puts(&self.index)?);
        for (case, stored, _) in &lighter {
            batch.push(stored.record(*case)?);
        }
        let names: Vec<String> = gone.iter().map(|case| stored::name(*case)).collect();
        self.records.forget(&names, batch)?;
        self.held_back.retain(|case| !log.is_erased(case));
        self.unopenable.retain(|case| !log.is_erased(case));
        lines.go_into(&mut self.index);
        (self.log, self.state) = (log, state);
        (self.shelf, self.turning, self.deaths, self.erased) = (shelf, turning, deaths, erased);
        self.lighter.extend(lighter.into_iter().map(|(case, ..)| case));
        Ok(())
    }

    /// Cases of which the log has erased a fact, by entries from that one on, as they are without it.
    fn without_erased_facts(&mut self, log: &Log, first: u64) -> Result<Vec<(CaseId, StoredCase, Replica)>, DeviceError> {
        let of = |entry: &Entry| if let Body::FactErased { case, .. } = entry.body { Some(case) } else { None };
        let here = |case: &CaseId| self.index.contains_key(case) && !log.is_erased(case);
        let cases = order::set(log.entries_from(first).filter_map(of).filter(here));
        let mut lighter = Vec::new();
        for case in cases {
            let Some(stored) = self.stored(case)? else { continue };
            let without = stored.without_erased(case, log)?;
            lighter.extend(without.map(|(stored, replica)| (case, stored, replica)));
        }
        Ok(lighter)
    }

    /// Cases that have lost a fact since this was last asked: what follows from their facts is to be made anew.
    pub fn lost_a_fact(&mut self) -> BTreeSet<CaseId> {
        std::mem::take(&mut self.lighter)
    }

    /// The entries by which one fact is erased everywhere: one for each name under which its key travels. It cannot be taken back. None if the
    /// fact is not sealed under a key of its own, and goes with its case only, or if it is erased already.
    pub fn erase_fact(&mut self, case: CaseId, fact: &FactId) -> Result<Vec<Entry>, DeviceError> {
        self.coordinator()?;
        let open = self.case(case)?;
        let Some((seal, ids)) = open.replica.document().seal_of(fact).zip(open.keys.secret(0)) else { return Ok(Vec::new()) };
        let names = names_of_key(&open.replica, &seal, &self.log, ids).into_iter();
        let mut log = self.log.clone();
        names
            .filter(|key| !self.log.is_fact_erased(&case, key))
            .map(|key| self.entry(&mut log, Body::FactErased { case, key }))
            .collect()
    }

    /// What there is of a case to be destroyed. One that cannot be read any more is destroyed all the same.
    pub(super) fn look(&mut self, case: CaseId) -> Result<Erased, DeviceError> {
        let held = self.shelf.iter().filter(|(_, held)| held.case == case).map(|(id, _)| *id);
        let mut erased = Erased { unsent: 0, attachments: held.collect() };
        let stored = match self.stored(case) {
            Ok(stored) => stored,
            Err(DeviceError::Damaged(_)) => None,
            Err(error) => return Err(error),
        };
        let Some(stored) = stored else { return Ok(erased) };
        erased.unsent = stored.unsent.len();
        let facts = stored.open(case, &self.log).map(|open| open.replica.known_facts()).unwrap_or_default();
        // Also those that have come only in part.
        for of in facts.iter().filter_map(|fact| Attachment::of(case, None, fact)) {
            if !erased.attachments.contains(&of.id) {
                erased.attachments.push(of.id);
            }
        }
        Ok(erased)
    }
}
