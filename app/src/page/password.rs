//! Another password for the account. The passphrase of the device is another thing, and stays.

use habeas_protocol::api::ChangePassword;
use habeas_texts as texts;
use leptos::prelude::*;

use super::Page;
use super::factor::enrolled;
use super::people::failed;
use super::setup::{Line, Wrong};
use crate::messages::Ask;

/// Changing the password.
#[component]
pub fn Password() -> impl IntoView {
    let page = Page::here();
    let [password, next, again, code] = [(); 4].map(|()| RwSignal::new(String::new()));
    let (error, busy, done) = (RwSignal::new(None), RwSignal::new(false), RwSignal::new(false));
    let ask_state = RwSignal::new(0);
    let told = page.told_again(Box::new(|| Ask::Factor), ask_state);
    let enrolled = enrolled(told);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        done.set(false);
        if next.get() != again.get() {
            error.set(Some(texts::password_differs(page.lang.get())));
            return;
        }
        let change = ChangePassword {
            password: password.get().into(),
            next: next.get().into(),
            code: enrolled.get().then(|| code.get().into()),
        };
        error.set(None);
        busy.set(true);
        page.ask(Ask::ChangePassword(change), move |told| {
            busy.try_set(false);
            match told {
                Ok(_) => {
                    for typed in [password, next, again, code] {
                        typed.try_set(String::new());
                    }
                    done.try_set(true);
                }
                Err(problem) => {
                    page.wrong(error, problem);
                    ask_state.try_update(|again| *again += 1);
                    page.stand();
                }
            }
        });
    };
    view! {
        <div class="narrow">
            <p><a href="#/settings">{page.say(texts::app_back)}</a></p>
            <h1 tabindex="-1">{page.say(texts::password_title)}</h1>
            <p>{page.say(texts::password_text)}</p>
            {failed(told)}
            <form autocomplete="off" on:submit=submit>
                <Line id="password" kind="password" label=page.say(texts::password_now) value=password wrong=error/>
                <Line id="next" kind="password" label=page.say(texts::password_next) value=next
                    hint=page.say(texts::setup_password_hint) wrong=error/>
                <Line id="again" kind="password" label=page.say(texts::password_again) value=again wrong=error/>
                {move || enrolled.get().then(|| view! {
                    <Line id="code" label=page.say(texts::sign_in_code) value=code wrong=error/>
                }.into_any())}
                <Wrong error id="wrong"/>
                <div role="status">{move || done.get().then(|| view! {
                    <p class="notice good">{page.say(texts::password_done)}</p>
                }.into_any())}</div>
                <div class="row"><button type="submit" disabled=busy>
                    {move || if busy.get() { texts::password_busy(page.lang.get()) } else { texts::password_title(page.lang.get()) }}
                </button></div>
            </form>
        </div>
    }
}
