//! Bundles that somebody hands in.

use actix_web::{HttpResponse, post, web};
use habeas_protocol::encode;
use habeas_protocol::limits::MAX_REQUEST;

use super::Problem;
use super::auth::SignedIn;
use super::clerk::ask;
use super::sync::takes;
use crate::disk::Room;
use crate::run::{Desk, now};

/// Takes in a bundle, whoever made it and whoever brings it. The clerk can open it; the hub gets what is inside as sealed as ever.
#[utoipa::path(
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "a bundle's file"),
    responses((status = OK, content_type = "application/octet-stream", body = Vec<u8>, description = "a HandedIn"), (status = "4XX", body = habeas_protocol::api::Problem))
)]
#[post("/v1/bundles")]
pub async fn bundles(
    rooms: web::Data<Desk>,
    SignedIn(caller): SignedIn,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let body = body.map_err(|_| Problem::too_large(MAX_REQUEST))?;
    takes(&rooms.disk, Room::Nothing)?;
    let answer = ask(rooms, move |rooms| rooms.clerk.hand_in(caller, &body, now())).await?;
    let bytes = encode(&answer).map_err(|_| Problem::bad_body("the answer cannot be encoded"))?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(bytes))
}
