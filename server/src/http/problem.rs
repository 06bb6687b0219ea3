//! Errors as problem details (RFC 9457): a stable code and a text that is safe to send.

use std::borrow::Cow;
use std::fmt;

use actix_web::error::{BlockingError, JsonPayloadError};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use habeas_clerk::ClerkError;
use habeas_hub::HubError;
use habeas_protocol::api;

use crate::remote::RemoteError;
use crate::room::PassError;

/// An error answer.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: Cow<'static, str>,
    title: String,
    /// In how many seconds to try again.
    retry_after: Option<u64>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: impl fmt::Display) -> Self {
        Self { status, code: Cow::Borrowed(code), title: title.to_string(), retry_after: None }
    }

    /// No such route.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing at this address; /openapi.json lists what there is")
    }

    /// A route that the other of two machines answers.
    pub fn elsewhere() -> Self {
        let title = "hub and clerk run on two machines, and this is the other one; ask the address that people know";
        Self::new(StatusCode::MISDIRECTED_REQUEST, "elsewhere", title)
    }

    /// No session.
    pub fn unauthorized() -> Self {
        HubError::Unauthorized.into()
    }

    /// A body that is not what the route takes.
    pub fn bad_body(what: impl fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_body", what)
    }

    /// A body that takes a pass which tells its hash: whoever shows none is of the version before, or nobody.
    pub fn unnamed(most: usize) -> Self {
        let title = format_args!(
            "a body of more than {most} bytes takes a pass that tells its hash. If this program is an older one, load the app anew, or \
             install the newer habeas, and sync again; what is recorded on the device stays"
        );
        Self::new(StatusCode::BAD_REQUEST, "too_old", title)
    }

    /// A body above the limit.
    pub fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format_args!("the body may hold {limit} bytes; send less at a time"),
        )
    }

    /// Too many people sign in at this moment.
    pub fn busy() -> Self {
        let title = "too many are signing in just now; try again in a few seconds";
        Self { retry_after: Some(2), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", title) }
    }

    /// Somebody tries too often.
    pub fn too_many(wait: std::time::Duration) -> Self {
        let seconds = wait.as_secs() + 1;
        let title = format_args!("too many attempts; try again in {seconds} seconds");
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", title) }
    }

    /// Another site had a browser send this.
    pub fn cross_site() -> Self {
        Self::new(StatusCode::FORBIDDEN, "cross_site", "another site had this sent; open this server's own page and do it there")
    }

    /// The clerk has no key yet.
    pub fn clerk_locked() -> Self {
        let title = "the clerk is locked and counts nothing; the operator has to unlock it. Devices can sync";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "clerk_locked", title)
    }

    /// A backup was put back, and the clerk answers nothing that may be of before.
    pub fn clerk_waits() -> Self {
        let title = "a backup was put back, and nothing is counted until the coordinators' devices have synced. Devices can sync";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "clerk_waits", title)
    }

    /// There is no room for what was brought.
    pub fn disk_full() -> Self {
        let title = "the server's disk is nearly full: it does not take this until the operator has made room";
        Self::new(StatusCode::INSUFFICIENT_STORAGE, "disk_full", title)
    }

    /// What stands behind an address's question mark does not fit.
    pub fn bad_query() -> Self {
        Self::bad_body("what follows the question mark does not fit; /openapi.json says what this route takes")
    }

    /// An id in an address that is none.
    pub fn bad_id<E>(_: E) -> Self {
        Self::bad_body("an id in this address is not 32 hexadecimal digits")
    }

    /// JSON that cannot be read. Where is said, and not what stands there, as serde would: it may be a name, or a password in the wrong place.
    pub fn json(error: &JsonPayloadError) -> Self {
        match error {
            JsonPayloadError::Overflow { limit } | JsonPayloadError::OverflowKnownLength { limit, .. } => Self::too_large(*limit),
            JsonPayloadError::ContentType => Self::bad_body("send JSON with the header content-type: application/json"),
            JsonPayloadError::Deserialize(error) => Self::bad_body(format_args!(
                "the JSON does not fit at line {}, column {}; /openapi.json says what this route takes",
                error.line(),
                error.column()
            )),
            _ => Self::bad_body("the body could not be read; send it again"),
        }
    }
}

impl From<HubError> for Problem {
    fn from(error: HubError) -> Self {
        let (status, code) = match &error {
            HubError::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
            HubError::Refused(code, _) => (StatusCode::UNAUTHORIZED, *code),
            HubError::Denied(denied) => (StatusCode::FORBIDDEN, denied.code()),
            HubError::Conflict(code, _) => (StatusCode::CONFLICT, *code),
            HubError::NotFound(code, _) => (StatusCode::NOT_FOUND, *code),
            HubError::BadInput(code, _) => (StatusCode::BAD_REQUEST, *code),
            HubError::Log(_) => (StatusCode::CONFLICT, "log"),
            HubError::Store(cause) => {
                tracing::error!(%cause, "the hub's database");
                (StatusCode::SERVICE_UNAVAILABLE, "store")
            }
        };
        Self::new(status, code, error)
    }
}

impl From<ClerkError> for Problem {
    fn from(error: ClerkError) -> Self {
        let (status, code) = match &error {
            ClerkError::BadInput(code, _) => (StatusCode::BAD_REQUEST, *code),
            ClerkError::NotFound(code, _) => (StatusCode::NOT_FOUND, *code),
            ClerkError::Denied(denied) => (StatusCode::FORBIDDEN, denied.code()),
            ClerkError::Waits => return Self::clerk_waits(),
            ClerkError::Device(_) | ClerkError::Store(_) | ClerkError::Hub(_) | ClerkError::WrongKey(_) | ClerkError::Key => {
                tracing::error!(cause = crate::run::cause(&error), "the clerk");
                (StatusCode::SERVICE_UNAVAILABLE, "clerk")
            }
        };
        Self::new(status, code, error)
    }
}

impl From<PassError> for Problem {
    fn from(error: PassError) -> Self {
        match error {
            PassError::Locked => Self::clerk_locked(),
            PassError::Waits => Self::clerk_waits(),
            PassError::Clerk(error) => error.into(),
            PassError::Pass(error) => error.into(),
            // What the hub says of whoever asks is for them.
            PassError::Hub(RemoteError::Says(api::Problem { code, title, status })) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
                Self { code: Cow::Owned(code), ..Self::new(status, "", title) }
            }
            PassError::Hub(error @ RemoteError::Unreachable(_)) => {
                tracing::error!(cause = crate::run::cause(&error), "the hub");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "clerk",
                    "the clerk cannot reach the hub; nothing was changed. Try again later",
                )
            }
        }
    }
}

impl From<BlockingError> for Problem {
    fn from(_: BlockingError) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the server is stopping; try again")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.title)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let body = api::Problem { code: self.code.clone().into_owned(), title: self.title.clone(), status: self.status.as_u16() };
        let mut answer = HttpResponse::build(self.status);
        if let Some(seconds) = self.retry_after {
            answer.insert_header(("retry-after", seconds));
        }
        answer.content_type("application/problem+json").body(serde_json::to_vec(&body).unwrap_or_default())
    }
}
