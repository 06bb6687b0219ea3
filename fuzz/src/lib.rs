//! The organisation that every target attacks: the people of the tests, a case with a history, and what the targets share.

#[allow(clippy::should_implement_trait, reason = "public here alone; what it gives next may fail")]
#[path = "../../server/src/backup/file.rs"]
pub mod backup;
pub mod hub;
#[path = "../../client-core/tests/people/mod.rs"]
pub mod people;
#[path = "../../tests/src/photo.rs"]
pub mod photo;

use habeas_client_core::case::{Draft, Written};
use habeas_client_core::device::{Device, Memory, SyncReport};
use habeas_client_core::keys::{CaseSecret, DeviceSecrets, seal, seal_snapshot};
use habeas_client_core::sync::{CaseKeys, Replica};
use habeas_protocol::{CaseId, CircleKind, Envelope, Frame, Place, SyncRequest};
use people::{Organisation, name, restrained, rng};

/// The case.
pub const CASE: CaseId = CaseId([0xca; 16]);

/// The size of [`paper`], in bytes: two pieces.
pub const SIZE: u32 = 70_000;

/// A photographed paper.
pub fn paper() -> Vec<u8> {
    let mut paper = photo::photograph(3, SIZE as usize);
    paper.truncate(SIZE as usize);
    paper
}

/// Everything that a target needs.
pub struct Known {
    pub people: Organisation,
    pub secret: CaseSecret,
    pub keys: CaseKeys,
    /// Two changes of Dana's.
    pub replica: Replica,
    /// The same, sealed.
    pub envelopes: Vec<Envelope>,
}

impl Known {
    pub fn new() -> Self {
        let people = Organisation::founded();
        let secret = CaseSecret::generate(&mut rng(42));
        let mut keys = CaseKeys::default();
        keys.add(0, secret.clone());
        let mut replica = Replica::new(CASE);
        let mut written = Replica::new(CASE);
        let mut write = |draft: Draft| {
            let actor = people.dana.keys().actor(0);
            let change = written.write(actor, &[draft]).unwrap();
            seal(CASE, (0, &secret), &secret, &people.dana, actor, &change).unwrap()
        };
        let envelopes = vec![write(name("Serik")), write(restrained("12:05"))];
        replica.receive(&envelopes, &keys, &people.log);
        Self { people, secret, keys, replica, envelopes }
    }

    /// Seals a change as Dana would, whatever it is.
    pub fn sealed(&self, written: &Written, actor: [u8; 16]) -> Envelope {
        let device: &DeviceSecrets = &self.people.dana;
        seal(CASE, (0, &self.secret), &self.secret, device, actor, written).unwrap()
    }

    /// A device takes a snapshot's only part that the clerk has signed, with this in it: what does not pack, and what does. It opens again
    /// afterwards, and shows what it has.
    pub fn takes_snapshot(&self, records: &Memory, what: (&[u8], &[u8])) -> SyncReport {
        let (circle, _) = self.people.log.circle_of(CircleKind::Coordinators).unwrap();
        let place = Place { circle, circle_epoch: 0, upto: 9, chain: [7; 32], part: 0, parts: 1 };
        let part = seal_snapshot(place, what, &self.people.log, &self.people.clerk, &mut rng(6)).unwrap();
        let mut reader = Device::open(records.clone()).unwrap().unwrap();
        let frame = Frame { items: Vec::new(), snapshot: Some(part), cursor: b"there".to_vec() };
        let mut report = SyncReport::default();
        reader.take(&SyncRequest::default(), frame, &mut report).unwrap();
        let mut reader = Device::open(reader.into_records()).unwrap().unwrap();
        let cases: Vec<_> = reader.cases().map(|(case, _)| *case).collect();
        assert!(report.admitted == 0 || !cases.is_empty());
        cases.into_iter().for_each(|case| drop(reader.case(case).unwrap().replica.view()));
        reader.request(&mut rng(9)).unwrap();
        report
    }

    /// An envelope changes the case, or nothing of it shows and it is kept aside; and the case can be stored and read again.
    pub fn takes(&self, envelope: &Envelope) {
        let mut replica = self.replica.clone();
        let (facts, aside) = (replica.facts().len(), replica.aside().len());
        let outcome = replica.receive(std::slice::from_ref(envelope), &self.keys, &self.people.log).remove(0);
        use habeas_client_core::sync::Outcome;
        match outcome {
            Outcome::Admitted(admitted) => assert_eq!(replica.facts().len(), facts + admitted.facts.len()),
            Outcome::Duplicate | Outcome::Key(_) | Outcome::Limited(_) | Outcome::Erased => {
                assert_eq!(replica.facts().len(), facts)
            }
            Outcome::Parked(_) | Outcome::Refused(_) => {
                assert_eq!((replica.facts().len(), replica.aside().len()), (facts, aside + 1));
            }
        }
        let _ = replica.view();
        let again = habeas_client_core::case::Document::load(&replica.document().save()).unwrap();
        assert_eq!(again.heads(), replica.document().heads());
    }
}

impl Default for Known {
    fn default() -> Self {
        Self::new()
    }
}
