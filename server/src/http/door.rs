//! The door: nothing is handled before the route's rule is kept. It asks the hub, whose log is the newest there is, so a device is
//! refused from the very request after it was revoked; what the rule cannot know, such as whose case it is, the domain asks on top.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, ResponseError as _, web};
use habeas_hub::Caller;
use habeas_protocol::access::Action;

use super::Problem;
use super::auth::Keeper;
use super::routes::{Rule, declared};
use crate::run::Site;

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
    let pattern = request.match_pattern().unwrap_or_default();
    // An address that stands in the table in no line is served by nothing.
    let route = declared(request.method().as_str(), &pattern).ok_or_else(Problem::not_found)?;
    let part = request.app_data::<web::Data<Site>>().map(|site| site.part);
    if !part.is_some_and(|part| route.side.is_at(part)) {
        return Err(Problem::elsewhere());
    }
    let action = match route.rule {
        Rule::Public(_) => return Ok(None),
        Rule::Session(_) => None,
        Rule::OfCase(_) => Some(Action::Exchange),
        Rule::Only(action) => Some(action),
    };
    Keeper::caller(request.request(), action).await.map(Some)
}
