//! An evening with sixty people in a room: one link, and everybody records at once; then one list.

use std::time::{Duration, Instant};

use habeas_protocol::{CaseId, encode};
use habeas_tests::device::Person;
use habeas_tests::quick::Quick;
use habeas_tests::server::Server;

use crate::on_both;

const ROOM: u8 = 60;

pub fn link_of(printed: &str) -> String {
    assert!(printed.contains('▀') && printed.contains('█'), "there is a code to scan: {printed}");
    printed.lines().last().unwrap().to_owned()
}

#[test]
fn sixty_people_record_in_one_evening_and_are_let_in_or_refused_in_one_list() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let began = Instant::now();
        let link = link_of(&aliya.does(&["intake", "open", "--hours", "2", "--people", "60"]));
        assert!(link.starts_with(&format!("{}/app/#/join/i", server.address)), "{link}");

        // All but one join at once. Each records before anything was heard of the organisation.
        let join = |number: u8| {
            let mut quick = Quick::joins(&format!("r{number:02}"), &link, &server.address, 100 + number);
            let case = quick.begins(&format!("seen by {number}"));
            (quick, case)
        };
        let mut room: Vec<(Quick, CaseId)> = std::thread::scope(|scope| {
            let all: Vec<_> = (1..ROOM).map(|number| scope.spawn(move || join(number))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        // The last one has a laptop and pastes the link.
        let zhanar = Person::new("zhanar");
        zhanar.does(&["login", "--server", &server.address, "--account", "zhanar", "--invite", &link]);
        let seen = zhanar.begins("Айгерім");
        let joined = began.elapsed();
        let too_late = Quick::tries_to_join("r61", &link, &server.address, 200).err();
        assert_eq!(too_late, Some((409, "intake_full".to_owned())));

        // Nobody reads or sends anything before they are let in.
        for (quick, _) in &mut room {
            assert!(!quick.goes_round(&server.address));
            assert!(quick.device.member().is_none() && quick.device.cases().all(|(_, summary)| summary.unsent > 0));
        }
        let list = aliya.does(&["intake", "list"]);
        assert!(list.contains("joined: 60 of 60"), "{list}");
        assert_eq!(list.lines().filter(|line| line.ends_with(" waits")).count(), 60, "{list}");

        // Two of them nobody in the room knows. A name that nobody has is no reason to let everybody in.
        assert!(aliya.fails(&["intake", "approve", "--all", "--except", "r07,r77"]).contains("r77"));
        assert!(aliya.does(&["intake", "list"]).lines().filter(|line| line.ends_with(" waits")).count() == 60);
        let entries = room[0].0.device.log().next().0;
        let before = Instant::now();
        assert_eq!(aliya.does(&["intake", "approve", "--all", "--except", "r07,r33"]), "Let in: 58\n");
        let approved = before.elapsed();
        assert!(aliya.does(&["intake", "refuse", "--all"]).starts_with("Not let in: 2."));

        // The others' cases go out and can be read; what they are told of one another is little.
        let (mut refused, mut others): (Vec<_>, Vec<_>) = (1..).zip(&mut room).partition(|(number, _)| [7, 33].contains(number));
        for (number, (quick, _)) in &mut others {
            while quick.goes_round(&server.address) {}
            assert!(quick.device.cases().all(|(_, summary)| summary.unsent == 0), "{number}");
        }
        assert!(zhanar.does(&["sync"]).starts_with("sent 1,"));
        let log = others[0].1.0.device.log();
        let bytes: usize = log.entries_from(entries).map(|entry| encode(entry).unwrap().len()).sum();
        let count = log.next().0 - entries;
        assert_eq!(count, 116, "one that lets in and one that gives a circle, each");
        assert!(bytes < 32_000, "{bytes}");
        aliya.does(&["sync"]);
        for (number, (_, case)) in &others {
            assert!(aliya.case(&case.to_string()).to_string().contains(&format!("seen by {number}")), "{number}");
        }
        assert_eq!(aliya.case(&seen)["view"]["names"][0]["value"], "Айгерім");
        let taken = began.elapsed();
        assert!(taken < Duration::from_secs(600), "{taken:?}");
        eprintln!(
            "sixty joined after {joined:?}, were approved in {approved:?}, and all was sent and read after {taken:?}; {count} entries of the log, {bytes} bytes"
        );

        // The two get nothing more, not even the log, neither here nor with another device; what they have written stays with them.
        for (number, (quick, case)) in &mut refused {
            assert_eq!(quick.is_refused(&server.address), (401, "not_let_in".to_owned()), "{number}");
            assert_eq!(quick.device.log().next().0, entries, "{number}");
            assert!(quick.device.case(*case).is_ok());
            assert!(aliya.fails(&["case", "show", &case.to_string()]).contains("has no case"));
        }
        let another = Person::new("r33");
        let fingerprint = aliya.does(&["org", "show"]);
        let sign_in = ["login", "--server", &server.address, "--account", "r33", "--organisation", fingerprint.trim()];
        let said = another.command(&sign_in).env("HABEAS_PASSWORD", habeas_tests::quick::PASSWORD).output().unwrap();
        assert!(String::from_utf8_lossy(&said.stderr).contains("has not let you in"), "{said:?}");

        // One of them was refused by mistake.
        aliya.does(&["intake", "approve", "r07"]);
        let (_, (quick, case)) = &mut refused[0];
        while quick.goes_round(&server.address) {}
        aliya.does(&["sync"]);
        assert!(aliya.case(&case.to_string()).to_string().contains("seen by 7"));
        // Whoever is in is revoked and not refused.
        assert!(aliya.fails(&["intake", "refuse", "r08"]).contains("let in already"));

        // It is over when the coordinator says so, and once everything is decided its secret proves nothing more.
        let second = link_of(&aliya.does(&["intake", "open", "--hours", "1", "--people", "3"]));
        Quick::joins("s1", &second, &server.address, 201);
        aliya.does(&["intake", "close"]);
        let late = Quick::tries_to_join("s2", &second, &server.address, 202).err();
        assert_eq!(late, Some((409, "intake_over".to_owned())));
        assert!(aliya.does(&["intake", "list"]).lines().any(|line| line.contains(" s1 ") && line.ends_with(" waits")));
        aliya.does(&["intake", "refuse", "s1"]);
        assert!(aliya.does(&["intake", "list"]).contains("no intake in which anything is undecided"));
        // The second coordinator sees devices, and proves nothing of them.
        assert!(aliya.does(&["device", "list"]).lines().any(|line| line.contains(" s1 ") && line.ends_with(" not let in")));
    });
}

/// Set-up is unfinished until two people coordinate, and every command that a coordinator looks at says so.
#[test]
fn a_coordinator_who_is_alone_is_told_so_until_there_is_another() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let says_so = |arguments: &[&str]| {
        let output = aliya.tries(arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stderr).contains("habeas invite --role coordinator")
    };
    assert!(says_so(&["sync"]) && says_so(&["device", "list"]));
    // Another device of the same person is no second person.
    let again = Person { name: "aliya", folder: tempfile::tempdir().unwrap() };
    let fingerprint = aliya.does(&["org", "show"]);
    again.does(&["login", "--server", &server.address, "--account", "aliya", "--organisation", fingerprint.trim()]);
    let list = aliya.does(&["device", "list"]);
    let device = list.lines().find(|line| line.contains("unproved")).unwrap().split(' ').next().unwrap();
    aliya.does(&["device", "approve", device, "--compared-by-voice", "coordinator"]);
    assert!(says_so(&["sync"]));
    let bolat = Person::joins("bolat", "coordinator", &server, &aliya);
    assert!(says_so(&["sync"]));
    aliya.approves_all();
    assert!(!says_so(&["sync"]) && !says_so(&["device", "list"]));
    let synced = bolat.tries(&["sync"]);
    assert!(synced.status.success() && synced.stderr.is_empty(), "{synced:?}");
}
