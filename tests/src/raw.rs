//! Requests made by hand, as anybody could: a device's own, and what somebody else makes of them.

use habeas_client_core::device::{Device, Invitation, Memory, Passes};
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{Nonce, Session, from_hex};
use habeas_protocol::{Pass, Secret};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use serde::Serialize;
use serde_json::Value;
use ureq::http::HeaderMap;

use crate::quick::now_ms;

/// The password of everybody here.
pub const PASSWORD: &str = "a password of several words";

/// A server, as seen from an address.
pub struct Raw {
    pub server: String,
    agent: ureq::Agent,
    /// What a proxy says of who asks.
    pub from: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub struct Said {
    pub status: u16,
    /// The problem's code, if it is one.
    pub code: String,
    pub body: Value,
    pub headers: HeaderMap,
}

impl Said {
    /// What was asked for.
    pub fn read<T: serde::de::DeserializeOwned>(self) -> T {
        assert!((200..300).contains(&self.status), "{self:?}");
        serde_json::from_value(self.body).unwrap()
    }

    /// Status and code.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, &self.code)
    }
}

impl Raw {
    pub fn to(server: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .http_status_as_error(false)
            .build()
            .into();
        Self { server: server.to_owned(), agent, from: None }
    }

    /// The same, from somewhere else.
    pub fn from(server: &str, address: &str) -> Self {
        Self { from: Some(address.to_owned()), ..Self::to(server) }
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Said {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.server));
        if let Some(from) = &self.from {
            // Whoever asks may write something, too; the proxy adds what is so.
            request = request.header("x-forwarded-for", format!("203.0.113.1, {from}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = self.agent.run(request.body(body).unwrap()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap_or_default();
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let code = body["code"].as_str().unwrap_or_default().to_owned();
        Said { status: answer.status().as_u16(), code, body, headers: answer.headers().clone() }
    }

    pub fn post(&self, path: &str, body: &impl Serialize) -> Said {
        self.ask("POST", path, &[("content-type", "application/json")], serde_json::to_vec(body).unwrap())
    }

    pub fn with(&self, method: &str, path: &str, authorization: &str) -> Said {
        self.ask(method, path, &[("authorization", authorization)], Vec::new())
    }

    pub fn nonce(&self, secrets: &DeviceSecrets) -> Nonce {
        self.post("/v1/nonces", &secrets.ask_nonce()).read()
    }

    /// One attempt to sign in.
    pub fn signs_in(&self, secrets: &DeviceSecrets, account: &str, password: &str) -> Said {
        let nonce = self.nonce(secrets);
        self.post("/v1/sessions", &secrets.sign_in(account, password.into(), None, &nonce))
    }
}

/// A phone of which the test holds the key.
pub struct Phone {
    pub account: String,
    pub secrets: DeviceSecrets,
    pub session: Session,
}

impl Phone {
    /// Takes an invitation up.
    pub fn joins(account: &str, invitation: &str, raw: &Raw, seed: u8) -> Self {
        let secrets = DeviceSecrets::generate(&mut ChaCha20Rng::from_seed([seed; 32]));
        let invitation = Invitation::read(invitation.trim()).unwrap();
        let nonce = raw.nonce(&secrets);
        let register = secrets.register(&invitation, account, PASSWORD.into(), &nonce);
        let session = raw.post("/v1/accounts", &register).read();
        Self { account: account.to_owned(), secrets, session }
    }

    /// What makes the passes for a session's token.
    pub fn passes(&self, token: &Secret) -> Passes {
        passes(&self.secrets, token)
    }

    /// Asks how the account stands, as the plainest request that takes a session.
    pub fn asks(&self, raw: &Raw, token: &Secret) -> Said {
        raw.with("GET", HERE, &self.authorization(token))
    }

    /// A pass for that.
    pub fn authorization(&self, token: &Secret) -> String {
        self.passes(token).authorization(("GET", HERE, b""), another_ms())
    }

    /// Gets the next token; the answer may be thrown away.
    pub fn renews(&self, raw: &Raw) -> Said {
        let nonce = raw.nonce(&self.secrets);
        raw.post("/v1/sessions/renew", &self.secrets.renew(&nonce))
    }
}

/// A route that takes a session and nothing else.
pub const HERE: &str = "/v1/second-factor";

/// What a device with these keys makes of a token.
pub fn passes(secrets: &DeviceSecrets, token: &Secret) -> Passes {
    let mut device = Device::create(Memory::default(), secrets.clone(), None).unwrap();
    let person = habeas_protocol::PersonId([0; 16]);
    let second_factor = habeas_protocol::api::SecondFactor::NotNeeded;
    let session = Session { token: token.clone(), person, admitted: false, second_factor };
    let nonce = Nonce { nonce: String::new(), now: now_ms() };
    device.remember_session("", "", &session, &nonce, nonce.now).unwrap();
    device.passes().unwrap()
}

/// The pass of another device for a token: with its own signature.
pub fn stolen(token: &Secret, thief: &DeviceSecrets, method: &str, path: &str) -> String {
    let token = from_hex(token.reveal(), 32).unwrap().try_into().unwrap();
    format!("Bearer {}", Pass::new(token, another_ms(), (method, path, b""), |message| thief.sign(message)).write())
}

/// The time, and never the same twice.
pub fn another_ms() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = now_ms();
    let next = |last: u64| Some(now.max(last + 1));
    next(LAST.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next).unwrap()).unwrap()
}
