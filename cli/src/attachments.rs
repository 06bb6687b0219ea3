//! The sealed pieces of attachments in the device's folder, one file each. The keys are in the vault, in the facts about them.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use habeas_client_core::device::Held;
use habeas_protocol::AttachmentId;
use habeas_protocol::limits::SEALED_PIECE;
use habeas_texts::{self as texts, Message};

use crate::vault::write_whole;

/// Where they lie.
pub struct Pieces(PathBuf);

impl Pieces {
    /// Those of the device in a folder.
    pub fn of(home: &Path) -> Self {
        Self(home.join("attachments"))
    }

    /// Stores all pieces of an attachment, durably.
    pub fn store(&self, id: AttachmentId, pieces: &[Vec<u8>]) -> Result<(), Message> {
        fs::create_dir_all(&self.0).map_err(|error| failed(&self.0, &error))?;
        write_whole(&self.path(id), &pieces.concat())
    }

    /// A piece of one that lies here whole.
    pub fn read(&self, id: AttachmentId) -> Result<Vec<Vec<u8>>, Message> {
        let path = self.path(id);
        let bytes = fs::read(&path).map_err(|error| failed(&path, &error))?;
        Ok(bytes.chunks(SEALED_PIECE).map(<[u8]>::to_vec).collect())
    }

    /// Whether it lies here whole.
    pub fn has(&self, id: AttachmentId) -> bool {
        self.path(id).exists()
    }

    /// The pieces of one that have come so far: an exchange that broke off goes on behind them.
    pub fn begun(&self, id: AttachmentId) -> Result<Vec<Vec<u8>>, Message> {
        let path = self.part(id);
        let mut bytes = Vec::new();
        match File::open(&path) {
            Ok(mut file) => drop(file.read_to_end(&mut bytes).map_err(|error| failed(&path, &error))?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&path, &error)),
        }
        // A piece that was cut off counts for nothing; the last one may be shorter, but then all are here.
        Ok(bytes.chunks(SEALED_PIECE).map(<[u8]>::to_vec).collect())
    }

    /// Adds the next piece of one that is coming.
    pub fn add(&self, id: AttachmentId, piece: &[u8]) -> Result<(), Message> {
        fs::create_dir_all(&self.0).map_err(|error| failed(&self.0, &error))?;
        let path = self.part(id);
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(piece).and_then(|()| file.sync_data()));
        written.map_err(|error| failed(&path, &error))
    }

    /// Begins anew with so many good pieces.
    pub fn begin(&self, id: AttachmentId, good: &[Vec<u8>]) -> Result<(), Message> {
        fs::create_dir_all(&self.0).map_err(|error| failed(&self.0, &error))?;
        write_whole(&self.part(id), &good.concat())
    }

    /// All of it has come.
    pub fn is_whole(&self, id: AttachmentId) -> Result<(), Message> {
        let path = self.path(id);
        fs::rename(self.part(id), &path).map_err(|error| failed(&path, &error))
    }

    /// Deletes what no record of the device speaks of: the program died before the fact was written. What is still coming stays.
    pub fn tidy(&self, held: &BTreeMap<AttachmentId, Held>) {
        let Ok(entries) = fs::read_dir(&self.0) else { return };
        let stray = |path: &PathBuf| {
            let id = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            id.is_some_and(|id: AttachmentId| !held.contains_key(&id))
        };
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(stray).for_each(|path| drop(fs::remove_file(path)));
    }

    /// Deletes one, also where only part of it has come, and writes over it first, as far as a disk does that.
    pub fn destroy(&self, id: AttachmentId) -> Result<(), Message> {
        for path in [self.path(id), self.part(id)] {
            let Ok(length) = fs::metadata(&path).map(|file| file.len()) else { continue };
            if let Ok(mut file) = OpenOptions::new().write(true).open(&path) {
                let _ = std::io::copy(&mut std::io::repeat(0).take(length), &mut file);
                let _ = file.sync_all();
            }
            fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
        }
        Ok(())
    }

    /// Deletes everything.
    pub fn forget(&self) -> Result<(), Message> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(&self.0, &error)),
            _ => Ok(()),
        }
    }

    fn path(&self, id: AttachmentId) -> PathBuf {
        self.0.join(id.to_string())
    }

    fn part(&self, id: AttachmentId) -> PathBuf {
        self.0.join(format!("{id}.part"))
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Message {
    texts::error_file(error.to_string(), path.display().to_string())
}
