//! What the hub is asked by a clerk on another machine. All of it takes the clerk's own session; what comes of it says nothing of a case.

use actix_web::{HttpResponse, post, web};
use habeas_hub::HubError;
use habeas_protocol::api::from_hex;
use habeas_protocol::{Asked, Pass, api};

use super::Problem;
use super::auth::SignedIn;
use super::brief::Brief;
use super::routes::{Rule, declared};
use crate::run::{Rooms, now, now_ms, rng};

/// Gives the clerk a session, for its device's key.
#[utoipa::path(request_body = api::Renew, responses((status = CREATED, body = api::ClerkSession), (status = "4XX", body = api::Problem)))]
#[post("/v1/clerk/session")]
pub async fn session(rooms: web::Data<Rooms>, Brief(body): Brief<api::Renew>) -> Result<HttpResponse, Problem> {
    let token = web::block(move || rooms.hub.begin_clerk(&body, now(), &mut rng())).await??;
    Ok(HttpResponse::Created().json(api::ClerkSession { token }))
}

/// Whose pass it is that somebody shows the clerk: as good as if they had asked here, and once. The clerk checks the signature again.
#[utoipa::path(request_body = api::AskPass, responses((status = OK, body = api::KnownPass), (status = "4XX", body = api::Problem)))]
#[post("/v1/clerk/pass")]
pub async fn pass(
    rooms: web::Data<Rooms>,
    _clerk: SignedIn,
    Brief(body): Brief<api::AskPass>,
) -> Result<web::Json<api::KnownPass>, Problem> {
    let known = web::block(move || {
        let pass = Pass::read(body.pass.reveal()).ok_or_else(Problem::unauthorized)?;
        let hash = from_hex(&body.body, 32).and_then(|hash| hash.try_into().ok()).ok_or_else(Problem::unauthorized)?;
        let asked = Asked { method: &body.method, path: &body.path, body: &hash };
        let caller = rooms.hub.caller(&pass, asked, now_ms())?;
        let rule = declared(&body.method, &body.route).map(|route| route.rule);
        match rule.ok_or_else(Problem::not_found)? {
            Rule::Only(action) => rooms.hub.admit(caller, action, now())?,
            Rule::Public(_) | Rule::Session(_) | Rule::OfCase(_) => {}
        }
        Ok::<_, Problem>(rooms.hub.known_pass(&pass, caller)?)
    });
    Ok(web::Json(known.await??))
}

/// Records what was done with the clerk.
#[utoipa::path(request_body = api::Note, responses((status = CREATED), (status = "4XX", body = api::Problem)))]
#[post("/v1/clerk/audit")]
pub async fn note(rooms: web::Data<Rooms>, _clerk: SignedIn, Brief(body): Brief<api::Note>) -> Result<HttpResponse, Problem> {
    web::block(move || rooms.hub.note_for_clerk(&body, now())).await??;
    Ok(HttpResponse::Created().finish())
}

/// Whether the clerk is not to count, because a backup was put back here and no coordinator's device was heard since, or to make no secrets. It asks before each
/// round.
#[utoipa::path(responses((status = OK, body = api::Waits), (status = "4XX", body = api::Problem)))]
#[post("/v1/clerk/waits")]
pub async fn waits(rooms: web::Data<Rooms>, _clerk: SignedIn) -> Result<web::Json<api::Waits>, Problem> {
    let hub = move || Ok::<_, HubError>((rooms.hub.waits_for_coordinator()?, rooms.hub.waits_for_secrets(now())?));
    let (waits, secrets) = web::block(hub).await??;
    Ok(web::Json(api::Waits { waits, secrets: secrets.then_some(true) }))
}

/// Hears that the clerk has counted everything: devices are told when it has not.
#[utoipa::path(responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[post("/v1/clerk/counted")]
pub async fn counted(rooms: web::Data<Rooms>, _clerk: SignedIn) -> Result<HttpResponse, Problem> {
    let heard = now();
    web::block(move || {
        // What was counted by a hub that was put back meanwhile is not counted here.
        if rooms.hub.waits_for_coordinator()? {
            return Err(Problem::clerk_waits());
        }
        rooms.pulse.counted(heard);
        rooms.hub.note_counted(heard).map_err(Problem::from)
    })
    .await??;
    Ok(HttpResponse::NoContent().finish())
}
