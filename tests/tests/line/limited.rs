//! Dana writes down for few who told her. Coordinators and her own devices read it, Marat, to whom the case is assigned, sees that something is there and
//! not what, and nothing that follows from it tells of it; when it is erased it is gone for everybody.

use std::fs;
use std::time::{Duration, Instant};

use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;
use habeas_tests::that_hold;

use crate::next_device::another_device;
use crate::on_both;

const WORDS: [&str; 2] = ["kqvinformant-3351", "kqvguard-8820"];

/// Whether somebody reads the first of the words and the second, and how many facts they know to be for few, and to be erased.
fn reads(person: &Person, case: &str) -> ([bool; 2], usize, usize) {
    let shown = person.case(case);
    let sealed = shown["view"]["sealed"].as_array().cloned().unwrap_or_default();
    let count = |what: &str| sealed.iter().filter(|fact| fact[what] == true).count();
    let text = format!("{shown}{}", person.does(&["case", "show", case]));
    assert!(text.contains("Айгерім") && text.contains("restrained"), "the case lives: {text}");
    (WORDS.map(|word| text.contains(word)), count("limited"), count("erased"))
}

fn until(what: &str, is: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < deadline, "{what}");
    }
}

/// As what the clerk counts the only case there is.
fn counted(aliya: &Person) -> String {
    let days = ["tally", "show", "--json", "--from", "2026-01-10", "--to", "2026-01-10"];
    let count: serde_json::Value = serde_json::from_str(&aliya.does(&days)).unwrap();
    count["cells"][0]["status"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_is_written_for_few_few_read_and_erased_nobody() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [dana, marat] = ["dana", "marat"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        let zhanar = Person::is_let_in("zhanar", "recorder", &server, &aliya);

        let case = dana.begins("Айгерім Сәрсенова");
        let taken = dana.adds(&case, &["restrained", "--when", "2026-01-10 12:05", "--city", "almaty"]);
        let note = format!("text={}", WORDS[0]);
        // Of who told her nobody has to say that it is for few.
        let informant = dana.adds(&case, &["informant", &note, "--source-name", "Қайрат"]);
        let let_go = ["released", "--when", "2026-01-10 17:30", "--city", "almaty", "--only-coordinators"];
        let let_go = dana.adds(&case, &let_go);
        let retraction = ["fact", "add", &case, "retraction", "--replaces", &informant, "--only-coordinators"];
        assert!(dana.fails(&retraction).contains("cannot be sealed"));
        // Four things were written, whatever goes with them.
        assert_eq!(dana.case(&case)["unsent"], 4);
        assert!(dana.does(&["sync"]).starts_with("sent 4,"));
        aliya.does(&["sync"]);
        aliya.does(&["assign", &case, "marat"]);
        marat.does(&["sync"]);
        dana.does(&["sync"]);

        for person in [&dana, &aliya] {
            assert_eq!(reads(person, &case), ([true, false], 0, 0), "{}", person.name);
            assert!(person.does(&["case", "show", &case]).contains("for coordinators, and whoever wrote it"));
        }
        assert_eq!(reads(&marat, &case), ([false, false], 2, 0));
        let shown = marat.does(&["case", "show", &case]);
        assert!(shown.contains("no key for it; for coordinators, and whoever wrote it") && !shown.contains("Қайрат"), "{shown}");
        let line = shown.lines().find(|line| line.contains("no key for it")).unwrap();
        assert!(line.contains(" lawyer "), "who wrote it: {line}");
        // Who has the case now has a name that people can say.
        assert!(shown.contains("Lawyer assigned: lawyer "), "{shown}");
        // That she was let go nobody may know yet: it stands for those who read it, and counts for nobody.
        until("it is counted", || counted(&aliya) == "held");
        [&dana, &aliya, &marat]
            .iter()
            .for_each(|person| assert_eq!(person.case(&case)["view"]["status"], "held", "{}", person.name));

        // Nothing in Marat's folder, or in what he exports, holds a word of it; the bundle brings it to whom it is for.
        let shelf = tempfile::tempdir().unwrap();
        let [clear, stick, backup] = ["clear.automerge", "marat.habeas", "monday.habeas-backup"]
            .map(|name| shelf.path().join(name).to_str().unwrap().to_owned());
        marat.does(&["case", "export", &case, "--automerge", &clear, "--unsealed"]);
        marat.does(&["bundle", "export", &stick, "--case", &case, "--to", &aliya.device_of("aliya")]);
        let folders = [marat.folder.path(), shelf.path(), server.folder.path()];
        let found: Vec<String> = folders.iter().flat_map(|folder| that_hold(folder, &[WORDS[0], "Қайрат"])).collect();
        assert!(found.is_empty(), "{found:?}");
        aliya.does(&["bundle", "import", &stick]);

        // What it corrects is corrected, also for Marat, who cannot read by what.
        let slip = ["restrained", "--when", "2026-01-10 12:35", "--city", "almaty", "--replaces", &taken, "--only-coordinators"];
        let slip = dana.adds(&case, &slip);
        [&dana, &marat].iter().for_each(|person| drop(person.does(&["sync"])));
        let history: serde_json::Value = serde_json::from_str(&marat.does(&["case", "history", &case, "--json"])).unwrap();
        let of =
            |kind: &str| history.as_array().unwrap().iter().find(|of| of["attribute"] == kind).unwrap()["accounts"][0].clone();
        let account = of("restrained");
        assert_eq!((&account["stands"], &account["replaced_by"][0]), (&false.into(), &slip.as_str().into()));
        // What is sealed is not among what was corrected.
        let shown = marat.does(&["case", "show", &case]);
        let at = |text: &str| shown.find(text).unwrap();
        assert!(
            at("Sealed:") < at("Corrected or taken back:") && !shown[at("Corrected or taken back:")..].contains("Sealed:"),
            "{shown}"
        );
        dana.adds(&case, &["retraction", "--replaces", &slip]);
        [&dana, &marat, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));

        // Dana's laptop reads what her phone has written; a recorder does not read what she has written for few herself.
        let laptop = another_device(&server, &aliya);
        until("the clerk seals it to the laptop", || {
            laptop.does(&["sync"]);
            let shown = laptop.tries(&["case", "show", &case]);
            String::from_utf8(shown.stdout).unwrap().contains(WORDS[0])
        });
        let hers = zhanar.begins("Айгерім, restrained");
        zhanar.adds(&hers, &["note", &format!("text={}", WORDS[1]), "--only-coordinators"]);
        assert_eq!(reads(&zhanar, &hers), ([false, false], 1, 0));
        assert!(zhanar.does(&["case", "show", &hers]).contains("you wrote it, and this device keeps no key for it"));
        [&zhanar, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
        assert_eq!(reads(&aliya, &hers), ([false, true], 0, 0));
        Server::does(server.folder.path(), databases, &["backup", &backup]);

        // Erased, it is gone on every device, and comes from nowhere.
        assert!(aliya.fails(&["fact", "erase", &case, &informant]).contains(WORDS[0]));
        aliya.does(&["fact", "erase", &case, &informant, "--yes"]);
        aliya.does(&["fact", "erase", &case, &let_go, "--yes"]);
        assert!(aliya.fails(&["fact", "erase", &case, &informant, "--yes"]).contains("erased already"));
        [&marat, &dana, &laptop, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
        aliya.does(&["bundle", "import", &stick]);
        for person in [&aliya, &dana, &laptop, &marat] {
            let (read, _, erased) = reads(person, &case);
            assert_eq!((read, erased, &person.case(&case)["unsent"]), ([false; 2], 2, &0.into()), "{}", person.name);
        }
        let newcomer = |name, server: &Server| {
            let person = Person::joins(name, "coordinator", server, &aliya);
            person.does(&["sync"]);
            aliya.approves_all();
            person.does(&["sync"]);
            let (read, _, erased) = reads(&person, &case);
            assert_eq!((read, erased), ([false; 2], 2), "{name}");
            assert_eq!(reads(&person, &hers).0, [false, true], "{name}");
        };
        newcomer("bolat", &server);

        // A backup of before has the keys, until the first device comes that knows better.
        let lost = server.kill();
        let postgres = databases.map(|_| Postgres::start());
        let names = postgres.as_ref().map(|server| (server.database(), server.database()));
        let empty = names.as_ref().map(|(hub, clerk)| (hub.as_str(), clerk.as_str()));
        let folder = tempfile::tempdir().unwrap();
        fs::copy(lost.path().join("clerk.key"), folder.path().join("clerk.key")).unwrap();
        Server::does(folder.path(), empty, &["restore", &backup]);
        let server = Server::start_in(folder, empty);
        for person in [&marat, &dana, &aliya] {
            person.does(&["login", "--server", &server.address, "--account", person.name]);
            person.does(&["sync"]);
            let (read, _, erased) = reads(person, &case);
            assert_eq!((read, erased), ([false; 2], 2), "{}", person.name);
        }
        newcomer("kanat", &server);
    });
}
