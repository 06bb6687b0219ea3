//! Who may do what: the one place that decides. Hub and clerk ask it about everything that somebody asks of them, with the organisation's
//! log and who asks, and decide nothing of their own. It is pure, so the same question always has the same answer.
//!
//! What an entry of the log or a wrap is worth by its signature is another matter, and not the server's to decide: devices check
//! that themselves (`Log::add`, `Wrap::is_signed`).

use std::collections::BTreeSet;

use crate::ids::{CaseId, CircleId, DeviceId, EnvelopeId, PersonId};
use crate::log::{CircleKind, Role};
use crate::members::{Circle, Log, Member};

/// For how long an account may do everything without a second factor, in seconds from when it was made.
pub const SECOND_FACTOR_GRACE: i64 = 72 * 3600;

/// Who asks, as the session says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The device.
    pub device: DeviceId,
    /// Its person.
    pub person: PersonId,
}

/// Everything that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action<'a> {
    /// Invite somebody to the organisation.
    Invite,
    /// Open, see and close intakes, by whose link many recorders join.
    Intake,
    /// Say that somebody who waits is not let in.
    Refuse,
    /// See every device that has signed in, with its account's name.
    ReadDevices,
    /// Take a second factor away, for whoever has lost it. Whose, [`Action::ResetSecondFactorOf`] asks.
    ResetSecondFactor,
    /// Take this one's away. A coordinator does that for somebody else whom they have seen or heard, never for themselves.
    ResetSecondFactorOf {
        /// Whose it is.
        person: PersonId,
    },
    /// Add entries to the organisation's log: admit, grant, revoke. Each is signed besides.
    WriteLog,
    /// Hand in a bundle, whoever made it.
    HandIn,
    /// See and fetch what waits for a decision: devices that were revoked, or may not write there any more, had not brought it.
    ReadQuarantine,
    /// Delete some of it: it was taken in, or refused.
    EmptyQuarantine,
    /// See which families ask.
    ReadFamilies,
    /// Let a family follow a case.
    AttachFamily,
    /// Take a family off a case.
    DetachFamily,
    /// See of which rules families hear.
    ReadRules,
    /// Let families hear under a rule, or not any more.
    AllowRule,
    /// Give one's own account another password.
    ChangePassword,
    /// Give one's own account an authenticator app.
    EnrolSecondFactor,
    /// Say where one's own alerts go.
    SetContact,
    /// Count cases by day, city and status, and take the count away as a file; the cases one by one without whoever they are about, too.
    Count,
    /// Propose a count for publication.
    ProposeCount,
    /// See the counts that were proposed.
    ReadProposed,
    /// Release some count or other. Which one, [`Action::ReleaseCount`] asks.
    Release,
    /// Release this count for everybody to read.
    ReleaseCount {
        /// Who proposed it.
        proposed_by: PersonId,
    },
    /// Bring changes, secrets and questions about cases to the hub at all. About each case more is asked.
    Exchange,
    /// Read what comes in a circle's feed, its snapshot included.
    ReadFeed {
        /// The circle.
        circle: CircleId,
    },
    /// Begin a case at the hub, or give it back after the hub has lost it.
    BeginCase {
        /// The case.
        case: CaseId,
        /// The device that the case's id proves to have begun it.
        beginner: DeviceId,
    },
    /// Add changes and attachments to a case, and ask whether the hub has all of them.
    WriteCase {
        /// The case.
        case: CaseId,
        /// The device that began it.
        beginner: DeviceId,
        /// The circles that have it.
        circles: &'a BTreeSet<CircleId>,
        /// The time, in seconds since 1970.
        now: i64,
    },
    /// Read what lies beside a case, such as a photograph. Whoever only adds to it does not.
    ReadCase {
        /// The case.
        case: CaseId,
        /// The device that began it, if it is known.
        beginner: Option<DeviceId>,
        /// The circles that have it.
        circles: &'a BTreeSet<CircleId>,
        /// The time, in seconds since 1970.
        now: i64,
    },
    /// Read something of a case that stands in a circle's feed. What a share has opened is closed at its end, also where it was not fetched.
    ReadItem {
        /// The case.
        case: CaseId,
        /// The device that began it, if it is known.
        beginner: Option<DeviceId>,
        /// The circle.
        circle: CircleId,
        /// The time, in seconds since 1970.
        now: i64,
    },
    /// Seal a case's secret to a circle. This is asked about whoever sealed it, not about whoever brings it.
    SealCase {
        /// The case.
        case: CaseId,
        /// The device that began it, if it is known.
        beginner: Option<DeviceId>,
        /// The circle.
        circle: CircleId,
        /// The time, in seconds since 1970.
        now: i64,
    },
    /// Learn which readers a case lacks, to seal it to them.
    MendReaders,
    /// Bring into the last quarter of the room that a case has at the hub.
    FillCase,
    /// Hear which cases take nothing until they have a new secret.
    ReadClosed,
    /// Speak to the hub as the clerk that runs on another machine: ask whose a pass is, record what was done, say that everything is counted.
    SpeakAsClerk,
    /// Bring a snapshot of a circle's feed.
    KeepSnapshot {
        /// The circle.
        circle: CircleId,
    },
    /// Get index cards of those who are held at some station or other. Whether one is on shift there, [`Action::ReadCardsOfShift`] asks.
    ReadCards,
    /// Get those of the station at which one is on shift.
    ReadCardsOfShift {
        /// The time, in seconds since 1970.
        now: i64,
    },
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The log has not admitted the device for that person, or has revoked it.
    #[error("a coordinator has to let this device in first")]
    NotAdmitted,
    /// The log has frozen somebody who coordinates.
    #[error("another coordinator has frozen this one: two others have to thaw them first")]
    Frozen,
    /// It takes another role.
    #[error("this account may not do that: it takes another role")]
    Role,
    /// It is somebody else's case, or another circle's feed.
    #[error("this account may not open that case")]
    Foreign,
    /// The case is erased, for everybody.
    #[error("the case is erased: nobody takes or gives anything of it any more")]
    Erased,
    /// Whoever proposes a count does not release it.
    #[error("a second person must release a count; you proposed it")]
    SecondPerson,
    /// A second factor is taken away by somebody else than whose it is.
    #[error("another coordinator must reset yours")]
    OwnSecondFactor,
    /// The log has put nobody of that name on shift, or not any more.
    #[error("index cards are for whoever is on shift at a station: a coordinator says so")]
    NoShift,
    /// It waits for a second factor, which the account does not have.
    #[error(
        "this takes a second factor, and the account has none: add an authenticator app, in the app or with habeas second-factor enrol, \
         and do it again. Cases are exchanged without one"
    )]
    SecondFactor,
}

impl Denied {
    /// The code by which devices are told.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAdmitted => "not_admitted",
            Self::Frozen => "frozen",
            Self::Role => "forbidden",
            Self::Foreign => "no_access",
            Self::Erased => "erased",
            Self::SecondPerson => "second_person",
            Self::OwnSecondFactor => "own_second_factor",
            Self::NoShift => "no_shift",
            Self::SecondFactor => "second_factor_required",
        }
    }
}

impl Action<'_> {
    /// The roles that may; which case or circle it is about is asked on top.
    pub fn roles(self) -> &'static [Role] {
        use Role::{Advocate, Clerk, Coordinator, Lawyer, Recorder};
        match self {
            Self::Invite
            | Self::Intake
            | Self::Refuse
            | Self::ReadDevices
            | Self::ResetSecondFactor
            | Self::ResetSecondFactorOf { .. }
            | Self::WriteLog
            | Self::ReadQuarantine
            | Self::EmptyQuarantine
            | Self::ReadFamilies
            | Self::AttachFamily
            | Self::DetachFamily
            | Self::ReadRules
            | Self::AllowRule => &[Coordinator],
            Self::Count | Self::ProposeCount | Self::ReadProposed | Self::Release | Self::ReleaseCount { .. } => {
                &[Coordinator, Advocate]
            }
            Self::HandIn | Self::ChangePassword | Self::EnrolSecondFactor | Self::SetContact => {
                &[Coordinator, Lawyer, Recorder, Advocate]
            }
            Self::MendReaders | Self::FillCase | Self::KeepSnapshot { .. } => &[Coordinator, Clerk],
            Self::ReadClosed | Self::SpeakAsClerk => &[Clerk],
            Self::ReadCards | Self::ReadCardsOfShift { .. } => &[Lawyer],
            Self::Exchange
            | Self::ReadFeed { .. }
            | Self::BeginCase { .. }
            | Self::WriteCase { .. }
            | Self::ReadCase { .. }
            | Self::ReadItem { .. }
            | Self::SealCase { .. } => &Role::ALL,
        }
    }

    /// Whether an account needs a second factor for it: for all that only those may do who need one themselves. What everybody does waits for
    /// none, the exchange of cases first of all.
    pub fn takes_second_factor(self) -> bool {
        self.roles().iter().all(|role| needs_second_factor(*role))
    }
}

/// Whether the account of somebody with this role needs a second factor.
pub fn needs_second_factor(role: Role) -> bool {
    match role {
        Role::Coordinator | Role::Advocate => true,
        // The clerk and the printed shares have no account, and prove themselves by their keys.
        Role::Lawyer | Role::Recorder | Role::Clerk | Role::Recovery => false,
    }
}

/// Whether whoever [`allows`] lets do something may do it at `now` without a second factor. `due_at` is from when on their account needs one; both in
/// seconds since 1970.
pub fn allows_without_second_factor(action: Action<'_>, due_at: i64, now: i64) -> Result<(), Denied> {
    if action.takes_second_factor() && now >= due_at { Err(Denied::SecondFactor) } else { Ok(()) }
}

/// Whether somebody may do something, by the log.
pub fn allows(log: &Log, caller: Caller, action: Action<'_>) -> Result<(), Denied> {
    // Whoever began a case has sealed its first secret, even if their device was revoked since; the signature says what that is worth.
    if let Action::SealCase { case, beginner, circle, now } = action {
        exists(log, case)?;
        let may = beginner == Some(caller.device) || opens_everything(log, caller);
        return if !may {
            Err(Denied::Role)
        } else if log.readers(case, beginner.as_ref(), now).contains(&circle) {
            Ok(())
        } else {
            Err(Denied::Foreign)
        };
    }
    let member = member(log, caller).ok_or(Denied::NotAdmitted)?;
    if log.is_frozen(&member.person) {
        return Err(Denied::Frozen);
    }
    if !action.roles().contains(&member.role) {
        return Err(Denied::Role);
    }
    if let Action::BeginCase { case, .. }
    | Action::WriteCase { case, .. }
    | Action::ReadCase { case, .. }
    | Action::ReadItem { case, .. } = action
    {
        exists(log, case)?;
    }
    let allowed = match action {
        Action::ReleaseCount { proposed_by } if proposed_by == caller.person => return Err(Denied::SecondPerson),
        Action::ResetSecondFactorOf { person } if person == caller.person => return Err(Denied::OwnSecondFactor),
        Action::ReadCardsOfShift { now } if !log.shift(caller.person).is_some_and(|shift| shift.holds(now)) => {
            return Err(Denied::NoShift);
        }
        Action::ReadFeed { circle } | Action::KeepSnapshot { circle } => has_key(log, caller, circle),
        Action::BeginCase { beginner, .. } => beginner == caller.device || opens_everything(log, caller),
        Action::WriteCase { case, beginner, circles, now } => {
            let lets = |circle| lets(log, (case, Some(beginner)), circle, now) == Lets::Write;
            beginner == caller.device || circles.iter().any(|circle| has_key(log, caller, *circle) && lets(*circle))
        }
        Action::ReadCase { case, beginner, circles, now } => {
            let lets = |circle| lets(log, (case, beginner), circle, now) > Lets::Nothing;
            circles.iter().any(|circle| has_key(log, caller, *circle) && lets(*circle))
        }
        Action::ReadItem { case, beginner, circle, now } => {
            has_key(log, caller, circle) && lets(log, (case, beginner), circle, now) > Lets::Nothing
        }
        _ => true,
    };
    if allowed { Ok(()) } else { Err(Denied::Foreign) }
}

/// What a circle that has got a case may do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lets {
    /// Nothing any more: its share is over.
    Nothing,
    /// Read.
    Read,
    /// Read and write.
    Write,
}

/// What a circle that has got a case may do with it at `now`, in seconds since 1970. Only a share lets somebody do less than everything, and none that a
/// person has who began the case themselves.
pub fn lets(log: &Log, (case, beginner): (CaseId, Option<DeviceId>), circle: CircleId, now: i64) -> Lets {
    match log.share(case, circle) {
        None => Lets::Write,
        Some(_) if beginner.and_then(|beginner| log.own_circle(&beginner)) == Some(circle) => Lets::Write,
        Some(share) if !share.holds(now) => Lets::Nothing,
        Some(share) if share.writes => Lets::Write,
        Some(_) => Lets::Read,
    }
}

/// What the log lets a device do with a case that it has, or had, at `now`: nothing while its person is frozen. `beginner` is the device that began it, if it
/// is known.
pub fn lets_device(log: &Log, device: DeviceId, (case, beginner): (CaseId, Option<DeviceId>), now: i64) -> Lets {
    let Some(person) = log.known(&device).map(|member| member.person) else { return Lets::Write };
    if log.is_frozen(&person) {
        return Lets::Nothing;
    }
    let began =
        beginner.is_some_and(|beginner| beginner == device || log.known(&beginner).is_some_and(|member| member.person == person));
    if began || opens_everything(log, Caller { device, person }) {
        return Lets::Write;
    }
    log.circle_of(CircleKind::Person(person)).map_or(Lets::Write, |(circle, _)| lets(log, (case, beginner), circle, now))
}

/// Whether a person hears of a case by mail, at `now`: as long as they have a device that is not revoked, are not frozen, and no share of the case that
/// they had is over. Whoever has taken somebody's phone may have their mailbox, too.
pub fn hears(log: &Log, person: PersonId, (case, beginner): (CaseId, Option<DeviceId>), now: i64) -> bool {
    let mut devices = log.members().filter(|(_, member)| member.person == person);
    devices.any(|(device, _)| lets_device(log, *device, (case, beginner), now) > Lets::Nothing)
}

/// Whether a person is one of the organisation's, or was, and gets no mail at all any more: they are frozen, or have no device that is not revoked.
pub fn gets_no_mail(log: &Log, person: PersonId) -> bool {
    let of_person = |(_, member): &(&DeviceId, &Member)| member.person == person;
    log.all_known().any(|known| of_person(&known)) && (log.is_frozen(&person) || !log.members().any(|member| of_person(&member)))
}

/// Fails if a case is erased. Of such a case nobody may do anything, whoever they are.
pub fn exists(log: &Log, case: CaseId) -> Result<(), Denied> {
    if log.is_erased(&case) { Err(Denied::Erased) } else { Ok(()) }
}

/// Fails if what travels under this name is the key of a fact that is erased: nobody brings it, whoever they are.
pub fn may_stay(log: &Log, case: CaseId, name: EnvelopeId) -> Result<(), Denied> {
    if log.is_fact_erased(&case, &name) { Err(Denied::Erased) } else { exists(log, case) }
}

/// The circles whose feeds somebody reads.
pub fn feeds(log: &Log, caller: Caller) -> Vec<CircleId> {
    let circles = log.circles().map(|(circle, _)| *circle);
    circles.filter(|&circle| allows(log, caller, Action::ReadFeed { circle }).is_ok()).collect()
}

/// What the log says of a caller; `None` unless it has admitted that device for that person, and not revoked it.
fn member(log: &Log, caller: Caller) -> Option<&Member> {
    log.member(&caller.device).filter(|member| member.person == caller.person)
}

/// Whether the device has the circle's present key.
fn has_key(log: &Log, caller: Caller, circle: CircleId) -> bool {
    log.circle(&circle).and_then(Circle::present).is_some_and(|epoch| epoch.wraps.contains_key(&caller.device))
}

/// Whether the device may open every case, and seal each to those to whom the log grants it.
fn opens_everything(log: &Log, caller: Caller) -> bool {
    member(log, caller).is_some_and(|member| matches!(member.role, Role::Coordinator | Role::Clerk))
}

impl Caller {
    /// Whoever a device belongs to, or did before it was revoked; somebody whom the log does not know may do nothing.
    pub fn of(log: &Log, device: DeviceId) -> Self {
        Self { device, person: log.known(&device).map_or(PersonId([0; 16]), |member| member.person) }
    }
}

/// Whether somebody may be invited as this. The clerk belongs to the server, and printed shares are printed on a device.
pub fn may_be_invited(role: Role) -> bool {
    match role {
        Role::Coordinator | Role::Lawyer | Role::Recorder | Role::Advocate => true,
        Role::Clerk | Role::Recovery => false,
    }
}

/// For whom an account is made, once printed shares have let this device in: for nobody unless it coordinates.
pub fn recovers(log: &Log, device: &DeviceId) -> Option<PersonId> {
    log.member(device).filter(|member| member.role == Role::Coordinator).map(|member| member.person)
}

/// How far a family's request has come. Families have no account: the link in their mail is all that they show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FamilyState {
    /// They have asked; until then, in seconds since 1970, the link in the first mail confirms that the address is theirs.
    Asked {
        /// The end of it.
        until: i64,
    },
    /// The address is theirs, and a coordinator may let them follow a case.
    Confirmed,
    /// They follow a case.
    Attached,
    /// They want no more mail.
    Stopped,
}

/// What a family can ask with the link in its mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FamilyAction {
    /// Confirm that the address is theirs.
    Confirm,
    /// Be asked for the word and, with it, read how the person is.
    Read,
    /// Stop the mail.
    Stop,
    /// Be let to follow a case by a coordinator.
    Follow,
}

/// Whether the link lets a family do something at `now`.
pub fn allows_family(state: FamilyState, action: FamilyAction, now: i64) -> bool {
    match action {
        FamilyAction::Confirm => matches!(state, FamilyState::Asked { until } if until > now),
        FamilyAction::Read | FamilyAction::Follow => matches!(state, FamilyState::Confirmed | FamilyState::Attached),
        FamilyAction::Stop => state != FamilyState::Stopped,
    }
}
