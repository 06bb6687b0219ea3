//! What leaves a case for others: the complaint's table, the history, the opened document; and the roll call at the gate.

use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::Value;

#[test]
fn a_lawyer_pastes_what_was_broken_into_a_complaint() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let case = aliya.begins("Ерлан");
    let add = |fact: &[&str]| aliya.adds(&case, fact);
    add(&["restrained", "--when", "2026-01-10 12:00", "--city", "almaty", "--place", "Almaly station"]);
    add(&["regime", "regime=administrative", "article=CAO 488(6)", "--when", "2026-01-10 13:00", "--city", "almaty"]);
    add(&["lawyer_refused", "by=duty officer", "--when", "2026-01-10 14:00", "--city", "almaty"]);
    add(&["seen_in_custody", "--when", "2026-01-11 15:00", "--city", "almaty"]);
    let table = aliya.does(&["case", "breaches"]);
    // Held beyond 24 hours (CAO 789(3)), not heard within them (829-5(3)), a lawyer refused (Constitution 16(3) until July 2026).
    for said in
        ["Ерлан", "789(3)", "2026-01-11 12:00", "829-5(3)", "16(3)", "Demand release", "Complain", "No lawyer has reviewed"]
    {
        assert!(table.contains(said), "{said} is missing in {table}");
    }
    for (lang, said) in [("kk", "Адвокатты кіргізбеу"), ("ru", "Отказ допустить адвоката")]
    {
        assert!(aliya.does(&["--lang", lang, "case", "breaches", &case]).contains(said));
    }
    let rows: Vec<Value> = serde_json::from_str(&aliya.does(&["case", "breaches", &case, "--json"])).unwrap();
    let rules: Vec<&str> = rows.iter().map(|row| row["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["kz.cao.detention", "kz.cao.hearing", "kz.con.lawyer_refused"]);

    // Whatever the case: beyond the longest limit it is a breach if the person is still held. What is only feared is none.
    let other = aliya.begins("Serik");
    aliya.adds(&other, &["last_seen_free", "--when", "2026-01-10 11:00", "--city", "almaty"]);
    assert!(aliya.does(&["case", "breaches", &other]).contains("Nothing is broken by every reading"));
    aliya.adds(&other, &["restrained", "--when", "2026-01-10 12:00", "--city", "almaty"]);
    assert!(aliya.does(&["case", "breaches", &other]).contains("Detention while nobody knows in which case"));
}

#[test]
fn nothing_that_was_said_is_lost_and_any_earlier_state_can_be_seen_again() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let case = aliya.begins("Айгерім");
    let first = aliya.does(&["fact", "add", &case, "restrained", "--when", "2026-01-10 14:05", "--city", "almaty"]);
    let before = aliya.case(&case);
    let heads = before["heads"].as_array().unwrap().iter().map(|head| head.as_str().unwrap()).collect::<Vec<_>>().join(",");
    aliya.adds(&case, &["restrained", "--when", "2026-01-10 13:40", "--city", "almaty", "--replaces", first.trim()]);
    let history = aliya.does(&["case", "history", &case, "restrained"]);
    assert!(
        history.contains("14:05") && history.contains("13:40") && history.contains("corrected or taken back by"),
        "{history}"
    );
    assert!(history.contains("came to this device: ") && !history.contains("such a time cannot be"), "{history}");

    // Brought to the station, and moved on: two stints, and word until the last of them.
    aliya.adds(&case, &["delivered", "--when", "2026-01-10 15:00", "--city", "almaty", "--place", "Almaly station"]);
    aliya.adds(&case, &["transferred", "--when", "2026-01-10 18:00", "--city", "almaty", "--place", "Special detention centre"]);
    let view = aliya.case(&case)["view"].clone();
    let places: Vec<&str> =
        view["stints"].as_array().unwrap().iter().map(|stint| stint["place"]["name"].as_str().unwrap()).collect();
    assert_eq!(places, ["Almaly station", "Special detention centre"]);
    assert_eq!(view["last_word"], "2026-01-10T13:00:00Z");
    let shown = aliya.does(&["case", "show", &case]);
    assert!(shown.contains("No word since") && shown.contains("Where the person was held"), "{shown}");
    // The procedure says what each step was, and of how many accounts.
    for at in ["2026-01-10 15:00", "2026-01-10 16:30"] {
        aliya.adds(&case, &["protocol", "which=detention", "--when", at]);
    }
    aliya.adds(&case, &["regime", "regime=criminal", "--when", "2026-01-10 15:00"]);
    let shown = aliya.does(&["case", "show", &case]);
    let (_, procedure) = shown.split_once("Procedure:").unwrap();
    assert!(procedure.contains("Protocol drawn up: of procedural detention") && procedure.contains("(2)"), "{shown}");
    assert!(procedure.contains("Held as: a criminal case"), "{shown}");

    // As it was known before the correction: the same view, byte for byte.
    let then: Value = serde_json::from_str(&aliya.does(&["case", "show", &case, "--json", "--at", &heads])).unwrap();
    assert_eq!(then["view"], before["view"]);
    assert_ne!(aliya.case(&case)["view"], before["view"]);
    assert!(aliya.fails(&["case", "show", &case, "--at", "abc"]).contains("names no changes of this case"));

    // In the clear only for whoever says so, into a new file, with a warning.
    let file = aliya.folder.path().join("case.automerge");
    let path = file.to_str().unwrap();
    assert!(aliya.fails(&["case", "export", &case, "--automerge", path]).contains("--unsealed"));
    aliya.does(&["case", "export", &case, "--automerge", path, "--unsealed"]);
    let document = automerge::Automerge::load(&std::fs::read(&file).unwrap()).unwrap();
    let json = serde_json::to_string(&automerge::AutoSerde::from(&document)).unwrap();
    assert!(json.contains("Айгерім") && json.contains("restrained") && json.contains(first.trim()), "{json}");
    assert!(aliya.fails(&["case", "export", &case, "--automerge", path, "--unsealed"]).contains("case.automerge"));
}

#[test]
fn forty_people_at_a_station_are_called_and_saved_at_once() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let cases: Vec<String> = ["Асан", "Болат", "Серік", "Ұлан"]
        .into_iter()
        .map(|name| {
            let case = aliya.begins(name);
            aliya.adds(&case, &["delivered", "--when", "2026-01-10 13:00", "--city", "almaty", "--place", "Almaly station"]);
            case
        })
        .collect();
    assert!(aliya.fails(&["rollcall", "Almaly station", "1 out"]).contains("No sheet"));
    let sheet = aliya.does(&["rollcall", "almaly station"]);
    assert!(sheet.contains("   1  Асан") && sheet.contains("   4  Ұлан"), "{sheet}");
    // Somebody else is brought in: the numbers stay those of the sheet.
    let late = aliya.begins("Абай");
    aliya.adds(&late, &["delivered", "--when", "2026-01-10 14:00", "--city", "almaty", "--place", "Almaly station"]);
    // A slip anywhere saves nothing at all.
    for (marks, says) in [("1-3,9 out", "has 4"), ("1 gone", "States:"), ("1-2,2 out", "marked twice"), ("3-1 out", "no number")]
    {
        let said = aliya.fails(&["rollcall", "Almaly station", marks]);
        assert!(said.contains(says), "{marks}: {said}");
    }
    assert!(cases.iter().all(|case| aliya.case(case)["view"]["status"] == "held"));
    let saved = aliya.does(&["rollcall", "Almaly station", "1-2 out", "3 inside", "4 court"]);
    assert!(saved.contains("Saved for 4 people"), "{saved}");
    let status = |case: &str| aliya.case(case)["view"]["status"].as_str().unwrap().to_owned();
    assert_eq!(
        [&cases[0], &cases[1], &cases[2], &cases[3], &late].map(|case| status(case)),
        ["released", "released", "held", "held", "held"]
    );
    assert!(aliya.fails(&["rollcall", "nowhere"]).contains("Almaly station"), "known places are named");
}
