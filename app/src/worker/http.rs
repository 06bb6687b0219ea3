//! The server, from the worker: the same origin that the app came from.

use habeas_client_core::device::problem;
use habeas_protocol::limits::MAX_RESPONSE;
use habeas_texts::{self as texts, Message};
use js_sys::{Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn send(
        method: &str,
        path: &str,
        token: &str,
        content_type: &str,
        body: Option<Uint8Array>,
    ) -> Result<JsValue, JsValue>;
}

/// Asks for JSON.
pub async fn get<T: DeserializeOwned>(path: &str, token: &str) -> Result<T, Message> {
    json(&exchange("GET", path, token, "", None).await?)
}

/// Sends JSON and reads the answer.
pub async fn post<T: DeserializeOwned>(path: &str, token: &str, body: &impl Serialize) -> Result<T, Message> {
    json(&tell("POST", path, token, body).await?)
}

/// Sends JSON.
pub async fn tell(method: &str, path: &str, token: &str, body: &impl Serialize) -> Result<Vec<u8>, Message> {
    let body = serde_json::to_vec(body).map_err(unreadable)?;
    exchange(method, path, token, "application/json", Some(&body)).await
}

/// One round trip of the sync.
pub async fn sync(token: &str, body: &[u8]) -> Result<Vec<u8>, Message> {
    exchange("POST", "/v1/sync", token, "application/octet-stream", Some(body)).await
}

async fn exchange(method: &str, path: &str, token: &str, kind: &str, body: Option<&[u8]>) -> Result<Vec<u8>, Message> {
    let answer = send(method, path, token, kind, body.map(Uint8Array::from)).await.map_err(|error| {
        let detail = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message())).unwrap_or_default();
        texts::error_unreachable(detail, origin())
    })?;
    let answer = Array::from(&answer);
    let status = answer.get(0).as_f64().unwrap_or_default();
    let body = Uint8Array::new(&answer.get(1));
    if body.length() as usize > MAX_RESPONSE {
        return Err(texts::error_answer(format!("{} bytes", body.length())));
    }
    let body = body.to_vec();
    if (200.0..300.0).contains(&status) {
        return Ok(body);
    }
    Err(serde_json::from_slice(&body).map_or_else(|_| texts::error_server_status(status as u32), problem))
}

/// The address that the app came from.
fn origin() -> String {
    let location = js_sys::Reflect::get(&js_sys::global(), &"location".into()).unwrap_or_default();
    js_sys::Reflect::get(&location, &"origin".into()).ok().and_then(|origin| origin.as_string()).unwrap_or_default()
}

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Message> {
    serde_json::from_slice(body).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> Message {
    texts::error_answer(error.to_string())
}
