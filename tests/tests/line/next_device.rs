//! A lawyer gets another device: a laptop beside the phone, or a new phone for one that was taken. She reads on it what she could read before, with
//! nobody's help but the coordinator's who lets it in.

use std::time::{Duration, Instant};

use habeas_tests::device::Person;
use habeas_tests::server::Server;

use crate::on_both;

/// Another device of Dana's account, let in after its id was compared by voice.
pub(crate) fn another_device(server: &Server, aliya: &Person) -> Person {
    let device = Person::new("dana");
    let shown = aliya.does(&["org", "show"]);
    let fingerprint = shown.split_whitespace().find(|word| word.len() == 64).unwrap();
    device.does(&["login", "--server", &server.address, "--account", "dana", "--organisation", fingerprint]);
    let list = aliya.does(&["device", "list"]);
    let waits = list.lines().find(|line| line.contains("waits")).unwrap().split_whitespace().next().unwrap();
    // Whoever has a device that is in has a role already.
    if list.lines().any(|line| line.contains("dana") && !line.contains("waits") && !line.contains("revoked")) {
        let slip = aliya.fails(&["device", "approve", waits, "--compared-by-voice", "recorder"]);
        assert!(slip.contains("is: lawyer. Say so: --compared-by-voice lawyer"), "{slip}");
    }
    aliya.does(&["device", "approve", waits, "--compared-by-voice", "lawyer"]);
    device
}

/// Exchanges until that many notes of a case can be read.
pub(crate) fn reads(person: &Person, case: &str, notes: &[&str]) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        person.does(&["sync"]);
        let shown = String::from_utf8(person.tries(&["case", "show", case]).stdout).unwrap();
        if notes.iter().all(|note| shown.contains(note)) {
            return;
        }
        assert!(Instant::now() < deadline, "{shown}");
    }
}

#[test]
fn a_lawyers_next_device_reads_what_the_one_before_it_could() {
    on_both(|database| {
        let server = Server::start(database);
        let aliya = Person::founds("aliya", &server);
        let [dana, marat] = ["dana", "marat"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));

        // Dana has a case of her own and one that Marat began; a third is none of hers.
        let [own, assigned, other] =
            [(&dana, "Айгерім", "her own note"), (&marat, "Болат", "what Marat heard"), (&marat, "Ермек", "nothing of hers")]
                .map(|(who, name, text)| {
                    let case = who.begins(name);
                    who.adds(&case, &["note", &format!("text={text}")]);
                    case
                });
        dana.does(&["sync"]);
        marat.does(&["sync"]);
        aliya.does(&["sync"]);
        aliya.does(&["assign", &assigned, "dana"]);
        aliya.does(&["sync"]);
        reads(&dana, &assigned, &["what Marat heard"]);

        // A laptop beside the phone.
        let laptop = another_device(&server, &aliya);
        reads(&laptop, &own, &["Айгерім", "her own note"]);
        reads(&laptop, &assigned, &["Болат", "what Marat heard"]);
        assert!(!laptop.does(&["list"]).contains(&other[..8]));
        // What is written on either is read on the other.
        laptop.adds(&own, &["note", "text=from the laptop"]);
        laptop.does(&["sync"]);
        reads(&dana, &own, &["from the laptop"]);

        // Both are taken. The cases turn; a new phone reads what was there, and what has come since.
        for _ in [&dana, &laptop] {
            aliya.does(&["device", "revoke", &aliya.device_of("dana")]);
        }
        marat.adds(&assigned, &["note", "text=since then"]);
        marat.does(&["sync"]);
        let phone = another_device(&server, &aliya);
        reads(&phone, &own, &["her own note", "from the laptop"]);
        reads(&phone, &assigned, &["what Marat heard", "since then"]);
        assert!(!phone.does(&["list"]).contains(&other[..8]));
        phone.adds(&assigned, &["note", "text=and she goes on"]);
        phone.does(&["sync"]);
        reads(&marat, &assigned, &["and she goes on"]);
    });
}
