//! `cargo xtask pictures FOLDER`: every screen of the app with the demo's people, on a phone and on a desk, in each language, to be looked
//! at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "what cannot go on fails loudly"
)]

use std::path::Path;

use habeas_tests::authenticator;
use habeas_tests::browser::{Browser, DESK, PHONE};
use habeas_tests::device::Person;
use habeas_tests::server::Server;

/// A station at which people of the demo are held.
const STATION: &str = "УП Алмалинского района";
const LANGUAGES: [(&str, &str); 3] = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")];

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "target/pictures".to_owned());
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).unwrap();
    let server = Server::with_app();
    let demo = Person::new("demo");
    let mail = server.folder.path().join("mail");
    let code = server.code.as_ref().unwrap();
    demo.does(&["demo", "--server", &server.address, "--code", code, "--mail", mail.to_str().unwrap()]);
    let aliya = demo.folder.path().join("device/aliya");
    let does = |arguments: &[&str]| demo.does(&[&["--home", aliya.to_str().unwrap()], arguments].concat());

    let invitation = does(&["invite", "--role", "coordinator"]);
    let browser = Browser::start(PHONE);
    browser.sets_up(&server.address, &invitation, "sezim", "sezim walks over the hill");
    let waits = does(&["device", "list"]);
    let device = waits.lines().find(|line| line.ends_with(" waits")).and_then(|line| line.split_whitespace().next()).unwrap();
    does(&["device", "approve", device]);
    browser.presses("Exchange");
    browser.presses("Exchange now");
    browser.until("the day", |browser| browser.text().contains("Everything is sent."));

    // The one of whom the police say that she could have gone home.
    browser.presses("Cases");
    let case = browser.attribute(".cases a[href*='case']", "href");
    let kettled = browser
        .js("return [...document.querySelectorAll('.cases a')].find((a) => a.innerText.includes('Гүлнар')).getAttribute('href')");
    let kettled = kettled.as_str().unwrap().to_owned();
    let add = format!("{case}/add");
    let screens = [
        ("cases", "#/"),
        ("new", "#/new"),
        ("case", case.as_str()),
        ("kettle", kettled.as_str()),
        ("add", add.as_str()),
        ("roll", "#/roll"),
        ("exchange", "#/sync"),
        ("people", "#/people"),
        ("settings", "#/settings"),
        ("password", "#/settings/password"),
        ("factor", "#/settings/factor"),
    ];
    looked_at(&browser, &screens, folder);
    for_few(&browser, &add, folder);
    enrols(&browser, folder);

    // Whoever stands at a station's door has index cards.
    let invitation = does(&["invite", "--role", "lawyer"]);
    let door = Browser::start(PHONE);
    door.sets_up(&server.address, &invitation, "door", "door walks over the hill");
    let waits = does(&["device", "list"]);
    let device = waits.lines().find(|line| line.ends_with(" waits")).and_then(|line| line.split_whitespace().next()).unwrap();
    does(&["device", "approve", device]);
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    let until =
        (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(8)).to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
    does(&["shift", "begin", "door", "--at", STATION, "--until", &until]);
    door.presses("Exchange");
    door.presses("Exchange now");
    door.until("the exchange", |browser| browser.text().contains("Everything is sent."));
    looked_at(&door, &[("cards", "#/")], folder);
    println!("{}", folder.display());
}

/// Takes pictures of screens, in each language and on each size of screen.
fn looked_at(browser: &Browser, screens: &[(&str, &str)], folder: &Path) {
    for (lang, language) in LANGUAGES {
        browser.js("location.hash = '#/settings'");
        browser.presses(language);
        for (name, hash) in screens {
            browser.js(&format!("location.hash = '{hash}'"));
            browser.until("the screen", |browser| {
                browser.js("return !!document.querySelector('main h1') && !document.querySelector('main p[role=status]')") == true
            });
            picture(browser, &folder.join(format!("{name}-{lang}")));
        }
    }
}

/// The form of a fact that is for few whatever one chooses.
fn for_few(browser: &Browser, add: &str, folder: &Path) {
    for (lang, language) in LANGUAGES {
        browser.js("location.hash = '#/settings'");
        browser.presses(language);
        browser.js(&format!("location.hash = '{add}'"));
        browser.chooses("#kind", "informant");
        browser.until("for whom it is", |browser| browser.js("return document.querySelector('#readers')?.value") == "few");
        picture(browser, &folder.join(format!("few-{lang}")));
    }
}

/// An authenticator app is enrolled in each language, in the place of the one before.
fn enrols(browser: &Browser, folder: &Path) {
    let mut codes = Vec::new();
    for (lang, language) in LANGUAGES {
        browser.js("location.hash = '#/settings'");
        browser.presses(language);
        browser.js("location.hash = '#/settings/factor'");
        browser.until("the screen", |browser| browser.js("return !!document.querySelector('main .row button:enabled')") == true);
        browser.clicks("main .row button");
        let secret = authenticator::read(&authenticator::shown(browser));
        picture(browser, &folder.join(format!("enrol-{lang}")));
        authenticator::enrols(browser, "000000", codes.last());
        browser.until("an error", |browser| browser.js("return !!document.querySelector('#wrong p')") == true);
        browser.dark(true);
        picture(browser, &folder.join(format!("enrol-wrong-{lang}")));
        browser.dark(false);
        authenticator::enrols(browser, &authenticator::code(&secret, 0), codes.last());
        codes = authenticator::recovery_codes(browser);
        picture(browser, &folder.join(format!("codes-{lang}")));
    }
}

fn picture(browser: &Browser, path: &Path) {
    for (size, look) in [("phone", PHONE), ("desk", DESK)] {
        browser.is_wide(look.width);
        browser.picture(Path::new(&format!("{}-{size}.png", path.display())));
    }
}
