//! A hub that lies at one exchange and may be honest at the next. It has every key that a hub has, and none of a device's; a lawyer may be in
//! league with it.

mod made_up;
mod twists;

use std::collections::BTreeSet;

use habeas_client_core::device::SyncReport;
use habeas_hub::Hub;
use habeas_protocol::has::{Has, Name, name};
use habeas_protocol::{CaseId, Differing, Envelope, EnvelopeId, Frame, Pushed, Refused, SyncRequest, SyncResponse, Told};
use rand_core::Rng as _;
use twists::{keeps_end, keeps_entries, keeps_one, reorders};

use super::super::node::Heard;
use super::super::story::{Lie, PEOPLE};
use super::{NOW, World, cause, texts};

/// How many answers of before it remembers.
const REMEMBERED: usize = 40;

/// What a liar knows.
#[derive(Default)]
pub struct Liar {
    /// How often it has lied.
    pub told: u64,
    /// How often a device found out at once.
    pub caught: u64,
    /// A history that went another way.
    other: Option<Hub>,
    /// Earlier answers, and to which device.
    answers: Vec<(usize, SyncResponse)>,
    /// Changes that it has seen.
    seen: Vec<(CaseId, EnvelopeId)>,
    /// What it has made up.
    junk: BTreeSet<Vec<u8>>,
}

impl Liar {
    /// Whether it has made that up.
    pub fn made(&self, envelope: &Envelope) -> bool {
        self.junk.contains(&envelope.sealed)
    }
}

/// What it answers, and whether a device has to find out at once.
struct Lies {
    response: SyncResponse,
    must_be_caught: bool,
}

impl From<SyncResponse> for Lies {
    fn from(response: SyncResponse) -> Self {
        Self { response, must_be_caught: false }
    }
}

impl World {
    /// What passes through the hub's hands it knows.
    pub(super) fn remembers(&mut self, number: usize, response: &SyncResponse) {
        for item in response.frames.iter().flat_map(|frame| &frame.items) {
            if let Told::Envelope(envelope) = &item.content {
                self.liar.seen.push((envelope.case, envelope.id));
            }
        }
        if self.liar.answers.len() < REMEMBERED {
            self.liar.answers.push((number, response.clone()));
        }
    }

    /// A round trip in which the hub lies. Nothing that is forged shows, whatever else comes of it.
    pub(super) fn is_lied_to(
        &mut self,
        number: usize,
        (lie, about): (Lie, u8),
        sent: &SyncRequest,
    ) -> Result<Option<SyncReport>, String> {
        let Lies { response, must_be_caught } = self.lies(number, lie, usize::from(about), sent)?;
        (self.liar.told, self.nodes[number].was_lied_to) = (self.liar.told + 1, true);
        let answer = response.encode().map_err(|error| error.to_string())?;
        let response = SyncResponse::decode(&answer).map_err(|error| format!("a lie is not read back: {error}"))?;
        let name = PEOPLE[self.nodes[number].owner];
        let heard = match self.nodes[number].hears(sent, response)? {
            Heard::Took(_) if must_be_caught => return Err(format!("{name} believes that: {lie:?}")),
            Heard::Took(report) => Some(*report),
            Heard::Caught => {
                self.liar.caught += 1;
                None
            }
            Heard::Died => None,
        };
        self.nothing_forged_shows(number)?;
        if heard.as_ref().is_some_and(|report| report.revoked) {
            self.gives_up(number)?;
        }
        Ok(heard)
    }

    fn nothing_forged_shows(&mut self, number: usize) -> Result<(), String> {
        let log = self.hub.as_ref().unwrap().log().map_err(cause)?;
        let node = &mut self.nodes[number];
        let (next, head) = node.device.log().next();
        if next > 0 && log.hash_of(next - 1).is_some_and(|known| known != head) {
            return Err(format!("{} believes in another log", PEOPLE[node.owner]));
        }
        for case in node.readable() {
            let written = self.written.get(&case);
            let forged = |text: &String| !written.is_some_and(|texts| texts.contains(text)) && text != "after it";
            if let Some(text) = texts(node, case).into_iter().find(forged) {
                return Err(format!("{} is shown what nobody wrote there: {text}", PEOPLE[node.owner]));
            }
        }
        Ok(())
    }

    fn lies(&mut self, number: usize, lie: Lie, about: usize, sent: &SyncRequest) -> Result<Lies, String> {
        Ok(match lie {
            Lie::KeepsEntries => keeps_entries(self.asks(number, sent)?, about, sent).into(),
            Lie::KeepsEnd => keeps_end(self.asks(number, sent)?, about).into(),
            Lie::KeepsOne => keeps_one(self.asks(number, sent)?, about, true),
            Lie::LeavesGap => keeps_one(self.asks(number, sent)?, about, false),
            Lie::Reorders => reorders(self.asks(number, sent)?, about).into(),
            Lie::Swaps => self.swaps(number, about, sent)?.into(),
            Lie::Replays => self.replays(number, about, sent)?.into(),
            Lie::OtherHistory => self.other_history(number, sent)?.into(),
            Lie::Junk => self.junk(number, about, sent)?.into(),
            Lie::MembersJunk => self.members_junk(number, about, sent)?.into(),
            Lie::Invents => self.invents(number, about, sent)?,
            Lie::Acknowledges => self.acknowledges(about, sent)?.into(),
            Lie::Refuses => self.refuses(about, sent)?.into(),
            Lie::SaysLost => self.says_lost(number, about, sent)?.into(),
        })
    }

    fn swaps(&mut self, number: usize, about: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        let other = (number + 1 + about) % self.nodes.len();
        let everything = SyncRequest { log_from: u64::MAX, budget: 1 << 20, ..SyncRequest::default() };
        let theirs = self.asks(other, &everything)?.frames.into_iter().flat_map(|frame| frame.items).collect::<Vec<_>>();
        let mut response = self.asks(number, sent)?;
        if theirs.is_empty() {
            return Ok(response);
        }
        let own = response.frames.iter_mut().flat_map(|frame| &mut frame.items).step_by(1 + about % 2);
        for (place, item) in (about..).zip(own) {
            item.content = theirs[place % theirs.len()].content.clone();
        }
        if response.frames.is_empty() {
            response.frames.push(Frame { items: theirs, snapshot: None, cursor: sent.cursor.clone() });
        }
        Ok(response)
    }

    fn replays(&mut self, number: usize, about: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        let own: Vec<&SyncResponse> =
            self.liar.answers.iter().filter(|(to, _)| *to == number).map(|(_, answer)| answer).collect();
        let Some(answer) = own.get(about % own.len().max(1)).map(|answer| (*answer).clone()) else {
            return self.asks(number, sent);
        };
        if about.is_multiple_of(2) {
            // It has taken what was brought all the same.
            self.asks(number, sent)?;
        }
        Ok(answer)
    }

    fn other_history(&mut self, number: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        if self.liar.other.is_none() {
            let path = self.folder.path().join("other.sqlite");
            std::fs::write(&path, &self.backup).map_err(|error| error.to_string())?;
            self.liar.other = Some(Hub::open(path.to_str().unwrap(), &mut self.rng).map_err(cause)?);
        }
        let caller = self.nodes[number].caller();
        let other = self.liar.other.as_ref().unwrap();
        other.sync(caller, sent, NOW, &mut self.rng).map_err(|error| format!("the other hub: {}", cause(error)))
    }

    fn acknowledges(&mut self, about: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        let log_next = self.hub.as_ref().unwrap().log().map_err(cause)?.next().0;
        let mut receipt = vec![0; 16];
        self.rng.fill_bytes(&mut receipt);
        Ok(SyncResponse {
            wraps: vec![Pushed::Accepted; sent.wraps.len()],
            envelopes: vec![Pushed::Accepted; sent.envelopes.len()],
            receipt: if about.is_multiple_of(2) { receipt } else { Vec::new() },
            log_next,
            ..SyncResponse::default()
        })
    }

    fn refuses(&mut self, about: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        let why = match about % 4 {
            0 => Pushed::StaleEpoch,
            1 => Pushed::Refused(Refused::NoCase),
            2 => Pushed::Refused(Refused::NotAdmitted),
            _ => Pushed::Refused(Refused::NotGranted),
        };
        let honest = self.acknowledges(1, sent)?;
        Ok(SyncResponse { wraps: vec![why; sent.wraps.len()], envelopes: vec![why; sent.envelopes.len()], ..honest })
    }

    fn says_to_have(&self, about: usize, sent: &SyncRequest) -> Vec<u8> {
        let mut told = Vec::new();
        for (asked, _) in &sent.digests {
            let of_case = self.liar.seen.iter().filter(|(case, _)| case == asked);
            let names: BTreeSet<Name> = of_case.map(|(_, id)| name(*id)).collect();
            let epoch = u32::try_from(about / 4 % 3).ok();
            Has { epoch, names: Some(names.into_iter().collect()) }.tell(&mut told);
        }
        told
    }

    fn says_lost(&mut self, number: usize, about: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        let mut response = self.asks(number, sent)?;
        response.lost |= !about.is_multiple_of(3);
        response.differ =
            sent.digests.iter().map(|(case, _)| Differing { case: *case, known: about.is_multiple_of(2) }).collect();
        response.differ_ranges = vec![if about.is_multiple_of(2) { 0 } else { 0xff }; sent.ranges.len() / 64];
        if about.is_multiple_of(4) {
            // And has, of each, whatever ever went through its hands.
            response.differ_has = self.says_to_have(about, sent);
        }
        response.closed = self.written.keys().copied().collect();
        Ok(response)
    }
}
