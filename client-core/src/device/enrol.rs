//! Signing in and letting in: what a device sends for it, and what it makes of what the hub says. The same on a terminal
//! and in the app.

use habeas_protocol::api::{
    DeviceState, Invite, LogEntries, Problem, Register, Session, SignIn, from_hex, signed_request, to_hex, token_hash,
};
use habeas_protocol::{DeviceKeys, Entry, Role, encode};
use habeas_texts::{self as texts, Message};
use rand_core::CryptoRng;

use super::{Device, DeviceError, Invitation, Records};
use crate::keys::DeviceSecrets;

/// The names under which the device keeps what belongs to its session.
const SERVER: &str = "server";
const TOKEN: &str = "token";
const ACCOUNT: &str = "account";

impl DeviceSecrets {
    /// A time, and a signature over it and the account: proof that this device holds the private halves of its keys.
    pub fn prove(&self, account: &str, now: i64) -> (i64, String) {
        (now, to_hex(&self.sign(&signed_request(account, now)).0))
    }

    /// What makes an account with an invitation: for `POST /v1/accounts`.
    pub fn register(&self, invitation: &Invitation, account: &str, password: String, now: i64) -> Register {
        let (at, signature) = self.prove(account, now);
        let (account, device) = (account.to_owned(), self.keys().to_hex());
        let proof = to_hex(&invitation.proof(&self.keys()));
        Register { token: invitation.token(), account, password, device, proof, at, signature }
    }

    /// What signs in to an account that there is: for `POST /v1/sessions`.
    pub fn sign_in(&self, account: &str, password: String, now: i64) -> SignIn {
        let (at, signature) = self.prove(account, now);
        SignIn { account: account.to_owned(), password, device: self.keys().to_hex(), at, signature }
    }
}

impl<R: Records> Device<R> {
    /// Keeps a session.
    pub fn remember_session(&mut self, server: &str, account: &str, session: &Session) -> Result<(), DeviceError> {
        self.set_note(SERVER, server)?;
        self.set_note(ACCOUNT, account)?;
        self.set_note(TOKEN, &session.token)
    }

    /// The server's address, the account's name and the session's token, once there are any.
    pub fn session(&self) -> Option<(&str, &str, &str)> {
        Some((self.note(SERVER)?, self.note(ACCOUNT)?, self.note(TOKEN)?))
    }

    /// An invitation with what the hub is told of it: for `POST /v1/invitations`.
    pub fn invitation(&mut self, role: Role, hours: u32, rng: &mut impl CryptoRng) -> Result<(Invitation, Invite), DeviceError> {
        let (invitation, person) = self.invite(role, rng)?;
        let token_hash = to_hex(&token_hash(&invitation.token()));
        Ok((invitation, Invite { token_hash, person, role, hours }))
    }

    /// What this device invited a device's person as, if these are the keys of whoever it gave the invitation to.
    pub fn invited(&self, state: &DeviceState) -> Option<Role> {
        let keys = DeviceKeys::from_hex(&state.keys).filter(|keys| keys.id() == state.id)?;
        self.invited_as(state.person, &keys, &from_hex(&state.proof, 32)?)
    }

    /// The entries that let a device in: for `POST /v1/log`. Sync before, so that they follow the log as it is.
    pub fn let_in(&self, state: &DeviceState, role: Role, rng: &mut impl CryptoRng) -> Result<LogEntries, Message> {
        let keys = DeviceKeys::from_hex(&state.keys).filter(|keys| keys.id() == state.id);
        let keys = keys.ok_or_else(|| texts::error_answer("device"))?;
        Ok(log_entries(&self.admit(&keys, state.person, role, rng)?)?)
    }
}

/// Entries as they are sent.
pub fn log_entries(entries: &[Entry]) -> Result<LogEntries, DeviceError> {
    let hex = |entry: &Entry| encode(entry).map(|bytes| to_hex(&bytes)).map_err(|_| DeviceError::Damaged("log"));
    Ok(LogEntries { entries: entries.iter().map(hex).collect::<Result<_, _>>()? })
}

/// What a server's problem means to a person.
pub fn problem(Problem { code, title, .. }: Problem) -> Message {
    Message::named(&texts::key("error-server", &code)).unwrap_or_else(|| texts::error_server_other(code, title))
}
