//! A hub whose process ends in the middle of an exchange: what it had committed by then is on its disk, and nothing else.

use std::fs;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use habeas_protocol::SyncRequest;

use super::World;

/// What a write-ahead log begins with, and what stands before each of its pages, in bytes (<https://sqlite.org/fileformat2.html#walformat>).
const HEADER: usize = 32;
const FRAME: usize = 24;
/// How many commits an exchange takes at most.
pub const MOST_COMMITS: u8 = 9;

impl World {
    /// The hub takes a request and dies behind one of the commits that belong to it, or before the first; the number chooses behind which. It
    /// comes back with what was on its disk then, and nobody hears an answer.
    pub(super) fn hub_dies(&mut self, number: usize, sent: &SyncRequest, behind: u8) -> Result<(), String> {
        let log = self.path.with_extension("sqlite-wal");
        let mut db = SqliteConnection::establish(self.path.to_str().unwrap()).unwrap();
        db.batch_execute("PRAGMA busy_timeout = 20000; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(db);
        let (before, rest) = (fs::read(&self.path).unwrap(), fs::read(&log).unwrap_or_default());
        self.asks(number, sent)?;
        let (written, whole) = (fs::read(&log).unwrap_or_default(), fs::read(&self.path).unwrap() == before && rest.is_empty());
        self.hub = None;
        // Where what was erased has been overwritten meanwhile there is no way back to before it.
        if whole {
            let ends = commits(&written);
            if ends.len() > usize::from(MOST_COMMITS) + 1 {
                return Err(format!("an exchange takes {} commits", ends.len() - 1));
            }
            let end = ends[usize::from(behind) % ends.len()];
            self.another_file();
            fs::write(&self.path, &before).unwrap();
            fs::write(self.path.with_extension("sqlite-wal"), &written[..end]).unwrap();
            self.hub_deaths += u64::from(end < written.len());
        }
        self.open_hub();
        Ok(())
    }
}

/// Where the log ends behind each commit, after where it ends before the first.
fn commits(log: &[u8]) -> Vec<usize> {
    let word =
        |bytes: &[u8], at: usize| bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes);
    let page = word(log, 8) as usize;
    let mut ends = vec![0];
    for (at, frame) in (HEADER..).step_by(FRAME + page).zip(log.get(HEADER..).unwrap_or_default().chunks_exact(FRAME + page)) {
        // What an earlier round of the log has left behind has other salts.
        if frame[8..16] != log[16..24] {
            break;
        }
        if word(frame, 4) != 0 {
            ends.push(at + FRAME + page);
        }
    }
    ends
}
