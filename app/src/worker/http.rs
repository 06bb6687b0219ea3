//! The server, from the worker: the same origin that the app came from.

use std::cell::Cell;

use futures::future::LocalBoxFuture;
use habeas_client_core::device::problem;
use habeas_texts::{self as texts, Message};
use js_sys::{Array, JSON, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn send(
        method: &str,
        path: &str,
        authorization: &str,
        content_type: &str,
        body: Option<Uint8Array>,
    ) -> Result<JsValue, JsValue>;
}

thread_local! {
    static CLOCK_OFF: Cell<i64> = const { Cell::new(0) };
}

/// How many seconds this device's clock was ahead of the server's at the last answer.
pub fn clock_off() -> i64 {
    CLOCK_OFF.get()
}

/// An answer on its way. Boxed: what waits for it is in the module once, and not wherever somebody waits.
pub type Later<T> = LocalBoxFuture<'static, Result<T, Message>>;

/// The type of a body in JSON.
pub const JSON_KIND: &str = "application/json";
/// Where the exchange is. An answer that breaks off there is given as far as it came: whoever reads it sees that.
pub const SYNC: &str = "/v1/sync";
/// The type of bytes.
pub const OCTETS: &str = "application/octet-stream";

/// Sends JSON, for which nobody signs in; the answer is read by [`read`].
pub fn post(path: &str, body: &impl Serialize) -> Later<Vec<u8>> {
    match json(body) {
        Ok(body) => exchange("POST", path, "", JSON_KIND, Some(&body)),
        Err(problem) => Box::pin(std::future::ready(Err(problem))),
    }
}

/// A body in JSON.
pub fn json(body: &impl Serialize) -> Result<Vec<u8>, Message> {
    let value = body.serialize(&Serializer::json_compatible()).map_err(unreadable)?;
    JSON::stringify(&value).map(|text| String::from(text).into_bytes()).map_err(|_| texts::error_answer("JSON"))
}

/// Reads an answer in JSON.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Message> {
    let text = std::str::from_utf8(body).map_err(unreadable)?;
    let value = JSON::parse(text).map_err(|_| texts::error_answer("JSON"))?;
    serde_wasm_bindgen::from_value(value).map_err(unreadable)
}

/// One request; without an authorization it takes no session.
pub fn exchange(
    method: &'static str,
    path: &str,
    authorization: &str,
    kind: &'static str,
    body: Option<&[u8]>,
) -> Later<Vec<u8>> {
    let (path, authorization, body) = (path.to_owned(), authorization.to_owned(), body.map(Uint8Array::from));
    Box::pin(async move {
        let answer = Array::from(&send(method, &path, &authorization, kind, body).await.map_err(broken)?);
        // An answer without a date says nothing of the clock.
        CLOCK_OFF.set(answer.get(2).as_f64().unwrap_or_default() as i64);
        let status = answer.get(0).as_f64().unwrap_or_default();
        let body = Uint8Array::new(&answer.get(1)).to_vec();
        let why = answer.get(3);
        if (200.0..300.0).contains(&status) {
            return if why.is_undefined() || path == SYNC { Ok(body) } else { Err(broken(why)) };
        }
        Err(read(&body).map_or_else(|_| texts::error_server_status(status as u32), problem))
    })
}

/// Why there is no answer, or only the beginning of one.
pub fn unreachable(detail: String) -> Message {
    texts::error_unreachable(detail, origin())
}

fn broken(error: JsValue) -> Message {
    unreachable(error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message())).unwrap_or_default())
}

/// The address that the app came from.
fn origin() -> String {
    let location = js_sys::Reflect::get(&js_sys::global(), &"location".into()).unwrap_or_default();
    js_sys::Reflect::get(&location, &"origin".into()).ok().and_then(|origin| origin.as_string()).unwrap_or_default()
}

fn unreadable(error: impl std::fmt::Display) -> Message {
    texts::error_answer(error.to_string())
}
