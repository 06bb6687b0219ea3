//! What the log amounts to: devices, circles, grants. Built entry by entry; an entry that does not fit changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::device::DeviceKeys;
use crate::ids::{CaseId, CircleId, DeviceId, EnvelopeId, Hash, PersonId};
use crate::log::{CircleKind, Entry, LogError, Role, SealedKey};
use crate::share::Shares;
use crate::shift::Shifts;
use crate::team::Teams;

mod applied;
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

impl Circle {
    /// Its present key.
    pub fn present(&self) -> Option<&Epoch> {
        self.epochs.last()
    }
}
