//! What each entry makes of the log: all of it, or nothing of an entry that does not fit.

use std::collections::BTreeMap;

use super::{Circle, Epoch, Frozen, Log, Member};
use crate::device::{DeviceKeys, INCARNATIONS};
use crate::ids::{CircleId, DeviceId, PersonId};
use crate::limits::MAX_MEMBERS;
use crate::log::{Body, CircleKey, CircleKind, Entry, LogError, Role, SealedKey};

/// How many coordinators thaw somebody.
const THAW: usize = 2;

impl Log {
    pub(super) fn check_signature(&self, entry: &Entry) -> Result<(), LogError> {
        let keys = match (&entry.body, self.members.get(&entry.signer)) {
            (Body::Genesis { device, .. }, None) if entry.number == 0 && device.id() == entry.signer => *device,
            (_, Some(member)) if self.coordinates(member) || recovers(member, &entry.body) => member.keys,
            _ => return Err(LogError::Signature),
        };
        let message = Entry::signed(entry.number, &entry.previous, &entry.body, entry.signer)?;
        if keys.verifies(&message, &entry.signature) { Ok(()) } else { Err(LogError::Signature) }
    }

    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), LogError> {
        match &entry.body {
            Body::Genesis { device, person, circle } => {
                if entry.number != 0 {
                    return Err(LogError::Contradiction("the organisation has already begun"));
                }
                if circle.kind != CircleKind::Coordinators {
                    return Err(LogError::Contradiction("the first circle is that of the coordinators"));
                }
                // Checked on a copy: a genesis whose circle is wrong must not leave its device behind.
                let mut begun = self.clone();
                begun.admit(*device, *person, Role::Coordinator)?;
                begun.turn(circle, None)?;
                *self = begun;
                Ok(())
            }
            Body::DeviceAdmitted { device, person, role } => self.admit(*device, *person, *role),
            Body::CircleEpoch(key) => self.turn(key, None),
            Body::CircleJoined { circle, epoch, device, wrap } => self.join(*circle, *epoch, *device, *wrap),
            Body::Grant { .. }
            | Body::CaseShared { .. }
            | Body::ShareEnded { .. }
            | Body::TeamNamed { .. }
            | Body::TeamMember { .. }
            | Body::TeamCase { .. } => self.lets_open(entry.number, &entry.body),
            Body::CoordinatorFrozen { person } => self.freeze(entry, *person),
            Body::CoordinatorThawed { person } => self.thaw(entry, *person),
            Body::DeviceRevoked { device, circles, before } => {
                // On a copy: a device is revoked with every key that it knows, or not at all.
                let mut without = self.clone();
                without.revoke(entry.number, device, circles, *before)?;
                *self = without;
                Ok(())
            }
            Body::CaseErased { case } => match self.erased.binary_search_by_key(case, |(erased, _)| *erased) {
                Ok(_) => Err(LogError::Contradiction("the case is erased already")),
                Err(place) => {
                    self.erased.insert(place, (*case, entry.number));
                    Ok(())
                }
            },
            Body::ShiftBegun { .. } | Body::ShiftEnded { .. } => self.hear_shift(entry.number, &entry.body),
            Body::RoleChanged { person, role } => self.change_role(entry.number, *person, *role),
            Body::FactErased { case, .. } if self.is_erased(case) => Err(LogError::Contradiction("the case is erased")),
            Body::FactErased { case, key } => match self.erased_facts.binary_search_by_key(&(*case, *key), |(of, _)| *of) {
                Ok(_) => Err(LogError::Contradiction("the fact is erased already")),
                Err(place) => {
                    self.erased_facts.insert(place, ((*case, *key), entry.number));
                    Ok(())
                }
            },
        }
    }

    fn admit(&mut self, keys: DeviceKeys, person: PersonId, role: Role) -> Result<(), LogError> {
        if self.members.contains_key(&keys.id()) {
            return Err(LogError::Contradiction("the device is admitted already"));
        }
        if self.active().any(|(_, member)| member.person == person && member.role != role) {
            return Err(LogError::Contradiction("the person has another role"));
        }
        if role == Role::Recovery && self.recovery().is_some() {
            return Err(LogError::Contradiction("there are printed shares already; they are replaced, not added to"));
        }
        // Another device with the same signing key would take over what this one has written.
        if self.actors.contains_key(&keys.actor(0)) {
            return Err(LogError::Contradiction("a device with this signing key is admitted already"));
        }
        for incarnation in 0..INCARNATIONS {
            self.actors.insert(keys.actor(incarnation), keys.id());
        }
        self.members.insert(keys.id(), Member { keys, person, role, revoked: None });
        Ok(())
    }

    /// Devices that were revoked keep the role that they had: a phone that was taken would be worth more by it.
    fn change_role(&mut self, number: u64, person: PersonId, role: Role) -> Result<(), LogError> {
        let before = self.role_of(person).ok_or(LogError::Contradiction("nobody of that name has a device"))?;
        if !before.may_become(role) {
            return Err(LogError::Contradiction("a person's role changes only to one that may do everything that they could"));
        }
        let is_theirs = |member: &&mut Member| member.person == person && member.revoked.is_none();
        self.members.values_mut().filter(is_theirs).for_each(|member| member.role = role);
        self.changed.push(person);
        self.shifts.leave(person, number);
        Ok(())
    }

    fn revoke(
        &mut self,
        number: u64,
        device: &DeviceId,
        circles: &[CircleKey],
        before: Option<SealedKey>,
    ) -> Result<(), LogError> {
        let member = self.members.get_mut(device).filter(|member| member.revoked.is_none());
        let member = member.ok_or(LogError::Contradiction("there is no such device, or it is revoked already"))?;
        if member.role == Role::Clerk {
            return Err(LogError::Contradiction("the clerk's device is not revoked"));
        }
        member.revoked = Some(number);
        if self.coordinators().is_empty() {
            return Err(LogError::Contradiction("there must be another coordinator"));
        }
        for key in circles {
            let is_shared = |circle: &Circle| circle.present().is_some_and(|epoch| epoch.wraps.contains_key(device));
            if !self.circles.get(&key.circle).is_some_and(is_shared) {
                return Err(LogError::Contradiction("a circle is turned that the device is not in"));
            }
            self.turn(key, before.filter(|_| key.kind == CircleKind::Coordinators))?;
        }
        let left = |circle: &Circle| {
            circle.present().is_some_and(|epoch| {
                epoch.wraps.contains_key(device) && epoch.wraps.keys().any(|other| self.member(other).is_some())
            })
        };
        if self.circles.values().any(left) {
            return Err(LogError::Contradiction("the device still shares a circle's key"));
        }
        Ok(())
    }

    /// Whoever signed is a coordinator who is not frozen themselves, so one always stays.
    fn freeze(&mut self, entry: &Entry, person: PersonId) -> Result<(), LogError> {
        if self.known(&entry.signer).is_some_and(|signer| signer.person == person) {
            return Err(LogError::Contradiction("nobody freezes themselves"));
        }
        if !self.coordinators().contains(&person) {
            return Err(LogError::Contradiction("nobody of that name coordinates"));
        }
        self.frozen.push(Frozen { person, since: entry.number, thawed_by: Vec::new() });
        Ok(())
    }

    fn thaw(&mut self, entry: &Entry, person: PersonId) -> Result<(), LogError> {
        let coordinators = self.coordinators();
        let signer = self.known(&entry.signer).map(|signer| signer.person).ok_or(LogError::Signature)?;
        let place = self.frozen.iter().position(|frozen| frozen.person == person);
        let place = place.ok_or(LogError::Contradiction("nobody of that name is frozen"))?;
        let thawed_by = &mut self.frozen[place].thawed_by;
        if thawed_by.contains(&signer) {
            return Err(LogError::Contradiction("one person thaws nobody twice"));
        }
        thawed_by.push(signer);
        // Whoever was frozen or has gone since counts no more.
        if thawed_by.iter().filter(|by| coordinators.contains(by)).count() >= THAW {
            self.frozen.remove(place);
        }
        Ok(())
    }

    fn turn(&mut self, key: &CircleKey, before: Option<SealedKey>) -> Result<(), LogError> {
        let known = self.circles.get(&key.circle);
        if known.map_or(0, |circle| circle.epochs.len()) != key.epoch as usize {
            return Err(LogError::Contradiction("a circle's epochs follow one another from 0"));
        }
        if known.is_some_and(|circle| circle.kind != key.kind) {
            return Err(LogError::Contradiction("a circle stays what it is"));
        }
        let another = |(id, circle): (&CircleId, &Circle)| *id != key.circle && circle.kind == key.kind;
        if self.circles.iter().any(another) {
            return Err(LogError::Contradiction("there is already a circle of these people"));
        }
        if key.wraps.is_empty() || key.wraps.len() > MAX_MEMBERS {
            return Err(LogError::Contradiction("a circle has 1 to 128 devices"));
        }
        let mut wraps = BTreeMap::new();
        wraps.extend(key.wraps.iter().copied());
        if wraps.len() != key.wraps.len() || wraps.keys().any(|device| !self.may_belong(key.kind, device)) {
            return Err(LogError::Contradiction("a circle's key is sealed to devices that do not belong to it"));
        }
        let circle = self.circles.entry(key.circle).or_insert_with(|| Circle { kind: key.kind, epochs: Vec::new() });
        circle.epochs.push(Epoch { public: key.public, wraps, before });
        Ok(())
    }

    fn join(&mut self, circle: CircleId, epoch: u32, device: DeviceId, wrap: SealedKey) -> Result<(), LogError> {
        let known = self.circles.get(&circle).ok_or(LogError::Contradiction("there is no such circle"))?;
        if known.epochs.len() != epoch as usize + 1 {
            return Err(LogError::Contradiction("only a circle's present key is sealed to a new device"));
        }
        if !self.may_belong(known.kind, &device) {
            return Err(LogError::Contradiction("the device does not belong to that circle"));
        }
        let last = self.circles.get_mut(&circle).and_then(|circle| circle.epochs.last_mut());
        let last = last.ok_or(LogError::Contradiction("there is no such circle"))?;
        if last.wraps.len() >= MAX_MEMBERS || last.wraps.contains_key(&device) {
            return Err(LogError::Contradiction("the circle is full, or holds the device already"));
        }
        last.wraps.insert(device, wrap);
        Ok(())
    }

    fn may_belong(&self, kind: CircleKind, device: &DeviceId) -> bool {
        self.member(device).is_some_and(|member| match kind {
            CircleKind::Coordinators => matches!(member.role, Role::Coordinator | Role::Clerk | Role::Recovery),
            CircleKind::Person(person) => member.person == person,
        })
    }
}

/// Whether these are the printed shares' keys and they may sign that: what lets a coordinator's device in.
fn recovers(member: &Member, body: &Body) -> bool {
    let may = match body {
        Body::DeviceAdmitted { role, .. } => *role == Role::Coordinator,
        Body::CircleEpoch(key) => matches!(key.kind, CircleKind::Person(_)),
        Body::CircleJoined { .. } => true,
        _ => false,
    };
    may && member.role == Role::Recovery && member.revoked.is_none()
}
