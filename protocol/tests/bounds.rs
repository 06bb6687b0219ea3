//! What comes over the network is bounded before memory is taken for it: as much as is allowed is read, and one more is not.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails loudly")]

use habeas_protocol::limits::{
    MAX_CURSOR, MAX_DIGESTS, MAX_FOLLOWED, MAX_FRAMES, MAX_LOG_ENTRIES, MAX_REQUEST, MAX_RESPONSE, MAX_SNAPSHOT,
};
use habeas_protocol::{
    AuditHead, BadBytes, Beginning, CaseId, CircleId, DeviceId, Differing, Envelope, EnvelopeId, FeedItem, Frame, SyncRequest,
    SyncResponse, Told, encode,
};

const CASE: CaseId = CaseId([7; 16]);

/// A request that is just so many bytes.
fn of_size(bytes: usize) -> Vec<u8> {
    let with = |sealed: usize| {
        let envelope = Envelope { case: CASE, id: EnvelopeId([1; 16]), epoch: 0, sealed: vec![9; sealed] };
        encode(&SyncRequest { envelopes: vec![envelope], ..SyncRequest::default() }).unwrap()
    };
    let around = with(bytes).len() - bytes;
    with(bytes - around)
}

#[test]
fn a_request_of_four_mebibytes_is_read_and_a_byte_more_is_not() {
    let largest = of_size(MAX_REQUEST);
    assert_eq!((largest.len(), MAX_REQUEST), (4 << 20, 4 << 20));
    assert_eq!(encode(&SyncRequest::decode(&largest).unwrap()).unwrap(), largest);
    assert_eq!(SyncRequest::decode(&of_size(MAX_REQUEST + 1)), Err(BadBytes::TooLong));
}

#[test]
fn each_list_of_a_request_is_read_up_to_its_bound() {
    type Fill = fn(usize) -> SyncRequest;
    let lists: [(&str, usize, Fill); 4] = [
        ("beginnings", MAX_DIGESTS, |count| SyncRequest {
            beginnings: vec![Beginning::new(DeviceId([1; 16]), [2; 16]); count],
            ..SyncRequest::default()
        }),
        ("log", MAX_LOG_ENTRIES, |count| SyncRequest { log: vec![vec![1]; count], ..SyncRequest::default() }),
        ("digests", MAX_DIGESTS, |count| SyncRequest { digests: vec![(CASE, [3; 16]); count], ..SyncRequest::default() }),
        ("followed", MAX_FOLLOWED, |count| SyncRequest { followed: vec![(1, [4; 8]); count], ..SyncRequest::default() }),
    ];
    for (what, most, fill) in lists {
        let read = |count| SyncRequest::decode(&encode(&fill(count)).unwrap());
        assert_eq!(read(most), Ok(fill(most)), "{what}");
        assert_eq!(read(most + 1), Err(BadBytes::Malformed), "{what}");
    }
}

#[test]
fn each_list_of_an_answer_is_read_up_to_its_bound() {
    type Fill = fn(usize) -> SyncResponse;
    let lists: [(&str, usize, Fill); 4] = [
        ("log", MAX_LOG_ENTRIES, |count| SyncResponse { log: vec![vec![1]; count], ..SyncResponse::default() }),
        ("differ", MAX_DIGESTS, |count| SyncResponse {
            differ: vec![Differing { case: CASE, known: true }; count],
            ..SyncResponse::default()
        }),
        ("closed", MAX_DIGESTS, |count| SyncResponse { closed: vec![CASE; count], ..SyncResponse::default() }),
        ("audit", 2, |count| SyncResponse {
            audit: vec![AuditHead { number: 1, link: [5; 16] }; count],
            ..SyncResponse::default()
        }),
    ];
    for (what, most, fill) in lists {
        let read = |count| SyncResponse::decode(&fill(count).encode().unwrap());
        assert_eq!(read(most), Ok(fill(most)), "{what}");
        assert_eq!(read(most + 1), Err(BadBytes::Malformed), "{what}");
    }
}

/// An answer of so many frames, each with one item.
fn answer(frames: usize) -> SyncResponse {
    let item = |seq| FeedItem { circle: CircleId([1; 16]), seq, content: Told::Sent(0) };
    let frame = |seq| Frame { items: vec![item(seq)], snapshot: None, cursor: vec![1] };
    SyncResponse { frames: (1..).map(frame).take(frames).collect(), ..SyncResponse::default() }
}

#[test]
fn an_answer_has_at_most_so_many_frames_and_none_that_brings_nothing() {
    let most = answer(MAX_FRAMES);
    assert_eq!(SyncResponse::decode(&most.encode().unwrap()), Ok(most));
    assert_eq!(SyncResponse::decode(&answer(MAX_FRAMES + 1).encode().unwrap()), Err(BadBytes::Malformed));
    let mut empty = answer(2);
    empty.frames[0].items.clear();
    assert_eq!(SyncResponse::decode(&empty.encode().unwrap()), Err(BadBytes::Malformed));
}

#[test]
fn an_answer_of_sixteen_mebibytes_is_read_and_a_byte_more_is_not() {
    let with = |cursor: usize| {
        let mut answer = answer(6);
        answer.frames[..5].iter_mut().for_each(|frame| frame.cursor = vec![1; MAX_SNAPSHOT]);
        answer.frames[5].cursor = vec![1; cursor];
        answer.encode().unwrap()
    };
    // Its length takes one byte here, and three there.
    let rest = MAX_RESPONSE - with(1).len() - 1;
    let largest = with(rest);
    assert_eq!((largest.len(), MAX_RESPONSE), (16 << 20, 16 << 20));
    assert!(SyncResponse::decode(&largest).is_ok());
    assert_eq!(SyncResponse::decode(&with(rest + 1)), Err(BadBytes::TooLong));
    // Nor is a frame larger than a snapshot's part with a cursor.
    let mut large = answer(3);
    large.frames[1].cursor = vec![1; MAX_SNAPSHOT + MAX_CURSOR + 1024];
    assert_eq!(SyncResponse::decode(&large.encode().unwrap()), Err(BadBytes::TooLong));
    let whole = answer(3).encode().unwrap();
    // Of a part that says it is longer than everything nothing is believed and nothing taken.
    let claims = [&whole[..whole.len() - 4], &u32::MAX.to_be_bytes()].concat();
    assert_eq!(SyncResponse::decode(&claims), Err(BadBytes::Malformed));
    assert_eq!(SyncResponse::decode_beginning(&claims), Ok((answer(3), false)));
}
