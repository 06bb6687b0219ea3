//! Whether the server lives, and whether it serves.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web};
use jiff::Timestamp;

use super::Problem;
use crate::disk::Room;
use crate::pulse::Reason;
use crate::run::{Desk, Rooms, now};

/// The process lives.
#[utoipa::path(responses((status = OK, description = "the process lives")))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The databases answer. What else an operator should know stands in the lines after the first.
#[utoipa::path(responses((status = OK, description = "requests are served; `not counting since …` and `disk …` follow where it is so"), (status = SERVICE_UNAVAILABLE, description = "a database does not answer")))]
#[get("/readyz")]
pub async fn readyz(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let (rooms, desk) = (request.app_data::<web::Data<Rooms>>().cloned(), request.app_data::<web::Data<Desk>>().cloned());
    let said = web::block(move || {
        if let Some(rooms) = &rooms {
            rooms.hub.is_ready().map_err(habeas_hub::HubError::from)?;
        }
        if let Some(clerk) = desk.as_ref().and_then(|desk| desk.room.clerk()) {
            clerk.is_ready()?;
        }
        let here = rooms.map(|rooms| (Arc::clone(&rooms.pulse), Arc::clone(&rooms.disk)));
        let here = here.or_else(|| desk.map(|desk| (Arc::clone(&desk.room.pulse), Arc::clone(&desk.disk))));
        let (pulse, disk) = here.ok_or_else(Problem::not_found)?;
        let mut lines = vec!["ready".to_owned()];
        if let Some((since, reason)) = pulse.not_counting(now()) {
            let why = match reason {
                Reason::Locked => "the clerk is locked".to_owned(),
                Reason::Clock(off) => format!("this machine's clock is {off} seconds off"),
                Reason::Asking => "nobody has said yet what time it is".to_owned(),
                Reason::Silent => "the clerk, on its own machine, is not heard from".to_owned(),
                Reason::Restored => "a backup was put back, and not every coordinator's device has synced since".to_owned(),
                Reason::Late => "the clerk's rounds fail or take too long; the log says why".to_owned(),
            };
            lines.push(format!("not counting since {}: {why}", Timestamp::from_second(since).unwrap_or_default()));
        }
        let what = match disk.room() {
            Room::Enough => None,
            Room::Little => Some("free some space"),
            Room::NoAttachments => Some("no attachments are taken; free some space"),
            Room::Nothing => Some("nothing that devices bring is taken; free some space"),
        };
        lines.extend(what.map(|what| format!("disk {} % full: {what}", disk.percent())));
        Ok::<_, Problem>(lines.join("\n") + "\n")
    })
    .await??;
    Ok(HttpResponse::Ok().content_type("text/plain").body(said))
}
