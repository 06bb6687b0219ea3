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

/// What there is of a case: what it shows, what it was written upon last, and every byte that is kept of it.
fn all_of(replica: &Replica) -> (String, Vec<[u8; 32]>, Vec<u8>, Vec<u8>) {
    let document = replica.document();
    (view(replica), document.heads(), document.save(), document.opened().unwrap())
}

#[test]
fn changes_that_are_known_to_kill_or_mislead_automerge_stay_out() {
    let ground = Ground::new();
    let mut replica = ground.replica.clone();
    let before = all_of(&replica);
    let (killers, mut wrong) = (ground.killers(), Vec::new());
    seeds(&killers);
    for killer in &killers {
        for (way, envelope) in ground.envelopes(killer).into_iter().enumerate() {
            let outcome = replica.receive(std::slice::from_ref(&envelope), &ground.keys, &ground.people.log).remove(0);
            if outcome != killer.outcome {
                wrong.push(format!("{} ({way}): {outcome:?}, not {:?}", killer.what, killer.outcome));
            }
            assert_eq!(all_of(&replica), before, "{}: half of it is in the case", killer.what);
            let aside = replica.aside().iter().find(|aside| aside.envelope == envelope);
            assert_eq!(aside.map(|aside| &aside.outcome), Some(&outcome), "{} is not kept aside", killer.what);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Together with something honest, and in any order, they keep nothing else out.
    let honest = Killer {
        what: "an honest note",
        is: Is::Chunk(Raw::honest(&ground).chunk(), |people| &people.dana),
        seq: 3,
        outcome: Outcome::Duplicate,
    };
    let mut all: Vec<Envelope> = killers.iter().rev().flat_map(|killer| ground.envelopes(killer)).collect();
    all.splice(60..60, ground.envelopes(&honest));
    let mut at_once = ground.replica.clone();
    at_once.receive(&all, &ground.keys, &ground.people.log);
    let outcomes = replica.receive(&ground.envelopes(&honest), &ground.keys, &ground.people.log);
    assert!(matches!(outcomes[..], [Outcome::Admitted(_), Outcome::Duplicate]), "as it is, then as it is told: {outcomes:?}");
    assert_eq!(all_of(&at_once), all_of(&replica));
    assert_eq!(replica.view().unknown.len(), 1, "a note without a source is none that we know, and is shown as it is");
}

/// What fuzzing begins from, where somebody asks for it: chunks for one target, payloads for another.
fn seeds(killers: &[Killer]) {
    let Some(corpus) = std::env::var_os("HABEAS_WRITE_SEEDS").map(std::path::PathBuf::from) else { return };
    for killer in killers {
        let (target, mode, bytes) = match &killer.is {
            Is::Chunk(chunk, _) => ("admission", 0, chunk),
            Is::Payload(payload) => ("envelope", 1, payload),
            Is::Sealed(_) => continue,
        };
        std::fs::create_dir_all(corpus.join(target)).unwrap();
        let path = corpus.join(target).join(format!("killer-{}", killer.what.replace(' ', "-")));
        std::fs::write(path, [&[mode], bytes.as_slice()].concat()).unwrap();
    }
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
fn told(replica: &Replica) -> Vec<(ParsedChange, Option<Signature>)> {
    replica.document().vouched().map(|(change, signature)| (change.clone(), signature)).collect()
}

#[test]
fn what_a_snapshot_tells_stands_by_the_last_signature_of_each_author() {
    let people = Organisation::founded();
    let case = Shared::new(&people.log);
    let (mut replica, _) = honest(&people, &case);
    case.write(&people.marat, &mut replica, &[restrained("13:00")]);
    let true_ones = told(&replica);
    let take = |told: &[(ParsedChange, Option<Signature>)]| Replica::new(CASE).receive_told(told.to_vec(), &case.log);
    assert_eq!(take(&true_ones), Some(3));
    // Dana's last one, and Marat's only one.
    for place in [1, 2] {
        let mut forged = true_ones.clone();
        for signature in [Some(Signature([7; 64])), None] {
            forged[place].1 = signature;
            assert_eq!(take(&forged), None, "{place}");
        }
    }
    // Dana's first one is covered by hers that follows.
    let mut covered = true_ones.clone();
    covered[0].1 = None;
    assert_eq!(take(&covered), Some(3));

    // Whoever has no key of Dana's writes a change in her name: upon hers, beside hers, or before hers.
    let actor = people.dana.keys().actor(0);
    let forge = |upon: &Replica| {
        let mut copy = upon.clone();
        let written = copy.write(actor, &[restrained("15:00")]).unwrap();
        let signature = people.marat.sign(&signed_change(CASE, actor, written.seq, written.hash));
        (ParsedChange::parse(&written.chunk).unwrap(), Some(signature))
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
