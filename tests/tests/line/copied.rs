//! A phone of which there are two: restored from an older copy, or copied by somebody who had it in their hands.

use std::path::Path;
use std::process::Command;

use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::Value;

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
