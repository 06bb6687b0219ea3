//! What holds of all changes: one spelling, and one case whatever came first, and with or without signatures that later ones cover.

use crate::*;

/// Rewrites length and checksum, so that only what was changed is wrong.
pub fn rehashed(mut chunk: Vec<u8>) -> Vec<u8> {
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
        let mut document = Document::new();
        for (drafts, dana) in rounds {
            let actor = if dana { [0xda; 16] } else { [0x3a; 16] };
            let mut theirs = automerge::Automerge::load(&document.opened().unwrap()).unwrap().with_actor(ActorId::from(actor));
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
            prop_assert_eq!(parsed.max_op(), change.max_op());
        }
    }

    /// Whatever is changed in an honest chunk, with its checksum put right, is refused or is another well-formed change.
    #[test]
    fn a_changed_byte_is_refused_or_is_another_proper_change(drafts in drafts(), at in any::<prop::sample::Index>(), to: u8) {
        let written = Document::new().write([0xda; 16], &drafts).unwrap();
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
        let mut replicas = [(); 3].map(|()| Replica::new(CASE));
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
        let mut clerk = Replica::new(CASE);
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

/// How a change travels: as its author has sealed it, without their signature, both, or not at all.
fn forms() -> impl Strategy<Value = Vec<(bool, bool)>> {
    let one = prop_oneof![3 => Just((true, false)), 4 => Just((false, true)), 1 => Just((true, true)), 1 => Just((false, false))];
    prop::collection::vec(one, 30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Two lawyers and a copy of one's phone have written. Of what they wrote some comes without a signature, some is lost. Whatever the order and however much
    /// comes at once: it ends in the same case, with the same things left waiting; what is there without a signature a later one covers; and whoever has it
    /// from there has all of it.
    #[test]
    fn what_is_covered_hangs_on_what_has_come_and_not_on_when(
        steps in prop::collection::vec((0..3_usize, any::<Option<bool>>()), 2..12),
        forms in forms(),
        orders in prop::collection::vec(any::<prop::sample::Index>(), 40),
        at_once in 1..7_usize,
    ) {
        let people = Organisation::founded();
        let case = Shared::new(&people.log);
        let mut replicas = [(); 3].map(|()| Replica::new(CASE));
        let mut all: Vec<Envelope> = Vec::new();
        for (number, (writer, meets)) in steps.into_iter().enumerate() {
            let device = if writer < 2 { &people.dana } else { &people.marat };
            all.push(case.write(device, &mut replicas[writer], &[name(&format!("{number}"))]));
            if let Some(next) = meets {
                let news = replicas[writer].sealed_again(&case.keys).unwrap();
                case.give(&mut replicas[(writer + 1 + usize::from(next)) % 3], &news);
            }
        }
        let mut whole = Replica::new(CASE);
        case.give(&mut whole, &all);
        let newest = (0, &case.secret);
        let mut come = Vec::new();
        for ((change, signature), (signed, bare)) in whole.document().vouched().zip(forms) {
            come.extend(Some(()).filter(|()| signed).map(|()| seal_signed(CASE, newest, &case.secret, signature.unwrap(), change).unwrap()));
            come.extend(Some(()).filter(|()| bare).map(|()| seal_covered(CASE, newest, &case.secret, change).unwrap()));
        }
        let mut shuffled = come.clone();
        for (place, index) in orders.iter().enumerate().take(shuffled.len()) {
            let other = index.index(shuffled.len());
            shuffled.swap(place, other);
        }
        let ends = |replica: &Replica| {
            let mut aside: Vec<Vec<u8>> = replica.aside().iter().map(|aside| aside.envelope.sealed.clone()).collect();
            aside.sort();
            (replica.history().heads(), replica.history().len(), aside)
        };
        let mut in_order = Replica::new(CASE);
        case.give(&mut in_order, &come);
        let mut otherwise = Replica::new(CASE);
        for some in shuffled.chunks(at_once) {
            case.give(&mut otherwise, some);
            // Every now and then the device is put away and opened again.
            let document = Document::load(&otherwise.document().save()).unwrap();
            let aside: Vec<Envelope> = otherwise.aside().iter().map(|aside| aside.envelope.clone()).collect();
            otherwise = Replica::of(CASE, document, Vec::new());
            case.give(&mut otherwise, &aside);
        }
        prop_assert_eq!(ends(&in_order), ends(&otherwise));
        let vouched: Vec<_> = in_order.document().vouched().collect();
        for (change, _) in vouched.iter().filter(|(_, signature)| signature.is_none()) {
            let covers = |(later, signature): &&(&ParsedChange, Option<Signature>)| {
                later.actor == change.actor && later.seq > change.seq && signature.is_some()
            };
            prop_assert!(vouched.iter().any(|later| covers(&later)));
        }
        let mut next = Replica::new(CASE);
        case.give(&mut next, &in_order.sealed_again(&case.keys).unwrap());
        prop_assert_eq!((next.history().heads(), next.aside().len()), (in_order.history().heads(), 0));
    }
}
