//! Exchanging the clerk's key while it works: the next key is kept first, and the one before destroyed last.

use habeas_clerk::{Clerk, ClerkKey, Progress};
use habeas_protocol::Act;

use crate::key::Source;
use crate::room::ClerkRoom;
use crate::run::cause;

/// Exchanges the clerk's key for `given`, or for one that is made here, where it can be kept.
pub fn rotate(room: &ClerkRoom, given: Option<ClerkKey>, say: &mut dyn FnMut(&str)) -> Result<String, String> {
    let Some((clerk, source)) = room.clerk().zip(room.source()) else {
        return Err("the clerk is locked; give it its key first: habeas-server unlock".to_owned());
    };
    let next = match (given, source) {
        (Some(given), _) => given,
        (None, Source::File(_)) => clerk.next_key(),
        (None, Source::Elsewhere(place)) => {
            return Err(format!(
                "the clerk's key came from {place}, where this server cannot put another one: make the next key where the present one lies, \
                 with `habeas-server key next OLD NEW`, keep a copy of it, and give it: habeas-server key rotate NEW"
            ));
        }
    };
    if clerk.is_rotating().map_err(|error| cause(&error))? {
        return Err("the key is being exchanged already; wait until the log says that it has ended".to_owned());
    }
    room.records(Act::RotateKey)?;
    source.keep(&next)?;
    if let Err(error) = clerk.begin_rotation(&next) {
        // A database that did not answer may have turned to it all the same.
        if clerk.is_rotating().is_ok_and(|begun| !begun) {
            source.drop();
        }
        return Err(cause(&error));
    }
    say(&format!(
        "From here on the clerk is opened by the key {} alone. If the server ends meanwhile, it goes on when it has that key.",
        next.name()
    ));
    go_on(clerk, source, room.batch, say)
}

/// Goes on with an exchange that has begun, to its end.
pub fn go_on(clerk: &Clerk, source: &Source, batch: i64, say: &mut dyn FnMut(&str)) -> Result<String, String> {
    let mut tell = |progress: Progress| match progress {
        Progress::Sealed(table) => say(&format!("{table}: sealed under the new key")),
        Progress::Overwriting => {
            say("What the database's files hold of old rows is overwritten; the clerk may wait for a moment.")
        }
    };
    clerk.rotate(batch, &mut tell).map_err(|error| cause(&error))?;
    let settled = source.settle(&clerk.key_name())?;
    tracing::warn!("the clerk's key was exchanged; nothing is under the one before");
    Ok(format!("Done. {settled}"))
}
