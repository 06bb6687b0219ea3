//! The browser's half of `cargo xtask bench clock`: the rules of Kazakhstan over a case of twelve facts, as WebAssembly in headless
//! Chromium. The folder with the app for the bench is the argument.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement that cannot go on fails loudly"
)]

use habeas_tests::browser::{Browser, PHONE};
use habeas_tests::server::Server;

/// Microseconds an evaluation, the median of fifteen batches: a browser's clock is too coarse for one.
const MEASURE: &str = "const [done] = arguments; import('/app/app.js').then(async (app) => {
    await app.default({ module_or_path: '/app/app_bg.wasm' });
    app.bench_clock(300);
    const times = [];
    for (let run = 0; run < 15; run++) {
        const began = performance.now();
        app.bench_clock(300);
        times.push((performance.now() - began) * 1000 / 300);
    }
    done(times.sort((a, b) => a - b)[7]);
}).catch((error) => done(String(error)));";

fn main() {
    let folder = std::env::args().nth(1).expect("the folder with the app for the bench");
    let server = Server::start_with(&["--app", &folder]);
    let browser = Browser::start(PHONE);
    // A page of the same origin that runs nothing itself.
    browser.opens(&format!("{}/app/manifest.webmanifest", server.address));
    let measured = browser.js_async(MEASURE);
    let micros = measured.as_f64().unwrap_or_else(|| panic!("the browser says: {measured}"));
    println!("the rules of Kazakhstan over a case of 12 facts, in WebAssembly: {micros:.0} µs");
}
