//! What coordinators, lawyers and advocates ask of the clerk: families, contacts, counts.

use actix_web::{HttpResponse, get, post, put, web};
use habeas_clerk::{Allow, Attach, Clerk, ClerkError, Contact, Period};
use habeas_protocol::{api, encode};
use serde::Deserialize;

use super::Problem;
use super::auth::SignedIn;
use crate::room::ClerkRoom;
use crate::run::{Desk, now, rng};

/// What there is to ask once the clerk has its key.
pub struct Unlocked<'a> {
    /// The clerk.
    pub clerk: &'a Clerk,
}

/// The clerk, if it answers: not while it is locked, nor while what it has may be of before a case was erased.
pub fn answers(room: &ClerkRoom) -> Result<&Clerk, Problem> {
    let clerk = room.clerk().ok_or_else(Problem::clerk_locked)?;
    if room.pulse.waits() { Err(Problem::clerk_waits()) } else { Ok(clerk) }
}

/// Runs something of the clerk's, and wakes it afterwards. While it does not answer, that is the answer.
pub async fn ask<T: Send + 'static>(
    rooms: web::Data<Desk>,
    work: impl FnOnce(&Unlocked<'_>) -> Result<T, ClerkError> + Send + 'static,
) -> Result<T, Problem> {
    let answer = web::block(move || {
        let clerk = answers(&rooms.room)?;
        let answer = work(&Unlocked { clerk })?;
        rooms.room.wake();
        Ok::<_, Problem>(answer)
    })
    .await??;
    Ok(answer)
}

/// Families whose address is confirmed. Coordinators only.
#[utoipa::path(responses((status = OK, description = "a list of requests: id, name, relationship, state, case"), (status = "4XX", body = api::Problem)))]
#[get("/v1/families")]
pub async fn families(rooms: web::Data<Desk>, SignedIn(caller): SignedIn) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(ask(rooms, move |rooms| rooms.clerk.family_requests(caller, now())).await?))
}

/// Lets a family follow a case. Coordinators only.
#[utoipa::path(request_body(content = Object, description = "case: the case's id"), responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[post("/v1/families/{id}/attach")]
pub async fn attach(
    rooms: web::Data<Desk>,
    SignedIn(caller): SignedIn,
    id: web::Path<String>,
    body: web::Json<Attach>,
) -> Result<HttpResponse, Problem> {
    ask(rooms, move |rooms| rooms.clerk.attach(caller, &id, &body, now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a family off the case that it follows. Coordinators only.
#[utoipa::path(responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[post("/v1/families/{id}/detach")]
pub async fn detach(rooms: web::Data<Desk>, SignedIn(caller): SignedIn, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    ask(rooms, move |rooms| rooms.clerk.detach(caller, &id, now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Where the person signed in wants their alerts.
#[utoipa::path(request_body(content = Object, description = "address: a mail address; lang: kk, ru or en"), responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[put("/v1/contact")]
pub async fn contact(
    rooms: web::Data<Desk>,
    SignedIn(caller): SignedIn,
    body: web::Json<Contact>,
) -> Result<HttpResponse, Problem> {
    ask(rooms, move |rooms| rooms.clerk.set_contact(caller, &body, now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Index cards of those who are held at the station where the person signed in is on shift now, sealed to their device. Lawyers only.
#[utoipa::path(responses((status = OK, content_type = "application/octet-stream", body = Vec<u8>, description = "SealedCards"), (status = "4XX", body = api::Problem)))]
#[get("/v1/cards")]
pub async fn cards(rooms: web::Data<Desk>, SignedIn(caller): SignedIn) -> Result<HttpResponse, Problem> {
    let sealed = ask(rooms, move |rooms| rooms.clerk.cards(caller, now())).await?;
    let bytes = encode(&sealed).map_err(|_| Problem::bad_body("the answer cannot be encoded"))?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(bytes))
}

/// The rules of which families may hear, and whether they do. Coordinators only.
#[utoipa::path(responses((status = OK, description = "a list: rule, status, allowed"), (status = "4XX", body = api::Problem)))]
#[get("/v1/rules")]
pub async fn family_rules(rooms: web::Data<Desk>, SignedIn(caller): SignedIn) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(ask(rooms, move |rooms| rooms.clerk.family_rules(caller, now())).await?))
}

/// Lets families hear under a rule whose text nobody has verified, or not any more. Coordinators only.
#[utoipa::path(request_body(content = Object, description = "allowed: true or false"), responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[put("/v1/rules/{rule}")]
pub async fn allow_rule(
    rooms: web::Data<Desk>,
    SignedIn(caller): SignedIn,
    rule: web::Path<String>,
    body: web::Json<Allow>,
) -> Result<HttpResponse, Problem> {
    ask(rooms, move |rooms| rooms.clerk.allow_rule(caller, &rule, *body, now())).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which days, and in which form.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Counting {
    /// The first day, as 2021-01-10.
    from: String,
    /// The last day.
    to: String,
    /// json (by default) or csv.
    format: Option<String>,
}

impl Counting {
    /// The days, and whether it is to be CSV.
    fn read(query: Result<web::Query<Self>, actix_web::Error>) -> Result<(Period, bool), Problem> {
        let Self { from, to, format } = query.map_err(|_| Problem::bad_query())?.into_inner();
        let csv = match format.as_deref() {
            None | Some("json") => false,
            Some("csv") => true,
            Some(_) => return Err(Problem::bad_body("format must be json or csv")),
        };
        Ok((Period { from, to }, csv))
    }
}

/// Counts by day, city and status, with the claims beside them. Advocates and coordinators.
#[utoipa::path(params(Counting), responses((status = OK, description = "the count, as JSON or CSV"), (status = "4XX", body = api::Problem)))]
#[get("/v1/tallies")]
pub async fn tallies(
    rooms: web::Data<Desk>,
    SignedIn(caller): SignedIn,
    query: Result<web::Query<Counting>, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (period, csv) = Counting::read(query)?;
    let tally = ask(rooms, move |rooms| rooms.clerk.tally(caller, period, now())).await?;
    Ok(if csv { as_csv(tally.csv()) } else { HttpResponse::Ok().json(tally) })
}

/// The cases of whole months one by one, without whoever they are about, in an order drawn by lot. Advocates and coordinators.
#[utoipa::path(params(Counting), responses((status = OK, description = "the rows, as JSON or CSV"), (status = "4XX", body = api::Problem)))]
#[get("/v1/tallies/rows")]
pub async fn rows(
    rooms: web::Data<Desk>,
    SignedIn(caller): SignedIn,
    query: Result<web::Query<Counting>, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (period, csv) = Counting::read(query)?;
    let rows = ask(rooms, move |rooms| rooms.clerk.rows(caller, &period, now(), &mut rng())).await?;
    Ok(if csv { as_csv(rows.csv()) } else { HttpResponse::Ok().json(rows) })
}

fn as_csv(text: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(text)
}

/// Proposes a count for publication; it is fixed from here on. Advocates and coordinators.
#[utoipa::path(request_body(content = Object, description = "from and to: the first and last day"), responses((status = CREATED), (status = "4XX", body = api::Problem)))]
#[post("/v1/tallies/releases")]
pub async fn propose(
    rooms: web::Data<Desk>,
    SignedIn(caller): SignedIn,
    body: web::Json<Period>,
) -> Result<HttpResponse, Problem> {
    let proposed = ask(rooms, move |rooms| rooms.clerk.propose(caller, body.into_inner(), now())).await?;
    Ok(HttpResponse::Created().json(proposed))
}

/// Every proposed count. Advocates and coordinators.
#[utoipa::path(responses((status = OK), (status = "4XX", body = api::Problem)))]
#[get("/v1/tallies/releases")]
pub async fn releases(rooms: web::Data<Desk>, SignedIn(caller): SignedIn) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(ask(rooms, move |rooms| rooms.clerk.releases(caller, now())).await?))
}

/// Releases a proposed count: a second person must do it.
#[utoipa::path(responses((status = NO_CONTENT), (status = "4XX", body = api::Problem)))]
#[post("/v1/tallies/releases/{id}/release")]
pub async fn release(rooms: web::Data<Desk>, SignedIn(caller): SignedIn, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    ask(rooms, move |rooms| rooms.clerk.release(caller, &id, now())).await?;
    Ok(HttpResponse::NoContent().finish())
}
