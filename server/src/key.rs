//! Where the clerk's key comes from, and where the next one goes when it is exchanged.

use std::fs;
use std::path::{Path, PathBuf};

use habeas_clerk::ClerkKey;
use habeas_protocol::api::from_hex;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::run::{cause, rng};

/// The variable that may hold the clerk's key, in hexadecimal.
const KEY: &str = "HABEAS_CLERK_KEY";
/// Where systemd puts a service's credentials.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// Where a key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Its file, in whose place the server itself puts the next one.
    File(PathBuf),
    /// Somewhere that only the operator can reach.
    Elsewhere(&'static str),
}

impl Source {
    /// Keeps the next key before anything is sealed under it.
    pub fn keep(&self, next: &ClerkKey) -> Result<(), String> {
        match self {
            Self::File(path) => next.write(&beside(path)).map_err(|error| error.to_string()),
            Self::Elsewhere(_) => Ok(()),
        }
    }

    /// Forgets a next key under which nothing was sealed.
    pub fn drop(&self) {
        if let Self::File(path) = self {
            let _ = fs::remove_file(beside(path));
        }
    }

    /// Destroys the key before, under which nothing is sealed any more: everything is under the key of that name. Returns what the operator has
    /// to know of it.
    pub fn settle(&self, name: &str) -> Result<String, String> {
        match self {
            Self::File(path) => {
                // One under which nothing was sealed may be left of an exchange that never began.
                if ClerkKey::load(&beside(path)).is_ok_and(|next| next.name() == name) {
                    ClerkKey::replaces(path, &beside(path)).map_err(|error| error.to_string())?;
                }
                Ok(format!(
                    "The key before is destroyed; the new one lies at {}. Keep a copy of it somewhere else.",
                    path.display()
                ))
            }
            Self::Elsewhere(place) => Ok(format!(
                "The key before opens nothing here any more. It came from {place}: put the new one there before the next start, and destroy the one before."
            )),
        }
    }
}

/// Where the next key lies while keys are exchanged.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".next");
    path.with_file_name(name)
}

/// The clerk's key, and where it came from: the environment, the service's credentials, or its file, which is made where nothing is sealed
/// yet. `None`: the clerk starts locked.
pub fn find(config: &Config) -> Result<Option<(ClerkKey, Source)>, String> {
    if config.locked {
        return Ok(None);
    }
    if let Ok(text) = std::env::var(KEY) {
        let text = Zeroizing::new(text);
        let bytes = from_hex(text.trim(), habeas_clerk::MAX_KEY_FILE).map(Zeroizing::new);
        let key = bytes.and_then(|bytes| ClerkKey::read(&bytes));
        let key = key
            .ok_or_else(|| format!("{KEY} is no clerk's key; it is the key's file in hexadecimal, as `xxd -p -c 0` prints it"))?;
        return Ok(Some((key, Source::Elsewhere(KEY))));
    }
    if let Some(path) =
        std::env::var_os(CREDENTIALS).map(|folder| Path::new(&folder).join("clerk.key")).filter(|path| path.exists())
    {
        // systemd guards them by other means than the file's mode.
        let bytes = fs::read(&path).map(Zeroizing::new).map_err(|error| format!("the credential clerk.key: {error}"))?;
        let key = ClerkKey::read(&bytes).ok_or_else(|| "the credential clerk.key is no clerk's key".to_owned())?;
        return Ok(Some((key, Source::Elsewhere("the service's credential clerk.key"))));
    }
    in_file(config).map(|key| Some((key, Source::File(config.clerk_key()))))
}

fn in_file(config: &Config) -> Result<ClerkKey, String> {
    let path = config.clerk_key();
    let database = config.clerk_database();
    let failed = |error: habeas_clerk::ClerkError| format!("the clerk's database: {}", cause(&error));
    // An exchange that broke off: the database says which of the two it wants.
    if let Ok(next) = ClerkKey::load(&beside(&path))
        && habeas_clerk::wanted_keys(&database).map_err(failed)?.contains(&next.name())
    {
        return Ok(next);
    }
    if path.exists() {
        return ClerkKey::load(&path).map_err(|error| error.to_string());
    }
    if habeas_clerk::is_sealed(&database).map_err(failed)? {
        return Err(format!(
            "the clerk's key is not at {}, and what its database holds cannot be read without it. Put your copy of the key there (mode 600), \
             or start with --locked: devices can sync then, and nothing is counted",
            path.display()
        ));
    }
    ClerkKey::create(&path, &mut rng()).map_err(|error| error.to_string())
}
