//! Strangers, slips of the finger, malformed bodies, and what hinders the server: each gets a clear answer.

use std::process::Stdio;

use habeas_tests::device::Person;
use habeas_tests::server::Server;

#[test]
fn strangers_and_slips_of_the_finger_are_answered_clearly() {
    let server = Server::start(None);
    let stranger = Person::new("mallory");
    let wrong = ["org", "create", "--server", &server.address, "--account", "mallory", "--code"];
    let clerk = server.code.as_ref().unwrap().split_once('-').unwrap().1;
    let guess = format!("{}-{clerk}", "0".repeat(32));
    for _ in 0..2 {
        // Nothing is left behind that would stand in the way of the right code.
        assert!(stranger.fails(&[&wrong[..], &[guess.as_str()]].concat()).contains("does not accept this set-up code"));
        assert!(!stranger.folder.path().join("device").exists());
    }
    let named = ["org", "create", "--server", &server.address, "--account", "алия", "--code", server.code.as_ref().unwrap()];
    let said = stranger.fails(&named);
    assert!(said.contains("2 to 40 of a to z") && !said.contains("may have received it"), "{said}");
    assert!(!stranger.folder.path().join("device").exists());
    let other_clerk = format!("{}-{}", "0".repeat(32), "1".repeat(32));
    assert!(Person::new("eve").fails(&[&wrong[..], &[other_clerk.as_str()]].concat()).contains("somebody may be in between"));

    let aliya = Person::founds("aliya", &server);
    let invitation = aliya.does(&["invite", "--role", "recorder"]);
    let dana = Person::new("dana");
    let join = ["login", "--server", &server.address, "--account", "dana", "--invite", invitation.trim()];
    dana.does(&join);
    assert!(Person::new("second").fails(&join).contains("used already"), "an invitation is for one person");
    assert!(dana.fails(&["device", "list"]).contains("A coordinator has to let this device in first"));
    assert!(
        Person::new("aliya2").fails(&["login", "--server", &server.address, "--account", "aliya"]).contains("which organisation"),
        "a new device trusts no server's word on where it belongs"
    );
    let fingerprint = aliya.does(&["org", "show"]);
    let guess = ["login", "--server", &server.address, "--account", "aliya", "--organisation", fingerprint.trim()];
    assert!(Person::new("eve").fails(&guess).contains("not valid"), "another password");
    assert!(stranger.fails(&["login", "--server", "http://habeas.example", "--account", "x"]).contains("begins with https://"));

    let case = aliya.begins("Serik");
    for (arguments, says) in [
        (&["released", "--when", "9999-01-01 10:00", "--city", "almaty"][..], "1900 and 2199"),
        (&["released", "--when", "2099-01-01 10:00", "--city", "almaty"], "lies in the future"),
        (&["released", "--when", "25:00", "--city", "almaty"], "write the time like"),
        (&["released", "--between", "2026-01-10 15:00", "2026-01-10 14:00", "--city", "almaty"], "exchange them"),
        (&["released", "colour=red", "--city", "almaty"], "no such field"),
        (&["relaesed", "--city", "almaty"], "there is no kind of fact called `relaesed`"),
        (&["sentenced", "penalty=arrest", "days=many", "--city", "almaty"], "days: `many` is no whole number"),
        (&["note", "text="], "is empty"),
        (&["released", "--replaces", "0123456789abcdef0123456789abcdef.1.0", "--city", "almaty"], "has no fact"),
    ] {
        let error = aliya.fails(&[&["fact", "add", &case], arguments].concat());
        assert!(error.contains(says), "{arguments:?}: {error}");
        // The same in the other languages: no word of English but what was typed.
        for lang in ["ru", "kk"] {
            let said = aliya.fails(&[&["--lang", lang, "fact", "add", &case], arguments].concat());
            assert!(!said.contains(says), "{lang}: {said}");
            assert!(said.chars().any(|letter| ('а'..='я').contains(&letter)), "{lang}: {said}");
        }
    }
    // A number that is short says which fact it means, or that there is none of it; and whoever corrects hears what they correct.
    let named = aliya.case(&case)["view"]["names"][0]["fact"].as_str().unwrap().to_owned();
    let (actor, rest) = named.split_once('.').unwrap();
    for wrong in [format!("{}.9.9", &actor[..4]), format!("{}.{rest}", &actor[..3])] {
        let said = aliya.fails(&["fact", "add", &case, "name", "text=Serik O.", "--replaces", &wrong]);
        assert!(said.contains(&wrong) && said.contains("replaces"), "{said}");
    }
    let second = aliya.begins("Ерлан");
    let short = aliya.case(&second)["view"]["names"][0]["fact"].as_str().unwrap().to_owned();
    let (actor, rest) = short.split_once('.').unwrap();
    let corrected =
        aliya.tries(&["fact", "add", &second, "name", "text=Ерлан О.", "--replaces", &format!("{}.{rest}", &actor[..4])]);
    assert!(
        corrected.status.success()
            && String::from_utf8_lossy(&corrected.stderr).contains("it corrects or takes back: Name: Ерлан"),
        "{corrected:?}"
    );
    let long = format!("text={}", "я".repeat(50_000));
    assert!(aliya.fails(&["fact", "add", &case, "note", &long]).contains("holds 100000 bytes"));
    assert_eq!(aliya.case(&case)["view"]["timeline"].as_array().unwrap().len(), 1, "nothing of all that was written");
    assert!(aliya.fails(&["case", "show", "ffffffff"]).contains("has no case"));
}

#[test]
fn the_api_refuses_malformed_and_oversized_bodies_with_a_stable_code() {
    let server = Server::start(None);
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let post = |path: &str, kind: &str, body: Vec<u8>| {
        let mut answer = agent.post(format!("{}{path}", server.address)).header("content-type", kind).send(body).unwrap();
        let problem: serde_json::Value = answer.body_mut().read_json().unwrap();
        assert_eq!(problem["status"], answer.status().as_u16());
        (answer.status().as_u16(), problem["code"].as_str().unwrap().to_owned(), problem["title"].as_str().unwrap().to_owned())
    };
    let json = "application/json";
    let (status, code, title) = post(
        "/v1/sessions",
        json,
        br#"{"account": "x", "password": "y", "device": "z", "nonce": "", "signature": "", "extra": 1}"#.to_vec(),
    );
    assert_eq!((status, code.as_str()), (400, "bad_body"));
    // Where it is; what stands there may be a name or a password, and is not repeated (`answers.rs`).
    assert!(title.contains("line 1, column 86") && !title.contains("extra"), "{title}");
    assert_eq!(post("/v1/sessions", json, br#"{"account": 1}"#.to_vec()).1, "bad_body");
    assert_eq!(post("/v1/sessions", json, vec![b' '; 300_000]).0, 413);
    assert_eq!(post("/v1/sessions", "text/plain", b"{}".to_vec()).1, "bad_body");
    let (status, code, _) =
        post("/v1/sessions", json, br#"{"account": "x", "password": "y", "device": "z", "nonce": "", "signature": ""}"#.to_vec());
    assert_eq!((status, code.as_str()), (400, "bad_input"));
    assert_eq!(post("/v1/sync", "application/octet-stream", vec![]).0, 401);
    assert_eq!(post("/v1/nothing", json, vec![]).1, "not_found");

    let read = |path: &str| agent.get(format!("{}{path}", server.address)).call().unwrap().body_mut().read_to_string().unwrap();
    assert_eq!((read("/healthz").as_str(), read("/readyz").as_str()), ("ok\n", "ready\n"));
    let api: serde_json::Value = serde_json::from_str(&read("/openapi.json")).unwrap();
    assert!(api["paths"]["/v1/sync"]["post"].is_object());
}

#[test]
fn the_example_configuration_is_one_that_the_server_takes() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/habeas.toml");
    // The folder and the port of the example are those of a server of its own; the command line wins over them.
    let server =
        Server::start_with(&["--config", example, "--check-clock", "nobody", "--app", habeas_tests::app().to_str().unwrap()]);
    let app = ureq::get(format!("{}/app/", server.address)).call().unwrap();
    let policy = app.headers()["content-security-policy"].to_str().unwrap().to_owned();
    // All of it: each word is something that a page with somebody's script in it could do.
    let whole = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; img-src 'self'; \
                 manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types default";
    assert_eq!(policy, whole);
    assert_eq!(app.headers()["x-content-type-options"], "nosniff");
}

#[test]
fn what_hinders_the_server_is_one_line_with_its_remedy() {
    let fails = |arguments: &[&str]| {
        let output = std::process::Command::new(habeas_tests::program("habeas-server")).args(arguments).output().unwrap();
        assert!(!output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        text
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    assert!(fails(&["--data", &data, "--port", &port]).contains("give another with --port"));
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    assert!(fails(&["--data", file.to_str().unwrap(), "--port", "0"]).contains("Give another with --data"));
    assert!(fails(&["--data", &data, "--port", "0", "--smtp", "nonsense"]).contains("smtps://USER:PASSWORD@HOST"));
    assert!(fails(&["--data", &data, "--port", "0", "--mail-from", "nobody"]).contains("is no mail address"));
    // Nobody counts limits by a clock of which nobody was asked to think; before anything is written.
    let empty = folder.path().join("empty");
    let unwatched = fails(&["--data", empty.to_str().unwrap(), "--port", "0", "--public-url", "https://habeas.example.org"]);
    assert!(unwatched.contains("check_clock = \"https://example.org/\"") && unwatched.contains("\"nobody\""), "{unwatched}");
    let names = || std::fs::read_dir(&empty).unwrap().map(|file| file.unwrap().file_name());
    assert_eq!(names().collect::<Vec<_>>(), ["server.lock"]);
    let bare = fails(&["--data", &data, "--port", "0", "--public-url", "habeas.example.org", "--check-clock", "nobody"]);
    assert!(bare.contains("public_url: give the address") && bare.contains("https://habeas.example.org"), "{bare}");
    let settings = folder.path().join("habeas.toml");
    std::fs::write(&settings, "# ours\nport = 0\nmail_form = \"habeas@example.org\"\n").unwrap();
    let misspelt = fails(&["--config", settings.to_str().unwrap(), "--data", &data]);
    assert!(misspelt.contains("line 3") && misspelt.contains("`mail_form`") && misspelt.contains("`mail_from`"), "{misspelt}");
    std::fs::write(&settings, "port = \"many\"\n").unwrap();
    assert!(fails(&["--config", settings.to_str().unwrap(), "--data", &data]).contains("line 1"));
    assert!(fails(&["--config", "/nowhere/habeas.toml"]).contains("cannot read the configuration"));
    std::fs::write(format!("{data}/clerk.key"), b"short").unwrap();
    assert!(
        fails(&["--data", &data, "--port", "0"]).contains("chmod 600")
            || fails(&["--data", &data, "--port", "0"]).contains("not a clerk's key file")
    );
}

/// Somebody looks at the first line only, as with `habeas list | head -1`.
#[test]
fn whoever_stops_reading_is_told_nothing_and_nothing_is_lost() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let case = aliya.begins("Айгерім");
    for arguments in [&["list"][..], &["case", "show", &case], &["sync"]] {
        let mut child = aliya.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(141), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
        assert!(!String::from_utf8_lossy(&ended.stderr).contains("panicked"), "{arguments:?}");
    }
    // What was exchanged before somebody looked away is.
    assert_eq!(aliya.case(&case)["unsent"], 0);
}
