//! Coordinators among themselves: freezing one at once, thawing by two, and what is left to do when nobody can act any more.

use habeas_tests::device::Person;
use habeas_tests::server::Server;

use crate::on_both;

#[test]
fn a_coordinator_is_frozen_at_once_and_two_others_thaw() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [bolat, assel] = ["bolat", "assel"].map(|name| Person::is_let_in(name, "coordinator", &server, &aliya));
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let case = dana.begins("Айгерім");
        dana.does(&["sync"]);
        bolat.does(&["sync"]);
        assert_eq!(bolat.case(&case)["view"]["names"][0]["value"], "Айгерім");
        // Bolat has a second device, too: freezing is about the person.
        let second = Person { name: "bolat", folder: tempfile::tempdir().unwrap() };
        let fingerprint = aliya.does(&["org", "show"]);
        second.does(&["login", "--server", &server.address, "--account", "bolat", "--organisation", fingerprint.trim()]);
        let waiting = aliya.does(&["device", "list"]);
        let waiting = waiting.lines().find(|line| line.contains("unproved")).unwrap().split(' ').next().unwrap();
        aliya.does(&["device", "approve", waiting, "--compared-by-voice", "coordinator"]);
        second.does(&["sync"]);

        // Without a network Bolat invites somebody in his head and writes on. Then Aliya hears that he was taken.
        bolat.adds(&case, &["note", "text=from the cell"]);
        assert!(aliya.fails(&["coordinator", "freeze", "aliya"]).contains("Nobody freezes themselves"));
        assert!(aliya.fails(&["coordinator", "freeze", "dana"]).contains("Only coordinators"));
        assert!(dana.fails(&["coordinator", "freeze", &aliya.device_of("bolat")]).contains("Only a coordinator"));
        let said = aliya.does(&["coordinator", "freeze", "bolat"]);
        assert!(said.starts_with("Frozen: bolat."), "{said}");
        assert!(aliya.fails(&["coordinator", "freeze", "bolat"]).contains("frozen already"));
        dana.adds(&case, &["note", "text=after it"]);
        dana.does(&["sync"]);

        // Whoever holds his phone brings nothing by somebody else's either.
        let stick = tempfile::tempdir().unwrap();
        let file = stick.path().join("bolat.habeas").display().to_string();
        bolat.does(&["bundle", "export", &file]);
        let said = dana.does(&["bundle", "hand-in", &file]);
        assert!(said.contains("has 0 now and does not take 1"), "{said}");

        // The next request of either device: the log, and nothing else. What they have stays.
        for device in [&bolat, &second] {
            assert!(device.fails(&["device", "list"]).contains("has frozen you"), "the server refuses");
            let synced = device.tries(&["sync"]);
            assert!(String::from_utf8_lossy(&synced.stderr).contains("has frozen you"), "{synced:?}");
            assert!(device.fails(&["invite", "--role", "lawyer"]).contains("has frozen you"));
            assert!(!device.case(&case).to_string().contains("after it"));
        }
        assert_eq!(bolat.case(&case)["unsent"], 1);
        assert!(!aliya.case(&case).to_string().contains("from the cell"));
        assert!(aliya.does(&["device", "list"]).lines().filter(|line| line.contains(" frozen")).count() == 2);

        // One is not enough to thaw, and the same one twice neither. Dana goes on all the while.
        assert!(aliya.does(&["coordinator", "thaw", "bolat"]).starts_with("You want bolat back"));
        assert!(aliya.fails(&["coordinator", "thaw", "bolat"]).contains("said so already"));
        assert!(aliya.does(&["coordinator", "list"]).contains("coordinators who want them back: 1 of 2"));
        assert!(String::from_utf8_lossy(&bolat.tries(&["sync"]).stderr).contains("has frozen you"));
        let bolats = aliya.device_of("bolat");
        assert!(assel.does(&["coordinator", "thaw", &bolats]).contains("coordinates again"));
        bolat.does(&["sync"]);
        assert_eq!(bolat.case(&case)["unsent"], 0);
        bolat.does(&["sync"]);
        assert!(bolat.case(&case).to_string().contains("after it"));
        let late = Person::is_let_in("late", "lawyer", &server, &bolat);
        assert!(late.does(&["sync"]).starts_with("sent 0"));
        for person in [&aliya, &dana] {
            person.does(&["sync"]);
            assert!(person.case(&case).to_string().contains("from the cell"), "{}", person.name);
        }
        assert!(aliya.fails(&["coordinator", "thaw", "bolat"]).contains("not frozen"));
    });
}

/// Aliya freezes Bolat, and then loses her own phone: nobody can act. Two printed shares bring a new coordinator.
#[test]
fn a_frozen_last_coordinator_is_replaced_with_two_shares() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let bolat = Person::is_let_in("bolat", "coordinator", &server, &aliya);
    let case = aliya.begins("Айгерім");
    let shares = crate::recovery::printed(&aliya.does(&["recovery", "print"]));
    aliya.does(&["coordinator", "freeze", "bolat"]);
    aliya.does(&["sync"]);
    assert!(bolat.fails(&["coordinator", "thaw", "bolat"]).contains("has frozen you"));
    drop(aliya);

    let madina = Person::new("madina");
    crate::recovery::uses(&madina, &server, &shares[1], &shares[2]);
    assert_eq!(madina.case(&case)["view"]["names"][0]["value"], "Айгерім");
    assert!(String::from_utf8_lossy(&bolat.tries(&["sync"]).stderr).contains("has frozen you"), "shares thaw nobody");
    // Aliya's phone is revoked; a new coordinator and she thaw Bolat.
    let assel = Person::is_let_in("assel", "coordinator", &server, &madina);
    let bolats = madina.device_of("bolat");
    madina.does(&["device", "revoke", &madina.device_of("aliya")]);
    madina.does(&["coordinator", "thaw", &bolats]);
    assel.does(&["coordinator", "thaw", &bolats]);
    bolat.does(&["sync"]);
    assert_eq!(bolat.case(&case)["view"], madina.case(&case)["view"]);
    bolat.does(&["invite", "--role", "lawyer"]);
}
