//! What comes of what somebody had not sent when they lost a case, and of a case that they get after all: nothing of it may be lost on the way.

use std::time::{Duration, Instant};

use habeas_client_core::device::{Device, Export, Memory, Records as _, SyncReport, handed_over};
use habeas_client_core::keys::{DeviceSecrets, FactKey, open_payload, seal_bundle, seal_fact_key, seal_payload};
use habeas_hub::{Caller, Hub};
use habeas_protocol::bundle::Carried;
use habeas_protocol::{CaseId, Content, Entry, SyncRequest, SyncResponse, encode};
use habeas_tests::device::Person;
use habeas_tests::quick::{note, rng};
use habeas_tests::server::Server;

use crate::next_device::another_device;
use crate::on_both;
use crate::shared::{MONDAY, NURLAN, Phone, World, caller, is_over, on_hubs, reads, syncs};

const DAY: i64 = 24 * 3600;
const WEDNESDAY: i64 = MONDAY + 2 * DAY;

/// Exchanges once between a hub and a phone whose clocks differ.
fn trip(hub: &Hub, phone: &mut Phone, (theirs, own): (i64, i64)) -> SyncReport {
    phone.is_at(own, &mut rng(90)).unwrap();
    let request = phone.request(&mut rng(91)).unwrap();
    let response = hub.sync(caller(hub, phone), &request, theirs, &mut rng(92)).unwrap();
    phone.receive(&request, response).unwrap()
}

/// Dana notes something and sends nothing; a file with it goes to Nurlan on a stick.
fn on_a_stick(world: &mut World, case: CaseId, seed: u8) -> Vec<u8> {
    world.dana.add_facts(case, &[note("heard by phone")], &mut rng(seed)).unwrap();
    let nurlan = world.nurlan.secrets().keys();
    world.dana.export(&Export::Unsent, &[nurlan], &mut rng(seed + 1)).unwrap().files.remove(0)
}

/// Writes an entry to the hub's log, and its author's phone is gone before it does anything else.
fn says_and_is_lost(world: &World, entry: &Entry) {
    let aliya = caller(&world.hub, &world.aliya);
    world.hub.append_log(aliya, &[encode(entry).unwrap()], MONDAY).unwrap();
}

/// The share is prolonged while Nurlan's phone is off. It destroys the case at the end that it knows of, and gets it again; what he had not sent nobody
/// has to decide over.
#[test]
fn what_was_not_sent_of_a_case_that_was_shared_on_meanwhile_comes_into_it() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, true, Some(WEDNESDAY), MONDAY);
        world.nurlan.add_facts(case, &[note("seen by me")], &mut rng(93)).unwrap();
        syncs(&world.hub, &mut world.nurlan, MONDAY);
        world.nurlan.add_facts(case, &[note("two broken ribs")], &mut rng(94)).unwrap();
        world.aliya.is_at(MONDAY + DAY, &mut rng(95)).unwrap();
        let entry = world.aliya.share(case, NURLAN, (true, None), &mut rng(95)).unwrap();
        world.says(&entry, MONDAY + DAY);
        world.nurlan.is_at(WEDNESDAY, &mut rng(96)).unwrap();
        assert!(is_over(&mut world.nurlan, case));
        let report = syncs(&world.hub, &mut world.nurlan, WEDNESDAY);
        assert!(reads(&mut world.nurlan, case).contains("seen by me"));
        assert!(!report.copied, "what comes back to him was written here, and on no copy of his phone");

        let file = world.nurlan.left_over(0).unwrap().unwrap();
        world.settle(WEDNESDAY);
        assert!(world.clerk.of_revoked(&file).is_none(), "there is nothing to decide");
        let handed_in = world.clerk.opens_for_hub(&file).unwrap();
        assert_eq!(handed_in.refused, 0);
        for part in handed_in.parts() {
            let request = world.clerk.carrying(&part).unwrap();
            let response = world.hub.sync(caller(&world.hub, &world.clerk), &request, WEDNESDAY, &mut rng(97)).unwrap();
            assert!(response.envelopes.iter().all(|pushed| pushed.is_there()));
        }
        world.settle(WEDNESDAY);
        syncs(&world.hub, &mut world.nurlan, WEDNESDAY);
        for phone in [&mut world.nurlan, &mut world.dana] {
            assert!(reads(phone, case).contains("two broken ribs"));
        }
    });
}

/// A share was over and had left something unsent; then the phone is revoked, before it was online again.
#[test]
fn what_a_share_has_left_outlives_the_revocation_of_the_phone() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, true, Some(WEDNESDAY), MONDAY);
        world.nurlan.add_facts(case, &[note("two broken ribs")], &mut rng(100)).unwrap();
        world.nurlan.is_at(WEDNESDAY, &mut rng(101)).unwrap();
        let nurlan = world.nurlan.id();
        let entry = world.aliya.revoke(&nurlan, &mut rng(102)).unwrap();
        world.says(&entry, WEDNESDAY);
        world.settle(WEDNESDAY);
        let asks = Caller { device: nurlan, person: NURLAN };
        let request = world.nurlan.request(&mut rng(103)).unwrap();
        let response = world.hub.sync(asks, &request, WEDNESDAY, &mut rng(104)).unwrap();
        assert!(world.nurlan.receive(&request, response).unwrap().revoked);

        let nobody = Device::create(Memory::default(), DeviceSecrets::generate(&mut rng(105)), None).unwrap();
        let mut disk = std::mem::replace(&mut world.nurlan, nobody).give_up(&mut rng(106)).unwrap();
        let files = handed_over(&mut disk).unwrap().unwrap().files;
        for file in &files {
            assert_eq!(world.clerk.of_revoked(file).map(|(by, _)| by), Some(nurlan));
            world.aliya.import_quarantined(file).unwrap();
        }
        assert!(reads(&mut world.aliya, case).contains("two broken ribs"), "{} files", files.len());
    });
}

/// Aliya's phone is taken in the second in which she has let Nurlan open a case: the log says so, and she has sealed it to nobody.
#[test]
fn what_a_coordinator_has_not_sealed_the_clerk_seals() {
    on_hubs(|mut world| {
        let [assigned, shared] = [world.case(), world.another("taken at the market")];
        let entry = world.aliya.grant(assigned, NURLAN, &mut rng(110)).unwrap();
        says_and_is_lost(&world, &entry);
        let log = SyncRequest { log_from: world.aliya.log().next().0, ..SyncRequest::default() };
        let log = world.hub.sync(caller(&world.hub, &world.aliya), &log, MONDAY, &mut rng(111)).unwrap().log;
        world.aliya.receive(&SyncRequest::default(), SyncResponse { log, ..SyncResponse::default() }).unwrap();
        let entry = world.aliya.share(shared, NURLAN, (false, None), &mut rng(112)).unwrap();
        says_and_is_lost(&world, &entry);
        (0..2).for_each(|_| drop(syncs(&world.hub, &mut world.clerk, MONDAY)));
        syncs(&world.hub, &mut world.nurlan, MONDAY);
        for case in [assigned, shared] {
            assert!(reads(&mut world.nurlan, case).contains("taken at"));
        }
    });
}

/// The server's clock was ahead for a day, and what it did not tell Nurlan then it tells him when it is right.
#[test]
fn what_a_server_that_is_ahead_keeps_back_comes_when_it_is_right() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, true, Some(WEDNESDAY), MONDAY);
        world.dana.add_facts(case, &[note("moved to Taldykorgan")], &mut rng(120)).unwrap();
        syncs(&world.hub, &mut world.dana, MONDAY + 1);
        for _ in 0..3 {
            let mut goes_on = |_: &i32| trip(&world.hub, &mut world.nurlan, (WEDNESDAY, MONDAY + 2)).more;
            assert!((0..3).take_while(&mut goes_on).count() < 3, "nobody goes round for ever while clocks differ");
        }
        assert!(!reads(&mut world.nurlan, case).contains("Taldykorgan"));
        syncs(&world.hub, &mut world.nurlan, MONDAY + 3);
        assert!(reads(&mut world.nurlan, case).contains("Taldykorgan"));
    });
}

/// Nurlan only reads a case, and somebody hands him on a stick what the server does not have yet. It is asked once, and not at each exchange.
#[test]
fn who_only_reads_does_not_bring_the_same_for_ever() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, false, None, MONDAY);
        let file = on_a_stick(&mut world, case, 130);
        assert_eq!(world.nurlan.import(&file).unwrap().report.admitted, 1);
        assert_eq!(syncs(&world.hub, &mut world.nurlan, MONDAY).refused, ["no_access"]);
        world.nurlan.is_at(MONDAY, &mut rng(132)).unwrap();
        assert!(world.nurlan.request(&mut rng(132)).unwrap().envelopes.is_empty());
        world.settle(MONDAY + 1);
        syncs(&world.hub, &mut world.nurlan, MONDAY + 2);
        assert_eq!(world.nurlan.cases().map(|(_, summary)| summary.unsent).sum::<u32>(), 0, "Dana has brought it herself");
        assert!(reads(&mut world.nurlan, case).contains("heard by phone"));
    });
}

/// Nurlan has written, and not sent it yet, when his share becomes one for reading. A coordinator decides over it at once; what she takes he has sent.
#[test]
fn what_was_not_sent_when_a_share_became_one_for_reading_a_coordinator_decides() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, true, None, MONDAY);
        world.nurlan.add_facts(case, &[note("two broken ribs")], &mut rng(150)).unwrap();
        world.shares(case, false, None, MONDAY);
        for time in 0..2 {
            world.nurlan.is_at(MONDAY + time, &mut rng(151)).unwrap();
            assert!(world.nurlan.request(&mut rng(152)).unwrap().envelopes.is_empty());
            assert_eq!(world.nurlan.case(case).unwrap().hub_refused.as_deref(), Some("to_decide"));
        }
        assert_eq!(world.nurlan.left_over(1).unwrap(), None, "it is handed in once");
        let file = world.nurlan.left_over(0).unwrap().unwrap();
        assert_eq!(world.clerk.opens_for_hub(&file).unwrap().refused, 1);
        assert_eq!(world.clerk.of_revoked(&file), Some((world.nurlan.id(), 1)));
        world.aliya.import_quarantined(&file).unwrap();
        world.settle(MONDAY + 2);
        syncs(&world.hub, &mut world.nurlan, MONDAY + 3);
        assert!(reads(&mut world.dana, case).contains("two broken ribs"));
        assert_eq!(world.nurlan.cases().map(|(_, summary)| summary.unsent).sum::<u32>(), 0);
        assert_eq!(world.nurlan.case(case).unwrap().hub_refused, None);
    });
}

/// A case that cannot be read any more, with something unsent, shuts Nurlan out of none of the others.
#[test]
fn a_damaged_case_that_is_shared_for_reading_stops_nothing() {
    on_hubs(|mut world| {
        let [damaged, other] = [world.case(), world.another("taken at the market")];
        [damaged, other].iter().for_each(|case| world.shares(*case, false, None, MONDAY));
        let file = on_a_stick(&mut world, damaged, 190);
        world.nurlan.import(&file).unwrap();
        world.nurlan.records().put(vec![(format!("case/{damaged}"), vec![9])]).unwrap();
        world.nurlan.is_at(MONDAY + 1, &mut rng(192)).unwrap();
        assert!(reads(&mut world.nurlan, other).contains("taken at the market"));
        assert!(world.nurlan.case(damaged).is_err());
    });
}

/// What is handed to Nurlan rests on what he does not have yet, and by his next exchange Dana has brought both.
#[test]
fn what_waited_at_a_reader_and_came_from_the_server_is_not_unsent() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, false, None, MONDAY);
        world.dana.add_facts(case, &[note("taken to the market's police post")], &mut rng(140)).unwrap();
        syncs(&world.hub, &mut world.dana, MONDAY);
        let file = on_a_stick(&mut world, case, 141);
        assert_eq!(world.nurlan.import(&file).unwrap().report.set_aside, 1);
        syncs(&world.hub, &mut world.dana, MONDAY + 1);
        syncs(&world.hub, &mut world.nurlan, MONDAY + 2);
        assert!(reads(&mut world.nurlan, case).contains("heard by phone"));
        assert_eq!(world.nurlan.cases().map(|(_, summary)| summary.unsent).sum::<u32>(), 0, "it came from the server");
    });
}

/// Aliya's phone is in strange hands, and puts something that rests on nothing under the name of what Dana has handed to Nurlan on a stick. It takes the
/// place of nothing: what he has the clerk brings, although Dana's phone is lost.
#[test]
fn junk_under_the_name_of_what_a_reader_carries_takes_nothing_from_him() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, false, None, MONDAY);
        let file = on_a_stick(&mut world, case, 170);
        assert_eq!(world.nurlan.import(&file).unwrap().report.admitted, 1);
        let name = world.dana.request(&mut rng(172)).unwrap().envelopes[0].id;
        world.aliya.add_facts(case, &[note("one")], &mut rng(173)).unwrap();
        world.aliya.add_facts(case, &[note("two")], &mut rng(174)).unwrap();
        let written = world.aliya.request(&mut rng(175)).unwrap().envelopes.pop().unwrap();
        let open = world.aliya.case(case).unwrap();
        let (epoch, secret) = open.keys.newest().unwrap();
        let junk = seal_payload(case, (epoch, secret), name, &open_payload(&written, secret).unwrap());
        let request = SyncRequest { log_from: u64::MAX, envelopes: vec![junk], ..SyncRequest::default() };
        let response = world.hub.sync(caller(&world.hub, &world.aliya), &request, MONDAY, &mut rng(176)).unwrap();
        assert!(response.envelopes[0].is_there());

        syncs(&world.hub, &mut world.nurlan, MONDAY + 1);
        assert_eq!(world.nurlan.cases().map(|(_, summary)| summary.unsent).sum::<u32>(), 1, "what he has the server has not");
        let file = world.nurlan.left_over(0).unwrap().unwrap();
        let handed_in = world.clerk.opens_for_hub(&file).unwrap();
        assert_eq!(handed_in.refused, 0, "Dana may write");
        let request = world.clerk.carrying(&handed_in.parts()[0]).unwrap();
        let response = world.hub.sync(caller(&world.hub, &world.clerk), &request, MONDAY + 2, &mut rng(177)).unwrap();
        assert!(response.envelopes.iter().all(|pushed| pushed.is_there()));
        syncs(&world.hub, &mut world.clerk, MONDAY + 3);
        assert!(reads(&mut world.clerk, case).contains("heard by phone"));
    });
}

/// Keys of sealed facts nobody has signed. Who may write brings them for whoever he likes; who only reads would fill the case for everybody.
#[test]
fn a_key_that_a_reader_makes_up_the_clerk_does_not_bring() {
    on_hubs(|mut world| {
        let case = world.case();
        world.shares(case, false, None, MONDAY);
        syncs(&world.hub, &mut world.clerk, MONDAY + 1);
        let open = world.nurlan.case(case).unwrap();
        let (newest, ids) = open.keys.newest().zip(open.keys.secret(0)).unwrap();
        let key = seal_fact_key(case, newest, ids, &FactKey::generate(&mut rng(180)));
        for (phone, refused) in [(&world.nurlan, 1), (&world.dana, 0)] {
            let items = vec![Carried::Content(Content::Envelope(key.clone()))];
            let file = seal_bundle(items, &[world.clerk.secrets().keys()], phone.secrets(), &mut rng(181)).unwrap();
            assert_eq!(world.clerk.opens_for_hub(&file).unwrap().refused, refused);
        }
    });
}

/// The same with the programs that people use: a share of some seconds that goes on, and a team that Dana's own case was with for a while.
#[test]
fn a_prolonged_share_and_a_team_that_is_over_lose_nothing() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [dana, nurlan] = ["dana", "nurlan"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        let case = dana.begins("Айгерім");
        [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
        let end = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(20);
        let until = end.to_zoned(jiff::tz::TimeZone::get("Asia/Almaty").unwrap()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        aliya.does(&["case", "share", &case, "nurlan", "--until", &until]);
        nurlan.does(&["sync"]);
        nurlan.adds(&case, &["note", "text=two broken ribs"]);
        aliya.does(&["case", "share", &case, "nurlan"]);
        let deadline = Instant::now() + Duration::from_secs(90);
        while nurlan.tries(&["case", "show", &case]).status.success() {
            assert!(Instant::now() < deadline, "the phone still has it");
        }
        for person in [&nurlan, &nurlan, &dana] {
            person.does(&["sync"]);
        }
        for person in [&nurlan, &dana] {
            assert!(person.case(&case).to_string().contains("two broken ribs"), "{}", person.name);
        }
        assert!(!aliya.does(&["quarantine", "list"]).contains("nurlan"), "there is nothing to decide");

        // Dana's team has her case for a while. Her next device gets it all the same: she began it.
        aliya.does(&["team", "found", "Медеу тобы"]);
        aliya.does(&["team", "add", "Медеу тобы", "dana"]);
        aliya.does(&["team", "assign", "Медеу тобы", &case]);
        aliya.does(&["team", "unassign", "Медеу тобы", &case]);
        dana.does(&["sync"]);
        let laptop = another_device(&server, &aliya);
        while !laptop.tries(&["case", "show", &case]).status.success() {
            assert!(Instant::now() < deadline + Duration::from_secs(90), "her laptop never gets it");
            laptop.does(&["sync"]);
        }
        let shown = laptop.case(&case).to_string();
        assert!(shown.contains("Айгерім") && shown.contains("two broken ribs"), "{shown}");
    });
}
