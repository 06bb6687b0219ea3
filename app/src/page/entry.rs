//! Recording: a new case in a few taps, and a fact for a case. What is half written survives locking.

use std::collections::BTreeMap;

use habeas_client_core::case::{City, Form, KINDS, Kind, Reliability, SourceKind, Takes, When, Word as _, may_be_sensitive};
use habeas_texts::{self as texts, Lang};
use leptos::prelude::*;

use super::Page;
use super::setup::Wrong;
use crate::messages::{Ask, Kept, Told};

/// What a quick record may be about: what happens to a person on such a day.
const QUICK: [&str; 8] =
    ["restrained", "in_vehicle", "delivered", "held", "seen_in_custody", "last_seen_free", "hospitalised", "released"];

/// Who reads it, where that is not everybody who reads the case.
const FEW: &str = "few";

/// What is half written: every line by its name. The kind's own fields have a dot before theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry(BTreeMap<String, String>);

impl Entry {
    fn fresh(case: Option<String>, replaces: Option<String>) -> Self {
        let mut entry = Self::default();
        // Whoever corrects a fact begins with what it says; see `fill`.
        if replaces.is_none() {
            entry.set("kind", if case.is_none() { "restrained" } else { "" });
            entry.set("mode", "now");
        }
        entry.set("source", "witness");
        entry.set("reliability", "first_hand");
        entry.set("now", this_moment());
        entry.set("minutes", "30");
        entry.set("case", case.unwrap_or_default());
        // For which fact it was begun, whatever becomes of it.
        entry.set("for", replaces.clone().unwrap_or_default());
        entry.set("replaces", replaces.unwrap_or_default());
        entry
    }

    /// As it was kept.
    pub fn from_kept(kept: Kept) -> Self {
        let mut entry = Self::default();
        kept.into_iter().for_each(|(name, text)| entry.set(&name, text));
        entry
    }

    /// To be kept.
    pub fn kept(&self) -> Kept {
        self.0.clone().into_iter().collect()
    }

    fn get(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_default()
    }

    fn set(&mut self, name: &str, text: impl Into<String>) {
        let text = text.into();
        if text.is_empty() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), text);
        }
    }

    /// Another kind has other fields, though some have the same names.
    fn set_kind(&mut self, kind: String) {
        self.0.retain(|name, _| !name.starts_with('.'));
        // What was begun for few does not become everybody's unseen.
        if self.is_for_few() {
            self.set("readers", FEW);
        }
        self.set("kind", kind);
    }

    /// Whether both were begun for the same case and to correct the same fact.
    fn is_for(&self, other: &Self) -> bool {
        ["case", "for"].iter().all(|name| self.0.get(*name) == other.0.get(*name))
    }

    /// The next person from the same place: everything but who it is.
    fn another(&self) -> Self {
        let mut next = self.clone();
        next.set("name", "");
        next.set("description", "");
        next
    }

    /// Whether it says when: what happens does, and what is so where the fact that it was begun for did.
    fn is_timed(&self) -> bool {
        let said = !matches!(self.get("mode").as_str(), "" | "now" | "unknown");
        happens(&self.get("kind")) || (said && !self.get("for").is_empty())
    }

    fn is_for_few(&self) -> bool {
        let kind = self.get("kind");
        may_be_sensitive(&kind) && (self.get("readers") == FEW || self.stays_for_few())
    }

    /// Whether that is no question: of its kind it is none, nor where what it corrects was for few.
    fn stays_for_few(&self) -> bool {
        Kind::named(&self.get("kind")).is_some_and(|kind| kind.limited)
            || !self.get("replaces").is_empty() && !self.get("was-few").is_empty()
    }

    fn when(&self) -> When {
        let (first, second) = (self.get("first"), self.get("second"));
        match self.get("mode").as_str() {
            "now" => When::At(self.get("now")),
            "at" => When::At(first),
            "about" => When::About(first, self.get("minutes")),
            "between" => When::Between(first, second),
            "before" => When::Before(first),
            "after" => When::After(first),
            "unknown" => When::Unknown,
            // Nothing was chosen, and that is said.
            _ => When::At(String::new()),
        }
    }

    fn form(&self) -> Form {
        let kind = self.get("kind");
        let fields = Kind::named(&kind).map(|kind| kind.fields).unwrap_or_default();
        let own = |name: &str| Some((name.to_owned(), self.get(&own(name)))).filter(|(_, text)| !text.trim().is_empty());
        let timed = self.is_timed();
        Form {
            fields: fields.iter().filter_map(|field| own(field.name)).collect(),
            when: if timed { self.when() } else { When::Unknown },
            said: if timed && self.get("mode") != "now" { self.get("said") } else { String::new() },
            kind,
            city: self.get("city"),
            place: self.get("place"),
            source: self.get("source"),
            source_name: self.get("source-name"),
            reliability: self.get("reliability"),
            replaces: Some(self.get("replaces")).filter(|fact| !fact.is_empty()).into_iter().collect(),
            sensitive: false,
            limited: self.is_for_few(),
        }
    }

    /// The facts of a new case: who it is, and what happened.
    fn begin(&self) -> Vec<Form> {
        let about = |kind: &str| Form {
            kind: kind.to_owned(),
            fields: vec![("text".to_owned(), self.get(kind))],
            when: When::Unknown,
            said: String::new(),
            replaces: Vec::new(),
            ..self.form()
        };
        let who = ["name", "description"].into_iter().filter(|kind| !self.get(kind).trim().is_empty());
        who.map(about).chain([self.form()]).collect()
    }
}

/// The name of one of a kind's own fields.
fn own(field: &str) -> String {
    format!(".{field}")
}

/// This moment, as an instant with its offset.
fn this_moment() -> String {
    String::from(js_sys::Date::new_0().to_iso_string())
}

/// What somebody reads of it: the time by this device's clock.
fn clock(moment: &str) -> String {
    let date = js_sys::Date::new(&moment.into());
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// Whether a fact of the kind has a time.
fn happens(kind: &str) -> bool {
    Kind::named(kind).is_none_or(|kind| kind.timed)
}

/// A new case.
#[component]
pub fn New() -> impl IntoView {
    let page = Page::here();
    let entry = kept(page, Entry::fresh(None, None));
    let (error, saved, busy) = (RwSignal::new(None), RwSignal::new(None::<String>), RwSignal::new(false));
    let save = move |another: bool| {
        error.set(None);
        saved.set(None);
        busy.set(true);
        let written = entry.get_untracked();
        let ask = Ask::Begin(written.begin(), sent(page, &written));
        page.ask(ask, move |told| {
            let here = busy.try_set(false).is_none();
            match told {
                Ok(Told::Begun(case)) => {
                    page.changed();
                    super::setup::sync_quietly(page);
                    if another {
                        saved.try_set(
                            ["name", "description"].map(|who| written.get(who)).into_iter().find(|text| !text.is_empty()),
                        );
                        entry.try_set(written.another());
                        focus("name");
                    } else if here {
                        page.go(&format!("#/case/{case}"));
                    }
                }
                Ok(_) => {}
                Err(problem) => {
                    page.drafts.update(|drafts| drafts.push(written.clone()));
                    page.wrong(error, problem);
                    page.stand();
                }
            }
        });
    };
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{page.say(texts::new_title)}</h1>
            <div role="status">{move || saved.get().map(|name| view! {
                <p class="notice good">{page.say(move |lang| texts::entry_saved(lang, name.clone()))}</p>
            }.into_any())}</div>
            <form autocomplete="off" on:submit=move |event| { event.prevent_default(); save(false) }>
                <Text entry id="name" label=texts::new_name hint=texts::new_name_hint/>
                <Text entry id="description" label=texts::new_description/>
                <Fields entry kinds=QUICK.to_vec() city_of_case=false/>
                <Wrong error/>
                <div class="row">
                    <button type="submit" disabled=busy>{move || saving(page.lang.get(), busy.get())}</button>
                    <button type="button" class="plain" disabled=busy on:click=move |_| save(true)>{page.say(texts::entry_save_another)}</button>
                </div>
            </form>
        </div>
    }
}

/// A fact for a case.
#[component]
pub fn Add(case: String, replaces: Option<String>) -> impl IntoView {
    let page = Page::here();
    let fresh = Entry::fresh(Some(case.clone()), replaces.clone());
    let entry = kept(page, fresh.clone());
    // What somebody has begun to write is not written over.
    if let Some(fact) = replaces.filter(|_| entry.with_untracked(|entry| *entry == fresh)) {
        fill(page, entry, case.clone(), fact);
    }
    let (error, busy) = (RwSignal::new(None), RwSignal::new(false));
    let back = format!("#/case/{case}");
    let told = page.told(move || Ask::Case(case.clone()));
    let view_of = Memo::new(move |_| match told.get() {
        Some(Ok(Told::Case(view))) => Some((view.title, view.timeline)),
        _ => None,
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        error.set(None);
        busy.set(true);
        let written = entry.get_untracked();
        let ask = Ask::Add { case: written.get("case"), form: written.form(), kept: sent(page, &written) };
        page.ask(ask, move |told| {
            // Whoever has gone on meanwhile is not called back.
            let here = busy.try_set(false).is_none();
            match told {
                Ok(_) => {
                    page.changed();
                    super::setup::sync_quietly(page);
                    if here {
                        page.go(&format!("#/case/{}", written.get("case")));
                    }
                }
                Err(problem) => {
                    page.drafts.update(|drafts| drafts.push(written.clone()));
                    page.wrong(error, problem);
                    page.stand();
                }
            }
        });
    };
    let kinds = KINDS.iter().map(|kind| kind.name).filter(|kind| *kind != "lawyer_assigned").collect::<Vec<_>>();
    view! {
        <div class="narrow">
            <p><a href=back>{page.say(texts::app_back)}</a></p>
            <h1 tabindex="-1">{page.say(texts::case_add)}</h1>
            {move || view_of.get().map(|(title, _)| view! { <p>{title}</p> }.into_any())}
            {move || {
                let replaced = entry.with(|entry| entry.get("replaces"));
                let fact = view_of.get()?.1.into_iter().find(|fact| fact.id == replaced)?;
                Some(view! {
                    <div class="notice">
                        <p>{page.say(texts::entry_replaces)}</p><p>{fact.when}" "{fact.stated}" ("{fact.source}")"</p>
                        <button type="button" class="plain" on:click=move |_| entry.update(|entry| entry.set("replaces", ""))>
                            {page.say(texts::entry_replaces_not)}
                        </button>
                    </div>
                }.into_any())
            }}
            <form autocomplete="off" on:submit=submit>
                <Fields entry kinds city_of_case=true/>
                <Wrong error/>
                <div class="row"><button type="submit" disabled=busy>{move || saving(page.lang.get(), busy.get())}</button></div>
            </form>
        </div>
    }
}

/// Puts what a fact says into the form that is to correct it, unless somebody has begun to write.
fn fill(page: Page, entry: RwSignal<Entry>, case: String, fact: String) {
    let untouched = entry.get_untracked();
    page.ask(Ask::Filled { case, fact }, move |told| {
        let Ok(Told::Draft(filled)) = told else { return };
        if entry.try_get_untracked().is_some_and(|now| now == untouched) {
            entry.update(|entry| filled.into_iter().flatten().for_each(|(name, text)| entry.set(&name, text)));
        }
    });
}

/// An entry that the page keeps while it is half written; what was kept for the same case and correction comes back.
fn kept(page: Page, fresh: Entry) -> RwSignal<Entry> {
    let before = page.drafts.with_untracked(|drafts| drafts.iter().find(|draft| draft.is_for(&fresh)).cloned());
    let entry = RwSignal::new(before.unwrap_or_else(|| fresh.clone()));
    Effect::new(move |_| {
        let written = entry.get();
        let mut untouched = written.clone();
        untouched.set("now", fresh.get("now"));
        page.drafts.update(|drafts| {
            drafts.retain(|draft| !draft.is_for(&fresh));
            if untouched != fresh {
                drafts.push(written);
            }
        });
    });
    entry
}

/// An entry that is on its way to the disk is no draft any more; should that fail, it is one again. What is still half written is
/// kept together with it.
fn sent(page: Page, entry: &Entry) -> Vec<Kept> {
    page.drafts.update(|drafts| drafts.retain(|draft| !draft.is_for(entry)));
    page.drafts.with_untracked(|drafts| drafts.iter().map(Entry::kept).collect())
}

fn saving(lang: Lang, busy: bool) -> String {
    if busy { texts::entry_saving(lang) } else { texts::entry_save(lang) }
}

fn focus(id: &str) {
    use wasm_bindgen::JsCast as _;
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// What happened, when, where, who says so.
#[component]
fn Fields(entry: RwSignal<Entry>, kinds: Vec<&'static str>, city_of_case: bool) -> impl IntoView {
    let page = Page::here();
    let kind = Memo::new(move |_| entry.with(|e| e.get("kind")));
    let of = move |name: &'static str| Signal::derive(move || entry.with(|e| e.get(name)));
    let set = move |name: &'static str| Callback::new(move |to: String| entry.update(|e| e.set(name, to)));
    let mode = Memo::new(move |_| entry.with(|e| e.get("mode")));
    let times = Memo::new(move |_| entry.with(Entry::is_timed));
    let own = move || {
        let kind = Kind::named(&kind.get())?;
        (!kind.fields.is_empty()).then(|| {
            kind.fields
                .iter()
                .filter(|field| field.takes != Takes::Key)
                .map(|field| view! { <Own entry field=*field/> }.into_any())
                .collect_view()
        })
    };
    let kinds = std::iter::once(String::new()).chain(kinds.into_iter().map(str::to_owned)).collect::<Vec<_>>();
    let cities = std::iter::once(String::new()).chain(owned(City::WORDS)).collect::<Vec<_>>();
    let none = move |lang| if city_of_case { texts::entry_city_of_case(lang) } else { texts::entry_choose(lang) };
    view! {
        <Choose id="kind" label=page.say(texts::entry_kind) words=kinds prefix="fact" none=texts::entry_choose
            value=of("kind") set=Callback::new(move |to| entry.update(|e| e.set_kind(to)))/>
        {own}
        {move || times.get().then(|| view! {
            <fieldset>
                <legend>{page.say(texts::entry_when)}</legend>
                <div class="choices">
                    {["now", "at", "about", "between", "before", "after", "unknown"].map(|word| {
                        let checked = move || mode.get() == word;
                        let label = move || {
                            let said = texts::named(page.lang.get(), &texts::key("when", word)).unwrap_or_default();
                            if word == "now" { format!("{said} ({})", entry.with(|e| clock(&e.get("now")))) } else { said }
                        };
                        view! { <label><input type="radio" name="when" prop:checked=checked
                            on:change=move |_| entry.update(|e| {
                                e.set("mode", word);
                                if word == "now" {
                                    e.set("now", this_moment());
                                }
                            })/>{label}</label> }.into_any()
                    })}
                </div>
            </fieldset>
            {move || (!matches!(mode.get().as_str(), "now" | "unknown")).then(|| view! {
                <div class="two">
                    <div>
                        <label for="first">{page.say(texts::entry_time)}</label>
                        <input id="first" type="datetime-local" autocomplete="off" prop:value=of("first")
                            on:input=move |event| entry.update(|e| e.set("first", event_target_value(&event)))/>
                    </div>
                    {move || (mode.get() == "between").then(|| view! { <div>
                        <label for="second">{page.say(texts::entry_time_to)}</label>
                        <input id="second" type="datetime-local" autocomplete="off" prop:value=of("second")
                            on:input=move |event| entry.update(|e| e.set("second", event_target_value(&event)))/>
                    </div> }.into_any())}
                    {move || (mode.get() == "about").then(|| view! { <div>
                        <label for="minutes">{page.say(texts::entry_minutes)}</label>
                        <input id="minutes" type="number" min="1" max="1440" autocomplete="off" prop:value=of("minutes")
                            on:input=move |event| entry.update(|e| e.set("minutes", event_target_value(&event)))/>
                    </div> }.into_any())}
                </div>
            }.into_any())}
            {move || (mode.get() != "now").then(|| view! { <Text entry id="said" label=texts::entry_said/> }.into_any())}
        }.into_any())}
        <Choose id="city" label=page.say(texts::entry_city) words=cities prefix="city" none
            value=of("city") set=set("city")/>
        <Text entry id="place" label=texts::entry_place hint=texts::entry_place_hint/>
        <div class="two">
            <div><Choose id="source" label=page.say(texts::entry_source) words=owned(SourceKind::WORDS)
                prefix="source" none=texts::entry_choose
                value=of("source") set=set("source")/></div>
            <div><Choose id="reliability" label=page.say(texts::entry_reliability)
                words=owned(Reliability::WORDS) prefix="reliability" none=texts::entry_choose
                value=of("reliability") set=set("reliability")/></div>
        </div>
        <Text entry id="source-name" label=texts::entry_source_name/>
        {city_of_case.then(|| view! { <Readers entry kind/> }.into_any())}
    }
}

/// For whom it is. Of some kinds that is no question.
#[component]
fn Readers(entry: RwSignal<Entry>, kind: Memo<String>) -> impl IntoView {
    let page = Page::here();
    // All that it hangs on, so that writing in another line makes no new select.
    let choice = Memo::new(move |_| {
        let stays = entry.with(Entry::stays_for_few);
        (may_be_sensitive(&kind.get()), stays)
    });
    let words = move || match choice.get() {
        (true, true) => owned(&[FEW]),
        (true, false) => owned(&["all", FEW]),
        (false, _) => owned(&["all"]),
    };
    let value = Signal::derive(move || entry.with(|entry| entry.get("readers")));
    let set = Callback::new(move |to: String| entry.update(|entry| entry.set("readers", if to == FEW { FEW } else { "" })));
    move || {
        view! {
            <Choose id="readers" label=page.say(texts::entry_readers) words=words() prefix="readers" none=texts::entry_choose value set/>
            {move || entry.with(Entry::is_for_few).then(|| view! { <p class="hint">{page.say(texts::entry_few)}</p> }.into_any())}
        }
    }
}

pub fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// One of a kind's own fields.
#[component]
fn Own(entry: RwSignal<Entry>, field: habeas_client_core::case::Field) -> impl IntoView {
    let page = Page::here();
    let label = page.say(move |lang| {
        let name = texts::named(lang, &texts::key("field", field.name)).unwrap_or_else(|| field.name.to_owned());
        if field.required { name } else { texts::entry_optional(lang, name) }
    });
    let value = Signal::derive(move || entry.with(|e| e.get(&own(field.name))));
    let set = Callback::new(move |to: String| entry.update(|e| e.set(&own(field.name), to)));
    let choose = move |prefix: &'static str, words: &[&str]| {
        let words = std::iter::once(String::new()).chain(owned(words)).collect();
        view! { <Choose id=field.name label words prefix none=texts::entry_choose value set/> }.into_any()
    };
    match field.takes {
        Takes::YesNo => choose("answer", &["yes", "no"]),
        Takes::OneOf(prefix, words) => choose(prefix, words),
        takes => {
            let kind = if takes == Takes::Number { "number" } else { "text" };
            let hint = match takes {
                Takes::Date => Some("2009-05-17"),
                Takes::LocalTime => Some("2026-09-08 10:00"),
                Takes::Article => Some("CAO 488(6)"),
                _ => None,
            };
            view! {
                <label for=field.name>{move || label.get()}</label>
                <input id=field.name type=kind autocomplete="off" placeholder=hint prop:value=move || value.get()
                    on:input=move |event| set.run(event_target_value(&event))/>
            }
            .into_any()
        }
    }
}

/// One of some words. The empty word stands for no choice.
#[component]
pub fn Choose(
    id: &'static str,
    label: Signal<String>,
    words: Vec<String>,
    prefix: &'static str,
    #[prop(into)] none: Callback<(Lang,), String>,
    value: Signal<String>,
    set: Callback<String>,
) -> impl IntoView {
    let page = Page::here();
    let option = move |word: String| {
        let (shown, chosen) = (word.clone(), word.clone());
        let text = move || {
            let lang = page.lang.get();
            if shown.is_empty() {
                none.run((lang,))
            } else {
                texts::named(lang, &texts::key(prefix, &shown)).unwrap_or_else(|| shown.clone())
            }
        };
        view! { <option value=word prop:selected=move || value.get() == chosen>{text}</option> }.into_any()
    };
    view! {
        <label for=id>{move || label.get()}</label>
        <select id=id on:change=move |event| set.run(event_target_value(&event))>{words.into_iter().map(option).collect_view()}</select>
    }
}

/// A line of the entry.
#[component]
fn Text(
    entry: RwSignal<Entry>,
    id: &'static str,
    label: fn(Lang) -> String,
    #[prop(optional)] hint: Option<fn(Lang) -> String>,
) -> impl IntoView {
    let page = Page::here();
    let hint_id = hint.map(|_| format!("{id}-hint"));
    view! {
        <label for=id>{page.say(label)}</label>
        <input id=id type="text" autocomplete="off" aria-describedby=hint_id.clone() prop:value=Signal::derive(move || entry.with(|e| e.get(id)))
            on:input=move |event| entry.update(|e| e.set(id, event_target_value(&event)))/>
        {hint.map(|hint| view! { <p class="hint" id=hint_id>{page.say(hint)}</p> }.into_any())}
    }
}
