//! The server, over HTTP. Bodies of the sync are postcard, everything else is JSON.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::time::Duration;

use habeas_client_core::device::{Device, Export, Records, SyncReport};
use habeas_protocol::api::Problem;
use habeas_protocol::bundle::HandedIn;
use habeas_protocol::limits::MAX_RESPONSE;
use habeas_protocol::{SyncResponse, encode};
use habeas_texts::{self as texts, Message};
use jiff::fmt::rfc2822::DateTimeParser;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::config::AutoHeaderValue;

use crate::rng;
use crate::when::now;

/// How many bytes of frames are asked for at a time: of an answer that breaks off all is used that came whole.
const BUDGET: u32 = 4 << 20;
/// The most round trips of one `sync`.
const MAX_TRIPS: usize = 1000;

/// A server's address with, once there is one, the session's token.
pub struct Remote {
    agent: ureq::Agent,
    server: String,
    token: Option<String>,
    clock_off: Cell<i64>,
}

impl Remote {
    /// The server at an address such as `https://habeas.example`.
    pub fn new(server: &str, token: Option<String>) -> Result<Self, Message> {
        let server = server.trim_end_matches('/').to_owned();
        // The host ends at the first of these; a user name before it would hide another host behind a familiar one.
        let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
        let is_local = |host: &str| {
            let name = host
                .strip_suffix(|c: char| c.is_ascii_digit())
                .map_or(host, |_| host.rsplit_once(':').map_or(host, |(name, _)| name));
            matches!(name, "127.0.0.1" | "localhost" | "[::1]")
        };
        let plain = server.strip_prefix("http://").map(host);
        if !server.starts_with("https://") && !plain.as_deref().is_some_and(is_local) {
            return Err(texts::error_server_address(server));
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            // Nobody asks who asks, and every byte goes over the slowest network.
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .http_status_as_error(false)
            .build()
            .into();
        Ok(Self { agent, server, token, clock_off: Cell::new(0) })
    }

    /// Asks.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Message> {
        let request = self.agent.get(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let mut response = request.call().map_err(|error| self.unreachable(&error))?;
        check(&mut response)?;
        response.body_mut().read_json().map_err(unreadable)
    }

    /// Sends.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Message> {
        let mut response = self.send(path, body)?;
        response.body_mut().read_json().map_err(unreadable)
    }

    /// Asks for a text as it is.
    pub fn text(&self, path: &str) -> Result<String, Message> {
        let request = self.agent.get(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let mut response = request.call().map_err(|error| self.unreachable(&error))?;
        check(&mut response)?;
        response.body_mut().read_to_string().map_err(unreadable)
    }

    /// Puts something in place of what was there.
    pub fn put(&self, path: &str, body: &impl Serialize) -> Result<(), Message> {
        let request = self.agent.put(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let mut response = request.send_json(body).map_err(|error| self.unreachable(&error))?;
        check(&mut response)
    }

    /// Sends a form as a browser does; the answer is a page for people.
    pub fn form(&self, path: &str, fields: &BTreeMap<String, String>) -> Result<(), Message> {
        let request = self.agent.post(format!("{}{path}", self.server));
        let mut response = request.send_form(fields).map_err(|error| self.unreachable(&error))?;
        check(&mut response)
    }

    /// Asks for bytes.
    pub fn file(&self, path: &str) -> Result<Vec<u8>, Message> {
        let request = self.agent.get(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let mut response = request.call().map_err(|error| self.unreachable(&error))?;
        check(&mut response)?;
        let body = response.body_mut().with_config().limit(MAX_RESPONSE as u64).read_to_vec();
        body.map_err(|error| self.unreachable(&error))
    }

    /// Deletes.
    pub fn delete(&self, path: &str) -> Result<(), Message> {
        let request = self.agent.delete(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let mut response = request.call().map_err(|error| self.unreachable(&error))?;
        check(&mut response)
    }

    /// Hands in what a revoked device had not brought: for that nobody signs in.
    pub fn quarantine(&self, bundle: &[u8]) -> Result<(), Message> {
        self.octets("/v1/quarantine", bundle).map(drop)
    }

    /// Sends something that has no answer.
    pub fn tell(&self, path: &str, body: &impl Serialize) -> Result<(), Message> {
        self.send(path, body).map(drop)
    }

    fn send(&self, path: &str, body: &impl Serialize) -> Result<ureq::http::Response<ureq::Body>, Message> {
        let request = self.agent.post(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let mut response = request.send_json(body).map_err(|error| self.unreachable(&error))?;
        check(&mut response)?;
        Ok(response)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token.as_deref().unwrap_or_default())
    }

    fn unreachable(&self, error: &ureq::Error) -> Message {
        texts::error_unreachable(error.to_string(), self.server.as_str())
    }

    /// Goes round until there is nothing more to send or to get.
    pub fn sync<R: Records>(&self, device: &mut Device<R>) -> Result<SyncReport, Message> {
        let mut total = SyncReport::default();
        device.asks_for(BUDGET);
        for _ in 0..MAX_TRIPS {
            let request = device.request(&mut rng())?;
            let bytes = encode(&request).map_err(unreadable)?;
            let (answer, broken) = self.beginning("/v1/sync", &bytes)?;
            let (response, whole) = match (SyncResponse::decode_beginning(&answer), broken) {
                (Ok(read), None) => read,
                // What came whole of an answer that broke off is used, and the next one goes on behind it.
                (Ok(read), Some(_)) if !read.0.frames.is_empty() => read,
                (_, Some(problem)) => return Err(problem),
                (Err(bad), None) => return Err(unreadable(bad)),
            };
            let report = device.receive(&request, response)?;
            total.add(&report);
            if !report.more && whole {
                break;
            }
        }
        self.hand_in_stale(device)?;
        Ok(total)
    }

    /// What the server does not take because the case has a newer key, which this device does not get, the clerk seals again.
    fn hand_in_stale<R: Records>(&self, device: &mut Device<R>) -> Result<(), Message> {
        if device.stale()?.is_empty() {
            return Ok(());
        }
        for file in device.export(&Export::Stale, &[], &mut rng())?.files {
            device.hears_at_once(&self.hand_in(&file)?.acknowledgement)?;
        }
        Ok(())
    }

    /// How many seconds this device's clock was ahead of the server's at the last round trip.
    pub fn clock_off(&self) -> i64 {
        self.clock_off.get()
    }

    /// Hands in a bundle.
    pub fn hand_in(&self, bundle: &[u8]) -> Result<HandedIn, Message> {
        HandedIn::decode(&self.octets("/v1/bundles", bundle)?).map_err(unreadable)
    }

    /// What comes of an answer, and why it broke off if it did.
    fn beginning(&self, path: &str, bytes: &[u8]) -> Result<(Vec<u8>, Option<Message>), Message> {
        let request = self.agent.post(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let mut response = request.send(bytes).map_err(|error| self.unreachable(&error))?;
        check(&mut response)?;
        let date = response.headers().get("date").and_then(|date| DateTimeParser::new().parse_timestamp(date.as_bytes()).ok());
        self.clock_off.set(date.map_or(0, |date| now().seconds() - date.as_second()));
        let mut answer = Vec::new();
        let read = response.body_mut().with_config().limit(MAX_RESPONSE as u64).reader().read_to_end(&mut answer);
        Ok((answer, read.err().map(|error| texts::error_unreachable(error.to_string(), self.server.as_str()))))
    }

    /// Puts bytes somewhere.
    pub fn put_bytes(&self, path: &str, bytes: &[u8]) -> Result<(), Message> {
        let request = self.agent.put(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let request = request.header("content-type", "application/octet-stream");
        let mut response = request.send(bytes).map_err(|error| self.unreachable(&error))?;
        check(&mut response)
    }

    fn octets(&self, path: &str, bytes: &[u8]) -> Result<Vec<u8>, Message> {
        let request = self.agent.post(format!("{}{path}", self.server)).header("authorization", self.bearer());
        let request = request.header("content-type", "application/octet-stream");
        let mut response = request.send(bytes).map_err(|error| self.unreachable(&error))?;
        check(&mut response)?;
        let body = response.body_mut().with_config().limit(MAX_RESPONSE as u64).read_to_vec();
        body.map_err(|error| self.unreachable(&error))
    }
}

fn check(response: &mut ureq::http::Response<ureq::Body>) -> Result<(), Message> {
    if response.status().is_success() {
        return Ok(());
    }
    let status = response.status();
    let problem: Result<Problem, _> = response.body_mut().read_json();
    Err(problem.map_or_else(|_| texts::error_server_status(u32::from(status.as_u16())), habeas_client_core::device::problem))
}

fn unreadable(error: impl std::fmt::Display) -> Message {
    texts::error_answer(error.to_string())
}
