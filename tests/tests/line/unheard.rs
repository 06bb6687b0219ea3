//! Whoever has taken somebody's phone may have their mailbox, too: people who are frozen or have no device left hear of no case, and somebody else does.

use std::fs;

use habeas_tests::device::Person;
use habeas_tests::mail::mails;
use habeas_tests::server::Server;

use crate::erased::until;
use crate::on_both;

const OVER: &str = "over the limit if still held";

fn four_hours_ago() -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    (jiff::Timestamp::now().to_zoned(zone) - jiff::Span::new().hours(4)).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Held for four hours, and nobody has said why.
fn is_held(person: &Person, case: &str) {
    let when = four_hours_ago();
    person.adds(case, &["restrained", "exit_offered=no", "--when", &when, "--city", "almaty"]);
    person.adds(case, &["regime", "regime=none", "--when", &when]);
    person.does(&["sync"]);
}

#[test]
fn nobody_hears_of_a_case_who_is_frozen_or_has_lost_their_phone() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [bolat, assel] = ["bolat", "assel"].map(|name| Person::is_let_in(name, "coordinator", &server, &aliya));
        let [dana, marat] = ["dana", "marat"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        for person in [&aliya, &bolat, &dana, &marat] {
            person.does(&["contact", &format!("{}@example.org", person.name)]);
        }
        let [hers, his] = ["Айгерім", "Серік"].map(|name| aliya.begins(name));
        aliya.does(&["sync"]);
        aliya.does(&["assign", &hers, "dana"]);
        aliya.does(&["assign", &his, "marat"]);
        [&dana, &assel].iter().for_each(|person| drop(person.does(&["sync"])));

        // Bolat is frozen, and Dana's phone is in strange hands. Of her case Aliya hears; of Marat's he does.
        aliya.does(&["coordinator", "freeze", "bolat"]);
        aliya.does(&["device", "revoke", &aliya.device_of("dana")]);
        is_held(&aliya, &hers);
        // The revocation has closed her case until the clerk has made its next key.
        until("it is sent", || aliya.does(&["sync"]).starts_with("sent 0,"));
        let told = mails(&server, OVER, 1);
        assert!(told[0].contains("aliya@example.org"), "{told:?}");
        is_held(&aliya, &his);
        let told = mails(&server, OVER, 2);
        let to = |who: &str| told.iter().filter(|mail| mail.contains(&format!("{who}@example.org"))).count();
        assert_eq!(["aliya", "bolat", "dana", "marat"].map(to), [1, 0, 0, 1], "{told:?}");
    });
}

/// The mail server is away for an hour, and meanwhile Dana's phone is taken.
#[test]
fn what_still_lies_in_the_outbox_goes_to_nobody_who_has_lost_their_phone() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let bolat = Person::is_let_in("bolat", "coordinator", &server, &aliya);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        for person in [&aliya, &bolat, &dana] {
            person.does(&["contact", &format!("{}@example.org", person.name)]);
        }
        let hers = aliya.begins("Айгерім");
        aliya.does(&["sync"]);
        aliya.does(&["assign", &hers, "dana"]);
        // No mail can be written where a file stands in the place of the folder.
        let folder = server.folder.path().join("mail");
        fs::remove_dir_all(&folder).unwrap();
        fs::write(&folder, "").unwrap();
        is_held(&aliya, &hers);
        let tried = "SELECT CAST(attempts AS TEXT) AS said FROM outbox WHERE attempts > 0 AND state = 'waiting'";
        let waiting = || server.with_clerk(databases, |clerk| clerk.finds(tried));
        until("it was tried", || !waiting().is_empty());

        aliya.does(&["coordinator", "freeze", "bolat"]);
        aliya.does(&["device", "revoke", &aliya.device_of("dana")]);
        fs::remove_file(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        server.with_clerk(databases, |clerk| clerk.runs("UPDATE outbox SET next_attempt = 0"));
        until("the clerk is rung", || aliya.does(&["sync"]).starts_with("sent 0,"));
        let told = mails(&server, OVER, 1);
        assert!(told[0].contains("aliya@example.org"), "{told:?}");
        // A mail lies in the folder a moment before it is noted that it went.
        until("nothing waits any more", || waiting().is_empty());
    });
}

/// Two phones are lost, with something that nobody has. A coordinator would not look for it, so she is written to, once a day.
#[test]
fn coordinators_are_told_that_something_waits_for_their_decision() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let phones = ["dana", "marat"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        aliya.does(&["contact", "aliya@example.org"]);
        for (phone, waits) in phones.iter().zip(1..) {
            phone.begins("Серік");
            aliya.does(&["device", "revoke", &aliya.device_of(phone.name)]);
            phone.fails(&["sync"]);
            assert_eq!(aliya.does(&["quarantine", "list"]).lines().count(), waits);
        }
        let told = mails(&server, "Something waits for your decision", 1);
        assert!(told[0].contains("aliya@example.org") && told[0].contains("habeas quarantine list"), "{told:?}");
        assert!(!told[0].contains("Серік") && !told[0].contains("dana"), "who it is about nobody reads in a mail: {told:?}");
    });
}
