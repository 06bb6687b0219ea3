//! Routes and handlers: authenticate, check limits, call, translate. The only place that knows status codes.

mod accounts;
mod app;
mod attachments;
mod auth;
mod brief;
mod bundles;
mod clerk;
mod guard;
mod health;
mod limits;
mod pages;
mod problem;
mod quarantine;
mod queue;
mod second_factor;
mod sync;

use actix_web::{HttpResponse, web};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt as _;
use utoipa_actix_web::service_config::ServiceConfig;

pub use app::Files;
pub use guard::observe;
pub use limits::Limits;
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
        .configure(|app| {
            routes(&mut ServiceConfig::new(app));
        })
        .service(pages::style)
        .service(pages::home)
        .service(pages::ask)
        .service(pages::asked)
        .service(pages::confirm)
        .service(pages::confirmed)
        .service(pages::status)
        .service(pages::opened)
        .service(pages::stop)
        .service(pages::stopped)
        .service(pages::counts)
        .service(app::bare)
        .service(app::file)
        .route("/openapi.json", web::get().to(openapi))
        .default_service(web::to(|| async { Err::<HttpResponse, _>(Problem::not_found()) }));
}

fn routes(app: &mut ServiceConfig<'_>) {
    app.service(health::healthz)
        .service(health::readyz)
        .service(accounts::clerk)
        .service(accounts::nonce)
        .service(accounts::set_up)
        .service(accounts::register)
        .service(accounts::sign_in)
        .service(accounts::renew)
        .service(second_factor::state)
        .service(second_factor::enrol)
        .service(second_factor::reset)
        .service(accounts::invite)
        .service(accounts::devices)
        .service(accounts::append_log)
        .service(sync::sync)
        .service(attachments::brought)
        .service(attachments::bring)
        .service(attachments::piece)
        .service(bundles::bundles)
        .service(quarantine::quarantine)
        .service(quarantine::quarantined)
        .service(quarantine::file)
        .service(quarantine::drop)
        .service(clerk::families)
        .service(clerk::attach)
        .service(clerk::detach)
        .service(clerk::contact)
        .service(clerk::family_rules)
        .service(clerk::allow_rule)
        .service(clerk::tallies)
        .service(clerk::propose)
        .service(clerk::releases)
        .service(clerk::release);
}

/// The API's description, made from the handlers.
async fn openapi() -> web::Json<utoipa::openapi::OpenApi> {
    let (_, api) = actix_web::App::new().into_utoipa_app().openapi(Api::openapi()).configure(routes).split_for_parts();
    web::Json(api)
}
