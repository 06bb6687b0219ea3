//! Who has written what, as everybody may see it: a name where this device has let the person in, a role and four letters where it has not.

use habeas_tests::device::Person;
use habeas_tests::server::Server;

use crate::on_both;

/// What stands in the line of a case that says this, between its source and its number.
fn author(shown: &str, says: &str) -> String {
    let line = shown.lines().rev().find(|line| line.contains(says)).unwrap_or_else(|| panic!("{says}: {shown}"));
    let (before, _) = line.rsplit_once(" [").unwrap();
    before.rsplit_once(") ").unwrap().1.to_owned()
}

#[test]
fn a_lawyer_sees_others_by_role_and_letters_and_a_coordinator_knows_who_is_meant() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [dana, marat] = ["dana", "marat"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        let case = dana.begins("Айгерім");
        dana.does(&["sync"]);
        aliya.does(&["sync"]);
        aliya.does(&["assign", &case, "marat"]);
        aliya.adds(&case, &["note", "text=call her sister", "--source", "lawyer"]);
        [&aliya, &marat, &dana].iter().for_each(|person| drop(person.does(&["sync"])));

        let shown = |person: &Person, lang: &str| person.does(&["--lang", lang, "case", "show", &case]);
        let [of_aliya, of_dana, of_marat] = [&aliya, &dana, &marat].map(|person| shown(person, "en"));
        let by_dana = author(&of_marat, "Айгерім");
        let letters = by_dana.strip_prefix("lawyer ").unwrap();
        assert!(letters.len() == 4 && letters.bytes().all(|letter| letter.is_ascii_alphanumeric()), "{by_dana}");
        let by_aliya = author(&of_marat, "call her sister");
        assert!(by_aliya.starts_with("coordinator ") && !by_aliya.ends_with(letters), "{by_aliya}");
        // No account stands on a field phone; the letters are the same on every device, and beside the name on Aliya's.
        for name in ["aliya", "dana"] {
            assert!(!of_marat.contains(name) && !of_dana.contains(name), "{name}: {of_marat}{of_dana}");
        }
        assert_eq!((author(&of_dana, "Айгерім"), author(&of_dana, "call her sister")), (by_dana.clone(), by_aliya));
        assert_eq!(author(&of_aliya, "Айгерім"), format!("dana, {by_dana}"));
        assert_eq!(author(&shown(&marat, "ru"), "Айгерім"), format!("адвокат {letters}"));
        assert_eq!(author(&shown(&marat, "kk"), "Айгерім"), format!("адвокат {letters}"));
    });
}
