//! What another site can have a browser do, which is nothing, and what every answer says of itself.

use habeas_tests::device::Person;
use habeas_tests::raw::{Phone, Raw, another_ms};
use habeas_tests::server::Server;

#[test]
fn another_site_can_have_a_browser_do_nothing() {
    let server = Server::start_with(&["--public-url", "https://habeas.example.org", "--check-clock", "nobody"]);
    let aliya = Person::founds("aliya", &server);
    let raw = Raw::to(&server.address);
    let dana = Phone::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &raw, 7);
    let host = server.address.strip_prefix("http://").unwrap();
    let own = format!("https://{host}");

    let form = ("content-type", "application/x-www-form-urlencoded");
    let asks = |path: &str, headers: &[(&str, &str)]| raw.ask("POST", path, headers, b"name=x".to_vec()).status;
    for refused in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("sec-fetch-site", "nonsense")],
        &[("origin", "https://evil.example")],
        &[("origin", "https://habeas.example.org.evil.example")],
    ] {
        for path in ["/family", "/family/confirm", "/family/stop", "/v1/sessions", "/v1/nonces", "/v1/setup", "/v1/quarantine"] {
            assert_eq!(asks(path, &[refused, &[form]].concat()), 403, "{path} {refused:?}");
        }
        // A session's pass makes no difference.
        for (method, path) in [("POST", "/v1/sync"), ("PUT", "/v1/contact"), ("DELETE", "/v1/quarantine/00")] {
            let pass = dana.passes(&dana.session.token).authorization((method, path, b""), another_ms());
            let said = raw.ask(method, path, &[refused, &[("authorization", pass.as_str())]].concat(), Vec::new());
            assert_eq!(said.refusal(), (403, "cross_site"), "{path} {refused:?}");
        }
    }
    assert_eq!(asks("/v1/sessions", &[("origin", "null"), ("content-type", "application/json")]), 403);
    // Our own pages, a browser that says less, one that hides its origin as our pages tell it to, and what is no browser.
    for allowed in [
        &[("sec-fetch-site", "same-origin")][..],
        &[("sec-fetch-site", "none")],
        &[("origin", &own)],
        &[("origin", "https://habeas.example.org")],
        &[("origin", "null")],
        &[],
    ] {
        assert_eq!(asks("/family", &[allowed, &[form]].concat()), 200, "{allowed:?}");
    }
    // To look is always allowed: a link in a mail is followed from another site.
    assert_eq!(raw.ask("GET", "/family", &[("sec-fetch-site", "cross-site")], Vec::new()).status, 200);
}

#[test]
fn every_answer_has_its_headers_and_none_sets_a_cookie() {
    let server = Server::start_with(&["--public-url", "https://habeas.example.org", "--check-clock", "nobody"]);
    let aliya = Person::founds("aliya", &server);
    let raw = Raw::to(&server.address);
    let dana = Phone::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &raw, 7);
    let pass = |method: &str, path: &str| dana.passes(&dana.session.token).authorization((method, path, b""), another_ms());
    let api = std::collections::BTreeSet::from(["/v1/second-factor", "/v1/devices", "/v1/families"]);
    let mut answers = vec![raw.signs_in(&dana.secrets, "dana", "another password"), dana.renews(&raw)];
    for path in
        ["/", "/family", "/family/status?t=x", "/counts", "/style.css", "/healthz", "/readyz", "/openapi.json", "/nowhere"]
    {
        answers.push(raw.ask("GET", path, &[], Vec::new()));
    }
    for path in api {
        answers.push(raw.with("GET", path, &pass("GET", path)));
    }
    answers.push(raw.ask("POST", "/family", &[("sec-fetch-site", "cross-site")], Vec::new()));
    for said in &answers {
        let header = |name: &str| said.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
        assert!(!said.headers.contains_key("set-cookie"), "{said:?}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{said:?}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{said:?}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{said:?}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{said:?}");
        let policies = [
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ];
        assert!(policies.contains(&header("content-security-policy")), "{said:?}");
        assert!(header("strict-transport-security").starts_with("max-age=63072000"), "{said:?}");
    }
    let synced = raw.with("POST", "/v1/sync", &pass("POST", "/v1/sync"));
    assert!(!synced.headers.contains_key("set-cookie") && synced.headers["x-content-type-options"] == "nosniff", "{synced:?}");
    // Without TLS nobody is told to come back by it only.
    let plain = Server::start(None);
    let said = Raw::to(&plain.address).ask("GET", "/family", &[], Vec::new());
    assert!(!said.headers.contains_key("strict-transport-security"), "{said:?}");
}
