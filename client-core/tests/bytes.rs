//! Who can open what: devices, circles, cases, envelopes and the vault, with everything that must not open.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::keys::{CaseSecret, open, seal, seal_before, seal_circle, unwrap_circle};
use habeas_client_core::sync::History;
use habeas_client_core::vault::{FileError, Header, MAGIC, Params, SealedRecord, VaultError, frame, replay};
use habeas_protocol::{Body, CaseId, CircleId, CircleKind, Entry, Envelope, LogError, PersonId, Role, decode, encode};
use people::{Organisation, restrained, rng};
use proptest::prelude::*;

#[test]
fn a_lawyer_seals_a_case_that_coordinators_and_the_clerk_open_and_a_stranger_does_not() {
    let Organisation { mut log, aliya, dana, clerk, .. } = Organisation::founded();
    let mut rng = rng(7);
    let case = CaseId([1; 16]);
    let secret = CaseSecret::generate(&mut rng);
    let (coordinators, _) = log.circle_of(CircleKind::Coordinators).unwrap();
    let wrap = secret.wrap((case, 0), coordinators, &log, &dana, &mut rng).unwrap();

    let mut document = habeas_client_core::case::Document::new();
    let actor = dana.keys().actor(0);
    let written = document.write(actor, &[restrained("12:05")]).unwrap();
    let envelope = seal(case, (0, &secret), &secret, &dana, actor, &written).unwrap();

    for device in [&aliya, &clerk] {
        let circle = unwrap_circle(&log, coordinators, 0, device).unwrap();
        let opened = open(&envelope, &CaseSecret::unwrap(&wrap, &circle).unwrap()).unwrap();
        let chunk = opened.chunk(envelope.id, &secret, &History::default(), &log).unwrap();
        assert_eq!((chunk, secret.envelope_id(&written.hash)), (written.chunk.clone(), envelope.id));
    }
    assert!(unwrap_circle(&log, coordinators, 0, &dana).is_err(), "Dana is no coordinator");

    // A wrap that is moved to another case or circle does not open, nor does the wrong secret.
    let pair = unwrap_circle(&log, coordinators, 0, &aliya).unwrap();
    let mut moved = wrap.clone();
    moved.case = CaseId([2; 16]);
    assert!(CaseSecret::unwrap(&moved, &pair).is_err());
    assert!(open(&envelope, &CaseSecret::generate(&mut rng)).is_err());

    // Whoever knows only the circle's public key, the hub for one, cannot slip a secret of its own under the case; and no
    // lawyer can turn a case to a newer secret.
    assert!(wrap.is_signed(&log) && !moved.is_signed(&log));
    let mallory = habeas_client_core::keys::DeviceSecrets::generate(&mut rng);
    let forged = CaseSecret::generate(&mut rng).wrap((case, 0), coordinators, &log, &mallory, &mut rng).unwrap();
    assert!(!forged.is_signed(&log));
    assert!(!secret.wrap((case, 1), coordinators, &log, &dana, &mut rng).unwrap().is_signed(&log));
    assert!(secret.wrap((case, 1), coordinators, &log, &aliya, &mut rng).unwrap().is_signed(&log));

    // Bolat coordinates, and turns it. While he is frozen that holds, for nobody can say when he did; of his device, once it is revoked, only first secrets do.
    let bolat = habeas_client_core::keys::DeviceSecrets::generate(&mut rng);
    let admitted = Body::DeviceAdmitted { device: bolat.keys(), person: PersonId([6; 16]), role: Role::Coordinator };
    aliya.write_entry(&mut log, admitted).unwrap();
    let key = pair.wrap(coordinators, 0, &bolat.keys(), &mut rng).unwrap();
    let joined = Body::CircleJoined { circle: coordinators, epoch: 0, device: bolat.id(), wrap: key };
    aliya.write_entry(&mut log, joined).unwrap();
    let [first, turned] = [0, 1].map(|epoch| secret.wrap((case, epoch), coordinators, &log, &bolat, &mut rng).unwrap());
    assert!(first.is_signed(&log) && turned.is_signed(&log));
    aliya.write_entry(&mut log, Body::CoordinatorFrozen { person: PersonId([6; 16]) }).unwrap();
    assert!(first.is_signed(&log) && turned.is_signed(&log));
    let keys = [aliya.keys(), clerk.keys()];
    let (next, _) = seal_circle(coordinators, CircleKind::Coordinators, 1, &keys, &mut rng).unwrap();
    let before = Some(seal_before(coordinators, 0, &pair, &next.public, &mut rng).unwrap());
    aliya.write_entry(&mut log, Body::DeviceRevoked { device: bolat.id(), circles: vec![next], before }).unwrap();
    assert!(first.is_signed(&log) && !turned.is_signed(&log));

    // The clerk is no coordinator: what it signs is no entry.
    let body = Body::Grant { case, circle: coordinators };
    assert_eq!(clerk.write_entry(&mut log, body), Err(LogError::Signature));
}

#[test]
fn the_same_change_seals_to_the_same_bytes_and_no_bit_of_it_can_be_changed() {
    let Organisation { dana, .. } = Organisation::founded();
    let secret = CaseSecret::generate(&mut rng(7));
    let (case, actor) = (CaseId([1; 16]), dana.keys().actor(0));
    let written = habeas_client_core::case::Document::new().write(actor, &[restrained("12:05")]).unwrap();
    let envelope = seal(case, (0, &secret), &secret, &dana, actor, &written).unwrap();
    assert_eq!(envelope, seal(case, (0, &secret), &secret, &dana, actor, &written).unwrap());

    let bytes = encode(&envelope).unwrap();
    // 89 bytes are nonce, tag, signature and version; what remains says the change in a third of its bytes.
    assert!(
        envelope.sealed.len() - 89 < written.chunk.len() * 34 / 100,
        "{} sealed, {} open",
        envelope.sealed.len(),
        written.chunk.len()
    );
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        if let Ok(envelope) = Envelope::decode(&changed) {
            assert!(open(&envelope, &secret).is_err(), "bit {bit} was changed and it still opened");
        }
    }
    for length in 0..bytes.len() {
        assert!(Envelope::decode(&bytes[..length]).is_err());
    }
}

#[test]
fn the_log_is_obeyed_only_as_far_as_coordinators_have_signed_it() {
    let Organisation { log, aliya, dana, .. } = Organisation::founded();
    let mallory = habeas_client_core::keys::DeviceSecrets::generate(&mut rng(66));
    let admit = |person| Body::DeviceAdmitted { device: mallory.keys(), person: PersonId(person), role: Role::Lawyer };

    // The hub, or a lawyer, invents a member.
    let mut theirs = log.clone();
    assert_eq!(mallory.write_entry(&mut theirs, admit([9; 16])), Err(LogError::Signature));
    assert_eq!(dana.write_entry(&mut theirs, admit([9; 16])), Err(LogError::Signature));
    assert_eq!(theirs, log);

    // A coordinator's entry is accepted once, and its bytes cannot be changed, dropped or put in another order.
    let entry = aliya.write_entry(&mut theirs, admit([9; 16])).unwrap();
    let second = aliya
        .write_entry(
            &mut theirs,
            Body::Grant { case: CaseId([1; 16]), circle: log.circle_of(CircleKind::Coordinators).unwrap().0 },
        )
        .unwrap();
    theirs.add(entry.clone()).unwrap();
    let mut ours = log.clone();
    assert!(matches!(ours.add(second.clone()), Err(LogError::OutOfOrder { .. })));
    let forged = Entry { body: admit([8; 16]), ..entry.clone() };
    assert_eq!(ours.add(forged), Err(LogError::Signature));
    ours.add(entry).unwrap();
    ours.add(second).unwrap();
    assert_eq!(ours, theirs);
    assert_eq!(ours.author(&mallory.keys().actor(3)).unwrap().0, mallory.id());
}

#[test]
fn a_log_that_contradicts_itself_is_refused_whole() {
    let Organisation { mut log, aliya, dana, clerk, .. } = Organisation::founded();
    let before = log.clone();
    let mut rng = rng(8);
    let mut refused = |body: Body, why: &str| {
        let error = aliya.write_entry(&mut log, body).unwrap_err().to_string();
        assert!(error.contains(why), "{why}: {error}");
        assert_eq!(log, before);
    };
    let (coordinators, _) = before.circle_of(CircleKind::Coordinators).unwrap();
    let key = |circle, kind, epoch, devices: &[&habeas_client_core::keys::DeviceSecrets], rng: &mut rand_chacha::ChaCha20Rng| {
        let keys: Vec<_> = devices.iter().map(|device| device.keys()).collect();
        Body::CircleEpoch(seal_circle(circle, kind, epoch, &keys, rng).unwrap().0)
    };
    refused(key(coordinators, CircleKind::Coordinators, 1, &[&aliya, &dana], &mut rng), "do not belong");
    refused(key(coordinators, CircleKind::Coordinators, 2, &[&aliya], &mut rng), "follow one another");
    refused(key(coordinators, CircleKind::Person(PersonId([1; 16])), 1, &[&aliya], &mut rng), "stays what it is");
    refused(key(CircleId([9; 16]), CircleKind::Coordinators, 0, &[&aliya], &mut rng), "already a circle");
    refused(key(CircleId([9; 16]), CircleKind::Person(PersonId([9; 16])), 0, &[], &mut rng), "1 to 128");
    refused(Body::DeviceAdmitted { device: dana.keys(), person: PersonId([7; 16]), role: Role::Lawyer }, "admitted already");
    refused(Body::Grant { case: CaseId([1; 16]), circle: CircleId([9; 16]) }, "no such circle");
    let wrap = habeas_client_core::keys::CirclePair::generate(&mut rng).wrap(coordinators, 0, &dana.keys(), &mut rng).unwrap();
    refused(Body::CircleJoined { circle: coordinators, epoch: 0, device: dana.id(), wrap }, "does not belong");
    refused(Body::CircleJoined { circle: coordinators, epoch: 0, device: clerk.id(), wrap }, "holds the device already");
}

#[test]
fn a_vault_opens_with_its_passphrase_and_refuses_what_was_exchanged() {
    let mut rng = rng(9);
    let (header, vault) = Header::create("eight snowy mountains", Params::FLOOR, &mut rng).unwrap();
    let first = vault.seal("case/1", 1, Some(b"Serik"), &mut rng);
    let second = vault.seal("case/1", 2, Some(b"Serik, at Bostandyk"), &mut rng);
    let removed = vault.seal("case/2", 1, None, &mut rng);

    let header = Header::decode(&header.encode()).unwrap();
    assert_eq!(header.open("eight snowy mountain").unwrap_err(), VaultError::Passphrase);
    let vault = header.open("eight snowy mountains").unwrap();
    assert_eq!(vault.open("case/1", &second).unwrap().unwrap().as_slice(), b"Serik, at Bostandyk");
    assert_eq!(vault.open("case/2", &removed).unwrap(), None);

    // Another record's bytes, an older version under the newer number, a cut or changed record.
    assert_eq!(vault.open("case/2", &first).unwrap_err(), VaultError::Record);
    assert_eq!(vault.open("case/1", &SealedRecord { version: 2, ..first.clone() }).unwrap_err(), VaultError::Record);
    for length in 0..first.bytes.len() {
        assert!(vault.open("case/1", &SealedRecord { bytes: first.bytes[..length].to_vec(), ..first.clone() }).is_err());
    }

    // No word of a name or a content is readable, and a header that asks for less work is refused.
    assert!(!second.bytes.windows(5).any(|window| window == b"Serik"));
    assert_eq!(Header::create("short", Params::FLOOR, &mut rng).unwrap_err(), VaultError::TooShort(8));
    let weak = Params { memory_kib: 8, passes: 1, lanes: 1 };
    assert_eq!(Header::create("eight snowy mountains", weak, &mut rng).unwrap_err(), VaultError::Damaged);
}

/// A vault file of three saves, and where each frame ends.
fn file() -> (Vec<u8>, Vec<usize>) {
    let mut rng = rng(10);
    let (_, vault) = Header::create("eight snowy mountains", Params::FLOOR, &mut rng).unwrap();
    let (mut bytes, mut ends) = (MAGIC.to_vec(), vec![MAGIC.len()]);
    for number in 0..3 {
        let batch =
            [vault.seal("case/1", number + 1, Some(b"one"), &mut rng), vault.seal("index", number + 1, Some(b"two"), &mut rng)];
        bytes.extend(frame(number, &batch).unwrap());
        ends.push(bytes.len());
    }
    (bytes, ends)
}

#[test]
fn a_save_that_was_cut_off_loses_nothing_that_was_confirmed() {
    let (bytes, ends) = file();
    for length in MAGIC.len()..=bytes.len() {
        let found = replay(&bytes[..length]).unwrap();
        let confirmed = ends.iter().filter(|&&end| end <= length).count() - 1;
        assert_eq!((found.batches.len(), found.length, found.torn), (confirmed, ends[confirmed], length - ends[confirmed]));
    }
    let grown = [bytes.clone(), vec![0; 512]].concat();
    assert_eq!((replay(&grown).unwrap().batches.len(), replay(&grown).unwrap().torn), (3, 512));
    assert_eq!(replay(b"SQLite format 3\0"), Err(FileError::Magic));
}

#[test]
fn damage_before_the_last_save_is_never_skipped() {
    let (bytes, ends) = file();
    for at in MAGIC.len()..ends[2] {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(matches!(replay(&changed), Err(FileError::Damaged(_))), "byte {at}");
    }
    // A frame that is left out or put in another place.
    let without_the_first = [&bytes[..ends[0]], &bytes[ends[1]..]].concat();
    assert!(matches!(replay(&without_the_first), Err(FileError::Damaged(_))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes from anywhere are an error, never a panic or a large allocation.
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Envelope::decode(&bytes);
        let _ = Entry::decode(&bytes);
        let _ = Header::decode(&bytes);
        let _ = replay(&[MAGIC.as_slice(), &bytes].concat());
        let _ = decode::<Vec<SealedRecord>>(&bytes, 1000);
    }
}
