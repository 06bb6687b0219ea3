//! `cargo xtask bench sync`: what an exchange costs, beside the least that could be sent.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a measurement that cannot go on fails loudly")]

use std::path::Path;

use habeas_tests::bench::{Extent, ask, serve, sync, table};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["bound-server", file] => serve(Path::new(file)),
        ["bound-client", address, file] => ask(address, Path::new(file)),
        _ => {
            let quick = words.contains(&"--quick");
            let extent = if quick {
                Extent { cases: 1_000, long_cases: 0, runs: 1 }
            } else {
                Extent { cases: 10_000, long_cases: 1_000, runs: 5 }
            };
            let rows = sync(extent);
            println!("\n{}", table(&rows));
            if let Some(at) = words.iter().position(|word| *word == "--json") {
                std::fs::write(words.get(at + 1).unwrap_or(&"bench-sync.json"), serde_json::to_vec_pretty(&rows).unwrap())
                    .unwrap();
            }
        }
    }
}
