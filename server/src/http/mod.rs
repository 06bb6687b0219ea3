//! Routes and handlers: authenticate, check limits, call, translate. The only place that knows status codes.

mod accounts;
mod app;
mod attachments;
mod auth;
mod bundles;
mod clerk;
mod door;
mod health;
mod pages;
mod problem;
mod quarantine;
pub mod routes;
mod sync;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

pub use app::Files;
pub use door::door;
pub use problem::Problem;

/// The largest JSON body, in bytes.
const MAX_JSON: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(info(
    title = "Habeas",
    description = "The hub passes sealed changes and cannot read one. Bodies of `/v1/sync` are postcard; see docs/sync-protocol.md. Errors are problem details (RFC 9457) with a stable `code`."
))]
struct Api;

/// Every route.
pub fn configure(app: &mut web::ServiceConfig) {
    app.app_data(web::JsonConfig::default().limit(MAX_JSON).error_handler(|error, _| Problem::json(&error).into()))
        .app_data(web::PayloadConfig::new(habeas_protocol::limits::MAX_REQUEST))
        .configure(|app| routes::serve(&mut ServiceConfig::new(app)))
        .default_service(web::to(|| async { Err::<HttpResponse, _>(Problem::not_found()) }));
}

/// The API's description, made from the handlers.
async fn openapi() -> web::Json<utoipa::openapi::OpenApi> {
    let (_, api) = actix_web::App::new().into_utoipa_app().openapi(Api::openapi()).configure(routes::describe).split_for_parts();
    web::Json(api)
}

/// Headers for every answer, and one line of log without anything personal: the route's pattern, never its address.
pub async fn observe<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let began = std::time::Instant::now();
    let method = request.method().clone();
    let mut response = next.call(request).await?.map_into_left_body();
    // Nobody sees the answer of a sync in a window; it is asked for over the slowest networks, and often says nothing new.
    let of_sync = response.request().match_pattern().is_some_and(|route| route == "/v1/sync");
    let few = if of_sync { 2 } else { usize::MAX };
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ]
    .into_iter()
    .take(few)
    {
        let name = HeaderName::from_static(name);
        if !response.headers().contains_key(&name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    let route = response.request().match_pattern().unwrap_or_default();
    tracing::info!(%method, route, status = response.status().as_u16(), ms = began.elapsed().as_millis() as u64, "request");
    Ok(response)
}
