//! Pages for families and the public. They need no JavaScript, and looking at one changes nothing.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError as _, web};
use habeas_clerk::{FamilyForm, Page};
use habeas_texts::Lang;
use serde::Deserialize;

use super::sync::takes;
use super::{Problem, clerk};
use crate::disk::Room;
use crate::run::{Desk, now};

/// The tokens are the app's: one visual language.
const STYLE: &str = concat!(include_str!("../../../app/static/tokens.css"), include_str!("style.css"));

/// How long it takes at most until some of the requests that wait to be confirmed count no more.
const WAIT: Duration = Duration::from_secs(3600);

/// The language of a page.
#[derive(Deserialize)]
pub struct Language {
    lang: Option<String>,
}

/// The token of a link, where it is one.
#[derive(Deserialize)]
pub struct Token {
    t: Option<String>,
}

/// What the family's page is opened with.
#[derive(Deserialize)]
pub struct Word {
    t: String,
    word: String,
}

fn html(page: &Page) -> HttpResponse {
    html_as(StatusCode::OK, page)
}

fn html_as(status: StatusCode, page: &Page) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((
            "content-security-policy",
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ))
        .body(page.html())
}

/// The language that the address asks for, or the first that the browser does.
fn language(wanted: Option<&str>, request: &HttpRequest) -> Lang {
    let accepted = request.headers().get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accepted.split(',').find_map(|part| Lang::from_code(part.split(';').next().unwrap_or_default().trim()));
    wanted.and_then(Lang::from_code).or(first).unwrap_or(Lang::Ru)
}

/// Runs something of the clerk's that ends in a page.
async fn page(
    rooms: web::Data<Desk>,
    work: impl FnOnce(&clerk::Unlocked<'_>) -> Result<Page, habeas_clerk::ClerkError> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    Ok(html(&clerk::ask(rooms, work).await?))
}

/// The style of every page.
pub async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").insert_header(("cache-control", "max-age=3600")).body(STYLE)
}

/// Whoever types only the address comes to the form.
pub async fn home() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("location", "/family")).finish()
}

/// The form.
pub async fn ask(request: HttpRequest, query: web::Query<Language>) -> HttpResponse {
    html(&Page::family_form(language(query.lang.as_deref(), &request), None))
}

/// A family asks. Anybody may, so anybody may ask too often: they keep what they have written.
pub async fn asked(
    request: HttpRequest,
    rooms: web::Data<Desk>,
    form: Result<web::Form<FamilyForm>, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let Ok(form) = form.map(web::Form::into_inner) else {
        return Ok(html(&Page::family_form(language(None, &request), Some(&FamilyForm::default()))));
    };
    let written = form.clone();
    let later = |problem: &Problem| {
        let lang = language(Some(&written.lang), &request);
        Ok(html_as(problem.status_code(), &Page::family_later(lang, &written)))
    };
    let limits = &rooms.limits;
    if let Err(problem) = limits.family(limits.address(&request)).and_then(|()| takes(&rooms.disk, Room::Nothing)) {
        return later(&problem);
    }
    match clerk::ask(rooms, move |rooms| rooms.clerk.ask(form, now())).await? {
        Some(page) => Ok(html(&page)),
        None => later(&Problem::too_many(WAIT)),
    }
}

/// The page behind the link that confirms.
pub async fn confirm(rooms: web::Data<Desk>, query: web::Query<Token>) -> Result<HttpResponse, Problem> {
    let token = query.into_inner().t.unwrap_or_default();
    page(rooms, move |rooms| rooms.clerk.confirm_page(&token, now())).await
}

/// The family confirms.
pub async fn confirmed(rooms: web::Data<Desk>, form: web::Form<Token>) -> Result<HttpResponse, Problem> {
    let token = form.into_inner().t.unwrap_or_default();
    page(rooms, move |rooms| rooms.clerk.confirm(&token, now())).await
}

/// The family's page.
pub async fn status(rooms: web::Data<Desk>, query: web::Query<Token>) -> Result<HttpResponse, Problem> {
    let token = query.into_inner().t.unwrap_or_default();
    page(rooms, move |rooms| rooms.clerk.status_page(&token, now())).await
}

/// The family's page, with the word.
pub async fn opened(rooms: web::Data<Desk>, form: web::Form<Word>) -> Result<HttpResponse, Problem> {
    let Word { t, word } = form.into_inner();
    page(rooms, move |rooms| rooms.clerk.status(&t, &word, now())).await
}

/// The page behind the link that stops the mail.
pub async fn stop(rooms: web::Data<Desk>, query: web::Query<Token>) -> Result<HttpResponse, Problem> {
    let token = query.into_inner().t.unwrap_or_default();
    page(rooms, move |rooms| rooms.clerk.stop_page(&token, now())).await
}

/// The mail stops: by the page's button, or by a mail program's one click (RFC 8058), which has the token in the address.
pub async fn stopped(
    rooms: web::Data<Desk>,
    query: web::Query<Token>,
    form: Option<web::Form<Token>>,
) -> Result<HttpResponse, Problem> {
    let token = form.and_then(|form| form.into_inner().t).or(query.into_inner().t).unwrap_or_default();
    page(rooms, move |rooms| rooms.clerk.stop(&token)).await
}

/// Counts that were released.
pub async fn counts(request: HttpRequest, rooms: web::Data<Desk>, query: web::Query<Language>) -> Result<HttpResponse, Problem> {
    let lang = language(query.lang.as_deref(), &request);
    page(rooms, move |rooms| Ok(Page::counts(lang, &rooms.clerk.published()?))).await
}
