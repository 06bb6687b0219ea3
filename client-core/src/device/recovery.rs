//! The printed shares: made and replaced by a coordinator, and used by whoever holds two of them when no coordinator can act any more.
//! Their keys are a member of the log that has no device: the coordinators' key is sealed to it like to a coordinator's device, and goes on
//! being so at every revocation, until other shares take its place.

use habeas_protocol::api::{AskRecoveryLog, LogEntries, Nonce, Purpose};
use habeas_protocol::{Body, DeviceId, Entry, Log, PersonId, Role};
use rand_core::CryptoRng;

use super::organisation::{join_coordinators, let_in, sixteen};
use super::{Device, DeviceError, Records, log_entries};
use crate::keys::{DeviceSecrets, Share};

/// The note of devices that printed shares have let in and of which this coordinator was not told yet.
pub(super) const BY_SHARES: &str = "by-shares";

impl DeviceSecrets {
    /// What asks for the log with keys that two shares have given back: for `POST /v1/recovery/log`.
    pub fn ask_recovery_log(&self, nonce: &Nonce, from: u64) -> AskRecoveryLog {
        let signature = self.prove(Purpose::Recover, nonce, "");
        AskRecoveryLog { keys: self.keys().to_hex(), nonce: nonce.nonce.clone(), signature, from }
    }

    /// The entries by which keys that two shares have given back let a new coordinator's device in: for `POST /v1/recovery`. Fails unless
    /// the log has these keys now.
    pub fn recover(&self, log: &Log, device: &DeviceSecrets, rng: &mut impl CryptoRng) -> Result<Vec<Entry>, DeviceError> {
        let person = PersonId(sixteen(rng));
        let_in(self, &mut log.clone(), &device.keys(), (person, Role::Coordinator), rng)
    }
}

impl<R: Records> Device<R> {
    /// Three new shares, and the entries that make them hold: for `POST /v1/log`. Those that there were hold no longer, and everything that
    /// they could open gets new keys, as when a coordinator's device is revoked.
    pub fn new_shares(&self, rng: &mut impl CryptoRng) -> Result<([Share; 3], LogEntries), DeviceError> {
        self.coordinator()?;
        let (mut log, mut entries) = (self.log.clone(), Vec::new());
        if let Some((before, _)) = self.log.recovery() {
            entries.push(self.revoke_upon(&mut log, &before, rng)?);
        }
        let fingerprint = self.log.fingerprint().ok_or(DeviceError::Damaged("log"))?;
        let (keys, shares) = Share::make(&fingerprint, rng);
        let admitted = Body::DeviceAdmitted { device: keys.keys(), person: PersonId(sixteen(rng)), role: Role::Recovery };
        entries.push(self.entry(&mut log, admitted)?);
        entries.push(join_coordinators(self.secrets(), &mut log, &keys.keys(), rng)?);
        Ok((shares, log_entries(&entries)?))
    }
}

impl<R: Records> Device<R> {
    /// The devices, by their ids, that printed shares have let in since whoever coordinates here was last told.
    pub fn untold_by_shares(&self) -> Vec<String> {
        self.note(BY_SHARES).unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    }

    /// They are told of all of them.
    pub fn has_told_by_shares(&mut self) -> Result<(), DeviceError> {
        if self.note(BY_SHARES).is_some_and(|untold| !untold.is_empty()) { self.set_note(BY_SHARES, "") } else { Ok(()) }
    }
}

/// The devices that printed shares have let in, by the log from that entry on.
pub fn let_in_by_shares(log: &Log, from: u64) -> impl Iterator<Item = DeviceId> {
    log.entries_from(from).filter_map(|entry| match &entry.body {
        Body::DeviceAdmitted { device, .. } if log.known(&entry.signer)?.role == Role::Recovery => Some(device.id()),
        _ => None,
    })
}
