//! What comes without its author's signature, because a later one of theirs covers it: so a snapshot tells a case, and so whoever has it from one gives it
//! back to a hub that has lost it.

use crate::*;

/// Dana, Marat and Dana again, each upon what was there; whoever has all of it as it was written, and as a snapshot tells it.
struct Told {
    people: Organisation,
    case: Shared,
    /// As it was written.
    whole: Replica,
    /// As it was told.
    told: Replica,
}

impl Told {
    fn new() -> Self {
        let people = Organisation::founded();
        let case = Shared::new(&people.log);
        let mut whole = Replica::new(CASE);
        case.write(&people.dana, &mut whole, &[name("Serik")]);
        case.write(&people.dana, &mut whole, &[restrained("12:05")]);
        case.write(&people.marat, &mut whole, &[seen(What::Released, "14:00")]);
        case.write(&people.dana, &mut whole, &[seen(What::Released, "17:30")]);
        let changes: Vec<_> = whole.document().vouched().map(|(change, signature)| (change.clone(), signature)).collect();
        let with_last = |place: usize| if place < 2 { None } else { changes[place].1 };
        let mut told = Replica::new(CASE);
        let changes = (0..changes.len()).map(|place| (changes[place].0.clone(), with_last(place))).collect();
        assert_eq!(told.receive_told(changes, &people.log), Some(4));
        assert_eq!(view(&told), view(&whole));
        Self { people, case, whole, told }
    }

    /// A change of Dana's, by its place, without its signature.
    fn covered(&self, change: &ParsedChange) -> Envelope {
        seal_covered(CASE, (0, &self.case.secret), &self.case.secret, change).unwrap()
    }

    /// The same under the signature of whoever signs it.
    fn signed(&self, change: &ParsedChange, by: &DeviceSecrets) -> Envelope {
        let signature = by.sign(&signed_change(CASE, change.actor, change.seq, change.hash));
        seal_signed(CASE, (0, &self.case.secret), &self.case.secret, signature, change).unwrap()
    }

    /// A change in Dana's name that she has not written, upon what somebody has.
    fn forged(&self, upon: &Replica) -> ParsedChange {
        let written = upon.clone().write(self.people.dana.keys().actor(0), &[restrained("15:00")]).unwrap();
        ParsedChange::parse(&written.chunk).unwrap()
    }

    /// What comes of envelopes one after another, each in an answer of its own.
    fn one_by_one<'a>(&self, envelopes: impl IntoIterator<Item = &'a Envelope>) -> Replica {
        let mut replica = Replica::new(CASE);
        for envelope in envelopes {
            self.case.give(&mut replica, std::slice::from_ref(envelope));
        }
        replica
    }
}

/// Every order of so few that all can be tried.
fn orders(all: &[Envelope]) -> Vec<Vec<Envelope>> {
    let Some((first, rest)) = all.split_first() else { return vec![Vec::new()] };
    let with = |order: Vec<Envelope>| {
        (0..=order.len()).map(move |place| [&order[..place], std::slice::from_ref(first), &order[place..]].concat())
    };
    orders(rest).into_iter().flat_map(with).collect()
}

#[test]
fn what_a_snapshot_told_is_given_back_in_any_order() {
    let story = Told::new();
    let given = story.told.sealed_again(&story.case.keys).unwrap();
    assert_eq!(given.iter().map(|envelope| envelope.id).collect::<Vec<_>>(), story.told.ids(&story.case.keys));
    assert_eq!(orders(&given).len(), 24);
    for order in orders(&given) {
        for replica in [story.one_by_one(&order), {
            let mut at_once = Replica::new(CASE);
            let outcomes = story.case.give(&mut at_once, &order);
            assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Admitted(_))), "{outcomes:?}");
            at_once
        }] {
            assert_eq!((view(&replica), replica.aside().len()), (view(&story.whole), 0));
            // And whoever got it so gives it back themselves.
            assert_eq!(replica.sealed_again(&story.case.keys).unwrap().len(), 4);
        }
    }
    // Beside what others have as it was written, in whatever order, nothing waits, and each is there once.
    let written = story.whole.sealed_again(&story.case.keys).unwrap();
    let both = [&given[..2], &written[..2], &written[3..]].concat();
    for order in orders(&both) {
        let replica = story.one_by_one(written[2..3].iter().chain(&order));
        assert_eq!((view(&replica), replica.aside().len()), (view(&story.whole), 0));
    }
}

#[test]
fn what_no_later_signature_covers_waits_and_shows_nowhere() {
    let story = Told::new();
    let given = story.told.sealed_again(&story.case.keys).unwrap();
    // Without the one of hers that is signed, and without that of Marat's upon which it was written.
    for lacking in [2, 3] {
        let some: Vec<Envelope> = (0..4).filter(|place| *place != lacking).map(|place| given[place].clone()).collect();
        for order in orders(&some) {
            let replica = story.one_by_one(&order);
            assert_eq!((replica.facts().len(), replica.aside().len()), (0, 3), "{lacking}");
            assert!(replica.is_incomplete());
            // It is kept with the case, and what was lacking makes it whole.
            let document = Document::load(&replica.document().save()).unwrap();
            let mut again = Replica::of(CASE, document, replica.aside().to_vec());
            story.case.give(&mut again, std::slice::from_ref(&given[lacking]));
            assert_eq!((view(&again), again.aside().len()), (view(&story.whole), 0));
        }
    }
    // Whoever has heard of her only later, or gets the case's secret only later, tries again.
    for (keys, log) in [(&CaseKeys::default(), &story.case.log), (&story.case.keys, &Log::new())] {
        let mut late = Replica::new(CASE);
        late.receive(&given, keys, log);
        assert_eq!(late.facts().len(), 0);
        late.retry_parked(&story.case.keys, &story.case.log);
        assert_eq!((view(&late), late.aside().len()), (view(&story.whole), 0));
    }
}

/// Marat, who reads the case and has no key of Dana's, writes in her name: upon hers, beside hers, in their place. Nothing that she has signed covers it.
#[test]
fn nobody_is_covered_by_a_signature_of_somebody_who_has_not_written_upon_them() {
    let story = Told::new();
    let given = story.told.sealed_again(&story.case.keys).unwrap();
    let mut begun = Replica::new(CASE);
    story.case.give(&mut begun, &story.whole.sealed_again(&story.case.keys).unwrap()[..1]);
    let (upon, beside) = (story.forged(&story.whole), story.forged(&begun));
    let first = story.forged(&Replica::new(CASE));
    assert_eq!((upon.seq, beside.seq, first.seq), (4, 2, 1));
    for forged in [&upon, &beside, &first] {
        let junk = story.covered(forged);
        for order in orders(&[&given[..], std::slice::from_ref(&junk)].concat()) {
            let replica = story.one_by_one(&order);
            assert_eq!(view(&replica), view(&story.whole), "{}", forged.seq);
            assert_eq!(replica.aside().iter().map(|aside| &aside.envelope).collect::<Vec<_>>(), [&junk]);
        }
        // Nor by Marat's own signature in her name.
        let both = [junk.clone(), story.signed(forged, &story.people.marat)];
        for order in orders(&both) {
            let replica = story.one_by_one(given.iter().chain(&order));
            assert_eq!((view(&replica), replica.aside().len()), (view(&story.whole), 2), "{}", forged.seq);
        }
    }
}

/// A phone and its copy have written: what the true one signs covers what it was written upon, and nothing of the copy's.
#[test]
fn a_signature_covers_the_one_of_two_twins_that_it_was_written_upon() {
    let story = Told::new();
    let dana = &story.people.dana;
    let changes: Vec<ParsedChange> = story.whole.document().vouched().map(|(change, _)| change.clone()).collect();
    let mut begun = Replica::new(CASE);
    story.case.give(&mut begun, &story.whole.sealed_again(&story.case.keys).unwrap()[..1]);
    let copy = story.forged(&begun);
    let all = [
        story.signed(&changes[0], dana),
        story.covered(&changes[1]),
        story.covered(&copy),
        story.signed(&changes[2], &story.people.marat),
        story.signed(&changes[3], dana),
    ];
    for order in orders(&all) {
        let mut replica = story.one_by_one(&order);
        assert_eq!(view(&replica), view(&story.whole));
        let waits: Vec<_> = replica.aside().iter().map(|aside| (&aside.envelope, &aside.outcome)).collect();
        assert_eq!(waits, [(&all[2], &Outcome::Parked(Parked::Signature(copy.hash)))]);
        // The copy has signed it, too, and this is here now.
        story.case.give(&mut replica, &[story.signed(&copy, dana)]);
        assert_eq!((replica.history().twins().len(), replica.aside().len()), (1, 0));
    }
}

/// Whoever has signed something that comes in nowhere has covered nothing by it: what nobody could give back with what covers it is not shown.
#[test]
fn a_signed_change_that_is_refused_covers_nothing() {
    let story = Told::new();
    let marat = &story.people.marat;
    let actor = marat.keys().actor(1);
    let mut upon = Replica::new(CASE);
    let first = upon.write(actor, &[restrained("15:00")]).unwrap();
    let first = ParsedChange::parse(&first.chunk).unwrap();
    let fields = std::collections::BTreeMap::from([("no kind".to_owned(), Scalar::Text("at all".to_owned()))]);
    let second =
        ParsedChange { deps: vec![first.hash], seq: 2, start_op: first.max_op() + 1, facts: vec![fields], ..first.clone() };
    let second = ParsedChange::parse(&second.encode()).unwrap();
    let pair = [story.covered(&first), story.signed(&second, marat)];
    let given = story.told.sealed_again(&story.case.keys).unwrap();
    for order in orders(&pair) {
        let mut replica = story.one_by_one(given.iter().chain(&order));
        assert_eq!((view(&replica), replica.aside().len()), (view(&story.whole), 2));
        // Signed itself it comes in, and then the other one is refused.
        story.case.give(&mut replica, &[story.signed(&first, marat)]);
        assert_eq!(replica.history().len(), story.whole.history().len() + 1);
        assert!(matches!(replica.aside(), [one] if one.outcome == Outcome::Refused(Refusal::Field)));
    }
}

/// A signature that comes late is kept with its change, whichever came first; and what came without one, where nothing covers it, is noted.
#[test]
fn a_signature_that_comes_late_is_kept() {
    let story = Told::new();
    let given = story.told.sealed_again(&story.case.keys).unwrap();
    let written = story.whole.sealed_again(&story.case.keys).unwrap();
    let signed = |replica: &Replica| replica.document().vouched().filter(|(_, signature)| signature.is_some()).count();
    let mut replica = story.one_by_one(&given);
    assert_eq!((signed(&replica), signed(&story.whole)), (2, 4));
    assert_eq!(story.case.give(&mut replica, &written), vec![Outcome::Duplicate; 4]);
    assert_eq!(signed(&replica), 4);
    assert_eq!(replica.sealed_again(&story.case.keys).unwrap(), written);
    let saved = Document::load(&replica.document().save()).unwrap();
    assert_eq!(saved.vouched().collect::<Vec<_>>(), replica.document().vouched().collect::<Vec<_>>());
    // Dana's first two are covered by her last one here. Without that her second is the last that is.
    assert_eq!((story.case.give(&mut replica, &given[..2]), replica.bare()), (vec![Outcome::Duplicate; 2], &[][..]));
    let mut without = story.one_by_one(&written[..2]);
    story.case.give(&mut without, &given[..2]);
    assert_eq!(without.bare(), [given[1].id]);
}

/// Of one author two copies have written; everybody else's last signature covers theirs all the same.
#[test]
fn twins_of_one_author_take_nothing_from_another() {
    let story = Told::new();
    let (dana, marat) = (&story.people.dana, &story.people.marat);
    let mut whole = story.whole.clone();
    story.case.write(marat, &mut whole, &[restrained("18:00")]);
    let mut begun = Replica::new(CASE);
    story.case.give(&mut begun, &story.whole.sealed_again(&story.case.keys).unwrap()[..1]);
    story.case.give(&mut whole, &[story.signed(&story.forged(&begun), dana)]);
    assert_eq!(whole.history().twins().len(), 1);
    let changes: Vec<_> = whole.document().vouched().map(|(change, signature)| (change.clone(), signature)).collect();
    let bare = |actor: [u8; 16], seq: u64| {
        let without = |(change, signature): &(ParsedChange, Option<Signature>)| {
            let is_it = (change.actor, change.seq) == (actor, seq);
            (change.clone(), signature.filter(|_| !is_it))
        };
        Replica::new(CASE).receive_told(changes.iter().map(without).collect(), &story.case.log)
    };
    assert_eq!((bare(marat.keys().actor(0), 1), bare(dana.keys().actor(0), 1)), (Some(6), Some(6)));
    // Neither of the two is named by the other, and the copy's one by none.
    assert_eq!(bare(dana.keys().actor(0), 2), None);
}

/// Whoever reads the case makes pairs of which each falls only when the one before has fallen. They are looked through once, and not once for each.
#[test]
fn a_row_that_falls_one_after_another_falls_at_once() {
    let story = Told::new();
    let marat = &story.people.marat;
    let alone = |actor: [u8; 16], deps: Vec<[u8; 32]>, start_op: u64, text: usize| {
        let kind = ("kind".to_owned(), Scalar::Text("note".to_owned()));
        let facts = vec![std::collections::BTreeMap::from([kind, ("text".to_owned(), Scalar::Text(text.to_string()))])];
        let change = ParsedChange { hash: [0; 32], deps, actor, seq: 1, start_op, facts };
        ParsedChange::parse(&change.encode()).unwrap()
    };
    let begun = Replica::new(CASE);
    let genesis = begun.history().heads();
    let mut before = alone(story.people.dana.keys().actor(0), genesis.clone(), 3, 0);
    let mut row = vec![story.covered(&before)];
    for number in 1..3_000_usize {
        let actor = marat.keys().actor(u32::try_from(number % 60).unwrap());
        let bare = alone(actor, genesis.clone(), 3, number);
        let mut deps = vec![before.hash, bare.hash];
        deps.sort_unstable();
        row.push(story.signed(&alone(actor, deps, bare.max_op() + 1, number), marat));
        row.push(story.covered(&bare));
        before = bare;
    }
    let mut replica = Replica::new(CASE);
    story.case.give(&mut replica, &row);
    assert_eq!((replica.facts().len(), replica.aside().len()), (0, row.len()));
}
