//! Shifts: a lawyer who is at a station until an instant, and to whom the clerk gives index cards of those who are held there. The log says who
//! and until when; where, only coordinators and the clerk can open.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, PersonId, Signature};
use crate::limits::{MAX_SHIFT, SEALED_NAME};
use crate::log::{Body, CircleKind, LogError, Role, SealedBytes};
use crate::members::Log;

/// A shift, as an entry of the log has begun it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The entry that began it.
    pub number: u64,
    /// The instant from which on it is over, in seconds since 1970.
    pub until: i64,
    /// The entry that ended it before, if one did.
    pub ended: Option<u64>,
}

impl Shift {
    /// Whether it goes on at `now`, in seconds since 1970. It may have been written by a clock that is ahead, so when it began is not asked.
    pub fn holds(&self, now: i64) -> bool {
        self.ended.is_none() && now < self.until
    }

    /// What the seal of a shift's place to the coordinators' circle is bound to. `from` and `until` are those of the entry, `epoch` is that of
    /// the circle's key.
    pub fn place_info(person: PersonId, (from, until): (i64, i64), epoch: u32) -> Vec<u8> {
        let mut info = b"habeas/1/shift\0".to_vec();
        info.extend_from_slice(&person.0);
        info.extend_from_slice(&from.to_be_bytes());
        info.extend_from_slice(&until.to_be_bytes());
        info.extend_from_slice(&epoch.to_be_bytes());
        info
    }
}

/// The newest shift of everybody who ever had one, in the order of people. No map: the app would hold the code of another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Shifts(Vec<(PersonId, Shift)>);

impl Shifts {
    fn place(&self, person: PersonId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&person, |(of, _)| *of)
    }

    /// Ends by that entry the shift that somebody has, if they have one.
    pub(crate) fn leave(&mut self, person: PersonId, number: u64) {
        if let Ok(place) = self.place(person) {
            self.0[place].1.ended.get_or_insert(number);
        }
    }
}

impl Log {
    /// Hears that a shift begins or ends.
    pub(crate) fn hear_shift(&mut self, number: u64, body: &Body) -> Result<(), LogError> {
        match body {
            Body::ShiftBegun { person, from, until, epoch, place } => {
                let is_lawyer = self.members().any(|(_, member)| member.person == *person && member.role == Role::Lawyer);
                let present = self.circle_of(CircleKind::Coordinators).map_or(0, |(_, circle)| circle.epochs.len());
                if !is_lawyer {
                    return Err(LogError::Contradiction("only a lawyer is on shift"));
                }
                if !until.checked_sub(*from).is_some_and(|lasts| (1..=MAX_SHIFT).contains(&lasts)) {
                    return Err(LogError::Contradiction("a shift lasts a day at most"));
                }
                if *epoch as usize + 1 != present || place.sealed.len() != SEALED_NAME {
                    return Err(LogError::Contradiction("a shift's place is sealed to the coordinators' present key"));
                }
                let shift = Shift { number, until: *until, ended: None };
                // One that there is ends with it: nobody is in two places.
                match self.shifts.place(*person) {
                    Ok(place) => self.shifts.0[place].1 = shift,
                    Err(place) => self.shifts.0.insert(place, (*person, shift)),
                }
                Ok(())
            }
            Body::ShiftEnded { person } => {
                let shift = self.shifts.place(*person).ok().map(|place| &mut self.shifts.0[place].1);
                let shift = shift.filter(|shift| shift.ended.is_none());
                shift.ok_or(LogError::Contradiction("the person is on no shift"))?.ended = Some(number);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A person's newest shift, also one that is over.
    pub fn shift(&self, person: PersonId) -> Option<&Shift> {
        self.shifts.place(person).ok().map(|place| &self.shifts.0[place].1)
    }

    /// Everybody's newest shift, also those that are over.
    pub fn shifts(&self) -> impl Iterator<Item = (PersonId, &Shift)> {
        self.shifts.0.iter().map(|(person, shift)| (*person, shift))
    }
}

/// Index cards on their way: sealed to one device by the clerk's, which has signed that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCards {
    /// The cards.
    pub sealed: SealedBytes,
    /// The clerk's device.
    pub signer: DeviceId,
    /// Its signature.
    pub signature: Signature,
}

impl SealedCards {
    /// What the seal is bound to.
    pub fn info(to: DeviceId) -> Vec<u8> {
        let mut info = b"habeas/1/cards\0".to_vec();
        info.extend_from_slice(&to.0);
        info
    }

    /// What the signature covers.
    pub fn message(to: DeviceId, sealed: &SealedBytes) -> Vec<u8> {
        let mut message = Self::info(to);
        message.extend_from_slice(&sealed.encapsulated);
        message.extend_from_slice(&sealed.sealed);
        message
    }
}
