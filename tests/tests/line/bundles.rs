//! The network is cut for days: records go from hand to hand, and on a stick to the server and back.

use std::fs;

use habeas_tests::device::Person;
use habeas_tests::server::Server;

use crate::on_both;

#[test]
fn what_was_recorded_without_a_network_goes_on_a_stick_to_a_coordinator_and_to_the_server() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        let marat = Person::joins("marat", "lawyer", &server, &aliya);
        let zhanar = Person::joins("zhanar", "recorder", &server, &aliya);
        for person in [&dana, &marat, &zhanar] {
            person.does(&["sync"]);
        }
        aliya.approves_all();
        for person in [&dana, &marat, &zhanar] {
            person.does(&["sync"]);
        }
        let stick = tempfile::tempdir().unwrap();
        let file = |name: &str| stick.path().join(name).to_str().unwrap().to_owned();
        assert!(dana.fails(&["bundle", "export", &file("none")]).contains("nothing to carry"));

        // No network. Dana and Zhanar record; Dana's bundle goes to Aliya by hand.
        let aigerim = dana.begins("Айгерім Сәрсенова");
        dana.adds(&aigerim, &["restrained", "--when", "2026-01-10 12:05", "--city", "almaty", "--place", "Republic Square"]);
        let kanat = zhanar.begins("Қанат");
        let said = dana.does(&["bundle", "export", &file("dana.habeas")]);
        assert!(said.contains("changes: 2; cases: 1"), "{said}");
        assert!(aliya.does(&["bundle", "import", &file("dana.habeas")]).contains("taken in: 2"));
        assert_eq!(aliya.case(&aigerim)["view"], dana.case(&aigerim)["view"]);
        assert!(aliya.does(&["bundle", "import", &file("dana.habeas")]).contains("taken in: 0"), "twice is as once");
        let bytes = fs::read(file("dana.habeas")).unwrap();
        assert!(!habeas_tests::that_hold(stick.path(), &["Айгерім", "Republic"]).iter().any(|path| path.contains("dana")));

        // Marat carries Zhanar's to where there is a network. He can read nothing of it, and hands it in.
        zhanar.does(&["bundle", "export", &file("zhanar.habeas")]);
        assert!(marat.fails(&["bundle", "import", &file("zhanar.habeas")]).contains("hand it in"));
        let said = marat.does(&["bundle", "hand-in", &file("zhanar.habeas")]);
        assert!(said.contains("has 1 now and does not take 0") && said.contains("zhanar.habeas.ack"), "{said}");
        assert!(marat.fails(&["bundle", "import", &file("zhanar.habeas.ack")]).contains("not sealed to this device"));
        assert_eq!(zhanar.case(&kanat)["unsent"], 1);
        let said = zhanar.does(&["bundle", "import", &file("zhanar.habeas.ack")]);
        assert!(said.contains("of this device's changes: 1"), "{said}");
        assert_eq!(zhanar.case(&kanat)["unsent"], 0);
        aliya.does(&["sync"]);
        assert_eq!(aliya.case(&kanat)["view"]["names"][0]["value"], "Қанат");

        // Aliya's sync has brought Dana's records to the server; it is Dana's case all the same, and she hears what comes to it.
        aliya.adds(&aigerim, &["delivered", "--when", "2026-01-10 13:00", "--city", "almaty"]);
        aliya.does(&["sync"]);
        for _ in 0..2 {
            dana.does(&["sync"]);
        }
        assert_eq!(dana.case(&aigerim)["unsent"], 0);
        assert_eq!(dana.case(&aigerim)["view"], aliya.case(&aigerim)["view"]);

        // A stick that was pulled out too early, one that is something else, and one for somebody else.
        fs::write(file("torn.habeas"), &bytes[..bytes.len() - 7]).unwrap();
        assert!(aliya.fails(&["bundle", "import", &file("torn.habeas")]).contains("cut off or damaged"));
        fs::write(file("photo.jpg"), [0xff, 0xd8, 0xff, 0xe0]).unwrap();
        assert!(aliya.fails(&["bundle", "import", &file("photo.jpg")]).contains("no bundle of Habeas"));
        assert!(marat.fails(&["bundle", "hand-in", &file("photo.jpg")]).contains("can open nothing of this file"));
        assert!(
            dana.fails(&["bundle", "export", &file("x"), "--to", "nobody", "--case", &aigerim])
                .contains("nobody that this device knows")
        );

        // A whole case to a lawyer to whom it is assigned, before their device has heard of it from the server.
        aliya.does(&["assign", &aigerim, "marat"]);
        aliya.does(&["bundle", "export", &file("marat.habeas"), "--to", "marat", "--case", &aigerim]);
        assert!(marat.fails(&["case", "show", &aigerim]).contains("has no case"));
        marat.does(&["bundle", "import", &file("marat.habeas")]);
        assert_eq!(marat.case(&aigerim)["view"], aliya.case(&aigerim)["view"]);
        marat.adds(&aigerim, &["released", "--when", "2026-01-10 19:00", "--city", "almaty"]);
        let said = marat.does(&["sync"]);
        assert!(!said.contains("refused"), "{said}");
        assert_eq!(marat.case(&aigerim)["unsent"], 0);
        dana.does(&["sync"]);
        assert_eq!(dana.case(&aigerim)["view"], marat.case(&aigerim)["view"]);
    });
}
