//! What the clock found, in the words of a person's language: shared by every screen, mail and page.

use habeas_clock::{Finding, Instant, Interval, Limit, Question, Reading, Status, Verdict, Zone};
use habeas_texts::{self as texts, Lang};

use crate::case::Place;

/// How to say things: in which language, in whose local time, seen from which moment.
#[derive(Debug, Clone)]
pub struct Words {
    /// The language.
    pub lang: Lang,
    /// The zone of the place.
    pub zone: Zone,
    /// The moment from which it is seen: today's times are said without their date.
    pub now: Instant,
}

/// The text about one of an enum's words, such as a status or a city; the word itself if there is no text.
pub fn word(lang: Lang, prefix: &str, value: impl serde::Serialize) -> String {
    let word = serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    texts::named(lang, &texts::key(prefix, &word)).unwrap_or(word)
}

impl Words {
    /// A moment, to the minute; with its date unless it is today.
    pub fn instant(&self, instant: Instant) -> String {
        let (at, today) = (instant.local(&self.zone), self.now.local(&self.zone).date());
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        if at.date() == today { time } else { format!("{} {time}", at.date()) }
    }

    /// An interval, to the minute.
    pub fn interval(&self, when: Interval) -> String {
        match (when.from, when.to) {
            (Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => self.instant(from),
            (Some(from), Some(to)) => texts::show_time_between(self.lang, self.instant(from), self.instant(to)),
            (Some(from), None) => texts::show_time_after(self.lang, self.instant(from)),
            (None, Some(to)) => texts::show_time_before(self.lang, self.instant(to)),
            (None, None) => texts::show_time_unknown(self.lang),
        }
    }

    /// A place with its city.
    pub fn place(&self, place: &Place) -> String {
        let city = word(self.lang, "city", place.city);
        place.name.as_ref().map_or_else(|| city.clone(), |name| format!("{name}, {city}"))
    }

    /// A rule's verdict as one sentence with its article.
    pub fn explain(&self, finding: &Finding) -> String {
        let lang = self.lang;
        let rule = self.rule(finding);
        let citation = self.citations(&finding.readings);
        let Interval { from, to } = finding.deadline;
        let at = |instant: Option<Instant>| instant.map(|instant| self.instant(instant)).unwrap_or_default();
        match (finding.verdict, from, to) {
            _ if finding.readings.iter().all(|reading| matches!(reading.limit, Limit::Days(_))) => {
                let verdict = word(lang, "verdict", finding.verdict);
                texts::explain_sentence(lang, citation, rule, verdict)
            }
            (Verdict::Within, ..) if finding.end.to.is_some() => texts::explain_within_for_good(lang, citation, at(from), rule),
            (Verdict::Within, ..) => texts::explain_within(lang, citation, at(from), rule),
            (Verdict::PossiblyOver, Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => {
                texts::explain_possibly_over_at(lang, citation, self.instant(from), rule)
            }
            (Verdict::PossiblyOver, Some(_), Some(_)) => texts::explain_possibly_over(lang, citation, at(from), at(to), rule),
            (Verdict::PossiblyOver, ..) => texts::explain_possibly_over_open(lang, citation, rule),
            // The earliest bound of a deadline known to the minute is the minute that people say.
            (Verdict::OverIfStillHeld, ..) => texts::explain_over_if_still_held(lang, citation, self.passed(finding), rule),
            _ => texts::explain_certainly_over(lang, citation, self.passed(finding), rule),
        }
    }

    /// The clock as the law counts it beside the clock as the police claim it, where both are known.
    pub fn two_clocks(&self, finding: &Finding) -> Option<String> {
        let (law, police) = finding.by_law.zip(finding.by_police)?;
        Some(texts::explain_two_clocks(self.lang, self.interval(law), self.interval(police)))
    }

    /// How well the texts behind a verdict are known, unless all of them were read.
    pub fn text_status(&self, finding: &Finding) -> Option<String> {
        let status = finding.readings.iter().map(|reading| reading.status).max().filter(|status| *status != Status::Read)?;
        Some(texts::explain_status(self.lang, word(self.lang, "status", status)))
    }

    /// A rule's name.
    pub fn rule(&self, finding: &Finding) -> String {
        texts::named(self.lang, &texts::key("rule", &finding.rule)).unwrap_or_else(|| finding.rule.clone())
    }

    /// When the limit passed, by every reading.
    pub fn passed(&self, finding: &Finding) -> String {
        match (finding.deadline.from, finding.deadline.to) {
            (Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => self.instant(from),
            (_, Some(to)) => self.instant(to),
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
            Question::LastFree => texts::ask_last_free(lang),
            Question::WhenEnded => texts::ask_when_ended(lang),
            Question::Condition(name) => match name.strip_prefix("article:") {
                Some(article) => texts::ask_article(lang, article.to_owned()),
                None => {
                    texts::ask_condition(lang, texts::named(lang, &texts::key("condition", name)).unwrap_or_else(|| name.clone()))
                }
            },
        }
    }
}
