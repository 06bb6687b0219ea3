//! Who asks: the session behind the pass, and the device that has signed it for this very request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use habeas_hub::Caller;
use habeas_protocol::Pass;

use super::Problem;
use crate::run::{Rooms, now_ms};

/// A handler that takes this knows who asks: the door has asked [`caller`], once, and let them in. On a public route nobody is known.
pub struct SignedIn(pub Caller);

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Caller>().copied().map(Self).ok_or_else(Problem::unauthorized))
    }
}

/// Whose session it is. A pass is good once, so this is asked once a request.
pub async fn caller(request: &HttpRequest) -> Result<Caller, Problem> {
    let rooms = request.app_data::<web::Data<Rooms>>().cloned();
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let pass = header.and_then(|value| value.strip_prefix("Bearer ")).and_then(Pass::read);
    let (Some(rooms), Some(pass)) = (rooms, pass) else {
        return Err(Problem::unauthorized());
    };
    let method = request.method().clone();
    let path = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
    Ok(web::block(move || rooms.hub.caller(&pass, method.as_str(), &path, now_ms())).await??)
}
