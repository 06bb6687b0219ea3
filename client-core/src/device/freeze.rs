//! Freezing somebody who coordinates: at once, by one entry of the log, and back by two. A frozen device keeps what it has, sends nothing,
//! and gets nothing but the log.

use habeas_protocol::{Body, Entry, PersonId, Role};

use super::{Device, DeviceError, Records};

impl<R: Records> Device<R> {
    /// Whether the log has frozen whoever this device belongs to.
    pub fn is_frozen(&self) -> bool {
        self.member().is_some_and(|member| self.log.is_frozen(&member.person))
    }

    /// Whether this device takes part in the exchange: it was let in, and is not frozen.
    pub(super) fn takes_part(&self) -> bool {
        self.member().is_some() && !self.is_frozen()
    }

    /// Everybody who coordinates or is frozen.
    pub fn all_coordinators(&self) -> Vec<PersonId> {
        let of_role = self.log.members().filter(|(_, member)| member.role == Role::Coordinator);
        let mut people: Vec<PersonId> = of_role.map(|(_, member)| member.person).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// The entry that freezes somebody: another coordinator.
    pub fn freeze(&self, person: PersonId) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        self.entry(&mut self.log.clone(), Body::CoordinatorFrozen { person })
    }

    /// The entry by which this device's person wants somebody back who is frozen.
    pub fn thaw(&self, person: PersonId) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        self.entry(&mut self.log.clone(), Body::CoordinatorThawed { person })
    }
}
