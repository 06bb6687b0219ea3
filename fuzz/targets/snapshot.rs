//! Snapshots that a member who may has sealed and signed, with anything in them: each change of them is asked what every change is.
#![no_main]

use std::sync::LazyLock;

use habeas_client_core::device::{Device, Memory, SyncReport};
use habeas_client_core::keys::seal_snapshot;
use habeas_fuzz::Known;
use habeas_fuzz::people::{member, rng};
use habeas_protocol::{CircleKind, Frame, Place, SyncRequest};
use libfuzzer_sys::fuzz_target;

static READER: LazyLock<(Known, Memory)> = LazyLock::new(|| {
    let known = Known::new();
    let aliya = member(&known.people.aliya, &known.people);
    (known, aliya.into_records())
});

fuzz_target!(|data: &[u8]| {
    let Some((length, rest)) = data.split_first_chunk::<2>() else { return };
    let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
    let (known, records) = &*READER;
    let (circle, _) = known.people.log.circle_of(CircleKind::Coordinators).unwrap();
    let place = Place { circle, circle_epoch: 0, upto: 9, chain: [7; 32], part: 0, parts: 1 };
    let part = seal_snapshot(place, rest.split_at(length), &known.people.log, &known.people.clerk, &mut rng(6)).unwrap();
    let mut aliya = Device::open(records.clone()).unwrap().unwrap();
    let frame = Frame { items: Vec::new(), snapshot: Some(part), cursor: b"there".to_vec() };
    let mut report = SyncReport::default();
    aliya.take(&SyncRequest::default(), frame, &mut report).unwrap();
    let mut aliya = Device::open(aliya.into_records()).unwrap().unwrap();
    let cases: Vec<_> = aliya.cases().map(|(case, _)| *case).collect();
    assert!(report.admitted == 0 || !cases.is_empty());
    cases.into_iter().for_each(|case| drop(aliya.case(case).unwrap().replica.view()));
    aliya.request(&mut rng(9)).unwrap();
});
