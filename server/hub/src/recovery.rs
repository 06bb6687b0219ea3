//! Whoever holds two of the printed shares: gets the log, and makes an account for a new coordinator. What shows that they do is a
//! signature of keys that the log has; the hub cannot make one.

use habeas_protocol::access;
use habeas_protocol::api::{AskRecoveryLog, LogEntries, Purpose, Recover, Session, from_hex, to_hex};
use habeas_protocol::limits::{MAX_ENTRY, MAX_LOG_ENTRIES};
use habeas_protocol::{Act, Actor, Entry, Log, PersonId, Role, encode};
use rand_core::CryptoRng;

use crate::accounts::check_name;
use crate::hub::{Caller, Hub, append};
use crate::nonces::{Signed, device_keys};
use crate::sessions::token;
use crate::store::{accounts, devices, sessions};
use crate::{HubError, audit, password, second_factor};

/// The most entries that let one device in.
const MOST: usize = 8;
/// What does not prove itself is told nothing of what there is.
const NO_SHARES: HubError =
    HubError::Conflict("no_recovery", "these are not the shares of this server's organisation, or others have taken their place");

impl Hub {
    /// The log, for whoever has put two shares together.
    pub fn recovery_log(&self, ask: &AskRecoveryLog, now: i64) -> Result<LogEntries, HubError> {
        let signed = Signed { device: &ask.keys, nonce: &ask.nonce, account: "", signature: &ask.signature };
        let keys = self.prove_once(Purpose::Recover, signed, now)?;
        let log = self.log()?;
        if log.recovery().is_none_or(|(id, _)| id != keys.id()) {
            return Err(NO_SHARES);
        }
        let hex = |entry: &Entry| encode(entry).map(|bytes| to_hex(&bytes)).map_err(habeas_protocol::LogError::from);
        let entries = log.entries_from(ask.from).take(MAX_LOG_ENTRIES).map(hex).collect::<Result<_, _>>()?;
        Ok(LogEntries { entries })
    }

    /// Fails unless the device asks for itself, and the shares' keys have signed all that lets it in. Costs no hashing.
    pub fn is_recovered(&self, recover: &Recover, now: i64) -> Result<(), HubError> {
        self.prove(Purpose::Register, signed(recover), now)?;
        self.recovered(recover).map(drop)
    }

    /// The log with the entries that let the device in, from which one on they are, and whose device it is.
    fn recovered(&self, recover: &Recover) -> Result<(Log, u64, PersonId), HubError> {
        let keys = device_keys(&recover.device)?;
        let known = self.log()?;
        let (recovery, first) = (known.recovery().map(|(id, _)| id), known.next().0);
        if recover.entries.is_empty() || recover.entries.len() > MOST {
            return Err(NO_SHARES);
        }
        let entry = |entry: &String| {
            let bytes =
                from_hex(entry, MAX_ENTRY).ok_or(HubError::BadInput("bad_input", "the log's entries must be hexadecimal"))?;
            let entry = Entry::decode(&bytes)?;
            if Some(entry.signer) == recovery { Ok(entry) } else { Err(NO_SHARES) }
        };
        let entries = recover.entries.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        // What let somebody in once, everybody has who has the log: it is no proof of shares.
        self.belongs_to_nobody_else(&keys, None)?;
        let mut log = Log::clone(&*known);
        entries.into_iter().try_for_each(|entry| log.add(entry).map(drop))?;
        let person = access::recovers(&log, &keys.id())
            .ok_or(HubError::BadInput("bad_input", "the entries must let in the device that asks"))?;
        Ok((log, first, person))
    }

    /// Makes an account for a new coordinator, with the device that the shares let in. All of it or nothing.
    pub fn recover(&self, recover: &Recover, now: i64, rng: &mut impl CryptoRng) -> Result<Session, HubError> {
        let keys = self.prove_once(Purpose::Register, signed(recover), now)?;
        let account = &recover.account;
        check_name(account)?;
        self.log_lets_recover(now)?;
        let (log, first, person) = self.recovered(recover)?;
        let stored = password::hash(recover.password.reveal(), rng)?;
        let (token, hash) = token(rng);
        let second_factor = self.store.write(|db| {
            append(db, &log, first, now)?;
            accounts::insert(db, person, account, &stored, Role::Coordinator.name(), now)?;
            devices::insert(db, &keys, person, &[], now)?;
            sessions::begin(db, Caller { device: keys.id(), person }, &hash, now)?;
            audit::note(db, Actor::Device(keys.id()), Act::Recover, &format!("person:{person}"), now)?;
            second_factor::standing(db, &log, person)
        })?;
        self.tell_news();
        Ok(Session { token, person, admitted: true, second_factor })
    }
}

fn signed(recover: &Recover) -> Signed<'_> {
    let Recover { device, nonce, account, signature, .. } = recover;
    Signed { device, nonce, account, signature }
}
