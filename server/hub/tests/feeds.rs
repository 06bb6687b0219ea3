//! The hub's store on both databases: who may write and read what, and feeds without gaps under load.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod erasure;
mod intakes;
mod sessions;

use std::sync::Barrier;

use ed25519_dalek::{Signer, SigningKey};
use habeas_hub::{Caller, Hub, HubError};
use habeas_protocol::access::Denied;
use habeas_protocol::api::{Purpose, Setup, signed_request, to_hex};
use habeas_protocol::has::{self, Has};
use habeas_protocol::limits::{MAX_CASE_AT_HUB, MAX_CURSOR, MAX_FRAME, MAX_RESPONSE, MAX_SEALED};
use habeas_protocol::{
    Act, Actor, AttachmentId, Beginning, Body, CaseId, CircleId, CircleKey, CircleKind, Content, DeviceKeys, Differing, Entry,
    Envelope, EnvelopeId, FeedItem, Log, LogError, PersonId, Place, Pushed, Refused, Role, SealedKey, Signature, Snapshot,
    SyncRequest, SyncResponse, Told, Wrap, digest, encode, followed, receipt,
};
use habeas_tests::postgres::Postgres;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng};

const NOW: i64 = 1_800_000_000;

/// A device of which the hub sees only this much.
struct Device(SigningKey, PersonId);

impl Device {
    fn new(number: u8) -> Self {
        Self(SigningKey::from_bytes(&[number; 32]), PersonId([number; 16]))
    }

    fn keys(&self) -> DeviceKeys {
        DeviceKeys { signing: self.0.verifying_key().to_bytes(), sealing: [self.1.0[0]; 32] }
    }

    fn caller(&self) -> Caller {
        Caller { device: self.keys().id(), person: self.1 }
    }

    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }

    fn entry(&self, log: &mut Log, body: Body) -> Entry {
        self.tries(log, body).unwrap()
    }

    fn tries(&self, log: &mut Log, body: Body) -> Result<Entry, LogError> {
        let (number, previous) = log.next();
        let signature = self.sign(&Entry::signed(number, &previous, &body, self.keys().id()).unwrap());
        let entry = Entry { number, previous, body, signer: self.keys().id(), signature };
        log.add(entry.clone()).map(|()| entry)
    }

    fn wrap(&self, case: CaseId, circle: CircleId) -> Wrap {
        let sealed = SealedKey { encapsulated: [1; 32], ciphertext: [2; 32], tag: [3; 16] };
        let message = Wrap::signed(&Wrap::info(case, 0, circle, 0), &sealed, self.keys().id());
        Wrap { case, epoch: 0, circle, circle_epoch: 0, sealed, signer: self.keys().id(), signature: self.sign(&message) }
    }
}

/// What a case is called that this device begins, with a secret of that tag.
fn begun(device: &Device, tag: u8) -> CaseId {
    Beginning::new(device.keys().id(), [tag; 16]).case
}

const COORDINATORS: CircleId = CircleId([0xc0; 16]);

fn own(device: &Device) -> CircleId {
    CircleId(device.1.0)
}

fn circle(circle: CircleId, kind: CircleKind, device: &Device) -> CircleKey {
    let sealed = SealedKey { encapsulated: [0; 32], ciphertext: [0; 32], tag: [0; 16] };
    CircleKey { circle, kind, epoch: 0, public: [9; 32], wraps: vec![(device.keys().id(), sealed)] }
}

/// An organisation of Aliya, who coordinates, and the lawyers Dana and Marat.
struct World {
    hub: Hub,
    log: Log,
    aliya: Device,
    dana: Device,
    marat: Device,
}

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn world(address: &str) -> World {
    let hub = Hub::open(address, &mut rng(1)).unwrap();
    let [aliya, dana, marat] = [1, 2, 3].map(Device::new);
    let mut log = Log::new();
    let mut entries = vec![aliya.entry(
        &mut log,
        Body::Genesis { device: aliya.keys(), person: aliya.1, circle: circle(COORDINATORS, CircleKind::Coordinators, &aliya) },
    )];
    for device in [&dana, &marat] {
        entries.push(aliya.entry(&mut log, Body::DeviceAdmitted { device: device.keys(), person: device.1, role: Role::Lawyer }));
        entries.push(aliya.entry(&mut log, Body::CircleEpoch(circle(own(device), CircleKind::Person(device.1), device))));
    }
    let code = hub.setup_code(&mut rng(2)).unwrap().unwrap();
    let nonce = hub.nonce(NOW, &mut rng(2));
    let setup = Setup {
        code: code.into(),
        account: "aliya".into(),
        password: "a long password".into(),
        device: aliya.keys().to_hex(),
        log: entries.iter().map(|entry| to_hex(&encode(entry).unwrap())).collect(),
        signature: to_hex(&aliya.sign(&signed_request(Purpose::SetUp, &nonce, "aliya")).0),
        nonce,
    };
    hub.set_up(&setup, NOW, &mut rng(3)).unwrap();
    World { hub, log, aliya, dana, marat }
}

fn envelope(case: CaseId, number: u8) -> Envelope {
    Envelope { case, id: EnvelopeId([number; 16]), epoch: 0, sealed: vec![number; 200] }
}

impl World {
    fn push(&self, device: &Device, wraps: Vec<Wrap>, envelopes: Vec<Envelope>) -> SyncResponse {
        // Whoever pushes knows who began the cases of these tests.
        let all = || {
            [&self.aliya, &self.dana, &self.marat]
                .into_iter()
                .flat_map(|device| (0..32).map(|tag| Beginning::new(device.keys().id(), [tag; 16])))
        };
        let beginnings = all().filter(|beginning| wraps.iter().any(|wrap| wrap.case == beginning.case)).collect();
        let request = SyncRequest { beginnings, wraps, envelopes, ..SyncRequest::default() };
        self.hub.sync(device.caller(), &request, NOW, &mut rng(4)).unwrap()
    }

    /// Everything that a device gets from the beginning, in frames of a small budget.
    fn pull(&self, device: &Device) -> Vec<FeedItem> {
        self.read_on(device, &[]).0
    }

    /// The same from a cursor on, and the cursor behind it.
    fn read_on(&self, device: &Device, cursor: &[u8]) -> (Vec<FeedItem>, Vec<u8>) {
        let (mut items, mut cursor) = (Vec::new(), cursor.to_vec());
        loop {
            let request = SyncRequest { log_from: u64::MAX, cursor: cursor.clone(), budget: 700, ..SyncRequest::default() };
            let response = self.hub.sync(device.caller(), &request, NOW, &mut rng(5)).unwrap();
            for frame in response.frames {
                items.extend(frame.items);
                cursor = frame.cursor;
            }
            if !response.more {
                return (items, cursor);
            }
        }
    }

    /// Dana begins a case for the coordinators and herself.
    fn begin(&self, case: CaseId) {
        let wraps = vec![self.dana.wrap(case, COORDINATORS), self.dana.wrap(case, own(&self.dana))];
        let response = self.push(&self.dana, wraps, vec![envelope(case, 1)]);
        assert_eq!((response.wraps, response.envelopes), (vec![Pushed::Accepted; 2], vec![Pushed::Accepted]));
    }
}

/// The same on SQLite and on PostgreSQL.
fn on_both(story: impl Fn(World)) {
    let folder = tempfile::tempdir().unwrap();
    story(world(folder.path().join("hub.sqlite").to_str().unwrap()));
    let postgres = Postgres::start();
    story(world(&postgres.database()));
}

#[test]
fn a_case_is_open_to_its_circles_and_closed_to_everybody_else() {
    on_both(|world| {
        let case = begun(&world.dana, 7);
        let refused = |why| vec![Pushed::Refused(why)];
        assert_eq!(world.push(&world.dana, vec![], vec![envelope(case, 1)]).envelopes, refused(Refused::NoCase));
        assert_eq!(
            world.push(&world.dana, vec![world.dana.wrap(case, own(&world.dana))], vec![]).wraps,
            refused(Refused::WrongCircles)
        );
        assert_eq!(
            world.push(&world.dana, vec![world.marat.wrap(case, COORDINATORS)], vec![]).wraps,
            refused(Refused::NotItsBeginner),
            "signed by another"
        );
        world.begin(case);

        // Another user's case, a device that nobody admitted, and somebody else's device under one's own account.
        assert_eq!(world.push(&world.marat, vec![], vec![envelope(case, 2)]).envelopes, refused(Refused::NoAccess));
        assert_eq!(world.push(&Device::new(9), vec![], vec![envelope(case, 2)]).envelopes, refused(Refused::NotAdmitted));
        assert!(world.pull(&world.marat).is_empty() && world.pull(&Device::new(9)).is_empty());
        let stolen = Caller { device: world.aliya.keys().id(), person: world.marat.1 };
        let pulled =
            world.hub.sync(stolen, &SyncRequest { budget: 1 << 20, ..SyncRequest::default() }, NOW, &mut rng(6)).unwrap();
        assert!(pulled.frames.is_empty());
        assert!(matches!(world.hub.devices(stolen, NOW), Err(HubError::Denied(_))));

        // The same bytes again, other bytes under the same id, a newer epoch.
        assert_eq!(world.push(&world.dana, vec![], vec![envelope(case, 1)]).envelopes, [Pushed::Duplicate]);
        let variant = Envelope { sealed: vec![0; 50], ..envelope(case, 1) };
        assert_eq!(
            world.push(&world.aliya, vec![], vec![variant.clone()]).envelopes,
            [Pushed::Accepted],
            "whose bytes are the true ones, only readers know"
        );
        // Aliya brings for others, too, and one of them has given her junk. But nobody fills the case with it.
        let more = |byte: u8| Envelope { sealed: vec![byte; 50], ..variant.clone() };
        let brought = world.push(&world.aliya, vec![], (1..=9).map(more).collect()).envelopes;
        assert_eq!(brought, [vec![Pushed::Accepted; 7], refused(Refused::Full), refused(Refused::Full)].concat());
        assert_eq!(world.push(&world.aliya, vec![], vec![more(7), more(8)]).envelopes[..1], [Pushed::Duplicate]);
        assert_eq!(
            world.push(&world.dana, vec![], vec![Envelope { epoch: 1, ..envelope(case, 5) }]).envelopes,
            [Pushed::StaleEpoch]
        );
        assert_eq!(world.pull(&world.dana).len(), 10);
    });
}

/// What a device has brought it is only reminded of, and has in its memory all the same.
#[test]
fn what_a_device_is_reminded_of_comes_in_frames_that_it_has_room_for() {
    on_both(|world| {
        let case = begun(&world.dana, 7);
        world.begin(case);
        let large = |number| Envelope { sealed: vec![number; 100 << 10], ..envelope(case, number) };
        let request = SyncRequest {
            envelopes: (2..38).map(large).collect(),
            budget: 1 << 20,
            log_from: u64::MAX,
            ..SyncRequest::default()
        };
        let answer = world.hub.sync(world.dana.caller(), &request, NOW, &mut rng(6)).unwrap();
        let reminded =
            |frame: &habeas_protocol::Frame| frame.items.iter().filter(|item| matches!(item.content, Told::Sent(_))).count();
        let frames: Vec<usize> = answer.frames.iter().map(reminded).collect();
        assert_eq!((frames.iter().sum::<usize>(), answer.more), (36, false));
        assert!(frames.iter().all(|&count| count <= 3), "{frames:?}");
        assert!(answer.encode().unwrap().len() < 10_000);
    });
}

#[test]
fn a_grant_gives_what_was_written_before_and_everything_after() {
    on_both(|mut world| {
        let case = begun(&world.dana, 7);
        world.begin(case);
        world.push(&world.dana, vec![], vec![envelope(case, 2), envelope(case, 3)]);
        let to_marat = || world.aliya.wrap(case, own(&world.marat));
        assert_eq!(
            world.push(&world.aliya, vec![to_marat()], vec![]).wraps,
            [Pushed::Refused(Refused::NotGranted)],
            "the log says nothing of it"
        );
        let mut log = world.log.clone();
        let entry = world.aliya.entry(&mut log, Body::Grant { case, circle: own(&world.marat) });
        let bytes = encode(&entry).unwrap();
        assert!(matches!(world.hub.append_log(world.dana.caller(), std::slice::from_ref(&bytes), NOW), Err(HubError::Denied(_))));
        world.hub.append_log(world.aliya.caller(), &[bytes], NOW).unwrap();
        assert_eq!(world.push(&world.aliya, vec![to_marat()], vec![]).wraps, [Pushed::Accepted]);
        world.push(&world.dana, vec![], vec![envelope(case, 4)]);
        let seqs: Vec<u64> = world.pull(&world.marat).iter().map(|item| item.seq).collect();
        assert_eq!(seqs, [1, 2, 3, 4, 5], "the wrap, three changes from before, one from after");
        world.log = log;
    });
}

#[test]
fn feeds_have_no_gaps_however_many_push_at_once() {
    on_both(|world| {
        let cases: Vec<CaseId> = (10..14).map(|number| begun(&world.dana, number)).collect();
        cases.iter().for_each(|case| world.begin(*case));
        let reading = |expected: usize| {
            // Read while others write: what was read stays, and nothing appears behind the cursor later.
            let (mut seen, mut cursor) = (0_u64, Vec::new());
            while seen < expected as u64 {
                let request = SyncRequest { log_from: u64::MAX, cursor: cursor.clone(), budget: 5000, ..SyncRequest::default() };
                let response = world.hub.sync(world.aliya.caller(), &request, NOW, &mut rng(7)).unwrap();
                for frame in response.frames {
                    for item in &frame.items {
                        assert_eq!(item.seq, seen + 1);
                        seen = item.seq;
                    }
                    cursor = frame.cursor;
                }
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(|| reading(4 * 2 + 4 * 20));
            for thread in 0..4_u8 {
                let (world, cases) = (&world, &cases);
                scope.spawn(move || {
                    for round in 0..5_u8 {
                        let mut batch: Vec<Envelope> =
                            cases.iter().map(|case| envelope(*case, 20 + thread * 5 + round)).collect();
                        // Some send their cases in the other order: the hub locks them in its own.
                        if thread % 2 == 0 {
                            batch.reverse();
                        }
                        assert_eq!(world.push(&world.dana, vec![], batch).envelopes, [Pushed::Accepted; 4]);
                    }
                });
            }
        });
        assert_eq!(world.pull(&world.dana).len(), 4 * 2 + 4 * 20);
    });
}

/// Whoever fills a case stops at its bound; other cases go on, and whoever reads it gets it in frames and answers that are bounded, too.
#[test]
fn a_case_takes_as_much_as_one_can_and_comes_back_in_bounded_pieces() {
    on_both(|world| {
        let (case, other) = (begun(&world.dana, 7), begun(&world.dana, 8));
        [case, other].into_iter().for_each(|case| world.begin(case));
        let large = |number, sealed| Envelope { sealed: vec![number; sealed], ..envelope(case, number) };
        let refused = |why| [Pushed::Refused(why)];
        assert_eq!(world.push(&world.dana, vec![], vec![large(2, MAX_SEALED + 1)]).envelopes, refused(Refused::TooLarge));
        let takes_until_full = |device: &Device, first: u8| {
            let taken = (first..).take_while(|&number| {
                let pushed = world.push(device, vec![], vec![large(number, MAX_SEALED)]).envelopes;
                assert!([[Pushed::Accepted], refused(Refused::Full)].contains(&pushed.clone().try_into().unwrap()), "{pushed:?}");
                pushed == [Pushed::Accepted]
            });
            taken.count()
        };
        // The one that goes beyond is the last one. The last quarter is kept for what coordinators and the clerk bring.
        let by_dana = takes_until_full(&world.dana, 2);
        assert_eq!(by_dana as i64, MAX_CASE_AT_HUB / 4 * 3 / MAX_SEALED as i64 + 1);
        let taken = by_dana + takes_until_full(&world.aliya, 2 + u8::try_from(by_dana).unwrap());
        assert_eq!(taken as i64, MAX_CASE_AT_HUB / MAX_SEALED as i64 + 1);
        assert_eq!(world.push(&world.dana, vec![], vec![large(2, MAX_SEALED)]).envelopes, [Pushed::Duplicate]);
        assert_eq!(world.push(&world.dana, vec![], vec![envelope(other, 2)]).envelopes, [Pushed::Accepted]);

        let (mut items, mut cursor, mut more) = (0, Vec::new(), true);
        while more {
            let request = SyncRequest { log_from: u64::MAX, cursor: cursor.clone(), budget: u32::MAX, ..SyncRequest::default() };
            let response = world.hub.sync(world.aliya.caller(), &request, NOW, &mut rng(5)).unwrap();
            // Half of what an answer may have, so that the rest of it has room.
            assert!(response.encode().unwrap().len() <= MAX_RESPONSE / 2 + MAX_SEALED);
            for frame in response.frames {
                assert!(encode(&frame).unwrap().len() < MAX_FRAME + MAX_SEALED + 1024, "at most one item beyond");
                items += frame.items.len();
                cursor = frame.cursor;
            }
            more = response.more;
        }
        assert_eq!(items, taken + 5, "two wraps and three records of two hundred bytes besides");
    });
}

/// A cursor that no hub could have made, because it is longer than any, is none.
#[test]
fn a_cursor_longer_than_any_is_one_that_this_hub_has_not_made() {
    on_both(|world| {
        world.begin(begun(&world.dana, 7));
        let ask = |cursor: &[u8]| {
            let request = SyncRequest { log_from: u64::MAX, cursor: cursor.to_vec(), budget: 5_000, ..SyncRequest::default() };
            world.hub.sync(world.aliya.caller(), &request, NOW, &mut rng(5)).unwrap()
        };
        let first = ask(&[]);
        let cursor = &first.frames[0].cursor;
        assert_eq!((first.lost, ask(cursor).lost, ask(cursor).frames.len()), (false, false, 0));
        for long in [[cursor.as_slice(), &[0]].concat(), vec![1; MAX_CURSOR], vec![1; MAX_CURSOR + 1], vec![0xff; 1 << 20]] {
            let told = ask(&long);
            assert!(told.lost && told.more && told.frames.is_empty(), "{}", long.len());
        }
        assert_eq!(ask(&[]).frames[0].items.len(), 2, "all of it again, to whoever comes without one");
    });
}

/// Aliya gives Marat one case after another while Dana, on three devices at once, writes to it, and Marat reads all the while: whatever
/// comes first, he gets each record once, behind the secret that opens it.
#[test]
fn a_grant_loses_nothing_that_is_pushed_at_the_same_moment() {
    const PUSHED: u8 = 12;
    on_both(|world| {
        let (mut log, mut cursor, mut seen) = (world.log.clone(), Vec::new(), 0);
        for tag in 1..25 {
            let case = begun(&world.dana, tag);
            world.begin(case);
            let entry = encode(&world.aliya.entry(&mut log, Body::Grant { case, circle: own(&world.marat) })).unwrap();
            let begin = Barrier::new(5);
            let mut items: Vec<FeedItem> = Vec::new();
            std::thread::scope(|scope| {
                let (world, begin) = (&world, &begin);
                let dana = |thread| {
                    move || {
                        begin.wait();
                        for number in (2..2 + PUSHED).filter(|number| number % 3 == thread) {
                            let pushed = world.push(&world.dana, vec![], vec![envelope(case, number)]).envelopes;
                            assert_eq!(pushed, [Pushed::Accepted], "{number}");
                        }
                    }
                };
                let aliya = move || {
                    begin.wait();
                    world.hub.append_log(world.aliya.caller(), &[entry], NOW).unwrap();
                    let wraps = vec![world.aliya.wrap(case, own(&world.marat))];
                    assert_eq!(world.push(&world.aliya, wraps, vec![]).wraps, [Pushed::Accepted]);
                };
                let mut writers: Vec<_> = (0..3).map(|thread| scope.spawn(dana(thread))).collect();
                writers.push(scope.spawn(aliya));
                begin.wait();
                loop {
                    // Asked before he reads: what was there when the last one had written he has read then.
                    let all = writers.iter().all(|writer| writer.is_finished());
                    let (more, behind) = world.read_on(&world.marat, &cursor);
                    items.extend(more);
                    cursor = behind;
                    if all {
                        break;
                    }
                }
            });
            let mut got = Vec::new();
            for (place, item) in items.iter().enumerate() {
                seen += 1;
                assert_eq!(item.seq, seen, "without gaps");
                match &item.content {
                    Told::Wrap(wrap) => assert_eq!((wrap.case, place), (case, 0), "what opens it comes first"),
                    Told::Envelope(envelope) => got.push(envelope.id.0[0]),
                    other => panic!("{other:?}"),
                }
            }
            got.sort_unstable();
            assert_eq!(got, (1..2 + PUSHED).collect::<Vec<u8>>(), "each once, in case {tag}");
        }
    });
}

#[test]
fn a_hub_that_has_lost_something_says_so_and_takes_it_back() {
    on_both(|world| {
        let case = begun(&world.dana, 7);
        let ask = |device: &Device, request: &SyncRequest| world.hub.sync(device.caller(), request, NOW, &mut rng(8)).unwrap();
        // Nobody has brought anything yet: a receipt can only be from before.
        let stale = SyncRequest { receipt: vec![1; 16], ..SyncRequest::default() };
        let told = ask(&world.marat, &stale);
        assert!(told.lost);
        let shows = receipt(&told.receipt, &stale, (&[], &[], &[], &[], &[])).unwrap().to_vec();
        let again = SyncRequest { receipt: shows, ..SyncRequest::default() };
        assert!(!ask(&world.marat, &again).lost, "said once");
        assert!(ask(&world.marat, &stale).lost, "until it is heard");
        let foreign = SyncRequest { cursor: vec![1, 2, 3], budget: 1 << 20, ..SyncRequest::default() };
        assert!(ask(&world.dana, &foreign).lost && !ask(&world.dana, &SyncRequest::default()).lost);

        // A lawyer cannot open somebody else's case anew; a coordinator can, and it stays the case of whoever began it.
        let first = world.dana.wrap(case, COORDINATORS);
        assert_eq!(world.push(&world.marat, vec![first.clone()], vec![]).wraps, [Pushed::Refused(Refused::NotItsBeginner)]);
        let mine = Beginning { device: world.marat.keys().id(), ..Beginning::new(world.dana.keys().id(), [7; 16]) };
        let (beginnings, wraps) = (vec![mine], vec![world.marat.wrap(case, COORDINATORS)]);
        let claimed = ask(&world.marat, &SyncRequest { beginnings, wraps, ..SyncRequest::default() });
        assert_eq!(claimed.wraps, [Pushed::Refused(Refused::NotItsBeginner)], "whoever knows the case has not begun it");
        let given = world.push(&world.aliya, vec![first], vec![envelope(case, 1)]);
        assert_eq!((given.wraps, given.envelopes), (vec![Pushed::Accepted], vec![Pushed::Accepted]));
        assert_eq!(
            world.push(&world.aliya, vec![world.aliya.wrap(case, own(&world.aliya))], vec![]).wraps,
            [Pushed::Refused(Refused::NotGranted)]
        );

        // Dana is told what differs of her cases, and that she may not read hers; of others' she is told nothing.
        let same = digest([EnvelopeId([1; 16])]);
        let asked = |device: &Device, digests: Vec<(CaseId, [u8; 16])>| {
            ask(device, &SyncRequest { digests, ..SyncRequest::default() }).differ
        };
        let other = CaseId([0xff; 16]);
        assert_eq!(
            asked(&world.dana, vec![(case, same), (other, same)]),
            [Differing { case, known: true }, Differing { case: other, known: false }]
        );
        assert_eq!(asked(&world.marat, vec![(case, digest([]))]), []);
        assert_eq!(world.push(&world.dana, vec![world.dana.wrap(case, own(&world.dana))], vec![]).wraps, [Pushed::Accepted]);
        assert_eq!(asked(&world.dana, vec![(case, same)]), []);
        let digests = vec![(case, digest([EnvelopeId([2; 16])]))];
        assert_eq!(asked(&world.dana, digests.clone()), [Differing { case, known: true }]);
        let has = |device: &Device, digests| {
            let told = ask(device, &SyncRequest { digests, ..SyncRequest::default() });
            has::next(&mut told.differ_has.as_slice())
        };
        // What there is of it is named.
        let there = Has { epoch: Some(0), names: Some(vec![has::name(EnvelopeId([1; 16]))]) };
        assert_eq!(has(&world.dana, digests), there);

        // The log comes back from whoever has it, and only what proves itself and follows.
        let mut log = world.log.clone();
        let granted = world.aliya.entry(&mut log, Body::Grant { case, circle: own(&world.marat) });
        let mut forged = granted.clone();
        forged.signature = world.dana.sign(b"nothing");
        let give =
            |entry: &Entry| ask(&world.marat, &SyncRequest { log: vec![encode(entry).unwrap()], ..SyncRequest::default() });
        assert_eq!(give(&forged).log_next, granted.number);
        assert_eq!(give(&granted).log_next, granted.number + 1);
        assert_eq!(give(&granted).log_next, granted.number + 1, "once is enough");
        assert_eq!(asked(&world.aliya, vec![(case, same)]), [Differing { case, known: true }], "a reader is missing");
        assert_eq!(has(&world.aliya, vec![(case, same)]), Has { epoch: None, ..there }, "and so she seals it again");
        assert_eq!(world.push(&world.aliya, vec![world.aliya.wrap(case, own(&world.marat))], vec![]).wraps, [Pushed::Accepted]);
        assert_eq!(asked(&world.aliya, vec![(case, same)]), []);
    });
}

#[test]
fn nobody_fills_a_case_beyond_what_its_readers_can_store() {
    on_both(|world| {
        let case = begun(&world.dana, 9);
        world.begin(case);
        let large = |number: u32| Envelope {
            sealed: vec![7; 250_000],
            id: EnvelopeId([number.to_be_bytes(); 4].concat().try_into().unwrap()),
            ..envelope(case, 0)
        };
        let mut taken = 0;
        loop {
            let answer = world.push(&world.dana, vec![], (0..8).map(|n| large(taken + n)).collect());
            taken += 8;
            if answer.envelopes.contains(&Pushed::Refused(Refused::Full)) {
                break;
            }
            assert!(taken < 200, "{taken}");
        }
        assert_eq!(
            world.push(&world.dana, vec![], vec![large(0), large(900)]).envelopes,
            [Pushed::Duplicate, Pushed::Refused(Refused::Full)]
        );
        let other = begun(&world.dana, 10);
        world.begin(other);
    });
}

#[test]
fn what_a_device_has_just_brought_it_does_not_get_back() {
    on_both(|world| {
        let case = begun(&world.dana, 7);
        world.begin(case);
        let all = SyncRequest { budget: 1 << 20, ..SyncRequest::default() };
        let ask = |device: &Device, request: &SyncRequest| {
            let frames = world.hub.sync(device.caller(), request, NOW, &mut rng(9)).unwrap().frames;
            frames.into_iter().flat_map(|frame| frame.items).map(|item| item.content).collect::<Vec<Told>>()
        };
        let brings = SyncRequest { envelopes: vec![envelope(case, 2), envelope(case, 3)], ..all.clone() };
        let told = ask(&world.dana, &brings);
        assert!(matches!(told[..], [Told::Wrap(_), Told::Envelope(_), Told::Sent(0), Told::Sent(1)]), "{told:?}");
        let contents: Vec<Option<Content>> = told.into_iter().map(|told| told.content(&brings)).collect();
        assert_eq!(contents[2..], [2, 3].map(|number| Some(Content::Envelope(envelope(case, number)))));
        // To others, and to herself another time, it is told in full; and to whoever brings other bytes under the name.
        let full = |told: &Told| matches!(told, Told::Wrap(_) | Told::Envelope(_));
        assert!(ask(&world.aliya, &all).iter().chain(&ask(&world.dana, &all)).all(full));
        let variant = Envelope { sealed: vec![9; 200], ..envelope(case, 2) };
        let told = ask(&world.aliya, &SyncRequest { envelopes: vec![variant], ..all.clone() });
        assert_eq!(told.iter().filter(|told| !full(told)).count(), 1);
        assert_eq!(told.iter().filter(|told| **told == Told::Envelope(envelope(case, 2))).count(), 1, "{told:?}");
        assert_eq!(Told::Sent(7).content(&brings), None);
    });
}

/// What a device is told of the audit record costs it twenty bytes, and an hour or thirty-two entries pass before it is told more.
#[test]
fn a_device_is_told_that_its_head_is_still_there_and_now_and_then_a_newer_one() {
    on_both(|world| {
        let ask = |device: &Device, audit: u64, now: i64| {
            let request = SyncRequest { log_from: u64::MAX, audit, ..SyncRequest::default() };
            world.hub.sync(device.caller(), &request, now, &mut rng(9)).unwrap()
        };
        let [first] = ask(&world.dana, 0, NOW).audit[..] else { panic!("whoever knows none is told the newest") };
        assert_eq!(world.hub.audit_head().unwrap(), Some(first));
        assert!(ask(&Device::new(9), 0, NOW).audit.is_empty(), "whoever was not let in is told nothing");

        let note = |now| world.hub.audit(Actor::Operator, Act::Backup, "", now).unwrap();
        (0..31).for_each(|_| note(NOW));
        let nothing_new = ask(&world.dana, first.number, NOW + 3599);
        assert_eq!(nothing_new.audit, [first], "it is still there");
        let without = SyncResponse { audit: Vec::new(), ..nothing_new.clone() };
        assert_eq!(nothing_new.encode().unwrap().len() - without.encode().unwrap().len(), 17);
        let newest = world.hub.audit_head().unwrap().unwrap();
        assert_eq!(ask(&world.dana, first.number, NOW + 3600).audit, [first, newest], "after an hour");
        note(NOW);
        let newest = world.hub.audit_head().unwrap().unwrap();
        assert_eq!(ask(&world.dana, first.number, NOW).audit, [first, newest], "or after thirty-two entries");
        // Of a head that the record does not have there is nothing to tell but the newest one.
        assert_eq!(ask(&world.dana, newest.number + 1, NOW).audit, [newest]);
    });
}

/// Whatever was told before, by this hub or in its name: a device goes on where it has got to itself.
#[test]
fn a_hub_goes_on_where_the_device_is_and_not_where_the_cursor_says() {
    on_both(|world| {
        let case = begun(&world.dana, 7);
        let wraps = vec![world.dana.wrap(case, COORDINATORS), world.dana.wrap(case, own(&world.dana))];
        let beginnings = vec![Beginning::new(world.dana.keys().id(), [7; 16])];
        let envelopes = (1..=5).map(|number| envelope(case, number)).collect();
        let pushed = SyncRequest { beginnings, wraps, envelopes, ..SyncRequest::default() };
        world.hub.sync(world.dana.caller(), &pushed, NOW, &mut rng(8)).unwrap();
        let ask = |request: SyncRequest| {
            let response = world.hub.sync(world.dana.caller(), &request, NOW, &mut rng(9)).unwrap();
            let items: Vec<FeedItem> = response.frames.iter().flat_map(|frame| frame.items.clone()).collect();
            (items, response.lost, response.frames.last().map(|frame| frame.cursor.clone()).unwrap_or_default())
        };
        let from = |cursor: &[u8], followed| SyncRequest {
            cursor: cursor.to_vec(),
            followed,
            budget: 1 << 20,
            ..SyncRequest::default()
        };
        let (all, _, cursor) = ask(from(&[], vec![]));
        let mut link = [0; 32];
        let marks: Vec<_> = all
            .iter()
            .map(|item| {
                let content = item.content.clone().content(&SyncRequest::default()).unwrap();
                link = Content::chain(&link, &encode(&content).unwrap());
                followed(item.circle, item.seq, &link)
            })
            .collect();
        let numbers =
            |(items, lost, _): (Vec<FeedItem>, bool, Vec<u8>)| (items.iter().map(|item| item.seq).collect::<Vec<_>>(), lost);
        assert_eq!(numbers((all, false, Vec::new())), (vec![1, 2, 3, 4, 5, 6], false));

        // Where both agree, or the device says nothing, nothing is told; where it is behind, the rest is told, and nothing was lost.
        assert_eq!(numbers(ask(from(&cursor, vec![]))), (vec![], false));
        assert_eq!(numbers(ask(from(&cursor, vec![marks[5]]))), (vec![], false));
        assert_eq!(numbers(ask(from(&cursor, vec![marks[3]]))), (vec![5, 6], false));
        // Where it has followed another history, it is told so, and nothing else. Then it comes without a cursor and says where it has been: it is
        // told what stands behind the first of these places that is of this history, and everything if none is.
        for other in [(6, marks[4].1), (9, marks[5].1), (5, [0; 8])] {
            assert_eq!(numbers(ask(from(&cursor, vec![other]))), (vec![], true));
            assert_eq!(numbers(ask(from(&[], vec![other, marks[3], marks[1]]))), (vec![5, 6], false));
            assert_eq!(numbers(ask(from(&[], vec![other]))), (vec![1, 2, 3, 4, 5, 6], false));
        }
        // A cursor that stands behind the device does not hold it up.
        let small = SyncRequest { budget: 1, ..from(&[], vec![]) };
        let (first, _, early) = ask(small);
        assert!(first.len() < 6);
        assert_eq!(numbers(ask(from(&early, vec![marks[5]]))), (vec![], false));
    });
}
