//! Setting up this device, signing in, unlocking.

use habeas_texts as texts;
use leptos::prelude::*;

use super::Page;
use super::entry::Entry;
use super::settings::Wipe;
use super::shell::Languages;
use crate::messages::{Ask, SetUp, Standing, Told};

/// A labelled line of text. Like every form here it asks the browser to remember nothing: what it remembers for filling in lies
/// open in its profile.
#[component]
pub fn Line(
    /// The id that label and hint point to.
    id: &'static str,
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// What to say below it.
    #[prop(into, optional)]
    hint: Option<Signal<String>>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// Whether it takes what an authenticator app shows.
    #[prop(optional)]
    digits: bool,
    /// What went wrong with the form; whoever comes back to the line hears it. It is said by a [`Wrong`] of the id `wrong`.
    #[prop(into, optional)]
    wrong: Option<RwSignal<Option<String>>>,
) -> impl IntoView {
    let hint_id = hint.is_some().then(|| format!("{id}-hint"));
    let described = hint_id.clone();
    let described = move || match wrong.filter(|wrong| wrong.with(Option::is_some)) {
        Some(_) => Some(described.as_deref().unwrap_or_default().to_owned() + " wrong"),
        None => described.clone(),
    };
    let (complete, mode) = if digits { ("one-time-code", Some("numeric")) } else { ("off", None) };
    view! {
        <label for=id>{move || label.get()}</label>
        <input id=id type=kind autocomplete=complete inputmode=mode autocapitalize="none" spellcheck="false" prop:value=value
            aria-describedby=described on:input=move |event| value.set(event_target_value(&event))/>
        {hint.map(|hint| view! { <p class="hint" id=hint_id>{move || hint.get()}</p> }.into_any())}
    }
}

/// What went wrong, said where it happened.
#[component]
pub fn Wrong(
    /// The error.
    error: RwSignal<Option<String>>,
    /// The id that lines point to.
    #[prop(optional)]
    id: Option<&'static str>,
) -> impl IntoView {
    view! { <div role="alert" id=id>{move || error.get().map(|text| view! { <p class="notice error">{text}</p> }.into_any())}</div> }
}

/// The first screen of a new device.
#[component]
pub fn SetUpScreen() -> impl IntoView {
    let page = Page::here();
    let [account, password, invitation, organisation, passphrase, again] = [(); 6].map(|()| RwSignal::new(String::new()));
    // The link of an intake has the invitation behind it; it should not stay in the address.
    let address = window().location();
    if let Some(code) = address.hash().ok().as_deref().and_then(|hash| hash.strip_prefix("#/join/")) {
        invitation.set(code.to_owned());
        let _ = address.replace("#/");
    }
    let invited = RwSignal::new(true);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if passphrase.get() != again.get() {
            error.set(Some(texts::setup_passphrase_differs(page.lang.get())));
            return;
        }
        let only = |wanted: bool, text: RwSignal<String>| if wanted { text.get() } else { String::new() };
        let new = SetUp {
            account: account.get(),
            password: password.get(),
            invitation: only(invited.get(), invitation),
            organisation: only(!invited.get(), organisation),
            passphrase: passphrase.get(),
        };
        busy.set(true);
        error.set(None);
        page.ask(Ask::SetUp(new), move |told| {
            busy.try_set(false);
            match told {
                Ok(Told::Standing(standing)) => page.opened(standing),
                Ok(_) => {}
                // Vault and keys may be there by now, and only the signing in has failed.
                Err(problem) => {
                    error.try_set(Some(problem.clone()));
                    page.ask(Ask::Standing, move |told| {
                        if let Ok(Told::Standing(standing @ Standing::Open(_))) = told {
                            page.notice.set(Some(problem));
                            page.opened(standing);
                            page.go("#/settings");
                        }
                    });
                }
            }
        });
    };
    view! {
        <div class="narrow">
            <Languages/>
            <h1 tabindex="-1">{page.say(texts::setup_title)}</h1>
            <p>{page.say(texts::setup_intro)}</p>
            <form autocomplete="off" on:submit=submit>
                <fieldset>
                    <legend>{page.say(texts::setup_how)}</legend>
                    <div class="choices">
                        <label><input type="radio" name="how" prop:checked=invited on:change=move |_| invited.set(true)/>{page.say(texts::setup_invited)}</label>
                        <label><input type="radio" name="how" prop:checked=move || !invited.get() on:change=move |_| invited.set(false)/>{page.say(texts::setup_again)}</label>
                    </div>
                </fieldset>
                {move || if invited.get() {
                    view! { <Line id="invitation" label=page.say(texts::setup_invitation) value=invitation/> }.into_any()
                } else {
                    view! { <Line id="organisation" label=page.say(texts::setup_organisation) value=organisation
                        hint=page.say(texts::setup_organisation_hint)/> }.into_any()
                }}
                <Line id="account" label=page.say(texts::setup_account) value=account
                    hint=page.say(texts::setup_account_hint)/>
                <Line id="password" kind="password" label=page.say(texts::setup_password) value=password
                    hint=page.say(texts::setup_password_hint)/>
                <Line id="passphrase" kind="password" label=page.say(texts::setup_passphrase) value=passphrase
                    hint=page.say(texts::setup_passphrase_hint)/>
                <Line id="again" kind="password" label=page.say(texts::setup_passphrase_again) value=again/>
                <Wrong error/>
                <div class="row"><button type="submit" disabled=busy>
                    {move || if busy.get() { texts::setup_busy(page.lang.get()) } else { texts::setup_do(page.lang.get()) }}
                </button></div>
            </form>
        </div>
    }
}

/// The screen of a locked device.
#[component]
pub fn Unlock() -> impl IntoView {
    let page = Page::here();
    let passphrase = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        error.set(None);
        page.notice.set(None);
        // The worker that locked is gone; the one that starts now first looks at what is on the disk.
        page.ask(Ask::Standing, move |told| {
            if let Ok(Told::Standing(other @ (Standing::Elsewhere | Standing::New))) = told {
                busy.try_set(false);
                page.stands(other);
                return;
            }
            let Some(typed) = passphrase.try_get_untracked() else { return };
            passphrase.try_set(String::new());
            let ask = Ask::Unlock { passphrase: typed, died: page.died.get_untracked() };
            page.ask(ask, move |told| {
                busy.try_set(false);
                match told {
                    // What was half written when the device locked is there before any screen looks for it.
                    Ok(Told::Standing(standing)) => page.ask(Ask::Draft, move |told| {
                        if let Ok(Told::Draft(kept)) = told {
                            page.drafts.update(|drafts| drafts.extend(kept.into_iter().map(Entry::from_kept)));
                        }
                        page.opened(standing);
                        sync_quietly(page);
                    }),
                    Ok(_) => {}
                    Err(problem) => {
                        error.try_set(Some(problem));
                    }
                }
            });
        });
    };
    view! {
        <div class="narrow">
            <Languages/>
            <h1 tabindex="-1">{page.say(texts::unlock_title)}</h1>
            <form autocomplete="off" on:submit=submit>
                <Line id="passphrase" kind="password" label=page.say(texts::unlock_passphrase) value=passphrase/>
                <Wrong error/>
                <div class="row"><button type="submit" disabled=move || busy.get() || page.locking.get().is_some()>
                    {move || if busy.get() { texts::unlock_busy(page.lang.get()) } else { texts::unlock_do(page.lang.get()) }}
                </button></div>
            </form>
            <Wipe/>
        </div>
    }
}

/// Exchanges what is new, if there is a network; whoever records does not wait for it. Whether the server still knows the session is
/// told by how the device stands.
pub fn sync_quietly(page: Page) {
    page.ask(Ask::Sync, move |_| page.stand());
}

/// Signing in, on a device that there is.
#[component]
pub fn SignIn() -> impl IntoView {
    let page = Page::here();
    let [account, password, invitation, code] = [(); 4].map(|()| RwSignal::new(String::new()));
    let error = RwSignal::new(None);
    let asks_code = Memo::new(move |_| matches!(page.standing.get(), Some(Standing::Open(me)) if me.asks_code));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = crate::messages::SignIn {
            account: account.get(),
            password: password.get(),
            invitation: invitation.get(),
            code: code.get(),
        };
        page.attempt(Ask::SignIn(new), error, move |told| {
            if let Told::Standing(standing) = told {
                page.notice.set(None);
                page.opened(standing);
            }
        });
    };
    view! {
        <h2>{page.say(texts::sign_in_title)}</h2>
        <form autocomplete="off" on:submit=submit>
            <Line id="account" label=page.say(texts::setup_account) value=account/>
            <Line id="password" kind="password" label=page.say(texts::setup_password) value=password/>
            <Line id="invitation" label=Signal::derive(move || {
                texts::entry_optional(page.lang.get(), texts::setup_invitation(page.lang.get()))
            }) value=invitation/>
            {move || asks_code.get().then(|| view! {
                <Line id="code" label=page.say(texts::sign_in_code) value=code/>
            }.into_any())}
            <Wrong error/>
            <div class="row"><button type="submit">{page.say(texts::sign_in_do)}</button></div>
        </form>
    }
}
