//! Routes and handlers: authenticate, check limits, call, translate. The only place that knows status codes.

mod accounts;
mod apart;
mod app;
mod attachments;
mod auth;
mod brief;
mod bundles;
mod clerk;
mod door;
mod guard;
mod health;
mod intakes;
mod limits;
mod pages;
mod problem;
mod quarantine;
mod queue;
mod recovery;
pub mod routes;
mod second_factor;
mod sync;

use actix_web::{HttpResponse, web};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

pub use app::Files;
pub use auth::Keeper;
pub use door::door;
pub use guard::observe;
pub use limits::Limits;
pub use problem::Problem;

use crate::config::Part;

/// The largest JSON body, in bytes.
const MAX_JSON: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(info(
    title = "Habeas",
    description = "The hub passes sealed changes and cannot read one. Bodies of `/v1/sync` are postcard; see docs/sync-protocol.md. Errors are problem details (RFC 9457) with a stable `code`."
))]
struct Api;

/// Every route, for a process that is this part.
pub fn configure(app: &mut web::ServiceConfig, part: Part) {
    // What the framework would say by itself quotes what was sent.
    app.app_data(web::JsonConfig::default().limit(MAX_JSON).error_handler(|error, _| Problem::json(&error).into()))
        .app_data(web::PathConfig::default().error_handler(|_, _| Problem::not_found().into()))
        .app_data(web::QueryConfig::default().error_handler(|_, _| Problem::bad_query().into()))
        .app_data(web::FormConfig::default().error_handler(|_, _| Problem::bad_body("the form could not be read").into()))
        .app_data(web::PayloadConfig::new(habeas_protocol::limits::MAX_REQUEST))
        .configure(|app| routes::serve(&mut ServiceConfig::new(app), part))
        .default_service(web::to(|| async { Err::<HttpResponse, _>(Problem::not_found()) }));
}

/// The API's description, made from the handlers.
async fn openapi() -> web::Json<utoipa::openapi::OpenApi> {
    let (_, api) = actix_web::App::new().into_utoipa_app().openapi(Api::openapi()).configure(routes::describe).split_for_parts();
    web::Json(api)
}
