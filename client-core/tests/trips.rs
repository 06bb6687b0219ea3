//! An exchange over a line that may break off at any byte, with a server that may revoke the device in the middle of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::{Device, Memory, Trips};
use habeas_protocol::{CaseId, CircleKind, Content, Envelope, EnvelopeId, FeedItem, Frame, Pushed, SyncRequest, SyncResponse};
use people::{Organisation, hears, member, name, rng};

/// Something that Dana's feed tells, as its `seq`th item, and a cursor behind it.
fn frame(people: &Organisation, seq: u64) -> Frame {
    let (circle, _) = people.log.circle_of(CircleKind::Person(people.log.member(&people.dana.id()).unwrap().person)).unwrap();
    let junk =
        Envelope { case: CaseId([9; 16]), id: EnvelopeId([u8::try_from(seq).unwrap(); 16]), epoch: 0, sealed: vec![7; 90] };
    let items = vec![FeedItem { circle, seq, content: Content::Envelope(junk).into() }];
    Frame { items, snapshot: None, cursor: vec![u8::try_from(seq).unwrap(); 8] }
}

/// The answer of a server that takes everything that is asked of it, and tells that much of Dana's feed.
fn taking(people: &Organisation, request: &SyncRequest, told: &[u64]) -> SyncResponse {
    SyncResponse {
        wraps: vec![Pushed::Accepted; request.wraps.len()],
        envelopes: vec![Pushed::Accepted; request.envelopes.len()],
        frames: told.iter().map(|seq| frame(people, *seq)).collect(),
        log_next: people.log.next().0,
        ..SyncResponse::default()
    }
}

/// What comes of an answer to a request.
type Answer<'a> = dyn Fn(&SyncRequest) -> Vec<u8> + 'a;

/// Asks, and takes in what came of the answer.
fn goes(trips: &mut Trips, dana: &mut Device<Memory>, answer: impl FnOnce(&SyncRequest) -> Vec<u8>) {
    assert!(trips.request(dana, &mut rng(3)).unwrap().is_some(), "there is nothing more to ask");
    let came = answer(trips.asked());
    let response = trips.answer(&came).unwrap();
    let report = dana.receive(trips.asked(), response).unwrap();
    trips.taken(&report);
}

fn is_over(trips: &mut Trips, dana: &mut Device<Memory>) -> bool {
    trips.request(dana, &mut rng(3)).unwrap().is_none()
}

#[test]
fn it_goes_on_behind_what_came_whole_until_there_is_nothing_more() {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    dana.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
    let mut trips = Trips::default();
    // The line breaks in the middle of the second frame: the first one counts, and so does what was sent.
    goes(&mut trips, &mut dana, |request| {
        let whole = taking(&people, request, &[1, 2]).encode().unwrap();
        let first = taking(&people, request, &[1]).encode().unwrap().len();
        assert!(first < whole.len() - 20);
        whole[..first + 20].to_vec()
    });
    // It breaks where only the end is missing, and nobody can know that.
    goes(&mut trips, &mut dana, |request| {
        assert_eq!((request.cursor.as_slice(), request.envelopes.len()), ([1; 8].as_slice(), 0));
        let whole = taking(&people, request, &[2]).encode().unwrap();
        whole[..whole.len() - 4].to_vec()
    });
    goes(&mut trips, &mut dana, |request| {
        assert_eq!(request.cursor, [2; 8]);
        SyncResponse { more: true, ..taking(&people, request, &[3]) }.encode().unwrap()
    });
    goes(&mut trips, &mut dana, |request| taking(&people, request, &[]).encode().unwrap());
    assert!(is_over(&mut trips, &mut dana));
    let total = trips.total();
    assert_eq!((total.sent, total.set_aside, total.more, total.revoked), (1, 3, false, false));
}

#[test]
fn an_answer_of_which_nothing_came_is_none() {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let mut trips = Trips::default();
    assert!(trips.request(&mut dana, &mut rng(3)).unwrap().is_some());
    let whole = taking(&people, trips.asked(), &[1]).encode().unwrap();
    let head = taking(&people, trips.asked(), &[]).encode().unwrap().len() - 4;
    for bytes in [0, 3, head - 1, head, head + 20] {
        assert!(trips.answer(&whole[..bytes]).is_err(), "{bytes} of {}", whole.len());
    }
    assert!(trips.answer(b"<html>Sign in to the network of this hotel</html>").is_err());
    assert!(trips.answer(&whole).is_ok());
}

#[test]
fn a_device_that_is_revoked_in_the_middle_of_it_asks_no_more() {
    let people = Organisation::founded();
    let revokes = member(&people.aliya, &people).revoke(&people.dana.id(), &mut rng(5)).unwrap();
    let revoking =
        |request: &SyncRequest, told: &[u64]| SyncResponse { log: hears(&revokes).log, ..taking(&people, request, told) };
    // Whole, with more to come; broken off behind a frame; and broken off where nothing but the log had come.
    let answers: [&Answer<'_>; 3] = [
        &|request| SyncResponse { more: true, ..revoking(request, &[1]) }.encode().unwrap(),
        &|request| {
            let whole = revoking(request, &[1, 2]).encode().unwrap();
            whole[..whole.len() - 60].to_vec()
        },
        &|request| {
            let whole = revoking(request, &[1]).encode().unwrap();
            whole[..revoking(request, &[]).encode().unwrap().len()].to_vec()
        },
    ];
    for answer in answers {
        let mut dana = member(&people.dana, &people);
        dana.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
        let mut trips = Trips::default();
        goes(&mut trips, &mut dana, |request| SyncResponse { more: true, ..taking(&people, request, &[]) }.encode().unwrap());
        dana.new_case(&[name("Қанат")], &mut rng(4)).unwrap();
        goes(&mut trips, &mut dana, answer);
        assert!(is_over(&mut trips, &mut dana));
        assert!(trips.total().revoked);
        // Nor does it begin another one.
        let mut again = Trips::default();
        assert!(is_over(&mut again, &mut dana) && again.total().revoked);
    }
}

#[test]
fn a_server_that_always_has_more_does_not_keep_a_device_for_ever() {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let (mut trips, mut made) = (Trips::default(), 0);
    while let Some(_asked) = trips.request(&mut dana, &mut rng(3)).unwrap() {
        made += 1;
        assert!(made <= 1000);
        let came = SyncResponse { more: true, ..taking(&people, trips.asked(), &[]) }.encode().unwrap();
        let response = trips.answer(&came).unwrap();
        let report = dana.receive(trips.asked(), response).unwrap();
        trips.taken(&report);
    }
    assert_eq!((made, trips.total().more), (1000, true));
}
