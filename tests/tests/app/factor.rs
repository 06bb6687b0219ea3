//! Authenticator apps: the app asks for their code when the server does, and not before; and they are enrolled in it.

use habeas_tests::authenticator::{code, fills, read, recovery_codes, shown};
use habeas_tests::browser::{Browser, PHONE};
use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::{Value, json};

use crate::qr;
use crate::user::User;

/// What every [`User`] has chosen.
const PASSWORD: &str = "a long password of theirs";

#[test]
fn signing_in_asks_for_the_code_of_an_authenticator_app() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let organisation = aliya.does(&["org", "show"]);
    let shown = aliya.does(&["second-factor", "enrol"]);
    let secret = read(shown.split_once("?secret=").unwrap().1.lines().next().unwrap());
    let used = code(&secret, 0);
    let said = aliya.does(&["second-factor", "confirm", &used]);
    let recovery = said.lines().find(|line| line.len() == 24).unwrap().to_owned();

    let phone = Browser::start(PHONE);
    phone.opens(&format!("{}/app/", server.address));
    phone.presses("English");
    phone.reads("Set up this device");
    phone.presses("I have an account already");
    phone.types("#organisation", organisation.trim());
    phone.types("#account", "aliya");
    phone.types("#password", "aliya has a long password");
    for field in ["#passphrase", "#again"] {
        phone.types(field, "aliya walks over another hill");
    }
    phone.clicks("button[type=submit]");
    // The vault is there; signing in goes on where there is a field for the code.
    phone.reads("This account has a second factor");
    phone.reads("Sign in");
    let signs_in =
        |code: &str| fills(&phone, &[("#account", "aliya"), ("#password", "aliya has a long password"), ("#code", code)]);
    // The code that enrolled the app was used.
    signs_in(&used);
    phone.reads("This code is wrong or was used already");
    signs_in(&recovery);
    phone.reads("Account: aliya");
    phone.reads("A coordinator has not let this device in yet");
    assert!(aliya.does(&["second-factor", "show"]).contains("left: 9"));
    assert_eq!(complaints(&phone), Vec::<String>::new());
}

/// A coordinator who has never seen a terminal: first without a second factor, then with one, then with another. What was shown on the way rests nowhere.
#[test]
fn a_coordinator_enrols_an_authenticator_app_in_the_app() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let organisation = aliya.does(&["org", "show"]).trim().to_owned();
    let mut bolat = User::joins("bolat", "coordinator", &server.address, &aliya, PHONE);
    aliya.approves_all();
    bolat.exchanges();
    let phone = &bolat.browser;
    phone.presses("Settings");
    phone.reads("Your account has no second factor");
    phone.presses("Second factor");
    phone.presses("Add an authenticator app");
    let first = shown(phone);
    // Whoever goes away and comes back gets another secret; whoever is locked out on the way to the authenticator app goes on with theirs.
    phone.presses("Settings");
    phone.presses("Second factor");
    phone.presses("Add an authenticator app");
    let typed = shown(phone);
    assert_ne!(first, typed);
    phone.presses("Lock");
    phone.reads("Locked");
    assert_eq!(phone.js("return document.body.innerHTML.includes('otpauth') || !!document.querySelector('.qr')"), false);
    bolat.unlocks();
    assert_eq!(shown(phone), typed);
    assert_eq!(phone.js("return document.querySelector('.qr').getBoundingClientRect().width >= 280"), true);
    let secret = read(&typed);
    let address = format!("otpauth://totp/bolat?secret={}", typed.replace(' ', ""));
    assert_eq!(phone.attribute("a[href^=otpauth]", "href"), address);
    assert_eq!(drawn(phone), squares(&address), "what is drawn is the code of the address");

    let enrols = |password: &str, code: &str| fills(phone, &[("#password", password), ("#code", code)]);
    let described =
        "return document.getElementById(document.querySelector('#code').getAttribute('aria-describedby').trim()).innerText";
    assert_eq!(["inputmode", "autocomplete"].map(|name| phone.attribute("#code", name)), ["numeric", "one-time-code"]);
    enrols(PASSWORD, &code(&secret, -20));
    phone.reads("This code is wrong or was used already");
    assert!(phone.js(described).as_str().unwrap().contains("This code is wrong"));
    enrols("a password that it is not", &code(&secret, 0));
    phone.reads("This is not the password that the account has now");
    enrols(PASSWORD, &code(&secret, 0));
    let codes = recovery_codes(phone);
    assert_eq!(phone.js("return document.activeElement.matches('main h1')"), true, "whoever hears the page hears the codes next");
    phone.presses("I have written them down");
    phone.reads("This device");
    assert!(!phone.text().contains("no second factor"));
    phone.presses("Second factor");
    phone.reads("Recovery codes left: 10");

    // The hub asks for it from now on.
    let login = ["login", "--server", &server.address, "--account", "bolat", "--organisation", &organisation];
    let signs_in = |code: &str| {
        let next = Person::new("bolat");
        next.command(&login).env("HABEAS_PASSWORD", PASSWORD).env("HABEAS_CODE", code).output().unwrap().status.success()
    };
    assert!(!signs_in(""));
    assert!(!signs_in(&code(&secret, -20)));
    assert!(signs_in(&codes[0]));

    // Another app takes the first one's place: for that it takes a code of the first one, or a recovery code.
    phone.presses("Settings");
    phone.presses("Second factor");
    phone.reads("Recovery codes left: 9");
    phone.presses("Take another authenticator app");
    let another = read(&shown(phone));
    fills(phone, &[("#password", PASSWORD), ("#current", &codes[0]), ("#code", &code(&another, 0))]);
    phone.reads("This code is wrong or was used already");
    fills(phone, &[("#password", PASSWORD), ("#current", &codes[1]), ("#code", &code(&another, 0))]);
    let newer = recovery_codes(phone);
    assert!(!signs_in(&codes[2]));
    assert!(signs_in(&newer[0]));

    // So does another password.
    phone.presses("Settings");
    phone.presses("Change the password");
    phone.reads("Code of your authenticator app");
    let next = "another long password of theirs";
    fills(phone, &[("#password", PASSWORD), ("#next", next), ("#again", next), ("#code", &newer[1])]);
    phone.reads("The password is changed.");
    assert!(!signs_in(&newer[2]));
    assert_eq!(complaints(phone), Vec::<String>::new());

    let (profile, folder) = (bolat.browser.profile.clone(), bolat.browser.folder());
    let bare = typed.replace(' ', "");
    bolat.browser.kill();
    let words = [typed.as_str(), &bare, &codes[0], &codes[5], &newer[0], &newer[5], PASSWORD, next];
    assert_eq!(habeas_tests::that_hold(&profile, &words), Vec::<String>::new());
    drop(folder);
}

/// The dark squares that are drawn.
fn drawn(browser: &Browser) -> Value {
    browser.js("return [...document.querySelector('.qr path').getAttribute('d').matchAll(/M(\\d+) (\\d+)h1v1h-1z/g)].map((at) => [Number(at[1]), Number(at[2])])")
}

/// Those of the code of a text.
fn squares(text: &str) -> Value {
    let dark = qr::library(text).into_iter().enumerate().filter(|(_, dark)| *dark);
    json!(dark.map(|(at, _)| [at % 37, at / 37]).collect::<Vec<_>>())
}

/// What the console says, but for requests that were refused.
fn complaints(browser: &Browser) -> Vec<String> {
    browser
        .console()
        .into_iter()
        .filter(|line| !line.contains("net::ERR_") && !line.contains("the server responded with a status of 4"))
        .collect()
}
