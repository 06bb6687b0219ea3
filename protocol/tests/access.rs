//! Who may do what, as a table: every role, a device that waits, one that was revoked, and one of somebody else, against every action.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails loudly")]

use std::collections::BTreeSet;

use ed25519_dalek::{Signer as _, SigningKey};
use habeas_protocol::access::{
    Action, Caller, Denied, FamilyAction, FamilyState, Lets, allows, allows_family, allows_without_second_factor, feeds, lets,
    may_stay, needs_second_factor,
};
use habeas_protocol::limits::{MAX_SHIFT, SEALED_NAME};
use habeas_protocol::{
    Body, CaseId, CircleId, CircleKey, CircleKind, DeviceKeys, Entry, EnvelopeId, Log, LogError, PersonId, Role, SealedBytes,
    SealedKey, Signature, TeamId,
};

const COORDINATORS: CircleId = CircleId([0xc0; 16]);
const CASE: CaseId = CaseId([7; 16]);
const SEALED: SealedKey = SealedKey { encapsulated: [0; 32], ciphertext: [0; 32], tag: [0; 16] };

/// Somebody with one device.
#[derive(Clone)]
struct Person(SigningKey, u8);

impl Person {
    fn new(number: u8) -> Self {
        Self(SigningKey::from_bytes(&[number; 32]), number)
    }

    fn keys(&self) -> DeviceKeys {
        DeviceKeys { signing: self.0.verifying_key().to_bytes(), sealing: [self.1; 32] }
    }

    fn caller(&self) -> Caller {
        Caller { device: self.keys().id(), person: PersonId([self.1; 16]) }
    }

    /// The circle of their own devices.
    fn own(&self) -> CircleId {
        CircleId([self.1; 16])
    }

    fn writes(&self, log: &mut Log, body: Body) {
        log.add(self.entry(log, body)).unwrap();
    }

    fn tries(&self, log: &Log, body: Body) -> Result<(), LogError> {
        log.clone().add(self.entry(log, body))
    }

    fn entry(&self, log: &Log, body: Body) -> Entry {
        let (number, previous) = log.next();
        let signer = self.keys().id();
        let signature = Signature(self.0.sign(&Entry::signed(number, &previous, &body, signer).unwrap()).to_bytes());
        Entry { number, previous, body, signer, signature }
    }
}

/// Aliya coordinates; Dana and Marat are lawyers, Zhanar records, Saule counts, and the phone of Ruslan, who coordinated, was taken.
struct World {
    log: Log,
    aliya: Person,
    clerk: Person,
    dana: Person,
    marat: Person,
    zhanar: Person,
    saule: Person,
    ruslan: Person,
    /// Waits to be let in.
    late: Person,
}

impl World {
    fn new() -> Self {
        let [aliya, clerk, dana, marat, zhanar, saule, ruslan, late] = [1, 2, 3, 4, 5, 6, 7, 8].map(Person::new);
        let mut log = Log::new();
        let key = |circle, kind, of: &Person| CircleKey {
            circle,
            kind,
            epoch: 0,
            public: [9; 32],
            wraps: vec![(of.keys().id(), SEALED)],
        };
        let circle = key(COORDINATORS, CircleKind::Coordinators, &aliya);
        aliya.writes(&mut log, Body::Genesis { device: aliya.keys(), person: aliya.caller().person, circle });
        let members = [
            (&clerk, Role::Clerk),
            (&dana, Role::Lawyer),
            (&marat, Role::Lawyer),
            (&zhanar, Role::Recorder),
            (&saule, Role::Advocate),
            (&ruslan, Role::Coordinator),
        ];
        for (person, role) in members {
            let device = person.keys();
            aliya.writes(&mut log, Body::DeviceAdmitted { device, person: person.caller().person, role });
            if role == Role::Clerk {
                let joined = Body::CircleJoined { circle: COORDINATORS, epoch: 0, device: device.id(), wrap: SEALED };
                aliya.writes(&mut log, joined);
            } else {
                let own = key(person.own(), CircleKind::Person(person.caller().person), person);
                aliya.writes(&mut log, Body::CircleEpoch(own));
            }
        }
        aliya.writes(&mut log, Body::DeviceRevoked { device: ruslan.keys().id(), circles: Vec::new(), before: None });
        Self { log, aliya, clerk, dana, marat, zhanar, saule, ruslan, late }
    }

    fn allows(&self, person: &Person, action: Action<'_>) -> Result<(), Denied> {
        allows(&self.log, person.caller(), action)
    }
}

#[test]
fn what_a_role_may_do_stands_in_one_table() {
    let world = World::new();
    let released = Action::ReleaseCount { proposed_by: PersonId([99; 16]) };
    // coordinator, clerk, lawyer, recorder, advocate; whether it waits for a second factor
    let table = [
        (Action::Invite, [true, false, false, false, false], true),
        (Action::Intake, [true, false, false, false, false], true),
        (Action::Refuse, [true, false, false, false, false], true),
        (Action::ResetSecondFactor, [true, false, false, false, false], true),
        (Action::ResetSecondFactorOf { person: PersonId([99; 16]) }, [true, false, false, false, false], true),
        (Action::ReadDevices, [true, false, false, false, false], true),
        (Action::WriteLog, [true, false, false, false, false], true),
        (Action::HandIn, [true, false, true, true, true], false),
        (Action::ReadQuarantine, [true, false, false, false, false], true),
        (Action::EmptyQuarantine, [true, false, false, false, false], true),
        (Action::ReadFamilies, [true, false, false, false, false], true),
        (Action::AttachFamily, [true, false, false, false, false], true),
        (Action::DetachFamily, [true, false, false, false, false], true),
        (Action::ReadRules, [true, false, false, false, false], true),
        (Action::AllowRule, [true, false, false, false, false], true),
        (Action::ChangePassword, [true, false, true, true, true], false),
        (Action::EnrolSecondFactor, [true, false, true, true, true], false),
        (Action::SetContact, [true, false, true, true, true], false),
        (Action::Count, [true, false, false, false, true], true),
        (Action::ProposeCount, [true, false, false, false, true], true),
        (Action::ReadProposed, [true, false, false, false, true], true),
        (Action::Release, [true, false, false, false, true], true),
        (released, [true, false, false, false, true], true),
        (Action::Exchange, [true, true, true, true, true], false),
        (Action::MendReaders, [true, true, false, false, false], false),
        (Action::FillCase, [true, true, false, false, false], false),
        (Action::ReadClosed, [false, true, false, false, false], false),
        (Action::SpeakAsClerk, [false, true, false, false, false], false),
        (Action::ReadCards, [false, false, true, false, false], false),
    ];
    for (action, allowed, waits) in table {
        let people = [&world.aliya, &world.clerk, &world.dana, &world.zhanar, &world.saule];
        for (person, allowed) in people.into_iter().zip(allowed) {
            let expected = if allowed { Ok(()) } else { Err(Denied::Role) };
            assert_eq!(world.allows(person, action), expected, "{action:?}, person {}", person.1);
        }
        // Whoever waits, was revoked, or shows somebody else's device gets nothing at all.
        let stolen = Caller { device: world.aliya.caller().device, person: world.dana.caller().person };
        for caller in [world.late.caller(), world.ruslan.caller(), stolen] {
            assert_eq!(allows(&world.log, caller, action), Err(Denied::NotAdmitted), "{action:?}, {caller:?}");
        }
        assert_eq!(action.takes_second_factor(), waits, "{action:?}");
        // Whose role changes loses nothing; but whoever opens every case needs no cards of some.
        let roles = [Role::Coordinator, Role::Clerk, Role::Lawyer, Role::Recorder, Role::Advocate];
        for (before, could) in roles.into_iter().zip(allowed) {
            for (next, may) in roles.into_iter().zip(allowed) {
                let loses = before.may_become(next) && could && !may;
                assert_eq!(loses, loses && action == Action::ReadCards, "{action:?}: {before:?}, {next:?}");
            }
        }
    }
}

/// Every role to every other: by a coordinator's word, for whoever has a device, and only to one that may do more.
#[test]
fn a_role_changes_to_one_that_may_do_more_and_to_no_other() {
    use Role::{Advocate, Clerk, Coordinator, Lawyer, Recorder, Recovery};
    let World { mut log, aliya, clerk, dana, zhanar, saule, ruslan, late, .. } = World::new();
    let changed = |of: &Person, role| Body::RoleChanged { person: of.caller().person, role };
    let people = [(&aliya, Coordinator), (&clerk, Clerk), (&dana, Lawyer), (&zhanar, Recorder), (&saule, Advocate)];
    for (person, before) in people {
        for role in [Coordinator, Clerk, Lawyer, Recorder, Advocate, Recovery] {
            let may = matches!((before, role), (Recorder, Lawyer | Advocate | Coordinator) | (Lawyer | Advocate, Coordinator));
            assert_eq!(aliya.tries(&log, changed(person, role)).is_ok(), may, "{before:?} to {role:?}");
        }
    }
    for nobody in [&ruslan, &late] {
        assert!(matches!(aliya.tries(&log, changed(nobody, Coordinator)), Err(LogError::Contradiction(_))));
    }
    for by in [&dana, &zhanar, &clerk, &ruslan] {
        assert_eq!(by.tries(&log, changed(&dana, Coordinator)), Err(LogError::Signature));
    }

    // Zhanar reads from then on what she has begun.
    let reads = |log: &Log| log.readers(CASE, Some(&zhanar.caller().device), 0).contains(&zhanar.own());
    assert!(!reads(&log));
    aliya.writes(&mut log, changed(&zhanar, Lawyer));
    assert!(reads(&log));

    // A phone of Dana's was taken before, and she is on shift.
    let taken = Person::new(30);
    let admitted = |device: &Person, role| Body::DeviceAdmitted { device: device.keys(), person: dana.caller().person, role };
    aliya.writes(&mut log, admitted(&taken, Lawyer));
    aliya.writes(&mut log, Body::DeviceRevoked { device: taken.keys().id(), circles: Vec::new(), before: None });
    let place = SealedBytes { encapsulated: [0; 32], sealed: vec![7; SEALED_NAME] };
    let begun = Body::ShiftBegun { person: dana.caller().person, from: 0, until: MAX_SHIFT, epoch: 0, place };
    aliya.writes(&mut log, begun.clone());
    let with_key = Body::CircleJoined { circle: COORDINATORS, epoch: 0, device: dana.keys().id(), wrap: SEALED };
    assert!(matches!(aliya.tries(&log, with_key.clone()), Err(LogError::Contradiction(_))));
    aliya.writes(&mut log, changed(&dana, Coordinator));
    aliya.writes(&mut log, with_key);
    let role = |log: &Log, of: &Person| log.known(&of.caller().device).map(|member| member.role);
    assert_eq!((role(&log, &dana), role(&log, &taken)), (Some(Coordinator), Some(Lawyer)));
    assert!(!log.shift(dana.caller().person).unwrap().holds(0));
    assert!(matches!(aliya.tries(&log, begun), Err(LogError::Contradiction(_))));
    // What she signs counts, what the phone signs does not; and her next one coordinates, too.
    assert_eq!(dana.tries(&log, changed(&saule, Coordinator)), Ok(()));
    assert_eq!(taken.tries(&log, changed(&saule, Coordinator)), Err(LogError::Signature));
    let next = Person::new(31);
    assert!(matches!(aliya.tries(&log, admitted(&next, Lawyer)), Err(LogError::Contradiction(_))));
    assert_eq!(aliya.tries(&log, admitted(&next, Coordinator)), Ok(()));
}

/// To the second, and only what coordinators and advocates alone may do: nobody's cases wait for a code.
#[test]
fn without_a_second_factor_what_only_coordinators_and_advocates_do_ends_when_it_is_due() {
    const DUE: i64 = 1_800_000_000;
    let circles = BTreeSet::from([COORDINATORS]);
    let (case, circle, now) = (CASE, COORDINATORS, DUE);
    let beginner = World::new().dana.caller().device;
    let goes_on = [
        Action::Exchange,
        Action::HandIn,
        Action::ChangePassword,
        Action::EnrolSecondFactor,
        Action::SetContact,
        Action::ReadFeed { circle },
        Action::BeginCase { case, beginner },
        Action::WriteCase { case, beginner, circles: &circles, now },
        Action::ReadCase { case, beginner: Some(beginner), circles: &circles, now },
        Action::ReadItem { case, beginner: Some(beginner), circle, now },
        Action::SealCase { case, beginner: Some(beginner), circle, now },
        Action::MendReaders,
        Action::FillCase,
        Action::KeepSnapshot { circle },
        Action::ReadCards,
        Action::ReadCardsOfShift { now },
        Action::SpeakAsClerk,
    ];
    for action in goes_on {
        assert_eq!(allows_without_second_factor(action, DUE, i64::MAX), Ok(()), "{action:?}");
    }
    for action in [Action::WriteLog, Action::Invite, Action::Count, Action::ReleaseCount { proposed_by: PersonId([99; 16]) }] {
        let said = [DUE - 1, DUE].map(|now| allows_without_second_factor(action, DUE, now));
        assert_eq!(said, [Ok(()), Err(Denied::SecondFactor)], "{action:?}");
    }
    // Of every role that may do something that waits it is said that it needs one, and of no other.
    let needs: Vec<Role> = Role::ALL.into_iter().filter(|role| needs_second_factor(*role)).collect();
    assert_eq!(needs, [Role::Coordinator, Role::Advocate]);
}

#[test]
fn whoever_proposes_a_count_does_not_release_it() {
    let world = World::new();
    let own = Action::ResetSecondFactorOf { person: world.aliya.caller().person };
    assert_eq!(world.allows(&world.aliya, own), Err(Denied::OwnSecondFactor));
    let hers = Action::ReleaseCount { proposed_by: world.saule.caller().person };
    assert_eq!(world.allows(&world.saule, hers), Err(Denied::SecondPerson));
    assert_eq!(world.allows(&world.aliya, hers), Ok(()));
}

#[test]
fn a_case_is_open_to_whoever_began_it_and_to_its_circles() {
    let world = World::new();
    let World { aliya, clerk, dana, marat, zhanar, saule, ruslan, late, .. } = &world;
    let everybody = [aliya, clerk, dana, marat, zhanar, saule, ruslan, late];
    let who = |action: Action<'_>| -> Vec<u8> {
        everybody.iter().filter(|person| world.allows(person, action).is_ok()).map(|person| person.1).collect()
    };
    let numbers = |people: &[&Person]| people.iter().map(|person| person.1).collect::<Vec<u8>>();

    // Dana began the case, and it is sealed to the coordinators and to her.
    let beginner = dana.caller().device;
    let circles = BTreeSet::from([COORDINATORS, dana.own()]);
    assert_eq!(who(Action::WriteCase { case: CASE, beginner, circles: &circles, now: 0 }), numbers(&[aliya, clerk, dana]));
    assert_eq!(world.allows(marat, Action::WriteCase { case: CASE, beginner, circles: &circles, now: 0 }), Err(Denied::Foreign));
    assert_eq!(who(Action::ReadCase { case: CASE, beginner: None, circles: &circles, now: 0 }), numbers(&[aliya, clerk, dana]));
    assert_eq!(who(Action::BeginCase { case: CASE, beginner }), numbers(&[aliya, clerk, dana]));
    // A recorder adds to what they began, though nobody seals it to them; whoever was revoked does not even that.
    let of_zhanar = BTreeSet::from([COORDINATORS]);
    assert_eq!(
        world.allows(zhanar, Action::WriteCase { case: CASE, beginner: zhanar.caller().device, circles: &of_zhanar, now: 0 }),
        Ok(())
    );
    assert_eq!(
        world.allows(zhanar, Action::ReadCase { case: CASE, beginner: None, circles: &of_zhanar, now: 0 }),
        Err(Denied::Foreign)
    );
    let of_ruslan = Action::WriteCase { case: CASE, beginner: ruslan.caller().device, circles: &of_zhanar, now: 0 };
    assert_eq!(world.allows(ruslan, of_ruslan), Err(Denied::NotAdmitted));

    // Feeds: everybody their own circle's, the coordinators and the clerk that of the coordinators.
    for (person, expected) in [
        (aliya, vec![COORDINATORS]),
        (clerk, vec![COORDINATORS]),
        (dana, vec![dana.own()]),
        (zhanar, vec![zhanar.own()]),
        (ruslan, vec![]),
        (late, vec![]),
    ] {
        assert_eq!(feeds(&world.log, person.caller()), expected, "person {}", person.1);
    }
    assert_eq!(who(Action::KeepSnapshot { circle: COORDINATORS }), numbers(&[aliya, clerk]));
    assert_eq!(who(Action::KeepSnapshot { circle: dana.own() }), numbers(&[]), "of a feed that they do not read");
}

#[test]
fn a_secret_is_sealed_only_to_those_to_whom_the_log_grants_it() {
    let World { mut log, aliya, dana, marat, ruslan, .. } = World::new();
    let asked = |log: &Log, of: &Person, beginner: &Person, circle: CircleId| {
        allows(log, of.caller(), Action::SealCase { case: CASE, beginner: Some(beginner.caller().device), circle, now: 0 })
    };
    assert_eq!(asked(&log, &dana, &dana, COORDINATORS), Ok(()));
    assert_eq!(asked(&log, &dana, &dana, dana.own()), Ok(()));
    assert_eq!(asked(&log, &dana, &dana, marat.own()), Err(Denied::Foreign), "Dana lets nobody in");
    assert_eq!(asked(&log, &aliya, &dana, marat.own()), Err(Denied::Foreign), "the log says nothing of it yet");
    assert_eq!(asked(&log, &marat, &dana, COORDINATORS), Err(Denied::Role), "it is none of Marat's");
    assert_eq!(asked(&log, &ruslan, &dana, COORDINATORS), Err(Denied::Role), "not any more");
    assert_eq!(asked(&log, &ruslan, &ruslan, COORDINATORS), Ok(()), "what he began before he was revoked");

    aliya.writes(&mut log, Body::Grant { case: CASE, circle: marat.own() });
    assert_eq!(asked(&log, &aliya, &dana, marat.own()), Ok(()));
    assert_eq!(asked(&log, &marat, &dana, marat.own()), Err(Denied::Role), "to be let in is not to let in");
}

/// A share lets Marat read, or write, until its end, to the second; an assignment makes it needless, and whoever began a case needs none.
#[test]
fn a_share_is_over_at_its_end() {
    let World { mut log, aliya, dana, marat, zhanar, .. } = World::new();
    const END: i64 = 1_800_000_000;
    let beginner = dana.caller().device;
    let circles = BTreeSet::from([COORDINATORS, dana.own(), marat.own()]);
    let may = |log: &Log, of: &Person, now| {
        let (case, circle) = (CASE, of.own());
        let actions = [
            Action::ReadCase { case, beginner: Some(beginner), circles: &circles, now },
            Action::ReadItem { case, beginner: Some(beginner), circle, now },
            Action::WriteCase { case, beginner, circles: &circles, now },
        ];
        actions.map(|action| allows(log, of.caller(), action).is_ok())
    };
    let seals = |log: &Log, now| {
        let action = Action::SealCase { case: CASE, beginner: Some(beginner), circle: marat.own(), now };
        allows(log, aliya.caller(), action).is_ok()
    };
    let share = |of: &Person, writes, until| Body::CaseShared { case: CASE, circle: of.own(), writes, until };
    aliya.writes(&mut log, share(&marat, false, Some(END)));
    assert_eq!((may(&log, &marat, END - 1), seals(&log, END - 1)), ([true, true, false], true));
    assert_eq!((may(&log, &marat, END), seals(&log, END)), ([false; 3], false));
    // A longer one, for writing, takes its place; an entry ends that, and there is nothing more to end.
    aliya.writes(&mut log, share(&marat, true, Some(END + 10)));
    assert_eq!(may(&log, &marat, END), [true; 3]);
    let ended = Body::ShareEnded { case: CASE, circle: marat.own() };
    aliya.writes(&mut log, ended.clone());
    assert_eq!(may(&log, &marat, END), [false; 3]);
    // Dana began the case: that goes further than any share.
    aliya.writes(&mut log, share(&dana, false, Some(END)));
    assert_eq!(may(&log, &dana, END), [true; 3]);
    let refused = [ended, Body::CaseShared { case: CASE, circle: COORDINATORS, writes: true, until: None }];
    for body in refused {
        assert!(matches!(aliya.tries(&log, body), Err(LogError::Contradiction(_))));
    }
    assert_eq!(zhanar.tries(&log, share(&zhanar, true, None)), Err(LogError::Signature));
    aliya.writes(&mut log, Body::Grant { case: CASE, circle: marat.own() });
    assert_eq!((may(&log, &marat, END), seals(&log, END)), ([true; 3], true));
    assert!(matches!(aliya.tries(&log, share(&marat, false, None)), Err(LogError::Contradiction(_))));
}

/// A team of people who open cases together; what it gives ends with it.
#[test]
fn a_team_opens_its_cases_to_whoever_is_in_it() {
    let World { mut log, aliya, dana, marat, zhanar, .. } = World::new();
    const TEAM: TeamId = TeamId([1; 16]);
    const SECOND: TeamId = TeamId([2; 16]);
    const THIRD: TeamId = TeamId([3; 16]);
    let name = |bytes| SealedBytes { encapsulated: [0; 32], sealed: vec![7; bytes] };
    let named = |team| Body::TeamNamed { team, epoch: 0, name: name(SEALED_NAME) };
    let belongs = |team, of: &Person, joins| Body::TeamMember { team, person: of.caller().person, joins };
    let opens = |team, case, gets| Body::TeamCase { team, case, gets };
    let has = |log: &Log, of: &Person| lets(log, (CASE, Some(dana.caller().device)), of.own(), 0);
    let reads = |log: &Log, of: &Person| log.readers(CASE, None, 0).contains(&of.own());

    assert_eq!(dana.tries(&log, named(TEAM)), Err(LogError::Signature));
    let short = Body::TeamNamed { team: TEAM, epoch: 0, name: name(SEALED_NAME - 1) };
    let later = Body::TeamNamed { team: TEAM, epoch: 1, name: name(SEALED_NAME) };
    for body in [short, later, belongs(TEAM, &marat, true), opens(TEAM, CASE, true)] {
        assert!(matches!(aliya.tries(&log, body), Err(LogError::Contradiction(_))));
    }
    for team in [TEAM, SECOND, THIRD] {
        aliya.writes(&mut log, named(team));
    }
    for body in [belongs(TEAM, &marat, false), opens(TEAM, CASE, false)] {
        assert!(matches!(aliya.tries(&log, body), Err(LogError::Contradiction(_))));
    }
    aliya.writes(&mut log, belongs(TEAM, &marat, true));
    assert!(!reads(&log, &marat));
    aliya.writes(&mut log, opens(TEAM, CASE, true));
    assert!(reads(&log, &marat) && has(&log, &marat) == Lets::Write && !reads(&log, &zhanar));
    for body in [belongs(TEAM, &marat, true), opens(TEAM, CASE, true)] {
        assert!(matches!(aliya.tries(&log, body), Err(LogError::Contradiction(_))), "it is so already");
    }
    // Out of the team and out of the case, but for a second team; and a third has no room.
    aliya.writes(&mut log, opens(SECOND, CASE, true));
    assert!(matches!(aliya.tries(&log, opens(THIRD, CASE, true)), Err(LogError::Contradiction(_))));
    aliya.writes(&mut log, belongs(SECOND, &marat, true));
    aliya.writes(&mut log, belongs(TEAM, &marat, false));
    assert!(reads(&log, &marat));
    aliya.writes(&mut log, opens(SECOND, CASE, false));
    assert!(!reads(&log, &marat) && has(&log, &marat) == Lets::Nothing);
    assert_eq!(has(&log, &dana), Lets::Write, "it is hers");
    // Back: a share of its own, with its own beginning.
    let before = log.share(CASE, marat.own()).unwrap();
    aliya.writes(&mut log, belongs(TEAM, &marat, true));
    let after = log.share(CASE, marat.own()).unwrap();
    assert!(after.number > before.number && after.ended.is_none() && before.ended.is_some());
    assert_eq!(log.had(CASE, marat.own()).len(), 3);
    assert_eq!(log.shared_with(marat.own()).iter().map(|(case, _)| *case).collect::<Vec<_>>(), [CASE]);
    // What is erased nobody gets.
    aliya.writes(&mut log, Body::CaseErased { case: CaseId([78; 16]) });
    assert!(matches!(aliya.tries(&log, opens(TEAM, CaseId([78; 16]), true)), Err(LogError::Contradiction(_))));
}

/// Dana gets cards while she is on shift, to the second; a next shift takes the place of the one before, and an entry ends it.
#[test]
fn cards_are_for_whoever_is_on_shift_now() {
    let World { mut log, aliya, clerk, dana, marat, zhanar, saule, ruslan, late } = World::new();
    const BEGIN: i64 = 1_800_000_000;
    const END: i64 = BEGIN + MAX_SHIFT;
    let may = |log: &Log, of: &Person, now| allows(log, of.caller(), Action::ReadCardsOfShift { now });
    let place = |length| SealedBytes { encapsulated: [1; 32], sealed: vec![2; length] };
    let shift = |of: &Person, until| Body::ShiftBegun {
        person: of.caller().person,
        from: BEGIN,
        until,
        epoch: 0,
        place: place(SEALED_NAME),
    };
    let ended = |of: &Person| Body::ShiftEnded { person: of.caller().person };
    assert_eq!(may(&log, &dana, BEGIN), Err(Denied::NoShift));
    aliya.writes(&mut log, shift(&dana, END));
    assert_eq!([BEGIN, END - 1, END].map(|now| may(&log, &dana, now)), [Ok(()), Ok(()), Err(Denied::NoShift)]);
    // It is hers alone, and her role alone; whoever waits or was revoked gets nothing.
    assert_eq!(may(&log, &marat, BEGIN), Err(Denied::NoShift));
    assert_eq!([&aliya, &clerk, &zhanar, &saule].map(|other| may(&log, other, BEGIN)), [Err(Denied::Role); 4]);
    assert_eq!([&ruslan, &late].map(|other| may(&log, other, BEGIN)), [Err(Denied::NotAdmitted); 2]);

    let number = log.shift(dana.caller().person).unwrap().number;
    aliya.writes(&mut log, shift(&dana, BEGIN + 60));
    assert_eq!([BEGIN + 59, BEGIN + 60].map(|now| may(&log, &dana, now)), [Ok(()), Err(Denied::NoShift)]);
    assert!(log.shift(dana.caller().person).unwrap().number > number && log.shifts().count() == 1);
    aliya.writes(&mut log, ended(&dana));
    assert_eq!(may(&log, &dana, BEGIN), Err(Denied::NoShift));

    // Only coordinators put on shift, only lawyers, for a day at most, and the place is sealed to the key that coordinators have now.
    assert_eq!(dana.tries(&log, shift(&dana, END)), Err(LogError::Signature));
    let begun =
        |until, epoch, length| Body::ShiftBegun { person: dana.caller().person, from: BEGIN, until, epoch, place: place(length) };
    let refused = [
        ended(&dana),
        ended(&marat),
        shift(&zhanar, END),
        shift(&aliya, END),
        shift(&late, END),
        shift(&dana, END + 1),
        shift(&dana, BEGIN),
        shift(&dana, i64::MIN),
        begun(END, 1, SEALED_NAME),
        begun(END, 0, SEALED_NAME - 1),
        begun(END, 0, SEALED_NAME + 1),
    ];
    for body in refused {
        assert!(matches!(aliya.tries(&log, body.clone()), Err(LogError::Contradiction(_))), "{body:?}");
    }
    // Her device is revoked: a shift keeps nobody in.
    aliya.writes(&mut log, shift(&dana, END));
    aliya.writes(&mut log, Body::DeviceRevoked { device: dana.keys().id(), circles: Vec::new(), before: None });
    assert_eq!(may(&log, &dana, BEGIN), Err(Denied::NotAdmitted));
    assert!(matches!(aliya.tries(&log, shift(&dana, END)), Err(LogError::Contradiction(_))));
}

/// Whoever may do everything may do nothing with a case that is erased, nor may whoever began it.
#[test]
fn a_case_that_is_erased_is_nobodys() {
    let World { mut log, aliya, clerk, dana, marat, .. } = World::new();
    const OTHER: CaseId = CaseId([78; 16]);
    let beginner = dana.caller().device;
    let circles = BTreeSet::from([COORDINATORS, dana.own()]);
    let actions = |case| {
        [
            Action::BeginCase { case, beginner },
            Action::WriteCase { case, beginner, circles: &circles, now: 0 },
            Action::ReadCase { case, beginner: None, circles: &circles, now: 0 },
            Action::SealCase { case, beginner: Some(beginner), circle: COORDINATORS, now: 0 },
        ]
    };
    let erased = Body::CaseErased { case: CASE };
    aliya.writes(&mut log, erased.clone());
    assert!(log.is_erased(&CASE) && !log.is_erased(&OTHER));
    for person in [&aliya, &clerk, &dana] {
        assert_eq!(actions(CASE).map(|action| allows(&log, person.caller(), action)), [Err(Denied::Erased); 4]);
        assert_eq!(actions(OTHER).map(|action| allows(&log, person.caller(), action)), [Ok(()); 4]);
    }
    // Only a coordinator erases, once and for good, and lets nobody in afterwards.
    assert_eq!(dana.tries(&log, Body::CaseErased { case: OTHER }), Err(LogError::Signature));
    for body in [erased, Body::Grant { case: CASE, circle: marat.own() }] {
        assert!(matches!(aliya.tries(&log, body), Err(LogError::Contradiction(_))));
    }
}

/// Of a fact that is erased nobody may bring the key; everything else of the case is as it was.
#[test]
fn the_key_of_an_erased_fact_is_nobodys() {
    let World { mut log, aliya, dana, .. } = World::new();
    let [key, other] = [1, 2].map(|name| EnvelopeId([name; 16]));
    let erased = Body::FactErased { case: CASE, key };
    assert_eq!(dana.tries(&log, erased.clone()), Err(LogError::Signature));
    assert_eq!((log.newest_erasure(), log.has_erased_of(&CASE)), (None, false));
    aliya.writes(&mut log, erased.clone());
    assert_eq!([key, other].map(|name| may_stay(&log, CASE, name)), [Err(Denied::Erased), Ok(())]);
    assert_eq!(may_stay(&log, CaseId([78; 16]), key), Ok(()), "it is another case's");
    assert!(log.has_erased_of(&CASE) && !log.has_erased_of(&CaseId([78; 16])) && !log.is_erased(&CASE));
    assert_eq!(log.newest_erasure(), Some(log.next().0 - 1));
    assert!(matches!(aliya.tries(&log, erased), Err(LogError::Contradiction(_))));
    aliya.writes(&mut log, Body::CaseErased { case: CASE });
    assert_eq!(may_stay(&log, CASE, other), Err(Denied::Erased));
    assert!(matches!(aliya.tries(&log, Body::FactErased { case: CASE, key: other }), Err(LogError::Contradiction(_))));
}

#[test]
fn a_familys_link_opens_what_its_request_has_come_to() {
    use FamilyAction::{Confirm, Follow, Read, Stop};
    const NOW: i64 = 1_800_000_000;
    let table = [
        (FamilyState::Asked { until: NOW + 1 }, [true, false, true, false]),
        (FamilyState::Asked { until: NOW }, [false, false, true, false]),
        (FamilyState::Confirmed, [false, true, true, true]),
        (FamilyState::Attached, [false, true, true, true]),
        (FamilyState::Stopped, [false, false, false, false]),
    ];
    for (state, allowed) in table {
        assert_eq!([Confirm, Read, Stop, Follow].map(|action| allows_family(state, action, NOW)), allowed, "{state:?}");
    }
}
