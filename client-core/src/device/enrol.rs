//! Signing in: what a device sends for it, and what it makes of what the hub says. The same on a terminal
//! and in the app.

use habeas_protocol::api::{AskNonce, LogEntries, Nonce, Problem, Purpose, Register, Renew, SignIn, signed_request, to_hex};
use habeas_protocol::{Entry, Secret, encode};
use habeas_texts::{self as texts, Message};

use super::{DeviceError, Invitation};
use crate::keys::DeviceSecrets;

impl DeviceSecrets {
    /// Proof that this device holds the private halves of its keys, for one purpose and one nonce.
    pub fn prove(&self, purpose: Purpose, nonce: &Nonce, account: &str) -> String {
        to_hex(&self.sign(&signed_request(purpose, &nonce.nonce, account)).0)
    }

    /// What asks for a nonce: for `POST /v1/nonces`.
    pub fn ask_nonce(&self) -> AskNonce {
        let signature = to_hex(&self.sign(&signed_request(Purpose::Nonce, "", "")).0);
        AskNonce { device: self.keys().to_hex(), signature }
    }

    /// What makes an account with an invitation: for `POST /v1/accounts`.
    pub fn register(&self, invitation: &Invitation, account: &str, password: Secret, nonce: &Nonce) -> Register {
        let signature = self.prove(Purpose::Register, nonce, account);
        let (account, device, nonce) = (account.to_owned(), self.keys().to_hex(), nonce.nonce.clone());
        let proof = to_hex(&invitation.proof(&self.keys(), &account));
        Register { token: invitation.token().into(), account, password, device, proof, nonce, signature }
    }

    /// What signs in to an account that there is: for `POST /v1/sessions`. The code is that of the account's second factor, if it has one.
    pub fn sign_in(&self, account: &str, password: Secret, code: Option<Secret>, nonce: &Nonce) -> SignIn {
        let signature = self.prove(Purpose::SignIn, nonce, account);
        let (account, device, nonce) = (account.to_owned(), self.keys().to_hex(), nonce.nonce.clone());
        SignIn { account, password, device, nonce, signature, code }
    }

    /// What gets the next token of this device's session: for `POST /v1/sessions/renew`.
    pub fn renew(&self, nonce: &Nonce) -> Renew {
        let signature = self.prove(Purpose::Renew, nonce, "");
        Renew { device: self.keys().to_hex(), nonce: nonce.nonce.clone(), signature }
    }

    /// What begins the session of a clerk on another machine: for `POST /v1/clerk/session`.
    pub fn begin_clerk(&self, nonce: &Nonce) -> Renew {
        let signature = self.prove(Purpose::Clerk, nonce, "");
        Renew { device: self.keys().to_hex(), nonce: nonce.nonce.clone(), signature }
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
