//! What can be read in the databases is a list with a reason for each column; a new column is not in it until somebody has thought of one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use habeas_tests::device::Person;
use habeas_tests::rows::tables;
use habeas_tests::server::Server;

use super::on_both;

/// The list: each column of one database with how it lies there.
fn listed(heading: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/at-rest.md")).unwrap();
    let (_, part) = text.split_once(&format!("## {heading}\n")).unwrap();
    let part = part.split("\n## ").next().unwrap();
    let mut list = BTreeMap::new();
    for line in part.lines().filter(|line| line.starts_with("| `")) {
        let [column, kind, why] = line.trim_matches('|').split(" | ").map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("not three cells: {line}")
        };
        assert!(["sealed", "hash", "clear"].contains(&kind) && why.len() > 3, "{line}");
        let before = list.insert(column.trim_matches('`').to_owned(), kind.to_owned());
        assert_eq!(before, None, "{column} stands there twice");
    }
    list
}

#[test]
fn every_column_of_both_databases_is_listed_with_its_reason() {
    on_both(|databases| {
        let server = Server::start(databases);
        Person::founds("aliya", &server);
        let folder = server.kill();
        let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (hub, clerk) = databases
            .map_or_else(|| (file("hub.sqlite"), file("clerk.sqlite")), |(hub, clerk)| (hub.to_owned(), clerk.to_owned()));
        for (heading, address) in [("The hub's", hub), ("The clerk's", clerk)] {
            let tables = tables(&address);
            let columns = |table: &habeas_db::Table| {
                table.columns.iter().map(|column| format!("{}.{column}", table.name)).collect::<Vec<_>>()
            };
            let mut there: Vec<String> = tables.iter().flat_map(columns).collect();
            there.sort();
            let list = listed(heading);
            let listed: Vec<String> = list.keys().cloned().collect();
            assert_eq!(there, listed, "{heading} database and docs/at-rest.md");
            // What is called sealed or a look-up is not listed as readable.
            let named =
                |column: &&String| column.ends_with("_sealed") || column.ends_with("_lookup") || column.ends_with("_hash");
            assert!(listed.iter().filter(named).all(|column| list[column] != "clear"));
        }
    });
}
