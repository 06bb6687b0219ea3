//! A hub that wants a case sealed to a ghost: a device, a circle or a key that no coordinator has signed. What devices seal afterwards is looked at.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::{Device, DeviceError, Export, Memory};
use habeas_client_core::keys::{CaseSecret, CirclePair, DeviceSecrets, open, open_bundle, seal_circle, unwrap_circle};
use habeas_protocol::{
    Body, CaseId, CircleId, CircleKey, CircleKind, DeviceId, Differing, Entry, FeedItem, Frame, PersonId, Pushed, Role,
    SyncRequest, SyncResponse, Told, encode,
};
use people::{Organisation, hears, member, name, restrained, rng, tells};

const DANA: CircleId = CircleId([2; 16]);
const GHOSTS: CircleId = CircleId([0xaa; 16]);
const GHOST: PersonId = PersonId([0xee; 16]);

/// Whoever has the hub, and keys of their own.
struct Ghost {
    secrets: DeviceSecrets,
    key: CircleKey,
    pair: CirclePair,
    /// A secret that it would like a case to have.
    secret: CaseSecret,
}

impl Ghost {
    fn new() -> Self {
        let secrets = DeviceSecrets::generate(&mut rng(66));
        let (key, pair) = seal_circle(GHOSTS, CircleKind::Person(GHOST), 0, &[secrets.keys()], &mut rng(67)).unwrap();
        Self { secrets, key, pair, secret: CaseSecret::generate(&mut rng(68)) }
    }

    /// The log's next entry, in somebody's name.
    fn writes(&self, people: &Organisation, body: Body, signer: DeviceId) -> Vec<u8> {
        let (number, previous) = people.log.next();
        let signature = self.secrets.sign(&Entry::signed(number, &previous, &body, signer).unwrap());
        encode(&Entry { number, previous, body, signer, signature }).unwrap()
    }

    /// Entries that would make it somebody: a member, one of the coordinators, another key of theirs, somebody to whom the case is open.
    fn bodies(&self, people: &Organisation, case: CaseId) -> Vec<Body> {
        let (device, role, coordinators) = (self.secrets.keys(), Role::Coordinator, people.coordinators());
        let wrap = self.pair.wrap(coordinators, 0, &device, &mut rng(69)).unwrap();
        let (theirs, _) = seal_circle(coordinators, CircleKind::Coordinators, 1, &[device], &mut rng(70)).unwrap();
        vec![
            Body::DeviceAdmitted { device, person: GHOST, role },
            Body::CircleJoined { circle: coordinators, epoch: 0, device: device.id(), wrap },
            Body::CircleEpoch(self.key.clone()),
            Body::CircleEpoch(theirs),
            Body::Grant { case, circle: GHOSTS },
            Body::CaseShared { case, circle: GHOSTS, writes: true, until: None },
        ]
    }
}

/// A case of Dana's; her device and Aliya's, which has it, too.
fn devices(people: &Organisation) -> (CaseId, [Device<Memory>; 2]) {
    let mut dana = member(&people.dana, people);
    let (case, _) = dana.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
    let request = dana.request(&mut rng(3)).unwrap();
    let mut aliya = member(&people.aliya, people);
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    (case, [dana, aliya])
}

/// The hub takes all that is brought, and says this.
fn answers(device: &mut Device<Memory>, seed: u8, said: SyncResponse) -> SyncRequest {
    let request = device.request(&mut rng(seed)).unwrap();
    let wraps = vec![Pushed::Accepted; request.wraps.len()];
    let envelopes = vec![Pushed::Accepted; request.envelopes.len()];
    let log_next = device.log().next().0;
    device.receive(&request, SyncResponse { wraps, envelopes, log_next, ..said }).unwrap();
    request
}

/// Everything that a device seals once the hub says that the case's readers have nothing of it any more, and with something new in it.
fn seals(device: &mut Device<Memory>, case: CaseId) -> SyncRequest {
    answers(device, 4, SyncResponse { lost: true, receipt: vec![2; 16], ..SyncResponse::default() });
    let differ = vec![Differing { case, known: false }];
    let asked = answers(device, 5, SyncResponse { differ, receipt: vec![3; 16], ..SyncResponse::default() });
    assert!(asked.digests.iter().any(|(of, _)| *of == case), "it asks, and is told that the readers are missing");
    device.add_facts(case, &[restrained("12:05")], &mut rng(6)).unwrap();
    device.request(&mut rng(7)).unwrap()
}

/// Of all that, nothing opens to the ghost; and each secret opens to those for whom it is by the log, so it would have been seen.
fn nothing_is_for(ghost: &Ghost, people: &Organisation, device: &mut Device<Memory>, case: CaseId) {
    let request = seals(device, case);
    let circles: Vec<CircleId> = request.wraps.iter().map(|wrap| wrap.circle).collect();
    assert!(circles.contains(&people.coordinators()) && circles.contains(&DANA), "{circles:?}");
    for wrap in &request.wraps {
        let holder = if wrap.circle == DANA { &people.dana } else { &people.aliya };
        let pair = unwrap_circle(&people.log, wrap.circle, wrap.circle_epoch, holder).unwrap();
        assert!(CaseSecret::unwrap(wrap, &pair).is_ok() && CaseSecret::unwrap(wrap, &ghost.pair).is_err());
        assert_eq!((wrap.signer, wrap.epoch, wrap.circle_epoch), (device.id(), 0, 0));
    }
    assert!(request.envelopes.len() >= 2);
    let keys = device.case(case).unwrap().keys;
    let own = keys.secret(0).unwrap();
    for envelope in &request.envelopes {
        assert!(envelope.epoch == 0 && open(envelope, own).is_ok() && open(envelope, &ghost.secret).is_err());
    }
    let file = device.export(&Export::Cases([case].into()), &[people.marat.keys()], &mut rng(8)).unwrap().files.remove(0);
    assert!(open_bundle(&file, &people.marat).is_ok() && open_bundle(&file, &ghost.secrets).is_err());
}

#[test]
fn nothing_is_sealed_to_whom_only_a_forged_entry_names() {
    let (people, ghost) = (Organisation::founded(), Ghost::new());
    let (case, mut devices) = devices(&people);
    for device in &mut devices {
        for body in ghost.bodies(&people, case) {
            for signer in [ghost.secrets.id(), people.aliya.id()] {
                let log = vec![ghost.writes(&people, body.clone(), signer)];
                let told = SyncResponse { log, log_next: people.log.next().0 + 1, ..SyncResponse::default() };
                let said = device.receive(&SyncRequest::default(), told);
                assert!(matches!(said, Err(DeviceError::Hub(_))), "{body:?}");
            }
        }
        nothing_is_for(&ghost, &people, device, case);
    }
}

#[test]
fn nothing_is_sealed_to_a_circle_or_under_a_secret_that_the_hub_invents() {
    let (people, ghost) = (Organisation::founded(), Ghost::new());
    let (case, mut devices) = devices(&people);
    let (coordinators, log_next) = (people.coordinators(), people.log.next().0);
    // A log in which the ghost is somebody: only so it can seal at all.
    let mut invented = people.log.clone();
    let admitted = Body::DeviceAdmitted { device: ghost.secrets.keys(), person: GHOST, role: Role::Coordinator };
    for body in [admitted, Body::CircleEpoch(ghost.key.clone())] {
        people.aliya.write_entry(&mut invented, body).unwrap();
    }
    let sealed = |circle, epoch| ghost.secret.wrap((case, epoch), circle, &invented, &ghost.secrets, &mut rng(71)).unwrap();
    // Dana has nothing of her feed yet, Aliya the case's secret and its first change.
    for (device, (own, next)) in devices.iter_mut().zip([(DANA, 1), (coordinators, 3)]) {
        // A feed of the ghost's circle, and in the device's own a newer secret, and a first one, that the ghost knows.
        let items = [(GHOSTS, 1, sealed(GHOSTS, 0)), (own, next, sealed(own, 1)), (own, next + 1, sealed(own, 0))];
        let items = items.map(|(circle, seq, wrap)| FeedItem { circle, seq, content: Told::Wrap(wrap) }).to_vec();
        let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
        device.receive(&SyncRequest::default(), SyncResponse { frames, log_next, ..SyncResponse::default() }).unwrap();
        nothing_is_for(&ghost, &people, device, case);
    }
}

#[test]
fn a_bundle_is_made_for_nobody_whom_the_log_does_not_know() {
    let (people, ghost) = (Organisation::founded(), Ghost::new());
    let (case, [mut dana, aliya]) = devices(&people);
    let everything = Export::Cases([case].into());
    let unknown = |made: Result<_, DeviceError>| matches!(made.map(drop), Err(DeviceError::NotYet(why)) if why.name() == "error-device-unknown");
    assert!(unknown(dana.export(&everything, &[people.aliya.keys(), ghost.secrets.keys()], &mut rng(9))));
    dana.export(&everything, &[people.marat.keys()], &mut rng(9)).unwrap();
    // Nor for one that was revoked.
    let entry = aliya.revoke(&people.marat.id(), &mut rng(10)).unwrap();
    dana.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    assert!(unknown(dana.export(&everything, &[people.marat.keys()], &mut rng(9))));
    assert!(unknown(dana.export(&Export::Unsent, &[ghost.secrets.keys()], &mut rng(9))));
}
