//! A photographed ruling: kept beside the case, brought after every fact, piece by piece, and fetched by whoever asks.

use std::fs;

use habeas_protocol::attachment;
use habeas_protocol::limits::{MAX_ATTACHED, PIECE};
use habeas_tests::device::Person;
use habeas_tests::files;
use habeas_tests::photo::photograph;
use habeas_tests::postgres::Postgres;
use habeas_tests::quick::Quick;
use habeas_tests::road::Road;
use habeas_tests::server::Server;

use crate::restored::Databases;

/// Eleven pieces.
const SIZE: usize = 10 * PIECE + 1234;

fn joins(name: &'static str, role: &str, road: &Road, aliya: &Person) -> Person {
    let person = Person::new(name);
    let invitation = aliya.does(&["invite", "--role", role]);
    person.does(&["login", "--server", &road.address, "--account", name, "--invite", invitation.trim()]);
    aliya.approves_all();
    person.does(&["sync"]);
    person
}

fn a_ruling_is_photographed(databases: Databases) {
    let server = databases.start(tempfile::tempdir().unwrap());
    let aliya = Person::founds("aliya", &server);
    let mut road = Road::to(&server.address);
    let dana = joins("dana", "lawyer", &road, &aliya);
    let other = joins("other", "coordinator", &road, &aliya);
    let paper = photograph(7, SIZE);
    let file = dana.folder.path().join("ruling.jpg");
    fs::write(&file, &paper).unwrap();
    let file = file.to_str().unwrap().to_owned();

    // Where there is no network she photographs the ruling; the file in the clear can go at once.
    road.close();
    let case = dana.begins("Айгерім");
    let too_large = dana.folder.path().join("film.mp4");
    fs::File::create(&too_large).unwrap().set_len(33 << 20).unwrap();
    let film = ["attachment", "add", &case, too_large.to_str().unwrap(), "--text", "a film"];
    assert!(dana.fails(&film).contains("32 MiB"));
    dana.does(&["attachment", "add", &case, &file, "--text", "the ruling of 10 January", "--source", "lawyer"]);
    fs::remove_file(&file).unwrap();
    assert!(
        dana.does(&["attachment", "list", &case])
            .contains("1  the ruling of 10 January  642 kB  on this device, not at the server yet")
    );
    let sealed = fs::read_dir(dana.folder.path().join("device/attachments")).unwrap().next().unwrap().unwrap().path();
    let sealed = fs::read(sealed).unwrap();
    assert!(!sealed.windows(16).any(|some| some == &paper[1000..1016]));

    // Thirty seconds of network: every fact goes first, then as many pieces as there is time for.
    road.reopen();
    road.breaks_after(300_000);
    let cut = dana.tries(&["sync"]);
    assert!(!cut.status.success() && String::from_utf8_lossy(&cut.stdout).starts_with("sent 2,"));
    aliya.does(&["sync"]);
    assert!(aliya.does(&["attachment", "list", &case]).contains("not on this device"));
    let out = aliya.folder.path().join("ruling.jpg");
    let get = ["attachment", "get", &case, "1", out.to_str().unwrap()];
    assert!(aliya.fails(&get).contains("does not have all of it yet") && !out.exists());

    // The next time it goes on where it was.
    road.carried();
    dana.does(&["sync"]);
    let carried = road.carried();
    assert!(carried < paper.len() as u64 - 150_000, "{carried} bytes");
    assert!(dana.does(&["attachment", "list", &case]).contains("on this device and at the server"));
    dana.does(&["sync"]);
    assert!(road.carried() < 3_000, "nothing is brought twice");

    // Whoever reads the case gets it when they ask: without the place where it was taken, unless they want it as it was.
    aliya.does(&get);
    let clean = fs::read(&out).unwrap();
    assert!(
        clean.len() < paper.len()
            && !clean.windows(7).any(|some| some == b"43.2389")
            && clean.ends_with(&paper[paper.len() - 5000..])
    );
    assert!(aliya.fails(&get).contains("is there already"));
    let original = aliya.folder.path().join("original.jpg");
    aliya.does(&["attachment", "get", &case, "1", original.to_str().unwrap(), "--original"]);
    assert_eq!(fs::read(&original).unwrap(), paper);
    // That it was fetched is on record, once an hour however many pieces it has.
    let shown = String::from_utf8(server.operator(databases.addresses(), &["audit", "show"]).stdout).unwrap();
    let what = |line: &str| line.split_once(" fetch_attachment ").map(|(_, subjects)| subjects.to_owned());
    let fetched: Vec<String> = shown.lines().filter_map(what).collect();
    let once: std::collections::BTreeSet<&String> = fetched.iter().collect();
    assert!(!fetched.is_empty() && once.len() == fetched.len() && fetched[0].starts_with(&format!("case:{case} ")), "{shown}");

    // To fetch, too, may break off in the middle.
    other.does(&["sync"]);
    road.breaks_after(300_000);
    let out = other.folder.path().join("ruling.jpg");
    let get = ["attachment", "get", &case, "1", out.to_str().unwrap(), "--original"];
    assert!(!other.tries(&get).status.success() && !out.exists());
    road.carried();
    other.does(&get);
    let carried = road.carried();
    assert!(carried < paper.len() as u64 - 150_000 && fs::read(&out).unwrap() == paper, "{carried} bytes");

    // Who does not read the case gets nothing of it, and who only records does not get back even what they have brought.
    let invitation = |role: &str| aliya.does(&["invite", "--role", role]);
    let mut marat = Quick::joins("marat", &invitation("lawyer"), &server.address, 5);
    let mut zhanar = Quick::joins("zhanar", &invitation("recorder"), &server.address, 6);
    let mut kanat = Quick::joins("kanat", &invitation("coordinator"), &server.address, 7);
    aliya.approves_all();
    for quick in [&mut marat, &mut zhanar, &mut kanat] {
        while quick.goes_round(&server.address) {}
    }
    let (case_id, of) = {
        let case_id = case.parse().unwrap();
        (case_id, kanat.device.attachments(case_id).unwrap().remove(0))
    };
    let list = attachment::list(case_id, of.id);
    let piece = attachment::fetch(case_id, of.id, 0, of.by.unwrap());
    let bring = attachment::bring(case_id, of.id, 0);
    for quick in [&marat, &zhanar] {
        assert_eq!((quick.gets(&server.address, &list).0, quick.gets(&server.address, &piece).0), (403, 403));
        assert_eq!(quick.puts(&server.address, &bring, b"junk"), 403);
    }
    let own = zhanar.begins("somebody in a grey coat");
    while zhanar.goes_round(&server.address) {}
    let (bring_own, fetch_own) = (attachment::bring(own, of.id, 0), attachment::fetch(own, of.id, 0, zhanar.device.id()));
    assert_eq!((zhanar.puts(&server.address, &bring_own, b"a piece"), zhanar.gets(&server.address, &fetch_own).0), (204, 403));
    assert_eq!(zhanar.puts(&server.address, &bring_own, b"a piece"), 204);
    assert_eq!(zhanar.puts(&server.address, &bring_own, b"another"), 409);
    for (path, body, status) in [
        (attachment::bring(own, of.id, 512), b"x".to_vec(), 400),
        (bring_own.clone(), vec![0; PIECE + 17], 413),
        (bring_own.replace(&own.to_string(), "nothing"), b"x".to_vec(), 400),
    ] {
        assert_eq!(zhanar.puts(&server.address, &path, &body), status, "{path}");
    }
    assert_eq!(kanat.gets(&server.address, &attachment::fetch(case_id, of.id, 11, of.by.unwrap())).0, 404);

    // A coordinator's telephone brings junk under its name: nobody takes it for the ruling.
    for number in 0..of.pieces() {
        assert_eq!(kanat.puts(&server.address, &attachment::bring(case_id, of.id, number), &sealed[..PIECE + 16]), 204);
    }
    let late = joins("late", "coordinator", &road, &aliya);
    let out = late.folder.path().join("ruling.jpg");
    late.does(&["attachment", "get", &case, "1", out.to_str().unwrap(), "--original"]);
    assert_eq!(fs::read(&out).unwrap(), paper);

    // The operator's backup of that hour; another paper after it; and the server comes back with the backup.
    let folder = server.kill();
    let (backup, copies) = databases.backup(folder.path());
    let server = databases.start(folder);
    road.leads_to(&server.address);
    fs::write(&file, photograph(9, SIZE)).unwrap();
    dana.does(&["attachment", "add", &case, &file, "--text", "the appeal"]);
    dana.does(&["sync"]);
    assert!(dana.does(&["attachment", "list", &case]).contains("the appeal  642 kB  on this device and at the server"));
    drop(server);
    let databases = databases.restored(copies);
    let server = databases.start(backup);
    road.leads_to(&server.address);
    dana.does(&["sync"]);
    other.does(&["sync"]);
    let out = other.folder.path().join("appeal.jpg");
    other.does(&["attachment", "get", &case, "2", out.to_str().unwrap(), "--original"]);
    assert_eq!(fs::read(&out).unwrap(), photograph(9, SIZE));

    // A device that is revoked keeps none of it.
    let device =
        other.does(&["device", "list"]).lines().find(|line| line.contains("dana")).unwrap().split(' ').next().unwrap().to_owned();
    other.does(&["device", "revoke", &device]);
    assert!(dana.fails(&["sync"]).contains("revoked"));
    assert!(!dana.folder.path().join("device/attachments").exists());
}

#[test]
fn a_photographed_ruling_reaches_whoever_asks_through_cuts_junk_and_a_restored_server() {
    a_ruling_is_photographed(Databases::Files);
    let server = Postgres::start();
    let (hub, clerk) = (server.database(), server.database());
    a_ruling_is_photographed(Databases::Postgres(Box::new(server), hub, clerk));
}

#[test]
fn a_paper_that_cannot_go_keeps_no_other_one_back_and_is_named() {
    crate::on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        dana.does(&["sync"]);
        aliya.approves_all();
        let [case, other] = ["Айгерім", "Серік"].map(|name| dana.begins(name));
        dana.does(&["sync"]);

        // Three papers of one case, of which that is damaged which would go first; one of another case, which is full at the server.
        let paper = dana.folder.path().join("paper.jpg");
        let attaches = |of: &str, text: &str| {
            fs::write(&paper, photograph(u32::try_from(text.len()).unwrap(), 100_000)).unwrap();
            dana.does(&["attachment", "add", of, paper.to_str().unwrap(), "--text", text]);
        };
        ["the ruling", "the protocol", "the appeal"].iter().for_each(|text| attaches(&case, text));
        let mut sealed = files(&dana.folder.path().join("device/attachments"));
        sealed.sort();
        let whole = fs::read(&sealed[0]).unwrap();
        let damaged: Vec<u8> = whole.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at == 70_000)).collect();
        fs::write(&sealed[0], &damaged).unwrap();
        attaches(&other, "the warrant");
        let fills = |bytes: i64, case: &str| {
            let id = if databases.is_some() { format!("'\\x{case}'") } else { format!("x'{case}'") };
            server.with_hub(databases, |hub| hub.runs(&format!("UPDATE cases SET attached = {bytes} WHERE id = {id}")));
        };
        // Full for whoever writes to it: the last quarter is a coordinator's.
        fills(MAX_ATTACHED / 4 * 3, &other);

        // Every fact goes, and every paper that can; then it is said which does not, and why.
        dana.adds(&case, &["note", "text=before the papers"]);
        let tried = dana.tries(&["sync"]);
        let (sent, said) = (String::from_utf8(tried.stdout).unwrap(), String::from_utf8(tried.stderr).unwrap());
        assert!(!tried.status.success() && sent.starts_with("sent 5,"), "{sent}{said}");
        assert!(said.contains("did not get to the server") && said.contains("have not: 2"), "{said}");
        let first =
            said.contains("“the warrant”") && said.contains(&other[..8]) && said.contains("as many attachments as one can");
        assert!(first || said.contains(&case[..8]) && said.contains("the sealed file on this device is damaged"), "{said}");
        let unsent = |case: &str| dana.does(&["attachment", "list", case]).matches("not at the server yet").count();
        assert_eq!((unsent(&case), unsent(&other)), (1, 1));

        // The file is mended, and the paper goes; what is still refused is named again, and a file that is gone altogether, too.
        fs::write(&sealed[0], &whole).unwrap();
        assert!(dana.fails(&["sync"]).contains("have not: 1"));
        assert_eq!((unsent(&case), unsent(&other)), (0, 1));
        let warrant = files(&dana.folder.path().join("device/attachments")).into_iter().find(|file| !sealed.contains(file));
        fs::remove_file(warrant.unwrap()).unwrap();
        fills(0, &other);
        assert!(dana.fails(&["sync"]).contains("“the warrant”"));

        // Whoever takes the entry back and attaches the paper once more has no trouble with it.
        let shown = dana.case(&other);
        let facts = shown["view"]["timeline"].as_array().unwrap();
        let fact = facts.iter().find(|fact| fact.to_string().contains("the warrant")).unwrap()["id"].as_str().unwrap().to_owned();
        dana.does(&["fact", "add", &other, "retraction", "--replaces", &fact]);
        attaches(&other, "the warrant");
        dana.does(&["sync"]);
        assert!(dana.does(&["attachment", "list", &other]).contains("the warrant  98 kB  on this device and at the server"));
        aliya.does(&["sync"]);
        let out = aliya.folder.path().join("paper.jpg");
        aliya.does(&["attachment", "get", &other, "1", out.to_str().unwrap(), "--original"]);
        assert_eq!(fs::read(&out).unwrap(), fs::read(&paper).unwrap());

        fills(MAX_ATTACHED / 4 * 3, &other);
        aliya.does(&["attachment", "add", &other, paper.to_str().unwrap(), "--text", "the copy of the court"]);
        aliya.does(&["sync"]);
        fills(MAX_ATTACHED, &other);
        aliya.does(&["attachment", "add", &other, paper.to_str().unwrap(), "--text", "one more"]);
        assert!(aliya.fails(&["sync"]).contains("as many attachments as one can"));
    });
}
