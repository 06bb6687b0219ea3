//! `cargo xtask bench sync`: what an exchange costs, beside the least that could be sent.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    missing_docs,
    reason = "a measurement that cannot go on fails loudly"
)]

use std::path::Path;

use habeas_tests::bench::{Extent, Row, ask, into_document, plot, serve, sync, table};

/// The allocator of the programs that are measured.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Options that stand alone, and those with a value behind them.
const ALONE: [&str; 4] = ["--quick", "--alone", "--browser", "--memory"];
const NUMBERS: [&str; 3] = ["--cases", "--long", "--runs"];
const FILES: [&str; 3] = ["--json", "--document", "--from"];

const HELP: &str = "What an exchange costs through a slow network, beside the least that could be sent.

  --quick       1,000 cases, no long ones, one run, no other program to compare with
  --cases N     so many cases; 10,000 if nothing else is said
  --long N      so many with a long history; 1,000
  --runs N      so many runs of each, of which the median is told; 5
  --alone       no other program to compare with
  --browser     the app in a browser, too
  --memory      the hub's own memory and nothing else, with the cases and with ten times as many
  --json FILE   the figures as JSON, from the first of them on
  --document FOLDER
                the figures as the table in its benchmarks.md, and as its benchmarks.svg
  --from FILE   the figures of this JSON, without measuring anything
  --help        this";

/// Fails at the first word that says nothing: a slip would measure something else than was meant, for an hour.
fn all_known(words: &[&str]) -> Result<(), String> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        match *word {
            word if ALONE.contains(&word) => {}
            word if NUMBERS.contains(&word) => {
                rest.next().and_then(|number| number.parse::<usize>().ok()).ok_or(format!("{word} takes a number"))?;
            }
            word if FILES.contains(&word) => {
                rest.next().filter(|file| !file.starts_with("--")).ok_or(format!("{word} takes the name of a file"))?;
            }
            word => return Err(format!("there is no option {word}")),
        }
    }
    Ok(())
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["--help" | "-h"] => println!("{HELP}"),
        ["bound-server", file] => serve(Path::new(file)),
        ["bound-client", address, file] => ask(address, Path::new(file)),
        _ => {
            if let Err(problem) = all_known(&words) {
                eprintln!("bench-sync: {problem}\n\n{HELP}");
                std::process::exit(2);
            }
            let after = |name: &str| words.iter().position(|word| *word == name).and_then(|at| words.get(at + 1).copied());
            let number = |name: &str, otherwise: usize| after(name).map_or(otherwise, |text| text.parse().unwrap());
            let whole = usize::from(!words.contains(&"--quick"));
            let extent = Extent {
                cases: number("--cases", [1_000, 10_000][whole]),
                long_cases: number("--long", [0, 1_000][whole]),
                runs: number("--runs", [1, 5][whole]),
                peers: whole == 1 && !words.contains(&"--alone"),
                browser: words.contains(&"--browser"),
                memory: words.contains(&"--memory"),
            };
            let json = after("--json");
            let keep = |rows: &[Row]| {
                json.iter().for_each(|file| std::fs::write(file, serde_json::to_vec_pretty(rows).unwrap()).unwrap())
            };
            let mut rows: Vec<Row> = Vec::new();
            match after("--from") {
                Some(file) => rows = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap(),
                None => sync(extent, &mut |row| {
                    rows.push(row);
                    keep(&rows);
                }),
            }
            println!("\n{}", table(&rows));
            if let Some(folder) = after("--document").map(Path::new) {
                let file = folder.join("benchmarks.md");
                let document = std::fs::read_to_string(&file).unwrap();
                std::fs::write(&file, into_document(&document, &rows).unwrap()).unwrap();
                std::fs::write(folder.join("benchmarks.svg"), plot(&rows)).unwrap();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_refused_before_anything_is_measured() {
        for good in [&[][..], &["--quick", "--browser"], &["--cases", "12", "--json", "a.json"]] {
            assert_eq!(all_known(good), Ok(()), "{good:?}");
        }
        for (bad, says) in [
            (&["--case", "12"][..], "there is no option --case"),
            (&["--quick", "12"], "there is no option 12"),
            (&["--cases", "many"], "--cases takes a number"),
            (&["--runs"], "--runs takes a number"),
            (&["--json", "--quick"], "--json takes the name of a file"),
        ] {
            assert_eq!(all_known(bad), Err(says.to_owned()), "{bad:?}");
        }
        // Help names every one of them.
        assert!(ALONE.iter().chain(&NUMBERS).chain(&FILES).all(|option| HELP.contains(option)));
    }
}
