//! Verdicts with their articles, and what to ask next.

use habeas_clock::{Binding, Finding, Instant, Interval, Question, Reading, Status, Verdict};
use habeas_texts as texts;

use super::{Words, word};

impl Words {
    /// How much time is left or how long it is over, in the few words that a list has room for.
    pub fn countdown(&self, finding: &Finding) -> Option<String> {
        let lang = self.lang;
        let (from, to) = (finding.deadline.from, finding.deadline.to);
        let since = |instant: Instant| self.duration(self.now.seconds() - instant.seconds());
        match finding.verdict {
            Verdict::NotApplicable => None,
            verdict if !finding.is_of_custody() && verdict != Verdict::Within => Some(match (verdict, finding.is_of_an_act()) {
                (Verdict::PossiblyOver, false) => texts::countdown_possibly_late(lang),
                (Verdict::OverIfStillHeld | Verdict::CertainlyOver, false) => texts::countdown_late(lang),
                _ => word(lang, "verdict", verdict.word()),
            }),
            // Of limits on custody there are no others.
            Verdict::MetInTime | Verdict::MetLate | Verdict::Prohibited => None,
            // The limit was kept: nothing runs any more.
            Verdict::Within if finding.end.to.is_some() => None,
            Verdict::Within => from.map(|at| texts::countdown_left(lang, self.duration(at.seconds() - self.now.seconds()))),
            Verdict::PossiblyOver => Some(texts::countdown_possibly(lang)),
            Verdict::OverIfStillHeld => to.map(|at| texts::countdown_over_if_held(lang, since(at))),
            Verdict::CertainlyOver if finding.end.to.is_some() => Some(texts::countdown_was_over(lang)),
            Verdict::CertainlyOver => {
                Some(to.map_or_else(|| texts::countdown_was_over(lang), |at| texts::countdown_over(lang, since(at))))
            }
        }
    }

    /// A rule's verdict as one sentence with its article.
    pub fn explain(&self, finding: &Finding) -> String {
        let lang = self.lang;
        let rule = self.rule(finding);
        let citation = self.citations(&finding.readings);
        let Interval { from, to } = finding.deadline;
        let at = |instant: Option<Instant>| instant.map(|instant| self.instant(instant)).unwrap_or_default();
        match (finding.verdict, from, to) {
            _ if finding.is_of_an_act() => {
                let verdict = word(lang, "verdict", finding.verdict.word());
                texts::explain_sentence(lang, citation, rule, verdict)
            }
            _ if !finding.is_of_custody() => self.explain_duty(finding, rule, citation),
            (Verdict::Within, ..) if finding.end.to.is_some() => texts::explain_within_for_good(lang, citation, at(from), rule),
            (Verdict::Within, ..) => texts::explain_within(lang, citation, at(from), rule),
            (Verdict::PossiblyOver, Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => {
                texts::explain_possibly_over_at(lang, citation, self.instant(from), rule)
            }
            (Verdict::PossiblyOver, Some(_), Some(_)) => {
                texts::explain_possibly_over(lang, citation, at(from), to.map(|to| self.until(to)).unwrap_or_default(), rule)
            }
            (Verdict::PossiblyOver, Some(from), None) => {
                texts::explain_possibly_over_from(lang, citation, self.instant(from), rule)
            }
            (Verdict::PossiblyOver, ..) => texts::explain_possibly_over_open(lang, citation, rule),
            // The earliest bound of a deadline known to the minute is the minute that people say.
            (Verdict::OverIfStillHeld, ..) => texts::explain_over_if_still_held(lang, citation, self.passed(finding), rule),
            _ => texts::explain_certainly_over(lang, citation, self.passed(finding), rule),
        }
    }

    /// Something that has to be done, as one sentence with its article.
    fn explain_duty(&self, finding: &Finding, rule: String, citation: String) -> String {
        let lang = self.lang;
        let Interval { from, to } = finding.deadline;
        match (finding.verdict, from, to) {
            (Verdict::Within, Some(from), _) => texts::explain_duty_within(lang, citation, self.instant(from), rule),
            (Verdict::MetInTime, Some(from), _) => texts::explain_duty_met(lang, citation, self.instant(from), rule),
            (Verdict::PossiblyOver, Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => {
                texts::explain_duty_possibly_at(lang, citation, self.instant(from), rule)
            }
            (Verdict::PossiblyOver, Some(from), Some(to)) => {
                texts::explain_duty_possibly(lang, citation, self.instant(from), self.until(to), rule)
            }
            (Verdict::PossiblyOver, Some(from), None) => {
                texts::explain_duty_possibly_from(lang, citation, self.instant(from), rule)
            }
            (Verdict::MetLate, ..) => texts::explain_duty_late(lang, citation, self.passed(finding), rule),
            (Verdict::OverIfStillHeld, ..) => texts::explain_duty_over(lang, citation, self.passed(finding), rule),
            (Verdict::CertainlyOver, ..) => texts::explain_duty_certain(lang, citation, self.passed(finding), rule),
            _ => texts::explain_duty_possibly_open(lang, citation, rule),
        }
    }

    /// What to do about a breach, or with a right before it is lost.
    pub fn action(&self, finding: &Finding) -> Option<String> {
        let right = finding.binding == Binding::Right && finding.verdict == Verdict::Within;
        let action = finding
            .action
            .as_ref()
            .filter(|_| right || finding.verdict > Verdict::PossiblyOver || finding.verdict.is_certain())?;
        texts::named(self.lang, &texts::key("action", action))
    }

    /// The clock as the law counts it beside the clock as the police claim it, where both are known.
    pub fn two_clocks(&self, finding: &Finding) -> Option<String> {
        let (law, police) = finding.by_law.zip(finding.by_police)?;
        Some(texts::explain_two_clocks(self.lang, self.interval(law), self.interval(police)))
    }

    /// How well the texts behind a verdict are known, unless all of them were read.
    pub fn text_status(&self, finding: &Finding) -> Option<String> {
        let status = finding.readings.iter().map(|reading| reading.status).max().filter(|status| *status != Status::Read)?;
        Some(texts::explain_status(self.lang, word(self.lang, "status", status.word())))
    }

    /// A rule's name.
    pub fn rule(&self, finding: &Finding) -> String {
        texts::named(self.lang, &texts::key("rule", &finding.rule)).unwrap_or_else(|| finding.rule.to_string())
    }

    /// When the limit passed, by every reading.
    pub fn passed(&self, finding: &Finding) -> String {
        match (finding.deadline.from, finding.deadline.to) {
            (Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => self.instant(from),
            (_, Some(to)) => self.until(to),
            _ => String::new(),
        }
    }

    /// The articles behind the limits.
    pub fn citations(&self, readings: &[Reading]) -> String {
        let mut all: Vec<String> = Vec::new();
        for Reading { citation, .. } in readings {
            let law = texts::named(self.lang, &format!("law-{}", citation.law)).unwrap_or_else(|| citation.law.clone());
            let said = texts::citation(self.lang, citation.article.clone(), law);
            if !all.contains(&said) {
                all.push(said);
            }
        }
        all.join("; ")
    }

    /// A question that would settle something.
    pub fn question(&self, question: &Question) -> String {
        let lang = self.lang;
        match question {
            Question::StillHeld => texts::ask_still_held(lang),
            Question::WhenStarted => texts::ask_when_started(lang),
            Question::ExitOffered => texts::ask_exit_offered(lang),
            Question::LastFree => texts::ask_last_free(lang),
            Question::WhenEnded => texts::ask_when_ended(lang),
            Question::Done => texts::ask_done(lang),
            Question::WhenDone => texts::ask_when_done(lang),
            Question::HowLong => texts::ask_how_long(lang),
            Question::Condition(name) => match name.strip_prefix("article:") {
                Some(article) => texts::ask_article(lang, article.to_owned()),
                None => {
                    texts::ask_condition(lang, texts::named(lang, &texts::key("condition", name)).unwrap_or_else(|| name.clone()))
                }
            },
        }
    }
}
