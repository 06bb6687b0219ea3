//! A case of which every field of every kind of fact holds a word that is nowhere else, with everything beside it that anybody types; and the
//! search for that word in whatever somebody could take away. What is searched for, in which spellings, says [`spellings`].

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use habeas_client_core::case::{Draft, Form, KINDS, Kind, Takes};
use habeas_client_core::vault::{SealedRecord, replay};
use habeas_protocol::SyncRequest;
use habeas_protocol::api::from_hex;
use habeas_tests::device::Person;
use habeas_tests::mail::{link, mails};
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::Quick;
use habeas_tests::server::Server;
use habeas_tests::spelled::spellings;
use habeas_tests::{files, that_hold, that_hold_bytes};

use crate::family::Browser;

/// In every text that is planted.
const WORDS: [&str; 2] = ["kqvanary-qxz", "\u{436}\u{49b}анарйка"];

fn word(of: &str) -> String {
    format!("{} {} {of}", WORDS[0], WORDS[1])
}

/// A kind of fact with the word in every field that takes a text.
fn planted(kind: &Kind) -> Form {
    let text = |name: &str| match name {
        "case" => "0123456789abcdef0123456789abcdef".to_owned(),
        "sha256" => "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".to_owned(),
        name => word(&format!("{} {name}", kind.name)),
    };
    let value = |takes: Takes, name: &str| match takes {
        Takes::Text => Some(text(name)),
        Takes::Date => Some("2021-01-10".to_owned()),
        Takes::LocalTime => Some("2026-09-08 10:00".to_owned()),
        Takes::Article => Some("CAO 488(6)".to_owned()),
        Takes::Number => Some("15".to_owned()),
        Takes::YesNo => Some("yes".to_owned()),
        // The attachment that is attached below has one.
        Takes::Key => None,
        Takes::OneOf(_, words) => words.first().map(|word| (*word).to_owned()),
    };
    // A remand is measured in one unit.
    let fields = kind.fields.iter().filter(|field| (kind.name, field.name) != ("remand", "months"));
    Form {
        kind: kind.name.to_owned(),
        fields: fields.filter_map(|field| Some((field.name.to_owned(), value(field.takes, field.name)?))).collect(),
        said: word("said"),
        city: "almaty".to_owned(),
        place: word("place"),
        source_name: word("source name"),
        ..Form::default()
    }
}

/// Every kind but two: a retraction comes with what it takes back, and what an authority said in public is public, and lies in the clear.
fn every_kind() -> Vec<Draft> {
    let now = habeas_clock::Instant::from_seconds(habeas_tests::quick::now()).unwrap();
    let kinds = KINDS.iter().filter(|kind| !["retraction", "official_claim"].contains(&kind.name));
    kinds.map(|kind| planted(kind).draft(None, now).unwrap_or_else(|error| panic!("{}: {error:?}", kind.name))).collect()
}

/// The files below these folders that hold the word. Mail that has gone out is at whoever gets it; here it lies in a folder of its own.
fn word_in(folders: &[&Path]) -> Vec<String> {
    let found = folders.iter().flat_map(|folder| that_hold(folder, &WORDS));
    found.filter(|path| !path.contains("/mail/")).collect()
}

#[derive(QueryableByName)]
struct Hex {
    #[diesel(sql_type = Text)]
    hex: String,
}

/// The beginning of every sealed value in the hub's and the clerk's databases, by its table.
fn sealed(folder: &Path) -> BTreeSet<(&'static str, Vec<u8>)> {
    let columns = [
        ("hub", "case_items", "bytes"),
        ("hub", "attachment_pieces", "bytes"),
        ("hub", "snapshots", "bytes"),
        ("clerk", "records", "bytes"),
        ("clerk", "cases", "title_sealed"),
        ("clerk", "families", "request_sealed"),
        ("clerk", "outbox", "mail_sealed"),
    ];
    let mut all = BTreeSet::new();
    for (name, table, column) in columns {
        let mut db = SqliteConnection::establish(folder.join(format!("{name}.sqlite")).to_str().unwrap()).unwrap();
        // A wrap and an envelope begin with the case's id, which stays in the log.
        let from = if table == "case_items" { "length(bytes) - 39" } else { "1" };
        let query = sql_query(format!("SELECT lower(hex(substr({column}, {from}, 24))) AS hex FROM {table}"));
        let rows: Vec<Hex> = query.load(&mut db).unwrap();
        all.extend(rows.into_iter().map(|row| (table, from_hex(&row.hex, 24).unwrap())));
    }
    all
}

/// Everything that the file of somebody's device holds, sealed.
fn records(person: &Person) -> Vec<SealedRecord> {
    let file = fs::read(person.folder.path().join("device/vault.log")).unwrap();
    replay(&file).unwrap().batches.into_iter().flatten().collect()
}

fn nothing_lies_anywhere(postgres: Option<&Postgres>) {
    let addresses = postgres.map(|server| (server.database(), server.database()));
    let databases = addresses.as_ref().map(|(hub, clerk)| (hub.as_str(), clerk.as_str()));
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let mut dana = Quick::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 5);
    aliya.approves_all();
    while dana.goes_round(&server.address) {}

    // Dana tells all of it, Aliya adds what only her telephone has, a file, and a word that she has not sent.
    let drafts = every_kind();
    let case = dana.begins_with(&drafts[..1]);
    drafts[1..].chunks(16).for_each(|some| dana.adds_all(case, some));
    let last = dana.device.case(case).unwrap().replica.view().timeline[0].id.to_string();
    while dana.goes_round(&server.address) {}
    aliya.does(&["sync"]);
    let case = case.to_string();
    let paper = tempfile::tempdir().unwrap();
    let file = paper.path().join("paper.txt");
    fs::write(&file, word("paper").repeat(4000)).unwrap();
    aliya.does(&[
        "attachment",
        "add",
        &case,
        file.to_str().unwrap(),
        "--text",
        &word("attached"),
        "--source-name",
        &word("whose"),
    ]);
    aliya.adds(&case, &["retraction", &format!("reason={}", word("reason")), "--replaces", &last]);
    aliya.does(&["contact", &format!("{}@example.org", WORDS[0])]);
    aliya.does(&["sync"]);
    aliya.adds(&case, &["note", &format!("text={}", word("not sent"))]);
    let known = aliya.case(&case).to_string();
    let planted = known.matches(WORDS[1]).count();
    assert!(planted > 3 * drafts.len(), "{planted} of {}", drafts.len());

    // A family asks, and follows the case.
    let browser = Browser(ureq::Agent::new_with_defaults(), server.address.clone());
    let (name, address) = (word("asked for"), format!("mother-{}@example.org", WORDS[0]));
    let request = [
        ("name", &*name),
        ("relationship", WORDS[1]),
        ("email", &address),
        ("word", WORDS[1]),
        ("sign", WORDS[1]),
        ("lang", "en"),
    ];
    browser.send("/family", &request);
    let token = link(&mails(&server, "Please confirm", 1)[0], "/family/confirm").split_once("t=").unwrap().1.to_owned();
    browser.send("/family/confirm", &[("t", &token)]);
    let list = aliya.does(&["family", "list"]);
    assert!(list.contains(WORDS[1]));
    aliya.does(&["family", "attach", list.split_whitespace().next().unwrap(), &case]);
    browser.send("/family/status", &[("t", &token), ("word", "a wrong one")]);

    // What somebody could take away: both databases with their write-ahead logs, the server's log, a backup, a bundle, a telephone that is locked.
    let shelf = tempfile::tempdir().unwrap();
    let on_shelf = |name: &str| shelf.path().join(name).to_str().unwrap().to_owned();
    Server::does(server.folder.path(), databases, &["backup", &on_shelf("backup")]);
    aliya.does(&["bundle", "export", &on_shelf("bundle"), "--case", &case]);
    let mut places = vec![server.folder.path(), shelf.path(), aliya.folder.path()];
    places.extend(postgres.map(Postgres::folder));
    assert_eq!(word_in(&places), Vec::<String>::new());
    // The search would find it.
    let clear = shelf.path().join("clear");
    for spelled in WORDS.iter().flat_map(|word| spellings(word)) {
        fs::write(&clear, [b"something before it ".as_slice(), &spelled, b" and behind"].concat()).unwrap();
        assert_eq!(word_in(&[shelf.path()]), [clear.display().to_string()]);
    }
    fs::remove_file(&clear).unwrap();
    if databases.is_some() {
        return;
    }

    // The case is erased. Of what was sealed and is in the tables no more, nothing lies in any file, nor in the telephone.
    let before = sealed(server.folder.path());
    let kept = records(&aliya);
    let bytes = |values: Vec<&(&str, Vec<u8>)>| values.into_iter().map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>();
    assert!(that_hold_bytes(server.folder.path(), &bytes(before.iter().collect())).len() >= 2);
    aliya.does(&["case", "erase", &case, "--yes"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let there = sealed(server.folder.path());
        let gone = bytes(before.difference(&there).collect());
        let stays = there.iter().any(|(table, _)| !["records", "outbox"].contains(table));
        let found = that_hold_bytes(server.folder.path(), &gone);
        if !stays && found.is_empty() {
            break;
        }
        assert!(Instant::now() < deadline, "{stays}: {} values are gone from the tables, and lie in {found:?}", gone.len());
    }
    let now = records(&aliya);
    let slots = |records: &[SealedRecord]| records.iter().map(|record| record.slot).collect::<BTreeSet<_>>();
    assert_eq!(slots(&kept).difference(&slots(&now)).count(), 1, "the case's record");
    // Nor does what any record held earlier: its last word alone may stand there still.
    let newest = |record: &SealedRecord| kept.iter().filter(|other| other.slot == record.slot).map(|other| other.version).max();
    let stale: Vec<&SealedRecord> = kept.iter().filter(|record| Some(record.version) != newest(record)).collect();
    assert!(stale.len() > 10 && stale.iter().all(|record| now.iter().all(|other| other.bytes != record.bytes)));
    assert_eq!(files(&aliya.folder.path().join("device/attachments")), Vec::<std::path::PathBuf>::new());
    places.retain(|place| *place != shelf.path());
    assert_eq!(word_in(&places), Vec::<String>::new());
    // What is on the shelf is as it was: a backup of before holds the case until it is deleted, sealed.
    assert_eq!(word_in(&[shelf.path()]), Vec::<String>::new());
    // Nor does the hub tell anybody of it by another way.
    let everything =
        SyncRequest { log_from: u64::MAX, budget: 1 << 20, receipt: dana.request().receipt, ..SyncRequest::default() };
    let answer = dana.asks(&server.address, &everything).unwrap();
    let told: Vec<_> = answer.frames.into_iter().flat_map(|frame| frame.items).map(|item| item.content).collect();
    assert!(!told.is_empty() && told.into_iter().all(|told| told.content(&everything).is_none()));
}

#[test]
fn no_word_of_a_case_lies_anywhere_that_can_be_taken_away() {
    nothing_lies_anywhere(None);
    nothing_lies_anywhere(Some(&Postgres::start()));
}
