//! Changes carried by hand: what a courier, a torn stick and a stranger can do to them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{Document, Draft, What};
use habeas_client_core::device::{Device, Export, Imported, Memory};
use habeas_client_core::keys::{BundleError, CaseSecret, DeviceSecrets, open_bundle, seal, seal_bundle};
use habeas_protocol::bundle::{Carried, MAGIC};
use habeas_protocol::{CaseId, CircleKind, Content, DeviceKeys};
use people::{Organisation, member as device, name, restrained, rng};
use rand_core::Rng as _;

/// Dana records two people with nothing but her phone.
fn dana(people: &Organisation) -> (Device<Memory>, Vec<CaseId>) {
    let mut dana = device(&people.dana, people);
    let cases: Vec<CaseId> =
        ["Айгерім", "Серік"].iter().map(|who| dana.new_case(&[name(who), restrained("12:05")], &mut rng(2)).unwrap().0).collect();
    // The same seed makes the same id: the second is another one.
    let (second, _) = dana.new_case(&[name("Қанат")], &mut rng(3)).unwrap();
    dana.add_facts(second, &[restrained("13:00")], &mut rng(99)).unwrap();
    (dana, vec![cases[0], second])
}

fn export(device: &mut Device<Memory>, to: &[DeviceKeys]) -> Vec<u8> {
    device.export(&Export::Unsent, to, &mut rng(9)).unwrap().files.remove(0)
}

fn refusal(file: &[u8], device: &DeviceSecrets) -> BundleError {
    open_bundle(file, device).map(drop).unwrap_err()
}

fn views(device: &mut Device<Memory>, cases: &[CaseId]) -> Vec<String> {
    cases.iter().map(|case| serde_json::to_string(&device.case(*case).unwrap().replica.view()).unwrap()).collect()
}

#[test]
fn a_coordinator_takes_in_a_bundle_and_twice_is_as_once() {
    let people = Organisation::founded();
    let (mut dana, cases) = dana(&people);
    let file = export(&mut dana, &[people.aliya.keys()]);
    let mut aliya = device(&people.aliya, &people);
    let first = aliya.import(&file).unwrap();
    assert_eq!((first.whole, first.report.closed), (true, 0));
    assert_eq!(views(&mut aliya, &cases), views(&mut dana, &cases));
    let unsent = |device: &Device<Memory>| device.cases().map(|(_, summary)| summary.unsent).sum::<u32>();
    let before = unsent(&aliya);
    assert_eq!(before, unsent(&dana), "what came by hand goes on to the server");

    let again = aliya.import(&file).unwrap();
    assert_eq!((again.report.admitted, again.report.changed.len(), unsent(&aliya)), (0, 0, before));
    // Whoever brings the cases to the server, they are Dana's, and it says so to the server: she and the coordinators can read them.
    let request = aliya.request(&mut rng(4)).unwrap();
    assert_eq!((request.beginnings.len(), request.wraps.len()), (cases.len(), 2 * cases.len()));
    assert!(request.beginnings.iter().all(|beginning| beginning.holds() && beginning.device == people.dana.id()));
    // And a bundle of all that Aliya has is as good as Dana's.
    let everything = Export::Cases(cases.iter().copied().collect());
    let onward = aliya.export(&everything, &[people.clerk.keys()], &mut rng(5)).unwrap();
    let mut clerk = device(&people.clerk, &people);
    clerk.import(&onward.files[0]).unwrap();
    assert_eq!(views(&mut clerk, &cases), views(&mut dana, &cases));
}

#[test]
fn a_file_that_is_cut_anywhere_gives_what_came_before_and_the_rest_when_it_comes_whole() {
    let people = Organisation::founded();
    let mut dana = device(&people.dana, &people);
    let (case, _) = dana.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
    // More than a page, of texts that do not pack.
    let mut random = rng(8);
    for _ in 0..60 {
        let mut bytes = [0; 4_000];
        random.fill_bytes(&mut bytes);
        let text = habeas_protocol::api::to_hex(&bytes);
        dana.add_facts(
            case,
            &[Draft { what: What::Note { text }, ..name("") }, Draft { what: What::Held, ..restrained("12:30") }],
            &mut random,
        )
        .unwrap();
    }
    let file = export(&mut dana, &[people.aliya.keys()]);
    let whole = device(&people.aliya, &people).import(&file).unwrap().report.admitted;
    let mut seen = std::collections::BTreeSet::new();
    let mut cuts: Vec<usize> = (0..12).map(|n| n * file.len() / 12).collect();
    cuts.extend([1, MAGIC.len(), MAGIC.len() + 3, file.len() - 1]);
    for cut in cuts {
        let mut aliya = device(&people.aliya, &people);
        let (admitted, torn) = match aliya.import(&file[..cut]) {
            Ok(Imported { report, whole, .. }) => (report.admitted, !whole),
            Err(_) => (0, true),
        };
        assert!(torn, "cut at {cut}");
        seen.insert(admitted);
        // Opened again, as after a death, and given the whole file.
        let mut aliya = Device::open(aliya.into_records()).unwrap().unwrap();
        let rest = aliya.import(&file).unwrap();
        assert!(rest.whole && admitted + rest.report.admitted == whole, "cut at {cut}");
        assert_eq!(views(&mut aliya, &[case]), views(&mut dana, &[case]));
    }
    assert!(seen.len() == 2, "{seen:?}");
    // A byte changed anywhere is as good as a cut there: nothing false comes in.
    for at in (0..12).map(|n| n * file.len() / 12) {
        let mut changed = file.clone();
        changed[at] ^= 0x20;
        let mut aliya = device(&people.aliya, &people);
        let taken = aliya.import(&changed);
        assert!(taken.is_err() || !taken.unwrap().whole, "byte {at}");
    }
}

/// One case of one name: few enough bytes to try each.
#[test]
fn a_small_file_may_be_cut_or_changed_at_any_byte_and_nothing_false_comes_of_it() {
    let people = Organisation::founded();
    let mut dana = device(&people.dana, &people);
    let (case, _) = dana.new_case(&[name("Айгерім")], &mut rng(2)).unwrap();
    let file = export(&mut dana, &[people.aliya.keys()]);
    let records = device(&people.aliya, &people).into_records();
    // Not a byte of her records is another one, so the whole file later finds what it would have found before.
    let tries = |torn: &[u8], what: &str| {
        let mut aliya = Device::open(records.clone()).unwrap().unwrap();
        assert!(aliya.import(torn).map_or(true, |taken| !taken.whole && taken.report.admitted == 0), "{what}");
        assert_eq!(aliya.into_records().0, records.0, "{what}");
    };
    for at in 0..file.len() {
        tries(&file[..at], &format!("cut at {at}"));
        let mut changed = file.clone();
        changed[at] ^= 1 << (at % 8);
        tries(&changed, &format!("changed at {at}"));
    }
    let mut aliya = Device::open(records.clone()).unwrap().unwrap();
    assert!(aliya.import(&file).unwrap().whole);
    assert_eq!(views(&mut aliya, &[case]), views(&mut dana, &[case]));
}

#[test]
fn only_recipients_open_a_bundle_and_only_members_make_one() {
    let people = Organisation::founded();
    let (mut dana, cases) = dana(&people);
    let file = export(&mut dana, &[people.aliya.keys()]);
    assert_eq!(refusal(&file, &people.marat), BundleError::NotForThis);
    assert!(device(&people.marat, &people).import(&file).is_err());
    assert!(open_bundle(&file, &people.clerk).is_ok(), "whoever carries it can hand it in");
    let ids = [people.dana.id().0, people.aliya.id().0, cases[0].0, cases[1].0];
    assert!(ids.iter().all(|id| !file.windows(16).any(|window| window == id)), "no id in the clear");
    assert_eq!(refusal(b"%PDF-1.7 a ruling", &people.aliya), BundleError::Kind);
    assert_eq!(refusal(&file[..5], &people.aliya), BundleError::CutOff);

    // To Marat, who may open none of it: he keeps nothing.
    let for_marat = export(&mut dana, &[people.marat.keys()]);
    let mut marat = device(&people.marat, &people);
    let taken = marat.import(&for_marat).unwrap();
    assert_eq!((taken.report.closed, taken.report.admitted, marat.cases().count()), (3, 0, 0));

    // A stranger seals true items under a name of their own, or under Dana's.
    let stranger = DeviceSecrets::generate(&mut rng(77));
    let items: Vec<Carried> = open_bundle(&file, &people.aliya).unwrap().flat_map(|page| page.page().unwrap().items).collect();
    let forged = seal_bundle(items, &[people.aliya.keys()], &stranger, &mut rng(78)).unwrap();
    let mut aliya = device(&people.aliya, &people);
    assert!(aliya.import(&forged).is_err());
    assert_eq!(aliya.cases().count(), 0);
}

#[test]
fn nobody_slips_another_secret_under_a_case() {
    let people = Organisation::founded();
    let (mut dana, cases) = dana(&people);
    // Marat knows what the case is called, and comes first.
    let (secret, mut document, actor) = (CaseSecret::generate(&mut rng(50)), Document::new(), people.marat.keys().actor(0));
    let written = document.write(actor, &[name("Somebody else")]).unwrap();
    let envelope = seal(cases[0], (0, &secret), &secret, &people.marat, actor, &written).unwrap();
    let (coordinators, _) = people.log.circle_of(CircleKind::Coordinators).unwrap();
    let wrap = secret.wrap((cases[0], 0), coordinators, &people.log, &people.marat, &mut rng(51)).unwrap();
    let items = [Content::Wrap(wrap), Content::Envelope(envelope)].map(Carried::Content).to_vec();
    let mut aliya = device(&people.aliya, &people);
    let slipped = aliya.import(&seal_bundle(items, &[people.aliya.keys()], &people.marat, &mut rng(52)).unwrap()).unwrap();
    assert_eq!((slipped.report.closed, slipped.report.admitted, aliya.cases().count()), (1, 0, 0));
    aliya.import(&export(&mut dana, &[people.aliya.keys()])).unwrap();
    assert_eq!(views(&mut aliya, &cases), views(&mut dana, &cases));
}

#[test]
fn the_servers_acknowledgement_is_the_clerks_and_nobody_elses() {
    let people = Organisation::founded();
    let (mut dana, cases) = dana(&people);
    let sent: Vec<_> = dana.request(&mut rng(4)).unwrap().envelopes.into_iter().filter(|e| e.case == cases[1]).collect();
    let changes: Vec<_> = sent.iter().map(|envelope| (envelope.id, envelope.print())).collect();
    let word = |changes| vec![Carried::Acknowledged { case: cases[1], changes, opened: true }];
    let seal = |word, secrets: &DeviceSecrets| seal_bundle(word, &[people.dana.keys()], secrets, &mut rng(6)).unwrap();
    let by = |secrets: &DeviceSecrets| seal(word(Vec::clone(&changes)), secrets);
    let unsent = |dana: &Device<Memory>| {
        cases.iter().map(|case| dana.cases().find(|(id, _)| *id == case).unwrap().1.unsent).collect::<Vec<_>>()
    };
    assert_eq!(unsent(&dana), [1, 2]);
    for other in [&people.aliya, &people.marat] {
        assert_eq!(dana.import(&by(other)).unwrap().acknowledged, 0);
        assert_eq!(unsent(&dana), [1, 2]);
    }
    // Of other bytes under the same names the server may say what it likes.
    let others = sent.iter().map(|envelope| (envelope.id, [0; 16])).collect();
    assert_eq!(dana.import(&seal(word(others), &people.clerk)).unwrap().acknowledged, 0);
    assert!(dana.request(&mut rng(4)).unwrap().digests.is_empty());
    assert_eq!(dana.import(&by(&people.clerk)).unwrap().acknowledged, 2);
    // The server may have been restored while that word travelled: Dana asks at her next sync.
    assert_eq!(dana.request(&mut rng(4)).unwrap().digests.len(), 2);
    assert_eq!(unsent(&dana), [1, 0]);
}
