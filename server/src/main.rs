//! `habeas-server`: hub and clerk behind one port, and what their operator does with them.

mod audit;
mod backup;
mod clock;
mod commands;
mod config;
mod disk;
mod fault;
mod file;
mod heartbeat;
mod http;
mod key;
mod mark;
mod pulse;
mod remote;
mod room;
mod rotate;
mod run;
mod socket;
mod untold;
mod upgrade;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

/// Cases are thousands of small pieces, and to hand these out took the system's allocator a third of the time in which a case is taken in.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut config = match configure() {
        Ok(config) => config,
        Err(problem) => return refuse(&problem),
    };
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(config.log_filter()).init();
    fault::are_told();
    let done = match config.command.take() {
        Some(command) => commands::run(&config, command),
        None => run::run(config),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => refuse(&problem),
    }
}

/// The command line, over the environment, over the file, over what goes without saying.
fn configure() -> Result<config::Config, String> {
    let mut command = config::Config::command();
    if let Some(path) = file::named(std::env::args().skip(1)) {
        for (name, value) in file::read(&path)? {
            command = command.mut_arg(name, |argument| argument.default_value(value));
        }
    }
    config::Config::from_arg_matches(&command.get_matches()).map_err(|error| error.to_string())
}

#[allow(clippy::print_stderr, reason = "the operator's terminal")]
fn refuse(problem: &str) -> ExitCode {
    eprintln!("habeas-server: {problem}");
    ExitCode::FAILURE
}
