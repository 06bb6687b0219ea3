//! The server, over HTTP. Bodies of the sync are postcard, everything else is JSON.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::time::Duration;

use habeas_client_core::device::{Device, Export, Passes, Records, SyncReport, Trips};
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{Nonce, Problem, Session};
use habeas_protocol::bundle::HandedIn;
use habeas_protocol::limits::MAX_RESPONSE;
use habeas_texts::{self as texts, Message};
use jiff::fmt::rfc2822::DateTimeParser;
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::config::AutoHeaderValue;

use crate::rng;
use crate::when::{now, now_ms};

/// How many bytes of frames are asked for at a time: of an answer that breaks off all is used that came whole.
const BUDGET: u32 = 4 << 20;
/// How long a network may be silent before it is given up. A slow one that goes on is not: what it has brought of an answer counts only whole.
const SILENCE: Duration = Duration::from_secs(60);
/// How long one request may take with its answer: four megabytes each way at 64 kbit/s.
const LONGEST: Duration = Duration::from_secs(20 * 60);

/// A server's address with, once there is one, the device's session there.
pub struct Remote {
    agent: ureq::Agent,
    server: String,
    passes: RefCell<Option<Passes>>,
    /// The time of the last pass: each is of another millisecond.
    last: Cell<u64>,
    clock_off: Cell<i64>,
}

/// What a request carries.
enum Sent<'a> {
    Nothing,
    /// Bytes that the route knows: every byte goes over the slowest network.
    Bytes(&'a [u8]),
    Typed(&'static str, &'a [u8]),
}

impl Sent<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Nothing => &[],
            Self::Bytes(bytes) | Self::Typed(_, bytes) => bytes,
        }
    }
}

type Answer = ureq::http::Response<ureq::Body>;

impl Remote {
    /// The server at an address such as `https://habeas.example`.
    pub fn new(server: &str, passes: Option<Passes>) -> Result<Self, Message> {
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
            .timeout_connect(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE))
            .timeout_global(Some(LONGEST))
            // Nobody asks who asks, and every byte goes over the slowest network.
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .http_status_as_error(false)
            .build()
            .into();
        Ok(Self { agent, server, passes: RefCell::new(passes), last: Cell::new(0), clock_off: Cell::new(0) })
    }

    /// Asks.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Message> {
        self.exchange("GET", path, Sent::Nothing)?.body_mut().read_json().map_err(unreadable)
    }

    /// Sends.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Message> {
        self.send("POST", path, body)?.body_mut().read_json().map_err(unreadable)
    }

    /// Asks for a text as it is.
    pub fn text(&self, path: &str) -> Result<String, Message> {
        self.exchange("GET", path, Sent::Nothing)?.body_mut().read_to_string().map_err(unreadable)
    }

    /// Puts something in place of what was there.
    pub fn put(&self, path: &str, body: &impl Serialize) -> Result<(), Message> {
        self.send("PUT", path, body).map(drop)
    }

    /// Sends a form as a browser does; the answer is a page for people.
    pub fn form(&self, path: &str, fields: &BTreeMap<String, String>) -> Result<(), Message> {
        let request = self.agent.post(format!("{}{path}", self.server));
        let mut response = request.send_form(fields).map_err(|error| self.unreachable(&error))?;
        check(&mut response)
    }

    /// Asks for bytes.
    pub fn file(&self, path: &str) -> Result<Vec<u8>, Message> {
        self.whole(self.exchange("GET", path, Sent::Nothing)?)
    }

    /// Deletes.
    pub fn delete(&self, path: &str) -> Result<(), Message> {
        self.exchange("DELETE", path, Sent::Nothing).map(drop)
    }

    /// Hands in what a revoked device had not brought: for that nobody signs in.
    pub fn quarantine(&self, bundle: &[u8]) -> Result<(), Message> {
        self.octets("/v1/quarantine", bundle).map(drop)
    }

    /// Sends something that has no answer.
    pub fn tell(&self, path: &str, body: &impl Serialize) -> Result<(), Message> {
        self.send("POST", path, body).map(drop)
    }

    fn send(&self, method: &str, path: &str, body: &impl Serialize) -> Result<Answer, Message> {
        let body = serde_json::to_vec(body).map_err(unreadable)?;
        self.exchange(method, path, Sent::Typed("application/json", &body))
    }

    /// Puts bytes somewhere.
    pub fn put_bytes(&self, path: &str, bytes: &[u8]) -> Result<(), Message> {
        self.exchange("PUT", path, Sent::Typed("application/octet-stream", bytes)).map(drop)
    }

    fn octets(&self, path: &str, bytes: &[u8]) -> Result<Vec<u8>, Message> {
        self.whole(self.exchange("POST", path, Sent::Typed("application/octet-stream", bytes))?)
    }

    fn whole(&self, mut response: Answer) -> Result<Vec<u8>, Message> {
        let body = response.body_mut().with_config().limit(MAX_RESPONSE as u64).read_to_vec();
        body.map_err(|error| self.unreachable(&error))
    }

    /// One request with its answer. Whose clock is off asks the server for the time, and once more.
    fn exchange(&self, method: &str, path: &str, sent: Sent<'_>) -> Result<Answer, Message> {
        match self.once(method, path, &sent) {
            Err(problem) if problem.name() == texts::error_server_clock_off().name() => {
                let passes = self.passes.borrow().clone();
                if let Some(mut passes) = passes {
                    passes.learn_clock(&self.nonce(passes.secrets())?, now_ms());
                    *self.passes.borrow_mut() = Some(passes);
                }
                self.once(method, path, &sent)
            }
            answer => answer,
        }
    }

    fn once(&self, method: &str, path: &str, sent: &Sent<'_>) -> Result<Answer, Message> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.server));
        if let Some(passes) = &*self.passes.borrow() {
            self.last.set(now_ms().max(self.last.get() + 1));
            request = request.header("authorization", passes.authorization((method, path, sent.bytes()), self.last.get()));
        }
        let unreadable = |error: ureq::http::Error| texts::error_answer(error.to_string());
        let answer = match sent {
            Sent::Nothing => self.agent.run(request.body(()).map_err(unreadable)?),
            Sent::Bytes(bytes) => self.agent.run(request.body(*bytes).map_err(unreadable)?),
            Sent::Typed(kind, bytes) => self.agent.run(request.header("content-type", *kind).body(*bytes).map_err(unreadable)?),
        };
        let mut answer = answer.map_err(|error| self.unreachable(&error))?;
        check(&mut answer)?;
        Ok(answer)
    }

    fn unreachable(&self, error: &ureq::Error) -> Message {
        texts::error_unreachable(error.to_string(), self.server.as_str())
    }

    /// A number for this device to sign.
    pub fn nonce(&self, secrets: &DeviceSecrets) -> Result<Nonce, Message> {
        let body = serde_json::to_vec(&secrets.ask_nonce()).map_err(unreadable)?;
        let mut answer = self.once("POST", "/v1/nonces", &Sent::Typed("application/json", &body))?;
        answer.body_mut().read_json().map_err(unreadable)
    }

    /// Gets the session's next token and keeps it before it is used.
    fn renew<R: Records>(&self, device: &mut Device<R>) -> Result<(), Message> {
        let nonce = self.nonce(device.secrets())?;
        let session: Session = self.post("/v1/sessions/renew", &device.secrets().renew(&nonce))?;
        device.is_renewed(&session, &nonce, now_ms())?;
        *self.passes.borrow_mut() = device.passes();
        Ok(())
    }

    /// One trip of the sync. A server that does not know the token may have been restored, and then it knows the device.
    fn trip<R: Records>(&self, device: &mut Device<R>, bytes: &[u8]) -> Result<(Vec<u8>, Option<Message>), Message> {
        match self.beginning("/v1/sync", bytes) {
            Err(problem) if problem.name() == texts::error_server_unauthorized().name() => {
                self.renew(device).map_err(|_| problem)?;
                self.beginning("/v1/sync", bytes)
            }
            answer => answer,
        }
    }

    /// Goes round until there is nothing more to send or to get. A device that hears that it was revoked gets no further: whoever calls, or
    /// else whoever opens it next, destroys what it has.
    pub fn sync<R: Records>(&self, device: &mut Device<R>) -> Result<SyncReport, Message> {
        device.asks_for(BUDGET);
        device.is_at(now().seconds(), &mut rng())?;
        if device.should_renew(now_ms()) {
            // The token that there is stays good until the next one is used, so nothing depends on this.
            let _ = self.renew(device);
        }
        let mut trips = Trips::default();
        while let Some(request) = trips.request(device, &mut rng())? {
            let (answer, broken) = self.trip(device, &request)?;
            let response = trips.answer(&answer).map_err(|bad| broken.unwrap_or_else(|| unreadable(bad)))?;
            let report = device.receive_telling(trips.asked(), response, crate::progress)?;
            trips.taken(&report);
        }
        let total = trips.total();
        if total.revoked {
            return Err(texts::error_device_revoked());
        }
        self.hand_in_stale(device)?;
        // The log may have ended a share.
        device.is_at(now().seconds(), &mut rng())?;
        self.hand_in_left_over(device)?;
        if let Some(passes) = &*self.passes.borrow() {
            device.keep_clock(passes)?;
        }
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

    /// What was not sent when a share ended, or became one for reading, waits for a coordinator to decide; nobody has to where it was prolonged
    /// meanwhile, or where others wrote it. A server that does not take it yet, because its clock is behind this one, is asked again next time.
    fn hand_in_left_over<R: Records>(&self, device: &mut Device<R>) -> Result<(), Message> {
        let mut place = 0;
        while let Some(file) = device.left_over(place)? {
            if self.hand_in(&file).is_ok_and(|answer| answer.has_everything()) || self.quarantine(&file).is_ok() {
                device.left_over_is_handed_in(place)?;
            } else {
                place += 1;
            }
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
        let mut response = self.exchange("POST", path, Sent::Bytes(bytes))?;
        let date = response.headers().get("date").and_then(|date| DateTimeParser::new().parse_timestamp(date.as_bytes()).ok());
        self.clock_off.set(date.map_or(0, |date| now().seconds() - date.as_second()));
        let mut answer = Vec::new();
        let read = response.body_mut().with_config().limit(MAX_RESPONSE as u64).reader().read_to_end(&mut answer);
        Ok((answer, read.err().map(|error| texts::error_unreachable(error.to_string(), self.server.as_str()))))
    }
}

fn check(response: &mut Answer) -> Result<(), Message> {
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
