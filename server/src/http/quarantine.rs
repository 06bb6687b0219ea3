//! What was not brought when a device was revoked, or when its person might not write to the case any more. Handing it in takes no session: a revoked
//! device has none any more.

use actix_web::{HttpResponse, delete, get, post, web};
use habeas_protocol::api;
use habeas_protocol::limits::MAX_REQUEST;

use super::Problem;
use super::auth::SignedIn;
use super::clerk::{answers, ask};
use super::queue::{Lane, hashing};
use super::sync::takes;
use crate::disk::Room;
use crate::run::{Desk, now};

/// Keeps a bundle that a revoked device has made, until a coordinator decides. To open it costs something, so it waits in a queue.
#[utoipa::path(
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "a bundle's file"),
    responses((status = CREATED), (status = "4XX", body = api::Problem))
)]
#[post("/v1/quarantine")]
pub async fn quarantine(rooms: web::Data<Desk>, body: Result<web::Bytes, actix_web::Error>) -> Result<HttpResponse, Problem> {
    let body = body.map_err(|_| Problem::too_large(MAX_REQUEST))?;
    takes(&rooms.disk, Room::Nothing)?;
    hashing(rooms, Lane::Revoked, move |rooms| answers(&rooms.room)?.quarantine(&body, now()).map_err(Problem::from)).await?;
    Ok(HttpResponse::Created().finish())
}

/// What waits for a decision. Coordinators only.
#[utoipa::path(responses((status = OK, body = Vec<api::Quarantined>), (status = "4XX", body = api::Problem)))]
#[get("/v1/quarantine")]
pub async fn quarantined(
    rooms: web::Data<Desk>,
    SignedIn(caller): SignedIn,
) -> Result<web::Json<Vec<api::Quarantined>>, Problem> {
    Ok(web::Json(ask(rooms, move |rooms| rooms.clerk.quarantined(caller, now())).await?))
}

/// One of these bundles. Coordinators only.
#[utoipa::path(responses((status = OK, content_type = "application/octet-stream", body = Vec<u8>, description = "a bundle's file"), (status = "4XX", body = api::Problem)))]
#[get("/v1/quarantine/{id}")]
pub async fn file(rooms: web::Data<Desk>, SignedIn(caller): SignedIn, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let bytes = ask(rooms, move |rooms| rooms.clerk.quarantined_file(caller, &id, now())).await?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(bytes))
}

/// Deletes one of them: it was taken in, or refused. Coordinators only.
#[utoipa::path(responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[delete("/v1/quarantine/{id}")]
pub async fn drop(rooms: web::Data<Desk>, SignedIn(caller): SignedIn, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    ask(rooms, move |rooms| rooms.clerk.drop_quarantined(caller, &id, now())).await?;
    Ok(HttpResponse::NoContent().finish())
}
