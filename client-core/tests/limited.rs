//! A limited fact: Dana writes down for few who told her. The coordinators and the clerk read it, and her own devices; Marat, to whom the case is
//! assigned, carries it and learns nothing of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{Draft, FactId, Form, KINDS, Source, Status, What};
use habeas_client_core::device::{Device, DeviceError, Export, Memory, SnapshotSizes, log_entries};
use habeas_client_core::keys::{
    DeviceSecrets, FactKey, LimitedKey, open_payload, open_snapshot, seal_fact_key, seal_limited_key, seal_payload,
};
use habeas_client_core::sync::{BadChange, Outcome, Refusal, Replica};
use habeas_clock::{Instant, Interval};
use habeas_protocol::{
    CaseId, CircleId, CircleKind, Entry, EnvelopeId, Frame, PersonId, Pushed, Role, SyncRequest, SyncResponse,
};
use people::{Organisation, has_key, hears, member, name, restrained, rng, seen, tells};

const INFORMANT: &str = "the duty officer's brother told me";
const DANA: CircleId = CircleId([2; 16]);
const MARAT: CircleId = CircleId([3; 16]);

fn informant() -> Draft {
    Draft { limited: true, ..seen(What::Note { text: INFORMANT.into() }, "12:30") }
}

/// Whether a device reads it, and how many facts it knows to be closed to it, and to be erased.
fn reads(device: &mut Device<Memory>, case: CaseId) -> (bool, usize, usize) {
    let view = device.case(case).unwrap().replica.view();
    let is_it = |what: &What| matches!(what, What::Note { text } if text == INFORMANT);
    let open = view.timeline.iter().any(|fact| is_it(&fact.what) && fact.limited && fact.sensitive);
    let closed = view.sealed.iter().filter(|fact| fact.limited && !fact.erased).count();
    (open, closed, view.sealed.iter().filter(|fact| fact.erased).count())
}

/// A case of Dana's with what she was told, as she brings it.
struct Told {
    people: Organisation,
    dana: Device<Memory>,
    case: CaseId,
    fact: FactId,
    key: FactKey,
    request: SyncRequest,
}

fn told() -> Told {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let (case, facts) = dana.new_case(&[name("Айгерім"), informant(), restrained("12:05")], &mut rng(2)).unwrap();
    let replica = dana.case(case).unwrap().replica;
    let key = replica.key_of(&replica.limited()[0].seal_id()).unwrap().clone();
    let request = dana.request(&mut rng(3)).unwrap();
    assert!(has_key(&mut dana, key.bytes()), "what is looked for below would be found");
    Told { people, dana, case, fact: facts[1], key, request }
}

impl Told {
    fn device(&self, secrets: &DeviceSecrets) -> Device<Memory> {
        let mut device = member(secrets, &self.people);
        tells(&mut device, self.people.coordinators(), &self.request, |_| true);
        device
    }

    /// Marat's device, to whom Aliya has assigned the case; and the entry that says so.
    fn marat(&self, aliya: &mut Device<Memory>) -> (Device<Memory>, Entry) {
        let entry = aliya.grant(self.case, PersonId([3; 16]), &mut rng(10)).unwrap();
        aliya.are_taken(&log_entries(std::slice::from_ref(&entry)).unwrap()).unwrap();
        let mut marat = member(&self.people.marat, &self.people);
        marat.receive(&SyncRequest::default(), hears(&entry)).unwrap();
        let envelopes = self.request.envelopes.clone();
        let granted = SyncRequest { envelopes, ..aliya.request(&mut rng(11)).unwrap() };
        tells(&mut marat, MARAT, &granted, |_| true);
        (marat, entry)
    }
}

#[test]
fn coordinators_and_whoever_wrote_it_read_it_and_nobody_else_who_reads_the_case() {
    let mut told = told();
    let case = told.case;
    let mut aliya = told.device(&told.people.aliya);
    let (mut marat, _) = told.marat(&mut aliya);
    let mut clerk = told.device(&told.people.clerk);
    for device in [&mut told.dana, &mut aliya, &mut clerk] {
        assert_eq!(reads(device, case), (true, 0, 0));
    }
    assert_eq!(reads(&mut marat, case), (false, 1, 0));
    assert_eq!(marat.case(case).unwrap().replica.known_facts().len(), 2, "he reads the rest");
    assert!(!has_key(&mut marat, told.key.bytes()) && !has_key(&mut marat, INFORMANT.as_bytes()));

    // Nothing that he gives a hub that has lost the case, or puts on a stick, opens it to whoever is not meant; and coordinators read it from there.
    let open = marat.case(case).unwrap();
    let secret = open.keys.secret(0).unwrap();
    for envelope in open.replica.sealed_again(&open.keys).unwrap() {
        let payload = open_payload(&envelope, secret).unwrap();
        assert!(!payload.windows(32).any(|window| window == told.key.bytes()));
    }
    assert_eq!(open.replica.limited()[0].open(case, marat.log(), &told.people.marat).ok(), None);
    let to = [told.people.clerk.keys(), told.people.aliya.keys()];
    let stick = marat.export(&Export::Cases([case].into()), &to, &mut rng(12)).unwrap().files.remove(0);
    let mut again = member(&told.people.aliya, &told.people);
    tells(&mut again, told.people.coordinators(), &SyncRequest { envelopes: Vec::new(), ..told.request.clone() }, |_| true);
    again.import(&stick).unwrap();
    assert_eq!(reads(&mut again, case), (true, 0, 0));
    // Nor does anything that those who read it pass on: whoever gets the case from them gets it as Dana sealed it.
    for device in [&mut told.dana, &mut aliya, &mut clerk] {
        let open = device.case(case).unwrap();
        for envelope in open.replica.sealed_again(&open.keys).unwrap() {
            let payload = open_payload(&envelope, open.keys.secret(0).unwrap()).unwrap();
            assert!(!payload.windows(32).any(|window| window == told.key.bytes()));
        }
        assert_eq!(open.replica.fact_keys(&open.keys).len(), 1);
    }
}

/// A snapshot is for the coordinators; but it tells the key as it travels, so that nothing in it is worth more than what is in the feed.
#[test]
fn a_snapshot_tells_a_limited_key_as_it_travels() {
    let told = told();
    let mut clerk = told.device(&told.people.clerk);
    clerk.cuts_snapshots(SnapshotSizes { least: 1, part: 1 << 20 });
    let part = clerk.request(&mut rng(6)).unwrap().snapshot.remove(0);
    let (raw, packed) = open_snapshot(&part, &told.people.log, &told.people.aliya).unwrap();
    assert!(![raw, packed].concat().windows(32).any(|window| window == told.key.bytes()));
    let mut aliya = member(&told.people.aliya, &told.people);
    let frames = vec![Frame { items: Vec::new(), snapshot: Some(part), cursor: b"there".to_vec() }];
    let request = SyncRequest { takes_snapshots: true, ..SyncRequest::default() };
    let log_next = aliya.log().next().0;
    aliya.receive(&request, SyncResponse { frames, log_next, ..SyncResponse::default() }).unwrap();
    assert_eq!(reads(&mut aliya, told.case), (true, 0, 0));
    let mut aliya = Device::open(aliya.into_records()).unwrap().unwrap();
    assert_eq!(reads(&mut aliya, told.case), (true, 0, 0));
}

#[test]
fn it_counts_for_nobody_so_nothing_that_follows_from_it_tells_of_it() {
    let Told { people, mut dana, case, .. } = told();
    let let_go = Draft { limited: true, ..seen(What::Released, "17:30") };
    let named = Draft { limited: true, ..name("Гүлнәр") };
    dana.add_facts(case, &[let_go, named], &mut rng(4)).unwrap();
    let request = dana.request(&mut rng(5)).unwrap();
    let mut clerk = member(&people.clerk, &people);
    tells(&mut clerk, people.coordinators(), &request, |_| true);
    for device in [&mut dana, &mut clerk] {
        let title = device.cases().next().unwrap().1.title.clone();
        let replica = device.case(case).unwrap().replica;
        let view = replica.view();
        assert_eq!((view.status, view.names.len(), view.timeline.len()), (Status::Held, 1, 5));
        assert_eq!(replica.clock_record().events.len(), 1);
        assert_eq!(title.as_deref(), Some("Айгерім"));
    }
    // What it corrects is corrected for everybody, also for whoever does not read it; and what corrects it is for as few.
    let restrained =
        dana.case(case).unwrap().replica.view().timeline.iter().find(|fact| fact.what.kind() == "restrained").unwrap().id;
    let later = Draft { limited: true, replaces: vec![restrained], ..people::restrained("12:45") };
    let later = dana.add_facts(case, &[later], &mut rng(6)).unwrap()[0];
    let slip = Draft { replaces: vec![later], ..people::restrained("12:50") };
    dana.add_facts(case, &[slip], &mut rng(7)).unwrap();
    let replica = dana.case(case).unwrap().replica;
    assert_eq!((replica.view().status, replica.clock_record().events.len()), (Status::Unknown, 0));
    let standing = replica.view().timeline.into_iter().filter(|fact| fact.what.kind() == "restrained").collect::<Vec<_>>();
    assert!(standing.len() == 1 && standing[0].limited, "{standing:?}");
}

#[test]
fn what_a_recorder_says_for_few_they_do_not_read_themselves_and_who_waits_cannot_say_it_yet() {
    let people = Organisation::founded();
    let mut aliya = member(&people.aliya, &people);
    let zhanar = DeviceSecrets::generate(&mut rng(20));
    let entries =
        aliya.admit(&mut people.log.clone(), &zhanar.keys(), (PersonId([9; 16]), Role::Recorder), &mut rng(21)).unwrap();
    let mut device = member(&zhanar, &people);
    let waits = device.new_case(&[name("Айгерім"), informant()], &mut rng(22));
    assert!(matches!(waits, Err(DeviceError::NotYet(_))), "{waits:?}");
    assert_eq!(device.cases().count(), 0, "nothing is written then");

    for entry in &entries {
        device.receive(&SyncRequest::default(), hears(entry)).unwrap();
        aliya.receive(&SyncRequest::default(), hears(entry)).unwrap();
    }
    let (case, _) = device.new_case(&[name("Айгерім"), informant()], &mut rng(22)).unwrap();
    assert_eq!(reads(&mut device, case), (false, 1, 0));
    assert!(!has_key(&mut device, INFORMANT.as_bytes()));
    let request = device.request(&mut rng(23)).unwrap();
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    assert_eq!(reads(&mut aliya, case), (true, 0, 0));
    let replica = aliya.case(case).unwrap().replica;
    let key = replica.key_of(&replica.limited()[0].seal_id()).unwrap().clone();
    assert!(!has_key(&mut device, key.bytes()));
}

/// Marat has the case's secret and the name of what Dana has sealed. He puts junk under it, and another key, before hers comes and after it.
#[test]
fn nobody_puts_another_key_in_its_place() {
    let told = told();
    let (people, case) = (&told.people, told.case);
    let mut aliya = told.device(&people.aliya);
    let (mut marat, granted) = told.marat(&mut aliya);
    let open = marat.case(case).unwrap();
    let (keys, secret) = (open.keys.clone(), open.keys.secret(0).unwrap().clone());
    let log = marat.log().clone();
    let newest = (0, &secret);
    let name = open.replica.limited()[0].id(&secret);
    let theirs = open.replica.limited()[0].payload().to_vec();
    let takes = |envelope: habeas_protocol::Envelope| Replica::new(case).receive(&[envelope], &keys, &log).remove(0);
    let under = |payload: &[u8]| seal_payload(case, newest, name, payload);

    assert!(matches!(takes(under(&theirs)), Outcome::Limited(_)));
    // Byte by byte, longer and shorter, to more circles than there may be.
    for place in 0..theirs.len() {
        let mut changed = theirs.clone();
        changed[place] ^= 1;
        assert!(matches!(takes(under(&changed)), Outcome::Refused(_) | Outcome::Parked(_)), "{place}");
    }
    let seal = theirs[theirs.len() - 100..].to_vec();
    for other in [&theirs[..theirs.len() - 1], &[&theirs[..], &[0]].concat(), &[&theirs[..], &seal.repeat(7)].concat()] {
        assert_eq!(takes(under(other)), Outcome::Refused(Refusal::Change(BadChange::Version)));
    }
    assert_eq!(takes(under(&[&theirs[..], &seal].concat())), Outcome::Refused(Refusal::Signature));
    // A key of his own: in the clear, as his own fact's, and as Dana's, which he cannot sign.
    let own = FactKey::generate(&mut rng(30));
    let sign = (&log, &people.marat);
    let of = |author: &DeviceSecrets, signer| {
        LimitedKey::seal(case, &own.clone().limited(author.keys().actor(0)), &[people.coordinators()], signer, &mut rng(31))
            .unwrap()
    };
    assert_eq!(
        takes(under(&open_payload(&seal_fact_key(case, newest, &secret, &own), &secret).unwrap())),
        Outcome::Refused(Refusal::Id)
    );
    assert_eq!(takes(under(of(&people.marat, sign).payload())), Outcome::Refused(Refusal::Id));
    assert_eq!(takes(seal_limited_key(case, newest, &secret, &of(&people.dana, sign))), Outcome::Refused(Refusal::Signature));
    assert!(matches!(takes(seal_limited_key(case, newest, &secret, &of(&people.marat, sign))), Outcome::Limited(_)));
    // Nor does he seal the true one once more, if he had it; the clerk may.
    let again = |signer| LimitedKey::seal_again(case, &told.key, DANA, signer, &mut rng(32)).unwrap();
    assert_eq!(takes(seal_limited_key(case, newest, &secret, &again(sign))), Outcome::Refused(Refusal::Signature));
    let clerks = again((&log, &people.clerk));
    assert!(matches!(takes(seal_limited_key(case, newest, &secret, &clerks)), Outcome::Limited(_)));
    assert_eq!(takes(under(clerks.payload())), Outcome::Refused(Refusal::Id));
    // The key itself in the clear, as whoever has it could send it, opens nothing: it is another fact's.
    let plain = FactKey::of(told.key.bytes());
    assert!(
        matches!(takes(seal_fact_key(case, newest, &secret, &plain)), Outcome::Key(key) if key.seal_id() != told.key.seal_id())
    );

    // With all that on the way, before hers and after it, coordinators read what Dana has written.
    let junk: Vec<_> =
        [of(&people.marat, sign).payload().to_vec(), theirs[..200].to_vec()].iter().map(|payload| under(payload)).collect();
    for first in [true, false] {
        let mut aliya = member(&people.aliya, people);
        aliya.receive(&SyncRequest::default(), hears(&granted)).unwrap();
        let mut envelopes = told.request.envelopes.clone();
        if first {
            envelopes.splice(0..0, junk.clone())
        } else {
            envelopes.splice(envelopes.len().., junk.clone())
        };
        tells(&mut aliya, people.coordinators(), &SyncRequest { envelopes, ..told.request.clone() }, |_| true);
        assert_eq!(reads(&mut aliya, case), (true, 0, 0));
    }
}

/// Of two keys that an author has signed for one fact the same one stays, whichever came first.
#[test]
fn the_order_of_arrival_decides_nothing() {
    let told = told();
    let (people, case) = (&told.people, told.case);
    let open = told.device(&people.aliya).case(case).unwrap();
    let secret = open.keys.secret(0).unwrap();
    let sealed = |seed| {
        let circles = [people.coordinators(), DANA];
        let limited = LimitedKey::seal(case, &told.key, &circles, (&people.log, &people.dana), &mut rng(seed)).unwrap();
        seal_limited_key(case, (0, secret), secret, &limited)
    };
    let takes = |order: [u8; 3]| {
        let mut replica = Replica::new(case);
        order.iter().for_each(|seed| drop(replica.receive(&[sealed(*seed)], &open.keys, &people.log)));
        replica.limited().to_vec()
    };
    let all = [[40, 41, 42], [42, 41, 40], [41, 42, 40], [41, 40, 42]].map(takes);
    assert!(all.iter().all(|kept| kept.len() == 1 && *kept == all[0]));
}

#[test]
fn a_coordinator_who_is_revoked_opens_nothing_that_is_written_since() {
    let mut told = told();
    let case = told.case;
    let mut aliya = told.device(&told.people.aliya);
    let bolat = DeviceSecrets::generate(&mut rng(50));
    let entries =
        aliya.admit(&mut aliya.log().clone(), &bolat.keys(), (PersonId([8; 16]), Role::Coordinator), &mut rng(51)).unwrap();
    for entry in &entries {
        aliya.receive(&SyncRequest::default(), hears(entry)).unwrap();
        told.dana.receive(&SyncRequest::default(), hears(entry)).unwrap();
    }
    let limited = |device: &mut Device<Memory>| device.case(case).unwrap().replica.limited().to_vec();
    let before = limited(&mut told.dana).remove(0);
    assert!(before.open(case, aliya.log(), &bolat).is_ok(), "he reads what was there");

    let entry = aliya.revoke(&bolat.id(), &mut rng(52)).unwrap();
    aliya.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    told.dana.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    told.dana.add_facts(case, &[informant()], &mut rng(53)).unwrap();
    let since = limited(&mut told.dana).into_iter().find(|limited| *limited != before).unwrap();
    assert!(since.open(case, aliya.log(), &bolat).is_err());
    // Aliya has the key of before in that of now.
    for limited in [&before, &since] {
        assert!(limited.open(case, aliya.log(), &told.people.aliya).is_ok());
        assert!(limited.open(case, aliya.log(), &told.people.marat).is_err());
    }
}

/// Dana's next device gets what she wrote for few from the clerk; and when it is erased, it is erased on the way there, too.
#[test]
fn a_persons_next_device_opens_it_and_erasing_it_takes_every_key() {
    let mut told = told();
    let case = told.case;
    let mut aliya = told.device(&told.people.aliya);
    let mut clerk = told.device(&told.people.clerk);
    let laptop = DeviceSecrets::generate(&mut rng(60));
    let entries = aliya.admit(&mut aliya.log().clone(), &laptop.keys(), (PersonId([2; 16]), Role::Lawyer), &mut rng(61)).unwrap();
    for device in [&mut aliya, &mut clerk, &mut told.dana] {
        entries.iter().for_each(|entry| drop(device.receive(&SyncRequest::default(), hears(entry)).unwrap()));
    }
    let log = aliya.log().clone();
    // What the clerk brings until there is nothing left: the case's secrets, and the key.
    let mut brought = SyncRequest { envelopes: told.request.envelopes.clone(), ..SyncRequest::default() };
    for trip in 0.. {
        assert!(trip < 6, "it goes round for ever");
        let request = clerk.request(&mut rng(62 + trip)).unwrap();
        brought.wraps.extend(request.wraps.clone());
        brought.envelopes.extend(request.envelopes.clone());
        let (wraps, envelopes) = (vec![Pushed::Accepted; request.wraps.len()], vec![Pushed::Accepted; request.envelopes.len()]);
        let response = SyncResponse { wraps, envelopes, log_next: log.next().0, ..SyncResponse::default() };
        if !clerk.receive(&request, response).unwrap().more {
            break;
        }
    }
    assert_eq!(brought.envelopes.len(), told.request.envelopes.len() + 1);
    let mut next = Device::create(Memory::default(), laptop.clone(), None).unwrap();
    let all: Vec<Vec<u8>> = log.entries_from(0).map(|entry| habeas_protocol::encode(entry).unwrap()).collect();
    next.receive(&SyncRequest::default(), SyncResponse { log: all, log_next: log.next().0, ..SyncResponse::default() }).unwrap();
    tells(&mut next, DANA, &brought, |_| true);
    assert_eq!(reads(&mut next, case), (true, 0, 0));

    // Aliya erases it, who has not heard of that further key: every one that there may be goes.
    let entries = aliya.erase_fact(case, &told.fact).unwrap();
    let erased: Vec<EnvelopeId> = entries
        .iter()
        .filter_map(|entry| if let habeas_protocol::Body::FactErased { key, .. } = entry.body { Some(key) } else { None })
        .collect();
    let ids: Vec<EnvelopeId> = brought.envelopes.iter().map(|envelope| envelope.id).filter(|id| erased.contains(id)).collect();
    assert_eq!((erased.len(), ids.len()), (2, 2));
    for device in [&mut aliya, &mut clerk, &mut told.dana, &mut next] {
        entries.iter().for_each(|entry| drop(device.receive(&SyncRequest::default(), hears(entry)).unwrap()));
        assert_eq!(reads(device, case), (false, 0, 1));
        assert!(!has_key(device, told.key.bytes()) && device.case(case).unwrap().replica.limited().is_empty());
    }
    tells(&mut next, DANA, &brought, |_| true);
    tells(&mut aliya, told.people.coordinators(), &told.request, |_| true);
    assert!(reads(&mut next, case) == (false, 0, 1) && reads(&mut aliya, case) == (false, 0, 1));
    assert!(aliya.erase_fact(case, &told.fact).unwrap().is_empty());
    assert!(matches!(log.circle(&DANA).unwrap().kind, CircleKind::Person(_)));
}

#[test]
fn sexual_violence_privileged_notes_and_informants_are_for_few_whoever_forgets_to_say_so() {
    let limited: Vec<&str> = KINDS.iter().filter(|kind| kind.limited).map(|kind| kind.name).collect();
    assert_eq!(limited, ["sexual_violence", "privileged_note", "informant"]);
    let now = Instant::from_seconds(1_800_000_000).unwrap();
    for kind in &KINDS {
        assert!(!kind.limited || kind.sensitive, "{}", kind.name);
    }
    for kind in limited {
        let fields = vec![("text".to_owned(), INFORMANT.to_owned())];
        let form = Form { kind: kind.to_owned(), fields, city: "almaty".to_owned(), ..Form::default() };
        let draft = form.draft(None, now).unwrap();
        assert!(draft.limited && draft.sensitive, "{kind}");
        let people = Organisation::founded();
        let mut dana = member(&people.dana, &people);
        let (case, _) = dana.new_case(&[name("Айгерім"), draft], &mut rng(2)).unwrap();
        let known = dana.case(case).unwrap().replica;
        assert!(known.view().timeline.iter().any(|fact| fact.what.kind() == kind && fact.limited), "{kind}");
        assert!(known.counted_facts().iter().all(|fact| fact.what.kind() != kind), "{kind} counts");
        // Nobody has let her in yet: she knows no coordinators to seal it to, and nothing is written for everybody instead.
        let mut newcomer = Device::create(Memory::default(), DeviceSecrets::generate(&mut rng(3)), None).unwrap();
        let draft = form.draft(None, now).unwrap();
        assert!(matches!(newcomer.new_case(&[draft], &mut rng(4)), Err(DeviceError::NotYet(_))), "{kind}");
        assert_eq!(newcomer.cases().count(), 0);
    }
}

/// A retraction cannot be sealed: everybody who reads the case reads who takes something back.
#[test]
fn whoever_takes_back_what_is_for_few_tells_nobody_what_it_was() {
    let Told { mut dana, case, fact, .. } = told();
    let source = Source { name: Some("the duty officer's brother".into()), ..informant().source };
    let back = |reason: Option<&str>| Draft {
        what: What::Retraction { reason: reason.map(str::to_owned) },
        said: Some("when his shift ended".into()),
        source: source.clone(),
        replaces: vec![fact],
        ..seen(What::Note { text: String::new() }, "12:30")
    };
    let refused = dana.add_facts(case, &[back(Some("he has asked us to forget it"))], &mut rng(20)).unwrap_err();
    assert!(refused.to_string().contains("leave the reason out"), "{refused}");
    let claim = What::OfficialClaim {
        date: "2026-09-08".into(),
        figure: "detained".into(),
        value: 1,
        who: "the duty officer's brother".into(),
        url: None,
        scope: None,
    };
    let beside = Draft { what: claim, ..back(None) };
    assert!(dana.add_facts(case, &[beside], &mut rng(21)).unwrap_err().to_string().contains("cannot be sealed"));
    let written = dana.add_facts(case, &[back(None)], &mut rng(22)).unwrap()[0];
    let replica = dana.case(case).unwrap().replica;
    let facts = replica.known_facts();
    let retraction = facts.iter().find(|fact| fact.id == written).unwrap();
    assert_eq!(
        (retraction.when, &retraction.said, &retraction.place, &retraction.source.name),
        (Interval::OPEN, &None, &None, &None)
    );
    assert!(replica.view().timeline.iter().all(|fact| !fact.limited), "it is taken back");
}
