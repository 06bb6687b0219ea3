//! What a fact states: the kinds, with the fields of each.

use habeas_texts as texts;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::fields::{BadField, check_text};

/// The longest name, in bytes.
const MAX_NAME: usize = 400;

/// What a fact states. Its name in documents and JSON is the variant's in snake case; the words are the field's own
/// (see the glossary).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
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

    // --- custody
    /// Seen or heard of at liberty.
    LastSeenFree,
    /// Liberty was really restricted, a kettle included; whether people were offered to leave.
    Restrained {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit_offered: Option<bool>,
    },
    /// Put into a vehicle of the state.
    InVehicle {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        plate: Option<String>,
    },
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
    Hospitalised {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        guarded: Option<bool>,
    },
    /// Set free.
    Released,
    /// Died.
    Died,

    // --- papers
    /// What the person is held as, and under which article.
    Regime {
        regime: Regime,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        article: Option<String>,
    },
    /// Whether a circumstance holds that changes a limit.
    Circumstance { which: Condition, holds: bool },

    // --- procedure
    /// A lawyer was let in.
    LawyerAdmitted {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lawyer: Option<String>,
    },
    /// A lawyer was refused, and by whom.
    LawyerRefused {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// The head of the place of detention received the court's order on custody.
    CourtOrderReceived,
    /// A court heard the case.
    HearingHeld,
    /// A court imposed a penalty; days only for arrest.
    Sentenced {
        penalty: Penalty,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        days: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        article: Option<String>,
    },

    // --- treatment
    /// An injury, in the words of whoever saw it.
    Injury { text: String },

    // --- work
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// The places that it is about, where it is not one city.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
    },
    /// Anything else worth keeping.
    Note { text: String },
    /// Takes back the facts that it replaces, and states nothing instead.
    Retraction {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

/// Sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "plain words")]
pub enum Sex {
    Female,
    Male,
}

/// Something about the person that the law or their safety depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vulnerability {
    /// Under 18.
    Minor,
    /// Pregnant.
    Pregnant,
    /// A woman, or a man alone, with a child under 14: CAO 50(2).
    #[serde(rename = "child_under_14")]
    ChildUnder14,
    /// Disability of group I or II: CAO 50(2).
    #[serde(rename = "disability_group_1_or_2")]
    Disability,
    /// Not a citizen.
    Foreign,
    /// Needs medicine or care.
    MedicalNeed,
}

impl Vulnerability {
    /// The name of the condition in rule packs, where the law makes a limit depend on it.
    pub fn condition(self) -> Option<&'static str> {
        match self {
            Self::Minor => Some("minor"),
            Self::Pregnant => Some("pregnant"),
            Self::ChildUnder14 => Some("child_under_14"),
            Self::Disability => Some("disability_group_1_or_2"),
            Self::Foreign | Self::MedicalNeed => None,
        }
    }
}

/// What the person is held as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// In an administrative case.
    Administrative,
    /// In a criminal case.
    Criminal,
    /// Without any case: a "talk", a kettle, nothing said.
    None,
}

impl Regime {
    /// Every regime with the name of its condition in rule packs.
    pub const CONDITIONS: [(Self, &'static str); 3] =
        [(Self::Administrative, "regime.administrative"), (Self::Criminal, "regime.criminal"), (Self::None, "regime.none")];
}

/// A circumstance that changes a limit (CPC 131(4), CAO 789(2), 50(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// An ordinary crime: none of those below that lengthen detention.
    OrdinaryCrime,
    /// An especially grave crime.
    EspeciallyGrave,
    /// A terrorist or extremist crime.
    TerroristOrExtremist,
    /// A crime during mass riots.
    MassRiot,
    /// A crime in a criminal group.
    CriminalGroup,
    /// A drug crime.
    Drugs,
    /// A sexual crime against a minor.
    SexualAgainstMinor,
    /// An intentional crime causing death.
    CausingDeath,
    /// A remote place.
    Remote,
    /// A state of emergency.
    Emergency,
    /// An offence for which the law allows arrest.
    CarriesArrest,
    /// A border, customs or migration offence.
    Border,
}

impl Condition {
    /// What the circumstance says of conditions in rule packs: their names, and whether they hold if it does.
    pub fn conditions(self) -> &'static [(&'static str, bool)] {
        match self {
            // Saying what it is not, in one fact instead of seven.
            Self::OrdinaryCrime => &[
                ("crime.especially_grave", false),
                ("crime.terrorist_or_extremist", false),
                ("crime.mass_riot", false),
                ("crime.criminal_group", false),
                ("crime.drugs", false),
                ("crime.sexual_against_minor", false),
                ("crime.causing_death", false),
            ],
            Self::EspeciallyGrave => &[("crime.especially_grave", true)],
            Self::TerroristOrExtremist => &[("crime.terrorist_or_extremist", true)],
            Self::MassRiot => &[("crime.mass_riot", true)],
            Self::CriminalGroup => &[("crime.criminal_group", true)],
            Self::Drugs => &[("crime.drugs", true)],
            Self::SexualAgainstMinor => &[("crime.sexual_against_minor", true)],
            Self::CausingDeath => &[("crime.causing_death", true)],
            Self::Remote => &[("circumstance.remote", true)],
            Self::Emergency => &[("circumstance.emergency", true)],
            Self::CarriesArrest => &[("offence.carries_arrest", true)],
            Self::Border => &[("offence.border", true)],
        }
    }
}

/// What a court imposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Penalty {
    /// Administrative arrest.
    Arrest,
    /// A fine.
    Fine,
    /// A warning.
    Warning,
}

impl What {
    /// Whether the fact says nothing without a time: what happens in custody is worth little if nobody says when, and an
    /// open interval says honestly that nobody knows.
    pub fn happens(&self) -> bool {
        !matches!(
            self,
            Self::Name { .. }
                | Self::Description { .. }
                | Self::Birth { .. }
                | Self::Sex { .. }
                | Self::Vulnerability { .. }
                | Self::Circumstance { .. }
                | Self::LawyerAssigned { .. }
                | Self::OfficialClaim { .. }
                | Self::Note { .. }
                | Self::Retraction { .. }
        )
    }

    /// Checks what the types cannot: texts, dates, articles, days.
    pub(crate) fn check(&self) -> Result<(), BadField> {
        match self {
            Self::Name { text } if text.len() > MAX_NAME => Err(BadField::new("text", texts::error_name_long(MAX_NAME))),
            Self::Name { text } | Self::Description { text } | Self::Injury { text } | Self::Note { text } => {
                check_text("text", text)
            }
            Self::Birth { date } => check_birth(date),
            Self::OfficialClaim { date, url, .. } => {
                if date.len() != 10 || date.parse::<Date>().is_err() {
                    return Err(BadField::new("date", texts::error_claim_date()));
                }
                if url.as_ref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
                    return Err(BadField::new("url", texts::error_claim_url()));
                }
                Ok(())
            }
            Self::Regime { article: Some(article), .. } => check_article(article),
            Self::Sentenced { penalty, days, article } => {
                if let Some(article) = article {
                    check_article(article)?;
                }
                match (penalty, days) {
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
    let full = date.len() == 10 && date.parse::<Date>().is_ok_and(|date| (1900..=2199).contains(&date.year()));
    if year || full { Ok(()) } else { Err(BadField::new("date", texts::error_birth())) }
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
