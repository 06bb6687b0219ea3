//! One module a group of commands.

pub mod attachment;
pub mod bundle;
pub mod case;
pub mod clerk;
pub mod clock;
pub mod coordinators;
pub mod demo;
pub mod intake;
pub mod login;
pub mod org;
pub mod papers;
pub mod password;
pub mod quarantine;
pub mod recovery;
pub mod rollcall;
pub mod second_factor;
pub mod shares;
pub mod shifts;
pub mod sync;
pub mod teams;
pub mod wipe;

use habeas_texts::{self as texts, Lang, Message};

use crate::LocalDevice;
use crate::remote::Remote;

/// The server that the device has signed in to.
fn remote(device: &LocalDevice) -> Result<Remote, Message> {
    let (server, _) = device.session().ok_or_else(texts::error_not_signed_in)?;
    Remote::new(server, device.passes())
}

/// JSON for a person to read.
pub fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Why the server did not take something, in words.
fn refused(lang: Lang, code: &str) -> String {
    texts::named(lang, &texts::key("refused", code)).unwrap_or_else(|| code.to_owned())
}

/// What went wrong, and what to type where there is something to type.
pub fn with_hint(problem: &Message, lang: Lang) -> String {
    let hint = problem.names().into_iter().find_map(|name| texts::named(lang, &texts::key("hint", name)));
    let said = problem.say(lang);
    hint.map_or_else(|| said.clone(), |hint| format!("{said}; {hint}"))
}

/// Whether a server has refused what makes an organisation or an account, and has done nothing: the next attempt begins anew. Not what it may say to the
/// very same request a second time, if somebody in between has sent it twice: then it has done it, and the device's keys are the only ones.
pub fn has_done_nothing(problem: &Message) -> bool {
    let refusals = [
        "error-server-name-taken",
        "error-server-account-name",
        "error-server-password-length",
        "error-server-log",
        "error-server-log-waits",
    ];
    refusals.contains(&problem.name())
}
