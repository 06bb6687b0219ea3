//! The state of the exchange: what is unsent, what was refused, when the server last answered.

use std::time::Duration;

use habeas_texts as texts;
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::Page;
use super::setup::Wrong;
use crate::messages::{Ask, SyncView, Told};

/// How often the page looks how far an exchange is.
const LOOK: Duration = Duration::from_millis(400);

/// The exchange.
#[component]
pub fn Sync() -> impl IntoView {
    let page = Page::here();
    let told = page.told(|| Ask::SyncState);
    let state = Memo::new(move |_| match told.get() {
        Some(Ok(Told::Sync(state))) => Some(state),
        _ => None,
    });
    let (busy, error, coming) = (RwSignal::new(false), RwSignal::new(None), RwSignal::new(None));
    let exchange = move |_| {
        busy.set(true);
        error.set(None);
        looks_on(page, busy, coming);
        page.ask(Ask::Sync, move |told| {
            busy.try_set(false);
            match told {
                Ok(_) => page.stand(),
                Err(problem) => {
                    error.try_set(Some(problem));
                }
            }
        });
    };
    let offline = move || {
        page.tick.track();
        !window().navigator().on_line()
    };
    view! {
        <h1 tabindex="-1">{page.say(texts::sync_title)}</h1>
        {move || offline().then(|| view! { <p class="notice">{page.say(texts::sync_offline)}</p> }.into_any())}
        <div role="status">{move || state.get().map(|state| view! { <State state/> }.into_any())}</div>
        <Wrong error/>
        <div class="row"><button disabled=busy on:click=exchange>
            {move || if busy.get() { texts::sync_busy(page.lang.get()) } else { texts::sync_do(page.lang.get()) }}
        </button></div>
        {move || coming.get().map(|(done, all)| {
            view! { <progress max=all.to_string() value=done.to_string() aria-label=page.say(texts::sync_busy)></progress> }.into_any()
        })}
        <ByHand/>
    }
}

/// Shows how far the exchange is for as long as it goes on.
fn looks_on(page: Page, busy: RwSignal<bool>, coming: RwSignal<Option<(u32, u32)>>) {
    let look = move || {
        page.ask(Ask::SyncState, move |told| {
            let goes_on = busy.try_get_untracked().unwrap_or(false);
            let of = if let Ok(Told::Sync(state)) = told { state.coming } else { None };
            coming.try_set(of.filter(|_| goes_on));
            if goes_on {
                looks_on(page, busy, coming);
            }
        });
    };
    set_timeout(look, LOOK);
}

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    #[wasm_bindgen(js_name = giveFile)]
    pub fn give_file(name: &str, bytes: Uint8Array);
    #[wasm_bindgen(js_name = readFile, catch)]
    pub async fn read_file(input: &JsValue) -> Result<JsValue, JsValue>;
}

/// Files that go from hand to hand where there is no network.
#[component]
fn ByHand() -> impl IntoView {
    let page = Page::here();
    let (error, said) = (RwSignal::new(None), RwSignal::new(None::<String>));
    let give = move |_| {
        said.set(None);
        page.attempt(Ask::Give, error, move |told| {
            if let Told::Files(files) = told {
                for (number, file) in (1..).zip(files) {
                    give_file(&format!("records-{number}.habeas"), Uint8Array::from(file.as_slice()));
                }
                said.try_set(Some(texts::sync_given(page.lang.get_untracked())));
            }
        });
    };
    let take = move |event: web_sys::Event| {
        said.set(None);
        let input: JsValue = event.target().map(JsValue::from).unwrap_or_default();
        leptos::task::spawn_local(async move {
            let Ok(bytes) = read_file(&input).await else {
                error.try_set(Some(texts::error_bundle_kind().say(page.lang.get_untracked())));
                return;
            };
            page.attempt(Ask::TakeIn(Uint8Array::new(&bytes).to_vec()), error, move |told| {
                if let Told::Said(text) = told {
                    said.try_set(Some(text));
                }
                page.stand();
            });
        });
    };
    view! {
        <h2>{page.say(texts::sync_by_hand)}</h2>
        <p>{page.say(texts::sync_by_hand_text)}</p>
        <Wrong error/>
        <div role="status">{move || said.get().map(|text| view! { <p class="notice good">{text}</p> }.into_any())}</div>
        <div class="row"><button class="plain" on:click=give>{page.say(texts::sync_give)}</button></div>
        <label for="bundle">{page.say(texts::sync_take)}</label>
        <input id="bundle" type="file" on:change=take/>
    }
}

#[component]
fn State(state: SyncView) -> impl IntoView {
    let lang = Page::here().lang.get_untracked();
    let unsent = if state.unsent == 0 { texts::sync_all_sent(lang) } else { texts::sync_unsent(lang, state.unsent) };
    view! {
        <p>{unsent}</p>
        <p>{state.last_contact.map_or_else(|| texts::sync_never(lang), |when| texts::sync_last(lang, when))}</p>
        {state.report.map(|report| view! { <p>{report}</p> }.into_any())}
        {(state.aside > 0).then(|| view! { <p class="notice">{texts::sync_aside(lang, state.aside)}</p> }.into_any())}
        {state.refused.into_iter().map(|text| view! { <p class="notice error">{text}</p> }.into_any()).collect_view()}
    }
}
