//! A clerk that runs on another machine. It is a device of the log like any other, and has no account: it signs in with its key alone, and is
//! served what the log lets the clerk do. Until there is a log, the operator says which clerk it will be.

use habeas_protocol::api::{KnownPass, Note, Purpose, Renew, from_hex, to_hex};
use habeas_protocol::{Act, Actor, Asked, DeviceKeys, Pass, Role, Secret};
use rand_core::CryptoRng;

use crate::nonces::Signed;
use crate::sessions::{seconds, token};
use crate::store::settings;
use crate::{Caller, Hub, HubError, audit};

const KEYS: &str = "clerk_keys";
const SESSION: &str = "clerk_session";
const COUNTED: &str = "clerk_counted";
/// For how long the clerk's session holds, in seconds: it signs in anew every day.
const LIFE: i64 = 48 * 3600;
/// The longest that a note may say what it is about, in bytes.
const MAX_SUBJECTS: usize = 256;

impl Hub {
    /// The clerk's keys: those in the log, or, while there is no organisation, those that the operator has admitted.
    pub fn clerk_keys(&self) -> Result<Option<DeviceKeys>, HubError> {
        let log = self.log()?;
        if log.fingerprint().is_some() {
            return Ok(log.members().find(|(_, member)| member.role == Role::Clerk).map(|(_, member)| member.keys));
        }
        let stored = self.store.read(|db| settings::get(db, KEYS).map_err(HubError::from))?;
        Ok(stored.and_then(|keys| DeviceKeys::from_hex(&to_hex(&keys))))
    }

    /// Says which clerk the organisation will have. Once there is one, its log says it, and nobody else.
    pub fn admit_clerk(&self, keys: &DeviceKeys, now: i64) -> Result<(), HubError> {
        if self.has_organisation()? {
            return Err(HubError::Conflict(
                "set_up_already",
                "the organisation's log says who the clerk is; nothing was changed",
            ));
        }
        let bytes = [keys.signing, keys.sealing].concat();
        self.store.write(|db| {
            settings::put(db, KEYS, &bytes)?;
            audit::note(db, Actor::Operator, Act::AdmitClerk, &format!("device:{}", keys.id()), now)
        })
    }

    /// Gives the clerk a session, for its key alone. The one before is over.
    pub fn begin_clerk(&self, asks: &Renew, now: i64, rng: &mut impl CryptoRng) -> Result<Secret, HubError> {
        let signed = Signed { device: &asks.device, nonce: &asks.nonce, account: "", signature: &asks.signature };
        let keys = self.prove_once(Purpose::Clerk, signed, now)?;
        if self.clerk_keys()? != Some(keys) {
            return Err(HubError::Refused(
                "not_the_clerk",
                "the organisation has another clerk, or none was admitted: habeas-server admit-clerk",
            ));
        }
        let (token, hash) = token(rng);
        let session = [hash.as_slice(), &now.to_be_bytes()].concat();
        self.store.write(|db| {
            settings::put(db, SESSION, &session)?;
            audit::note(db, Actor::Device(keys.id()), Act::SignIn, "clerk", now)
        })?;
        Ok(token)
    }

    /// The clerk, if this is its pass.
    pub(crate) fn clerk_caller(&self, pass: &Pass, asked: Asked<'_>, now_ms: u64) -> Result<Caller, HubError> {
        let stored = self.store.read(|db| settings::get(db, SESSION).map_err(HubError::from))?.ok_or(HubError::Unauthorized)?;
        let (hash, begun) = stored.split_first_chunk::<32>().ok_or(HubError::Unauthorized)?;
        let begun = i64::from_be_bytes(begun.try_into().unwrap_or_default());
        let keys = self.clerk_keys()?.filter(|_| hash[..16] == pass.name).ok_or(HubError::Unauthorized)?;
        if !pass.is_signed(&keys, hash, asked) || seconds(now_ms) - begun > LIFE {
            return Err(HubError::Unauthorized);
        }
        self.passes.takes(pass, now_ms)?;
        Ok(Caller::of(&*self.log()?, keys.id()))
    }

    /// What the clerk needs to check a pass by itself, once this hub has found that it is good.
    pub fn known_pass(&self, pass: &Pass, caller: Caller) -> Result<KnownPass, HubError> {
        let hash = self.token_hash(&pass.name)?.ok_or(HubError::Unauthorized)?;
        Ok(KnownPass { device: caller.device, token_hash: to_hex(&hash) })
    }

    /// Records what was done with the clerk.
    pub fn note_for_clerk(&self, note: &Note, now: i64) -> Result<(), HubError> {
        let act = Act::of_clerk(&note.act).ok_or(HubError::BadInput("bad_input", "the clerk does no such thing"))?;
        let is_text = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        if note.subjects.len() > MAX_SUBJECTS || !note.subjects.bytes().all(is_text) {
            return Err(HubError::BadInput("bad_input", "subjects must be at most 256 letters"));
        }
        self.audit(note.device.map_or(Actor::Operator, Actor::Device), act, &note.subjects, now)
    }

    /// Notes durably that the clerk has counted everything.
    pub fn note_counted(&self, now: i64) -> Result<(), HubError> {
        self.store.write(|db| settings::put(db, COUNTED, &now.to_be_bytes()))
    }

    /// When the clerk of another machine last said that it had counted everything.
    pub fn last_counted(&self) -> Result<Option<i64>, HubError> {
        let stored = self.store.read(|db| settings::get(db, COUNTED).map_err(HubError::from))?;
        Ok(stored.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes))
    }
}

/// Reads a clerk's keys as its own program prints them.
pub fn read_keys(text: &str) -> Option<DeviceKeys> {
    from_hex(text.trim(), 64).and_then(|bytes| DeviceKeys::from_hex(&to_hex(&bytes)))
}
