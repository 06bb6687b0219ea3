//! A phone is taken: it is revoked, loses everything, and whoever has it learns nothing of what comes after; what its owner had not sent yet
//! waits for a coordinator.

use std::fs;
use std::path::Path;
use std::process::Command;

use habeas_client_core::device::DeviceError;
use habeas_protocol::api::to_hex;
use habeas_protocol::{Pushed, Refused};
use habeas_tests::device::Person;
use habeas_tests::quick::{Quick, rng};
use habeas_tests::server::Server;
use rand_core::Rng as _;

use crate::on_both;

/// What a thief does first: a copy of the phone as it was, to look into later.
fn copied(person: &Person) -> Person {
    let other = Person { name: person.name, folder: tempfile::tempdir().unwrap() };
    let folder = |of: &Path| of.join("device");
    let done = Command::new("cp").arg("-r").arg(folder(person.folder.path())).arg(folder(other.folder.path())).status();
    assert!(done.unwrap().success());
    other
}

#[test]
fn a_phone_that_was_taken_loses_everything_and_learns_nothing_more() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [dana, marat, bolat, zhanar] =
            [("dana", "lawyer"), ("marat", "lawyer"), ("bolat", "coordinator"), ("zhanar", "recorder")]
                .map(|(name, role)| Person::joins(name, role, &server, &aliya));
        let everybody = [&dana, &marat, &bolat, &zhanar];
        everybody.iter().for_each(|person| drop(person.does(&["sync"])));
        aliya.approves_all();
        everybody.iter().for_each(|person| drop(person.does(&["sync"])));

        // Dana's own case, one of Zhanar's that Dana and Marat may read, and one that is none of Dana's business.
        let own = dana.begins("Айгерім");
        let shared = zhanar.begins("Қанат");
        let other = marat.begins("Серік");
        [&dana, &zhanar, &marat, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
        aliya.does(&["assign", &shared, "dana"]);
        aliya.does(&["assign", &shared, "marat"]);
        for person in [&dana, &marat, &bolat] {
            person.does(&["sync"]);
        }
        assert_eq!(dana.case(&shared)["view"]["names"][0]["value"], "Қанат");

        // Without a network Dana writes on; Marat and Zhanar, too. Then Dana's phone is taken.
        dana.adds(&own, &["note", "text=not yet sent"]);
        let unsent = dana.begins("Мадина");
        marat.adds(&shared, &["note", "text=written before it was known"]);
        zhanar.adds(&shared, &["delivered", "--when", "2026-01-10 13:00", "--city", "almaty"]);
        let thief = copied(&dana);
        let phone = aliya.device_of("dana");
        let said = aliya.does(&["device", "revoke", &phone]);
        assert!(said.contains("Revoked: dana"), "{said}");
        assert!(aliya.does(&["device", "list"]).lines().any(|line| line.contains("dana") && line.contains("revoked")));

        // Those who stay go on: what they had sealed before goes under the new key, also a recorder's, who does not get one.
        for person in [&marat, &zhanar, &marat, &aliya, &bolat] {
            let said = person.tries(&["sync"]);
            assert!(said.status.success(), "{said:?}");
        }
        for person in [&marat, &zhanar] {
            assert_eq!(person.case(&shared)["unsent"], 0, "{}", person.name);
        }
        assert_eq!(aliya.case(&shared)["view"], marat.case(&shared)["view"]);
        assert!(aliya.case(&shared).to_string().contains("written before it was known"));
        aliya.adds(&shared, &["note", "text=nobody who was revoked reads this"]);
        aliya.adds(&own, &["note", "text=nor this"]);
        aliya.does(&["sync"]);

        // The phone hears of it at its next request and keeps nothing.
        let said = dana.fails(&["sync"]);
        assert!(said.contains("has revoked this device"), "{said}");
        assert!(dana.fails(&["list"]).contains("has revoked this device"));
        let vault = dana.folder.path().join("device/vault.log");
        assert!(fs::metadata(&vault).unwrap().len() < 1000, "what is left of it");

        // The thief's copy, whatever it does, gets nothing more: not from the server, and not with what it knew.
        assert!(thief.fails(&["sync"]).contains("has revoked this device"));

        // What was not sent yet waits for a coordinator, as of a time that nobody can prove.
        assert!(marat.tries(&["quarantine", "list"]).status.code() == Some(2));
        let list = aliya.does(&["quarantine", "list"]);
        assert_eq!(list.lines().count(), 2, "that of the phone and that of its copy: {list}");
        assert!(list.lines().all(|line| line.contains("(dana)") && line.contains("changes: 3")), "{list}");
        let ids: Vec<&str> = list.lines().map(|line| line.split(':').next().unwrap()).collect();
        let said = bolat.does(&["quarantine", "accept", ids[0]]);
        assert!(said.contains("Taken into the cases: 2; set aside: 0"), "{said}");
        assert!(bolat.does(&["quarantine", "refuse", ids[1]]).contains("Deleted"));
        assert!(aliya.does(&["quarantine", "list"]).contains("Nothing waits"));
        for person in [&bolat, &aliya, &bolat, &aliya] {
            person.does(&["sync"]);
        }
        for case in [&own, &unsent] {
            assert_eq!((bolat.case(case)["unsent"].as_u64(), aliya.case(case)["unsent"].as_u64()), (Some(0), Some(0)));
            assert_eq!(aliya.case(case)["view"], bolat.case(case)["view"]);
        }
        assert!(aliya.case(&own).to_string().contains("not yet sent"));
        assert_eq!(aliya.case(&unsent)["view"]["names"][0]["value"], "Мадина");

        // Dana comes back with another phone, reads what is assigned to her, and whoever coordinates from now on reads everything.
        dana_comes_back(&aliya, &server, &own);
        let assel = Person::joins("assel", "coordinator", &server, &aliya);
        aliya.approves_all();
        assel.does(&["sync"]);
        for case in [&own, &shared, &other, &unsent] {
            assert_eq!(assel.case(case)["view"], aliya.case(case)["view"], "{case}");
        }

        // A coordinator's phone opened everything: everything gets a new key.
        let lost = copied(&bolat);
        let phone = aliya.device_of("bolat");
        aliya.does(&["device", "revoke", &phone]);
        marat.adds(&other, &["note", "text=after it"]);
        for person in [&marat, &marat, &aliya] {
            assert!(person.tries(&["sync"]).status.success());
        }
        assert_eq!(marat.case(&other)["unsent"], 0);
        assert!(aliya.case(&other).to_string().contains("after it"));
        assert!(lost.fails(&["sync"]).contains("has revoked this device"));
        let late = Person::joins("late", "coordinator", &server, &aliya);
        aliya.approves_all();
        late.does(&["sync"]);
        for case in [&own, &shared, &other, &unsent] {
            assert_eq!(late.case(case)["view"], aliya.case(case)["view"], "{case}");
        }
        // Nobody revokes the last one of those who decide, nor the server.
        for name in ["assel", "late"] {
            let device = aliya.device_of(name);
            aliya.does(&["device", "revoke", &device]);
        }
        let own_device = aliya.device_of("aliya");
        assert!(aliya.fails(&["device", "revoke", &own_device]).contains("last coordinator"));
    });
}

fn dana_comes_back(aliya: &Person, server: &Server, own: &str) {
    let again = Person::new("dana");
    let fingerprint = aliya.does(&["org", "show"]);
    again.does(&["login", "--server", &server.address, "--account", "dana", "--organisation", fingerprint.trim()]);
    let device = aliya.device_of("dana");
    aliya.does(&["device", "approve", &device, "--compared-by-voice", "lawyer"]);
    again.does(&["sync"]);
    aliya.does(&["assign", own, "dana"]);
    again.does(&["sync"]);
    assert_eq!(again.case(own)["view"], aliya.case(own)["view"]);
}

/// Bolat's phone has more to fetch than goes into one answer, and he writes on meanwhile. It is taken between two of its requests: the next one
/// brings nothing and fetches nothing.
#[test]
fn a_phone_is_revoked_in_the_middle_of_an_exchange() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let joins = |account: &str, role: &str, seed: u8| {
            Quick::joins(account, &aliya.does(&["invite", "--role", role]), &server.address, seed)
        };
        let mut bolat = joins("bolat", "coordinator", 1);
        let mut assel = joins("assel", "coordinator", 2);
        let mut marat = joins("marat", "lawyer", 3);
        aliya.approves_all();
        for quick in [&mut bolat, &mut assel, &mut marat] {
            while quick.goes_round(&server.address) {}
        }
        let theirs = marat.begins("taken at the square");
        let mut random = rng(4);
        for _ in 0..20 {
            // A text that nobody packs.
            let mut bytes = [0; 4000];
            random.fill_bytes(&mut bytes);
            marat.adds(theirs, &to_hex(&bytes));
        }
        while marat.goes_round(&server.address) {}
        let own = bolat.begins("taken at the station");
        bolat.device.asks_for(20_000);

        let first = bolat.trip(&server.address).unwrap();
        bolat.adds(own, "moved to another cell");
        let fetched = bolat.device.case(theirs).unwrap().replica.known_facts().len();
        let next = bolat.request();
        assert!(!first.is_empty() && !next.envelopes.is_empty() && !next.cursor.is_empty());
        assert!(fetched > 0 && fetched < 21, "there is more to fetch: {fetched}");

        aliya.does(&["device", "revoke", &bolat.device.id().to_string()]);
        let answer = bolat.asks(&server.address, &next).unwrap();
        assert!(answer.envelopes.iter().all(|pushed| *pushed == Pushed::Refused(Refused::NotAdmitted)), "{:?}", answer.envelopes);
        assert!(answer.frames.is_empty() && answer.differ.is_empty() && !answer.more);
        let report = bolat.device.receive(&next, answer).unwrap();
        assert!(report.revoked && !report.more && report.sent == 0 && report.admitted == 0);
        assert!(matches!(bolat.device.request(&mut rng(6)), Err(DeviceError::Revoked)));

        // At the hub lies what the request before had brought, and nothing of this one.
        let there = assel.everything(&server.address);
        assert!(first.iter().all(|change| there.contains(change)));
        assert!(next.envelopes.iter().all(|envelope| !there.contains(&(envelope.case, envelope.id))));
    });
}
