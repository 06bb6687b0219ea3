//! A server that comes back with an old backup: devices give it what it had acknowledged since.

use std::fs;
use std::path::Path;

use habeas_client_core::keys::{open_payload, seal_payload};
use habeas_protocol::{Envelope, Pushed, SyncRequest};
use habeas_tests::device::Person;
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::Quick;
use habeas_tests::server::Server;
use tempfile::TempDir;

/// Where the hub and the clerk keep what they have, and how an operator copies it.
pub enum Databases {
    Files,
    Postgres(Box<Postgres>, String, String),
}

impl Databases {
    pub fn start(&self, folder: TempDir) -> Server {
        Server::start_in(folder, self.addresses())
    }

    /// The hub's and the clerk's, if they are no files.
    pub fn addresses(&self) -> Option<(&str, &str)> {
        match self {
            Self::Files => None,
            Self::Postgres(_, hub, clerk) => Some((hub, clerk)),
        }
    }

    /// A copy of everything, while no server runs.
    pub fn backup(&self, folder: &Path) -> (TempDir, Option<(String, String)>) {
        let copy = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        let databases = match self {
            Self::Files => None,
            Self::Postgres(server, hub, clerk) => Some((server.copy(hub), server.copy(clerk))),
        };
        (copy, databases)
    }

    pub fn restored(self, databases: Option<(String, String)>) -> Self {
        match (self, databases) {
            (Self::Postgres(server, ..), Some((hub, clerk))) => Self::Postgres(server, hub, clerk),
            (databases, _) => databases,
        }
    }
}

fn signs_in(person: &Person, account: &str, server: &Server) -> String {
    person.does(&["login", "--server", &server.address, "--account", account])
}

fn comes_back_with_an_old_backup(databases: Databases) {
    let server = databases.start(tempfile::tempdir().unwrap());
    let aliya = Person::founds("aliya", &server);
    let dana = Person::joins("dana", "lawyer", &server, &aliya);
    let marat = Person::joins("marat", "lawyer", &server, &aliya);
    let zhanar = Person::joins("zhanar", "recorder", &server, &aliya);
    for person in [&dana, &marat, &zhanar] {
        person.does(&["sync"]);
    }
    aliya.approves_all();
    let known = dana.begins("Айгерім");
    for person in [&dana, &aliya] {
        person.does(&["sync"]);
    }

    // The operator's backup of that hour.
    let folder = server.kill();
    let (backup, copies) = databases.backup(folder.path());
    let server = databases.start(folder);
    for (person, account) in [(&aliya, "aliya"), (&dana, "dana"), (&marat, "marat"), (&zhanar, "zhanar")] {
        signs_in(person, account, &server);
    }

    // A day of work after it: facts, a new case, one of a recorder, an assignment.
    dana.adds(&known, &["delivered", "--when", "2026-01-10 13:00", "--city", "almaty"]);
    let serik = dana.begins("Серік");
    let kanat = zhanar.begins("Қанат");
    for person in [&dana, &zhanar, &aliya] {
        person.does(&["sync"]);
    }
    aliya.does(&["assign", &serik, "marat"]);
    marat.does(&["sync"]);
    marat.adds(&serik, &["released", "--when", "2026-01-10 17:30", "--city", "almaty"]);
    for person in [&marat, &aliya, &dana] {
        person.does(&["sync"]);
    }
    let before = [&known, &serik, &kanat].map(|case| aliya.case(case)["view"].to_string());
    assert_eq!(dana.case(&serik)["view"].to_string(), before[1]);

    // The disk dies; the server comes back with the backup, and somebody writes to it before those who know more come.
    drop(server.kill());
    let databases = databases.restored(copies);
    let server = databases.start(backup);
    let said = signs_in(&marat, "marat", &server);
    assert!(said.contains("restored from an earlier copy"), "{said}");
    let later = marat.begins("Мадина");
    marat.does(&["sync"]);
    // Nothing of what Marat may not open again is lost; it waits for somebody who may.
    assert_eq!(marat.case(&serik)["view"].to_string(), before[1]);
    assert!(marat.case(&serik)["unsent"].as_u64() > Some(0));

    let said = signs_in(&aliya, "aliya", &server);
    assert!(said.contains("restored from an earlier copy"), "{said}");
    for (person, account) in [(&dana, "dana"), (&zhanar, "zhanar"), (&marat, "marat")] {
        signs_in(person, account, &server);
    }
    for person in [&aliya, &dana, &zhanar, &marat, &aliya, &dana, &marat] {
        assert!(!person.does(&["sync"]).contains("restored"), "said once");
    }

    // A device that has never been here gets everything from the server alone.
    let bolat = Person::joins("bolat", "coordinator", &server, &aliya);
    bolat.does(&["sync"]);
    aliya.approves_all();
    bolat.does(&["sync"]);
    let now = [&known, &serik, &kanat].map(|case| bolat.case(case)["view"].to_string());
    assert_eq!(now, before);
    assert_eq!(bolat.case(&later)["view"]["names"][0]["value"], "Мадина");
    for (person, cases) in [(&aliya, vec![&known, &serik, &kanat, &later]), (&dana, vec![&known, &serik]), (&marat, vec![&serik])]
    {
        for case in cases {
            assert_eq!(person.case(case)["unsent"], 0, "{case}");
            assert_eq!(person.case(case)["view"].to_string(), bolat.case(case)["view"].to_string());
        }
    }

    // And the line works as before, for everybody who had a part in it.
    dana.adds(&serik, &["note", "text=back"]);
    marat.adds(&serik, &["note", "text=here too"]);
    zhanar.adds(&kanat, &["delivered", "--when", "2026-01-10 13:30", "--city", "almaty"]);
    for person in [&dana, &marat, &zhanar, &dana, &marat, &aliya] {
        let said = person.does(&["sync"]);
        assert!(!said.contains("refused"), "{said}");
    }
    assert_eq!(dana.case(&serik)["view"], marat.case(&serik)["view"]);
    assert_eq!(aliya.case(&serik)["view"], marat.case(&serik)["view"]);
    assert!(aliya.case(&kanat)["view"].to_string().contains("13:30") || aliya.case(&kanat)["view"]["status"] == "held");
}

#[test]
fn a_server_that_comes_back_with_an_old_backup_gets_everything_again() {
    comes_back_with_an_old_backup(Databases::Files);
    let postgres = Postgres::start();
    let (hub, clerk) = (postgres.database(), postgres.database());
    comes_back_with_an_old_backup(Databases::Postgres(Box::new(postgres), hub, clerk));
}

/// What a coordinator's device and a restored hub say to one another until nothing is left, in numbers.
#[derive(Debug, Default)]
struct Told {
    lost: usize,
    ranges: usize,
    asked: usize,
    items: usize,
    brought: usize,
    wraps: usize,
}

fn exchanges(person: &mut Quick, server: &str) -> Told {
    let mut told = Told::default();
    loop {
        let request = person.request();
        let answer = person.asks(server, &request).unwrap();
        let items = answer.frames.iter().map(|frame| frame.items.len()).sum::<usize>();
        if answer.lost {
            assert_eq!((items, answer.more), (0, true), "it first hears where the device has been");
        }
        told.lost += usize::from(answer.lost);
        told.ranges += request.ranges.len();
        told.asked += request.digests.len();
        told.items += items;
        told.brought += request.envelopes.len();
        told.wraps += request.wraps.len();
        if !person.device.receive(&request, answer).unwrap().more {
            return told;
        }
    }
}

/// A day of five changes is lost, of three hundred cases.
fn tells_little_again(databases: Databases) {
    let server = databases.start(tempfile::tempdir().unwrap());
    let aliya = Person::founds("aliya", &server);
    let mut people = ["bolat", "zhanar"].map(|name| {
        let invitation = aliya.does(&["invite", "--role", "coordinator"]);
        Quick::joins(name, &invitation, &server.address, name.as_bytes()[0])
    });
    aliya.approves_all();
    let [bolat, zhanar] = &mut people;
    let cases: Vec<_> = (0..300).map(|number| bolat.begins(&format!("somebody, {number}"))).collect();
    for person in [&mut *bolat, &mut *zhanar] {
        exchanges(person, &server.address);
    }
    let folder = server.kill();
    let (backup, copies) = databases.backup(folder.path());
    let server = databases.start(folder);
    cases.iter().take(5).for_each(|case| bolat.adds(*case, "seen at the window"));
    for person in [&mut *bolat, &mut *zhanar] {
        exchanges(person, &server.address);
    }
    drop(server.kill());
    let databases = databases.restored(copies);
    let server = databases.start(backup);

    // Zhanar comes first. She gets what may be new behind the newest place that the server still has, and is asked about the cases of five ranges.
    let told = exchanges(zhanar, &server.address);
    // Of each of these she brings what the server does not name.
    assert_eq!((told.lost, told.brought, told.wraps), (1, 5, 0), "what was lost and nothing else: {told:?}");
    assert!(told.ranges > 0 && (5..=150).contains(&told.asked) && told.items <= 40, "{told:?}");
    // Bolat has nothing to bring any more; and from then on it is as ever.
    let told = exchanges(bolat, &server.address);
    assert_eq!((told.lost, told.brought, told.asked), (1, 0, 0), "{told:?}");
    assert!(told.ranges > 0 && told.items <= 40, "{told:?}");
    bolat.adds(cases[7], "seen again");
    exchanges(bolat, &server.address);
    let told = exchanges(zhanar, &server.address);
    assert_eq!((told.lost, told.ranges, told.items), (0, 0, 1), "{told:?}");

    // Somebody who has never been here gets all of it.
    signs_in(&aliya, "aliya", &server);
    let invitation = aliya.does(&["invite", "--role", "coordinator"]);
    let mut assel = Quick::joins("assel", &invitation, &server.address, 7);
    aliya.approves_all();
    exchanges(&mut assel, &server.address);
    for case in &cases {
        let [theirs, hers] = [&mut *bolat, &mut assel].map(|person| person.device.case(*case).unwrap().replica.view());
        assert_eq!(theirs, hers);
    }
}

/// Somebody of the organisation is the first to find the restored server, and puts junk under the name of what it has lost.
fn junk_takes_no_place(databases: Databases, waits: bool) {
    let server = databases.start(tempfile::tempdir().unwrap());
    let aliya = Person::founds("aliya", &server);
    let invites = || aliya.does(&["invite", "--role", "coordinator"]);
    let [mut bolat, mut marat] =
        ["bolat", "marat"].map(|name| Quick::joins(name, &invites(), &server.address, name.as_bytes()[0]));
    aliya.approves_all();
    let case = bolat.begins("somebody");
    for person in [&mut bolat, &mut marat] {
        exchanges(person, &server.address);
    }
    let folder = server.kill();
    let (backup, copies) = databases.backup(folder.path());
    let server = databases.start(folder);
    bolat.adds(case, "seen at the window");
    let lost = bolat.request().envelopes[0].id;
    for person in [&mut bolat, &mut marat] {
        exchanges(person, &server.address);
    }
    drop(server.kill());
    let databases = databases.restored(copies);
    let server = databases.start(backup);

    // What nobody can open; or what opens and rests on something that nobody will ever bring.
    let mut junk = Envelope { case, id: lost, epoch: 0, sealed: vec![9; 200] };
    if waits {
        ["one", "two"].iter().for_each(|text| marat.adds(case, text));
        let written = marat.request().envelopes.pop().unwrap();
        let open = marat.device.case(case).unwrap();
        let (epoch, secret) = open.keys.newest().unwrap();
        junk = seal_payload(case, (epoch, secret), lost, &open_payload(&written, secret).unwrap());
    }
    let envelopes = vec![junk];
    let junk = SyncRequest { log_from: u64::MAX, envelopes, ..SyncRequest::default() };
    assert_eq!(marat.asks(&server.address, &junk).unwrap().envelopes, [Pushed::Accepted]);

    // Bolat has a change of that name, and the server has something. He brings it all the same, once.
    assert_eq!(exchanges(&mut bolat, &server.address).brought, 1);
    assert_eq!(exchanges(&mut bolat, &server.address).brought, 0);
    signs_in(&aliya, "aliya", &server);
    let mut assel = Quick::joins("assel", &invites(), &server.address, 7);
    aliya.approves_all();
    exchanges(&mut assel, &server.address);
    let [theirs, hers] = [&mut bolat, &mut assel].map(|person| person.device.case(case).unwrap().replica.view());
    assert_eq!(theirs, hers);
    assert!(serde_json::to_string(&hers).unwrap().contains("seen at the window"));
}

#[test]
fn junk_under_the_name_of_what_was_lost_takes_its_place_from_nobody() {
    junk_takes_no_place(Databases::Files, false);
    junk_takes_no_place(Databases::Files, true);
    let postgres = Postgres::start();
    let (hub, clerk) = (postgres.database(), postgres.database());
    junk_takes_no_place(Databases::Postgres(Box::new(postgres), hub, clerk), false);
}

#[test]
fn whoever_has_three_hundred_cases_is_told_and_asked_little_again() {
    tells_little_again(Databases::Files);
    let postgres = Postgres::start();
    let (hub, clerk) = (postgres.database(), postgres.database());
    tells_little_again(Databases::Postgres(Box::new(postgres), hub, clerk));
}
