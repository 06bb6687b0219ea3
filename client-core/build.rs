//! Checks the rules of the country and stores them as bytes: a slip in the file stops the build at its line, and no device has to
//! read TOML.

use std::path::Path;
use std::{env, fs, process};

const FILE: &str = "../rules/kz.toml";

fn main() {
    println!("cargo::rerun-if-changed={FILE}");
    if let Err(problem) = store() {
        println!("cargo::error={FILE}: {problem}");
        process::exit(1);
    }
}

fn store() -> Result<(), String> {
    let text = fs::read_to_string(FILE).map_err(|error| error.to_string())?;
    let pack = habeas_clock::Pack::load(&text).map_err(|error| error.to_string())?;
    let bytes = postcard::to_allocvec(&pack).map_err(|error| error.to_string())?;
    let folder = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    fs::write(Path::new(&folder).join("kz.pack"), bytes).map_err(|error| error.to_string())
}
