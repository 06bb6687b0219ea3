//! A network that breaks off in the middle of an exchange: what came stays, and the rest comes next time.

use habeas_tests::device::Person;
use habeas_tests::quick::Quick;
use habeas_tests::road::Road;
use habeas_tests::server::Server;

/// A coordinator at the end of a road of their own.
fn far_away(name: &'static str, server: &Server, aliya: &Person) -> (Person, Road) {
    let road = Road::to(&server.address);
    let person = Person::joins_at(name, "coordinator", &road.address, aliya);
    road.carried();
    (person, road)
}

#[test]
fn a_desk_whose_network_breaks_off_gets_the_rest_and_not_everything_again() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let [(bolat, one), (gulnar, other)] = ["bolat", "gulnar"].map(|name| far_away(name, &server, &aliya));
    let mut dana = Quick::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 5);
    aliya.approves_all();
    dana.begins_many_long(300, &server.address);
    bolat.does(&["sync"]);
    let whole = one.carried();
    assert!(whole > 1_200_000, "{whole}");

    other.breaks_after(whole / 2);
    let said = gulnar.does(&["sync"]);
    assert!(said.contains("300"), "{said}");
    let carried = other.carried();
    assert!((whole..whole + whole / 3).contains(&carried), "{carried} of {whole}");
    assert_eq!(gulnar.does(&["list"]).lines().count(), bolat.does(&["list"]).lines().count());
}
