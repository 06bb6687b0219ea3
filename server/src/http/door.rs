//! The door: nothing is handled before the route's rule is kept. It asks the hub, whose log is the newest there is, so a device is
//! refused from the very request after it was revoked; what the rule cannot know, such as whose case it is, the domain asks on top.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, ResponseError as _, web};
use habeas_hub::Caller;
use habeas_protocol::access::Action;

use super::Problem;
use super::auth::caller;
use super::routes::{DECLARED, Rule};
use crate::run::{Rooms, now};

/// Keeps the rule of the route that a request is for.
pub async fn door<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    match admit(&request).await {
        Ok(caller) => {
            if let Some(caller) = caller {
                request.extensions_mut().insert(caller);
            }
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(problem) => Ok(request.into_response(problem.error_response()).map_into_right_body()),
    }
}

/// Who is let in, where the rule asks.
async fn admit(request: &ServiceRequest) -> Result<Option<Caller>, Problem> {
    let pattern = request.match_pattern();
    let declared = DECLARED.iter().find(|route| Some(&route.path) == pattern.as_ref() && route.method == *request.method());
    // An address that stands in the table in no line is served by nothing.
    match declared.ok_or_else(Problem::not_found)?.rule {
        Rule::Public(_) => Ok(None),
        Rule::Session(_) => Ok(Some(caller(request.request()).await?)),
        Rule::OfCase(_) => may(request.request(), Action::Exchange).await.map(Some),
        Rule::Only(action) => may(request.request(), action).await.map(Some),
    }
}

/// Whoever asks, if the log lets them do this.
async fn may(request: &HttpRequest, action: Action<'static>) -> Result<Caller, Problem> {
    let caller = caller(request).await?;
    let rooms = rooms(request)?;
    web::block(move || rooms.hub.admit(caller, action, now())).await??;
    Ok(caller)
}

fn rooms(request: &HttpRequest) -> Result<web::Data<Rooms>, Problem> {
    request.app_data::<web::Data<Rooms>>().cloned().ok_or_else(Problem::unauthorized)
}
