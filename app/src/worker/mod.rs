//! The worker: it alone holds the vault, the keys and the documents. A panic here takes down the worker, not the page.

mod desk;
mod http;
mod qr;
mod show;
mod store;

use std::cell::Cell;
use std::rc::Rc;

use habeas_clock::Instant;
use habeas_texts::Lang;
use rand_core::UnwrapErr;
use wasm_bindgen::prelude::*;

use crate::messages::{self, Letter, Reply, UNREADABLE};
use desk::Desk;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = postMessage)]
    fn post_message(said: &JsValue);
}

thread_local! {
    static DESK: Rc<Desk> = Rc::new(Desk::default());
}

/// Answers a letter from the page. Letters are answered side by side: a slow network keeps nobody from recording.
#[wasm_bindgen]
pub async fn answer(letter: Vec<u8>) {
    let Some(Letter { number, lang, ask }) = messages::read(&letter) else {
        // The page is of another version; what it asks must not go unanswered.
        post_message(&UNREADABLE.into());
        return;
    };
    let lang = Lang::from_code(&lang).unwrap_or(Lang::Ru);
    let desk = DESK.with(Rc::clone);
    let told = desk.answer(lang, ask).await.map_err(|message| message.say(lang));
    post_message(&js_sys::Uint8Array::from(messages::write(&Reply { number, told }).as_slice()));
}

/// The time by this device's clock.
fn now() -> Instant {
    Instant::from_seconds((js_sys::Date::now() / 1000.0) as i64).unwrap_or(Instant::MIN)
}

thread_local! {
    static LAST: Cell<u64> = const { Cell::new(0) };
}

/// The same in milliseconds since 1970, another time for each who asks.
fn now_ms() -> u64 {
    LAST.with(|last| {
        last.set((js_sys::Date::now() as u64).max(last.get() + 1));
        last.get()
    })
}

/// The browser's randomness.
fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}
