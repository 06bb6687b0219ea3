//! A sensitive fact has a key of its own: who reads it, where it is only known to be there, and how it alone is erased.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{Document, Draft, FactId, MAX_SENSITIVE, Scalar, Stated, What};
use habeas_client_core::device::{Device, DeviceError, Export, Memory, SnapshotSizes};
use habeas_client_core::keys::{FactKey, seal_fact_key};
use habeas_client_core::sync::{CaseKeys, Outcome, ParsedChange, Refusal, Replica};
use habeas_protocol::{
    Body, CaseId, CircleKind, Content, Entry, FeedItem, Frame, Hash, Pushed, Refused, SyncRequest, SyncResponse, Told, encode,
};
use people::{Organisation, has_key, hears, member, name, restrained, rng, tells};
use proptest::prelude::*;

const NUMBER: &str = "passport N 12345678";

fn passport() -> Draft {
    Draft { sensitive: true, ..Draft { what: What::Document { text: NUMBER.into() }, ..name("") } }
}

fn reads(device: &mut Device<Memory>, case: CaseId) -> bool {
    device
        .case(case)
        .unwrap()
        .replica
        .known_facts()
        .iter()
        .any(|fact| matches!(&fact.what, What::Document { text } if text == NUMBER))
}

/// What a device knows of sealed facts that it cannot read: whether each is erased.
fn sealed(device: &mut Device<Memory>, case: CaseId) -> Vec<bool> {
    device.case(case).unwrap().replica.view().sealed.iter().map(|fact| fact.erased).collect()
}

/// Dana's device with a case of three facts, one of them sensitive, nothing of it sent; and the key's bytes.
fn dana(people: &Organisation) -> (Device<Memory>, CaseId, FactId, Vec<u8>) {
    let mut dana = member(&people.dana, people);
    let (case, facts) = dana.new_case(&[name("Айгерім"), passport(), restrained("12:05")], &mut rng(2)).unwrap();
    let open = dana.case(case).unwrap();
    let envelope = open.replica.fact_keys(&open.keys).remove(0);
    let key = habeas_client_core::keys::open_payload(&envelope, open.keys.secret(0).unwrap()).unwrap()[1..].to_vec();
    assert!(has_key(&mut dana, &key), "what is looked for below would be found");
    (dana, case, facts[1], key)
}

#[test]
fn the_document_says_who_wrote_a_sensitive_fact_and_when_and_nothing_of_what() {
    let people = Organisation::founded();
    let (mut dana, case, fact, _) = dana(&people);
    let open = dana.case(case).unwrap();
    let raw = Document::load(&open.replica.document().save()).unwrap();
    let texts: Vec<String> = raw
        .changes()
        .flat_map(|change| &change.facts)
        .flat_map(|fields| fields.values())
        .filter_map(|value| if let Scalar::Text(text) = value { Some(text.clone()) } else { None })
        .collect();
    assert!(
        texts.iter().any(|text| text == "sealed") && texts.iter().all(|text| !text.contains("passport") && text != "document")
    );
    let known = open.replica.known_facts();
    let passport = known.iter().find(|known| known.id == fact).unwrap();
    assert!(
        passport.sensitive
            && matches!(passport.what, What::Document { .. })
            && known.iter().filter(|fact| fact.sensitive).count() == 1
    );
    // Whoever corrects it does not say it in the clear, even without thinking of it.
    let correction = Draft { replaces: vec![fact], sensitive: false, ..passport_of("N 7") };
    let corrected = dana.add_facts(case, &[correction], &mut rng(3)).unwrap()[0];
    assert!(dana.case(case).unwrap().replica.known_facts().iter().any(|fact| fact.id == corrected && fact.sensitive));
    // Some facts everybody has to see; and what is too long for one text is refused before anything is written.
    let retraction = Draft { what: What::Retraction { reason: None }, replaces: vec![fact], ..passport_of("") };
    assert!(dana.add_facts(case, &[retraction], &mut rng(3)).is_err());
    assert!(dana.add_facts(case, &[passport_of(&"x".repeat(MAX_SENSITIVE))], &mut rng(3)).is_err());
    dana.add_facts(case, &[passport_of(&"x".repeat(MAX_SENSITIVE - 100))], &mut rng(3)).unwrap();
}

fn passport_of(text: &str) -> Draft {
    Draft { what: What::Document { text: text.into() }, ..passport() }
}

#[test]
fn a_sealed_fact_opens_nowhere_but_where_it_was_written() {
    let key = FactKey::generate(&mut rng(4));
    let (case, actor) = (CaseId([1; 16]), [2; 16]);
    let sealed = key.seal(case, &actor, b"content");
    assert_eq!(key.open(case, &actor, &sealed).unwrap(), b"content");
    assert!(key.open(CaseId([9; 16]), &actor, &sealed).is_err());
    assert!(key.open(case, &[9; 16], &sealed).is_err());
    assert!(FactKey::generate(&mut rng(5)).open(case, &actor, &sealed).is_err());
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(key.open(case, &actor, &changed).is_err());
    }
}

/// Whoever gets the fact before its key, or never gets the key, knows that there is something, and folds the rest as everybody does.
#[test]
fn without_the_key_a_fact_is_sealed_and_what_it_corrected_stays_corrected() {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let (case, facts) = dana.new_case(&[name("Айгерім"), restrained("12:05")], &mut rng(2)).unwrap();
    let correction = Draft { sensitive: true, replaces: vec![facts[1]], ..restrained("12:45") };
    dana.add_facts(case, &[correction], &mut rng(3)).unwrap();
    let request = dana.request(&mut rng(5)).unwrap();
    let open = dana.case(case).unwrap();
    let key = open.replica.fact_keys(&open.keys).remove(0).id;

    let mut aliya = member(&people.aliya, &people);
    tells(&mut aliya, people.coordinators(), &request, |envelope| envelope.id != key);
    let open = aliya.case(case).unwrap();
    let view = open.replica.view();
    assert_eq!((view.sealed.len(), view.sealed[0].erased, view.sealed[0].replaces.clone()), (1, false, vec![facts[1]]));
    assert!(view.timeline.iter().all(|fact| fact.id != facts[1]) && view.superseded.iter().any(|fact| fact.id == facts[1]));
    assert!(open.replica.clock_record().events.is_empty(), "nobody counts by what was corrected");
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    assert_eq!(
        serde_json::to_string(&aliya.case(case).unwrap().replica.view()).unwrap(),
        serde_json::to_string(&dana.case(case).unwrap().replica.view()).unwrap()
    );
    // What was taken back stands again, also where the one that corrected it cannot be read.
    let sealed = view.sealed[0].id;
    let back = Draft { what: What::Retraction { reason: None }, replaces: vec![sealed], ..name("") };
    dana.add_facts(case, &[back], &mut rng(6)).unwrap();
    let request = dana.request(&mut rng(7)).unwrap();
    let mut later = member(&people.aliya, &people);
    tells(&mut later, people.coordinators(), &request, |envelope| envelope.id != key);
    assert!(later.case(case).unwrap().replica.view().timeline.iter().any(|fact| fact.id == facts[1]));
}

#[test]
fn erasing_one_fact_destroys_its_key_and_leaves_the_case() {
    let people = Organisation::founded();
    let (mut dana, case, fact, key) = dana(&people);
    let request = dana.request(&mut rng(5)).unwrap();
    let mut aliya = member(&people.aliya, &people);
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    assert!(reads(&mut aliya, case) && has_key(&mut aliya, &key));
    let title = |device: &mut Device<Memory>| device.cases().find(|(id, _)| **id == case).unwrap().1.title.clone();
    let stick = dana.export(&Export::Unsent, &[people.aliya.keys()], &mut rng(7)).unwrap().files.remove(0);

    assert!(matches!(dana.erase_fact(case, &fact), Err(DeviceError::NotYet(_))), "a lawyer does not erase");
    let other = aliya.case(case).unwrap().replica.known_facts().iter().find(|known| known.id != fact).unwrap().id;
    assert_eq!(aliya.erase_fact(case, &other).unwrap(), [], "it was written in the clear");
    let entry = aliya.erase_fact(case, &fact).unwrap().remove(0);
    assert!(people.dana.write_entry(&mut people.log.clone(), entry.body.clone()).is_err());
    let report = aliya.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    assert!(report.changed.contains(&case) && aliya.lost_a_fact().contains(&case) && aliya.lost_a_fact().is_empty());
    assert!(aliya.erased().is_empty());
    assert_eq!(aliya.erase_fact(case, &fact).unwrap(), [], "once is enough");

    // Dana hears of it while all of it is still unsent; and the hub takes everything but the key.
    let refused = request.envelopes.iter().map(|envelope| {
        let is_key = aliya.log().is_fact_erased(&case, &envelope.id);
        if is_key { Pushed::Refused(Refused::Erased) } else { Pushed::Accepted }
    });
    let answer =
        SyncResponse { envelopes: refused.collect(), wraps: vec![Pushed::Accepted; request.wraps.len()], ..hears(&entry) };
    assert_eq!(answer.envelopes.iter().filter(|pushed| !pushed.is_there()).count(), 1);
    let report = dana.receive(&request, answer).unwrap();
    assert!(report.refused.is_empty() && dana.case(case).unwrap().unsent == 0);

    for device in [&mut aliya, &mut dana] {
        assert!(!reads(device, case) && !has_key(device, &key));
        assert_eq!((sealed(device, case), title(device)), (vec![true], Some("Айгерім".to_owned())));
        assert_eq!(device.case(case).unwrap().replica.view().sealed[0].id, fact);
        assert_eq!(device.case(case).unwrap().replica.known_facts().len(), 2);
    }
    // By no road does it come back: a stick of before, a feed that tells it again, a bundle of after.
    assert_eq!(aliya.import(&stick).unwrap().report.of_erased, 1);
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    let after = dana.export(&Export::Cases([case].into()), &[people.aliya.keys()], &mut rng(8)).unwrap();
    assert_eq!(after.changes, 1, "the change, and no key");
    let mut clerk = member(&people.clerk, &people);
    let handed_in = clerk.opens_for_hub(&stick).unwrap();
    assert_eq!((handed_in.of_erased, handed_in.refused), (0, 0), "it has not heard of it");
    clerk.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    let handed_in = clerk.opens_for_hub(&stick).unwrap();
    assert_eq!((handed_in.of_erased, handed_in.refused), (1, 0));
    assert!(
        !handed_in
            .parts()
            .iter()
            .flat_map(|(.., envelopes)| envelopes)
            .any(|envelope| clerk.log().is_fact_erased(&case, &envelope.id))
    );
    assert!(!reads(&mut aliya, case) && !has_key(&mut aliya, &key));
    // Nor after a restart.
    let mut aliya = Device::open(aliya.into_records()).unwrap().unwrap();
    assert!(!reads(&mut aliya, case) && sealed(&mut aliya, case) == [true]);
}

/// A feed goes on over the place where the key stood; nothing else of the case is hidden so from whoever's log does not say so.
#[test]
fn whoever_begins_after_an_erasure_follows_the_feed_over_its_place() {
    let people = Organisation::founded();
    let (mut dana, case, fact, _) = dana(&people);
    let request = dana.request(&mut rng(5)).unwrap();
    let mut aliya = member(&people.aliya, &people);
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    let entry = aliya.erase_fact(case, &fact).unwrap().remove(0);
    let Body::FactErased { key, .. } = entry.body else { panic!("{entry:?}") };

    let circle = people.log.circle_of(CircleKind::Coordinators).unwrap().0;
    let wraps = request.wraps.iter().filter(|wrap| wrap.circle == circle).cloned().map(Content::Wrap);
    let mut link: Hash = [0; 32];
    let items: Vec<FeedItem> = (1..)
        .zip(wraps.chain(request.envelopes.iter().cloned().map(Content::Envelope)))
        .map(|(seq, content)| {
            link = Content::chain(&link, &encode(&content).unwrap());
            let is_key = matches!(&content, Content::Envelope(envelope) if envelope.id == key);
            FeedItem { circle, seq, content: if is_key { Told::Erased { case, link } } else { content.into() } }
        })
        .collect();
    let gets = |device: &mut Device<Memory>| {
        let frames = vec![Frame { items: items.clone(), snapshot: None, cursor: b"there".to_vec() }];
        let log_next = device.log().next().0;
        device.receive(&SyncRequest::default(), SyncResponse { frames, log_next, ..SyncResponse::default() })
    };
    let mut begins = member(&people.aliya, &people);
    assert!(gets(&mut begins).is_err(), "the log does not say so");
    begins.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    gets(&mut begins).unwrap();
    assert_eq!((reads(&mut begins, case), sealed(&mut begins, case)), (false, vec![true]));
    assert_eq!(begins.case(case).unwrap().replica.known_facts().len(), 2);
}

/// A device that was restored from a copy of before, and comes to a hub that was restored, too, gives back all that it has but the key.
#[test]
fn what_is_given_back_after_an_erasure_has_no_key_in_it() {
    let people = Organisation::founded();
    let (mut dana, case, fact, key) = dana(&people);
    let mut aliya = member(&people.aliya, &people);
    tells(&mut aliya, people.coordinators(), &dana.request(&mut rng(5)).unwrap(), |_| true);
    let entry = aliya.erase_fact(case, &fact).unwrap().remove(0);
    let mut copy = Device::open(Memory(dana.records().0.clone())).unwrap().unwrap();
    for device in [&mut dana, &mut copy] {
        device.receive(&SyncRequest::default(), hears(&entry)).unwrap();
        let request = device.request(&mut rng(6)).unwrap();
        assert!(
            request.envelopes.len() == 1
                && request.envelopes.iter().all(|envelope| !device.log().is_fact_erased(&case, &envelope.id))
        );
        let open = device.case(case).unwrap();
        assert!(open.replica.ids(&open.keys).iter().all(|id| !device.log().is_fact_erased(&case, id)));
        assert!(!has_key(device, &key));
    }
}

/// Keys go into a snapshot with their cases, and out of it with an erasure.
#[test]
fn a_snapshot_brings_the_keys_that_there_are() {
    let people = Organisation::founded();
    let (mut dana, case, fact, key) = dana(&people);
    let request = dana.request(&mut rng(5)).unwrap();
    let mut clerk = member(&people.clerk, &people);
    clerk.cuts_snapshots(SnapshotSizes { least: 1, part: 1 << 20 });
    tells(&mut clerk, people.coordinators(), &request, |_| true);
    let takes = |part: habeas_protocol::Snapshot, entry: Option<&Entry>| {
        let mut begins = member(&people.aliya, &people);
        entry.inspect(|entry| drop(begins.receive(&SyncRequest::default(), hears(entry)).unwrap()));
        let frames = vec![Frame { items: Vec::new(), snapshot: Some(part), cursor: b"there".to_vec() }];
        let log_next = begins.log().next().0;
        let request = SyncRequest { takes_snapshots: true, ..SyncRequest::default() };
        begins.receive(&request, SyncResponse { frames, log_next, ..SyncResponse::default() }).unwrap();
        (reads(&mut begins, case), sealed(&mut begins, case), has_key(&mut begins, &key))
    };
    let part = clerk.request(&mut rng(6)).unwrap().snapshot.remove(0);
    assert_eq!(takes(part.clone(), None), (true, vec![], true));

    let mut aliya = member(&people.aliya, &people);
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    let entry = aliya.erase_fact(case, &fact).unwrap().remove(0);
    // One of before, told by a hub that was restored, to whoever has heard of it.
    assert_eq!(takes(part, Some(&entry)), (false, vec![true], false));
    clerk.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    let part = clerk.request(&mut rng(7)).unwrap().snapshot.remove(0);
    assert_eq!(takes(part, Some(&entry)), (false, vec![true], false));
}

/// Nobody passes something off as a sealed fact that is none, nor another key as the key of one.
#[test]
fn admission_takes_a_sealed_fact_in_one_form_only() {
    let people = Organisation::founded();
    let (mut dana, case, ..) = dana(&people);
    let open = dana.case(case).unwrap();
    let (secret, mut keys) = (open.keys.secret(0).unwrap().clone(), CaseKeys::default());
    keys.add(0, secret.clone());
    let actor = people.dana.keys().actor(0);
    let sealed = || {
        let mut writes = Replica::new(case);
        let key = [Some(FactKey::generate(&mut rng(8)))];
        let written = writes.write_sealed(actor, &[passport()], &key).unwrap();
        ParsedChange::parse(&written.chunk).unwrap()
    };
    let takes = |change: &ParsedChange| {
        let signature = people.dana.sign(&habeas_protocol::signed_change(case, actor, 1, change.hash));
        let envelope = habeas_client_core::keys::seal_signed(case, (0, &secret), &secret, signature, change).unwrap();
        Replica::new(case).receive(&[envelope], &keys, &people.log).remove(0)
    };
    assert!(matches!(takes(&sealed()), Outcome::Admitted(_)));
    let text = |text: &str| Scalar::Text(text.into());
    let twists: [(&str, Option<Scalar>); 7] = [
        ("sealed", Some(text(&"0".repeat(100)))),
        ("sealed", Some(text(&"AB".repeat(80)))),
        ("sealed", None),
        ("seal", Some(text("00"))),
        ("seal", None),
        ("recorded", None),
        ("text", Some(text("in the clear"))),
    ];
    for (field, value) in twists {
        let mut change = sealed();
        match value {
            Some(value) => drop(change.facts[0].insert(field.to_owned(), value)),
            None => drop(change.facts[0].remove(field)),
        }
        let change = ParsedChange::parse(&change.encode()).unwrap();
        assert_eq!(takes(&change), Outcome::Refused(Refusal::Field), "{field}");
    }
    // A key under another's name.
    let (one, another) = (FactKey::generate(&mut rng(9)), FactKey::generate(&mut rng(10)));
    let mut envelope = seal_fact_key(case, (0, &secret), &secret, &one);
    assert_eq!(Replica::new(case).receive(&[envelope.clone()], &keys, &people.log), [Outcome::Key(one)]);
    envelope.id = secret.fact_key_id(&another.seal_id());
    assert_eq!(Replica::new(case).receive(&[envelope], &keys, &people.log), [Outcome::Refused(Refusal::Seal)]);
}

proptest! {
    /// Whatever a sensitive fact says, whoever has the key reads just that, and whoever has not reads nothing.
    #[test]
    fn what_is_sealed_is_read_again(text in "[^\\x00-\\x1f\\x7f-\\u{9f} ]{1,200}", seed: u8) {
        let (case, actor) = (CaseId([7; 16]), [5; 16]);
        let mut replica = Replica::new(case);
        let key = [Some(FactKey::generate(&mut rng(seed)))];
        replica.write_sealed(actor, &[passport_of(&text)], &key).unwrap();
        let read = |replica: &Replica| replica.facts().into_iter().next().unwrap();
        let Stated::Known(fact) = read(&replica) else { panic!("not read") };
        prop_assert_eq!(&fact.what, &What::Document { text });
        let saved = replica.document().save();
        let again = Replica::of(case, Document::load(&saved).unwrap(), Vec::new());
        prop_assert_eq!(read(&again), Stated::Known(fact));
        // One key, behind how many there are and for whom it is.
        let place = saved.len() - 52;
        let without = Document::load(&[&saved[..place], &[0; 4]].concat()).unwrap();
        prop_assert!(matches!(read(&Replica::of(case, without.clone(), Vec::new())), Stated::Sealed(_)));
        prop_assert!(matches!(read(&Replica::of(CaseId([8; 16]), Document::load(&saved).unwrap(), Vec::new())), Stated::Sealed(_)));
    }
}
