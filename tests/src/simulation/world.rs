//! The organisation, its hub, and what must be there in the end.

mod revoked;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use habeas_client_core::case::{Draft, What};
use habeas_client_core::device::{Export, SyncReport, log_entries};
use habeas_client_core::keys::{DeviceSecrets, seal_circle};
use habeas_clock::Instant;
use habeas_hub::Hub;
use habeas_protocol::api::{Nonce, Purpose, Setup, to_hex};
use habeas_protocol::{Body, CaseId, CircleId, CircleKind, Entry, Log, PersonId, Role, SyncRequest, SyncResponse, encode};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use tempfile::TempDir;

use super::Played;
use super::node::Node;
use super::story::{Fault, PEOPLE, Step};
use crate::quick;

const NOW: i64 = 1_800_000_000;
const ROLES: [Role; 5] = [Role::Coordinator, Role::Lawyer, Role::Lawyer, Role::Recorder, Role::Clerk];
/// How often everybody goes round with the hub before it counts as endless.
const ROUNDS: usize = 12;
const TRIPS: usize = 60;
/// The most bytes of a round trip that brings nothing, both ways together.
const QUIET: usize = 500;

fn person(number: usize) -> PersonId {
    PersonId([u8::try_from(number).unwrap() + 1; 16])
}

/// Where files live that nobody needs afterwards: in memory, where there is such a place.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// What every schedule begins from: the people's keys, and a hub that knows them.
pub struct Template {
    devices: Vec<DeviceSecrets>,
    hub: Vec<u8>,
}

impl Template {
    pub fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let devices: Vec<DeviceSecrets> = ROLES.iter().map(|_| DeviceSecrets::generate(&mut rng)).collect();
        let (aliya, clerk) = (&devices[0], &devices[4]);
        let mut log = Log::new();
        let coordinators = CircleId([0xc0; 16]);
        let (circle, pair) = seal_circle(coordinators, CircleKind::Coordinators, 0, &[aliya.keys()], &mut rng).unwrap();
        let mut entries: Vec<Entry> = Vec::new();
        let mut write = |body: Body| entries.push(aliya.write_entry(&mut log, body).unwrap());
        write(Body::Genesis { device: aliya.keys(), person: person(0), circle });
        for (number, (device, role)) in devices.iter().zip(ROLES).enumerate() {
            if number > 0 {
                write(Body::DeviceAdmitted { device: device.keys(), person: person(number), role });
            }
            let kind = CircleKind::Person(person(number));
            write(Body::CircleEpoch(seal_circle(CircleId(person(number).0), kind, 0, &[device.keys()], &mut rng).unwrap().0));
        }
        let wrap = pair.wrap(coordinators, 0, &clerk.keys(), &mut rng).unwrap();
        write(Body::CircleJoined { circle: coordinators, epoch: 0, device: clerk.id(), wrap });

        let folder = folder();
        let path = folder.path().join("hub.sqlite");
        let hub = Hub::open(path.to_str().unwrap(), &mut rng).unwrap();
        let nonce = Nonce { nonce: hub.nonce(NOW, &mut rng), now: 0 };
        let setup = Setup {
            code: hub.setup_code(&mut rng).unwrap().unwrap().into(),
            signature: aliya.prove(Purpose::SetUp, &nonce, "aliya"),
            nonce: nonce.nonce,
            account: "aliya".into(),
            password: "a long password".into(),
            device: aliya.keys().to_hex(),
            log: entries.iter().map(|entry| to_hex(&encode(entry).unwrap())).collect(),
        };
        hub.set_up(&setup, NOW, &mut rng).unwrap();
        drop(hub);
        Self { devices, hub: fs::read(path).unwrap() }
    }
}

/// Facts that are on somebody's disk, by case.
type Written = BTreeMap<CaseId, BTreeSet<String>>;

/// One run.
pub struct World {
    nodes: Vec<Node>,
    hub: Option<Hub>,
    rng: ChaCha20Rng,
    written: Written,
    texts: u32,
    lost: u64,
    restored: u32,
    /// What devices that were revoked had not brought.
    quarantine: Vec<Vec<u8>>,
    /// What revoked devices had, until the hub is restored.
    left: Written,
    /// What may have been lost with it.
    doubtful: Written,
    /// Copies of devices as they were when they were revoked, in whose hands ever.
    thieves: Vec<Node>,
    path: PathBuf,
    backup: Vec<u8>,
    _folder: TempDir,
}

impl World {
    pub fn begin(template: &Template, seed: u64) -> Self {
        let nodes = (0..PEOPLE.len()).map(|owner| {
            Node::new(owner, person(owner), &template.devices[owner], seed.wrapping_mul(101).wrapping_add(owner as u64))
        });
        let folder = folder();
        let path = folder.path().join("hub.sqlite");
        let mut world = Self {
            nodes: nodes.collect(),
            hub: None,
            rng: ChaCha20Rng::seed_from_u64(seed ^ 0x5eed),
            written: Written::new(),
            texts: 0,
            lost: 0,
            restored: 0,
            quarantine: Vec::new(),
            left: Written::new(),
            doubtful: Written::new(),
            thieves: Vec::new(),
            path,
            backup: template.hub.clone(),
            _folder: folder,
        };
        world.restore();
        for number in 0..world.nodes.len() {
            world.round_trip(number, Fault::None).unwrap();
        }
        world
    }

    fn restore(&mut self) {
        self.hub = None;
        // A file of its own: connections that the old pool is still opening do not touch it.
        self.restored += 1;
        self.path.set_file_name(format!("hub-{}.sqlite", self.restored));
        fs::write(&self.path, &self.backup).unwrap();
        self.open_hub();
    }

    fn open_hub(&mut self) {
        self.hub = Some(Hub::open(self.path.to_str().unwrap(), &mut self.rng).unwrap());
    }

    fn save(&mut self) {
        // The last connection that closes writes everything into the one file.
        self.hub = None;
        self.backup = fs::read(&self.path).unwrap();
        self.open_hub();
    }

    pub fn step(&mut self, step: &Step) -> Result<(), String> {
        let node = |who: u8| usize::from(who) % self.nodes.len();
        let is_gone = |who: u8| self.nodes[node(who)].is_gone;
        match *step {
            Step::Begins { who }
            | Step::Adds { who, .. }
            | Step::Syncs { who, .. }
            | Step::HandsIn { who, .. }
            | Step::Copied { who, .. }
            | Step::Dies { who, .. }
            | Step::Stick { from: who, .. }
                if is_gone(who) =>
            {
                Ok(())
            }
            Step::Stick { to, .. } if is_gone(to) => Ok(()),
            Step::Revoked { who } => self.revokes(usize::from(who)),
            // The clerk records nothing.
            Step::Begins { who } if self.nodes[node(who)].owner == 4 => Ok(()),
            Step::Adds { who, .. } if self.nodes[node(who)].owner == 4 => Ok(()),
            Step::Begins { who } => self.begins(node(who)),
            Step::Adds { who, case, corrects } => self.adds(node(who), usize::from(case), corrects),
            Step::Syncs { who, fault } => self.round_trip(node(who), fault).map(drop),
            Step::Stick { from, to, everything, cut } => self.stick(node(from), node(to), everything, cut),
            Step::HandsIn { who, cut, heard } => self.hands_in(node(who), cut, heard, false),
            Step::Assigns { case, to } => self.assigns(usize::from(case), usize::from(to)),
            Step::Copied { who, both_write } => {
                let copy = self.nodes[usize::from(who)].copy(u64::from(self.texts) + 7_000);
                self.nodes.push(copy);
                let Some(case) = both_write else { return Ok(()) };
                self.adds(usize::from(who), usize::from(case), None)?;
                self.adds(self.nodes.len() - 1, usize::from(case), None)
            }
            Step::Dies { who, at, written } => {
                let node = node(who);
                self.nodes[node].will_die(Some((at, written)));
                Ok(())
            }
            Step::Saved => {
                self.save();
                Ok(())
            }
            Step::Restored => {
                self.forgets_what_nobody_has();
                self.restore();
                Ok(())
            }
        }
    }

    fn text(&mut self) -> String {
        self.texts += 1;
        format!("text {}", self.texts)
    }

    fn begins(&mut self, node: usize) -> Result<(), String> {
        let text = self.text();
        let draft = note(&text);
        let node = &mut self.nodes[node];
        let before: BTreeSet<CaseId> = node.device.cases().map(|(case, _)| *case).collect();
        node.tries(|device, rng| device.new_case(&[draft], rng))?;
        // Whether it died or not: what is on the disk counts.
        let new = node.device.cases().map(|(case, _)| *case).find(|case| !before.contains(case));
        if let Some(case) = new {
            self.written.entry(case).or_default().insert(text);
        }
        Ok(())
    }

    fn adds(&mut self, node: usize, case: usize, corrects: Option<u8>) -> Result<(), String> {
        let text = self.text();
        let mut draft = note(&text);
        let node = &mut self.nodes[node];
        let cases = node.readable();
        let Some(&case) = cases.get(case % cases.len().max(1)) else { return Ok(()) };
        let known = node.device.case(case).unwrap().replica.known_facts();
        if let Some(fact) = corrects {
            draft.replaces = known.get(usize::from(fact) % known.len().max(1)).map(|fact| fact.id).into_iter().collect();
        }
        node.tries(|device, _| device.add_facts(case, &[draft]))?;
        if texts(node, case).contains(&text) {
            self.written.entry(case).or_default().insert(text);
        }
        Ok(())
    }

    fn round_trip(&mut self, number: usize, fault: Fault) -> Result<Option<SyncReport>, String> {
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
        let Some(request) = node.tries(|device, rng| device.request(rng))? else { return Ok(None) };
        let bytes = encode(&request).map_err(|error| error.to_string())?;
        let sent = SyncRequest::decode(&bytes).map_err(|error| format!("a request is not read back: {error}"))?;
        if fault == Fault::RequestLost {
            return Ok(None);
        }
        let (hub, caller) = (self.hub.as_ref().unwrap(), node.caller());
        let mut ask = || hub.sync(caller, &sent, NOW, &mut self.rng).map_err(|error| format!("the hub: {error}"));
        let mut response = ask()?;
        if fault == Fault::Twice {
            response = ask()?;
        }
        self.lost += u64::from(response.lost);
        let answer = response.encode().map_err(|error| error.to_string())?;
        let response = SyncResponse::decode(&answer).map_err(|error| format!("an answer is not read back: {error}"))?;
        if fault == Fault::AnswerLost {
            return Ok(None);
        }
        if fault == Fault::Meanwhile && self.nodes[number].owner != 4 {
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
        let report = node.tries(|device, _| device.receive(&request, response))?;
        if report.as_ref().is_some_and(|report| report.revoked) {
            self.gives_up(number)?;
        }
        if !brings && bytes.len() + answer.len() > QUIET {
            return Err(format!("nothing new takes {} and {} bytes", bytes.len(), answer.len()));
        }
        Ok(report)
    }

    fn bundle(&mut self, from: usize, to: usize, everything: bool, cut: Option<u16>) -> Result<Option<Vec<u8>>, String> {
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

    fn stick(&mut self, from: usize, to: usize, everything: bool, cut: Option<u16>) -> Result<(), String> {
        if let Some(file) = self.bundle(from, to, everything, cut)? {
            self.nodes[to].tries(|device, _| device.import(&file))?;
        }
        Ok(())
    }

    fn hands_in(&mut self, who: usize, cut: Option<u16>, heard: bool, at_once: bool) -> Result<(), String> {
        let Some(file) = self.bundle(who, 4, false, cut)? else { return Ok(()) };
        let Some(handed_in) = self.nodes[4].tries(|device, _| device.opens_for_hub(&file))? else { return Ok(()) };
        let mut brought = Vec::new();
        for part in handed_in.parts() {
            let clerk = &mut self.nodes[4];
            let Some(request) = clerk.tries(|device, _| device.carrying(&part))? else { return Ok(()) };
            let caller = clerk.caller();
            let response =
                self.hub.as_ref().unwrap().sync(caller, &request, NOW, &mut self.rng).map_err(|error| error.to_string())?;
            let taken = response.clone();
            if self.nodes[4].tries(|device, _| device.receive(&request, taken))?.is_none() {
                return Ok(());
            }
            brought.push((request, response));
        }
        let acknowledged = self.nodes[4].tries(|device, rng| device.acknowledge(&handed_in, &brought, rng))?;
        if let Some(file) = acknowledged.filter(|_| heard) {
            self.nodes[who].tries(|device, _| if at_once { device.hears_at_once(&file) } else { device.import(&file) })?;
        }
        Ok(())
    }

    fn assigns(&mut self, case: usize, to: usize) -> Result<(), String> {
        let person = self.nodes[to].person;
        let aliya = &mut self.nodes[0];
        let cases = aliya.readable();
        let Some(&case) = cases.get(case % cases.len().max(1)) else { return Ok(()) };
        if let Some(entry) = aliya.tries(|device, rng| device.grant(case, person, rng))? {
            // A hub that has lost entries of hers takes this one when it has them back; until then she tries in vain.
            self.writes_to_log(&entry)?;
        }
        Ok(())
    }

    /// Whether the hub takes an entry of Aliya's; then she knows it, too.
    fn writes_to_log(&mut self, entry: &Entry) -> Result<bool, String> {
        let aliya = &mut self.nodes[0];
        // That her battery dies between the hub's answer and the disk, the hub loses the entry before she asks again, and somebody else has heard
        // it meanwhile, makes two logs: a known limit, which docs/sync-protocol.md names.
        aliya.will_die(None);
        let taken = self.hub.as_ref().unwrap().append_log(aliya.caller(), &[encode(entry).unwrap()], 0).is_ok();
        let entries = log_entries(std::slice::from_ref(entry)).map_err(|error| error.to_string())?;
        Ok(taken && aliya.tries(|device, _| device.are_taken(&entries))?.is_some())
    }

    /// The network is whole again and nobody's battery dies: everybody exchanges until there is nothing to say, and then everything is there.
    pub fn settles(&mut self) -> Result<(), String> {
        self.nodes.iter_mut().for_each(|node| node.will_die(None));
        let mut rounds = 0;
        // A new key for somebody's case is no news for whoever counts changes: only two quiet rounds are the end.
        while self.all_exchange()? || self.accepts()? || self.all_exchange()? {
            rounds += 1;
            if rounds > ROUNDS {
                return Err("the devices never come to an end".to_owned());
            }
        }
        for node in &mut self.nodes {
            let name = PEOPLE[node.owner];
            if node.unsent() > 0 {
                return Err(format!("{name} still has {} unsent", node.unsent()));
            }
            for case in node.readable() {
                let aside = node.device.case(case).unwrap().replica.aside().to_vec();
                if !aside.is_empty() {
                    return Err(format!("{name} has set aside: {:?}", aside[0].outcome));
                }
            }
        }
        self.nothing_is_lost()?;
        self.all_see_the_same()?;
        self.nothing_is_readable()
    }

    /// What this run has come to.
    pub fn played(&mut self) -> Played {
        let aliya = &mut self.nodes[0];
        let known = aliya.readable();
        let twins = |case: CaseId| aliya.device.case(case).unwrap().replica.history().twins().len() as u64;
        let twins = known.into_iter().map(twins).sum();
        Played {
            schedules: 1,
            changes: self.written.values().map(|texts| texts.len() as u64).sum(),
            twins,
            deaths: self.nodes.iter().map(|node| node.deaths).sum(),
            lost: self.lost,
            gone: self.nodes.iter().filter(|node| node.is_gone).count() as u64,
        }
    }

    fn all_exchange(&mut self) -> Result<bool, String> {
        let mut news = false;
        for number in 0..self.nodes.len() {
            for trip in 0.. {
                let report = self.round_trip(number, Fault::None)?.ok_or("a device died in the end")?;
                news |= report.sent + report.admitted + report.given_back > 0 || !report.changed.is_empty();
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
        for number in [0, 4] {
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

    /// Whoever may read a case reads the same.
    fn all_see_the_same(&mut self) -> Result<(), String> {
        let log = self.nodes[0].device.log().clone();
        let known = self.nodes[0].readable();
        for (case, written) in self.written.clone().into_iter().filter(|(case, _)| known.contains(case)) {
            let view = view(&mut self.nodes[0], case);
            for node in &mut self.nodes {
                let granted = log.grants(case).any(|circle| circle == CircleId(node.person.0));
                let has = node.readable().contains(&case);
                if granted && !has && !node.is_gone {
                    return Err(format!("{} does not have a case that she was assigned", PEOPLE[node.owner]));
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

fn view(node: &mut Node, case: CaseId) -> String {
    serde_json::to_string(&node.device.case(case).unwrap().replica.view()).unwrap()
}

/// The texts of a case's notes, those that were corrected, too.
fn texts(node: &mut Node, case: CaseId) -> Vec<String> {
    let text = |what: What| if let What::Note { text } = what { Some(text) } else { None };
    node.device.case(case).unwrap().replica.known_facts().into_iter().filter_map(|fact| text(fact.what)).collect()
}

/// Clocks are wrong; nothing may hang on them.
fn note(text: &str) -> Draft {
    let recorded_at = if text.len().is_multiple_of(2) { Instant::MIN } else { Instant::MAX };
    Draft { recorded_at, ..quick::note(text) }
}
