//! A server comes back with a backup from before a revocation. The case has had its next secret since, and was written under it; so the clerk, which has
//! forgotten it, makes no other one in its place before devices have brought it back.

use std::fs;

use habeas_client_core::device::Device;
use habeas_db::Store;
use habeas_hub::{Hub, mark_restored, schema};
use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::{note, rng};
use habeas_tests::server::Server;

use super::erased::until;
use super::put_back::{Databases, put_back, signs_in};
use super::shared::{MONDAY, NURLAN, World, caller, on_hubs, syncs};

fn has(person: &Person, case: &str, text: &str) -> bool {
    person.does(&["sync"]);
    String::from_utf8(person.tries(&["case", "show", case]).stdout).unwrap().contains(text)
}

fn a_case_has_one_secret_an_epoch(databases: Databases<'_>, empty: Databases<'_>) {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let [dana, marat] = ["dana", "marat"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
    let zhanar = Person::is_let_in("zhanar", "recorder", &server, &aliya);
    let case = dana.begins("Айгерім");
    [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
    aliya.does(&["assign", &case, "marat"]);
    [&aliya, &marat].iter().for_each(|person| drop(person.does(&["sync"])));
    let shelf = tempfile::tempdir().unwrap();
    let backup = shelf.path().join("monday.habeas-backup").to_str().unwrap().to_owned();
    Server::does(server.folder.path(), databases, &["backup", &backup]);

    // Marat's phone is taken, and the case gets its next secret. Then one is lost that could not open it.
    aliya.does(&["device", "revoke", &aliya.device_of("marat")]);
    dana.adds(&case, &["note", "text=after he was taken"]);
    until("it is written under the next secret", || {
        dana.does(&["sync"]);
        dana.case(&case)["unsent"] == 0
    });
    until("Aliya has it", || has(&aliya, &case, "after he was taken"));
    aliya.does(&["device", "revoke", &aliya.device_of("zhanar")]);
    drop(zhanar);
    let key = shelf.path().join("clerk.key");
    fs::copy(server.folder.path().join("clerk.key"), &key).unwrap();
    drop(server.kill());

    let server = put_back(&backup, &key, empty);
    for person in [&aliya, &dana] {
        signs_in(person, &server);
        person.does(&["sync"]);
    }
    // The only coordinator was heard; for some minutes more the clerk would wait for what she brings.
    Server::does(server.folder.path(), empty, &["count-again"]);
    dana.adds(&case, &["note", "text=and she goes on"]);
    until("what is written is taken again", || {
        dana.does(&["sync"]);
        dana.case(&case)["unsent"] == 0
    });
    let late = Person::is_let_in("late", "coordinator", &server, &aliya);
    for person in [&late, &aliya] {
        until("everybody reads everything", || has(person, &case, "after he was taken") && has(person, &case, "and she goes on"));
    }
}

#[test]
fn what_was_written_under_a_secret_that_the_backup_lacks_is_read_by_everybody() {
    a_case_has_one_secret_an_epoch(None, None);
    let server = Postgres::start();
    let [hub, clerk, new_hub, new_clerk] = [(); 4].map(|()| server.database());
    a_case_has_one_secret_an_epoch(Some((&hub, &clerk)), Some((&new_hub, &new_clerk)));
}

/// A clerk's round, as far as secrets go.
fn clerk_goes_round(world: &mut World, now: i64) {
    world.clerk.makes_no_secret(world.hub.waits_for_secrets(now).unwrap());
    syncs(&world.hub, &mut world.clerk, now);
}

/// The same second by second: Aliya's line breaks behind the log, which is when a clerk that knows the log and not the secret would make another one.
#[test]
fn a_clerk_that_was_put_back_waits_for_the_secrets_behind_the_log() {
    on_hubs(|mut world| {
        // How a database is put back whole the other story tells, on both.
        if world.address.starts_with("postgres") {
            return;
        }
        let case = world.case();
        world.shares(case, true, None, MONDAY);
        world.settle(MONDAY);
        let (folder, backup) = (tempfile::tempdir().unwrap(), world.clerk.records().clone());
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        world.hub = Hub::open(&path("meanwhile"), &mut rng(1)).unwrap();
        fs::copy(&world.address, path("monday")).unwrap();
        world.hub = Hub::open(&world.address, &mut rng(2)).unwrap();

        let ended = world.aliya.end_share(case, NURLAN).unwrap();
        world.says(&ended, MONDAY + 1);
        world.settle(MONDAY + 2);
        world.dana.add_facts(case, &[note("after he was taken")], &mut rng(3)).unwrap();
        world.settle(MONDAY + 3);
        let again = world.aliya.share(case, NURLAN, (false, None), &mut rng(4)).unwrap();
        world.says(&again, MONDAY + 4);
        world.settle(MONDAY + 5);

        let back = MONDAY + 3600;
        Store::open(&path("monday"), schema()).unwrap().write(|db| mark_restored(db, back)).unwrap();
        world.hub = Hub::open(&path("monday"), &mut rng(5)).unwrap();
        world.clerk = Device::open(backup).unwrap().unwrap();
        while world.hub.log().unwrap().next() != world.aliya.log().next() {
            world.aliya.is_at(back, &mut rng(6)).unwrap();
            let request = world.aliya.request(&mut rng(6)).unwrap();
            let response = world.hub.sync(caller(&world.hub, &world.aliya), &request, back, &mut rng(7)).unwrap();
            world.aliya.receive(&request, response).unwrap();
        }
        (0..2).for_each(|_| clerk_goes_round(&mut world, back + 1));
        for now in [back + 2, back + 400, back + 800] {
            syncs(&world.hub, &mut world.aliya, now);
            syncs(&world.hub, &mut world.dana, now);
            clerk_goes_round(&mut world, now + 1);
        }
        let secret = |phone: &mut super::shared::Phone| phone.case(case).unwrap().keys.secret(1).map(|secret| secret.tag());
        let known = secret(&mut world.dana);
        assert!(known.is_some());
        assert_eq!([&mut world.aliya, &mut world.clerk].map(secret), [known, known]);
        world.dana.add_facts(case, &[note("and she goes on")], &mut rng(8)).unwrap();
        world.settle(back + 900);
        for phone in [&mut world.aliya, &mut world.clerk] {
            let read = super::shared::reads(phone, case);
            assert!(read.contains("after he was taken") && read.contains("and she goes on"), "{read}");
        }
    });
}
