//! How full the disk of the data folder is, and what is still taken. Alerts are always written; pulls always go on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use habeas_hub::Hub;

use crate::config::Config;

/// How often it is measured.
const EVERY: Duration = Duration::from_secs(10);
/// How often, where a file stands for the disk.
const EVERY_IN_TESTS: Duration = Duration::from_millis(100);

/// What there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Everything.
    Enough,
    /// Everything still: the operator is warned, from 80 % on.
    Little,
    /// No attachments, from 90 % on.
    NoAttachments,
    /// Nothing that devices bring, from 95 % on.
    Nothing,
}

impl Room {
    /// What there is room for on a disk that is so full, in percent.
    pub fn of(percent: u8) -> Self {
        match percent {
            0..80 => Self::Enough,
            80..90 => Self::Little,
            90..95 => Self::NoAttachments,
            95.. => Self::Nothing,
        }
    }
}

/// The disk, as it was last measured.
#[derive(Debug, Default)]
pub struct Disk(AtomicU8);

impl Disk {
    /// Measures the disk of the data folder now, and from here on. The hub, if it is here, is told when it has to stop taking.
    pub fn watch(config: &Config, hub: Option<&Arc<Hub>>) -> Arc<Self> {
        let disk = Arc::new(Self::default());
        let (folder, stand_in) = (config.data.clone(), config.disk_used.clone());
        let mut said = Room::Enough;
        let mut look = {
            let (disk, hub) = (Arc::clone(&disk), hub.cloned());
            move || {
                // A disk that does not say how full it is will say so when it takes nothing more.
                let Some(percent) = used(&folder, stand_in.as_ref()) else { return };
                disk.0.store(percent, Ordering::Relaxed);
                let room = Room::of(percent);
                hub.iter().for_each(|hub| hub.set_full(room == Room::Nothing));
                if room != said {
                    let what = match room {
                        Room::Enough => "there is room again",
                        Room::Little => "the disk is filling: free some space",
                        Room::NoAttachments => "no attachments are taken any more: free some space",
                        Room::Nothing => "nothing that devices bring is taken any more: free some space now",
                    };
                    tracing::warn!(percent, "{what}");
                    said = room;
                }
            }
        };
        look();
        let every = if config.disk_used.is_some() { EVERY_IN_TESTS } else { EVERY };
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(every);
                look();
            }
        });
        disk
    }

    /// How full it is, in percent.
    pub fn percent(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    /// What there is room for.
    pub fn room(&self) -> Room {
        Room::of(self.percent())
    }
}

/// How full the disk of a folder is for whoever is not root, in percent, rounded up; as `df` says it.
fn used(folder: &Path, stand_in: Option<&PathBuf>) -> Option<u8> {
    if let Some(file) = stand_in {
        return std::fs::read_to_string(file).ok()?.trim().parse().ok();
    }
    let disk = rustix::fs::statvfs(folder).ok()?;
    let taken = disk.f_blocks.saturating_sub(disk.f_bfree);
    let all = taken.saturating_add(disk.f_bavail);
    u8::try_from(taken.saturating_mul(100).div_ceil(all.max(1))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_real_disk_says_how_full_it_is() {
        let percent = used(&std::env::temp_dir(), None).unwrap();
        assert!(percent <= 100, "{percent}");
    }

    #[test]
    fn attachments_go_first_and_pushes_last() {
        let rooms: Vec<Room> = [0, 79, 80, 89, 90, 94, 95, 100].map(Room::of).to_vec();
        use Room::{Enough, Little, NoAttachments, Nothing};
        assert_eq!(rooms, [Enough, Enough, Little, Little, NoAttachments, NoAttachments, Nothing, Nothing]);
        assert!(Nothing > NoAttachments);
    }
}
