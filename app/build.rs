//! Names this build, so that a page and a worker of two different ones never mistake each other's letters.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What decides how letters are written.
const SOURCES: [&str; 3] = ["src", "../client-core/src/case/form.rs", "../protocol/src/api.rs"];

fn main() -> io::Result<()> {
    let mut hash = DefaultHasher::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        for file in files(Path::new(source))? {
            fs::read(&file)?.hash(&mut hash);
        }
    }
    println!("cargo::rustc-env=HABEAS_BUILD={:016x}", hash.finish());
    Ok(())
}

fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(path)? {
        all.extend(files(&entry?.path())?);
    }
    all.sort();
    Ok(all)
}
