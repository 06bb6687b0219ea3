//! The door: nothing is handled before the route's rule is kept. It asks the hub, whose log is the newest there is, so a device is
//! refused from the very request after it was revoked; what the rule cannot know, such as whose case it is, the domain asks on top. A pass is of
//! its body, too: of a short one before anybody is known, of a long one before it is handled.

use actix_web::body::{BodyLimitExceeded, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, ResponseError as _, web};
use habeas_hub::Caller;
use habeas_protocol::access::Action;
use habeas_protocol::limits::MAX_REQUEST;
use habeas_protocol::{Hash, MAX_UNNAMED, Pass, hash_of_body};

use super::Problem;
use super::auth::Keeper;
use super::routes::{Rule, declared};
use crate::run::Site;

/// Keeps the rule of the route that a request is for.
pub async fn door<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    match admit(&mut request).await {
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
async fn admit(request: &mut ServiceRequest) -> Result<Option<Caller>, Problem> {
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
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let pass = header.and_then(|value| value.strip_prefix("Bearer ")).and_then(Pass::read).ok_or_else(Problem::unauthorized)?;
    let named = pass.body;
    let body = match named {
        Some(named) => named,
        None => read(request, MAX_UNNAMED).await?,
    };
    let caller = Keeper::caller(request.request(), action, pass, body).await?;
    if named.is_some() && read(request, MAX_REQUEST).await? != body {
        return Err(Problem::unauthorized());
    }
    Ok(Some(caller))
}

/// The hash of a body, which is read for that and put back.
async fn read(request: &mut ServiceRequest, most: usize) -> Result<Hash, Problem> {
    let cut = |_: actix_web::Error| Problem::bad_body("the body could not be read; send it again");
    let payload = request.extract::<web::Payload>().await.map_err(cut)?;
    let too_large = |_: BodyLimitExceeded| if most < MAX_REQUEST { Problem::unnamed(most) } else { Problem::too_large(most) };
    let bytes = payload.to_bytes_limited(most).await.map_err(too_large)?.map_err(cut)?;
    let hash = hash_of_body(&bytes);
    request.set_payload(Payload::from(bytes));
    Ok(hash)
}
