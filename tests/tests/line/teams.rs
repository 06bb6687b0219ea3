//! Six lawyers share the cases of one day. Who joins them opens what they have, who leaves keeps nothing of it, and a case that goes to others
//! goes to all of them.

use habeas_protocol::{Body, CaseId, Entry, PersonId, TeamId};
use habeas_tests::device::Person;
use habeas_tests::quick::{note, rng};
use habeas_tests::server::Server;

use crate::on_both;
use crate::shared::{MONDAY, NURLAN, World, is_over, on_hubs, reads, syncs};

impl World {
    fn team(&mut self, entry: &Entry, now: i64) {
        self.says(entry, now);
        syncs(&self.hub, &mut self.clerk, now);
        syncs(&self.hub, &mut self.nurlan, now);
    }

    fn founds(&mut self) -> TeamId {
        let entry = self.aliya.found_team("Медеу тобы", &mut rng(60)).unwrap();
        let Body::TeamNamed { team, .. } = entry.body else { panic!("{entry:?}") };
        self.team(&entry, MONDAY);
        team
    }

    fn belongs(&mut self, team: TeamId, person: PersonId, joins: bool, now: i64) {
        let entry = self.aliya.belongs_to_team(team, person, joins).unwrap();
        self.team(&entry, now);
    }

    fn opens(&mut self, team: TeamId, case: CaseId, gets: bool, now: i64) {
        let entry = self.aliya.team_opens(team, case, gets, &mut rng(61)).unwrap();
        self.team(&entry, now);
    }
}

#[test]
fn who_joins_a_team_opens_what_it_has_and_who_leaves_keeps_nothing() {
    on_hubs(|mut world| {
        let (first, team) = (world.case(), world.founds());
        // Its name is the coordinators'.
        assert_eq!(world.aliya.teams()[0].name.as_deref(), Some("Медеу тобы"));
        assert_eq!(world.clerk.teams()[0].name.as_deref(), Some("Медеу тобы"));
        syncs(&world.hub, &mut world.dana, MONDAY);
        assert_eq!(world.dana.teams()[0].name, None);

        // The team has a case before Nurlan joins: the clerk seals it to him. Then it gets another.
        world.opens(team, first, true, MONDAY);
        assert!(world.nurlan.cases().next().is_none());
        world.belongs(team, NURLAN, true, MONDAY + 1);
        syncs(&world.hub, &mut world.nurlan, MONDAY + 1);
        assert!(reads(&mut world.nurlan, first).contains("taken at the square"));
        let (second, _) = world.dana.new_case(&[note("taken at the station")], &mut rng(62)).unwrap();
        world.settle(MONDAY + 2);
        world.opens(team, second, true, MONDAY + 3);
        assert!(reads(&mut world.nurlan, second).contains("taken at the station"));
        world.nurlan.add_facts(second, &[note("I have seen him")], &mut rng(63)).unwrap();
        syncs(&world.hub, &mut world.nurlan, MONDAY + 4);
        world.settle(MONDAY + 5);
        assert!(reads(&mut world.dana, second).contains("I have seen him"));

        // The first case is taken from the team; the second one stays.
        world.opens(team, first, false, MONDAY + 6);
        assert!(is_over(&mut world.nurlan, first));
        assert!(reads(&mut world.nurlan, second).contains("I have seen him"));

        // He leaves with something that he has not sent: it waits for a coordinator, and nothing of the case is left.
        world.nurlan.add_facts(second, &[note("not sent")], &mut rng(64)).unwrap();
        world.belongs(team, NURLAN, false, MONDAY + 7);
        world.nurlan.is_at(MONDAY + 7, &mut rng(65)).unwrap();
        assert!(is_over(&mut world.nurlan, second) && world.nurlan.cases().next().is_none());
        assert!(world.nurlan.left_over(0).unwrap().is_some());
        world.settle(MONDAY + 8);
        let newest = |phone: &mut crate::shared::Phone, case| phone.case(case).unwrap().keys.newest().unwrap().0;
        assert_eq!([first, second].map(|case| newest(&mut world.dana, case)), [1, 1], "each has its next secret, once");
        world.settle(MONDAY + 9);
        assert_eq!([first, second].map(|case| newest(&mut world.dana, case)), [1, 1]);

        // He comes back: everything of the team comes again, also what was written meanwhile.
        world.dana.add_facts(second, &[note("while he was away")], &mut rng(66)).unwrap();
        world.settle(MONDAY + 10);
        world.belongs(team, NURLAN, true, MONDAY + 11);
        syncs(&world.hub, &mut world.nurlan, MONDAY + 11);
        assert!(reads(&mut world.nurlan, second).contains("while he was away"));
        assert!(is_over(&mut world.nurlan, first));
    });
}

/// A share and a team give the same case: the one goes on where the other ends.
#[test]
fn who_leaves_a_team_keeps_what_is_shared_with_them_alone() {
    on_hubs(|mut world| {
        let (case, team) = (world.case(), world.founds());
        world.shares(case, false, None, MONDAY);
        world.opens(team, case, true, MONDAY + 1);
        world.belongs(team, NURLAN, true, MONDAY + 2);
        world.nurlan.add_facts(case, &[note("by the team I may write")], &mut rng(70)).unwrap();
        syncs(&world.hub, &mut world.nurlan, MONDAY + 2);
        world.belongs(team, NURLAN, false, MONDAY + 3);
        world.nurlan.is_at(MONDAY + 3, &mut rng(71)).unwrap();
        assert!(reads(&mut world.nurlan, case).contains("by the team I may write"));
        assert!(world.nurlan.add_facts(case, &[note("no longer")], &mut rng(72)).is_err());
        world.settle(MONDAY + 4);
        assert_eq!(world.dana.case(case).unwrap().keys.newest().unwrap().0, 0, "nobody lost the case, so it has no other secret");
        let entry = world.aliya.end_share(case, NURLAN).unwrap();
        world.team(&entry, MONDAY + 5);
        assert!(is_over(&mut world.nurlan, case));
    });
}

/// Found by the simulation: a share is ended, and before the clerk has heard of that the same person opens the case again. The hub has closed it
/// in between, and takes nothing of it before there is another secret.
#[test]
fn a_case_that_is_opened_again_before_the_clerk_looks_takes_what_is_written() {
    for by_team in [false, true] {
        on_hubs(|mut world| {
            let (case, team) = (world.case(), world.founds());
            world.shares(case, true, None, MONDAY);
            world.belongs(team, NURLAN, true, MONDAY + 1);
            let ended = world.aliya.end_share(case, NURLAN).unwrap();
            world.says(&ended, MONDAY + 2);
            let again = match by_team {
                true => world.aliya.team_opens(team, case, true, &mut rng(80)).unwrap(),
                false => world.aliya.share(case, NURLAN, (true, None), &mut rng(80)).unwrap(),
            };
            world.says(&again, MONDAY + 3);
            world.dana.add_facts(case, &[note("she was moved")], &mut rng(81)).unwrap();
            (0..2).for_each(|_| world.settle(MONDAY + 4));
            syncs(&world.hub, &mut world.nurlan, MONDAY + 5);
            assert!(reads(&mut world.nurlan, case).contains("she was moved"));
            assert_eq!(world.dana.cases().map(|(_, summary)| summary.unsent).sum::<u32>(), 0);
        });
    }
}

/// The same with the programs that people use.
#[test]
fn a_coordinator_makes_a_team() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [dana, nurlan] = ["dana", "nurlan"].map(|name| Person::is_let_in(name, "lawyer", &server, &aliya));
        let case = dana.begins("Айгерім");
        [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));

        assert!(aliya.does(&["team", "found", "Медеу тобы"]).contains("Медеу тобы: cases: 0; people: "));
        for refused in [
            &["team", "found", "Медеу тобы"][..],
            &["team", "found", " "],
            &["team", "add", "Алатау", "nurlan"],
            &["team", "remove", "Медеу тобы", "nurlan"],
            &["team", "unassign", "Медеу тобы", &case],
        ] {
            assert!(!aliya.fails(refused).is_empty(), "{refused:?}");
        }
        assert!(!dana.fails(&["team", "found", "ours"]).is_empty());
        aliya.does(&["team", "add", "Медеу тобы", "nurlan"]);
        let said = aliya.does(&["team", "assign", "Медеу тобы", &case]);
        assert!(said.contains("Медеу тобы: cases: 1; people: nurlan"), "{said}");
        nurlan.does(&["sync"]);
        assert_eq!(nurlan.case(&case)["view"]["names"][0]["value"], "Айгерім");
        assert!(aliya.does(&["case", "show", &case]).contains("Open to nurlan by a team"));
        assert!(aliya.fails(&["case", "unshare", &case, "nurlan"]).contains("not shared"));

        assert!(aliya.does(&["team", "remove", "Медеу тобы", "nurlan"]).contains("cases: 1; people: \n"));
        let said = nurlan.tries(&["sync"]);
        assert!(said.status.success() && String::from_utf8_lossy(&said.stderr).contains("is over"), "{said:?}");
        assert_eq!(nurlan.does(&["list", "--json"]).trim(), "[]");
        assert!(aliya.does(&["team", "rename", "Медеу тобы", "Алатау"]).contains("Алатау: cases: 1"));
        let record = Server::does(server.folder.path(), databases, &["audit", "show"]);
        for act in ["name_team", "join_team", "leave_team", " share "] {
            assert!(record.contains(act), "{act}: {record}");
        }
        // The server has the team, and not what it is called.
        assert!(!record.contains("Медеу") && !record.contains("Алатау"));
    });
}
