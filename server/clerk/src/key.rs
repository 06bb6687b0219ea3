//! The clerk's key file: its device's secrets and the key of its sealed columns. It never enters the database.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::{decode, encode};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::clerk::{key_id, key_name};
use crate::columns::Columns;

/// The largest key file, in bytes.
pub const MAX_KEY_FILE: usize = 256;

/// What the key file holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct ClerkKey {
    version: u8,
    device: DeviceSecrets,
    columns: [u8; 32],
}

impl std::fmt::Debug for ClerkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClerkKey of {}", self.device.id())
    }
}

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("the clerk's key file {path}: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Others can read it.
    #[error("the clerk's key file {0} can be read by others; run: chmod 600 {0}")]
    Open(PathBuf),
    /// It is no key file of a version that this program knows.
    #[error("{0} is not a clerk's key file; restore it from your backup. Without it nothing that the clerk stored can be read")]
    Damaged(PathBuf),
}

impl ClerkKey {
    /// Reads the key file.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let bytes = fs::read(path).map(Zeroizing::new).map_err(|cause| KeyFileError::File { path: path.to_owned(), cause })?;
        if is_readable_by_others(path) {
            return Err(KeyFileError::Open(path.to_owned()));
        }
        Self::read(&bytes).ok_or_else(|| KeyFileError::Damaged(path.to_owned()))
    }

    /// The key that a file's bytes hold, wherever they come from.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let key: Option<Self> = decode(bytes, MAX_KEY_FILE).ok();
        key.filter(|key| key.version == 1)
    }

    /// Makes a key and writes its file.
    pub fn create(path: &Path, rng: &mut impl CryptoRng) -> Result<Self, KeyFileError> {
        let key = Self::of_device(&DeviceSecrets::generate(rng), rng);
        key.write(path)?;
        Ok(key)
    }

    /// The next key of the same clerk: its device stays, the key of its sealed columns is another one.
    pub fn next(&self, rng: &mut impl CryptoRng) -> Self {
        Self::of_device(&self.device, rng)
    }

    pub(crate) fn of_device(device: &DeviceSecrets, rng: &mut impl CryptoRng) -> Self {
        let mut columns = [0; 32];
        rng.fill_bytes(&mut columns);
        Self { version: 1, device: device.clone(), columns }
    }

    /// What operators call this key; a database says which one it wants.
    pub fn name(&self) -> String {
        key_name(&key_id(&Columns::new(&self.columns, None)))
    }

    /// Writes the key's file. When this returns, it survives the power going out.
    pub fn write(&self, path: &Path) -> Result<(), KeyFileError> {
        self.write_file(path).map_err(|cause| KeyFileError::File { path: path.to_owned(), cause })
    }

    /// Written under another name first: a file that is there is always whole.
    fn write_file(&self, path: &Path) -> std::io::Result<()> {
        let bytes = Zeroizing::new(encode(self).map_err(std::io::Error::other)?);
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let new = path.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&new)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        sync_folder(path)
    }

    /// Takes the place of the key in a file: that one is overwritten, as far as the disk does so, and this one, written at `new` before, gets
    /// its name.
    pub fn replaces(path: &Path, new: &Path) -> Result<(), KeyFileError> {
        let replace = || {
            if path.exists() {
                let length = usize::try_from(fs::metadata(path)?.len()).unwrap_or(MAX_KEY_FILE).min(MAX_KEY_FILE);
                let mut file = OpenOptions::new().write(true).open(path)?;
                file.write_all(&vec![0; length])?;
                file.sync_all()?;
            }
            fs::rename(new, path)?;
            sync_folder(path)
        };
        replace().map_err(|cause| KeyFileError::File { path: path.to_owned(), cause })
    }

    /// The key of the clerk's sealed columns and records.
    pub(crate) fn columns(&self) -> &[u8; 32] {
        &self.columns
    }

    /// The clerk's device.
    pub fn device(&self) -> &DeviceSecrets {
        &self.device
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails loudly")]

    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn the_key_cannot_be_printed() {
        let folder = tempfile::tempdir().unwrap();
        let key = ClerkKey::create(&folder.path().join("clerk.key"), &mut ChaCha20Rng::from_seed([1; 32])).unwrap();
        let text = format!("{key:?}");
        assert!(text.len() < 80 && !text.contains('['), "{text}");
    }
}
