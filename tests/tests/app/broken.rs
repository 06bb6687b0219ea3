//! A phone on a network that breaks off.

use habeas_tests::browser::PHONE;
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
    road.breaks_after(600_000);
    bolat.exchanges();
    let carried = road.carried();
    assert!((1_200_000..1_700_000).contains(&carried), "{carried}");
    bolat.browser.presses("Cases");
    bolat.browser.until("every case", |browser| browser.js("return document.querySelectorAll('.cases a').length") == CASES);
}
