//! A case's photographs and papers.

use habeas_client_core::case::{SourceKind, Word as _};
use habeas_texts as texts;
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::Page;
use super::entry::{Choose, owned};
use super::setup::{Line, Wrong};
use super::sync::{give_file, read_file};
use crate::messages::{Ask, AttachmentView, Told};

/// What is attached, and a form to attach something.
#[component]
pub fn Attached(case: String, attached: Memo<Vec<AttachmentView>>) -> impl IntoView {
    let page = Page::here();
    let error = RwSignal::new(None);
    let case = StoredValue::new(case);
    let get = move |number: u32, original: bool| {
        page.attempt(Ask::Fetch { case: case.get_value(), number, original }, error, move |told| {
            if let Told::File(name, bytes) = told {
                give_file(&name, Uint8Array::from(bytes.as_slice()));
            }
            page.changed();
        });
    };
    let one = move |(number, of): (u32, AttachmentView)| {
        view! {
            <li>
                <span>{of.text}</span>
                <span class="source">{of.place}</span>
                <span class="row">
                    <button class="plain" on:click=move |_| get(number, false)>{page.say(texts::attachment_get)}</button>
                    <button class="plain" on:click=move |_| get(number, true)>{page.say(texts::attachment_get_original)}</button>
                </span>
            </li>
        }
        .into_any()
    };
    view! {
        <h2>{page.say(texts::attachment_title)}</h2>
        <ul class="facts">{move || (0..).zip(attached.get()).map(one).collect_view()}</ul>
        <Wrong error/>
        <Attach case=case.get_value()/>
    }
}

#[component]
fn Attach(case: String) -> impl IntoView {
    let page = Page::here();
    let (text, source, error) = (RwSignal::new(String::new()), RwSignal::new("witness".to_owned()), RwSignal::new(None));
    let busy = RwSignal::new(false);
    let input = NodeRef::<leptos::html::Input>::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (case, text_now, source) = (case.clone(), text.get_untracked(), source.get_untracked());
        let input: JsValue = input.get_untracked().map(|input| JsValue::from(&*input)).unwrap_or_default();
        busy.set(true);
        leptos::task::spawn_local(async move {
            let file = match read_file(&input).await {
                Ok(bytes) => Uint8Array::new(&bytes).to_vec(),
                // The worker says what a file has to be like.
                Err(_) => Vec::new(),
            };
            page.attempt(Ask::Keep { case, text: text_now, source, file }, error, move |_| {
                text.try_set(String::new());
                page.changed();
            });
            busy.try_set(false);
        });
    };
    view! {
        <form class="narrow" autocomplete="off" on:submit=submit>
            <label for="attach">{page.say(texts::attachment_file)}</label>
            <input id="attach" type="file" node_ref=input/>
            <Line id="attach-text" label=page.say(texts::attachment_text) value=text/>
            <Choose id="attach-source" label=page.say(texts::entry_source) words=owned(SourceKind::WORDS) prefix="source" none=texts::entry_choose
                value=Signal::derive(move || source.get()) set=Callback::new(move |to| source.set(to))/>
            <Wrong error/>
            <div class="row"><button type="submit" class="plain" disabled=busy>{page.say(texts::attachment_add)}</button></div>
        </form>
    }
}
