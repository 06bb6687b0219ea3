//! Plays many days of the simulation: `simulate COUNT [FIRST SEED]`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is what it is for")]

use std::process::ExitCode;
use std::time::Instant;

use habeas_tests::simulation::Simulation;

/// After how many it says how far it is.
const PART: u64 = 5_000;

fn main() -> ExitCode {
    let numbers: Vec<Option<u64>> = std::env::args().skip(1).map(|text| text.parse().ok()).collect();
    let (count, first) = match numbers[..] {
        [Some(count)] => (count, 0),
        [Some(count), Some(first)] => (count, first),
        _ => {
            eprintln!("simulate: give a number of schedules and, if not 0, the first seed");
            return ExitCode::from(2);
        }
    };
    // What panics is told with its story.
    std::panic::set_hook(Box::new(|_| {}));
    let (simulation, begun) = (Simulation::new(), Instant::now());
    for from in (first..first + count).step_by(usize::try_from(PART).unwrap_or(1)) {
        let seeds = from..(from + PART).min(first + count);
        // And of one day every death that there can be, of a device and of the hub.
        for (what, (played, failures)) in [
            ("days", simulation.play_all(seeds)),
            ("deaths of one day", simulation.dies_at_each_write(from)),
            ("deaths of the hub", simulation.hub_dies_at_each_commit(from)),
        ] {
            println!("from seed {from}, {what}: {played:?} after {} s", begun.elapsed().as_secs());
            if !failures.is_empty() {
                println!("{}", failures.join("\n"));
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
