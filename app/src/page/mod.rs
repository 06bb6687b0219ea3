//! The page: screens that show what the worker says and send what people do. It holds no key and no document.

mod attached;
mod bridge;
mod cases;
mod entry;
mod factor;
mod password;
mod people;
mod roll;
mod settings;
mod setup;
mod shell;
mod sync;

use habeas_texts::Lang;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;

use crate::messages::{Ask, Standing, Told};

/// How long a device that locks may take to keep what is half written.
const LAST_WORDS: std::time::Duration = std::time::Duration::from_secs(20);

/// How long until the page asks again whether the other tab has been closed.
const ASK_AGAIN: std::time::Duration = std::time::Duration::from_secs(2);

/// How long a locked page keeps the secret of an authenticator app that is not enrolled yet: the app may be on the same phone, and whoever goes to it
/// locks the device.
const TO_THE_APP: std::time::Duration = std::time::Duration::from_secs(300);

/// What the worker has said, if it has. Of one type for every question: signals of each other one would be in the module once more.
pub type Answer = Option<Result<Told, String>>;

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
    /// What is half written, one for each case and correction; kept when the device locks.
    pub drafts: RwSignal<Vec<entry::Entry>>,
    /// Whether a worker has died since the device was last open.
    pub died: RwSignal<bool>,
    /// Since when the device is locked to the eye while its last words are still on the way to the disk.
    pub locking: RwSignal<Option<f64>>,
    /// The secret of an authenticator app that is about to be enrolled.
    pub factor: RwSignal<Answer>,
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
    /// The roll call of a station.
    Roll,
    /// The exchange.
    Sync,
    /// Devices and families.
    People,
    /// Settings.
    Settings,
    /// The second factor.
    Factor,
    /// Another password.
    Password,
}

impl Route {
    fn read(hash: &str) -> Self {
        let parts: Vec<&str> = hash.trim_start_matches("#/").split('/').collect();
        match parts.as_slice() {
            ["new"] => Self::New,
            ["case", case] => Self::Case((*case).to_owned()),
            ["case", case, "add"] => Self::Add((*case).to_owned(), None),
            ["case", case, "add", fact] => Self::Add((*case).to_owned(), Some((*fact).to_owned())),
            ["roll"] => Self::Roll,
            ["sync"] => Self::Sync,
            ["people"] => Self::People,
            ["settings"] => Self::Settings,
            ["settings", "factor"] => Self::Factor,
            ["settings", "password"] => Self::Password,
            _ => Self::Cases,
        }
    }
}

impl Page {
    /// This page.
    pub fn here() -> Self {
        expect_context()
    }

    /// A text that follows the language. One type for every text: what shows it is in the module once.
    pub fn say(self, text: impl Fn(Lang) -> String + Send + Sync + 'static) -> Signal<String> {
        Signal::derive(move || text(self.lang.get()))
    }

    /// Asks the worker and goes on with the answer. By then the screen that asked may be gone, and every signal of it: what goes on
    /// reads and writes those by `try_` only, for anything else ends the page.
    pub fn ask(self, ask: Ask, then: impl FnOnce(Result<Told, String>) + 'static) {
        self.ask_and(ask, Box::new(then));
    }

    fn ask_and(self, ask: Ask, then: Box<dyn FnOnce(Result<Told, String>)>) {
        let lang = self.lang.get_untracked();
        spawn_local(async move { then(bridge::ask(lang, ask).await) });
    }

    /// Asks the worker; what goes wrong is said at `error`, and otherwise it goes on with the answer.
    pub fn attempt(self, ask: Ask, error: RwSignal<Option<String>>, then: impl FnOnce(Told) + 'static) {
        error.set(None);
        self.ask(ask, move |told| match told {
            Ok(told) => then(told),
            Err(problem) => {
                self.wrong(error, problem);
                // What could not be written has locked the device; the page has to know.
                self.stand();
            }
        });
    }

    /// Says what went wrong where it happened, or over the page if that screen is gone; on a locked device nowhere.
    pub fn wrong(self, error: RwSignal<Option<String>>, problem: String) {
        if let Some(unsaid) = error.try_set(Some(problem)).filter(|_| !self.is_locked()) {
            self.notice.set(unsaid);
        }
    }

    /// What the worker says to a question: asked again at every tick and in every language.
    pub fn told(self, ask: impl Fn() -> Ask + 'static) -> RwSignal<Answer> {
        self.told_again(Box::new(ask), self.tick)
    }

    /// What the worker says to a question: asked again in every language and whenever `again` goes up.
    pub fn told_again(self, ask: Box<dyn Fn() -> Ask>, again: RwSignal<u32>) -> RwSignal<Answer> {
        let told = RwSignal::new(None);
        Effect::new(move |_| {
            again.track();
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
            // An answer from before the device was locked opens nothing.
            Ok(Told::Standing(Standing::Open(_))) if self.is_locked() => {}
            Ok(Told::Standing(standing)) => {
                self.stands(standing);
                self.changed();
            }
            Ok(_) => {}
            Err(_) if self.is_locked() => {}
            Err(error) => self.notice.set(Some(error)),
        });
    }

    /// Shows how the device stands.
    fn stands(self, standing: Standing) {
        if standing == Standing::Elsewhere {
            // The other tab may be closed, and whoever waits here is not told.
            set_timeout(move || self.stand(), ASK_AGAIN);
        }
        self.standing.set(Some(standing));
    }

    fn is_locked(self) -> bool {
        self.locking.get_untracked().is_some() || matches!(self.standing.get_untracked(), Some(Standing::Locked))
    }

    /// The device is open: shows so, unless nobody is looking any more.
    pub fn opened(self, standing: Standing) {
        self.died.set(false);
        self.standing.set(Some(standing));
        if is_hidden() {
            self.lock();
            return;
        }
        self.changed();
        // Storage that the browser may remove is no place for records; asking is what makes it promise.
        if let Ok(promise) = window().navigator().storage().persist() {
            spawn_local(async move { drop(wasm_bindgen_futures::JsFuture::from(promise).await) });
        }
    }

    /// Locks: keeps what is half written, sealed, and ends the worker.
    pub fn lock(self) {
        self.lock_then(|| {});
    }

    /// Locks, and then does something else.
    pub fn lock_then(self, then: impl Fn() + Clone + 'static) {
        if !matches!(self.standing.get_untracked(), Some(Standing::Open(_))) {
            then();
            return;
        }
        // What was shown goes at once; the keys go as soon as what is half written is on the disk.
        let written = self.drafts.get_untracked();
        let drafts = written.iter().map(entry::Entry::kept).collect();
        let written = std::rc::Rc::new(written);
        self.standing.set(Some(Standing::Locked));
        if self.factor.with_untracked(Option::is_some) {
            let forget = move || {
                if !matches!(self.standing.get_untracked(), Some(Standing::Open(_))) {
                    self.factor.set(None);
                }
            };
            set_timeout(forget, TO_THE_APP);
        }
        let since = Some(js_sys::Date::now());
        self.locking.set(since);
        let locked = move |kept: bool| {
            if self.locking.get_untracked() == since {
                self.locking.set(None);
                // What could not be kept, or came back only now, stays with the page, which shows none of it.
                if kept {
                    self.drafts.update(|drafts| drafts.retain(|draft| !written.contains(draft)));
                }
                bridge::lock();
                then();
            }
        };
        let in_time = locked.clone();
        self.ask(Ask::KeepDraft(drafts), move |kept| in_time(kept.is_ok()));
        // A worker that does not answer is ended all the same.
        set_timeout(move || locked(false), LAST_WORDS);
    }

    /// Goes to a screen.
    pub fn go(self, hash: &str) {
        let _ = window().location().set_hash(hash);
    }
}

/// Whether nobody is looking.
fn is_hidden() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Hidden
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
