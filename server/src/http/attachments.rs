//! Photographs and papers beside a case, piece by piece, sealed.

use actix_web::{HttpResponse, get, put, web};
use habeas_protocol::attachment::Brought;
use habeas_protocol::limits::SEALED_PIECE;
use habeas_protocol::{AttachmentId, CaseId, DeviceId, api};

use super::Problem;
use super::auth::SignedIn;
use super::sync::takes;
use crate::disk::Room;
use crate::run::{Rooms, now};

/// Who has brought which pieces of an attachment. For those who may write to the case.
#[utoipa::path(responses((status = OK, body = Vec<Brought>), (status = "4XX", body = api::Problem)))]
#[get("/v1/cases/{case}/attachments/{attachment}")]
pub async fn brought(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    path: web::Path<(String, String)>,
) -> Result<web::Json<Vec<Brought>>, Problem> {
    let named = named(&path.0, &path.1)?;
    Ok(web::Json(web::block(move || rooms.hub.brought_pieces(caller, named, now())).await??))
}

/// Takes a sealed piece. For those who may write to the case.
#[utoipa::path(
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "a sealed piece, 1 to 65552 bytes"),
    responses((status = NO_CONTENT), (status = "4XX", body = api::Problem))
)]
#[put("/v1/cases/{case}/attachments/{attachment}/{number}")]
pub async fn bring(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    path: web::Path<(String, String, u32)>,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    takes(&rooms.disk, Room::NoAttachments)?;
    let body = body.ok().filter(|body| body.len() <= SEALED_PIECE).ok_or_else(|| Problem::too_large(SEALED_PIECE))?;
    let (case, attachment, number) = path.into_inner();
    let named = named(&case, &attachment)?;
    web::block(move || rooms.hub.bring_piece(caller, named, number, &body, now())).await??;
    Ok(HttpResponse::NoContent().finish())
}

/// A piece that a device has brought. For those who read the case.
#[utoipa::path(responses((status = OK, content_type = "application/octet-stream", body = Vec<u8>, description = "a sealed piece"), (status = "4XX", body = api::Problem)))]
#[get("/v1/cases/{case}/attachments/{attachment}/{number}/{device}")]
pub async fn piece(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    path: web::Path<(String, String, u32, String)>,
) -> Result<HttpResponse, Problem> {
    let (case, attachment, number, device) = path.into_inner();
    let named = named(&case, &attachment)?;
    let device: DeviceId = device.parse().map_err(Problem::bad_id)?;
    let bytes = web::block(move || rooms.hub.piece(caller, named, number, device, now())).await??;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(bytes))
}

fn named(case: &str, attachment: &str) -> Result<(CaseId, AttachmentId), Problem> {
    Ok((case.parse().map_err(Problem::bad_id)?, attachment.parse().map_err(Problem::bad_id)?))
}
