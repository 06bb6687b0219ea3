//! What the log amounts to: devices, circles, grants. Built entry by entry; an entry that does not fit changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::device::{DeviceKeys, INCARNATIONS};
use crate::ids::{CaseId, CircleId, DeviceId, EnvelopeId, Hash, PersonId};
use crate::limits::MAX_MEMBERS;
use crate::log::{Body, CircleKey, CircleKind, Entry, LogError, Role, SealedKey};
use crate::share::Shares;
use crate::shift::Shifts;
use crate::team::Teams;

mod opens;

/// The organisation as its log has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    entries: Vec<(Hash, Entry)>,
    members: BTreeMap<DeviceId, Member>,
    actors: BTreeMap<[u8; 16], DeviceId>,
    circles: BTreeMap<CircleId, Circle>,
    grants: BTreeSet<Grant>,
    /// Cases that are erased, in the order of their ids, each with the entry that says so.
    erased: Vec<(CaseId, u64)>,
    /// Keys of facts that are erased, in the order of their cases and names, each with the entry that says so.
    erased_facts: Vec<((CaseId, EnvelopeId), u64)>,
    frozen: Vec<Frozen>,
    /// Those whose role has changed.
    changed: Vec<PersonId>,
    shares: Shares,
    teams: Teams,
    pub(crate) shifts: Shifts,
}

/// Somebody who coordinated and was frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Frozen {
    person: PersonId,
    /// The entry by which they were.
    since: u64,
    /// Who wants them back.
    thawed_by: Vec<PersonId>,
}

/// How many coordinators thaw somebody.
const THAW: usize = 2;

/// A device that belongs to the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its public keys.
    pub keys: DeviceKeys,
    /// Whose it is.
    pub person: PersonId,
    /// What the person may do.
    pub role: Role,
    /// The entry by which it was revoked.
    pub revoked: Option<u64>,
}

/// Those who can open something together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// Who they are.
    pub kind: CircleKind,
    /// Its keys, from epoch 0.
    pub epochs: Vec<Epoch>,
}

/// A circle's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// The public half.
    pub public: [u8; 32],
    /// The private half, sealed to each member's device.
    pub wraps: BTreeMap<DeviceId, SealedKey>,
    /// The private half of the epoch before, sealed to this one.
    pub before: Option<SealedKey>,
}

/// A circle may open a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// The case.
    pub case: CaseId,
    /// The circle.
    pub circle: CircleId,
}

impl Log {
    /// Nothing yet: the first entry must be a genesis.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next entry, or says why not and stays as it was. An entry that is there already is passed over, so that a
    /// list can be given twice.
    pub fn add(&mut self, entry: Entry) -> Result<(), LogError> {
        let hash = entry.hash()?;
        if self.entries.get(usize::try_from(entry.number).unwrap_or(usize::MAX)).is_some_and(|(known, _)| *known == hash) {
            return Ok(());
        }
        let head = self.entries.last().map_or([0; 32], |(hash, _)| *hash);
        let next = self.entries.len() as u64;
        if entry.number != next || entry.previous != head {
            return Err(LogError::OutOfOrder { number: entry.number, head: next.saturating_sub(1) });
        }
        self.check_signature(&entry)?;
        self.apply(&entry)?;
        self.entries.push((hash, entry));
        Ok(())
    }

    fn check_signature(&self, entry: &Entry) -> Result<(), LogError> {
        let keys = match (&entry.body, self.members.get(&entry.signer)) {
            (Body::Genesis { device, .. }, None) if entry.number == 0 && device.id() == entry.signer => *device,
            (_, Some(member)) if self.coordinates(member) || recovers(member, &entry.body) => member.keys,
            _ => return Err(LogError::Signature),
        };
        let message = Entry::signed(entry.number, &entry.previous, &entry.body, entry.signer)?;
        if keys.verifies(&message, &entry.signature) { Ok(()) } else { Err(LogError::Signature) }
    }

    fn apply(&mut self, entry: &Entry) -> Result<(), LogError> {
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

    /// The number of the next entry and the hash that it must name.
    pub fn next(&self) -> (u64, Hash) {
        (self.entries.len() as u64, self.entries.last().map_or([0; 32], |(hash, _)| *hash))
    }

    /// The hash of the first entry: what an organisation is known by.
    pub fn fingerprint(&self) -> Option<Hash> {
        self.entries.first().map(|(hash, _)| *hash)
    }

    /// The hash of an entry.
    pub fn hash_of(&self, number: u64) -> Option<Hash> {
        self.entries.get(usize::try_from(number).ok()?).map(|(hash, _)| *hash)
    }

    /// The entries from `number` on, in order.
    pub fn entries_from(&self, number: u64) -> impl Iterator<Item = &Entry> {
        self.entries.iter().skip(usize::try_from(number).unwrap_or(usize::MAX)).map(|(_, entry)| entry)
    }

    /// The device that writes under this actor, or wrote before it was revoked.
    pub fn author(&self, actor: &[u8; 16]) -> Option<(DeviceId, &Member)> {
        let device = *self.actors.get(actor)?;
        self.members.get(&device).map(|member| (device, member))
    }

    /// The actors whose names begin so, of devices that belong to the organisation or did.
    pub fn actors_beginning<const N: usize>(&self, first: &[u8; N]) -> impl Iterator<Item = [u8; 16]> {
        let mut from = [0; 16];
        from[..N].copy_from_slice(first);
        self.actors.range(from..).map(|(actor, _)| *actor).take_while(move |actor| actor[..N] == from[..N])
    }

    /// A device, if it belongs to the organisation.
    pub fn member(&self, device: &DeviceId) -> Option<&Member> {
        self.members.get(device).filter(|member| member.revoked.is_none())
    }

    /// A device that belongs to the organisation, or did before it was revoked.
    pub fn known(&self, device: &DeviceId) -> Option<&Member> {
        self.members.get(device)
    }

    /// Every device of the organisation.
    pub fn members(&self) -> impl Iterator<Item = (&DeviceId, &Member)> {
        self.active()
    }

    fn active(&self) -> impl Iterator<Item = (&DeviceId, &Member)> {
        self.members.iter().filter(|(_, member)| member.revoked.is_none())
    }

    /// What a person may do who has a device that is not revoked.
    pub fn role_of(&self, person: PersonId) -> Option<Role> {
        self.active().find(|(_, member)| member.person == person).map(|(_, member)| member.role)
    }

    /// Whether a person's role has changed.
    pub fn has_changed_role(&self, person: PersonId) -> bool {
        self.changed.contains(&person)
    }

    /// Every device that belongs to the organisation, or did before it was revoked.
    pub fn all_known(&self) -> impl Iterator<Item = (&DeviceId, &Member)> {
        self.members.iter()
    }

    /// A circle, if there is one of that id.
    pub fn circle(&self, id: &CircleId) -> Option<&Circle> {
        self.circles.get(id)
    }

    /// Every circle.
    pub fn circles(&self) -> impl Iterator<Item = (&CircleId, &Circle)> {
        self.circles.iter()
    }

    /// The circle of these people, with its id.
    pub fn circle_of(&self, kind: CircleKind) -> Option<(CircleId, &Circle)> {
        self.circles.iter().find(|(_, circle)| circle.kind == kind).map(|(id, circle)| (*id, circle))
    }

    /// Whether anything may be sealed to a circle: its present key is no revoked device's.
    pub fn is_open(&self, circle: &CircleId) -> bool {
        let present = self.circles.get(circle).and_then(Circle::present);
        present.is_some_and(|epoch| epoch.wraps.keys().all(|device| self.member(device).is_some()))
    }

    /// The keys that two printed shares give back, if there are shares.
    pub fn recovery(&self) -> Option<(DeviceId, &Member)> {
        self.active().find(|(_, member)| member.role == Role::Recovery).map(|(id, member)| (*id, member))
    }

    /// Whether a device's word counts as a coordinator's.
    fn coordinates(&self, member: &Member) -> bool {
        member.role == Role::Coordinator && member.revoked.is_none() && !self.is_frozen(&member.person)
    }

    /// Whether somebody who coordinated is frozen.
    pub fn is_frozen(&self, person: &PersonId) -> bool {
        self.frozen.iter().any(|frozen| frozen.person == *person)
    }

    /// Since which entry somebody is frozen, and who of those who coordinate now wants them back.
    pub fn frozen(&self, person: &PersonId) -> Option<(u64, Vec<PersonId>)> {
        let frozen = self.frozen.iter().find(|frozen| frozen.person == *person)?;
        let coordinators = self.coordinators();
        Some((frozen.since, frozen.thawed_by.iter().filter(|by| coordinators.contains(by)).copied().collect()))
    }

    /// The people who coordinate, each once. Set-up is unfinished until there are two: whoever is alone and loses their devices has lost everything.
    pub fn coordinators(&self) -> Vec<PersonId> {
        let mut people = Vec::new();
        for (_, member) in self.active().filter(|(_, member)| self.coordinates(member)) {
            if !people.contains(&member.person) {
                people.push(member.person);
            }
        }
        people
    }

    /// Whether a case is erased: nobody may have or take anything of it any more.
    pub fn is_erased(&self, case: &CaseId) -> bool {
        self.erased.binary_search_by_key(case, |(erased, _)| *erased).is_ok()
    }

    /// Every case that is erased.
    pub fn erased(&self) -> impl Iterator<Item = &CaseId> {
        self.erased.iter().map(|(case, _)| case)
    }

    /// Whether the key of a fact is erased that travels under this name: nobody may have or take it any more.
    pub fn is_fact_erased(&self, case: &CaseId, key: &EnvelopeId) -> bool {
        self.erased_facts.binary_search_by_key(&(*case, *key), |(of, _)| *of).is_ok()
    }

    /// The cases of which a fact is erased, with the name under which its key travelled, in the order of cases.
    pub fn erased_facts(&self) -> impl Iterator<Item = (CaseId, EnvelopeId)> {
        self.erased_facts.iter().map(|(of, _)| *of)
    }

    /// Whether anything of a case is erased: all of it, or one of its facts.
    pub fn has_erased_of(&self, case: &CaseId) -> bool {
        let place = self.erased_facts.partition_point(|((of, _), _)| of < case);
        self.is_erased(case) || self.erased_facts.get(place).is_some_and(|((of, _), _)| of == case)
    }

    /// The number of the newest entry that erases a case or a fact.
    pub fn newest_erasure(&self) -> Option<u64> {
        self.erased.iter().map(|(_, number)| *number).chain(self.erased_facts.iter().map(|(_, number)| *number)).max()
    }

    /// The circle in which a device's person reads what they began; `None` for whoever only records. What they are by now counts, also of what they began on
    /// a phone that was revoked before.
    pub fn own_circle(&self, device: &DeviceId) -> Option<CircleId> {
        let member = self.known(device)?;
        if !self.role_of(member.person).unwrap_or(member.role).reads_own_cases() {
            return None;
        }
        self.circle_of(CircleKind::Person(member.person)).map(|(circle, _)| circle)
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

impl Circle {
    /// Its present key.
    pub fn present(&self) -> Option<&Epoch> {
        self.epochs.last()
    }
}
