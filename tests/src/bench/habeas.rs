//! This project: the real server with SQLite, and the real terminal program with its vault on the disk.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use habeas_client_core::case::{Draft, Scalar};
use habeas_client_core::sync::ParsedChange;
use habeas_protocol::CaseId;

use super::cases;
use super::measure::{self, Cost};
use super::proxy::Proxy;
use crate::browser::{Browser, DESK};
use crate::device::Person;
use crate::front::Front;
use crate::quick::Quick;
use crate::server::Server;

/// How many cases a phone has that brings changes all the time.
const HELD: usize = 20;

/// Presses the button and says how many milliseconds later the page says that the server has answered, and whether it has shown how far it is.
const EXCHANGES: &str = "const [done] = arguments; let shown = false; \
    const rests = () => !document.querySelector('main .row button').disabled && document.body.innerText.includes('The server last answered'); \
    const began = performance.now(); \
    const look = () => { shown ||= !!document.querySelector('progress'); \
        if (performance.now() - began > 50 && rests()) { watch.disconnect(); done([Math.round(performance.now() - began), shown]); } }; \
    const watch = new MutationObserver(look); \
    watch.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true }); \
    [...document.querySelectorAll('button')].find((button) => button.innerText === 'Exchange now').click();";

/// A hub with cases, those who wrote them, and a coordinator's desk far away.
pub struct Habeas {
    /// The hub, with the clerk unless that runs apart.
    server: Option<Server>,
    apart: Option<(Server, Front)>,
    proxy: Proxy,
    aliya: Person,
    writers: [Quick; 2],
    desk: Person,
    /// In the order of their numbers.
    cases: Vec<CaseId>,
    /// How many changes of each have been asked for: see [`Habeas::newest`].
    told: BTreeMap<CaseId, usize>,
    /// How many changes a case has; a further one has the next number.
    changes: usize,
}

impl Habeas {
    /// Makes so many cases of so many changes, half of each by either writer.
    pub fn with(count: usize, changes: usize, browser: bool) -> Self {
        let server = if browser { Server::with_app() } else { Server::start(None) };
        let aliya = Person::founds("aliya", &server);
        Self::fill(server, None, aliya, (count, changes))
    }

    /// The same with the hub as a process of its own: what is told of the server is told of the hub alone.
    pub fn with_hub_alone(count: usize, changes: usize) -> Self {
        let hub = Server::start_with(&["--role", "hub"]);
        let nobody = TcpListener::bind(("127.0.0.2", 0)).unwrap().local_addr().unwrap().to_string();
        let front = Front::start(&hub.address, &nobody);
        let clerk = Server::start_with(&["--role", "clerk", "--hub", &front.address, "--address", "127.0.0.2"]);
        front.leads_to(&hub.address, &clerk.address);
        let keys = clerk.clerk.clone().expect("the clerk says who it is");
        let said = Server::does(hub.folder.path(), None, &["--role", "hub", "admit-clerk", &keys]);
        let code = said.split_once("--code ").unwrap().1.split(' ').next().unwrap();
        let aliya = Person::new("aliya");
        aliya.does(&["org", "create", "--server", &front.address, "--code", code, "--account", "aliya"]);
        Self::fill(hub, Some((clerk, front)), aliya, (count, changes))
    }

    fn fill(server: Server, apart: Option<(Server, Front)>, aliya: Person, (count, changes): (usize, usize)) -> Self {
        let address = apart.as_ref().map_or(&server.address, |(_, front)| &front.address);
        let mut writers = ["writer1", "writer2"].map(|name| {
            let invitation = aliya.does(&["invite", "--role", "coordinator"]);
            Quick::joins(name, &invitation, address, name.as_bytes()[6])
        });
        aliya.approves_all();
        writers.iter_mut().for_each(|writer| all(writer, address));
        let [first, second] = &mut writers;
        let cases: Vec<CaseId> = (0..count).map(|number| first.begins_with(&cases::first(number))).collect();
        let write = |writer: &mut Quick, change: usize| {
            writer.adds_to_each((0..count).map(|number| (cases[number], cases::next(number, change))).collect());
        };
        (1..changes / 2).for_each(|change| write(first, change));
        all(first, address);
        all(second, address);
        (changes / 2..changes).for_each(|change| write(second, change));
        all(second, address);
        all(first, address);
        // The clerk makes its snapshot when it rests.
        let begun = Instant::now();
        while first.behind_snapshot(address).is_none_or(|(behind, all)| behind > 200 && behind * 64 > all) {
            assert!(begun.elapsed() < Duration::from_secs(3600), "no snapshot of {count} cases after an hour");
        }
        let proxy = Proxy::to(address);
        let desk = device(&aliya, &proxy, 0);
        Self { server: Some(server), apart, proxy, aliya, writers, desk, cases, told: BTreeMap::new(), changes }
    }

    /// Every change as it was written, one after the other.
    pub fn chunks(&mut self) -> Vec<u8> {
        self.since_asked(0)
    }

    /// The newest change of each case that has one since this or [`Habeas::chunks`] was last asked: those that were measured last.
    pub fn newest(&mut self) -> Vec<u8> {
        let address = self.address().to_owned();
        all(&mut self.writers[0], &address);
        self.since_asked(1)
    }

    /// What nobody has asked for yet; of each case the last so many changes, or all of them if 0.
    fn since_asked(&mut self, last: usize) -> Vec<u8> {
        let mut chunks = Vec::new();
        for case in &self.cases {
            let open = self.writers[0].device.case(*case).unwrap();
            let changes = open.replica.document().changes();
            let (count, told) = (changes.clone().count(), self.told.entry(*case).or_default());
            let from = if last > 0 { count.saturating_sub(last).max(*told) } else { *told };
            chunks.extend(changes.skip(from).flat_map(ParsedChange::encode));
            *told = count;
        }
        chunks
    }

    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    /// Where clients find it, were it not for the proxy.
    fn address(&self) -> &str {
        self.apart.as_ref().map_or(&self.server().address, |(_, front)| &front.address)
    }

    fn syncs(&self, person: &Person) -> Command {
        person.command(&["sync"])
    }

    fn run(&self, people: &[&Person]) -> Cost {
        let clients = people.iter().map(|person| self.syncs(person)).collect();
        measure::run(&self.proxy, self.server().id(), clients)
    }

    fn run_until_done(&self, person: &Person) -> Cost {
        measure::run_until_done(&self.proxy, self.server().id(), || self.syncs(person))
    }

    /// A device that has just been let in gets everything.
    pub fn first(&mut self) -> Cost {
        self.desk = device(&self.aliya, &self.proxy, 1);
        self.run(&[&self.desk])
    }

    /// The same through a narrow line.
    pub fn first_narrow(&mut self) -> Cost {
        self.proxy.narrows(true);
        let cost = self.first();
        self.proxy.narrows(false);
        cost
    }

    /// What the device's own part of a first exchange costs: everything that came opened, admitted, folded into views and stored in memory, by one
    /// thread, without network, disk or Argon2id.
    pub fn alone(&self, run: usize) -> Cost {
        let address = self.address().to_owned();
        let invitation = self.aliya.does(&["invite", "--role", "coordinator"]);
        let mut desk = Quick::joins(&format!("alone-{run}"), &invitation, &address, u8::try_from(200 + run).unwrap());
        self.aliya.approves_all();
        let (mut spent, mut trips) = (Duration::ZERO, 0);
        loop {
            let request = desk.request();
            let answer = desk.asks(&address, &request).unwrap();
            let begun = Instant::now();
            let more = desk.device.receive(&request, answer).unwrap().more;
            spent += begun.elapsed();
            trips += 1;
            if !more {
                break;
            }
        }
        assert_eq!(desk.device.cases().count(), self.cases.len(), "everything has come");
        let wall_ms = u64::try_from(spent.as_millis()).unwrap();
        Cost { trips, wall_ms, cpu_ms: wall_ms, ..Cost::default() }
    }

    /// A first exchange in a browser on this machine, without the slow network, until the page says that it is done; while it lasts the page
    /// shows how far it is.
    pub fn in_browser(&self) -> Cost {
        let invitation = self.aliya.does(&["invite", "--role", "coordinator"]);
        let browser = Browser::start(DESK);
        browser.sets_up(&self.server().address, &invitation, "browser", "a browser walks over the hill");
        browser.js("location.hash = '#/sync'");
        browser.reads("Exchange now");
        self.aliya.approves_all();
        let server = self.server().id();
        // The page itself says when: whoever asks it all the time takes half of this machine.
        let before = measure::cpu_ms(server);
        let told = browser.js_async(EXCHANGES);
        let wall_ms = told[0].as_u64().unwrap();
        assert!(told[1].as_bool().unwrap(), "nobody was shown how far it was");
        browser.js("location.hash = '#/'");
        let all = format!("return document.querySelectorAll('.cases a').length === {}", self.cases.len());
        browser.until("every case", |browser| browser.js(&all) == true);
        Cost { trips: 1, wall_ms, cpu_ms: measure::cpu_ms(server) - before, ..Cost::default() }
    }

    /// Nothing new.
    pub fn again(&self) -> Cost {
        self.run(&[&self.desk])
    }

    /// Further changes, one to each of so many cases.
    fn further(&mut self, count: usize) -> Vec<(CaseId, Draft)> {
        self.changes += 1;
        (0..count).map(|number| (self.cases[number], cases::next(number, self.changes))).collect()
    }

    fn others_write(&mut self, count: usize) {
        let changes = self.further(count);
        let address = self.address().to_owned();
        self.writers[0].adds_to_each(changes);
        all(&mut self.writers[0], &address);
    }

    fn desk_writes(&mut self, count: usize) {
        for (case, draft) in self.further(count) {
            let words = words(&draft);
            self.desk.adds(&case.to_string(), &words.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    /// A roll call: the same of everybody at one station, at one moment.
    pub fn called(&mut self, count: usize) -> Cost {
        let station = cases::station(0);
        self.desk.does(&["rollcall", &station]);
        self.desk.does(&["rollcall", &station, &format!("1-{count} inside")]);
        self.run(&[&self.desk])
    }

    pub fn down(&mut self, count: usize) -> Cost {
        self.others_write(count);
        self.run(&[&self.desk])
    }

    pub fn up(&mut self, count: usize) -> Cost {
        self.desk_writes(count);
        self.run(&[&self.desk])
    }

    pub fn both(&mut self, count: usize) -> Cost {
        self.others_write(count);
        self.desk_writes(count);
        self.run(&[&self.desk])
    }

    /// What a first exchange still takes after the network has broken off in the middle of it.
    pub fn resumed(&self, half: u64) -> Cost {
        let device = device(&self.aliya, &self.proxy, 2);
        self.proxy.takes();
        self.proxy.cuts_after(half);
        // What had come by then is not counted.
        let whole = self.run_until_done(&device);
        Cost { down: whole.down.saturating_sub(half), ..whole }
    }

    /// A first exchange over a line that breaks off again and again, at random. Whoever has it tries again, as people do; what is told is everything
    /// until the device has all, and how often the line broke off.
    pub fn broken(&self, about: u64) -> (Cost, u64) {
        let device = device(&self.aliya, &self.proxy, 4);
        self.proxy.takes();
        self.proxy.cuts_at_random(about);
        let cost = self.run_until_done(&device);
        let cuts = self.proxy.cuts();
        self.proxy.cuts_at_random(0);
        (cost, cuts)
    }

    /// So many first exchanges of a lawyer's further devices, with whom so many of all the cases are shared.
    pub fn field(&mut self, count: usize, runs: usize) -> Vec<Cost> {
        let address = self.address().to_owned();
        let lawyer = Person::joins_at("lawyer", "lawyer", &address, &self.aliya);
        self.aliya.approves_all();
        let id = self.aliya.device_of("lawyer").parse().unwrap();
        let writer = &mut self.writers[0];
        all(writer, &address);
        let person = writer.device.log().known(&id).unwrap().person;
        self.cases.iter().take(count).for_each(|case| writer.shares(*case, person, &address));
        all(writer, &address);
        lawyer.does(&["sync"]);
        (0..runs).map(|_| self.further_device(&lawyer, count)).collect()
    }

    fn further_device(&self, lawyer: &Person, count: usize) -> Cost {
        let device = Person::new(lawyer.name);
        let organisation = self.aliya.does(&["org", "show"]);
        let login = ["login", "--server", &self.proxy.address, "--account", lawyer.name, "--organisation", organisation.trim()];
        device.does(&login);
        let list = self.aliya.does(&["device", "list"]);
        let waits = list.lines().find(|line| line.contains("unproved")).unwrap().split(' ').next().unwrap();
        self.aliya.does(&["device", "approve", waits, "--compared-by-voice", "lawyer"]);
        let cost = self.run(&[&device]);
        for case in [&self.cases[0], &self.cases[count - 1]] {
            assert!(device.case(&case.to_string())["view"].is_object(), "a shared case has come");
        }
        if let Some(other) = self.cases.get(count) {
            device.fails(&["case", "show", &other.to_string()]);
        }
        cost
    }

    pub fn at_once(&self, count: usize) -> Cost {
        let devices: Vec<Person> = (0..count).map(|_| device(&self.aliya, &self.proxy, 3)).collect();
        self.run(&devices.iter().collect::<Vec<_>>())
    }

    /// So many phones, each of which brings so many changes, one an exchange, as fast as the server takes them; without the slow network. Both share
    /// this machine's processor.
    pub fn busy(&mut self, run: usize, phones: usize, changes: usize) -> Cost {
        let address = self.address().to_owned();
        let join = |number: usize| {
            let invitation = self.aliya.does(&["invite", "--role", "recorder"]);
            let number = run * 10 + number;
            Quick::joins(&format!("phone{number}"), &invitation, &address, u8::try_from(number + 100).unwrap())
        };
        let mut phones: Vec<Quick> = (0..phones).map(join).collect();
        self.aliya.approves_all();
        let begin = |phone: &mut Quick| (0..HELD).map(|_| phone.begins("somebody")).collect();
        let cases: Vec<Vec<CaseId>> = phones.iter_mut().map(begin).collect();
        phones.iter_mut().for_each(|phone| all(phone, &address));
        let server = self.server().id();
        let (cpu, begun) = (measure::cpu_ms(server), Instant::now());
        measure::forget_peak(server);
        std::thread::scope(|scope| {
            for (phone, cases) in phones.iter_mut().zip(&cases) {
                let address = &address;
                scope.spawn(move || {
                    for change in 0..changes {
                        phone.adds(cases[change % HELD], &format!("seen again, {change}"));
                        assert_eq!(phone.trip(address).unwrap().len(), 1, "taken durably");
                    }
                });
            }
        });
        let trips = (phones.len() * changes) as u64;
        let wall_ms = u64::try_from(begun.elapsed().as_millis()).unwrap();
        Cost { trips, wall_ms, cpu_ms: measure::cpu_ms(server) - cpu, server_kb: measure::peak_kb(server), ..Cost::default() }
    }

    /// The hub comes back with a backup from before so many changes that the desk has sent.
    pub fn restored(&mut self, count: usize) -> Cost {
        self.run(&[&self.desk]);
        let folder = self.server.take().unwrap().kill();
        let backup = tempfile::tempdir().unwrap();
        copy(folder.path(), backup.path());
        self.begins(Server::start_in(folder, None));
        self.desk_writes(count);
        self.run(&[&self.desk]);
        drop(self.server.take());
        self.begins(Server::start_in(backup, None));
        self.run(&[&self.desk])
    }

    fn begins(&mut self, server: Server) {
        self.proxy.leads_to(&server.address);
        self.server = Some(server);
    }
}

/// Copies the files of a folder.
pub fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// A fact as it is given to the terminal program.
fn words(draft: &Draft) -> Vec<String> {
    let fields = draft.fields().unwrap();
    let text = |name: &str| match fields.get(name) {
        Some(Scalar::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let own = text("text").map(|text| format!("text={text}"));
    let zone = draft.place.as_ref().unwrap().city.zone();
    let when = draft.when.from.unwrap().local(&zone).strftime("%Y-%m-%d %H:%M").to_string();
    let options = [
        ("--city", text("city")),
        ("--place", text("place")),
        ("--source", text("source")),
        ("--source-name", text("source_name")),
        ("--reliability", text("reliability")),
        ("--when", Some(when)),
    ];
    let options = options.into_iter().filter_map(|(option, value)| Some([option.to_owned(), value?]));
    text("kind").into_iter().chain(own).chain(options.flatten()).collect()
}

/// A coordinator's new device, let in, with nothing on it.
fn device(aliya: &Person, proxy: &Proxy, kind: u8) -> Person {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let person = Person::new("desk");
    let invitation = aliya.does(&["invite", "--role", "coordinator"]);
    let account = format!("desk-{kind}-{number}");
    person.does(&["login", "--server", &proxy.address, "--account", &account, "--invite", invitation.trim()]);
    aliya.approves_all();
    person
}

/// Goes round until there is nothing more.
fn all(device: &mut Quick, server: &str) {
    while device.goes_round(server) {}
}
