//! The audit record: what was done with the server and by whom, as a chain of hashes. The hub writes it; devices keep its head, so that
//! nobody who has the server can shorten it or write it anew unseen. It names nobody: devices, persons, cases and circles by their
//! ids, the operator as such.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::api::{from_hex, to_hex};
use crate::codec::{self, BadBytes};
use crate::ids::{DeviceId, Hash, hash};

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The server was started.
    Start,
    /// The organisation was made.
    SetUp,
    /// Somebody made an account with an invitation.
    Register,
    /// Somebody signed in.
    SignIn,
    /// A session was ended, because there are two of its device.
    EndSession,
    /// Somebody gave their account another password.
    ChangePassword,
    /// Somebody gave their account an authenticator app, or another one.
    EnrolSecondFactor,
    /// A coordinator took somebody's second factor away.
    ResetSecondFactor,
    /// Something was asked for that access does not allow: this is recorded as refused, and never as done.
    Access,
    /// Somebody was invited.
    Invite,
    /// Many were invited by one link.
    OpenIntake,
    /// Nobody joins by that link any more.
    CloseIntake,
    /// Somebody who waited was not let in.
    Refuse,
    /// The log has got its first entry.
    Begin,
    /// The log has admitted a device.
    Admit,
    /// The log has got a circle, or a circle's next key.
    Circle,
    /// The log has let a device into a circle.
    Join,
    /// The log lets a circle open a case: it was shared.
    Grant,
    /// The log lets a circle open a case for a time, or only read it.
    Share,
    /// That has been ended.
    EndShare,
    /// The log has put a lawyer on shift at a station.
    BeginShift,
    /// That has been ended.
    EndShift,
    /// The log has revoked a device.
    Revoke,
    /// The log has erased a case.
    Erase,
    /// The log has frozen a coordinator.
    Freeze,
    /// A coordinator wants one back who is frozen; two of them thaw.
    Thaw,
    /// Somebody with two printed shares made an account for a coordinator.
    Recover,
    /// A bundle was handed in.
    HandIn,
    /// A revoked device handed in what it had not brought.
    Quarantine,
    /// A coordinator fetched some of it.
    FetchQuarantined,
    /// A coordinator deleted some of it.
    DropQuarantined,
    /// Somebody fetched an attachment of a case; told once an hour.
    FetchAttachment,
    /// Somebody read which families ask.
    ReadFamilies,
    /// A family follows a case.
    Attach,
    /// A family follows it no longer.
    Detach,
    /// Families hear under a rule.
    AllowRule,
    /// They do not any more.
    WithholdRule,
    /// Somebody said where their alerts go.
    SetContact,
    /// Somebody took a count away.
    Count,
    /// Somebody took cases one by one away, without whoever they are about.
    TakeRows,
    /// Somebody proposed a count for publication.
    ProposeCount,
    /// Somebody released a count to everybody.
    ReleaseCount,
    /// The operator made a backup.
    Backup,
    /// The operator put a backup back.
    Restore,
    /// The operator brought the databases up to date.
    Upgrade,
    /// The operator gave the clerk its key.
    Unlock,
    /// The operator began to exchange the clerk's key for another one.
    RotateKey,
    /// The operator of the hub said which clerk, on another machine, the organisation will have.
    AdmitClerk,
    /// A coordinator read the list of devices, with the names of accounts; told once an hour.
    ReadDevices,
    /// A coordinator read the list of intakes; told once an hour.
    ReadIntakes,
    /// A coordinator read what revoked devices had not brought.
    ReadQuarantine,
    /// Somebody read the counts that were proposed.
    ReadProposed,
    /// The log has got a team, or another name of one.
    NameTeam,
    /// Somebody has joined a team.
    JoinTeam,
    /// Somebody has left one.
    LeaveTeam,
    /// Somebody on shift got the index cards of a station.
    ReadCards,
    /// After a backup was put back everything counts again: a coordinator's device has synced, or the operator does without one.
    CountAgain,
    /// Somebody took something out of their device, as that tells it.
    TakeOut,
    /// The log has given somebody another role.
    ChangeRole,
}

impl Act {
    /// What a clerk on another machine may have recorded, by its name.
    pub fn of_clerk(name: &str) -> Option<Self> {
        const OF_CLERK: [Act; 24] = [
            Act::Access,
            Act::Start,
            Act::Backup,
            Act::Restore,
            Act::Upgrade,
            Act::HandIn,
            Act::Quarantine,
            Act::FetchQuarantined,
            Act::DropQuarantined,
            Act::ReadFamilies,
            Act::Attach,
            Act::Detach,
            Act::AllowRule,
            Act::WithholdRule,
            Act::SetContact,
            Act::Count,
            Act::TakeRows,
            Act::ProposeCount,
            Act::ReleaseCount,
            Act::Unlock,
            Act::RotateKey,
            Act::ReadQuarantine,
            Act::ReadProposed,
            Act::ReadCards,
        ];
        OF_CLERK.into_iter().find(|act| act.name() == name)
    }

    /// Its name in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::SetUp => "set_up",
            Self::Register => "register",
            Self::SignIn => "sign_in",
            Self::EndSession => "end_session",
            Self::ChangePassword => "change_password",
            Self::EnrolSecondFactor => "enrol_second_factor",
            Self::ResetSecondFactor => "reset_second_factor",
            Self::Access => "access",
            Self::Invite => "invite",
            Self::OpenIntake => "open_intake",
            Self::CloseIntake => "close_intake",
            Self::Refuse => "refuse",
            Self::Begin => "begin",
            Self::Admit => "admit",
            Self::Circle => "circle",
            Self::Join => "join",
            Self::Grant => "grant",
            Self::Share => "share",
            Self::EndShare => "end_share",
            Self::BeginShift => "begin_shift",
            Self::EndShift => "end_shift",
            Self::Revoke => "revoke",
            Self::Erase => "erase",
            Self::Freeze => "freeze",
            Self::Thaw => "thaw",
            Self::Recover => "recover",
            Self::HandIn => "hand_in",
            Self::Quarantine => "quarantine",
            Self::FetchQuarantined => "fetch_quarantined",
            Self::DropQuarantined => "drop_quarantined",
            Self::FetchAttachment => "fetch_attachment",
            Self::ReadFamilies => "read_families",
            Self::Attach => "attach",
            Self::Detach => "detach",
            Self::AllowRule => "allow_rule",
            Self::WithholdRule => "withhold_rule",
            Self::SetContact => "set_contact",
            Self::Count => "count",
            Self::TakeRows => "take_rows",
            Self::ProposeCount => "propose_count",
            Self::ReleaseCount => "release_count",
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::Upgrade => "upgrade",
            Self::Unlock => "unlock",
            Self::RotateKey => "rotate_key",
            Self::AdmitClerk => "admit_clerk",
            Self::ReadDevices => "read_devices",
            Self::ReadIntakes => "read_intakes",
            Self::ReadQuarantine => "read_quarantine",
            Self::ReadProposed => "read_proposed",
            Self::NameTeam => "name_team",
            Self::JoinTeam => "join_team",
            Self::LeaveTeam => "leave_team",
            Self::ReadCards => "read_cards",
            Self::CountAgain => "count_again",
            Self::TakeOut => "take_out",
            Self::ChangeRole => "change_role",
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A device, with a session or a signature of its own.
    Device(DeviceId),
    /// Whoever sits at the server.
    Operator,
    /// Somebody of whom nothing is proved.
    Unknown,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(device) => write!(f, "{device}"),
            Self::Operator => f.write_str("operator"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// An entry, as it is stored and hashed. Every part is text that an operator can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// When, in seconds since 1970, by the server's clock.
    pub at: i64,
    /// Who: a device's id, `operator` or `unknown`.
    pub actor: String,
    /// What: an [`Act`]'s name.
    pub act: String,
    /// What it was about: `kind:id`, separated by spaces.
    pub subjects: String,
    /// What came of it: `done`, or `refused` with how often.
    pub outcome: String,
}

impl AuditEntry {
    /// The link of the chain after this entry.
    pub fn chain(&self, before: &Hash) -> Result<Hash, BadBytes> {
        Ok(hash("habeas/1/audit", &[before, &codec::encode(self)?]))
    }
}

/// An entry by its number and the first half of its link: enough to know the whole record up to there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    /// The entry's number.
    pub number: u64,
    /// The first sixteen bytes of the link after it.
    pub link: [u8; 16],
}

impl AuditHead {
    /// The head after an entry.
    pub fn new(number: u64, link: &Hash) -> Self {
        let mut cut = [0; 16];
        cut.copy_from_slice(&link[..16]);
        Self { number, link: cut }
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, to_hex(&self.link))
    }
}

/// A text that is no head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a head is an entry's number, a colon and 32 hexadecimal digits, as `habeas audit` prints it")]
pub struct BadHead;

impl FromStr for AuditHead {
    type Err = BadHead;

    fn from_str(text: &str) -> Result<Self, BadHead> {
        let (number, link) = text.trim().split_once(':').ok_or(BadHead)?;
        let number = number.parse().ok().filter(|number| *number > 0).ok_or(BadHead)?;
        let link = from_hex(link, 16).and_then(|link| link.try_into().ok()).ok_or(BadHead)?;
        Ok(Self { number, link })
    }
}
