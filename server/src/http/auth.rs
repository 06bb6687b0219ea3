//! Who asks: the session behind the bearer token.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use habeas_hub::Caller;

use super::Problem;
use crate::run::{Rooms, now};

/// A handler that takes this is only called with a valid session.
pub struct SignedIn(pub Caller);

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let rooms = request.app_data::<web::Data<Rooms>>().cloned();
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).filter(|token| token.len() == 64).map(str::to_owned);
        Box::pin(async move {
            let (Some(rooms), Some(token)) = (rooms, token) else {
                return Err(Problem::unauthorized());
            };
            let caller = web::block(move || rooms.hub.caller(&token, now())).await??;
            Ok(Self(caller))
        })
    }
}
