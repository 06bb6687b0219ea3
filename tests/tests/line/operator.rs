//! What the operator sees, and what devices are told, when the clerk does not count, the disk fills, or the clock is off.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use habeas_protocol::limits::PIECE;
use habeas_tests::device::Person;
use habeas_tests::older::Database;
use habeas_tests::photo::photograph;
use habeas_tests::postgres::Postgres;
use habeas_tests::server::Server;

use super::on_both;

/// What is out of the ordinary, but for that one coordinates alone, which these stories are not about.
fn told(person: &Person) -> String {
    let said = String::from_utf8(person.tries(&["sync"]).stderr).unwrap();
    said.lines().filter(|line| !line.contains("a second coordinator")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_locked_clerk_serves_devices_and_says_that_it_does_not_count() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        dana.does(&["sync"]);
        aliya.approves_all();
        aliya.does(&["contact", "aliya@example.org"]);
        aliya.does(&["sync"]);
        server.says(|said| said == "ready\n");
        assert_eq!(told(&aliya), "");

        // The machine is carried off and comes back; its operator keeps the key elsewhere.
        let folder = server.kill();
        let safe = tempfile::tempdir().unwrap();
        let key = safe.path().join("clerk.key");
        fs::rename(folder.path().join("clerk.key"), &key).unwrap();
        let server = Server::start_in_with(folder, databases, &["--locked"]);
        let said = server.readyz();
        assert!(said.starts_with("ready\nnot counting since 20") && said.contains("the clerk is locked"), "{said}");
        for person in [&aliya, &dana] {
            person.does(&["login", "--server", &server.address, "--account", person.name]);
        }
        let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
        let ago =
            (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(4)).to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
        let case = dana.begins("Айгерім");
        dana.adds(&case, &["restrained", "exit_offered=no", "--when", &ago, "--city", "almaty", "--place", "Republic Square"]);
        dana.adds(&case, &["regime", "regime=none", "--when", &ago]);
        assert!(dana.does(&["sync"]).starts_with("sent 3,"), "the hub passes on what it cannot read");
        aliya.does(&["sync"]);
        assert_eq!(aliya.case(&case)["view"]["names"][0]["value"], "Айгерім");
        let warned = told(&dana);
        assert!(warned.contains("is not counting since"), "{warned}");
        let hence = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(4);
        let until = hence.to_zoned(jiff::tz::TimeZone::get("Asia/Almaty").unwrap()).strftime("%Y-%m-%d %H:%M").to_string();
        aliya.does(&["shift", "begin", "dana", "--at", "Republic Square", "--until", &until]);
        let warned = told(&dana);
        assert!(warned.contains("No new index cards: The server is locked"), "{warned}");
        assert!(aliya.fails(&["family", "list"]).contains("is locked"), "what the clerk would say waits");
        let before = mails(&server);

        // Another key changes nothing; the right one is enough.
        let stranger = safe.path().join("other.key");
        Server::does(safe.path(), None, &["key", "new", stranger.to_str().unwrap()]);
        let data = server.folder.path();
        assert!(Server::refuses(data, databases, &["unlock", stranger.to_str().unwrap()]).contains("does not open"));
        let junk = Server::command(data, databases, &["unlock"], b"no key at all");
        assert!(String::from_utf8(junk.stderr).unwrap().contains("no clerk's key"));
        assert!(server.readyz().contains("the clerk is locked"));
        let given = Server::command(data, databases, &["unlock"], &fs::read(&key).unwrap());
        assert!(given.status.success(), "{}", String::from_utf8_lossy(&given.stderr));
        server.says(|said| said == "ready\n");
        assert_eq!(told(&dana), "");
        assert!(Server::refuses(data, databases, &["unlock", key.to_str().unwrap()]).contains("has its key already"));
        // What was not counted meanwhile is counted now, and Aliya is told: the case is nobody's yet.
        server.says(|_| mails(&server) > before);
        assert!(!data.join("clerk.key").exists(), "the server never writes the key down");
    });
}

fn mails(server: &Server) -> usize {
    fs::read_dir(server.folder.path().join("mail")).map_or(0, Iterator::count)
}

/// systemd puts a service's credentials into a folder that it names; it guards them by other means than the files' mode.
#[test]
fn the_clerk_takes_its_key_from_a_credential_of_its_service() {
    let credentials = tempfile::tempdir().unwrap();
    let key = credentials.path().join("clerk.key");
    Server::does(credentials.path(), None, &["key", "new", key.to_str().unwrap()]);
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o444)).unwrap();
    let server = Server::start_with_credentials(tempfile::tempdir().unwrap(), credentials.path());
    let aliya = Person::founds("aliya", &server);
    aliya.does(&["sync"]);
    server.says(|said| said == "ready\n");
    assert!(!server.folder.path().join("clerk.key").exists(), "the server never writes such a key down");
    let said = Server::refuses(server.folder.path(), None, &["key", "rotate"]);
    assert!(said.contains("credential") && said.contains("key next"), "{said}");
    // Without the credential it does not begin anew.
    let folder = server.kill();
    assert!(Server::refuses(folder.path(), None, &["--port", "0"]).contains("the clerk's key is not at"));
    Server::start_with_credentials(folder, credentials.path()).says(|said| said == "ready\n");
}

#[test]
fn a_server_that_is_locked_from_its_first_day_says_how_to_begin_once_it_has_its_key() {
    let safe = tempfile::tempdir().unwrap();
    let key = safe.path().join("clerk.key");
    Server::does(safe.path(), None, &["key", "new", key.to_str().unwrap()]);
    let hex: String = fs::read(&key).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let server = Server::start_in_with(tempfile::tempdir().unwrap(), None, &["--locked"]);
    assert!(server.code.is_none(), "the code holds the clerk's fingerprint, which nobody knows yet");
    Server::does(server.folder.path(), None, &["unlock", key.to_str().unwrap()]);
    server.says(|said| said == "ready\n");
    let folder = server.kill();
    // The same key in the environment: nothing is sealed under another one.
    let server = Server::start_with_key(folder, &hex);
    Person::founds("aliya", &server).does(&["sync"]);
    assert!(!server.folder.path().join("clerk.key").exists());
}

#[test]
fn a_clerk_whose_rounds_fail_does_not_pretend_to_count() {
    let postgres = Postgres::start();
    let (hub, clerk) = (postgres.database(), postgres.database());
    let options = ["--stale-after", "3"];
    let server = Server::start_in_with(tempfile::tempdir().unwrap(), Some((&hub, &clerk)), &options);
    let aliya = Person::founds("aliya", &server);
    aliya.does(&["sync"]);
    Postgres::runs(&clerk, "ALTER TABLE outbox RENAME TO gone");
    let said = server.says(|said| said.contains("not counting"));
    assert!(said.contains("rounds fail or take too long"), "{said}");
    assert!(told(&aliya).contains("is not counting since"));
    Postgres::runs(&clerk, "ALTER TABLE gone RENAME TO outbox");
    aliya.begins("Айгерім");
    aliya.does(&["sync"]);
    server.says(|said| !said.contains("not counting"));
}

/// Somebody outside: answers every request with the time, so many seconds from now, and tells of what came.
fn outside(ahead: Arc<AtomicI64>) -> (String, Receiver<String>) {
    let (address, told, gate) = outside_when_let(ahead);
    gate.send(()).unwrap();
    (address, told)
}

/// The same, but that nobody gets an answer before somebody says so.
fn outside_when_let(ahead: Arc<AtomicI64>) -> (String, Receiver<String>, Sender<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    let (gate, opened) = channel();
    std::thread::spawn(move || {
        let _ = opened.recv();
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut request, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).unwrap_or_default() <= 2 {
                    break;
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
                request += &line;
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            request += "\n";
            request += &String::from_utf8(body).unwrap();
            let date = date(ahead.load(Ordering::SeqCst));
            let answer = format!("HTTP/1.1 200 OK\r\ndate: {date}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let answered = stream.get_mut().write_all(answer.as_bytes());
            // Whoever has given up meanwhile was not answered.
            if answered.is_ok() && tell.send(request).is_err() {
                return;
            }
        }
    });
    (address, told, gate)
}

fn date(seconds_from_now: i64) -> String {
    let at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds_from_now);
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[test]
fn the_heartbeat_says_the_time_and_nothing_else_and_only_while_the_clerk_counts() {
    let (address, beats) = outside(Arc::new(AtomicI64::new(0)));
    let safe = tempfile::tempdir().unwrap();
    let key = safe.path().join("clerk.key");
    Server::does(safe.path(), None, &["key", "new", key.to_str().unwrap()]);
    let url = format!("{address}/ping/secret");
    let server = Server::start_with(&["--locked", "--heartbeat", &url, "--check-clock", "nobody"]);
    assert!(server.readyz().contains("the clerk is locked"));
    assert!(beats.try_recv().is_err(), "a locked clerk is silent");
    Server::does(server.folder.path(), None, &["unlock", key.to_str().unwrap()]);
    let beat = beats.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    assert!(beat.starts_with("POST /ping/secret HTTP/1.1"), "{beat}");
    let body = beat.split_once("\n\n").map(|(_, body)| body.trim()).or_else(|| beat.lines().last()).unwrap();
    assert!(body.parse::<jiff::Timestamp>().is_ok(), "{beat}");
    assert!(!beat.to_lowercase().contains("habeas") && !beat.to_lowercase().contains("user-agent"), "{beat}");
    assert!(!server.log().contains("secret"), "the address may hold a secret of whoever listens");
    drop(server);

    // At most once a minute, however much there is to count.
    let server = Server::start_with(&["--heartbeat", &url, "--check-clock", "nobody"]);
    let aliya = Person::founds("aliya", &server);
    beats.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    for name in ["Айгерім", "Серік", "Қанат"] {
        aliya.begins(name);
        aliya.does(&["sync"]);
    }
    assert!(beats.try_recv().is_err(), "once a minute is enough");
}

/// A case over its limit waits for a clerk that starts: by a clock that is 61 seconds off it writes nothing, from its first round on, and by one
/// that is 59 seconds off it does.
#[test]
fn a_server_whose_clock_is_off_serves_devices_and_counts_nothing() {
    on_both(|databases| {
        let safe = tempfile::tempdir().unwrap();
        let key = safe.path().join("clerk.key");
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        aliya.does(&["contact", "aliya@example.org"]);
        server.says(|said| said == "ready\n");
        let folder = server.kill();
        fs::rename(folder.path().join("clerk.key"), &key).unwrap();
        let server = Server::start_in_with(folder, databases, &["--locked"]);
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        over_the_limit(&aliya);
        let folder = server.kill();
        fs::rename(&key, folder.path().join("clerk.key")).unwrap();

        // Whoever knows the time has not answered yet; the clerk has its key, and serves.
        let ahead = Arc::new(AtomicI64::new(-61));
        let (address, asked, gate) = outside_when_let(Arc::clone(&ahead));
        let server = Server::start_in_with(folder, databases, &["--check-clock", &address]);
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        aliya.does(&["family", "list"]);
        aliya.does(&["sync"]);
        assert_eq!(mails(&server), 0, "nobody knows yet whether the clock is right");
        gate.send(()).unwrap();
        let said = server.says(|said| said.contains("clock is"));
        let off: i64 = said.split("clock is ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok()).unwrap();
        assert!((61..=75).contains(&off), "{said}");
        assert!(told(&aliya).contains("is not counting since"));
        // It is asked again and again, and news come: still nothing is written.
        let more = aliya.begins("Серік");
        aliya.does(&["sync"]);
        assert_eq!(aliya.case(&more)["unsent"], 0, "devices exchange as ever");
        for _ in 0..2 {
            asked.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
        }
        assert_eq!(mails(&server), 0, "by a clock that is off");

        ahead.store(-59, Ordering::SeqCst);
        server.says(|said| said == "ready\n");
        assert_eq!(told(&aliya), "");
        server.says(|_| mails(&server) > 0);
    });
}

/// An operator who has a heartbeat heard somewhere has named nobody else to ask. That asking is no heartbeat: a server that does not count stays silent.
#[test]
fn a_server_with_a_heartbeat_asks_whoever_hears_it_what_time_it_is() {
    let ahead = Arc::new(AtomicI64::new(-61));
    let (address, asked) = outside(Arc::clone(&ahead));
    let server = Server::start_with(&["--heartbeat", &format!("{address}/ping/secret")]);
    server.says(|said| said.contains("clock is"));
    let minute = std::time::Duration::from_secs(60);
    // The second one has come after a round of the clerk's, by when there would have been a beat.
    for _ in 0..2 {
        let request = asked.recv_timeout(minute).unwrap();
        assert!(request.starts_with("HEAD / HTTP/1.1") && !request.contains("secret"), "{request}");
    }
    ahead.store(0, Ordering::SeqCst);
    let mut beats = std::iter::from_fn(|| asked.recv_timeout(minute).ok()).skip_while(|request| request.starts_with("HEAD / "));
    assert!(beats.next().is_some_and(|request| request.starts_with("POST /ping/secret")));
    server.says(|said| said == "ready\n");
}

/// Whoever cuts the line to the one who knows the time does not silence the clerk.
#[test]
fn a_server_that_cannot_ask_what_time_it_is_counts_by_its_own_clock_after_a_while() {
    let nobody = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let server = Server::start_with(&["--check-clock", &format!("http://{nobody}"), "--stale-after", "3"]);
    let aliya = Person::founds("aliya", &server);
    aliya.does(&["contact", "aliya@example.org"]);
    over_the_limit(&aliya);
    server.says(|_| mails(&server) > 0);
    server.says(|said| said == "ready\n");
    let log = server.log();
    assert!(log.contains("nobody says what time it is") && log.contains("own clock is gone by"), "{log}");
}

/// Aigerim was kettled four hours ago, and nobody has let her go.
fn over_the_limit(person: &Person) {
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    let ago =
        (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(4)).to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
    let case = person.begins("Айгерім");
    person.adds(&case, &["restrained", "exit_offered=no", "--when", &ago, "--city", "almaty", "--place", "Republic Square"]);
    person.adds(&case, &["regime", "regime=none", "--when", &ago]);
    person.does(&["sync"]);
}

#[test]
fn a_server_whose_clock_was_set_back_counts_only_when_the_operator_says_that_it_is_right() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        server.says(|said| said == "ready\n");
        let folder = server.kill();
        let file = folder.path().join("clerk.sqlite");
        let clerk = Database { name: "clerk", address: databases.map_or_else(|| file.to_str().unwrap(), |(_, clerk)| clerk) };
        clerk.runs("UPDATE counted SET at = at + 4000");
        let server = Server::start_in(folder, databases);
        let said = server.readyz();
        assert!(said.contains("not counting since") && said.contains("clock is -"), "{said}");
        assert!(server.log().contains("--clock-is-right"));
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        assert!(told(&aliya).contains("is not counting since"));
        let server = Server::start_in_with(server.kill(), databases, &["--clock-is-right"]);
        server.says(|said| said == "ready\n");
        // From then on it is known.
        Server::start_in(server.kill(), databases).says(|said| said == "ready\n");
    });
}

/// A road to a server on which the dates of its answers are shifted: to whoever takes it, their own clock is off by as much.
fn shifted(server: &str, seconds: i64) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = server.trim_start_matches("http://").to_owned();
    std::thread::spawn(move || {
        for near in listener.incoming() {
            let (mut near, mut far) = (near.unwrap(), TcpStream::connect(&server).unwrap());
            let (mut up, mut down) = (near.try_clone().unwrap(), far.try_clone().unwrap());
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut up, &mut far);
            });
            std::thread::spawn(move || {
                let mut bytes = vec![0; 1 << 16];
                while let Ok(length @ 1..) = down.read(&mut bytes) {
                    let date = date(seconds);
                    if let Some(at) = bytes[..length].windows(6).position(|begins| begins == b"date: ") {
                        bytes[at + 6..at + 6 + date.len()].copy_from_slice(date.as_bytes());
                    }
                    if near.write_all(&bytes[..length]).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

#[test]
fn somebody_whose_clock_is_off_is_told_and_nobody_else() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    assert_eq!(told(&aliya), "");
    for (seconds, said) in [(30, ""), (-150, "are 3 min apart"), (600, "are 10 min apart")] {
        let road = shifted(&server.address, seconds);
        aliya.does(&["login", "--server", &road, "--account", "aliya"]);
        let told = told(&aliya);
        assert!(if said.is_empty() { told.is_empty() } else { told.contains(said) }, "{seconds}: {told}");
    }
}

#[test]
fn a_disk_that_fills_is_said_and_first_refuses_then_takes_again() {
    on_both(|databases| {
        let folder = tempfile::tempdir().unwrap();
        let used = folder.path().join("used");
        let fill = |percent: &str| {
            fs::write(used.with_extension("new"), percent).unwrap();
            fs::rename(used.with_extension("new"), &used).unwrap();
        };
        fill("20");
        let server = Server::start_in_with(folder, databases, &["--disk-used", used.to_str().unwrap()]);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let zhanar = Person::joins("zhanar", "recorder", &server, &aliya);
        let known = dana.begins("Айгерім");
        for person in [&dana, &aliya] {
            person.does(&["sync"]);
        }
        fill("80");
        server.says(|said| said.contains("disk 80 % full"));
        dana.adds(&known, &["note", "text=still taken"]);
        assert!(dana.does(&["sync"]).starts_with("sent 1,"));
        fill("90");
        server.says(|said| said.contains("no attachments are taken"));
        let ruling = dana.folder.path().join("ruling.jpg");
        fs::write(&ruling, photograph(7, PIECE)).unwrap();
        let list = ["attachment", "list", &known];
        dana.does(&["attachment", "add", &known, ruling.to_str().unwrap(), "--text", "the ruling"]);
        let output = dana.tries(&["sync"]);
        assert!(String::from_utf8(output.stdout).unwrap().starts_with("sent 1,"), "what is said goes, the photograph waits");
        assert!(String::from_utf8(output.stderr).unwrap().contains("disk is nearly full"));
        assert!(dana.does(&list).contains("not at the server yet"));
        aliya.does(&["sync"]);
        dana.adds(&known, &["note", "text=and this"]);
        assert!(String::from_utf8(dana.tries(&["sync"]).stdout).unwrap().starts_with("sent 1,"));
        fill("95");
        server.says(|said| said.contains("nothing that devices bring is taken"));

        // Dana's record waits on her phone, and she is told why; what Aliya has not heard yet still comes.
        let serik = dana.begins("Серік");
        let output = dana.tries(&["sync"]);
        let (said, warned) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(said.starts_with("sent 0,") && warned.contains("disk is nearly full"), "{said}{warned}");
        assert_eq!(dana.case(&serik)["unsent"], 1);
        assert!(aliya.does(&["sync"]).contains("received 1"), "pulls go on");
        // Whom a coordinator lets in or puts out is written down all the same.
        let stands =
            |end: &str| aliya.does(&["device", "list"]).lines().any(|line| line.contains("zhanar") && line.contains(end));
        assert!(stands(" waits"));
        aliya.approves_all();
        assert!(stands(" in"));
        aliya.does(&["device", "revoke", &aliya.device_of("zhanar")]);
        assert!(stands(" revoked"));
        assert!(server.readyz().contains("nothing that devices bring is taken"));
        assert!(zhanar.fails(&["sync"]).contains("has revoked this device"));

        fill("70");
        server.says(|said| said == "ready\n");
        assert!(dana.does(&["sync"]).starts_with("sent 1,"));
        assert_eq!(dana.case(&serik)["unsent"], 0);
        assert!(!dana.does(&list).contains("not at the server yet"));
        aliya.does(&["sync"]);
        assert_eq!(aliya.case(&serik)["view"]["names"][0]["value"], "Серік");
        let log = server.log();
        assert!(log.contains("the disk is filling") && log.contains("there is room again"), "{log}");
    });
}

/// Four hours are over while there is no room for anything that devices bring: the mail is written all the same.
#[test]
fn an_alert_falls_due_while_the_disk_is_full() {
    on_both(|databases| {
        let safe = tempfile::tempdir().unwrap();
        let (key, used) = (safe.path().join("clerk.key"), safe.path().join("used"));
        fs::write(&used, "95").unwrap();
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        aliya.does(&["contact", "aliya@example.org"]);
        server.says(|said| said == "ready\n");
        let folder = server.kill();
        fs::rename(folder.path().join("clerk.key"), &key).unwrap();
        let server = Server::start_in_with(folder, databases, &["--locked"]);
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        over_the_limit(&aliya);
        let server = Server::start_in_with(server.kill(), databases, &["--locked", "--disk-used", used.to_str().unwrap()]);
        server.says(|said| said.contains("nothing that devices bring is taken"));
        assert_eq!(mails(&server), 0, "the clerk has counted nothing of it yet");
        Server::does(server.folder.path(), databases, &["unlock", key.to_str().unwrap()]);
        server.says(|said| said.contains("nothing that devices bring is taken") && mails(&server) > 0);
    });
}
