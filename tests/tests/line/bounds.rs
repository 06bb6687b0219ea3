//! What anybody may bring the server is bounded, and a stable code says by what.

use habeas_client_core::device::Export;
use habeas_protocol::limits::MAX_REQUEST;
use habeas_protocol::{Envelope, EnvelopeId, SyncRequest, encode};
use habeas_tests::device::Person;
use habeas_tests::quick::{Quick, rng};
use habeas_tests::raw::Raw;
use habeas_tests::server::Server;

use crate::erased::until;
use crate::on_both;

/// The most bundles of one revoked device that wait.
const MOST: u8 = 64;

#[test]
fn a_body_of_four_mebibytes_is_read_and_a_byte_more_is_not() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let mut dana = Quick::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &server.address, 7);
    aliya.approves_all();
    while dana.goes_round(&server.address) {}
    let case = dana.begins("Серік");
    let request = |bytes: usize| {
        let with = |sealed| {
            let envelope = Envelope { case, id: EnvelopeId([1; 16]), epoch: 0, sealed: vec![9; sealed] };
            encode(&SyncRequest { envelopes: vec![envelope], ..SyncRequest::default() }).unwrap()
        };
        with(bytes - (with(bytes).len() - bytes))
    };
    let raw = Raw::to(&server.address);
    let ask = |path: &str, body: Vec<u8>| {
        let pass = dana.pass_with("POST", path, &body);
        raw.ask("POST", path, &[("authorization", &pass), ("content-type", "application/octet-stream")], body)
    };
    // What is in it is nothing that the server takes; that it was read is what counts.
    assert_eq!(ask("/v1/sync", request(MAX_REQUEST)).status, 200);
    for path in ["/v1/sync", "/v1/bundles", "/v1/quarantine"] {
        let said = ask(path, request(MAX_REQUEST + 1));
        assert_eq!(said.refusal(), (413, "too_large"), "{path}");
    }
    while dana.goes_round(&server.address) {}
    assert_eq!(dana.device.cases().map(|(_, line)| line.unsent).sum::<u32>(), 0, "and she goes on as ever");
}

#[test]
fn of_a_revoked_device_so_many_bundles_wait_and_no_more() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let joins = |name: &str, seed| Quick::joins(name, &aliya.does(&["invite", "--role", "lawyer"]), &server.address, seed);
        let (mut dana, mut marat, mut saule) = (joins("dana", 7), joins("marat", 8), joins("saule", 9));
        aliya.approves_all();
        aliya.does(&["sync"]);
        for phone in [&mut dana, &mut marat, &mut saule] {
            while phone.goes_round(&server.address) {}
            phone.begins("not yet sent");
        }
        // The same record in a bundle of its own for every seed; whoever has a phone can make as many as they like.
        let recipients: Vec<_> = dana.device.log().members().map(|(_, member)| member.keys).collect();
        let bundle = |phone: &mut Quick, seed: u8| {
            phone.device.export(&Export::Unsent, &recipients, &mut rng(seed)).unwrap().files.remove(0)
        };
        let files: Vec<Vec<u8>> = (0..=MOST).map(|seed| bundle(&mut dana, seed)).collect();
        let marats = bundle(&mut marat, 0);
        let raw = Raw::to(&server.address);
        let hands_in =
            |file: &[u8]| raw.ask("POST", "/v1/quarantine", &[("content-type", "application/octet-stream")], file.to_vec());
        // What Saule hands in, who belongs to the organisation, the clerk takes, and it waits for nobody's decision.
        let saules = bundle(&mut saule, 0);
        let pass = || ("authorization", saule.pass_with("POST", "/v1/bundles", &saules));
        let kind = ("content-type", "application/octet-stream");
        until("the clerk knows her", || {
            let (name, pass) = pass();
            raw.ask("POST", "/v1/bundles", &[(name, &pass), kind], saules.clone()).status == 200
        });
        assert_eq!(hands_in(&saules).refusal(), (400, "bundle"));
        assert!(!aliya.does(&["quarantine", "list"]).contains("(saule)"));
        ["dana", "marat"].iter().for_each(|name| drop(aliya.does(&["device", "revoke", &aliya.device_of(name)])));
        aliya.does(&["sync"]);
        until("the clerk has heard", || hands_in(&files[0]).status == 201);
        for file in &files[..usize::from(MOST)] {
            assert_eq!(hands_in(file).status, 201);
        }
        let last = &files[usize::from(MOST)];
        assert_eq!(hands_in(last).refusal(), (400, "quarantine_full"));
        assert_eq!(hands_in(&files[3]).status, 201, "what waits already is there already");
        assert_eq!(hands_in(&marats).status, 201, "and it keeps out nobody else's");
        let list = aliya.does(&["quarantine", "list"]);
        assert_eq!(list.lines().count(), usize::from(MOST) + 1);
        // When a coordinator has decided over one, there is room for one.
        let line = list.lines().find(|line| line.contains("(dana)")).unwrap();
        aliya.does(&["quarantine", "refuse", line.split(':').next().unwrap()]);
        assert_eq!(hands_in(last).status, 201);
    });
}
