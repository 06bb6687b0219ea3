//! What an invitation says that somebody is to be, and what the log says that they are.

use habeas_tests::device::Person;
use habeas_tests::quick::Quick;
use habeas_tests::raw::Raw;
use habeas_tests::server::Server;

use crate::on_both;

/// A coordinator's device in strange hands invites to what nobody is. Whoever came so would speak to the hub and stand in no list.
#[test]
fn every_device_that_speaks_to_the_hub_stands_in_the_list() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let bolat = Quick::joins("bolat", &aliya.does(&["invite", "--role", "coordinator"]), &server.address, 21);
        aliya.approves_all();
        let invites = |role: &str| {
            let path = "/v1/invitations";
            let invite = serde_json::json!({"token_hash": "ab".repeat(32), "person": "cd".repeat(16), "role": role, "hours": 24});
            let body = invite.to_string().into_bytes();
            let pass = bolat.pass_with("POST", path, &body);
            let headers = [("authorization", pass.as_str()), ("content-type", "application/json")];
            Raw::to(&server.address).ask("POST", path, &headers, body)
        };
        for role in ["recovery", "clerk"] {
            assert_eq!(invites(role).refusal(), (400, "bad_input"), "{role}");
        }
        assert_eq!(invites("recorder").status, 201);

        // Somebody has come so while the hub was of an older version.
        Person::joins("zhanar", "recorder", &server, &aliya);
        server.with_hub(databases, |hub| hub.runs("UPDATE accounts SET role = 'recovery' WHERE name = 'zhanar'"));
        let list = aliya.does(&["device", "list"]);
        assert!(list.lines().any(|line| line.contains("zhanar") && line.contains("recorder")), "{list}");
    });
}

/// Dana was invited as a lawyer, and Bolat, who met her, lets her in as a coordinator. What her password guards now is what counts.
#[test]
fn who_was_let_in_as_a_coordinator_is_urged_whatever_the_invitation_said() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let bolat = Person::is_let_in("bolat", "coordinator", &server, &aliya);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        assert!(dana.does(&["second-factor", "show"]).contains("its role needs none"));
        bolat.does(&["device", "approve", &bolat.device_of("dana"), "--compared-by-voice", "coordinator"]);
        dana.does(&["sync"]);
        assert!(dana.does(&["second-factor", "show"]).contains("whoever learns its password gets in"));
        let said = dana.tries(&["login", "--server", &server.address, "--account", "dana"]);
        assert!(String::from_utf8_lossy(&said.stderr).contains("habeas second-factor enrol"), "{said:?}");
    });
}
