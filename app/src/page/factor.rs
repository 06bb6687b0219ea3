//! The second factor: how it stands, and an authenticator app that is enrolled. What is secret here is in the page's memory alone, and gone with the
//! screen; only while the device is locked from here is the new app's secret kept a while, for whoever has gone to the app with it.

use habeas_protocol::Secret;
use habeas_protocol::api;
use habeas_texts as texts;
use leptos::prelude::*;

use super::people::failed;
use super::setup::{Line, Wrong};
use super::shell::arrive;
use super::{Answer, Page, Route};
use crate::messages::{Ask, FactorView, NewFactor, Standing, Told};

/// The second factor, or the recovery codes of one that was just enrolled.
#[component]
pub fn Factor() -> impl IntoView {
    let made: RwSignal<Answer> = RwSignal::new(None);
    view! {
        <div class="narrow">
            {move || match made.get() {
                Some(Ok(Told::RecoveryCodes(codes))) => view! { <Codes codes/> }.into_any(),
                _ => view! { <Stands made/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Stands(made: RwSignal<Answer>) -> impl IntoView {
    let page = Page::here();
    let (again, error) = (RwSignal::new(0), RwSignal::new(None));
    let told = page.told_again(Box::new(|| Ask::Factor), again);
    let enrolled = enrolled(told);
    let begin = move |_| {
        page.attempt(Ask::NewFactor, error, move |told| {
            // Whoever has left meanwhile leaves no secret behind.
            if page.route.get_untracked() == Route::Factor && matches!(page.standing.get_untracked(), Some(Standing::Open(_))) {
                page.factor.set(Some(Ok(told)));
            }
        });
    };
    view! {
        <p><a href="#/settings">{page.say(texts::app_back)}</a></p>
        <h1 tabindex="-1">{page.say(texts::factor_title)}</h1>
        {failed(told)}
        {move || state(told).map(|state| view! { <p class=state.missing.then_some("notice")>{state.said}</p> }.into_any())}
        {move || match page.factor.get() {
            Some(Ok(Told::NewFactor(new))) => view! { <Enrol new enrolled made again/> }.into_any(),
            _ => view! {
                <p class="hint">{page.say(texts::factor_hint)}</p>
                <Wrong error/>
                <div class="row"><button on:click=begin disabled=move || state(told).is_none()>
                    {move || if enrolled.get() { texts::factor_replace(page.lang.get()) } else { texts::factor_add(page.lang.get()) }}
                </button></div>
            }.into_any(),
        }}
    }
}

fn state(told: RwSignal<Answer>) -> Option<FactorView> {
    if let Some(Ok(Told::Factor(state))) = told.get() { Some(state) } else { None }
}

/// Whether there is one, once the server has said how it stands.
pub fn enrolled(told: RwSignal<Answer>) -> Memo<bool> {
    Memo::new(move |_| state(told).is_some_and(|state| state.enrolled))
}

#[component]
fn Enrol(new: NewFactor, enrolled: Memo<bool>, made: RwSignal<Answer>, again: RwSignal<u32>) -> impl IntoView {
    let page = Page::here();
    let [password, code, current] = [(); 3].map(|()| RwSignal::new(String::new()));
    let (error, busy) = (RwSignal::new(None), RwSignal::new(false));
    let secret = new.secret;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        error.set(None);
        busy.set(true);
        let enrol = api::Enrol {
            password: password.get().into(),
            secret: secret.clone(),
            code: code.get().into(),
            current: enrolled.get().then(|| current.get().into()),
        };
        page.ask(Ask::Enrol(enrol), move |told| {
            busy.try_set(false);
            match told {
                Ok(codes) => {
                    page.factor.set(None);
                    made.try_set(Some(Ok(codes)));
                    page.stand();
                    arrive();
                }
                // It may have been enrolled all the same, and only the answer was lost.
                Err(problem) => {
                    page.wrong(error, problem);
                    again.try_update(|again| *again += 1);
                    page.stand();
                }
            }
        });
    };
    // Cameras need four light squares around the 37 that it has.
    view! {
        <p>{page.say(texts::factor_scan_here)}</p>
        <svg class="qr" role="img" aria-label=page.say(texts::factor_qr) viewBox="-4 -4 45 45" shape-rendering="crispEdges">
            <path d=new.outline.reveal().to_owned()/>
        </svg>
        <p>{page.say(texts::factor_type)}</p>
        <p class="id card" id="secret">{new.typed.reveal().to_owned()}</p>
        <div class="row"><a class="button plain" href=new.address.reveal().to_owned() aria-describedby="open-hint">{page.say(texts::factor_open)}</a></div>
        <p class="hint" id="open-hint">{page.say(texts::factor_open_hint)}</p>
        <form autocomplete="off" on:submit=submit>
            <Line id="password" kind="password" label=page.say(texts::setup_password) value=password wrong=error/>
            {move || enrolled.get().then(|| view! {
                <Line id="current" label=page.say(texts::factor_current) value=current wrong=error/>
            }.into_any())}
            <Line id="code" label=page.say(texts::factor_code) value=code digits=true wrong=error/>
            <Wrong error id="wrong"/>
            <div class="row"><button type="submit" disabled=busy>
                {move || if busy.get() { texts::factor_busy(page.lang.get()) } else { texts::factor_do(page.lang.get()) }}
            </button></div>
        </form>
    }
}

#[component]
fn Codes(codes: Vec<Secret>) -> impl IntoView {
    let page = Page::here();
    view! {
        <h1 tabindex="-1">{page.say(texts::codes_title)}</h1>
        <p>{page.say(texts::codes_text)}</p>
        <p class="notice">{page.say(texts::codes_once)}</p>
        <ol class="id card codes">{codes.iter().map(|code| view! { <li>{code.reveal().to_owned()}</li> }.into_any()).collect_view()}</ol>
        <div class="row"><a class="button" href="#/settings">{page.say(texts::codes_done)}</a></div>
    }
}
