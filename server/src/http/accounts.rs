//! Setting up, inviting, registering, signing in, devices, the log.

use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use habeas_protocol::api::{self, from_hex};
use habeas_protocol::limits::MAX_ENTRY;

use super::Problem;
use super::auth::SignedIn;
use super::brief::Brief;
use super::queue::{Lane, hashing};
use crate::run::{Rooms, now, now_ms, rng};

/// The clerk's device, for the first coordinator to admit by its fingerprint.
#[utoipa::path(responses((status = OK, body = api::Clerk), (status = "5XX", body = api::Problem)))]
#[get("/v1/clerk")]
pub async fn clerk(rooms: web::Data<Rooms>) -> Result<web::Json<api::Clerk>, Problem> {
    let keys = web::block(move || rooms.clerk_keys()).await??.ok_or_else(Problem::clerk_locked)?;
    Ok(web::Json(api::Clerk { keys: keys.to_hex() }))
}

/// A number for a device to sign when it sets up, registers, signs in or renews. It holds for five minutes and for one request.
#[utoipa::path(request_body = api::AskNonce, responses((status = CREATED, body = api::Nonce), (status = "4XX", body = api::Problem)))]
#[post("/v1/nonces")]
pub async fn nonce(
    request: HttpRequest,
    rooms: web::Data<Rooms>,
    Brief(body): Brief<api::AskNonce>,
) -> Result<HttpResponse, Problem> {
    if let Err(too_many) = rooms.limits.nonce(rooms.limits.address(&request)) {
        let of = web::Data::clone(&rooms);
        match web::block(move || of.hub.device_of(&body)).await?? {
            Some(device) => rooms.limits.known_nonce(device)?,
            None => return Err(too_many),
        }
    }
    Ok(HttpResponse::Created().json(api::Nonce { nonce: rooms.hub.nonce(now(), &mut rng()), now: now_ms() }))
}

/// Makes the organisation. Works once, with the code that the server printed.
#[utoipa::path(request_body = api::Setup, responses((status = CREATED, body = api::Session), (status = "4XX", body = api::Problem)))]
#[post("/v1/setup")]
pub async fn set_up(request: HttpRequest, rooms: web::Data<Rooms>, body: web::Json<api::Setup>) -> Result<HttpResponse, Problem> {
    let (of, body) = (web::Data::clone(&rooms), body.into_inner());
    let (has_code, body) = web::block(move || (of.hub.has_setup_code(&body), body)).await?;
    // Only who has no code is counted: nobody keeps the first coordinator out.
    if has_code.is_err() {
        rooms.limits.stranger(rooms.limits.address(&request))?;
    }
    has_code?;
    let session = hashing(rooms, Lane::Known, move |rooms| rooms.hub.set_up(&body, now(), &mut rng())).await?;
    Ok(HttpResponse::Created().json(session))
}

/// Makes an account for somebody who was invited.
#[utoipa::path(request_body = api::Register, responses((status = CREATED, body = api::Session), (status = "4XX", body = api::Problem)))]
#[post("/v1/accounts")]
pub async fn register(
    request: HttpRequest,
    rooms: web::Data<Rooms>,
    Brief(body): Brief<api::Register>,
) -> Result<HttpResponse, Problem> {
    let of = web::Data::clone(&rooms);
    let (is_invited, body) = web::block(move || (of.hub.is_invited(&body, now()), body)).await?;
    // Sixty people may register in one evening behind one address; whoever holds no invitation is counted.
    if is_invited.is_err() {
        rooms.limits.stranger(rooms.limits.address(&request))?;
    }
    is_invited?;
    let session = hashing(rooms, Lane::Known, move |rooms| rooms.hub.register(&body, now(), &mut rng())).await?;
    Ok(HttpResponse::Created().json(session))
}

/// Signs in on a device.
#[utoipa::path(request_body = api::SignIn, responses((status = CREATED, body = api::Session), (status = "4XX", body = api::Problem)))]
#[post("/v1/sessions")]
pub async fn sign_in(
    request: HttpRequest,
    rooms: web::Data<Rooms>,
    Brief(body): Brief<api::SignIn>,
) -> Result<HttpResponse, Problem> {
    let of = web::Data::clone(&rooms);
    let (known, body) = web::block(move || (of.hub.known_device(&body, now()), body)).await?;
    let lane = match known? {
        Some(device) => {
            rooms.limits.known(device)?;
            Lane::Known
        }
        None => {
            rooms.limits.stranger(rooms.limits.address(&request))?;
            rooms.limits.account(&body.account)?;
            Lane::Stranger
        }
    };
    let session = hashing(rooms, lane, move |rooms| rooms.hub.sign_in(&body, now(), &mut rng())).await?;
    Ok(HttpResponse::Created().json(session))
}

/// Gives a device the next token of its session, by its key.
#[utoipa::path(request_body = api::Renew, responses((status = CREATED, body = api::Session), (status = "4XX", body = api::Problem)))]
#[post("/v1/sessions/renew")]
pub async fn renew(rooms: web::Data<Rooms>, Brief(body): Brief<api::Renew>) -> Result<HttpResponse, Problem> {
    let session = web::block(move || rooms.hub.renew(&body, now(), &mut rng())).await??;
    Ok(HttpResponse::Created().json(session))
}

/// Gives the caller's account another password. Its other devices sign in again.
#[utoipa::path(request_body = api::ChangePassword, responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[put("/v1/password")]
pub async fn change_password(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    Brief(body): Brief<api::ChangePassword>,
) -> Result<HttpResponse, Problem> {
    rooms.limits.known(caller.device)?;
    hashing(rooms, Lane::Known, move |rooms| rooms.hub.change_password(caller, &body, now(), &mut rng())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Invites somebody. Coordinators only.
#[utoipa::path(request_body = api::Invite, responses((status = CREATED), (status = "4XX", body = api::Problem)))]
#[post("/v1/invitations")]
pub async fn invite(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    body: web::Json<api::Invite>,
) -> Result<HttpResponse, Problem> {
    web::block(move || rooms.hub.invite(caller, &body, now())).await??;
    Ok(HttpResponse::Created().finish())
}

/// Every device, admitted or waiting. Coordinators only.
#[utoipa::path(responses((status = OK, body = api::Devices), (status = "4XX", body = api::Problem)))]
#[get("/v1/devices")]
pub async fn devices(rooms: web::Data<Rooms>, SignedIn(caller): SignedIn) -> Result<web::Json<api::Devices>, Problem> {
    Ok(web::Json(web::block(move || rooms.hub.devices(caller, now())).await??))
}

/// Adds signed entries to the organisation's log. Coordinators only.
#[utoipa::path(request_body = api::LogEntries, responses((status = CREATED), (status = "4XX", body = api::Problem)))]
#[post("/v1/log")]
pub async fn append_log(
    rooms: web::Data<Rooms>,
    SignedIn(caller): SignedIn,
    body: web::Json<api::LogEntries>,
) -> Result<HttpResponse, Problem> {
    let read = |entry: &String| {
        from_hex(entry, MAX_ENTRY).ok_or_else(|| Problem::bad_body("each entry is hexadecimal, within the limits"))
    };
    let entries = body.entries.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    web::block(move || rooms.hub.append_log(caller, &entries, now())).await??;
    Ok(HttpResponse::Created().finish())
}
