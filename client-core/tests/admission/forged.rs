//! What somebody forges: it stays out, is kept aside, and nothing of it shows.

use crate::*;

/// The history of the one case that forgeries are tried upon.
fn honest(people: &Organisation, case: &Shared) -> (Replica, Vec<[u8; 32]>) {
    let mut replica = Replica::new(CASE);
    let mut dana = Replica::new(CASE);
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
    // A wrong hash signed: the id says another change. With short names it could still be another one, upon something that has not come; it
    // waits for ever, and shows nowhere.
    let misnamed = |written: &Written| {
        let mut misnamed = written.clone();
        misnamed.hash[0] ^= 1;
        case.seal(&people.dana, actor, &misnamed)
    };
    let before = view(&replica);
    assert!(matches!(case.give(&mut replica, &[misnamed(&written)])[0], Outcome::Parked(Parked::Named { .. })));
    replica.retry_parked(&case.keys, &case.log);
    assert_eq!(view(&replica), before);
    // With its names whole, because it is written upon many, it can be no other.
    for incarnation in 1..6 {
        let actor = people.marat.keys().actor(incarnation);
        let written = honest(&people, &case).0.write(actor, &[restrained("13:30")]).unwrap();
        case.give(&mut replica, &[case.seal(&people.marat, actor, &written)]);
    }
    assert_eq!(replica.document().heads().len(), 6);
    let written = replica.clone().write(actor, &[restrained("14:00")]).unwrap();
    assert_eq!(refused(&case, &mut replica, &misnamed(&written)), Refusal::Id);
    assert!(matches!(case.give(&mut replica, &[case.seal(&people.dana, actor, &written)])[0], Outcome::Admitted(_)));
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
    let next = replica.document().changes().map(ParsedChange::max_op).max().unwrap() + 1;
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
    let mut document = Document::new();
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

/// The changes of a case as a snapshot tells them.
fn told(replica: &Replica) -> Vec<(ParsedChange, Signature)> {
    replica.document().signed().map(|(change, signature)| (change.clone(), signature)).collect()
}

#[test]
fn what_a_snapshot_tells_stands_by_the_last_signature_of_each_author() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let (mut replica, _) = honest(&people, &case);
    case.write(&people.marat, &mut replica, &[restrained("13:00")]);
    let true_ones = told(&replica);
    let take = |told: &[(ParsedChange, Signature)]| Replica::new(CASE).receive_told(told.to_vec(), &case.log);
    assert_eq!(take(&true_ones), Some(3));
    // Dana's last one, and Marat's only one.
    for place in [1, 2] {
        let mut forged = true_ones.clone();
        forged[place].1 = Signature([7; 64]);
        assert_eq!(take(&forged), None, "{place}");
    }

    // Whoever has no key of Dana's writes a change in her name: upon hers, beside hers, or before hers.
    let actor = people.dana.keys().actor(0);
    let forge = |upon: &Replica| {
        let mut copy = upon.clone();
        let written = copy.write(actor, &[restrained("15:00")]).unwrap();
        let signature = people.marat.sign(&signed_change(CASE, actor, written.seq, written.hash));
        (ParsedChange::parse(&written.chunk).unwrap(), signature)
    };
    assert_eq!(take(&[&*true_ones, &[forge(&replica)]].concat()), None);
    let mut begun = Replica::new(CASE);
    case.give(&mut begun, &replica.sealed_again(&case.keys).unwrap()[..1]);
    let beside = forge(&begun);
    assert_eq!((beside.0.seq, true_ones[1].0.seq), (2, 2));
    assert_eq!(take(&[&true_ones[..1], std::slice::from_ref(&beside)].concat()), None);
    assert_eq!(take(&[&true_ones[..1], std::slice::from_ref(&beside), &true_ones[1..]].concat()), None);
    // A third of hers would cover a second, but not every second.
    let third = {
        let mut more = replica.clone();
        case.write(&people.dana, &mut more, &[restrained("16:00")]);
        told(&more)
    };
    assert_eq!(take(&third), Some(4));
    assert_eq!(take(&[&third[..1], std::slice::from_ref(&beside), &third[1..]].concat()), None);
    // Nor where the device has the true second already.
    let mut has_it = replica.clone();
    assert_eq!(has_it.receive_told(vec![third[0].clone(), beside, third[3].clone()], &case.log), None);
}
