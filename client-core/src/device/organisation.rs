//! What coordinators do: found the organisation, admit devices, assign cases. Each act is an entry of the log.

use std::collections::BTreeMap;

use habeas_protocol::api::{LogEntries, from_hex};
use habeas_protocol::limits::MAX_ENTRY;
use habeas_protocol::{Body, CaseId, CircleId, CircleKind, DeviceId, DeviceKeys, Entry, Log, Member, PersonId, Role};
use habeas_texts as texts;
use rand_core::CryptoRng;

use super::sync::SyncReport;
use super::{Device, DeviceError, Records};
use crate::keys::{DeviceSecrets, seal_before, seal_circle, unwrap_circle};

/// A new organisation: the first device, and the log's first entries for the server.
pub struct Founding {
    /// The first coordinator's device.
    pub secrets: DeviceSecrets,
    /// The entries, in order.
    pub entries: Vec<Entry>,
}

impl Founding {
    /// Makes an organisation with its first coordinator and the server's clerk, whose keys the coordinator has checked
    /// against the fingerprint that the server printed.
    pub fn make(clerk: &DeviceKeys, rng: &mut impl CryptoRng) -> Result<Self, DeviceError> {
        let secrets = DeviceSecrets::generate(rng);
        let mut log = Log::new();
        let [circle, own, person, clerk_person] = [(); 4].map(|()| sixteen(rng));
        let person = PersonId(person);
        let devices = [secrets.keys()];
        let (coordinators, pair) = seal_circle(CircleId(circle), CircleKind::Coordinators, 0, &devices, rng)?;
        let (own, _) = seal_circle(CircleId(own), CircleKind::Person(person), 0, &devices, rng)?;
        let wrap = pair.wrap(CircleId(circle), 0, clerk, rng)?;
        let bodies = [
            Body::Genesis { device: secrets.keys(), person, circle: coordinators },
            Body::CircleEpoch(own),
            Body::DeviceAdmitted { device: *clerk, person: PersonId(clerk_person), role: Role::Clerk },
            Body::CircleJoined { circle: CircleId(circle), epoch: 0, device: clerk.id(), wrap },
        ];
        let entries = bodies.into_iter().map(|body| secrets.write_entry(&mut log, body)).collect::<Result<Vec<_>, _>>();
        let entries = entries.map_err(|error| DeviceError::Hub(texts::error_log_entry(error.to_string())))?;
        Ok(Self { secrets, entries })
    }
}

impl<R: Records> Device<R> {
    pub(super) fn coordinator(&self) -> Result<(), DeviceError> {
        if self.is_frozen() {
            return Err(DeviceError::NotYet(texts::error_server_frozen()));
        }
        match self.member() {
            Some(member) if member.role == Role::Coordinator => Ok(()),
            _ => Err(DeviceError::NotYet(texts::error_not_coordinator())),
        }
    }

    /// Whether this is a coordinator's device and nobody else coordinates with the coordinators' key: set-up is unfinished, for whoever loses the
    /// only such device lets nobody in any more, nor reads what others write.
    pub fn coordinates_alone(&self) -> bool {
        let key = self.log.circle_of(CircleKind::Coordinators).and_then(|(_, circle)| circle.present());
        let has_key = |device: &DeviceId| key.is_some_and(|key| key.wraps.contains_key(device));
        let opens = |person: &PersonId| self.log.members().any(|(device, member)| member.person == *person && has_key(device));
        self.coordinator().is_ok() && self.log.coordinators().iter().filter(|person| opens(person)).count() < 2
    }

    /// Remembers whose account a person is, as it was when they were let in.
    pub fn remember_account(&mut self, account: &str, person: PersonId) -> Result<(), DeviceError> {
        self.remember_accounts(&[(account, person)])
    }

    /// The same of several. A name that is somebody's already stays theirs: the server says it, and could give it to another.
    pub fn remember_accounts(&mut self, people: &[(&str, PersonId)]) -> Result<(), DeviceError> {
        let new = people.iter().filter(|(account, _)| self.account(account).is_none());
        let all: Vec<(String, String)> =
            new.map(|(account, person)| (format!("account/{account}"), person.to_string())).collect();
        self.set_notes(&all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>())
    }

    /// The person behind an account, as this device has checked it.
    pub fn account(&self, account: &str) -> Option<PersonId> {
        self.note(&format!("account/{account}"))?.parse().ok()
    }

    /// What the people are called whom this device has let in, by their id.
    pub fn people(&self) -> BTreeMap<String, String> {
        let accounts = self
            .state
            .notes
            .iter()
            .filter_map(|(name, person)| Some((person.clone(), name.strip_prefix("account/")?.to_owned())));
        accounts.collect()
    }

    /// What people call whoever holds a device: the account that this device knows them by, or the device's id.
    pub fn name_of(&self, device: &DeviceId) -> String {
        let person = self.log.known(device).map(|member| member.person.to_string());
        person.and_then(|person| self.people().remove(&person)).unwrap_or_else(|| device.to_string())
    }

    /// The entries that let a device in, upon a log that may have others which are sent before. They count once the hub has them and a sync
    /// has brought them back.
    pub fn admit(
        &self,
        log: &mut Log,
        device: &DeviceKeys,
        (person, role): (PersonId, Role),
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Entry>, DeviceError> {
        self.coordinator()?;
        let_in(&self.state.secrets, log, device, (person, role), rng)
    }

    /// The entries that give a person another role, one that may do more; with the coordinators' key for each of their devices where it is that
    /// of a coordinator. For one that may do less a person's devices are revoked, and they join anew.
    pub fn change_role(&self, person: PersonId, role: Role, rng: &mut impl CryptoRng) -> Result<Vec<Entry>, DeviceError> {
        self.coordinator()?;
        let before = self.log.role_of(person).ok_or_else(|| DeviceError::NotYet(texts::error_person_without_device()))?;
        if before != role && !before.may_become(role) {
            return Err(DeviceError::NotYet(texts::error_role_less()));
        }
        let (mut log, mut entries) = (self.log.clone(), Vec::new());
        if before != role {
            entries.push(self.entry(&mut log, Body::RoleChanged { person, role })?);
        }
        // Or what was lacking when somebody did the first half of this.
        let has_key = |device: &DeviceId| {
            let present = self.log.circle_of(CircleKind::Coordinators).and_then(|(_, circle)| circle.present());
            present.is_some_and(|epoch| epoch.wraps.contains_key(device))
        };
        let theirs = self.log.members().filter(|(_, member)| member.person == person && role == Role::Coordinator);
        for (_, member) in theirs.filter(|(device, _)| !has_key(device)) {
            entries.push(join_coordinators(&self.state.secrets, &mut log, &member.keys, rng)?);
        }
        if entries.is_empty() { Err(DeviceError::NotYet(texts::error_role_same())) } else { Ok(entries) }
    }

    /// The entry by which a device belongs to the organisation no longer, with new keys for every circle that it shares.
    pub fn revoke(&self, device: &DeviceId, rng: &mut impl CryptoRng) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        self.revoke_upon(&mut self.log.clone(), device, rng)
    }

    /// The same upon a log that goes on from there.
    pub(super) fn revoke_upon(&self, log: &mut Log, device: &DeviceId, rng: &mut impl CryptoRng) -> Result<Entry, DeviceError> {
        let member =
            self.log.member(device).ok_or_else(|| DeviceError::NotYet(texts::error_device_unknown(device.to_string())))?;
        if member.role == Role::Clerk {
            return Err(DeviceError::NotYet(texts::error_revoke_clerk()));
        }
        let stays = |(id, other): &(&DeviceId, &Member)| {
            *id != device && other.role == Role::Coordinator && !self.log.is_frozen(&other.person)
        };
        if member.role == Role::Coordinator && !self.log.members().any(|other| stays(&other)) {
            return Err(DeviceError::NotYet(texts::error_revoke_last()));
        }
        let (mut circles, mut before) = (Vec::new(), None);
        for (&circle, known) in self.log.circles() {
            let Some(present) = known.present().filter(|present| present.wraps.contains_key(device)) else { continue };
            let stay = present.wraps.keys().filter(|other| *other != device).filter_map(|other| self.log.member(other));
            let stay: Vec<DeviceKeys> = stay.map(|member| member.keys).collect();
            if stay.is_empty() {
                // It was theirs alone, and ends.
                continue;
            }
            let epoch = u32::try_from(known.epochs.len()).unwrap_or(u32::MAX);
            let (key, _) = seal_circle(circle, known.kind, epoch, &stay, rng)?;
            if known.kind == CircleKind::Coordinators {
                let pair = unwrap_circle(&self.log, circle, epoch - 1, &self.state.secrets)?;
                before = Some(seal_before(circle, epoch - 1, &pair, &key.public, rng)?);
            }
            circles.push(key);
        }
        self.entry(log, Body::DeviceRevoked { device: *device, circles, before })
    }

    /// The entry that lets a person open a case. The secrets for them go out with the sync that follows it.
    pub fn grant(&mut self, case: CaseId, person: PersonId, rng: &mut impl CryptoRng) -> Result<Entry, DeviceError> {
        self.lets_open(case, person, |circle| Body::Grant { case, circle }, rng)
    }

    /// The entry that lets a person open a case in some way, with the secrets for them put aside.
    pub(super) fn lets_open(
        &mut self,
        case: CaseId,
        person: PersonId,
        how: impl FnOnce(CircleId) -> Body,
        rng: &mut impl CryptoRng,
    ) -> Result<Entry, DeviceError> {
        self.coordinator()?;
        self.may_open(person)?;
        let (circle, _) = self
            .log
            .circle_of(CircleKind::Person(person))
            .ok_or_else(|| DeviceError::NotYet(texts::error_person_without_device()))?;
        self.seals(case, &[circle], how(circle), rng)
    }

    /// Fails unless somebody may be given cases: a lawyer, or a coordinator.
    pub(super) fn may_open(&self, person: PersonId) -> Result<(), DeviceError> {
        match self.log.role_of(person) {
            Some(Role::Lawyer | Role::Coordinator) => Ok(()),
            _ => Err(DeviceError::NotYet(texts::error_not_lawyer())),
        }
    }

    /// An entry that opens a case to these circles, with its secrets for them put aside.
    pub(super) fn seals(
        &mut self,
        case: CaseId,
        circles: &[CircleId],
        body: Body,
        rng: &mut impl CryptoRng,
    ) -> Result<Entry, DeviceError> {
        let stored = self.stored(case)?.ok_or(DeviceError::NoCase(case))?;
        if !stored.at_hub {
            return Err(DeviceError::NotYet(texts::error_case_not_sent()));
        }
        let mut log = self.log.clone();
        let mut wraps = Vec::new();
        for &circle in circles {
            for (epoch, secret) in &stored.secrets {
                wraps.push(secret.wrap((case, *epoch), circle, &log, &self.state.secrets, rng)?);
            }
        }
        let entry = self.entry(&mut log, body)?;
        let mut state = self.state.clone();
        state.outgoing.extend(wraps);
        self.records.put(vec![state.record()?])?;
        self.state = state;
        Ok(entry)
    }

    /// Adds entries of this device to the log as it knows it, once the hub has taken them: should the hub lose them at once, it gets them
    /// back from here.
    pub fn are_taken(&mut self, entries: &LogEntries) -> Result<(), DeviceError> {
        let entries: Vec<Vec<u8>> = entries.entries.iter().filter_map(|entry| from_hex(entry, MAX_ENTRY)).collect();
        self.learn(&entries, &mut SyncReport::default())
    }

    pub(super) fn entry(&self, log: &mut Log, body: Body) -> Result<Entry, DeviceError> {
        written(&self.state.secrets, log, body)
    }
}

fn written(signer: &DeviceSecrets, log: &mut Log, body: Body) -> Result<Entry, DeviceError> {
    signer.write_entry(log, body).map_err(|error| DeviceError::Hub(texts::error_log_entry(error.to_string())))
}

/// The entries that admit a device and give its person a circle, signed by whoever may.
pub(super) fn let_in(
    signer: &DeviceSecrets,
    log: &mut Log,
    device: &DeviceKeys,
    (person, role): (PersonId, Role),
    rng: &mut impl CryptoRng,
) -> Result<Vec<Entry>, DeviceError> {
    let mut entries = vec![written(signer, log, Body::DeviceAdmitted { device: *device, person, role })?];
    let kind = CircleKind::Person(person);
    let devices: Vec<DeviceKeys> =
        log.members().filter(|(_, member)| member.person == person).map(|(_, member)| member.keys).collect();
    // A person's next device gets a new key of their circle: a coordinator does not have the present one.
    let (circle, epoch) = match log.circle_of(kind) {
        Some((id, known)) => (id, u32::try_from(known.epochs.len()).unwrap_or(u32::MAX)),
        None => (CircleId(sixteen(rng)), 0),
    };
    let (key, _) = seal_circle(circle, kind, epoch, &devices, rng)?;
    entries.push(written(signer, log, Body::CircleEpoch(key))?);
    if role == Role::Coordinator {
        entries.push(join_coordinators(signer, log, device, rng)?);
    }
    Ok(entries)
}

/// The entry that seals the coordinators' present key to one more device, by whoever has it.
pub(super) fn join_coordinators(
    signer: &DeviceSecrets,
    log: &mut Log,
    device: &DeviceKeys,
    rng: &mut impl CryptoRng,
) -> Result<Entry, DeviceError> {
    let (circle, known) = log.circle_of(CircleKind::Coordinators).ok_or(DeviceError::Damaged("log"))?;
    let epoch = u32::try_from(known.epochs.len().saturating_sub(1)).unwrap_or(u32::MAX);
    let wrap = unwrap_circle(log, circle, epoch, signer)?.wrap(circle, epoch, device, rng)?;
    written(signer, log, Body::CircleJoined { circle, epoch, device: device.id(), wrap })
}

pub(super) fn sixteen(rng: &mut impl CryptoRng) -> [u8; 16] {
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    bytes
}
