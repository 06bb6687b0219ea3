//! Who asks: the session behind the bearer token.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use habeas_hub::Caller;

use super::Problem;
use crate::run::{Rooms, now};

/// A handler that takes this knows who asks: the door has asked [`caller`], once, and let them in. On a public route nobody is known.
pub struct SignedIn(pub Caller);

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Caller>().copied().map(Self).ok_or_else(Problem::unauthorized))
    }
}

/// Whose session it is.
pub async fn caller(request: &HttpRequest) -> Result<Caller, Problem> {
    let rooms = request.app_data::<web::Data<Rooms>>().cloned();
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = header.and_then(|value| value.strip_prefix("Bearer ")).filter(|token| token.len() == 64).map(str::to_owned);
    let (Some(rooms), Some(token)) = (rooms, token) else {
        return Err(Problem::unauthorized());
    };
    Ok(web::block(move || rooms.hub.caller(&token, now())).await??)
}
