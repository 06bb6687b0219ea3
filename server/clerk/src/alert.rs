//! Who is told what when a verdict changes. Lawyers hear of every change with the question that would settle it; families at
//! *over if still held* and *certainly over*, in honest words, and again if that turns out wrong.

use habeas_client_core::case::{City, Place, Status, View};
use habeas_client_core::device::OpenCase;
use habeas_client_core::rules::WHATEVER_THE_CASE;
use habeas_client_core::words::{Words, word};
use habeas_clock::{Binding, Finding, Instant, Verdict};
use habeas_db::Db;
use habeas_protocol::{CaseId, PersonId};
use habeas_texts::{self as texts, Lang};

use crate::ClerkError;
use crate::clerk::Clerk;
use crate::mail::Mail;
use crate::rules::families_hear;
use crate::store::cases::Known;
use crate::store::{cases, contacts, families, rules};

impl Clerk {
    /// Compares what the rules say now with what they said, and writes the mail that the difference causes.
    pub(crate) fn tell(
        &self,
        db: &mut Db,
        case: CaseId,
        view: &View,
        findings: &[Finding],
        people: &[PersonId],
        now: Instant,
    ) -> Result<(), ClerkError> {
        let mut known = cases::known(db, case)?;
        let allowed = rules::allowed(db)?;
        for finding in findings {
            let verdict = finding.verdict.word().to_owned();
            let index = known.iter().position(|known| *known.rule == *finding.rule);
            let mut known = match index {
                Some(index) => known.swap_remove(index),
                None if finding.verdict == Verdict::NotApplicable => continue,
                None => Known { rule: finding.rule.to_string(), ..Known::default() },
            };
            let hear = families_hear(finding, &allowed);
            let changed = known.verdict != verdict;
            if changed {
                known.verdict = verdict;
                known.changes += 1;
            }
            let event = format!("{case}/{}/{}", finding.rule, known.changes);
            if changed {
                self.tell_lawyers(db, case, view, finding, people, &mut known, &event, now)?;
            }
            // The rule may have been allowed only after the verdict was drawn.
            if changed || hear && known.told_families.is_none() {
                self.tell_families(db, case, view, finding, hear, &mut known, &event, now)?;
            }
            cases::put_known(db, case, &known)?;
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "one event with everything that its words need")]
    fn tell_lawyers(
        &self,
        db: &mut Db,
        case: CaseId,
        view: &View,
        finding: &Finding,
        people: &[PersonId],
        known: &mut Known,
        event: &str,
        now: Instant,
    ) -> Result<(), ClerkError> {
        let alarming = is_alarming(finding);
        if !alarming && known.told_lawyers.is_none() {
            return Ok(());
        }
        for person in people {
            let Some((address, lang)) = contacts::get(db, *person)? else { continue };
            let address = self.text("contacts.address", &person.0, address)?;
            let words = words(lang_of(&lang), view, now);
            let mail = lawyer_mail(&words, case, finding, alarming, address);
            self.enqueue(db, event, &person.0, &mail, now)?;
        }
        known.told_lawyers = alarming.then(|| known.verdict.clone());
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "one event with everything that its words need")]
    fn tell_families(
        &self,
        db: &mut Db,
        case: CaseId,
        view: &View,
        finding: &Finding,
        hear: bool,
        known: &mut Known,
        event: &str,
        now: Instant,
    ) -> Result<(), ClerkError> {
        let over = is_for_families(finding);
        // A rule that was taken back is no news of the person.
        if over && !hear || !over && known.told_families.is_none() {
            return Ok(());
        }
        for family in families::of_case(db, case)? {
            let words = words(lang_of(&family.lang), view, now);
            let sentence = if over { over_sentence(&words, finding) } else { correction(&words, finding, view) };
            self.mail_family(db, &family, event, &sentence, now)?;
        }
        known.told_families = over.then(|| known.verdict.clone());
        Ok(())
    }

    /// Tells a lawyer who has just taken the case how its limits stand.
    pub(crate) fn tell_new_lawyer(
        &self,
        db: &mut Db,
        case: CaseId,
        view: &View,
        findings: &[Finding],
        person: PersonId,
        now: Instant,
    ) -> Result<(), ClerkError> {
        for finding in findings.iter().filter(|finding| is_alarming(finding)) {
            let Some((address, lang)) = contacts::get(db, person)? else { continue };
            let address = self.text("contacts.address", &person.0, address)?;
            let mail = lawyer_mail(&words(lang_of(&lang), view, now), case, finding, true, address);
            self.enqueue(db, &format!("{case}/{}/assigned", finding.rule), &person.0, &mail, now)?;
        }
        Ok(())
    }

    /// Tells a family that has just been attached what others were told already.
    pub(crate) fn tell_newcomer(
        &self,
        db: &mut Db,
        case: CaseId,
        open: &OpenCase,
        family: &families::Row,
        now: Instant,
    ) -> Result<(), ClerkError> {
        let view = open.replica.view();
        let record = open.replica.clock_record();
        let allowed = rules::allowed(db)?;
        for finding in habeas_client_core::rules::limits(&record, now).iter().filter(|finding| families_hear(finding, &allowed)) {
            let words = words(lang_of(&family.lang), &view, now);
            let event = format!("{case}/{}/attached", finding.rule);
            self.mail_family(db, family, &event, &over_sentence(&words, finding), now)?;
            for mut known in cases::known(db, case)?.into_iter().filter(|known| *known.rule == *finding.rule) {
                known.told_families = Some(finding.verdict.word().to_owned());
                cases::put_known(db, case, &known)?;
            }
        }
        Ok(())
    }
}

/// Whether lawyers hear of it: of a limit on custody as soon as it may have passed, of everything else once it is sure. (What
/// has to be done for whoever is held is "possibly late" all the time while nobody has written down that it was done.)
fn is_alarming(finding: &Finding) -> bool {
    match finding.verdict {
        Verdict::MetLate | Verdict::CertainlyOver | Verdict::Prohibited => finding.binding != Binding::Right,
        Verdict::PossiblyOver => finding.is_of_custody() && *finding.rule != *WHATEVER_THE_CASE,
        Verdict::OverIfStillHeld => finding.is_of_custody(),
        _ => false,
    }
}

/// Whether families hear of this: a limit on custody that has passed by every reading.
pub(crate) fn is_for_families(finding: &Finding) -> bool {
    let over = matches!(finding.verdict, Verdict::OverIfStillHeld | Verdict::CertainlyOver);
    over && finding.is_of_custody() && finding.binding == Binding::Hard
}

pub(crate) fn lang_of(code: &str) -> Lang {
    Lang::from_code(code).unwrap_or(Lang::Ru)
}

/// The words for a case, in the local time of its place. A date always stands with the time: mail may be read days later.
pub(crate) fn words(lang: Lang, view: &View, now: Instant) -> Words {
    let zone = view.place.as_ref().map_or(City::Almaty.zone(), Place::zone);
    Words { lang, zone, now: now.plus_seconds(-400 * 24 * 3600), people: std::collections::BTreeMap::new() }
}

fn lawyer_mail(words: &Words, case: CaseId, finding: &Finding, alarming: bool, to: String) -> Mail {
    let (lang, short) = (words.lang, case.to_string()[..8].to_owned());
    let sentence = words.explain(finding);
    let question = finding.ask.first().filter(|_| alarming).map(|question| words.question(question));
    let (subject, body) = if alarming {
        (texts::mail_lawyer_subject(lang, short.clone(), word(lang, "verdict", finding.verdict.word())), sentence)
    } else {
        (texts::mail_lawyer_correction_subject(lang, short.clone()), texts::mail_lawyer_correction(lang, sentence))
    };
    let paragraphs = [
        Some(body),
        words.two_clocks(finding),
        words.text_status(finding),
        question,
        words.action(finding).filter(|_| alarming),
        Some(texts::mail_lawyer_foot(lang, short)),
    ];
    Mail { to, subject, paragraphs: paragraphs.into_iter().flatten().collect(), stop: None }
}

/// What a family is told: when the limit passed, and when somebody last knew the person inside. No name, place or article.
pub(crate) fn over_sentence(words: &Words, finding: &Finding) -> String {
    let deadline = words.passed(finding);
    let proof = finding.end.from.map_or_else(|| texts::show_time_unknown(words.lang), |at| words.instant(at));
    match finding.verdict {
        Verdict::CertainlyOver => texts::mail_family_certain(words.lang, deadline, proof),
        _ => texts::mail_family_over(words.lang, deadline, proof),
    }
}

/// What a family is told that was told of a limit which did not pass. Only somebody who is free now was "released": a court's order or a
/// hearing stops a limit as well, and of a death nobody learns from a machine.
fn correction(words: &Words, finding: &Finding, view: &View) -> String {
    match (finding.verdict, finding.end.to) {
        (Verdict::Within, Some(released)) if view.status == Status::Released => {
            texts::mail_family_corrected_released(words.lang, words.until(released))
        }
        _ => texts::mail_family_corrected_doubt(words.lang),
    }
}
