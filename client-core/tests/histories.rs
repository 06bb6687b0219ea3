//! A hub that shows two people two histories, or keeps an entry of the log from one of them: whoever gets a change of the other finds out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::{Device, Memory, SyncReport};
use habeas_client_core::keys::{Witness, seal_witnessed};
use habeas_client_core::sync::ParsedChange;
use habeas_protocol::{
    CaseId, CircleId, CircleKind, Content, Envelope, FeedItem, Frame, Log, SyncRequest, SyncResponse, encode, signed_change,
};
use people::{Organisation, member, name, restrained, rng};

/// Enough for two links that everybody keeps.
const CHANGES: usize = 70;

fn coordinators(people: &Organisation) -> CircleId {
    people.log.circle_of(CircleKind::Coordinators).unwrap().0
}

/// A case of Dana's with many changes, as the coordinators' feed tells it.
fn of_dana(people: &Organisation) -> (CaseId, Vec<Content>) {
    let mut dana = member(&people.dana, people);
    let (case, _) = dana.new_case(&[name("Серік")], &mut rng(1)).unwrap();
    (0..CHANGES).for_each(|_| drop(dana.add_facts(case, &[restrained("12:05")], &mut rng(99)).unwrap()));
    let request = dana.request(&mut rng(2)).unwrap();
    let wraps = request.wraps.into_iter().filter(|wrap| wrap.circle == coordinators(people)).map(Content::Wrap);
    (case, wraps.chain(request.envelopes.into_iter().map(Content::Envelope)).collect())
}

fn gets(device: &mut Device<Memory>, people: &Organisation, from: usize, contents: &[Content]) -> SyncReport {
    let circle = coordinators(people);
    let items = (from as u64 + 1..).zip(contents.iter().cloned());
    let items = items.map(|(seq, content)| FeedItem { circle, seq, content: content.into() }).collect();
    let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
    let response = SyncResponse { frames, log_next: device.log().next().0, ..SyncResponse::default() };
    device.receive(&SyncRequest::default(), response).unwrap()
}

/// What Aliya writes next.
fn of_aliya(aliya: &mut Device<Memory>, case: CaseId) -> Envelope {
    let before = aliya.request(&mut rng(3)).unwrap().envelopes.len();
    aliya.add_facts(case, &[restrained("13:00")], &mut rng(99)).unwrap();
    aliya.request(&mut rng(3)).unwrap().envelopes.remove(before)
}

#[test]
fn two_histories_of_one_feed_are_found_out() {
    let people = Organisation::founded();
    let (case, contents) = of_dana(&people);
    let mut swapped = contents.clone();
    // Whatever stands late enough that a link comes after it.
    swapped.swap(40, 41);
    for (shown, differs) in [(&contents, false), (&swapped, true)] {
        let (mut aliya, mut clerk) = (member(&people.aliya, &people), member(&people.clerk, &people));
        gets(&mut aliya, &people, 0, &contents);
        assert_eq!(gets(&mut clerk, &people, 0, shown).set_aside, 0);
        let envelope = of_aliya(&mut aliya, case);
        let report = gets(&mut clerk, &people, contents.len(), &[Content::Envelope(envelope)]);
        assert_eq!(report.admitted, 1, "it counts, whatever its author was shown");
        let expected = if differs { vec![people.aliya.id()] } else { Vec::new() };
        assert_eq!((clerk.differing().collect::<Vec<_>>(), clerk.withheld(&report)), (expected.clone(), Vec::new()));
        // It is remembered, until she and the clerk are shown the same again.
        let mut clerk = Device::open(clerk.into_records()).unwrap().unwrap();
        assert_eq!(clerk.differing().collect::<Vec<_>>(), expected);
        assert!(aliya.request(&mut rng(4)).unwrap().envelopes.len() == 1);
        let next = of_aliya(&mut aliya, case);
        assert!(next.sealed.len() + 60 < aliya.request(&mut rng(4)).unwrap().envelopes[0].sealed.len(), "said once");
        gets(&mut clerk, &people, contents.len() + 1, &[Content::Envelope(next)]);
        assert_eq!(clerk.differing().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn an_entry_of_the_log_that_is_kept_from_somebody_is_missed() {
    let people = Organisation::founded();
    let (case, contents) = of_dana(&people);
    let (mut aliya, mut clerk) = (member(&people.aliya, &people), member(&people.clerk, &people));
    gets(&mut aliya, &people, 0, &contents);
    gets(&mut clerk, &people, 0, &contents);
    let entry = aliya.revoke(&people.marat.id(), &mut rng(5)).unwrap();
    let log = vec![encode(&entry).unwrap()];
    let heard =
        |log: &Log| SyncResponse { log: vec![encode(&entry).unwrap()], log_next: log.next().0 + 1, ..SyncResponse::default() };
    aliya.receive(&SyncRequest::default(), heard(&people.log)).unwrap();
    let envelope = of_aliya(&mut aliya, case);
    let mut report = gets(&mut clerk, &people, contents.len(), &[Content::Envelope(envelope)]);
    assert_eq!(clerk.withheld(&report), [people.aliya.id()]);
    // An exchange that has not come to its end says nothing yet, and one that brings the entry is as it should be.
    report.more = true;
    assert!(clerk.withheld(&report).is_empty());
    report.more = false;
    let response = SyncResponse { log, log_next: people.log.next().0 + 1, ..SyncResponse::default() };
    clerk.receive(&SyncRequest::default(), response).unwrap();
    assert!(clerk.withheld(&report).is_empty() && clerk.differing().next().is_none());
}

#[test]
fn nobody_says_for_somebody_else_what_they_have_seen() {
    let people = Organisation::founded();
    let (case, contents) = of_dana(&people);
    let (mut aliya, mut clerk) = (member(&people.aliya, &people), member(&people.clerk, &people));
    gets(&mut aliya, &people, 0, &contents);
    gets(&mut clerk, &people, 0, &contents);
    aliya.add_facts(case, &[restrained("13:00")], &mut rng(99)).unwrap();
    let open = aliya.case(case).unwrap();
    let actor = aliya.actor();
    let change: &ParsedChange = open.replica.document().changes().find(|change| change.actor == actor).unwrap();
    let signature = people.aliya.sign(&signed_change(case, actor, change.seq, change.hash));
    let (newest, ids) = (open.keys.newest().unwrap(), open.keys.secret(0).unwrap());
    let lie = Witness { log: (2, [9; 16]), feeds: vec![(coordinators(&people), 32, [9; 16])] };
    // Dana, who reads the case, seals Aliya's change again with a word of her own beside it; or with Aliya's about another change.
    let by_dana = lie.clone().signed(&change.hash, &people.dana).unwrap();
    let of_another = lie.clone().signed(&[7; 32], &people.aliya).unwrap();
    for (number, said) in [by_dana, of_another].iter().enumerate() {
        let forged = seal_witnessed(case, newest, ids, signature, change, said).unwrap();
        let report = gets(&mut clerk, &people, contents.len() + number, &[Content::Envelope(forged)]);
        assert!(report.admitted + number == 1 && clerk.differing().next().is_none() && clerk.withheld(&report).is_empty());
    }
    // Her own word is heard.
    let mut other = member(&people.clerk, &people);
    gets(&mut other, &people, 0, &contents);
    let own = seal_witnessed(case, newest, ids, signature, change, &lie.signed(&change.hash, &people.aliya).unwrap()).unwrap();
    gets(&mut other, &people, contents.len(), &[Content::Envelope(own)]);
    assert_eq!(other.differing().collect::<Vec<_>>(), [people.aliya.id()]);
}
