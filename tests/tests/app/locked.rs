//! A worker that has locked holds no device any more, and so no key: also before the browser has ended it.

use habeas_tests::browser::PHONE;
use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::Value;

use crate::user::User;

/// From here on the page's letters are kept, and a worker that is to end goes on: whoever looks into a telephone's memory is as quick.
const KEEPS: &str = "\
    const { postMessage: post, terminate: end } = Worker.prototype; \
    window.letters = []; \
    Worker.prototype.postMessage = function (letter, ...rest) { \
        window.asked = this; \
        window.letters.push(letter.slice()); \
        return post.call(this, letter, ...rest); \
    }; \
    Worker.prototype.terminate = function () { window.ends = () => end.call(this); }; \
    window.again = (letters) => new Promise((done) => { \
        const said = []; \
        window.asked.addEventListener('message', ({ data }) => { \
            said.push(typeof data === 'string' ? data : new TextDecoder().decode(data)); \
            if (said.length === letters.length) done(said); \
        }); \
        letters.forEach((letter) => post.call(window.asked, letter)); \
    })";

/// What the worker answers to the letters that were kept, asked once more.
fn answers(dana: &User) -> Vec<String> {
    let said = dana.browser.js_async("const [done] = arguments; window.again(window.kept).then(done)");
    let Value::Array(said) = said else { panic!("{said}") };
    said.iter().map(|said| said.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_worker_that_has_locked_opens_nothing_any_more() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &server.address, &aliya, PHONE);
    aliya.approves_all();
    dana.exchanges();
    dana.begins("Айгерім", &crate::ago(60));
    dana.browser.presses("Settings");
    dana.browser.reads("Wipe this device");
    dana.browser.js(KEEPS);
    dana.browser.presses("Cases");
    dana.browser.reads("Айгерім");
    dana.browser.until("the page has asked", |browser| browser.js("return window.letters.length > 0") == true);
    dana.browser.js("window.kept = window.letters.slice()");
    let shows = |said: &[String]| said.iter().any(|said| said.contains("Айгерім"));
    let open = answers(&dana);
    assert!(shows(&open), "{open:?}");

    dana.browser.presses("Lock");
    dana.browser.reads("Locked");
    dana.browser.until("the page ends the worker", |browser| browser.js("return !!window.ends") == true);
    let closed = answers(&dana);
    assert!(!shows(&closed) && closed.len() == open.len(), "{closed:?}");
    assert!(closed.iter().any(|said| said.contains("locked")), "{closed:?}");

    // It goes, and the next one opens everything.
    dana.browser.js("window.ends()");
    dana.unlocks();
    dana.browser.presses("Cases");
    dana.browser.reads("Айгерім");
}
