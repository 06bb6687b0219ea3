//! The mark of a clerk's database that was put back from a backup, until it has heard its hub: a file beside the clerk's key. A table of the database would
//! not do: what is put back may be of a version that had none. The hub's database has its own mark (`habeas_hub::mark_restored`).

use std::fs::{self, File};
use std::io;
use std::path::Path;

const FILE: &str = "restored";

/// Marks what is put back, durably, before it is there.
pub fn set(folder: &Path) -> io::Result<()> {
    File::create(folder.join(FILE))?.sync_all()?;
    File::open(folder)?.sync_all()
}

/// Whether it is marked.
pub fn is_set(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// It has heard its hub.
pub fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join(FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
