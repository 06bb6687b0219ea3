//! Settings: language, alerts, signing in, this device, wiping it.

use habeas_texts as texts;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::setup::{Line, SignIn, Wrong};
use super::shell::Languages;
use super::{Page, bridge};
use crate::messages::{Ask, Standing, Told};

/// Settings.
#[component]
pub fn Settings() -> impl IntoView {
    let page = Page::here();
    let me = Memo::new(move |_| match page.standing.get() {
        Some(Standing::Open(me)) => Some(me),
        _ => None,
    });
    let signed_in = Memo::new(move |_| me.get().is_some_and(|me| me.account.is_some()));
    view! {
        <div class="narrow">
            <h1 tabindex="-1">{page.say(texts::settings_title)}</h1>
            {move || (!signed_in.get()).then(|| view! { <SignIn/> }.into_any())}
            <h2>{page.say(texts::settings_language)}</h2>
            <Languages/>
            {move || signed_in.get().then(|| view! {
                <Contact/>
                <h2>{page.say(texts::account_title)}</h2>
                <div class="row">
                    <a class="button plain" href="#/settings/factor">{page.say(texts::factor_title)}</a>
                    <a class="button plain" href="#/settings/password">{page.say(texts::password_title)}</a>
                </div>
            }.into_any())}
            <h2>{page.say(texts::settings_device)}</h2>
            {move || me.get().map(|me| {
                let lang = page.lang.get();
                view! {
                    <p class="id">{me.device}</p>
                    {me.account.map(|account| view! { <p>{texts::settings_account(lang, account)}</p> }.into_any())}
                    {me.role.map(|role| view! { <p>{texts::settings_role(lang, role)}</p> }.into_any())}
                    {me.organisation.map(|fingerprint| view! { <p class="id">{texts::settings_organisation(lang, fingerprint)}</p> }.into_any())}
                }.into_any()
            })}
            <Persisted/>
            <Wipe/>
        </div>
    }
}

#[component]
fn Contact() -> impl IntoView {
    let page = Page::here();
    let address = RwSignal::new(String::new());
    let (error, said) = (RwSignal::new(None), RwSignal::new(None::<String>));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        said.set(None);
        page.attempt(Ask::Contact(address.get()), error, move |told| {
            if let Told::Said(text) = told {
                said.try_set(Some(text));
            }
        });
    };
    view! {
        <h2>{page.say(texts::settings_contact)}</h2>
        <form autocomplete="off" on:submit=submit>
            <Line id="contact" kind="email" label=page.say(texts::settings_contact_address) value=address/>
            <Wrong error/>
            <div role="status">{move || said.get().map(|text| view! { <p class="notice good">{text}</p> }.into_any())}</div>
            <div class="row"><button type="submit" class="plain">{page.say(texts::settings_contact_do)}</button></div>
        </form>
    }
}

/// Whether the browser promises to keep what is stored. Asking is also what makes it promise.
#[component]
fn Persisted() -> impl IntoView {
    let page = Page::here();
    let kept = RwSignal::new(None);
    leptos::task::spawn_local(async move {
        if let Ok(promise) = window().navigator().storage().persist() {
            kept.try_set(JsFuture::from(promise).await.ok().map(|answer| answer.is_truthy()));
        }
    });
    move || {
        kept.get().map(|kept| {
            let text =
                if kept { texts::settings_persisted(page.lang.get()) } else { texts::settings_not_persisted(page.lang.get()) };
            view! { <p class="hint">{text}</p> }.into_any()
        })
    }
}

/// Two taps destroy everything here.
#[component]
pub fn Wipe() -> impl IntoView {
    let page = Page::here();
    let sure = RwSignal::new(false);
    let error = RwSignal::new(None);
    let wipe = move |_| {
        page.drafts.set(Vec::new());
        page.factor.set(None);
        page.attempt(Ask::Wipe, error, move |_| {
            bridge::lock();
            page.standing.set(None);
            page.go("#/");
            page.stand();
        });
    };
    view! {
        <h2>{page.say(texts::settings_wipe)}</h2>
        <p>{page.say(texts::settings_wipe_text)}</p>
        <Wrong error/>
        <div class="row">
            {move || if sure.get() {
                view! {
                    <button class="grave" on:click=wipe>{page.say(texts::settings_wipe_sure)}</button>
                    <button class="plain" on:click=move |_| sure.set(false)>{page.say(texts::settings_wipe_not)}</button>
                }.into_any()
            } else {
                view! { <button class="grave" on:click=move |_| sure.set(true)>{page.say(texts::settings_wipe)}</button> }.into_any()
            }}
        </div>
    }
}
