//! A case is erased that somebody has on their telephone, with a photograph, with what they have not sent and with what is half written.

use std::fs;

use habeas_tests::browser::PHONE;
use habeas_tests::device::Person;
use habeas_tests::photo::photograph;
use habeas_tests::road::Road;
use habeas_tests::server::Server;

use super::ago;
use super::user::User;

/// Under which keys something lies in a store of the browser's database.
fn keys(user: &User, store: &str) -> Vec<serde_json::Value> {
    let keys = user.browser.js_async(&format!(
        "const [done] = arguments; const opened = indexedDB.open('notes'); opened.onsuccess = () => {{ \
         const keys = opened.result.transaction('{store}').objectStore('{store}').getAllKeys(); \
         const text = (key) => key.byteLength === undefined ? String(key) : Array.from(new Uint8Array(key)).join(); \
         keys.onsuccess = () => {{ opened.result.close(); done(keys.result.map(text)) }} }}"
    ));
    keys.as_array().unwrap().clone()
}

#[test]
fn whoever_has_a_case_that_is_erased_is_told_and_keeps_nothing_of_it() {
    let server = Server::with_app();
    let road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    aliya.approves_all();
    dana.exchanges();
    dana.begins("Серік", &ago(90));
    dana.begins("Айгерім Сәрсенова", &ago(60));
    let (folder, paper) = (tempfile::tempdir().unwrap(), photograph(5, 150_000));
    let file = folder.path().join("ruling.jpg");
    fs::write(&file, &paper).unwrap();
    dana.browser.types("#attach", file.to_str().unwrap());
    dana.browser.types("#attach-text", "the ruling");
    dana.browser.chooses("#attach-source", "lawyer");
    dana.browser.presses("Keep it beside this case");
    dana.browser.reads("147 kB");
    let case = dana.browser.js("return location.hash").as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    dana.exchanges();
    aliya.does(&["sync"]);

    // Without a network she writes on.
    road.close();
    let add = |kind: &str, text: &str| {
        dana.browser.js(&format!("location.hash = '#/case/{case}/add'"));
        dana.browser.chooses("#kind", kind);
        dana.browser.types("#text", text);
    };
    add("note", "not sent");
    dana.browser.presses("Save");
    dana.browser.reads("1 edit has not reached the server yet");
    add("note", "half written");
    dana.browser.presses("Lock");
    dana.browser.reads("Locked");
    dana.unlocks();
    let records = keys(&dana, "records");
    assert!(!keys(&dana, "pieces").is_empty());

    aliya.does(&["case", "erase", &case, "--yes"]);
    road.reopen();
    dana.browser.js(&format!("location.hash = '#/case/{case}'"));
    dana.browser.reads("Айгерім Сәрсенова");
    dana.exchanges();
    dana.browser.reads(&format!("A coordinator has erased the case {case} everywhere."));
    dana.browser.reads("destroyed with it: 1");
    dana.browser.js(&format!("location.hash = '#/case/{case}'"));
    dana.browser.reads("A coordinator has erased the case");
    dana.browser.presses("Cases");
    dana.browser.reads("Серік");
    assert!(!dana.browser.text().contains("Айгерім"));
    // The case's record is gone, and no other; no piece of the photograph is there.
    assert_eq!(keys(&dana, "pieces"), Vec::<serde_json::Value>::new());
    let now = keys(&dana, "records");
    assert_eq!(records.iter().filter(|key| !now.contains(key)).count(), 1, "{records:?} {now:?}");
    dana.browser.reloads();
    dana.unlocks();
    dana.browser.js(&format!("location.hash = '#/case/{case}/add'"));
    dana.browser.chooses("#kind", "note");
    assert_eq!(dana.browser.js("return document.querySelector('#text').value"), "", "nor what was half written");
    dana.breaks_no_policy();
}
