//! A hub that was restored from a backup, or moved, lacks what it had acknowledged since. It says so itself, by a cursor or a receipt
//! that it does not know; then devices give it back what they have: entries of the log first, then whatever it lacks of their
//! cases, whoever wrote it. Nobody has to do anything, and nothing is wiped.

use habeas_protocol::has::{self, Has};
use habeas_protocol::limits::{MAX_LOG_ENTRIES, RECEIPT};
use habeas_protocol::{CaseId, Differing, Role, SyncRequest, SyncResponse, Wrap, decode, encode, receipt};
use habeas_texts as texts;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::asking::Asking;
use super::records::Put;
use super::stored::{Cases, StoredCase};
use super::sync::{MAX_PUSH, SyncReport};
use super::{Device, DeviceError, Records};

pub(super) const NAME: &str = "hub";
const MAX: usize = 64 << 10;

/// What the device knows of the hub, as it is stored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hub {
    version: u8,
    /// What this device shows for what the hub has acknowledged.
    receipt: Vec<u8>,
    /// The first log entry that the hub lacks, if it lacks any that this device has.
    log_from: Option<u64>,
    /// From where on the hub did not take entries when it was last given them: its log is another one, or it has lost them again. It is
    /// given the first of them with each request, which is no reason for a further one.
    log_refused: Option<u64>,
    /// While the device asks what the hub has lost: which cases it has not asked about yet.
    pub asking: Option<Asking>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { version: 1, receipt: Vec::new(), log_from: None, log_refused: None, asking: None }
    }
}

impl Hub {
    pub fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        let Some(bytes) = records.get(NAME)? else { return Ok(Self::default()) };
        let hub: Option<Self> = decode(&bytes, MAX).ok();
        // Nothing here is worth a device that does not open: whoever does not know asks anew.
        let anew = || Self { asking: Some(Asking::default()), ..Self::default() };
        Ok(hub.filter(|hub| hub.version == 1).unwrap_or_else(anew))
    }

    /// Begins to ask what the hub has lost.
    pub fn asks_anew(&mut self) {
        self.asking = Some(Asking::default());
    }

    pub fn record(&self) -> Result<Put, DeviceError> {
        Ok((NAME.to_owned(), encode(self).map_err(|_| DeviceError::Damaged("hub"))?))
    }

    /// Whether the device has something to ask or to give back.
    pub fn is_behind(&self) -> bool {
        (self.log_from.is_some() && self.log_from != self.log_refused) || self.asking.is_some()
    }
}

impl<R: Records> Device<R> {
    /// Adds to a request what the hub has to be asked or given back.
    pub(super) fn ask_what_is_lost(&mut self, request: &mut SyncRequest) -> Result<(), DeviceError> {
        request.receipt.clone_from(&self.hub.receipt);
        let from = usize::try_from(self.hub.log_from.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let most = if self.hub.log_from == self.hub.log_refused { 1 } else { MAX_LOG_ENTRIES };
        let mut size = 0;
        let fits = |entry: &&Vec<u8>| {
            size += entry.len();
            size <= MAX_PUSH
        };
        request.log = self.state.entries.iter().skip(from).take(most).take_while(fits).cloned().collect();
        self.ask(request)
    }

    /// Keeps what this device shows from now on. Before anything that it acknowledges counts as safe: whoever dies in between shows the newer one
    /// and sends again what is there, and not the older one without what is lost. And together with the hub's word that it has lost something:
    /// it says so once, to whoever shows what it showed before.
    pub(super) fn keep_receipt(&mut self, request: &SyncRequest, response: &SyncResponse) -> Result<(), DeviceError> {
        if !matches!(response.receipt.len(), 0 | RECEIPT) {
            return Err(DeviceError::Hub(texts::error_other_answer()));
        }
        let mut hub = self.hub.clone();
        let says_something = response.wraps.iter().chain(&response.envelopes).any(|pushed| pushed.is_there());
        // Also of a hub that gives none for what it says: one that did not say it is to find out.
        let asks = !request.digests.is_empty() || !request.ranges.is_empty();
        if says_something || response.lost || asks || !response.receipt.is_empty() {
            hub.receipt = receipt(&response.receipt, request, response.said()).map_err(|_| DeviceError::Damaged("hub"))?.to_vec();
        }
        if response.lost {
            self.attachments_may_be_lost()?;
            self.seen.is_in_doubt();
            self.records.put(vec![self.seen.record()?])?;
            hub.asks_anew();
        }
        self.store_hub(hub, Vec::new())
    }

    /// Asks at the next sync what the hub has.
    pub(super) fn asks_what_is_lost(&mut self) -> Result<(), DeviceError> {
        let mut hub = self.hub.clone();
        hub.asks_anew();
        self.store_hub(hub, Vec::new())
    }

    fn store_hub(&mut self, hub: Hub, mut batch: Vec<Put>) -> Result<(), DeviceError> {
        if hub != self.hub {
            batch.push(hub.record()?);
        }
        if !batch.is_empty() {
            self.records.put(batch)?;
        }
        self.hub = hub;
        Ok(())
    }

    /// Takes in what the hub says of what it has lost.
    pub(super) fn hear_what_is_lost(
        &mut self,
        request: &SyncRequest,
        response: &SyncResponse,
        report: &mut SyncReport,
    ) -> Result<(), DeviceError> {
        self.give_back(request, response, report)?;
        let mut hub = self.hub.clone();
        let lacks = (response.log_next < self.log.next().0).then_some(response.log_next);
        if !request.log.is_empty() && lacks == self.hub.log_from {
            // It was given them and does not take them. A hub that was restored once more, or lied, takes them another time.
            hub.log_refused = lacks;
        }
        if lacks.is_none() {
            // It has them after all: one that lacks them later has lost them.
            hub.log_refused = None;
        }
        if lacks.is_some() && lacks == hub.log_refused {
            report.refused.push("other_log".to_owned());
        }
        hub.log_from = lacks;
        hub.asking = self.asks_on(request, response);
        let mut batch = Vec::new();
        let mut state = self.state.clone();
        if response.lost {
            report.restored = true;
            hub.asks_anew();
            // The cursor speaks of a history that is no more.
            state.cursor.clear();
            batch.push(state.record()?);
        }
        self.store_hub(hub, batch)?;
        self.state = state;
        Ok(())
    }

    /// Puts what the hub lacks of the cases that were asked about among what is unsent. The index is written once for many of them.
    fn give_back(&mut self, request: &SyncRequest, response: &SyncResponse, report: &mut SyncReport) -> Result<(), DeviceError> {
        let (mut cases, mut told) = (Cases::default(), response.differ_has.as_slice());
        for &Differing { case, known } in &response.differ {
            let has = if known { has::next(&mut told) } else { Has::default() };
            if !request.digests.iter().any(|(asked, _)| *asked == case) {
                continue;
            }
            let Some(mut stored) = self.stored(case)? else { continue };
            let open = stored.open(case, &self.log)?;
            let before = stored.unsent.len();
            // Whoever can opens the case again, unless the hub has its newest secret for everybody: what it has it calls a duplicate.
            let turned = has.epoch.is_some() && stored.secrets.iter().map(|(epoch, _)| *epoch).max() == has.epoch;
            stored.at_hub = known && (turned || !self.opens(&stored));
            stored.give_back(&open, &has)?;
            report.given_back += stored.unsent.len().saturating_sub(before);
            cases.add(case, &stored, &open.replica)?;
            if cases.is_full() {
                self.store_cases(std::mem::take(&mut cases))?;
                cases = Cases::default();
            }
        }
        self.store_cases(cases)
    }

    /// Whether this device can open a case at a hub that does not have it: whoever began it can, and whoever may open every case.
    pub(super) fn opens(&self, stored: &StoredCase) -> bool {
        stored.opened_here == Some(self.id()) || self.opens_everything() && stored.first_secret().is_some()
    }

    pub(super) fn opens_everything(&self) -> bool {
        self.member().is_some_and(|member| matches!(member.role, Role::Coordinator | Role::Clerk))
    }

    /// The wraps that open somebody else's case at a hub that has lost it: for the coordinators, for whoever began it, and for everybody to
    /// whom the log grants it.
    pub(super) fn wraps_again(
        &self,
        case: CaseId,
        stored: &StoredCase,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Wrap>, DeviceError> {
        if stored.secrets.is_empty() {
            return Ok(Vec::new());
        }
        let beginner = stored.first_secret().and_then(|secret| self.beginning(case, secret)).map(|beginning| beginning.device);
        let readers = self.log.readers(case, beginner.as_ref(), self.now);
        let mut wraps = Vec::new();
        // Later secrets are for coordinators and the clerk to seal.
        let newest = if self.opens_everything() { u32::MAX } else { 0 };
        for (epoch, secret) in stored.secrets.iter().filter(|(epoch, _)| *epoch <= newest) {
            for &circle in &readers {
                wraps.push(secret.wrap((case, *epoch), circle, &self.log, &self.state.secrets, rng)?);
            }
        }
        Ok(wraps)
    }
}
