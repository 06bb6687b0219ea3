//! The app in a real browser: recording with the network off, and everybody seeing it afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test that cannot go on fails loudly")]

mod access;
mod broken;
mod cards;
mod death;
mod erased;
mod factor;
mod few;
mod hands;
mod haste;
mod locked;
mod notices;
mod password;
mod qr;
mod user;
mod vault;

use habeas_tests::browser::{Browser, DESK, PHONE};
use habeas_tests::device::Person;
use habeas_tests::mail::{link, mails};
use habeas_tests::planted::{WORDS, every_kind};
use habeas_tests::quick::Quick;
use habeas_tests::road::Road;
use habeas_tests::server::Server;
use serde_json::Value;
use user::User;

#[test]
fn a_lawyer_records_with_the_network_off_and_everybody_sees_it() {
    let server = Server::with_app();
    let road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);

    // Dana's phone is set up by invitation. She waits for a coordinator, and could record already.
    let dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    dana.browser.reads("A coordinator has not let this device in yet");
    aliya.approves_all();
    dana.browser.presses("Exchange");
    dana.browser.presses("Exchange now");
    dana.browser.until("the notice goes", |browser| !browser.text().contains("has not let this device in"));

    // From the second visit on the app starts without a network.
    dana.waits_for_the_offline_copy();
    road.close();
    dana.browser.reloads();
    dana.unlocks();
    dana.browser.presses("New");
    dana.browser.types("#name", "Айгерім Сәрсенова");
    dana.browser.chooses("#city", "almaty");
    dana.browser.types("#place", "Republic Square");
    dana.browser.presses("at");
    let said_at = ago(120);
    dana.browser.sets("#first", &said_at);
    dana.browser.chooses("#exit_offered", "no");
    dana.browser.presses("Save");

    // The countdown is right at once: three hours from the first restriction (CAO 789(1)), two of them gone.
    dana.browser.reads("Айгерім Сәрсенова");
    dana.browser.reads("1 edit has not reached the server yet");
    dana.browser.presses("Add a fact");
    dana.browser.chooses("#kind", "regime");
    dana.browser.chooses("#regime", "none");
    dana.browser.presses("at");
    dana.browser.sets("#first", &ago(120));
    dana.browser.presses("Save");
    dana.browser.reads("left");
    let shown = dana.browser.text();
    assert!(shown.contains("59 min left") || shown.contains("1 h 0 min left"), "{shown}");
    assert!(shown.contains("789(1)"), "the limit names its article: {shown}");
    dana.browser.presses("Exchange");
    dana.browser.presses("Exchange now");
    dana.browser.reads("Nothing on this device is lost");
    dana.browser.reads("Not sent yet: 2");

    // A slip is corrected: the form begins with what the fact says, and only what was wrong is written anew.
    dana.browser.presses("Cases");
    dana.browser.clicks(".cases a");
    dana.browser.reads("What is known");
    dana.browser.clicks("a[aria-label*='Restrained']");
    dana.browser.until("the form as it was filled in", |browser| {
        let filled =
            "return ['#kind', '#exit_offered', '#city', '#place', '#first'].map((css) => document.querySelector(css)?.value)";
        browser.js(filled) == serde_json::json!(["restrained", "no", "almaty", "Republic Square", said_at])
    });
    dana.browser.types("#place", ", north side");
    dana.browser.presses("Save");
    dana.browser.reads("Republic Square, north side");
    dana.browser.reads("Corrected or taken back");

    // The road is open again, and the record reaches a device on a terminal and the clerk's count.
    road.reopen();
    dana.browser.presses("Exchange");
    dana.browser.presses("Exchange now");
    dana.browser.reads("Everything is sent.");
    aliya.does(&["sync"]);
    let cases: Vec<Value> = serde_json::from_str(&aliya.does(&["list", "--json"])).unwrap();
    assert_eq!(cases[0]["title"], "Айгерім Сәрсенова");
    let case = aliya.case(cases[0]["case"].as_str().unwrap());
    assert_eq!(case["view"]["timeline"].as_array().unwrap().len(), 3, "{case}");
    let count = || -> Value {
        serde_json::from_str(&aliya.does(&["tally", "show", "--json", "--from", "2021-01-10", "--to", "2199-12-31"])).unwrap()
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while count()["total"]["detentions"] != 1 {
        assert!(std::time::Instant::now() < deadline, "the clerk does not count: {}", count());
    }
    dana.breaks_no_policy();
}

/// One tap a person, and everybody is saved at once.
#[test]
fn a_station_is_called_with_one_tap_a_person() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let at_station = ["--when", "2026-01-10 13:00", "--city", "almaty", "--place", "Almaly station"];
    let cases: Vec<String> = ["Асан", "Болат", "Серік", "Ұлан"]
        .into_iter()
        .map(|name| {
            let case = aliya.begins(name);
            aliya.adds(&case, &[&["delivered"], at_station.as_slice()].concat());
            case
        })
        .collect();
    let bolat = User::joins("bolat", "coordinator", &server.address, &aliya, PHONE);
    aliya.approves_all();
    bolat.exchanges();
    bolat.browser.presses("Cases");
    bolat.browser.presses("Roll call");
    bolat.browser.reads("Асан");
    // Asan was tapped by mistake, and is taken back.
    bolat.browser.clicks(".cases li:nth-child(1) button");
    bolat.browser.clicks(".cases li:nth-child(1) button");
    bolat.browser.clicks(".cases li:nth-child(2) button");
    bolat.browser.chooses("#roll-state", "court");
    bolat.browser.clicks(".cases li:nth-child(3) button");
    bolat.browser.chooses("#roll-state", "out");
    bolat.browser.presses("Mark everybody else");
    let marks = "return [...document.querySelectorAll('.cases .status')].map((mark) => mark.innerText)";
    assert_eq!(bolat.browser.js(marks), serde_json::json!(["let go", "inside", "taken to court", "let go"]));
    bolat.browser.chooses("#roll-source", "relative");
    bolat.browser.presses("Save for all");
    bolat.browser.reads("Saved for 4 people");
    // Whoever went is no longer on the list of the place.
    bolat.browser.until("the list goes on", |browser| {
        let text = browser.text();
        text.contains("Болат") && !text.contains("Асан") && !text.contains("Ұлан")
    });
    // And once nobody is left there, the next place is shown.
    bolat.browser.presses("Mark everybody else");
    bolat.browser.presses("Save for all");
    bolat.browser.until("the court", |browser| {
        let text = browser.text();
        text.contains("Серік") && !text.contains("Болат")
    });
    bolat.exchanges();
    bolat.breaks_no_policy();
    aliya.does(&["sync"]);
    let status = |case: &String| aliya.case(case)["view"]["status"].as_str().unwrap().to_owned();
    assert_eq!(cases.iter().map(status).collect::<Vec<_>>(), ["released", "released", "held", "released"]);
    let asan = aliya.case(&cases[0]);
    let released = asan["view"]["timeline"].as_array().unwrap().iter().find(|fact| fact["kind"] == "released").unwrap();
    assert_eq!((&released["source"]["kind"], &released["place"]["name"]), (&"relative".into(), &"Almaly station".into()));
}

#[test]
fn two_browsers_contradict_each_other_and_both_show_the_dispute() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &server.address, &aliya, PHONE);
    let marat = User::joins("marat", "lawyer", &server.address, &aliya, DESK);
    aliya.approves_all();
    dana.exchanges();
    marat.exchanges();
    dana.begins("Данияр Есенов", &ago(200));
    dana.exchanges();
    aliya.does(&["sync"]);
    let cases: Vec<Value> = serde_json::from_str(&aliya.does(&["list", "--json"])).unwrap();
    aliya.does(&["assign", cases[0]["case"].as_str().unwrap(), "marat"]);
    marat.exchanges();
    for (user, minutes) in [(&dana, 90), (&marat, 30)] {
        user.browser.presses("Cases");
        user.browser.clicks(".cases a");
        user.browser.presses("Add a fact");
        user.browser.chooses("#kind", "released");
        user.browser.presses("at");
        user.browser.sets("#first", &ago(minutes));
        user.saves();
        user.browser.reads("Released");
    }
    for user in [&dana, &marat, &dana] {
        user.exchanges();
    }
    for user in [&dana, &marat] {
        user.browser.presses("Cases");
        user.browser.clicks(".cases a");
        user.browser.reads("Accounts disagree: Released");
        user.breaks_no_policy();
    }
}

#[test]
fn a_coordinator_lets_a_device_in_and_a_family_follow_a_case() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let bolat = User::joins("bolat", "coordinator", &server.address, &aliya, DESK);
    aliya.approves_all();
    bolat.exchanges();
    bolat.begins("Айгерім", &ago(60));
    bolat.exchanges();

    // Bolat invites Dana, whose keys come with his invitation; he lets her in.
    bolat.browser.presses("People");
    bolat.browser.presses("Make an invitation");
    bolat.browser.until("an invitation", |browser| browser.js("return document.querySelector('#code')?.innerText ?? ''") != "");
    let code = bolat.browser.js("return document.querySelector('#code').innerText").as_str().unwrap().to_owned();
    let dana = Person::new("dana");
    dana.does(&["login", "--server", &server.address, "--account", "dana", "--invite", &code]);
    bolat.browser.presses("Cases");
    bolat.browser.presses("People");
    bolat.browser.presses("Let in");
    bolat.browser.reads("No device waits.");
    assert!(!dana.does(&["sync"]).contains("waits"));

    // Zhanar scans the link on the wall, records at once, and is let in by the list.
    let printed = aliya.does(&["intake", "open", "--people", "5"]);
    let zhanar = User::joins_by("zhanar", printed.lines().last().unwrap(), &server.address, PHONE);
    zhanar.begins("Серік", &ago(30));
    aliya.does(&["intake", "approve", "zhanar"]);
    zhanar.exchanges();
    zhanar.breaks_no_policy();
    aliya.does(&["sync"]);
    assert!(aliya.does(&["list"]).contains("Серік"));

    // A family asks and confirms; Bolat lets them follow the case, and takes them off again.
    let form = [
        ("name", "Айгерім"),
        ("relationship", "ана"),
        ("email", "mother@example.org"),
        ("word", "а"),
        ("sign", "б"),
        ("lang", "en"),
    ];
    ureq::post(format!("{}/family", server.address)).send_form(form).unwrap();
    let confirm = link(&mails(&server, "Please confirm", 1)[0], "/family/confirm");
    let token = confirm.split_once("t=").unwrap().1;
    ureq::post(format!("{}/family/confirm", server.address)).send_form([("t", token)]).unwrap();
    bolat.browser.presses("Cases");
    bolat.browser.presses("People");
    bolat.browser.reads("ана");
    bolat.browser.clicks("select[id^=case-] option:nth-child(2)");
    bolat.browser.presses("Let them follow");
    bolat.browser.reads("Follows case Айгерім");
    bolat.browser.presses("Take off the case");
    bolat.browser.reads("Which case may they follow?");

    // Aliya gives her device back: Bolat is alone now, and is told so.
    assert!(!bolat.browser.text().contains("Set-up is unfinished"));
    let devices = aliya.does(&["device", "list"]);
    let own = devices.lines().find(|line| line.contains(" aliya ")).unwrap().split(' ').next().unwrap();
    aliya.tries(&["device", "revoke", own]);
    bolat.exchanges();
    bolat.browser.presses("People");
    bolat.browser.reads("Set-up is unfinished");
    bolat.breaks_no_policy();
}

#[test]
fn locking_hides_everything_and_brings_back_what_was_half_written() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let mut dana = User::joins("canary-account", "lawyer", &server.address, &aliya, PHONE);
    let words = ["Қарлығаш", "Canary Square", "canary words", "Canary witness", "Canary looks"];
    dana.browser.presses("New");
    for (field, word) in
        ["#name", "#place", "#source-name", "#description"].into_iter().zip([words[0], words[1], words[3], words[4]])
    {
        dana.browser.types(field, word);
    }
    dana.browser.presses("at");
    dana.browser.types("#said", words[2]);
    dana.browser.presses("Lock");
    dana.browser.reads("Locked");
    assert!(words.iter().all(|word| !dana.browser.text().contains(word)));

    dana.browser.types("#passphrase", "a wrong passphrase");
    dana.browser.clicks("button[type=submit]");
    dana.browser.reads("The passphrase does not open this device");
    dana.browser.js("document.querySelector('#passphrase').value = ''");
    dana.unlocks();
    dana.browser.until("the half-written record", |browser| {
        browser.js("return document.querySelector('#name')?.value ?? ''") == words[0]
    });
    dana.browser.chooses("#city", "almaty");
    dana.browser.sets("#first", &ago(30));
    dana.browser.presses("Save");
    dana.browser.reads("Canary Square");
    // Every line that any kind of fact has, and what was typed to get in.
    let mut words: Vec<String> = words.map(str::to_owned).into();
    words.extend([dana.passphrase.clone(), "a long password of theirs".to_owned(), dana.name.to_owned()]);
    words.push("canary@example.org".to_owned());
    aliya.approves_all();
    dana.exchanges();
    dana.browser.presses("Settings");
    dana.browser.types("#contact", "canary@example.org");
    dana.browser.presses("Send alerts there");
    dana.browser.reads("go to canary@example.org");
    dana.browser.presses("Cases");
    dana.browser.clicks(".cases a");
    for (kind, field) in [
        ("description", "text"),
        ("in_vehicle", "plate"),
        ("injury", "text"),
        ("lawyer_admitted", "lawyer"),
        ("lawyer_refused", "by"),
        ("note", "text"),
    ] {
        let word = format!("Canary of {kind}");
        dana.browser.presses("Add a fact");
        dana.browser.chooses("#kind", kind);
        dana.browser.types(&format!("#{field}"), &word);
        dana.browser.presses("Save");
        dana.browser.reads(&word);
        words.push(word);
    }

    // A case that somebody else has written, with something in every field of every kind of fact.
    let mut marat = Quick::joins("marat", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 5);
    aliya.approves_all();
    while marat.goes_round(&server.address) {}
    let drafts = every_kind();
    let case = marat.begins_with(&drafts[..1]);
    drafts[1..].chunks(16).for_each(|some| marat.adds_all(case, some));
    while marat.goes_round(&server.address) {}
    aliya.does(&["sync"]);
    aliya.does(&["assign", &case.to_string(), "canary-account"]);
    dana.exchanges();
    dana.browser.presses("Cases");
    dana.browser.clicks(&format!(".cases a[href*='{case}']"));
    dana.browser.until("the case that came", |browser| browser.text().matches(WORDS[1]).count() > drafts.len() / 2);
    words.extend(WORDS.map(str::to_owned));

    // Left alone for longer than five minutes it locks by itself. The page's clock is put forward; nobody waits.
    dana.browser.js("const now = Date.now; Date.now = () => now() + 301000");
    dana.browser.reads("Locked");
    assert!(words.iter().all(|word| !dana.browser.text().contains(word)));

    // A word that something of this page puts there in the clear, as the app never does: the search finds what is there.
    let put = dana.browser.js_async(
        "const [done] = arguments; indexedDB.open('canary').onupgradeneeded = ({ target: { result: db, transaction } }) => { \
             db.createObjectStore('words').put('Canary of the database', 'word'); \
             transaction.oncomplete = () => { db.close(); done('put') } }",
    );
    assert_eq!(put, "put");

    // Nothing readable rests in the profile, whether in IndexedDB, in a cache or in a log.
    let profile = dana.browser.profile.clone();
    let folder = dana.browser.folder();
    dana.browser.kill();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = habeas_tests::that_hold(&profile, &words);
    assert_eq!(found, Vec::<String>::new());
    let found = habeas_tests::that_hold(&profile, &["Canary of the database"]);
    assert!(found.iter().any(|file| file.contains("IndexedDB")), "{found:?}");
    drop(folder);
}

#[test]
fn a_new_version_says_that_it_is_there_and_loses_nothing() {
    let server = Server::with_app();
    let mut road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    dana.waits_for_the_offline_copy();
    dana.browser.reloads();
    dana.unlocks();
    road.close();
    dana.begins("Айгерім", &ago(60));

    // The operator puts a new version there: one file is another one, and so is the service worker.
    let folder = tempfile::tempdir().unwrap();
    for file in habeas_tests::files(&habeas_tests::app()) {
        let to = folder.path().join(file.strip_prefix(habeas_tests::app()).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&file, to).unwrap();
    }
    let worker = std::fs::read_to_string(folder.path().join("sw.js")).unwrap();
    std::fs::write(folder.path().join("sw.js"), worker.replace("const VERSION = '", "const VERSION = 'newer-")).unwrap();
    std::fs::remove_file(folder.path().join("sw.js.br")).unwrap();
    let newer = Server::start_with(&["--app", folder.path().to_str().unwrap()]);
    road.leads_to(&newer.address);
    // The line comes back, and the page, which was never closed, looks. While a page of the old version is there, the new one waits; where none is
    // left, a browser puts it in charge by itself, and there is nothing to be told. A look that is lost on the way is made up for.
    let mut looked: Option<std::time::Instant> = None;
    dana.browser.until("a newer version is said to be there", |browser| {
        if looked.is_none_or(|looked| looked.elapsed().as_secs() > 10) {
            browser.js("dispatchEvent(new Event('online'))");
            looked = Some(std::time::Instant::now());
        }
        browser.text().contains("A newer version is there.")
    });
    dana.browser.presses("Take the new version");
    dana.browser.until("the new version", |browser| {
        browser
            .js_async("const [done] = arguments; caches.keys().then((names) => done(names.join()), () => done(''))")
            .as_str()
            .is_some_and(|names| names.starts_with("newer-"))
    });
    dana.unlocks();
    dana.browser.presses("Cases");
    dana.browser.reads("Айгерім");
    dana.browser.reads("not sent: 1");
    drop(dana);
    drop(folder);
}

#[test]
fn a_browser_that_cannot_run_the_app_is_told_so_in_three_languages() {
    let server = Server::with_app();
    let browser = Browser::start(PHONE);
    browser.lacks("WebAssembly");
    browser.opens(&format!("{}/app/", server.address));
    for said in ["Бұл браузерде жұмыс істемейді", "Здесь это не работает", "This does not work here", "call your coordinator"]
    {
        browser.reads(said);
    }
}

/// A time so many minutes ago, as a picker of date and time in Almaty gives it.
fn ago(minutes: i64) -> String {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Asia/Almaty").unwrap());
    (now - jiff::Span::new().minutes(minutes)).strftime("%Y-%m-%dT%H:%M").to_string()
}
