//! `cargo xtask bench sync`: what an exchange costs, beside the least that could be sent.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a measurement that cannot go on fails loudly")]

use std::path::Path;

use habeas_tests::bench::{Extent, ask, plot, serve, sync, table};

/// The allocator of the programs that are measured.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["bound-server", file] => serve(Path::new(file)),
        ["bound-client", address, file] => ask(address, Path::new(file)),
        _ => {
            let after = |name: &str| words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1).copied());
            let number = |name: &str, otherwise: usize| after(name).map_or(otherwise, |text| text.parse().unwrap());
            let whole = usize::from(!words.contains(&"--quick"));
            let extent = Extent {
                cases: number("--cases", [1_000, 10_000][whole]),
                long_cases: number("--long", [0, 1_000][whole]),
                runs: number("--runs", [1, 5][whole]),
                peers: whole == 1 && !words.contains(&"--alone"),
                browser: words.contains(&"--browser"),
            };
            let rows = sync(extent);
            println!("\n{}", table(&rows));
            if let Some(file) = after("--json") {
                std::fs::write(file, serde_json::to_vec_pretty(&rows).unwrap()).unwrap();
            }
            if let Some(file) = after("--svg") {
                std::fs::write(file, plot(&rows)).unwrap();
            }
        }
    }
}
