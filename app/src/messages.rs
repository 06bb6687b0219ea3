//! What the page asks of the worker and what it is told: views, already in words. No key and no document crosses here.

use habeas_client_core::case::Form;
use habeas_protocol::Secret;
use habeas_protocol::api::{ChangePassword, Enrol};
use serde::{Deserialize, Serialize};

/// What every letter and every reply begins with. Letters are written by the places of things and not by their names: what another
/// build has written must not even be tried, for its "keep this" may be our "wipe everything".
const BUILD: &[u8] = env!("HABEAS_BUILD").as_bytes();

/// A letter or a reply as it is posted.
pub fn write(message: &impl Serialize) -> Vec<u8> {
    postcard::to_extend(message, BUILD.to_vec()).unwrap_or_default()
}

/// A letter or a reply of this build; `None` for anything else.
pub fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes.strip_prefix(BUILD)?).ok()
}

/// What the worker says of a letter that it cannot read.
pub const UNREADABLE: &str = "unreadable";

/// A question, with its number and the language of the answer.
#[derive(Serialize, Deserialize)]
pub struct Letter {
    /// The answer carries the same number.
    pub number: u32,
    /// `kk`, `ru` or `en`.
    pub lang: String,
    /// The question.
    pub ask: Ask,
}

/// The answer to a letter; an error is already in words.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reply {
    /// The letter's number.
    pub number: u32,
    /// The answer.
    pub told: Result<Told, String>,
}

/// What the page asks.
// No `Debug`: passwords and passphrases are among it.
#[derive(Serialize, Deserialize)]
pub enum Ask {
    /// How this device stands.
    Standing,
    /// Make a vault and a device, and sign in.
    SetUp(SetUp),
    /// Open the vault; whether the page has seen a worker die since it was last open.
    Unlock { passphrase: String, died: bool },
    /// Sign in again, on a device that there is.
    SignIn(SignIn),
    /// Every case, the most urgent first.
    Cases,
    /// The index cards of the station at which one is on shift, or was.
    Cards,
    /// One case, by its id.
    Case(String),
    /// A new case with its first facts; and what is still half written, kept in the same breath.
    Begin(Vec<Form>, Vec<Kept>),
    /// A fact for a case, likewise.
    Add { case: String, form: Form, kept: Vec<Kept> },
    /// A fact as a form that somebody could have filled in, to correct it.
    Filled { case: String, fact: String },
    /// The places at which people are held, and who is held at one of them.
    Roll(String),
    /// A roll call, saved at once: the place, what was seen of each case, and who says so.
    RollCall { place: String, seen: Vec<(String, String)>, source: String },
    /// Keep a file beside a case: what it shows, and who says so.
    Keep { case: String, text: String, source: String, file: Vec<u8> },
    /// Get an attachment of a case, by its number from 0; as it was attached, or without what nobody sees in a photograph.
    Fetch { case: String, number: u32, original: bool },
    /// Exchange what is new.
    Sync,
    /// What is unsent, refused, and when the server was last reached.
    SyncState,
    /// Every device of the organisation (coordinators).
    Devices,
    /// An invitation (coordinators): a role, and for how many hours.
    Invite(String, u32),
    /// Let a device in (coordinators); a role where its id was compared by voice.
    Approve { device: String, compared: Option<String> },
    /// Take a device out of the organisation (coordinators).
    Revoke(String),
    /// What has not reached the server, as files to be carried by hand.
    Give,
    /// Take in such a file.
    TakeIn(Vec<u8>),
    /// Let somebody open a case (coordinators).
    Assign { case: String, account: String },
    /// Families who ask (coordinators).
    Families,
    /// Let a family follow a case (coordinators).
    Attach { request: String, case: String },
    /// Take it off again (coordinators).
    Detach(String),
    /// Where alerts go.
    Contact(String),
    /// How the account's second factor stands.
    Factor,
    /// A new secret for an authenticator app. Nobody but the page keeps it, and nobody hears of it until it is enrolled.
    NewFactor,
    /// Enrol the authenticator app that has it.
    Enrol(Enrol),
    /// Another password for the account.
    ChangePassword(ChangePassword),
    /// Keep what is half written, or forget it; then drop the keys. It is the last that is asked of a worker.
    KeepDraft(Vec<Kept>),
    /// What was half written.
    Draft,
    /// Destroy the keys and everything on this device.
    Wipe,
    /// Somebody has read what nobody must miss: say it no more.
    PutAway,
}

/// A half-written form, field by field by name: another version of the app reads those that it knows.
pub type Kept = Vec<(String, String)>;

/// What a new device needs.
#[derive(Default, Serialize, Deserialize)]
pub struct SetUp {
    /// The account's name.
    pub account: String,
    /// Its password.
    pub password: String,
    /// An invitation, for a new account.
    pub invitation: String,
    /// The organisation's fingerprint, for an account that there is.
    pub organisation: String,
    /// The passphrase of this device.
    pub passphrase: String,
}

/// What signs in again.
#[derive(Default, Serialize, Deserialize)]
pub struct SignIn {
    /// The account's name.
    pub account: String,
    /// Its password.
    pub password: String,
    /// An invitation, for a new account.
    pub invitation: String,
    /// The code of a second factor, where the server has asked for it.
    pub code: String,
}

/// What the page is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// Done; nothing more to say.
    Done,
    /// Done, with a sentence about it.
    Said(String),
    /// How the device stands.
    Standing(Standing),
    /// Cases.
    Cases(Vec<CaseLine>),
    /// Index cards, the most urgent first, and what there is to say of all of them.
    Cards(Vec<CaseLine>, Vec<String>),
    /// A case.
    Case(Box<CaseView>),
    /// A new case's id.
    Begun(String),
    /// The places at which people are held, and the people of one: name and case.
    Roll { places: Vec<String>, people: Vec<(String, String)> },
    /// The state of the exchange.
    Sync(SyncView),
    /// Files, sealed.
    Files(Vec<Vec<u8>>),
    /// A file in the clear, with a name for it.
    File(String, Vec<u8>),
    /// Devices; and what of setting up is not finished.
    Devices(Vec<DeviceLine>, Option<String>),
    /// An invitation's code.
    Invitation(String),
    /// Families.
    Families(Vec<FamilyLine>),
    /// How the account's second factor stands.
    Factor(FactorView),
    /// A secret for an authenticator app.
    NewFactor(NewFactor),
    /// What lets somebody in without their authenticator app, each once.
    RecoveryCodes(Vec<Secret>),
    /// What was half written, or a fact as a form.
    Draft(Vec<Kept>),
}

/// How the device stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Another tab is writing.
    Elsewhere,
    /// There is no device yet.
    New,
    /// The vault is locked.
    Locked,
    /// It is open.
    Open(Me),
}

/// Whose device this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The device's id.
    pub device: String,
    /// The account's name, once it has signed in.
    pub account: Option<String>,
    /// Whether signing in takes the code of a second factor.
    pub asks_code: bool,
    /// The role in words, once it is let in.
    pub role: Option<String>,
    /// Whether it is a coordinator's.
    pub coordinator: bool,
    /// The organisation's fingerprint, in hexadecimal, once the log is known.
    pub organisation: Option<String>,
    /// Since when nothing is counted, in words, if the server has said so when it last answered.
    pub silent: Option<String>,
    /// That the account should have a second factor and has none, in words.
    pub lacks_factor: Option<String>,
    /// What nobody must miss and nobody has put away yet, in words: that there is a copy of this device, or that the audit record was shortened.
    pub warned: String,
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseLine {
    /// Its id.
    pub case: String,
    /// Name or description.
    pub title: String,
    /// Where things stand, and where.
    pub status: String,
    /// The most urgent limit, in a few words.
    pub countdown: Option<String>,
    /// How grave it is: `none`, `within`, `possibly`, `ifheld`, `certain`.
    pub gravity: String,
    /// How many disputes there are.
    pub disputes: u32,
    /// How many edits have not been sent.
    pub unsent: u32,
    /// How many were set aside.
    pub aside: u32,
}

/// A case on its screen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseView {
    /// Its id.
    pub case: String,
    /// Names or descriptions.
    pub title: String,
    /// Where things stand.
    pub status: String,
    /// The last proof of custody, in words.
    pub last_proof: Option<String>,
    /// The city's code, for forms.
    pub city: String,
    /// What accounts disagree on.
    pub disputes: Vec<DisputeView>,
    /// The limits that concern it.
    pub limits: Vec<LimitView>,
    /// What is known.
    pub timeline: Vec<FactView>,
    /// What was corrected or taken back.
    pub superseded: Vec<FactView>,
    /// What a newer version wrote, as it is.
    pub unknown: Vec<String>,
    /// Edits not sent, and set aside, in words.
    pub notes: Vec<String>,
    /// Photographs and papers.
    pub attached: Vec<AttachmentView>,
}

/// A photograph or a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// What it shows.
    pub text: String,
    /// Its size, and where it is.
    pub place: String,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeView {
    /// What it is about.
    pub about: String,
    /// The accounts.
    pub accounts: Vec<FactView>,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitView {
    /// See [`CaseLine::gravity`].
    pub gravity: String,
    /// Time left or over.
    pub countdown: Option<String>,
    /// The sentence with its article.
    pub sentence: String,
    /// How well the text is known, and the clock as the police claim it.
    pub notes: Vec<String>,
    /// What to find out.
    pub question: Option<String>,
    /// What to do about it.
    pub action: Option<String>,
}

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactView {
    /// Its id.
    pub id: String,
    /// When, if it has a time.
    pub when: Option<String>,
    /// What it says.
    pub stated: String,
    /// Who says so.
    pub source: String,
    /// Whether the app has a form that could correct it.
    pub correctable: bool,
}

/// The state of the exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncView {
    /// How many edits have not been sent.
    pub unsent: u32,
    /// How many were set aside.
    pub aside: u32,
    /// When the server was last reached, in words.
    pub last_contact: Option<String>,
    /// What the server did not take, in words.
    pub refused: Vec<String>,
    /// What the last exchange brought, in words.
    pub report: Option<String>,
    /// Of how many parts of the answer that is being taken in how many have been; `None` while there is none.
    pub coming: Option<(u32, u32)>,
}

/// A device of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLine {
    /// Its id.
    pub id: String,
    /// Its account.
    pub account: String,
    /// The role in words.
    pub role: String,
    /// `in`, `waits`, `unproved`, `refused` or `revoked`.
    pub state: String,
    /// The state in words, with what of the device has last come here.
    pub stands: String,
}

/// A family's request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FamilyLine {
    /// Its id.
    pub id: String,
    /// Whom they look for.
    pub name: String,
    /// Who they are.
    pub relationship: String,
    /// The case that they follow.
    pub case: Option<String>,
}

/// How an account's second factor stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorView {
    /// The same in words.
    pub said: String,
    /// Whether there is one: then its code is asked for.
    pub enrolled: bool,
    /// Whether there should be one and is none.
    pub missing: bool,
}

/// A secret for an authenticator app, in every form in which one takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFactor {
    /// As the server takes it, in hexadecimal.
    pub secret: Secret,
    /// To be typed, in fours.
    pub typed: Secret,
    /// As an address.
    pub address: Secret,
    /// The address as a QR code of 37 squares: the outline of those that are dark.
    pub outline: Secret,
}
