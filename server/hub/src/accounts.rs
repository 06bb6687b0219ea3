//! Accounts and devices: setting up, inviting, registering, signing in. What somebody may do is said by the log alone; an
//! account only lets a device speak to the hub.

use habeas_protocol::access::{self, Action};
use habeas_protocol::api::{
    AskNonce, DeviceState, Devices, Invite, Purpose, Register, Session, Setup, SignIn, from_hex, signed_request, to_hex,
    token_hash,
};
use habeas_protocol::limits::MAX_ENTRY;
use habeas_protocol::{Act, Actor, Body, DeviceId, DeviceKeys, Entry, Log, PersonId, Role, Signature};
use rand_core::CryptoRng;

use crate::hub::{Caller, Hub, append};
use crate::nonces::{Signed, device_keys};
use crate::sessions::{NOT_LET_IN, token};
use crate::store::{accounts, devices, sessions, settings};
use crate::{HubError, audit, intake, password, second_factor};

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
        let Setup { device, nonce, account, signature, .. } = setup;
        let keys = self.prove_once(Purpose::SetUp, Signed { device, nonce, account, signature }, now)?;
        let stored = password::hash(setup.password.reveal(), rng)?;
        check_name(account)?;
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
            return Err(SET_UP_ALREADY);
        }
        let (token, hash) = token(rng);
        let second_factor = self.store.write(|db| {
            if settings::get(db, SETUP_CODE)? != Some(token_hash(setup.code.reveal()).to_vec()) {
                return Err(HubError::Unauthorized);
            }
            append(db, &log, 0, now)?;
            accounts::insert(db, person, account, &stored, Role::Coordinator.name(), now)?;
            devices::insert(db, &keys, person, &[], now)?;
            sessions::begin(db, Caller { device: keys.id(), person }, &hash, now)?;
            audit::note(db, Actor::Device(keys.id()), Act::SetUp, &format!("person:{person}"), now)?;
            second_factor::standing(db, &log, person)
        })?;
        self.tell_news();
        Ok(Session { token, person, admitted: true, second_factor })
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
        if !access::may_be_invited(invite.role) {
            let why = "only people are invited: the clerk belongs to the server, and printed shares are printed on a device";
            return Err(HubError::BadInput("bad_input", why));
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
        let proof = from_hex(&register.proof, 32).ok_or(HubError::BadInput("bad_input", "proof must be hexadecimal"))?;
        let Register { device, nonce, account, signature, .. } = register;
        let keys = self.prove_once(Purpose::Register, Signed { device, nonce, account, signature }, now)?;
        self.belongs_to_nobody_else(&keys, None)?;
        check_name(account)?;
        let stored = password::hash(register.password.reveal(), rng)?;
        let (token, hash) = token(rng);
        let log = self.log()?;
        let (person, second_factor) = self.store.write(|db| {
            let shown = token_hash(register.token.reveal());
            let invitation = match accounts::accept(db, &shown, now)? {
                Some(invitation) => invitation,
                None => intake::join(db, &shown, &keys, now)?.ok_or(INVITATION_USED)?,
            };
            accounts::insert(db, invitation.person, account, &stored, &invitation.role, now)?;
            if devices::owner(db, keys.id())?.is_some() {
                return Err(HubError::Conflict("device_taken", "this device belongs to another account already"));
            }
            devices::insert(db, &keys, invitation.person, &proof, now)?;
            sessions::begin(db, Caller { device: keys.id(), person: invitation.person }, &hash, now)?;
            audit::note(db, Actor::Device(keys.id()), Act::Register, &format!("person:{}", invitation.person), now)?;
            Ok::<_, HubError>((invitation.person, second_factor::standing(db, &log, invitation.person)?))
        })?;
        Ok(Session { token, person, admitted: false, second_factor })
    }

    /// Signs in. A device that the account did not have before is added, and waits to be admitted.
    pub(crate) fn try_sign_in(&self, sign_in: &SignIn, now: i64, rng: &mut impl CryptoRng) -> Result<Session, HubError> {
        let keys = self.prove_once(Purpose::SignIn, signed(sign_in), now)?;
        // Where there is no such account another one's password is tried, and counts for nothing: both take the same time.
        let found = self.store.read(|db| accounts::by_name_or_another(db, &sign_in.account))?;
        let (is_theirs, person, stored) = found.ok_or(HubError::Unauthorized)?;
        let opened = password::verify(sign_in.password.reveal(), &stored).filter(|_| is_theirs).ok_or(HubError::Unauthorized)?;
        self.belongs_to_nobody_else(&keys, Some(person))?;
        let (token, hash) = token(rng);
        let caller = Caller { device: keys.id(), person };
        let log = self.log()?;
        let second_factor = self.store.write(|db| {
            accounts::set_password(db, person, &stored, opened.newer.as_ref().unwrap_or(&stored))?;
            self.check(db, person, &opened, sign_in.code.as_ref(), now)?;
            if accounts::refused_at(db, person)?.is_some() {
                return Err(NOT_LET_IN);
            }
            match devices::owner(db, keys.id())? {
                Some(owner) if owner != person => {
                    return Err(HubError::Conflict("device_taken", "this device belongs to another account already"));
                }
                Some(_) => {}
                None => devices::insert(db, &keys, person, &[], now)?,
            }
            sessions::begin(db, caller, &hash, now)?;
            audit::note(db, Actor::Device(caller.device), Act::SignIn, &format!("person:{person}"), now)?;
            second_factor::standing(db, &log, person)
        })?;
        Ok(Session { token, person, admitted: log.member(&keys.id()).is_some(), second_factor })
    }

    /// The device that wants to sign in, if it has signed in to this account before and has signed this request. Costs no hashing.
    pub fn known_device(&self, sign_in: &SignIn, now: i64) -> Result<Option<DeviceId>, HubError> {
        let device = self.prove(Purpose::SignIn, signed(sign_in), now)?.id();
        Ok(self.store.read(|db| devices::belongs_to(db, device, &sign_in.account))?.then_some(device))
    }

    /// The device that asks for a nonce, if it has signed in to any account before.
    pub fn device_of(&self, ask: &AskNonce) -> Result<Option<DeviceId>, HubError> {
        let keys = device_keys(&ask.device)?;
        let signature = from_hex(&ask.signature, 64).and_then(|bytes| bytes.try_into().ok()).map(Signature);
        let message = signed_request(Purpose::Nonce, "", "");
        if !signature.is_some_and(|signature| keys.verifies(&message, &signature)) {
            return Err(HubError::Unauthorized);
        }
        Ok(self.store.read(|db| devices::owner(db, keys.id()))?.map(|_| keys.id()))
    }

    /// Fails unless whoever registers holds an invitation that can be used. Costs no hashing.
    pub fn is_invited(&self, register: &Register, now: i64) -> Result<(), HubError> {
        let shown = token_hash(register.token.reveal());
        self.store.read(|db| {
            let is_invited = accounts::is_invited(db, &shown, now)? || intake::has_room(db, &shown, now)?;
            if is_invited { Ok(()) } else { Err(INVITATION_USED) }
        })
    }

    /// Fails unless whoever sets up has read the set-up code. Costs no hashing.
    pub fn has_setup_code(&self, setup: &Setup) -> Result<(), HubError> {
        if self.has_organisation()? {
            return Err(SET_UP_ALREADY);
        }
        let stored = self.store.read(|db| settings::get(db, SETUP_CODE).map_err(HubError::from))?;
        if stored == Some(token_hash(setup.code.reveal()).to_vec()) { Ok(()) } else { Err(HubError::Unauthorized) }
    }

    /// Fails if the log has admitted the device for somebody else than `person`: the clerk's device, for one, has keys that
    /// everybody knows and no account.
    pub(crate) fn belongs_to_nobody_else(&self, keys: &DeviceKeys, person: Option<PersonId>) -> Result<(), HubError> {
        match self.log()?.known(&keys.id()) {
            Some(member) if Some(member.person) != person => {
                Err(HubError::Conflict("device_taken", "this device belongs to another account already"))
            }
            _ => Ok(()),
        }
    }

    /// Every device, for a coordinator.
    pub fn devices(&self, caller: Caller, now: i64) -> Result<Devices, HubError> {
        self.allows(caller, Action::ReadDevices)?;
        audit::note_read(&self.store, caller.device, Act::ReadDevices, now)?;
        let log = self.log()?;
        let rows = self.store.read(devices::all)?;
        let state = |row: devices::Row| {
            let keys = DeviceKeys::from_hex(&to_hex(&row.keys));
            let (Some(keys), Ok(person)) = (keys, row.person.try_into()) else {
                tracing::error!(keys = to_hex(&row.keys), "a device's row in the hub's database is damaged, and is not listed");
                return None;
            };
            let (known, person) = (log.known(&keys.id()), PersonId(person));
            // What somebody was invited to be may have changed since. Versions before took invitations to what nobody is invited to: whoever
            // came by one is listed, as what may do least.
            let by_log = known.map(|member| member.role).or(log.role_of(person));
            let role = by_log.or(Role::named(&row.role)).unwrap_or(Role::Recorder);
            Some(DeviceState {
                id: keys.id(),
                keys: keys.to_hex(),
                person,
                account: row.account,
                role,
                proof: to_hex(&row.proof),
                admitted: known.is_some(),
                revoked: known.is_some_and(|member| member.revoked.is_some()),
                refused: row.refused_at.is_some(),
            })
        };
        Ok(Devices { devices: rows.into_iter().filter_map(state).collect() })
    }
}

fn signed(sign_in: &SignIn) -> Signed<'_> {
    let SignIn { device, nonce, account, signature, .. } = sign_in;
    Signed { device, nonce, account, signature }
}

const SET_UP_ALREADY: HubError = HubError::Conflict(
    "set_up_already",
    "there is an organisation on this server already; ask its coordinator for an invitation",
);
const INVITATION_USED: HubError =
    HubError::Conflict("invitation_used", "this invitation was used already or has expired; ask your coordinator for another");

/// A name for signing in: 2 to 40 of a to z, 0 to 9, dot, dash, underscore.
pub(crate) fn check_name(name: &str) -> Result<(), HubError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_');
    // Nobody is called like a device: those who coordinate name people by either.
    if (2..=40).contains(&name.len()) && name.bytes().all(allowed) && name.parse::<DeviceId>().is_err() {
        return Ok(());
    }
    Err(HubError::BadInput(
        "account_name",
        "account must be 2 to 40 of a to z, 0 to 9, dot, dash and underscore, and no device's id",
    ))
}
