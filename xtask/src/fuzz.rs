//! `cargo xtask fuzz`: every target for a while, from honest bytes and from those that are known to kill.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::run;

const TARGETS: [&str; 8] = ["admission", "envelope", "frame", "cursor", "bundle", "snapshot", "attachment", "backup"];
const MANIFEST: &str = "fuzz/Cargo.toml";

/// Runs the targets, or one of them, for so many seconds each.
pub fn fuzz(arguments: &[String]) -> Result<(), String> {
    let seconds = arguments.first().map_or("60", String::as_str);
    seconds.parse::<u32>().map_err(|_| format!("`{seconds}` is no number of seconds"))?;
    let targets: Vec<&str> = TARGETS.into_iter().filter(|target| arguments.get(1).is_none_or(|only| only == target)).collect();
    if targets.is_empty() {
        return Err(format!("the targets are {}", TARGETS.join(", ")));
    }
    tools()?;
    let corpus = crate::serve::target().join("fuzz-corpus");
    let folder = |target: &str| corpus.join(target);
    for target in TARGETS {
        fs::create_dir_all(folder(target)).map_err(|error| format!("{}: {error}", folder(target).display()))?;
    }
    let text = |path: &Path| std::path::absolute(path).map(|path| path.display().to_string()).map_err(|error| error.to_string());
    let killers = ["test", "--locked", "-p", "habeas-client-core", "--test", "admission", "changes_that_are_known"];
    run::cargo_with("what is known to kill", &killers, &[("HABEAS_WRITE_SEEDS", &text(&corpus)?)])?;
    // Beside everything else that is built, and not among the sources.
    let built = text(&crate::serve::target().join("fuzz"))?;
    let seeds = ["run", "--manifest-path", MANIFEST, "--target-dir", &built, "--bin", "seeds", "--", &text(&corpus)?];
    nightly("what is honest", &seeds)?;
    for target in targets {
        let (corpus, time) = (text(&folder(target))?, format!("-max_total_time={seconds}"));
        // 64 MiB for one thing is too much; Argon2 takes that once, when the hub's organisation is made.
        let limits = ["-malloc_limit_mb=65", "-rss_limit_mb=1024", "-max_len=65536", "-timeout=10", "-print_final_stats=1"];
        let fuzz = ["fuzz", "run", "--fuzz-dir", "fuzz", "--target-dir", &built, target, &corpus, "--", &time];
        nightly(&format!("{target}, {seconds} seconds"), &[&fuzz[..], &limits].concat())?;
    }
    Ok(())
}

/// Whether the targets still fit what they attack: they are no part of the workspace, and with the engine only the nightly compiler builds them.
pub fn check() -> Result<(), String> {
    run::cargo("the fuzz targets' formatting", &["fmt", "--manifest-path", MANIFEST, "--check"])?;
    let target = crate::serve::target().display().to_string();
    let at = ["clippy", "--manifest-path", MANIFEST, "--target-dir", &target, "--no-default-features", "--lib", "--bins"];
    run::cargo("the fuzz targets", &[&at[..], &["--locked", "--", "-D", "warnings"]].concat())
}

/// The nightly compiler and cargo-fuzz, which only it can run.
fn tools() -> Result<(), String> {
    let works = |arguments: &[&str]| {
        let command = Command::new("cargo")
            .args(arguments)
            .env_remove("RUSTUP_TOOLCHAIN")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        command.is_ok_and(|status| status.success())
    };
    if !works(&["+nightly", "--version"]) {
        let install = ["toolchain", "install", "nightly", "--profile", "minimal"];
        run::program("installing a nightly compiler", Path::new("rustup"), &install)?;
    }
    if !works(&["fuzz", "--version"]) {
        run::cargo("installing cargo-fuzz", &["install", "cargo-fuzz"])?;
    }
    Ok(())
}

fn nightly(what: &str, arguments: &[&str]) -> Result<(), String> {
    let arguments = [&["run", "nightly", "cargo"][..], arguments].concat();
    run::program(what, Path::new("rustup"), &arguments)
}
