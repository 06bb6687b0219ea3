//! A case in words, and as JSON.

use std::fmt::Write as _;

use habeas_client_core::case::{City, Dispute, Fact, Place, Stated, Status, View, What, clock_record};
use habeas_client_core::device::{CaseSummary, OpenCase};
use habeas_client_core::words::{Words, word};
use habeas_clock::{Finding, Instant, Pack, Verdict, evaluate};
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
    let shown = Shown { lang, words: Words { lang, zone, now } };
    let mut out = String::new();
    let names: Vec<&str> = view.names.iter().chain(&view.descriptions).map(|account| account.value.as_str()).collect();
    let title = if names.is_empty() { texts::show_no_name(lang) } else { names.join(" / ") };
    line(&mut out, &format!("{title}   [{}]", &case.to_string()[..8]));
    line(&mut out, &shown.status(&view));
    if let Some(last) = view.last_proof {
        line(&mut out, &texts::show_last_proof(lang, shown.words.instant(last)));
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
        let city = summary.city.map(|city| word(lang, "city", city));
        let place = summary.place.clone().or(city).map(|place| format!(", {place}")).unwrap_or_default();
        let mut marks = String::new();
        for (sign, count) in [('!', summary.disputes), ('↑', summary.unsent), ('?', summary.aside)] {
            if count > 0 {
                let _ = write!(marks, " {sign}{count}");
            }
        }
        line(&mut out, &format!("{}  {title} — {}{place}{marks}", &case.to_string()[..8], status(lang, summary.status)));
    }
    if out.is_empty() { format!("{}\n", texts::show_no_cases(lang)) } else { out }
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn status(lang: Lang, status: Status) -> String {
    word(lang, "status", status)
}

/// A case, line by line.
struct Shown {
    lang: Lang,
    words: Words,
}

impl Shown {
    fn status(&self, view: &View) -> String {
        let place = view.place.as_ref().map(|place| self.words.place(place)).unwrap_or_default();
        let status = status(self.lang, view.status);
        let said = match view.since.from {
            Some(_) => texts::show_status(self.lang, self.words.interval(view.since), status),
            None => texts::show_status_open(self.lang, status),
        };
        if place.is_empty() { said } else { format!("{said} — {place}") }
    }

    fn dispute(&self, out: &mut String, dispute: &Dispute, view: &View) {
        let what = word(self.lang, "fact", dispute.about);
        line(out, &texts::show_disputed(self.lang, what));
        for fact in view.timeline.iter().filter(|fact| dispute.accounts.contains(&fact.id)) {
            line(out, &format!("  {}", self.fact(fact)));
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
        let mut said = if fact.what.happens() { format!("{}  {label}", self.words.interval(fact.when)) } else { label };
        let detail = self.detail(&fact.what);
        if !detail.is_empty() {
            let _ = write!(said, ": {detail}");
        }
        if let Some(place) = fact.place.as_ref().filter(|_| fact.what.happens()) {
            let _ = write!(said, " — {}", self.words.place(place));
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
                format!("{}: {}", word(lang, "circumstance", which), yes(*holds))
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
            What::OfficialClaim { date, figure, value, who, .. } => {
                texts::show_claim(lang, date.clone(), figure.clone(), *value, who.clone())
            }
            What::Restrained { exit_offered: Some(offered) } => texts::show_exit_offered(lang, yes(*offered)),
            What::Hospitalised { guarded: Some(guarded) } => texts::show_guarded(lang, yes(*guarded)),
            _ => String::new(),
        }
    }

    fn finding(&self, out: &mut String, finding: &Finding) {
        line(out, &format!("  {}", self.words.explain(finding)));
        let more = [self.words.two_clocks(finding), self.words.text_status(finding)];
        more.into_iter().flatten().for_each(|text| line(out, &format!("    {text}")));
        if let Some(question) = finding.ask.first() {
            line(out, &format!("    → {}", self.words.question(question)));
        }
    }
}
