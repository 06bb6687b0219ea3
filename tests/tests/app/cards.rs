//! A lawyer at a station's door, with the app on their phone: they see who is inside, and open nobody's case.

use habeas_tests::browser::PHONE;
use habeas_tests::device::Person;
use habeas_tests::road::Road;
use habeas_tests::server::Server;

use super::user::User;

fn almaty(minutes: i64) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes)).to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string()
}

#[test]
fn whoever_is_on_shift_sees_who_is_held_there_also_without_a_network() {
    let server = Server::with_app();
    let road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let taken = almaty(-60);
    for (name, place) in [("Айгерім", "Almaly station"), ("Серік", "Almaly station"), ("Ерлан", "Medeu station")]
    {
        let case = aliya.begins(name);
        aliya.adds(&case, &["restrained", "exit_offered=no", "--when", &taken, "--city", "almaty"]);
        aliya.adds(&case, &["regime", "regime=none", "--when", &taken]);
        aliya.adds(&case, &["delivered", "--when", &taken, "--city", "almaty", "--place", place]);
        if name == "Серік" {
            aliya.adds(&case, &["injury", "text=his arm", "--when", &taken, "--city", "almaty"]);
        }
    }
    let dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    aliya.approves_all();
    dana.exchanges();
    dana.browser.presses("Cases");
    dana.browser.reads("There is no case on this device yet.");
    assert!(!dana.browser.text().contains("Index cards"));

    aliya.does(&["shift", "begin", "dana", "--at", "Almaly station", "--until", &almaty(240)]);
    dana.waits_for_the_offline_copy();
    dana.exchanges();
    road.close();
    dana.browser.reloads();
    dana.unlocks();
    dana.browser.presses("Cases");
    dana.browser.reads("Index cards of the station");
    let text = dana.browser.text();
    assert!(text.contains("Айгерім") && text.contains("Серік") && !text.contains("Ерлан"), "{text}");
    assert!(text.contains("injured") && text.contains("age unknown") && text.contains(" left"), "{text}");
    let open = "return document.querySelectorAll('.cases a').length";
    assert_eq!(dana.browser.js(open), 0, "a card opens no case");

    // Without the server there are no new ones, and it says so; those that there are stay.
    dana.browser.presses("Exchange");
    dana.browser.presses("Exchange now");
    dana.browser.reads("Nothing on this device is lost");
    dana.browser.presses("Cases");
    dana.browser.reads("Айгерім");
    dana.breaks_no_policy();
}
