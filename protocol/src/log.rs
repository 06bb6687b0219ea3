//! The organisation's log: who belongs to it and who may open what, each entry signed by a coordinator's device and linked
//! to the one before. Devices obey nothing else; the hub's word alone adds nobody.

use serde::{Deserialize, Serialize};

use crate::codec::{self, BadBytes};
use crate::device::DeviceKeys;
use crate::ids::{CaseId, CircleId, DeviceId, EnvelopeId, Hash, PersonId, Signature, TeamId, hash};
use crate::limits::MAX_ENTRY;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 0.
    pub number: u64,
    /// The hash of the entry before; zeros for the first.
    pub previous: Hash,
    /// What it says.
    pub body: Body,
    /// The coordinator's device that says so.
    pub signer: DeviceId,
    /// That device's signature over all of the above.
    pub signature: Signature,
}

/// What an entry says. New kinds are added at the end, so that old entries keep their bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// The organisation begins with its first coordinator's device and the coordinators' circle.
    Genesis {
        /// The first coordinator's device.
        device: DeviceKeys,
        /// Its person.
        person: PersonId,
        /// The coordinators' circle.
        circle: CircleKey,
    },
    /// A device belongs to the organisation from here on.
    DeviceAdmitted {
        /// Its keys.
        device: DeviceKeys,
        /// Its person.
        person: PersonId,
        /// What the person may do.
        role: Role,
    },
    /// A circle, or a circle's next key.
    CircleEpoch(CircleKey),
    /// A circle's present key is sealed to one more device.
    CircleJoined {
        /// The circle.
        circle: CircleId,
        /// Its present epoch.
        epoch: u32,
        /// The device.
        device: DeviceId,
        /// The private key, sealed to the device.
        wrap: SealedKey,
    },
    /// A circle may open a case.
    Grant {
        /// The case.
        case: CaseId,
        /// The circle.
        circle: CircleId,
    },
    /// A device belongs to the organisation no longer: what is sealed from here on it cannot open. What it has written stays.
    DeviceRevoked {
        /// The device.
        device: DeviceId,
        /// The next key of every circle that it shared with other devices, sealed to these alone. A circle that was its alone ends.
        circles: Vec<CircleKey>,
        /// The coordinators' key of before, sealed to their next one, where the device shared it: whoever joins them later opens what was
        /// sealed earlier.
        before: Option<SealedKey>,
    },
    /// A case is erased: whoever has anything of it destroys it, and nobody takes anything of it any more. This entry is all that stays.
    CaseErased {
        /// The case.
        case: CaseId,
    },
    /// Somebody who coordinates does so no longer, with none of their devices, until they are thawed: what they sign from here on counts for
    /// nothing, and the hub gives them nothing but this log.
    CoordinatorFrozen {
        /// Who.
        person: PersonId,
    },
    /// Another coordinator wants somebody frozen back. The second such entry, by a second person, thaws them.
    CoordinatorThawed {
        /// Who.
        person: PersonId,
    },

    /// A person's circle may open a case for a time, or only read it. It takes the place of a share that they have of the case already.
    CaseShared {
        /// The case.
        case: CaseId,
        /// The circle.
        circle: CircleId,
        /// Whether they may write, too.
        writes: bool,
        /// From when on they may no longer, in seconds since 1970; `None`: until an entry ends it.
        until: Option<i64>,
    },
    /// They may no longer, whatever end their share had.
    ShareEnded {
        /// The case.
        case: CaseId,
        /// The circle.
        circle: CircleId,
    },
    /// The key of one sealed fact is destroyed, and nobody takes it any more: nobody reads the fact again. The case goes on without it.
    FactErased {
        /// The case.
        case: CaseId,
        /// The name of the envelopes that carry the key; only who can open the case can say of which fact.
        key: EnvelopeId,
    },
    /// There is a team, or it is called otherwise from here on.
    TeamNamed {
        /// The team.
        team: TeamId,
        /// The epoch of the coordinators' circle to whose key its name is sealed: the present one.
        epoch: u32,
        /// What coordinators call it, filled up to one length.
        name: SealedBytes,
    },
    /// Somebody joins a team, and opens the cases that it has; or leaves it, and what they open only by it closes.
    TeamMember {
        /// The team.
        team: TeamId,
        /// Who.
        person: PersonId,
        /// Whether they join.
        joins: bool,
    },
    /// A team gets a case, or it is taken from the team.
    TeamCase {
        /// The team.
        team: TeamId,
        /// The case.
        case: CaseId,
        /// Whether the team gets it.
        gets: bool,
    },
    /// A lawyer is at a station until an instant, and gets index cards of those who are held there. It takes the place of the shift that they have.
    ShiftBegun {
        /// Who.
        person: PersonId,
        /// From when on, in seconds since 1970, by the clock of whoever says so.
        from: i64,
        /// From when on no longer, in seconds since 1970; at most [`MAX_SHIFT`](crate::limits::MAX_SHIFT) later.
        until: i64,
        /// The epoch of the coordinators' circle to whose key the place is sealed: the present one.
        epoch: u32,
        /// Where: the name of the station, filled up to one length. Only coordinators and the clerk open it.
        place: SealedBytes,
    },
    /// They no longer are, whatever end their shift had.
    ShiftEnded {
        /// Who.
        person: PersonId,
    },
    /// A person has another role from here on, with every device that they have: one that may do everything that they could before, and more.
    /// A shift that they have ends, unless they are a lawyer still.
    RoleChanged {
        /// Who.
        person: PersonId,
        /// What they may do.
        role: Role,
    },
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Opens every case of the team, admits devices, assigns, releases counts.
    Coordinator,
    /// Opens their own cases and those assigned to them.
    Lawyer,
    /// Adds people and facts; reads only what their own device wrote.
    Recorder,
    /// Sees counts, and rows without names.
    Advocate,
    /// The device that never sleeps: watches the clocks, writes mail, counts.
    Clerk,
    /// No device: the keys that two of the three printed shares give back. They admit a coordinator's device and open what coordinators
    /// open, and do nothing else; they have no session.
    Recovery,
}

impl Role {
    /// Whether such a person reads on what they have begun; whoever does not only adds.
    pub fn reads_own_cases(self) -> bool {
        !matches!(self, Self::Recorder | Self::Advocate | Self::Recovery)
    }

    /// Whether an entry may give somebody with this role that one: whoever has it may do everything that this one may, and more. To do less is
    /// no entry of its own: what a device has got it loses by being revoked, and by nothing else.
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Recorder => matches!(next, Self::Lawyer | Self::Advocate | Self::Coordinator),
            Self::Lawyer | Self::Advocate => next == Self::Coordinator,
            Self::Coordinator | Self::Clerk | Self::Recovery => false,
        }
    }

    /// Every role in which a device asks for something.
    pub const ALL: [Self; 5] = [Self::Coordinator, Self::Lawyer, Self::Recorder, Self::Advocate, Self::Clerk];

    /// The role's name in JSON, in the hub's database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Lawyer => "lawyer",
            Self::Recorder => "recorder",
            Self::Advocate => "advocate",
            Self::Clerk => "clerk",
            Self::Recovery => "recovery",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// Who a circle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CircleKind {
    /// The coordinators, with the clerk.
    Coordinators,
    /// All devices of one person.
    Person(PersonId),
}

/// A circle's key during one epoch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircleKey {
    /// The circle.
    pub circle: CircleId,
    /// Who it is.
    pub kind: CircleKind,
    /// The epoch, from 0, without gaps.
    pub epoch: u32,
    /// X25519: what is handed in to the circle is sealed to this.
    pub public: [u8; 32],
    /// The private half, sealed to each member's device.
    pub wraps: Vec<(DeviceId, SealedKey)>,
}

/// Thirty-two secret bytes sealed by HPKE: the encapsulated key and the ciphertext with its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedKey {
    /// The encapsulated key.
    pub encapsulated: [u8; 32],
    /// The sealed bytes.
    pub ciphertext: [u8; 32],
    /// The tag.
    pub tag: [u8; 16],
}

/// Bytes sealed by HPKE: the encapsulated key, and the ciphertext with its tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedBytes {
    /// The encapsulated key.
    pub encapsulated: [u8; 32],
    /// The sealed bytes, and the tag.
    pub sealed: Vec<u8>,
}

impl SealedKey {
    /// What the seal of a circle's key of one epoch to its key of the next is bound to.
    pub fn before_info(circle: CircleId, epoch: u32) -> Vec<u8> {
        let mut info = b"habeas/1/circle-before\0".to_vec();
        info.extend_from_slice(&circle.0);
        info.extend_from_slice(&epoch.to_be_bytes());
        info
    }

    /// What the seal of a circle's private key is bound to.
    pub fn circle_info(circle: CircleId, epoch: u32, device: DeviceId) -> Vec<u8> {
        let mut info = b"habeas/1/circle-wrap\0".to_vec();
        info.extend_from_slice(&circle.0);
        info.extend_from_slice(&epoch.to_be_bytes());
        info.extend_from_slice(&device.0);
        info
    }
}

/// Why an entry was refused. The log stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The bytes are no entry.
    #[error("the entry cannot be read: {0}")]
    Bytes(#[from] BadBytes),
    /// It does not follow the newest entry known. Somebody else has written in between, or the history is another one.
    #[error("entry {number} does not follow entry {head} of the log that this device knows")]
    OutOfOrder {
        /// The entry's number.
        number: u64,
        /// The newest entry known.
        head: u64,
    },
    /// The signer is no coordinator's device of this log, or the signature is not theirs.
    #[error("the entry is not signed by a coordinator's device of this organisation")]
    Signature,
    /// It contradicts what the log says already, or itself.
    #[error("the entry contradicts the log: {0}")]
    Contradiction(&'static str),
}

impl Entry {
    /// Reads an entry.
    pub fn decode(bytes: &[u8]) -> Result<Self, LogError> {
        Ok(codec::decode(bytes, MAX_ENTRY)?)
    }

    /// The bytes that the signature covers.
    pub fn signed(number: u64, previous: &Hash, body: &Body, signer: DeviceId) -> Result<Vec<u8>, BadBytes> {
        let mut message = b"habeas/1/log\0".to_vec();
        message.extend(codec::encode(&(number, previous, body, signer))?);
        Ok(message)
    }

    /// The entry's hash, which the next one names.
    pub fn hash(&self) -> Result<Hash, BadBytes> {
        Ok(hash("habeas/1/entry", &[&codec::encode(self)?]))
    }
}
