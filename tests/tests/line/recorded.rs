//! Every act that the routes' table says is recorded, and every one of the operator's, is done once and found in the record: as its own, by whoever
//! did it.

use std::collections::BTreeSet;
use std::fs;

use habeas_tests::device::Person;
use habeas_tests::mail::{link, mails};
use habeas_tests::older::Database;
use habeas_tests::photo::photograph;
use habeas_tests::quick::Quick;
use habeas_tests::server::Server;

use crate::access::table;
use crate::family::{Browser, MOTHERS};
use crate::intake::link_of;
use crate::on_both;
use crate::recovery::{printed, uses};
use crate::second_factor::enrols;

/// The acts that stand in the record as done, each with who did it.
fn done(record: &str) -> BTreeSet<(String, String)> {
    let read = |line: &str| {
        let mut words = line.split(' ').skip(2).map(str::to_owned);
        Some((words.next()?, words.next()?)).filter(|_| line.ends_with(" done"))
    };
    record.lines().filter_map(read).collect()
}

/// A family asks, and a coordinator lets it follow a case and not any more; they hear under a rule, and not any more.
fn a_family_asks(server: &Server, aliya: &Person, case: &str) {
    let browser = Browser(ureq::Agent::new_with_defaults(), server.address.clone());
    browser.send("/family", &MOTHERS);
    let token = link(&mails(server, "Please confirm", 1)[0], "/family/confirm").split_once("t=").unwrap().1.to_owned();
    browser.send("/family/confirm", &[("t", &token)]);
    let list = aliya.does(&["family", "list"]);
    let request = list.split_whitespace().next().unwrap();
    aliya.does(&["family", "attach", request, case]);
    aliya.does(&["family", "detach", request]);
    aliya.does(&["rules", "allow", "kz.cao.detention"]);
    aliya.does(&["rules", "withhold", "kz.cao.detention"]);
}

/// Many come by a link, and are refused.
fn a_link_is_given(server: &Server, aliya: &Person) {
    let opened = aliya.does(&["intake", "open", "--people", "2"]);
    Quick::joins("temir", &link_of(&opened), &server.address, 70);
    aliya.does(&["intake", "list"]);
    aliya.does(&["intake", "refuse", "temir"]);
    aliya.does(&["intake", "close"]);
}

/// A count is proposed by one and released by another.
fn a_count_is_published(aliya: &Person, saule: &Person) {
    let days = ["--from", "2026-01-10", "--to", "2026-01-10"];
    saule.does(&[&["tally", "show"], &days[..]].concat());
    saule.does(&[&["tally", "rows"], &days[..]].concat());
    let id = saule.does(&[&["tally", "propose"], &days[..]].concat());
    aliya.does(&["tally", "list"]);
    aliya.does(&["tally", "release", id.trim()]);
}

/// A case is shared, given to a team, photographed and carried, and its station has a lawyer at its door; then it is erased.
fn a_case_is_worked_on(aliya: &Person, dana: &Person, marat: &Person, case: &str) {
    aliya.does(&["assign", case, "dana"]);
    aliya.does(&["case", "share", case, "marat", "--read-only"]);
    aliya.does(&["case", "unshare", case, "marat"]);
    aliya.does(&["team", "found", "Medeu"]);
    aliya.does(&["team", "add", "Medeu", "marat"]);
    aliya.does(&["team", "remove", "Medeu", "marat"]);
    let until = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Asia/Almaty").unwrap()) + jiff::Span::new().hours(4);
    let until = until.strftime("%Y-%m-%d %H:%M").to_string();
    aliya.does(&["shift", "begin", "marat", "--at", "Republic Square", "--until", &until]);
    marat.does(&["sync"]);
    aliya.does(&["shift", "end", "marat"]);
    let files = tempfile::tempdir().unwrap();
    let [ruling, got, bundle] =
        ["ruling.jpg", "got.jpg", "dana.habeas"].map(|name| files.path().join(name).to_str().unwrap().to_owned());
    fs::write(&ruling, photograph(7, 20_000)).unwrap();
    dana.does(&["attachment", "add", case, &ruling, "--text", "the ruling"]);
    dana.does(&["sync"]);
    aliya.does(&["sync"]);
    aliya.does(&["attachment", "get", case, "1", &got, "--original"]);
    dana.adds(case, &["note", "text=carried"]);
    dana.does(&["bundle", "export", &bundle]);
    marat.does(&["bundle", "hand-in", &bundle]);
    dana.does(&["sync"]);
    dana.does(&["contact", "dana@example.org"]);
    dana.command(&["password"]).env("HABEAS_NEW_PASSWORD", "the steppe is wide in spring").output().unwrap();
}

/// Two phones are lost: what they had not sent is accepted, and refused.
fn phones_are_lost(aliya: &Person, phones: [&Person; 2]) {
    for phone in phones {
        phone.begins("Серік");
        aliya.does(&["device", "revoke", &aliya.device_of(phone.name)]);
        phone.fails(&["sync"]);
    }
    let list = aliya.does(&["quarantine", "list"]);
    let ids: Vec<&str> = list.lines().map(|line| line.split(':').next().unwrap()).collect();
    aliya.does(&["quarantine", "accept", ids[0]]);
    aliya.does(&["quarantine", "refuse", ids[1]]);
}

#[test]
fn every_administrative_act_is_in_the_record() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [bolat, assel] = ["bolat", "assel"].map(|name| Person::is_let_in(name, "coordinator", &server, &aliya));
        let [dana, marat] = ["dana", "marat"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        let saule = Person::is_let_in("saule", "advocate", &server, &aliya);
        aliya.does(&["login", "--server", &server.address, "--account", "aliya"]);
        let case = dana.begins("Айгерім");
        dana.does(&["sync"]);
        aliya.does(&["sync"]);

        enrols(&bolat, None);
        aliya.does(&["second-factor", "reset", "bolat"]);
        a_link_is_given(&server, &aliya);
        a_family_asks(&server, &aliya, &case);
        a_count_is_published(&aliya, &saule);
        a_case_is_worked_on(&aliya, &dana, &marat, &case);
        phones_are_lost(&aliya, [&dana, &marat]);
        aliya.does(&["coordinator", "freeze", "bolat"]);
        let bolats = aliya.device_of("bolat");
        for person in [&aliya, &assel] {
            person.does(&["sync"]);
            person.does(&["coordinator", "thaw", &bolats]);
        }
        aliya.does(&["role", "saule", "coordinator"]);
        aliya.does(&["case", "erase", &case, "--yes"]);
        let shares = printed(&aliya.does(&["recovery", "print"]));
        uses(&Person::new("again"), &server, &shares[0], &shares[2]);

        let hers = aliya.device_of("aliya");

        // The operator: another key, a backup, a newer version, a clerk that starts locked; and the backup put back elsewhere.
        let shelf = tempfile::tempdir().unwrap();
        let backup = shelf.path().join("backup").to_str().unwrap().to_owned();
        server.says(|said| said == "ready\n");
        Server::does(server.folder.path(), databases, &["key", "rotate"]);
        Server::does(server.folder.path(), databases, &["backup", &backup]);
        let folder = server.kill();
        let own = folder.path().join("clerk.sqlite").to_str().unwrap().to_owned();
        Database { name: "clerk", address: databases.map_or(&own, |(_, clerk)| clerk) }.steps_back(1);
        Server::does(folder.path(), databases, &["upgrade"]);
        let key = shelf.path().join("clerk.key");
        fs::rename(folder.path().join("clerk.key"), &key).unwrap();
        let server = Server::start_in_with(folder, databases, &["--locked"]);
        Server::does(server.folder.path(), databases, &["unlock", key.to_str().unwrap()]);
        let record = Server::does(server.folder.path(), databases, &["audit", "show"]);
        let restored = tempfile::tempdir().unwrap();
        Server::does(restored.path(), None, &["restore", &backup]);
        let at_other = Server::does(restored.path(), None, &["audit", "show"]);

        let found: BTreeSet<_> = done(&record).union(&done(&at_other)).cloned().collect();
        let acts: BTreeSet<&str> = found.iter().map(|(_, act)| act.as_str()).collect();
        let declared: BTreeSet<String> =
            table().into_iter().filter(|route| route.side != "apart").flat_map(|route| route.recorded).collect();
        let missing: Vec<&String> = declared.iter().filter(|act| !acts.contains(act.as_str())).collect();
        assert!(missing.is_empty() && declared.len() > 40, "{missing:?} of {declared:?} in {record}");
        for act in ["start", "backup", "restore", "upgrade", "unlock", "rotate_key"] {
            assert!(found.contains(&("operator".to_owned(), act.to_owned())), "{act} in {record}{at_other}");
        }
        // Whoever does it is named: what Aliya alone has done is under her device.
        for act in [
            "open_intake",
            "close_intake",
            "refuse",
            "reset_second_factor",
            "freeze",
            "attach",
            "detach",
            "allow_rule",
            "withhold_rule",
            "release_count",
            "fetch_quarantined",
            "drop_quarantined",
            "erase",
            "name_team",
            "change_role",
        ] {
            assert!(found.contains(&(hers.clone(), act.to_owned())), "{act} by {hers} in {record}");
        }
        assert!(Server::does(server.folder.path(), databases, &["audit", "verify"]).contains("The record is whole"));
    });
}
