//! A phone on a network that breaks off.

use habeas_tests::browser::{Browser, PHONE};
use habeas_tests::device::Person;
use habeas_tests::quick::Quick;
use habeas_tests::road::Road;
use habeas_tests::server::Server;

use super::user::User;

#[test]
fn a_phone_whose_network_breaks_off_gets_the_rest_and_not_everything_again() {
    const CASES: usize = 300;
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let road = Road::to(&server.address);
    let bolat = User::joins("bolat", "coordinator", &road.address, &aliya, PHONE);
    let mut dana = Quick::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 5);
    aliya.approves_all();
    dana.begins_many_long(CASES, &server.address);
    bolat.waits_for_the_offline_copy();
    road.carried();

    // What there is takes some 1.3 MB, in two answers.
    // What has come by then is fetched before the line breaks: a browser throws away what nobody has read of an answer that breaks off, and here everything comes at once.
    road.is_blocked_after(600_000);
    bolat.begins_to_exchange();
    bolat.browser.until("the road to stand still", |_| road.stands_still() && road.is_fetched());
    bolat.browser.text();
    road.breaks_off();
    bolat.has_exchanged();
    let carried = road.carried();
    assert!((1_200_000..1_700_000).contains(&carried), "{carried}: {}", bolat.browser.text());
    bolat.browser.presses("Cases");
    bolat.browser.until("every case", |browser| browser.js("return document.querySelectorAll('.cases a').length") == CASES);
}

/// The page's clock stands still but for what the test lets pass.
const CLOCK: &str = "window.now = 0; window.due = []; \
    window.setTimeout = (then, wait) => window.due.push({ then, at: window.now + wait }); \
    window.clearTimeout = (number) => { if (number) window.due[number - 1].at = Infinity }; \
    window.passes = (seconds) => { window.now += seconds * 1000; \
        for (const due of window.due) if (due.at <= window.now) { due.at = Infinity; due.then() } }";

#[test]
fn a_long_file_is_not_given_up_while_it_goes_over_a_narrow_road_and_a_dead_one_is() {
    let server = Server::with_app();
    let road = Road::to(&server.address);
    let browser = Browser::start(PHONE);
    browser.opens(&format!("{}/app/", road.address));
    browser.presses("English");
    browser.js_async("const [done] = arguments; navigator.serviceWorker.ready.then(() => done(true))");
    let app = habeas_tests::app();
    let glue = habeas_tests::files(&app).into_iter().find(|file| file.ends_with("src/glue.js")).unwrap();
    let glue = glue.strip_prefix(&app).unwrap().to_str().unwrap().to_owned();
    let sends = |method: &str, path: &str, body: &str| {
        browser.js(&format!(
            "window.said = ''; window.asked = false; import('/app/{glue}').then(({{ send }}) => {{ \
                 const answer = send('{method}', '{path}', '', 'application/octet-stream', {body}); \
                 window.asked = true; \
                 return answer; \
             }}).then(([status]) => {{ window.said = String(status) }}, (error) => {{ window.said = error.name }})"
        ));
        browser.until("it is on its way", |browser| browser.js("return window.asked") == true && road.stands_still());
    };
    let said = |browser: &Browser| browser.js("return window.said").as_str().unwrap().to_owned();
    browser.js(CLOCK);

    // Two megabytes at 256 kbit/s: a minute and a half later it is still on its way, and then the answer comes.
    road.is_blocked_after(1_000_000);
    sends("POST", "/v1/quarantine", "new Uint8Array(2_000_000)");
    browser.js("window.passes(90)");
    road.goes_on();
    browser.until("an answer", |browser| !said(browser).is_empty());
    assert_eq!(said(&browser), "400", "it came whole, and is no bundle");

    // Where nothing goes any more it is given up in the end; and a question of a few bytes after a minute.
    for (question, seconds) in
        [(("POST", "/v1/quarantine", "new Uint8Array(2_000_000)"), 310), (("GET", "/v1/devices", "undefined"), 60)]
    {
        road.is_blocked_after(0);
        sends(question.0, question.1, question.2);
        browser.js(&format!("window.passes({})", seconds - 1));
        assert_eq!(said(&browser), "", "it is given up after {} seconds", seconds - 1);
        browser.js("window.passes(1)");
        browser.until("it is given up", |browser| said(browser) == "AbortError");
        road.goes_on();
    }
}
