//! The state of the exchange: what is unsent, what was refused, when the server last answered.

use habeas_texts as texts;
use leptos::prelude::*;

use super::Page;
use super::setup::Wrong;
use crate::messages::{Ask, SyncView, Told};

/// The exchange.
#[component]
pub fn Sync() -> impl IntoView {
    let page = Page::here();
    let told = page.told(|| Ask::SyncState);
    let state = Memo::new(move |_| match told.get() {
        Some(Ok(Told::Sync(state))) => Some(state),
        _ => None,
    });
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None));
    let exchange = move |_| {
        busy.set(true);
        error.set(None);
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
