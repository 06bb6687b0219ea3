//! Answers of a hub, whatever it says: a device takes what it can and opens again afterwards.
#![no_main]

use std::sync::LazyLock;

use habeas_client_core::device::{Device, Memory};
use habeas_fuzz::Known;
use habeas_fuzz::people::{member, name, rng};
use habeas_protocol::{SyncRequest, SyncResponse};
use libfuzzer_sys::fuzz_target;

/// Dana's device with a case of hers, and what it has asked.
static DANA: LazyLock<(Memory, SyncRequest)> = LazyLock::new(|| {
    let known = Known::new();
    let mut dana = member(&known.people.dana, &known.people);
    dana.new_case(&[name("Серік")], &mut rng(7)).unwrap();
    let request = dana.request(&mut rng(8)).unwrap();
    (dana.into_records(), request)
});

fuzz_target!(|data: &[u8]| {
    let Ok(mut response) = SyncResponse::decode(data) else { return };
    let (records, request) = &*DANA;
    // An answer to another question is refused as a whole; that is not what is sought here.
    response.wraps.resize(request.wraps.len(), habeas_protocol::Pushed::Accepted);
    response.envelopes.resize(request.envelopes.len(), habeas_protocol::Pushed::Duplicate);
    let mut dana = Device::open(records.clone()).unwrap().unwrap();
    let _ = dana.receive(request, response);
    let mut dana = Device::open(dana.into_records()).unwrap().unwrap();
    let cases: Vec<_> = dana.cases().map(|(case, _)| *case).collect();
    assert!(cases.into_iter().any(|case| dana.case(case).unwrap().replica.known_facts().len() == 1));
    dana.request(&mut rng(9)).unwrap();
});
