//! Who asks: the session behind the pass, and the device that has signed it for this very request.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use habeas_hub::Caller;
use habeas_protocol::Pass;

use super::Problem;
use crate::run::{Rooms, now_ms};

/// A handler that takes this is only called with a valid session.
pub struct SignedIn(pub Caller);

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let rooms = request.app_data::<web::Data<Rooms>>().cloned();
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let pass = header.and_then(|value| value.strip_prefix("Bearer ")).and_then(Pass::read);
        let method = request.method().clone();
        let path = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
        Box::pin(async move {
            let (Some(rooms), Some(pass)) = (rooms, pass) else {
                return Err(Problem::unauthorized());
            };
            let caller = web::block(move || rooms.hub.caller(&pass, method.as_str(), &path, now_ms())).await??;
            Ok(Self(caller))
        })
    }
}
