//! `habeas-server`: hub and clerk behind one port.

mod config;
mod http;
mod run;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let config = config::Config::parse();
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_env_filter(config.log_filter()).init();
    match run::run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            #[allow(clippy::print_stderr, reason = "the operator's terminal")]
            {
                eprintln!("habeas-server: {problem}");
            }
            ExitCode::FAILURE
        }
    }
}
