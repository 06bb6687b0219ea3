//! A coordinator's authenticator app: each code once, recovery codes once, and a loss that another coordinator mends.

use std::process::Output;
use std::time::{SystemTime, UNIX_EPOCH};

use base32ct::{Base32Unpadded, Encoding as _};
use habeas_hub::totp;
use habeas_tests::device::Person;
use habeas_tests::server::Server;
use habeas_tests::that_hold;

use crate::on_both;

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The secret in what is shown for an app.
fn secret_of(shown: &str) -> [u8; 20] {
    let (_, secret) = shown.split_once("otpauth://totp/").unwrap().1.split_once("?secret=").unwrap();
    Base32Unpadded::decode_vec(&secret.lines().next().unwrap().to_lowercase()).unwrap().try_into().unwrap()
}

/// Enrols an app and returns its secret, the step of the code that was used, and the recovery codes.
pub fn enrols(person: &Person, current: Option<&str>) -> ([u8; 20], i64, Vec<String>) {
    let shown = person.does(&["second-factor", "enrol"]);
    let secret = secret_of(&shown);
    let step = now() / totp::STEP;
    let mut command = person.command(&["second-factor", "confirm", &totp::code(&secret, step)]);
    if let Some(current) = current {
        command.env("HABEAS_CODE", current);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let codes: Vec<String> = said.lines().filter(|line| line.len() == 24).map(str::to_owned).collect();
    assert_eq!(codes.len(), 10, "{said}");
    (secret, step, codes)
}

fn login(person: &Person, server: &Server, code: Option<&str>) -> Output {
    let mut command = person.command(&["login", "--server", &server.address, "--account", person.name]);
    if let Some(code) = code {
        command.env("HABEAS_CODE", code);
    }
    command.output().unwrap()
}

pub fn refused(output: &Output, says: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains(says), "{says}: {output:?}");
}

#[test]
fn a_coordinator_signs_in_with_a_code_and_a_lost_phone_is_mended_by_another() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let bolat = Person::joins("bolat", "coordinator", &server, &aliya);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        aliya.approves_all();
        bolat.does(&["sync"]);
        // Whoever opens every case is told at every sign-in that a password alone guards that; a lawyer is not.
        let said = login(&bolat, &server, None);
        assert!(String::from_utf8_lossy(&said.stderr).contains("habeas second-factor enrol"), "{said:?}");
        let said = login(&dana, &server, None);
        assert!(said.status.success() && said.stderr.is_empty(), "{said:?}");
        assert!(aliya.does(&["second-factor", "show"]).contains("whoever learns its password gets in"));
        assert!(dana.does(&["second-factor", "show"]).contains("its role needs none"));

        assert!(aliya.fails(&["second-factor", "confirm", "123456"]).contains("Nothing is waiting"));
        aliya.does(&["second-factor", "enrol"]);
        assert!(aliya.fails(&["second-factor", "confirm", "no code"]).contains("wrong or was used"));
        let mut guesses = aliya.command(&["second-factor", "confirm", "no code"]);
        guesses.env("HABEAS_PASSWORD", "somebody guesses this");
        refused(&guesses.output().unwrap(), "not the password that the account has now");
        let (secret, step, codes) = enrols(&aliya, None);
        assert!(aliya.does(&["second-factor", "show"]).contains("left: 10"));

        // The password alone does not let in, nor does a wrong code, nor the one that was used to enrol.
        refused(&login(&aliya, &server, None), "set HABEAS_CODE");
        let wrong = format!("{:06}", (totp::code(&secret, step).parse::<u32>().unwrap() + 1) % 1_000_000);
        refused(&login(&aliya, &server, Some(&wrong)), "wrong or was used already");
        refused(&login(&aliya, &server, Some(&totp::code(&secret, step))), "wrong or was used already");
        let next = totp::code(&secret, step + 1);
        assert!(login(&aliya, &server, Some(&next)).status.success());
        refused(&login(&aliya, &server, Some(&next)), "wrong or was used already");
        // A recovery code lets in once, however it is typed.
        assert!(login(&aliya, &server, Some(&codes[3])).status.success());
        refused(&login(&aliya, &server, Some(&codes[3])), "wrong or was used already");
        assert!(login(&aliya, &server, Some(&codes[4].replace('-', " ").to_uppercase())).status.success());
        assert!(aliya.does(&["second-factor", "show"]).contains("left: 8"));
        // Another app takes a code of the one that is there; then the old codes are gone.
        aliya.does(&["second-factor", "enrol"]);
        refused(&aliya.tries(&["second-factor", "confirm", "123456"]), "set HABEAS_CODE");
        let (_, _, newer) = enrols(&aliya, Some(&codes[5]));
        refused(&login(&aliya, &server, Some(&codes[6])), "wrong or was used already");

        // Phone and codes are lost. A lawyer cannot help, nor can she herself; another coordinator who has heard her can.
        assert!(dana.fails(&["second-factor", "reset", "aliya"]).contains("may not do that"));
        assert!(aliya.fails(&["second-factor", "reset", "aliya"]).contains("Another coordinator"));
        assert!(bolat.fails(&["second-factor", "reset", "nobody"]).contains("no account of that name"));
        assert!(bolat.fails(&["second-factor", "reset", "dana"]).contains("no second factor"));
        refused(&login(&aliya, &server, None), "set HABEAS_CODE");
        bolat.does(&["second-factor", "reset", "aliya"]);
        let said = login(&aliya, &server, None);
        assert!(said.status.success() && String::from_utf8_lossy(&said.stderr).contains("second-factor enrol"), "{said:?}");

        // Neither secret nor codes lie readable anywhere, nor does the server's log name them or anybody.
        let (secret, _, codes) = enrols(&aliya, None);
        let base32 = Base32Unpadded::encode_string(&secret);
        let hex = habeas_protocol::api::to_hex(&secret);
        let plain: Vec<String> = codes.iter().map(|code| code.replace('-', "")).collect();
        let words = [base32.as_str(), &base32.to_uppercase(), &hex, &codes[0], &plain[0], &newer[0]].map(str::to_owned);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_eq!(that_hold(server.folder.path(), &words), Vec::<String>::new());
        assert_eq!(that_hold(aliya.folder.path(), &words), Vec::<String>::new());
        let raw = std::fs::read(server.folder.path().join("hub.sqlite")).unwrap_or_default();
        assert!(!raw.windows(20).any(|window| window == secret), "the app's secret lies in the clear");
        assert!(!server.log().contains("aliya"));
    });
}

/// Aliya has three days. Then what coordinators do waits for an app; cases come and go all the while.
#[test]
fn a_coordinator_without_a_second_factor_lets_nobody_in_after_three_days_and_exchanges_all_the_same() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let bolat = Person::is_let_in("bolat", "coordinator", &server, &aliya);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
        let due = jiff::Timestamp::now().to_zoned(zone) + jiff::Span::new().hours(72);
        let said = aliya.does(&["second-factor", "show"]);
        assert!(said.contains(&format!("from {}", due.strftime("%Y-%m-%d"))), "{said}");
        let marat = Person::joins("marat", "lawyer", &server, &aliya);
        enrols(&bolat, None);

        server.second_factors_are_due(databases);
        let what = "This takes a second factor, and your account has none";
        for refused in
            [&["device", "list"][..], &["invite", "--role", "lawyer"], &["family", "list"], &["intake", "open", "--people", "9"]]
        {
            let said = aliya.fails(refused);
            assert!(said.contains(what) && said.contains("habeas second-factor enrol"), "{refused:?}: {said}");
        }
        let case = dana.begins("Айгерім Сәрсенова");
        dana.does(&["sync"]);
        assert_eq!(dana.case(&case)["unsent"], 0);
        aliya.does(&["sync"]);
        assert_eq!(aliya.case(&case)["view"]["names"][0]["value"], "Айгерім Сәрсенова");
        aliya.adds(&case, &["restrained", "exit_offered=no", "--when", "now", "--city", "almaty"]);
        aliya.does(&["sync"]);
        assert_eq!(aliya.case(&case)["unsent"], 0);
        assert!(aliya.fails(&["assign", &case, "dana"]).contains(what));
        let said = login(&aliya, &server, None);
        assert!(
            said.status.success() && String::from_utf8_lossy(&said.stderr).contains("does nothing for this account any more"),
            "{said:?}"
        );
        // Whoever has one is asked nothing, and lawyers need none.
        assert!(bolat.does(&["device", "list"]).contains("marat"));
        assert!(dana.does(&["second-factor", "show"]).contains("its role needs none"));

        enrols(&aliya, None);
        aliya.approves_all();
        marat.does(&["sync"]);
        aliya.does(&["assign", &case, "marat"]);
        marat.does(&["sync"]);
        assert_eq!(marat.case(&case)["view"]["names"][0]["value"], "Айгерім Сәрсенова");
        // Nobody has three days more because theirs was taken away.
        bolat.does(&["second-factor", "reset", "aliya"]);
        assert!(aliya.fails(&["device", "list"]).contains(what));
        let audit = String::from_utf8(server.operator(databases, &["audit", "show"]).stdout).unwrap();
        assert!(audit.lines().any(|line| line.contains(" access action:WriteLog refused")), "{audit}");
    });
}

/// Whoever has seen Dana's password could shut her out by an app of their own, until a coordinator has time: no device that is not let in enrols one.
#[test]
fn whoever_has_learned_a_password_does_not_shut_the_owner_out() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let thief = Person::new("dana");
        let organisation = dana.does(&["org", "show"]);
        thief.does(&["login", "--server", &server.address, "--account", "dana", "--organisation", organisation.trim()]);
        let confirms = |person: &Person, password: Option<&str>| {
            let shown = person.does(&["second-factor", "enrol"]);
            let code = totp::code(&secret_of(&shown), now() / totp::STEP);
            let mut command = person.command(&["second-factor", "confirm", &code]);
            if let Some(password) = password {
                command.env("HABEAS_PASSWORD", password);
            }
            command.output().unwrap()
        };
        refused(&confirms(&thief, None), "let this device in");
        // Nor does one that was let in, and is revoked now.
        let device = aliya.does(&["device", "list"]);
        let device = device.lines().find(|line| line.contains(" waits")).unwrap().split_whitespace().next().unwrap().to_owned();
        aliya.does(&["device", "approve", &device, "--compared-by-voice", "lawyer"]);
        thief.does(&["sync"]);
        aliya.does(&["device", "revoke", &device]);
        refused(&confirms(&thief, None), "let this device in");
        // By her password alone Dana comes in as ever.
        assert!(dana.does(&["second-factor", "show"]).contains("no second factor"));
        assert!(login(&dana, &server, None).status.success());

        // Somebody who finds her own device open, and guesses, is in the record.
        refused(&confirms(&dana, Some("somebody guesses this")), "not the password that the account has now");
        let audit = String::from_utf8(server.operator(databases, &["audit", "show"]).stdout).unwrap();
        let has = |parts: &[&str]| audit.lines().any(|line| parts.iter().all(|part| line.contains(part)));
        assert!(has(&[&device, " access action:EnrolSecondFactor refused"]), "{audit}");
        let own = aliya.device_of("dana");
        assert!(has(&[&own, " enrol_second_factor person:", " refused"]), "{audit}");
        assert!(!audit.lines().any(|line| line.contains(" enrol_second_factor ") && line.ends_with(" done")), "{audit}");
    });
}
