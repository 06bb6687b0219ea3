//! A laptop is about to be taken: everything on it is destroyed at once, without a passphrase and without a network.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use habeas_tests::device::Person;
use habeas_tests::photo::photograph;
use habeas_tests::quick::Quick;
use habeas_tests::server::Server;
use serde_json::Value;

const CASES: usize = 1000;

#[test]
fn a_laptop_with_a_thousand_cases_is_wiped_at_once() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let mut dana = Quick::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 5);
    aliya.approves_all();
    for number in 0..CASES {
        dana.begins(&format!("somebody is missing, {number}"));
    }
    while dana.goes_round(&server.address) {}
    aliya.does(&["sync"]);
    let cases: Vec<Value> = serde_json::from_str(&aliya.does(&["list", "--json"])).unwrap();
    assert_eq!(cases.len(), CASES);
    let ruling = aliya.folder.path().join("ruling.jpg");
    fs::write(&ruling, photograph(5, 200_000)).unwrap();
    let case = cases[0]["case"].as_str().unwrap();
    aliya.does(&["attachment", "add", case, ruling.to_str().unwrap(), "--text", "the ruling"]);
    // No network any more.
    drop(server);

    // Not by a slip: what would go is said, and nothing has gone.
    let folder = aliya.folder.path().join("device");
    let before = fs::read(folder.join("vault.log")).unwrap();
    assert!(aliya.fails(&["wipe"]).contains("say --yes if that is what you want"));
    assert_eq!(fs::read(folder.join("vault.log")).unwrap(), before);

    // Under a second. Whatever else this machine does may hold two of five up, and not three.
    let copies: Vec<PathBuf> = (0..4).map(|number| aliya.folder.path().join(format!("copy-{number}"))).collect();
    for copy in &copies {
        assert!(Command::new("cp").arg("-r").arg(&folder).arg(copy).status().unwrap().success());
    }
    let wipes = |folder: &PathBuf| {
        let begun = Instant::now();
        let wiped =
            aliya.command(&["wipe", "--yes"]).env("HABEAS_HOME", folder).env_remove("HABEAS_PASSPHRASE").output().unwrap();
        let took = begun.elapsed();
        assert!(wiped.status.success(), "{wiped:?}");
        assert!(!folder.exists(), "{:?}", habeas_tests::files(folder));
        took
    };
    let mut took: Vec<Duration> = copies.iter().chain([&folder]).map(wipes).collect();
    took.sort_unstable();
    let took = took[took.len() / 2];
    println!("{CASES} cases are wiped in {} ms", took.as_millis());
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert!(aliya.fails(&["list"]).contains("There is no device in"));
}
