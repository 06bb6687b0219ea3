//! What a hub that says it has lost something can make a device do, and what it cannot.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::{Device, Export, Memory, Records, RecordsError};
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::{
    Body, CaseId, CircleKind, Content, Differing, Envelope, EnvelopeId, FeedItem, Frame, PersonId, Pushed, Role, Shown,
    SyncResponse, encode, receipt,
};
use people::{Organisation, member, name, rng};

const CLOSED: CaseId = CaseId([9; 16]);

/// Dana's device with a case of hers that the hub has, and one of which she has no secret; and what she shows the hub from then on.
fn dana(people: &Organisation) -> (Device<Memory>, CaseId, [u8; 16]) {
    let mut dana = member(&people.dana, people);
    let (case, _) = dana.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
    let request = dana.request(&mut rng(3)).unwrap();
    let junk = Envelope { case: CLOSED, id: EnvelopeId([1; 16]), epoch: 0, sealed: vec![7; 90] };
    let (circle, _) = people.log.circle_of(CircleKind::Person(people.log.member(&people.dana.id()).unwrap().person)).unwrap();
    let items = vec![FeedItem { circle, seq: 1, content: Content::Envelope(junk).into() }];
    let response = SyncResponse {
        wraps: vec![Pushed::Accepted; request.wraps.len()],
        envelopes: vec![Pushed::Accepted; request.envelopes.len()],
        frames: vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }],
        receipt: vec![1; 16],
        log_next: people.log.next().0,
        ..SyncResponse::default()
    };
    let shows = receipt(&response.receipt, &request, response.said()).unwrap();
    dana.receive(&request, response).unwrap();
    (dana, case, shows)
}

/// What the hub answers when it takes nothing and has lost everything that it is asked about.
fn lost(people: &Organisation, differ: Vec<Differing>) -> SyncResponse {
    SyncResponse { lost: true, receipt: vec![2; 16], log_next: people.log.next().0, differ, ..SyncResponse::default() }
}

#[test]
fn a_case_that_cannot_be_opened_keeps_nothing_else_from_being_given_back() {
    let people = Organisation::founded();
    let (mut dana, case, shows) = dana(&people);
    let request = dana.request(&mut rng(4)).unwrap();
    assert_eq!(
        (request.receipt.as_slice(), request.digests.len(), request.cursor.as_slice()),
        (shows.as_slice(), 0, b"there".as_slice())
    );
    let report = dana.receive(&request, lost(&people, vec![])).unwrap();
    assert!(report.restored && report.more);

    // It asks about both from the beginning, also after a death.
    let mut dana = Device::open(dana.into_records()).unwrap().unwrap();
    let request = dana.request(&mut rng(5)).unwrap();
    assert_eq!((request.digests.len(), request.cursor.len()), (2, 0));
    let differ = [CLOSED, case].map(|case| Differing { case, known: false }).to_vec();
    let report = dana.receive(&request, SyncResponse { lost: false, ..lost(&people, differ) }).unwrap();
    assert!(report.more && report.given_back >= 1);

    // Dana's own case goes out with what opens it; of the other there is nothing that she could say.
    let request = dana.request(&mut rng(6)).unwrap();
    assert_eq!(request.envelopes.iter().filter(|envelope| envelope.case == case).count(), 1);
    assert!(
        request.wraps.iter().any(|wrap| wrap.case == case) && request.envelopes.iter().all(|envelope| envelope.case != CLOSED)
    );
    let taken = SyncResponse {
        wraps: vec![Pushed::Accepted; request.wraps.len()],
        envelopes: vec![Pushed::Accepted; request.envelopes.len()],
        lost: false,
        ..lost(&people, vec![])
    };
    assert!(!dana.receive(&request, taken).unwrap().more, "and that is all");
}

/// A hub keeps the secret of Dana's case from Aliya, and is restored: she can give nothing of it back. Then it comes by hand.
#[test]
fn what_could_not_be_given_back_is_once_its_secret_comes_by_hand() {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let (case, _) = dana.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
    let brought = dana.request(&mut rng(3)).unwrap().envelopes;
    let mut aliya = member(&people.aliya, &people);
    let (circle, _) = people.log.circle_of(CircleKind::Coordinators).unwrap();
    let item = |envelope: &Envelope| FeedItem { circle, seq: 1, content: Content::Envelope(envelope.clone()).into() };
    let frames = vec![Frame { items: brought.iter().map(item).collect(), snapshot: None, cursor: b"there".to_vec() }];
    let request = aliya.request(&mut rng(4)).unwrap();
    let log_next = people.log.next().0;
    aliya.receive(&request, SyncResponse { frames, log_next, ..SyncResponse::default() }).unwrap();

    let request = aliya.request(&mut rng(5)).unwrap();
    aliya.receive(&request, lost(&people, vec![])).unwrap();
    let request = aliya.request(&mut rng(6)).unwrap();
    assert_eq!(request.digests.len(), 1);
    let differ = vec![Differing { case, known: false }];
    aliya.receive(&request, SyncResponse { lost: false, ..lost(&people, differ) }).unwrap();
    assert_eq!(aliya.request(&mut rng(7)).unwrap().envelopes, []);

    let everything = Export::Cases([case].into_iter().collect());
    let file = dana.export(&everything, &[people.aliya.keys()], &mut rng(8)).unwrap().files.remove(0);
    aliya.import(&file).unwrap();
    let request = aliya.request(&mut rng(9)).unwrap();
    assert_eq!(request.envelopes.iter().map(|envelope| envelope.id).collect::<Vec<_>>(), [brought[0].id]);
    assert_eq!((request.beginnings.len(), request.wraps.len()), (1, 2), "and what opens it, for the coordinators and for Dana");
}

/// A disk whose device dies at that write.
struct Dies(Memory, usize);

impl Records for Dies {
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, RecordsError> {
        self.0.get(name)
    }

    fn put(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.1 = self.1.checked_sub(1).ok_or(RecordsError(habeas_texts::error_log_unknown()))?;
        self.0.put(batch)
    }

    fn forget(&mut self, names: &[String], batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.0.forget(names, batch)
    }

    fn forget_all_but(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.0.forget_all_but(batch)
    }
}

/// The hub says once that it has lost something: to whoever shows a receipt of before.
#[test]
fn a_device_that_dies_as_it_hears_of_a_loss_asks_all_the_same() {
    let people = Organisation::founded();
    let records = dana(&people).0.into_records();
    let mut deaths = 0;
    for writes in 0.. {
        let mut dana = Device::open(Dies(records.clone(), writes)).unwrap().unwrap();
        let request = dana.request(&mut rng(4)).unwrap();
        let heard = dana.receive(&request, lost(&people, vec![]));
        let mut dana = Device::open(dana.into_records().0).unwrap().unwrap();
        let next = dana.request(&mut rng(5)).unwrap();
        assert!(next.receipt == request.receipt || next.digests.len() == 2, "after {writes} writes");
        if heard.is_ok() {
            break;
        }
        deaths += 1;
    }
    assert!(deaths >= 2);
}

#[test]
fn a_hub_cannot_make_a_device_keep_what_it_could_not_read_again() {
    let people = Organisation::founded();
    let (mut dana, case, _) = dana(&people);
    let request = dana.request(&mut rng(4)).unwrap();
    for receipt in [vec![1; 15], vec![1; 100_000]] {
        assert!(dana.receive(&request, SyncResponse { receipt, ..lost(&people, vec![]) }).is_err());
    }
    let frames = vec![Frame { cursor: vec![0; 100_000], ..Frame::default() }];
    assert!(dana.receive(&request, SyncResponse { frames, lost: false, ..lost(&people, vec![]) }).is_err());
    let mut dana = Device::open(dana.into_records()).unwrap().unwrap();
    assert!(dana.case(case).is_ok());
    // Should what it knows of the hub be damaged all the same, it opens and asks.
    let mut records = dana.into_records();
    records.put(vec![("hub".to_owned(), vec![0xff; 70_000])]).unwrap();
    let mut dana = Device::open(records).unwrap().unwrap();
    assert_eq!(dana.request(&mut rng(5)).unwrap().digests.len(), 2);
}

#[test]
fn what_the_hub_refuses_does_not_stand_before_what_it_takes() {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let cases: Vec<CaseId> = (2..5).map(|seed| dana.new_case(&[name("Серік")], &mut rng(seed)).unwrap().0).collect();
    let first = dana.request(&mut rng(6)).unwrap();
    let refused = first.envelopes[0].case;
    let answer = |of: CaseId| if of == refused { Pushed::StaleEpoch } else { Pushed::Accepted };
    let response = SyncResponse {
        wraps: vec![Pushed::Accepted; first.wraps.len()],
        envelopes: first.envelopes.iter().map(|envelope| answer(envelope.case)).collect(),
        log_next: people.log.next().0,
        ..SyncResponse::default()
    };
    dana.receive(&first, response).unwrap();
    for case in cases.iter().filter(|case| **case != refused) {
        dana.add_facts(*case, &[name("Ерлан")], &mut rng(99)).unwrap();
    }
    let order: Vec<CaseId> = dana.request(&mut rng(7)).unwrap().envelopes.iter().map(|envelope| envelope.case).collect();
    assert_eq!((order.len(), *order.last().unwrap()), (3, refused));
}

/// Whatever a hub says that it has, with or without a receipt for it, one that has not said so finds out by what the device shows.
#[test]
fn what_a_device_shows_is_made_of_what_it_was_told() {
    let people = Organisation::founded();
    let (mut first, case, _) = dana(&people);
    first.add_facts(case, &[name("Ерлан")], &mut rng(99)).unwrap();
    let records = first.into_records();
    let mut shown = std::collections::BTreeSet::new();
    for (given, taken) in [(vec![], Pushed::Accepted), (vec![5; 16], Pushed::Accepted), (vec![5; 16], Pushed::Duplicate)] {
        let mut dana = Device::open(records.clone()).unwrap().unwrap();
        let request = dana.request(&mut rng(4)).unwrap();
        let envelopes = vec![taken; request.envelopes.len()];
        let response = SyncResponse { envelopes, receipt: given, log_next: people.log.next().0, ..SyncResponse::default() };
        dana.receive(&request, response).unwrap();
        let next = dana.request(&mut rng(5)).unwrap();
        assert!(next.envelopes.is_empty() && next.receipt != request.receipt);
        shown.insert(next.receipt);
    }
    assert_eq!(shown.len(), 3);

    // It has followed the feed to its first item, whatever the cursor says; and says so also to a hub that has lost something, without a cursor.
    let mut dana = Device::open(records).unwrap().unwrap();
    let request = dana.request(&mut rng(4)).unwrap();
    assert_eq!(request.followed.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [1]);
    dana.receive(&request, SyncResponse { envelopes: vec![Pushed::StaleEpoch; 1], ..lost(&people, vec![]) }).unwrap();
    let next = dana.request(&mut rng(5)).unwrap();
    assert_eq!((next.followed, next.cursor.len()), (request.followed, 0));
}

#[test]
fn that_this_device_once_knew_more_is_said_when_the_entries_are_here_and_not_before() {
    let mut people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let (next, at) = (people.log.next().0 + 1, 1_700_000_000);
    let says = |log| SyncResponse { shown: Some(Shown { next, at }), log_next: next, log, ..SyncResponse::default() };
    let hears = |dana: &mut Device<Memory>, response| {
        let request = dana.request(&mut rng(7)).unwrap();
        let report = dana.receive(&request, response).unwrap();
        (report.copied, report.knew_more_since)
    };
    // A hub that says so and cannot show what she once knew has said nothing.
    assert_eq!(hears(&mut dana, says(Vec::new())), (false, None));
    let device = DeviceSecrets::generate(&mut rng(8)).keys();
    let admitted = Body::DeviceAdmitted { device, person: PersonId([5; 16]), role: Role::Recorder };
    let entry = people.aliya.write_entry(&mut people.log, admitted).unwrap();
    assert_eq!(hears(&mut dana, says(vec![encode(&entry).unwrap()])), (true, Some(1_700_000_000)));
    // Nor one that says so of what she has shown.
    assert_eq!(hears(&mut dana, says(Vec::new())), (false, None));
}

#[test]
fn a_hub_that_did_not_take_the_log_once_is_given_it_again_and_not_without_end() {
    let people = Organisation::founded();
    let (mut dana, ..) = dana(&people);
    let all = people.log.next().0;
    let lacks = |log_next| SyncResponse { log_next, ..SyncResponse::default() };
    // It came back without the last two entries, is given them, and lies or comes back once more in that moment.
    let request = dana.request(&mut rng(4)).unwrap();
    assert!(request.log.is_empty());
    assert!(dana.receive(&request, lacks(all - 2)).unwrap().more);
    let request = dana.request(&mut rng(5)).unwrap();
    assert_eq!(request.log.len(), 2);
    let report = dana.receive(&request, lacks(all - 2)).unwrap();
    assert_eq!((report.more, report.refused.as_slice()), (false, &["other_log".to_owned()][..]), "it is said, and that was all");

    // At the next exchange one entry asks it again, also after a death; a hub that takes it gets the rest at once.
    let mut dana = Device::open(dana.into_records()).unwrap().unwrap();
    for _ in 0..2 {
        let request = dana.request(&mut rng(6)).unwrap();
        assert_eq!(request.log.len(), 1);
        assert!(!dana.receive(&request, lacks(all - 2)).unwrap().more);
    }
    let request = dana.request(&mut rng(7)).unwrap();
    let report = dana.receive(&request, lacks(all - 1)).unwrap();
    assert_eq!((report.more, report.refused.len()), (true, 0));
    let request = dana.request(&mut rng(8)).unwrap();
    assert_eq!(request.log.len(), 1);
    assert!(!dana.receive(&request, lacks(all)).unwrap().more);
    assert!(dana.request(&mut rng(9)).unwrap().log.is_empty());
}
