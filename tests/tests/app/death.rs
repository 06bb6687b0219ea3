//! A battery that dies in the middle of saving: whatever the page has called saved is there afterwards.

use std::path::Path;

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

/// A change that kills whoever opens it. None is known that gets past the checks, so the trap stands where it would be sprung: the
/// page's own code ends the worker by a real trap of WebAssembly, once a note of what is about to be opened is on the disk.
#[test]
fn a_change_that_kills_the_worker_is_set_aside_and_everything_else_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    trapped_app(folder.path());
    let server = Server::start_with(&["--app", folder.path().to_str().unwrap()]);
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &server.address, &aliya, PHONE);
    aliya.approves_all();
    dana.exchanges();
    dana.begins("Айгерім", &crate::ago(60));
    dana.exchanges();
    aliya.does(&["sync"]);
    let listed: Vec<serde_json::Value> = serde_json::from_str(&aliya.does(&["list", "--json"])).unwrap();
    let case = listed[0]["case"].as_str().unwrap();
    // Long, and of words that do not compress: the trap knows it by its size.
    let words: String = (0_u64..500).map(|word| format!(" {:x}", word.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    aliya.adds(case, &["note", &format!("text=it kills{}", &words[..7000]), "--source", "lawyer"]);
    aliya.does(&["sync"]);

    // Dana's device takes it in, and dies of it. The page lives, and says so.
    dana.browser.presses("Exchange now");
    dana.browser.reads("Something went wrong inside and was restarted.");
    dana.unlocks();
    dana.browser.presses("Cases");
    dana.browser.reads("set aside: 1");

    // It is never opened again. What is written upon it waits beside it; her own work in the case and every other case go on.
    aliya.adds(case, &["note", "text=a harmless word", "--source", "lawyer"]);
    aliya.does(&["sync"]);
    dana.exchanges();
    dana.begins("Данияр", &crate::ago(30));
    dana.exchanges();
    aliya.does(&["sync"]);
    assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&aliya.does(&["list", "--json"])).unwrap().len(), 2);
    dana.browser.reloads();
    dana.unlocks();
    dana.browser.presses("Cases");
    dana.browser.reads("set aside: 2");
    dana.browser.clicks(".cases a");
    dana.browser.reads("What is known");
    assert!(!dana.browser.text().contains("it kills"));
    dana.browser.presses("Add a fact");
    dana.browser.chooses("#kind", "injury");
    dana.browser.types("#text", "a bruised arm");
    dana.browser.presses("Save");
    dana.browser.reads("a bruised arm");
    dana.exchanges();
    aliya.does(&["sync"]);
    assert!(aliya.case(case)["view"]["timeline"].to_string().contains("a bruised arm"));
    assert!(aliya.case(case)["view"]["timeline"].to_string().contains("a harmless word"));
}

/// A page and a worker of two builds can meet while an update is on its way: what one calls "keep this" may be another's "wipe".
#[test]
fn a_letter_of_another_build_is_not_even_tried() {
    let server = Server::with_app();
    let browser = Browser::start(PHONE);
    browser.opens(&format!("{}/app/", server.address));
    browser.presses("English");
    browser.reads("Set up this device");
    // The number that letters begin with is another one; what follows would be a letter.
    let said = browser.js_async(
        "const [done] = arguments; const worker = new Worker('/app/worker.js', { type: 'module' }); \
         worker.onmessage = ({ data }) => data === 'ready' \
         ? worker.postMessage(new Uint8Array([...new TextEncoder().encode('0123456789abcdef'), 1, 2, 101, 110, 0])) : done(data);",
    );
    assert_eq!(said, "unreadable");
}

/// The app with a trap in it: see the test.
fn trapped_app(folder: &Path) {
    for file in habeas_tests::files(&habeas_tests::app()) {
        let to = folder.join(file.strip_prefix(habeas_tests::app()).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(&file, to).unwrap();
    }
    let glue = habeas_tests::files(folder).into_iter().find(|file| file.ends_with("src/glue.js")).unwrap();
    let text = std::fs::read_to_string(&glue).unwrap();
    let write = "export function writeStore(";
    let send = "export async function send(";
    assert!(text.contains(write) && text.contains(send));
    let text = text.replace(write, "function write(").replace(send, "async function ask(")
        + r"
export async function send(method, path, ...rest) {
  const answer = await ask(method, path, ...rest);
  if (path === '/v1/sync' && answer[1].byteLength > 3000) self.writes = 0;
  return answer;
}
export async function writeStore(db, header, rows) {
  await write(db, header, rows);
  self.writes += 1;
  if (self.writes !== 1 || rows.length !== 1 || await caches.has('sprung')) return;
  await caches.open('sprung');
  const unreachable = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 11];
  setTimeout(() => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(unreachable))));
  await new Promise(() => {});
}
";
    std::fs::write(&glue, text).unwrap();
    std::fs::remove_file(glue.with_extension("js.br")).unwrap();
}
