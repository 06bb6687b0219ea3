//! Running other programs and talking to the person at the terminal.

use std::path::Path;
use std::process::Command;

/// Says something on standard output.
#[allow(clippy::print_stdout, reason = "this is a command-line program")]
pub fn say(text: &str) {
    println!("{text}");
}

/// Says what went wrong, on standard error.
#[allow(clippy::print_stderr, reason = "this is a command-line program")]
pub fn complain(text: &str) {
    eprintln!("xtask: {text}");
}

/// Runs cargo, announced as `what`.
pub fn cargo(what: &str, arguments: &[&str]) -> Result<(), String> {
    cargo_with(what, arguments, &[])
}

/// Runs cargo with more variables in its environment.
pub fn cargo_with(what: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    start(what, Command::new(cargo).args(arguments).envs(variables.iter().copied()))
}

/// Runs a program, announced as `what`.
pub fn program(what: &str, path: &Path, arguments: &[&str]) -> Result<(), String> {
    start(what, Command::new(path).args(arguments))
}

fn start(what: &str, command: &mut Command) -> Result<(), String> {
    say(&format!("-- {what}"));
    let status = command.status().map_err(|error| format!("{what}: cannot start {:?}: {error}", command.get_program()))?;
    if status.success() { Ok(()) } else { Err(format!("{what} failed ({status}); its own words are above")) }
}
