//! A doctor needs a case for two days. They read it, and then not any more: not from the server, not on their phone, and not with a copy of what
//! they had, even beside everything that the server holds. What they wrote and had not sent waits for a coordinator.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use habeas_client_core::device::{Device, DeviceError, Export, Memory, SyncReport};
use habeas_client_core::keys::{CaseSecret, DeviceSecrets, open, seal_circle, unwrap_circle};
use habeas_hub::{Caller, Hub};
use habeas_protocol::api::{Nonce, Purpose, Setup, to_hex};
use habeas_protocol::{
    Body, CaseId, CircleId, CircleKind, Content, Entry, Envelope, EnvelopeId, Log, PersonId, Pushed, Refused, Role, SyncRequest,
    SyncResponse, Told, Wrap, encode,
};
use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::{note, rng};
use habeas_tests::server::Server;

use crate::on_both;

pub type Phone = Device<Memory>;

pub const MONDAY: i64 = 1_800_000_000;
const DAY: i64 = 24 * 3600;
const WEDNESDAY: i64 = MONDAY + 2 * DAY;
const COORDINATORS: CircleId = CircleId([0xc0; 16]);
/// Nurlan, the doctor.
pub const NURLAN: PersonId = PersonId([4; 16]);

/// A hub of Aliya, who coordinates, the clerk, Dana, a lawyer, and Nurlan, a doctor, whose clocks show what the story says.
pub struct World {
    /// The hub's database.
    pub address: String,
    pub hub: Hub,
    pub aliya: Phone,
    pub clerk: Phone,
    pub dana: Phone,
    pub nurlan: Phone,
}

impl World {
    fn begin(address: &str, nurlans: Role) -> Self {
        let mut rng = rng(1);
        let people =
            [Role::Coordinator, Role::Clerk, Role::Lawyer, nurlans].map(|role| (DeviceSecrets::generate(&mut rng), role));
        let [aliya, ..] = people.each_ref().map(|(secrets, _)| secrets);
        let mut log = Log::new();
        let (circle, pair) = seal_circle(COORDINATORS, CircleKind::Coordinators, 0, &[aliya.keys()], &mut rng).unwrap();
        let mut entries: Vec<Entry> = Vec::new();
        let mut write = |body: Body| entries.push(aliya.write_entry(&mut log, body).unwrap());
        write(Body::Genesis { device: aliya.keys(), person: PersonId([1; 16]), circle });
        for (number, (device, role)) in (1..).zip(&people) {
            let person = PersonId([number; 16]);
            if number > 1 {
                write(Body::DeviceAdmitted { device: device.keys(), person, role: *role });
            }
            let own = seal_circle(CircleId(person.0), CircleKind::Person(person), 0, &[device.keys()], &mut rng).unwrap().0;
            write(Body::CircleEpoch(own));
        }
        for (device, _) in people.iter().skip(1).filter(|(_, role)| matches!(role, Role::Clerk | Role::Coordinator)) {
            let wrap = pair.wrap(COORDINATORS, 0, &device.keys(), &mut rng).unwrap();
            write(Body::CircleJoined { circle: COORDINATORS, epoch: 0, device: device.id(), wrap });
        }
        let hub = Hub::open(address, &mut rng).unwrap();
        let nonce = Nonce { nonce: hub.nonce(MONDAY, &mut rng), now: 0 };
        let setup = Setup {
            code: hub.setup_code(&mut rng).unwrap().unwrap().into(),
            signature: aliya.prove(Purpose::SetUp, &nonce, "aliya"),
            nonce: nonce.nonce,
            account: "aliya".into(),
            password: "a long password".into(),
            device: aliya.keys().to_hex(),
            log: entries.iter().map(|entry| to_hex(&encode(entry).unwrap())).collect(),
        };
        hub.set_up(&setup, MONDAY, &mut rng).unwrap();
        let [aliya, clerk, dana, nurlan] = people.map(|(secrets, _)| Device::create(Memory::default(), secrets, None).unwrap());
        let mut world = Self { address: address.to_owned(), hub, aliya, clerk, dana, nurlan };
        let World { hub, aliya, clerk, dana, nurlan, .. } = &mut world;
        [aliya, clerk, dana, nurlan].into_iter().for_each(|phone| drop(syncs(hub, phone, MONDAY)));
        world
    }

    /// Dana begins a case, and Aliya has it.
    pub fn case(&mut self) -> CaseId {
        self.another("taken at the square")
    }

    /// The same with other words.
    pub fn another(&mut self, text: &str) -> CaseId {
        let (case, _) = self.dana.new_case(&[note(text)], &mut rng(text.bytes().fold(0, u8::wrapping_add))).unwrap();
        syncs(&self.hub, &mut self.dana, MONDAY);
        syncs(&self.hub, &mut self.aliya, MONDAY);
        syncs(&self.hub, &mut self.clerk, MONDAY);
        case
    }

    pub fn shares(&mut self, case: CaseId, writes: bool, until: Option<i64>, now: i64) {
        self.aliya.is_at(now, &mut rng(11)).unwrap();
        let entry = self.aliya.share(case, NURLAN, (writes, until), &mut rng(11)).unwrap();
        self.says(&entry, now);
        syncs(&self.hub, &mut self.clerk, now);
        syncs(&self.hub, &mut self.nurlan, now);
    }

    pub fn says(&mut self, entry: &Entry, now: i64) {
        let aliya = caller(&self.hub, &self.aliya);
        self.hub.append_log(aliya, &[encode(entry).unwrap()], now).unwrap();
        syncs(&self.hub, &mut self.aliya, now);
    }

    /// Everybody but Nurlan goes round until all is where it belongs.
    pub fn settle(&mut self, now: i64) {
        for _ in 0..2 {
            syncs(&self.hub, &mut self.clerk, now);
            syncs(&self.hub, &mut self.dana, now);
            syncs(&self.hub, &mut self.aliya, now);
        }
    }
}

pub fn caller(hub: &Hub, phone: &Phone) -> Caller {
    Caller::of(&hub.log().unwrap(), phone.id())
}

/// Exchanges until nothing is new, as a program does that knows the time.
pub fn syncs(hub: &Hub, phone: &mut Phone, now: i64) -> SyncReport {
    phone.is_at(now, &mut rng(20)).unwrap();
    let mut total = SyncReport::default();
    for _ in 0..40 {
        let request = phone.request(&mut rng(21)).unwrap();
        let response = hub.sync(caller(hub, phone), &request, now, &mut rng(22)).unwrap();
        let report = phone.receive(&request, response).unwrap();
        total.add(&report);
        if !report.more {
            phone.is_at(now, &mut rng(23)).unwrap();
            return total;
        }
    }
    panic!("it goes round for ever");
}

/// Everything that the hub has for somebody, from the beginning.
pub fn all(hub: &Hub, phone: &Phone, now: i64) -> Vec<Told> {
    let request = SyncRequest { log_from: u64::MAX, budget: u32::MAX, ..SyncRequest::default() };
    let response = hub.sync(caller(hub, phone), &request, now, &mut rng(24)).unwrap();
    assert!(!response.more);
    response.frames.into_iter().flat_map(|frame| frame.items).map(|item| item.content).collect()
}

pub fn reads(phone: &mut Phone, case: CaseId) -> String {
    serde_json::to_string(&phone.case(case).unwrap().replica.view()).unwrap()
}

pub fn is_over(phone: &mut Phone, case: CaseId) -> bool {
    matches!(phone.case(case), Err(DeviceError::NotYet(why)) if why.name() == "error-share-over")
}

pub fn on_hubs(story: impl Fn(World)) {
    on_hubs_as(Role::Lawyer, story);
}

/// The same where Nurlan is something else.
pub fn on_hubs_as(nurlans: Role, story: impl Fn(World)) {
    let folder = tempfile::tempdir().unwrap();
    story(World::begin(folder.path().join("hub.sqlite").to_str().unwrap(), nurlans));
    let postgres = Postgres::start();
    story(World::begin(&postgres.database(), nurlans));
}

#[test]
fn a_doctor_reads_a_case_for_two_days_and_then_never_again() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, false, Some(WEDNESDAY), MONDAY);
        assert!(reads(&mut world.nurlan, case).contains("taken at the square"));

        // To read is not to write: neither on the phone nor with a program of one's own.
        let refused = world.nurlan.add_facts(case, &[note("I was here")], &mut rng(33));
        assert!(matches!(refused, Err(DeviceError::NotYet(why)) if why.name() == "error-share-reads"));
        let forged = Envelope { case, id: EnvelopeId([9; 16]), epoch: 0, sealed: vec![9; 200] };
        let request = SyncRequest { envelopes: vec![forged], ..SyncRequest::default() };
        let answer = world.hub.sync(caller(&world.hub, &world.nurlan), &request, MONDAY, &mut rng(30)).unwrap();
        assert_eq!(answer.envelopes, [Pushed::Refused(Refused::NoAccess)]);

        // A copy of the phone as it was, whose program looks at no clock. What Dana writes a second before the end nobody has fetched at the end.
        let mut copy = Device::open(world.nurlan.records().clone()).unwrap().unwrap();
        world.dana.add_facts(case, &[note("moved to another cell")], &mut rng(33)).unwrap();
        syncs(&world.hub, &mut world.dana, WEDNESDAY - 1);
        let told = |world: &World, now| all(&world.hub, &world.nurlan, now);
        assert!(told(&world, WEDNESDAY - 1).iter().any(|item| matches!(item, Told::Envelope(_))));
        assert!(told(&world, WEDNESDAY).iter().all(|item| matches!(item, Told::Ended { case: of, .. } if *of == case)));
        let request = copy.request(&mut rng(31)).unwrap();
        let answer = world.hub.sync(caller(&world.hub, &copy), &request, WEDNESDAY, &mut rng(32)).unwrap();
        copy.receive(&request, answer).unwrap();
        assert!(!reads(&mut copy, case).contains("moved to another cell"));

        // The phone itself has no network, and destroys the case when its clock shows the end; a clock that is set back brings nothing back.
        world.nurlan.is_at(WEDNESDAY - 1, &mut rng(33)).unwrap();
        assert!(reads(&mut world.nurlan, case).contains("taken at the square"));
        world.nurlan.is_at(WEDNESDAY, &mut rng(33)).unwrap();
        assert_eq!(world.nurlan.ended().iter().map(|(of, gone)| (*of, gone.unsent)).collect::<Vec<_>>(), [(case, 0)]);
        world.nurlan.ended_is_told().unwrap();
        assert!(world.nurlan.left_over(0).unwrap().is_none() && world.nurlan.cases().next().is_none());
        let records = world.nurlan.records().clone();
        assert!(!records.0.contains_key(&format!("case/{case}")));
        let text = b"taken at the square";
        assert!(records.0.values().all(|bytes| bytes.windows(text.len()).all(|part| part != text)));
        let mut nurlan = Device::open(records).unwrap().unwrap();
        nurlan.is_at(MONDAY, &mut rng(34)).unwrap();
        assert!(is_over(&mut nurlan, case));
        let to = world.dana.devices_of(NURLAN);
        let by_hand = world.dana.export(&Export::Cases(BTreeSet::from([case])), &to, &mut rng(35)).unwrap();
        by_hand.files.iter().for_each(|file| drop(nurlan.import(file).unwrap()));
        syncs(&world.hub, &mut nurlan, MONDAY);
        assert!(is_over(&mut nurlan, case));

        // What is written afterwards, the copy cannot open, whatever of the hub's it gets into its hands.
        world.dana.add_facts(case, &[note("nobody who only had a share reads this")], &mut rng(33)).unwrap();
        world.settle(WEDNESDAY + 60);
        assert!(reads(&mut world.aliya, case).contains("nobody who only had a share reads this"));
        let keys = copy.case(case).unwrap().keys;
        let first = keys.secret(0).unwrap();
        let (log, secrets) = (world.hub.log().unwrap(), copy.secrets().clone());
        let opens_wrap = |wrap: &Wrap| {
            let pair = unwrap_circle(&log, wrap.circle, wrap.circle_epoch, &secrets);
            pair.is_ok_and(|pair| CaseSecret::unwrap(wrap, &pair).is_ok())
        };
        let (mut newer, mut older) = (0, 0);
        for item in all(&world.hub, &world.aliya, WEDNESDAY + 60) {
            match item.content(&SyncRequest::default()).unwrap() {
                Content::Envelope(envelope) if envelope.epoch > 0 => {
                    assert!(keys.secret(envelope.epoch).is_none() && open(&envelope, first).is_err());
                    newer += 1;
                }
                Content::Envelope(envelope) => {
                    assert!(open(&envelope, first).is_ok());
                    older += 1;
                }
                Content::Wrap(wrap) => assert!(!opens_wrap(&wrap)),
            }
        }
        assert_eq!((newer, older), (1, 2));
        assert!(told(&world, WEDNESDAY + 60).iter().all(|item| matches!(item, Told::Ended { .. })));
    });
}

#[test]
fn what_a_doctor_had_not_sent_waits_for_a_coordinator() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, true, Some(WEDNESDAY), MONDAY);
        world.nurlan.add_facts(case, &[note("two broken ribs")], &mut rng(33)).unwrap();
        world.nurlan.is_at(WEDNESDAY, &mut rng(40)).unwrap();
        assert!(is_over(&mut world.nurlan, case));
        let file = world.nurlan.left_over(0).unwrap().unwrap();

        // It does not open to Dana, and the clerk takes it for the coordinators only, and only when the share is over by its own clock.
        assert!(world.dana.import(&file).is_err());
        world.clerk.is_at(WEDNESDAY - 1, &mut rng(41)).unwrap();
        assert!(world.clerk.of_revoked(&file).is_none());
        world.clerk.is_at(WEDNESDAY, &mut rng(41)).unwrap();
        assert_eq!(world.clerk.of_revoked(&file).map(|(by, changes)| (by, changes > 0)), Some((world.nurlan.id(), true)));
        let brought = world.clerk.opens_for_hub(&file).unwrap();
        assert_eq!(brought.refused, 1, "nobody brings by the clerk's hand what they may not write any more");
        world.nurlan.left_over_is_handed_in(0).unwrap();
        assert!(world.nurlan.left_over(0).unwrap().is_none());

        // A coordinator takes it in.
        world.settle(WEDNESDAY + 60);
        assert_eq!(world.aliya.import_quarantined(&file).unwrap().report.admitted, 1);
        world.settle(WEDNESDAY + 120);
        assert!(reads(&mut world.dana, case).contains("two broken ribs"));

        // Two more days, which have an end of their own: everything comes again, also what was written meanwhile, and counts again.
        world.dana.add_facts(case, &[note("the doctor was away")], &mut rng(33)).unwrap();
        world.settle(WEDNESDAY + 180);
        world.shares(case, true, Some(WEDNESDAY + 2 * DAY), WEDNESDAY + 200);
        for said in ["taken at the square", "two broken ribs", "the doctor was away"] {
            assert!(reads(&mut world.nurlan, case).contains(said), "{said}");
        }
        world.nurlan.add_facts(case, &[note("better today")], &mut rng(33)).unwrap();
        assert_eq!(syncs(&world.hub, &mut world.nurlan, WEDNESDAY + 300).sent, 1);
        world.settle(WEDNESDAY + 360);
        assert!(reads(&mut world.dana, case).contains("better today"));

        // A coordinator ends it at once; the phone's clock has nothing to say in that. An assignment opens it for good.
        let entry = world.aliya.end_share(case, NURLAN).unwrap();
        world.says(&entry, WEDNESDAY + 400);
        syncs(&world.hub, &mut world.nurlan, WEDNESDAY + 400);
        assert!(is_over(&mut world.nurlan, case));
        world.settle(WEDNESDAY + 460);
        let entry = world.aliya.grant(case, NURLAN, &mut rng(42)).unwrap();
        world.says(&entry, WEDNESDAY + 500);
        syncs(&world.hub, &mut world.nurlan, WEDNESDAY + 9 * DAY);
        assert!(reads(&mut world.nurlan, case).contains("better today"));
        let needless = world.aliya.share(case, NURLAN, (true, None), &mut rng(43));
        assert!(matches!(needless, Err(DeviceError::NotYet(why)) if why.name() == "error-share-needless"));
    });
}

/// What a share's end means when nobody was there at that minute: it is renewed before anybody has settled it, and a clerk forgets.
#[test]
fn a_share_that_is_renewed_after_its_end_gives_everything_again() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, false, Some(WEDNESDAY), MONDAY);
        world.dana.add_facts(case, &[note("not fetched in time")], &mut rng(33)).unwrap();
        syncs(&world.hub, &mut world.dana, WEDNESDAY - 1);
        // The phone hears that nothing is given any more, and goes on in its feed behind that.
        syncs(&world.hub, &mut world.nurlan, WEDNESDAY);
        world.shares(case, false, None, WEDNESDAY + 1);
        assert!(reads(&mut world.nurlan, case).contains("not fetched in time"));

        // A clerk that has lost what it noted makes the same secret again.
        world.aliya.is_at(WEDNESDAY + 2, &mut rng(50)).unwrap();
        let entry = world.aliya.end_share(case, NURLAN).unwrap();
        world.says(&entry, WEDNESDAY + 2);
        let ask = SyncRequest { log_from: world.clerk.log().next().0, ..SyncRequest::default() };
        let log = world.hub.sync(caller(&world.hub, &world.clerk), &ask, WEDNESDAY + 2, &mut rng(51)).unwrap().log;
        world.clerk.is_at(WEDNESDAY + 2, &mut rng(52)).unwrap();
        world.clerk.receive(&SyncRequest::default(), SyncResponse { log, ..SyncResponse::default() }).unwrap();
        let disk = world.clerk.records().clone();
        let made = |seed| {
            let mut clerk = Device::open(disk.clone()).unwrap().unwrap();
            clerk.is_at(WEDNESDAY + 3, &mut rng(seed)).unwrap();
            clerk.request(&mut rng(seed)).unwrap();
            let keys = clerk.case(case).unwrap().keys;
            let (newest, secret) = keys.newest().unwrap();
            (newest, secret.tag())
        };
        assert_eq!(made(53), made(54));
        assert_eq!(made(53).0, 2, "one after each end");
    });
}

/// Nurlan had the case for two days, and keeps it for good: what ends of the share then takes nothing from him, and stops nobody.
#[test]
fn the_end_of_a_share_takes_nothing_from_whoever_has_the_case_for_good() {
    on_hubs(|mut world| {
        // Granted while it was shared, and the share ended after that.
        let case = world.case();
        world.shares(case, true, None, MONDAY);
        let entry = world.aliya.grant(case, NURLAN, &mut rng(60)).unwrap();
        world.says(&entry, MONDAY + 1);
        let entry = world.aliya.end_share(case, NURLAN).unwrap();
        world.says(&entry, MONDAY + 2);
        world.dana.add_facts(case, &[note("asked for a doctor")], &mut rng(61)).unwrap();
        assert_eq!(syncs(&world.hub, &mut world.dana, MONDAY + 3).sent, 1, "nothing is closed");
        syncs(&world.hub, &mut world.nurlan, MONDAY + 4);
        assert!(reads(&mut world.nurlan, case).contains("asked for a doctor"));

        // Over by the clock, which closes the case for whoever writes next; granted before the clerk came by, whose clock is slow.
        let (case, _) = world.dana.new_case(&[note("taken at the market")], &mut rng(65)).unwrap();
        world.settle(MONDAY + 5);
        world.shares(case, true, Some(WEDNESDAY), MONDAY + 5);
        world.dana.add_facts(case, &[note("moved to Taldykorgan")], &mut rng(62)).unwrap();
        assert_eq!(syncs(&world.hub, &mut world.dana, WEDNESDAY).sent, 0);
        world.aliya.is_at(WEDNESDAY + 1, &mut rng(63)).unwrap();
        let entry = world.aliya.grant(case, NURLAN, &mut rng(63)).unwrap();
        world.says(&entry, WEDNESDAY + 1);
        syncs(&world.hub, &mut world.clerk, WEDNESDAY - 1);
        world.settle(WEDNESDAY + 2);
        world.settle(WEDNESDAY + 3);
        syncs(&world.hub, &mut world.nurlan, WEDNESDAY + 4);
        assert!(reads(&mut world.nurlan, case).contains("moved to Taldykorgan"));
        world.nurlan.add_facts(case, &[note("seen by me")], &mut rng(64)).unwrap();
        assert_eq!(syncs(&world.hub, &mut world.nurlan, WEDNESDAY + 5).sent, 1);
    });
}

/// What Nurlan's phone gave up by its clock, or never took, comes when the log opens the case to him after all: the server told all of it before, and
/// tells nothing twice.
#[test]
fn what_a_phone_missed_by_its_clock_comes_when_the_case_is_open_to_it_after_all() {
    on_hubs(|mut world| {
        // The share was prolonged while the phone was off: it destroys the case at the end that it knows of.
        let case = world.case();
        world.shares(case, true, Some(WEDNESDAY), MONDAY);
        world.aliya.is_at(MONDAY + DAY, &mut rng(70)).unwrap();
        let entry = world.aliya.share(case, NURLAN, (true, Some(WEDNESDAY + DAY)), &mut rng(70)).unwrap();
        world.says(&entry, MONDAY + DAY);
        world.nurlan.is_at(WEDNESDAY, &mut rng(71)).unwrap();
        assert!(is_over(&mut world.nurlan, case));
        syncs(&world.hub, &mut world.nurlan, WEDNESDAY);
        assert!(reads(&mut world.nurlan, case).contains("taken at the square"));
        world.nurlan.add_facts(case, &[note("seen by me")], &mut rng(72)).unwrap();
        assert_eq!(syncs(&world.hub, &mut world.nurlan, WEDNESDAY + 1).sent, 1);
        let quiet = syncs(&world.hub, &mut world.nurlan, WEDNESDAY + 2);
        assert!(quiet.changed.is_empty(), "nothing comes again for ever: {quiet:?}");

        // A phone ten years ahead takes nothing of a case that is shared until Thursday. It starts again, its clock is set right, and it has it.
        let (case, _) = world.dana.new_case(&[note("taken at the market")], &mut rng(73)).unwrap();
        world.settle(WEDNESDAY + 3);
        let entry = world.aliya.share(case, NURLAN, (true, Some(WEDNESDAY + DAY)), &mut rng(74)).unwrap();
        world.says(&entry, WEDNESDAY + 3);
        let ahead = WEDNESDAY + 3_650 * DAY;
        world.nurlan.is_at(ahead, &mut rng(75)).unwrap();
        for _ in 0..2 {
            let request = world.nurlan.request(&mut rng(76)).unwrap();
            let response = world.hub.sync(caller(&world.hub, &world.nurlan), &request, WEDNESDAY + 3, &mut rng(77)).unwrap();
            world.nurlan.receive(&request, response).unwrap();
        }
        assert!(world.nurlan.cases().all(|(known, _)| *known != case));
        world.nurlan = Device::open(world.nurlan.records().clone()).unwrap().unwrap();
        syncs(&world.hub, &mut world.nurlan, WEDNESDAY + 4);
        assert!(reads(&mut world.nurlan, case).contains("taken at the market"));
    });
}

/// The same with the programs that people use: a share that ends within the minute.
#[test]
fn a_share_ends_on_the_phone_and_at_the_server() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [dana, nurlan] = ["dana", "nurlan"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        let [case, other] = ["Айгерім", "Серік"].map(|name| dana.begins(name));
        [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));

        // Only a coordinator shares, only with who needs it, and only into the future.
        assert!(dana.fails(&["case", "share", &case, "nurlan"]).contains("account"));
        assert!(aliya.fails(&["case", "share", &case, "dana"]).contains("for good already"));
        assert!(aliya.fails(&["case", "share", &case, "nurlan", "--until", "2026-01-10 12:00"]).contains("future"));
        assert!(aliya.fails(&["case", "unshare", &case, "nurlan"]).contains("not shared"));

        // For reading, until a coordinator ends it.
        let said = aliya.does(&["case", "share", &other, "nurlan", "--read-only"]);
        assert!(said.contains("Shared with nurlan, to read, until a coordinator ends it"), "{said}");
        nurlan.does(&["sync"]);
        assert_eq!(nurlan.case(&other)["view"]["names"][0]["value"], "Серік");
        assert!(nurlan.fails(&["fact", "add", &other, "note", "text=mine"]).contains("for reading only"));
        aliya.does(&["case", "unshare", &other, "nurlan"]);
        let said = nurlan.tries(&["sync"]);
        assert!(said.status.success() && String::from_utf8_lossy(&said.stderr).contains("is over"), "{said:?}");
        assert!(nurlan.fails(&["case", "show", &other]).contains("has no case"));

        // For half a minute, and for writing.
        let end = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(30);
        let until = end.to_zoned(jiff::tz::TimeZone::get("Asia/Almaty").unwrap()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        aliya.does(&["case", "share", &case, "nurlan", "--until", &until]);
        assert!(aliya.does(&["case", "show", &case]).contains("Shared with nurlan, to read and write, until "));
        nurlan.does(&["sync"]);
        nurlan.adds(&case, &["note", "text=two broken ribs"]);
        assert_eq!(nurlan.case(&case)["shares"][0]["holds"], true);
        let deadline = Instant::now() + Duration::from_secs(90);
        while nurlan.tries(&["case", "show", &case]).status.success() {
            assert!(Instant::now() < deadline, "the phone still has it");
        }
        assert!(jiff::Timestamp::now().as_second() >= end.as_second(), "not before its time");

        // Dana writes on; the clerk makes the next key by itself. Nurlan gets nothing, and what was not sent waits for Aliya.
        dana.adds(&case, &["note", "text=after the end"]);
        while dana.case(&case)["unsent"] != 0 {
            assert!(Instant::now() < deadline, "nothing is taken any more");
            dana.tries(&["sync"]);
        }
        nurlan.does(&["sync"]);
        assert_eq!(nurlan.does(&["list", "--json"]).trim(), "[]");
        let list = aliya.does(&["quarantine", "list"]);
        assert!(list.lines().count() == 1 && list.contains("(nurlan)"), "{list}");
        aliya.does(&["quarantine", "accept", list.split(':').next().unwrap()]);
        dana.does(&["sync"]);
        let shown = dana.case(&case).to_string();
        assert!(shown.contains("two broken ribs") && shown.contains("after the end"), "{shown}");
        assert!(aliya.does(&["case", "show", &case]).contains("Was shared with nurlan"));
        let record = Server::does(server.folder.path(), databases, &["audit", "show"]);
        assert!(record.contains(" share ") && record.contains(" end_share ") && record.contains("for:reading"), "{record}");
    });
}
