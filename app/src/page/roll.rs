//! The roll call of a station: one tap a person, saved for all at once.

use habeas_client_core::case::{Seen, SourceKind, Word as _};
use habeas_texts as texts;
use leptos::prelude::*;

use super::Page;
use super::entry::{Choose, owned};
use super::setup::Wrong;
use crate::messages::{Ask, Told};

/// Who is held where, and what is seen of them.
#[component]
pub fn Roll() -> impl IntoView {
    let page = Page::here();
    let (place, state, source) =
        (RwSignal::new(String::new()), RwSignal::new("inside".to_owned()), RwSignal::new("lawyer".to_owned()));
    let marks = RwSignal::new(Vec::<(String, String)>::new());
    let (error, said, again) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(0));
    // Not at every tick: a list that moves under the finger marks the wrong person.
    let told = page.told_again(Box::new(move || Ask::Roll(place.get())), again);
    let held = Memo::new(move |_| match told.get() {
        Some(Ok(Told::Roll { places, people })) => (places, people),
        _ => Default::default(),
    });
    // The first place is shown without asking for it, and again once nobody is left at the one that was shown.
    Effect::new(move |_| {
        let first = held.with(|(places, _)| places.first().filter(|_| !places.contains(&place.get_untracked())).cloned());
        if let Some(first) = first {
            place.set(first);
        }
    });
    let mark = move |case: &str| {
        let case = case.to_owned();
        said.set(None);
        marks.update(|marks| {
            let before = marks.iter().position(|(known, _)| *known == case).map(|at| marks.swap_remove(at).1);
            if before.as_ref() != Some(&state.get_untracked()) {
                marks.push((case, state.get_untracked()));
            }
        });
    };
    let rest = move |_| {
        let people = held.with_untracked(|(_, people)| people.clone());
        for (_, case) in
            people.into_iter().filter(|(_, case)| marks.with_untracked(|marks| marks.iter().all(|(known, _)| known != case)))
        {
            mark(&case);
        }
    };
    let save = move |_| {
        let ask = Ask::RollCall { place: place.get_untracked(), seen: marks.get_untracked(), source: source.get_untracked() };
        page.attempt(ask, error, move |told| {
            if let Told::Said(text) = told {
                marks.try_set(Vec::new());
                said.try_set(Some(text));
                again.try_update(|again| *again += 1);
                page.changed();
            }
        });
    };
    let places = move || held.with(|(places, _)| places.clone());
    let choose_place = Callback::new(move |to: String| {
        marks.set(Vec::new());
        place.set(to);
    });
    let person = move |(name, case): (String, String)| {
        let id = case.clone();
        let marked =
            Memo::new(move |_| marks.with(|marks| marks.iter().find(|(known, _)| *known == id).map(|(_, state)| state.clone())));
        let seen =
            move || marked.get().and_then(|state| texts::named(page.lang.get(), &texts::key("roll", &state))).unwrap_or_default();
        view! {
            <li><button type="button" class="plain person" aria-pressed=move || marked.get().is_some().to_string() on:click=move |_| mark(&case)>
                <span>{name}</span><span class="status">{seen}</span>
            </button></li>
        }
        .into_any()
    };
    view! {
        <h1 tabindex="-1">{page.say(texts::roll_title)}</h1>
        <Wrong error/>
        <div role="status">{move || said.get().map(|text: String| view! { <p class="notice good">{text}</p> }.into_any())}</div>
        {move || match told.get() {
            None => view! { <p role="status">{page.say(texts::app_loading)}</p> }.into_any(),
            Some(Err(error)) => view! { <p class="notice error" role="alert">{error}</p> }.into_any(),
            Some(Ok(_)) if places().is_empty() => view! { <p>{page.say(texts::roll_nobody)}</p> }.into_any(),
            Some(Ok(_)) => view! {
                <Choose id="roll-place" label=page.say(texts::roll_where) words=places() prefix="" none=texts::entry_choose
                    value=place.into() set=choose_place/>
                <Choose id="roll-state" label=page.say(texts::roll_mark) words=owned(Seen::WORDS) prefix="roll" none=texts::entry_choose
                    value=state.into() set=Callback::new(move |to| state.set(to))/>
                <p class="hint">{page.say(texts::roll_tap)}</p>
                <ul class="cases">{held.with(|(_, people)| people.clone()).into_iter().map(person).collect_view()}</ul>
                <div class="row"><button type="button" class="plain" on:click=rest>{page.say(texts::roll_rest)}</button></div>
                <Choose id="roll-source" label=page.say(texts::entry_source) words=owned(SourceKind::WORDS) prefix="source" none=texts::entry_choose
                    value=source.into() set=Callback::new(move |to| source.set(to))/>
                <div class="row"><button type="button" disabled=move || marks.with(Vec::is_empty) on:click=save>{page.say(texts::roll_save)}</button></div>
            }.into_any(),
        }}
    }
}
