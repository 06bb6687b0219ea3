//! The JSON that devices and the hub exchange around the sync: setting up, signing in, inviting, approving.

use serde::{Deserialize, Serialize};

use crate::codec;
use crate::device::DeviceKeys;
use crate::ids::{DeviceId, Hash, PersonId, hash};
use crate::log::Role;
use crate::secret::Secret;

macro_rules! json {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty $(as $shown:ty)?),* $(,)? })*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name { $(
            $(#[$field_doc])*
            $(#[cfg_attr(feature = "openapi", schema(value_type = $shown))])?
            pub $field: $kind,
        )* }
    )* };
}

json! {
    /// The first coordinator makes the organisation: `POST /v1/setup`, once.
    Setup {
        /// The set-up code that the server printed, without the clerk's fingerprint.
        code: Secret as String,
        /// The account's name for signing in.
        account: String,
        /// Its password.
        password: Secret as String,
        /// The device's keys, in hexadecimal.
        device: String,
        /// The log's first entries, each in hexadecimal.
        log: Vec<String>,
        /// The nonce that the server gave for this: `POST /v1/nonces`.
        nonce: String,
        /// The device's signature over the purpose, the nonce and the account, in hexadecimal.
        signature: String,
    }
    /// Somebody who was invited makes an account: `POST /v1/accounts`.
    Register {
        /// The invitation's token, in hexadecimal.
        token: Secret as String,
        /// The account's name for signing in.
        account: String,
        /// Its password.
        password: Secret as String,
        /// The device's keys, in hexadecimal.
        device: String,
        /// Proof that these keys come from whoever holds the invitation, in hexadecimal.
        proof: String,
        /// The nonce that the server gave for this: `POST /v1/nonces`.
        nonce: String,
        /// The device's signature over the purpose, the nonce and the account, in hexadecimal.
        signature: String,
    }
    /// Signing in on a device: `POST /v1/sessions`.
    SignIn {
        /// The account's name.
        account: String,
        /// Its password.
        password: Secret as String,
        /// The device's keys, in hexadecimal.
        device: String,
        /// The nonce that the server gave for this: `POST /v1/nonces`.
        nonce: String,
        /// The device's signature over the purpose, the nonce and the account, in hexadecimal.
        signature: String,
        /// Where the account has a second factor: what the authenticator app shows, or a recovery code.
        code: Option<Secret> as Option<String>,
    }
    /// The next token of a device's session: `POST /v1/sessions/renew`.
    Renew {
        /// The device's keys, in hexadecimal.
        device: String,
        /// The nonce that the server gave for this: `POST /v1/nonces`.
        nonce: String,
        /// The device's signature over the purpose and the nonce, in hexadecimal.
        signature: String,
    }
    /// Whoever holds two printed shares asks for the organisation's log: `POST /v1/recovery/log`.
    AskRecoveryLog {
        /// The keys that the shares give back, in hexadecimal.
        keys: String,
        /// The nonce that the server gave for this: `POST /v1/nonces`.
        nonce: String,
        /// The signature of these keys over the purpose and the nonce, in hexadecimal.
        signature: String,
        /// From which entry on; at most 1000 come at a time.
        from: u64,
    }
    /// Whoever holds two printed shares becomes a coordinator: `POST /v1/recovery`.
    Recover {
        /// The name of the account to make.
        account: String,
        /// Its password.
        password: Secret as String,
        /// The device's keys, in hexadecimal.
        device: String,
        /// The entries that let the device in, signed by the keys that the shares give back; each in hexadecimal.
        entries: Vec<String>,
        /// The nonce that the server gave for this: `POST /v1/nonces`.
        nonce: String,
        /// The device's signature over the purpose, the nonce and the account, in hexadecimal.
        signature: String,
    }
    /// Asking for a nonce: `POST /v1/nonces`.
    AskNonce {
        /// The device's keys, in hexadecimal.
        device: String,
        /// The device's signature over the purpose, in hexadecimal: a device that is known is answered however many others ask.
        signature: String,
    }
    /// A nonce.
    Nonce {
        /// What is to be signed, once, within five minutes.
        nonce: String,
        /// The server's time, in milliseconds since 1970.
        now: u64,
    }
    /// A session.
    Session {
        /// The token, in hexadecimal: a part of every [`Pass`](crate::Pass).
        token: Secret as String,
        /// The person's id.
        person: PersonId as String,
        /// Whether the log has admitted the device.
        admitted: bool,
        /// How the account stands with a second factor.
        second_factor: SecondFactor,
    }
    /// Enrolling an authenticator app: `POST /v1/second-factor`.
    Enrol {
        /// The account's password.
        password: Secret as String,
        /// The secret of the app, twenty bytes in hexadecimal. The device has made it.
        secret: Secret as String,
        /// The code that the app shows.
        code: Secret as String,
        /// Where there is a second factor already: a code of that one, or a recovery code.
        current: Option<Secret> as Option<String>,
    }
    /// Another password for the caller's account: `PUT /v1/password`.
    ChangePassword {
        /// The account's password until now.
        password: Secret as String,
        /// The one from now on: 10 to 256 bytes.
        next: Secret as String,
        /// Where there is a second factor: a code of it, or a recovery code.
        code: Option<Secret> as Option<String>,
    }
    /// What lets somebody in whose authenticator app is lost, each once.
    RecoveryCodes {
        /// The codes.
        codes: Vec<Secret> as Vec<String>,
    }
    /// How the account stands: `GET /v1/second-factor`.
    SecondFactorState {
        /// Whether there is one.
        second_factor: SecondFactor,
        /// How many recovery codes are left.
        codes_left: u32,
        /// From when on acts wait for it, in seconds since 1970; none where it is there or not needed.
        #[serde(default)]
        due_at: Option<i64>,
    }
    /// A coordinator takes somebody's second factor away: `POST /v1/second-factor/reset`.
    ResetSecondFactor {
        /// The account's name.
        account: String,
    }
    /// A coordinator invites somebody: `POST /v1/invitations`.
    Invite {
        /// The hash of the token that the newcomer will show, in hexadecimal.
        token_hash: String,
        /// The id that the newcomer will have.
        person: PersonId as String,
        /// What the newcomer may do.
        role: Role,
        /// For how many hours the invitation holds, 1 to 168.
        hours: u32,
    }
    /// A coordinator opens an intake, so that many recorders join by one link: `POST /v1/intakes`.
    OpenIntake {
        /// The hash of the token that every newcomer will show, in hexadecimal.
        token_hash: String,
        /// For how many hours the link holds, 1 or 2.
        hours: u32,
        /// How many people may join by it, 1 to 200.
        people: u32,
    }
    /// Every intake of the last days: `GET /v1/intakes`.
    Intakes {
        /// The intakes, newest first.
        intakes: Vec<IntakeState>,
    }
    /// One intake.
    IntakeState {
        /// The hash of its token, in hexadecimal.
        token_hash: String,
        /// The device that opened it.
        opened_by: DeviceId as String,
        /// Until when people join by it, in seconds since 1970; when it was closed, if it was.
        until: i64,
        /// How many people may join.
        people: u32,
        /// How many have.
        joined: u32,
    }
    /// A coordinator does not let newcomers in: `POST /v1/devices/refuse`.
    RefuseDevices {
        /// Their devices: those that the log has not admitted.
        devices: Vec<DeviceId> as Vec<String>,
    }
    /// Devices that wait to be admitted or are: `GET /v1/devices`.
    Devices {
        /// The devices, oldest first.
        devices: Vec<DeviceState>,
    }
    /// One device.
    DeviceState {
        /// Its id.
        id: DeviceId as String,
        /// Its keys, in hexadecimal.
        keys: String,
        /// Its person's id.
        person: PersonId as String,
        /// Its account's name.
        account: String,
        /// What the invitation says the person may do.
        role: Role,
        /// The proof that came with the keys, in hexadecimal; empty for a person's further devices.
        proof: String,
        /// Whether the log has admitted it.
        admitted: bool,
        /// Whether it has been revoked since.
        revoked: bool,
        /// Whether a coordinator does not let its owner in.
        refused: bool,
    }
    /// What a revoked device had not brought, waiting for a decision: `GET /v1/quarantine`.
    Quarantined {
        /// Its name.
        id: String,
        /// The device that made it.
        device: DeviceId as String,
        /// How many changes it holds.
        changes: u32,
        /// When it came, in seconds since 1970: when it was written nobody can prove.
        received_at: i64,
    }
    /// New entries of the log: `POST /v1/log`.
    LogEntries {
        /// The entries, each in hexadecimal, in order.
        entries: Vec<String>,
    }
    /// The clerk's device, for the first coordinator: `GET /v1/clerk`.
    Clerk {
        /// Its keys, in hexadecimal.
        keys: String,
    }
    /// The session of a clerk on another machine: `POST /v1/clerk/session`, for which it sends a [`Renew`].
    ClerkSession {
        /// The token, in hexadecimal: a part of every [`Pass`](crate::Pass).
        token: Secret as String,
    }
    /// Whose pass somebody shows the clerk: `POST /v1/clerk/pass`.
    AskPass {
        /// The pass, as it stands in `Authorization: Bearer`.
        pass: Secret as String,
        /// The method of the request that it was shown with.
        method: String,
        /// Its address, with what follows a question mark.
        path: String,
        /// The pattern of its route.
        route: String,
    }
    /// Whose it is, with what the clerk checks the signature by.
    KnownPass {
        /// The device.
        device: DeviceId as String,
        /// The hash of the session's token, in hexadecimal.
        token_hash: String,
    }
    /// Whether the clerk is not to count yet: `POST /v1/clerk/waits`.
    Waits {
        /// Whether the hub was put back from a backup, and has heard no coordinator's device since.
        waits: bool,
        /// Whether devices may still give back secrets that it has lost: then the clerk makes none. Left out where not.
        secrets: Option<bool>,
    }
    /// What was done with the clerk: `POST /v1/clerk/audit`.
    Note {
        /// The device that did it; none for the clerk's operator.
        device: Option<DeviceId> as Option<String>,
        /// What, by its name in the audit record.
        act: String,
        /// What it was about: `kind:id`, separated by spaces.
        subjects: String,
    }
    /// An error (RFC 9457).
    Problem {
        /// The stable code.
        code: String,
        /// What is wrong and what to do, in English.
        title: String,
        /// The HTTP status.
        status: u16,
    }
}

/// How an account stands with a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// It has none, and its role needs none.
    NotNeeded,
    /// It has none, and its role should have one.
    Missing,
    /// It has one.
    Enrolled,
}

/// What a device signs a nonce for: a signature for one purpose is none for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To get a nonce; the only one that is signed without one.
    Nonce,
    /// To make the organisation.
    SetUp,
    /// To make an account.
    Register,
    /// To sign in.
    SignIn,
    /// To renew a session.
    Renew,
    /// To read the log with what two printed shares give back.
    Recover,
    /// To begin the session of a clerk on another machine.
    Clerk,
}

/// What a device signs to show that it holds the private halves of its keys. Nonces are of one length, so no two inputs run into one
/// another.
pub fn signed_request(purpose: Purpose, nonce: &str, account: &str) -> Vec<u8> {
    let label: &[u8] = match purpose {
        Purpose::Nonce => b"habeas/1/nonce\0",
        Purpose::SetUp => b"habeas/1/set-up\0",
        Purpose::Register => b"habeas/1/register\0",
        Purpose::SignIn => b"habeas/1/sign-in\0",
        Purpose::Renew => b"habeas/1/renew\0",
        Purpose::Recover => b"habeas/1/recover\0",
        Purpose::Clerk => b"habeas/1/clerk\0",
    };
    [label, nonce.as_bytes(), account.as_bytes()].concat()
}

/// What the hub stores of a token, a code or an invitation. They are random and long, so a plain hash is enough to keep
/// what is stored from being used.
pub fn token_hash(token: &str) -> Hash {
    hash("habeas/1/token", &[token.as_bytes()])
}

/// Bytes as lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes from lower-case hexadecimal; at most `limit` of them.
pub fn from_hex(text: &str, limit: usize) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() > limit * 2 || !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes().chunks(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

impl DeviceKeys {
    /// The keys in hexadecimal: signing, then sealing.
    pub fn to_hex(&self) -> String {
        to_hex(&[self.signing, self.sealing].concat())
    }

    /// Reads them.
    pub fn from_hex(text: &str) -> Option<Self> {
        codec::decode(&from_hex(text, 64)?, 64).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_a_password_a_token_or_a_code() {
        let [word, text] = ["mountain".to_owned(), String::new()];
        let secret = || Secret::from("mountain");
        let (nonce, signature, account, device) = (text.clone(), text.clone(), text.clone(), text.clone());
        let setup = Setup {
            code: secret(),
            account: account.clone(),
            password: secret(),
            device: device.clone(),
            log: Vec::new(),
            nonce: nonce.clone(),
            signature: signature.clone(),
        };
        let sign_in = SignIn {
            account: account.clone(),
            password: secret(),
            device: device.clone(),
            nonce: nonce.clone(),
            signature: signature.clone(),
            code: Some(secret()),
        };
        let register = Register { token: secret(), account, password: secret(), device, proof: text, nonce, signature };
        let (second_factor, person) = (SecondFactor::Missing, PersonId([0; 16]));
        let session = Session { token: secret(), person, admitted: false, second_factor };
        let enrol = Enrol { password: secret(), secret: secret(), code: secret(), current: Some(secret()) };
        let codes = RecoveryCodes { codes: vec![secret()] };
        let change = ChangePassword { password: secret(), next: secret(), code: Some(secret()) };
        let clerk = ClerkSession { token: secret() };
        let pass = AskPass { pass: secret(), method: String::new(), path: String::new(), route: String::new() };
        let printed = format!("{setup:?} {sign_in:?} {register:?} {session:?} {enrol:?} {codes:?} {change:?} {clerk:?} {pass:?}");
        assert!(!printed.contains(&word) && printed.matches("secret").count() >= 17, "{printed}");
        // On the way they are what they are.
        assert_eq!(session.token.reveal(), word);
    }
}
