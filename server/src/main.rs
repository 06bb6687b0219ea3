//! `habeas-server`: hub and clerk behind one port.

mod audit;
mod config;
mod file;
mod http;
mod run;
mod watch;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

fn main() -> ExitCode {
    let config = match configure() {
        Ok(config) => config,
        Err(problem) => return refuse(&problem),
    };
    if let Some(command) = config.command.clone() {
        return finish(run_command(&config, command));
    }
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(config.log_filter()).init();
    finish(run::run(config))
}

/// Does something instead of serving.
#[allow(clippy::print_stdout, reason = "what was asked for")]
fn run_command(config: &config::Config, command: config::Command) -> Result<(), String> {
    match command {
        config::Command::Routes => println!("{}", http::routes::listed()?),
        config::Command::Audit(command) => audit::run(config, &command)?,
    }
    Ok(())
}

fn finish(done: Result<(), String>) -> ExitCode {
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
