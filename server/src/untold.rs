//! What the operator of a clerk on a machine of its own has done, and the hub, which has the audit record, has not heard yet: a line each in a
//! file of the data folder. The clerk tells the hub after its next round; the record says when it was done, and when it was heard.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use habeas_protocol::Act;

const FILE: &str = "untold";
/// Held by whoever reads or writes the file: a backup is made beside a server that runs.
const LOCK: &str = "untold.lock";
/// How large the file may become, in bytes: a service that starts again and again while its hub is away must not fill the disk.
const MOST: u64 = 64 * 1024;

/// Writes down that the operator has done that at `at`, in seconds since 1970.
pub fn note(folder: &Path, act: Act, at: i64) -> io::Result<()> {
    let _held = lock(folder)?;
    let mut file = OpenOptions::new().append(true).create(true).open(folder.join(FILE))?;
    if file.metadata()?.len() > MOST {
        return Err(io::Error::other("the hub has not heard of very much already"));
    }
    file.write_all(format!("{at} {}\n", act.name()).as_bytes())?;
    file.sync_all()
}

/// Hands everything that is written down on to `tells`, oldest first, until there is nothing more or it fails. A line goes when it was told, so
/// one that was told as the machine died is told again.
pub fn tell(folder: &Path, mut tells: impl FnMut(Act, &str) -> Result<(), String>) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", folder.join(FILE).display());
    while let Some(line) = first(folder).map_err(failed)? {
        if let Some((at, act)) = line.split_once(' ').and_then(|(at, act)| Some((at, Act::of_clerk(act)?))) {
            tells(act, &format!("clerk at:{at}"))?;
        }
        drop_first(folder).map_err(failed)?;
    }
    Ok(())
}

fn first(folder: &Path) -> io::Result<Option<String>> {
    if !folder.join(FILE).exists() {
        return Ok(None);
    }
    let _held = lock(folder)?;
    Ok(fs::read_to_string(folder.join(FILE))?.lines().next().map(str::to_owned))
}

/// Lines are added at the end alone, so the first is the one that was told.
fn drop_first(folder: &Path) -> io::Result<()> {
    let _held = lock(folder)?;
    let path = folder.join(FILE);
    let all = fs::read_to_string(&path)?;
    let rest = all.split_once('\n').map_or("", |(_, rest)| rest);
    if rest.is_empty() {
        return fs::remove_file(&path);
    }
    let next = folder.join("untold.next");
    fs::write(&next, rest)?;
    fs::rename(next, path)
}

fn lock(folder: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_hub_has_not_heard_waits_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        tell(folder, |_, _| panic!("there is nothing to tell")).unwrap();
        for (act, at) in [(Act::Start, 10), (Act::Backup, 20), (Act::Upgrade, 30)] {
            note(folder, act, at).unwrap();
        }
        // The hub is away from the second on.
        let mut heard = Vec::new();
        let mut hears = |act: Act, subjects: &str| {
            heard.push(format!("{} {subjects}", act.name()));
            if heard.len() == 2 { Err("away".to_owned()) } else { Ok(()) }
        };
        assert_eq!(tell(folder, &mut hears), Err("away".to_owned()));
        note(folder, Act::Restore, 40).unwrap();
        tell(folder, &mut hears).unwrap();
        let backup = "backup clerk at:20";
        assert_eq!(heard, ["start clerk at:10", backup, backup, "upgrade clerk at:30", "restore clerk at:40"]);
        assert!(!folder.join(FILE).exists());

        // A service that is started again and again fills no disk.
        while note(folder, Act::Start, 50).is_ok() {}
        assert!(fs::metadata(folder.join(FILE)).unwrap().len() < MOST + 100);
    }
}
