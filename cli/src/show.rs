//! A case in words, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use habeas_client_core::case::{
    City, Dispute, Fact, FactId, KINDS, Place, SealedFact, Stated, Step, Stint, Takes, View, Word as _, clock_record, counted,
};
use habeas_client_core::device::{Aside, Listed, OpenCase, Whose};
use habeas_client_core::rules::limits;
use habeas_client_core::words::{Words, word};
use habeas_clock::{Finding, Instant};
use habeas_protocol::api::to_hex;
use habeas_protocol::{CaseId, DeviceId, Log};
use habeas_texts::{self as texts, Lang};
use serde_json::{Value, json};

use crate::LocalDevice;

/// A case, its view and its limits as JSON.
pub fn json(log: &Log, case: CaseId, open: &OpenCase, stated: Vec<Stated>, shares: Vec<Value>, now: Instant) -> String {
    let limits = limits(&clock_record(&counted(stated.clone())), now);
    let aside: Vec<Value> = open.aside(log).iter().map(aside_json).collect();
    let value = json!({
        "case": case,
        "as_at": now,
        "heads": open.replica.history().heads().iter().map(|head| to_hex(head)).collect::<Vec<_>>(),
        "view": View::fold(stated),
        "limits": limits,
        "open_questions": open_questions(&limits),
        "unsent": open.unsent,
        "server_refused": open.hub_refused,
        "set_aside": aside,
        "copied_devices": open.copied,
        "shares": shares,
    });
    crate::commands::pretty(&value)
}

/// Something that was set aside, with the device that wrote it, or that it says has.
fn aside_json(aside: &Aside) -> Value {
    let (device, signed) = match aside.whose {
        Whose::Signed(device) => (Some(device), true),
        Whose::Named(device) => (Some(device), false),
        Whose::Nobody => (None, false),
    };
    json!({ "id": aside.id, "device": device, "signed": signed, "why": aside.why })
}

/// What to find out, the most urgent limit's question first, each once.
fn open_questions(limits: &[Finding]) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for question in limits.iter().filter_map(|limit| limit.ask.first()) {
        let question = json!(question);
        if !all.contains(&question) {
            all.push(question);
        }
    }
    all
}

/// A case in words.
pub fn words(lang: Lang, device: &LocalDevice, case: CaseId, open: &OpenCase, stated: Vec<Stated>, now: Instant) -> String {
    let limits = limits(&clock_record(&counted(stated.clone())), now);
    let view = View::fold(stated);
    let zone = view.place.as_ref().map_or(City::Almaty.zone(), Place::zone);
    let shown = Shown { words: Words { lang, zone, now, people: device.called(lang) }, device };
    let mut out = String::new();
    line(&mut out, &format!("{}   [{}]", shown.words.who(&view), &case.to_string()[..8]));
    line(&mut out, &shown.words.status(&view));
    if let Some(last) = view.last_proof {
        line(&mut out, &texts::show_last_proof(lang, shown.words.instant(last)));
    }
    if let Some(last) = view.last_word {
        line(&mut out, &texts::show_last_word(lang, shown.words.instant(last)));
    }
    for dispute in &view.disputes {
        shown.dispute(&mut out, dispute, &view);
    }
    for device in &open.copied {
        line(&mut out, &texts::show_copied(lang, device.to_string()));
    }
    line(&mut out, "");
    if view.stints.len() > 1 {
        line(&mut out, &format!("{}:", texts::show_stints(lang)));
        view.stints.iter().for_each(|stint| line(&mut out, &format!("  {}", shown.stint(stint))));
        line(&mut out, "");
    }
    if !view.procedure.is_empty() {
        line(&mut out, &format!("{}:", texts::show_procedure(lang)));
        view.procedure.iter().for_each(|step| line(&mut out, &format!("  {}", shown.step(step, &view))));
        line(&mut out, "");
    }
    line(&mut out, &format!("{}:", texts::show_deadlines(lang)));
    for limit in &limits {
        out.push_str(&finding(&shown.words, limit));
    }
    line(&mut out, &format!("  {}", texts::reviewed_by_nobody(lang)));
    line(&mut out, "");
    line(&mut out, &format!("{}:", texts::show_timeline(lang)));
    view.timeline.iter().for_each(|fact| line(&mut out, &format!("  {}", shown.fact(fact))));
    view.sealed.iter().for_each(|fact| line(&mut out, &format!("  {}", shown.sealed(fact))));
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
    out.push_str(&aside(lang, device, open));
    out
}

/// How much of a case was set aside, and line by line whose it is and why; nothing if there is nothing.
pub fn aside(lang: Lang, device: &LocalDevice, open: &OpenCase) -> String {
    let mut alike: BTreeMap<(Whose, &str), usize> = BTreeMap::new();
    open.aside(device.log()).iter().for_each(|aside| *alike.entry((aside.whose, aside.why)).or_default() += 1);
    if open.poison > 0 {
        alike.insert((Whose::Nobody, "poison"), open.poison);
    }
    let mut out = String::new();
    if !alike.is_empty() {
        line(&mut out, &texts::show_aside(lang, alike.values().sum::<usize>()));
    }
    let called = |of: DeviceId| {
        let actor = device.log().known(&of).map(|member| member.keys.actor(0));
        actor.and_then(|actor| device.author(lang, &actor)).unwrap_or_default()
    };
    for ((whose, why), count) in alike {
        let whose = match whose {
            Whose::Signed(of) => texts::aside_signed(lang, of.to_string(), called(of)),
            Whose::Named(of) => texts::aside_named(lang, of.to_string(), called(of)),
            Whose::Nobody => texts::aside_nobody(lang),
        };
        line(&mut out, &format!("  {}", texts::aside_of(lang, count, whose, word(lang, "aside", why))));
    }
    out
}

/// Every case, one a line, the most urgent first.
pub fn list(lang: Lang, cases: &[Listed<'_>], now: Instant) -> String {
    let mut out = String::new();
    for Listed { case, summary, limit } in cases {
        let words = Words { lang, zone: summary.clock.zone.clone(), now, people: BTreeMap::new() };
        let title = summary.title.clone().unwrap_or_else(|| texts::show_no_name(lang));
        let city = summary.city.map(|city| word(lang, "city", city.word()));
        let place = summary.place.clone().or(city).map(|place| format!(", {place}")).unwrap_or_default();
        let countdown = limit.as_ref().and_then(|finding| words.countdown(finding));
        let countdown = countdown.map(|countdown| format!(" — {countdown}")).unwrap_or_default();
        let mut marks = String::new();
        for (sign, count) in [('!', summary.disputes), ('↑', summary.unsent), ('?', summary.aside)] {
            if count > 0 {
                let _ = write!(marks, " {sign}{count}");
            }
        }
        line(
            &mut out,
            &format!(
                "{}  {title} — {}{place}{countdown}{marks}",
                &case.to_string()[..8],
                word(lang, "status", summary.status.word())
            ),
        );
    }
    if out.is_empty() { format!("{}\n", texts::show_no_cases(lang)) } else { out }
}

/// A count, one row a line.
pub fn tally(lang: Lang, tally: &Value) -> String {
    let row = |cell: &Value, day: &str, city: &str, status: &str| {
        let number = |name: &str| cell[name].to_string();
        let persons = match (number("persons_low"), number("persons_high")) {
            (low, high) if low == high => low,
            (low, high) => format!("{low}–{high}"),
        };
        let numbers = [
            (texts::counts_detentions(lang), number("detentions")),
            (texts::counts_persons(lang), persons),
            (texts::counts_possibly(lang), number("possibly_over")),
            (texts::counts_if_held(lang), number("over_if_still_held")),
            (texts::counts_certainly(lang), number("certainly_over")),
            (texts::counts_exit_offered(lang), number("exit_offered")),
        ];
        let numbers = numbers.map(|(name, number)| format!("{name}: {number}")).join("; ");
        let whose = [day, city, status].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        format!("{whose} — {numbers}")
    };
    let mut out = String::new();
    for cell in tally["cells"].as_array().into_iter().flatten() {
        let text = |name: &str| cell[name].as_str().unwrap_or_default();
        let city = if cell["city"].is_null() { texts::counts_city_unknown(lang) } else { word(lang, "city", text("city")) };
        line(&mut out, &row(cell, text("day"), &city, &word(lang, "status", text("status"))));
    }
    line(&mut out, &row(&tally["total"], &texts::counts_total(lang), "", ""));
    for claim in tally["claims"].as_array().into_iter().flatten() {
        let text = |name: &str| claim[name].as_str().unwrap_or_default();
        let said = texts::counts_claim(lang, word(lang, "figure", text("figure")), claim["value"].to_string(), text("who"));
        line(&mut out, &format!("{}: {said}", text("day")));
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// A case, line by line.
struct Shown<'a> {
    words: Words,
    device: &'a LocalDevice,
}

impl Shown<'_> {
    fn dispute(&self, out: &mut String, dispute: &Dispute, view: &View) {
        let what = word(self.words.lang, "fact", dispute.about);
        line(out, &texts::show_disputed(self.words.lang, what));
        for fact in view.timeline.iter().filter(|fact| dispute.accounts.contains(&fact.id)) {
            line(out, &format!("  {}", self.fact(fact)));
        }
    }

    fn stint(&self, stint: &Stint) -> String {
        let place =
            stint.place.as_ref().map_or_else(|| texts::show_place_unknown(self.words.lang), |place| self.words.place(place));
        let until = stint.until.map(|until| self.words.interval(until)).unwrap_or_default();
        format!("{} – {until}  {place}", self.words.interval(stint.since))
    }

    /// A step of the procedure: when, and what, as its accounts say it if they say the same; with how many there are if there are several.
    fn step(&self, step: &Step, view: &View) -> String {
        let facts = view.timeline.iter().filter(|fact| step.facts.contains(&fact.id));
        let mut said: Vec<String> = facts.map(|fact| self.words.stated(fact)).collect();
        said.dedup();
        let what = if let [same] = said.as_slice() { same.clone() } else { self.named(step) };
        let accounts = if step.facts.len() > 1 { format!(" ({})", step.facts.len()) } else { String::new() };
        format!("{}  {what}{accounts}", self.words.interval(step.when))
    }

    /// What a step is called.
    fn named(&self, step: &Step) -> String {
        let (kind, which) = step.step.split_once(' ').map_or((step.step.as_str(), None), |(kind, which)| (kind, Some(which)));
        let prefix = KINDS.iter().find(|known| known.name == kind).and_then(|kind| {
            kind.fields.iter().find_map(|field| if let Takes::OneOf(prefix, _) = field.takes { Some(prefix) } else { None })
        });
        let which = which.zip(prefix).map(|(which, prefix)| format!(": {}", word(self.words.lang, prefix, which)));
        format!("{}{}", word(self.words.lang, "fact", kind), which.unwrap_or_default())
    }

    /// A fact that cannot be read here, or nowhere any more.
    fn sealed(&self, fact: &SealedFact) -> String {
        let is_own = self.device.log().author(&fact.id.actor).is_some_and(|(device, _)| device == self.device.id());
        let said = if is_own && !fact.erased { texts::show_fact_sealed_own(self.words.lang) } else { self.words.sealed(fact) };
        format!("{}  {said}{} [{}]", self.words.instant(fact.recorded_at), self.author(fact.id), fact.id)
    }

    /// Who wrote a fact, behind what is said of it.
    fn author(&self, fact: FactId) -> String {
        self.device.author(self.words.lang, &fact.actor).map(|author| format!(" {author}")).unwrap_or_default()
    }

    fn fact(&self, fact: &Fact) -> String {
        let when = self.words.when(fact).map(|when| format!("{when}  ")).unwrap_or_default();
        format!("{when}{} ({}){} [{}]", self.words.stated(fact), self.words.source(fact), self.author(fact.id), fact.id)
    }
}

/// A limit in words: what it says, how well it is known, what to ask.
pub fn finding(words: &Words, finding: &Finding) -> String {
    let mut out = String::new();
    line(&mut out, &format!("  {}", words.explain(finding)));
    let more = [words.two_clocks(finding), words.text_status(finding)];
    more.into_iter().flatten().for_each(|text| line(&mut out, &format!("    {text}")));
    if let Some(question) = finding.ask.first() {
        line(&mut out, &format!("    → {}", words.question(question)));
    }
    if let Some(action) = words.action(finding) {
        line(&mut out, &format!("    ⇒ {action}"));
    }
    out
}
