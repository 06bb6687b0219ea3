//! The clerk's key is exchanged for another one while people record, families ask and mail goes out; and the server dies in the middle of it.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use habeas_client_core::vault::{SealedRecord, Vault};
use habeas_protocol::api::to_hex;
use habeas_tests::bench::cases;
use habeas_tests::device::Person;
use habeas_tests::older::Database;
use habeas_tests::quick::Quick;
use habeas_tests::rows::{bytes, rows};
use habeas_tests::server::Server;
use habeas_tests::{files, program, that_hold};

use super::on_both;

/// How many people are recorded before.
const BEFORE: usize = 24;
/// The step of the clerk's schema that put names beside records.
const ROTATION: &str = "20261128190000";
/// One row at a time: there is time to die between two.
const SLOWLY: [&str; 2] = ["--rotation-batch", "1"];

/// What opens a clerk's columns: the last half of its key's file.
fn vault(key: &[u8]) -> Vault {
    Vault::with_key(key[key.len() - 32..].try_into().unwrap())
}

/// The sealed columns of a row with what they are bound to: the column's name and the row's.
fn sealed_columns(table: &str) -> &'static [(&'static str, &'static str, &'static str)] {
    match table {
        "records" => &[("records.name", "name_sealed", "slot")],
        "cases" => &[("cases.title", "title_sealed", "id")],
        "families" => &[("families.request", "request_sealed", "id")],
        "contacts" => &[("contacts.address", "address_sealed", "person")],
        "claims" => &[("claims.claim", "claim_sealed", "fact")],
        "releases" => &[("releases.body", "body_sealed", "id")],
        _ => &[("outbox.mail", "mail_sealed", "id")],
    }
}

const TABLES: [&str; 7] = ["records", "cases", "families", "contacts", "outbox", "claims", "releases"];

fn opens(vault: &Vault, column: &str, row: &[u8], sealed: Vec<u8>) -> Option<Vec<u8>> {
    let name = format!("column/{column}/{}", to_hex(row));
    let record = SealedRecord { slot: vault.slot(&name), version: 1, bytes: sealed };
    vault.open(&name, &record).ok().flatten().map(|plain| plain.to_vec())
}

/// Every sealed value of the clerk's database that this key opens, and how many there are in all.
fn opened(address: &str, vault: &Vault) -> (usize, usize) {
    let (mut open, mut all) = (0, 0);
    for table in TABLES {
        for row in rows(address, table) {
            for (column, sealed, id) in sealed_columns(table) {
                all += 1;
                let plain = opens(vault, column, &bytes(&row, id), bytes(&row, sealed));
                open += usize::from(plain.is_some());
                if let Some(name) = plain.filter(|_| table == "records") {
                    let name = String::from_utf8(name).unwrap();
                    let version = match row["version"] {
                        habeas_db::Value::Int(version) => version.unsigned_abs(),
                        _ => 0,
                    };
                    let slot = bytes(&row, "slot").try_into().unwrap();
                    let record = SealedRecord { slot, version, bytes: bytes(&row, "bytes") };
                    assert!(vault.open(&name, &record).is_ok(), "the record {name}");
                }
            }
        }
    }
    (open, all)
}

/// What the database's sealed values begin with, and every keyed hash in it: none of it may be found afterwards.
fn traces(address: &str) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for table in TABLES {
        for row in rows(address, table) {
            all.extend(sealed_columns(table).iter().map(|(_, sealed, _)| bytes(&row, sealed)));
            all.extend(
                ["bytes", "slot", "person_lookup", "address_lookup"]
                    .iter()
                    .filter(|column| row.contains_key(**column))
                    .map(|column| bytes(&row, column)),
            );
        }
    }
    all.into_iter().map(|bytes| bytes.into_iter().take(24).collect::<Vec<u8>>()).filter(|trace| trace.len() >= 16).collect()
}

/// A family that asks.
fn asks(server: &Server, number: usize) {
    let email = format!("mother{number}@example.org");
    let name = format!("Айгерім {number}");
    let fields =
        [("name", &*name), ("relationship", "ана"), ("email", &*email), ("word", "қарлығаш"), ("sign", "алма"), ("lang", "en")];
    let mut page = ureq::post(format!("{}/family", server.address)).send_form(fields).unwrap();
    assert!(page.body_mut().read_to_string().unwrap().contains("confirm within 24 hours"));
}

/// `key rotate`, while the test goes on.
struct Exchange(Child, Lines<BufReader<ChildStdout>>);

impl Exchange {
    fn begins(folder: &Path) -> Self {
        let mut command = Command::new(program("habeas-server"));
        command.args(["key", "rotate", "--data"]).arg(folder).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        Self(child, said)
    }

    /// Waits until it says something.
    fn until(&mut self, wanted: &str) {
        let mut said = Vec::new();
        for line in self.1.by_ref().map_while(Result::ok) {
            let is_it = line.contains(wanted);
            said.push(line);
            if is_it {
                return;
            }
        }
        panic!("it never says {wanted}: {said:?}");
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn clerk_database(folder: &Path, databases: Option<(&str, &str)>) -> String {
    databases.map_or_else(|| folder.join("clerk.sqlite").to_str().unwrap().to_owned(), |(_, clerk)| clerk.to_owned())
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    // A mail that was on its way when the server died is tried again after two minutes.
    let deadline = Instant::now() + Duration::from_secs(180);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} does not happen");
        std::thread::yield_now();
    }
}

/// How many are counted as detained, and how many people they are at least.
fn counted(aliya: &Person) -> (u64, u64) {
    let count = aliya.does(&["tally", "show", "--json", "--from", "2026-08-28", "--to", "2026-08-31"]);
    let count: serde_json::Value = serde_json::from_str(&count).unwrap();
    let number = |name: &str| count["total"][name].as_u64().unwrap();
    (number("detentions"), number("persons_low"))
}

/// How many public figures stand beside the count.
fn figures(aliya: &Person) -> usize {
    aliya
        .does(&["tally", "show", "--csv", "--from", "2026-08-28", "--to", "2026-08-31"])
        .matches("350,Ministry of the Interior")
        .count()
}

fn brings(dana: &mut Quick, server: &Server, numbers: impl IntoIterator<Item = usize>) {
    for number in numbers {
        dana.begins_with(&cases::first(number));
    }
    while dana.goes_round(&server.address) {}
}

#[test]
fn the_clerks_key_is_exchanged_under_load_and_a_death_in_the_middle_loses_nothing() {
    on_both(|databases| {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Server::start_in_with(folder, databases, &SLOWLY);
        let aliya = Person::founds("aliya", &server);
        let invitation = aliya.does(&["invite", "--role", "lawyer"]);
        let mut dana = Quick::joins("dana", &invitation, &server.address, 7);
        aliya.approves_all();
        aliya.does(&["contact", "aliya@example.org"]);
        dana.goes_round(&server.address);
        // Two cases are of one person.
        brings(&mut dana, &server, (0..BEFORE).chain([0]));
        for number in 0..4 {
            asks(&server, number);
        }
        // What was said in public, and a count that nobody has released yet.
        let register = aliya.begins("Public figures");
        let claim = ["official_claim", "date=2026-08-29", "figure=detained", "value=350", "who=Ministry of the Interior"];
        aliya.adds(&register, &claim);
        aliya.does(&["sync"]);
        until("everybody is counted", || counted(&aliya) == (25, 24) && figures(&aliya) == 1);
        let proposed = aliya.does(&["tally", "propose", "--from", "2026-08-28", "--to", "2026-08-31"]);

        let database = clerk_database(server.folder.path(), databases);
        let key_file = server.folder.path().join("clerk.key");
        let (old, shelf) = (fs::read(&key_file).unwrap(), tempfile::tempdir().unwrap());
        let kept = |name: &str| shelf.path().join(name).to_str().unwrap().to_owned();
        fs::copy(&key_file, kept("old.key")).unwrap();
        let name = |file: &str| Server::does(shelf.path(), None, &["key", "show", file]).trim().to_owned();
        let backup = kept("before");
        assert!(Server::does(server.folder.path(), databases, &["backup", &backup]).contains(&name(&kept("old.key"))));
        let before = traces(&database);
        assert!(before.len() > 100 && opened(&database, &vault(&old)).0 > 60, "{} traces", before.len());

        // It dies when it has sealed the records anew, again at once, and then it is let go on; meanwhile everybody works.
        let mut exchange = Exchange::begins(server.folder.path());
        exchange.until("is opened by the key");
        brings(&mut dana, &server, BEFORE..BEFORE + 3);
        asks(&server, 4);
        exchange.until("records: sealed");
        let folder = server.kill();
        assert!(folder.path().join("clerk.key.next").exists(), "both keys are there until the end");
        let said = Server::refuses(folder.path(), databases, &["--port", "0", "--clerk-key", &kept("old.key")]);
        assert!(said.contains("does not open") && !said.contains(&name(&kept("old.key"))), "{said}");
        server = Server::start_in_with(folder, databases, &SLOWLY);
        server = Server::start_in_with(server.kill(), databases, &SLOWLY);
        // Dana's device finds the server at its new address, and so does Aliya's.
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        brings(&mut dana, &server, BEFORE + 3..BEFORE + 6);
        asks(&server, 5);
        let (detained, persons) = counted(&aliya);
        assert_eq!(detained - persons, 1, "the person of two cases is one, also while half of the rows are under another key");
        until("the exchange ends", || !server.folder.path().join("clerk.key.next").exists());
        brings(&mut dana, &server, BEFORE + 6..BEFORE + 8);
        until("everybody is counted", || counted(&aliya) == (33, 32));
        assert_eq!(figures(&aliya), 1);
        assert!(aliya.does(&["tally", "list"]).contains(proposed.trim()));

        // Nothing is under the old key, everything under the new one; and what was there before is not even in the files.
        let new = fs::read(&key_file).unwrap();
        assert_ne!(new, old);
        until("all mail is sent", || {
            rows(&database, "outbox").iter().all(|row| row["state"] == habeas_db::Value::Text("sent".to_owned()))
        });
        let folder = server.kill();
        let (open, all) = opened(&database, &vault(&new));
        assert!(open == all && all > 80, "{open} of {all}");
        assert_eq!(opened(&database, &vault(&old)).0, 0);
        let now: BTreeSet<Vec<u8>> = traces(&database).into_iter().collect();
        assert!(before.iter().all(|trace| !now.contains(trace)), "rows of before are there");
        if databases.is_none() {
            let found: Vec<PathBuf> = files(folder.path()).into_iter().filter(|path| holds_any(path, &before)).collect();
            assert_eq!(found, Vec::<PathBuf>::new());
        }
        assert!(files(folder.path()).iter().all(|path| !holds_any(path, &[old[old.len() - 32..].to_vec()])), "the old key");
        assert_eq!(that_hold(shelf.path(), &["Айгерім"]), Vec::<String>::new());

        // Each mail is one file, and each family was asked once.
        let mails = fs::read_dir(folder.path().join("mail")).unwrap().count();
        assert_eq!(mails, rows(&database, "outbox").len());
        assert_eq!(rows(&database, "families").len(), 6);

        // The old key opens no more; whoever restores the backup of before is told which one it wants.
        let said = Server::refuses(folder.path(), databases, &["--port", "0", "--clerk-key", &kept("old.key")]);
        assert!(said.contains("does not open") && said.contains(&name(key_file.to_str().unwrap())), "{said}");
        let place = tempfile::tempdir().unwrap();
        assert!(Server::does(place.path(), None, &["backup", "verify", &backup]).contains(&name(&kept("old.key"))));
        fs::copy(&key_file, place.path().join("clerk.key")).unwrap();
        let said = Server::does(place.path(), None, &["restore", &backup]);
        assert!(said.contains(&name(&kept("old.key"))) && said.contains("is another one"), "{said}");
        fs::copy(kept("old.key"), place.path().join("clerk.key")).unwrap();
        let server = Server::start_in(place, None);
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        server.says(|said| said == "ready\n");
    });
}

fn holds_any(path: &Path, traces: &[Vec<u8>]) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    let beginnings: BTreeSet<&[u8]> = traces.iter().map(|trace| &trace[..16]).collect();
    bytes.windows(16).any(|window| beginnings.contains(window))
}

/// Where the key comes from elsewhere, the operator brings the next one; and records of an older version have no names beside them yet.
#[test]
fn a_key_from_elsewhere_is_exchanged_for_one_that_the_operator_brings() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let case = aliya.begins("Айгерім");
        aliya.adds(&case, &["restrained", "--when", "2026-08-29 12:00", "--city", "almaty"]);
        aliya.does(&["sync"]);
        until("she is counted", || counted(&aliya) == (1, 1));
        let folder = server.kill();
        let safe = tempfile::tempdir().unwrap();
        let kept = |name: &str| safe.path().join(name).to_str().unwrap().to_owned();
        fs::rename(folder.path().join("clerk.key"), kept("old.key")).unwrap();
        let database = clerk_database(folder.path(), databases);
        let clerk = Database { name: "clerk", address: &database };
        while clerk.steps().iter().any(|step| step.as_str() >= ROTATION) {
            clerk.steps_back(1);
        }

        // As after every start of a locked server: first the key, and then another one.
        let server = Server::start_in_with(folder, databases, &["--locked"]);
        let data = server.folder.path().to_owned();
        assert!(Server::refuses(&data, databases, &["key", "rotate"]).contains("the clerk is locked"));
        Server::does(&data, databases, &["unlock", &kept("old.key")]);
        assert!(Server::refuses(&data, databases, &["key", "rotate"]).contains("habeas-server key next"));
        Server::does(safe.path(), None, &["key", "new", &kept("stranger.key")]);
        assert!(Server::refuses(&data, databases, &["key", "rotate", &kept("stranger.key")]).contains("another clerk's"));
        assert!(Server::refuses(&data, databases, &["key", "rotate", &kept("old.key")]).contains("that the clerk has"));
        Server::does(safe.path(), None, &["key", "next", &kept("old.key"), &kept("new.key")]);
        let said = Server::does(&data, databases, &["key", "rotate", &kept("new.key")]);
        assert!(said.contains("Done.") && said.contains("put the new one there"), "{said}");
        assert!(!data.join("clerk.key").exists() && !data.join("clerk.key.next").exists(), "the server writes no such key down");
        assert_eq!(opened(&database, &vault(&fs::read(kept("old.key")).unwrap())).0, 0);

        let server = Server::start_in_with(server.kill(), databases, &["--locked"]);
        assert!(Server::refuses(&data, databases, &["unlock", &kept("old.key")]).contains("does not open"));
        Server::does(&data, databases, &["unlock", &kept("new.key")]);
        server.says(|said| said == "ready\n");
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        assert_eq!(counted(&aliya), (1, 1));
        let acts = Server::does(&data, databases, &["audit", "show"]);
        assert!(acts.contains("operator rotate_key - done"), "{acts}");
    });
}
