//! `cargo xtask bench clock`: what the legal clock costs, beside a plain loop over the same data as the floor. Medians; allocations
//! are counted, and must not grow with the number of rules that do not apply.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a measurement that cannot go on fails loudly"
)]

use std::hint::black_box;
use std::time::Instant as Clock;

use habeas_client_core::case::{Document, Draft, View};
use habeas_client_core::rules;
use habeas_clock::{Instant, Pack, evaluate};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use twelve::{document, draft, twelve_facts};

mod twelve;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

const RUNS: usize = 2001;

fn main() {
    let now: Instant = "2026-09-09T10:30:00Z".parse().unwrap();
    let record = twelve_facts(now);
    let pack = rules::kazakhstan();

    let floor = median(|| {
        // Every rule against every account once: the least that any clock must look at.
        for rule in &pack.rules {
            for event in &record.events {
                black_box((&rule.id, event.when));
            }
        }
    });
    let evaluated = median(|| {
        black_box(evaluate(pack, black_box(&record), now));
    });
    println!(
        "{} rules of Kazakhstan over a case of 12 facts: {evaluated:.1} µs (floor {floor:.2} µs, {:.0} times)",
        pack.rules.len(),
        evaluated / floor
    );

    let document = hundred_facts(now);
    let floor = median(|| {
        for fact in document.facts() {
            black_box(&fact);
        }
    });
    let facts = document.facts();
    let folded = median(|| {
        black_box(View::fold(black_box(facts.clone())));
    });
    let cloned = median(|| {
        black_box(black_box(&facts).clone());
    });
    println!("folding a case of 100 facts: {:.1} µs (reading them out of the document: {floor:.1} µs)", folded - cloned);

    // A pack in which nothing applies, once and a hundred times as long.
    let one = inapplicable(1);
    let hundred = inapplicable(100);
    let count = |pack: &Pack| {
        let region = Region::new(ALLOCATOR);
        black_box(evaluate(pack, &record, now));
        region.change().allocations
    };
    println!("allocations with 1 and with 100 rules that do not apply: {} and {}", count(&one), count(&hundred));
}

fn median(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let began = Clock::now();
            work();
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

fn hundred_facts(now: Instant) -> Document {
    let drafts: Vec<Draft> = (0..100)
        .map(|number| {
            let at = format!("0{} {:02}:{:02}", 1 + number / 60, 7 + number / 6 % 10, number % 60);
            match number % 5 {
                0 => draft("seen_in_custody", &at, &[], now),
                1 => draft("note", "", &[("text", "somebody called")], now),
                2 => draft("name", "", &[("text", "Айгерім")], now),
                3 => draft("transferred", &at, &[], now),
                _ => draft("restrained", &at, &[], now),
            }
        })
        .collect();
    document(&drafts)
}

fn inapplicable(count: usize) -> Pack {
    let mut pack = rules::kazakhstan().clone();
    let rule = pack.rules.iter().find(|rule| &*rule.id == "kz.cao.prosecutor").unwrap().clone();
    pack.rules = vec![rule; count];
    pack
}
