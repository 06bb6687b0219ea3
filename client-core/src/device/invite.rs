//! Inviting one person, or with one link everybody who is in the room, and letting in who has come of it. The secret of an invitation
//! authenticates the newcomer's keys, so the hub that passes them on can put no others in their place.

use habeas_protocol::api::{DeviceState, Invite, LogEntries, OpenIntake, from_hex, to_hex, token_hash};
use habeas_protocol::{DeviceKeys, PersonId, Role, hash};
use habeas_texts::{self as texts, Message};
use rand_core::CryptoRng;
use zeroize::ZeroizeOnDrop;

use super::organisation::sixteen;
use super::{Device, DeviceError, Records, log_entries};
use crate::keys::primitives::mac;

/// Stands before an intake's code.
const MANY: &str = "i";
/// Stands before the code in a link, behind the app's address: a browser sends nothing of it.
const IN_LINK: &str = "#/join/";
/// The name of the note about an intake, before its token's hash.
const NOTE: &str = "intake/";

/// An invitation: whoever holds it can show the server a token, tell the organisation from another, and prove that a
/// device's keys are theirs.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct Invitation {
    /// The secret that everything else comes from.
    secret: [u8; 32],
    /// The hash of the log's first entry.
    pub fingerprint: [u8; 32],
    /// Whether it is an intake's: for many, all of whom record.
    pub for_many: bool,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an invitation of {}", to_hex(&self.fingerprint))
    }
}

impl Invitation {
    /// The text to hand over: by voice or paper, or in a message that nobody else reads.
    pub fn code(&self) -> String {
        let sign = if self.for_many { MANY } else { "" };
        format!("{sign}{}-{}", to_hex(&self.secret), to_hex(&self.fingerprint))
    }

    /// The code as a link to the app of a server.
    pub fn link(&self, server: &str) -> String {
        format!("{}/app/{IN_LINK}{}", server.trim_end_matches('/'), self.code())
    }

    /// Reads such a text or such a link.
    pub fn read(text: &str) -> Option<Self> {
        let code = text.rsplit_once(IN_LINK).map_or(text, |(_, code)| code).trim();
        let (one, for_many) = code.strip_prefix(MANY).map_or((code, false), |rest| (rest, true));
        let (secret, fingerprint) = one.split_once('-')?;
        let [secret, fingerprint] = [secret, fingerprint].map(|half| from_hex(half, 32)?.try_into().ok());
        Some(Self { secret: secret?, fingerprint: fingerprint?, for_many })
    }

    /// What the newcomer shows the server. It does not tell the secret.
    pub fn token(&self) -> String {
        to_hex(&hash("habeas/1/invitation", &[&self.secret]))
    }

    /// Proof that these keys come from whoever holds the invitation. Where many hold it, also that this is the name which they have chosen:
    /// by it they are let in or not.
    pub fn proof(&self, device: &DeviceKeys, account: &str) -> [u8; 32] {
        if self.for_many {
            return mac(&self.secret, &[b"habeas/1/one-of-many\0", &device.signing, &device.sealing, account.as_bytes()]);
        }
        mac(&self.secret, &[b"habeas/1/newcomer\0", &device.signing, &device.sealing])
    }

    fn token_hash(&self) -> String {
        to_hex(&token_hash(&self.token()))
    }
}

impl<R: Records> Device<R> {
    /// An invitation with what the hub is told of it: for `POST /v1/invitations`. The device remembers the secret, to check the newcomer's
    /// keys by.
    pub fn invitation(&mut self, role: Role, hours: u32, rng: &mut impl CryptoRng) -> Result<(Invitation, Invite), DeviceError> {
        let invitation = self.fresh(false, rng)?;
        let person = PersonId(sixteen(rng));
        let mut state = self.state.clone();
        state.invitations.insert(person.to_string(), (invitation.secret, role));
        self.records.put(vec![state.record()?])?;
        self.state = state;
        let token_hash = invitation.token_hash();
        Ok((invitation, Invite { token_hash, person, role, hours }))
    }

    /// An intake's invitation with what the hub is told of it: for `POST /v1/intakes`. The device remembers the secret and for how many it
    /// was.
    pub fn intake(&mut self, hours: u32, people: u32, rng: &mut impl CryptoRng) -> Result<(Invitation, OpenIntake), DeviceError> {
        let invitation = self.fresh(true, rng)?;
        let token_hash = invitation.token_hash();
        self.set_note(&format!("{NOTE}{token_hash}"), &format!("{people} {}", to_hex(&invitation.secret)))?;
        Ok((invitation, OpenIntake { token_hash, hours, people }))
    }

    fn fresh(&self, for_many: bool, rng: &mut impl CryptoRng) -> Result<Invitation, DeviceError> {
        self.coordinator()?;
        let fingerprint = self.log.fingerprint().ok_or_else(|| DeviceError::NotYet(texts::error_log_unknown()))?;
        let mut secret = [0; 32];
        rng.fill_bytes(&mut secret);
        Ok(Invitation { secret, fingerprint, for_many })
    }

    /// The intakes that this device has opened and not forgotten: the hash of the token, the secret, and for how many it was.
    fn intakes(&self) -> impl Iterator<Item = (&str, [u8; 32], u32)> {
        self.state.notes.iter().filter_map(|(name, note)| {
            let (people, secret) = note.split_once(' ')?;
            Some((name.strip_prefix(NOTE)?, from_hex(secret, 32)?.try_into().ok()?, people.parse().ok()?))
        })
    }

    /// Whether this device has opened the intake of that token, and for how many people.
    pub fn opened(&self, token_hash: &str) -> Option<u32> {
        self.intakes().find(|(known, ..)| *known == token_hash).map(|(.., people)| people)
    }

    /// Forgets the secret of an intake in which everything is decided: from here on nobody proves anything by it.
    pub fn forget_intake(&mut self, token_hash: &str) -> Result<(), DeviceError> {
        self.set_note(&format!("{NOTE}{token_hash}"), "")
    }

    /// By which intake of this device somebody has come, if these are the keys and the name of somebody who holds its link: the hash of its
    /// token.
    pub fn came_by(&self, state: &DeviceState) -> Option<&str> {
        let keys = DeviceKeys::from_hex(&state.keys).filter(|keys| keys.id() == state.id && keys.newcomer() == state.person)?;
        let proof = from_hex(&state.proof, 32)?;
        let holds = |secret: [u8; 32]| Invitation { secret, fingerprint: [0; 32], for_many: true }.proof(&keys, &state.account);
        self.intakes().find(|(_, secret, _)| holds(*secret).as_slice() == proof).map(|(token_hash, ..)| token_hash)
    }

    /// What a device's person is, or is to be: by the log, or else by the invitation by which they came, or else by the hub's word, which counts for nothing.
    pub fn stated_role(&self, state: &DeviceState) -> Role {
        let by_log = self.log.known(&state.id).map(|member| member.role).or_else(|| self.log.role_of(state.person));
        by_log.or_else(|| self.invited(state)).unwrap_or(state.role)
    }

    /// What this device invited a device's person as, if these are the keys of whoever it gave the invitation to. The hub's word on the role
    /// counts for nothing.
    pub fn invited(&self, state: &DeviceState) -> Option<Role> {
        if self.came_by(state).is_some() {
            return Some(Role::Recorder);
        }
        let keys = DeviceKeys::from_hex(&state.keys).filter(|keys| keys.id() == state.id)?;
        let (secret, role) = self.state.invitations.get(&state.person.to_string())?;
        let invitation = Invitation { secret: *secret, fingerprint: [0; 32], for_many: false };
        (invitation.proof(&keys, &state.account).as_slice() == from_hex(&state.proof, 32)?).then_some(*role)
    }

    /// The entries that let a device in: for `POST /v1/log`. Sync before, so that they follow the log as it is.
    pub fn let_in(&self, state: &DeviceState, role: Role, rng: &mut impl CryptoRng) -> Result<LogEntries, Message> {
        self.let_all_in(&[(state, role)], rng)
    }

    /// The entries that let several in, all of them or none.
    pub fn let_all_in(&self, states: &[(&DeviceState, Role)], rng: &mut impl CryptoRng) -> Result<LogEntries, Message> {
        let (mut log, mut entries) = (self.log.clone(), Vec::new());
        for (state, role) in states {
            let keys = DeviceKeys::from_hex(&state.keys).filter(|keys| keys.id() == state.id);
            let keys = keys.ok_or_else(|| texts::error_answer("device"))?;
            entries.extend(self.admit(&mut log, &keys, (state.person, *role), rng)?);
        }
        Ok(log_entries(&entries)?)
    }
}
