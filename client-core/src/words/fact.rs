//! One fact as one line, and what stands in it.

use std::fmt::Write as _;

use habeas_texts as texts;

use super::{Words, word};
use crate::case::{Fact, SealedFact, View, What, Word as _};

impl Words {
    /// Who a case is about: every name that somebody has given, and every description.
    pub fn who(&self, view: &View) -> String {
        let names: Vec<&str> = view.names.iter().chain(&view.descriptions).map(|account| account.value.as_str()).collect();
        if names.is_empty() { texts::show_no_name(self.lang) } else { names.join(" / ") }
    }

    /// Where things stand, since when and where.
    pub fn status(&self, view: &View) -> String {
        let status = word(self.lang, "status", view.status.word());
        let said = match view.since.from {
            Some(_) => texts::show_status(self.lang, self.interval(view.since), status),
            None => texts::show_status_open(self.lang, status),
        };
        match &view.place {
            Some(place) => format!("{said} — {}", self.place(place)),
            None => said,
        }
    }

    /// The kind of a fact.
    pub fn kind(&self, what: &What) -> String {
        word(self.lang, "fact", what.kind())
    }

    /// Who says so, and how they know.
    pub fn source(&self, fact: &Fact) -> String {
        let reliability = word(self.lang, "reliability", fact.source.reliability.word());
        let kind = word(self.lang, "source", fact.source.kind.word());
        let source = fact.source.name.as_ref().map_or_else(|| kind.clone(), |name| format!("{name} ({kind})"));
        self.for_whom(texts::show_source(self.lang, reliability, source), fact.limited)
    }

    /// What is said of a fact, with for whom it is if that is not everybody who reads the case.
    fn for_whom(&self, said: String, is_limited: bool) -> String {
        if is_limited { format!("{said}; {}", texts::show_fact_limited(self.lang)) } else { said }
    }

    /// Why a fact cannot be read.
    pub fn sealed(&self, fact: &SealedFact) -> String {
        match fact {
            SealedFact { erased: true, .. } => texts::show_fact_erased(self.lang),
            SealedFact { limited, .. } => self.for_whom(texts::show_fact_sealed(self.lang), *limited),
        }
    }

    /// A fact in one line, without its time and source.
    pub fn stated(&self, fact: &Fact) -> String {
        let mut said = self.kind(&fact.what);
        let detail = self.detail(&fact.what);
        if !detail.is_empty() {
            let _ = write!(said, ": {detail}");
        }
        if let Some(place) = fact.place.as_ref().filter(|_| fact.what.happens()) {
            let _ = write!(said, " — {}", self.place(place));
        }
        if let Some(words) = &fact.said {
            let _ = write!(said, " «{words}»");
        }
        said
    }

    /// When it happened; nothing for what has no time.
    pub fn when(&self, fact: &Fact) -> Option<String> {
        fact.what.happens().then(|| self.interval(fact.when))
    }

    /// A field that is a question, with its answer.
    fn answer(&self, field: &str, yes: bool) -> String {
        let answer = if yes { texts::answer_yes(self.lang) } else { texts::answer_no(self.lang) };
        format!("{} {answer}", word(self.lang, "field", field))
    }

    fn detail(&self, what: &What) -> String {
        let lang = self.lang;
        let yes = |holds: bool| if holds { texts::answer_yes(lang) } else { texts::answer_no(lang) };
        let with =
            |said: String, article: &Option<String>| [Some(said), article.clone()].into_iter().flatten().collect::<Vec<_>>();
        match what {
            What::Name { text }
            | What::Description { text }
            | What::Contact { text }
            | What::Document { text }
            | What::Incident { text }
            | What::Injury { text }
            | What::IllTreatment { text }
            | What::SexualViolence { text }
            | What::Conditions { text }
            | What::PropertyTaken { text }
            | What::Note { text }
            | What::PrivilegedNote { text }
            | What::Informant { text } => text.clone(),
            What::Birth { date } => date.clone(),
            What::Sex { sex } => word(lang, "sex", sex.word()),
            What::Vulnerability { which, holds } => format!("{}: {}", word(lang, "condition", which.word()), yes(*holds)),
            What::Circumstance { which, holds } => format!("{}: {}", word(lang, "circumstance", which.word()), yes(*holds)),
            What::Regime { regime, article } => with(word(lang, "regime", regime.word()), article).join(", "),
            What::Sentenced { penalty, days, article, adds } => {
                let penalty = word(lang, "penalty", penalty.word());
                let said = days.map_or_else(
                    || penalty.clone(),
                    |days| texts::show_held_days(lang, texts::limit_days(lang, days), penalty.clone()),
                );
                list([Some(said), article.clone(), adds.map(|adds| self.answer("adds", adds))])
            }
            What::LawyerRefused { by: text }
            | What::RelativesTold { by: text }
            | What::MedicalExamination { text }
            | What::LawyerAdmitted { lawyer: text }
            | What::InVehicle { plate: text }
            | What::Retraction { reason: text } => text.clone().unwrap_or_default(),
            What::LawyerAssigned { person } => {
                // Of somebody whom this device's log does not know, only the beginning of the id is worth reading.
                self.people.get(person).cloned().unwrap_or_else(|| person.chars().take(8).collect())
            }
            What::OfficialClaim { date, figure, value, who, .. } => {
                texts::show_claim(lang, date.clone(), word(lang, "figure", figure), *value, who.clone())
            }
            What::Restrained { exit_offered: Some(exit) } => texts::show_exit_offered(lang, word(lang, "exit", exit.word())),
            What::ExitOffered { how } => word(lang, "exit", how.word()),
            What::HearingSet { text, at } => list([at.clone(), Some(text.clone())]),
            What::Attachment { text, sha256, .. } => format!("{text} (SHA-256 {sha256})"),
            What::Interrogated { lawyer_present, met_lawyer_first, minutes } => {
                let there = lawyer_present.map(|there| texts::show_lawyer_present(lang, yes(there)));
                let met = met_lawyer_first.map(|met| self.answer("met_lawyer_first", met));
                list([there, met, minutes.map(|minutes| texts::duration_minutes(lang, minutes))])
            }
            What::Protocol { which, copy_refused, number } => {
                let refused = copy_refused.map(|refused| self.answer("copy_refused", refused));
                list([Some(word(lang, "protocol", which.word())), number.clone(), refused])
            }
            What::StatusClaimed { status, representative_present } => {
                let there = representative_present.map(|there| self.answer("representative_present", there));
                list([Some(word(lang, "claimed", status.word())), there])
            }
            What::Number { which, text } => list([Some(word(lang, "number", which.word())), Some(text.clone())]),
            What::Lawyer { how, lawyer } => list([Some(word(lang, "lawyer", how.word())), lawyer.clone()]),
            What::Charged { article } => article.clone().unwrap_or_default(),
            What::NotDone { what } => word(lang, "duty", what.word()),
            What::Remand { days, months } => {
                list([days.map(|days| texts::limit_days(lang, days)), months.map(|months| texts::limit_months(lang, months))])
            }
            What::AppealFiled { which } => list([which.map(|which| word(lang, "challenge", which.word()))]),
            What::AppealDecided { which, text } => list([which.map(|which| word(lang, "challenge", which.word())), text.clone()]),
            What::Official { text, badge, unit, plate, masked } => {
                let masked = masked.map(|masked| self.answer("masked", masked));
                list([Some(text.clone()), badge.clone(), unit.clone(), plate.clone(), masked])
            }
            What::Consent { purpose, given, by, about } => {
                let purpose = format!("{}: {}", word(lang, "purpose", purpose.word()), yes(*given));
                list([Some(purpose), about.clone(), by.clone()])
            }
            What::Link { relation, case } => {
                list([Some(word(lang, "relation", relation.word())), case.get(..8).map(str::to_owned)])
            }
            What::HeadCount { value, text } => list([Some(value.to_string()), text.clone()]),
            What::Task { text, done } => list([Some(text.clone()), done.map(|done| self.answer("done", done))]),
            What::Hospitalised { guarded: Some(guarded) } => texts::show_guarded(lang, yes(*guarded)),
            _ => String::new(),
        }
    }
}

/// What is there of it, with commas.
fn list<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
