//! What the whole-system tests run on: the server's and the devices' real programs, and a PostgreSQL of their own.
//!
//! Nothing sleeps: everything waits for a condition. Everything that is started ends with the value that stands for it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test that cannot go on fails loudly")]

pub mod authenticator;
pub mod bench;
pub mod browser;
pub mod device;
pub mod front;
pub mod held;
pub mod liar;
pub mod mail;
pub mod older;
pub mod photo;
pub mod planted;
pub mod postgres;
pub mod quick;
pub mod raw;
pub mod road;
pub mod rows;
pub mod server;
pub mod simulation;
pub mod spelled;

use std::path::PathBuf;

/// The app for browsers, as `cargo xtask test` has built it.
pub fn app() -> PathBuf {
    let folder = program("habeas-server").parent().and_then(std::path::Path::parent).expect("target").join("app-served");
    assert!(folder.join("stamp").is_file(), "{} is not built; run the tests with: cargo xtask test", folder.display());
    folder
}

/// A program of this workspace, as `cargo xtask test` has built it.
pub fn program(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("the own path of a test or a bench");
    let folder = own.parent().expect("target/debug");
    let folder = if folder.ends_with("deps") { folder.parent().expect("target/debug") } else { folder };
    let path = folder.join(name);
    assert!(path.is_file(), "{} is not built; run the tests with: cargo xtask test", path.display());
    path
}

/// Every file below a folder.
pub fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .unwrap()
        .flat_map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { files(&path) } else { vec![path] }
        })
        .collect()
}

/// The files below a folder that hold one of these words in one of its [`spelled::spellings`].
pub fn that_hold(folder: &std::path::Path, words: &[&str]) -> Vec<String> {
    let sought: Vec<Vec<u8>> = words.iter().flat_map(|word| spelled::spellings(word)).collect();
    that_hold_bytes(folder, &sought)
}

/// The files below a folder that hold one of these strings of bytes.
pub fn that_hold_bytes(folder: &std::path::Path, sought: &[Vec<u8>]) -> Vec<String> {
    let search = spelled::Search::of(sought);
    let holds = |path: &PathBuf| search.finds(&std::fs::read(path).unwrap_or_default());
    files(folder).into_iter().filter(holds).map(|path| path.display().to_string()).collect()
}

/// axe-core, as `cargo xtask test` has fetched it.
pub fn axe() -> PathBuf {
    let path = app().parent().expect("target").join("tools/axe-core/package/axe.min.js");
    assert!(path.is_file(), "{} is not there; run the tests with: cargo xtask test", path.display());
    path
}
