//! What a device knows besides its cases: its keys, the log, where it has got to in its feeds.

use std::collections::BTreeMap;

use habeas_protocol::{CircleId, Entry, Hash, Log, Role, Wrap, decode, encode};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::records::Put;
use super::{DeviceError, Records};
use crate::keys::DeviceSecrets;

pub(super) const NAME: &str = "state";
const MAX_STATE: usize = 64 << 20;

/// The state, as it is stored.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct State {
    version: u8,
    pub secrets: DeviceSecrets,
    /// Which of its actors the device writes under.
    pub incarnation: u32,
    /// What the log's first entry must hash to, where the invitation said so.
    pub fingerprint: Option<Hash>,
    /// The log's entries, encoded.
    pub entries: Vec<Vec<u8>>,
    /// The cursor of the last frame that was stored.
    pub cursor: Vec<u8>,
    /// The last number and link of each feed, checked by this device itself.
    pub feeds: BTreeMap<CircleId, (u64, Hash)>,
    /// Secrets for circles whose key this device does not have yet.
    pub unopened: Vec<Wrap>,
    /// Secrets that this device has sealed for others and the hub does not have yet.
    pub outgoing: Vec<Wrap>,
    /// What the program around the device keeps here.
    pub notes: BTreeMap<String, String>,
    /// Secrets of invitations that this device has given out, with what they invite to, by the invited person's id in
    /// hexadecimal.
    pub invitations: BTreeMap<String, ([u8; 32], Role)>,
}

/// The token of a session is among the notes, and whoever holds an invitation's secret gets in.
impl Drop for State {
    fn drop(&mut self) {
        self.notes.values_mut().for_each(Zeroize::zeroize);
        self.invitations.values_mut().for_each(|(secret, _)| secret.zeroize());
    }
}

impl State {
    pub fn new(secrets: DeviceSecrets, fingerprint: Option<Hash>) -> Self {
        Self {
            version: 1,
            secrets,
            incarnation: 0,
            fingerprint,
            entries: Vec::new(),
            cursor: Vec::new(),
            feeds: BTreeMap::new(),
            unopened: Vec::new(),
            outgoing: Vec::new(),
            notes: BTreeMap::new(),
            invitations: BTreeMap::new(),
        }
    }

    pub fn load(records: &mut impl Records) -> Result<Option<Self>, DeviceError> {
        let Some(bytes) = records.get(NAME)?.map(Zeroizing::new) else {
            return Ok(None);
        };
        let state: Self = decode(&bytes, MAX_STATE).map_err(|_| DeviceError::Damaged("state"))?;
        if state.version == 1 { Ok(Some(state)) } else { Err(DeviceError::Damaged("state")) }
    }

    pub fn record(&self) -> Result<Put, DeviceError> {
        Ok((NAME.to_owned(), encode(self).map_err(|_| DeviceError::Damaged("state"))?))
    }

    /// The log, built from its entries again, every signature checked.
    pub fn log(&self) -> Result<Log, DeviceError> {
        let mut log = Log::new();
        for bytes in &self.entries {
            let entry = Entry::decode(bytes).map_err(|_| DeviceError::Damaged("log"))?;
            log.add(entry).map_err(|_| DeviceError::Damaged("log"))?;
        }
        Ok(log)
    }
}
