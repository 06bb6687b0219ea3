//! After a device was revoked: new secrets for cases, and snapshots of which somebody has changed a part.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::{Device, Memory, SyncReport};
use habeas_client_core::keys::{CaseSecret, seal_snapshot, unwrap_circle};
use habeas_protocol::{
    CaseId, CircleKind, Content, FeedItem, Frame, Log, Place, Pushed, Snapshot, SyncRequest, SyncResponse, Wrap, encode,
};
use people::{Organisation, member, name, restrained, rng};

/// What Dana sends of a case of hers, as the coordinators' feed tells it.
fn of_dana(people: &Organisation, seed: u8) -> (CaseId, Vec<Content>) {
    let mut dana = member(&people.dana, people);
    let (case, _) = dana.new_case(&[name("Серік"), restrained("12:05")], &mut rng(seed)).unwrap();
    let request = dana.request(&mut rng(seed + 1)).unwrap();
    let coordinators = people.log.circle_of(CircleKind::Coordinators).unwrap().0;
    let wraps = request.wraps.into_iter().filter(|wrap| wrap.circle == coordinators).map(Content::Wrap);
    (case, wraps.chain(request.envelopes.into_iter().map(Content::Envelope)).collect())
}

fn frame(people: &Organisation, contents: Vec<Content>) -> Frame {
    let circle = people.log.circle_of(CircleKind::Coordinators).unwrap().0;
    let items = (1..).zip(contents).map(|(seq, content)| FeedItem { circle, seq, content: content.into() }).collect();
    Frame { items, snapshot: None, cursor: b"there".to_vec() }
}

/// The clerk with that feed, who has just heard that Dana's device was revoked; and the log that says so.
fn clerk(people: &Organisation, contents: Vec<Content>) -> (Device<Memory>, Log) {
    let mut clerk = member(&people.clerk, people);
    let frames = vec![frame(people, contents)];
    let known = SyncResponse { frames, log_next: people.log.next().0, ..SyncResponse::default() };
    clerk.receive(&SyncRequest::default(), known).unwrap();
    let entry = member(&people.aliya, people).revoke(&people.dana.id(), &mut rng(30)).unwrap();
    let mut log = people.log.clone();
    log.add(entry.clone()).unwrap();
    let heard = SyncResponse { log: vec![encode(&entry).unwrap()], log_next: log.next().0, ..SyncResponse::default() };
    clerk.receive(&SyncRequest::default(), heard).unwrap();
    (clerk, log)
}

fn secret(people: &Organisation, log: &Log, wrap: &Wrap) -> CaseSecret {
    let pair = unwrap_circle(log, wrap.circle, wrap.circle_epoch, &people.aliya).unwrap();
    CaseSecret::unwrap(wrap, &pair).unwrap()
}

/// The hub has the new secrets, and the clerk's disk has forgotten that it made them: it makes the same ones, and no case has two of one epoch.
#[test]
fn a_clerk_that_forgets_makes_the_same_secret_again() {
    let people = Organisation::founded();
    let (case, contents) = of_dana(&people, 1);
    let (clerk, log) = clerk(&people, contents);
    let disk = clerk.into_records();
    let made = |seed: u8| {
        let mut clerk = Device::open(disk.clone()).unwrap().unwrap();
        let request = clerk.request(&mut rng(seed)).unwrap();
        let wrap = request.wraps.iter().find(|wrap| wrap.case == case && wrap.epoch == 1).unwrap();
        (secret(&people, &log, wrap), clerk)
    };
    let ((first, mut clerk), (again, _)) = (made(40), made(41));
    assert!(first == again);
    // And not the one that Dana's device knows.
    let keys = clerk.case(case).unwrap().keys;
    assert!(keys.secret(0).unwrap() != &first && keys.secret(1).unwrap() == &first);
}

/// A member has begun a case with a secret that nobody can open. It holds nobody up, whatever the hub says of it.
#[test]
fn a_case_that_nobody_can_open_does_not_hold_the_others_up() {
    let people = Organisation::founded();
    let (case, mut contents) = of_dana(&people, 1);
    let (junk, of_junk) = of_dana(&people, 9);
    assert_ne!(case, junk);
    // The same signature would not do: Dana signs what is inside, junk as it is.
    let Content::Wrap(mut wrap) = of_junk[0].clone() else { panic!("the wrap comes first") };
    wrap.sealed.ciphertext = [0; 32];
    let info = Wrap::info(wrap.case, wrap.epoch, wrap.circle, wrap.circle_epoch);
    wrap.signature = people.dana.sign(&Wrap::signed(&info, &wrap.sealed, wrap.signer));
    contents.push(Content::Wrap(wrap));
    let (mut clerk, log) = clerk(&people, contents);
    let mut turned = Vec::new();
    for trip in 0.. {
        assert!(trip < 6, "it goes round for ever");
        let request = clerk.request(&mut rng(40)).unwrap();
        turned.extend(request.wraps.iter().map(|wrap| wrap.case));
        let response = SyncResponse {
            wraps: vec![Pushed::Duplicate; request.wraps.len()],
            closed: vec![junk],
            log_next: log.next().0,
            ..SyncResponse::default()
        };
        if !clerk.receive(&request, response).unwrap().more {
            break;
        }
    }
    assert!(turned.contains(&case) && !turned.contains(&junk));
}

/// Parts of a snapshot in which there is nothing, but a place.
fn parts(people: &Organisation) -> Vec<Snapshot> {
    let circle = people.log.circle_of(CircleKind::Coordinators).unwrap().0;
    let part = |part| {
        let place = Place { circle, circle_epoch: 0, upto: 900, chain: [9; 32], part, parts: 3 };
        seal_snapshot(place, (&[], &[]), &people.log, &people.clerk, &mut rng(50)).unwrap()
    };
    (0..3).map(part).collect()
}

fn given(people: &Organisation, parts: Vec<Snapshot>) -> (Device<Memory>, SyncReport) {
    let mut aliya = member(&people.aliya, people);
    let request = aliya.request(&mut rng(51)).unwrap();
    assert!(request.takes_snapshots);
    let frames = parts.into_iter().map(|part| Frame { items: Vec::new(), snapshot: Some(part), cursor: b"behind".to_vec() });
    let response = SyncResponse { frames: frames.collect(), log_next: people.log.next().0, ..SyncResponse::default() };
    let report = aliya.receive(&request, response).unwrap();
    (aliya, report)
}

/// Whoever changes a part, leaves one out or changes their order hides nothing by it: the device begins anew, with the changes themselves.
#[test]
fn a_part_that_is_missing_or_was_changed_hides_nothing() {
    let people = Organisation::founded();
    let whole = parts(&people);
    let (mut aliya, _) = given(&people, whole.clone());
    let request = aliya.request(&mut rng(52)).unwrap();
    assert!(request.takes_snapshots && request.cursor == b"behind");

    let mut changed = whole.clone();
    changed[1].sealed[3] ^= 1;
    let mut stranger = whole.clone();
    stranger[1].signer = people.dana.id();
    let orders = [changed, stranger, whole[2..].to_vec(), vec![whole[0].clone(), whole[2].clone()]];
    for parts in orders {
        let (mut aliya, report) = given(&people, parts);
        let request = aliya.request(&mut rng(52)).unwrap();
        assert!(report.more && !request.takes_snapshots && request.cursor.is_empty());
        // What the hub tells then is followed from the first number on.
        let (case, contents) = of_dana(&people, 1);
        let response =
            SyncResponse { frames: vec![frame(&people, contents)], log_next: people.log.next().0, ..SyncResponse::default() };
        aliya.receive(&request, response).unwrap();
        assert_eq!(aliya.case(case).unwrap().replica.known_facts().len(), 2);
    }
}
