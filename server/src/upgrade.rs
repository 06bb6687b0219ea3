//! Bringing the databases up to date: a backup of them first, then both or neither. Where hub and clerk run apart, each has its own.

use std::fs;
use std::path::PathBuf;

use habeas_db::{Standing, StoreError, Upgrading, standing};

use crate::backup::{self, expire};
use crate::config::Config;
use crate::run::now;

/// What was done.
pub enum Upgraded {
    /// Nothing: they were as this program wants them, or empty.
    Nothing,
    /// They were brought up to date; this is how they were.
    From(PathBuf),
}

/// Brings both databases up to date. What an older program has written is backed up first; what a newer one has written is left alone.
pub fn upgrade(config: &Config) -> Result<Upgraded, String> {
    let places: Vec<_> = config.databases().into_iter().map(|(name, address)| (name, address, backup::schema(name))).collect();
    let failed = |name: &str, error: StoreError| match error {
        StoreError::Newer => format!(
            "the {name}'s database was written by a newer version of this program, and nothing was changed. Install that version \
             again; or, to go back, restore the backup that it made before its upgrade: habeas-server restore FILE"
        ),
        other => format!("the {name}'s database: {other}"),
    };
    let mut older = false;
    for (name, address, schema) in &places {
        match standing(address, schema).map_err(|error| failed(name, error))? {
            Standing::Newer => return Err(failed(name, StoreError::Newer)),
            Standing::Older(_) => older = true,
            Standing::Fresh | Standing::Current => {}
        }
    }
    let mut kept = None;
    if older {
        let folder = config.data.join("backups");
        fs::create_dir_all(&folder).map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
        let named = |more: &str| folder.join(expire::name(expire::OF_UPGRADES, now(), more));
        let path = if named("").exists() { named("-2") } else { named("") };
        backup::write(config, &path).map_err(|error| {
            format!(
                "the databases are to be brought up to date, and the backup before it failed: {}. Nothing was changed",
                String::from(error)
            )
        })?;
        kept = Some(path);
    }
    // Both, before either counts.
    let mut begun = Vec::new();
    for (name, address, schema) in &places {
        let upgrading = Upgrading::begin(address, schema).map_err(|error| {
            // A service that is started again and again must not fill the disk with copies of what is still there.
            if let Some(path) = &kept {
                let _ = fs::remove_file(path);
            }
            format!("{}. Both databases are as they were: start the version that you had, and report this", failed(name, error))
        })?;
        begun.push((name, upgrading));
    }
    for (name, upgrading) in begun {
        upgrading.finish().map_err(|error| failed(name, error))?;
    }
    Ok(kept.map_or(Upgraded::Nothing, Upgraded::From))
}

/// Removes what upgrades have put aside that is older than thirty days: nobody returns by it any more, and what was erased since lies in it.
pub fn expire(config: &Config) {
    let folder = config.data.join("backups");
    match expire::expire(&folder, expire::OF_UPGRADES, expire::DAYS, now(), None) {
        Ok(removed) => {
            removed.iter().for_each(|name| tracing::warn!(name, "a backup of before an upgrade was too old and is removed"))
        }
        Err(error) => tracing::error!(%error, "backups of before upgrades that are too old are not removed"),
    }
}

/// How to return, for the operator.
pub fn how_to_return(path: &std::path::Path) -> String {
    format!(
        "The databases were brought up to date. To return to the version that you had: stop the server, move both databases away, \
         run `habeas-server restore {}`, and start that version.",
        path.display()
    )
}
