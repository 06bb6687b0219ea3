//! The people of the tests: Aliya coordinates, Dana and Marat are lawyers, the clerk never sleeps.
#![allow(dead_code, reason = "each test file uses some of these")]

use habeas_client_core::case::{City, Document, Draft, Fact, Place, Reliability, Source, SourceKind, Stated, What};
use habeas_client_core::device::{Device, Memory};
use habeas_client_core::keys::{DeviceSecrets, seal_circle};
use habeas_clock::{Instant, Interval};
use habeas_protocol::{
    Body, CircleId, CircleKind, Entry, Envelope, FeedItem, Frame, Log, PersonId, Role, SyncRequest, SyncResponse, Told, encode,
};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// Randomness that is the same in every run.
pub fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// An organisation of one coordinator, two lawyers and a clerk.
pub struct Organisation {
    pub log: Log,
    pub aliya: DeviceSecrets,
    pub dana: DeviceSecrets,
    pub marat: DeviceSecrets,
    pub clerk: DeviceSecrets,
}

impl Organisation {
    pub fn founded() -> Self {
        let mut rng = rng(1);
        let [aliya, dana, marat, clerk] = [(); 4].map(|()| DeviceSecrets::generate(&mut rng));
        let mut log = Log::new();
        let coordinators = CircleId([0xc0; 16]);
        let (circle, pair) = seal_circle(coordinators, CircleKind::Coordinators, 0, &[aliya.keys()], &mut rng).unwrap();
        aliya.write_entry(&mut log, Body::Genesis { device: aliya.keys(), person: PersonId([1; 16]), circle }).unwrap();
        for (person, device, role) in [(2, &dana, Role::Lawyer), (3, &marat, Role::Lawyer), (4, &clerk, Role::Clerk)] {
            let person = PersonId([person; 16]);
            aliya.write_entry(&mut log, Body::DeviceAdmitted { device: device.keys(), person, role }).unwrap();
            if role == Role::Clerk {
                let wrap = pair.wrap(coordinators, 0, &device.keys(), &mut rng).unwrap();
                aliya
                    .write_entry(&mut log, Body::CircleJoined { circle: coordinators, epoch: 0, device: device.id(), wrap })
                    .unwrap();
            } else {
                let (circle, _) =
                    seal_circle(CircleId(person.0), CircleKind::Person(person), 0, &[device.keys()], &mut rng).unwrap();
                aliya.write_entry(&mut log, Body::CircleEpoch(circle)).unwrap();
            }
        }
        Self { log, aliya, dana, marat, clerk }
    }
}

impl Organisation {
    pub fn coordinators(&self) -> CircleId {
        self.log.circle_of(CircleKind::Coordinators).unwrap().0
    }
}

/// A device of the organisation that has heard its log.
pub fn member(secrets: &DeviceSecrets, people: &Organisation) -> Device<Memory> {
    let mut device = Device::create(Memory::default(), secrets.clone(), None).unwrap();
    let log = people.log.entries_from(0).map(|entry| encode(entry).unwrap()).collect();
    let response = SyncResponse { log, log_next: people.log.next().0, ..SyncResponse::default() };
    device.receive(&SyncRequest::default(), response).unwrap();
    device
}

/// What tells a device of an entry.
pub fn hears(entry: &Entry) -> SyncResponse {
    SyncResponse { log: vec![encode(entry).unwrap()], log_next: entry.number + 1, ..SyncResponse::default() }
}

/// Whether the key lies anywhere in a device's records.
pub fn has_key(device: &mut Device<Memory>, key: &[u8]) -> bool {
    device.records().0.values().any(|bytes| bytes.windows(key.len()).any(|window| window == key))
}

/// Gives a device what another has just brought, as a circle's feed tells it.
pub fn tells(to: &mut Device<Memory>, circle: CircleId, request: &SyncRequest, all: impl Fn(&Envelope) -> bool) {
    let wraps = request.wraps.iter().filter(|wrap| wrap.circle == circle).cloned().map(Told::Wrap);
    let envelopes = request.envelopes.iter().filter(|envelope| all(envelope)).cloned().map(Told::Envelope);
    let items = (1..).zip(wraps.chain(envelopes)).map(|(seq, content)| FeedItem { circle, seq, content }).collect();
    let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
    let log_next = to.log().next().0;
    to.receive(&SyncRequest::default(), SyncResponse { frames, log_next, ..SyncResponse::default() }).unwrap();
}

/// When the wall clock of Almaty showed that minute of 7 September 2026.
pub fn minute(local: &str) -> Interval {
    City::Almaty.zone().minute(&format!("2026-09-07 {local}")).unwrap()
}

/// The beginning of such a minute.
pub fn instant(local: &str) -> Instant {
    minute(local).from.unwrap()
}

/// Every fact of a document, all of which this version must know.
pub fn facts(document: &Document) -> Vec<Fact> {
    let known = |stated| if let Stated::Known(fact) = stated { *fact } else { panic!("{stated:?}") };
    document.facts().into_iter().map(known).collect()
}

/// The station that everything happens at, unless a story says otherwise.
pub fn station() -> Option<Place> {
    Some(Place { city: City::Almaty, name: Some("Bostandyk".into()) })
}

/// Something that a witness saw at the Bostandyk station.
pub fn seen(what: What, at: &str) -> Draft {
    Draft {
        what,
        when: minute(at),
        said: None,
        place: station(),
        source: Source { kind: SourceKind::Witness, name: None, reliability: Reliability::FirstHand },
        recorded_at: instant("20:00"),
        replaces: vec![],
        sensitive: false,
        limited: false,
    }
}

pub fn restrained(at: &str) -> Draft {
    seen(What::Restrained { exit_offered: None }, at)
}

/// The same, said by the police.
pub fn police(what: What, at: &str) -> Draft {
    Draft { source: Source { kind: SourceKind::Police, name: None, reliability: Reliability::FirstHand }, ..seen(what, at) }
}

pub fn note(text: &str) -> Draft {
    Draft { when: Interval::OPEN, place: None, ..seen(What::Note { text: text.into() }, "12:00") }
}

pub fn name(text: &str) -> Draft {
    Draft { when: Interval::OPEN, place: None, ..seen(What::Name { text: text.into() }, "12:00") }
}
