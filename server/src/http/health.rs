//! Whether the server lives, and whether it serves.

use actix_web::{HttpResponse, get, web};

use super::Problem;
use crate::run::Rooms;

/// The process lives.
#[utoipa::path(responses((status = OK, description = "the process lives")))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The databases answer.
#[utoipa::path(responses((status = OK, description = "requests are served"), (status = SERVICE_UNAVAILABLE, description = "the database does not answer")))]
#[get("/readyz")]
pub async fn readyz(rooms: web::Data<Rooms>) -> Result<HttpResponse, Problem> {
    web::block(move || {
        rooms.hub.is_ready().map_err(habeas_hub::HubError::from)?;
        rooms.clerk.is_ready().map_err(Problem::from)
    })
    .await??;
    Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n"))
}
