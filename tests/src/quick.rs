//! A device in this process that talks to the real server: for tests that need thousands of syncs and no files.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use habeas_client_core::case::{Draft, Reliability, Source, SourceKind, What};
use habeas_client_core::device::{Device, Invitation, Memory, Passes, log_entries};
use habeas_client_core::keys::DeviceSecrets;
use habeas_clock::{Instant, Interval};
use habeas_protocol::api::{Nonce, Problem, Session, to_hex};
use habeas_protocol::{CaseId, EnvelopeId, PersonId, SyncRequest, SyncResponse, encode};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// The password of every account that is made here.
pub const PASSWORD: &str = "a long password";

/// Seconds since 1970.
pub fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    i64::try_from(now).unwrap()
}

/// Randomness that is the same in every run.
pub fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A change by its name.
pub type Change = (CaseId, EnvelopeId);

/// A device with its session.
pub struct Quick {
    pub device: Device<Memory>,
    rng: ChaCha20Rng,
    agent: ureq::Agent,
    passes: Passes,
    last: Cell<u64>,
}

/// Milliseconds since 1970.
pub fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(30))).http_status_as_error(false).build().into()
}

impl Quick {
    /// Takes an invitation up at a server. The device waits to be let in.
    pub fn joins(account: &str, invitation: &str, server: &str, seed: u8) -> Self {
        Self::tries_to_join(account, invitation, server, seed).unwrap_or_else(|refusal| panic!("{account}: {refusal:?}"))
    }

    /// The same, or the status and the code by which it was refused. Whoever finds too many there tries again, as people do.
    pub fn tries_to_join(account: &str, invitation: &str, server: &str, seed: u8) -> Result<Self, (u16, String)> {
        let mut rng = rng(seed);
        let invitation = Invitation::read(invitation.trim()).unwrap();
        let secrets = DeviceSecrets::generate(&mut rng);
        let agent = agent();
        let nonce: Nonce =
            agent.post(format!("{server}/v1/nonces")).send_json(secrets.ask_nonce()).unwrap().body_mut().read_json().unwrap();
        let register = secrets.register(&invitation, account, PASSWORD.into(), &nonce);
        let session: Session = loop {
            let mut answer = agent.post(format!("{server}/v1/accounts")).send_json(&register).unwrap();
            match answer.status().as_u16() {
                201 => break answer.body_mut().read_json().unwrap(),
                503 => {}
                status => return Err((status, answer.body_mut().read_json::<Problem>().unwrap().code)),
            }
        };
        let mut device = Device::create(Memory::default(), secrets, Some(invitation.fingerprint)).unwrap();
        device.remember_session(server, account, &session, &nonce, now_ms()).unwrap();
        let passes = device.passes().unwrap();
        Ok(Self { device, rng, agent, passes, last: Cell::new(0) })
    }

    /// How a sync is refused: the status and the code.
    pub fn is_refused(&mut self, server: &str) -> (u16, String) {
        let request = self.request();
        let body = encode(&request).unwrap();
        let pass = self.pass_with("POST", "/v1/sync", &body);
        let mut answer = self.agent.post(format!("{server}/v1/sync")).header("authorization", pass).send(&body).unwrap();
        (
            answer.status().as_u16(),
            answer.body_mut().read_json::<Problem>().map_or_else(|_| String::new(), |problem| problem.code),
        )
    }

    /// Writes a note into a new case.
    pub fn begins(&mut self, text: &str) -> CaseId {
        self.device.new_case(&[note(text)], &mut self.rng).unwrap().0
    }

    /// Begins so many cases with some four thousand bytes each of what does not pack, and brings them.
    pub fn begins_many_long(&mut self, cases: usize, server: &str) {
        for _ in 0..cases {
            let mut bytes = [0; 4_000];
            self.rng.fill_bytes(&mut bytes);
            self.begins(&to_hex(&bytes));
        }
        while self.goes_round(server) {}
    }

    /// Writes a note into a case.
    pub fn adds(&mut self, case: CaseId, text: &str) {
        self.device.add_facts(case, &[note(text)], &mut self.rng).unwrap();
    }

    /// Begins a case with these facts.
    pub fn begins_with(&mut self, facts: &[Draft]) -> CaseId {
        self.device.new_case(facts, &mut self.rng).unwrap().0
    }

    /// Adds facts to a case.
    pub fn adds_all(&mut self, case: CaseId, facts: &[Draft]) {
        self.device.add_facts(case, facts, &mut self.rng).unwrap();
    }

    /// Adds a fact to each of several cases at once.
    pub fn adds_to_each(&mut self, facts: Vec<(CaseId, Draft)>) {
        self.device.add_to_each(facts).unwrap();
    }

    /// Shares a case with a person for good; what they need to open it goes out with the next sync.
    pub fn shares(&mut self, case: CaseId, person: PersonId, server: &str) {
        let entry = self.device.share(case, person, (true, None), &mut self.rng).unwrap();
        let entries = log_entries(&[entry]).unwrap();
        let body = serde_json::to_vec(&entries).unwrap();
        let pass = self.pass_with("POST", "/v1/log", &body);
        let post = self.agent.post(format!("{server}/v1/log")).header("authorization", pass);
        assert!(post.header("content-type", "application/json").send(&body).unwrap().status().is_success());
        self.device.are_taken(&entries).unwrap();
    }

    /// One round trip. Returns whether another one would bring or send more.
    pub fn goes_round(&mut self, server: &str) -> bool {
        let request = self.request();
        let response = self.asks(server, &request).unwrap();
        self.device.receive(&request, response).unwrap().more
    }

    /// What goes out now.
    pub fn request(&mut self) -> SyncRequest {
        self.device.request(&mut self.rng).unwrap()
    }

    /// What stands in `authorization` for one request without a body.
    pub fn pass(&self, method: &str, path: &str) -> String {
        self.pass_with(method, path, &[])
    }

    /// What stands there for one with this body.
    pub fn pass_with(&self, method: &str, path: &str, body: &[u8]) -> String {
        self.last.set(now_ms().max(self.last.get() + 1));
        self.passes.authorization((method, path, body), self.last.get())
    }

    /// Brings a request to the server; `None` if no whole answer came back.
    pub fn asks(&self, server: &str, request: &SyncRequest) -> Option<SyncResponse> {
        let body = encode(request).unwrap();
        let pass = self.pass_with("POST", "/v1/sync", &body);
        let post = self.agent.post(format!("{server}/v1/sync")).header("authorization", pass);
        let mut answer = post.header("content-type", "application/octet-stream").send(&body).ok()?;
        if !answer.status().is_success() {
            // A server that is being killed may answer that it cannot answer; nothing else is expected here.
            assert!(answer.status().is_server_error(), "{}", answer.status());
            return None;
        }
        SyncResponse::decode(&answer.body_mut().read_to_vec().ok()?).ok()
    }

    /// Asks for something: the status, and what came.
    pub fn gets(&self, server: &str, path: &str) -> (u16, Vec<u8>) {
        let get = self.agent.get(format!("{server}{path}")).header("authorization", self.pass("GET", path));
        let mut answer = get.call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_vec().unwrap())
    }

    /// Brings bytes: the status.
    pub fn puts(&self, server: &str, path: &str, bytes: &[u8]) -> u16 {
        let put = self.agent.put(format!("{server}{path}")).header("authorization", self.pass_with("PUT", path, bytes));
        put.header("content-type", "application/octet-stream").send(bytes).unwrap().status().as_u16()
    }

    /// One round trip. Returns what the server says that it has of what was sent; `None` if it did not answer.
    pub fn trip(&mut self, server: &str) -> Option<Vec<Change>> {
        let request = self.request();
        let response = self.asks(server, &request)?;
        let sent = request.envelopes.iter().zip(&response.envelopes);
        let there = sent.filter(|(_, pushed)| pushed.is_there()).map(|(envelope, _)| (envelope.case, envelope.id)).collect();
        self.device.receive(&request, response).unwrap();
        Some(there)
    }

    /// How many items of its feed somebody who begins would get behind the snapshot, and how many there are in all; `None` while there is no
    /// snapshot.
    pub fn behind_snapshot(&mut self, server: &str) -> Option<(u64, u64)> {
        let receipt = self.request().receipt;
        let (mut behind, mut upto, mut cursor) = (0, None, Vec::new());
        loop {
            let (log_from, budget, takes_snapshots) = (u64::MAX, 8 << 20, true);
            let base = SyncRequest { log_from, budget, takes_snapshots, receipt: receipt.clone(), ..SyncRequest::default() };
            let response = self.asks(server, &SyncRequest { cursor, ..base })?;
            for frame in &response.frames {
                upto = frame.snapshot.as_ref().map(|part| (part.place.circle, part.place.upto)).or(upto);
                // Only the coordinators' feed has one.
                let is_of_it = |item: &&habeas_protocol::FeedItem| upto.is_some_and(|(circle, _)| circle == item.circle);
                behind += frame.items.iter().filter(is_of_it).count() as u64;
            }
            cursor = response.frames.last()?.cursor.clone();
            if !response.more {
                return upto.map(|(_, upto)| (behind, upto + behind));
            }
        }
    }

    /// Every change that the server gives this device from the beginning.
    pub fn everything(&mut self, server: &str) -> BTreeSet<Change> {
        let receipt = self.request().receipt;
        let (mut all, mut cursor) = (BTreeSet::new(), Vec::new());
        loop {
            let (log_from, budget) = (u64::MAX, 1 << 20);
            let request =
                SyncRequest { log_from, cursor: cursor.clone(), receipt: receipt.clone(), budget, ..SyncRequest::default() };
            let response = self.asks(server, &request).unwrap();
            for frame in response.frames {
                let named = |item: habeas_protocol::FeedItem| match item.content {
                    habeas_protocol::Told::Envelope(envelope) => Some((envelope.case, envelope.id)),
                    _ => None,
                };
                all.extend(frame.items.into_iter().filter_map(named));
                cursor = frame.cursor;
            }
            if !response.more {
                return all;
            }
        }
    }
}

/// A note, by a witness.
pub fn note(text: &str) -> Draft {
    Draft {
        what: What::Note { text: text.to_owned() },
        when: Interval::OPEN,
        said: None,
        place: None,
        source: Source { kind: SourceKind::Witness, name: None, reliability: Reliability::FirstHand },
        recorded_at: Instant::MIN,
        replaces: Vec::new(),
        sensitive: false,
        limited: false,
    }
}
