//! A change that kills the program must not kill it at every start. What is about to be taken in is noted first; if the program is
//! then *seen* to die (see [`Device::died`]), the note says of what. One change alone is set aside for good; of several, each is then
//! tried by itself. A program that was merely ended, by locking or by a battery, blames nobody. For programs that cannot catch a panic,
//! such as the app's worker, whose page sees it die.

use std::collections::BTreeSet;

use habeas_protocol::{CaseId, EnvelopeId, Frame, Log, Told, decode, encode};

use super::records::Put;
use super::{Device, DeviceError, Records};
use crate::order;

pub(super) const TRYING: &str = "trying";
pub(super) const POISON: &str = "poison";
const MAX: usize = 1 << 20;

/// Changes by their names.
pub(super) type Names = BTreeSet<(CaseId, EnvelopeId)>;

/// What is known of deaths.
#[derive(Debug, Clone, Default)]
pub(super) struct Deaths {
    /// Changes that killed the program: kept aside, never opened again.
    pub poison: Names,
    /// One of several changes killed it, and nobody knows which.
    pub careful: bool,
}

impl Deaths {
    /// What killed the program before.
    pub fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        Ok(Self { poison: names(records, POISON)?, careful: false })
    }

    /// Nothing is remembered of cases that are erased.
    pub fn forgets(&mut self, log: &Log) -> Result<Put, DeviceError> {
        self.poison.retain(|(case, _)| !log.is_erased(case));
        record(POISON, &self.poison)
    }
}

impl<R: Records> Device<R> {
    /// Says that the program was seen to die: what was being tried then is to blame.
    pub fn died(&mut self) -> Result<(), DeviceError> {
        let tried = names(&mut self.records, TRYING)?;
        match tried.len() {
            0 => return Ok(()),
            1 => self.deaths.poison.extend(tried),
            _ => self.deaths.careful = true,
        }
        Ok(self.records.put(vec![record(POISON, &self.deaths.poison)?, record(TRYING, &Names::new())?])?)
    }

    /// The frames as they are to be taken: as they came, or one change at a time after a death. Every part but the last of a frame keeps
    /// the cursor where it is, so that a cut loses nothing.
    pub fn parts(&self, frames: Vec<Frame>) -> Vec<Frame> {
        if !self.deaths.careful {
            return frames;
        }
        let mut parts = Vec::new();
        let mut cursor = self.state.cursor.clone();
        for frame in frames {
            parts.extend(frame.items.into_iter().map(|item| Frame { items: vec![item], snapshot: None, cursor: cursor.clone() }));
            cursor.clone_from(&frame.cursor);
            parts.push(Frame { items: Vec::new(), snapshot: frame.snapshot, cursor: frame.cursor });
        }
        parts
    }

    /// Notes what a frame is about to bring. `false`: nothing that has to be opened. Make it durable before [`Device::take`].
    pub fn try_frame(&mut self, frame: &Frame) -> Result<bool, DeviceError> {
        let of = |content: &Told| match content {
            Told::Envelope(envelope) => Some((envelope.case, envelope.id)),
            // What this device has sent it has written or taken in before.
            Told::Wrap(_) | Told::Sent(_) | Told::Erased { .. } | Told::Ended { .. } => None,
        };
        let names: Names = order::set(frame.items.iter().filter_map(|item| of(&item.content)));
        // Whoever dies of a part of a snapshot cannot say of what in it: two names stand for many, and the next one is careful.
        let many = [0, 1].map(|name| (CaseId([0; 16]), EnvelopeId([name; 16])));
        let names = if frame.snapshot.is_some() { order::set(many) } else { names };
        if names.is_empty() {
            return Ok(false);
        }
        self.records.put(vec![record(TRYING, &names)?])?;
        Ok(true)
    }

    /// Nothing is being tried any more: it was taken in. Make it durable together with what was.
    pub fn survived(&mut self) -> Result<(), DeviceError> {
        Ok(self.records.put(vec![record(TRYING, &Names::new())?])?)
    }
}

fn names(records: &mut impl Records, name: &str) -> Result<Names, DeviceError> {
    let bytes = records.get(name)?;
    bytes.map_or(Ok(Names::new()), |bytes| decode(&bytes, MAX).map_err(|_| DeviceError::Damaged("trying")))
}

fn record(name: &str, names: &Names) -> Result<Put, DeviceError> {
    Ok((name.to_owned(), encode(names).map_err(|_| DeviceError::Damaged("trying"))?))
}
