//! When something came to a device is kept beside what its author's clock said, which may be wrong: it says so, and loses nothing by it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{Draft, Said, history};
use habeas_client_core::device::{Device, Memory};
use habeas_clock::Instant;
use habeas_protocol::CaseId;
use people::{Organisation, instant, member, note, rng, tells};

const HOUR: i64 = 3600;

/// A note that a clock says was written down then.
fn written(text: &str, at: Instant) -> Draft {
    Draft { recorded_at: at, ..note(text) }
}

/// What somebody sees of each note: its text, when it came, and whether that can be.
fn seen(device: &mut Device<Memory>, case: CaseId) -> Vec<(String, Option<Instant>, bool)> {
    let open = device.case(case).unwrap();
    let all = history(open.replica.facts(), |fact| open.received(fact));
    let mut said: Vec<Said> = all.into_iter().flat_map(|of| of.accounts).collect();
    said.sort_by_key(|said| said.fact.id);
    let text = |said: &Said| serde_json::to_value(&said.fact).unwrap()["text"].as_str().unwrap().to_owned();
    said.iter().map(|said| (text(said), said.received_at, said.implausible)).collect()
}

#[test]
fn whoever_reads_a_case_sees_when_each_account_came_and_which_clock_was_wrong() {
    let people = Organisation::founded();
    let (mut dana, mut aliya) = (member(&people.dana, &people), member(&people.aliya, &people));
    let noon = instant("12:00");
    let at = |device: &mut Device<Memory>, time: Instant| device.is_at(time.seconds(), &mut rng(9)).unwrap();

    // Dana's phone is right at first, then a battery has died and it says 2000, then somebody sets it a year ahead.
    at(&mut dana, noon);
    let (case, _) = dana.new_case(&[written("right", noon)], &mut rng(1)).unwrap();
    dana.add_facts(case, &[written("of 2000", Instant::from_seconds(946_684_800).unwrap())], &mut rng(2)).unwrap();
    dana.add_facts(case, &[written("ahead", noon.plus_seconds(365 * 24 * HOUR))], &mut rng(3)).unwrap();
    dana.add_facts(case, &[written("nine minutes ahead", noon.plus_seconds(9 * 60))], &mut rng(4)).unwrap();

    // Aliya gets two of them at one, and the rest a day later; what Dana's clock says orders nothing and loses nothing.
    let request = dana.request(&mut rng(5)).unwrap();
    let early: Vec<_> = request.envelopes[..2].iter().map(|envelope| envelope.id).collect();
    let (one, tomorrow) = (noon.plus_seconds(HOUR), noon.plus_seconds(25 * HOUR));
    at(&mut aliya, one);
    tells(&mut aliya, people.coordinators(), &request, |envelope| early.contains(&envelope.id));
    at(&mut aliya, tomorrow);
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    let expected =
        [("right", one, false), ("of 2000", one, true), ("ahead", tomorrow, true), ("nine minutes ahead", tomorrow, false)]
            .map(|(text, came, wrong)| (text.to_owned(), Some(came), wrong));
    assert_eq!(seen(&mut aliya, case), expected);

    // It stands so when the device is opened anew, and what is written here came when it was written.
    let records = aliya.records().clone();
    let mut aliya = Device::open(records).unwrap().unwrap();
    assert_eq!(seen(&mut aliya, case), expected);
    let later = tomorrow.plus_seconds(HOUR);
    at(&mut aliya, later);
    aliya.add_facts(case, &[written("Aliya's", later)], &mut rng(6)).unwrap();
    let all = seen(&mut aliya, case);
    assert_eq!(all.len(), 5);
    assert!(all.contains(&("Aliya's".to_owned(), Some(later), false)) && expected.iter().all(|one| all.contains(one)), "{all:?}");
    // Dana's own phone was there when each was written.
    assert!(seen(&mut dana, case).iter().all(|(_, came, _)| *came == Some(noon)));
}

/// Whoever never says what time it is knows only what cannot be by itself.
#[test]
fn of_what_came_when_nobody_knew_the_time_nothing_is_said() {
    let people = Organisation::founded();
    let (mut dana, mut aliya) = (member(&people.dana, &people), member(&people.aliya, &people));
    let noon = instant("12:00");
    let (case, _) = dana.new_case(&[written("a", noon)], &mut rng(1)).unwrap();
    let request = dana.request(&mut rng(5)).unwrap();
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    assert_eq!(seen(&mut aliya, case), [("a".to_owned(), None, false)]);
    // What comes when it is known stands beside that.
    dana.add_facts(case, &[written("b", noon)], &mut rng(2)).unwrap();
    aliya.is_at(noon.seconds(), &mut rng(9)).unwrap();
    let request = dana.request(&mut rng(6)).unwrap();
    tells(&mut aliya, people.coordinators(), &request, |_| true);
    assert_eq!(seen(&mut aliya, case), [("a".to_owned(), None, false), ("b".to_owned(), Some(noon), false)]);
}
