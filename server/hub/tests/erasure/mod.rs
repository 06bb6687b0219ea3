//! A case that is erased: what the hub destroys, refuses and still tells, and what lies in its files.

use crate::*;

/// Aliya erases a case of Dana's.
#[test]
fn of_a_case_that_is_erased_the_hub_keeps_nothing_and_takes_nothing() {
    on_both(|world| {
        let [case, other] = [7, 8].map(|tag| begun(&world.dana, tag));
        world.begin(case);
        world.begin(other);
        world.push(&world.dana, vec![], vec![envelope(case, 2), envelope(other, 2)]);
        let photograph = (case, AttachmentId([5; 16]));
        world.hub.bring_piece(world.dana.caller(), photograph, 0, b"a piece", NOW).unwrap();
        let before = world.pull(&world.dana);
        let upto = world.pull(&world.aliya).len() as u64;

        let mut log = world.log.clone();
        let entry = world.aliya.entry(&mut log, Body::CaseErased { case });
        let appends = |device: &Device, entry| world.hub.append_log(device.caller(), &[encode(entry).unwrap()], NOW);
        assert!(matches!(appends(&world.dana, &entry), Err(HubError::Denied(Denied::Role))));
        appends(&world.aliya, &entry).unwrap();

        // The feed has the same numbers and the same links, and nothing stands where the case was.
        let mut link = [0; 32];
        let after = world.pull(&world.dana);
        assert_eq!(after.len(), before.len());
        for (was, is) in before.iter().zip(&after) {
            let content = was.content.clone().content(&SyncRequest::default()).unwrap();
            let of = match &content {
                Content::Wrap(wrap) => wrap.case,
                Content::Envelope(envelope) => envelope.case,
            };
            link = Content::chain(&link, &encode(&content).unwrap());
            let expected = if of == case { Told::Erased { case, link } } else { was.content.clone() };
            assert_eq!((is.seq, &is.content), (was.seq, &expected));
        }

        // Nobody brings it back, neither the case nor more of it, nor learns what there was.
        let refused = Pushed::Refused(Refused::Erased);
        for device in [&world.dana, &world.aliya] {
            let wraps = vec![world.dana.wrap(case, COORDINATORS), world.dana.wrap(case, own(&world.dana))];
            let answer = world.push(device, wraps, vec![envelope(case, 1), envelope(case, 9)]);
            assert_eq!((answer.wraps, answer.envelopes), (vec![refused; 2], vec![refused; 2]));
            let gone = |done: Result<(), HubError>| assert!(matches!(done, Err(HubError::Denied(Denied::Erased))), "{done:?}");
            gone(world.hub.bring_piece(device.caller(), photograph, 1, b"a piece", NOW));
            gone(world.hub.brought_pieces(device.caller(), photograph, NOW).map(drop));
            gone(world.hub.piece(device.caller(), photograph, 0, world.dana.keys().id(), NOW).map(drop));
        }
        let digests = vec![(case, digest([]))];
        let asked = SyncRequest { digests, ..SyncRequest::default() };
        assert_eq!(
            world.hub.sync(world.dana.caller(), &asked, NOW, &mut rng(9)).unwrap().differ,
            [],
            "it is not asked for again"
        );
        assert_eq!(world.push(&world.dana, vec![], vec![envelope(other, 3)]).envelopes, [Pushed::Accepted]);
        assert_eq!(world.pull(&world.dana).last().unwrap().content, Told::Envelope(envelope(other, 3)));

        // Whoever had not heard of it may tell of the case in a snapshot; whoever has does not.
        let chain =
            world.pull(&world.aliya).iter().take(usize::try_from(upto).unwrap()).fold([0; 32], |before, item| {
                match &item.content {
                    Told::Erased { link, .. } => *link,
                    told => Content::chain(&before, &encode(&told.clone().content(&SyncRequest::default()).unwrap()).unwrap()),
                }
            });
        let place = Place { circle: COORDINATORS, circle_epoch: 0, upto, chain, part: 0, parts: 1 };
        let key = SealedKey { encapsulated: [1; 32], ciphertext: [2; 32], tag: [3; 16] };
        let signer = world.aliya.keys().id();
        let signature = world.aliya.sign(&Snapshot::signed(&place, &key, b"cases", signer));
        let part = Snapshot { place, key, sealed: b"cases".to_vec(), signer, signature };
        let brings = |log_from: u64| {
            let request = SyncRequest { log_from, snapshot: vec![part.clone()], ..SyncRequest::default() };
            world.hub.sync(world.aliya.caller(), &request, NOW, &mut rng(9)).unwrap();
            let all = SyncRequest { budget: 1 << 20, takes_snapshots: true, log_from: u64::MAX, ..SyncRequest::default() };
            let frames = world.hub.sync(world.aliya.caller(), &all, NOW, &mut rng(9)).unwrap().frames;
            frames.iter().any(|frame| frame.snapshot.is_some())
        };
        assert!(!brings(entry.number) && brings(entry.number + 1));
        // With the next one it goes, whatever it tells of.
        let next = world.aliya.entry(&mut log, Body::CaseErased { case: other });
        appends(&world.aliya, &next).unwrap();
        let all = SyncRequest { budget: 1 << 20, takes_snapshots: true, log_from: u64::MAX, ..SyncRequest::default() };
        let frames = world.hub.sync(world.aliya.caller(), &all, NOW, &mut rng(9)).unwrap().frames;
        assert!(frames.iter().all(|frame| frame.snapshot.is_none()));
    });
}

/// Aliya erases one fact: only what carries its key goes, and the case lives.
#[test]
fn of_a_fact_that_is_erased_the_hub_keeps_no_key_and_takes_none() {
    on_both(|world| {
        let case = begun(&world.dana, 7);
        world.begin(case);
        world.push(&world.dana, vec![], vec![envelope(case, 2), envelope(case, 3)]);
        // Under the key's name others have brought something, too.
        let key = envelope(case, 2).id;
        let variant = Envelope { sealed: b"another".to_vec(), ..envelope(case, 2) };
        assert_eq!(world.push(&world.aliya, vec![], vec![variant.clone()]).envelopes, [Pushed::Accepted]);
        let before = world.pull(&world.dana);

        let mut log = world.log.clone();
        let entry = world.aliya.entry(&mut log, Body::FactErased { case, key });
        world.hub.append_log(world.aliya.caller(), &[encode(&entry).unwrap()], NOW).unwrap();
        let mut link = [0; 32];
        let after = world.pull(&world.dana);
        assert_eq!(after.len(), before.len());
        let mut gone = 0;
        for (was, is) in before.iter().zip(&after) {
            let content = was.content.clone().content(&SyncRequest::default()).unwrap();
            link = Content::chain(&link, &encode(&content).unwrap());
            let is_key = matches!(&content, Content::Envelope(envelope) if envelope.id == key);
            gone += usize::from(is_key);
            let expected = if is_key { Told::Erased { case, link } } else { was.content.clone() };
            assert_eq!((is.seq, &is.content), (was.seq, &expected));
        }
        assert_eq!(gone, 2);

        let refused = Pushed::Refused(Refused::Erased);
        for device in [&world.dana, &world.aliya] {
            let answer = world.push(device, vec![], vec![envelope(case, 2), variant.clone(), envelope(case, 3)]);
            assert_eq!(answer.envelopes, [refused, refused, Pushed::Duplicate]);
        }
        assert_eq!(world.push(&world.dana, vec![], vec![envelope(case, 4)]).envelopes, [Pushed::Accepted]);
        // Whoever has all but the key lacks nothing.
        let ids =
            [3, 4].map(|number| envelope(case, number).id).into_iter().chain(before.iter().filter_map(
                |item| match &item.content {
                    Told::Envelope(envelope) if envelope.id != key => Some(envelope.id),
                    _ => None,
                },
            ));
        let asked = SyncRequest { digests: vec![(case, digest(ids))], ..SyncRequest::default() };
        assert_eq!(world.hub.sync(world.dana.caller(), &asked, NOW, &mut rng(9)).unwrap().differ, []);
        // A second time there is nothing to erase, nor of a case that is erased as a whole.
        let mut again = log.clone();
        let signs = |log: &mut Log, body| world.aliya.tries(log, body);
        assert!(signs(&mut again, Body::FactErased { case, key }).is_err());
        world.aliya.entry(&mut again, Body::CaseErased { case });
        assert!(signs(&mut again, Body::FactErased { case, key: envelope(case, 3).id }).is_err());
    });
}

/// A backup from before an erasure is what it was; whoever has the log's entry gives it back, and the case goes again.
#[test]
fn a_hub_that_was_restored_to_before_an_erasure_erases_again() {
    on_both(|world| {
        let case = begun(&world.dana, 7);
        world.begin(case);
        let entry = world.aliya.entry(&mut world.log.clone(), Body::CaseErased { case });
        // Dana was told of it before the disk died.
        let gives =
            SyncRequest { log: vec![encode(&entry).unwrap()], log_from: u64::MAX, budget: 1 << 20, ..SyncRequest::default() };
        let answer = world.hub.sync(world.dana.caller(), &gives, NOW, &mut rng(9)).unwrap();
        assert_eq!(answer.log_next, entry.number + 1);
        let items: Vec<Told> = answer.frames.into_iter().flat_map(|frame| frame.items).map(|item| item.content).collect();
        assert!(items.len() == 2 && items.iter().all(|told| matches!(told, Told::Erased { .. })), "{items:?}");
    });
}

/// Of what was erased no byte lies in the database's files, however often pages were split and filled before.
#[test]
fn what_was_erased_is_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path().join("hub.sqlite").to_str().unwrap());
    let mut noise = rng(11);
    let mut sealed = |length: usize| {
        let mut bytes = vec![0; length];
        noise.fill_bytes(&mut bytes);
        bytes
    };
    let (mut kept, mut gone, mut log) = (Vec::new(), Vec::new(), world.log.clone());
    let cases: Vec<CaseId> = (0..30).map(|tag| begun(&world.dana, tag)).collect();
    cases.iter().for_each(|case| world.begin(*case));
    for number in 0..300_u32 {
        let at = usize::try_from(number % 30).unwrap();
        let (case, length) = (cases[at], usize::try_from(40 + (number * 37) % 5000).unwrap());
        let id = EnvelopeId([number.to_be_bytes(); 4].concat().try_into().unwrap());
        let envelope = Envelope { id, sealed: sealed(length), ..envelope(case, 0) };
        let of = if at % 3 == 0 { &mut gone } else { &mut kept };
        of.push((case, id, envelope.sealed.clone()));
        assert_eq!(world.push(&world.dana, vec![], vec![envelope]).envelopes, [Pushed::Accepted]);
    }
    let in_files = |bytes: &[u8]| {
        let holds = |path: &std::path::PathBuf| std::fs::read(path).unwrap().windows(24).any(|window| window == &bytes[..24]);
        habeas_tests::files(folder.path()).iter().any(holds)
    };
    assert!(gone.iter().chain(&kept).all(|(.., bytes)| in_files(bytes)));
    for &case in cases.iter().step_by(3) {
        let entry = world.aliya.entry(&mut log, Body::CaseErased { case });
        world.hub.append_log(world.aliya.caller(), &[encode(&entry).unwrap()], NOW).unwrap();
    }
    // And the keys of some facts of cases that live on.
    let (lost, stays): (Vec<_>, Vec<_>) = kept.into_iter().enumerate().partition(|(number, _)| number % 4 == 0);
    for (case, name, bytes) in lost.into_iter().map(|(_, of)| of) {
        let entry = world.aliya.entry(&mut log, Body::FactErased { case, key: name });
        world.hub.append_log(world.aliya.caller(), &[encode(&entry).unwrap()], NOW).unwrap();
        gone.push((case, name, bytes));
    }
    let kept: Vec<_> = stays.into_iter().map(|(_, of)| of).collect();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while gone.iter().any(|(.., bytes)| in_files(bytes)) {
        assert!(std::time::Instant::now() < deadline, "it lies there still");
    }
    assert!(kept.iter().all(|(.., bytes)| in_files(bytes)));
}
