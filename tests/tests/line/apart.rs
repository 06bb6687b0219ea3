//! Hub and clerk as two processes on two machines, which know one another by a network alone; people know one address.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{Purpose, Renew};
use habeas_tests::device::Person;
use habeas_tests::front::{Front, is_clerks};
use habeas_tests::held::Held;
use habeas_tests::mail::{link, mails};
use habeas_tests::quick::{Quick, rng};
use habeas_tests::raw::{Phone, Raw};
use habeas_tests::server::Server;
use habeas_tests::{program, that_hold};

use super::access::table;
use super::family::MOTHERS;
use super::on_both;
use super::second_factor::enrols;
use super::sessions::nobody_gets_in;

type Databases<'a> = Option<(&'a str, &'a str)>;

fn hub(folder: tempfile::TempDir, databases: Databases<'_>) -> Server {
    Server::start_in_with(folder, databases, &["--role", "hub", "--stale-after", "10"])
}

fn clerk(folder: tempfile::TempDir, databases: Databases<'_>, hub: &str) -> Server {
    Server::start_in_with(folder, databases, &["--role", "clerk", "--hub", hub, "--address", "127.0.0.2"])
}

/// Two machines with what stands in front of them, and the first coordinator.
fn begin(databases: Databases<'_>) -> (Server, Server, Front, Person) {
    let hub = hub(tempfile::tempdir().unwrap(), databases);
    assert_eq!(hub.code, None, "who the clerk will be nobody has said yet");
    let nobody = TcpListener::bind(("127.0.0.2", 0)).unwrap().local_addr().unwrap().to_string();
    let front = Front::start(&hub.address, &nobody);
    let (clerk, aliya) = goes_on(databases, &hub, &front, &front.address);
    (hub, clerk, front, aliya)
}

/// The clerk of a hub that it reaches at an address, and the first coordinator.
fn goes_on(databases: Databases<'_>, hub: &Server, front: &Front, address: &str) -> (Server, Person) {
    let clerk = clerk(tempfile::tempdir().unwrap(), databases, address);
    front.leads_to(&hub.address, &clerk.address);
    let keys = clerk.clerk.clone().expect("the clerk says who it is");
    let said = Server::does(hub.folder.path(), databases, &["--role", "hub", "admit-clerk", &keys]);
    let code = said.split_once("--code ").unwrap().1.split(' ').next().unwrap();
    let aliya = Person::new("aliya");
    aliya.does(&["org", "create", "--server", &front.address, "--code", code, "--account", "aliya"]);
    (clerk, aliya)
}

fn told(person: &Person) -> String {
    String::from_utf8(person.tries(&["sync"]).stderr).unwrap()
}

fn ago(minutes: i64) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    let at = jiff::Timestamp::now().to_zoned(zone) - jiff::Span::new().minutes(minutes);
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn page(address: &str) -> String {
    ureq::get(address).call().unwrap().body_mut().read_to_string().unwrap()
}

fn send(address: &str, fields: &[(&str, &str)]) -> String {
    ureq::post(address).send_form(fields.iter().copied()).unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn a_record_reaches_a_family_from_a_clerk_on_another_machine_which_is_taken_away_and_comes_back() {
    on_both(|databases| {
        let (hub_server, clerk_server, front, aliya) = begin(databases);
        let dana = Person::joins_at("dana", "lawyer", &front.address, &aliya);
        let marat = Person::joins_at("marat", "lawyer", &front.address, &aliya);
        aliya.approves_all();
        [&dana, &marat].iter().for_each(|person| drop(person.does(&["sync"])));
        hub_server.says(|said| said == "ready\n");
        clerk_server.says(|said| said == "ready\n");

        // Aigerim was kettled four hours ago. Dana has no network; Marat carries what she recorded.
        let case = dana.begins("Айгерім Сәрсенова");
        dana.adds(
            &case,
            &["restrained", "exit_offered=no", "--when", &ago(240), "--city", "almaty", "--place", "Republic Square"],
        );
        dana.adds(&case, &["regime", "regime=none", "--when", &ago(240)]);
        let stick = tempfile::tempdir().unwrap();
        let bundle = stick.path().join("dana.habeas").to_str().unwrap().to_owned();
        dana.does(&["bundle", "export", &bundle]);
        marat.does(&["bundle", "hand-in", &bundle]);
        dana.does(&["bundle", "import", &format!("{bundle}.ack")]);
        assert_eq!(dana.case(&case)["unsent"], 0, "the clerk has brought it to the hub, and says so");
        dana.does(&["contact", "dana@example.org"]);
        aliya.does(&["sync"]);
        aliya.does(&["assign", &case, "dana"]);

        // Her mother asks at the one address that people know; the mail leads to the clerk's.
        assert!(page(&format!("{}/family?lang=kk", front.address)).contains("Ұсталған адам туралы сұрау"));
        assert!(send(&format!("{}/family", front.address), &MOTHERS).contains("confirm within 24 hours"));
        let confirm = link(&mails(&clerk_server, "Please confirm", 1)[0], "/family/confirm");
        assert!(confirm.starts_with("http://127.0.0.2:"), "{confirm}");
        let token = confirm.split_once("t=").unwrap().1;
        assert!(send(&format!("{}/family/confirm", clerk_server.address), &[("t", token)]).contains("Confirmed"));
        let list = aliya.does(&["family", "list"]);
        aliya.does(&["family", "attach", list.split_whitespace().next().unwrap(), &case]);
        aliya.does(&["rules", "allow", "kz.cao.detention"]);
        mails(&clerk_server, "No release is on record", 1);
        mails(&clerk_server, "over the limit if still held", 1);

        // Marat is on shift where she is held; what he gets goes through the front, which cannot read it.
        aliya.does(&["shift", "begin", "marat", "--at", "Republic Square", "--until", &ago(-240)]);
        assert!(marat.does(&["sync"]).contains("Index cards of the station: 1,"));
        assert!(marat.does(&["shift", "cards"]).contains("Айгерім Сәрсенова"));

        // The clerk's machine is taken away: devices go on, and are told since when nothing is counted.
        let clerks = clerk_server.kill();
        let said = hub_server.says(|said| said.contains("is not heard from"));
        assert!(said.starts_with("ready\nnot counting since 20"), "{said}");
        assert!(told(&dana).contains("is not counting since"));
        let said = told(&marat);
        assert!(said.contains("is not counting since") && said.contains("No new index cards: "), "{said}");
        assert!(marat.does(&["shift", "cards"]).contains("Айгерім Сәрсенова"), "those that he has stay");
        dana.adds(
            &case,
            &["seen_in_custody", "--when", &ago(20), "--city", "almaty", "--place", "Almaly station", "--source", "lawyer"],
        );
        dana.does(&["sync"]);
        assert_eq!(dana.case(&case)["unsent"], 0);
        aliya.does(&["sync"]);
        assert_eq!(aliya.case(&case)["view"], dana.case(&case)["view"]);
        aliya.fails(&["family", "list"]);

        // It comes back at another place, and what happened meanwhile is counted and written.
        let clerk_server = clerk(clerks, databases, &front.address);
        front.leads_to(&hub_server.address, &clerk_server.address);
        hub_server.says(|said| said == "ready\n");
        assert_eq!(told(&dana), "");
        mails(&clerk_server, "was held beyond the legal limit", 1);
        assert!(aliya.does(&["family", "list"]).contains("attached"));

        // The hub's machine is started again, too.
        let hubs = hub_server.kill();
        let hub_server = hub(hubs, databases);
        front.leads_to(&hub_server.address, &clerk_server.address);
        dana.adds(&case, &["released", "--when", &ago(1), "--city", "almaty"]);
        dana.does(&["sync"]);
        let day = |minutes| ago(minutes).split_once(' ').unwrap().0.to_owned();
        // What the clerk was asking when the hub went has to time out first, after thirty seconds.
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(120);
        while !aliya.does(&["tally", "show", "--json", "--from", &day(240), "--to", &day(0)]).contains("\"released\"") {
            assert!(std::time::Instant::now() < deadline, "the release does not reach the clerk: {}", clerk_server.log());
        }
        hub_server.says(|said| said == "ready\n");

        // What was done at the clerk stands in the hub's record, by whoever did it.
        let record = Server::does(hub_server.folder.path(), databases, &["--role", "hub", "audit", "show"]);
        for act in ["admit_clerk", "hand_in", "attach family:", "read_families", "set_contact", "allow_rule"] {
            assert!(record.contains(act), "{act} in {record}");
        }

        // Each has its own backup; the hub's machine holds no key, and nothing that can be read.
        backups(&hub_server, &clerk_server, databases);
        let (hubs, clerks) = (hub_server.kill(), clerk_server.kill());
        let names: Vec<String> =
            fs::read_dir(hubs.path()).unwrap().map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
        assert!(names.iter().all(|name| !name.contains("clerk") && !name.contains("key") && name != "mail"), "{names:?}");
        let words = ["Айгерім", "Republic Square", "қарлығаш", "mother@example.org", "dana@example.org", "restrained"];
        assert_eq!(that_hold(hubs.path(), &words), Vec::<String>::new());
        assert!(!clerks.path().join("hub.sqlite").exists());
        let key = fs::read(clerks.path().join("clerk.key")).unwrap();
        let holds_key = |path: &Path| {
            fs::read(path).unwrap_or_default().windows(32).any(|window| key[1..].chunks(32).any(|part| part == window))
        };
        assert!(habeas_tests::files(hubs.path()).iter().all(|path| !holds_key(path)));
    });
}

fn backups(hub: &Server, clerk: &Server, databases: Databases<'_>) {
    let shelf = tempfile::tempdir().unwrap();
    for (server, role, other) in [(hub, "hub", "clerk"), (clerk, "clerk", "hub")] {
        let file = shelf.path().join(role).to_str().unwrap().to_owned();
        Server::does(server.folder.path(), databases, &["--role", role, "backup", &file]);
        let said = Server::does(shelf.path(), None, &["backup", "verify", &file]);
        assert!(said.contains(&format!("{role}: ")) && !said.contains(&format!("\n{other}: ")), "{said}");
        assert_eq!(said.contains("is opened by the key"), role == "clerk", "{said}");
        let place = tempfile::tempdir().unwrap();
        assert!(Server::refuses(place.path(), None, &["--role", other, "restore", &file]).contains("nothing of this part"));
        Server::does(place.path(), None, &["--role", role, "restore", &file]);
        assert!(place.path().join(format!("{role}.sqlite")).exists() && !place.path().join(format!("{other}.sqlite")).exists());
    }
}

/// The record lies with the hub: what is done on the clerk's machine is in it, also what was done while the hub could not hear of it.
#[test]
fn what_a_clerks_operator_does_on_another_machine_is_in_the_hubs_record() {
    on_both(|databases| {
        let (hub_server, clerk_server, front, _aliya) = begin(databases);
        let record = || Server::does(hub_server.folder.path(), databases, &["--role", "hub", "audit", "show"]);
        let hears = |act: &str, times: usize| {
            let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
            let of_clerk = format!(" operator {act} clerk at:");
            loop {
                let record = record();
                if record.lines().filter(|line| line.contains(&of_clerk) && line.ends_with(" done")).count() == times {
                    return;
                }
                assert!(std::time::Instant::now() < deadline, "{act} {times} times in {record}");
            }
        };
        hears("start", 1);
        let shelf = tempfile::tempdir().unwrap();
        let file = shelf.path().join("clerk.habeas-backup").to_str().unwrap().to_owned();
        Server::does(clerk_server.folder.path(), databases, &["--role", "clerk", "backup", &file]);
        hears("backup", 1);

        // The clerk ends, its databases are brought up to date, and only then it reaches the hub again.
        let folder = clerk_server.kill();
        let own = folder.path().join("clerk.sqlite").to_str().unwrap().to_owned();
        let own = habeas_tests::older::Database { name: "clerk", address: databases.map_or(&own, |(_, clerk)| clerk) };
        own.steps_back(1);
        let said = Server::does(folder.path(), databases, &["--role", "clerk", "upgrade"]);
        assert!(said.contains("To return to the version that you had"), "{said}");
        assert!(!record().contains(" operator upgrade "), "nobody has told the hub yet");
        let clerk_server = clerk(folder, databases, &front.address);
        hears("upgrade", 1);
        hears("start", 2);
        assert!(!clerk_server.folder.path().join("untold").exists());

        // The backup goes into an empty place, on yet another machine, with the key.
        let before = clerk_server.kill();
        let place = tempfile::tempdir().unwrap();
        fs::copy(before.path().join("clerk.key"), place.path().join("clerk.key")).unwrap();
        Server::does(place.path(), None, &["--role", "clerk", "restore", &file]);
        let clerk_server = clerk(place, None, &front.address);
        hears("restore", 1);
        hears("start", 3);
        let word = Server::does(hub_server.folder.path(), databases, &["--role", "hub", "audit", "verify"]);
        assert!(word.contains("The record is whole"), "{word}");
        drop(clerk_server);
    });
}

/// Puts a backup back on another machine, with the clerk's key where it is the clerk's.
fn put_back(role: &str, file: &str, before: &Path) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    if role == "clerk" {
        fs::copy(before.join("clerk.key"), place.path().join("clerk.key")).unwrap();
    }
    Server::does(place.path(), None, &["--role", role, "restore", file]);
    place
}

/// Whichever of the two machines comes back from a backup: the clerk counts nothing that may have been erased since.
#[test]
fn a_hub_and_a_clerk_that_were_put_back_wait_for_a_coordinator() {
    let (hub_server, clerk_server, front, aliya) = begin(None);
    let dana = Person::joins_at("dana", "lawyer", &front.address, &aliya);
    aliya.approves_all();
    let [erased, _] = ["Айгерім", "Серік"].map(|name| dana.begins(name));
    [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
    let shelf = tempfile::tempdir().unwrap();
    let file = |role: &str| shelf.path().join(role).to_str().unwrap().to_owned();
    for (server, role) in [(&hub_server, "hub"), (&clerk_server, "clerk")] {
        server.says(|said| said == "ready\n");
        Server::does(server.folder.path(), None, &["--role", role, "backup", &file(role)]);
    }
    aliya.does(&["case", "erase", &erased, "--yes"]);
    let waits = |said: &str| said.contains(": a backup was put back, and not every coordinator's device has synced since");

    // The hub's machine alone is lost. The clerk's has run all the time, and hears of it.
    let before = hub_server.kill();
    let hub_server = hub(put_back("hub", &file("hub"), before.path()), None);
    front.leads_to(&hub_server.address, &clerk_server.address);
    hub_server.says(waits);
    clerk_server.says(waits);
    assert!(told(&dana).contains("is not counting since"));
    hub_server.says(waits);
    aliya.does(&["sync"]);
    [&hub_server, &clerk_server].iter().for_each(|server| drop(server.says(|said| said == "ready\n")));

    // Then the clerk's alone: the hub has everything, and nobody is waited for.
    let before = clerk_server.kill();
    let clerk_server = clerk(put_back("clerk", &file("clerk"), before.path()), None, &front.address);
    front.leads_to(&hub_server.address, &clerk_server.address);
    clerk_server.says(|said| said == "ready\n");
    assert!(aliya.fails(&["case", "show", &erased]).contains("has erased the case"));
    assert!(aliya.does(&["family", "list"]).contains("No family"));

    // Then both, and the hub cannot be reached at first.
    let (hubs, clerks) = (hub_server.kill(), clerk_server.kill());
    let clerk_server = clerk(put_back("clerk", &file("clerk"), clerks.path()), None, &front.address);
    clerk_server.says(waits);
    let hub_server = hub(put_back("hub", &file("hub"), hubs.path()), None);
    front.leads_to(&hub_server.address, &clerk_server.address);
    assert!(told(&dana).contains("is not counting since"));
    [&hub_server, &clerk_server].iter().for_each(|server| drop(server.says(waits)));
    aliya.does(&["sync"]);
    [&hub_server, &clerk_server].iter().for_each(|server| drop(server.says(|said| said == "ready\n")));
    assert!(!clerk_server.folder.path().join("restored").exists());
    dana.does(&["sync"]);
    let list = dana.does(&["list"]);
    assert!(list.contains("Серік") && !list.contains("Айгерім"), "{list}");
}

/// The least body that there is.
fn body_of(method: &str) -> &'static [u8] {
    if method == "GET" { b"" } else { b"{}" }
}

/// The status and the code with which a request is refused.
fn refused(method: &str, address: &str, pass: Option<String>) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = ureq::http::Request::builder().method(method).uri(address).header("content-type", "application/json");
    if let Some(pass) = pass {
        request = request.header("authorization", pass);
    }
    let mut answer = agent.run(request.body(body_of(method)).unwrap()).unwrap();
    let problem: serde_json::Value = answer.body_mut().read_json().unwrap();
    (answer.status().as_u16(), problem["code"].as_str().unwrap().to_owned())
}

#[test]
fn each_machine_answers_its_own_and_only_the_clerk_speaks_as_the_clerk() {
    let (hub, clerk, front, aliya) = begin(None);
    let invitation = aliya.does(&["invite", "--role", "lawyer"]);
    let marat = Quick::joins("marat", &invitation, &front.address, 3);
    assert_eq!(refused("GET", &format!("{}/v1/families", hub.address), None), (421, "elsewhere".to_owned()));
    assert_eq!(refused("POST", &format!("{}/v1/sync", clerk.address), None), (421, "elsewhere".to_owned()));
    // Where both are one, nobody speaks as the clerk from outside.
    let together = Server::start(None);
    for path in ["/v1/clerk/pass", "/v1/clerk/audit", "/v1/clerk/waits", "/v1/clerk/counted"] {
        assert_eq!(refused("POST", &format!("{}{path}", hub.address), None).0, 401);
        let waits = refused("POST", &format!("{}{path}", hub.address), Some(marat.pass_with("POST", path, b"{}")));
        assert_eq!(waits, (403, "not_admitted".to_owned()));
        assert_eq!(refused("POST", &format!("{}{path}", together.address), None), (421, "elsewhere".to_owned()));
    }
    aliya.approves_all();
    for path in ["/v1/clerk/pass", "/v1/clerk/audit", "/v1/clerk/waits", "/v1/clerk/counted"] {
        let lawyer = refused("POST", &format!("{}{path}", hub.address), Some(marat.pass_with("POST", path, b"{}")));
        assert_eq!(lawyer, (403, "forbidden".to_owned()));
    }
    // The clerk refuses by the hub's newest word, and takes a pass once.
    let families = |pass| refused("GET", &format!("{}/v1/families", clerk.address), pass);
    assert_eq!(families(None).0, 401);
    let pass = marat.pass("GET", "/v1/families");
    assert_eq!(families(Some(pass.clone())), (403, "forbidden".to_owned()));
    assert_eq!(families(Some(pass)), (401, "replayed".to_owned()));
    assert_eq!(families(Some(marat.pass("GET", "/v1/rules"))).0, 401, "a pass for something else");
    // Another clerk's key is nobody's, and a second one is not admitted.
    let stranger = Server::start_in_with(tempfile::tempdir().unwrap(), None, &["--role", "clerk", "--hub", &hub.address]);
    let keys = stranger.clerk.clone().unwrap();
    let said = Server::refuses(hub.folder.path(), None, &["--role", "hub", "admit-clerk", &keys]);
    assert!(said.contains("log says who the clerk is"), "{said}");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !stranger.log().contains("not_the_clerk") {
        assert!(std::time::Instant::now() < deadline, "{}", stranger.log());
    }
}

/// What the clerk alone may ask of the hub, by the server's own table, as everybody there is; and what the clerk's machine makes of a thief.
#[test]
fn nobody_of_the_organisation_speaks_as_the_clerk() {
    on_both(|databases| {
        let (hub, clerk, front, aliya) = begin(databases);
        let mut number = 10;
        let mut joins = |account: &str, role: &str| {
            number += 1;
            Quick::joins(account, &aliya.does(&["invite", "--role", role]), &front.address, number)
        };
        let [bolat, arman] = ["bolat", "arman"].map(|account| joins(account, "coordinator"));
        let [dana, zhanar, saule, ruslan] =
            [("dana", "lawyer"), ("zhanar", "recorder"), ("saule", "advocate"), ("ruslan", "lawyer")]
                .map(|(account, role)| joins(account, role));
        let phone = Phone::joins("marat", &aliya.does(&["invite", "--role", "lawyer"]), &Raw::to(&hub.address), 50);
        aliya.approves_all();
        aliya.does(&["device", "revoke", &ruslan.device.id().to_string()]);
        aliya.does(&["coordinator", "freeze", "arman"]);
        let late = joins("late", "coordinator");
        let forbidden = "forbidden";
        let everybody = [
            ("a coordinator", &bolat, forbidden),
            ("a lawyer", &dana, forbidden),
            ("a recorder", &zhanar, forbidden),
            ("an advocate", &saule, forbidden),
            ("a frozen coordinator", &arman, "frozen"),
            ("somebody who waits", &late, "not_admitted"),
            ("somebody who was revoked", &ruslan, "not_admitted"),
        ];
        let raw = Raw::to(&hub.address);
        let mut asked = 0;
        for route in table().iter().filter(|route| route.side == "apart") {
            for (who, quick, code) in everybody {
                let expected = if route.rule == "public" {
                    // Whoever begins the clerk's session proves its key, and has their own only.
                    let secrets = quick.device.secrets();
                    let nonce = raw.nonce(secrets);
                    let renew = Renew { signature: secrets.prove(Purpose::Clerk, &nonce, ""), ..secrets.renew(&nonce) };
                    assert_eq!(raw.post(&route.path, &renew).refusal(), (401, "not_the_clerk"), "{who}");
                    continue;
                } else {
                    (403, code.to_owned())
                };
                let address = format!("{}{}", hub.address, route.path);
                let said =
                    refused(&route.method, &address, Some(quick.pass_with(&route.method, &route.path, body_of(&route.method))));
                assert_eq!(said, expected, "{} {} as {who}", route.method, route.path);
                asked += 1;
            }
        }
        assert_eq!(asked, 4 * everybody.len());

        // On either machine a copied token, or a request that was overheard, gets nothing: the clerk asks the hub, and looks itself.
        let thief = DeviceSecrets::generate(&mut rng(99));
        let at_clerk = nobody_gets_in(&Raw::to(&clerk.address), &phone, &thief, |route| route.side == "clerk");
        let at_hub = nobody_gets_in(&raw, &phone, &thief, |route| ["hub", "apart"].contains(&&*route.side));
        assert!(at_clerk > 10 && at_hub > 15, "{at_clerk} {at_hub}");
    });
}

/// The hub knows who has a second factor, and says so to a clerk on another machine.
#[test]
fn an_advocate_without_a_second_factor_counts_nothing_at_a_clerk_on_another_machine() {
    on_both(|databases| {
        let (hub, clerk, front, aliya) = begin(databases);
        let saule = Person::joins_at("saule", "advocate", &front.address, &aliya);
        aliya.approves_all();
        saule.does(&["sync"]);
        clerk.says(|said| said == "ready\n");
        let day = ago(0).split_once(' ').unwrap().0.to_owned();
        let counts = ["tally", "show", "--from", &day, "--to", &day];
        saule.does(&counts);

        hub.second_factors_are_due(databases);
        let what = "This takes a second factor, and your account has none";
        assert!(saule.fails(&counts).contains(what));
        assert!(aliya.fails(&["family", "list"]).contains(what));
        saule.does(&["contact", "saule@example.org"]);
        saule.does(&["sync"]);
        enrols(&saule, None);
        saule.does(&counts);
    });
}

/// Whoever holds the hub's machine is told by the clerk which pass somebody has shown it, and answers what they like. They are nobody at the clerk
/// all the same: neither while it asks, nor after, nor when it was started again.
#[test]
fn a_hub_in_strange_hands_does_not_pass_for_a_coordinator_at_the_clerk() {
    let hub = hub(tempfile::tempdir().unwrap(), None);
    let held = Held::before(&hub.address);
    let front = Front::start(&hub.address, &hub.address);
    let (clerk_server, aliya) = goes_on(None, &hub, &front, &held.address);
    clerk_server.says(|said| said == "ready\n");

    held.catches(&clerk_server.address);
    assert!(aliya.does(&["family", "list"]).contains("No family"), "who is at home notices nothing");
    assert_eq!(held.meanwhile(), (401, "replayed".to_owned()));
    assert_eq!(held.shows(&clerk_server.address), (401, "replayed".to_owned()));
    assert!(aliya.does(&["family", "list"]).contains("No family"));

    // The clerk's machine is started again, and has forgotten everything.
    let clerk_server = clerk(clerk_server.kill(), None, &held.address);
    front.leads_to(&hub.address, &clerk_server.address);
    clerk_server.says(|said| said == "ready\n");
    assert_eq!(held.shows(&clerk_server.address), (401, "clock_off".to_owned()));
    assert!(aliya.does(&["family", "list"]).contains("No family"));
}

/// What is handed in at the clerk is in the hub's record before it is anywhere else, with whose it is; and what the clerk refuses is in it, too.
#[test]
fn what_the_clerk_brings_and_refuses_is_recorded_at_the_hub_before_it_counts() {
    let hub = hub(tempfile::tempdir().unwrap(), None);
    let held = Held::before(&hub.address);
    let front = Front::start(&hub.address, &hub.address);
    let (_clerk, aliya) = goes_on(None, &hub, &front, &held.address);
    let dana = Person::joins_at("dana", "lawyer", &front.address, &aliya);
    let marat = Person::joins_at("marat", "lawyer", &front.address, &aliya);
    let mut ruslan = Quick::joins("ruslan", &aliya.does(&["invite", "--role", "lawyer"]), &front.address, 31);
    aliya.approves_all();
    [&dana, &marat].iter().for_each(|person| drop(person.does(&["sync"])));
    while ruslan.goes_round(&front.address) {}
    let case = dana.begins("Айгерім");
    let stick = tempfile::tempdir().unwrap();
    let bundle = stick.path().join("dana.habeas").to_str().unwrap().to_owned();
    dana.does(&["bundle", "export", &bundle]);
    let record = || Server::does(hub.folder.path(), None, &["--role", "hub", "audit", "show"]);
    let dana_device = aliya.device_of("dana");

    // The record cannot be written: nothing of it reaches the hub.
    held.is_deaf_to(Some("/v1/clerk/audit"));
    marat.fails(&["bundle", "hand-in", &bundle]);
    aliya.does(&["sync"]);
    assert!(aliya.fails(&["case", "show", &case]).contains("has no case"));
    held.is_deaf_to(None);
    marat.does(&["bundle", "hand-in", &bundle]);
    aliya.does(&["sync"]);
    assert_eq!(aliya.case(&case)["view"]["names"][0]["value"], "Айгерім");
    let handed_in = format!(" {} hand_in device:{dana_device} done", aliya.device_of("marat"));
    assert!(record().contains(&handed_in), "{}", record());

    // Ruslan is on no shift.
    assert_eq!(ruslan.gets(&front.address, "/v1/cards").0, 403);
    let refused = format!(" {} access action:ReadCardsOfShift refused", ruslan.device.id());
    assert!(record().contains(&refused), "{}", record());
}

#[test]
fn the_deployed_proxy_gives_the_clerk_what_is_the_clerks_and_nothing_else() {
    let output = std::process::Command::new(program("habeas-server")).arg("routes").output().unwrap();
    let routes: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(routes.len() > 40);
    for route in routes {
        let (path, side) = (route["path"].as_str().unwrap(), route["side"].as_str().unwrap());
        let asked: String =
            path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/");
        assert_eq!(is_clerks(&asked), side == "clerk", "{path} is {side}'s");
    }
}
