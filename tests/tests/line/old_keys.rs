//! A phone is taken with all its keys, and later the server, too. What was written until the phone was revoked lies open to whoever has both, and
//! nothing of what was written afterwards does.

use std::collections::{BTreeMap, BTreeSet};

use habeas_client_core::device::Device;
use habeas_client_core::keys::{CaseSecret, open, unwrap_circle};
use habeas_protocol::{CaseId, Content, EnvelopeId, Role, SyncRequest};
use habeas_tests::quick::{note, rng};

use crate::shared::{MONDAY, NURLAN, Phone, World, all, on_hubs_as, reads, syncs};

/// Every change that lies at the hub, for whomever.
fn changes(world: &World, now: i64) -> Vec<Content> {
    let World { hub, aliya, clerk, dana, .. } = world;
    let told = [aliya, clerk, dana].into_iter().flat_map(|phone| all(hub, phone, now));
    told.filter_map(|told| told.content(&SyncRequest::default())).collect()
}

/// What opens to whoever has a phone's keys and everything that the hub has: each circle's key that is sealed to the phone, or reached from one
/// that is; each secret of a case that is sealed to any of these; each change that is sealed under any of those.
fn opened(world: &World, thief: &mut Phone, cases: &[CaseId], now: i64) -> BTreeSet<EnvelopeId> {
    let (log, device) = (world.hub.log().unwrap(), thief.secrets().clone());
    let changes = changes(world, now);
    let mut secrets: BTreeMap<CaseId, Vec<CaseSecret>> = BTreeMap::new();
    for case in cases {
        if let Ok(known) = thief.case(*case) {
            let epochs = (0..10).filter_map(|epoch| known.keys.secret(epoch).cloned());
            secrets.entry(*case).or_default().extend(epochs);
        }
    }
    for content in &changes {
        let Content::Wrap(wrap) = content else { continue };
        // In the log every key of a circle is sealed to devices; the one before it to the one after.
        let epochs = log.circle(&wrap.circle).map_or(0, |circle| u32::try_from(circle.epochs.len()).unwrap());
        let pairs = (0..epochs).filter_map(|epoch| unwrap_circle(&log, wrap.circle, epoch, &device).ok());
        secrets.entry(wrap.case).or_default().extend(pairs.filter_map(|pair| CaseSecret::unwrap(wrap, &pair).ok()));
    }
    let envelopes =
        changes.iter().filter_map(|content| if let Content::Envelope(envelope) = content { Some(envelope) } else { None });
    let opens = |envelope: &&habeas_protocol::Envelope| {
        secrets.get(&envelope.case).is_some_and(|secrets| secrets.iter().any(|secret| open(envelope, secret).is_ok()))
    };
    envelopes.filter(opens).map(|envelope| envelope.id).collect()
}

fn names(world: &World, now: i64) -> BTreeSet<EnvelopeId> {
    let named = |content: Content| if let Content::Envelope(envelope) = content { Some(envelope.id) } else { None };
    changes(world, now).into_iter().filter_map(named).collect()
}

fn a_phone_is_taken(role: Role) {
    on_hubs_as(role, |mut world| {
        let case = world.case();
        if role == Role::Lawyer {
            let entry = world.aliya.grant(case, NURLAN, &mut rng(60)).unwrap();
            world.says(&entry, MONDAY);
        }
        syncs(&world.hub, &mut world.nurlan, MONDAY);
        assert!(reads(&mut world.nurlan, case).contains("taken at the square"));
        let mut thief = Device::open(world.nurlan.records().clone()).unwrap().unwrap();
        let before = names(&world, MONDAY);
        assert!(!before.is_empty());
        assert_eq!(opened(&world, &mut thief, &[case], MONDAY), before, "who has both reads what was there");

        let entry = world.aliya.revoke(&world.nurlan.id(), &mut rng(61)).unwrap();
        world.says(&entry, MONDAY + 60);
        // Dana writes before she has heard of it, and after, in the same case and in a new one.
        world.dana.add_facts(case, &[note("moved to another cell")], &mut rng(62)).unwrap();
        world.settle(MONDAY + 120);
        world.dana.add_facts(case, &[note("nobody who was revoked reads this")], &mut rng(63)).unwrap();
        let (other, _) = world.dana.new_case(&[note("another one was taken")], &mut rng(64)).unwrap();
        world.settle(MONDAY + 180);
        for (of, said) in [(case, "moved to another cell"), (case, "nobody who was revoked"), (other, "another one was taken")] {
            assert!(reads(&mut world.aliya, of).contains(said), "{said}");
        }
        let after: BTreeSet<EnvelopeId> = names(&world, MONDAY + 240).difference(&before).copied().collect();
        assert!(after.len() >= 3, "{}", after.len());
        let open = opened(&world, &mut thief, &[case, other], MONDAY + 240);
        assert_eq!(open.intersection(&after).count(), 0, "{role:?}");
        // Dana's own phone, with the same hub, opens all of it: the search would find it.
        let mut dana = Device::open(world.dana.records().clone()).unwrap().unwrap();
        let open = opened(&world, &mut dana, &[case, other], MONDAY + 240);
        assert!(after.iter().all(|name| open.contains(name)));
    });
}

#[test]
fn a_lawyers_old_keys_open_nothing_that_is_written_later_even_beside_the_hubs_database() {
    a_phone_is_taken(Role::Lawyer);
}

#[test]
fn nor_do_a_coordinators() {
    a_phone_is_taken(Role::Coordinator);
}
