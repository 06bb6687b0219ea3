//! Somebody may have looked over Dana's shoulder: she gives her account another password, and whoever has come in by the old one is out.

use std::process::Output;

use habeas_hub::totp;
use habeas_tests::device::Person;
use habeas_tests::server::Server;
use habeas_tests::that_hold;

use crate::on_both;
use crate::second_factor::{enrols, refused};

const NEXT: &str = "the steppe is wide in spring";

/// `habeas password` with the password until now, the next one, and a code.
fn changes(person: &Person, password: &str, next: &str, code: Option<&str>) -> Output {
    let mut command = person.command(&["password"]);
    command.env("HABEAS_PASSWORD", password).env("HABEAS_NEW_PASSWORD", next);
    if let Some(code) = code {
        command.env("HABEAS_CODE", code);
    }
    command.output().unwrap()
}

fn login(person: &Person, server: &Server, password: &str, code: Option<&str>) -> Output {
    let mut command = person.command(&["login", "--server", &server.address, "--account", person.name]);
    command.env("HABEAS_PASSWORD", password);
    if let Some(code) = code {
        command.env("HABEAS_CODE", code);
    }
    command.output().unwrap()
}

fn done(output: &Output) {
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_new_password_shuts_out_whoever_came_in_by_the_old_one() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let marat = Person::is_let_in("marat", "lawyer", &server, &aliya);
        let old = "dana has a long password";
        // Somebody who has seen it signs in on a device of their own, which Aliya takes for Dana's second one.
        let thief = Person::new("dana");
        let organisation = dana.does(&["org", "show"]);
        thief.does(&["login", "--server", &server.address, "--account", "dana", "--organisation", organisation.trim()]);
        // While that device waits it changes nothing: Dana would be out otherwise.
        refused(&changes(&thief, old, "somebody else's password", None), "let this device in");
        let list = aliya.does(&["device", "list"]);
        let waiting = list.lines().find(|line| line.ends_with(" waits, keys unproved")).unwrap();
        let device = waiting.split_whitespace().next().unwrap();
        aliya.does(&["device", "approve", device, "--compared-by-voice", "lawyer"]);
        [&dana, &thief].iter().for_each(|device| drop(device.does(&["sync"])));

        // The session alone is not enough, and what is too short is none.
        refused(&changes(&dana, "somebody guesses this", NEXT, None), "not the password that the account has now");
        refused(&changes(&dana, old, "short", None), "10 to 256 bytes");
        [&dana, &thief].iter().for_each(|device| drop(device.does(&["sync"])));

        done(&changes(&dana, old, NEXT, None));
        assert!(thief.fails(&["sync"]).contains("Sign in again"));
        refused(&login(&thief, &server, old, None), "not valid");
        assert!(thief.fails(&["sync"]).contains("Sign in again"));
        // Dana's device goes on, and so does everybody else's; the new password lets in, the old one changes nothing more.
        [&dana, &marat, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
        refused(&changes(&dana, old, "yet another password", None), "not the password that the account has now");
        done(&login(&dana, &server, NEXT, None));

        let audit = server.operator(databases, &["audit", "show"]);
        let audit = String::from_utf8(audit.stdout).unwrap();
        let of_change =
            |end: &str| audit.lines().filter(|line| line.contains(" change_password person:") && line.ends_with(end)).count();
        assert_eq!((of_change("done"), of_change("refused")), (1, 1), "{audit}");
        assert_eq!(that_hold(server.folder.path(), &[NEXT, old]), Vec::<String>::new());
    });
}

#[test]
fn with_a_second_factor_it_takes_a_code_and_the_app_goes_on() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let old = "aliya has a long password";
        let (secret, step, codes) = enrols(&aliya, None);
        refused(&changes(&aliya, old, NEXT, None), "set HABEAS_CODE");
        refused(&changes(&aliya, old, NEXT, Some("no code")), "wrong or was used already");
        // What was refused has changed nothing, and used nothing up.
        done(&changes(&aliya, old, NEXT, Some(&codes[0])));
        refused(&changes(&aliya, NEXT, old, Some(&codes[0])), "wrong or was used already");
        refused(&login(&aliya, &server, old, Some(&codes[1])), "not valid");
        // The app's secret is sealed under the new password now: its codes are as good as before, and so are the recovery codes.
        done(&login(&aliya, &server, NEXT, Some(&totp::code(&secret, step + 1))));
        done(&login(&aliya, &server, NEXT, Some(&codes[1])));
        assert!(aliya.does(&["second-factor", "show"]).contains("left: 8"));
    });
}
