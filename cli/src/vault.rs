//! The device's records in a folder: `vault.header`, and `vault.log` to which every save is appended. Both are sealed; see
//! `habeas_client_core::vault` for the formats.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use habeas_client_core::device::{Records, RecordsError};
use habeas_client_core::vault::{Header, MAGIC, Params, SealedRecord, Vault, frame, replay};
use habeas_texts::{self as texts, Message};
use zeroize::Zeroizing;

use crate::rng;

/// A file smaller than this is never rewritten.
const COMPACT_FROM: usize = 1 << 20;

/// An open vault.
pub struct VaultFile {
    vault: Vault,
    path: PathBuf,
    file: File,
    /// Held as long as the vault is open. A file of its own: the log is replaced when it is compacted.
    _lock: File,
    frames: u64,
    length: u64,
    /// What somebody should know of how the file was found.
    pub warning: Option<Message>,
    records: HashMap<[u8; 16], SealedRecord>,
}

/// Whether the folder holds a vault.
pub fn exists(folder: &Path) -> bool {
    folder.join("vault.header").exists()
}

/// Makes a vault in a folder that has none.
pub fn create(folder: &Path, passphrase: &str) -> Result<VaultFile, Message> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| file_failed(folder, &error))?;
    if exists(folder) {
        return Err(texts::error_folder_holds_device(folder.display().to_string()));
    }
    let (header, vault) = Header::create(passphrase, Params::STANDARD, &mut rng())?;
    // The log first: a header without a log would look like a vault that has lost everything.
    write_whole(&folder.join("vault.log"), MAGIC)?;
    write_whole(&folder.join("vault.header"), &header.encode())?;
    load(folder, vault)
}

/// Opens the vault in a folder.
pub fn open(folder: &Path, passphrase: &str) -> Result<VaultFile, Message> {
    let path = folder.join("vault.header");
    let bytes = fs::read(&path).map_err(|error| file_failed(&path, &error))?;
    let vault = Header::decode(&bytes).and_then(|header| header.open(passphrase))?;
    load(folder, vault)
}

/// Destroys the vault in a folder, without its passphrase: first the header, without which nothing else opens, written over where it lies
/// as far as a disk does that. Another program that has it open keeps what it has in memory.
pub fn wipe(folder: &Path) -> Result<(), Message> {
    let path = folder.join("vault.header");
    let failed = |error: std::io::Error| file_failed(&path, &error);
    let mut header = OpenOptions::new().write(true).open(&path).map_err(failed)?;
    let length = usize::try_from(header.metadata().map_err(failed)?.len()).unwrap_or_default();
    header.write_all(&vec![0; length]).and_then(|()| header.sync_all()).map_err(failed)?;
    fs::remove_file(&path).map_err(failed)?;
    for name in ["vault.log", "vault.torn", "vault.lock", "vault.log.new", "vault.header.new"] {
        // Nothing opens them any more.
        let _ = fs::remove_file(folder.join(name));
    }
    Ok(())
}

/// Takes back a vault that was just made, and nothing else that lies in the folder; the folder, too, if nothing does.
pub fn take_back(folder: &Path) {
    let _ = wipe(folder);
    let _ = fs::remove_dir(folder);
}

fn load(folder: &Path, vault: Vault) -> Result<VaultFile, Message> {
    let path = folder.join("vault.log");
    let failed = |error: std::io::Error| file_failed(&path, &error);
    let lock = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join("vault.lock")).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(texts::error_device_busy(folder.display().to_string()));
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let mut file = OpenOptions::new().read(true).write(true).open(&path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed)?;
    let found = replay(&bytes).map_err(|error| texts::error_file(Message::from(error), path.display().to_string()))?;
    let mut warning = None;
    if found.torn > 0 {
        warning = Some(keep_torn(&path, bytes.get(found.length..).unwrap_or_default())?);
        file.set_len(found.length as u64).and_then(|()| file.sync_all()).map_err(failed)?;
    }
    let mut records: HashMap<[u8; 16], SealedRecord> = HashMap::new();
    for record in found.batches.iter().flatten() {
        let expected = records.get(&record.slot).map_or(1, |known| known.version + 1);
        // Compaction keeps the version, so the first one seen may be any; after that each follows the one before.
        if records.contains_key(&record.slot) && record.version != expected {
            return Err(texts::error_file(texts::error_vault_order(), path.display().to_string()));
        }
        records.insert(record.slot, record.clone());
    }
    let (frames, length) = (found.batches.len() as u64, found.length as u64);
    let mut open = VaultFile { vault, path, file, _lock: lock, frames, length, warning, records };
    let live: usize = open.records.values().map(|record| record.bytes.len() + 32).sum();
    if found.length > COMPACT_FROM && found.length > live * 4 {
        // Only the newest version of each record.
        open.rewrite(open.records.values().cloned().collect())?;
    }
    Ok(open)
}

/// The end of a save that was cut off was never confirmed; it is put aside all the same, and said.
fn keep_torn(path: &Path, torn: &[u8]) -> Result<Message, Message> {
    let aside = path.with_extension("torn");
    fs::write(&aside, torn).map_err(|error| file_failed(&aside, &error))?;
    Ok(texts::error_vault_torn(torn.len(), aside.display().to_string()))
}

fn file_failed(path: &Path, error: &std::io::Error) -> Message {
    texts::error_file(error.to_string(), path.display().to_string())
}

/// Writes a file in the clear that was not there before, for this user alone: nothing of somebody's is written over.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Message> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| file_failed(path, &error))
}

/// Writes a file under another name and moves it into place, so that it is always whole.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Message> {
    let failed = |error: std::io::Error| file_failed(path, &error);
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let mut file = File::create(&new).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&new, path).map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

impl VaultFile {
    /// Rewrites the file with these records alone.
    fn rewrite(&mut self, records: Vec<SealedRecord>) -> Result<(), Message> {
        let mut bytes = MAGIC.to_vec();
        for (number, record) in (0..).zip(&records) {
            bytes.extend(frame(number, std::slice::from_ref(record))?);
        }
        write_whole(&self.path, &bytes)?;
        self.file =
            OpenOptions::new().read(true).write(true).open(&self.path).map_err(|error| file_failed(&self.path, &error))?;
        (self.frames, self.length) = (records.len() as u64, bytes.len() as u64);
        self.records = records.into_iter().map(|record| (record.slot, record)).collect();
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(bytes)?;
        self.file.sync_data()
    }
}

impl Records for VaultFile {
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, RecordsError> {
        let Some(record) = self.records.get(&self.vault.slot(name)) else {
            return Ok(None);
        };
        let content = self.vault.open(name, record).map_err(|error| RecordsError(error.into()))?;
        Ok(content.map(|content| content.to_vec()))
    }

    fn put(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        let sealed = self.sealed(batch);
        let bytes = frame(self.frames, &sealed).map_err(|error| RecordsError(error.into()))?;
        if let Err(error) = self.append(&bytes) {
            // What was half written is cut away again, so that the next save begins where this one did.
            let _ = self.file.set_len(self.length);
            return Err(RecordsError(texts::error_vault_write(error.to_string())));
        }
        self.frames += 1;
        self.length += bytes.len() as u64;
        self.records.extend(sealed.into_iter().map(|record| (record.slot, record)));
        Ok(())
    }

    fn forget(&mut self, names: &[String], batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        let gone: Vec<[u8; 16]> = names.iter().map(|name| self.vault.slot(name)).collect();
        let mut kept = self.records.clone();
        kept.retain(|slot, _| !gone.contains(slot));
        kept.extend(self.sealed(batch).into_iter().map(|record| (record.slot, record)));
        self.rewrite_over(kept.into_values().collect())
    }

    fn forget_all_but(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        let seal = |(name, content): (String, Vec<u8>)| self.vault.seal(&name, 1, Some(&Zeroizing::new(content)), &mut rng());
        let kept: Vec<SealedRecord> = batch.into_iter().map(seal).collect();
        self.rewrite_over(kept)
    }
}

impl VaultFile {
    /// The next versions of these records.
    fn sealed(&self, batch: Vec<(String, Vec<u8>)>) -> Vec<SealedRecord> {
        let seal = |(name, content): (String, Vec<u8>)| {
            let version = self.records.get(&self.vault.slot(&name)).map_or(1, |record| record.version + 1);
            self.vault.seal(&name, version, Some(&Zeroizing::new(content)), &mut rng())
        };
        batch.into_iter().map(seal).collect()
    }

    /// Rewrites the file with these records alone, and writes over what it held before.
    fn rewrite_over(&mut self, kept: Vec<SealedRecord>) -> Result<(), RecordsError> {
        let (mut before, length) = (self.file.try_clone(), self.length);
        self.rewrite(kept).map_err(RecordsError)?;
        // The new file is in its place; of the old one, which has no name any more, the bytes are overwritten where they lie, as far as a disk
        // does that. They were sealed, and the key is the vault's, under its passphrase.
        if let Ok(before) = &mut before {
            let zeros = vec![0; 1 << 16];
            let _ = before.seek(SeekFrom::Start(0));
            for from in (0..length).step_by(zeros.len()) {
                let part = usize::try_from(length - from).unwrap_or(zeros.len()).min(zeros.len());
                let _ = before.write_all(zeros.get(..part).unwrap_or_default());
            }
            let _ = before.sync_all();
        }
        let _ = fs::remove_file(self.path.with_extension("torn"));
        Ok(())
    }
}
