//! A server that comes back from a backup counts nothing, and writes to nobody, before a coordinator's device was heard: a case may have been erased
//! since. Nobody has to do anything for it; only where no coordinator is left the operator says so.

use std::fs;
use std::path::Path;

use habeas_tests::device::Person;
use habeas_tests::mail::mails;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;
use tempfile::TempDir;

use super::erased::until;

/// Where a server's databases are; `None`: in its folder.
pub(super) type Databases<'a> = Option<(&'a str, &'a str)>;

const OVER: &str = "over the limit if still held";

fn ago(minutes: i64) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    (jiff::Timestamp::now().to_zoned(zone) - jiff::Span::new().minutes(minutes)).strftime("%Y-%m-%d %H:%M").to_string()
}

fn tally(what: &str) -> [String; 7] {
    let day = |minutes| ago(minutes).split_once(' ').unwrap().0.to_owned();
    ["tally", what, "--json", "--from", &day(240), "--to", &day(0)].map(str::to_owned)
}

fn counted(person: &Person) -> u64 {
    let count: serde_json::Value = serde_json::from_str(&person.does(&tally("show").each_ref().map(String::as_str))).unwrap();
    count["total"]["detentions"].as_u64().unwrap()
}

fn warned(person: &Person) -> String {
    String::from_utf8(person.tries(&["sync"]).stderr).unwrap()
}

pub(super) fn signs_in(person: &Person, server: &Server) {
    person.does(&["login", "--server", &server.address, "--account", person.name]);
}

fn written(server: &Server) -> usize {
    fs::read_dir(server.folder.path().join("mail")).unwrap().count()
}

/// A machine with the clerk's key on which the operator puts the backup back. Nothing else is asked of him.
pub(super) fn put_back(backup: &str, key: &Path, databases: Databases<'_>) -> Server {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(key, folder.path().join("clerk.key")).unwrap();
    let said = Server::does(folder.path(), databases, &["restore", backup]);
    assert!(said.contains("until the coordinators' devices have synced") && said.contains("count-again"), "{said}");
    let server = Server::start_in(folder, databases);
    let said = server.readyz();
    assert!(said.starts_with("ready\nnot counting since 20") && said.contains(": a backup was put back"), "{said}");
    server
}

/// Three people, a backup of the hour when Dana had brought two cases over the limit and nothing was counted yet, and the case that is erased after it.
struct Day {
    aliya: Person,
    dana: Person,
    saule: Person,
    erased: String,
    other: String,
    backup: String,
    key: std::path::PathBuf,
    _shelf: TempDir,
}

fn a_day(databases: Databases<'_>) -> Day {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
    let saule = Person::is_let_in("saule", "advocate", &server, &aliya);
    aliya.does(&["contact", "aliya@example.org"]);
    let server = Server::start_in_with(server.kill(), databases, &["--locked"]);
    [&aliya, &dana, &saule].iter().for_each(|person| signs_in(person, &server));
    let [erased, other] = ["Айгерім", "Серік"].map(|name| {
        let case = dana.begins(name);
        dana.adds(&case, &["restrained", "exit_offered=no", "--when", &ago(240), "--city", "almaty"]);
        dana.adds(&case, &["regime", "regime=none", "--when", &ago(240)]);
        case
    });
    [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
    let shelf = tempfile::tempdir().unwrap();
    let backup = shelf.path().join("monday.habeas-backup").to_str().unwrap().to_owned();
    Server::does(server.folder.path(), databases, &["backup", &backup]);
    aliya.does(&["case", "erase", &erased, "--yes"]);
    let key = shelf.path().join("clerk.key");
    fs::copy(server.folder.path().join("clerk.key"), &key).unwrap();
    Day { aliya, dana, saule, erased, other, backup, key, _shelf: shelf }
}

fn nothing_is_counted_before_a_coordinator_was_heard(databases: Databases<'_>, empty: Databases<'_>) {
    let Day { aliya, dana, saule, erased, other, backup, key, _shelf } = a_day(databases);
    let server = put_back(&backup, &key, empty);

    // A lawyer and an advocate come first. They have not heard of the erasure either; what they bring is taken.
    [&dana, &saule].iter().for_each(|person| signs_in(person, &server));
    dana.adds(&other, &["note", "text=still there"]);
    assert!(dana.does(&["sync"]).starts_with("sent 1,"));
    for person in [&dana, &saule] {
        assert!(warned(person).contains("is not counting since"));
    }
    for what in ["show", "rows"] {
        let said = saule.fails(&tally(what).each_ref().map(String::as_str));
        assert!(said.contains("A backup was put back"), "{said}");
    }
    let page = ureq::get(format!("{}/counts", server.address)).call();
    assert!(matches!(page, Err(ureq::Error::StatusCode(503))), "{page:?}");
    // A restart forgets nothing of it.
    let server = Server::start_in(server.kill(), empty);
    signs_in(&dana, &server);
    assert!(server.readyz().contains(": a backup was put back") && warned(&dana).contains("is not counting since"));
    assert_eq!(written(&server), 0);

    // Aliya's device is let in by what it knows, and brings the erasure; then everything else counts.
    signs_in(&aliya, &server);
    aliya.does(&["sync"]);
    server.says(|said| said == "ready\n");
    signs_in(&saule, &server);
    until("the other case is counted", || counted(&saule) == 1);
    mails(&server, OVER, 1);
    assert!(!warned(&dana).contains("is not counting since"));
    assert!(dana.fails(&["case", "show", &erased]).contains("has erased the case"));
    dana.adds(&other, &["note", "text=and now"]);
    dana.does(&["sync"]);
    until("what came later is counted, too", || counted(&saule) == 1);
    mails(&server, OVER, 1);

    // It is once for all, and stands in the record.
    let record = Server::does(server.folder.path(), empty, &["audit", "show"]);
    let heard = record.lines().filter(|line| line.contains(" count_again ")).collect::<Vec<_>>();
    assert!(matches!(heard.as_slice(), [line] if line.contains(&aliya.device_of("aliya"))), "{record}");
    let server = Server::start_in(server.kill(), empty);
    server.says(|said| said == "ready\n");
}

#[test]
fn a_server_that_was_put_back_counts_nothing_before_a_coordinator_was_heard() {
    nothing_is_counted_before_a_coordinator_was_heard(None, None);
    let server = Postgres::start();
    let [hub, clerk, new_hub, new_clerk] = [(); 4].map(|()| server.database());
    nothing_is_counted_before_a_coordinator_was_heard(Some((&hub, &clerk)), Some((&new_hub, &new_clerk)));
}

/// Two who coordinate, of whom one was away since before the backup; the other has erased a case meanwhile.
fn who_was_away_writes_upon_what_the_other_has_written(databases: Databases<'_>, empty: Databases<'_>) {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let bolat = Person::is_let_in("bolat", "coordinator", &server, &aliya);
    aliya.does(&["contact", "aliya@example.org"]);
    let server = Server::start_in_with(server.kill(), databases, &["--locked"]);
    [&aliya, &bolat].iter().for_each(|person| signs_in(person, &server));
    let case = aliya.begins("Айгерім");
    aliya.adds(&case, &["restrained", "exit_offered=no", "--when", &ago(240), "--city", "almaty"]);
    aliya.adds(&case, &["regime", "regime=none", "--when", &ago(240)]);
    [&aliya, &bolat].iter().for_each(|person| drop(person.does(&["sync"])));
    let shelf = tempfile::tempdir().unwrap();
    let backup = shelf.path().join("monday.habeas-backup").to_str().unwrap().to_owned();
    Server::does(server.folder.path(), databases, &["backup", &backup]);
    bolat.does(&["team", "found", "night"]);
    bolat.does(&["case", "erase", &case, "--yes"]);
    let key = shelf.path().join("clerk.key");
    fs::copy(server.folder.path().join("clerk.key"), &key).unwrap();
    drop(server.kill());

    let server = put_back(&backup, &key, empty);
    signs_in(&aliya, &server);
    aliya.does(&["sync"]);
    // She has not heard that Bolat has erased a case: by her word it would be counted, and written about.
    assert!(server.readyz().contains(": a backup was put back") && warned(&aliya).contains("is not counting since"));
    let said = aliya.fails(&["team", "found", "day"]);
    assert!(said.contains("Ask the other coordinators to sync"), "{said}");
    signs_in(&bolat, &server);
    bolat.does(&["sync"]);
    server.says(|said| said == "ready\n");
    aliya.does(&["team", "found", "day"]);
    aliya.does(&["sync"]);
    assert!(aliya.fails(&["case", "show", &case]).contains("has erased the case"));
    assert_eq!(written(&server), 0, "nobody was told of it");
    for person in [&bolat, &aliya] {
        let said = String::from_utf8(person.tries(&["sync"]).stderr).unwrap();
        assert!(!said.contains("is not the one that this device knows"), "{said}");
        let teams = person.does(&["team", "list"]);
        assert!(teams.contains("night") && teams.contains("day"), "{teams}");
    }
}

#[test]
fn a_coordinator_who_was_away_writes_upon_what_the_other_has_written() {
    who_was_away_writes_upon_what_the_other_has_written(None, None);
    let server = Postgres::start();
    let [hub, clerk, new_hub, new_clerk] = [(); 4].map(|()| server.database());
    who_was_away_writes_upon_what_the_other_has_written(Some((&hub, &clerk)), Some((&new_hub, &new_clerk)));
}

fn the_operator_does_without(databases: Databases<'_>, empty: Databases<'_>) {
    let Day { dana, saule, backup, key, _shelf, .. } = a_day(databases);
    let server = put_back(&backup, &key, empty);
    [&dana, &saule].iter().for_each(|person| signs_in(person, &server));
    assert!(warned(&dana).contains("is not counting since"));
    assert_eq!(written(&server), 0);

    // No coordinator is left. What it costs is said, and comes: nobody has told this server of the erasure.
    let folder = server.folder.path();
    let said = Server::refuses(folder, empty, &["--role", "clerk", "count-again"]);
    assert!(said.contains("say it there"), "{said}");
    let said = Server::does(folder, empty, &["count-again"]);
    assert!(said.contains("although not each of their devices was heard") && said.contains("is counted"), "{said}");
    server.says(|said| said == "ready\n");
    until("both are counted", || counted(&saule) == 2);
    mails(&server, OVER, 2);
    assert!(Server::refuses(folder, empty, &["count-again"]).contains("nothing was changed"));
    let record = Server::does(folder, empty, &["audit", "show"]);
    assert_eq!(record.lines().filter(|line| line.contains(" operator count_again ")).count(), 1, "{record}");
}

#[test]
fn an_operator_whose_coordinators_are_gone_says_that_it_counts_again() {
    the_operator_does_without(None, None);
    let server = Postgres::start();
    let [hub, clerk, new_hub, new_clerk] = [(); 4].map(|()| server.database());
    the_operator_does_without(Some((&hub, &clerk)), Some((&new_hub, &new_clerk)));
}
