//! The JSON that devices and the hub exchange around the sync: setting up, signing in, inviting, approving.

use serde::{Deserialize, Serialize};

use crate::codec;
use crate::device::DeviceKeys;
use crate::ids::{DeviceId, Hash, PersonId, hash};
use crate::log::Role;

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
        code: String,
        /// The account's name for signing in.
        account: String,
        /// Its password.
        password: String,
        /// The device's keys, in hexadecimal.
        device: String,
        /// The log's first entries, each in hexadecimal.
        log: Vec<String>,
        /// When the device signed this, in seconds since 1970.
        at: i64,
        /// The device's signature over the account and that time, in hexadecimal.
        signature: String,
    }
    /// Somebody who was invited makes an account: `POST /v1/accounts`.
    Register {
        /// The invitation's token, in hexadecimal.
        token: String,
        /// The account's name for signing in.
        account: String,
        /// Its password.
        password: String,
        /// The device's keys, in hexadecimal.
        device: String,
        /// Proof that these keys come from whoever holds the invitation, in hexadecimal.
        proof: String,
        /// When the device signed this, in seconds since 1970.
        at: i64,
        /// The device's signature over the account and that time, in hexadecimal.
        signature: String,
    }
    /// Signing in on a device: `POST /v1/sessions`.
    SignIn {
        /// The account's name.
        account: String,
        /// Its password.
        password: String,
        /// The device's keys, in hexadecimal.
        device: String,
        /// When the device signed this, in seconds since 1970.
        at: i64,
        /// The device's signature over the account and that time, in hexadecimal.
        signature: String,
    }
    /// A session: the token goes into `Authorization: Bearer`.
    Session {
        /// The token.
        token: String,
        /// The person's id.
        person: PersonId as String,
        /// Whether the log has admitted the device.
        admitted: bool,
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

/// What a device signs to show that it holds the private halves of its keys.
pub fn signed_request(account: &str, at: i64) -> Vec<u8> {
    let mut message = b"habeas/1/sign-in\0".to_vec();
    message.extend_from_slice(&at.to_be_bytes());
    message.extend_from_slice(account.as_bytes());
    message
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
