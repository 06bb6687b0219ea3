//! What one small change costs a device, without anything around it.

use std::hint::black_box;
use std::time::Instant;

use habeas_client_core::case::Document;
use habeas_client_core::keys::{CaseSecret, DeviceSecrets, open_payload, seal};
use habeas_client_core::sync::ParsedChange;
use habeas_protocol::CaseId;

use super::cases;
use super::measure::Cost;
use super::report::Row;
use crate::quick::rng;

const RUNS: usize = 2001;

/// What it costs to sign and seal a change, to open its seal, and to parse it: medians.
#[allow(clippy::print_stdout, reason = "a measurement says what it has found")]
pub fn rows() -> Vec<Row> {
    let (case, secret, device) = (CaseId([7; 16]), CaseSecret::generate(&mut rng(1)), DeviceSecrets::generate(&mut rng(2)));
    let actor = device.keys().actor(0);
    let written = Document::new().write(actor, &[cases::next(1, 1)]).unwrap();
    let sealed = || seal(case, (0, &secret), &secret, &device, actor, &written).unwrap();
    let envelope = sealed();
    let (said, bytes) = (written.chunk.len(), envelope.sealed.len());
    let row = |scenario: &str, length: usize, micros: f64| {
        let cost = Cost { up: length as u64, ..Cost::default() };
        let row = Row { wall_us: Some(micros), runs: RUNS, ..Row::of("habeas", scenario, &[cost]) };
        println!("{scenario}: {length} bytes, {micros:.1} µs");
        row
    };
    vec![
        row("one change of one fact signed and sealed", bytes, median(|| drop(black_box(sealed())))),
        row(
            "the seal of one change opened",
            bytes,
            median(|| drop(black_box(open_payload(black_box(&envelope), &secret).unwrap()))),
        ),
        row("one change parsed", said, median(|| drop(black_box(ParsedChange::parse(black_box(&written.chunk)).unwrap())))),
    ]
}

fn median(mut deed: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            deed();
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}
