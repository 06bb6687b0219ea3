//! One module a group of commands.

pub mod case;
pub mod clerk;
pub mod demo;
pub mod login;
pub mod org;
pub mod sync;

use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{signed_request, to_hex};

use habeas_texts::{self as texts, Lang, Message};

use crate::LocalDevice;
use crate::remote::Remote;

/// The names under which the device keeps what belongs to its session.
const SERVER: &str = "server";
const TOKEN: &str = "token";

/// The server that the device has signed in to.
fn remote(device: &LocalDevice) -> Result<Remote, Message> {
    let server = device.note(SERVER).ok_or_else(texts::error_not_signed_in)?;
    Remote::new(server, device.note(TOKEN).map(str::to_owned))
}

fn remember(device: &mut LocalDevice, server: &str, token: &str) -> Result<(), Message> {
    device.set_note(SERVER, server)?;
    Ok(device.set_note(TOKEN, token)?)
}

/// JSON for a person to read.
pub fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Why the server did not take something, in words.
fn refused(lang: Lang, code: &str) -> String {
    texts::named(lang, &texts::key("refused", code)).unwrap_or_else(|| code.to_owned())
}

/// Proof that this device holds the private halves of its keys: a time and a signature over it.
fn proof(secrets: &DeviceSecrets, account: &str) -> (i64, String) {
    let at = crate::when::now().seconds();
    (at, to_hex(&secrets.sign(&signed_request(account, at)).0))
}
