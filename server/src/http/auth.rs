//! Who asks: the session behind the pass, and the device that has signed it for this very request.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use habeas_hub::{Caller, Hub};
use habeas_protocol::access::Action;
use habeas_protocol::api::{AskPass, to_hex};
use habeas_protocol::{Asked, Hash, Pass};

use super::Problem;
use crate::room::ClerkRoom;
use crate::run::{now, now_ms};

/// A handler that takes this knows who asks: the door has asked [`Keeper::caller`], once, and let them in. On a public route nobody is known.
pub struct SignedIn(pub Caller);

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Caller>().copied().map(Self).ok_or_else(Problem::unauthorized))
    }
}

/// Who finds out whose pass a request shows, and what they may do.
pub enum Keeper {
    /// The hub in this process.
    Hub(Arc<Hub>),
    /// The clerk, which asks the hub on another machine and does not simply believe it.
    Clerk(Arc<ClerkRoom>),
}

impl Keeper {
    /// Whoever asks, by the session behind their pass. A pass is good once, so this is asked once a request. `action` is what the route's rule
    /// says that they must be allowed to do; `pass` and `body` are what the request shows and what it carries.
    pub async fn caller(
        request: &HttpRequest,
        action: Option<Action<'static>>,
        pass: Pass,
        body: Hash,
    ) -> Result<Caller, Problem> {
        let keeper = request.app_data::<web::Data<Self>>().cloned().ok_or_else(Problem::unauthorized)?;
        let method = request.method().as_str().to_owned();
        let path = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
        let route = request.match_pattern().unwrap_or_default();
        web::block(move || match &**keeper {
            Self::Hub(hub) => {
                let caller = hub.caller(&pass, Asked { method: &method, path: &path, body: &body }, now_ms())?;
                action.map_or(Ok(()), |action| hub.admit(caller, action, now()))?;
                Ok::<_, Problem>(caller)
            }
            // The hub keeps the route's rule, by the newest log there is; the clerk asks its own about everything that it does.
            Self::Clerk(room) => {
                let asks = AskPass { pass: pass.write().into(), method, path, route, body: to_hex(&body) };
                Ok(room.caller(&pass, (&asks, &body))?)
            }
        })
        .await?
    }
}
