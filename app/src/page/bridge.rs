//! The page's side of the worker: letters out, replies in, and a new worker when the old one has died.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures::channel::oneshot;
use habeas_texts::{self as texts, Lang};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::messages::{self, Ask, Letter, Reply, Told, UNREADABLE};

/// How a worker ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It never began to answer.
    Unborn,
    /// It died.
    Died,
    /// It is of another version than the page, and neither understands the other.
    Stranger,
}

/// What to do when the worker has ended by itself.
type Then = Box<dyn Fn(End)>;
/// Who waits for an answer.
type Answer = oneshot::Sender<Result<Told, String>>;

#[derive(Default)]
struct Bridge {
    worker: RefCell<Option<Worker>>,
    ready: Cell<bool>,
    /// Which worker this is: what an earlier one still says counts for nothing.
    generation: Cell<u32>,
    next: Cell<u32>,
    unsent: RefCell<Vec<Vec<u8>>>,
    waiting: RefCell<BTreeMap<u32, (Lang, Answer)>>,
    then: RefCell<Option<Then>>,
}

thread_local! {
    static BRIDGE: Bridge = Bridge::default();
}

/// Says what to do when the worker has ended by itself.
pub fn when_it_ends(then: impl Fn(End) + 'static) {
    BRIDGE.with(|bridge| *bridge.then.borrow_mut() = Some(Box::new(then)));
}

/// Asks the worker.
pub async fn ask(lang: Lang, ask: Ask) -> Result<Told, String> {
    let answer = BRIDGE.with(|bridge| bridge.send(lang, ask));
    answer.await.unwrap_or_else(|_| Err(texts::app_restarted(lang)))
}

/// Ends the worker with everything that it has in memory, keys first; the next question starts another.
pub fn lock() {
    BRIDGE.with(Bridge::end);
}

impl Bridge {
    fn send(&self, lang: Lang, ask: Ask) -> oneshot::Receiver<Result<Told, String>> {
        let (answer, receiver) = oneshot::channel();
        let number = self.next.get().wrapping_add(1);
        self.next.set(number);
        self.waiting.borrow_mut().insert(number, (lang, answer));
        let letter = Letter { number, lang: lang.code().to_owned(), ask };
        let bytes = messages::write(&letter);
        if self.worker.borrow().is_none() {
            self.start();
        }
        if self.ready.get() {
            self.post(&bytes);
        } else {
            self.unsent.borrow_mut().push(bytes);
        }
        receiver
    }

    fn post(&self, bytes: &[u8]) {
        if let Some(worker) = self.worker.borrow().as_ref() {
            let _ = worker.post_message(&Uint8Array::from(bytes));
        }
    }

    fn start(&self) {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let Ok(worker) = Worker::new_with_options("/app/worker.js", &options) else {
            return;
        };
        let generation = self.generation.get().wrapping_add(1);
        self.generation.set(generation);
        let current = move || BRIDGE.with(|bridge| bridge.generation.get() == generation);
        let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if !current() {
                return;
            }
            let data = event.data();
            match data.as_string().as_deref() {
                Some("ready") => BRIDGE.with(Bridge::began),
                Some(UNREADABLE) => BRIDGE.with(|bridge| bridge.ended(End::Stranger)),
                Some(_) => BRIDGE.with(Bridge::died),
                None => BRIDGE.with(|bridge| bridge.hear(&Uint8Array::new(&data).to_vec())),
            }
        });
        worker.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        hear.forget();
        let died = Closure::<dyn Fn()>::new(move || {
            if current() {
                BRIDGE.with(Bridge::died);
            }
        });
        worker.set_onerror(Some(died.as_ref().unchecked_ref()));
        died.forget();
        *self.worker.borrow_mut() = Some(worker);
    }

    fn began(&self) {
        self.ready.set(true);
        let unsent = std::mem::take(&mut *self.unsent.borrow_mut());
        unsent.iter().for_each(|bytes| self.post(bytes));
    }

    fn died(&self) {
        let end = if self.ready.get() { End::Died } else { End::Unborn };
        self.ended(end);
    }

    fn ended(&self, end: End) {
        self.end();
        if let Some(then) = self.then.borrow().as_ref() {
            then(end);
        }
    }

    fn hear(&self, reply: &[u8]) {
        let Some(Reply { number, told }) = messages::read(reply) else {
            self.ended(End::Stranger);
            return;
        };
        if let Some((_, answer)) = self.waiting.borrow_mut().remove(&number) {
            let _ = answer.send(told);
        }
    }

    fn end(&self) {
        if let Some(worker) = self.worker.borrow_mut().take() {
            worker.terminate();
        }
        self.generation.set(self.generation.get().wrapping_add(1));
        self.ready.set(false);
        self.unsent.borrow_mut().clear();
        let waiting = std::mem::take(&mut *self.waiting.borrow_mut());
        for (lang, answer) in waiting.into_values() {
            let _ = answer.send(Err(texts::app_restarted(lang)));
        }
    }
}
