//! Whoever begins gets every case whole, in a fraction of the bytes; and if somebody has changed a byte of that, the changes themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use habeas_client_core::device::SnapshotSizes;
use habeas_protocol::{CaseId, Frame, SyncRequest, SyncResponse};
use habeas_tests::device::Person;
use habeas_tests::quick::{Quick, note, rng};
use habeas_tests::server::Server;

use crate::on_both;
use crate::shared::{MONDAY, caller, on_hubs, syncs};

fn joins(name: &'static str, aliya: &Person, server: &Server, seed: u8) -> Quick {
    let invitation = aliya.does(&["invite", "--role", "coordinator"]);
    let quick = Quick::joins(name, &invitation, &server.address, seed);
    aliya.approves_all();
    quick
}

fn all(quick: &mut Quick, server: &Server) {
    while quick.goes_round(&server.address) {}
}

/// Every case as somebody sees it.
fn seen(quick: &mut Quick) -> BTreeMap<CaseId, String> {
    let cases: Vec<CaseId> = quick.device.cases().map(|(case, _)| *case).collect();
    let view = |case| (case, serde_json::to_string(&quick.device.case(case).unwrap().replica.view()).unwrap());
    cases.into_iter().map(view).collect()
}

/// The first answer to somebody who has nothing yet but the log.
fn first_answer(quick: &mut Quick, server: &Server) -> SyncResponse {
    let request = quick.request();
    quick.asks(&server.address, &request).unwrap()
}

fn of_snapshot(answer: &SyncResponse) -> usize {
    answer.frames.iter().filter(|frame| frame.snapshot.is_some()).count()
}

#[test]
fn whoever_begins_gets_every_case_whole_or_if_that_was_changed_the_changes() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let [mut writer, mut other] = [("writer", 1), ("other", 2)].map(|(name, seed)| joins(name, &aliya, &server, seed));
        all(&mut writer, &server);
        let cases: Vec<CaseId> = (0..120).map(|number| writer.begins(&format!("case {number}"))).collect();
        all(&mut writer, &server);
        all(&mut other, &server);
        for (number, case) in cases.iter().enumerate() {
            other.adds(*case, &format!("seen again {number}"));
            if number % 3 == 0 {
                writer.adds(*case, &format!("at the same time {number}"));
            }
        }
        [&mut other, &mut writer].into_iter().for_each(|quick| all(quick, &server));
        all(&mut other, &server);
        let known = seen(&mut writer);

        // The clerk makes a snapshot in its own time.
        let mut late = joins("late", &aliya, &server, 3);
        let log = late.request();
        let answer = late.asks(&server.address, &log).unwrap();
        late.device.receive(&log, SyncResponse { frames: Vec::new(), ..answer }).unwrap();
        let mut plain = late.request();
        plain.takes_snapshots = false;
        let plain = late.asks(&server.address, &plain).unwrap().encode().unwrap().len();
        let begun = Instant::now();
        let answer = loop {
            let answer = first_answer(&mut late, &server);
            let whole = answer.encode().unwrap().len();
            // One that it made while they still wrote tells only what was there by then; there is another when it has nothing to do.
            if of_snapshot(&answer) > 0 && whole * 2 < plain {
                break answer;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "no snapshot after a minute: {whole} and {plain} bytes");
        };

        // Bytes that somebody has changed are noticed, and nothing of them is used; the changes come in their place.
        let request = late.request();
        let mut changed = answer.clone();
        changed.frames.iter_mut().filter_map(|frame| frame.snapshot.as_mut()).for_each(|part| part.sealed[40] ^= 1);
        changed.frames.truncate(1);
        let report = late.device.receive(&request, changed).unwrap();
        assert!(report.more && report.admitted == 0 && late.device.cases().next().is_none());
        let again = late.request();
        assert!(!again.takes_snapshots && again.cursor.is_empty());
        all(&mut late, &server);
        assert_eq!(seen(&mut late), known);

        // Whoever takes the snapshot sees the same, wherever its answer breaks off, and hears what comes after it.
        let mut newest = joins("newest", &aliya, &server, 4);
        let mut snapshots = 0;
        for kept in [0, 1, 0, 2].into_iter().chain(std::iter::repeat(usize::MAX)).take(60) {
            let request = newest.request();
            let mut answer = newest.asks(&server.address, &request).unwrap();
            answer.frames.truncate(kept);
            snapshots += of_snapshot(&answer);
            let more = newest.device.receive(&request, answer).unwrap().more;
            if !more && kept == usize::MAX {
                break;
            }
        }
        assert!(snapshots > 0 && seen(&mut newest) == known);
        writer.adds(cases[7], "after it");
        [&mut writer, &mut newest, &mut late].into_iter().for_each(|quick| all(quick, &server));
        assert_eq!((seen(&mut newest), seen(&mut late)), (seen(&mut writer), seen(&mut writer)));
        newest.adds(cases[9], "by the newest");
        [&mut newest, &mut writer].into_iter().for_each(|quick| all(quick, &server));
        assert_eq!(seen(&mut newest), seen(&mut writer));
    });
}

/// Aliya has a feed of her own beside that of the coordinators, and takes a snapshot of that one. What a cursor says has come stands in that frame or
/// before it: whoever loses the rest of an answer gets it with the next one.
#[test]
fn wherever_an_answer_breaks_off_the_next_one_goes_on_there() {
    on_hubs(|mut world| {
        for number in 0..12 {
            world.aliya.new_case(&[note(&format!("case {number}"))], &mut rng(100 + number)).unwrap();
            syncs(&world.hub, &mut world.aliya, MONDAY);
        }
        world.clerk.cuts_snapshots(SnapshotSizes { least: 3, part: 500 });
        // It hears of them first.
        (0..2).for_each(|_| drop(syncs(&world.hub, &mut world.clerk, MONDAY)));
        let aliya = caller(&world.hub, &world.aliya);
        let asks = |cursor: &[u8]| {
            let request = SyncRequest {
                log_from: u64::MAX,
                budget: u32::MAX,
                takes_snapshots: true,
                cursor: cursor.to_vec(),
                ..SyncRequest::default()
            };
            world.hub.sync(aliya, &request, MONDAY, &mut rng(90)).unwrap().frames
        };
        let all = asks(&[]);
        assert!(all.iter().filter(|frame| frame.snapshot.is_some()).count() > 2, "a snapshot of several parts");
        let told = |frames: &[Frame]| -> Vec<_> {
            let items = frames.iter().flat_map(|frame| &frame.items).map(|item| (item.circle, item.seq, None));
            let parts = frames
                .iter()
                .filter_map(|frame| frame.snapshot.as_ref())
                .map(|part| (part.place.circle, part.place.upto, Some(part.place.part)));
            items.chain(parts).collect::<BTreeSet<_>>().into_iter().collect()
        };
        for kept in 1..all.len() {
            let rest = asks(&all[kept - 1].cursor);
            assert_eq!(told(&[&all[..kept], &rest].concat()), told(&all), "broken off behind frame {kept}");
        }
    });
}
