//! Sessions. A device has one family of tokens, one used after another. It renews with its key alone, so a lost answer, or a server that was
//! restored, locks nobody out; a token that is used after its successor says that there are two of the device, and ends the family.

use std::cmp::Ordering;

use habeas_protocol::api::{Purpose, Renew, Session, to_hex, token_hash};
use habeas_protocol::{Act, Actor, Asked, Pass, Secret};
use rand_core::CryptoRng;

use crate::nonces::Signed;
use crate::store::{accounts, sessions};
use crate::{Caller, Hub, HubError, audit, second_factor};

/// A family that was not renewed for so long is over, in seconds: sixty days, for whoever is away or taken.
const IDLE: i64 = 60 * 24 * 3600;
/// However often it was renewed, after so long somebody signs in by password again, in seconds: a year.
const LIFE: i64 = 365 * 24 * 3600;

impl Hub {
    /// Who asks for this: by the token and by the device's signature that it asks now. `now_ms` is in milliseconds since 1970.
    pub fn caller(&self, pass: &Pass, asked: Asked<'_>, now_ms: u64) -> Result<Caller, HubError> {
        let now = seconds(now_ms);
        let Some(found) = self.store.read(|db| sessions::by_name(db, &pass.name))? else {
            return self.clerk_caller(pass, asked, now_ms);
        };
        // Without the device's key nothing is believed of a token, and nothing is done about it: whoever has copied one could end the
        // family otherwise.
        if !pass.is_signed(&found.keys, &found.token_hash, asked) {
            let is_old = pass.is_of_before(&found.keys, &found.token_hash, asked);
            return Err(if is_old { TOO_OLD } else { HubError::Unauthorized });
        }
        self.passes.takes(pass, now_ms)?;
        let (family, caller) = (found.family, found.caller);
        if family.ended_at.is_some() {
            return Err(ENDED);
        }
        if is_over(family, now) {
            return Err(HubError::Unauthorized);
        }
        if found.refused_at.is_some() {
            return Err(NOT_LET_IN);
        }
        match found.number.cmp(&family.number) {
            Ordering::Equal => Ok(caller),
            Ordering::Greater => {
                let now_ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
                self.store.write(|db| sessions::is_used(db, caller.device, found.number, now_ms))?;
                Ok(caller)
            }
            // It was on the way when its successor was used.
            Ordering::Less if i64::try_from(pass.at).is_ok_and(|at| at <= family.used_ms) => {
                Err(HubError::Refused("token_spent", "a newer token of this session is in use; do it again"))
            }
            Ordering::Less => {
                self.store.write(|db| {
                    // Whoever shows an old token at the same moment has ended it, and said so.
                    if sessions::end(db, caller.device, now)? {
                        let subjects = format!("person:{}", caller.person);
                        audit::note(db, Actor::Device(caller.device), Act::EndSession, &subjects, now)?;
                    }
                    Ok::<_, HubError>(())
                })?;
                Err(ENDED)
            }
        }
    }

    /// From here on passes are remembered: those that were made before may have been spent at a process that has ended, and are not taken.
    pub fn remembers_passes(&self) {
        self.passes.remember();
    }

    /// The hash of a session's token, by its name.
    pub(crate) fn token_hash(&self, name: &[u8; 16]) -> Result<Option<[u8; 32]>, HubError> {
        Ok(self.store.read(|db| sessions::by_name(db, name))?.map(|found| found.token_hash))
    }

    /// Gives a device the next token of its session: to whoever holds its key, for as long as the session lives.
    pub fn renew(&self, renew: &Renew, now: i64, rng: &mut impl CryptoRng) -> Result<Session, HubError> {
        let signed = Signed { device: &renew.device, nonce: &renew.nonce, account: "", signature: &renew.signature };
        let keys = self.prove_once(Purpose::Renew, signed, now)?;
        let (token, hash) = token(rng);
        let log = self.log()?;
        let (person, second_factor) = self.store.write(|db| {
            let (person, family) = sessions::of_device(db, keys.id())?.ok_or(HubError::Unauthorized)?;
            if family.ended_at.is_some() {
                return Err(ENDED);
            }
            if is_over(family, now) {
                return Err(HubError::Unauthorized);
            }
            if accounts::refused_at(db, person)?.is_some() {
                return Err(NOT_LET_IN);
            }
            sessions::renew(db, keys.id(), &hash, now)?;
            Ok((person, second_factor::standing(db, &log, person)?))
        })?;
        Ok(Session { token, person, admitted: log.member(&keys.id()).is_some(), second_factor })
    }
}

const ENDED: HubError = HubError::Refused(
    "session_ended",
    "an older token of this session was used after a newer one: there is a copy of this device, or it was restored; sign in again",
);

/// Whoever signs in again would be no further.
const TOO_OLD: HubError = HubError::Refused(
    "too_old",
    "this program is older than the server takes: load the app anew, or install the newer habeas, and sync again; what is recorded on the device stays",
);

/// Whoever is refused learns only that, and nothing more of the organisation, its log included.
pub(crate) const NOT_LET_IN: HubError = HubError::Refused(
    "not_let_in",
    "a coordinator has not let you in; what you have recorded is on your device only. Speak with whoever gave you the link",
);

fn is_over(family: sessions::Family, now: i64) -> bool {
    now - family.renewed_at > IDLE || now - family.begun_at > LIFE
}

pub(crate) fn seconds(ms: u64) -> i64 {
    i64::try_from(ms / 1000).unwrap_or(i64::MAX)
}

/// A new token, and what is stored of it.
pub(crate) fn token(rng: &mut impl CryptoRng) -> (Secret, [u8; 32]) {
    let mut token = [0; 32];
    rng.fill_bytes(&mut token);
    let text = to_hex(&token);
    let hash = token_hash(&text);
    (Secret::from(text), hash)
}
