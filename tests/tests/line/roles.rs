//! What an invitation says that somebody is to be, and what the log says that they are.

use habeas_tests::device::Person;
use habeas_tests::quick::Quick;
use habeas_tests::raw::Raw;
use habeas_tests::server::Server;

use crate::next_device::reads;
use crate::on_both;
use crate::second_factor::enrols;

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

/// Zhanar came to record, in the street; she is a lawyer. From then on she reads what she has begun, whatever became of its keys meanwhile, and gets cases.
#[test]
fn a_recorder_who_becomes_a_lawyer_reads_what_she_has_begun() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let bolat = Person::is_let_in("bolat", "coordinator", &server, &aliya);
        let [zhanar, marat] =
            [("zhanar", "recorder"), ("marat", "lawyer")].map(|(name, role)| Person::is_let_in(name, role, &server, &aliya));
        let case = zhanar.begins("Айгерім");
        zhanar.does(&["sync"]);
        let other = marat.begins("Ермек");
        marat.does(&["sync"]);
        // Bolat has not let her in: whose name stands beside an id is the server's word.
        let hers = aliya.device_of("zhanar");
        for who in ["zhanar", &hers[..8], &hers] {
            assert!(bolat.fails(&["role", who, "lawyer"]).contains("has not let"), "{who}");
        }
        assert!(bolat.fails(&["role", &hers[..8], "lawyer", "--compared-by-voice"]).contains("has not let"));
        aliya.does(&["device", "revoke", &aliya.device_of("bolat")]);
        aliya.does(&["sync"]);
        aliya.adds(&case, &["note", "text=what Aliya heard"]);
        aliya.does(&["sync"]);
        zhanar.does(&["sync"]);
        assert!(!zhanar.does(&["case", "show", &case]).contains("what Aliya heard"));

        assert!(marat.fails(&["role", "zhanar", "lawyer"]).contains("Only a coordinator's device"));
        let refused = [
            (["zhanar", "recorder"], "already"),
            (["marat", "recorder"], "everything that the person could before"),
            (["marat", "advocate"], "everything that the person could before"),
            (["aliya", "lawyer"], "everything that the person could before"),
            (["zhanar", "clerk"], "role"),
            (["nobody", "lawyer"], "has not let"),
        ];
        for ([who, role], why) in refused {
            let said = aliya.fails(&["role", who, role]);
            assert!(said.contains(why), "{who} {role}: {said}");
        }
        // She is under way, and begins another one before she hears of it.
        let late = zhanar.begins("Дәурен");
        let said = aliya.does(&["role", "zhanar", "lawyer"]);
        assert!(said.starts_with("zhanar: lawyer from now on"), "{said}");
        assert!(zhanar.does(&["sync"]).contains("From now on you are: lawyer"));
        reads(&zhanar, &case, &["what Aliya heard"]);
        aliya.does(&["sync"]);
        aliya.adds(&late, &["note", "text=about the late one"]);
        aliya.does(&["assign", &other, "zhanar"]);
        aliya.does(&["sync"]);
        reads(&zhanar, &other, &["Ермек"]);
        reads(&zhanar, &late, &["about the late one"]);
        let list = aliya.does(&["device", "list"]);
        assert!(list.lines().any(|line| line.contains("zhanar") && line.contains("lawyer")), "{list}");
        // What she writes goes under the secret that she has now.
        zhanar.adds(&case, &["note", "text=and what she learned"]);
        zhanar.does(&["sync"]);
        reads(&aliya, &case, &["and what she learned"]);
    });
}

/// Aliya is alone; Dana, who has worked with her for a year, coordinates from now on. She opens every case and lets people in, once she has a second factor.
#[test]
fn a_lawyer_who_becomes_a_coordinator_opens_every_case_and_lets_people_in() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [dana, marat] = ["dana", "marat"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        let case = marat.begins("Айгерім");
        marat.adds(&case, &["note", "text=what Marat heard"]);
        marat.does(&["sync"]);
        let alone = |said: std::process::Output| String::from_utf8_lossy(&said.stderr).contains("second coordinator");
        assert!(alone(aliya.tries(&["sync"])));
        server.with_hub(databases, |hub| hub.runs("UPDATE accounts SET second_factor_due_at = 0 WHERE name = 'dana'"));

        let said = aliya.tries(&["role", &aliya.device_of("dana"), "coordinator", "--compared-by-voice"]);
        assert!(String::from_utf8_lossy(&said.stderr).contains("authenticator app"), "{said:?}");
        assert!(!alone(aliya.tries(&["sync"])));
        let said = dana.tries(&["sync"]);
        assert!(String::from_utf8_lossy(&said.stdout).contains("From now on you are: coordinator"), "{said:?}");
        assert!(String::from_utf8_lossy(&said.stderr).contains("habeas second-factor enrol"), "{said:?}");
        reads(&dana, &case, &["what Marat heard"]);
        // Her account is old, and has none.
        assert!(dana.fails(&["invite", "--role", "lawyer"]).contains("second factor"));
        enrols(&dana, None);
        let asel = Person::joins("asel", "lawyer", &server, &dana);
        dana.approves_all();
        assert!(asel.does(&["sync"]).starts_with("sent 0,"));
        // She is whom others need to thaw somebody, and is frozen like them.
        aliya.does(&["coordinator", "freeze", "dana"]);
        assert!(dana.fails(&["assign", &case, "asel"]).contains("frozen"));
    });
}
