//! A lawyer asks the clock "what if", without a device and without a network.

use std::path::PathBuf;

use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::{Value, json};

/// Somebody with a file.
fn with(text: &str) -> (Person, PathBuf) {
    let person = Person::new("dana");
    let file = person.folder.path().join("case.toml");
    std::fs::write(&file, text).unwrap();
    (person, file)
}

/// What the clock says of the rule, as JSON.
fn asks(person: &Person, file: &std::path::Path, rule: &str, more: &[&str]) -> Value {
    let printed = person.does(&[&["clock", "explain", file.to_str().unwrap(), "--json"], more].concat());
    let all: Vec<Value> = serde_json::from_str(&printed).unwrap();
    all.into_iter().find(|finding| finding["rule"] == rule).unwrap()
}

const KETTLE: &str = r#"
city = "almaty"

[[fact]]
kind = "restrained"
about = "2021-01-10 12:00"
exit_offered = "no"

[[fact]]
kind = "regime"
regime = "none"
at = "2021-01-10 12:00"

[[fact]]
kind = "released"
about = "2021-01-10 20:00"
give_or_take = 15
"#;

#[test]
fn a_kettle_from_noon_to_evening_was_unlawful_by_any_account() {
    let (dana, file) = with(KETTLE);
    // Seen in it at six: between half past two and half past three the three hours had passed (CAO 789(1), CPC 7(29)).
    let found = asks(&dana, &file, "kz.cao.detention", &["--now", "2021-01-11 09:00", "--held", "2021-01-10 18:00"]);
    assert_eq!(found["verdict"], "certainly_over");
    assert_eq!(found["deadline"], json!({ "earliest": "2021-01-10T08:30:00Z", "latest": "2021-01-10T09:30:00Z" }));
    assert_eq!((&found["citation"][0]["article"], &found["citation"][0]["limit"]), (&json!("789(1)"), &json!("3h")));
    assert_eq!(found["trace"], json!(["line 4", "line 14", "--held", "line 9"]));
    let said = dana.does(&["clock", "explain", file.to_str().unwrap(), "--now", "2021-01-11 09:00"]);
    assert!(said.contains("789(1)") && said.contains("No lawyer has reviewed"), "{said}");
}

#[test]
fn what_only_time_has_passed_over_is_not_certain_until_somebody_is_seen() {
    let (dana, file) = with(
        r#"
[[fact]]
kind = "restrained"
at = "2026-09-07 14:05"

[[fact]]
kind = "regime"
regime = "criminal"
at = "2026-09-07 14:05"

[[fact]]
kind = "circumstance"
which = "ordinary_crime"
holds = true

[[fact]]
kind = "vulnerability"
which = "minor"
holds = false

[[fact]]
kind = "circumstance"
which = "remote"
holds = false

[[fact]]
kind = "circumstance"
which = "emergency"
holds = false
"#,
    );
    let verdict = |more: &[&str]| asks(&dana, &file, "kz.cpc.detention", more)["verdict"].clone();
    // CPC 131(4): 48 hours, to the minute; equality is within.
    assert_eq!(verdict(&["--now", "2026-09-09 14:05"]), "within");
    assert_eq!(verdict(&["--now", "2026-09-09T14:06:01+05:00"]), "over_if_still_held");
    assert_eq!(verdict(&["--now", "2026-09-09T14:07:00+05:00", "--held", "2026-09-09T14:06:01+05:00"]), "certainly_over");
    let settle = asks(&dana, &file, "kz.cpc.detention", &["--now", "2026-09-09T14:06:01+05:00"]);
    assert_eq!(settle["settle_by"][0], json!({ "what": "still_held" }));
    assert_eq!(settle["next_change"], Value::Null);
}

#[test]
fn what_a_device_prints_is_explained_as_the_device_explains_it() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let case = aliya.begins("Айгерім Сәрсенова");
    aliya.adds(&case, &["restrained", "exit_offered=no", "--when", "2026-01-10 12:05", "--place", "Republic Square"]);
    aliya.adds(&case, &["regime", "regime=none", "--when", "2026-01-10 12:05", "--source", "police"]);
    aliya.adds(&case, &["seen_in_custody", "--when", "2026-01-10 16:00", "--said", "after lunch"]);
    // Written down last, and known first: the trace is in the order of writing.
    aliya.adds(&case, &["last_seen_free", "--when", "2026-01-10 11:30"]);
    aliya.adds(&case, &["seen_in_custody", "--when", "2026-01-10 13:00"]);
    let printed = aliya.does(&["case", "show", &case, "--json"]);
    let file = aliya.folder.path().join("case.json");
    std::fs::write(&file, &printed).unwrap();
    let device: Value = serde_json::from_str(&printed).unwrap();
    for limit in device["limits"].as_array().unwrap() {
        let found = asks(&aliya, &file, limit["rule"].as_str().unwrap(), &["--now", device["as_at"].as_str().unwrap()]);
        for (ours, theirs) in [("verdict", "verdict"), ("trace", "facts"), ("settle_by", "ask"), ("next_change", "next_change")] {
            assert_eq!(found[ours], limit[theirs], "{limit}");
        }
        assert_eq!(found["deadline"]["latest"], limit["deadline"]["to"]);
    }
}

/// Aqtobe was an hour behind Almaty in 2021: every time that is given is one on the clock of the place.
#[test]
fn times_are_those_of_the_place_and_a_fact_after_now_does_not_count_yet() {
    let (dana, file) = with(
        r#"
[[fact]]
kind = "restrained"
city = "aktobe"
at = "2021-01-10 12:00"

[[fact]]
kind = "regime"
city = "aktobe"
at = "2021-01-10 12:00"
regime = "none"

[[fact]]
kind = "released"
city = "aktobe"
at = "2021-01-10T20:00:00+05:00"
"#,
    );
    let ask = |more: &[&str]| asks(&dana, &file, "kz.cao.detention", more);
    let found = ask(&["--now", "2021-01-10 18:00", "--held", "2021-01-10 18:00"]);
    assert_eq!((&found["now"], &found["verdict"]), (&json!("2021-01-10T13:00:00Z"), &json!("certainly_over")));
    // At half past three nobody could know of the release at eight.
    let found = ask(&["--now", "2021-01-10 15:30"]);
    assert_eq!((&found["verdict"], &found["ends"]["latest"]), (&json!("over_if_still_held"), &Value::Null));
    let path = file.to_str().unwrap();
    let ahead = dana.fails(&["clock", "explain", path, "--now", "2021-01-10 15:30", "--held", "2021-01-10 16:00"]);
    assert!(ahead.contains("lies after --now"), "{ahead}");
}

#[test]
fn bad_input_is_refused_with_its_line() {
    for (text, place, says) in [
        ("[[fact]]\nkind = \"restrained\"\nat = \"25:00\"\n", ":1: ", "write the time like"),
        ("\n[[fact]]\nkind = \"arrested\"\n", ":2: ", "kind"),
        ("[[fact]]\nkind = \"restrained\"\ncolour = \"red\"\n", ":1: ", "colour"),
        (
            "[[fact]]\nkind = \"restrained\"\nat = \"2021-01-10 12:00\"\nafter = \"2021-01-10 11:00\"\n",
            ":1: ",
            "say once when it was",
        ),
        ("[[fact]]\nkind = \"restrained\"\nat = \"2021-01-10\"\n", ":1: ", "write the time like"),
        ("[[fact]]\nkind = \"restrained\"\nat = \"2199-01-10T12:00:00Z\"\n", ":1: ", "future"),
        ("[[fact]]\nkind = \"restrained\"\nat = \"2021-01-10 12:00\"\ngive_or_take = 5\n", ":1: ", "goes with about"),
        ("city = \"atlantis\"\n[[fact]]\nkind = \"released\"\n", ":1: ", "none of"),
        ("town = \"almaty\"\n[[fact]]\nkind = \"released\"\n", ":1: ", "town"),
        ("[[fact]]\nkind = released\n", ":2: ", "docs/clock.md"),
        ("{ \"view\": { \"timeline\": [{}] } }", "case.toml: ", "line 1 column"),
        ("{ \"view\": 3 }", "case.toml: ", "docs/clock.md"),
    ] {
        let (dana, file) = with(text);
        let said = dana.fails(&["clock", "explain", file.to_str().unwrap()]);
        assert!(said.contains(place) && said.contains(says), "{text}: {said}");
    }
    let (dana, file) = with(KETTLE);
    let path = file.to_str().unwrap();
    assert!(dana.fails(&["clock", "explain", path, "--pack", "xx"]).contains("there are: kz"));
    assert!(dana.fails(&["clock", "explain", path, "--now", "noon"]).contains("write the time like"));
    assert!(dana.fails(&["clock", "explain", "/no/such/file"]).contains("/no/such/file"));

    // Whoever edits the rules learns of a slip before anybody builds.
    assert!(dana.fails(&["rules", "check", path]).contains("case.toml:"));
    let rules = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../rules/kz.toml")).unwrap();
    std::fs::write(&file, &rules).unwrap();
    let said = dana.does(&["rules", "check", path]);
    assert!(said.contains("kz, edition of ") && said.contains("No lawyer has reviewed"), "{said}");
    let slip = rules.lines().position(|line| line.starts_with("limits")).unwrap() + 1;
    std::fs::write(&file, rules.replacen("limits = [\"72h\"]", "limits = [\"72 hours\"]", 1)).unwrap();
    let said = dana.fails(&["rules", "check", path]);
    assert!(said.contains(&format!("case.toml:{slip}: ")) && said.contains("48h"), "{said}");
}
