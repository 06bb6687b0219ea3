//! What holds for every request and answer: what another site has a browser send is refused, and every answer says what may be done with it.

use actix_web::HttpRequest;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use actix_web::middleware::Next;
use actix_web::web;

use super::Problem;
use crate::run::Site;

const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];
/// Two years: whoever has been here once comes back by TLS only.
const TLS_ONLY: (&str, &str) = ("strict-transport-security", "max-age=63072000; includeSubDomains");

/// Headers for every answer, and one line of log without anything personal: the route's pattern, never its address.
pub async fn observe<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let began = std::time::Instant::now();
    let method = request.method().clone();
    let mut response = if comes_from_here(request.request()) {
        next.call(request).await?.map_into_left_body()
    } else {
        request.error_response(Problem::cross_site()).map_into_right_body()
    };
    let by_tls = response.request().app_data::<web::Data<Site>>().is_some_and(|site| site.address.starts_with("https://"));
    // Nobody sees the answer of a sync in a window; it is asked for over the slowest networks, and often says nothing new. What answers a POST
    // is kept by nobody unless it says that it may be.
    let of_sync = response.request().match_pattern().is_some_and(|route| route == "/v1/sync");
    let few = if of_sync { 1 } else { usize::MAX };
    for (name, value) in HEADERS.into_iter().chain(by_tls.then_some(TLS_ONLY)).take(few) {
        let name = HeaderName::from_static(name);
        if !response.headers().contains_key(&name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    let route = response.request().match_pattern().unwrap_or_default();
    tracing::info!(%method, route, status = response.status().as_u16(), ms = began.elapsed().as_millis() as u64, "request");
    Ok(response)
}

/// Whether something that changes anything was sent by our own pages, or by no browser at all. A browser says which site had it sent
/// (`Sec-Fetch-Site`); an older one says at least from where (`Origin`).
fn comes_from_here(request: &HttpRequest) -> bool {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
        return true;
    }
    let header = |name: &HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = header(&HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match header(&ORIGIN) {
        None => true,
        // Under `no-referrer` a browser keeps its origin to itself. A family's old phone must be able to ask; and a form that takes no session
        // gives another site nothing that it could not send itself.
        Some("null") => request.path().starts_with("/family"),
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            let site = request.app_data::<web::Data<Site>>().map(|site| site.address.trim_end_matches('/').to_owned());
            host.is_some() && host == header(&HOST) || site.as_deref() == Some(origin)
        }
    }
}
