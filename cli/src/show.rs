//! A case in words, and as JSON.

use std::fmt::Write as _;

use habeas_client_core::case::{City, Dispute, Fact, Place, Stated, Status, View, What, clock_record};
use habeas_client_core::device::{CaseSummary, OpenCase};
use habeas_clock::{Finding, Instant, Interval, Pack, Reading, Verdict, Zone, evaluate};
use habeas_protocol::CaseId;
use habeas_texts::{self as texts, Lang};
use serde_json::{Value, json};

/// The rules that come with this version of the program.
const KZ: &str = include_str!("../../rules/kz.toml");

/// A case, its view and its limits as JSON.
pub fn json(case: CaseId, open: &OpenCase, now: Instant) -> Result<String, String> {
    let findings = findings(open, now)?;
    let aside: Vec<Value> = open
        .replica
        .aside()
        .iter()
        .map(|aside| json!({ "id": aside.envelope.id, "outcome": format!("{:?}", aside.outcome) }))
        .collect();
    let value = json!({
        "case": case,
        "as_at": now,
        "view": open.replica.view(),
        "limits": findings,
        "unsent": open.unsent,
        "server_refused": open.hub_refused,
        "set_aside": aside,
    });
    serde_json::to_string_pretty(&value).map_err(|error| error.to_string())
}

fn findings(open: &OpenCase, now: Instant) -> Result<Vec<Finding>, String> {
    let facts: Vec<Fact> = open
        .replica
        .facts()
        .into_iter()
        .filter_map(|stated| if let Stated::Known(fact) = stated { Some(*fact) } else { None })
        .collect();
    let pack = Pack::load(KZ).map_err(|error| format!("the built-in rules: {error}"))?;
    Ok(evaluate(&pack, &clock_record(&facts), now))
}

/// A case in words.
pub fn words(lang: Lang, case: CaseId, open: &OpenCase, now: Instant) -> Result<String, String> {
    let view = open.replica.view();
    let zone = view.place.as_ref().map_or(City::Almaty.zone(), Place::zone);
    let shown = Shown { lang, zone, now };
    let mut out = String::new();
    let names: Vec<&str> = view.names.iter().chain(&view.descriptions).map(|account| account.value.as_str()).collect();
    let title = if names.is_empty() { texts::show_no_name(lang) } else { names.join(" / ") };
    line(&mut out, &format!("{title}   [{}]", &case.to_string()[..8]));
    line(&mut out, &shown.status(&view));
    if let Some(last) = view.last_proof {
        line(&mut out, &texts::show_last_proof(lang, shown.instant(last)));
    }
    for dispute in &view.disputes {
        shown.dispute(&mut out, dispute, &view);
    }
    line(&mut out, "");
    line(&mut out, &format!("{}:", texts::show_deadlines(lang)));
    for finding in findings(open, now)?.iter().filter(|finding| finding.verdict != Verdict::NotApplicable) {
        shown.finding(&mut out, finding);
    }
    line(&mut out, &format!("  {}", texts::reviewed_by_nobody(lang)));
    line(&mut out, "");
    line(&mut out, &format!("{}:", texts::show_timeline(lang)));
    view.timeline.iter().for_each(|fact| line(&mut out, &format!("  {}", shown.fact(fact))));
    if !view.superseded.is_empty() {
        line(&mut out, &format!("{}:", texts::show_corrected(lang)));
        view.superseded.iter().for_each(|fact| line(&mut out, &format!("  {}", shown.fact(fact))));
    }
    if !view.unknown.is_empty() {
        line(&mut out, &format!("{}:", texts::show_newer(lang)));
        view.unknown.iter().for_each(|raw| line(&mut out, &format!("  {}", serde_json::to_string(raw).unwrap_or_default())));
    }
    if open.unsent > 0 {
        line(&mut out, &texts::show_unsent(lang, open.unsent));
    }
    if !open.replica.aside().is_empty() {
        line(&mut out, &texts::show_aside(lang, open.replica.aside().len()));
    }
    Ok(out)
}

/// Every case, one a line.
pub fn list<'a>(lang: Lang, cases: impl Iterator<Item = (&'a CaseId, &'a CaseSummary)>) -> String {
    let mut out = String::new();
    for (case, summary) in cases {
        let title = summary.title.clone().unwrap_or_else(|| texts::show_no_name(lang));
        let place = summary.place.as_deref().unwrap_or_default();
        let mut marks = String::new();
        for (sign, count) in [('!', summary.disputes), ('↑', summary.unsent), ('?', summary.aside)] {
            if count > 0 {
                let _ = write!(marks, " {sign}{count}");
            }
        }
        line(&mut out, &format!("{}  {title} — {} {place}{marks}", &case.to_string()[..8], status(lang, summary.status)));
    }
    if out.is_empty() { format!("{}\n", texts::show_no_cases(lang)) } else { out }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// The text about one of an enum's words, or the word itself.
fn word(lang: Lang, prefix: &str, value: impl serde::Serialize) -> String {
    let word = serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    texts::named(lang, &texts::key(prefix, &word)).unwrap_or(word)
}

fn status(lang: Lang, status: Status) -> String {
    word(lang, "status", status)
}

/// How to show things: in which language, in which zone, on which day.
struct Shown {
    lang: Lang,
    zone: Zone,
    now: Instant,
}

impl Shown {
    /// A moment, to the minute; with its date unless it is today.
    fn instant(&self, instant: Instant) -> String {
        let (at, today) = (instant.local(&self.zone), self.now.local(&self.zone).date());
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        if at.date() == today { time } else { format!("{} {time}", at.date()) }
    }

    fn interval(&self, when: Interval) -> String {
        match (when.from, when.to) {
            (Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => self.instant(from),
            (Some(from), Some(to)) => texts::show_time_between(self.lang, self.instant(from), self.instant(to)),
            (Some(from), None) => texts::show_time_after(self.lang, self.instant(from)),
            (None, Some(to)) => texts::show_time_before(self.lang, self.instant(to)),
            (None, None) => texts::show_time_unknown(self.lang),
        }
    }

    fn status(&self, view: &View) -> String {
        let place = view.place.as_ref().map(|place| self.place(place)).unwrap_or_default();
        let status = status(self.lang, view.status);
        let said = match view.since.from {
            Some(_) => texts::show_status(self.lang, self.interval(view.since), status),
            None => texts::show_status_open(self.lang, status),
        };
        if place.is_empty() { said } else { format!("{said} — {place}") }
    }

    fn place(&self, place: &Place) -> String {
        let city = word(self.lang, "city", place.city);
        place.name.as_ref().map_or_else(|| city.clone(), |name| format!("{name}, {city}"))
    }

    fn dispute(&self, out: &mut String, dispute: &Dispute, view: &View) {
        let what = word(self.lang, "fact", dispute.about);
        line(out, &texts::show_disputed(self.lang, what));
        for fact in view.timeline.iter().filter(|fact| dispute.accounts.contains(&fact.id)) {
            line(
                out,
                &format!(
                    "  {} [{}]",
                    texts::show_dispute_account(self.lang, self.interval(fact.when), self.source(fact)),
                    fact.id
                ),
            );
        }
    }

    fn source(&self, fact: &Fact) -> String {
        let reliability = word(self.lang, "reliability", fact.source.reliability);
        let kind = word(self.lang, "source", fact.source.kind);
        let source = fact.source.name.as_ref().map_or_else(|| kind.clone(), |name| format!("{name} ({kind})"));
        texts::show_source(self.lang, reliability, source)
    }

    fn fact(&self, fact: &Fact) -> String {
        let kind = serde_json::to_value(&fact.what).unwrap_or_default();
        let label = word(self.lang, "fact", &kind["kind"]);
        let mut said = if fact.what.happens() { format!("{}  {label}", self.interval(fact.when)) } else { label };
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
        let _ = write!(said, " ({}) [{}]", self.source(fact), fact.id);
        said
    }

    fn detail(&self, what: &What) -> String {
        let lang = self.lang;
        let yes = |holds: bool| if holds { texts::answer_yes(lang) } else { texts::answer_no(lang) };
        match what {
            What::Name { text } | What::Description { text } | What::Injury { text } | What::Note { text } => text.clone(),
            What::Birth { date } => date.clone(),
            What::Sex { sex } => word(lang, "sex", sex),
            What::Vulnerability { which, holds } => format!("{}: {}", word(lang, "condition", which), yes(*holds)),
            What::Circumstance { which, holds } => {
                let name = texts::named(lang, &texts::key("condition", which.condition())).unwrap_or_default();
                format!("{name}: {}", yes(*holds))
            }
            What::Regime { regime, article } => {
                [Some(word(lang, "regime", regime)), article.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
            }
            What::Sentenced { penalty, days, article } => {
                let penalty = word(lang, "penalty", penalty);
                let said = days.map_or_else(
                    || penalty.clone(),
                    |days| texts::show_held_days(lang, texts::limit_days(lang, days), penalty.clone()),
                );
                [Some(said), article.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
            }
            What::LawyerRefused { by: text }
            | What::LawyerAdmitted { lawyer: text }
            | What::InVehicle { plate: text }
            | What::Retraction { reason: text } => text.clone().unwrap_or_default(),
            What::LawyerAssigned { person } => person.clone(),
            _ => String::new(),
        }
    }

    fn finding(&self, out: &mut String, finding: &Finding) {
        let lang = self.lang;
        let rule = texts::named(lang, &texts::key("rule", &finding.rule)).unwrap_or_else(|| finding.rule.clone());
        let citation = self.citations(&finding.readings);
        let Interval { from, to } = finding.deadline;
        let at = |instant: Option<Instant>| instant.map(|instant| self.instant(instant)).unwrap_or_default();
        let said = match (finding.verdict, from, to) {
            _ if finding.deadline == Interval::OPEN && finding.verdict != Verdict::PossiblyOver => {
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
        };
        line(out, &format!("  {said}"));
        if let Some(question) = finding.ask.first() {
            line(out, &format!("    → {}", self.question(question)));
        }
    }

    fn passed(&self, finding: &Finding) -> String {
        match (finding.deadline.from, finding.deadline.to) {
            (Some(from), Some(to)) if to.seconds() - from.seconds() <= 60 => self.instant(from),
            (_, Some(to)) => self.instant(to),
            _ => String::new(),
        }
    }

    fn citations(&self, readings: &[Reading]) -> String {
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

    fn question(&self, question: &habeas_clock::Question) -> String {
        use habeas_clock::Question;
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
