//! The operator's backups: made while people work, checked without a key, restored into an empty place.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use habeas_protocol::limits::PIECE;
use habeas_tests::device::Person;
use habeas_tests::older::Database;
use habeas_tests::photo::photograph;
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::Quick;
use habeas_tests::server::Server;
use habeas_tests::that_hold;
use tempfile::TempDir;

use super::on_both;

/// Where a server's databases are; `None`: in its folder.
type Databases<'a> = Option<(&'a str, &'a str)>;

/// What a backup holds, without its sums: rows may stand in another order.
fn holds(said: &str) -> Vec<String> {
    let of = |line: &&str| ["hub:", "clerk:", "log:", "feed ", "  "].iter().any(|begins| line.starts_with(begins));
    // The operator's own commands add to the audit record, and what is put back is marked so in the hub's settings.
    let grows = |line: &&str| line.starts_with("  audit") || line.starts_with("  settings");
    let without_rows = |line: &str| {
        let line = line.split(", sha256").next().unwrap();
        match line.strip_prefix("hub: ").and_then(|rest| rest.split_once(" rows, ")) {
            Some((tables, rest)) => format!("hub: {}, {rest}", tables.split(',').next().unwrap()),
            None => line.to_owned(),
        }
    };
    said.lines().filter(of).filter(|line| !grows(line)).map(without_rows).collect()
}

/// The operator's new machine: an empty folder, into which only the clerk's key is put by hand.
fn new_machine(key: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(key, folder.path().join("clerk.key")).unwrap();
    folder
}

fn restores_a_backup_and_devices_bring_the_rest(databases: Databases<'_>, empty: Databases<'_>) {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let dana = Person::joins("dana", "lawyer", &server, &aliya);
    dana.does(&["sync"]);
    aliya.approves_all();
    let known = dana.begins("Айгерім");
    let ruling = dana.folder.path().join("ruling.jpg");
    fs::write(&ruling, photograph(7, PIECE)).unwrap();
    dana.does(&["attachment", "add", &known, ruling.to_str().unwrap(), "--text", "the ruling"]);
    for person in [&dana, &aliya] {
        person.does(&["sync"]);
    }

    // The backup is made while the server runs and the lawyers work.
    let shelf = tempfile::tempdir().unwrap();
    let file = shelf.path().join("monday.habeas-backup");
    let name = file.to_str().unwrap();
    let said = Server::does(server.folder.path(), databases, &["backup", name]);
    assert!(said.contains("THE CLERK'S KEY IS NOT IN IT") && said.contains("  attachment_pieces "), "{said}");
    assert!(that_hold(shelf.path(), &["Айгерім", "the ruling"]).is_empty(), "a readable word of a case");
    let key = fs::read(server.folder.path().join("clerk.key")).unwrap();
    let bytes = fs::read(&file).unwrap();
    // Neither the device's secrets nor the key of the sealed columns: any sixteen bytes of it would be too much.
    assert!(!key.windows(16).any(|part| bytes.windows(16).any(|window| window == part)), "the backup holds some of the key");
    let nowhere = server.folder.path().join("nowhere/backup");
    assert!(Server::refuses(server.folder.path(), databases, &["backup", nowhere.to_str().unwrap()]).contains("make it first"));
    assert!(Server::refuses(server.folder.path(), databases, &["backup", name]).contains("there is such a file already"));
    assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 1, "nothing else is left lying about");

    // Anybody can check it, without a key.
    let nobody = tempfile::tempdir().unwrap();
    let verified = Server::does(nobody.path(), None, &["backup", "verify", name]);
    assert_eq!(holds(&verified), holds(&said));
    assert!(verified.contains("every hash, signature and chain holds"), "{verified}");
    assert!(verified.lines().any(|line| line.starts_with("log: ") && !line.starts_with("log: 0")), "{verified}");
    assert!(verified.lines().filter(|line| line.starts_with("feed ")).count() >= 2, "{verified}");

    // A day's work after it; then the machine is gone.
    dana.adds(&known, &["delivered", "--when", "2026-01-10 13:00", "--city", "almaty"]);
    let serik = dana.begins("Серік");
    for person in [&dana, &aliya] {
        person.does(&["sync"]);
    }
    let before = [&known, &serik].map(|case| aliya.case(case)["view"].to_string());
    let lost = server.kill();

    // Into the folder of a server it does not go.
    assert!(Server::refuses(lost.path(), databases, &["restore", name]).contains("an empty place only"));
    let folder = new_machine(&lost.path().join("clerk.key"));
    let restored = Server::does(folder.path(), empty, &["restore", name]);
    assert_eq!(holds(&restored), holds(&said));
    // The drill: a backup of what was restored has the same counts and heads.
    let again = shelf.path().join("drill.habeas-backup");
    assert_eq!(holds(&Server::does(folder.path(), empty, &["backup", again.to_str().unwrap()])), holds(&said));

    let server = Server::start_in(folder, empty);
    for (person, account) in [(&aliya, "aliya"), (&dana, "dana")] {
        person.does(&["login", "--server", &server.address, "--account", account]);
    }
    for person in [&aliya, &dana, &aliya] {
        person.does(&["sync"]);
    }
    let bolat = Person::joins("bolat", "coordinator", &server, &aliya);
    bolat.does(&["sync"]);
    aliya.approves_all();
    bolat.does(&["sync"]);
    assert_eq!([&known, &serik].map(|case| bolat.case(case)["view"].to_string()), before);
}

#[test]
fn a_backup_is_restored_and_devices_bring_the_rest() {
    restores_a_backup_and_devices_bring_the_rest(None, None);
    let postgres = Postgres::start();
    let [hub, clerk, other_hub, other_clerk] = [(); 4].map(|()| postgres.database());
    restores_a_backup_and_devices_bring_the_rest(Some((&hub, &clerk)), Some((&other_hub, &other_clerk)));
}

#[test]
fn a_backup_of_files_becomes_a_server_on_postgresql_and_back() {
    let postgres = Postgres::start();
    let [hub, clerk, other_hub, other_clerk] = [(); 4].map(|()| postgres.database());
    restores_a_backup_and_devices_bring_the_rest(None, Some((&hub, &clerk)));
    restores_a_backup_and_devices_bring_the_rest(Some((&other_hub, &other_clerk)), None);
}

#[test]
fn a_backup_that_is_cut_off_or_altered_is_refused_with_its_place() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    aliya.begins("Айгерім");
    aliya.does(&["sync"]);
    let shelf = tempfile::tempdir().unwrap();
    let file = shelf.path().join("backup");
    Server::does(server.folder.path(), None, &["backup", file.to_str().unwrap()]);
    let whole = fs::read(&file).unwrap();
    let altered = |bytes: &[u8]| -> (PathBuf, String) {
        let path = shelf.path().join("altered");
        fs::write(&path, bytes).unwrap();
        let name = path.to_str().unwrap();
        let said = Server::refuses(shelf.path(), None, &["backup", "verify", name]);
        let place = tempfile::tempdir().unwrap();
        assert_eq!(said, Server::refuses(place.path(), None, &["restore", name]), "restoring says the same");
        assert!(!place.path().join("hub.sqlite").exists(), "nothing is made of it");
        (path, said)
    };
    for length in [18, 100, whole.len() / 2, whole.len() - 1] {
        let (_, said) = altered(&whole[..length]);
        assert!(said.contains(&format!("cut off at byte {length}")), "{length}: {said}");
    }
    assert!(altered(&whole[..10]).1.contains("is no backup"));
    // The first of them is a piece's length.
    for place in [18, 40, whole.len() / 3, whole.len() - 20] {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        let said = altered(&bytes).1;
        let at: usize = said.split("damaged at byte ").nth(1).and_then(|rest| rest.split(';').next()?.parse().ok()).unwrap();
        assert!(at <= place, "{place}: {said}");
    }
    assert!(altered(&[whole.as_slice(), b"more"].concat()).1.contains("damaged at byte"));
}

#[test]
fn backups_that_are_made_while_people_write_are_whole() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let invitation = aliya.does(&["invite", "--role", "lawyer"]);
        let mut dana = Quick::joins("dana", &invitation, &server.address, 1);
        aliya.approves_all();
        dana.trip(&server.address).unwrap();
        let shelf = tempfile::tempdir().unwrap();
        let (stop, written) = (AtomicBool::new(false), AtomicUsize::new(0));
        // Also where something below fails: nobody writes for ever.
        struct Stops<'a>(&'a AtomicBool);
        impl Drop for Stops<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let logs: Vec<Vec<String>> = std::thread::scope(|scope| {
            scope.spawn(|| {
                let case = dana.begins("first");
                while !stop.load(Ordering::SeqCst) {
                    dana.adds(case, "seen");
                    written.fetch_add(dana.trip(&server.address).map_or(0, |there| there.len()), Ordering::SeqCst);
                }
            });
            let _stops = Stops(&stop);
            let made = (0..3).map(|number| {
                let before = written.load(Ordering::SeqCst);
                while written.load(Ordering::SeqCst) < before + 20 {
                    std::thread::yield_now();
                }
                let file = shelf.path().join(format!("{number}"));
                let said = Server::does(server.folder.path(), databases, &["backup", file.to_str().unwrap()]);
                let verified = Server::does(shelf.path(), None, &["backup", "verify", file.to_str().unwrap()]);
                assert_eq!(holds(&verified), holds(&said));
                holds(&said)
            });
            made.collect()
        });
        assert!(logs[0] != logs[1] && logs[1] != logs[2], "there was something to write meanwhile");
    });
}

#[test]
fn a_database_that_somebody_has_altered_is_no_good_backup() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        aliya.begins("Айгерім");
        aliya.begins("Серік");
        aliya.does(&["sync"]);
        let folder = server.kill();
        let file = folder.path().join("hub.sqlite");
        let hub = Database { name: "hub", address: databases.map_or_else(|| file.to_str().unwrap(), |(hub, _)| hub) };
        let shelf = tempfile::tempdir().unwrap();
        let backup = |name: &str| shelf.path().join(name).to_str().unwrap().to_owned();

        // Every hash of the file holds; what it holds does not.
        hub.runs("UPDATE feed_items SET chain = (SELECT chain FROM feed_items WHERE seq = 3 LIMIT 1) WHERE seq = 2");
        Server::does(folder.path(), databases, &["backup", &backup("feed")]);
        let said = Server::refuses(shelf.path(), None, &["backup", "verify", &backup("feed")]);
        assert!(said.contains("the feed of the circle") && said.contains("does not hold at its item 2"), "{said}");
        let place = tempfile::tempdir().unwrap();
        assert!(Server::refuses(place.path(), None, &["restore", &backup("feed")]).contains("at its item 2"));
        assert!(!place.path().join("clerk.sqlite").exists());

        hub.runs("UPDATE log_entries SET bytes = (SELECT bytes FROM log_entries WHERE number = 0) WHERE number = 1");
        let said = Server::refuses(folder.path(), databases, &["backup", &backup("log")]);
        assert!(said.contains("entry 1 of the organisation's log does not hold"), "{said}");
        assert_eq!(fs::read_dir(shelf.path()).unwrap().count(), 1, "nothing of it is left");
    });
}

#[test]
fn a_server_does_not_start_without_the_key_or_with_another() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        aliya.does(&["sync"]);
        let folder = server.kill();
        let key = folder.path().join("clerk.key");
        let kept = folder.path().join("kept.key");
        fs::rename(&key, &kept).unwrap();
        let said = Server::refuses(folder.path(), databases, &["--port", "0"]);
        assert!(said.contains("the clerk's key is not at") && !key.exists(), "{said}");
        Server::does(folder.path(), databases, &["key", "new", key.to_str().unwrap()]);
        assert!(Server::refuses(folder.path(), databases, &["--port", "0"]).contains("does not open"));
        fs::rename(&kept, &key).unwrap();
        let server = Server::start_in(folder, databases);
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        assert!(!aliya.does(&["sync"]).contains("restored"));
    });
}

/// A backup of that many days ago, as the program names it.
fn of_day(begins: &str, days: i64) -> String {
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days);
    format!("{begins}{}.habeas-backup", at.strftime("%Y-%m-%dT%H%M%SZ"))
}

fn lies_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What was erased lies in backups until they are gone. The operator's timer calls one command a day; nobody has to clean up.
#[test]
fn backups_end_after_thirty_days_once_a_new_one_is_whole() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        ["Айгерім", "Серік"].iter().for_each(|name| drop(aliya.begins(name)));
        aliya.does(&["sync"]);
        let shelf = tempfile::tempdir().unwrap();
        let puts = |folder: &Path, names: &[String]| names.iter().for_each(|name| fs::write(folder.join(name), b"old").unwrap());
        let too_old = [of_day("habeas-", 31), of_day("habeas-", 400), format!("{}.new.part", of_day("habeas-", 31))];
        // Younger ones, another machine's, one of the operator's own, and what is none at all.
        let kept =
            [of_day("habeas-", 29), of_day("habeas-hub-", 31), of_day("kept-", 31), "habeas-2020.habeas-backup".to_owned()];
        puts(shelf.path(), &too_old);
        puts(shelf.path(), &kept);
        let data = server.folder.path().to_owned();
        let upgrades = data.join("backups");
        fs::create_dir(&upgrades).unwrap();
        let of_upgrades = [31, 29].map(|days| of_day("before-upgrade-", days));
        puts(&upgrades, &of_upgrades);

        let into = ["backup", "--into", shelf.path().to_str().unwrap()];
        let said = Server::does(&data, databases, &into);
        assert!(said.contains("It was verified") && said.contains("THE CLERK'S KEY IS NOT IN IT"), "{said}");
        for gone in too_old.iter().chain([&of_upgrades[0]]) {
            assert!(said.contains(&format!("Removed, for it was too old: {gone}")), "{gone}: {said}");
        }
        assert_eq!(lies_in(&upgrades), [of_upgrades[1].clone()]);
        let there = lies_in(shelf.path());
        let new: Vec<&String> = there.iter().filter(|name| !kept.contains(name)).collect();
        let [new] = new.as_slice() else { panic!("{there:?}") };
        assert_eq!(there.len(), kept.len() + 1, "{there:?}");
        Server::does(shelf.path(), None, &["backup", "verify", shelf.path().join(new).to_str().unwrap()]);

        // A server that was not backed up so removes at its start what upgrades have put aside.
        puts(&upgrades, &of_upgrades);
        let server = Server::start_in(server.kill(), databases);
        let data = server.folder.path();
        assert_eq!(lies_in(&data.join("backups")), [of_upgrades[1].clone()]);

        // Somebody has altered the database: the new backup is no good, and the old ones are the last that are.
        let elsewhere = tempfile::tempdir().unwrap();
        puts(elsewhere.path(), &too_old);
        let alter = "UPDATE feed_items SET chain = (SELECT chain FROM feed_items WHERE seq = 3 LIMIT 1) WHERE seq = 2";
        server.with_hub(databases, |hub| hub.runs(alter));
        let into = ["backup", "--into", elsewhere.path().to_str().unwrap()];
        let said = Server::refuses(data, databases, &into);
        assert!(said.contains("does not hold at its item 2"), "{said}");
        let mut before = too_old.to_vec();
        before.sort();
        assert_eq!(lies_in(elsewhere.path()), before);
        assert!(Server::refuses(data, databases, &[&into[..], &["--keep-days", "0"]].concat()).contains("--keep-days"));
    });
}
