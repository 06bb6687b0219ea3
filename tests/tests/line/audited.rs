//! What was done with the server stands in a chain: whoever has the server can change, remove or cut off nothing of it unseen, and a flood
//! does not fill it.

use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{Nonce, SignIn};
use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::{PASSWORD, Quick, rng};
use habeas_tests::raw::{Phone, Raw};
use habeas_tests::server::Server;

use crate::on_both;

type Databases<'a> = Option<(&'a str, &'a str)>;

/// Runs a statement in the hub's database, as whoever has taken the server could.
fn runs(server: &Server, databases: Databases<'_>, statement: &str) {
    server.with_hub(databases, |hub| hub.runs(statement));
}

/// What `audit verify` prints: `Ok` if the record is whole.
fn verify(server: &Server, databases: Databases<'_>, heads: &[&str]) -> Result<String, String> {
    let mut arguments = vec!["audit", "verify"];
    heads.iter().for_each(|head| arguments.extend(["--head", head]));
    let output = server.operator(databases, &arguments);
    let (said, failed) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    if output.status.success() { Ok(said) } else { Err(failed) }
}

fn show(server: &Server, databases: Databases<'_>) -> Vec<String> {
    let output = server.operator(databases, &["audit", "show"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn sign_in(server: &Server, secrets: &DeviceSecrets, account: &str, password: &str) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let nonces = format!("{}/v1/nonces", server.address);
    let nonce: Nonce = agent.post(nonces).send_json(secrets.ask_nonce()).unwrap().body_mut().read_json().unwrap();
    let body: SignIn = secrets.sign_in(account, password.into(), None, &nonce);
    agent.post(format!("{}/v1/sessions", server.address)).send_json(&body).unwrap().status().as_u16()
}

#[test]
fn what_was_done_is_recorded_by_ids_and_whoever_changes_it_is_found_out() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        let saule = Person::joins("saule", "advocate", &server, &aliya);
        aliya.approves_all();
        [&dana, &saule].iter().for_each(|person| drop(person.does(&["sync"])));
        let case = dana.begins("Айгерім Сәрсенова");
        dana.does(&["sync"]);
        aliya.does(&["sync"]);
        aliya.does(&["assign", &case, "dana"]);
        dana.does(&["contact", "dana@example.org"]);
        saule.does(&["tally", "show", "--from", "2026-01-10", "--to", "2026-01-10"]);
        assert!(dana.fails(&["family", "list"]).contains("may not do that"));
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        let device = aliya.does(&["device", "list"]);
        let device = device.lines().find(|line| line.contains("saule")).unwrap().split_whitespace().next().unwrap();
        aliya.does(&["device", "revoke", device]);

        let lines = show(&server, databases);
        let has = |parts: &[&str]| lines.iter().any(|line| parts.iter().all(|part| line.contains(part)));
        for parts in [
            vec!["operator start"],
            vec![" set_up person:", "done"],
            vec![" begin log:0 device:"],
            vec![" invite person:", "role:advocate"],
            vec![" register person:"],
            vec![" admit log:", "role:lawyer"],
            vec![" grant log:", &format!("case:{case}")],
            vec![" set_contact person:"],
            vec![" count from:2026-01-10 to:2026-01-10"],
            vec![" access action:ReadFamilies refused"],
            vec![" sign_in person:", "done"],
            vec![" revoke log:", &format!("device:{device}")],
        ] {
            assert!(has(&parts), "{parts:?} in {lines:#?}");
        }
        let words = ["Айгерім", "dana", "aliya", "saule", "@", "example", "127.0.0.1"];
        assert!(!lines.iter().any(|line| words.iter().any(|word| line.contains(word))), "ids only: {lines:#?}");

        let whole = verify(&server, databases, &[]).unwrap();
        let head = aliya.does(&["audit"]);
        let head = head.trim();
        assert!(verify(&server, databases, &[head]).unwrap().contains("found: 1"), "{whole}");

        // One letter of an entry in the middle; then it is as it was.
        runs(&server, databases, "UPDATE audit SET subjects = 'x' || subjects WHERE number = 3");
        let said = verify(&server, databases, &[]).unwrap_err();
        assert!(said.contains("entry 3 was changed"), "{said}");
        runs(&server, databases, "UPDATE audit SET subjects = substr(subjects, 2) WHERE number = 3");
        verify(&server, databases, &[head]).unwrap();
        // Another time is a change, too.
        runs(&server, databases, "UPDATE audit SET at = at - 60 WHERE number = 4");
        assert!(verify(&server, databases, &[]).unwrap_err().contains("entry 4 was changed"));
        runs(&server, databases, "UPDATE audit SET at = at + 60 WHERE number = 4");
        // An entry that nobody wrote, behind the end, and the end cut off without care.
        let number = lines.len() + 1;
        let forged =
            format!("INSERT INTO audit SELECT {number}, at, actor, act, subjects, outcome, link FROM audit WHERE number = 2");
        runs(&server, databases, &forged);
        assert!(verify(&server, databases, &[]).unwrap_err().contains(&format!("entry {number} was changed")));
        runs(&server, databases, &format!("DELETE FROM audit WHERE number >= {}", lines.len()));
        assert!(verify(&server, databases, &[]).unwrap_err().contains("the end was removed"));
        // In the middle.
        runs(&server, databases, "DELETE FROM audit WHERE number = 5");
        assert!(verify(&server, databases, &[]).unwrap_err().contains("entry 5 is missing"));
    });
}

#[test]
fn whoever_cuts_the_record_off_is_found_out_by_what_devices_keep() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let head = aliya.does(&["audit"]).trim().to_owned();
        let number: u64 = head.split(':').next().unwrap().parse().unwrap();
        assert!(number > 3, "{head}");
        let is_told = || String::from_utf8_lossy(&aliya.tries(&["sync"]).stderr).contains("audit record");
        assert!(!is_told(), "all is well");

        // Whoever has the server cuts the record off with care: what is left is a chain as good as any.
        let cut = "DELETE FROM audit WHERE number > 2; \
            UPDATE audit_head SET number = 2, link = (SELECT link FROM audit WHERE number = 2)";
        runs(&server, databases, cut);
        verify(&server, databases, &[]).unwrap();
        let said = verify(&server, databases, &[&head]).unwrap_err();
        assert!(said.contains("was shortened") && said.contains(&format!("once had {number}")), "{said}");

        // Aliya's device says so in her language, once, and keeps both heads.
        let said = aliya.tries(&["--lang", "en", "sync"]);
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(said.contains("shortened or restored from a backup") && said.contains(&head), "{said}");
        assert!(!is_told(), "said once");
        let kept = aliya.does(&["audit"]);
        assert!(kept.starts_with("2:") && kept.contains(&head), "{kept}");

        // The record goes on, beyond where it was: it is another one all the same.
        for _ in 0..number {
            aliya.does(&["invite", "--role", "lawyer"]);
        }
        let said = verify(&server, databases, &[&head]).unwrap_err();
        assert!(said.contains("another one"), "{said}");
        verify(&server, databases, &[kept.lines().next().unwrap()]).unwrap();
    });
}

#[test]
fn two_servers_on_one_database_write_one_chain() {
    let postgres = Postgres::start();
    let (hub, clerk, other) = (postgres.database(), postgres.database(), postgres.database());
    let databases = Some((hub.as_str(), clerk.as_str()));
    let one = Server::start(databases);
    let aliya = Person::founds("aliya", &one);
    let two = Server::start(Some((&hub, &other)));
    let before = show(&one, databases).len();
    let invitation = aliya.does(&["invite", "--role", "lawyer"]);
    let dana = Quick::joins("dana", &invitation, &one.address, 7);
    std::thread::scope(|scope| {
        for server in [&one, &two, &one, &two] {
            let secrets = dana.device.secrets();
            scope.spawn(move || (0..5).for_each(|_| assert_eq!(sign_in(server, secrets, "dana", PASSWORD), 201)));
        }
    });
    let lines = show(&two, databases);
    assert_eq!(lines.len(), before + 2 + 20, "an invitation, an account, and twenty times signed in: {lines:#?}");
    assert!(verify(&one, databases, &[]).unwrap().contains(&format!("{} entries", lines.len())));
}

#[test]
fn a_flood_of_wrong_passwords_becomes_a_number() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let invitation = aliya.does(&["invite", "--role", "lawyer"]);
        let dana = Quick::joins("dana", &invitation, &server.address, 7);
        let before = show(&server, databases).len();
        // Dana's own device mistypes; somebody tries her account, and one that is not there, with fresh keys each time.
        for number in 0..12 {
            assert_eq!(sign_in(&server, dana.device.secrets(), "dana", "mistyped this time"), 401);
            let fresh = DeviceSecrets::generate(&mut rng(100 + number));
            assert_eq!(sign_in(&server, &fresh, "dana", "guess"), 401);
            assert_eq!(sign_in(&server, &fresh, "nobody-of-that-name", "guess"), 401);
        }
        let lines = show(&server, databases);
        let refused: Vec<&String> = lines.iter().filter(|line| line.ends_with(" refused")).collect();
        assert_eq!(refused.len(), 3, "{lines:#?}");
        assert!(refused.iter().any(|line| line.contains(&dana.device.id().to_string())), "{refused:#?}");
        assert!(refused.iter().any(|line| line.contains("unknown sign_in person:")), "{refused:#?}");
        assert!(refused.iter().any(|line| line.contains("unknown sign_in -")), "{refused:#?}");
        assert_eq!(lines.iter().filter(|line| line.starts_with("not in the record yet") && line.ends_with("11 more")).count(), 3);
        // Most of it is in the record already: whoever has the server takes the rest away, and no more.
        assert_eq!(lines.iter().filter(|line| line.contains(" refused 10 more since ")).count(), 3, "{lines:#?}");
        assert_eq!(lines.len(), before + 9);
        assert!(!lines.iter().any(|line| line.contains("nobody-of-that-name")));

        // An hour later the next thing that is done brings it into the record.
        runs(&server, databases, "UPDATE audit_counted SET since = since - 3601");
        aliya.does(&["invite", "--role", "lawyer"]);
        let lines = show(&server, databases);
        assert_eq!(lines.iter().filter(|line| line.contains(" refused 11 more since ")).count(), 3, "{lines:#?}");
        assert!(lines.last().unwrap().contains(" invite "), "{lines:#?}");
        verify(&server, databases, &[]).unwrap();
    });
}

/// What no route's rule can know the domain refuses; that is in the record as everything else is that was refused.
#[test]
fn what_is_refused_behind_the_door_is_recorded_too() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let saule = Person::joins("saule", "advocate", &server, &aliya);
        let mut marat = Quick::joins("marat", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 31);
        let raw = Raw::to(&server.address);
        let dana = Phone::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &raw, 32);
        aliya.approves_all();
        saule.does(&["sync"]);
        while marat.goes_round(&server.address) {}
        let case = aliya.begins("Айгерім");
        aliya.does(&["sync"]);

        // Aliya's case is not Marat's, and of one that is not there he learns no more.
        let made_up = "ef".repeat(16);
        for case in [&case, &made_up] {
            let of = format!("/v1/cases/{case}/attachments/{}", "ab".repeat(16));
            assert_eq!(marat.gets(&server.address, &of).0, 403);
            assert_eq!(marat.puts(&server.address, &format!("{of}/0"), b"a piece"), 403);
            assert_eq!(marat.gets(&server.address, &format!("{of}/0/{}", dana.secrets.keys().id())).0, 403);
        }
        assert_eq!(marat.gets(&server.address, "/v1/cards").0, 403, "he is on no shift");
        let count = saule.does(&["tally", "propose", "--from", "2026-01-10", "--to", "2026-01-10"]);
        assert!(saule.fails(&["tally", "release", count.trim()]).contains("second person"));
        // Dana's phone, and a copy of it: the copy shows the token of before.
        let next: habeas_protocol::api::Session = dana.renews(&raw).read();
        assert_eq!(dana.asks(&raw, &next.token).status, 200);
        for _ in 0..2 {
            assert_eq!(dana.asks(&raw, &dana.session.token).refusal(), (401, "session_ended"));
        }

        let lines = show(&server, databases);
        let times = |end: String| lines.iter().filter(|line| line.ends_with(&end)).count();
        let (marat, dana) = (marat.device.id(), dana.secrets.keys().id());
        for about in [format!(" case:{case}"), String::new()] {
            for action in ["ReadCase", "WriteCase"] {
                assert_eq!(times(format!(" {marat} access action:{action}{about} refused")), 1, "{action}{about} {lines:#?}");
            }
        }
        assert_eq!(times(format!(" {marat} access action:ReadCardsOfShift refused")), 1, "{lines:#?}");
        let own = format!(" access action:ReleaseCount count:{} refused", count.trim());
        assert_eq!(times(own), 1, "{lines:#?}");
        let ended = lines.iter().filter(|line| line.contains(&format!(" {dana} end_session person:")) && line.ends_with(" done"));
        assert_eq!(ended.count(), 1, "{lines:#?}");
        verify(&server, databases, &[]).unwrap();
    });
}
