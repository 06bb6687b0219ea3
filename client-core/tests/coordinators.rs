//! Coordinators among themselves, as the log has it: freezing, thawing, and what printed shares sign and open.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::log_entries;
use habeas_client_core::keys::{DeviceSecrets, Share, seal_circle, unwrap_circle};
use habeas_protocol::api::{LogEntries, from_hex};
use habeas_protocol::{Body, CaseId, CircleKind, Entry, Log, LogError, PersonId, Role};
use people::{Organisation, member, rng};

const ALIYA: PersonId = PersonId([1; 16]);
const DANA: PersonId = PersonId([2; 16]);
const BOLAT: PersonId = PersonId([5; 16]);
const ASSEL: PersonId = PersonId([6; 16]);

/// An organisation of three coordinators.
fn of_three() -> (Organisation, DeviceSecrets, DeviceSecrets) {
    let mut people = Organisation::founded();
    let [bolat, assel] = [51, 52].map(|seed| DeviceSecrets::generate(&mut rng(seed)));
    let (circle, _) = people.log.circle_of(CircleKind::Coordinators).unwrap();
    for (device, person) in [(&bolat, BOLAT), (&assel, ASSEL)] {
        let wrap = unwrap_circle(&people.log, circle, 0, &people.aliya).unwrap();
        let wrap = wrap.wrap(circle, 0, &device.keys(), &mut rng(53)).unwrap();
        let bodies = [
            Body::DeviceAdmitted { device: device.keys(), person, role: Role::Coordinator },
            Body::CircleJoined { circle, epoch: 0, device: device.id(), wrap },
        ];
        bodies.into_iter().for_each(|body| drop(people.aliya.write_entry(&mut people.log, body).unwrap()));
    }
    (people, bolat, assel)
}

fn grant(log: &Log, case: u8) -> Body {
    Body::Grant { case: CaseId([case; 16]), circle: log.circle_of(CircleKind::Person(DANA)).unwrap().0 }
}

fn contradicts(result: Result<Entry, LogError>, part: &str) {
    assert!(matches!(&result, Err(LogError::Contradiction(text)) if text.contains(part)), "{result:?}");
}

fn add(log: &mut Log, entries: &LogEntries) {
    for entry in &entries.entries {
        log.add(Entry::decode(&from_hex(entry, 16 << 10).unwrap()).unwrap()).unwrap();
    }
}

#[test]
fn whoever_is_frozen_signs_nothing_until_two_others_have_said_so() {
    let (Organisation { mut log, aliya, dana, .. }, bolat, assel) = of_three();
    let freeze = |person| Body::CoordinatorFrozen { person };
    let thaw = |person| Body::CoordinatorThawed { person };
    contradicts(aliya.write_entry(&mut log, freeze(ALIYA)), "themselves");
    contradicts(aliya.write_entry(&mut log, freeze(DANA)), "coordinates");
    contradicts(aliya.write_entry(&mut log, thaw(BOLAT)), "is frozen");
    assert_eq!(dana.write_entry(&mut log, freeze(BOLAT)), Err(LogError::Signature));
    bolat.write_entry(&mut log.clone(), grant(&log, 1)).unwrap();

    aliya.write_entry(&mut log, freeze(BOLAT)).unwrap();
    contradicts(assel.write_entry(&mut log, freeze(BOLAT)), "coordinates");
    for body in [grant(&log, 1), thaw(BOLAT), freeze(ALIYA)] {
        let before = log.clone();
        assert_eq!(bolat.write_entry(&mut log, body), Err(LogError::Signature));
        assert_eq!(log, before);
    }
    assert_eq!(log.coordinators().len(), 2);
    aliya.write_entry(&mut log, thaw(BOLAT)).unwrap();
    contradicts(aliya.write_entry(&mut log, thaw(BOLAT)), "twice");
    assert_eq!(dana.write_entry(&mut log, thaw(BOLAT)), Err(LogError::Signature));
    let body = grant(&log, 1);
    assert_eq!(bolat.write_entry(&mut log, body.clone()), Err(LogError::Signature), "one is not enough");

    // Aliya is frozen herself: what she wanted counts no longer, and Assel alone thaws nobody.
    let mut other = log.clone();
    assel.write_entry(&mut other, freeze(ALIYA)).unwrap();
    assel.write_entry(&mut other, thaw(BOLAT)).unwrap();
    assert!(other.is_frozen(&BOLAT) && other.is_frozen(&ALIYA));
    // And the last one who can act does not go.
    let revoked = Body::DeviceRevoked { device: assel.id(), circles: Vec::new(), before: None };
    contradicts(assel.write_entry(&mut other, revoked), "another coordinator");

    assel.write_entry(&mut log, thaw(BOLAT)).unwrap();
    assert!(!log.is_frozen(&BOLAT));
    bolat.write_entry(&mut log, body).unwrap();
    // Frozen again, what was said before counts for nothing.
    aliya.write_entry(&mut log, freeze(BOLAT)).unwrap();
    assel.write_entry(&mut log, thaw(BOLAT)).unwrap();
    assert!(log.is_frozen(&BOLAT));
}

#[test]
fn printed_shares_let_a_coordinator_in_and_sign_nothing_else() {
    let (people, bolat, assel) = of_three();
    let aliya = member(&people.aliya, &people);
    let (shares, entries) = aliya.new_shares(&mut rng(60)).unwrap();
    let mut log = people.log.clone();
    add(&mut log, &entries);
    let keys = shares[0].join(&shares[2]).unwrap();
    assert_eq!(log.recovery().map(|(id, _)| id), Some(keys.id()));
    let (circle, _) = log.circle_of(CircleKind::Coordinators).unwrap();
    assert!(unwrap_circle(&log, circle, 0, &keys).is_ok() && log.is_open(&circle));
    assert_eq!(log.coordinators().len(), 3, "paper is nobody");

    let newcomer = DeviceSecrets::generate(&mut rng(61));
    let admits = |role| Body::DeviceAdmitted { device: newcomer.keys(), person: PersonId([9; 16]), role };
    let next = seal_circle(circle, CircleKind::Coordinators, 1, &[keys.keys()], &mut rng(62)).unwrap().0;
    let forbidden = [
        grant(&log, 1),
        admits(Role::Lawyer),
        admits(Role::Clerk),
        admits(Role::Recovery),
        Body::CircleEpoch(next),
        Body::CoordinatorFrozen { person: ALIYA },
        Body::CoordinatorThawed { person: ALIYA },
        Body::DeviceRevoked { device: assel.id(), circles: Vec::new(), before: None },
    ];
    for body in forbidden {
        assert_eq!(keys.write_entry(&mut log.clone(), body.clone()), Err(LogError::Signature), "{body:?}");
    }
    // Nobody adds a second set beside it.
    contradicts(bolat.write_entry(&mut log.clone(), admits(Role::Recovery)), "replaced, not added");

    let mut recovered = log.clone();
    add(&mut recovered, &log_entries(&keys.recover(&log, &newcomer, &mut rng(63)).unwrap()).unwrap());
    assert!(recovered.member(&newcomer.id()).is_some_and(|member| member.role == Role::Coordinator));
    assert!(unwrap_circle(&recovered, circle, 0, &newcomer).is_ok());
    assert!(Share::make(&[0; 32], &mut rng(64)).0.recover(&log, &newcomer, &mut rng(63)).is_err());

    // Somebody goes: the coordinators' next key is on paper, too.
    let mut after = log.clone();
    let aliya = member(&people.aliya, &Organisation { log: log.clone(), ..Organisation::founded() });
    let revoked = aliya.revoke(&bolat.id(), &mut rng(65)).unwrap();
    after.add(revoked).unwrap();
    assert!(unwrap_circle(&after, circle, 1, &keys).is_ok() && unwrap_circle(&after, circle, 0, &keys).is_ok());
    assert!(unwrap_circle(&after, circle, 1, &bolat).is_err());

    // Replaced, it signs nothing and opens nothing newer; what is on the new paper opens all of it.
    let aliya = member(&people.aliya, &Organisation { log: after.clone(), ..Organisation::founded() });
    let (newer, entries) = aliya.new_shares(&mut rng(66)).unwrap();
    add(&mut after, &entries);
    assert!(keys.recover(&after, &newcomer, &mut rng(67)).is_err());
    assert!(unwrap_circle(&after, circle, 2, &keys).is_err());
    let new_keys = newer[1].join(&newer[2]).unwrap();
    assert!((0..3).all(|epoch| unwrap_circle(&after, circle, epoch, &new_keys).is_ok()));
}

/// A program of somebody's own lets Bolat in and forgets the key: he could let nobody read, and if Aliya's device is lost, all is.
#[test]
fn whoever_coordinates_without_the_key_is_not_the_second_one() {
    let mut people = Organisation::founded();
    let alone = |people: &Organisation| member(&people.aliya, people).coordinates_alone();
    assert!(alone(&people));
    let bolat = DeviceSecrets::generate(&mut rng(54));
    let admitted = Body::DeviceAdmitted { device: bolat.keys(), person: BOLAT, role: Role::Coordinator };
    people.aliya.write_entry(&mut people.log, admitted).unwrap();
    assert!(alone(&people), "he has no key");
    let (circle, _) = people.log.circle_of(CircleKind::Coordinators).unwrap();
    let pair = unwrap_circle(&people.log, circle, 0, &people.aliya).unwrap();
    let wrap = pair.wrap(circle, 0, &bolat.keys(), &mut rng(55)).unwrap();
    let joined = Body::CircleJoined { circle, epoch: 0, device: bolat.id(), wrap };
    people.aliya.write_entry(&mut people.log, joined).unwrap();
    assert!(!alone(&people));
}
