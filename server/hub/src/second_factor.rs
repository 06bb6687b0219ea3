//! Second factors: an authenticator app's codes, each good once, and ten recovery codes for when the app is lost. The app's secret is sealed
//! under the password's key; whoever has the database must guess the password first, as for everything else of the account.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use habeas_protocol::access::{self, Action};
use habeas_protocol::api::{Enrol, RecoveryCodes, SecondFactor, SecondFactorState, from_hex, to_hex};
use habeas_protocol::{Act, Actor, Hash, Log, PersonId, Role, Secret, hash};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::error::PASSWORD_WRONG;
use crate::password::Opened;
use crate::store::{accounts, second_factors};
use crate::totp::{self, SECRET};
use crate::{Caller, Hub, HubError, audit, password};

const RECOVERY_CODES: usize = 10;
const NONCE: usize = 24;

/// The right password, and no code.
const NEEDED: HubError = HubError::Refused("second_factor_needed", "this account has a second factor: send its code, too");
const WRONG: HubError = HubError::Refused(
    "second_factor_wrong",
    "this code is wrong or was used already: wait for the next one, or use a recovery code that was not used yet",
);

impl Hub {
    /// Gives the caller's account an authenticator app, in the place of the one that it may have. The recovery codes are told once. It takes a
    /// device that is let in: whoever has learned the password alone would shut the owner out. What was refused is recorded.
    pub fn enrol(&self, caller: Caller, enrol: &Enrol, now: i64, rng: &mut impl CryptoRng) -> Result<RecoveryCodes, HubError> {
        self.allows(caller, Action::EnrolSecondFactor)?;
        let done = self.try_enrol(caller, enrol, now, rng);
        audit::note_guessed(&self.store, caller, Act::EnrolSecondFactor, &done, now)?;
        done
    }

    fn try_enrol(&self, caller: Caller, enrol: &Enrol, now: i64, rng: &mut impl CryptoRng) -> Result<RecoveryCodes, HubError> {
        let bad = HubError::BadInput("bad_input", "secret must be 40 hexadecimal digits");
        let secret = from_hex(enrol.secret.reveal(), SECRET).and_then(|bytes| bytes.try_into().ok()).map(Zeroizing::new);
        let secret: Zeroizing<[u8; SECRET]> = secret.ok_or(bad)?;
        let account = self.store.read(|db| accounts::of_person(db, caller.person))?;
        let (_, stored, _) = account.ok_or(HubError::Unauthorized)?;
        let opened = password::verify(enrol.password.reveal(), &stored).ok_or(PASSWORD_WRONG)?;
        let step = totp::step(&secret, enrol.code.reveal().trim(), now).ok_or(WRONG)?;
        let sealed = seal(&opened, caller.person, &secret, rng);
        let codes: Vec<Secret> = (0..RECOVERY_CODES).map(|_| recovery_code(rng)).collect();
        let hashes: Vec<Hash> = codes.iter().map(|code| code_hash(caller.person, code.reveal())).collect();
        self.store.write(|db| {
            accounts::set_password(db, caller.person, &stored, opened.newer.as_ref().unwrap_or(&stored))?;
            self.check(db, caller.person, &opened, enrol.current.as_ref(), now)?;
            second_factors::put(db, caller.person, &sealed, step, &hashes, now)?;
            audit::note(db, Actor::Device(caller.device), Act::EnrolSecondFactor, &format!("person:{}", caller.person), now)
        })?;
        Ok(RecoveryCodes { codes })
    }

    /// Takes somebody's second factor away, so that they sign in by their password and enrol another. A mail is no reason.
    pub fn reset_second_factor(&self, caller: Caller, account: &str, now: i64) -> Result<(), HubError> {
        self.allows(caller, Action::ResetSecondFactor)?;
        let log = self.log()?;
        self.store.write(|db| {
            let (person, _) =
                accounts::by_name(db, account)?.ok_or(HubError::NotFound("no_account", "there is no account of that name"))?;
            access::allows(&log, caller, Action::ResetSecondFactorOf { person })?;
            if second_factors::delete(db, person)? {
                audit::note(db, Actor::Device(caller.device), Act::ResetSecondFactor, &format!("person:{person}"), now)
            } else {
                Err(HubError::NotFound("no_second_factor", "this account has no second factor"))
            }
        })
    }

    /// How the caller's account stands.
    pub fn second_factor(&self, caller: Caller) -> Result<SecondFactorState, HubError> {
        let log = self.log()?;
        self.store.read(|db| {
            let codes_left = u32::try_from(second_factors::codes_left(db, caller.person)?).unwrap_or_default();
            let second_factor = standing(db, &log, caller.person)?;
            let due_at = match second_factor {
                SecondFactor::Missing => second_factors::due_at(db, caller.person)?,
                SecondFactor::Enrolled | SecondFactor::NotNeeded => None,
            };
            Ok(SecondFactorState { second_factor, codes_left, due_at })
        })
    }

    /// Fails if this, which the log lets the caller do, waits for a second factor that their account does not have.
    pub(crate) fn has_second_factor_for(&self, caller: Caller, action: Action<'_>, now: i64) -> Result<(), HubError> {
        // Most of what is asked is the exchange, which costs no look-up for it.
        if !action.takes_second_factor() {
            return Ok(());
        }
        match self.store.read(|db| second_factors::due_at(db, caller.person))? {
            Some(due_at) => Ok(access::allows_without_second_factor(action, due_at, now)?),
            None => Ok(()),
        }
    }

    /// Fails unless the account has no second factor, or this is a code of it, which is used from then on.
    pub(crate) fn check(
        &self,
        db: &mut habeas_db::Db,
        person: PersonId,
        opened: &Opened,
        code: Option<&Secret>,
        now: i64,
    ) -> Result<(), HubError> {
        let Some(sealed) = second_factors::get(db, person)? else { return Ok(()) };
        let typed = code.map(|code| code.reveal().trim()).filter(|code| !code.is_empty()).ok_or(NEEDED)?;
        let secret = open(opened, person, &sealed);
        let is_used = match secret.and_then(|secret| totp::step(&secret, typed, now)) {
            Some(step) => second_factors::use_step(db, person, step)?,
            None => second_factors::use_code(db, person, &code_hash(person, typed))?,
        };
        if is_used { Ok(()) } else { Err(WRONG) }
    }
}

/// Seals a person's second factor, if there is one, under the key of the next password. Its recovery codes stay.
pub(crate) fn seal_anew(
    db: &mut habeas_db::Db,
    person: PersonId,
    opened: &Opened,
    next: &Opened,
    rng: &mut impl CryptoRng,
) -> Result<(), HubError> {
    let Some(sealed) = second_factors::get(db, person)? else { return Ok(()) };
    // A recovery code has let in whose secret does not open: there is nothing to seal anew, and the codes are still good.
    let Some(secret) = open(opened, person, &sealed) else { return Ok(()) };
    second_factors::set_sealed(db, person, &seal(next, person, &secret, rng))
}

/// How a person's account stands: by what the log lets them do, or, while they wait, by what they were invited to be.
pub(crate) fn standing(db: &mut habeas_db::Db, log: &Log, person: PersonId) -> Result<SecondFactor, HubError> {
    if second_factors::get(db, person)?.is_some() {
        return Ok(SecondFactor::Enrolled);
    }
    let mut roles: Vec<Role> =
        log.members().filter(|(_, member)| member.person == person).map(|(_, member)| member.role).collect();
    if roles.is_empty() {
        roles.extend(accounts::of_person(db, person)?.and_then(|(_, _, role)| Role::named(&role)));
    }
    let needs = roles.into_iter().any(access::needs_second_factor);
    Ok(if needs { SecondFactor::Missing } else { SecondFactor::NotNeeded })
}

/// Twenty hexadecimal digits, eighty random bits, in fours to be copied by hand.
fn recovery_code(rng: &mut impl CryptoRng) -> Secret {
    let mut bytes = [0; 10];
    rng.fill_bytes(&mut bytes);
    let digits = to_hex(&bytes);
    let groups: Vec<&str> = (0..digits.len()).step_by(4).filter_map(|at| digits.get(at..at + 4)).collect();
    Secret::from(groups.join("-"))
}

/// They are random and long, so a plain hash is enough. However they were typed: spaces, dashes and large letters do not count.
fn code_hash(person: PersonId, typed: &str) -> Hash {
    let digits: String = typed.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_lowercase()).take(64).collect();
    hash("habeas/1/recovery-code", &[&person.0, digits.as_bytes()])
}

fn associated(person: PersonId) -> Vec<u8> {
    [b"habeas/1/second-factor\0".as_slice(), &person.0].concat()
}

fn seal(opened: &Opened, person: PersonId, secret: &[u8; SECRET], rng: &mut impl CryptoRng) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    rng.fill_bytes(&mut nonce);
    let payload = Payload { msg: secret.as_slice(), aad: &associated(person) };
    // Fails only for more than 2^38 bytes.
    let sealed = XChaCha20Poly1305::new((&*opened.key).into()).encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
    [nonce.to_vec(), sealed].concat()
}

fn open(opened: &Opened, person: PersonId, sealed: &[u8]) -> Option<Zeroizing<[u8; SECRET]>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload { msg: sealed, aad: &associated(person) };
    let secret =
        XChaCha20Poly1305::new((&*opened.key).into()).decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)?;
    secret.as_slice().try_into().ok().map(Zeroizing::new)
}
