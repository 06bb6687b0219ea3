//! Whether the server lives, and whether it serves.

use actix_web::{HttpResponse, get, web};

use jiff::Timestamp;

use super::Problem;
use crate::disk::Room;
use crate::pulse::Reason;
use crate::run::{Rooms, now};

/// The process lives.
#[utoipa::path(responses((status = OK, description = "the process lives")))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The databases answer. What else an operator should know stands in the lines after the first.
#[utoipa::path(responses((status = OK, description = "requests are served; `not counting since …` and `disk …` follow where it is so"), (status = SERVICE_UNAVAILABLE, description = "a database does not answer")))]
#[get("/readyz")]
pub async fn readyz(rooms: web::Data<Rooms>) -> Result<HttpResponse, Problem> {
    let said = web::block(move || {
        rooms.hub.is_ready().map_err(habeas_hub::HubError::from)?;
        rooms.room.clerk().map_or(Ok(()), |clerk| clerk.is_ready())?;
        let mut lines = vec!["ready".to_owned()];
        if let Some((since, reason)) = rooms.room.pulse.not_counting(now()) {
            let why = match reason {
                Reason::Locked => "the clerk is locked".to_owned(),
                Reason::Clock(off) => format!("this machine's clock is {off} seconds off"),
                Reason::Late => "the clerk's rounds fail or take too long; the log says why".to_owned(),
            };
            lines.push(format!("not counting since {}: {why}", Timestamp::from_second(since).unwrap_or_default()));
        }
        let what = match rooms.disk.room() {
            Room::Enough => None,
            Room::Little => Some("free some space"),
            Room::NoAttachments => Some("no attachments are taken; free some space"),
            Room::Nothing => Some("nothing that devices bring is taken; free some space"),
        };
        lines.extend(what.map(|what| format!("disk {} % full: {what}", rooms.disk.percent())));
        Ok::<_, Problem>(lines.join("\n") + "\n")
    })
    .await??;
    Ok(HttpResponse::Ok().content_type("text/plain").body(said))
}
