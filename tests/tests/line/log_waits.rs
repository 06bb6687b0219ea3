//! A server comes back with yesterday's backup. What Nurlan, who coordinates, has decided since only devices know, and Aliya, who coordinates too, was away: what she
//! decides now would stand beside it, and devices that know the one would refuse the other. So she waits until he was heard.

use habeas_client_core::device::log_entries;
use habeas_client_core::keys::DeviceSecrets;
use habeas_db::Store;
use habeas_hub::{Hub, HubError, mark_restored, schema};
use habeas_protocol::api::{Nonce, Purpose, Recover, from_hex};
use habeas_protocol::{Entry, Role, encode};
use habeas_tests::quick::rng;

use super::shared::{MONDAY, World, caller, on_hubs_as, syncs};

/// When the server answers again.
const BACK: i64 = MONDAY + 3600;
const HOUR: i64 = 3600;

/// The hub as `restore` puts it back.
fn put_back(world: &mut World) {
    let store = Store::open(&world.address, schema()).unwrap();
    store.write(|db| mark_restored(db, BACK)).unwrap();
    world.hub = Hub::open(&world.address, &mut rng(1)).unwrap();
}

/// What the hub says to an entry of Aliya's; `None`: it takes it.
fn refuses(world: &World, entry: &Entry, now: i64) -> Option<&'static str> {
    match world.hub.append_log(caller(&world.hub, &world.aliya), &[encode(entry).unwrap()], now) {
        Ok(()) => None,
        Err(HubError::Conflict(code, _)) => Some(code),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_coordinator_who_was_away_writes_nothing_before_the_other_was_heard() {
    on_hubs_as(Role::Coordinator, |mut world| {
        let entry = world.aliya.found_team("night", &mut rng(70)).unwrap();
        put_back(&mut world);
        assert_eq!(refuses(&world, &entry, BACK), Some("log_waits"), "nobody was heard");
        // Whoever coordinates nothing begins the hour and no more; Aliya alone is not enough.
        syncs(&world.hub, &mut world.dana, BACK + 60);
        syncs(&world.hub, &mut world.aliya, BACK + 120);
        assert_eq!(refuses(&world, &entry, BACK + 180), Some("log_waits"));
        // A restart forgets nobody.
        world.hub = Hub::open(&world.address, &mut rng(2)).unwrap();
        assert_eq!(refuses(&world, &entry, BACK + 60 + HOUR - 1), Some("log_waits"));
        syncs(&world.hub, &mut world.nurlan, BACK + 240);
        assert_eq!(refuses(&world, &entry, BACK + 240), None);
        // The clerk makes no secrets for five minutes more: what he has of them he brings behind the log.
        assert_eq!([239, 240, 539, 540].map(|at| world.hub.waits_for_secrets(BACK + at).unwrap()), [true, true, true, false]);
        world.settle(BACK + 600);
        assert_eq!(world.dana.log().next(), world.aliya.log().next());
    });
}

#[test]
fn whoever_is_switched_off_for_good_is_waited_for_an_hour() {
    on_hubs_as(Role::Coordinator, |mut world| {
        let entry = world.aliya.found_team("night", &mut rng(70)).unwrap();
        put_back(&mut world);
        // The server may have answered long after it was put back: the hour begins when somebody can be heard.
        let first = BACK + 9 * HOUR;
        assert_eq!(refuses(&world, &entry, first), Some("log_waits"));
        syncs(&world.hub, &mut world.dana, first);
        syncs(&world.hub, &mut world.aliya, first + 1);
        assert_eq!(refuses(&world, &entry, first + HOUR - 1), Some("log_waits"));
        assert_eq!(refuses(&world, &entry, first + HOUR), None);
        // Nor is anything counted before that, and then one coordinator is enough.
        syncs(&world.hub, &mut world.aliya, first + HOUR - 1);
        assert!(world.hub.waits_for_coordinator().unwrap());
        syncs(&world.hub, &mut world.dana, first + HOUR);
        assert!(world.hub.waits_for_coordinator().unwrap(), "Dana coordinates nothing");
        syncs(&world.hub, &mut world.aliya, first + HOUR);
        assert!(!world.hub.waits_for_coordinator().unwrap());
        // And then it is as ever.
        world.settle(first + HOUR + 1);
        let entry = world.aliya.found_team("day", &mut rng(71)).unwrap();
        assert_eq!(refuses(&world, &entry, first + HOUR + 2), None);
    });
}

#[test]
fn the_only_coordinator_waits_for_nobody_and_the_operator_ends_the_wait() {
    on_hubs_as(Role::Lawyer, |mut world| {
        let entry = world.aliya.found_team("night", &mut rng(70)).unwrap();
        put_back(&mut world);
        syncs(&world.hub, &mut world.aliya, BACK + 1);
        assert_eq!(refuses(&world, &entry, BACK + 2), None);
    });
    on_hubs_as(Role::Coordinator, |mut world| {
        let entry = world.aliya.found_team("night", &mut rng(70)).unwrap();
        put_back(&mut world);
        syncs(&world.hub, &mut world.aliya, BACK + 1);
        assert_eq!(refuses(&world, &entry, BACK + 2), Some("log_waits"));
        // What is counted waits for Nurlan, too: he may have erased something.
        assert!(world.hub.waits_for_coordinator().unwrap() && world.hub.does_without_coordinator(BACK + 3).unwrap());
        assert!(!world.hub.waits_for_coordinator().unwrap());
        assert_eq!(refuses(&world, &entry, BACK + 4), None);
        assert!(!world.hub.does_without_coordinator(BACK + 5).unwrap());
    });
}

/// Shares are for when no coordinator can act any more. What they write stands beside what devices know just as well.
#[test]
fn printed_shares_wait_for_devices_that_come_and_for_nobody_where_none_is_left() {
    for is_anybody_left in [true, false] {
        on_hubs_as(Role::Coordinator, |mut world| {
            let (sheets, printed) = world.aliya.new_shares(&mut rng(70)).unwrap();
            let printed: Vec<Vec<u8>> = printed.entries.iter().map(|entry| from_hex(entry, 1 << 16).unwrap()).collect();
            world.hub.append_log(caller(&world.hub, &world.aliya), &printed, MONDAY + 1).unwrap();
            let (shares, madina) = (sheets[0].join(&sheets[1]).unwrap(), DeviceSecrets::generate(&mut rng(71)));
            let entries = shares.recover(&world.hub.log().unwrap(), &madina, &mut rng(72)).unwrap();
            let entries = log_entries(&entries).unwrap().entries;
            put_back(&mut world);
            let recovers = |now: i64| {
                let nonce = Nonce { nonce: world.hub.nonce(now, &mut rng(now.to_le_bytes()[0])), now: 0 };
                let (account, signature) = ("madina".to_owned(), madina.prove(Purpose::Register, &nonce, "madina"));
                let (password, device) = ("a password of hers".to_owned().into(), madina.keys().to_hex());
                let recover = Recover { account, password, device, entries: entries.clone(), nonce: nonce.nonce, signature };
                world.hub.recover(&recover, now, &mut rng(73)).map(drop)
            };
            if is_anybody_left {
                syncs(&world.hub, &mut world.dana, BACK + 60);
                for at in [BACK + 61, BACK + 60 + HOUR - 1] {
                    assert!(matches!(recovers(at), Err(HubError::Conflict("log_waits", _))));
                }
                recovers(BACK + 60 + HOUR).unwrap();
            } else {
                recovers(BACK + 61).unwrap();
            }
            assert!(world.hub.log().unwrap().member(&madina.keys().id()).is_some());
        });
    }
}
