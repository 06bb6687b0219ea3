//! What the whole-system tests run on: the server's and the devices' real programs, and a PostgreSQL of their own.
//!
//! Nothing sleeps: everything waits for a condition. Everything that is started ends with the value that stands for it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test that cannot go on fails loudly")]

pub mod device;
pub mod mail;
pub mod postgres;
pub mod server;

use std::path::PathBuf;

/// A program of this workspace, as `cargo xtask test` has built it.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let folder = test.parent().and_then(std::path::Path::parent).expect("target/debug/deps");
    let path = folder.join(name);
    assert!(path.is_file(), "{} is not built; run the tests with: cargo xtask test", path.display());
    path
}
