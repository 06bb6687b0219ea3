//! Dana is on shift at a station. Others record who is taken there; she gets a card of each of them, and no case. Whoever is not on shift gets
//! none, and hers are gone three days later.

use habeas_client_core::device::{Device, Memory};
use habeas_protocol::CaseId;
use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::{Quick, now, rng};
use habeas_tests::server::Server;
use habeas_tests::{that_hold, that_hold_bytes};
use serde_json::Value;

const HOUR: i64 = 3600;
/// The station, in a word that is nowhere else.
const STATION: &str = "Zhetisu-kqv station";
const WORDS: [&str; 4] = ["Zhetisu-kqv", "Айгерім", "Қанат", "ребро"];

/// When the clocks of Almaty show that, so many minutes from now.
fn clock(minutes: i64) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    let at = jiff::Timestamp::now().to_zoned(zone) + jiff::Span::new().minutes(minutes);
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Somebody whom a person records as held at a place.
fn taken(by: &Person, name: &str, place: &str) -> String {
    let case = by.begins(name);
    by.adds(&case, &["restrained", "exit_offered=no", "--when", &clock(-60), "--city", "almaty"]);
    by.adds(&case, &["delivered", "--when", &clock(-30), "--city", "almaty", "--place", place]);
    by.adds(&case, &["regime", "regime=none", "--when", &clock(-60)]);
    case
}

/// The cards on a person's device.
fn cards(person: &Person) -> Value {
    serde_json::from_str(&person.does(&["shift", "cards", "--json"])).unwrap()
}

fn names(person: &Person) -> Vec<String> {
    let cards = cards(person);
    let name = |card: &Value| card["name"].as_str().unwrap().to_owned();
    cards["cards"].as_array().unwrap().iter().map(name).collect()
}

fn on_shift(postgres: Option<&Postgres>) {
    let addresses = postgres.map(|server| (server.database(), server.database()));
    let databases = addresses.as_ref().map(|(hub, clerk)| (hub.as_str(), clerk.as_str()));
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let [dana, marat, zhanar] = [("dana", "lawyer"), ("marat", "lawyer"), ("zhanar", "recorder")]
        .map(|(name, role)| Person::is_let_in(name, role, &server, &aliya));
    let mut asel = Quick::joins("asel", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 5);
    aliya.approves_all();
    while asel.goes_round(&server.address) {}

    // Marat and Zhanar record who is taken where; Dana has a case of her own at that station.
    let aigerim = taken(&marat, "Айгерім Сәрсенова", STATION);
    marat.adds(&aigerim, &["vulnerability", "which=minor", "holds=yes"]);
    marat.adds(&aigerim, &["injury", "text=сломано ребро", "--when", &clock(-20)]);
    let qanat = taken(&zhanar, "Қанат", &STATION.to_uppercase());
    let serik = taken(&marat, "Серік", "Almaly station");
    let own = taken(&dana, "Гүлнар", STATION);
    for person in [&marat, &zhanar, &dana, &aliya] {
        person.does(&["sync"]);
    }

    // Nobody is on shift: nobody gets anything.
    assert!(dana.does(&["shift", "cards"]).contains("no index cards"));
    assert_eq!(cards(&dana), Value::Null);
    assert_eq!(asel.gets(&server.address, "/v1/cards").0, 403);
    assert!(aliya.does(&["shift", "list"]).contains("Nobody is on shift"));
    // Only a coordinator puts on shift, only a lawyer, into the future, for a day at most, and says where.
    let until = clock(8 * 60);
    let begins = |by: &Person, who: &str, at: &str, until: &str| by.fails(&["shift", "begin", who, "--at", at, "--until", until]);
    assert!(begins(&aliya, "zhanar", STATION, &until).contains("Only lawyers"));
    assert!(begins(&aliya, "dana", STATION, &clock(-1)).contains("future"));
    assert!(begins(&aliya, "dana", STATION, &clock(24 * 60 + 2)).contains("24 hours at most"));
    assert!(begins(&aliya, "dana", " ", &until).contains("1 to 252 bytes"));
    assert!(begins(&aliya, "dana", &"Б".repeat(200), &until).contains("1 to 252 bytes"));
    let of_marat = aliya.device_of("marat");
    assert!(begins(&marat, &of_marat, STATION, &until).contains("coordinator"));
    assert!(aliya.fails(&["shift", "end", "dana"]).contains("on no shift"));

    let said = aliya.does(&["shift", "begin", "dana", "--at", STATION, "--until", &until]);
    // A day is named where it is another one.
    assert!(["dana: on shift until ", &until[11..], STATION].iter().all(|part| said.contains(part)), "{said}");
    // Where, only coordinators read; that she is, everybody does.
    let said = dana.does(&["sync"]);
    assert!(said.contains("Index cards of the station: 2, as of "), "{said}");
    assert!(dana.does(&["shift", "list"]).contains("You are on shift until"));
    marat.does(&["sync"]);
    let said = marat.does(&["shift", "list"]);
    assert!(said.contains("on shift until") && !said.contains(STATION), "{said}");

    // Cards of those two, and of nobody else: the place was written in two ways, and her own case is hers in full.
    assert_eq!(names(&dana).len(), 2);
    let all = cards(&dana);
    let card = |case: &str| all["cards"].as_array().unwrap().iter().find(|card| card["case"] == *case).unwrap().clone();
    let of = |card: &Value| (card["name"].clone(), card["status"].clone(), card["minor"].clone(), card["injured"].clone());
    assert_eq!(of(&card(&aigerim)), ("Айгерім Сәрсенова".into(), "held".into(), "true".into(), true.into()));
    assert_eq!(of(&card(&qanat)), ("Қанат".into(), "held".into(), "unknown".into(), false.into()));
    assert_eq!(card(&qanat).as_object().unwrap().len(), 6, "nothing else is on a card");
    assert!(!all.to_string().contains("ребро") && !all.to_string().contains(&serik) && !all.to_string().contains(&own));
    let shown = dana.does(&["shift", "cards"]);
    let line = |name: &str| shown.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("Айгерім").contains("under 18; injured; "), "{shown}");
    assert!(line("Қанат").contains("age unknown; ") && line("Қанат").ends_with(" left"), "{shown}");
    assert!(dana.does(&["list"]).contains("Гүлнар"));
    assert!(dana.does(&["list"]).contains("Index cards of the station: 2"));
    // They are no cases: she opens none, and writes into none.
    for case in [&aigerim, &qanat, &serik] {
        assert!(dana.fails(&["case", "show", case]).contains("has no case"));
        assert!(dana.fails(&["fact", "add", case, "note", "text=mine"]).contains("has no case"));
    }
    assert_eq!(asel.gets(&server.address, "/v1/cards").0, 403, "nor does the shift of one let another see them");

    // Nothing of it can be read in what could be taken away: no name, and not where she is.
    let mut places = vec![server.folder.path(), aliya.folder.path(), dana.folder.path(), marat.folder.path()];
    places.extend(postgres.map(Postgres::folder));
    let found = || places.iter().flat_map(|place| that_hold(place, &WORDS)).collect::<Vec<_>>();
    assert_eq!(found(), Vec::<String>::new());

    // What becomes hers is on no card any more, and whoever is free is not either.
    aliya.does(&["assign", &aigerim, "dana"]);
    let held = taken(&zhanar, "Мадина", STATION);
    zhanar.adds(&qanat, &["released", "--when", &clock(-1), "--city", "almaty"]);
    zhanar.does(&["sync"]);
    dana.does(&["sync"]);
    assert_eq!(names(&dana), ["Мадина"]);
    assert_eq!(dana.case(&aigerim)["view"]["status"], "held");
    // What is erased is on no device any more, as soon as that hears of it: here with no new cards, because the shift is over.
    aliya.does(&["shift", "end", "dana"]);
    aliya.does(&["sync"]);
    let said = dana.does(&["sync"]);
    assert!(!said.contains("Index cards"), "{said}");
    assert_eq!(names(&dana), ["Мадина"], "for three days, whatever became of the shift");
    aliya.does(&["case", "erase", &held, "--yes"]);
    dana.does(&["sync"]);
    assert_eq!(names(&dana), Vec::<String>::new());

    gone_after_three_days(&server, &aliya, &mut asel, &taken(&zhanar, "Ерлан", STATION), &zhanar);
    let record = Server::does(server.folder.path(), databases, &["audit", "show"]);
    assert!(["begin_shift", "read_cards", "end_shift"].iter().all(|act| record.contains(&format!(" {act} "))), "{record}");
    assert_eq!(found(), Vec::<String>::new());

    // A phone that is taken while its owner is on shift: it loses the cards as everything else.
    aliya.does(&["shift", "begin", "dana", "--at", STATION, "--until", &until]);
    dana.does(&["sync"]);
    assert_eq!(names(&dana), ["Ерлан"]);
    aliya.does(&["device", "revoke", &aliya.device_of("dana")]);
    assert!(dana.fails(&["sync"]).contains("revoked"));
    assert!(dana.fails(&["shift", "cards"]).contains("revoked"));
}

/// Asel's phone has cards for three days by its own clock; then nothing of them is in its records.
fn gone_after_three_days(server: &Server, aliya: &Person, asel: &mut Quick, case: &str, zhanar: &Person) {
    zhanar.does(&["sync"]);
    aliya.does(&["shift", "begin", "asel", "--at", STATION, "--until", &clock(60)]);
    while asel.goes_round(&server.address) {}
    asel.device.is_at(now(), &mut rng(8)).unwrap();
    assert!(asel.device.shift().is_some());
    let (status, bytes) = asel.gets(&server.address, "/v1/cards");
    assert_eq!(status, 200);
    // Whoever looks on between the clerk and her learns neither who nor how many.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("answer"), &bytes).unwrap();
    assert_eq!(that_hold(folder.path(), &["Ерлан"]), Vec::<String>::new());
    asel.device.take_cards(&bytes).unwrap();
    let of = |device: &Device<Memory>| device.cards().map(|cards| cards.cards.iter().map(|card| card.case).collect::<Vec<_>>());
    let case: CaseId = case.parse().unwrap();
    let until = asel.device.cards_until().unwrap();
    assert!((until - now() - 72 * HOUR).abs() < 60, "{until}");
    asel.device.is_at(until - 1, &mut rng(8)).unwrap();
    // Aigerim and Gulnar are Dana's, and not hers.
    let there = of(&asel.device).unwrap();
    assert!(there.len() == 3 && there.contains(&case), "{there:?}");
    let holds = |device: &mut Device<Memory>| {
        let records = tempfile::tempdir().unwrap();
        let all: Vec<u8> = device.records().0.values().flatten().copied().collect();
        std::fs::write(records.path().join("all"), all).unwrap();
        !that_hold_bytes(records.path(), &["Ерлан".as_bytes().to_vec()]).is_empty()
    };
    assert!(holds(&mut asel.device), "the search would find it");
    asel.device.is_at(until, &mut rng(8)).unwrap();
    assert!(of(&asel.device).is_none() && !holds(&mut asel.device));
    asel.device.is_at(now(), &mut rng(8)).unwrap();
    assert!(asel.device.take_cards(&bytes).is_err() && asel.device.cards().is_none());
}

#[test]
fn whoever_is_on_shift_has_cards_of_those_at_the_station() {
    on_shift(None);
    on_shift(Some(&Postgres::start()));
}
