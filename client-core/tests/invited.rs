//! Who has come by an intake's link: the coordinator's device finds out by itself, whatever the hub says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::Invitation;
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{DeviceState, to_hex};
use habeas_protocol::{Entry, PersonId, Role};
use people::{Organisation, member, rng};

/// What an honest hub says of somebody who has joined.
fn state(secrets: &DeviceSecrets, account: &str, invitation: &Invitation) -> DeviceState {
    let keys = secrets.keys();
    DeviceState {
        id: keys.id(),
        keys: keys.to_hex(),
        person: keys.newcomer(),
        account: account.to_owned(),
        role: Role::Recorder,
        proof: to_hex(&invitation.proof(&keys, account)),
        admitted: false,
        revoked: false,
        refused: false,
    }
}

#[test]
fn the_hub_slips_nobody_in_and_gives_nobody_another_name() {
    let people = Organisation::founded();
    let mut aliya = member(&people.aliya, &people);
    let (intake, open) = aliya.intake(2, 60, &mut rng(30)).unwrap();
    // What stands on the wall is what a newcomer reads.
    let link = intake.link("https://habeas.example/");
    assert!(link.starts_with("https://habeas.example/app/#/join/i"), "{link}");
    let read = Invitation::read(&format!(" {link}\n")).unwrap();
    assert_eq!((&read, &Invitation::read(&intake.code()).unwrap()), (&intake, &intake));
    assert!(!format!("{intake:?}").contains(&intake.code()[..20]));

    let [zhanar, ghost] = [31, 32].map(|seed| DeviceSecrets::generate(&mut rng(seed)));
    let honest = state(&zhanar, "zhanar", &read);
    assert_eq!(aliya.came_by(&honest), Some(open.token_hash.as_str()));
    assert_eq!(aliya.invited(&honest), Some(Role::Recorder));
    // The hub's own words: another role, other keys under the same proof, another name, another person, another's place.
    let lies: [(&str, DeviceState); 5] = [
        ("keys", DeviceState { keys: ghost.keys().to_hex(), id: ghost.id(), person: ghost.keys().newcomer(), ..honest.clone() }),
        ("id", DeviceState { id: ghost.id(), ..honest.clone() }),
        ("name", DeviceState { account: "dana".into(), ..honest.clone() }),
        ("person", DeviceState { person: PersonId([2; 16]), ..honest.clone() }),
        ("no proof", DeviceState { proof: String::new(), ..honest.clone() }),
    ];
    for (what, lie) in &lies {
        assert_eq!((aliya.came_by(lie), aliya.invited(lie)), (None, None), "{what}");
    }
    let promoted = DeviceState { role: Role::Coordinator, ..honest.clone() };
    assert_eq!(aliya.invited(&promoted), Some(Role::Recorder), "by a link one records, whatever the hub says");
    // An invitation for one proves nothing in an intake, and the other way round.
    let (single, invite) = aliya.invitation(Role::Lawyer, 24, &mut rng(33)).unwrap();
    let by_single = DeviceState { person: invite.person, ..state(&zhanar, "zhanar", &single) };
    assert_eq!((aliya.came_by(&by_single), aliya.invited(&by_single)), (None, Some(Role::Lawyer)));
    assert_eq!(aliya.invited(&DeviceState { proof: honest.proof.clone(), ..by_single }), None);

    // All of them are let in upon one another, or nobody is.
    let newcomers: Vec<_> = (40..60).map(|seed| DeviceSecrets::generate(&mut rng(seed))).collect();
    let states: Vec<_> = newcomers.iter().map(|secrets| state(secrets, "somebody", &read)).collect();
    let all: Vec<_> = states.iter().map(|state| (state, aliya.invited(state).unwrap())).collect();
    let entries = aliya.let_all_in(&all, &mut rng(34)).unwrap();
    let mut log = people.log.clone();
    for entry in &entries.entries {
        log.add(Entry::decode(&habeas_protocol::api::from_hex(entry, 16 << 10).unwrap()).unwrap()).unwrap();
    }
    assert!(newcomers.iter().all(|secrets| log.member(&secrets.id()).is_some_and(|member| member.role == Role::Recorder)));
    assert!(aliya.let_all_in(&[all[0], all[0]], &mut rng(35)).is_err());

    // Whoever has the link later, with the hub's help, proves nothing once everything is decided.
    aliya.forget_intake(&open.token_hash).unwrap();
    assert_eq!((aliya.came_by(&honest), aliya.opened(&open.token_hash)), (None, None));
}
