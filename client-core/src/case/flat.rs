//! A kind's own fields as a document holds them, and back. Written out, because every program reads and writes them by the
//! thousand, and the app goes over slow networks: what serde would make of it is ten times the code.

use serde::{Serialize, Serializer};

use super::fields::{Fields, Scalar};
use super::vocabulary::Exit;
use super::{What, Word};

/// The flat fields of one fact, read by name. `None` where a field that must be there is not, or holds another type.
struct Flat<'a>(&'a Fields);

impl Flat<'_> {
    /// Of a field that may be missing; one with another type cannot be read.
    fn maybe<T>(&self, name: &str, read: impl Fn(&Scalar) -> Option<T>) -> Option<Option<T>> {
        self.0.get(name).map_or(Some(None), |value| read(value).map(Some))
    }

    fn maybe_text(&self, name: &str) -> Option<Option<String>> {
        self.maybe(name, |value| if let Scalar::Text(text) = value { Some(text.clone()) } else { None })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.maybe_text(name)?
    }

    fn maybe_yes(&self, name: &str) -> Option<Option<bool>> {
        self.maybe(name, |value| if let Scalar::Bool(yes) = value { Some(*yes) } else { None })
    }

    fn yes(&self, name: &str) -> Option<bool> {
        self.maybe_yes(name)?
    }

    fn maybe_number(&self, name: &str) -> Option<Option<u32>> {
        self.maybe(name, |value| if let Scalar::Int(number) = value { u32::try_from(*number).ok() } else { None })
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.maybe_number(name)?
    }

    fn maybe_word<W: Word>(&self, name: &str) -> Option<Option<W>> {
        self.maybe(name, |value| if let Scalar::Text(text) = value { W::named(text) } else { None })
    }

    fn word<W: Word>(&self, name: &str) -> Option<W> {
        self.maybe_word(name)?
    }
}

/// Whether people could leave. The first edition of the records knew yes and no only.
fn exit(value: &Scalar) -> Option<Exit> {
    match value {
        Scalar::Bool(true) => Some(Exit::Yes),
        Scalar::Bool(false) => Some(Exit::No),
        Scalar::Text(word) => Exit::named(word),
        Scalar::Int(_) => None,
    }
}

impl What {
    /// Reads a kind's own fields; `None` for a kind that this version does not know, and for fields that are not its own.
    pub(super) fn of(fields: &Fields) -> Option<Self> {
        let flat = Flat(fields);
        Some(match flat.text("kind")?.as_str() {
            "name" => Self::Name { text: flat.text("text")? },
            "description" => Self::Description { text: flat.text("text")? },
            "birth" => Self::Birth { date: flat.text("date")? },
            "sex" => Self::Sex { sex: flat.word("sex")? },
            "vulnerability" => Self::Vulnerability { which: flat.word("which")?, holds: flat.yes("holds")? },
            "last_seen_free" => Self::LastSeenFree,
            "restrained" => Self::Restrained { exit_offered: flat.maybe("exit_offered", exit)? },
            "exit_offered" => Self::ExitOffered { how: flat.word("how")? },
            "in_vehicle" => Self::InVehicle { plate: flat.maybe_text("plate")? },
            "delivered" => Self::Delivered,
            "held" => Self::Held,
            "asked_not_here" => Self::AskedNotHere,
            "seen_in_custody" => Self::SeenInCustody,
            "transferred" => Self::Transferred,
            "hospitalised" => Self::Hospitalised { guarded: flat.maybe_yes("guarded")? },
            "released" => Self::Released,
            "died" => Self::Died,
            "regime" => Self::Regime { regime: flat.word("regime")?, article: flat.maybe_text("article")? },
            "circumstance" => Self::Circumstance { which: flat.word("which")?, holds: flat.yes("holds")? },
            "lawyer_admitted" => Self::LawyerAdmitted { lawyer: flat.maybe_text("lawyer")? },
            "lawyer_refused" => Self::LawyerRefused { by: flat.maybe_text("by")? },
            "court_order_received" => Self::CourtOrderReceived,
            "hearing_held" => Self::HearingHeld,
            "sentenced" => Self::Sentenced {
                penalty: flat.word("penalty")?,
                days: flat.maybe_number("days")?,
                article: flat.maybe_text("article")?,
                adds: flat.maybe_yes("adds")?,
            },
            "injury" => Self::Injury { text: flat.text("text")? },
            "contact" => Self::Contact { text: flat.text("text")? },
            "document" => Self::Document { text: flat.text("text")? },
            "blocked_at_home" => Self::BlockedAtHome,
            "sobered" => Self::Sobered,
            "protocol" => Self::Protocol {
                which: flat.word("which")?,
                copy_refused: flat.maybe_yes("copy_refused")?,
                number: flat.maybe_text("number")?,
            },
            "status_claimed" => Self::StatusClaimed {
                status: flat.word("status")?,
                representative_present: flat.maybe_yes("representative_present")?,
            },
            "number" => Self::Number { which: flat.word("which")?, text: flat.text("text")? },
            "rights_explained" => Self::RightsExplained,
            "relatives_requested" => Self::RelativesRequested,
            "embassy_told" => Self::EmbassyTold,
            "lawyer" => Self::Lawyer { how: flat.word("how")?, lawyer: flat.maybe_text("lawyer")? },
            "lawyer_meeting" => Self::LawyerMeeting,
            "charged" => Self::Charged { article: flat.maybe_text("article")? },
            "not_done" => Self::NotDone { what: flat.word("what")? },
            "remand" => Self::Remand { days: flat.maybe_number("days")?, months: flat.maybe_number("months")? },
            "hearing_set" => Self::HearingSet { text: flat.text("text")?, at: flat.maybe_text("at")? },
            "decision_received" => Self::DecisionReceived,
            "official" => Self::Official {
                text: flat.text("text")?,
                badge: flat.maybe_text("badge")?,
                unit: flat.maybe_text("unit")?,
                plate: flat.maybe_text("plate")?,
                masked: flat.maybe_yes("masked")?,
            },
            "consent" => Self::Consent {
                purpose: flat.word("purpose")?,
                given: flat.yes("given")?,
                by: flat.maybe_text("by")?,
                about: flat.maybe_text("about")?,
            },
            "link" => Self::Link { relation: flat.word("relation")?, case: flat.text("case")? },
            "incident" => Self::Incident { text: flat.text("text")? },
            "head_count" => Self::HeadCount { value: flat.number("value")?, text: flat.maybe_text("text")? },
            "task" => Self::Task { text: flat.text("text")?, done: flat.maybe_yes("done")? },
            "relatives_told" => Self::RelativesTold { by: flat.maybe_text("by")? },
            "interrogated" => Self::Interrogated {
                lawyer_present: flat.maybe_yes("lawyer_present")?,
                met_lawyer_first: flat.maybe_yes("met_lawyer_first")?,
                minutes: flat.maybe_number("minutes")?,
            },
            "prosecutor_told" => Self::ProsecutorTold,
            "motion_filed" => Self::MotionFiled,
            "materials_at_court" => Self::MaterialsAtCourt,
            "appeal_filed" => Self::AppealFiled { which: flat.maybe_word("which")? },
            "appeal_decided" => Self::AppealDecided { which: flat.maybe_word("which")?, text: flat.maybe_text("text")? },
            "secrecy_warning" => Self::SecrecyWarning,
            "ill_treatment" => Self::IllTreatment { text: flat.text("text")? },
            "sexual_violence" => Self::SexualViolence { text: flat.text("text")? },
            "privileged_note" => Self::PrivilegedNote { text: flat.text("text")? },
            "informant" => Self::Informant { text: flat.text("text")? },
            "medical_examination" => Self::MedicalExamination { text: flat.maybe_text("text")? },
            "conditions" => Self::Conditions { text: flat.text("text")? },
            "property_taken" => Self::PropertyTaken { text: flat.text("text")? },
            "lawyer_assigned" => Self::LawyerAssigned { person: flat.text("person")? },
            "official_claim" => Self::OfficialClaim {
                date: flat.text("date")?,
                figure: flat.text("figure")?,
                value: flat.number("value")?,
                who: flat.text("who")?,
                url: flat.maybe_text("url")?,
                scope: flat.maybe_text("scope")?,
            },
            "attachment" => {
                let (text, sha256) = (flat.text("text")?, flat.text("sha256")?);
                Self::Attachment { text, sha256, bytes: flat.maybe_number("bytes")?, key: flat.maybe_text("key")? }
            }
            "note" => Self::Note { text: flat.text("text")? },
            "retraction" => Self::Retraction { reason: flat.maybe_text("reason")? },
            _ => return None,
        })
    }

    /// The kind's name in records.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Name { .. } => "name",
            Self::Description { .. } => "description",
            Self::Birth { .. } => "birth",
            Self::Sex { .. } => "sex",
            Self::Vulnerability { .. } => "vulnerability",
            Self::LastSeenFree => "last_seen_free",
            Self::Restrained { .. } => "restrained",
            Self::ExitOffered { .. } => "exit_offered",
            Self::InVehicle { .. } => "in_vehicle",
            Self::Delivered => "delivered",
            Self::Held => "held",
            Self::AskedNotHere => "asked_not_here",
            Self::SeenInCustody => "seen_in_custody",
            Self::Transferred => "transferred",
            Self::Hospitalised { .. } => "hospitalised",
            Self::Released => "released",
            Self::Died => "died",
            Self::Regime { .. } => "regime",
            Self::Circumstance { .. } => "circumstance",
            Self::LawyerAdmitted { .. } => "lawyer_admitted",
            Self::LawyerRefused { .. } => "lawyer_refused",
            Self::CourtOrderReceived => "court_order_received",
            Self::HearingHeld => "hearing_held",
            Self::Sentenced { .. } => "sentenced",
            Self::Injury { .. } => "injury",
            Self::Contact { .. } => "contact",
            Self::RelativesTold { .. } => "relatives_told",
            Self::Interrogated { .. } => "interrogated",
            Self::ProsecutorTold => "prosecutor_told",
            Self::MotionFiled => "motion_filed",
            Self::MaterialsAtCourt => "materials_at_court",
            Self::AppealFiled { .. } => "appeal_filed",
            Self::Document { .. } => "document",
            Self::BlockedAtHome => "blocked_at_home",
            Self::Sobered => "sobered",
            Self::Protocol { .. } => "protocol",
            Self::StatusClaimed { .. } => "status_claimed",
            Self::Number { .. } => "number",
            Self::RightsExplained => "rights_explained",
            Self::RelativesRequested => "relatives_requested",
            Self::EmbassyTold => "embassy_told",
            Self::Lawyer { .. } => "lawyer",
            Self::LawyerMeeting => "lawyer_meeting",
            Self::Charged { .. } => "charged",
            Self::NotDone { .. } => "not_done",
            Self::Remand { .. } => "remand",
            Self::HearingSet { .. } => "hearing_set",
            Self::DecisionReceived => "decision_received",
            Self::Official { .. } => "official",
            Self::Consent { .. } => "consent",
            Self::Link { .. } => "link",
            Self::Incident { .. } => "incident",
            Self::HeadCount { .. } => "head_count",
            Self::Task { .. } => "task",
            Self::AppealDecided { .. } => "appeal_decided",
            Self::SecrecyWarning => "secrecy_warning",
            Self::IllTreatment { .. } => "ill_treatment",
            Self::SexualViolence { .. } => "sexual_violence",
            Self::PrivilegedNote { .. } => "privileged_note",
            Self::Informant { .. } => "informant",
            Self::MedicalExamination { .. } => "medical_examination",
            Self::Conditions { .. } => "conditions",
            Self::PropertyTaken { .. } => "property_taken",
            Self::LawyerAssigned { .. } => "lawyer_assigned",
            Self::OfficialClaim { .. } => "official_claim",
            Self::Attachment { .. } => "attachment",
            Self::Note { .. } => "note",
            Self::Retraction { .. } => "retraction",
        }
    }

    /// The kind with its own fields, as a document holds them.
    pub fn fields(&self) -> Fields {
        let mut fields = Fields::new();
        let mut put = |name: &str, value: Option<Scalar>| value.map(|value| fields.insert(name.to_owned(), value));
        let text = |text: &str| Some(Scalar::Text(text.to_owned()));
        let maybe = |text: &Option<String>| text.clone().map(Scalar::Text);
        put("kind", text(self.kind()));
        match self {
            Self::Name { text: said }
            | Self::Description { text: said }
            | Self::Contact { text: said }
            | Self::Document { text: said }
            | Self::Incident { text: said }
            | Self::Injury { text: said }
            | Self::IllTreatment { text: said }
            | Self::SexualViolence { text: said }
            | Self::Conditions { text: said }
            | Self::PropertyTaken { text: said }
            | Self::Note { text: said }
            | Self::PrivilegedNote { text: said }
            | Self::Informant { text: said } => {
                put("text", text(said));
            }
            Self::Birth { date } => drop(put("date", text(date))),
            Self::Sex { sex } => drop(put("sex", text(sex.word()))),
            Self::Vulnerability { which, holds } => {
                put("which", text(which.word()));
                put("holds", Some(Scalar::Bool(*holds)));
            }
            Self::Circumstance { which, holds } => {
                put("which", text(which.word()));
                put("holds", Some(Scalar::Bool(*holds)));
            }
            Self::Restrained { exit_offered } => drop(put("exit_offered", exit_offered.and_then(|exit| text(exit.word())))),
            Self::ExitOffered { how } => drop(put("how", text(how.word()))),
            Self::HearingSet { text: said, at } => {
                put("text", text(said));
                put("at", maybe(at));
            }
            Self::Attachment { text: said, sha256, bytes, key } => {
                put("text", text(said));
                put("key", maybe(key));
                put("sha256", text(sha256));
                put("bytes", bytes.map(|bytes| Scalar::Int(bytes.into())));
            }
            Self::InVehicle { plate } => drop(put("plate", maybe(plate))),
            Self::Hospitalised { guarded } => drop(put("guarded", guarded.map(Scalar::Bool))),
            Self::Regime { regime, article } => {
                put("regime", text(regime.word()));
                put("article", maybe(article));
            }
            Self::LawyerAdmitted { lawyer } => drop(put("lawyer", maybe(lawyer))),
            Self::LawyerRefused { by } | Self::RelativesTold { by } => drop(put("by", maybe(by))),
            Self::Interrogated { lawyer_present, met_lawyer_first, minutes } => {
                put("minutes", minutes.map(|minutes| Scalar::Int(minutes.into())));
                put("lawyer_present", lawyer_present.map(Scalar::Bool));
                put("met_lawyer_first", met_lawyer_first.map(Scalar::Bool));
            }
            Self::Protocol { which, copy_refused, number } => {
                put("which", text(which.word()));
                put("copy_refused", copy_refused.map(Scalar::Bool));
                put("number", maybe(number));
            }
            Self::StatusClaimed { status, representative_present } => {
                put("status", text(status.word()));
                put("representative_present", representative_present.map(Scalar::Bool));
            }
            Self::Number { which, text: said } => {
                put("which", text(which.word()));
                put("text", text(said));
            }
            Self::Lawyer { how, lawyer } => {
                put("how", text(how.word()));
                put("lawyer", maybe(lawyer));
            }
            Self::Charged { article } => drop(put("article", maybe(article))),
            Self::NotDone { what } => drop(put("what", text(what.word()))),
            Self::Remand { days, months } => {
                put("days", days.map(|days| Scalar::Int(days.into())));
                put("months", months.map(|months| Scalar::Int(months.into())));
            }
            Self::AppealFiled { which } => drop(put("which", which.and_then(|which| text(which.word())))),
            Self::AppealDecided { which, text: said } => {
                put("which", which.and_then(|which| text(which.word())));
                put("text", maybe(said));
            }
            Self::Official { text: said, badge, unit, plate, masked } => {
                put("text", text(said));
                put("badge", maybe(badge));
                put("unit", maybe(unit));
                put("plate", maybe(plate));
                put("masked", masked.map(Scalar::Bool));
            }
            Self::Consent { purpose, given, by, about } => {
                put("purpose", text(purpose.word()));
                put("given", Some(Scalar::Bool(*given)));
                put("by", maybe(by));
                put("about", maybe(about));
            }
            Self::Link { relation, case } => {
                put("relation", text(relation.word()));
                put("case", text(case));
            }
            Self::HeadCount { value, text: said } => {
                put("value", Some(Scalar::Int((*value).into())));
                put("text", maybe(said));
            }
            Self::Task { text: said, done } => {
                put("text", text(said));
                put("done", done.map(Scalar::Bool));
            }
            Self::MedicalExamination { text: said } => drop(put("text", maybe(said))),
            Self::Sentenced { penalty, days, article, adds } => {
                put("adds", adds.map(Scalar::Bool));
                put("penalty", text(penalty.word()));
                put("days", days.map(|days| Scalar::Int(days.into())));
                put("article", maybe(article));
            }
            Self::LawyerAssigned { person } => drop(put("person", text(person))),
            Self::OfficialClaim { date, figure, value, who, url, scope } => {
                put("date", text(date));
                put("figure", text(figure));
                put("value", Some(Scalar::Int((*value).into())));
                put("who", text(who));
                put("url", maybe(url));
                put("scope", maybe(scope));
            }
            Self::Retraction { reason } => drop(put("reason", maybe(reason))),
            Self::LastSeenFree
            | Self::Delivered
            | Self::Held
            | Self::AskedNotHere
            | Self::SeenInCustody
            | Self::Transferred
            | Self::Released
            | Self::Died
            | Self::ProsecutorTold
            | Self::MotionFiled
            | Self::MaterialsAtCourt
            | Self::CourtOrderReceived
            | Self::HearingHeld
            | Self::BlockedAtHome
            | Self::Sobered
            | Self::RightsExplained
            | Self::RelativesRequested
            | Self::EmbassyTold
            | Self::LawyerMeeting
            | Self::DecisionReceived
            | Self::SecrecyWarning => {}
        }
        fields
    }
}

/// As JSON a fact's kind and its own fields, as the document holds them.
impl Serialize for What {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.fields().serialize(to)
    }
}
