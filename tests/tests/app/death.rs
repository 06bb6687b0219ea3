//! A battery that dies in the middle of saving: whatever the page has called saved is there afterwards.

use habeas_tests::browser::{Browser, PHONE};
use habeas_tests::device::Person;
use habeas_tests::server::Server;

use crate::user::User;

const DEATHS: usize = 20;

#[test]
fn nothing_that_was_shown_as_saved_is_lost_when_the_browser_dies() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let mut dana = User::joins("dana", "lawyer", &server.address, &aliya, PHONE);
    dana.waits_for_the_offline_copy();
    let _folder = dana.browser.folder();
    let profile = dana.browser.profile.clone();
    let mut saved: Vec<String> = Vec::new();
    for death in 0..DEATHS {
        dana.browser.presses("New");
        dana.browser.chooses("#city", "almaty");
        let name = format!("Saved {death}");
        dana.browser.types("#name", &name);
        dana.browser.presses("Save, and another from there");
        dana.browser.reads(&format!("Saved on this device: {name}"));
        saved.push(name);
        // The next one is on its way to the disk when the light goes out, each time a little further on.
        dana.browser.types("#name", &format!("Cut off {death}"));
        dana.browser.js("document.querySelector('form button[type=submit]').click()");
        for _ in 0..death % 5 {
            dana.browser.js("return 1");
        }
        let User { name: person, browser, passphrase } = dana;
        browser.kill();
        dana = User { name: person, browser: Browser::start_in(profile.clone(), PHONE), passphrase };
        dana.browser.opens(&format!("{}/app/", server.address));
        dana.unlocks();
        dana.browser.until("the list", |browser| browser.js("return document.querySelectorAll('.cases a').length") != 0);
        let shown = dana.browser.text();
        let missing: Vec<&String> = saved.iter().filter(|name| !shown.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "after death {death}: {missing:?} of {shown}");
    }
    // What was cut off is there whole or not at all, and the device goes on writing and exchanging.
    aliya.approves_all();
    dana.exchanges();
    aliya.does(&["sync"]);
    let there: Vec<serde_json::Value> = serde_json::from_str(&aliya.does(&["list", "--json"])).unwrap();
    assert!(there.len() >= DEATHS && there.iter().all(|case| case["aside"] == 0 && case["title"].is_string()));
    assert!(saved.iter().all(|name| there.iter().any(|case| case["title"] == name.as_str())));
}
