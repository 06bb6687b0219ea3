//! The vault is the same on a terminal's disk and in a browser: one contract for both, tried on the real programs by somebody who
//! has the disk in their hands.

use habeas_protocol::{decode, encode, hash};
use habeas_tests::browser::PHONE;
use habeas_tests::device::Person;
use habeas_tests::quick::Quick;
use habeas_tests::road::Road;
use habeas_tests::server::Server;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::user::User;

/// A sealed record as it lies on the disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    slot: Vec<u8>,
    version: u64,
    bytes: Vec<u8>,
}

/// A device whose disk can be read and written behind its back.
pub trait Disk {
    /// Opens the vault and looks at everything in it. What was said.
    fn says(&mut self, passphrase: &str) -> String;
    /// The newest version of every record.
    fn rows(&mut self) -> Vec<Row>;
    /// Puts these in the place of those with the same slot.
    fn put(&mut self, rows: &[Row]);
}

impl User {
    /// Puts the whole disk back to what it was, as a restored telephone's is.
    pub fn is_put_back(&mut self, rows: &[Row]) {
        let cleared = self.browser.js_async(
            "const [done] = arguments; const open = indexedDB.open('notes'); open.onsuccess = () => { \
             const writing = open.result.transaction('records', 'readwrite'); writing.objectStore('records').clear(); \
             writing.oncomplete = () => { open.result.close(); done(true); }; };",
        );
        assert_eq!(cleared, true);
        self.put(rows);
    }
}

const REFUSED: [&str; 2] = ["was changed or exchanged; it is not used", "was put in another's place"];

fn keeps_the_contract(device: &mut dyn Disk, passphrase: &str, secret: &str) {
    assert!(device.says(passphrase).contains(secret));
    let said = device.says("another passphrase than theirs");
    assert!(said.contains("The passphrase does not open this device") && !said.contains(secret), "{said}");

    let good = device.rows();
    assert!(good.len() >= 3, "a state, an index and a case: {}", good.len());
    assert!(good.iter().all(|row| !row.bytes.windows(secret.len()).any(|window| window == secret.as_bytes())));
    for (number, row) in good.iter().enumerate() {
        let mut short = row.clone();
        short.bytes.pop();
        let mut flipped = row.clone();
        flipped.bytes[row.bytes.len() / 2] ^= 1;
        let mut empty = row.clone();
        empty.bytes.clear();
        let mut older = row.clone();
        older.version += 1;
        let mut exchanged = good[(number + 1) % good.len()].clone();
        exchanged.slot.clone_from(&row.slot);
        for (what, damaged) in
            [("short", short), ("flipped", flipped), ("empty", empty), ("of another version", older), ("exchanged", exchanged)]
        {
            device.put(&[damaged]);
            let said = device.says(passphrase);
            assert!(REFUSED.iter().any(|refused| said.contains(refused)), "record {number} is {what}: {said}");
        }
        device.put(std::slice::from_ref(row));
    }
    // Refusing has cost nothing: with what was there before, everything is there.
    assert_eq!(device.rows(), good);
    assert!(device.says(passphrase).contains(secret));
}

#[test]
fn a_vault_on_a_terminal_keeps_the_contract() {
    let server = Server::start(None);
    let mut aliya = Person::founds("aliya", &server);
    aliya.begins("Айгерім Сәрсенова");
    keeps_the_contract(&mut aliya, "aliya walks over the hill", "Айгерім Сәрсенова");
}

#[test]
fn a_vault_in_a_browser_keeps_the_contract_and_is_wiped_whole() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let road = Road::to(&server.address);
    let mut dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    // Nothing but the test writes from here on.
    dana.waits_for_the_offline_copy();
    road.close();
    dana.begins("Айгерім Сәрсенова", &crate::ago(60));
    keeps_the_contract(&mut dana, "dana walks over the hill", "Айгерім Сәрсенова");

    dana.browser.reloads();
    dana.browser.presses("Wipe this device");
    dana.browser.presses("Yes, destroy everything here");
    dana.browser.reads("Set up this device");
    let left = dana.browser.js_async(
        "const [done] = arguments; indexedDB.databases().then((all) => done(all.map((one) => one.name)), (error) => done(String(error)))",
    );
    // The screen for setting up has opened an empty one again.
    assert!(left == json!([]) || left == json!(["notes"]), "{left}");
    assert_eq!(dana.rows(), Vec::new());
}

#[test]
fn a_phone_with_a_thousand_cases_is_wiped_by_two_taps_without_a_network() {
    const CASES: usize = 1000;
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let road = Road::to(&server.address);
    let mut bolat = User::joins("bolat", "coordinator", &road.address, &aliya, PHONE);
    let mut dana = Quick::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 5);
    aliya.approves_all();
    for number in 0..CASES {
        dana.begins(&format!("somebody is missing, {number}"));
    }
    while dana.goes_round(&server.address) {}
    bolat.waits_for_the_offline_copy();
    bolat.exchanges();
    assert!(bolat.rows().len() >= CASES, "{}", bolat.rows().len());
    road.close();
    bolat.browser.presses("Lock");
    bolat.browser.reads("Locked");

    // Under a second from the second tap on, by the page's own clock: it says so only when nothing is left.
    bolat.browser.js("addEventListener('click', () => { window.tapped = performance.now(); }, true); \
         new MutationObserver(() => { \
             if (!window.wiped && document.body.innerText.includes('Set up this device')) window.wiped = performance.now(); \
         }).observe(document.body, { subtree: true, childList: true, characterData: true })");
    bolat.browser.presses("Wipe this device");
    bolat.browser.presses("Yes, destroy everything here");
    bolat.browser.reads("Set up this device");
    let took = bolat.browser.js("return window.wiped - window.tapped").as_f64().unwrap();
    println!("{CASES} cases are wiped {took:.0} ms after the second tap");
    assert!(took > 0.0 && took < 1000.0, "{took} ms");
    assert_eq!(bolat.rows(), Vec::new());
}

/// The file's frames: a length, a number, a hash over both, the batch, a hash over all of it. None of the hashes is secret.
impl Disk for Person {
    fn says(&mut self, passphrase: &str) -> String {
        let listed = self.tries_with(passphrase, &["list"]);
        let mut said = text(&listed);
        for case in said.clone().lines().filter_map(|line| line.split_whitespace().next()) {
            said += &text(&self.tries_with(passphrase, &["case", "show", case]));
        }
        said
    }

    fn rows(&mut self) -> Vec<Row> {
        let mut newest: Vec<Row> = Vec::new();
        for row in self.frames().into_iter().flatten() {
            newest.retain(|known| known.slot != row.slot);
            newest.push(row);
        }
        newest
    }

    fn put(&mut self, rows: &[Row]) {
        let mut frames = self.frames();
        for row in rows {
            let there = frames.iter_mut().flatten().rev().find(|there| there.slot == row.slot);
            there.expect("a record in that slot").clone_from(row);
        }
        let mut file = std::fs::read(self.log()).unwrap()[..16].to_vec();
        for (number, rows) in (0_u64..).zip(frames) {
            let batch: Vec<Stored> = rows.into_iter().map(|row| (row.slot.try_into().unwrap(), row.version, row.bytes)).collect();
            let body = encode(&batch).unwrap();
            let mut frame = u32::try_from(body.len()).unwrap().to_be_bytes().to_vec();
            frame.extend(number.to_be_bytes());
            frame.extend_from_slice(&hash("habeas/1/vault-frame-head", &[&frame])[..4]);
            frame.extend(body);
            frame.extend_from_slice(&hash("habeas/1/vault-frame", &[&frame])[..8]);
            file.extend(frame);
        }
        std::fs::write(self.log(), file).unwrap();
    }
}

type Stored = ([u8; 16], u64, Vec<u8>);

trait Log {
    fn log(&self) -> std::path::PathBuf;
    fn frames(&self) -> Vec<Vec<Row>>;
}

impl Log for Person {
    fn log(&self) -> std::path::PathBuf {
        self.folder.path().join("device/vault.log")
    }

    fn frames(&self) -> Vec<Vec<Row>> {
        let file = std::fs::read(self.log()).unwrap();
        let (mut rest, mut frames) = (&file[16..], Vec::new());
        while !rest.is_empty() {
            let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
            let batch: Vec<Stored> = decode(&rest[16..16 + length], length).unwrap();
            frames.push(batch.into_iter().map(|(slot, version, bytes)| Row { slot: slot.to_vec(), version, bytes }).collect());
            rest = &rest[16 + length + 8..];
        }
        frames
    }
}

fn text(output: &std::process::Output) -> String {
    [&output.stdout, &output.stderr].map(|part| String::from_utf8_lossy(part)).concat()
}

impl Disk for User {
    fn says(&mut self, passphrase: &str) -> String {
        self.browser.reloads();
        self.browser.reads("Locked");
        self.browser.types("#passphrase", passphrase);
        self.browser.clicks("button[type=submit]");
        let alert = "[...document.querySelectorAll('main [role=alert]')].some((alert) => alert.innerText)";
        let said = |what: &str, or: &str| {
            self.browser.until(what, |browser| browser.js(&format!("return {alert} || {or}")) == true);
            self.browser.text()
        };
        let mut all = said("an open vault or a refusal", "!!document.querySelector('.bar')");
        if self.browser.js("return !!document.querySelector('.bar')") == true {
            self.browser.presses("Cases");
            self.browser.clicks(".cases a");
            all += &said("a case or a refusal", "document.body.innerText.includes('What is known')");
        }
        all
    }

    fn rows(&mut self) -> Vec<Row> {
        let rows = self.browser.js_async(
            "const [done] = arguments; const open = indexedDB.open('notes'); open.onsuccess = () => { \
             if (!open.result.objectStoreNames.length) { open.result.close(); done([]); return; } \
             const records = open.result.transaction('records').objectStore('records'); \
             const keys = records.getAllKeys(); const rows = records.getAll(); \
             rows.onsuccess = () => { open.result.close(); done(rows.result.map((row, index) => ( \
             { slot: [...new Uint8Array(keys.result[index])], version: row.version, bytes: [...row.bytes] }))); }; };",
        );
        serde_json::from_value(rows).unwrap()
    }

    fn put(&mut self, rows: &[Row]) {
        let rows = serde_json::to_string(rows).unwrap();
        let done = self.browser.js_async(&format!(
            "const [done] = arguments; const open = indexedDB.open('notes'); open.onsuccess = () => {{ \
             const writing = open.result.transaction('records', 'readwrite'); \
             for (const {{ slot, version, bytes }} of {rows}) \
             writing.objectStore('records').put({{ version, bytes: new Uint8Array(bytes) }}, new Uint8Array(slot)); \
             writing.oncomplete = () => {{ open.result.close(); done(true); }}; }};"
        ));
        assert_eq!(done, true);
    }
}
