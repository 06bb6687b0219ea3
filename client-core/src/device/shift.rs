//! Shifts, as coordinators write them: who is at which station until when.

use habeas_protocol::{Body, CircleKind, Entry, PersonId, Shift};
use habeas_texts as texts;
use rand_core::CryptoRng;

use super::{Device, DeviceError, Records};
use crate::keys::{open_name, seal_name, unwrap_circle};

impl<R: Records> Device<R> {
    /// The entry that puts a lawyer on shift at a station. It goes on from now until an instant, both in seconds since 1970, at most
    /// [`MAX_SHIFT`](habeas_protocol::limits::MAX_SHIFT) later; the station's name has at most [`MAX_NAME`](crate::keys::MAX_NAME) bytes.
    pub fn begin_shift(
        &self,
        person: PersonId,
        place: &str,
        (from, until): (i64, i64),
        rng: &mut impl CryptoRng,
    ) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        let (_, circle) = self.log.circle_of(CircleKind::Coordinators).ok_or(DeviceError::Damaged("log"))?;
        let public = circle.present().ok_or(DeviceError::Damaged("log"))?.public;
        let epoch = u32::try_from(circle.epochs.len() - 1).unwrap_or(u32::MAX);
        let place = seal_name(&public, &Shift::place_info(person, (from, until), epoch), place.trim(), rng)?;
        self.entry(&mut self.log.clone(), Body::ShiftBegun { person, from, until, epoch, place })
    }

    /// The entry that ends somebody's shift before its time.
    pub fn end_shift(&self, person: PersonId) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        self.entry(&mut self.log.clone(), Body::ShiftEnded { person })
    }

    /// This person's shift, if it goes on by this device's clock.
    pub fn shift(&self) -> Option<Shift> {
        self.log.shift(self.person()?).filter(|shift| shift.holds(self.now)).copied()
    }

    /// Everybody who is on shift by this device's clock.
    pub fn on_shift(&self) -> Vec<(PersonId, Shift)> {
        self.log.shifts().filter(|(_, shift)| shift.holds(self.now)).map(|(person, shift)| (person, *shift)).collect()
    }

    /// Where a shift is, for a device that has the coordinators' key.
    pub fn place_of(&self, shift: &Shift) -> Result<String, DeviceError> {
        match self.log.entries_from(shift.number).next().map(|entry| &entry.body) {
            Some(Body::ShiftBegun { person, from, until, epoch, place }) => {
                let (circle, _) = self.log.circle_of(CircleKind::Coordinators).ok_or(DeviceError::Damaged("log"))?;
                let pair = unwrap_circle(&self.log, circle, *epoch, &self.state.secrets)?;
                Ok(open_name(&pair, &Shift::place_info(*person, (*from, *until), *epoch), place)?)
            }
            _ => Err(DeviceError::Key(texts::error_key_closed())),
        }
    }
}
