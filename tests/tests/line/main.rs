//! The line from devices that are offline to the hub and back: who was taken, told by several people, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test that cannot go on fails loudly")]

mod access;
mod answers;
mod apart;
mod aside;
mod at_rest;
mod attached;
mod audited;
mod backup;
mod bounds;
mod broken;
mod bundles;
mod canaries;
mod clock;
mod coordinators;
mod copied;
mod erased;
mod family;
mod floods;
mod intake;
mod killed;
mod left_over;
mod lies;
mod limited;
mod log_waits;
mod next_device;
mod old_keys;
mod operator;
mod papers;
mod password;
mod pseudonyms;
mod put_back;
mod recorded;
mod recorder;
mod recovery;
mod restored;
mod revoked;
mod roles;
mod rotated;
mod rows;
mod second_factor;
mod secrets_back;
mod sensitive;
mod sessions;
mod setup;
mod shared;
mod shifts;
mod sites;
mod slips;
mod snapshots;
mod strangers;
mod taken_back;
mod taken_out;
mod teams;
mod unheard;
mod upgraded;
mod wiped;

use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;
use habeas_tests::that_hold;

/// The same story on SQLite and on PostgreSQL.
fn on_both(story: impl Fn(Option<(&str, &str)>)) {
    story(None);
    let server = Postgres::start();
    story(Some((&server.database(), &server.database())));
}

#[test]
fn two_lawyers_record_offline_and_everybody_ends_with_both_accounts() {
    on_both(|database| {
        let server = Server::start(database);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        let marat = Person::joins("marat", "lawyer", &server, &aliya);

        // Dana records before anybody has let her in: nothing waits for permission.
        let case = dana.begins("Айгерім Сәрсенова");
        dana.adds(
            &case,
            &["restrained", "exit_offered=no", "--when", "2026-01-10 12:05", "--city", "almaty", "--place", "Republic Square"],
        );
        dana.adds(&case, &["regime", "regime=none", "--when", "2026-01-10 12:05"]);
        assert!(dana.does(&["sync"]).contains("waits for a coordinator"));
        assert_eq!(dana.case(&case)["unsent"], 3);

        aliya.approves_all();
        assert!(dana.does(&["sync"]).starts_with("sent 3,"));
        assert!(dana.does(&["sync"]).starts_with("sent 0, received 0,"), "a second sync has nothing to do");
        aliya.does(&["sync"]);
        assert_eq!(aliya.case(&case)["view"]["names"][0]["value"], "Айгерім Сәрсенова");

        // Marat's phone has nothing of the case until a coordinator assigns it.
        marat.does(&["sync"]);
        assert!(marat.fails(&["case", "show", &case]).contains("has no case"));
        aliya.does(&["assign", &case, "marat"]);
        marat.does(&["sync"]);
        assert_eq!(marat.case(&case)["view"]["status"], "held");

        // Offline, they contradict each other on the release, and write of somebody else each.
        dana.adds(&case, &["released", "--when", "2026-01-10 14:00", "--city", "almaty"]);
        marat.adds(
            &case,
            &["released", "--when", "2026-01-10 17:30", "--city", "almaty", "--source", "relative", "--reliability", "reported"],
        );
        let serik = marat.begins("Серік Жұмабаев");
        for person in [&marat, &dana, &marat, &dana, &aliya, &aliya] {
            person.does(&["sync"]);
        }

        let views: Vec<String> = [&dana, &marat, &aliya].iter().map(|person| person.case(&case)["view"].to_string()).collect();
        assert_eq!(views[0], views[1]);
        assert_eq!(views[0], views[2]);
        let shown = dana.case(&case);
        assert_eq!(shown["view"]["disputes"][0]["about"], "released");
        assert_eq!(shown["view"]["disputes"][0]["accounts"].as_array().unwrap().len(), 2);
        assert_eq!(shown["unsent"], 0);
        // 12:05 and three hours (CAO 789(1)); released at 14:00 or at 17:30: possibly over.
        let limit = shown["limits"].as_array().unwrap().iter().find(|limit| limit["rule"] == "kz.cao.detention").unwrap();
        assert_eq!((&limit["verdict"], &limit["deadline"]["from"]), (&"possibly_over".into(), &"2026-01-10T10:05:00Z".into()));
        assert!(marat.does(&["list"]).contains("!1"), "the list shows the dispute");

        // Dana holds the cases that she wrote, not Marat's.
        assert!(dana.fails(&["case", "show", &serik]).contains("has no case"));
        assert_eq!(aliya.case(&serik)["view"]["names"][0]["value"], "Серік Жұмабаев");

        // Nothing readable: neither at the hub, nor in its log, nor at rest on a device.
        let words = ["Айгерім", "Серік", "Republic Square", "restrained", "released"];
        let at_hub = that_hold(server.folder.path(), &words).into_iter().filter(|path| path.contains("hub.sqlite"));
        assert_eq!(at_hub.collect::<Vec<_>>(), Vec::<String>::new());
        // The clerk counts by status; names and places are sealed there too.
        assert_eq!(that_hold(server.folder.path(), &words[..3]), Vec::<String>::new());
        for person in [&dana, &marat, &aliya] {
            assert_eq!(that_hold(person.folder.path(), &words), Vec::<String>::new());
        }
        assert!(server.log().contains("/v1/sync") && !server.log().contains("dana"), "the log has routes and no names");
    });
}

#[test]
fn what_the_hub_has_acknowledged_survives_its_death() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let case = aliya.begins("Serik");
    aliya.does(&["sync"]);
    let address = server.address.clone();
    let folder = server.kill();
    let failed = aliya.fails(&["sync"]);
    assert!(failed.contains("cannot be reached") && failed.contains("Nothing on this device is lost"), "{failed}");
    aliya.adds(&case, &["delivered", "--when", "2026-01-10 13:00", "--city", "almaty"]);

    let server = Server::start_in(folder, None);
    assert_eq!(server.code, None, "the organisation is still there");
    // The port is another one; signing in again tells the device so.
    assert_ne!(address, server.address);
    aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
    assert!(aliya.does(&["sync"]).starts_with("sent 0, received 0"), "login has already synced");
    assert_eq!(aliya.case(&case)["unsent"], 0);
}

/// A new law, or a better reading of the facts, concerns people whose cases nobody touches any more.
#[test]
fn a_new_version_judges_every_case_again() {
    let postgres = Postgres::start();
    let (hub, clerk) = (postgres.database(), postgres.database());
    let server = Server::start(Some((&hub, &clerk)));
    let aliya = Person::founds("aliya", &server);
    let case = aliya.begins("Гүлнар");
    aliya.adds(&case, &["restrained", "exit_offered=yes", "--when", "2026-01-10 12:05", "--city", "almaty"]);
    aliya.adds(&case, &["regime", "regime=none"]);
    aliya.does(&["sync"]);
    let counted = |address: &str| {
        let sign_in = ["login", "--server", address, "--account", "aliya"];
        aliya.does(&sign_in);
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        loop {
            let count = aliya.does(&["tally", "show", "--json", "--from", "2026-01-10", "--to", "2026-01-10"]);
            let count: serde_json::Value = serde_json::from_str(&count).unwrap();
            let total = (count["total"]["exit_offered"].clone(), count["total"]["possibly_over"].clone());
            if total == (1.into(), 1.into()) {
                return;
            }
            assert!(std::time::Instant::now() < deadline, "{count}");
        }
    };
    counted(&server.address);

    // The version before knew neither the offer nor what it changes.
    let folder = server.kill();
    let earlier = "UPDATE cases SET exit_offered = 0, next_change = NULL; \
        UPDATE findings SET verdict = 'within'; UPDATE projected SET by_what = 'the version before'";
    Postgres::runs(&clerk, earlier);
    let server = Server::start_in(folder, Some((&hub, &clerk)));
    counted(&server.address);
}

#[test]
fn the_demo_is_a_day_that_holds_together() {
    on_both(|databases| {
        let server = Server::start(databases);
        let operator = Person::new("demo");
        let home = operator.folder.path().join("device");
        let mail = server.folder.path().join("mail");
        let code = server.code.as_ref().unwrap();
        operator.does(&["demo", "--server", &server.address, "--code", code, "--mail", mail.to_str().unwrap()]);
        let at =
            |name: &str, arguments: &[&str]| operator.does(&[&["--home", home.join(name).to_str().unwrap()], arguments].concat());

        let list: Vec<serde_json::Value> = serde_json::from_str(&at("aliya", &["list", "--json"])).unwrap();
        assert_eq!(list.len(), 15, "fourteen people and the public figures");
        assert!(list.iter().all(|case| case["unsent"] == 0 && case["aside"] == 0));
        assert!(list.iter().filter(|case| case["disputes"] != 0).count() >= 2, "devices disagree in places");
        // The second coordinator has the same; the recorder reads nothing of it.
        assert_eq!(at("bolat", &["list", "--json"]), at("aliya", &["list", "--json"]));
        assert_eq!(at("zhanar", &["list", "--json"]).trim(), "[]");

        let count = || -> serde_json::Value {
            serde_json::from_str(&at("saule", &["tally", "show", "--json", "--from", "2021-01-10", "--to", "2199-12-31"]))
                .unwrap()
        };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        // Nurlan is only looked for, so thirteen are counted as detained.
        while count()["total"]["detentions"] != 13 || count()["claims"].as_array().unwrap().len() != 4 {
            assert!(std::time::Instant::now() < deadline, "{}", count());
        }
        let total = &count()["total"];
        assert!(total["certainly_over"].as_u64() >= Some(1) && total["over_if_still_held"].as_u64() >= Some(1), "{total}");
        // Of Gulnar the police say that she could have gone home.
        assert_eq!(total["exit_offered"], 1, "{total}");
        // The sister's request follows Aigerim, until a coordinator takes it off again; the count is on the public page.
        let families = at("aliya", &["family", "list"]);
        assert!(families.contains("attached") && families.contains("сестра"), "{families}");
        let request = families.split_whitespace().next().unwrap();
        at("aliya", &["family", "detach", request]);
        assert!(at("aliya", &["family", "list"]).contains("confirmed"));
        let twice = operator.fails(&["--home", home.join("aliya").to_str().unwrap(), "family", "detach", request]);
        assert!(twice.contains("There is no such request"), "{twice}");
        let page = ureq::get(format!("{}/counts?lang=en", server.address)).call().unwrap().body_mut().read_to_string().unwrap();
        assert!(page.contains("Almaty") && page.contains("all released"), "{page}");
        assert_eq!(that_hold(server.folder.path(), &["Серік", "красная куртка"]), Vec::<String>::new());
    });
}

/// Counting is what an advocate is there for; but somebody may tell them of a person, and that is not lost.
#[test]
fn an_advocate_who_hears_of_somebody_adds_it_as_a_recorder_does() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let saule = Person::joins("saule", "advocate", &server, &aliya);
    let before = saule.begins("Айгерім");
    saule.does(&["sync"]);
    aliya.approves_all();
    saule.does(&["sync"]);
    let after = saule.begins("Серік");
    let synced = saule.tries(&["sync"]);
    assert!(synced.status.success() && synced.stderr.is_empty(), "{synced:?}");
    aliya.does(&["sync"]);
    for case in [&before, &after] {
        assert_eq!(saule.case(case)["unsent"], 0);
        assert_eq!(aliya.case(case)["view"]["names"].as_array().unwrap().len(), 1);
    }
    // What others add there an advocate does not read.
    aliya.adds(&before, &["name", "text=Айгерім Сәрсенова", "--source", "relative"]);
    aliya.does(&["sync"]);
    saule.does(&["sync"]);
    assert_eq!(saule.case(&before)["view"]["names"].as_array().unwrap().len(), 1);
}
