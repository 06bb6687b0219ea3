//! Setting up, inviting, registering, signing in, devices, the log.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::{HttpResponse, get, post, web};
use habeas_protocol::api::{self, from_hex};
use habeas_protocol::limits::MAX_ENTRY;

use super::Problem;
use super::auth::SignedIn;
use crate::run::{Rooms, now, rng};

/// How many may wait for their password to be hashed before the next is sent away.
const WAITING: usize = 16;

/// A place in the queue, given up however the request ends: also when whoever asked has gone.
struct Place;

static QUEUE: AtomicUsize = AtomicUsize::new(0);

impl Place {
    fn take() -> Option<Self> {
        let place = Self;
        (QUEUE.fetch_add(1, Ordering::SeqCst) < WAITING).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        QUEUE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Runs something that costs much and takes no session, such as to hash a password, two at a time. Place and permit go with the work, so hanging up frees neither early.
pub async fn hashing<T, E>(
    rooms: web::Data<Rooms>,
    work: impl FnOnce(&Rooms) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem>
where
    T: Send + 'static,
    E: Send + 'static,
    Problem: From<E>,
{
    let place = Place::take().ok_or_else(Problem::busy)?;
    let permit = Arc::clone(&rooms.hashing).acquire_owned().await.map_err(|_| Problem::busy())?;
    let done = web::block(move || {
        let _kept = (place, permit);
        work(&rooms)
    });
    Ok(done.await??)
}

/// The clerk's device, for the first coordinator to admit by its fingerprint.
#[utoipa::path(responses((status = OK, body = api::Clerk), (status = "5XX", body = api::Problem)))]
#[get("/v1/clerk")]
pub async fn clerk(rooms: web::Data<Rooms>) -> Result<web::Json<api::Clerk>, Problem> {
    let keys = web::block(move || rooms.room.keys()).await?.ok_or_else(Problem::clerk_locked)?;
    Ok(web::Json(api::Clerk { keys: keys.to_hex() }))
}

/// Makes the organisation. Works once, with the code that the server printed.
#[utoipa::path(request_body = api::Setup, responses((status = CREATED, body = api::Session), (status = "4XX", body = api::Problem)))]
#[post("/v1/setup")]
pub async fn set_up(rooms: web::Data<Rooms>, body: web::Json<api::Setup>) -> Result<HttpResponse, Problem> {
    let session = hashing(rooms, move |rooms| rooms.hub.set_up(&body, now(), &mut rng())).await?;
    Ok(HttpResponse::Created().json(session))
}

/// Makes an account for somebody who was invited.
#[utoipa::path(request_body = api::Register, responses((status = CREATED, body = api::Session), (status = "4XX", body = api::Problem)))]
#[post("/v1/accounts")]
pub async fn register(rooms: web::Data<Rooms>, body: web::Json<api::Register>) -> Result<HttpResponse, Problem> {
    let session = hashing(rooms, move |rooms| rooms.hub.register(&body, now(), &mut rng())).await?;
    Ok(HttpResponse::Created().json(session))
}

/// Signs in on a device.
#[utoipa::path(request_body = api::SignIn, responses((status = CREATED, body = api::Session), (status = "4XX", body = api::Problem)))]
#[post("/v1/sessions")]
pub async fn sign_in(rooms: web::Data<Rooms>, body: web::Json<api::SignIn>) -> Result<HttpResponse, Problem> {
    let session = hashing(rooms, move |rooms| rooms.hub.sign_in(&body, now(), &mut rng())).await?;
    Ok(HttpResponse::Created().json(session))
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
    Ok(web::Json(web::block(move || rooms.hub.devices(caller)).await??))
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
    web::block(move || rooms.hub.append_log(caller, &entries)).await??;
    Ok(HttpResponse::Created().finish())
}
