//! Every screen, in every language, light and dark, for whoever cannot see it or has no mouse: axe-core finds nothing serious.

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
    bolat.begins("Айгерім Сәрсенова", &ago(200));
    for minutes in [100, 20] {
        bolat.browser.presses("Add a fact");
        bolat.browser.chooses("#kind", "released");
        bolat.browser.presses("at");
        bolat.browser.sets("#first", &ago(minutes));
        bolat.browser.presses("Save");
        bolat.browser.reads("Released");
    }
    bolat.exchanges();
    let case = bolat.browser.js("return location.hash").as_str().unwrap().to_owned();
    assert!(case.starts_with("#/sync"));
    bolat.browser.presses("Cases");
    let case = bolat.browser.js("return document.querySelector('.cases a').getAttribute('href')").as_str().unwrap().to_owned();
    // A device that waits, so that the screen for letting in shows all that it can.
    let invitation = aliya.does(&["invite", "--role", "lawyer"]);
    Person::new("dana").does(&["login", "--server", &server.address, "--account", "dana", "--invite", invitation.trim()]);

    let add = format!("{case}/add");
    let screens = ["#/", "#/new", case.as_str(), add.as_str(), "#/sync", "#/people", "#/settings"];
    let mut faults = Vec::new();
    for language in ["Қазақша", "Русский", "English"] {
        bolat.browser.js("location.hash = '#/settings'");
        bolat.browser.presses(language);
        for screen in screens {
            bolat.browser.js(&format!("location.hash = '{screen}'"));
            bolat.browser.until("the screen", |browser| {
                browser.js("return !!document.querySelector('main h1') && !document.querySelector('main > p[role=status]')")
                    == true
            });
            faults.extend(look(&bolat.browser, &axe, &format!("{language} {screen}")));
        }
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
    let width = browser.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
    if width != 0 {
        faults.push(format!("{screen}: {width} pixels wider than the screen"));
    }
    let small = browser.js(
        "return [...document.querySelectorAll('button, .button, input:not([type=radio]), select, .bar a, .cases a')] \
         .filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 90))",
    );
    faults.extend(small.as_array().into_iter().flatten().map(|element| format!("{screen}: smaller than 44 pixels: {element}")));
    faults
}
