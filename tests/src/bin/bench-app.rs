//! `cargo xtask bench app`: what the app costs in headless Chromium: bytes of a first visit, unlocking to a usable list with 300
//! cases, opening a case, saving a fact until it is durable.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement that cannot go on fails loudly"
)]

use habeas_tests::browser::{Browser, PHONE};
use habeas_tests::device::Person;
use habeas_tests::server::Server;

const CASES: usize = 300;
const RUNS: usize = 15;

/// Milliseconds from a deed until the page shows something, by the page's own clock.
const UNTIL: &str = "const [done] = arguments; const there = () => { THERE }; const began = performance.now(); \
    const seen = () => there() && (watch.disconnect(), requestAnimationFrame(() => done(performance.now() - began))); \
    const watch = new MutationObserver(seen); \
    watch.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true }); DEED; seen();";

fn main() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let invitation = aliya.does(&["invite", "--role", "lawyer"]);
    let browser = Browser::start(PHONE);
    let wire: u64 = habeas_tests::files(&habeas_tests::app()).iter().map(|file| over_the_wire(file)).sum();
    println!("first visit, everything that the service worker keeps: {} kB over the wire (brotli)", wire.div_ceil(1000));
    browser.sets_up(&server.address, &invitation, "dana", "dana walks over the hill");

    browser.presses("New");
    browser.chooses("#city", "almaty");
    let mut cases = Vec::new();
    for number in 0..CASES {
        let name = format!("Person {number}");
        browser.sets("#name", &name);
        let deed = "document.querySelector('form .row button.plain').click()";
        cases.push(measure(&browser, &format!("return document.body.innerText.includes('Saved on this device: {name}')"), deed));
    }
    report("a new case with two facts, saved", &mut cases[CASES - RUNS..]);

    // A passphrase that is wrong costs Argon2id and nothing else.
    let (mut wrong, mut right) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        browser.presses("Lock");
        browser.reads("Locked");
        let deed = |passphrase: &str| {
            browser.sets("#passphrase", passphrase);
            "document.querySelector('form button[type=submit]').click()"
        };
        // The first question to a new worker also starts it; that is part of unlocking for whoever waits.
        wrong.push(measure(&browser, "return !!document.querySelector('.error')", deed("not the passphrase")));
        wrong.pop();
        wrong.push(measure_again(&browser, deed("not the passphrase either")));
        let there = format!("return document.querySelectorAll('.cases a').length === {CASES}");
        browser.js("location.hash = '#/'");
        right.push(measure(&browser, &there, deed("dana walks over the hill")));
    }
    let argon = report("Argon2id (a wrong passphrase)", &mut wrong);
    let unlock = report(&format!("unlock to a list of {CASES}"), &mut right);
    println!("  beyond Argon2id: {:.0} ms", unlock - argon);

    let (mut opened, mut saved) = (Vec::new(), Vec::new());
    for number in 0..RUNS {
        let deed = format!("document.querySelectorAll('.cases a')[{number}].click()");
        opened.push(measure(&browser, "return !!document.querySelector('.facts li')", &deed));
        browser.presses("Add a fact");
        browser.chooses("#kind", "seen_in_custody");
        let there =
            "return location.hash.split('/').length === 3 && document.body.innerText.includes('Seen or heard of in custody')";
        saved.push(measure(&browser, there, "document.querySelector('form button[type=submit]').click()"));
        browser.presses("Cases");
        // The title of the case names the person as well: the list is there when its lines are.
        browser.until("the list", |browser| {
            browser.js(&format!("return document.querySelectorAll('.cases a').length === {CASES}")) == true
        });
    }
    report("a case opened", &mut opened);
    report("a fact saved, and its case shown again", &mut saved);
}

fn measure(browser: &Browser, there: &str, deed: &str) -> f64 {
    browser.js_async(&UNTIL.replace("THERE", there).replace("DEED", deed)).as_f64().unwrap()
}

/// Until the notice about the passphrase is there again: it goes when the question is asked.
fn measure_again(browser: &Browser, deed: &str) -> f64 {
    let there = "const error = document.querySelector('.error'); if (!error) window.gone = true; return window.gone && !!error";
    measure(browser, there, &format!("window.gone = false; {deed}"))
}

fn report(what: &str, times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    println!("{what}: {median:.0} ms (median of {}, {:.0} to {:.0})", times.len(), times[0], times[times.len() - 1]);
    median
}

fn over_the_wire(file: &std::path::Path) -> u64 {
    let name = file.to_string_lossy();
    if name.ends_with(".br") || name.ends_with("stamp") {
        return 0;
    }
    let packed = std::fs::metadata(format!("{name}.br")).map(|file| file.len());
    packed.unwrap_or_else(|_| std::fs::metadata(file).unwrap().len())
}
