//! The session that a device has with a server: its token, and the pass that is made of it for each request.

use habeas_protocol::Pass;
use habeas_protocol::api::{Nonce, Session, from_hex};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{Device, DeviceError, Records};
use crate::keys::DeviceSecrets;

/// The names under which the device keeps what belongs to its session.
const SERVER: &str = "server";
const TOKEN: &str = "token";
const ACCOUNT: &str = "account";
/// By how much the server's clock is ahead of the device's, in milliseconds.
const CLOCK: &str = "server-clock";
/// When the device last got a token, in seconds since 1970.
const RENEWED: &str = "renewed";

/// A device renews once a day at most, in seconds: it costs two trips.
const RENEW_AFTER: i64 = 24 * 3600;
/// A clock that is no further ahead, in milliseconds, is right; the server takes five minutes. One that is behind at all is not: a server that began a
/// moment ago takes no pass of before.
const RIGHT: i64 = 60_000;

/// What makes the passes of a session.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Passes {
    token: Zeroizing<[u8; 32]>,
    secrets: DeviceSecrets,
    ahead: i64,
}

impl std::fmt::Debug for Passes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "passes of {}", self.secrets.id())
    }
}

impl Passes {
    /// What stands in `Authorization` for one request: its method, the address behind the server's, with what follows a question mark, and its body.
    /// `now_ms` is the device's time in milliseconds since 1970, another one for each request.
    pub fn authorization(&self, asked: (&str, &str, &[u8]), now_ms: u64) -> String {
        let at = now_ms.saturating_add_signed(self.ahead);
        let pass = Pass::new(*self.token, at, asked, |message| self.secrets.sign(message));
        format!("Bearer {}", pass.write())
    }

    /// Learns the server's time. A clock that is wrong, as a field phone's may be, locks nobody out.
    pub fn learn_clock(&mut self, nonce: &Nonce, now_ms: u64) {
        let ahead = i128::from(nonce.now) - i128::from(now_ms);
        self.ahead = i64::try_from(ahead).ok().filter(|ahead| *ahead > 0 || *ahead < -RIGHT).unwrap_or_default();
    }

    /// The device that asks.
    pub fn secrets(&self) -> &DeviceSecrets {
        &self.secrets
    }
}

impl<R: Records> Device<R> {
    /// Keeps a session: all of it, or nothing of it. `nonce` is what was signed for it, and tells the server's time.
    pub fn remember_session(
        &mut self,
        server: &str,
        account: &str,
        session: &Session,
        nonce: &Nonce,
        now_ms: u64,
    ) -> Result<(), DeviceError> {
        let mut passes = Passes { token: Zeroizing::default(), secrets: self.secrets().clone(), ahead: 0 };
        passes.learn_clock(nonce, now_ms);
        let (ahead, now) = (passes.ahead.to_string(), (now_ms / 1000).to_string());
        let notes = [(SERVER, server), (ACCOUNT, account), (TOKEN, session.token.reveal()), (CLOCK, &ahead), (RENEWED, &now)];
        self.set_notes(&notes)
    }

    /// Keeps the next token of the session.
    pub fn is_renewed(&mut self, session: &Session, nonce: &Nonce, now_ms: u64) -> Result<(), DeviceError> {
        let Some((server, account)) = self.session().map(|(server, account)| (server.to_owned(), account.to_owned())) else {
            return Ok(());
        };
        self.remember_session(&server, &account, session, nonce, now_ms)
    }

    /// Whether it is time for the next token.
    pub fn should_renew(&self, now_ms: u64) -> bool {
        let renewed = self.note(RENEWED).and_then(|text| text.parse().ok()).unwrap_or(0_i64);
        self.session().is_some()
            && i64::try_from(now_ms / 1000).unwrap_or(i64::MAX).abs_diff(renewed) > RENEW_AFTER.unsigned_abs()
    }

    /// The server's address and the account's name, once there are any.
    pub fn session(&self) -> Option<(&str, &str)> {
        self.note(TOKEN)?;
        Some((self.note(SERVER)?, self.note(ACCOUNT)?))
    }

    /// What makes the passes of the session, once there is one.
    pub fn passes(&self) -> Option<Passes> {
        let token = Zeroizing::new(from_hex(self.note(TOKEN)?, 32)?);
        let token = Zeroizing::new(token.as_slice().try_into().ok()?);
        let ahead = self.note(CLOCK).and_then(|text| text.parse().ok()).unwrap_or_default();
        Some(Passes { token, secrets: self.secrets().clone(), ahead })
    }

    /// Keeps the server's time as passes have learnt it.
    pub fn keep_clock(&mut self, passes: &Passes) -> Result<(), DeviceError> {
        let ahead = passes.ahead.to_string();
        if self.note(CLOCK).unwrap_or("0") == ahead { Ok(()) } else { self.set_note(CLOCK, &ahead) }
    }
}
