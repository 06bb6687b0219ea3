//! A phone of which there are two: restored from an older copy, or copied by somebody who had it in their hands.

use std::path::Path;
use std::process::Command;

use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::Value;

use crate::on_both;

fn copy(person: &Person, name: &'static str) -> Person {
    let other = Person { name, folder: tempfile::tempdir().unwrap() };
    let folder = |of: &Path| of.join("device");
    let copied = Command::new("cp").arg("-r").arg(folder(person.folder.path())).arg(folder(other.folder.path())).status();
    assert!(copied.unwrap().success());
    other
}

fn names(case: &Value) -> Vec<String> {
    let mut names: Vec<String> =
        case["view"]["names"].as_array().unwrap().iter().map(|name| name["value"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn both_copies_of_a_phone_write_on_and_everybody_sees_both_and_is_told() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let dana = Person::joins("dana", "lawyer", &server, &aliya);
    aliya.approves_all();
    dana.does(&["sync"]);
    let case = dana.begins("Айгерім");
    dana.does(&["sync"]);
    let other = copy(&dana, "dana");

    // Neither has a network when they write.
    dana.adds(&case, &["name", "text=Айгерім Сәрсенова", "--source", "relative"]);
    let theirs = other.adds(&case, &["name", "text=Aigerim S.", "--source", "witness"]);
    dana.does(&["sync"]);
    let said = other.tries(&["sync"]);
    assert!(said.status.success());
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("it was restored from an older copy, or somebody has a copy of it"), "{said}");
    let said = dana.tries(&["sync"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("somebody has a copy of it"), "{said:?}");
    aliya.does(&["sync"]);

    let (of_dana, of_other, of_aliya) = (dana.case(&case), other.case(&case), aliya.case(&case));
    assert_eq!(names(&of_dana), ["Aigerim S.", "Айгерім", "Айгерім Сәрсенова"]);
    assert_eq!((&of_dana["view"], &of_other["view"]), (&of_aliya["view"], &of_aliya["view"]));
    assert_eq!((&of_dana["set_aside"], &of_aliya["heads"]), (&serde_json::json!([]), &of_dana["heads"]));
    let device = of_aliya["copied_devices"][0].as_str().unwrap();
    assert!(aliya.does(&["case", "show", &case]).contains(&format!("Two copies of one device have written here ({device})")));

    // From now on they are two, and a correction says whose words it corrects.
    let wrong = of_dana["view"]["names"].as_array().unwrap().iter().find(|name| name["value"] == "Aigerim S.").unwrap();
    let wrong = wrong["fact"].as_str().unwrap();
    assert!(wrong.starts_with(&theirs) && wrong.len() > theirs.len(), "{wrong}");
    dana.adds(&case, &["name", "text=Айгерім Сәрсен", "--source", "relative", "--replaces", wrong]);
    other.adds(&case, &["note", "text=from the other copy", "--source", "lawyer"]);
    for person in [&dana, &other, &aliya, &dana] {
        assert!(person.tries(&["sync"]).status.success());
    }
    let (of_dana, of_aliya) = (dana.case(&case), aliya.case(&case));
    assert_eq!(names(&of_aliya), ["Айгерім", "Айгерім Сәрсен", "Айгерім Сәрсенова"]);
    assert_eq!(of_dana["view"], of_aliya["view"]);
    let quiet = dana.tries(&["sync"]);
    assert!(quiet.status.success() && quiet.stderr.is_empty(), "{quiet:?}");
}

/// Syncs and returns what was out of the ordinary.
fn hears(person: &Person) -> String {
    let said = person.tries(&["sync"]);
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stderr).unwrap()
}

#[test]
fn a_laptop_whose_folder_was_put_back_from_an_older_copy_says_so_and_loses_nothing() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let first = dana.begins("Айгерім");
        dana.does(&["sync"]);
        dana.adds(&first, &["note", "text=written before the copy and not sent", "--source", "lawyer"]);
        let older = copy(&dana, "dana");

        // Dana goes on for a while, and the organisation, too. She hears of it, and shows at her next exchange that she knows it.
        dana.adds(&first, &["name", "text=Айгерім Сәрсенова", "--source", "relative"]);
        let second = dana.begins("Ерлан");
        dana.adds(&second, &["note", "text=his mother has called", "--source", "lawyer"]);
        dana.does(&["sync"]);
        Person::is_let_in("marat", "lawyer", &server, &aliya);
        assert_eq!([hears(&dana), hears(&dana)], ["", ""]);
        let before = dana.case(&second);

        // Then her laptop's folder is put back as it was.
        let said = hears(&older);
        for part in [
            "it was restored from an older copy, or somebody has a copy of it",
            "that its records did not know: 3, the newest of",
            "they are older than what it once had",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(names(&older.case(&first)), ["Айгерім", "Айгерім Сәрсенова"]);
        assert_eq!(older.case(&second)["view"], before["view"]);
        // She writes on, under numbers that were not used, and from then on there is nothing to say.
        older.adds(&first, &["note", "text=written after it came back", "--source", "lawyer"]);
        assert_eq!([hears(&older), hears(&older)], ["", ""]);
        aliya.does(&["sync"]);
        let (of_older, of_aliya) = (older.case(&first), aliya.case(&first));
        assert_eq!((&of_older["heads"], &of_older["set_aside"]), (&of_aliya["heads"], &serde_json::json!([])));
        assert_eq!(of_aliya["copied_devices"], serde_json::json!([]), "no two writings under one number");
    });
}

#[test]
fn a_laptop_that_wrote_nothing_meanwhile_notices_by_the_log_that_it_was_put_back() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let case = dana.begins("Айгерім");
        dana.does(&["sync"]);
        let older = copy(&dana, "dana");
        Person::is_let_in("marat", "lawyer", &server, &aliya);
        assert_eq!([hears(&dana), hears(&dana)], ["", ""]);
        let said = hears(&older);
        assert!(said.contains("they are older than what it once had") && !said.contains("did not know"), "{said}");
        assert_eq!((hears(&older).as_str(), names(&older.case(&case))), ("", vec!["Айгерім".to_owned()]));
    });
}
