//! Every coordinator's device is lost. Two printed shares and the server, or a backup of it, bring the organisation back; one opens nothing.

use std::io::Write as _;
use std::process::{Output, Stdio};

use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;
use habeas_tests::that_hold;

/// The shares on three sheets of paper, each as the four lines that somebody types.
pub fn printed(paper: &str) -> [String; 3] {
    let sheets: Vec<&str> = paper.split('\u{c}').filter(|sheet| !sheet.trim().is_empty()).collect();
    assert!(sheets.iter().all(|sheet| sheet.contains('▀')), "each has a code to scan");
    let share = |sheet: &&str| {
        let line = |number: usize| sheet.lines().find_map(|line| line.trim().strip_prefix(&format!("{number}:"))).unwrap();
        (1..=4).map(|number| line(number).trim().to_owned()).collect::<Vec<_>>().join("\n")
    };
    sheets.iter().map(share).collect::<Vec<_>>().try_into().unwrap()
}

pub fn tries(person: &Person, server: &Server, one: &str, other: &str) -> Output {
    let mut command = person.command(&["recovery", "use", "--server", &server.address, "--account", person.name]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Whoever refuses the first share reads no second.
    let _ = child.stdin.take().unwrap().write_all(format!("{one}\n{other}\n").as_bytes());
    child.wait_with_output().unwrap()
}

pub fn uses(person: &Person, server: &Server, one: &str, other: &str) -> String {
    let output = tries(person, server, one, other);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What is said when it does not work; nothing is left in the folder.
fn fails(name: &'static str, server: &Server, one: &str, other: &str) -> String {
    let person = Person::new(name);
    let output = tries(&person, server, one, other);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!person.folder.path().join("device").exists());
    String::from_utf8(output.stderr).unwrap()
}

type Databases<'a> = Option<(&'a str, &'a str)>;

fn brings_back(databases: Databases<'_>, empty: Databases<'_>) {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let bolat = Person::is_let_in("bolat", "coordinator", &server, &aliya);
    let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
    assert!(aliya.does(&["recovery", "show"]).contains("There are no shares"));
    assert!(dana.fails(&["recovery", "print"]).contains("Only a coordinator"));
    assert!(aliya.fails(&["recovery", "rotate"]).contains("There are no shares yet"));
    let before = dana.begins("Айгерім");
    dana.does(&["sync"]);
    let shares = printed(&aliya.does(&["recovery", "print"]));
    assert!(aliya.fails(&["recovery", "print"]).contains("There are shares already"));
    assert!(bolat.does(&["sync"]).starts_with("sent") && bolat.does(&["recovery", "show"]).contains("There are shares"));
    // A coordinator goes; the shares still hold, and Aliya is told when they should not.
    let revoked = aliya.tries(&["device", "revoke", &aliya.device_of("bolat")]);
    assert!(String::from_utf8_lossy(&revoked.stderr).contains("habeas recovery rotate"), "{revoked:?}");
    dana.does(&["sync"]);
    let after = dana.begins("Серік");
    dana.adds(&before, &["note", "text=after somebody has gone"]);
    for person in [&dana, &dana, &aliya, &dana, &aliya] {
        person.does(&["sync"]);
    }
    let views = [&before, &after].map(|case| aliya.case(case)["view"].clone());
    let shelf = tempfile::tempdir().unwrap();
    let backup = shelf.path().join("backup");
    let key = shelf.path().join("clerk.key");
    std::fs::copy(server.folder.path().join("clerk.key"), &key).unwrap();
    Server::does(server.folder.path(), databases, &["backup", backup.to_str().unwrap()]);

    // Every device is lost. One share twice, one with a slip, or one beside a stranger's opens nothing.
    let fingerprint = aliya.does(&["org", "show"]);
    drop((aliya, bolat, dana));
    assert!(fails("thief", &server, &shares[0], &shares[0]).contains("one and the same share twice"));
    let lines: Vec<&str> = shares[1].lines().collect();
    let slip = format!("{}\n{}", lines[0], lines[2]);
    assert!(fails("thief", &server, &shares[0], &slip).contains("Line 2 is not as it was printed"));
    assert!(fails("thief", &server, &shares[0], "").contains("no whole share"));
    let elsewhere = Server::start(None);
    let stranger = Person::founds("stranger", &elsewhere);
    let others = printed(&stranger.does(&["recovery", "print"]));
    assert!(fails("thief", &server, &shares[0], &others[1]).contains("do not belong together"));
    assert!(fails("thief", &server, &others[0], &others[1]).contains("not the shares of this server's organisation"));
    assert!(fails("stranger", &elsewhere, &shares[0], &shares[1]).contains("not the shares"));

    // Two of them make Madina a coordinator who reads everything; a scanner types a share as a whole.
    assert!(fails("dana", &server, &shares[0], &shares[2]).contains("already an account of that name"));
    let madina = Person::new("madina");
    let scanned: String = shares[2].split_whitespace().collect();
    let said = uses(&madina, &server, &shares[0].to_lowercase(), &scanned);
    assert!(said.contains("This is a coordinator's device now"), "{said}");
    assert_eq!(madina.does(&["org", "show"]), fingerprint);
    assert_eq!([&before, &after].map(|case| madina.case(case)["view"].clone()), views);
    // Work goes on: she revokes what is lost, and lets others in.
    for account in ["aliya", "dana"] {
        madina.does(&["device", "revoke", &madina.device_of(account)]);
    }
    let assel = Person::is_let_in("assel", "coordinator", &server, &madina);
    let marat = Person::is_let_in("marat", "lawyer", &server, &madina);
    let new = marat.begins("Мадина");
    marat.does(&["sync"]);
    assel.does(&["sync"]);
    assert_eq!(assel.case(&new)["view"]["names"][0]["value"], "Мадина");
    assert_eq!([&before, &after].map(|case| assel.case(case)["view"].clone()), views);

    // Other shares take their place, and the old ones do nothing any more, also together with one of the new.
    let newer = printed(&madina.does(&["recovery", "rotate"]));
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        assert!(fails("thief", &server, &shares[one], &shares[other]).contains("others have taken their place"));
        assert!(fails("thief", &server, &shares[one], &newer[other]).contains("do not belong together"));
    }
    marat.adds(&new, &["note", "text=after it"]);
    for person in [&marat, &marat, &madina] {
        assert!(person.tries(&["sync"]).status.success());
    }
    assert_eq!(marat.case(&new)["unsent"], 0, "the case has another secret, and took what was written");
    let ruslan = Person::new("ruslan");
    uses(&ruslan, &server, &newer[1], &newer[2]);
    // Nobody's paper makes a coordinator behind the others' backs.
    let told = madina.tries(&["sync"]);
    let said = format!(
        "the device {}",
        ruslan.does(&["device", "list"]).lines().find(|line| line.contains("ruslan")).unwrap().split_whitespace().next().unwrap()
    );
    assert!(String::from_utf8_lossy(&told.stderr).contains(&said), "{told:?}");
    assert!(!String::from_utf8_lossy(&madina.tries(&["sync"]).stderr).contains("printed shares"), "once");
    assert!(madina.does(&["recovery", "show"]).contains(&said) && !marat.does(&["sync"]).contains("printed shares"));
    assert!(ruslan.case(&new).to_string().contains("after it"));
    // What was printed lies nowhere on a device or a server.
    let words: Vec<&str> = newer.iter().chain(&shares).flat_map(|share| share.lines()).collect();
    let packed: Vec<String> = words.iter().map(|line| line.replace(' ', "")).collect();
    let all: Vec<&str> = words.iter().copied().chain(packed.iter().map(String::as_str)).collect();
    for folder in [server.folder.path(), madina.folder.path(), ruslan.folder.path()] {
        assert_eq!(that_hold(folder, &all), Vec::<String>::new());
    }
    // It stands in the record who did it, by ids.
    let record = server.operator(databases, &["audit", "show"]);
    let record = String::from_utf8_lossy(&record.stdout).into_owned();
    assert_eq!(record.lines().filter(|line| line.split_whitespace().any(|word| word == "recover")).count(), 2, "{record}");

    // The server is gone, too. A backup of before is as good: what was printed then opens what was there then.
    drop(server.kill());
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(&key, folder.path().join("clerk.key")).unwrap();
    Server::does(folder.path(), empty, &["restore", backup.to_str().unwrap()]);
    let server = Server::start_in(folder, empty);
    assert!(fails("thief", &server, &newer[0], &newer[1]).contains("not the shares"));
    let again = Person::new("again");
    uses(&again, &server, &shares[1], &shares[2]);
    assert_eq!([&before, &after].map(|case| again.case(case)["view"].clone()), views);
}

#[test]
fn an_organisation_whose_every_device_is_lost_comes_back_by_two_shares() {
    brings_back(None, None);
}

#[test]
fn an_organisation_on_postgresql_comes_back_too() {
    let postgres = Postgres::start();
    let [hub, clerk, other_hub, other_clerk] = [(); 4].map(|()| postgres.database());
    brings_back(Some((&hub, &clerk)), Some((&other_hub, &other_clerk)));
}

/// The sheets are for whoever finds them in a drawer in ten years.
#[test]
fn the_sheets_are_printed_in_the_language_of_those_who_keep_them() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let sheets = aliya.does(&["--lang", "kk", "recovery", "print"]);
    assert!(sheets.contains("3 үлестің 2-үлесі") && sheets.contains(&server.address), "{sheets}");
    let russian = aliya.does(&["--lang", "ru", "recovery", "rotate"]);
    assert!(russian.contains("Доля 3 из 3") && russian.contains("habeas recovery use"), "{russian}");
    let english = aliya.does(&["recovery", "rotate"]);
    assert!(english.contains("Share 1 of 3"), "{english}");
    assert_ne!(printed(&english), printed(&russian));
}
