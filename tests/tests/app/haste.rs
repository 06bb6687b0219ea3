//! Somebody who taps faster than the phone answers, and a page that has died of something.

use habeas_tests::browser::PHONE;
use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::json;

use crate::ago;
use crate::user::User;

/// Fills in what a screen asks for, presses its button and is on another screen before the button's answer can come.
const LEAVES: &str = "
    const [done] = [...arguments].slice(-1);
    const wait = async (what, find) => {
        for (const end = Date.now() + 20000; Date.now() < end;) {
            const found = find();
            if (found) return found;
            await new Promise((go) => setTimeout(go, 0));
        }
        throw new Error(`no ${what} on ${location.hash}`);
    };
    const button = (says) => [...document.querySelectorAll('main button')].find((e) => e.textContent.trim() === says && !e.disabled);
    (async () => {
        location.hash = FROM;
        for (const [css, value] of FIELDS) {
            const field = await wait(css, () => document.querySelector(css));
            field.value = value;
            field.dispatchEvent(new Event(field.matches('select') ? 'change' : 'input', { bubbles: true }));
        }
        for (const says of SAYS) (await wait(says, () => button(says))).click();
        location.hash = TO;
        await wait('heading', () => document.querySelector('main h1'));
        return 'gone on';
    })().then(done, (error) => done(String(error)));";

/// Where, what is filled in, and what is pressed.
type Screen<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

#[test]
fn whoever_goes_on_before_the_answer_comes_finds_a_page_that_answers() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let bolat = User::joins("bolat", "coordinator", &server.address, &aliya, PHONE);
    aliya.approves_all();
    bolat.exchanges();
    bolat.begins("Серік", &ago(190));
    let case = bolat.browser.js("return location.hash").as_str().unwrap().to_owned();
    bolat.browser.presses("Add a fact");
    bolat.browser.chooses("#kind", "delivered");
    bolat.browser.types("#place", "Almaly station");
    bolat.saves();
    bolat.browser.reads("Brought to the station");
    bolat.begins("Айгерім", &ago(190));
    let add = format!("{case}/add");
    let fact = [("#kind", "note"), ("#text", "from the duty officer")];
    let screens: [Screen<'_>; 8] = [
        (&add, &fact, &["Save"]),
        ("#/new", &[("#name", "Дана"), ("#city", "almaty")], &["Save"]),
        ("#/new", &[("#name", "Ержан"), ("#city", "almaty")], &["Save, and another from there"]),
        (&case, &[("#assign", "nobody-of-that-name")], &["Let them open it"]),
        ("#/sync", &[], &["Exchange now"]),
        ("#/people", &[], &["Make an invitation"]),
        ("#/settings", &[("#contact", "bolat@example.org")], &["Send alerts there"]),
        ("#/roll", &[], &["Серік", "Save for all"]),
    ];
    for elsewhere in ["#/", &case, "#/new"] {
        for (from, fields, says) in screens {
            let to = if elsewhere == from { "#/sync" } else { elsewhere };
            let script = LEAVES
                .replace("FROM", &json!(from).to_string())
                .replace("FIELDS", &json!(fields).to_string())
                .replace("SAYS", &json!(says).to_string())
                .replace("TO", &json!(to).to_string());
            assert_eq!(bolat.browser.js_async(&script), "gone on", "{from}: {:#?}", bolat.browser.console());
        }
    }
    // Nobody is called back to a screen that they have left, and everything that was saved is there.
    bolat.exchanges();
    bolat.browser.presses("Cases");
    for person in ["Серік", "Айгерім", "Дана", "Ержан"] {
        bolat.browser.reads(person);
    }
    bolat.browser.js(&format!("location.hash = '{case}'"));
    bolat.browser.until("three notes", |browser| browser.text().matches("from the duty officer").count() == 3);
    bolat.breaks_no_policy();
}

/// No trap is known that a page could be led into, so the browser's report of one stands in for it.
#[test]
fn a_page_that_has_died_says_so_and_is_locked_by_opening_it_again() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &server.address, &aliya, PHONE);
    dana.begins("Айгерім", &ago(60));
    // What a script from elsewhere throws is not the page's death.
    dana.browser.js("dispatchEvent(new ErrorEvent('error', { error: new TypeError('of no account') }))");
    assert_eq!(dana.browser.js("return document.getElementById('stopped').hidden"), true);
    dana.browser.js("dispatchEvent(new ErrorEvent('error', { error: new WebAssembly.RuntimeError('unreachable') }))");
    for said in ["Бұл бет тоқтап қалды", "Страница остановилась", "This page has stopped"] {
        dana.browser.reads(said);
    }
    dana.browser.clicks("#stopped button");
    dana.browser.reads("Locked");
    dana.unlocks();
    dana.browser.presses("Cases");
    dana.browser.reads("Айгерім");
}
