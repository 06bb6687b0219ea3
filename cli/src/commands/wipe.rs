//! `habeas wipe`: everything on this device, destroyed at once, without a passphrase or a network.

use std::fs;

use habeas_texts::{self as texts, Message};

use crate::attachments::Pieces;
use crate::{Home, vault};

/// `habeas wipe`.
pub fn wipe(home: &Home, is_sure: bool) -> Result<(), Message> {
    let folder = home.folder.display().to_string();
    if !vault::exists(&home.folder) {
        return Err(texts::error_no_device(folder));
    }
    if !is_sure {
        return Err(texts::error_wipe_unsure(folder));
    }
    vault::wipe(&home.folder)?;
    Pieces::of(&home.folder).forget()?;
    // What somebody else has put there stays, and the folder with it.
    let _ = fs::remove_dir(&home.folder);
    println!("{}", texts::device_wiped(home.lang));
    Ok(())
}
