//! One sensitive fact is erased, and the case lives on: for whoever has it open, whoever carries it on a stick, whoever was away and brings it
//! again, whoever has it in a backup, and whoever comes later.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;
use habeas_tests::that_hold;

/// Where a server's databases are; `None`: in its folder.
type Databases<'a> = Option<(&'a str, &'a str)>;

const WORDS: [&str; 3] = ["kqvpassport-7716", "kqvmother-9021", "kqvbruise-4410"];

fn until(what: &str, is: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < deadline, "{what}");
    }
}

/// What somebody reads of the three words, and how many facts they know to be erased, or only sealed.
fn reads(person: &Person, case: &str) -> ([bool; 3], usize, usize) {
    let shown = person.case(case);
    let sealed = shown["view"]["sealed"].as_array().cloned().unwrap_or_default();
    let erased = sealed.iter().filter(|fact| fact["erased"] == true).count();
    let text = shown.to_string();
    assert!(text.contains("Айгерім") && text.contains("restrained"), "the case lives: {text}");
    (WORDS.map(|word| text.contains(word)), erased, sealed.len() - erased)
}

/// As what the clerk counts the only case there is.
fn counted(aliya: &Person) -> String {
    let days = ["tally", "show", "--json", "--from", "2026-01-10", "--to", "2026-01-10"];
    let count: serde_json::Value = serde_json::from_str(&aliya.does(&days)).unwrap();
    count["cells"][0]["status"].as_str().unwrap_or_default().to_owned()
}

fn a_fact_is_erased(databases: Databases<'_>, empty: Databases<'_>) {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let [dana, marat] = [("dana", "lawyer"), ("marat", "lawyer")].map(|(name, role)| Person::joins(name, role, &server, &aliya));
    [&dana, &marat].iter().for_each(|person| drop(person.does(&["sync"])));
    aliya.approves_all();

    // Dana writes down a passport's number; that somebody was let go she has from somebody who must not be known.
    let case = dana.begins("Айгерім Сәрсенова");
    dana.adds(&case, &["restrained", "--when", "2026-01-10 12:05", "--city", "almaty"]);
    let [passport, mother, bruise] = WORDS;
    let passport = dana.adds(&case, &["document", &format!("text={passport}")]);
    let let_go = dana
        .adds(&case, &["released", "--when", "2026-01-10 17:30", "--city", "almaty", "--source-name", "Қайрат", "--sensitive"]);
    dana.adds(&case, &["injury", &format!("text={bruise}"), "--when", "2026-01-10 13:00", "--city", "almaty"]);
    assert!(
        dana.fails(&["fact", "add", &case, "retraction", "--replaces", &passport, "--sensitive"]).contains("cannot be sealed")
    );
    [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
    until("it is counted", || counted(&aliya) == "released");

    // To whom the case is given later, they read it as it is.
    aliya.does(&["assign", &case, "marat"]);
    marat.does(&["sync"]);
    assert_eq!((reads(&aliya, &case), reads(&marat, &case)), (([true, false, true], 0, 0), ([true, false, true], 0, 0)));
    assert!(marat.does(&["case", "show", &case]).contains("Қайрат"));

    // A telephone number goes to Marat by hand, where there is no network; Dana's own way to the server is shorter.
    let shelf = tempfile::tempdir().unwrap();
    let [stick, after, backup] = ["before.habeas", "after.habeas", "monday.habeas-backup"]
        .map(|name| shelf.path().join(name).to_str().unwrap().to_owned());
    let mother = dana.adds(&case, &["contact", &format!("text={mother}")]);
    dana.does(&["bundle", "export", &stick, "--to", &aliya.device_of("marat")]);
    marat.does(&["bundle", "import", &stick]);
    assert_eq!(reads(&marat, &case).0, [true, true, true]);
    [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
    Server::does(server.folder.path(), databases, &["backup", &backup]);

    // Only a coordinator erases, only what is sealed, and nobody by a slip.
    assert!(dana.fails(&["fact", "erase", &case, &passport, "--yes"]).contains("coordinator"));
    let asked = aliya.fails(&["fact", "erase", &case, &passport]);
    assert!(asked.contains(WORDS[0]) && asked.contains("--yes"), "{asked}");
    let plain = aliya.case(&case)["view"]["names"][0]["fact"].as_str().unwrap().to_owned();
    assert!(aliya.fails(&["fact", "erase", &case, &plain, "--yes"]).contains("only with its case"));
    for fact in [&passport, &mother, &let_go] {
        assert!(aliya.does(&["fact", "erase", &case, fact, "--yes"]).contains("is erased"));
    }
    assert!(aliya.fails(&["fact", "erase", &case, &passport, "--yes"]).contains("erased already"));
    let shown = Server::does(server.folder.path(), databases, &["audit", "show"]);
    assert_eq!(
        shown.lines().filter(|line| line.contains(" erase ") && line.contains(&format!("case:{case} fact:"))).count(),
        3,
        "{shown}"
    );

    // She has them no more; the clerk counts on without; whoever was away destroys them, and does not bring them again.
    let erased = ([false, false, true], 3, 0);
    assert_eq!(reads(&aliya, &case), erased);
    assert!(aliya.does(&["case", "show", &case]).contains("Erased by a coordinator"));
    until("it is counted as it stands now", || counted(&aliya) == "held");
    marat.adds(&case, &["note", "text=written far away"]);
    [&marat, &dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
    for person in [&aliya, &dana, &marat] {
        assert_eq!(reads(person, &case), erased, "{}", person.name);
        assert_eq!(person.case(&case)["unsent"], 0, "{}", person.name);
    }

    // No stick of before and no bundle of after brings one back.
    for (person, arguments) in [(&marat, ["bundle", "import", &stick]), (&dana, ["bundle", "hand-in", &stick])] {
        let output = person.tries(&arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && said.contains("Nothing of them was kept: 1"), "{}: {said}", person.name);
    }
    let newcomer = |name, server: &Server| {
        let person = Person::joins(name, "coordinator", server, &aliya);
        person.does(&["sync"]);
        aliya.approves_all();
        person.does(&["sync"]);
        assert_eq!(reads(&person, &case), erased, "{name}");
        person
    };
    let bolat = newcomer("bolat", &server);
    aliya.does(&["sync"]);
    aliya.does(&["bundle", "export", &after, "--case", &case]);
    bolat.does(&["bundle", "import", &after]);
    [&marat, &dana, &aliya, &bolat].iter().for_each(|person| assert_eq!(reads(person, &case), erased));
    let folders = [server.folder.path(), dana.folder.path(), marat.folder.path(), aliya.folder.path(), bolat.folder.path()];
    let found: Vec<String> = folders.iter().flat_map(|folder| that_hold(folder, &WORDS)).collect();
    assert!(found.is_empty(), "{found:?}");

    // The machine is gone, and the backup is of before. It has the keys, until the first device comes that knows better.
    let lost = server.kill();
    let folder = new_machine(&lost.path().join("clerk.key"));
    Server::does(folder.path(), empty, &["restore", &backup]);
    let server = Server::start_in(folder, empty);
    for person in [&dana, &aliya, &marat] {
        person.does(&["login", "--server", &server.address, "--account", person.name]);
        person.does(&["sync"]);
        assert_eq!(reads(person, &case), erased, "{}", person.name);
    }
    server.says(|said| said == "ready\n");
    until("the clerk has no word of it either", || counted(&aliya) == "held");
    newcomer("kanat", &server);
    let file = shelf.path().join("tuesday.habeas-backup");
    Server::does(server.folder.path(), empty, &["backup", file.to_str().unwrap()]);
    Server::does(shelf.path(), None, &["backup", "verify", file.to_str().unwrap()]);
}

fn new_machine(key: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(key, folder.path().join("clerk.key")).unwrap();
    folder
}

#[test]
fn a_sensitive_fact_that_is_erased_comes_back_by_no_road() {
    a_fact_is_erased(None, None);
    let server = Postgres::start();
    let [hub, clerk, new_hub, new_clerk] = [(); 4].map(|()| server.database());
    a_fact_is_erased(Some((&hub, &clerk)), Some((&new_hub, &new_clerk)));
}
