//! What others send may fill a device only so far.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::{Device, Memory};
use habeas_protocol::limits::MAX_CURSOR;
use habeas_protocol::{CaseId, CircleId, FeedItem, Frame, SealedKey, Signature, SyncRequest, SyncResponse, Told, Wrap};
use people::{Organisation, member, name, rng};

/// Somebody's wrap that no key opens, another one for each number.
fn nobodys(people: &Organisation, circle: CircleId, number: u32) -> Wrap {
    let mut encapsulated = [0; 32];
    encapsulated[..4].copy_from_slice(&number.to_be_bytes());
    let sealed = SealedKey { encapsulated, ciphertext: [2; 32], tag: [3; 16] };
    let (case, signer) = (CaseId([7; 16]), people.marat.id());
    Wrap { case, epoch: 0, circle, circle_epoch: 0, sealed, signer, signature: Signature([4; 64]) }
}

/// The answer that tells a feed from that number on.
fn tells(device: &Device<Memory>, circle: CircleId, from: u64, wraps: impl Iterator<Item = Wrap>) -> SyncResponse {
    let items = (from..).zip(wraps).map(|(seq, wrap)| FeedItem { circle, seq, content: Told::Wrap(wrap) }).collect();
    let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
    SyncResponse { frames, log_next: device.log().next().0, ..SyncResponse::default() }
}

fn size(device: &mut Device<Memory>) -> usize {
    device.records().0.values().map(Vec::len).sum()
}

#[test]
fn whoever_sends_what_nobody_can_open_does_not_fill_a_device() {
    let people = Organisation::founded();
    let mut aliya = member(&people.aliya, &people);
    let circle = people.coordinators();
    let mut sizes = Vec::new();
    for (from, count) in [(1, 15_000), (15_001, 15_000), (30_001, 500)] {
        let wraps = (from..from + count).map(|number| nobodys(&people, circle, number));
        let told = tells(&aliya, circle, u64::from(from), wraps);
        let report = aliya.receive(&SyncRequest::default(), told).unwrap();
        assert_eq!(report.admitted, 0);
        sizes.push(size(&mut aliya));
    }
    assert!(sizes[0] * 5 / 4 < sizes[1], "fifteen thousand are kept, and five thousand of the next: {sizes:?}");
    assert!(sizes[1].abs_diff(sizes[2]) < 1_000, "however many come, no more are kept: {sizes:?}");
    // What she records goes on, and all of it opens again.
    let mut aliya = Device::open(aliya.into_records()).unwrap().unwrap();
    aliya.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
    assert_eq!(aliya.request(&mut rng(3)).unwrap().envelopes.len(), 1);
}

#[test]
fn a_cursor_longer_than_any_is_not_kept() {
    let people = Organisation::founded();
    let circle = people.coordinators();
    for (length, kept) in [(MAX_CURSOR, true), (MAX_CURSOR + 1, false)] {
        let mut aliya = member(&people.aliya, &people);
        let mut told = tells(&aliya, circle, 1, [nobodys(&people, circle, 1)].into_iter());
        told.frames[0].cursor = vec![1; length];
        assert_eq!(aliya.receive(&SyncRequest::default(), told).is_ok(), kept, "{length}");
        assert_eq!(aliya.request(&mut rng(3)).unwrap().cursor.len(), if kept { length } else { 0 });
    }
}
