//! `cargo xtask COMMAND`: sets up what is missing, then runs. Every command says what it does as it does it.

mod app;
mod fuzz;
mod order;
mod run;
mod serve;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  serve    build the server and the app and start it: [--demo] [--port N] [--data DIR]
  app      build the app for browsers, and say where it lies
  test     run every test
  pictures every screen of the app, with the demo's people, in each language: [FOLDER]
  bench    app: what the app costs in a browser; clock: what the legal clock costs;
           sync: what an exchange costs through a slow network: [--quick] [--json FILE]
           [--document FOLDER] [--from FILE] [--cases N] [--long N] [--runs N] [--alone] [--browser] [--memory]
  simulate many days of losing, cutting, copying, dying, restoring and lying: [COUNT (100000)] [FIRST SEED]
  fuzz     bytes from anywhere against whatever reads them: [SECONDS FOR EACH (60)] [TARGET]
  check    formatting, lints, documentation, licences and banned dependencies

Each command installs what it needs, or says what to install.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = arguments.first().cloned().unwrap_or_default();
    let result = match command.as_str() {
        "serve" => serve::serve(&arguments[1..]),
        "app" => app::build().map(|folder| run::say(&folder.display().to_string())),
        "test" => test(),
        "pictures" => pictures(arguments.get(1).map(String::as_str)),
        "bench" => bench(&arguments[1..]),
        "simulate" => simulate(&arguments[1..]),
        "fuzz" => fuzz::fuzz(&arguments[1..]),
        "check" => check(),
        "" | "help" | "--help" | "-h" => {
            run::say(HELP);
            Ok(())
        }
        other => Err(format!("there is no command `{other}`; `cargo xtask help` lists them")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            run::complain(&problem);
            ExitCode::FAILURE
        }
    }
}

fn test() -> Result<(), String> {
    tools::test_servers()?;
    tools::axe()?;
    app::build()?;
    programs()?;
    run::cargo("the tests", &["test", "--workspace", "--exclude", "habeas-app", "--locked"])
}

fn programs() -> Result<(), String> {
    run::cargo("building the programs", &["build", "--workspace", "--exclude", "habeas-app", "--bins", "--locked"])
}

fn pictures(folder: Option<&str>) -> Result<(), String> {
    tools::test_servers()?;
    app::build()?;
    programs()?;
    let folder = folder.map_or_else(|| serve::target().join("pictures").display().to_string(), str::to_owned);
    run::program("the screens in headless Chromium", &serve::target().join("debug/pictures"), &[&folder])
}

/// A failing day is told with the fewest steps that fail, and its seed plays it again.
fn simulate(arguments: &[String]) -> Result<(), String> {
    let count = arguments.first().map_or("100000", String::as_str);
    let seed = arguments.get(1).map_or("0", String::as_str);
    let build = ["run", "--release", "--locked", "-p", "habeas-tests", "--bin", "simulate", "--", count, seed];
    run::cargo("playing days on real devices and a real hub", &build)
}

fn bench(arguments: &[String]) -> Result<(), String> {
    let what = arguments.first().map(String::as_str);
    if what == Some("sync") {
        let programs = ["build", "--release", "--locked", "-p", "habeas", "-p", "habeas-server", "-p", "habeas-tests", "--bins"];
        run::cargo("building the programs as they are delivered", &programs)?;
        let options: Vec<&str> = arguments[1..].iter().map(String::as_str).collect();
        if options.contains(&"--browser") {
            tools::test_servers()?;
            app::build()?;
        }
        return run::program("exchanges through a slow network", &serve::target().join("release/bench-sync"), &options);
    }
    if what == Some("clock") {
        let native = ["bench", "-p", "habeas-client-core", "--bench", "clock", "--locked"];
        run::cargo("the clock beside a plain loop", &native)?;
        tools::test_servers()?;
        let folder = app::build_for_bench()?;
        programs()?;
        let bench = serve::target().join("debug/bench-clock");
        return run::program("the clock in headless Chromium", &bench, &[&folder.display().to_string()]);
    }
    if what != Some("app") {
        return Err("there are three benches: cargo xtask bench app, bench clock, bench sync [--quick] [--json FILE]".to_owned());
    }
    tools::test_servers()?;
    app::build()?;
    programs()?;
    run::program("the app in headless Chromium", &serve::target().join("debug/bench-app"), &[])
}

fn check() -> Result<(), String> {
    run::cargo("formatting", &["fmt", "--all", "--check"])?;
    run::cargo(
        "lints",
        &["clippy", "--workspace", "--exclude", "habeas-app", "--all-targets", "--locked", "--", "-D", "warnings"],
    )?;
    fuzz::check()?;
    let app = ["clippy", "-p", "habeas-app", "--target", app::TARGET, "--profile", "app", "--locked", "--", "-D", "warnings"];
    app::cargo("the app's lints", &app)?;
    run::cargo_with(
        "documentation",
        &["doc", "--workspace", "--exclude", "habeas-app", "--no-deps", "--locked"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    let deny = tools::cargo_deny()?;
    run::program("licences, bans and sources", &deny, &["--locked", "check", "licenses", "bans", "sources"])
}
