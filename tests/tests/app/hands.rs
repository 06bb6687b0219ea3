//! Records that go from hand to hand without a network, and a phone that is taken.

use std::fs;

use habeas_tests::browser::{DESK, PHONE};
use habeas_tests::device::Person;
use habeas_tests::road::Road;
use habeas_tests::server::Server;

use super::ago;
use super::user::User;

/// The files that a page hands on, caught where it would save them.
const CATCH: &str = "window.given = []; \
    URL.createObjectURL = (file) => { file.arrayBuffer().then((b) => window.given.push([...new Uint8Array(b)])); return 'about:blank#' }; \
    HTMLAnchorElement.prototype.click = () => {}";

#[test]
fn a_phone_without_a_network_makes_a_file_that_a_coordinator_takes_in() {
    let server = Server::with_app();
    let road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    let bolat = User::joins("bolat", "coordinator", &server.address, &aliya, DESK);
    aliya.approves_all();
    bolat.exchanges();
    dana.exchanges();
    dana.browser.presses("Make a file");
    dana.browser.reads("There is nothing to carry");

    road.close();
    dana.begins("Айгерім Сәрсенова", &ago(60));
    dana.browser.presses("Exchange");
    dana.browser.js(CATCH);
    dana.browser.presses("Make a file");
    dana.browser.reads("The file is made.");
    dana.browser.until("the file", |browser| browser.js("return window.given.length") == 1);
    let bytes: Vec<u8> = serde_json::from_value(dana.browser.js("return window.given[0]")).unwrap();
    let stick = tempfile::tempdir().unwrap();
    let file = stick.path().join("records-1.habeas");
    fs::write(&file, &bytes).unwrap();
    assert!(habeas_tests::that_hold(stick.path(), &["Айгерім"]).is_empty(), "it is sealed");

    bolat.browser.presses("Exchange");
    bolat.browser.types("#bundle", file.to_str().unwrap());
    bolat.browser.reads("taken in: 1");
    bolat.browser.presses("Cases");
    bolat.browser.reads("Айгерім Сәрсенова");

    // A torn file says so, and one that is something else; nothing is lost by it.
    fs::write(&file, &bytes[..bytes.len() - 9]).unwrap();
    bolat.browser.presses("Exchange");
    bolat.browser.types("#bundle", file.to_str().unwrap());
    bolat.browser.reads("cut off or damaged");
    fs::write(&file, b"a photograph").unwrap();
    bolat.browser.types("#bundle", file.to_str().unwrap());
    bolat.browser.reads("no bundle of Habeas");

    // Back on the line Dana's phone sends what is there already, and that is no harm.
    road.reopen();
    bolat.exchanges();
    dana.exchanges();
    aliya.does(&["sync"]);
    assert_eq!(aliya.does(&["list"]).matches("Айгерім").count(), 1);
    dana.breaks_no_policy();
    bolat.breaks_no_policy();
}

#[test]
fn a_phone_that_is_revoked_keeps_nothing_and_says_so() {
    let server = Server::with_app();
    let road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    let bolat = User::joins("bolat", "coordinator", &server.address, &aliya, DESK);
    aliya.approves_all();
    bolat.exchanges();
    dana.exchanges();
    dana.begins("Айгерім", &ago(60));
    dana.exchanges();
    road.close();
    dana.begins("Мадина", &ago(30));

    // Two taps, and the list says it.
    bolat.browser.presses("People");
    bolat.browser.clicks("button[aria-label='Revoke: dana']");
    bolat.browser.reads("It cannot come back.");
    bolat.browser.presses("Yes, revoke it");
    bolat.browser.reads("revoked");

    // The phone hears of it and destroys everything; what it had not sent waits for a coordinator.
    road.reopen();
    dana.browser.presses("Exchange");
    dana.browser.presses("Exchange now");
    dana.browser.reads("A coordinator has revoked this device");
    dana.browser.until("nothing of a case", |browser| !browser.text().contains("Айгерім"));
    dana.browser.reloads();
    dana.browser.types("#passphrase", &dana.passphrase);
    dana.browser.clicks("button[type=submit]");
    dana.browser.reads("A coordinator has revoked this device");
    let kept = "const [done] = arguments; const open = indexedDB.open('notes'); open.onsuccess = () => { \
                const all = open.result.transaction('records').objectStore('records').count(); all.onsuccess = () => done(all.result) }";
    assert_eq!(dana.browser.js_async(kept), 1, "one record is left: that it was revoked");

    let waiting = aliya.does(&["quarantine", "list"]);
    assert!(waiting.contains("changes:"), "{waiting}");
    let id = waiting.split(':').next().unwrap();
    assert!(aliya.does(&["quarantine", "accept", id]).contains("Taken into the cases: 1"));
    aliya.does(&["sync"]);
    assert!(aliya.does(&["list"]).contains("Мадина"));
    dana.breaks_no_policy();
    bolat.breaks_no_policy();
}
