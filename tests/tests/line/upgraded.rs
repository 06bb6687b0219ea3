//! A new version of the program meets databases of an older one, and of a newer one.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use habeas_tests::device::Person;
use habeas_tests::older::Database;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;
use habeas_tests::that_hold;

use super::on_both;

/// The two databases of a server.
fn places(folder: &Path, databases: Option<(&str, &str)>) -> (String, String) {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    databases.map_or_else(|| (file("hub.sqlite"), file("clerk.sqlite")), |(hub, clerk)| (hub.to_owned(), clerk.to_owned()))
}

/// A count that was proposed, as the older version wrote it.
const PROPOSED: &str = r#"{"period": {"from": "2021-01-10", "to": "2021-01-10"}, "known_at": 1, "cells": [], "total": {"day": null, "city": null,
    "status": null, "detentions": 12, "persons_low": 12, "persons_high": 12, "possibly_over": 0, "over_if_still_held": 0, "certainly_over": 0},
    "claims": [{"day": "2021-01-10", "city": "almaty", "scope": null, "figure": "detained", "value": 350, "who": "Ministry of the Interior",
    "url": null}]}"#;

#[test]
fn databases_of_an_older_version_are_backed_up_and_brought_up_to_date_and_the_way_back_works() {
    for postgres in [None, Some(Postgres::start())] {
        let both = postgres.as_ref().map(|server| (server.database(), server.database()));
        let databases = both.as_ref().map(|(hub, clerk)| (hub.as_str(), clerk.as_str()));
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let case = aliya.begins("Айгерім");
        aliya.does(&["sync"]);
        let folder = server.kill();
        let (hub, clerk) = places(folder.path(), databases);
        let hub = Database { name: "hub", address: &hub };
        let clerk = Database { name: "clerk", address: &clerk };
        let newest = (hub.steps(), clerk.steps());
        hub.steps_back(3);
        clerk.steps_back(1);
        let older = (hub.steps(), clerk.steps());
        // It had what was said in public, and a count that nobody has released, in the clear.
        let id = "5e".repeat(16);
        let bytes = if databases.is_none() { format!("X'{id}'") } else { format!(r"'\x{id}'") };
        clerk.runs(&format!(
            "INSERT INTO claims VALUES ('5e', {bytes}, 'almaty', '2021-01-10', 'detained', 350, 'Ministry of the Interior', NULL, NULL);
             INSERT INTO releases VALUES ({bytes}, {bytes}, 1, NULL, NULL, '{PROPOSED}')"
        ));

        let said = Server::does(folder.path(), databases, &["upgrade"]);
        assert!(said.contains("To return to the version that you had"), "{said}");
        assert_eq!((hub.steps(), clerk.steps()), newest);
        let backups: Vec<_> = fs::read_dir(folder.path().join("backups")).unwrap().map(|file| file.unwrap().path()).collect();
        let [backup] = backups.as_slice() else { panic!("{backups:?}") };
        assert_eq!(Server::does(folder.path(), databases, &["upgrade"]), "There was nothing to do.\n");

        // Starting does the same, and what was there is there. Who coordinates already has two weeks for a second factor, not what is left of three days.
        hub.steps_back(3);
        let server = Server::start_in(folder, databases);
        let left = "SELECT CAST((second_factor_due_at - created_at) / 86400 AS TEXT) AS said FROM accounts";
        assert_eq!(hub.finds(left), ["14"]);
        assert!(server.log().contains("To return to the version that you had"));
        let clear =
            "SELECT claim AS said FROM claims WHERE claim IS NOT NULL UNION SELECT body FROM releases WHERE body IS NOT NULL";
        assert_eq!(clerk.finds(clear), Vec::<String>::new());
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        let said = aliya.does(&["tally", "show", "--csv", "--from", "2021-01-10", "--to", "2021-01-10"]);
        assert!(said.contains("claim,2021-01-10,almaty,,,,,,,,,detained,350,Ministry of the Interior,"), "{said}");
        // Nor does it lie in any file, but in the backup, and in what PostgreSQL keeps of its own log for a while.
        let folder = postgres.as_ref().map_or(server.folder.path(), Postgres::folder);
        let holds = || {
            let all = that_hold(folder, &["Ministry of the Interior"]).into_iter();
            all.filter(|path| !path.contains("/backups/") && !path.contains("/pg_wal/")).collect::<Vec<_>>()
        };
        let deadline = Instant::now() + Duration::from_secs(60);
        while !holds().is_empty() {
            assert!(Instant::now() < deadline, "what was in the clear lies in {:?}", holds());
            if postgres.is_some() {
                Postgres::runs(clerk.address, "CHECKPOINT");
            }
        }
        let bolat = Person::joins("bolat", "coordinator", &server, &aliya);
        bolat.does(&["sync"]);
        aliya.approves_all();
        bolat.does(&["sync"]);
        assert_eq!(bolat.case(&case)["view"]["names"][0]["value"], "Айгерім");
        // What was proposed before can be released, and stands in the clear from then on.
        assert!(bolat.does(&["tally", "list"]).contains(&id));
        bolat.does(&["tally", "release", &id]);
        let published = clerk.finds("SELECT body AS said FROM releases WHERE body_sealed IS NULL");
        assert!(published.len() == 1 && published[0].contains("Ministry of the Interior"), "{published:?}");

        // The way back: what comes of the backup is as the older version left it.
        let place = tempfile::tempdir().unwrap();
        Server::does(place.path(), None, &["restore", backup.to_str().unwrap()]);
        let (old_hub, old_clerk) = places(place.path(), None);
        let back = (Database { name: "hub", address: &old_hub }.steps(), Database { name: "clerk", address: &old_clerk }.steps());
        assert_eq!(back, older);
    }
}

#[test]
fn a_step_that_fails_leaves_both_databases_as_they_were() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        aliya.does(&["sync"]);
        let folder = server.kill();
        let (hub, clerk) = places(folder.path(), databases);
        let hub = Database { name: "hub", address: &hub };
        let clerk = Database { name: "clerk", address: &clerk };
        hub.steps_back(4);
        clerk.steps_back(1);
        // Somebody has made a table of that name by hand: the first of the hub's steps cannot be taken.
        hub.runs("CREATE TABLE audit (name TEXT)");
        let before = (hub.steps(), clerk.steps());
        let said = Server::refuses(folder.path(), databases, &["--port", "0"]);
        assert!(said.contains("Both databases are as they were: start the version that you had"), "{said}");
        assert_eq!(fs::read_dir(folder.path().join("backups")).unwrap().count(), 0, "a service that starts again fills no disk");
        assert_eq!((hub.steps(), clerk.steps()), before);
        // What was taken before it was taken back with it, and can be taken again.
        hub.runs("DROP TABLE audit");
        Server::start_in(folder, databases).says(|said| said == "ready\n");
    });
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    on_both(|databases| {
        let server = Server::start(databases);
        Person::founds("aliya", &server);
        let folder = server.kill();
        let (hub, clerk) = places(folder.path(), databases);
        let hub = Database { name: "hub", address: &hub };
        let clerk = Database { name: "clerk", address: &clerk };
        hub.runs("INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')");
        clerk.steps_back(1);
        let before = (hub.steps(), clerk.steps());
        for arguments in [vec!["upgrade"], vec!["--port", "0"]] {
            let said = Server::refuses(folder.path(), databases, &arguments);
            assert!(said.contains("written by a newer version of this program, and nothing was changed"), "{said}");
        }
        assert_eq!((hub.steps(), clerk.steps()), before);
        assert!(!folder.path().join("backups").exists());
    });
}
