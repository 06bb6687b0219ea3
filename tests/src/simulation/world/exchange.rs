//! Exchanges: with the hub, honest or not, and by hand.

use habeas_client_core::device::{Export, HandedIn, SyncReport};
use habeas_protocol::{SyncRequest, SyncResponse, encode};

use super::super::node::Heard;
use super::super::story::{CLERK, Fault, PEOPLE};
use super::{NOW, QUIET, World, cause};

/// What somebody has handed in, and what the clerk has brought of it with what the hub said.
type Brought = (HandedIn, Vec<(SyncRequest, SyncResponse)>);

impl World {
    /// One round trip; `None` if nothing came of it.
    pub(super) fn round_trip(&mut self, number: usize, fault: Fault) -> Result<Option<SyncReport>, String> {
        let node = &mut self.nodes[number];
        if node.is_gone {
            return Ok(Some(SyncReport::default()));
        }
        if node.device.is_revoked() {
            self.gives_up(number)?;
            // Told by hand, it has not heard what a hub that was restored has lost.
            if self.restored > 1 {
                self.forgets_what_nobody_has();
            }
            return Ok(Some(SyncReport::default()));
        }
        self.tells_time(number)?;
        let node = &mut self.nodes[number];
        let Some(request) = node.tries(|device, rng| device.request(rng))? else { return Ok(None) };
        let bytes = encode(&request).map_err(|error| error.to_string())?;
        let sent = SyncRequest::decode(&bytes).map_err(|error| format!("a request is not read back: {error}"))?;
        if fault == Fault::RequestLost {
            return Ok(None);
        }
        if let Fault::Lie(lie, about) = fault {
            return self.is_lied_to(number, (lie, about), &sent);
        }
        if let Fault::HubDies(behind) = fault {
            return self.hub_dies(number, &sent, behind).map(|()| None);
        }
        let mut response = self.asks(number, &sent)?;
        if fault == Fault::Twice {
            response = self.asks(number, &sent)?;
        }
        self.lost += u64::from(response.lost);
        let answer = response.encode().map_err(|error| error.to_string())?;
        let response = SyncResponse::decode(&answer).map_err(|error| format!("an answer is not read back: {error}"))?;
        if fault == Fault::AnswerLost {
            return Ok(None);
        }
        self.remembers(number, &response);
        if fault == Fault::Meanwhile && self.nodes[number].owner != CLERK {
            self.adds(number, 0, None)?;
        }
        let node = &mut self.nodes[number];
        if let Fault::Cut(frames) = fault {
            let mut response = response;
            let all = std::mem::take(&mut response.frames);
            node.tries(|device, _| {
                let mut report = device.heard(&request, &response)?;
                all.into_iter().take(usize::from(frames)).try_for_each(|frame| device.take(&request, frame, &mut report))
            })?;
            return Ok(None);
        }
        let brings = !request.envelopes.is_empty() || !request.digests.is_empty() || !request.wraps.is_empty();
        let brings = brings || !request.log.is_empty() || !response.log.is_empty() || !response.frames.is_empty();
        let brings = brings || !request.snapshot.is_empty() || !request.ranges.is_empty();
        let snapshots = response.frames.iter().filter(|frame| frame.snapshot.is_some()).count() as u64;
        let report = match node.hears(&request, response)? {
            Heard::Took(report) => *report,
            Heard::Died => return Ok(None),
            Heard::Caught => return Err(format!("{} does not believe an honest hub", PEOPLE[node.owner])),
        };
        self.snapshots += snapshots;
        if report.revoked {
            self.gives_up(number)?;
        } else {
            self.tells_time(number)?;
            self.hands_in_left_over(number)?;
        }
        self.last = bytes.len() + answer.len();
        if !brings && self.last > QUIET {
            return Err(format!("nothing new takes {} and {} bytes", bytes.len(), answer.len()));
        }
        Ok(Some(report))
    }

    /// What the hub answers when it is honest.
    pub(super) fn asks(&mut self, number: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        let caller = self.nodes[number].caller();
        self.hub.as_ref().unwrap().sync(caller, sent, NOW, &mut self.rng).map_err(|error| format!("the hub: {}", cause(error)))
    }

    pub(super) fn bundle(
        &mut self,
        from: usize,
        to: usize,
        everything: bool,
        cut: Option<u16>,
    ) -> Result<Option<Vec<u8>>, String> {
        let keys = self.nodes[to].device.secrets().keys();
        let node = &mut self.nodes[from];
        let what = if everything { Export::Cases(node.readable().into_iter().collect()) } else { Export::Unsent };
        let exported = node.tries(|device, rng| device.export(&what, &[keys], rng))?;
        Ok(exported.map(|mut exported| {
            let mut file = exported.files.remove(0);
            file.truncate(cut.map_or(file.len(), |at| usize::from(at) % file.len()));
            file
        }))
    }

    pub(super) fn stick(&mut self, from: usize, to: usize, everything: bool, cut: Option<u16>) -> Result<(), String> {
        if let Some(file) = self.bundle(from, to, everything, cut)? {
            self.nodes[to].tries(|device, _| device.import(&file))?;
        }
        Ok(())
    }

    /// The clerk brings the hub what somebody has handed in.
    pub(super) fn brings(&mut self, file: &[u8]) -> Result<Option<Brought>, String> {
        let Some(handed_in) = self.nodes[CLERK].tries(|device, _| device.opens_for_hub(file))? else { return Ok(None) };
        let mut brought = Vec::new();
        for part in handed_in.parts() {
            let clerk = &mut self.nodes[CLERK];
            let Some(request) = clerk.tries(|device, _| device.carrying(&part))? else { return Ok(None) };
            let caller = clerk.caller();
            let response = self.hub.as_ref().unwrap().sync(caller, &request, NOW, &mut self.rng).map_err(cause)?;
            let taken = response.clone();
            if self.nodes[CLERK].tries(|device, _| device.receive(&request, taken))?.is_none() {
                return Ok(None);
            }
            brought.push((request, response));
        }
        Ok(Some((handed_in, brought)))
    }

    pub(super) fn hands_in(&mut self, who: usize, cut: Option<u16>, heard: bool, at_once: bool) -> Result<(), String> {
        let Some(file) = self.bundle(who, CLERK, false, cut)? else { return Ok(()) };
        let Some((handed_in, brought)) = self.brings(&file)? else { return Ok(()) };
        let acknowledged = self.nodes[CLERK].tries(|device, rng| device.acknowledge(&handed_in, &brought, rng))?;
        if let Some(file) = acknowledged.filter(|_| heard) {
            self.nodes[who].tries(|device, _| if at_once { device.hears_at_once(&file) } else { device.import(&file) })?;
        }
        Ok(())
    }
}
