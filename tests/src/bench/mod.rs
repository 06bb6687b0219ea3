//! What an exchange costs, through a proxy that is as far away as a bad network is: this project beside the least that could be sent.

mod alone;
mod bound;
pub mod cases;
mod habeas;
mod measure;
mod peers;
pub mod proxy;
mod report;

pub use bound::{ask, serve};
pub use report::{Row, plot, table};

use habeas::Habeas;
use measure::Cost;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// How many cases of 6 changes.
    pub cases: usize,
    /// How many cases of 100 changes; none are measured if 0.
    pub long_cases: usize,
    /// How often each scenario is run.
    pub runs: usize,
    /// Whether the peers run, too.
    pub peers: bool,
    /// Whether a browser has its first exchange, too.
    pub browser: bool,
    /// Whether only the hub's own memory is measured, with so many cases and with ten times as many.
    pub memory: bool,
}

/// How many changes a scenario brings or sends.
const FEW: usize = 50;
/// How many cases a field device has.
const PHONE_CASES: usize = 300;
/// How many phones there are where the server is to be kept busy, and how many changes each brings.
const PHONES: usize = 8;
const EACH: usize = 300;
/// How many devices there are at once in the last scenario.
const AT_ONCE: usize = 10;

/// Runs every scenario for this project and for the bound.
pub fn sync(extent: Extent) -> Vec<Row> {
    if extent.memory {
        return [extent.cases, extent.cases * 10].into_iter().flat_map(|cases| memory(cases, extent.runs)).collect();
    }
    alone::report();
    let mut rows = scenarios(extent.cases, 6, extent, true);
    if extent.long_cases > 0 {
        rows.extend(scenarios(extent.long_cases, 100, extent, false));
        rows.extend(scenarios(PHONE_CASES, 6, extent, false));
    }
    if extent.peers {
        rows.extend(peers::rows(extent));
    }
    rows
}

/// What the hub has in memory, as a process of its own, where it has so many cases.
fn memory(cases: usize, runs: usize) -> Vec<Row> {
    let mut habeas = Habeas::with_hub_alone(cases, 6);
    let first: Vec<Cost> = (0..runs).map(|_| habeas.first()).collect();
    let again: Vec<Cost> = (0..runs).map(|_| habeas.again()).collect();
    let both: Vec<Cost> = (0..runs).map(|_| habeas.both(FEW)).collect();
    let rows = [("first exchange", first), ("nothing new", again), ("50 changed both ways", both)];
    let row =
        |(what, costs): (&str, Vec<Cost>)| told(&format!("{what}, {cases} cases of 6 changes, the hub apart"), "habeas", &costs);
    rows.into_iter().map(row).collect()
}

#[allow(clippy::print_stdout, reason = "a long measurement says how far it is")]
fn told(scenario: &str, contender: &str, costs: &[Cost]) -> Row {
    let row = Row::of(contender, scenario, costs);
    println!("{contender:8} {scenario}: {row}");
    row
}

/// The scenarios with so many cases of so many changes; `all` of them, or the first exchange only.
#[allow(clippy::print_stdout, reason = "a long measurement says how far it is")]
fn scenarios(cases: usize, changes: usize, extent: Extent, all: bool) -> Vec<Row> {
    let runs = extent.runs;
    let name = |what: &str| format!("{what}, {cases} cases of {changes} changes");
    let mut habeas = Habeas::with(cases, changes, all && extent.browser);
    let chunks = habeas.chunks();
    let mut rows = Vec::new();
    let mut measured = |scenario: String, contender: &str, costs: Vec<Cost>| rows.push(told(&scenario, contender, &costs));
    // What lets other devices in is news for the one that is measured afterwards.
    if all && extent.browser {
        measured(name("first exchange in a browser, no slow network"), "habeas", vec![habeas.in_browser()]);
    }
    if all {
        measured(name("the device's part of a first exchange alone"), "habeas", (0..runs).map(|run| habeas.alone(run)).collect());
        measured(name("first exchange at 256 kbit/s"), "habeas", vec![habeas.first_narrow()]);
    }
    let first: Vec<Cost> = (0..runs).map(|_| habeas.first()).collect();
    let half = first.iter().map(|cost| cost.down / 2).min().unwrap_or_default();
    measured(name("first exchange"), "habeas", first);
    measured(name("first exchange"), "bound", bound::runs(runs, &[], &chunks));
    if !all {
        return rows;
    }
    measured(name("nothing new"), "habeas", (0..runs).map(|_| habeas.again()).collect());
    measured(name("nothing new"), "bound", bound::runs(runs, &[], &[]));
    measured(name("50 changed down"), "habeas", (0..runs).map(|_| habeas.down(FEW)).collect());
    let down = habeas.newest();
    measured(name("50 changed down"), "bound", bound::runs(runs, &[], &down));
    measured(name("50 changed up"), "habeas", (0..runs).map(|_| habeas.up(FEW)).collect());
    let up = habeas.newest();
    measured(name("50 changed up"), "bound", bound::runs(runs, &up, &[]));
    measured(name("50 changed both ways"), "habeas", (0..runs).map(|_| habeas.both(FEW)).collect());
    measured(name("50 changed both ways"), "bound", bound::runs(runs, &up, &down));
    // Not what the roll call brings.
    habeas.newest();
    measured(name("a roll call of 50 up"), "habeas", (0..runs).map(|_| habeas.called(FEW)).collect());
    let called = habeas.newest();
    measured(name("a roll call of 50 up"), "bound", bound::runs(runs, &called, &[]));
    measured(name("what is left after a cut at half"), "habeas", (0..runs).map(|_| habeas.resumed(half)).collect());
    measured(name("ten first exchanges at once"), "habeas", vec![habeas.at_once(AT_ONCE)]);
    let busy = habeas.busy(PHONES, EACH);
    println!("{} exchanges a second, each with a change taken durably", busy.trips * 1000 / busy.wall_ms.max(1));
    measured(name("eight phones bring a change an exchange, as fast as they are taken"), "habeas", vec![busy]);
    measured(name("the hub was restored"), "habeas", vec![habeas.restored(FEW)]);
    rows
}
