//! Devices exchange sealed changes: whatever the order, they end with the same case; whatever somebody forges, it stays out
//! and is kept aside.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use std::collections::BTreeSet;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::transaction::{CommitOptions, Transactable as _};
use automerge::{ActorId, Change, ExpandedChange, ObjType, ReadDoc as _, ScalarValue};
use habeas_client_core::case::{Document, Draft, Fact, FactId, GENESIS, GENESIS_ACTOR, Penalty, Scalar, Stated, What, Written};
use habeas_client_core::keys::{CaseSecret, DeviceSecrets, seal};
use habeas_client_core::sync::{BadChange, Beside, CaseKeys, Outcome, Parked, ParsedChange, Refusal, Replica};
use habeas_protocol::{CaseId, Envelope, Log, signed_change};
use people::{Organisation, name, restrained, rng, seen};
use proptest::prelude::*;

const CASE: CaseId = CaseId([0xca; 16]);

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

    /// Seals bytes that Dana signs, whatever they are.
    fn forged(&self, device: &DeviceSecrets, chunk: Vec<u8>) -> Envelope {
        let (actor, seq, hash) = match Change::from_bytes(chunk.clone()) {
            Ok(change) => (change.actor_id().to_bytes().try_into().unwrap_or([0; 16]), change.seq(), change.hash().0),
            Err(_) => (device.keys().actor(0), 1, [7; 32]),
        };
        self.seal(device, actor, &Written { chunk, hash, seq, facts: vec![] })
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
    let (mut dana, mut marat, mut clerk) =
        (Replica::new(CASE).unwrap(), Replica::new(CASE).unwrap(), Replica::new(CASE).unwrap());
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
    let mut dana = Replica::new(CASE).unwrap();
    let first = case.write(&people.dana, &mut dana, &[name("Serik")]);
    let second = case.write(&people.dana, &mut dana, &[restrained("12:05")]);

    let mut marat = Replica::new(CASE).unwrap();
    assert!(
        matches!(&case.give(&mut marat, std::slice::from_ref(&second))[0], Outcome::Parked(Parked::Dependencies(missing)) if missing.len() == 1)
    );
    assert!(marat.is_incomplete() && marat.facts().is_empty());
    case.give(&mut marat, &[first]);
    assert_eq!(view(&marat), view(&dana));
    assert!(marat.aside().is_empty());

    // A device whose log has not heard of Dana yet keeps what she wrote until it has.
    let mut stranger = Replica::new(CASE).unwrap();
    let short = Log::new();
    assert_eq!(stranger.receive(std::slice::from_ref(&second), &case.keys, &short), [Outcome::Parked(Parked::Author)]);
    assert_eq!(
        stranger.receive(std::slice::from_ref(&second), &CaseKeys::default(), &case.log),
        [Outcome::Parked(Parked::Secret)]
    );
    stranger.retry_parked(&case.keys, &case.log);
    assert!(matches!(stranger.aside()[0].outcome, Outcome::Parked(Parked::Dependencies(_))));
}

#[test]
fn a_case_survives_its_vault_with_everything_that_waits() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let mut dana = Replica::new(CASE).unwrap();
    let first = case.write(&people.dana, &mut dana, &[name("Serik")]);
    let second = case.write(&people.dana, &mut dana, &[restrained("12:05")]);
    let mut marat = Replica::new(CASE).unwrap();
    case.give(&mut marat, &[second]);
    let document = Document::load(&marat.document().save()).unwrap();
    let mut again = Replica::of(CASE, document, Beside::default(), marat.signatures().clone(), marat.aside().to_vec());
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
    let (mut phone, mut copy) = (Replica::new(CASE).unwrap(), Replica::new(CASE).unwrap());
    let on_phone =
        [case.write(&people.dana, &mut phone, &[name("Serik")]), case.write(&people.dana, &mut phone, &[restrained("12:05")])];
    let on_copy =
        [case.write(&people.dana, &mut copy, &[name("Aigerim")]), case.write(&people.dana, &mut copy, &[restrained("14:00")])];

    let at_noon = phone.history().heads();

    // Marat meets the phone first and corrects it, when nobody knows yet that there are two.
    let (mut marat, mut clerk) = (Replica::new(CASE).unwrap(), Replica::new(CASE).unwrap());
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
    let chunks: Vec<Vec<u8>> = marat.beside().chunks().cloned().collect();
    assert!(!chunks.is_empty());
    let stored = Replica::of(CASE, document, Beside::of(&chunks).unwrap(), marat.signatures().clone(), Vec::new());
    assert_eq!(view(&stored), view(&clerk));
    let mut newcomer = Replica::new(CASE).unwrap();
    case.give(&mut newcomer, &stored.sealed_again(&case.keys).unwrap());
    assert_eq!(view(&newcomer), view(&clerk));
    assert_eq!((stored.facts_at(&at_noon).unwrap().len(), stored.facts().len()), (2, 6));
    let opened = automerge::AutoCommit::load(&stored.opened().unwrap()).unwrap();
    let (_, facts) = opened.get(automerge::ROOT, "facts").unwrap().unwrap();
    assert_eq!(opened.length(facts), 6);
}

/// The history of the one case that forgeries are tried upon.
fn honest(people: &Organisation, case: &Shared) -> (Replica, Vec<[u8; 32]>) {
    let mut replica = Replica::new(CASE).unwrap();
    let mut dana = Replica::new(CASE).unwrap();
    let envelopes =
        [case.write(&people.dana, &mut dana, &[name("Serik")]), case.write(&people.dana, &mut dana, &[restrained("12:05")])];
    case.give(&mut replica, &envelopes);
    let heads = replica.document().heads();
    (replica, heads)
}

fn refused(case: &Shared, replica: &mut Replica, envelope: &Envelope) -> Refusal {
    let before = view(replica);
    let outcome = case.give(replica, std::slice::from_ref(envelope)).remove(0);
    assert_eq!(view(replica), before, "nothing of it may show");
    assert!(replica.aside().iter().any(|aside| aside.envelope == *envelope), "it is kept aside");
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_courier_or_a_member_cannot_forge_or_displace_anothers_change() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let (mut replica, _) = honest(&people, &case);
    let mut upon = replica.clone();
    let actor = people.dana.keys().actor(0);
    let written = upon.write(actor, &[restrained("13:00")]).unwrap();
    let true_one = case.seal(&people.dana, actor, &written);

    // Marat signs a change that bears Dana's actor.
    assert_eq!(refused(&case, &mut replica, &case.seal(&people.marat, actor, &written)), Refusal::Signature);
    // Dana's change for another case, under this case's name or its own.
    let elsewhere = seal(CaseId([9; 16]), (0, &case.secret), &case.secret, &people.dana, actor, &written).unwrap();
    assert_eq!(refused(&case, &mut replica, &elsewhere), Refusal::Seal);
    assert_eq!(refused(&case, &mut replica, &Envelope { case: CASE, ..elsewhere }), Refusal::Seal);
    // Junk under the true change's id does not keep the true change out.
    let junk = Envelope { sealed: vec![0; 90], ..true_one.clone() };
    assert_eq!(refused(&case, &mut replica, &junk), Refusal::Seal);
    assert!(matches!(case.give(&mut replica, std::slice::from_ref(&true_one))[0], Outcome::Admitted(_)));
    // A wrong hash signed: the id says another change.
    let mut misnamed = written.clone();
    misnamed.hash[0] ^= 1;
    assert_eq!(refused(&case, &mut replica, &case.seal(&people.dana, actor, &misnamed)), Refusal::Id);
}

/// A change that Dana's device would sign if it were hostile: seq 3 upon the honest history.
fn hostile(people: &Organisation, heads: &[[u8; 32]], start_op: u64, operations: Vec<Op>) -> ExpandedChange {
    ExpandedChange {
        operations,
        actor_id: ActorId::from(people.dana.keys().actor(0)),
        hash: None,
        seq: 3,
        start_op: start_op.try_into().unwrap(),
        time: 0,
        message: None,
        deps: heads.iter().map(|head| automerge::ChangeHash(*head)).collect(),
        extra_bytes: vec![],
        author: None,
    }
}

fn op(object: ObjectId, key: &str, action: OpType) -> Op {
    Op { action, obj: object, key: Key::Map(key.into()), pred: SortedVec::from(vec![]), insert: false }
}

fn put(object: ObjectId, key: &str, value: impl Into<ScalarValue>) -> Op {
    op(object, key, OpType::Put(value.into()))
}

#[test]
fn changes_that_are_known_to_kill_or_mislead_automerge_stay_out() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let (mut replica, heads) = honest(&people, &case);
    let dana = ActorId::from(people.dana.keys().actor(0));
    let facts = || ObjectId::Id(OpId(2, ActorId::from(GENESIS_ACTOR)));
    let next = replica.document().changes().iter().map(|change| change.max_op).max().unwrap() + 1;
    let own = |number: u32| {
        format!("{}.3.{number}", people.dana.keys().actor(0).iter().map(|b| format!("{b:02x}")).collect::<String>())
    };
    let mine = || ObjectId::Id(OpId(next, dana.clone()));
    let make = |key: &str| op(facts(), key, OpType::Make(ObjType::Map));
    let fact = || vec![make(&own(0)), put(mine(), "kind", "note"), put(mine(), "text", "hello")];
    let change = |operations| hostile(&people, &heads, next, operations);

    let edit = |edit: &dyn Fn(&mut ExpandedChange)| {
        let mut change = change(fact());
        edit(&mut change);
        change
    };
    let bad = |bad| Refusal::Change(bad);
    let operation = bad(BadChange::Operation);
    let honest_fact = OpId(3, dana.clone());
    let cases: Vec<(&str, ExpandedChange, Refusal)> = vec![
        ("a root entry", change(vec![put(ObjectId::Root, "facts", "gone")]), operation),
        ("another's fact overwritten", change(vec![op(facts(), "somebody.else.0", OpType::Make(ObjType::Map))]), operation),
        ("a value on an older fact", change(vec![put(ObjectId::Id(honest_fact.clone()), "text", "other")]), operation),
        ("an object that does not exist", change(vec![put(ObjectId::Id(OpId(999, dana.clone())), "text", "x")]), operation),
        (
            "a deletion",
            change(vec![Op { pred: SortedVec::from(vec![honest_fact.clone()]), ..op(facts(), "x", OpType::Delete) }]),
            bad(BadChange::Columns),
        ),
        (
            "a predecessor",
            change(vec![Op { pred: SortedVec::from(vec![honest_fact]), ..make(&own(0)) }]),
            bad(BadChange::Columns),
        ),
        ("a list", change(vec![op(facts(), &own(0), OpType::Make(ObjType::List))]), operation),
        ("a text object", change(vec![op(facts(), &own(0), OpType::Make(ObjType::Text))]), operation),
        ("a nested map", change(vec![make(&own(0)), op(mine(), "kind", OpType::Make(ObjType::Map))]), operation),
        ("an increment", change(vec![make(&own(0)), op(mine(), "kind", OpType::Increment(1))]), operation),
        ("a counter", change(vec![make(&own(0)), put(mine(), "kind", ScalarValue::Counter(1.into()))]), operation),
        ("bytes", change(vec![make(&own(0)), put(mine(), "kind", ScalarValue::Bytes(vec![1]))]), operation),
        ("an insertion", change(vec![Op { insert: true, ..make(&own(0)) }]), operation),
        ("a second fact first", change(vec![make(&own(1))]), operation),
        ("fields out of order", change(vec![make(&own(0)), put(mine(), "text", "x"), put(mine(), "kind", "note")]), operation),
        ("a field twice", change(vec![make(&own(0)), put(mine(), "kind", "note"), put(mine(), "kind", "note")]), operation),
        ("no operations", change(vec![]), operation),
        ("a message", edit(&|change| change.message = Some("x".into())), bad(BadChange::Header)),
        ("a time", edit(&|change| change.time = i64::MIN), bad(BadChange::Header)),
        ("extra bytes", edit(&|change| change.extra_bytes = vec![1, 0]), bad(BadChange::Columns)),
        ("the constant actor", edit(&|change| change.actor_id = ActorId::from(GENESIS_ACTOR)), bad(BadChange::Header)),
        ("operations that end all numbers", edit(&|change| change.start_op = u64::from(u32::MAX).try_into().unwrap()), operation),
        (
            "operations too early",
            hostile(
                &people,
                &heads,
                next - 1,
                vec![make(&own(0)), put(ObjectId::Id(OpId(next - 1, dana.clone())), "kind", "note")],
            ),
            Refusal::StartOp,
        ),
        (
            "a gap in the operations",
            hostile(
                &people,
                &heads,
                next + 1,
                vec![make(&own(0)), put(ObjectId::Id(OpId(next + 1, dana.clone())), "kind", "note")],
            ),
            Refusal::StartOp,
        ),
        ("no dependencies", edit(&|change| change.deps = vec![]), Refusal::Seq),
        (
            "not upon its own last change",
            edit(&|change| change.deps = vec![automerge::ChangeHash(habeas_client_core::case::GENESIS_HASH)]),
            Refusal::Seq,
        ),
        ("no kind", change(vec![make(&own(0)), put(mine(), "text", "x")]), Refusal::Field),
        ("a bad field name", change(vec![make(&own(0)), put(mine(), "Kind", "x"), put(mine(), "kind", "note")]), Refusal::Field),
        ("an empty text", change(vec![make(&own(0)), put(mine(), "kind", "")]), Refusal::Field),
        (
            "a huge text",
            change(vec![make(&own(0)), put(mine(), "kind", "note"), put(mine(), "text", "x".repeat(9000))]),
            Refusal::Field,
        ),
        (
            "it replaces itself",
            change(vec![make(&own(0)), put(mine(), "kind", "retraction"), put(mine(), "replaces", own(0))]),
            Refusal::Replaces,
        ),
        (
            "it replaces what nobody wrote",
            change(vec![make(&own(0)), put(mine(), "kind", "note"), put(mine(), "replaces", own(0).replace(".3.0", ".1.7"))]),
            Refusal::Replaces,
        ),
        (
            "a list of no ids",
            change(vec![make(&own(0)), put(mine(), "kind", "note"), put(mine(), "replaces", "x")]),
            Refusal::Field,
        ),
    ];
    for (what, change, expected) in cases {
        let chunk = Change::from(change).raw_bytes().to_vec();
        // What fuzzing begins from, where somebody asks for it.
        if let Some(folder) = std::env::var_os("HABEAS_WRITE_SEEDS") {
            let path = std::path::Path::new(&folder).join(what.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"));
            std::fs::write(path, [&[0], chunk.as_slice()].concat()).unwrap();
        }
        assert_eq!(refused(&case, &mut replica, &case.forged(&people.dana, chunk)).code(), expected.code(), "{what}");
    }

    // The honest form of the same change is admitted after all that.
    let chunk = Change::from(change(fact())).raw_bytes().to_vec();
    assert!(matches!(case.give(&mut replica, &[case.forged(&people.dana, chunk)])[0], Outcome::Admitted(_)));
    assert_eq!(replica.view().unknown.len(), 1, "a note without a source is none that we know, and is shown as it is");
}

#[test]
fn chunks_of_another_kind_or_with_a_bad_checksum_stay_out() {
    let mut document = Document::new().unwrap();
    let written = document.write([1; 16], &[name("Serik")]).unwrap();
    assert!(ParsedChange::parse(&written.chunk).is_ok());
    let mut checksum = written.chunk.clone();
    checksum[4] ^= 1;
    assert_eq!(ParsedChange::parse(&checksum), Err(BadChange::Checksum));
    for kind in [0, 2, 3, 200] {
        let mut chunk = written.chunk.clone();
        chunk[8] = kind;
        assert_eq!(ParsedChange::parse(&chunk), Err(BadChange::Kind));
    }
    assert_eq!(ParsedChange::parse(&document.save()), Err(BadChange::Kind));
    assert_eq!(ParsedChange::parse(&[written.chunk.clone(), vec![0]].concat()), Err(BadChange::CutOff));
    assert_eq!(ParsedChange::parse(GENESIS), Err(BadChange::Header), "nobody writes the first change again");
    assert_eq!(ParsedChange::parse(&vec![0; 300_000]), Err(BadChange::TooLarge));
}

/// Rewrites length and checksum, so that only what was changed is wrong.
fn rehashed(mut chunk: Vec<u8>) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(&chunk[8..]);
    chunk[4..8].copy_from_slice(&hash[..4]);
    chunk
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof!["[а-яё ]{1,40}".prop_filter("blank", |text| !text.trim().is_empty()), "[a-z]{1,3}", "[ӘәІіҢңҒғҮүҰұҚқӨөҺһ]{60,90}"]
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let one = prop_oneof![
        texts().prop_map(|text| name(&text)),
        (0..1400_i64).prop_map(|after| {
            let mut draft = restrained("00:00");
            draft.when = draft.when.plus(after * 60, after * 60);
            draft
        }),
        texts().prop_map(|text| Draft { said: Some(text), ..seen(What::Released, "14:00") }),
        (1..99_u32, any::<bool>()).prop_map(|(days, article)| seen(
            What::Sentenced {
                penalty: Penalty::Arrest,
                days: Some(days),
                article: article.then(|| "CAO 488(6)".into()),
                adds: None
            },
            "15:00"
        )),
        any::<bool>().prop_map(|guarded| seen(What::Hospitalised { guarded: Some(guarded) }, "16:00")),
    ];
    prop::collection::vec(one, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// What we write Automerge would have written in the same place, byte for byte, and what it writes we read.
    #[test]
    fn our_spelling_is_automerges(rounds in prop::collection::vec((drafts(), any::<bool>()), 1..6)) {
        let mut document = Document::new().unwrap();
        for (drafts, dana) in rounds {
            let actor = if dana { [0xda; 16] } else { [0x3a; 16] };
            let mut theirs = automerge::Automerge::load(&document.save()).unwrap().with_actor(ActorId::from(actor));
            let (_, map) = theirs.get(automerge::ROOT, "facts").unwrap().unwrap();
            let written = document.write(actor, &drafts).unwrap();
            let mut transaction = theirs.transaction();
            for (id, draft) in written.facts.iter().zip(&drafts) {
                let fact = transaction.put_object(&map, id.to_string(), ObjType::Map).unwrap();
                for (name, value) in draft.fields().unwrap() {
                    let value = match value {
                        Scalar::Bool(yes) => ScalarValue::Boolean(yes),
                        Scalar::Int(number) => ScalarValue::Int(number),
                        Scalar::Text(text) => text.into(),
                    };
                    transaction.put(&fact, name, value).unwrap();
                }
            }
            transaction.commit_with(CommitOptions::default());
            let change = theirs.get_last_local_change().unwrap();
            prop_assert_eq!(change.raw_bytes(), &written.chunk);
            let parsed = ParsedChange::parse(&written.chunk).unwrap();
            prop_assert_eq!((parsed.hash, parsed.seq, parsed.facts.len()), (written.hash, written.seq, drafts.len()));
            prop_assert_eq!(parsed.max_op(), document.changes().iter().find(|c| c.hash == written.hash).unwrap().max_op);
        }
    }

    /// Whatever is changed in an honest chunk, with its checksum put right, is refused or is another well-formed change.
    #[test]
    fn a_changed_byte_is_refused_or_is_another_proper_change(drafts in drafts(), at in any::<prop::sample::Index>(), to: u8) {
        let written = Document::new().unwrap().write([0xda; 16], &drafts).unwrap();
        let mut chunk = written.chunk.clone();
        let at = 9 + at.index(chunk.len() - 9);
        chunk[at] = to;
        let chunk = rehashed(chunk);
        if let Ok(parsed) = ParsedChange::parse(&chunk) {
            prop_assert_eq!(parsed.encode(), chunk.clone());
            let change = Change::from_bytes(chunk).unwrap();
            prop_assert_eq!((change.hash().0, change.len()), (parsed.hash, usize::try_from(parsed.max_op() - parsed.start_op + 1).unwrap()));
        }
    }

    /// Bytes from anywhere are refused without a panic.
    #[test]
    fn any_bytes_are_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let head = [0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1];
        bytes.splice(0..0, head);
        prop_assert!(ParsedChange::parse(&rehashed(bytes)).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two lawyers and a copy of one's phone write and correct, two of the three meet now and then, and a clerk gets everything in
    /// any order, some of it twice: all see the same, and every fact has a name of its own.
    #[test]
    fn every_order_of_arrival_ends_in_the_same_case(
        steps in prop::collection::vec((0..3_usize, drafts(), any::<Option<prop::sample::Index>>(), any::<Option<bool>>()), 1..9),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let people = Organisation::founded();
        let case = Shared::new(&people.log);
        let mut replicas = [(); 3].map(|()| Replica::new(CASE).unwrap());
        let mut all: Vec<Envelope> = Vec::new();
        for (writer, mut drafts, corrects, meets) in steps {
            let device = if writer < 2 { &people.dana } else { &people.marat };
            let known = replicas[writer].known_facts();
            if let Some(corrected) = corrects.filter(|_| !known.is_empty()) {
                drafts[0].replaces = vec![known[corrected.index(known.len())].id];
            }
            all.push(case.write(device, &mut replicas[writer], &drafts));
            if let Some(next) = meets {
                let other = (writer + 1 + usize::from(next)) % 3;
                let news = replicas[writer].sealed_again(&case.keys).unwrap();
                case.give(&mut replicas[other], &news);
            }
        }
        replicas.iter_mut().for_each(|replica| { case.give(replica, &all); });
        let mut shuffled = all.clone();
        for index in &order {
            let picked = shuffled[index.index(shuffled.len())].clone();
            shuffled.insert(0, picked);
        }
        let mut clerk = Replica::new(CASE).unwrap();
        for envelope in &shuffled {
            case.give(&mut clerk, std::slice::from_ref(envelope));
        }
        prop_assert!(clerk.aside().is_empty());
        prop_assert_eq!(view(&replicas[0]), view(&clerk));
        prop_assert_eq!(view(&replicas[1]), view(&clerk));
        prop_assert_eq!(view(&replicas[2]), view(&clerk));
        prop_assert_eq!(clerk.history().heads(), replicas[0].history().heads());
        let facts: usize = clerk.facts().iter().map(Stated::id).collect::<BTreeSet<_>>().len();
        prop_assert_eq!(facts, clerk.facts().len());
    }
}
