//! Cases one by one for an advocate: enough to argue with, and nothing by which somebody is found again.

use std::time::{Duration, Instant};

use habeas_tests::device::Person;
use habeas_tests::server::Server;
use serde_json::Value;

use crate::on_both;

const DAYS: [&str; 4] = ["--from", "2026-01-10", "--to", "2026-02-02"];

fn rows(person: &Person) -> Value {
    serde_json::from_str(&person.does(&[&["tally", "rows", "--json"], &DAYS[..]].concat())).unwrap()
}

fn total(person: &Person) -> u64 {
    let months = ["tally", "show", "--json", "--from", "2026-01-01", "--to", "2026-02-28"];
    let count: Value = serde_json::from_str(&person.does(&months)).unwrap();
    count["total"]["detentions"].as_u64().unwrap()
}

#[test]
fn an_advocate_takes_rows_without_names_and_nobody_stands_alone_in_them() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::is_let_in("dana", "lawyer", &server, &aliya);
        let saule = Person::is_let_in("saule", "advocate", &server, &aliya);

        // Five from the square on one day; five more of Almaty, each on a day of their own; and Serik, alone in Taraz in February.
        let mut cases = Vec::new();
        let mut takes = |name: &str, day: &str, city: &str| {
            let case = dana.does(&["case", "new", "--name", name, "--city", city]).trim().to_owned();
            let when = format!("{day} 12:05");
            dana.adds(
                &case,
                &["restrained", "--when", &when, "--city", city, "--place", "kqvanary yard", "--said", "kqvanary words"],
            );
            dana.adds(&case, &["note", "text=kqvanary note", "--city", city]);
            cases.push(case);
        };
        (0..5).for_each(|number| takes(&format!("Kqvanary Square {number}"), "2026-01-10", "almaty"));
        (11..16).for_each(|day| takes(&format!("Kqvanary Day {day}"), &format!("2026-01-{day}"), "almaty"));
        takes("Kqvanary Serik", "2026-02-02", "taraz");
        dana.does(&["sync"]);
        let deadline = Instant::now() + Duration::from_secs(30);
        while total(&saule) < 11 {
            assert!(Instant::now() < deadline, "the clerk has not counted them: {}", total(&saule));
        }

        let found = rows(&saule);
        let lines = found["rows"].as_array().unwrap();
        let like = |when: &str, city: &str, coarser: &str| {
            lines.iter().filter(|row| row["when"] == when && row["city"] == city && row["coarser"] == coarser).count()
        };
        assert_eq!(lines.len(), 10, "{found}");
        assert_eq!((like("2026-01-10", "almaty", "nothing"), like("2026-01", "almaty", "day")), (5, 5), "{found}");
        assert_eq!((&found["withheld"], &found["fewest"]), (&1.into(), &5.into()), "Serik would be known by his town");
        assert_eq!((&found["period"]["from"], &found["period"]["to"]), (&"2026-01-01".into(), &"2026-02-28".into()));
        let over = |row: &Value| row["possibly_over"].as_array().is_some_and(|rules| !rules.is_empty());
        assert!(lines.iter().all(|row| over(row) && row["status"].is_string()), "they argue with the limits: {found}");

        // In no form does it tell who, where or which case; and the order is another one each time, for a coordinator, too.
        let csv = saule.does(&[&["tally", "rows"], &DAYS[..]].concat());
        assert!(csv.starts_with("row,when,city,coarser") && csv.ends_with("withheld,,,,,,,1\r\n"), "{csv}");
        let people = aliya.does(&["device", "list"]);
        let ids = people.split_whitespace().filter(|word| word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit()));
        let ids: Vec<String> = ids.map(str::to_owned).chain(cases).collect();
        assert!(ids.len() >= 14, "{people}");
        for file in [found.to_string(), csv.clone(), rows(&aliya).to_string()] {
            let small = file.to_lowercase();
            for word in ["kqvanary", "square", "serik", "yard", "taraz", "2026-02-02", "2026-01-11", "2026-01-15"] {
                assert!(!small.contains(word), "{word} in {file}");
            }
            assert!(!ids.iter().any(|id| file.contains(id.as_str()) || file.contains(&id[..12])), "{file}");
        }

        // A lawyer does not take them; and what was taken stands in the audit record.
        assert!(dana.fails(&[&["tally", "rows"], &DAYS[..]].concat()).contains("may not do that"));
        let audit = server.operator(databases, &["audit", "show"]);
        let audit = String::from_utf8(audit.stdout).unwrap();
        let taken = audit.lines().filter(|line| line.contains(" take_rows from:2026-01-01 to:2026-02-28"));
        assert_eq!(taken.count(), 3, "{audit}");
    });
}
