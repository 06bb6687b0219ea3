//! Second factors: enrolling one, and taking somebody else's away.

use actix_web::{HttpResponse, get, post, web};
use habeas_protocol::api;

use super::Problem;
use super::auth::SignedIn;
use super::brief::Brief;
use super::queue::{Lane, hashing};
use crate::run::{Rooms, now, rng};

/// How the caller's account stands.
#[utoipa::path(responses((status = OK, body = api::SecondFactorState), (status = "4XX", body = api::Problem)))]
#[get("/v1/second-factor")]
pub async fn state(rooms: web::Data<Rooms>, SignedIn(caller): SignedIn) -> Result<web::Json<api::SecondFactorState>, Problem> {
    Ok(web::Json(web::block(move || rooms.hub.second_factor(caller)).await??))
}

/// Gives the caller's account an authenticator app, and tells its recovery codes, once.
#[utoipa::path(request_body = api::Enrol, responses((status = CREATED, body = api::RecoveryCodes), (status = "4XX", body = api::Problem)))]
#[post("/v1/second-factor")]
pub async fn enrol(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    Brief(body): Brief<api::Enrol>,
) -> Result<HttpResponse, Problem> {
    rooms.limits.known(caller.device)?;
    let codes = hashing(rooms, Lane::Known, move |rooms| rooms.hub.enrol(caller, &body, now(), &mut rng())).await?;
    Ok(HttpResponse::Created().json(codes))
}

/// Takes somebody's second factor away. Coordinators only, and nobody their own.
#[utoipa::path(request_body = api::ResetSecondFactor, responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[post("/v1/second-factor/reset")]
pub async fn reset(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    Brief(body): Brief<api::ResetSecondFactor>,
) -> Result<HttpResponse, Problem> {
    web::block(move || rooms.hub.reset_second_factor(caller, &body.account, now())).await??;
    Ok(HttpResponse::NoContent().finish())
}
