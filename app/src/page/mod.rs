//! The page: screens that show what the worker says and send what people do. It holds no key and no document.

mod bridge;
mod cases;
mod entry;
mod people;
mod settings;
mod setup;
mod shell;
mod sync;

use habeas_texts::Lang;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;

use crate::messages::{Ask, Standing, Told};

/// What every screen shares.
#[derive(Clone, Copy)]
pub struct Page {
    /// The language.
    pub lang: RwSignal<Lang>,
    /// How the device stands; none until the worker has said so.
    pub standing: RwSignal<Option<Standing>>,
    /// Which screen.
    pub route: RwSignal<Route>,
    /// Goes up whenever what is shown may have changed: after every change, and every few seconds for the countdowns.
    pub tick: RwSignal<u32>,
    /// What the whole page has to say, such as that the worker has died.
    pub notice: RwSignal<Option<String>>,
    /// Whether a newer version waits.
    pub update: RwSignal<bool>,
    /// What is half written, kept when the device locks.
    pub draft: RwSignal<Option<entry::Entry>>,
}

/// A screen, as the address names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Every case.
    Cases,
    /// A new case.
    New,
    /// One case.
    Case(String),
    /// A fact for a case; the fact that it corrects.
    Add(String, Option<String>),
    /// The exchange.
    Sync,
    /// Devices and families.
    People,
    /// Settings.
    Settings,
}

impl Route {
    fn read(hash: &str) -> Self {
        let parts: Vec<&str> = hash.trim_start_matches("#/").split('/').collect();
        match parts.as_slice() {
            ["new"] => Self::New,
            ["case", case] => Self::Case((*case).to_owned()),
            ["case", case, "add"] => Self::Add((*case).to_owned(), None),
            ["case", case, "add", fact] => Self::Add((*case).to_owned(), Some((*fact).to_owned())),
            ["sync"] => Self::Sync,
            ["people"] => Self::People,
            ["settings"] => Self::Settings,
            _ => Self::Cases,
        }
    }
}

impl Page {
    /// This page.
    pub fn here() -> Self {
        expect_context()
    }

    /// A text that follows the language.
    pub fn say(
        self,
        text: impl Fn(Lang) -> String + Send + Sync + 'static,
    ) -> impl Fn() -> String + Clone + Send + Sync + 'static {
        let text = std::sync::Arc::new(text);
        move || text(self.lang.get())
    }

    /// Asks the worker and goes on with the answer.
    pub fn ask(self, ask: Ask, then: impl FnOnce(Result<Told, String>) + 'static) {
        let lang = self.lang.get_untracked();
        spawn_local(async move { then(bridge::ask(lang, ask).await) });
    }

    /// What the worker says to a question: asked again at every tick and in every language.
    pub fn told(self, ask: impl Fn() -> Ask + 'static) -> RwSignal<Option<Result<Told, String>>> {
        let told = RwSignal::new(None);
        Effect::new(move |_| {
            self.tick.track();
            self.lang.track();
            self.ask(ask(), move |answer| {
                let answer = Some(answer);
                // Nobody redraws what has not changed.
                if told.try_get_untracked().is_some_and(|before| before != answer) {
                    told.try_set(answer);
                }
            });
        });
        told
    }

    /// Something has changed: whatever is shown is asked for again.
    pub fn changed(self) {
        self.tick.update(|tick| *tick = tick.wrapping_add(1));
    }

    /// Asks how the device stands.
    pub fn stand(self) {
        self.ask(Ask::Standing, move |told| match told {
            Ok(Told::Standing(standing)) => {
                self.standing.set(Some(standing));
                self.changed();
            }
            Ok(_) => {}
            Err(error) => self.notice.set(Some(error)),
        });
    }

    /// Locks: keeps what is half written, sealed, and ends the worker.
    pub fn lock(self) {
        let locked = move || {
            bridge::lock();
            self.draft.set(None);
            self.standing.set(Some(Standing::Locked));
        };
        if !matches!(self.standing.get_untracked(), Some(Standing::Open(_))) {
            return;
        }
        // What was shown goes at once; the keys go as soon as the draft is on the disk.
        let draft = self.draft.get_untracked().and_then(|entry| serde_json::to_string(&entry).ok()).unwrap_or_default();
        self.standing.set(Some(Standing::Locked));
        self.ask(Ask::KeepDraft(draft), move |_| locked());
    }

    /// Goes to a screen.
    pub fn go(self, hash: &str) {
        let _ = window().location().set_hash(hash);
    }
}

/// Shows the app.
#[wasm_bindgen]
pub fn page() {
    mount_to_body_of_app();
}

fn mount_to_body_of_app() {
    let Some(element) = document().get_element_by_id("app") else { return };
    mount_to(element.unchecked_into(), shell::Shell).forget();
}
