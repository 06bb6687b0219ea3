//! Every screen, in every language, light and dark, for whoever cannot see it or has no mouse: axe-core finds nothing serious.

use habeas_tests::authenticator::{code, enrols, read, recovery_codes, shown};
use habeas_tests::browser::{Browser, PHONE};
use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::Value;

use crate::ago;
use crate::user::User;

#[test]
fn no_screen_has_a_serious_fault_in_any_language_light_or_dark() {
    let axe = std::fs::read_to_string(habeas_tests::axe()).unwrap();
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let bolat = User::joins("bolat", "coordinator", &server.address, &aliya, PHONE);
    aliya.approves_all();
    bolat.exchanges();
    bolat.begins("Серік", &ago(190));
    bolat.browser.presses("Add a fact");
    bolat.browser.chooses("#kind", "delivered");
    bolat.browser.presses("at");
    bolat.browser.sets("#first", &ago(150));
    bolat.browser.types("#place", "Almaly station");
    bolat.saves();
    bolat.browser.reads("Brought to the station");
    bolat.begins("Айгерім Сәрсенова", &ago(200));
    for minutes in [100, 20] {
        bolat.browser.presses("Add a fact");
        bolat.browser.chooses("#kind", "released");
        bolat.browser.presses("at");
        bolat.browser.sets("#first", &ago(minutes));
        bolat.saves();
        bolat.browser.reads("Released");
    }
    bolat.exchanges();
    let case = bolat.browser.js("return location.hash").as_str().unwrap().to_owned();
    assert!(case.starts_with("#/sync"));
    bolat.browser.presses("Cases");
    let case = bolat.browser.attribute(".cases a", "href");
    // A device that waits, so that the screen for letting in shows all that it can.
    let invitation = aliya.does(&["invite", "--role", "lawyer"]);
    Person::new("dana").does(&["login", "--server", &server.address, "--account", "dana", "--invite", invitation.trim()]);

    let add = format!("{case}/add");
    let screens =
        ["#/", "#/new", case.as_str(), add.as_str(), "#/roll", "#/sync", "#/people", "#/settings", "#/settings/password"];
    let mut faults = Vec::new();
    let mut codes = Vec::new();
    for language in ["Қазақша", "Русский", "English"] {
        bolat.browser.js("location.hash = '#/settings'");
        bolat.browser.presses(language);
        for screen in screens {
            bolat.browser.js(&format!("location.hash = '{screen}'"));
            bolat.browser.until("the screen", |browser| {
                browser.js("return !!document.querySelector('main h1') && !document.querySelector('main p[role=status]')") == true
            });
            faults.extend(look(&bolat.browser, &axe, &format!("{language} {screen}")));
        }
        let looks = |screen: &str| look(&bolat.browser, &axe, &format!("{language} {screen}"));
        faults.extend(looks_while_enrolling(&bolat.browser, &mut codes, looks));
    }
    bolat.browser.js("location.hash = '#/'");
    bolat.browser.presses("Lock");
    bolat.browser.reads("Locked");
    let fresh = Browser::start(PHONE);
    fresh.opens(&format!("{}/app/", server.address));
    for language in ["Қазақша", "Русский", "English"] {
        bolat.browser.presses(language);
        faults.extend(look(&bolat.browser, &axe, &format!("{language} locked")));
        fresh.presses(language);
        faults.extend(look(&fresh, &axe, &format!("{language} set-up")));
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// An authenticator app is enrolled, and every screen on the way is looked at. What lets in instead of the one before is known from the last time.
fn looks_while_enrolling(browser: &Browser, codes: &mut Vec<String>, looks: impl Fn(&str) -> Vec<String>) -> Vec<String> {
    browser.js("location.hash = '#/settings/factor'");
    browser.until("how it stands", |browser| browser.js("return !!document.querySelector('main .row button:enabled')") == true);
    let mut faults = looks("second factor");
    browser.clicks("main .row button");
    let secret = read(&shown(browser));
    enrols(browser, &code(&secret, -20), codes.last());
    browser.until("an error", |browser| browser.js("return !!document.querySelector('#wrong p')") == true);
    faults.extend(looks("second factor, a wrong code"));
    enrols(browser, &code(&secret, 0), codes.last());
    *codes = recovery_codes(browser);
    faults.extend(looks("recovery codes"));
    faults
}

/// Somebody without a mouse unlocks, records, adds a fact, sends and locks, and sees at every step where they are.
#[test]
fn everything_can_be_done_from_the_keyboard() {
    const ENTER: &str = "\u{e007}";
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &server.address, &aliya, habeas_tests::browser::DESK);
    aliya.approves_all();
    dana.browser.reloads();
    dana.browser.reads("Locked");
    dana.browser.tabs_to("#passphrase");
    dana.browser.keys(&dana.passphrase);
    dana.browser.keys(ENTER);
    dana.browser.reads("There is no case on this device yet.");
    dana.browser.tabs_to("a[href='#/new']");
    dana.browser.keys(ENTER);
    dana.browser.reads("Name");
    // Whoever comes to a new screen stands at its heading, and goes on from there.
    let arrives = || {
        dana.browser
            .until("the heading has the focus", |browser| browser.js("return document.activeElement.matches('main h1')") == true);
    };
    arrives();
    dana.browser.tabs_to("#name");
    dana.browser.keys("Айгерім");
    dana.browser.tabs_to("#city");
    dana.browser.keys("Almaty");
    dana.browser.tabs_to("form button[type=submit]");
    dana.browser.keys(ENTER);
    dana.browser.reads("What is known");
    dana.browser.tabs_to("a.button");
    dana.browser.keys(ENTER);
    dana.browser.tabs_to("#kind");
    dana.browser.keys("Injury");
    dana.browser.tabs_to("#text");
    dana.browser.keys("a bruised arm");
    dana.browser.tabs_to("form button[type=submit]");
    dana.browser.keys(ENTER);
    dana.browser.reads("a bruised arm");
    dana.browser.tabs_to("a[href='#/sync']");
    dana.browser.keys(ENTER);
    dana.browser.reads("Exchange now");
    arrives();
    dana.browser.tabs_to("main button");
    dana.browser.keys(ENTER);
    dana.browser.reads("Everything is sent.");
    dana.browser.tabs_to("nav button");
    dana.browser.keys(ENTER);
    dana.browser.reads("Locked");
}

/// What axe-core finds serious or critical, light and dark; and whether anything is wider than a small phone.
fn look(browser: &Browser, axe: &str, screen: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for dark in [false, true] {
        browser.dark(dark);
        browser.js(&format!("if (!window.axe) {{ {axe} }}"));
        let found = browser.js_async(
            "const [done] = arguments; axe.run(document, { resultTypes: ['violations'] }).then((result) => done(result.violations), (error) => done(String(error)))",
        );
        let violations = found.as_array().unwrap_or_else(|| panic!("{screen}: {found}"));
        let grave = |violation: &&Value| matches!(violation["impact"].as_str(), Some("serious" | "critical"));
        faults.extend(violations.iter().filter(grave).map(|violation| {
            format!("{screen}, dark {dark}: {} {}: {}", violation["id"], violation["help"], violation["nodes"][0]["html"])
        }));
    }
    // 320 is the narrowest phone, and a laptop's screen at 400 %; 640 is a laptop's at 200 %.
    for width in [320, 640, PHONE.width] {
        browser.is_wide(width);
        for large in ["100%", "200%"] {
            browser.js(&format!("document.documentElement.style.fontSize = '{large}'"));
            let over = browser.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if over != 0 {
                faults.push(format!("{screen} at {width} with text at {large}: {over} pixels wider than the screen"));
            }
        }
        browser.js("document.documentElement.style.fontSize = ''");
    }
    let small = browser.js(
        "return [...document.querySelectorAll('button, .button, input:not([type=radio]), select, .bar a, .cases a')] \
         .filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 90))",
    );
    faults.extend(small.as_array().into_iter().flatten().map(|element| format!("{screen}: smaller than 44 pixels: {element}")));
    faults
}
