//! A short body in JSON. Whoever signs in sends little; a flood of long bodies would fill memory before anybody is known.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::{JsonBody, Payload};
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::Problem;

/// The most bytes of such a body.
const MOST: usize = 8 * 1024;

/// A body of at most eight kilobytes.
pub struct Brief<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Brief<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = JsonBody::<T>::new(request, payload, None, true).limit(MOST);
        Box::pin(async move { body.await.map(Self).map_err(|error| Problem::json(&error)) })
    }
}
