//! Accounts and devices: setting up, inviting, registering, signing in. What somebody may do is said by the log alone; an
//! account only lets a device speak to the hub.

use habeas_protocol::access::Action;
use habeas_protocol::api::{
    DeviceState, Devices, Invite, Register, Session, Setup, SignIn, from_hex, signed_request, to_hex, token_hash,
};
use habeas_protocol::limits::MAX_ENTRY;
use habeas_protocol::{Act, Actor, Body, DeviceKeys, Entry, Log, PersonId, Role, Signature};
use rand_core::CryptoRng;

use crate::hub::{Caller, Hub, append};
use crate::store::{accounts, devices, settings};
use crate::{HubError, audit, password};

/// A session holds for thirty days.
const SESSION: i64 = 30 * 24 * 3600;
/// How far a device's clock may be off when it signs in, in seconds.
const SIGN_IN_WINDOW: u64 = 600;
const SETUP_CODE: &str = "setup_code";

impl Hub {
    /// A fresh set-up code, to be shown to the operator; `None` once there is an organisation. Earlier codes no longer hold.
    pub fn setup_code(&self, rng: &mut impl CryptoRng) -> Result<Option<String>, HubError> {
        if self.has_organisation()? {
            return Ok(None);
        }
        let mut code = [0; 16];
        rng.fill_bytes(&mut code);
        let code = to_hex(&code);
        self.store.write(|db| settings::put(db, SETUP_CODE, &token_hash(&code)))?;
        Ok(Some(code))
    }

    /// Makes the organisation with its first coordinator. Works once, and only with the code that the operator was shown.
    pub fn set_up(&self, setup: &Setup, now: i64, rng: &mut impl CryptoRng) -> Result<Session, HubError> {
        let keys = device_keys(&setup.device)?;
        prove(&keys, &setup.account, setup.at, &setup.signature, now)?;
        let stored = password::hash(&setup.password, rng)?;
        check_name(&setup.account)?;
        let mut log = Log::new();
        for entry in &setup.log {
            let bytes =
                from_hex(entry, MAX_ENTRY).ok_or(HubError::BadInput("bad_input", "the log's entries must be hexadecimal"))?;
            log.add(Entry::decode(&bytes)?)?;
        }
        let begun = log.entries_from(0).next().map(|entry| &entry.body);
        let Some(&Body::Genesis { device, person, .. }) = begun else {
            return Err(HubError::BadInput("bad_input", "the log must begin with the organisation's first entry"));
        };
        if device != keys {
            return Err(HubError::BadInput("bad_input", "the log's first entry must be about this device"));
        }
        if self.has_organisation()? {
            return Err(HubError::Conflict(
                "set_up_already",
                "there is an organisation on this server already; ask its coordinator for an invitation",
            ));
        }
        let token = token(rng);
        self.store.write(|db| {
            if settings::get(db, SETUP_CODE)? != Some(token_hash(&setup.code).to_vec()) {
                return Err(HubError::Unauthorized);
            }
            append(db, &log, 0, now)?;
            accounts::insert(db, person, &setup.account, &stored, Role::Coordinator.name(), now)?;
            devices::insert(db, &keys, person, &[], now)?;
            // The clerk's device signs in with the key that it holds, never with a password; it only needs a row.
            accounts::begin_session(db, &token_hash(&token), Caller { device: keys.id(), person }, now)?;
            audit::note(db, Actor::Device(keys.id()), Act::SetUp, &format!("person:{person}"), now)
        })?;
        self.tell_news();
        Ok(Session { token, person, admitted: true })
    }

    /// Lets a coordinator invite somebody.
    pub fn invite(&self, caller: Caller, invite: &Invite, now: i64) -> Result<(), HubError> {
        self.allows(caller, Action::Invite)?;
        let token_hash = from_hex(&invite.token_hash, 32)
            .filter(|hash| hash.len() == 32)
            .ok_or(HubError::BadInput("bad_input", "token_hash must be 64 hexadecimal digits"))?;
        if !(1..=168).contains(&invite.hours) {
            return Err(HubError::BadInput("bad_input", "hours must be 1 to 168"));
        }
        if invite.role == Role::Clerk {
            return Err(HubError::BadInput("bad_input", "the clerk is not invited; it belongs to the server"));
        }
        let expires_at = now + i64::from(invite.hours) * 3600;
        self.store.write(|db| {
            accounts::invite(db, &token_hash, invite.person, invite.role.name(), expires_at)?;
            let subjects = format!("person:{} role:{}", invite.person, invite.role.name());
            audit::note(db, Actor::Device(caller.device), Act::Invite, &subjects, now)
        })
    }

    /// Makes an account for somebody who was invited, with its first device, which then waits to be admitted.
    pub fn register(&self, register: &Register, now: i64, rng: &mut impl CryptoRng) -> Result<Session, HubError> {
        let keys = device_keys(&register.device)?;
        let proof = from_hex(&register.proof, 32).ok_or(HubError::BadInput("bad_input", "proof must be hexadecimal"))?;
        prove(&keys, &register.account, register.at, &register.signature, now)?;
        self.belongs_to_nobody_else(&keys, None)?;
        check_name(&register.account)?;
        let stored = password::hash(&register.password, rng)?;
        let token = token(rng);
        let person = self.store.write(|db| {
            let invitation = accounts::accept(db, &token_hash(&register.token), now)?;
            let invitation = invitation.ok_or(HubError::Conflict(
                "invitation_used",
                "this invitation was used already or has expired; ask your coordinator for another",
            ))?;
            accounts::insert(db, invitation.person, &register.account, &stored, &invitation.role, now)?;
            if devices::owner(db, keys.id())?.is_some() {
                return Err(HubError::Conflict("device_taken", "this device belongs to another account already"));
            }
            devices::insert(db, &keys, invitation.person, &proof, now)?;
            accounts::begin_session(db, &token_hash(&token), Caller { device: keys.id(), person: invitation.person }, now)?;
            audit::note(db, Actor::Device(keys.id()), Act::Register, &format!("person:{}", invitation.person), now)?;
            Ok::<_, HubError>(invitation.person)
        })?;
        Ok(Session { token, person, admitted: false })
    }

    /// Signs in. A device that the account did not have before is added, and waits to be admitted.
    pub(crate) fn try_sign_in(&self, sign_in: &SignIn, now: i64, rng: &mut impl CryptoRng) -> Result<Session, HubError> {
        let keys = device_keys(&sign_in.device)?;
        prove(&keys, &sign_in.account, sign_in.at, &sign_in.signature, now)?;
        let known = self.store.read(|db| accounts::by_name(db, &sign_in.account))?;
        let stored = known.as_ref().map(|(_, stored)| stored.as_str());
        if !password::verify(&sign_in.password, stored) {
            return Err(HubError::Unauthorized);
        }
        let (person, _) = known.ok_or(HubError::Unauthorized)?;
        self.belongs_to_nobody_else(&keys, Some(person))?;
        let token = token(rng);
        let caller = Caller { device: keys.id(), person };
        self.store.write(|db| {
            match devices::owner(db, keys.id())? {
                Some(owner) if owner != person => {
                    return Err(HubError::Conflict("device_taken", "this device belongs to another account already"));
                }
                Some(_) => {}
                None => devices::insert(db, &keys, person, &[], now)?,
            }
            accounts::begin_session(db, &token_hash(&token), caller, now)?;
            audit::note(db, Actor::Device(caller.device), Act::SignIn, &format!("person:{person}"), now)
        })?;
        Ok(Session { token, person, admitted: self.log()?.member(&keys.id()).is_some() })
    }

    /// Fails if the log has admitted the device for somebody else than `person`: the clerk's device, for one, has keys that
    /// everybody knows and no account.
    fn belongs_to_nobody_else(&self, keys: &DeviceKeys, person: Option<PersonId>) -> Result<(), HubError> {
        match self.log()?.known(&keys.id()) {
            Some(member) if Some(member.person) != person => {
                Err(HubError::Conflict("device_taken", "this device belongs to another account already"))
            }
            _ => Ok(()),
        }
    }

    /// Whose session a token is.
    pub fn caller(&self, token: &str, now: i64) -> Result<Caller, HubError> {
        self.store.read(|db| accounts::session(db, &token_hash(token), now - SESSION))?.ok_or(HubError::Unauthorized)
    }

    /// Every device, for a coordinator.
    pub fn devices(&self, caller: Caller) -> Result<Devices, HubError> {
        self.allows(caller, Action::ReadDevices)?;
        let log = self.log()?;
        let rows = self.store.read(devices::all)?;
        let state = |row: devices::Row| {
            let keys: DeviceKeys = DeviceKeys::from_hex(&to_hex(&row.keys))?;
            Some(DeviceState {
                id: keys.id(),
                keys: keys.to_hex(),
                person: PersonId(row.person.try_into().ok()?),
                account: row.account,
                role: Role::named(&row.role)?,
                proof: to_hex(&row.proof),
                admitted: log.known(&keys.id()).is_some(),
                revoked: log.known(&keys.id()).is_some_and(|member| member.revoked.is_some()),
            })
        };
        Ok(Devices { devices: rows.into_iter().filter_map(state).collect() })
    }
}

/// Fails unless the device's own key has signed this request a moment ago: public keys are known to many.
fn prove(keys: &DeviceKeys, account: &str, at: i64, signature: &str, now: i64) -> Result<(), HubError> {
    let signature = from_hex(signature, 64).and_then(|bytes| bytes.try_into().ok()).map(Signature);
    if now.abs_diff(at) > SIGN_IN_WINDOW {
        return Err(HubError::BadInput(
            "clock_off",
            "the device's clock is more than ten minutes off; set it right and try again",
        ));
    }
    match signature {
        Some(signature) if keys.verifies(&signed_request(account, at), &signature) => Ok(()),
        _ => Err(HubError::Unauthorized),
    }
}

fn device_keys(text: &str) -> Result<DeviceKeys, HubError> {
    DeviceKeys::from_hex(text)
        .ok_or(HubError::BadInput("bad_input", "device must be the 128 hexadecimal digits of its two public keys"))
}

/// A name for signing in: 2 to 40 of a to z, 0 to 9, dot, dash, underscore.
fn check_name(name: &str) -> Result<(), HubError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
    if (2..=40).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(HubError::BadInput("account_name", "account must be 2 to 40 of a to z, 0 to 9, dot, dash and underscore"))
}

fn token(rng: &mut impl CryptoRng) -> String {
    let mut token = [0; 32];
    rng.fill_bytes(&mut token);
    to_hex(&token)
}
