//! The legal clock in a browser, for `cargo xtask bench clock`; no part of the app that is served.
#![allow(clippy::unwrap_used, missing_docs, reason = "a measurement that cannot go on fails loudly")]

#[path = "../../client-core/benches/twelve.rs"]
mod twelve;

use std::hint::black_box;

use habeas_client_core::rules::kazakhstan;
use wasm_bindgen::prelude::*;

/// Applies the rules of Kazakhstan to a case of twelve facts, so many times.
#[wasm_bindgen]
pub fn bench_clock(times: u32) {
    thread_local! {
        static RECORD: habeas_clock::Record = twelve::twelve_facts("2026-09-09T10:30:00Z".parse().unwrap());
    }
    let now = "2026-09-09T10:30:00Z".parse().unwrap();
    RECORD.with(|record| {
        for _ in 0..times {
            black_box(habeas_clock::evaluate(kazakhstan(), black_box(record), now));
        }
    });
}
