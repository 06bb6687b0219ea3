//! Backups end by themselves: what was erased since lies in them, sealed, until they are gone. Only files of the program's own naming are removed, by the
//! day in their names: whatever else lies in a folder, or was copied there, is its owner's.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::config::Part;

/// For how many days backups are kept that an upgrade has put aside.
pub const DAYS: u32 = 30;
/// What the names of such backups begin with.
pub const OF_UPGRADES: &str = "before-upgrade-";
const ENDS: &str = ".habeas-backup";
/// When, in UTC, as it stands in a name.
const WHEN: &str = "%Y-%m-%dT%H%M%SZ";
/// What a backup is called until it was verified, and what a program that died has left of one.
const UNFINISHED: [&str; 3] = [".new", ".new.part", ".part"];
const DAY: i64 = 24 * 3600;
/// What the folder of a verification is called, beside what it verifies.
pub const SCRATCH: &str = ".habeas-verify";

/// What the names of a part's own backups begin with.
pub fn of(part: Part) -> &'static str {
    match part {
        Part::Both => "habeas-",
        Part::Hub => "habeas-hub-",
        Part::Clerk => "habeas-clerk-",
    }
}

/// The name of a backup that was made at `now`; `more` where there is one already.
pub fn name(begins: &str, now: i64, more: &str) -> String {
    format!("{begins}{}{more}{ENDS}", Timestamp::from_second(now).unwrap_or_default().strftime(WHEN))
}

/// What a backup of that path is called until it was verified.
pub fn unverified(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(UNFINISHED[0]);
    path.with_file_name(name)
}

/// When a backup was made, if it is called as [`name`] calls it.
fn made_at(name: &str, begins: &str) -> Option<i64> {
    let name = UNFINISHED.iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
    let when = name.strip_prefix(begins)?.strip_suffix(ENDS)?;
    let when = when.strip_suffix("-2").unwrap_or(when);
    let at = DateTime::strptime(WHEN, when).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
    // Written in one way only.
    (Timestamp::from_second(at).ok()?.strftime(WHEN).to_string() == when).then_some(at)
}

/// Removes the backups of a folder whose names begin so and that are older than so many days, but for `newest`. Returns their names.
pub fn expire(folder: &Path, begins: &str, days: u32, now: i64, newest: Option<&Path>) -> io::Result<Vec<String>> {
    let mut removed = Vec::new();
    if !folder.is_dir() {
        return Ok(removed);
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_old = made_at(&name, begins).is_some_and(|at| now - at > i64::from(days) * DAY);
        if is_old && Some(entry.path().as_path()) != newest && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
            removed.push(name);
        }
    }
    removed.sort();
    Ok(removed)
}

/// Removes what a verification has left in a folder that was cut off more than a day ago: databases that nobody looks for there.
pub fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let of_verifying = entry.file_name().to_string_lossy().starts_with(SCRATCH) && entry.file_type()?.is_dir();
        let age = || entry.metadata()?.modified().map(|at| at.elapsed().unwrap_or_default().as_secs());
        if of_verifying && age()? > DAY.unsigned_abs() {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_program_has_named_itself_has_a_day() {
        let now = 1_800_000_000;
        for begins in [OF_UPGRADES, of(Part::Both), of(Part::Hub), of(Part::Clerk)] {
            for more in ["", "-2"] {
                let name = name(begins, now, more);
                assert_eq!(made_at(&name, begins), Some(now), "{name}");
                assert_eq!(made_at(&format!("{name}.new"), begins), Some(now));
                assert_eq!(made_at(&format!("my-{name}"), begins), None);
                assert_eq!(made_at(&format!("{name}.old"), begins), None);
            }
        }
        // The hub's are not the whole server's, though their names begin alike.
        assert_eq!(made_at(&name(of(Part::Hub), now, ""), of(Part::Both)), None);
        for other in ["habeas-monday.habeas-backup", "habeas-2027-1-5T080000Z.habeas-backup", "habeas-2027-01-15.habeas-backup"] {
            assert_eq!(made_at(other, "habeas-"), None, "{other}");
        }
    }
}
