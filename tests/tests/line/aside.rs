//! What a device lets wait, or refuses, is never without a name: whoever reads the case is told whose it is and why, and can ask them.

use habeas_client_core::keys::seal_signed;
use habeas_client_core::sync::ParsedChange;
use habeas_protocol::{CaseId, DeviceId, SyncRequest, signed_change};
use habeas_tests::device::Person;
use habeas_tests::quick::{Quick, note};
use habeas_tests::server::Server;

/// What somebody's device says of what it has set aside in a case, by itself and below the case's history.
fn is_said(person: &Person, case: &str) -> String {
    let lines = |text: String| text.lines().skip_while(|line| !line.contains("set aside")).collect::<Vec<_>>().join("\n");
    let said = lines(person.does(&["case", "show", case]));
    assert_eq!(lines(person.does(&["case", "history", case])), said);
    said
}

#[test]
fn a_coordinator_reads_whose_words_wait_and_whose_name_was_forged() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
    let mut marat = Quick::joins("marat", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 5);
    aliya.approves_all();
    while marat.goes_round(&server.address) {}
    let (case, of_dana) = (dana.begins("Айгерім"), aliya.device_of("dana"));
    dana.does(&["sync"]);
    aliya.does(&["sync"]);
    aliya.does(&["assign", &case, "marat"]);
    while marat.goes_round(&server.address) {}
    aliya.does(&["sync"]);
    assert_eq!(is_said(&aliya, &case), "");

    // Marat's phone brings the second of two notes, and the line is gone before it has brought the first.
    let id: CaseId = case.parse().unwrap();
    marat.adds(id, "what he saw first");
    marat.adds(id, "what he saw then");
    let both = marat.request();
    let [first, second] = both.envelopes.as_slice() else { panic!("{} changes", both.envelopes.len()) };
    let alone = SyncRequest { envelopes: vec![second.clone()], wraps: Vec::new(), ..both.clone() };
    assert!(marat.asks(&server.address, &alone).unwrap().envelopes[0].is_there());
    assert!(aliya.does(&["sync"]).contains("received 0, set aside 1"));
    let of_marat = marat.device.id().to_string();
    let said = is_said(&aliya, &case);
    assert!(
        said.starts_with("1 edit was set aside") && said.contains("under the name of marat, lawyer ") && said.contains(&of_marat),
        "{said}"
    );
    assert!(said.contains("waits for an edit that it was written upon and that has not come yet (1)"), "{said}");

    // Dana's device knows nobody's account: she reads by which letters a coordinator knows him.
    dana.does(&["sync"]);
    let letters = said.split("marat, ").nth(1).unwrap().split(',').next().unwrap();
    let hers = is_said(&dana, &case);
    assert!(hers.contains(&format!("under the name of {letters}, device {of_marat}")) && !hers.contains("marat"), "{hers}");

    // What was brought too early comes in once the rest is there, and nothing is said of it any more.
    let rest = SyncRequest { envelopes: vec![first.clone()], wraps: Vec::new(), ..both.clone() };
    assert!(marat.asks(&server.address, &rest).unwrap().envelopes[0].is_there());
    aliya.does(&["sync"]);
    assert_eq!(is_said(&aliya, &case), "");
    assert!(aliya.does(&["case", "show", &case]).contains("what he saw then"));

    // Whoever has Marat's phone in their hands writes under Dana's name, which they can only sign with his key, and under his own a note with a
    // number that is not its turn.
    let forged = {
        let (open, log) = (marat.device.case(id).unwrap(), marat.device.log().clone());
        let (newest, ids) = (open.keys.newest().unwrap(), open.keys.secret(0).unwrap());
        let written = |of: &DeviceId, text: &str, late: u64| {
            let actor = log.member(of).unwrap().keys.actor(0);
            let chunk = open.replica.clone().write(actor, &[note(text)]).unwrap().chunk;
            let change = ParsedChange::parse(&chunk).unwrap();
            ParsedChange::parse(&ParsedChange { seq: change.seq + late, ..change }.encode()).unwrap()
        };
        let sealed = |change: ParsedChange| {
            let signature = marat.device.secrets().sign(&signed_change(id, change.actor, change.seq, change.hash));
            seal_signed(id, newest, ids, signature, &change).unwrap()
        };
        let hers = sealed(written(&of_dana.parse().unwrap(), "she never said so", 0));
        vec![hers, sealed(written(&marat.device.id(), "much later", 7))]
    };
    let request = SyncRequest { envelopes: forged, wraps: Vec::new(), ..both };
    assert!(marat.asks(&server.address, &request).unwrap().envelopes.iter().all(|pushed| pushed.is_there()));
    assert!(aliya.does(&["sync"]).contains("received 0, set aside 2"));
    let said = is_said(&aliya, &case);
    let line =
        |device: &str, why: &str| said.lines().find(|line| line.contains(device) && line.contains(why)).unwrap_or_default();
    assert!(said.starts_with("2 edits were set aside"), "{said}");
    let of_her = line(&of_dana, "refused: it is not signed by the device whose name it bears (1)");
    assert!(of_her.contains("under the name of dana, lawyer ") && of_her.contains("not proved to be theirs"), "{said}");
    let of_him = line(&of_marat, "refused: it is not that device's next edit (1)");
    assert!(of_him.starts_with("  marat, lawyer "), "{said}");
    assert!(!aliya.does(&["case", "show", &case]).contains("she never said so"));

    let json = aliya.case(&case)["set_aside"].clone();
    let signed: Vec<_> = json.as_array().unwrap().iter().map(|aside| (&aside["device"], &aside["signed"])).collect();
    assert!(signed.contains(&(&of_dana.into(), &false.into())) && signed.contains(&(&of_marat.into(), &true.into())), "{json}");
}
