//! What two of the printed shares do when no coordinator can act any more.

use actix_web::{HttpRequest, HttpResponse, post, web};
use habeas_protocol::api;

use super::Problem;
use super::brief::Brief;
use super::queue::{Lane, hashing};
use crate::run::{Rooms, now, rng};

/// The organisation's log, for whoever has put two shares together.
#[utoipa::path(request_body = api::AskRecoveryLog, responses((status = OK, body = api::LogEntries), (status = "4XX", body = api::Problem)))]
#[post("/v1/recovery/log")]
pub async fn log(
    request: HttpRequest,
    rooms: web::Data<Rooms>,
    Brief(body): Brief<api::AskRecoveryLog>,
) -> Result<web::Json<api::LogEntries>, Problem> {
    let of = web::Data::clone(&rooms);
    let answer = web::block(move || of.hub.recovery_log(&body, now())).await?;
    if answer.is_err() {
        rooms.limits.stranger(rooms.limits.address(&request))?;
    }
    Ok(web::Json(answer?))
}

/// Lets a new coordinator in whom two shares have let into the log, and makes their account.
#[utoipa::path(request_body = api::Recover, responses((status = CREATED, body = api::Session), (status = "4XX", body = api::Problem)))]
#[post("/v1/recovery")]
pub async fn recover(
    request: HttpRequest,
    rooms: web::Data<Rooms>,
    body: web::Json<api::Recover>,
) -> Result<HttpResponse, Problem> {
    let (of, body) = (web::Data::clone(&rooms), body.into_inner());
    let (is_recovered, body) = web::block(move || (of.hub.is_recovered(&body, now()), body)).await?;
    if is_recovered.is_err() {
        rooms.limits.stranger(rooms.limits.address(&request))?;
    }
    is_recovered?;
    let session = hashing(rooms, Lane::Known, move |rooms| rooms.hub.recover(&body, now(), &mut rng())).await?;
    Ok(HttpResponse::Created().json(session))
}
