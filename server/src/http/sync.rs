//! The sync: one round trip both ways, in postcard.

use actix_web::{HttpResponse, post, web};
use habeas_protocol::SyncRequest;
use habeas_protocol::limits::MAX_REQUEST;

use super::Problem;
use super::auth::SignedIn;
use crate::disk::{Disk, Room};
use crate::run::{Rooms, now, rng};

/// Fails once the disk is as full as `when`: [`Room::NoAttachments`] for attachments, [`Room::Nothing`] for all else that is brought beside
/// the sync.
pub fn takes(disk: &Disk, when: Room) -> Result<(), Problem> {
    if disk.room() < when { Ok(()) } else { Err(Problem::disk_full()) }
}

/// Takes what a device brings and gives what it lacks.
#[utoipa::path(
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "a SyncRequest"),
    responses((status = OK, content_type = "application/octet-stream", body = Vec<u8>, description = "a SyncResponse"), (status = "4XX", body = habeas_protocol::api::Problem))
)]
#[post("/v1/sync")]
pub async fn sync(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    body: Result<web::Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let body = body.map_err(|_| Problem::too_large(MAX_REQUEST))?;
    let request =
        SyncRequest::decode(&body).map_err(|bad| Problem::bad_body(format_args!("the body is no SyncRequest: {bad}")))?;
    let response = web::block(move || {
        let mut response = rooms.hub.sync(caller, &request, now(), &mut rng())?;
        let silent = rooms.pulse.not_counting(now());
        response.not_counting_since = silent.map(|(since, _)| u64::try_from(since).unwrap_or_default());
        Ok::<_, Problem>(response)
    })
    .await??;
    let bytes = response.encode().map_err(|_| Problem::bad_body("the answer cannot be encoded"))?;
    // Without a content-type: bytes are what an answer is that says nothing of itself, and this one goes over the slowest networks.
    Ok(HttpResponse::Ok().body(bytes))
}
