//! The line from devices that are offline to the hub and back: who was taken, told by several people, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test that cannot go on fails loudly")]

use std::path::Path;

use habeas_tests::device::Person;
use habeas_tests::mail::MailServer;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;

/// The same story on SQLite and on PostgreSQL.
fn on_both(story: impl Fn(Option<(&str, &str)>)) {
    story(None);
    let server = Postgres::start();
    story(Some((&server.database(), &server.database())));
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(folder)
        .unwrap()
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path) } else { vec![path] }
        })
        .collect()
}

/// The files below a folder that hold one of these words.
fn that_hold(folder: &Path, words: &[&str]) -> Vec<String> {
    let holds = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).unwrap_or_default();
        words.iter().any(|word| bytes.windows(word.len()).any(|window| window == word.as_bytes()))
    };
    files(folder).into_iter().filter(holds).map(|path| path.display().to_string()).collect()
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
fn mail_reaches_a_real_mail_server_over_smtp() {
    let postmaster = MailServer::start();
    let server = Server::start_with(&["--smtp", &postmaster.url(), "--mail-from", "habeas@example.org"]);
    let browser = Browser(ureq::Agent::new_with_defaults(), server.address.clone());
    let request = [
        ("name", "Aigerim"),
        ("relationship", "mother"),
        ("email", "mother@example.net"),
        ("word", "swallow"),
        ("sign", "apple"),
        ("lang", "ru"),
    ];
    assert!(browser.send("/family", &request).contains("Спасибо"));
    let mail = decoded(&postmaster.next_mail());
    assert!(
        mail.contains("Подтвердите, пожалуйста, ваш запрос") && mail.contains("/family/confirm?t=") && mail.contains("apple"),
        "{mail}"
    );
    assert!(mail.contains("auto-generated") && mail.contains("@example.org"), "{mail}");
    assert!(!server.folder.path().join("mail").exists(), "with SMTP nothing goes into files");
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
    assert!(failed.contains("cannot be reached") && failed.contains("safe on this device"), "{failed}");
    aliya.adds(&case, &["delivered", "--when", "2026-01-10 13:00", "--city", "almaty"]);

    let server = Server::start_in(folder, None);
    assert_eq!(server.code, None, "the organisation is still there");
    // The port is another one; signing in again tells the device so.
    assert_ne!(address, server.address);
    aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
    assert!(aliya.does(&["sync"]).starts_with("sent 0, received 0"), "login has already synced");
    assert_eq!(aliya.case(&case)["unsent"], 0);
}

#[test]
fn strangers_and_slips_of_the_finger_are_answered_clearly() {
    let server = Server::start(None);
    let stranger = Person::new("mallory");
    let wrong = ["org", "create", "--server", &server.address, "--account", "mallory", "--code"];
    let clerk = server.code.as_ref().unwrap().split_once('-').unwrap().1;
    let guess = format!("{}-{clerk}", "0".repeat(32));
    assert!(stranger.fails(&[&wrong[..], &[guess.as_str()]].concat()).contains("not valid"));
    let other_clerk = format!("{}-{}", "0".repeat(32), "1".repeat(32));
    assert!(Person::new("eve").fails(&[&wrong[..], &[other_clerk.as_str()]].concat()).contains("somebody may be in between"));

    let aliya = Person::founds("aliya", &server);
    let invitation = aliya.does(&["invite", "--role", "recorder"]);
    let dana = Person::new("dana");
    let join = ["login", "--server", &server.address, "--account", "dana", "--invite", invitation.trim()];
    dana.does(&join);
    assert!(Person::new("second").fails(&join).contains("used already"), "an invitation is for one person");
    assert!(dana.fails(&["device", "list"]).contains("may not do that"));
    assert!(
        Person::new("aliya2").fails(&["login", "--server", &server.address, "--account", "aliya"]).contains("which organisation"),
        "a new device trusts no server's word on where it belongs"
    );
    let fingerprint = aliya.does(&["org", "show"]);
    let guess = ["login", "--server", &server.address, "--account", "aliya", "--organisation", fingerprint.trim()];
    assert!(Person::new("eve").fails(&guess).contains("not valid"), "another password");
    assert!(stranger.fails(&["login", "--server", "http://habeas.example", "--account", "x"]).contains("begins with https://"));

    let case = aliya.begins("Serik");
    for (arguments, says) in [
        (&["released", "--when", "9999-01-01 10:00", "--city", "almaty"][..], "1900 and 2199"),
        (&["released", "--when", "2099-01-01 10:00", "--city", "almaty"], "lies in the future"),
        (&["released", "--when", "25:00", "--city", "almaty"], "write it like"),
        (&["released", "--between", "2026-01-10 15:00", "2026-01-10 14:00", "--city", "almaty"], "exchange them"),
        (&["released", "colour=red", "--city", "almaty"], "no such field"),
        (&["relaesed", "--city", "almaty"], "unknown variant"),
        (&["sentenced", "penalty=arrest", "days=many", "--city", "almaty"], "days: `many` is no whole number"),
        (&["note", "text="], "is empty"),
        (&["released", "--replaces", "0123456789abcdef0123456789abcdef.1.0", "--city", "almaty"], "has no fact"),
    ] {
        let error = aliya.fails(&[&["fact", "add", &case], arguments].concat());
        assert!(error.contains(says), "{arguments:?}: {error}");
    }
    let long = format!("text={}", "я".repeat(50_000));
    assert!(aliya.fails(&["fact", "add", &case, "note", &long]).contains("holds 100000 bytes"));
    assert_eq!(aliya.case(&case)["view"]["timeline"].as_array().unwrap().len(), 1, "nothing of all that was written");
    assert!(aliya.fails(&["case", "show", "ffffffff"]).contains("has no case"));
}

#[test]
fn the_api_refuses_malformed_and_oversized_bodies_with_a_stable_code() {
    let server = Server::start(None);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let post = |path: &str, kind: &str, body: Vec<u8>| {
        let mut answer = agent.post(format!("{}{path}", server.address)).header("content-type", kind).send(body).unwrap();
        let problem: serde_json::Value = answer.body_mut().read_json().unwrap();
        assert_eq!(problem["status"], answer.status().as_u16());
        (answer.status().as_u16(), problem["code"].as_str().unwrap().to_owned(), problem["title"].as_str().unwrap().to_owned())
    };
    let json = "application/json";
    let (status, code, title) = post(
        "/v1/sessions",
        json,
        br#"{"account": "x", "password": "y", "device": "z", "at": 0, "signature": "", "extra": 1}"#.to_vec(),
    );
    assert_eq!((status, code.as_str()), (400, "bad_body"));
    assert!(title.contains("unknown field `extra`") && title.contains("line 1"), "{title}");
    assert_eq!(post("/v1/sessions", json, br#"{"account": 1}"#.to_vec()).1, "bad_body");
    assert_eq!(post("/v1/sessions", json, vec![b' '; 300_000]).0, 413);
    assert_eq!(post("/v1/sessions", "text/plain", b"{}".to_vec()).1, "bad_body");
    let (status, code, _) =
        post("/v1/sessions", json, br#"{"account": "x", "password": "y", "device": "z", "at": 0, "signature": ""}"#.to_vec());
    assert_eq!((status, code.as_str()), (400, "bad_input"));
    assert_eq!(post("/v1/sync", "application/octet-stream", vec![]).0, 401);
    assert_eq!(post("/v1/nothing", json, vec![]).1, "not_found");

    let read = |path: &str| agent.get(format!("{}{path}", server.address)).call().unwrap().body_mut().read_to_string().unwrap();
    assert_eq!((read("/healthz").as_str(), read("/readyz").as_str()), ("ok\n", "ready\n"));
    let api: serde_json::Value = serde_json::from_str(&read("/openapi.json")).unwrap();
    assert!(api["paths"]["/v1/sync"]["post"].is_object());
}

/// A family at their browser: no JavaScript, no cookies.
struct Browser(ureq::Agent, String);

impl Browser {
    fn get(&self, address: &str) -> String {
        let address = if address.starts_with("http") { address.to_owned() } else { format!("{}{address}", self.1) };
        self.0.get(address).call().unwrap().body_mut().read_to_string().unwrap()
    }

    fn send(&self, path: &str, fields: &[(&str, &str)]) -> String {
        self.0.post(format!("{}{path}", self.1)).send_form(fields.iter().copied()).unwrap().body_mut().read_to_string().unwrap()
    }
}

/// The mails in the folder whose text (decoded) holds a word, waiting until there are so many.
fn mails(server: &Server, holding: &str, count: usize) -> Vec<String> {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let folder = std::fs::read_dir(server.folder.path().join("mail")).unwrap();
        let all: Vec<String> = folder
            .filter_map(|entry| Some(entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "eml")))
            .map(|path| decoded(&std::fs::read(path).unwrap()))
            .collect();
        let found: Vec<String> = all.iter().filter(|mail| mail.contains(holding)).cloned().collect();
        assert!(found.len() <= count, "{} mails hold {holding:?}, {count} expected", found.len());
        if found.len() == count {
            return found;
        }
        assert!(
            std::time::Instant::now() < deadline,
            "only {} of {count} mails hold {holding:?}: {all:#?}; {}",
            found.len(),
            server.log()
        );
        std::thread::yield_now();
    }
}

/// A mail's headers and text, as a mail program shows them.
fn decoded(bytes: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default().parse(bytes).unwrap();
    let headers: Vec<String> = mail.headers().iter().map(|header| format!("{}: {:?}", header.name(), header.value())).collect();
    format!("{}\n\n{}", headers.join("\n"), mail.body_text(0).unwrap())
}

fn link(mail: &str, path: &str) -> String {
    mail.split_whitespace()
        .find(|word| word.starts_with("http") && word.contains(path))
        .unwrap_or_else(|| panic!("no link to {path} in {mail}"))
        .to_owned()
}

#[test]
fn a_person_recorded_offline_reaches_a_familys_mailbox_and_an_advocates_count() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        let marat = Person::joins("marat", "lawyer", &server, &aliya);
        let saule = Person::joins("saule", "advocate", &server, &aliya);
        aliya.approves_all();
        [&dana, &marat, &saule].iter().for_each(|person| drop(person.does(&["sync"])));
        dana.does(&["contact", "dana@example.org"]);

        // Aigerim was kettled four hours ago; nobody has opened a case against her.
        let zone = "Asia/Almaty";
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get(zone).unwrap());
        let ago = |minutes: i64| (&now - jiff::Span::new().minutes(minutes)).strftime("%Y-%m-%d %H:%M").to_string();
        let case = dana.begins("Айгерім Сәрсенова");
        dana.adds(
            &case,
            &["restrained", "exit_offered=no", "--when", &ago(240), "--city", "almaty", "--place", "Republic Square"],
        );
        dana.adds(&case, &["regime", "regime=none", "--when", &ago(240)]);

        // Her mother asks, on a page without JavaScript, and confirms by the mailed link.
        let browser = Browser(ureq::Agent::new_with_defaults(), server.address.clone());
        assert!(browser.get("/family?lang=kk").contains("Ұсталған адам туралы сұрау"));
        let request = [
            ("name", "Айгерім"),
            ("relationship", "ана"),
            ("email", "mother@example.org"),
            ("word", "қарлығаш"),
            ("sign", "алма"),
            ("lang", "en"),
        ];
        assert!(browser.send("/family", &request).contains("confirm within 24 hours"));
        let confirm = link(&mails(&server, "Please confirm", 1)[0], "/family/confirm");
        assert!(aliya.does(&["family", "list"]).contains("No family"), "nothing to decide before the address is confirmed");
        assert!(browser.get(&confirm).contains("Shall we write"), "looking at the page changes nothing");
        assert!(aliya.does(&["family", "list"]).contains("No family"));
        let token = confirm.split_once("t=").unwrap().1;
        assert!(browser.send("/family/confirm", &[("t", token)]).contains("Confirmed"));
        mails(&server, "Keep this mail", 1);

        // Nothing about anybody goes out before a coordinator has attached the request.
        dana.does(&["sync"]);
        aliya.does(&["sync"]);
        let list = aliya.does(&["family", "list"]);
        assert!(list.contains("confirmed") && list.contains("Айгерім"), "{list}");
        aliya.does(&["assign", &case, "dana"]);
        mails(&server, "over the limit if still held", 1);
        aliya.does(&["family", "attach", list.split_whitespace().next().unwrap(), &case]);

        // The limit of three hours (CAO 789(1)) passed an hour ago: the honest words, and nothing that harms.
        let told = mails(&server, "No release is on record", 1).remove(0);
        let passed = (&now - jiff::Span::new().minutes(60)).strftime("%H:%M").to_string();
        assert!(told.contains(&passed) && told.contains("mother@example.org") && told.contains("алма"), "{told}");
        assert!(told.contains("List-Unsubscribe-Post") && told.contains("Auto-Submitted"), "{told}");
        for word in ["Айгерім", "Aigerim", "Republic", "Almaty", "789", "police"] {
            assert!(!told.contains(word), "{word} stands in {told}");
        }
        let page = browser.send("/family/status", &[("t", token), ("word", "wrong")]);
        assert!(page.contains("not the word") && !page.contains("release"));
        assert!(browser.send("/family/status", &[("t", token), ("word", "Қарлығаш ")]).contains("No release is on record"));
        let lawyer = mails(&server, "to: ", 0).len() + mails(&server, "dana@example.org", 1).len();
        assert_eq!(lawyer, 1);

        // Marat's client tells him of Aigerim inside, after the limit: it is certain now, and both are told.
        aliya.does(&["assign", &case, "marat"]);
        marat.does(&["sync"]);
        marat.adds(
            &case,
            &["seen_in_custody", "--when", &ago(20), "--city", "almaty", "--place", "Almaly station", "--source", "lawyer"],
        );
        marat.does(&["sync"]);
        mails(&server, "was held beyond the legal limit", 1);

        // A release comes late that makes all of it wrong: the sighting was somebody else's, and she was out in time.
        let wrong = marat.case(&case)["view"]["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .find(|fact| fact["kind"] == "seen_in_custody")
            .unwrap()["id"]
            .clone();
        marat.adds(&case, &["retraction", "reason=another Aigerim", "--replaces", wrong.as_str().unwrap()]);
        marat.adds(&case, &["released", "--when", &ago(100), "--city", "almaty"]);
        marat.does(&["sync"]);
        mails(&server, "We are sorry for the alarm", 1);

        // One click stops it all.
        let stop = link(&told, "/family/stop");
        let gone = ureq::post(&stop).send_form([("List-Unsubscribe", "One-Click")]).unwrap().body_mut().read_to_string().unwrap();
        assert!(gone.contains("not write to you again"));
        marat.adds(&case, &["seen_in_custody", "--when", &ago(5), "--city", "almaty"]);
        marat.does(&["sync"]);

        // Saule counts, with an official figure beside; Aliya, a second person, releases it.
        let today = now.strftime("%Y-%m-%d").to_string();
        let register = aliya.does(&["case", "new", "--description", "Public figures"]).trim().to_owned();
        let (day, who) = (format!("date={today}"), "who=Ministry of the Interior");
        aliya.adds(
            &register,
            &["official_claim", &day, "figure=detained", "value=350", who, "--city", "almaty", "--source", "press"],
        );
        aliya.does(&["sync"]);
        let from = ago(240).split_once(' ').unwrap().0.to_owned();
        let days = ["--from", &from, "--to", &today];
        let count =
            || -> serde_json::Value { serde_json::from_str(&saule.does(&[&["tally", "show"], &days[..]].concat())).unwrap() };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while count()["claims"].as_array().unwrap().is_empty() {
            assert!(std::time::Instant::now() < deadline, "the claim does not reach the count: {}", count());
        }
        let total = &count()["total"];
        assert_eq!((&total["detentions"], &total["persons_low"], &total["persons_high"]), (&1.into(), &1.into(), &1.into()));
        let csv = saule.does(&[&["tally", "show", "--csv"], &days[..]].concat());
        assert!(
            csv.starts_with("row,day,city") && csv.contains("almaty") && csv.contains("350,Ministry of the Interior"),
            "{csv}"
        );
        assert!(dana.fails(&[&["tally", "show"], &days[..]].concat()).contains("may not do that"), "a lawyer does not count");
        let id = saule.does(&[&["tally", "propose"], &days[..]].concat());
        assert!(saule.fails(&["tally", "release", id.trim()]).contains("second person"));
        assert!(browser.get("/counts?lang=en").contains("No counts have been released"));
        aliya.does(&["tally", "release", id.trim()]);
        let published = browser.get("/counts?lang=en");
        assert!(published.contains("Almaty") && published.contains("Ministry of the Interior: detained 350"), "{published}");
        assert!(!published.contains("<script"));

        // After the stop nothing more went to the mother; and nothing readable rests anywhere but in the mail folder.
        assert_eq!(mails(&server, "mother@example.org", 5).len(), 5, "confirm, confirmed, over, certain, corrected");
        let words = ["Айгерім", "mother@example.org", "Republic Square", "қарлығаш", "dana@example.org"];
        let leaks: Vec<String> =
            that_hold(server.folder.path(), &words).into_iter().filter(|path| !path.contains("/mail/")).collect();
        assert_eq!(leaks, Vec::<String>::new());
    });
}

#[test]
fn the_demo_is_a_day_that_holds_together() {
    on_both(|databases| {
        let server = Server::start(databases);
        let operator = Person::new("demo");
        let home = operator.folder.path().join("device");
        operator.does(&["demo", "--server", &server.address, "--code", server.code.as_ref().unwrap()]);
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
            serde_json::from_str(&at("saule", &["tally", "show", "--from", "2021-01-10", "--to", "2199-12-31"])).unwrap()
        };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        // Nurlan is only looked for, so thirteen are counted as detained.
        while count()["total"]["detentions"] != 13 || count()["claims"].as_array().unwrap().len() != 4 {
            assert!(std::time::Instant::now() < deadline, "{}", count());
        }
        let total = &count()["total"];
        assert!(total["certainly_over"].as_u64() >= Some(2) && total["over_if_still_held"].as_u64() >= Some(1), "{total}");
        assert_eq!(that_hold(server.folder.path(), &["Серік", "красная куртка"]), Vec::<String>::new());
    });
}

#[test]
fn the_scheduler_wakes_when_a_limit_passes_and_not_before() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let dana = Person::joins("dana", "lawyer", &server, &aliya);
    aliya.approves_all();
    dana.does(&["sync"]);
    dana.does(&["contact", "dana@example.org"]);
    let case = dana.begins("Serik");
    dana.adds(&case, &["regime", "regime=none", "--city", "almaty"]);
    dana.does(&["sync"]);
    aliya.does(&["assign", &case, "dana"]);
    // Restrained three hours ago less a few seconds, to the second: the limit (CAO 789(1)) passes while we watch.
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    let start = jiff::Timestamp::now().to_zoned(zone) - jiff::Span::new().hours(3) + jiff::Span::new().seconds(6);
    let when = start.strftime("%Y-%m-%d %H:%M:%S").to_string();
    dana.adds(&case, &["restrained", "--when", &when, "--city", "almaty"]);
    dana.does(&["sync"]);
    let passes = (start + jiff::Span::new().hours(3)).timestamp();
    while jiff::Timestamp::now() < passes {
        mails(&server, "over the limit if still held", 0);
    }
    mails(&server, "over the limit if still held", 1);
    assert!(jiff::Timestamp::now().as_second() - passes.as_second() < 10, "within seconds, without anybody's asking");

    // Whoever says later where their alerts go hears how things stand.
    dana.does(&["contact", "dana@example.net"]);
    assert!(mails(&server, "dana@example.net", 1)[0].contains("over the limit if still held"));
}

#[test]
fn what_hinders_the_server_is_one_line_with_its_remedy() {
    let fails = |arguments: &[&str]| {
        let output = std::process::Command::new(habeas_tests::program("habeas-server")).args(arguments).output().unwrap();
        assert!(!output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        text
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    assert!(fails(&["--data", &data, "--port", &port]).contains("give another with --port"));
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    assert!(fails(&["--data", file.to_str().unwrap(), "--port", "0"]).contains("Give another with --data"));
    assert!(fails(&["--data", &data, "--port", "0", "--smtp", "nonsense"]).contains("smtps://USER:PASSWORD@HOST"));
    assert!(fails(&["--data", &data, "--port", "0", "--mail-from", "nobody"]).contains("is no mail address"));
    std::fs::write(format!("{data}/clerk.key"), b"short").unwrap();
    assert!(
        fails(&["--data", &data, "--port", "0"]).contains("chmod 600")
            || fails(&["--data", &data, "--port", "0"]).contains("not a clerk's key file")
    );
}
