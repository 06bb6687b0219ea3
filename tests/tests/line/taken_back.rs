//! Mail that waits because of a fact does not go out any more once that fact is erased, and is written over in the clerk's database.

use std::time::{Duration, Instant};

use habeas_db::Value;
use habeas_tests::device::Person;
use habeas_tests::rows::rows;
use habeas_tests::server::Server;

use crate::on_both;

/// How many mails about a case wait to be sent.
fn waiting(clerk: &str, case: &str) -> usize {
    let is = |value: &Value, holds: &dyn Fn(&str) -> bool| matches!(value, Value::Text(text) if holds(text));
    let of_case = |event: &str| event.starts_with(case);
    let all = rows(clerk, "outbox");
    all.iter().filter(|row| is(&row["event"], &of_case) && is(&row["state"], &|state| state == "waiting")).count()
}

fn until(what: &str, is: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !is() {
        assert!(Instant::now() < deadline, "{what}");
    }
}

#[test]
fn mail_that_waits_because_of_a_fact_is_taken_back_with_it() {
    on_both(|databases| {
        // Nobody listens there: what is written waits.
        let nowhere = ["--smtp", "smtp://127.0.0.1:1", "--mail-from", "habeas@example.org"];
        let server = Server::start_in_with(tempfile::tempdir().unwrap(), databases, &nowhere);
        let folder = server.folder.path().join("clerk.sqlite");
        let clerk = databases.map_or(folder.to_str().unwrap(), |(_, clerk)| clerk);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        dana.does(&["contact", "dana@example.org"]);

        // That they were taken four hours ago somebody said who must not be known; of the other one everybody knows.
        let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
        let four = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(4)).to_zoned(zone).strftime("%Y-%m-%d %H:%M");
        let four = four.to_string();
        let taken = ["restrained", "exit_offered=no", "--when", &four, "--city", "almaty"];
        let [case, other] = ["Айгерім", "Серік"].map(|name| dana.begins(name));
        let fact = dana.adds(&case, &[&taken[..], &["--source-name", "Қайрат", "--sensitive"]].concat());
        dana.adds(&other, &taken);
        for case in [&case, &other] {
            dana.adds(case, &["regime", "regime=none", "--when", &four]);
        }
        [&dana, &aliya].iter().for_each(|person| drop(person.does(&["sync"])));
        for case in [&case, &other] {
            aliya.does(&["assign", case, "dana"]);
        }
        until("both are told of", || [&case, &other].iter().all(|case| waiting(clerk, case) > 0));

        aliya.does(&["fact", "erase", &case, &fact, "--yes"]);
        until("what waits is taken back", || waiting(clerk, &case) == 0);
        // What comes afterwards does not write it anew. What is told of the other one since shows that the clerk has looked at both.
        let before = waiting(clerk, &other);
        dana.adds(&case, &["note", "text=her mother called"]);
        dana.does(&["sync"]);
        dana.adds(&other, &["released", "--when", &four, "--city", "almaty"]);
        dana.does(&["sync"]);
        until("it is told that he was out in time", || waiting(clerk, &other) > before);
        assert_eq!(waiting(clerk, &case), 0);
    });
}
