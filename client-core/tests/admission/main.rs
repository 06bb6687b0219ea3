//! Devices exchange sealed changes: whatever the order, they end with the same case; whatever somebody forges, it stays out
//! and is kept aside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod covered;
mod forged;
#[path = "../killers/mod.rs"]
mod killers;
mod laws;
#[path = "../people/mod.rs"]
mod people;

use std::collections::BTreeSet;

use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{ActorId, Change, ObjType, ReadDoc as _, ScalarValue};
use habeas_client_core::case::{Document, Draft, Fact, FactId, GENESIS, Penalty, Scalar, Stated, What, Written};
use habeas_client_core::keys::{CaseSecret, DeviceSecrets, seal, seal_covered, seal_signed};
use habeas_client_core::sync::{BadChange, CaseKeys, Outcome, Parked, ParsedChange, Refusal, Replica};
use habeas_protocol::{CaseId, Envelope, Log, Signature, signed_change};
use killers::chunks::Raw;
use killers::{CASE, Ground, Is, Killer};
use people::{Organisation, name, restrained, rng, seen};
use proptest::prelude::*;

/// One case, known to several devices.
struct Shared {
    log: Log,
    secret: CaseSecret,
    keys: CaseKeys,
}

impl Shared {
    fn new(log: &Log) -> Self {
        let secret = CaseSecret::generate(&mut rng(42));
        let mut keys = CaseKeys::default();
        keys.add(0, secret.clone());
        Self { log: log.clone(), secret, keys }
    }

    fn write(&self, device: &DeviceSecrets, replica: &mut Replica, drafts: &[Draft]) -> Envelope {
        let actor = device.keys().actor(0);
        let written = replica.write(actor, drafts).unwrap();
        replica.signed(written.hash, device.sign(&signed_change(CASE, actor, written.seq, written.hash)));
        self.seal(device, actor, &written)
    }

    fn seal(&self, device: &DeviceSecrets, actor: [u8; 16], written: &Written) -> Envelope {
        seal(CASE, (0, &self.secret), &self.secret, device, actor, written).unwrap()
    }

    fn give(&self, replica: &mut Replica, envelopes: &[Envelope]) -> Vec<Outcome> {
        replica.receive(envelopes, &self.keys, &self.log)
    }
}

fn view(replica: &Replica) -> String {
    serde_json::to_string(&replica.view()).unwrap()
}

#[test]
fn dana_and_marat_write_offline_and_whoever_syncs_first_both_see_both_accounts() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let (mut dana, mut marat, mut clerk) = (Replica::new(CASE), Replica::new(CASE), Replica::new(CASE));
    let first = case.write(&people.dana, &mut dana, &[name("Serik"), restrained("12:05")]);
    assert!(matches!(case.give(&mut marat, std::slice::from_ref(&first))[0], Outcome::Admitted(_)));
    let dana_says = case.write(&people.dana, &mut dana, &[seen(What::Released, "14:00")]);
    let marat_says = case.write(&people.marat, &mut marat, &[seen(What::Released, "17:30")]);

    case.give(&mut dana, &[marat_says.clone(), marat_says.clone()]);
    case.give(&mut marat, std::slice::from_ref(&dana_says));
    // The clerk gets them backwards, and more than once.
    let outcomes = case.give(&mut clerk, &[marat_says.clone(), dana_says.clone(), first.clone(), first]);
    assert!(outcomes[..3].iter().all(|outcome| matches!(outcome, Outcome::Admitted(_))), "{outcomes:?}");
    assert_eq!(outcomes[3], Outcome::Duplicate);

    assert_eq!((view(&dana), view(&marat)), (view(&clerk), view(&clerk)));
    let disputes = clerk.view().disputes;
    assert_eq!((disputes.len(), disputes[0].about, disputes[0].accounts.len()), (1, "released", 2));
    assert!(clerk.aside().is_empty() && !clerk.is_incomplete());
}

#[test]
fn what_arrives_too_early_waits_and_says_for_what() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let mut dana = Replica::new(CASE);
    let first = case.write(&people.dana, &mut dana, &[name("Serik")]);
    let second = case.write(&people.dana, &mut dana, &[restrained("12:05")]);

    let mut marat = Replica::new(CASE);
    assert!(
        matches!(&case.give(&mut marat, std::slice::from_ref(&second))[0], Outcome::Parked(Parked::Named { deps, tried: 0 }) if deps.len() == 1)
    );
    assert!(marat.is_incomplete() && marat.facts().is_empty());
    case.give(&mut marat, &[first]);
    assert_eq!(view(&marat), view(&dana));
    assert!(marat.aside().is_empty());

    // A device whose log has not heard of Dana yet keeps what she wrote until it has.
    let mut stranger = Replica::new(CASE);
    let short = Log::new();
    assert_eq!(stranger.receive(std::slice::from_ref(&second), &case.keys, &short), [Outcome::Parked(Parked::Author)]);
    assert_eq!(
        stranger.receive(std::slice::from_ref(&second), &CaseKeys::default(), &case.log),
        [Outcome::Parked(Parked::Secret)]
    );
    stranger.retry_parked(&case.keys, &case.log);
    assert!(matches!(stranger.aside()[0].outcome, Outcome::Parked(Parked::Named { tried: 0, .. })));
}

#[test]
fn a_case_survives_its_vault_with_everything_that_waits() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let mut dana = Replica::new(CASE);
    let first = case.write(&people.dana, &mut dana, &[name("Serik")]);
    let second = case.write(&people.dana, &mut dana, &[restrained("12:05")]);
    let mut marat = Replica::new(CASE);
    case.give(&mut marat, &[second]);
    let document = Document::load(&marat.document().save()).unwrap();
    let mut again = Replica::of(CASE, document, marat.aside().to_vec());
    case.give(&mut again, &[first]);
    assert_eq!(view(&again), view(&dana));
}

/// What a fact of that name is called where it is shown.
fn called(replica: &Replica, text: &str) -> FactId {
    let named = |fact: &Fact| matches!(&fact.what, What::Name { text: said } if said == text);
    replica.known_facts().into_iter().find(named).unwrap().id
}

fn correcting(wrong: FactId, text: &str) -> Draft {
    Draft { replaces: vec![wrong], ..name(text) }
}

#[test]
fn a_copied_phone_writes_on_and_everybody_sees_both_writings_whichever_came_first() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let (mut phone, mut copy) = (Replica::new(CASE), Replica::new(CASE));
    let on_phone =
        [case.write(&people.dana, &mut phone, &[name("Serik")]), case.write(&people.dana, &mut phone, &[restrained("12:05")])];
    let on_copy =
        [case.write(&people.dana, &mut copy, &[name("Aigerim")]), case.write(&people.dana, &mut copy, &[restrained("14:00")])];

    let at_noon = phone.history().heads();

    // Marat meets the phone first and corrects it, when nobody knows yet that there are two.
    let (mut marat, mut clerk) = (Replica::new(CASE), Replica::new(CASE));
    case.give(&mut marat, &on_phone);
    let wrong = called(&marat, "Serik");
    let corrected = case.write(&people.marat, &mut marat, &[correcting(wrong, "Serik Omarov")]);
    case.give(&mut clerk, &on_copy);
    for (replica, news) in [(&mut marat, &on_copy), (&mut clerk, &on_phone), (&mut phone, &on_copy), (&mut copy, &on_phone)] {
        let outcomes = case.give(replica, news);
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Admitted(_))), "{outcomes:?}");
    }
    for replica in [&mut clerk, &mut phone, &mut copy] {
        case.give(replica, std::slice::from_ref(&corrected));
        assert_eq!(view(replica), view(&marat));
        assert!(replica.aside().is_empty() && !replica.is_incomplete());
    }
    // The correction concerns the phone's name and not the copy's of the same number.
    let names: Vec<String> = marat.view().names.into_iter().map(|account| account.value).collect();
    assert_eq!((names.contains(&"Aigerim".to_owned()), names.contains(&"Serik".to_owned()), names.len()), (true, false, 2));
    let (on_the_copy, ids) = (called(&clerk, "Aigerim"), clerk.facts().iter().map(Stated::id).collect::<BTreeSet<_>>());
    assert_eq!(ids.len(), 5);
    assert_eq!(clerk.history().twins(), [people.dana.keys().actor(0)]);

    // Whoever knows of both says which one is meant, and is understood everywhere.
    let bare = FactId { twin: None, ..on_the_copy };
    assert!(clerk.clone().write(people.clerk.keys().actor(0), &[correcting(bare, "Aigerim Omarova")]).is_err());
    let again = case.write(&people.clerk, &mut clerk, &[correcting(on_the_copy, "Aigerim Omarova")]);
    for replica in [&mut marat, &mut phone, &mut copy] {
        case.give(replica, std::slice::from_ref(&again));
        assert_eq!(view(replica), view(&clerk));
        assert_eq!(replica.history().heads(), clerk.history().heads());
    }
    assert!(clerk.view().names.iter().all(|account| account.value != "Aigerim"));

    // It is all there after a night in the vault, can be sealed again, and was that way before the correction.
    let document = Document::load(&marat.document().save()).unwrap();
    let stored = Replica::of(CASE, document, Vec::new());
    assert_eq!(view(&stored), view(&clerk));
    let mut newcomer = Replica::new(CASE);
    case.give(&mut newcomer, &stored.sealed_again(&case.keys).unwrap());
    assert_eq!(view(&newcomer), view(&clerk));
    assert_eq!((stored.document().facts_at(&at_noon).unwrap().len(), stored.facts().len()), (2, 6));
    let opened = automerge::AutoCommit::load(&stored.document().opened().unwrap()).unwrap();
    let (_, facts) = opened.get(automerge::ROOT, "facts").unwrap().unwrap();
    assert_eq!(opened.length(facts), 6);
}
