//! Records that go from hand to hand without a network, and a phone that is taken.

use std::fs;

use habeas_tests::browser::{DESK, PHONE};
use habeas_tests::device::Person;
use habeas_tests::photo::photograph;
use habeas_tests::road::Road;
use habeas_tests::server::Server;

use super::ago;
use super::user::User;

/// The files that a page hands on, caught where it would save them.
const CATCH: &str = "window.given = []; \
    URL.createObjectURL = (file) => { file.arrayBuffer().then((b) => window.given.push([...new Uint8Array(b)])); return 'about:blank#' }; \
    HTMLAnchorElement.prototype.click = () => {}";

/// Puts a piece of an attachment that nothing speaks of beside the records, and one that is still coming.
const STRAY: &str = "window.put = 0; indexedDB.open('notes').onsuccess = ({ target: { result: db } }) => { \
    const writing = db.transaction('pieces', 'readwrite'); \
    for (const id of ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210.part']) { \
        writing.objectStore('pieces').put(new Uint8Array(9), [id, 0]) } \
    writing.oncomplete = () => { db.close(); window.put = 1 } }";

/// Reads the names of the pieces that lie there.
const NAMES: &str = "window.names = 0; indexedDB.open('notes').onsuccess = ({ target: { result: db } }) => { \
    db.transaction('pieces').objectStore('pieces').getAllKeys().onsuccess = ({ target: { result: keys } }) => { \
        db.close(); window.names = keys.map(([id]) => id).join() } }";

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

/// Opens a file with the app as the system of a desk does, in a window that it starts for it.
const OPENED: &str = "Object.defineProperty(self, 'launchQueue', { value: { setConsumer(open) { self.opens = open } } })";

#[test]
fn files_that_came_by_messenger_are_shared_with_the_app_and_taken_in_once_it_is_unlocked() {
    let server = Server::with_app();
    let mut road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let bolat = User::joins("bolat", "coordinator", &road.address, &aliya, PHONE);
    let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
    aliya.approves_all();
    bolat.exchanges();
    let stick = tempfile::tempdir().unwrap();
    let exported = |person: &str| {
        let case = dana.begins(person);
        let file = stick.path().join(format!("{person}.habeas"));
        dana.does(&["bundle", "export", file.to_str().unwrap(), "--case", &case]);
        let bytes = fs::read(&file).unwrap();
        format!("new File([new Uint8Array({bytes:?})], 'records-1.habeas')")
    };
    let shares = |files: &[String]| {
        bolat.browser.js(&format!(
            "const form = document.createElement('form'), input = document.createElement('input'), chosen = new DataTransfer(); \
             form.method = 'post'; form.enctype = 'multipart/form-data'; form.action = '/app/shared'; \
             input.type = 'file'; input.name = 'bundle'; input.multiple = true; \
             for (const file of [{}]) chosen.items.add(file); \
             input.files = chosen.files; form.append(input); document.body.append(form); form.submit()",
            files.join(", ")
        ));
    };
    let has = |person: &str| {
        bolat.browser.presses("Cases");
        bolat.browser.reads(person);
    };
    bolat.waits_for_the_offline_copy();
    bolat.browser.reloads();
    bolat.browser.reads("Locked");

    // No network: what she wrote comes in two files, which are shared with the app together. Whoever has the phone sees nothing of it.
    road.close();
    let first = exported("Айгерім");
    let both = exported("Данияр");
    shares(&[first, both]);
    bolat.browser.until("the app", |browser| browser.js("return location.pathname + location.hash") == "/app/#/sync");
    bolat.browser.reads("Locked");
    bolat.unlocks();
    bolat.browser.reads("taken in: ");
    has("Айгерім");
    has("Данияр");

    // On a desk a file is opened with the app, and one that is none of ours is said to be none.
    bolat.browser.before_every_page(OPENED);
    bolat.browser.reloads();
    bolat.unlocks();
    let opens = |file: &str| drop(bolat.browser.js(&format!("self.opens({{ files: [{{ getFile: async () => {file} }}] }})")));
    opens("new File(['a photograph'], 'photo.jpg')");
    bolat.browser.reads("no bundle of Habeas");
    opens(&exported("Мадина"));
    bolat.browser.reads("taken in: 1");
    has("Мадина");
    bolat.breaks_no_policy();

    // The server never got to see a file: it has no such place.
    road.leads_to(&server.address);
    assert_eq!(ureq::post(format!("{}/app/shared", server.address)).send_empty().unwrap_err().to_string(), "http status: 404");
    bolat.exchanges();
    aliya.does(&["sync"]);
    assert!(["Айгерім", "Данияр", "Мадина"].iter().all(|person| aliya.does(&["list"]).contains(person)));
}

#[test]
fn a_ruling_is_photographed_without_a_network_and_got_by_whoever_asks() {
    let server = Server::with_app();
    let road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    let bolat = User::joins("bolat", "coordinator", &server.address, &aliya, DESK);
    aliya.approves_all();
    bolat.exchanges();
    dana.exchanges();
    road.close();
    dana.begins("Айгерім", &ago(60));
    let (folder, paper) = (tempfile::tempdir().unwrap(), photograph(5, 150_000));
    let file = folder.path().join("ruling.jpg");
    fs::write(&file, &paper).unwrap();
    dana.browser.presses("Keep it beside this case");
    dana.browser.reads("has 1 byte to 32 MiB");
    // A worker that died before it wrote the fact has left something behind, and something is just being fetched.
    dana.browser.js(STRAY);
    dana.browser.until("what is stray", |browser| browser.js("return window.put") == 1);
    dana.browser.types("#attach", file.to_str().unwrap());
    dana.browser.types("#attach-text", "the ruling of 10 January");
    dana.browser.chooses("#attach-source", "lawyer");
    dana.browser.presses("Keep it beside this case");
    dana.browser.reads("147 kB, on this device, not at the server yet");
    dana.browser.js(NAMES);
    dana.browser.until("the names", |browser| browser.js("return window.names") != 0);
    let names = dana.browser.js("return window.names").to_string();
    assert!(names.contains("fedcba9876543210.part") && !names.contains("0123456789abcdef0123456789abcdef"), "{names}");

    // It outlives the lock, goes when there is a network, and goes once.
    dana.browser.reloads();
    dana.unlocks();
    road.reopen();
    dana.exchanges();
    dana.browser.presses("Cases");
    dana.browser.clicks(".cases a");
    dana.browser.reads("147 kB, on this device and at the server");
    road.carried();
    dana.exchanges();
    assert!(road.carried() < 10_000, "nothing is brought twice");

    // A coordinator gets it: a copy that does not say where it was taken, or the original.
    bolat.exchanges();
    bolat.browser.presses("Cases");
    bolat.browser.clicks(".cases a");
    bolat.browser.reads("147 kB, not on this device");
    bolat.browser.js(CATCH);
    bolat.browser.presses("Get it");
    bolat.browser.until("the copy", |browser| browser.js("return window.given.length") == 1);
    bolat.browser.presses("Get the original");
    bolat.browser.until("the original", |browser| browser.js("return window.given.length") == 2);
    let given =
        |number: usize| serde_json::from_value::<Vec<u8>>(bolat.browser.js(&format!("return window.given[{number}]"))).unwrap();
    assert!(given(1) == paper, "the original");
    assert!(!given(0).windows(7).any(|some| some == b"43.2389"), "where it was taken");
    assert!((150_000..paper.len()).contains(&given(0).len()), "{} bytes", given(0).len());
    bolat.browser.reads("147 kB, on this device and at the server");
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
    let (folder, paper) = (tempfile::tempdir().unwrap(), photograph(5, 150_000));
    let file = folder.path().join("ruling.jpg");
    fs::write(&file, &paper).unwrap();
    dana.browser.types("#attach", file.to_str().unwrap());
    dana.browser.types("#attach-text", "the ruling");
    dana.browser.presses("Keep it beside this case");
    dana.browser.reads("not at the server yet");

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
    assert_eq!(dana.browser.js_async(&kept.replace("records", "pieces")), 0, "and nothing of a photograph");

    let waiting = aliya.does(&["quarantine", "list"]);
    assert!(waiting.contains("changes:"), "{waiting}");
    let id = waiting.split(':').next().unwrap();
    assert!(aliya.does(&["quarantine", "accept", id]).contains("Taken into the cases: 2"));
    aliya.does(&["sync"]);
    assert!(aliya.does(&["list"]).contains("Мадина"));
    dana.breaks_no_policy();
    bolat.breaks_no_policy();
}
