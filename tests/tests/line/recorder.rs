//! Whoever only records goes on writing in a case to which others add, and reads nothing of what they add.

use habeas_tests::device::Person;
use habeas_tests::quick::Quick;
use habeas_tests::server::Server;
use habeas_tests::that_hold;

use crate::on_both;

#[test]
fn a_recorder_goes_on_in_a_case_to_which_others_have_added() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let zhanar = Person::is_let_in("zhanar", "recorder", &server, &aliya);
        let mut rabiga = Quick::joins("rabiga", &aliya.does(&["invite", "--role", "recorder"]), &server.address, 5);
        aliya.approves_all();
        while rabiga.goes_round(&server.address) {}
        let case = zhanar.begins("Айгерім");
        let taken = zhanar.adds(&case, &["restrained", "--when", "2026-01-10 12:05", "--city", "almaty"]);
        let of_rabiga = rabiga.begins("seen at the gate");
        while rabiga.goes_round(&server.address) {}
        zhanar.does(&["sync"]);
        aliya.does(&["sync"]);
        for of in [&case, &of_rabiga.to_string()] {
            aliya.does(&["assign", of, "dana"]);
        }
        dana.does(&["sync"]);

        // Dana adds, corrects what Zhanar saw, and writes what only few read; and Zhanar writes on, without a network and with one.
        for round in 0..3 {
            dana.adds(&case, &["note", &format!("text=by Dana {round}")]);
            dana.adds(&case, &["held", "--when", "2026-01-10 13:00", "--city", "almaty", "--place", "Kqvanary yard"]);
            dana.adds(&of_rabiga.to_string(), &["note", "text=by Dana there"]);
            aliya.adds(&case, &["note", "text=by Aliya for few", "--only-coordinators"]);
            if round == 1 {
                dana.adds(&case, &["restrained", "--when", "2026-01-10 12:15", "--city", "almaty", "--replaces", &taken]);
                dana.adds(&case, &["document", "text=by Dana sealed"]);
            }
            zhanar.adds(&case, &["note", &format!("text=by Zhanar {round}")]);
            [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
            rabiga.adds(of_rabiga, &format!("by Rabiga {round}"));
            while rabiga.goes_round(&server.address) {}
            let said = zhanar.tries(&["sync"]);
            assert!(said.status.success() && said.stderr.is_empty(), "{said:?}");
            let said = String::from_utf8(said.stdout).unwrap();
            assert!(said.starts_with("sent 1, received 0,"), "{said}");
            assert!(zhanar.does(&["sync"]).starts_with("sent 0, received 0,"));
        }
        [&dana, &aliya, &dana].iter().for_each(|person| drop(person.does(&["sync"])));

        // She has what she has written, and nothing waits or was set aside; nothing of the others' is there in any form.
        let list: Vec<serde_json::Value> = serde_json::from_str(&zhanar.does(&["list", "--json"])).unwrap();
        assert_eq!((list.len(), &list[0]["unsent"], &list[0]["aside"]), (1, &0.into(), &0.into()), "{list:?}");
        let shown = zhanar.case(&case);
        assert_eq!(shown["view"]["names"][0]["value"], "Айгерім");
        let own = shown.to_string();
        assert!((0..3).all(|round| own.contains(&format!("by Zhanar {round}"))), "{own}");
        assert!(
            !own.contains("by Dana") && !own.contains("by Aliya") && !own.contains("Kqvanary") && !own.contains("12:15"),
            "{own}"
        );
        assert!(rabiga.everything(&server.address).is_empty(), "the hub gives a recorder no change, not even of her own case");
        let own = serde_json::to_string(&rabiga.device.case(of_rabiga).unwrap().replica.view()).unwrap();
        assert!(own.contains("by Rabiga 2") && !own.contains("by Dana"), "{own}");
        // Whoever reads the case has all of it, and the correction counts.
        let read = dana.case(&case)["view"].to_string();
        let words = ["by Zhanar 0", "by Zhanar 2", "by Dana 2", "Kqvanary yard", "by Dana sealed"];
        words.iter().for_each(|word| assert!(read.contains(word), "{word}: {read}"));
        let all = aliya.case(&case)["view"].to_string();
        assert!(words.iter().all(|word| all.contains(word)) && all.contains("by Aliya for few"), "{all}");
        assert_eq!(that_hold(zhanar.folder.path(), &["by Dana", "by Aliya", "Kqvanary"]), Vec::<String>::new());
    });
}
