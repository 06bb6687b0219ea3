//! What a fact states: the kinds, with the fields of each.

use habeas_protocol::limits::MAX_ATTACHMENT;
use habeas_texts as texts;

use super::City;
use super::fields::{BadField, check_text};
use super::kinds::Kind;
use super::vocabulary::{
    Challenge, Claimed, Condition, Duty, Exit, LawyerHow, NumberOf, Penalty, Protocol, Purpose, Regime, Relation, Sex,
    Vulnerability,
};

/// The longest name, in bytes.
const MAX_NAME: usize = 400;

/// What a fact states. How documents and JSON name it is in `flat.rs`; the words are the field's own (see the glossary).
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are described with their kind")]
pub enum What {
    // --- who
    /// A name, in any script and spelling.
    Name { text: String },
    /// What the person looks like or wears, when there is no name.
    Description { text: String },
    /// Date of birth, `YYYY-MM-DD`, or only the year, `YYYY`.
    Birth { date: String },
    /// Sex, as it matters to the law's protections.
    Sex { sex: Sex },
    /// Whether something holds that the law or the person's safety depends on.
    Vulnerability { which: Vulnerability, holds: bool },

    /// The number of a document, and which one.
    Document { text: String },
    /// How to reach somebody about the person: whom, and where.
    Contact { text: String },

    // --- custody
    /// Seen or heard of at liberty.
    LastSeenFree,
    /// Liberty was really restricted, a kettle included; whether people were offered to leave then.
    Restrained { exit_offered: Option<Exit> },
    /// Whether people who were kept there were offered to leave at that time.
    ExitOffered { how: Exit },
    /// Put into a vehicle of the state.
    InVehicle { plate: Option<String> },
    /// Brought to a police station.
    Delivered,
    /// Kept at a place.
    Held,
    /// Somebody asked at the place and was told that the person is not there.
    AskedNotHere,
    /// Seen or heard of in custody: a proof at a moment.
    SeenInCustody,
    /// Moved to the fact's place.
    Transferred,
    /// Taken to hospital; whether under guard.
    Hospitalised { guarded: Option<bool> },
    /// Kept from leaving their home.
    BlockedAtHome,
    /// A doctor certified that the person was sober again.
    Sobered,
    /// Set free.
    Released,
    /// Died.
    Died,

    // --- papers
    /// What the person is held as, and under which article.
    Regime { regime: Regime, article: Option<String> },
    /// Whether a circumstance holds that changes a limit.
    Circumstance { which: Condition, holds: bool },
    /// A protocol was drawn up. What is written in it is the police's account of the time; when it was really drawn up, that of
    /// whoever was there.
    Protocol { which: Protocol, copy_refused: Option<bool>, number: Option<String> },
    /// As what the police say that the person is there; at a talk with a minor, whether a representative or a teacher was there.
    StatusClaimed { status: Claimed, representative_present: Option<bool> },
    /// A number under which papers run.
    Number { which: NumberOf, text: String },

    // --- procedure
    /// Relatives were told, and by whom.
    RelativesTold { by: Option<String> },
    /// The person asked that relatives be told.
    RelativesRequested,
    /// The embassy of a foreigner was told.
    EmbassyTold,
    /// Rights and grounds were explained.
    RightsExplained,
    /// How the person has a lawyer, or has none.
    Lawyer { how: LawyerHow, lawyer: Option<String> },
    /// The person met a lawyer in private.
    LawyerMeeting,
    /// A lawyer was let in.
    LawyerAdmitted { lawyer: Option<String> },
    /// A lawyer was refused, and by whom.
    LawyerRefused { by: Option<String> },
    /// The person was interrogated; whether a lawyer was there, whether they had met in private before, and for how many minutes it went
    /// on without a break.
    Interrogated { lawyer_present: Option<bool>, met_lawyer_first: Option<bool>, minutes: Option<u32> },
    /// The person was charged.
    Charged { article: Option<String> },
    /// Something that has to be done had not been done by then.
    NotDone { what: Duty },
    /// The prosecutor was told of the detention in writing.
    ProsecutorTold,
    /// The motion for custody was filed with the court.
    MotionFiled,
    /// The materials reached the court.
    MaterialsAtCourt,
    /// The head of the place of detention received the court's order on custody.
    CourtOrderReceived,
    /// A court ordered custody for so long; one of the two is given.
    Remand { days: Option<u32>, months: Option<u32> },
    /// A hearing was set, for what and where; `at` is its day and time on the clock of the place, `2026-09-08 10:00`.
    HearingSet { text: String, at: Option<String> },
    /// A court heard the case.
    HearingHeld,
    /// A court imposed a penalty; days only for arrest, and whether they are added to those of another order.
    Sentenced { penalty: Penalty, days: Option<u32>, article: Option<String>, adds: Option<bool> },

    /// A copy of the decision was received.
    DecisionReceived,
    /// An appeal against a decision, or a complaint about the detention itself, was filed.
    AppealFiled { which: Option<Challenge> },
    /// It was decided, and how.
    AppealDecided { which: Option<Challenge>, text: Option<String> },
    /// Somebody was warned that the investigation is secret.
    SecrecyWarning,

    // --- people of the state
    /// Somebody of the state who took part: name, rank, or what they looked like; badge, unit, vehicle; whether masked.
    Official { text: String, badge: Option<String>, unit: Option<String>, plate: Option<String>, masked: Option<bool> },

    // --- treatment
    /// An injury, in the words of whoever saw it.
    Injury { text: String },
    /// Ill-treatment, in the words of whoever saw or lived it.
    IllTreatment { text: String },
    /// Sexual violence, in the words of whoever saw or lived it. For coordinators and whoever writes it.
    SexualViolence { text: String },
    /// A doctor examined the person, and found what.
    MedicalExamination { text: Option<String> },
    /// How people are kept: cold, without food, without a toilet.
    Conditions { text: String },
    /// What was taken from the person, such as a telephone.
    PropertyTaken { text: String },

    // --- consent
    /// Whether the person, or somebody for them, agrees to something.
    Consent { purpose: Purpose, given: bool, by: Option<String>, about: Option<String> },

    // --- links
    /// How this case stands to another one.
    Link { relation: Relation, case: String },
    /// The rally, raid or other event that this detention is part of.
    Incident { text: String },
    /// About so many people were held there together.
    HeadCount { value: u32, text: Option<String> },

    // --- work
    /// Something to do, and whether it is done.
    Task { text: String, done: Option<bool> },
    /// A lawyer of ours takes the case; `person` is their identifier in the organisation.
    LawyerAssigned { person: String },
    /// What an authority or somebody else has said in public: a figure about a day, laid beside the cases.
    OfficialClaim {
        /// The day it is about, `YYYY-MM-DD`.
        date: String,
        /// What is counted, such as `detained`.
        figure: String,
        value: u32,
        /// Who said it, and when.
        who: String,
        url: Option<String>,
        /// The places that it is about, where it is not one city.
        scope: Option<String>,
    },
    /// A photograph, a recording or a paper that is kept beside the case: what it shows, and the SHA-256 of its bytes, by which anybody can
    /// tell that it is still the same. With a key it travels sealed, in pieces; without one it is kept elsewhere.
    Attachment { text: String, sha256: String, bytes: Option<u32>, key: Option<String> },
    /// Anything else worth keeping.
    Note { text: String },
    /// What a lawyer was told in confidence, or thinks of the case. For coordinators and whoever writes it.
    PrivilegedNote { text: String },
    /// Who told us and may not be known for it. For coordinators and whoever writes it.
    Informant { text: String },
    /// Takes back the facts that it replaces, and states nothing instead.
    Retraction { reason: Option<String> },
}

impl What {
    /// Whether the fact says nothing without a time: what happens in custody is worth little if nobody says when, and an
    /// open interval says honestly that nobody knows.
    pub fn happens(&self) -> bool {
        Kind::named(self.kind()).is_none_or(|kind| kind.timed)
    }

    /// Checks what the types cannot: texts, dates, articles, days.
    pub(crate) fn check(&self) -> Result<(), BadField> {
        match self {
            Self::Name { text } if text.len() > MAX_NAME => Err(BadField::new("text", texts::error_name_long(MAX_NAME))),
            Self::Name { text }
            | Self::Description { text }
            | Self::Contact { text }
            | Self::Document { text }
            | Self::Number { text, .. }
            | Self::HearingSet { text, at: None }
            | Self::Official { text, .. }
            | Self::Incident { text }
            | Self::Task { text, .. }
            | Self::Injury { text }
            | Self::IllTreatment { text }
            | Self::SexualViolence { text }
            | Self::Conditions { text }
            | Self::PropertyTaken { text }
            | Self::Note { text }
            | Self::PrivilegedNote { text }
            | Self::Informant { text } => check_text("text", text),
            Self::HearingSet { text, at: Some(at) } => {
                check_text("text", text)?;
                check_local_time(at)
            }
            Self::Attachment { text, sha256, bytes, key } => {
                check_text("text", text)?;
                let is_hash =
                    |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                let travels = bytes.is_some_and(|bytes| (1..=MAX_ATTACHMENT).contains(&(bytes as usize)));
                match key {
                    _ if !is_hash(sha256) => Err(BadField::new("sha256", texts::error_sha256())),
                    Some(key) if !is_hash(key) => Err(BadField::new("key", texts::error_sha256())),
                    Some(_) if !travels => Err(BadField::new("bytes", texts::error_attachment_size(MAX_ATTACHMENT >> 20))),
                    _ => Ok(()),
                }
            }
            Self::Interrogated { minutes: Some(minutes), .. } if !(1..=1440).contains(minutes) => {
                Err(BadField::new("minutes", texts::error_minutes(minutes.to_string())))
            }
            Self::Birth { date } => check_birth(date),
            Self::OfficialClaim { date, url, .. } => {
                if habeas_clock::date(date).is_none() {
                    return Err(BadField::new("date", texts::error_claim_date()));
                }
                if url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
                    return Err(BadField::new("url", texts::error_claim_url()));
                }
                Ok(())
            }
            Self::Regime { article: Some(article), .. } | Self::Charged { article: Some(article) } => check_article(article),
            Self::Remand { days, months } => match (days, months) {
                (Some(1..=3650), None) | (None, Some(1..=120)) => Ok(()),
                _ => Err(BadField::new("days", texts::error_remand_length())),
            },
            Self::Link { case, .. } if case.parse::<habeas_protocol::CaseId>().is_err() => {
                Err(BadField::new("case", texts::error_link_case()))
            }
            Self::Sentenced { penalty, days, article, adds } => {
                if let Some(article) = article {
                    check_article(article)?;
                }
                match (penalty, days) {
                    (Penalty::Fine | Penalty::Warning, None) if adds.is_some() => {
                        Err(BadField::new("adds", texts::error_days_not_arrest()))
                    }
                    (Penalty::Arrest, Some(1..=3650)) | (Penalty::Fine | Penalty::Warning, None) => Ok(()),
                    (Penalty::Arrest, _) => Err(BadField::new("days", texts::error_arrest_days())),
                    _ => Err(BadField::new("days", texts::error_days_not_arrest())),
                }
            }
            _ => Ok(()),
        }
    }
}

fn check_birth(date: &str) -> Result<(), BadField> {
    let year = date.len() == 4 && date.parse::<u16>().is_ok_and(|year| (1900..=2199).contains(&year));
    if year || habeas_clock::date(date).is_some() { Ok(()) } else { Err(BadField::new("date", texts::error_birth())) }
}

/// A day and time on the clock of a place, `2026-09-08 10:00`.
fn check_local_time(text: &str) -> Result<(), BadField> {
    City::Almaty.zone().minute(text).map(drop).map_err(|_| BadField::new("at", texts::error_date_time_form(text)))
}

/// An article with its law: `CAO 488(6)`.
fn check_article(article: &str) -> Result<(), BadField> {
    let refused = || BadField::new("article", texts::error_article());
    let (law, number) = article.split_once(' ').ok_or_else(refused)?;
    let law_fits = (2..=10).contains(&law.len()) && law.bytes().all(|b| b.is_ascii_uppercase());
    let allowed = |b: u8| b.is_ascii_digit() || matches!(b, b'(' | b')' | b'-' | b'.');
    let number_fits = number.len() <= 24 && number.starts_with(|c: char| c.is_ascii_digit()) && number.bytes().all(allowed);
    if law_fits && number_fits { Ok(()) } else { Err(refused()) }
}
