//! In the app nobody can catch a panic: what was being opened when the program was seen to die is found out, and set aside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::Document;
use habeas_client_core::device::{Device, Memory, SyncReport};
use habeas_client_core::keys::{CaseSecret, DeviceSecrets, seal};
use habeas_protocol::{CaseId, CircleKind, Envelope, FeedItem, Frame, SyncRequest, Told};
use people::{Organisation, name, rng};

const CASE: CaseId = CaseId([0xde; 16]);

/// Three changes of Dana's, in one frame as the hub sends it.
fn frame() -> Frame {
    let people = Organisation::founded();
    let (secret, actor) = (CaseSecret::generate(&mut rng(42)), people.dana.keys().actor(0));
    let mut document = Document::new();
    let mut change = |text: &str| -> Envelope {
        let written = document.write(actor, &[name(text)]).unwrap();
        seal(CASE, (0, &secret), &secret, &people.dana, actor, &written).unwrap()
    };
    let envelopes = ["first", "second", "third"].map(&mut change);
    let (circle, _) = people.log.circle_of(CircleKind::Coordinators).unwrap();
    let item = |(seq, envelope)| FeedItem { circle, seq, content: Told::Envelope(envelope) };
    Frame { items: (1..).zip(envelopes).map(item).collect(), snapshot: None, cursor: b"after all".to_vec() }
}

fn new_device() -> Device<Memory> {
    Device::create(Memory::default(), DeviceSecrets::generate(&mut rng(7)), None).unwrap()
}

fn reopened(device: Device<Memory>) -> Device<Memory> {
    Device::open(device.into_records()).unwrap().unwrap()
}

fn dies(device: Device<Memory>) -> Device<Memory> {
    let mut device = reopened(device);
    device.died().unwrap();
    device
}

fn takes(device: &mut Device<Memory>, frame: Frame) {
    for part in device.parts(vec![frame]) {
        device.try_frame(&part).unwrap();
        device.take(&SyncRequest::default(), part, &mut SyncReport::default()).unwrap();
        device.survived().unwrap();
    }
}

/// How many changes of the case are kept as poison, and how many only wait for their key.
fn kept(device: &mut Device<Memory>) -> (usize, usize) {
    let open = device.case(CASE).unwrap();
    (open.poison, open.replica.aside().len())
}

#[test]
fn a_change_that_kills_the_program_is_found_and_never_opened_again() {
    let mut device = new_device();
    // The program dies of one of three, and does not know of which; then of the second, alone.
    assert!(device.try_frame(&frame()).unwrap());
    device = dies(device);
    let parts = device.parts(vec![frame()]);
    assert_eq!(parts.len(), 4, "one at a time, and the cursor at the end");
    device.try_frame(&parts[0]).unwrap();
    device.take(&SyncRequest::default(), parts[0].clone(), &mut SyncReport::default()).unwrap();
    device.survived().unwrap();
    device.try_frame(&parts[1]).unwrap();
    device = dies(device);

    // From now on that one is kept and not opened; the others go their way, and the cursor moves.
    takes(&mut device, frame());
    device = reopened(device);
    assert_eq!(kept(&mut device), (1, 2));
    assert_eq!(device.cases().next().unwrap().1.aside, 3, "a list counts all of them");
    assert_eq!(device.request(&mut rng(8)).unwrap().cursor, b"after all");
}

#[test]
fn whoever_only_locks_or_loses_power_blames_nobody() {
    let mut device = new_device();
    // Three times in the middle of one change alone: it looks like a death, and nobody saw one.
    for _ in 0..3 {
        assert!(device.try_frame(&Frame { items: frame().items[..1].to_vec(), snapshot: None, cursor: Vec::new() }).unwrap());
        device = reopened(device);
    }
    assert_eq!(device.parts(vec![frame()]).len(), 1);
    takes(&mut device, frame());
    assert_eq!(kept(&mut reopened(device)), (0, 3));
}
