//! An intake's window and count, by the hub's clock: hours pass here in a moment.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU8, Ordering};

use habeas_hub::HubError;
use habeas_protocol::api::{OpenIntake, Purpose, RefuseDevices, Register, Session, signed_request, to_hex, token_hash};
use habeas_protocol::{Body, Role, encode};

use crate::sessions::on_both;
use crate::{Device, NOW, World, rng};

const HOUR: i64 = 3600;

fn opens(world: &World, token: &str, hours: u32, people: u32) -> Result<(), HubError> {
    let open = OpenIntake { token_hash: to_hex(&token_hash(token)), hours, people };
    world.hub.open_intake(world.aliya.caller(), &open, NOW)
}

fn joins(world: &World, number: u8, token: &str, now: i64) -> Result<Session, &'static str> {
    let device = Device::new(number);
    static ASKED: AtomicU8 = AtomicU8::new(100);
    let nonce = world.hub.nonce(now, &mut rng(ASKED.fetch_add(1, Ordering::SeqCst)));
    let account = format!("r{number}");
    let signature = to_hex(&device.sign(&signed_request(Purpose::Register, &nonce, &account)).0);
    let (token, password, device, proof) = (token.into(), "a long password".into(), device.keys().to_hex(), String::new());
    let register = Register { token, account, password, device, proof, nonce, signature };
    let done = world.hub.is_invited(&register, now).and_then(|()| world.hub.register(&register, now, &mut rng(number)));
    done.map_err(|error| match error {
        HubError::Conflict(code, _) => code,
        other => panic!("{other}"),
    })
}

#[test]
fn a_link_holds_for_its_hours_and_its_people() {
    on_both(|world| {
        for (hours, people) in [(0, 3), (3, 3), (2, 0), (2, 201)] {
            assert!(matches!(opens(world, "other", hours, people), Err(HubError::BadInput("bad_input", _))), "{hours} {people}");
        }
        opens(world, "link", 2, 3).unwrap();
        assert!(matches!(opens(world, "link", 2, 3), Err(HubError::BadInput("bad_input", _))), "nobody opens it once more");
        let first = joins(world, 40, "link", NOW).unwrap();
        assert_eq!(first.person, Device::new(40).keys().newcomer(), "whose it is follows from the keys");
        assert_eq!(joins(world, 40, "link", NOW).err(), Some("name_taken"), "who is refused for another reason takes no place");
        assert!(joins(world, 41, "link", NOW + 2 * HOUR - 1).is_ok());
        assert_eq!(joins(world, 42, "link", NOW + 2 * HOUR).err(), Some("intake_over"));
        // The clock is set back: the place that is left is one.
        assert!(joins(world, 43, "link", NOW).is_ok());
        assert_eq!(joins(world, 44, "link", NOW).err(), Some("intake_full"));
        assert_eq!(joins(world, 44, "made up", NOW).err(), Some("invitation_used"));
        // Everybody who comes so records, whatever they say.
        let devices = world.hub.devices(world.aliya.caller(), NOW).unwrap().devices;
        assert!(devices.iter().filter(|state| state.account.starts_with('r')).all(|state| state.role == Role::Recorder));

        opens(world, "closed", 1, 9).unwrap();
        world.hub.close_intake(world.aliya.caller(), &to_hex(&token_hash("closed")), NOW + 60).unwrap();
        assert_eq!(joins(world, 45, "closed", NOW + 60).err(), Some("intake_over"));
        // Only coordinators open, see, close and refuse.
        let dana = world.dana.caller();
        assert!(world.hub.intakes(dana, NOW).is_err());
        assert!(world.hub.refuse(dana, &RefuseDevices { devices: vec![Device::new(40).keys().id()] }, NOW).is_err());
        assert!(world.hub.close_intake(dana, &to_hex(&token_hash("link")), NOW).is_err());
        let listed = world.hub.intakes(world.aliya.caller(), NOW).unwrap().intakes;
        assert_eq!(listed.iter().map(|intake| (intake.people, intake.joined)).collect::<Vec<_>>().len(), 2);
        assert!(listed.iter().any(|intake| (intake.people, intake.joined, intake.until) == (3, 3, NOW + 2 * HOUR)));
        assert!(world.hub.intakes(world.aliya.caller(), NOW + 80 * HOUR).unwrap().intakes.is_empty());
    });
}

#[test]
fn of_many_who_come_at_once_only_so_many_find_a_place() {
    on_both(|world| {
        opens(world, "link", 1, 4).unwrap();
        let come = |number: u8| joins(world, number, "link", NOW);
        let came: Vec<_> = std::thread::scope(|scope| {
            let all: Vec<_> = (60..70).map(|number| scope.spawn(move || come(number).err())).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(came.iter().filter(|refused| refused.is_none()).count(), 4, "{came:?}");
        assert!(came.iter().flatten().all(|code| *code == "intake_full"), "{came:?}");
    });
}

/// One coordinator refuses somebody in the moment in which another lets them in: whoever is let in is in.
#[test]
fn nobody_is_let_in_and_refused() {
    on_both(|world| {
        opens(world, "link", 1, 60).unwrap();
        let mut log = world.log.clone();
        for number in 140..170 {
            joins(world, number, "link", NOW).unwrap();
            let keys = Device::new(number).keys();
            let admitted = Body::DeviceAdmitted { device: keys, person: keys.newcomer(), role: Role::Recorder };
            let entry = encode(&world.aliya.entry(&mut log, admitted)).unwrap();
            let together = Barrier::new(2);
            let said = std::thread::scope(|scope| {
                let refuses = scope.spawn(|| {
                    together.wait();
                    world.hub.refuse(world.aliya.caller(), &RefuseDevices { devices: vec![keys.id()] }, NOW)
                });
                together.wait();
                world.hub.append_log(world.aliya.caller(), &[entry], NOW).unwrap();
                refuses.join().unwrap()
            });
            // Either it was first, and letting in undid it, or it is told that they are in.
            assert!(matches!(said, Ok(()) | Err(HubError::Conflict("device_in", _))), "{said:?}");
        }
        let devices = world.hub.devices(world.aliya.caller(), NOW).unwrap().devices;
        assert_eq!(devices.iter().filter(|state| state.account.starts_with('r') && state.admitted).count(), 30);
        let out: Vec<_> = devices.iter().filter(|state| state.admitted && state.refused).map(|state| &state.account).collect();
        assert!(out.is_empty(), "let in, and never served again: {out:?}");
    });
}
