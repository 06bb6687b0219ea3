//! A server comes back with a backup from before a revocation. The case has had its next secret since, and was written under it; so the clerk, which has
//! forgotten it, makes no other one in its place before devices have brought it back.

use std::fs;

use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;

use super::erased::until;
use super::put_back::{Databases, put_back, signs_in};

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
