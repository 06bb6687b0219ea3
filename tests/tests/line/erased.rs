//! A case is erased: for whoever has it open, whoever was away all the time, whoever carries it on a stick, whoever has it in a backup, and
//! whoever comes later.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use habeas_protocol::limits::PIECE;
use habeas_tests::device::Person;
use habeas_tests::mail::{link, mails};
use habeas_tests::photo::photograph;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;
use tempfile::TempDir;

use crate::family::{Browser, MOTHERS};
use crate::on_both;

/// Where a server's databases are; `None`: in its folder.
type Databases<'a> = Option<(&'a str, &'a str)>;

const DAY: [&str; 4] = ["--from", "2026-01-10", "--to", "2026-01-10"];

pub fn until(what: &str, mut is: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < deadline, "{what}");
    }
}

/// What somebody's device says beside what it did.
fn told(person: &Person, arguments: &[&str]) -> String {
    let output = person.tries(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}: {arguments:?}: {said}", person.name);
    said
}

/// How many rows the server's tables have, by a backup of it, every chain of which holds.
fn rows(folder: &Path, databases: Databases<'_>, shelf: &Path) -> Vec<(String, u64)> {
    let file = shelf.join(format!("{}.habeas-backup", fs::read_dir(shelf).unwrap().count()));
    Server::does(folder, databases, &["backup", file.to_str().unwrap()]);
    let said = Server::does(shelf, None, &["backup", "verify", file.to_str().unwrap()]);
    let row = |line: &str| {
        line.strip_prefix("  ")?.split_once(' ').and_then(|(table, count)| Some((table.to_owned(), count.parse().ok()?)))
    };
    said.lines().filter_map(row).collect()
}

fn counted(aliya: &Person) -> u64 {
    let count: serde_json::Value = serde_json::from_str(&aliya.does(&[&["tally", "show", "--json"], &DAY[..]].concat())).unwrap();
    count["total"]["detentions"].as_u64().unwrap()
}

fn attached(person: &Person) -> usize {
    fs::read_dir(person.folder.path().join("device/attachments")).map_or(0, Iterator::count)
}

fn a_case_is_erased(databases: Databases<'_>, empty: Databases<'_>) {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let [dana, marat] = [("dana", "lawyer"), ("marat", "lawyer")].map(|(name, role)| Person::joins(name, role, &server, &aliya));
    [&dana, &marat].iter().for_each(|person| drop(person.does(&["sync"])));
    aliya.approves_all();

    // Dana's two cases, a ruling beside the first, which Marat reads, too, and which a mother follows.
    let [case, other] = ["Айгерім Сәрсенова", "Серік"].map(|name| {
        let case = dana.begins(name);
        dana.adds(&case, &["restrained", "exit_offered=no", "--when", "2026-01-10 12:05", "--city", "almaty"]);
        dana.adds(&case, &["regime", "regime=none", "--when", "2026-01-10 12:05"]);
        case
    });
    let ruling = dana.folder.path().join("ruling.jpg");
    fs::write(&ruling, photograph(7, 2 * PIECE)).unwrap();
    dana.does(&["attachment", "add", &case, ruling.to_str().unwrap(), "--text", "the ruling"]);
    [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
    aliya.does(&["assign", &case, "marat"]);
    marat.does(&["contact", "marat@example.org"]);
    marat.does(&["sync"]);
    marat.does(&["attachment", "get", &case, "1", marat.folder.path().join("ruling.jpg").to_str().unwrap()]);
    assert_eq!((attached(&dana), attached(&marat)), (1, 1));
    let browser = Browser(ureq::Agent::new_with_defaults(), server.address.clone());
    browser.send("/family", &MOTHERS);
    let token = link(&mails(&server, "Please confirm", 1)[0], "/family/confirm").split_once("t=").unwrap().1.to_owned();
    browser.send("/family/confirm", &[("t", &token)]);
    let list = aliya.does(&["family", "list"]);
    aliya.does(&["family", "attach", list.split_whitespace().next().unwrap(), &case]);
    until("both are counted", || counted(&aliya) == 2);

    // A stick, the operator's backup, and Marat, who goes where there is no network and writes on.
    let shelf = tempfile::tempdir().unwrap();
    let [stick, backup] =
        ["stick.habeas", "monday.habeas-backup"].map(|name| shelf.path().join(name).to_str().unwrap().to_owned());
    dana.does(&["bundle", "export", &stick, "--case", &case]);
    Server::does(server.folder.path(), databases, &["backup", &backup]);
    marat.adds(&case, &["released", "--when", "2026-01-10 17:30", "--city", "almaty"]);
    marat.adds(&case, &["note", "text=written far away"]);

    // Only a coordinator erases, and nobody by a slip.
    assert!(dana.fails(&["case", "erase", &case, "--yes"]).contains("coordinator"));
    let asked = aliya.fails(&["case", "erase", &case]);
    assert!(asked.contains("Айгерім Сәрсенова") && asked.contains("--yes"), "{asked}");
    assert!(aliya.case(&case)["view"].is_object());
    assert!(aliya.does(&["case", "erase", &case, "--yes"]).contains("is erased"));
    for again in [&["case", "show", &case][..], &["case", "erase", &case, "--yes"]] {
        assert!(aliya.fails(again).contains("has erased the case"));
    }
    let shown = Server::does(server.folder.path(), databases, &["audit", "show"]);
    assert!(shown.lines().any(|line| line.contains(" erase ") && line.contains(&format!("case:{case}"))), "{shown}");

    // At the server nothing of it stays but its places in the feeds: it counts nowhere, and the family's link leads nowhere.
    until("it is counted no more", || counted(&aliya) == 1);
    assert!(browser.get(&format!("/family/status?t={token}")).contains("Эта ссылка больше не действует"));
    assert!(aliya.does(&["family", "list"]).contains("No family"));
    let table = |rows: &[(String, u64)], name: &str| {
        rows.iter().filter(|(table, _)| table == name).map(|(_, count)| *count).collect::<Vec<_>>()
    };
    let after = rows(server.folder.path(), databases, shelf.path());
    // The hub's cases and the clerk's.
    assert_eq!(table(&after, "cases"), [1, 1]);
    assert_eq!(
        (table(&after, "attachment_pieces"), table(&after, "families"), table(&after, "case_people")),
        (vec![], vec![], vec![])
    );

    // Dana has it, and is told; so is Marat, who was away all the time, of what went with it.
    let said = told(&dana, &["sync"]);
    assert!(said.contains("has erased the case") && said.contains("destroyed with it: 0"), "{said}");
    let said = told(&marat, &["sync"]);
    assert!(said.contains(&case) && said.contains("destroyed with it: 2"), "{said}");
    for person in [&dana, &marat] {
        assert_eq!(attached(person), 0);
        assert!(!person.does(&["list"]).contains("Айгерім") && told(person, &["sync"]).is_empty(), "said once");
        assert!(person.fails(&["fact", "add", &case, "released"]).contains("has erased the case"));
    }

    // Nobody brings it back by hand, neither to a device nor to the server.
    let said = told(&aliya, &["bundle", "import", &stick]);
    assert!(said.contains("Nothing of them was kept: 4"), "{said}");
    let said = told(&dana, &["bundle", "hand-in", &stick]);
    assert!(said.contains("Nothing of them was kept: 4"), "{said}");
    assert!(aliya.fails(&["case", "show", &case]).contains("has erased the case"));
    assert_eq!(table(&rows(server.folder.path(), databases, shelf.path()), "cases"), [1, 1]);

    // Who comes later gets what there is, and what is written from here on.
    let newcomer = |name, server: &Server| {
        let person = Person::joins(name, "coordinator", server, &aliya);
        person.does(&["sync"]);
        aliya.approves_all();
        person.does(&["sync"]);
        assert!(person.does(&["list"]).contains("Серік") && !person.does(&["list"]).contains("Айгерім"));
        assert!(person.fails(&["case", "show", &case]).contains("has erased the case"));
        person
    };
    let bolat = newcomer("bolat", &server);
    dana.adds(&other, &["released", "--when", "2026-01-10 14:00", "--city", "almaty"]);
    [&dana, &bolat, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
    assert_eq!(bolat.case(&other)["view"]["status"], "released");

    // The machine is gone, and the backup is of before. It has the case, until the first device comes that knows better.
    let lost = server.kill();
    let folder = new_machine(&lost.path().join("clerk.key"));
    Server::does(folder.path(), empty, &["restore", &backup]);
    assert_eq!(table(&rows(folder.path(), empty, shelf.path()), "cases"), [2, 2]);
    let server = Server::start_in(folder, empty);
    dana.does(&["login", "--server", &server.address, "--account", "dana"]);
    dana.does(&["sync"]);
    aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
    aliya.does(&["sync"]);
    server.says(|said| said == "ready\n");
    assert_eq!(counted(&aliya), 1);
    let after = rows(server.folder.path(), empty, shelf.path());
    assert_eq!(
        (table(&after, "cases"), table(&after, "attachment_pieces"), table(&after, "families")),
        (vec![1, 1], vec![], vec![])
    );
    newcomer("kanat", &server);
}

fn new_machine(key: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(key, folder.path().join("clerk.key")).unwrap();
    folder
}

#[test]
fn a_case_that_is_erased_comes_back_by_no_road() {
    a_case_is_erased(None, None);
    let server = Postgres::start();
    let [hub, clerk, new_hub, new_clerk] = [(); 4].map(|()| server.database());
    a_case_is_erased(Some((&hub, &clerk)), Some((&new_hub, &new_clerk)));
}

/// What a revoked device had not brought of it does not wait for a decision any more, and what it brings later is not kept.
#[test]
fn what_a_revoked_device_had_of_an_erased_case_is_nothing_to_decide() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [dana, marat] =
            [("dana", "lawyer"), ("marat", "lawyer")].map(|(name, role)| Person::joins(name, role, &server, &aliya));
        [&dana, &marat].iter().for_each(|person| drop(person.does(&["sync"])));
        aliya.approves_all();
        let [of_dana, of_marat] = [(&dana, "Айгерім"), (&marat, "Серік")].map(|(person, name)| {
            let case = person.begins(name);
            person.does(&["sync"]);
            person.adds(&case, &["note", "text=not yet sent"]);
            case
        });
        aliya.does(&["sync"]);
        for name in ["dana", "marat"] {
            aliya.does(&["device", "revoke", &aliya.device_of(name)]);
        }

        // Dana's phone has handed in what it had before the case is erased, Marat's only hears of both at once.
        assert!(dana.fails(&["sync"]).contains("revoked"));
        assert!(aliya.does(&["quarantine", "list"]).contains("dana"));
        for case in [&of_dana, &of_marat] {
            aliya.does(&["case", "erase", case, "--yes"]);
        }
        assert!(marat.fails(&["sync"]).contains("revoked"));
        until("nothing waits", || aliya.does(&["quarantine", "list"]).contains("Nothing waits"));
    });
}
