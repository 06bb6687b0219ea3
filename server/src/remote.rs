//! The hub on another machine, as the clerk reaches it: the same requests as any device makes, with a session of the clerk's own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use habeas_clerk::{ClerkKey, Transport, Waits};
use habeas_protocol::api::{self, AskPass, ClerkSession, KnownPass, Nonce, Note, Problem, from_hex};
use habeas_protocol::limits::MAX_RESPONSE;
use habeas_protocol::{Act, Actor, Pass};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::config::AutoHeaderValue;

use crate::heartbeat::check_address;
use crate::run::now_ms;

/// How long the clerk waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The clerk signs in anew after so long, in milliseconds.
const RENEW_AFTER: u64 = 24 * 3600 * 1000;
const JSON: &str = "application/json";
const OCTETS: &str = "application/octet-stream";

/// Why there is no answer to use.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The hub says no.
    #[error("the hub says: {} ({})", .0.title, .0.code)]
    Says(Problem),
    /// It cannot be reached, or what it answers cannot be read.
    #[error("the hub cannot be reached: {0}")]
    Unreachable(String),
}

/// The hub of another machine.
pub struct RemoteHub {
    agent: ureq::Agent,
    url: String,
    key: ClerkKey,
    session: Mutex<Option<Session>>,
    /// The time of the last pass: each has another one.
    last: AtomicU64,
}

#[derive(Clone, Copy)]
struct Session {
    token: [u8; 32],
    begun: u64,
    /// By how much the hub's clock is ahead of this machine's, in milliseconds.
    ahead: i64,
}

impl RemoteHub {
    /// A hub at an address: https, or on this machine.
    pub fn new(url: &str, key: ClerkKey) -> Result<Self, String> {
        check_address("hub", url)?;
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .user_agent(AutoHeaderValue::None)
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let url = url.trim_end_matches('/').to_owned();
        Ok(Self { agent, url, key, session: Mutex::default(), last: AtomicU64::new(0) })
    }

    /// Whose pass this is, if the hub finds it good for a request of that route.
    pub fn pass(&self, asks: &AskPass) -> Result<KnownPass, RemoteError> {
        self.json("/v1/clerk/pass", asks)
    }

    /// Tells the hub that everything is counted.
    pub fn counted(&self) -> Result<(), RemoteError> {
        self.post("/v1/clerk/counted", JSON, b"{}").map(drop)
    }

    fn json<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, RemoteError> {
        let body = serde_json::to_vec(body).map_err(unreachable)?;
        serde_json::from_slice(&self.post(path, JSON, &body)?).map_err(unreachable)
    }

    /// One request. A session that is over is begun anew, once; so is one by whose time the hub's clock has moved.
    fn post(&self, path: &str, kind: &str, body: &[u8]) -> Result<Vec<u8>, RemoteError> {
        let session = self.session(None)?;
        match self.once(path, kind, body, Some(session)) {
            Err(RemoteError::Says(problem)) if matches!(&*problem.code, "unauthorized" | "clock_off") => {
                self.once(path, kind, body, Some(self.session(Some(session))?))
            }
            answer => answer,
        }
    }

    /// The session, begun anew where it is old or is the one that was not good. The clerk has one at a time, so one thread begins it and the
    /// others wait.
    fn session(&self, not: Option<Session>) -> Result<Session, RemoteError> {
        let mut known = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let is_good = |session: &Session| {
            now_ms().abs_diff(session.begun) < RENEW_AFTER && not.is_none_or(|not| not.token != session.token)
        };
        if let Some(session) = known.filter(is_good) {
            return Ok(session);
        }
        let session = self.sign_in()?;
        *known = Some(session);
        Ok(session)
    }

    fn once(&self, path: &str, kind: &str, body: &[u8], session: Option<Session>) -> Result<Vec<u8>, RemoteError> {
        let mut request = self.agent.post(format!("{}{path}", self.url)).header("content-type", kind);
        if let Some(session) = session {
            let now = now_ms().saturating_add_signed(session.ahead);
            let last = self.last.fetch_max(now, Ordering::SeqCst);
            let at = if last >= now { self.last.fetch_add(1, Ordering::SeqCst) + 1 } else { now };
            let pass = Pass::new(session.token, at, ("POST", path, body), |message| self.key.device().sign(message));
            request = request.header("authorization", format!("Bearer {}", pass.write()));
        }
        let mut answer = request.send(body).map_err(unreachable)?;
        let status = answer.status();
        let bytes = answer.body_mut().with_config().limit(MAX_RESPONSE as u64).read_to_vec().map_err(unreachable)?;
        if status.is_success() {
            return Ok(bytes);
        }
        let problem = serde_json::from_slice(&bytes);
        Err(problem.map_or_else(|_| RemoteError::Unreachable(format!("it answers {status}")), RemoteError::Says))
    }

    fn sign_in(&self) -> Result<Session, RemoteError> {
        let device = self.key.device();
        let asks = serde_json::to_vec(&device.ask_nonce()).map_err(unreachable)?;
        let nonce: Nonce = serde_json::from_slice(&self.once("/v1/nonces", JSON, &asks, None)?).map_err(unreachable)?;
        let asks = serde_json::to_vec(&device.begin_clerk(&nonce)).map_err(unreachable)?;
        let begun = now_ms();
        let answer = self.once("/v1/clerk/session", JSON, &asks, None)?;
        let ClerkSession { token } = serde_json::from_slice(&answer).map_err(unreachable)?;
        let token = from_hex(token.reveal(), 32).and_then(|token| token.try_into().ok());
        let token = token.ok_or_else(|| unreachable("its token is none"))?;
        let ahead = i64::try_from(i128::from(nonce.now) - i128::from(begun)).unwrap_or_default();
        Ok(Session { token, begun, ahead })
    }
}

impl Transport for RemoteHub {
    fn sync(&self, request: &[u8]) -> Result<Vec<u8>, String> {
        self.post("/v1/sync", OCTETS, request).map_err(|error| error.to_string())
    }

    fn waits(&self) -> Result<Waits, String> {
        match self.json("/v1/clerk/waits", &()) {
            Ok(api::Waits { waits: true, .. }) => Ok(Waits::Coordinator),
            Ok(api::Waits { secrets: Some(true), .. }) => Ok(Waits::Secrets),
            Ok(_) => Ok(Waits::Nothing),
            // A hub of the version before waits for nobody, and one that has no organisation yet has nothing to count.
            Err(RemoteError::Says(problem)) if matches!(&*problem.code, "not_found" | "not_admitted") => Ok(Waits::Nothing),
            Err(error) => Err(error.to_string()),
        }
    }

    fn audit(&self, actor: Actor, act: Act, subjects: &str, _: i64) -> Result<(), String> {
        let device = match actor {
            Actor::Device(device) => Some(device),
            Actor::Operator | Actor::Unknown => None,
        };
        let note = Note { device, act: act.name().to_owned(), subjects: subjects.to_owned() };
        let body = serde_json::to_vec(&note).map_err(|error| error.to_string())?;
        self.post("/v1/clerk/audit", JSON, &body).map(drop).map_err(|error| error.to_string())
    }
}

fn unreachable(error: impl std::fmt::Display) -> RemoteError {
    RemoteError::Unreachable(error.to_string())
}
