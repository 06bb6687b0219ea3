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
pub use report::{Row, into_document, plot, table};

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

/// Runs every scenario for this project, for the bound and for the peers, and tells each row as soon as it is measured: whoever stops it, or loses the
/// network that a peer is fetched by, keeps what there is.
pub fn sync(extent: Extent, tell: &mut dyn FnMut(Row)) {
    if extent.memory {
        let all = [extent.cases, extent.cases * 10].into_iter().flat_map(|cases| memory(cases, extent.runs));
        return all.for_each(tell);
    }
    alone::rows().into_iter().for_each(&mut *tell);
    scenarios(extent.cases, 6, extent, true, tell);
    if extent.long_cases > 0 {
        scenarios(extent.long_cases, 100, extent, false, tell);
        scenarios(PHONE_CASES, 6, extent, false, tell);
    }
    if extent.peers {
        peers::measure(extent, tell);
    }
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
fn scenarios(cases: usize, changes: usize, extent: Extent, all: bool, tell: &mut dyn FnMut(Row)) {
    let runs = extent.runs;
    let name = |what: &str| format!("{what}, {cases} cases of {changes} changes");
    let mut habeas = Habeas::with(cases, changes, all && extent.browser);
    let chunks = habeas.chunks();
    let mut measured = |scenario: String, contender: &str, costs: Vec<Cost>| tell(told(&scenario, contender, &costs));
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
    measured(name("first exchange"), "bound", bound::runs(runs, 1, &[], &chunks));
    if !all {
        return;
    }
    measured(name("nothing new"), "habeas", (0..runs).map(|_| habeas.again()).collect());
    measured(name("nothing new"), "bound", bound::runs(runs, 1, &[], &[]));
    measured(name("50 changed down"), "habeas", (0..runs).map(|_| habeas.down(FEW)).collect());
    let down = habeas.newest();
    measured(name("50 changed down"), "bound", bound::runs(runs, 1, &[], &down));
    measured(name("50 changed up"), "habeas", (0..runs).map(|_| habeas.up(FEW)).collect());
    let up = habeas.newest();
    measured(name("50 changed up"), "bound", bound::runs(runs, 1, &up, &[]));
    measured(name("50 changed both ways"), "habeas", (0..runs).map(|_| habeas.both(FEW)).collect());
    measured(name("50 changed both ways"), "bound", bound::runs(runs, 1, &up, &down));
    // Not what the roll call brings.
    habeas.newest();
    measured(name("a roll call of 50 up"), "habeas", (0..runs).map(|_| habeas.called(FEW)).collect());
    let called = habeas.newest();
    measured(name("a roll call of 50 up"), "bound", bound::runs(runs, 1, &called, &[]));
    measured(name("what is left after a cut at half"), "habeas", (0..runs).map(|_| habeas.resumed(half)).collect());
    measured(name("what is left after a cut at half"), "bound", bound::runs(runs, 1, &[], &chunks[chunks.len() / 2..]));
    let (costs, mut cuts): (Vec<Cost>, Vec<u64>) = (0..runs).map(|_| habeas.broken(half / 4)).unzip();
    cuts.sort_unstable();
    let broken = format!("first exchange over a line that breaks off at random, {} times", cuts[runs / 2]);
    measured(name(&broken), "habeas", costs);
    measured(name("ten first exchanges at once"), "habeas", (0..runs).map(|_| habeas.at_once(AT_ONCE)).collect());
    measured(name("ten first exchanges at once"), "bound", bound::runs(runs, AT_ONCE, &[], &chunks));
    if cases >= PHONE_CASES {
        measured(
            format!("first exchange of a lawyer with {PHONE_CASES} of {cases} cases"),
            "habeas",
            habeas.field(PHONE_CASES, runs),
        );
    }
    let busy: Vec<Cost> = (0..runs).map(|run| habeas.busy(run, PHONES, EACH)).collect();
    let rates: Vec<u64> = busy.iter().map(|cost| cost.trips * 1000 / cost.wall_ms.max(1)).collect();
    println!("{rates:?} exchanges a second, each with a change taken durably");
    measured(name("eight phones bring a change an exchange, as fast as they are taken"), "habeas", busy);
    measured(name("the hub was restored"), "habeas", (0..runs).map(|_| habeas.restored(FEW)).collect());
    // What the hub has lost, brought once more.
    measured(name("the hub was restored"), "bound", bound::runs(runs, 1, &up, &[]));
}
