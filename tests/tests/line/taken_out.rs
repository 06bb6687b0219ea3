//! What somebody takes out of their device is told to the server at the next exchange, and stands in its audit record: as what, when, of which cases.

use std::fs;

use habeas_client_core::device::Export;
use habeas_protocol::limits::MAX_TAKEN_CASES;
use habeas_protocol::{CaseId, TakenAs};
use habeas_tests::device::Person;
use habeas_tests::photo::photograph;
use habeas_tests::quick::{note, rng};
use habeas_tests::server::Server;

use crate::on_both;
use crate::shared::{MONDAY, World, caller, on_hubs, syncs};

/// What the record has of it, each with what it was about.
fn recorded(world: &World) -> Vec<String> {
    let mut found = Vec::new();
    let mut takes = |entry: habeas_protocol::AuditEntry| {
        if entry.act == "take_out" {
            found.push(entry.subjects);
        }
    };
    world.hub.audit_entries(1, &mut takes).unwrap();
    found
}

/// Dana makes a bundle in a cellar. The answer to her next exchange does not come, and she tells it again.
#[test]
fn what_is_told_twice_is_recorded_once() {
    on_hubs(|mut world| {
        let case = world.case();
        world.dana.is_at(MONDAY, &mut rng(160)).unwrap();
        world.dana.add_facts(case, &[note("two broken ribs")], &mut rng(160)).unwrap();
        world.dana.export(&Export::Unsent, &[world.aliya.secrets().keys()], &mut rng(161)).unwrap();
        let request = world.dana.request(&mut rng(162)).unwrap();
        world.hub.sync(caller(&world.hub, &world.dana), &request, MONDAY + 5, &mut rng(163)).unwrap();
        syncs(&world.hub, &mut world.dana, MONDAY + 60);
        assert_eq!(recorded(&world), [format!("as:bundle at:{MONDAY} case:{case}")]);
        assert!(world.dana.request(&mut rng(164)).unwrap().taken_out.is_empty(), "it is told no more");

        // As often as one likes an hour a device does not fill the record; what is more waits, and is not lost.
        let many: Vec<CaseId> = (0..700 * MAX_TAKEN_CASES).map(|number| CaseId((number as u128).to_be_bytes())).collect();
        world.dana.takes_out(TakenAs::Breaches, &many).unwrap();
        syncs(&world.hub, &mut world.dana, MONDAY + 70);
        assert_eq!(recorded(&world).len(), 640);
        (0..2).for_each(|_| drop(syncs(&world.hub, &mut world.dana, MONDAY + 70 + 3601)));
        assert_eq!(recorded(&world).len(), 701);
        assert!(world.dana.request(&mut rng(165)).unwrap().taken_out.is_empty());
        let too_many: Vec<CaseId> = (0..4097 * MAX_TAKEN_CASES).map(|number| CaseId((number as u128).to_be_bytes())).collect();
        assert!(world.dana.takes_out(TakenAs::Breaches, &too_many).is_err());
    });
}

/// The same with the programs that people use, in every way that something leaves a device.
#[test]
fn every_way_out_of_a_device_is_in_the_record() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let case = dana.begins("Ерлан");
        let almaty = ["--city", "almaty"];
        for (fact, when) in [("restrained", "2026-01-10 12:00"), ("seen_in_custody", "2026-01-13 15:00")] {
            dana.adds(&case, &[&[fact, "--when", when, "--place", "Almaly station"], &almaty[..]].concat());
        }
        let files = tempfile::tempdir().unwrap();
        let file = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
        fs::write(file("ruling.jpg"), photograph(7, 20_000)).unwrap();
        dana.does(&["attachment", "add", &case, &file("ruling.jpg"), "--text", "the ruling"]);

        dana.does(&["bundle", "export", &file("dana.habeas"), "--case", &case]);
        dana.does(&["case", "export", &case, "--automerge", &file("case.automerge"), "--unsealed"]);
        dana.does(&["case", "breaches"]);
        dana.does(&["case", "history", &case]);
        dana.does(&["rollcall", "Almaly station"]);
        dana.does(&["attachment", "get", &case, "1", &file("got.jpg"), "--original"]);
        let danas = aliya.device_of("dana");
        let ways = ["bundle", "document", "breaches", "history", "sheet", "attachment"];
        let shown = |way: &str| {
            let record = Server::does(server.folder.path(), databases, &["audit", "show"]);
            let is_it =
                |line: &&str| line.contains(&danas) && line.contains(&format!(" take_out as:{way} at:")) && line.contains(&case);
            record.lines().filter(is_it).count()
        };
        assert!(ways.iter().all(|way| shown(way) == 0), "nobody was told yet");
        (0..2).for_each(|_| drop(dana.does(&["sync"])));
        for way in ways {
            assert_eq!(shown(way), 1, "{way}");
        }
        assert!(Server::does(server.folder.path(), databases, &["audit", "verify"]).contains("The record is whole"));
    });
}
