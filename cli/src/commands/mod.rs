//! One module a group of commands.

pub mod case;
pub mod clerk;
pub mod demo;
pub mod login;
pub mod org;
pub mod sync;

use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{signed_request, to_hex};

use crate::LocalDevice;
use crate::remote::Remote;

/// The names under which the device keeps what belongs to its session.
const SERVER: &str = "server";
const TOKEN: &str = "token";

/// The server that the device has signed in to.
fn remote(device: &LocalDevice) -> Result<Remote, String> {
    let server = device.note(SERVER).ok_or("this device has not signed in to a server; see `habeas login --help`")?;
    Remote::new(server, device.note(TOKEN).map(str::to_owned))
}

fn remember(device: &mut LocalDevice, server: &str, token: &str) -> Result<(), String> {
    device.set_note(SERVER, server).and_then(|()| device.set_note(TOKEN, token)).map_err(|error| error.to_string())
}

/// Proof that this device holds the private halves of its keys: a time and a signature over it.
fn proof(secrets: &DeviceSecrets, account: &str) -> (i64, String) {
    let at = crate::when::now().seconds();
    (at, to_hex(&secrets.sign(&signed_request(account, at)).0))
}
