//! Every route, with the rule by which it is served. This table is the only way to serve anything: it registers the routes, the door
//! (`door.rs`) enforces their rules before a handler runs, the API's description is made from it, and a test asks every one of them as
//! everybody there is. A new route is a line here, and there is no line without a rule.

use std::sync::LazyLock;

use actix_web::Route as Service;
use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::web;
use habeas_protocol::access::Action;
use serde::Serialize;
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    accounts, app, attachments, bundles, clerk, health, intakes, openapi, pages, quarantine, recovery, second_factor, sync,
};

/// Who is served.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Everybody, for this reason.
    Public(&'static str),
    /// Whoever has a session, also of a device that waits or was revoked: the domain asks about each thing in the request, for this reason.
    Session(&'static str),
    /// Whoever the log lets do this.
    Only(Action<'static>),
    /// Whoever belongs to the organisation, where the case in the address is theirs: the domain asks this action about it.
    OfCase(&'static str),
}

/// A route without what serves it.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The method.
    pub method: Method,
    /// The pattern of its address.
    pub path: String,
    /// Who is served.
    pub rule: Rule,
    /// Whether the API's description tells of it; pages are not in it.
    pub in_api: bool,
}

/// Adds a handler to what is served, or to what is described.
type Registers = Box<dyn FnOnce(&mut ServiceConfig<'_>)>;

/// A route.
struct Route {
    declared: Declared,
    serve: Registers,
    /// Adds it to the API's description.
    describe: Option<Registers>,
}

/// A route of the API. Method and address stand with the handler.
fn api<T: HttpServiceFactory + OpenApiFactory + utoipa::Path + 'static>(handler: fn() -> T, rule: Rule) -> Route {
    let method = match T::methods().first() {
        Some(utoipa::openapi::HttpMethod::Post) => Method::POST,
        Some(utoipa::openapi::HttpMethod::Put) => Method::PUT,
        Some(utoipa::openapi::HttpMethod::Delete) => Method::DELETE,
        _ => Method::GET,
    };
    let serve = move |app: &mut ServiceConfig<'_>| {
        app.service(handler());
    };
    let declared = Declared { method, path: T::path(), rule, in_api: true };
    Route { declared, serve: Box::new(serve), describe: Some(Box::new(serve)) }
}

/// A page, a form that it sends, or a file: for browsers, and for everybody.
fn page(method: Method, path: &'static str, handler: Service, why: &'static str) -> Route {
    let declared = Declared { method, path: path.to_owned(), rule: Rule::Public(why), in_api: false };
    let serve = move |app: &mut ServiceConfig<'_>| {
        app.route(path, handler);
    };
    Route { declared, serve: Box::new(serve), describe: None }
}

fn table() -> Vec<Route> {
    const PROVES: &str = "what is sent proves itself: a password or a code, and the signature of a device";
    const LINK: &str = "the link in a family's mail is what lets them in; `access::allows_family` says for what";
    const FORM: &str = "whoever looks for somebody has no account";
    const COUNTS: &str = "counts that two people have released for everybody";
    const APP: &str = "the app's own files hold nothing of anybody";
    const OWN: &str = "it is about the caller's own account; to change anything takes its password";
    const STATE: &str = "says only whether the server serves";
    const EACH: &str =
        "a device that waits or was revoked learns so from the log; everything else in the request is asked about one by one";
    use Rule::{OfCase, Only, Public, Session};
    vec![
        api(|| health::healthz, Public(STATE)),
        api(|| health::readyz, Public(STATE)),
        api(|| accounts::clerk, Public("the clerk's public keys, which whoever makes the organisation compares with the code")),
        api(|| accounts::nonce, Public("a number that whoever signs in signs; it says nothing of anybody")),
        api(|| accounts::set_up, Public(PROVES)),
        api(|| accounts::register, Public(PROVES)),
        api(|| accounts::sign_in, Public(PROVES)),
        api(|| accounts::renew, Public(PROVES)),
        api(|| second_factor::state, Session(OWN)),
        api(|| second_factor::enrol, Session(OWN)),
        api(|| second_factor::reset, Only(Action::ResetSecondFactor)),
        api(|| accounts::invite, Only(Action::Invite)),
        api(|| accounts::devices, Only(Action::ReadDevices)),
        api(|| recovery::log, Public("the signature of keys that two printed shares give back is what lets in")),
        api(|| recovery::recover, Public("what is sent proves itself: two printed shares have signed it, and a device")),
        api(|| intakes::open, Only(Action::Intake)),
        api(|| intakes::list, Only(Action::Intake)),
        api(|| intakes::close, Only(Action::Intake)),
        api(|| intakes::refuse, Only(Action::Refuse)),
        api(|| accounts::append_log, Only(Action::WriteLog)),
        api(|| sync::sync, Session(EACH)),
        api(|| attachments::brought, OfCase("WriteCase")),
        api(|| attachments::bring, OfCase("WriteCase")),
        api(|| attachments::piece, OfCase("ReadCase")),
        api(|| bundles::bundles, Only(Action::HandIn)),
        api(|| quarantine::quarantine, Public("a revoked device has no session any more; what it hands in it has signed")),
        api(|| quarantine::quarantined, Only(Action::ReadQuarantine)),
        api(|| quarantine::file, Only(Action::ReadQuarantine)),
        api(|| quarantine::drop, Only(Action::EmptyQuarantine)),
        api(|| clerk::families, Only(Action::ReadFamilies)),
        api(|| clerk::attach, Only(Action::AttachFamily)),
        api(|| clerk::detach, Only(Action::DetachFamily)),
        api(|| clerk::contact, Only(Action::SetContact)),
        api(|| clerk::family_rules, Only(Action::ReadRules)),
        api(|| clerk::allow_rule, Only(Action::AllowRule)),
        api(|| clerk::tallies, Only(Action::Count)),
        api(|| clerk::propose, Only(Action::ProposeCount)),
        api(|| clerk::releases, Only(Action::ReadProposed)),
        api(|| clerk::release, Only(Action::Release)),
        page(Method::GET, "/style.css", web::get().to(pages::style), APP),
        page(Method::GET, "/", web::get().to(pages::home), FORM),
        page(Method::GET, "/family", web::get().to(pages::ask), FORM),
        page(Method::POST, "/family", web::post().to(pages::asked), FORM),
        page(Method::GET, "/family/confirm", web::get().to(pages::confirm), LINK),
        page(Method::POST, "/family/confirm", web::post().to(pages::confirmed), LINK),
        page(Method::GET, "/family/status", web::get().to(pages::status), LINK),
        page(Method::POST, "/family/status", web::post().to(pages::opened), LINK),
        page(Method::GET, "/family/stop", web::get().to(pages::stop), LINK),
        page(Method::POST, "/family/stop", web::post().to(pages::stopped), LINK),
        page(Method::GET, "/counts", web::get().to(pages::counts), COUNTS),
        page(Method::GET, "/app", web::get().to(app::bare), APP),
        page(Method::GET, "/app/{file:.*}", web::get().to(app::file), APP),
        page(
            Method::GET,
            "/openapi.json",
            web::get().to(openapi),
            "the API's description is the program's, not the organisation's",
        ),
    ]
}

/// Every route that is served, with its rule.
pub static DECLARED: LazyLock<Vec<Declared>> = LazyLock::new(|| table().into_iter().map(|route| route.declared).collect());

/// Serves all of them.
pub fn serve(app: &mut ServiceConfig<'_>) {
    table().into_iter().for_each(|route| (route.serve)(app));
}

/// Those that the API's description tells of.
pub fn describe(app: &mut ServiceConfig<'_>) {
    table().into_iter().filter_map(|route| route.describe).for_each(|describe| describe(app));
}

/// A route as `habeas-server routes` prints it.
#[derive(Serialize)]
struct Line<'a> {
    method: &'a str,
    path: &'a str,
    /// public, session, action or case.
    rule: &'static str,
    /// Why it is public or takes any session; which action it is.
    what: String,
    /// The roles that the action is for.
    roles: Vec<&'static str>,
    in_api: bool,
}

/// The table as JSON, for the test that asks every route as everybody.
pub fn listed() -> Result<String, String> {
    let line = |declared: &'static Declared| {
        let (rule, what, roles) = match declared.rule {
            Rule::Public(why) => ("public", why.to_owned(), Vec::new()),
            Rule::Session(why) => ("session", why.to_owned(), Vec::new()),
            Rule::OfCase(action) => ("case", action.to_owned(), Vec::new()),
            Rule::Only(action) => ("action", format!("{action:?}"), action.roles().iter().map(|role| role.name()).collect()),
        };
        Line { method: declared.method.as_str(), path: &declared.path, rule, what, roles, in_api: declared.in_api }
    };
    serde_json::to_string_pretty(&DECLARED.iter().map(line).collect::<Vec<_>>()).map_err(|error| error.to_string())
}
