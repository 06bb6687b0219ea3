//! Intakes: one link for many, and saying no to those who are not let in.

use actix_web::{HttpResponse, delete, get, post, web};
use habeas_protocol::api;

use super::Problem;
use super::auth::SignedIn;
use crate::run::{Rooms, now};

/// Opens an intake: many recorders join by one link. Coordinators only.
#[utoipa::path(request_body = api::OpenIntake, responses((status = CREATED), (status = "4XX", body = api::Problem)))]
#[post("/v1/intakes")]
pub async fn open(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    body: web::Json<api::OpenIntake>,
) -> Result<HttpResponse, Problem> {
    web::block(move || rooms.hub.open_intake(caller, &body, now())).await??;
    Ok(HttpResponse::Created().finish())
}

/// The intakes of the last days. Coordinators only.
#[utoipa::path(responses((status = OK, body = api::Intakes), (status = "4XX", body = api::Problem)))]
#[get("/v1/intakes")]
pub async fn list(rooms: web::Data<Rooms>, SignedIn(caller): SignedIn) -> Result<web::Json<api::Intakes>, Problem> {
    Ok(web::Json(web::block(move || rooms.hub.intakes(caller, now())).await??))
}

/// Ends an intake, named by the hash of its token. Coordinators only.
#[utoipa::path(responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[delete("/v1/intakes/{id}")]
pub async fn close(rooms: web::Data<Rooms>, SignedIn(caller): SignedIn, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    web::block(move || rooms.hub.close_intake(caller, &id, now())).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Does not let the owners of devices in that wait. Coordinators only.
#[utoipa::path(request_body = api::RefuseDevices, responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[post("/v1/devices/refuse")]
pub async fn refuse(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    body: web::Json<api::RefuseDevices>,
) -> Result<HttpResponse, Problem> {
    web::block(move || rooms.hub.refuse(caller, &body, now())).await??;
    Ok(HttpResponse::NoContent().finish())
}
