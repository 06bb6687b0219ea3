//! A case of which every field of every kind of fact holds a word that is nowhere else, with everything beside it that anybody types; and the
//! search for that word in whatever somebody could take away. What is searched for, in which spellings, says [`spellings`].

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use habeas_client_core::vault::{SealedRecord, replay};
use habeas_protocol::SyncRequest;
use habeas_tests::device::Person;
use habeas_tests::mail::{decoded, link, mails};
use habeas_tests::planted::{WORDS, every_kind, word};
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::Quick;
use habeas_tests::rows::{bytes, rows};
use habeas_tests::server::Server;
use habeas_tests::spelled::spellings;
use habeas_tests::{files, that_hold, that_hold_bytes};

use crate::family::Browser;

/// In what a mail cannot do without: whom it goes to, and the word by which a family knows it.
const ON_MAIL: [&str; 2] = ["kqaddress-qxz", "\u{43c}\u{49b}екенсөз"];

/// The files below these folders that hold the word. Mail that has gone out is at whoever gets it; here it lies in a folder of its own, and of a case it
/// holds no word either, as it is sent and as it is read.
fn word_in(folders: &[&Path]) -> Vec<String> {
    let is_mail = |path: &String| path.contains("/mail/");
    let anywhere = folders.iter().flat_map(|folder| that_hold(folder, &WORDS));
    let addresses = folders.iter().flat_map(|folder| that_hold(folder, &ON_MAIL)).filter(|path| !is_mail(path));
    let all = folders.iter().flat_map(|folder| files(folder)).map(|path| path.display().to_string());
    let all = all.filter(|path| is_mail(path) && path.ends_with(".eml"));
    let read = all.filter(|path| {
        let text = decoded(&fs::read(path).unwrap());
        WORDS.iter().any(|word| text.contains(word))
    });
    anywhere.chain(addresses).chain(read).collect()
}

/// The beginning of every sealed value in the hub's and the clerk's databases, by its table.
fn sealed((hub, clerk): (&str, &str)) -> BTreeSet<(&'static str, Vec<u8>)> {
    let columns = [
        (hub, "case_items", "bytes"),
        (hub, "attachment_pieces", "bytes"),
        (hub, "snapshots", "bytes"),
        (clerk, "records", "bytes"),
        (clerk, "cases", "title_sealed"),
        (clerk, "families", "request_sealed"),
        (clerk, "outbox", "mail_sealed"),
        (clerk, "claims", "claim_sealed"),
        (clerk, "releases", "body_sealed"),
    ];
    let mut all = BTreeSet::new();
    for (address, table, column) in columns {
        for row in rows(address, table) {
            let bytes = bytes(&row, column);
            // A wrap and an envelope begin with the case's id, which stays in the log.
            let from = if table == "case_items" { bytes.len().saturating_sub(40) } else { 0 };
            all.insert((table, bytes[from..].iter().take(24).copied().collect()));
        }
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
    aliya.does(&["contact", &format!("{}@example.org", ON_MAIL[0])]);
    aliya.does(&["sync"]);
    aliya.adds(&case, &["note", &format!("text={}", word("not sent"))]);
    let known = aliya.case(&case).to_string();
    let planted = known.matches(WORDS[1]).count();
    assert!(planted > 3 * drafts.len(), "{planted} of {}", drafts.len());

    // A family asks, and follows the case.
    let browser = Browser(ureq::Agent::new_with_defaults(), server.address.clone());
    let (name, address) = (word("asked for"), format!("mother-{}@example.org", ON_MAIL[0]));
    let request = [
        ("name", &*name),
        ("relationship", WORDS[1]),
        ("email", &address),
        ("word", WORDS[1]),
        ("sign", ON_MAIL[1]),
        ("lang", "en"),
    ];
    browser.send("/family", &request);
    let token = link(&mails(&server, "Please confirm", 1)[0], "/family/confirm").split_once("t=").unwrap().1.to_owned();
    browser.send("/family/confirm", &[("t", &token)]);
    let list = aliya.does(&["family", "list"]);
    assert!(list.contains(WORDS[1]));
    aliya.does(&["family", "attach", list.split_whitespace().next().unwrap(), &case]);
    browser.send("/family/status", &[("t", &token), ("word", "a wrong one")]);
    assert!(files(&server.folder.path().join("mail")).len() >= 2, "there is mail to be searched");

    // A count is proposed, with what was said in public beside it. Until somebody has released it, it is nobody's.
    let day = ["--from", "2021-01-10", "--to", "2021-01-10"];
    let deadline = Instant::now() + Duration::from_secs(60);
    while !aliya.does(&[&["tally", "show"], &day[..]].concat()).contains(WORDS[1]) {
        assert!(Instant::now() < deadline, "the claim does not reach the count");
    }
    let proposed = aliya.does(&[&["tally", "propose"], &day[..]].concat());
    assert!(aliya.does(&["tally", "list"]).contains(proposed.trim()));

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
    for spelled in WORDS.iter().chain(&ON_MAIL).flat_map(|word| spellings(word)) {
        fs::write(&clear, [b"something before it ".as_slice(), &spelled, b" and behind"].concat()).unwrap();
        assert_eq!(word_in(&[shelf.path()]), [clear.display().to_string()]);
    }
    fs::remove_file(&clear).unwrap();

    // The case is erased. Of what was sealed and is in the tables no more, nothing lies in any file, nor in the telephone.
    let own = ["hub", "clerk"].map(|name| server.folder.path().join(format!("{name}.sqlite")).to_str().unwrap().to_owned());
    let addresses = databases.unwrap_or((&own[0], &own[1]));
    let database = postgres.map_or(server.folder.path(), Postgres::folder);
    let before = sealed(addresses);
    if postgres.is_some() {
        // What was written is in its files, and not only in memory and in its own log.
        Postgres::runs(addresses.0, "CHECKPOINT");
    }
    let kept = records(&aliya);
    let bytes = |values: Vec<&(&str, Vec<u8>)>| values.into_iter().map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>();
    assert!(that_hold_bytes(database, &bytes(before.iter().collect())).len() >= 2);
    aliya.does(&["case", "erase", &case, "--yes"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    // A count that was proposed may hold what was said in it: it is withdrawn.
    while !aliya.does(&["tally", "list"]).contains("No count is proposed") {
        assert!(Instant::now() < deadline, "the count is still there");
    }
    loop {
        let there = sealed(addresses);
        let gone = bytes(before.difference(&there).collect());
        let stays = there.iter().any(|(table, _)| !["records", "outbox"].contains(table));
        if !stays && postgres.is_some() {
            // What the operator's guide says is to be done there; what is in its own log goes when it has gone round.
            for address in [addresses.0, addresses.1] {
                Postgres::runs(address, "VACUUM FULL");
            }
            Postgres::runs(addresses.0, "CHECKPOINT");
        }
        let found: Vec<String> = that_hold_bytes(database, &gone).into_iter().filter(|path| !path.contains("/pg_wal/")).collect();
        if !stays && found.is_empty() {
            assert!(!gone.is_empty());
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
