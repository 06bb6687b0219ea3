//! Devices that have changes without a signature of their own, because a later one of the same author covers them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::{Device, Memory, SnapshotSizes};
use habeas_client_core::keys::{CaseSecret, seal_covered, seal_signed};
use habeas_client_core::sync::{ParsedChange, Replica};
use habeas_protocol::{CaseId, Envelope, Frame, Pushed, SyncRequest, SyncResponse, signed_change};
use people::{Organisation, member, name, note, rng, tells};

/// Dana has begun a case and written into it once more; what she sends, and that the hub has it.
fn dana(people: &Organisation) -> (Device<Memory>, CaseId, SyncRequest) {
    let mut dana = member(&people.dana, people);
    let (case, _) = dana.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
    dana.add_facts(case, &[note("seen in the yard")], &mut rng(3)).unwrap();
    let request = dana.request(&mut rng(4)).unwrap();
    let accepted = SyncResponse {
        wraps: vec![Pushed::Accepted; request.wraps.len()],
        envelopes: vec![Pushed::Accepted; request.envelopes.len()],
        log_next: people.log.next().0,
        ..SyncResponse::default()
    };
    dana.receive(&request, accepted).unwrap();
    (dana, case, request)
}

/// Each change of a case, without its signature.
fn covered(device: &mut Device<Memory>, case: CaseId) -> Vec<Envelope> {
    let open = device.case(case).unwrap();
    let (newest, ids) = (open.keys.newest().unwrap(), open.keys.secret(0).unwrap());
    open.replica.document().changes().map(|change| seal_covered(case, newest, ids, change).unwrap()).collect()
}

/// Somebody has given a restored hub Dana's changes without their signatures, and not what covers the last of them. Nobody who begins could read it; by
/// their names nothing is lacking. So Dana stands by the one that nothing covers.
#[test]
fn whoever_has_the_signature_that_is_lacking_brings_it() {
    let people = Organisation::founded();
    let (mut dana, case, sent) = dana(&people);
    assert_eq!(sent.envelopes.len(), 2);
    let own = people.log.own_circle(&people.dana.id()).unwrap();
    let bare = SyncRequest { envelopes: covered(&mut dana, case), ..SyncRequest::default() };
    tells(&mut dana, own, &bare, |_| true);
    let brings = dana.request(&mut rng(5)).unwrap().envelopes;
    assert_eq!(brings.iter().map(|envelope| envelope.id).collect::<Vec<_>>(), [bare.envelopes[1].id]);
    assert_ne!(brings[0], bare.envelopes[1]);
    // With it all is there.
    let mut aliya = member(&people.aliya, &people);
    tells(&mut aliya, people.coordinators(), &SyncRequest { envelopes: bare.envelopes, ..sent }, |_| true);
    assert_eq!(aliya.case(case).unwrap().replica.facts().len(), 0);
    tells(&mut aliya, people.coordinators(), &SyncRequest { envelopes: brings, ..SyncRequest::default() }, |_| true);
    let replica = aliya.case(case).unwrap().replica;
    assert_eq!((replica.facts().len(), replica.aside().len()), (2, 0));
}

/// A clerk that has Dana's first change without its signature hears of a copy of her phone. Which of the two her later one covers its names tell; so the case
/// is in the snapshot as ever.
#[test]
fn a_case_of_a_copied_phone_in_which_a_signature_is_lacking_is_in_the_snapshot() {
    let people = Organisation::founded();
    let (mut dana, case, sent) = dana(&people);
    let mut clerk = member(&people.clerk, &people);
    let bare = covered(&mut dana, case);
    // The copy has begun the same case anew, by the same secret.
    let secret: CaseSecret = dana.case(case).unwrap().keys.secret(0).unwrap().clone();
    let actor = people.dana.keys().actor(0);
    let written = Replica::new(case).write(actor, &[note("by the copy")]).unwrap();
    let twin = ParsedChange::parse(&written.chunk).unwrap();
    let signature = people.dana.sign(&signed_change(case, actor, twin.seq, twin.hash));
    let twin = seal_signed(case, (0, &secret), &secret, signature, &twin).unwrap();
    let envelopes = vec![bare[0].clone(), sent.envelopes[1].clone(), twin];
    tells(&mut clerk, people.coordinators(), &SyncRequest { envelopes, ..sent }, |_| true);
    let replica = clerk.case(case).unwrap().replica;
    let lacking = replica.document().vouched().filter(|(_, signature)| signature.is_none()).count();
    assert_eq!((replica.history().twins().len(), replica.facts().len(), lacking), (1, 3, 1));

    clerk.cuts_snapshots(SnapshotSizes { least: 1, part: 1 << 20 });
    let part = clerk.request(&mut rng(6)).unwrap().snapshot.remove(0);
    let mut aliya = member(&people.aliya, &people);
    let frame = Frame { items: Vec::new(), snapshot: Some(part), cursor: b"there".to_vec() };
    aliya.take(&SyncRequest::default(), frame, &mut Default::default()).unwrap();
    let read = aliya.case(case).unwrap().replica;
    assert_eq!((read.facts(), read.aside().len()), (replica.facts(), 0));
}
