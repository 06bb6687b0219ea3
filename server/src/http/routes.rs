//! Every route, with the rule by which it is served. This table is the only way to serve anything: it registers the routes, the door
//! (`door.rs`) enforces their rules before a handler runs, the API's description is made from it, and a test asks every one of them as
//! everybody there is. A new route is a line here, and there is no line without a rule.

use std::sync::LazyLock;

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::web;
use actix_web::{HttpResponse, Route as Service};
use habeas_protocol::Act;
use habeas_protocol::access::Action;
use serde::Serialize;
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    Problem, accounts, apart, app, attachments, bundles, clerk, health, intakes, openapi, pages, quarantine, recovery,
    second_factor, sync,
};
use crate::config::Part;

/// Who is served.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Everybody, for this reason.
    Public(&'static str),
    /// Whoever has a session, also of a device that waits or was revoked: the domain asks about each thing in the request, for this reason.
    Session(&'static str),
    /// Whoever the log lets do this; where only coordinators or advocates may, with a second factor.
    Only(Action<'static>),
    /// Whoever belongs to the organisation, where the case in the address is theirs: the domain asks this action about it.
    OfCase(&'static str),
}

/// What the audit record says of it.
#[derive(Debug, Clone, Copy)]
pub enum Record {
    /// One of these, when it was done.
    As(&'static [Act]),
    /// Nothing, for this reason. That somebody was refused is recorded of every route.
    Nothing(&'static str),
}

/// Which of two machines answers, where hub and clerk run apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Each for itself.
    Both,
    /// The hub.
    Hub,
    /// The clerk.
    Clerk,
    /// The hub, where the clerk runs apart, and nobody else.
    Apart,
}

impl Side {
    /// Whether a process that is this part answers.
    pub fn is_at(self, part: Part) -> bool {
        match (self, part) {
            (Self::Apart, _) => part == Part::Hub,
            (Self::Both, _) | (_, Part::Both) => true,
            (Self::Hub, _) => part == Part::Hub,
            (Self::Clerk, _) => part == Part::Clerk,
        }
    }
}

/// A route without what serves it.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The method.
    pub method: Method,
    /// The pattern of its address.
    pub path: String,
    /// Which machine answers.
    pub side: Side,
    /// Who is served.
    pub rule: Rule,
    /// What is recorded.
    pub record: Record,
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
fn api<T: HttpServiceFactory + OpenApiFactory + utoipa::Path + 'static>(
    side: Side,
    handler: fn() -> T,
    rule: Rule,
    record: Record,
) -> Route {
    let method = match T::methods().first() {
        Some(utoipa::openapi::HttpMethod::Post) => Method::POST,
        Some(utoipa::openapi::HttpMethod::Put) => Method::PUT,
        Some(utoipa::openapi::HttpMethod::Delete) => Method::DELETE,
        _ => Method::GET,
    };
    let serve = move |app: &mut ServiceConfig<'_>| {
        app.service(handler());
    };
    let declared = Declared { method, path: T::path(), side, rule, record, in_api: true };
    Route { declared, serve: Box::new(serve), describe: Some(Box::new(serve)) }
}

/// Why pages are not in the record.
const PAGE: &str = "whoever reads it is nobody of the organisation";

/// A page, a form that it sends, or a file: for browsers, and for everybody.
fn page(side: Side, method: Method, path: &'static str, handler: Service, why: &'static str) -> Route {
    let (rule, record) = (Rule::Public(why), Record::Nothing(PAGE));
    let declared = Declared { method, path: path.to_owned(), side, rule, record, in_api: false };
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
    const OWN: &str = "it says only how the caller's own account stands";
    const STATE: &str = "says only whether the server serves";
    const EACH: &str =
        "a device that waits or was revoked learns so from the log; everything else in the request is asked about one by one";
    const STATE_ONLY: &str = "it says nothing of anybody";
    const GOES_ON: &str = "a session goes on whose beginning is recorded";
    const RECOVERY: &str = "whoever brings the organisation back by it is recorded for that";
    const SIGNED: &str = "what is exchanged is signed by whoever wrote it, and numbered in feeds";
    const CLERK: &str = "the clerk asks for somebody who is recorded, or records, itself";
    const RULES: &str = "rules are about nobody";
    use Record::{As, Nothing};
    use Rule::{OfCase, Only, Public, Session};
    use Side::{Apart, Both, Clerk, Hub};
    vec![
        api(Both, || health::healthz, Public(STATE), Nothing(STATE_ONLY)),
        api(Both, || health::readyz, Public(STATE), Nothing(STATE_ONLY)),
        api(
            Hub,
            || accounts::clerk,
            Public("the clerk's public keys, which whoever makes the organisation compares with the code"),
            Nothing(STATE_ONLY),
        ),
        api(
            Hub,
            || accounts::nonce,
            Public("a number that whoever signs in signs; it says nothing of anybody"),
            Nothing(STATE_ONLY),
        ),
        api(Hub, || accounts::set_up, Public(PROVES), As(&[Act::SetUp, Act::Begin])),
        api(Hub, || accounts::register, Public(PROVES), As(&[Act::Register])),
        api(Hub, || accounts::sign_in, Public(PROVES), As(&[Act::SignIn])),
        api(Hub, || accounts::renew, Public(PROVES), Nothing(GOES_ON)),
        api(Hub, || accounts::change_password, Only(Action::ChangePassword), As(&[Act::ChangePassword])),
        api(Hub, || second_factor::state, Session(OWN), Nothing(OWN)),
        api(Hub, || second_factor::enrol, Only(Action::EnrolSecondFactor), As(&[Act::EnrolSecondFactor])),
        api(Hub, || second_factor::reset, Only(Action::ResetSecondFactor), As(&[Act::ResetSecondFactor])),
        api(Hub, || accounts::invite, Only(Action::Invite), As(&[Act::Invite])),
        api(Hub, || accounts::devices, Only(Action::ReadDevices), As(&[Act::ReadDevices])),
        api(
            Hub,
            || recovery::log,
            Public("the signature of keys that two printed shares give back is what lets in"),
            Nothing(RECOVERY),
        ),
        api(
            Hub,
            || recovery::recover,
            Public("what is sent proves itself: two printed shares have signed it, and a device"),
            As(&[Act::Recover]),
        ),
        api(Hub, || intakes::open, Only(Action::Intake), As(&[Act::OpenIntake])),
        api(Hub, || intakes::list, Only(Action::Intake), As(&[Act::ReadIntakes])),
        api(Hub, || intakes::close, Only(Action::Intake), As(&[Act::CloseIntake])),
        api(Hub, || intakes::refuse, Only(Action::Refuse), As(&[Act::Refuse])),
        api(
            Hub,
            || accounts::append_log,
            Only(Action::WriteLog),
            As(&[
                Act::Admit,
                Act::Circle,
                Act::Join,
                Act::Grant,
                Act::Share,
                Act::EndShare,
                Act::BeginShift,
                Act::EndShift,
                Act::Revoke,
                Act::Erase,
                Act::Freeze,
                Act::Thaw,
                Act::NameTeam,
                Act::JoinTeam,
                Act::LeaveTeam,
                Act::ChangeRole,
            ]),
        ),
        // The rest of what is exchanged is signed by whoever wrote it, and numbered in feeds.
        api(Hub, || sync::sync, Session(EACH), As(&[Act::TakeOut])),
        api(Hub, || attachments::brought, OfCase("WriteCase"), Nothing(SIGNED)),
        api(Hub, || attachments::bring, OfCase("WriteCase"), Nothing(SIGNED)),
        api(Hub, || attachments::piece, OfCase("ReadCase"), As(&[Act::FetchAttachment])),
        api(Apart, || apart::session, Public(PROVES), As(&[Act::SignIn])),
        api(Apart, || apart::pass, Only(Action::SpeakAsClerk), Nothing(CLERK)),
        api(Apart, || apart::note, Only(Action::SpeakAsClerk), Nothing(CLERK)),
        api(Apart, || apart::waits, Only(Action::SpeakAsClerk), Nothing(STATE_ONLY)),
        api(Apart, || apart::counted, Only(Action::SpeakAsClerk), Nothing(CLERK)),
        api(Clerk, || bundles::bundles, Only(Action::HandIn), As(&[Act::HandIn])),
        api(
            Clerk,
            || quarantine::quarantine,
            Public("a revoked device has no session any more; what it hands in it has signed"),
            As(&[Act::Quarantine]),
        ),
        api(Clerk, || quarantine::quarantined, Only(Action::ReadQuarantine), As(&[Act::ReadQuarantine])),
        api(Clerk, || quarantine::file, Only(Action::ReadQuarantine), As(&[Act::FetchQuarantined])),
        api(Clerk, || quarantine::drop, Only(Action::EmptyQuarantine), As(&[Act::DropQuarantined])),
        api(Clerk, || clerk::cards, Only(Action::ReadCards), As(&[Act::ReadCards])),
        api(Clerk, || clerk::families, Only(Action::ReadFamilies), As(&[Act::ReadFamilies])),
        api(Clerk, || clerk::attach, Only(Action::AttachFamily), As(&[Act::Attach])),
        api(Clerk, || clerk::detach, Only(Action::DetachFamily), As(&[Act::Detach])),
        api(Clerk, || clerk::contact, Only(Action::SetContact), As(&[Act::SetContact])),
        api(Clerk, || clerk::family_rules, Only(Action::ReadRules), Nothing(RULES)),
        api(Clerk, || clerk::allow_rule, Only(Action::AllowRule), As(&[Act::AllowRule, Act::WithholdRule])),
        api(Clerk, || clerk::tallies, Only(Action::Count), As(&[Act::Count])),
        api(Clerk, || clerk::rows, Only(Action::Count), As(&[Act::TakeRows])),
        api(Clerk, || clerk::propose, Only(Action::ProposeCount), As(&[Act::ProposeCount])),
        api(Clerk, || clerk::releases, Only(Action::ReadProposed), As(&[Act::ReadProposed])),
        api(Clerk, || clerk::release, Only(Action::Release), As(&[Act::ReleaseCount])),
        page(Clerk, Method::GET, "/style.css", web::get().to(pages::style), APP),
        page(Clerk, Method::GET, "/", web::get().to(pages::home), FORM),
        page(Clerk, Method::GET, "/family", web::get().to(pages::ask), FORM),
        page(Clerk, Method::POST, "/family", web::post().to(pages::asked), FORM),
        page(Clerk, Method::GET, "/family/confirm", web::get().to(pages::confirm), LINK),
        page(Clerk, Method::POST, "/family/confirm", web::post().to(pages::confirmed), LINK),
        page(Clerk, Method::GET, "/family/status", web::get().to(pages::status), LINK),
        page(Clerk, Method::POST, "/family/status", web::post().to(pages::opened), LINK),
        page(Clerk, Method::GET, "/family/stop", web::get().to(pages::stop), LINK),
        page(Clerk, Method::POST, "/family/stop", web::post().to(pages::stopped), LINK),
        page(Clerk, Method::GET, "/counts", web::get().to(pages::counts), COUNTS),
        page(Hub, Method::GET, "/app", web::get().to(app::bare), APP),
        page(Hub, Method::GET, "/app/{file:.*}", web::get().to(app::file), APP),
        page(
            Both,
            Method::GET,
            "/openapi.json",
            web::get().to(openapi),
            "the API's description is the program's, not the organisation's",
        ),
    ]
}

/// Every route that is served, with its rule.
pub static DECLARED: LazyLock<Vec<Declared>> = LazyLock::new(|| table().into_iter().map(|route| route.declared).collect());

/// The route of a method and a pattern.
pub fn declared(method: &str, pattern: &str) -> Option<&'static Declared> {
    DECLARED.iter().find(|route| route.path == pattern && route.method.as_str() == method)
}

/// Serves all of them that a process answers which is this part; of the others the door says that the other machine does.
pub fn serve(app: &mut ServiceConfig<'_>, part: Part) {
    for route in table() {
        if route.declared.side.is_at(part) {
            (route.serve)(app);
        } else {
            let elsewhere = || async { Err::<HttpResponse, _>(Problem::elsewhere()) };
            app.route(&route.declared.path, web::route().method(route.declared.method).to(elsewhere));
        }
    }
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
    side: Side,
    /// public, session, action or case.
    rule: &'static str,
    /// Why it is public or takes any session; which action it is.
    what: String,
    /// The roles that the action is for.
    roles: Vec<&'static str>,
    /// Whether it waits for a second factor.
    second_factor: bool,
    /// What is recorded, by the names in the record.
    recorded: Vec<&'static str>,
    /// Why nothing is.
    unrecorded: Option<&'static str>,
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
        let (recorded, unrecorded) = match declared.record {
            Record::As(acts) => (acts.iter().map(|act| act.name()).collect(), None),
            Record::Nothing(why) => (Vec::new(), Some(why)),
        };
        Line {
            method: declared.method.as_str(),
            path: &declared.path,
            side: declared.side,
            rule,
            what,
            roles,
            second_factor: matches!(declared.rule, Rule::Only(action) if action.takes_second_factor()),
            recorded,
            unrecorded,
            in_api: declared.in_api,
        }
    };
    serde_json::to_string_pretty(&DECLARED.iter().map(line).collect::<Vec<_>>()).map_err(|error| error.to_string())
}
