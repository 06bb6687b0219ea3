//! Every route of the server's own table, asked as everybody there is, about somebody else's case. What is expected is what the table
//! declares: a route that serves more than its rule says fails here, and so does one that nobody has written a request for.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use habeas_client_core::device::{Founding, Invitation};
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{Clerk, Nonce, Problem, Purpose, Setup, to_hex};
use habeas_protocol::{
    CaseId, CircleKind, DeviceKeys, Envelope, EnvelopeId, Pushed, Refused, SyncRequest, SyncResponse, Told, Wrap, encode,
};
use habeas_tests::device::Person;
use habeas_tests::quick::{PASSWORD, Quick, rng};
use habeas_tests::server::Server;
use habeas_tests::{program, that_hold};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answers::{CYRILLIC, WORD, errors_repeat_nothing};
use crate::erased::until;
use crate::intake::link_of;
use crate::on_both;

/// A line of the table.
#[derive(Deserialize)]
pub struct Route {
    pub method: String,
    pub path: String,
    pub side: String,
    pub rule: String,
    what: String,
    roles: Vec<String>,
    second_factor: bool,
    pub recorded: Vec<String>,
    unrecorded: Option<String>,
    in_api: bool,
}

/// Somebody who asks.
struct Asking<'a> {
    who: &'static str,
    /// The role that the log gives them; none for whoever waits or was revoked.
    role: Option<&'static str>,
    /// Whose passes they show; or a text that is no pass.
    shows: Shows<'a>,
    /// Whether the server knows the session, and how it refuses whoever has none.
    session: Result<(), (u16, &'static str)>,
    /// What is refused to everybody who has no role.
    without: &'static str,
    /// What Marat's case is to them.
    case: Case,
    /// Whether their account should have a second factor by now, and has none.
    overdue: bool,
}

/// What somebody may do with Marat's case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Nothing,
    /// Their share is over: they hear that, and nothing else of it.
    Over,
    Read,
    Write,
}

impl Route {
    /// The case's routes say which of the two they take.
    fn writes(&self) -> bool {
        self.what == "WriteCase"
    }
}

enum Shows<'a> {
    Nothing,
    Text(String),
    PassesOf(&'a Quick),
}

/// What the requests are about.
pub struct Story {
    pub address: String,
    /// Marat's case, which is nobody's here but the coordinators'.
    case: CaseId,
    dana: Quick,
    /// Who signs in here: a device has one session at a time.
    asel: Quick,
    invitation: Invitation,
    clerk: DeviceKeys,
}

const SOMETHING: &str = "0123456789abcdef0123456789abcdef";

/// A request: an address, a media type, a body.
pub type Sample = (String, &'static str, Vec<u8>);

/// A request that is well-formed, so that only the rule can refuse it.
pub fn sample(route: &Route, story: &Story) -> Option<Sample> {
    let json = |value: Value| ("application/json", value.to_string().into_bytes());
    let form = |text: &str| ("application/x-www-form-urlencoded", text.as_bytes().to_vec());
    let octets = |bytes: Vec<u8>| ("application/octet-stream", bytes);
    let nothing = ("text/plain", Vec::new());
    // It holds for one use. All of these people are at one address: there are two a second for it.
    let nonce = |secrets: &DeviceSecrets| -> Nonce {
        let ask = || ureq::post(format!("{}/v1/nonces", story.address)).send_json(secrets.ask_nonce());
        let mut got = None;
        until("a number to sign", || {
            got = match ask() {
                Ok(mut answer) => Some(answer.body_mut().read_json().unwrap()),
                Err(ureq::Error::StatusCode(429)) => None,
                Err(error) => panic!("{error}"),
            };
            got.is_some()
        });
        got.unwrap()
    };
    let secrets = story.asel.device.secrets();
    let (kind, body) = match (route.method.as_str(), route.path.as_str()) {
        ("GET", _) => nothing,
        ("POST", "/v1/setup") => {
            let founding = Founding::make(&story.clerk, &mut rng(90)).unwrap();
            let nonce = nonce(&founding.secrets);
            let signature = founding.secrets.prove(Purpose::SetUp, &nonce, "second");
            let log = founding.entries.iter().map(|entry| to_hex(&encode(entry).unwrap())).collect();
            let (account, password, code) = ("second".to_owned(), PASSWORD.into(), SOMETHING.into());
            let nonce = nonce.nonce;
            let device = founding.secrets.keys().to_hex();
            json(serde_json::to_value(Setup { code, account, password, device, log, nonce, signature }).unwrap())
        }
        ("POST", "/v1/accounts") => {
            let register = secrets.register(&story.invitation, "asel", PASSWORD.into(), &nonce(secrets));
            json(serde_json::to_value(register).unwrap())
        }
        ("POST", "/v1/sessions") => {
            json(serde_json::to_value(secrets.sign_in("asel", PASSWORD.into(), None, &nonce(secrets))).unwrap())
        }
        ("POST", "/v1/sessions/renew") => json(serde_json::to_value(secrets.renew(&nonce(secrets))).unwrap()),
        ("POST", "/v1/nonces") => json(serde_json::to_value(secrets.ask_nonce()).unwrap()),
        ("POST", "/v1/second-factor") => {
            json(json!({"password": PASSWORD, "secret": to_hex(&fresh()[..20]), "code": "000000", "current": null}))
        }
        // Too short, so that whoever may change it has changed nothing.
        ("PUT", "/v1/password") => json(json!({"password": PASSWORD, "next": "short", "code": null})),
        ("POST", "/v1/second-factor/reset") => json(json!({"account": "nobody"})),
        ("POST", "/v1/invitations") => {
            json(json!({"token_hash": to_hex(&fresh()), "person": SOMETHING, "role": "coordinator", "hours": 24}))
        }
        ("POST", "/v1/recovery/log") => json(serde_json::to_value(secrets.ask_recovery_log(&nonce(secrets), 0)).unwrap()),
        ("POST", "/v1/recovery") => {
            let nonce = nonce(secrets);
            let signature = secrets.prove(Purpose::Register, &nonce, "third");
            json(json!({"account": "third", "password": PASSWORD, "device": secrets.keys().to_hex(), "entries": [],
                "nonce": nonce.nonce, "signature": signature}))
        }
        ("POST", "/v1/intakes") => json(json!({"token_hash": to_hex(&fresh()), "hours": 1, "people": 1})),
        ("POST", "/v1/devices/refuse") => json(json!({"devices": [SOMETHING]})),
        ("DELETE", "/v1/intakes/{id}") => nothing,
        ("POST", "/v1/log") => json(json!({"entries": []})),
        ("POST", "/v1/sync") => octets(encode(&SyncRequest::default()).unwrap()),
        ("POST", "/v1/bundles" | "/v1/quarantine") => octets(b"HABEAS BUNDLE 1\r\n".to_vec()),
        ("DELETE", "/v1/quarantine/{id}") => nothing,
        ("POST", "/v1/families/{id}/attach") => json(json!({"case": story.case})),
        ("POST", "/v1/families/{id}/detach" | "/v1/tallies/releases/{id}/release") => nothing,
        ("PUT", "/v1/cases/{case}/attachments/{attachment}/{number}") => octets(vec![7; 100]),
        ("PUT", "/v1/contact") => json(json!({"address": "somebody@example.org", "lang": "ru"})),
        ("PUT", "/v1/rules/{rule}") => json(json!({"allowed": false})),
        ("POST", "/v1/tallies/releases") => json(json!({"from": "2026-01-10", "to": "2026-01-10"})),
        ("POST", "/family") => form("name=A&relationship=B&email=a%40example.org&word=c&sign=d&lang=ru"),
        ("POST", "/family/confirm" | "/family/stop") => form("t=0123"),
        ("POST", "/family/status") => form("t=0123&word=c"),
        _ => return None,
    };
    let path = route.path.replace("{rule}", "kz.cao.detention").replace("{file:.*}", "index.html");
    let path = path.replace("{id}", SOMETHING).replace("{case}", &story.case.to_string());
    let path = path.replace("{attachment}", SOMETHING).replace("{number}", "0").replace("{device}", SOMETHING);
    let query =
        if ["/v1/tallies", "/v1/tallies/rows"].contains(&route.path.as_str()) { "?from=2026-01-10&to=2026-01-10" } else { "" };
    let known = !path.contains('{');
    known.then(|| (format!("{}{path}{query}", story.address), kind, body))
}

/// Thirty-two bytes that were not there before.
fn fresh() -> [u8; 32] {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    habeas_protocol::hash("a token", &[&NUMBER.fetch_add(1, Ordering::SeqCst).to_be_bytes()])
}

/// Sends it, and returns the status and the problem's code.
fn ask(agent: &ureq::Agent, method: &str, (address, kind, body): &Sample, asking: &Asking<'_>) -> (u16, String) {
    let mut request = ureq::http::Request::builder().method(method).uri(address).header("content-type", *kind);
    let shown = match &asking.shows {
        Shows::Nothing => None,
        Shows::Text(text) => Some(text.clone()),
        Shows::PassesOf(quick) => {
            let path = request.uri_ref().unwrap().path_and_query().unwrap();
            Some(quick.pass_with(method, path.as_str(), body))
        }
    };
    if let Some(shown) = shown {
        request = request.header("authorization", shown);
    }
    let mut answer = agent.run(request.body(body.clone()).unwrap()).unwrap();
    let text = answer.body_mut().read_to_vec().unwrap();
    let code = serde_json::from_slice(&text).map_or_else(|_| String::new(), |problem: Problem| problem.code);
    (answer.status().as_u16(), code)
}

/// The server's own table.
pub fn table() -> Vec<Route> {
    let output = Command::new(program("habeas-server")).arg("routes").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What is asked without belonging to the organisation is few, known, and about no case: a route that calls itself public by mistake stands out here.
#[test]
fn only_these_routes_ask_nobody_who_they_are() {
    let open = |route: &Route| ["public", "session"].contains(&route.rule.as_str()) && route.path.starts_with("/v1/");
    let mut asked: Vec<String> =
        table().iter().filter(|route| open(route)).map(|route| format!("{} {}", route.method, route.path)).collect();
    asked.sort();
    let known = [
        "GET /v1/clerk",
        "GET /v1/second-factor",
        "POST /v1/accounts",
        "POST /v1/clerk/session",
        "POST /v1/nonces",
        "POST /v1/quarantine",
        "POST /v1/recovery",
        "POST /v1/recovery/log",
        "POST /v1/sessions",
        "POST /v1/sessions/renew",
        "POST /v1/setup",
        "POST /v1/sync",
    ];
    assert_eq!(asked, known);
}

/// What everybody does waits for no second factor, and everything that only coordinators and advocates do waits for one.
#[test]
fn what_waits_for_a_second_factor_is_what_only_coordinators_and_advocates_do() {
    let guarded = |route: &&Route| {
        route.rule == "action" && route.roles.iter().all(|role| ["coordinator", "advocate"].contains(&role.as_str()))
    };
    for route in &table() {
        assert_eq!(route.second_factor, guarded(&route), "{} {}", route.method, route.path);
    }
    let waits = |path: &str| table().iter().any(|route| route.path == path && route.second_factor);
    let open = ["/v1/sync", "/v1/bundles", "/v1/second-factor", "/v1/password", "/v1/contact", "/v1/cards"];
    assert_eq!(open.map(waits), [false; 6]);
    let open = ["/v1/log", "/v1/devices", "/v1/invitations", "/v1/quarantine", "/v1/families", "/v1/tallies"];
    assert_eq!(open.map(waits), [true; 6]);
}

#[test]
fn every_route_refuses_whoever_its_rule_does_not_name() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let mut number = 0;
        let mut joins = |account: &str, role: &str| {
            number += 1;
            let invitation = aliya.does(&["invite", "--role", role]);
            (Quick::joins(account, &invitation, &server.address, number), invitation)
        };
        let [mut marat, bolat, zhanar, saule, ruslan] =
            [("marat", "lawyer"), ("bolat", "coordinator"), ("zhanar", "recorder"), ("saule", "advocate"), ("ruslan", "lawyer")]
                .map(|(account, role)| joins(account, role).0);
        let (mut dana, _) = joins("dana", "lawyer");
        let (asel, invitation) = joins("asel", "lawyer");
        let [nurlan, timur, arman] =
            [("nurlan", "lawyer"), ("timur", "lawyer"), ("arman", "coordinator")].map(|(account, role)| joins(account, role).0);
        let [gulnar, erlan] = [("gulnar", "coordinator"), ("erlan", "advocate")].map(|(account, role)| joins(account, role).0);
        let link = aliya.does(&["intake", "open", "--people", "1"]);
        let temir = Quick::joins("temir", &link_of(&link), &server.address, 70);
        aliya.does(&["intake", "refuse", "temir"]);
        aliya.approves_all();
        aliya.does(&["coordinator", "freeze", "arman"]);
        aliya.does(&["device", "revoke", &ruslan.device.id().to_string()]);
        let (late, _) = joins("late", "coordinator");
        while marat.goes_round(&server.address) {}
        let case = marat.begins("nobody else's");
        while marat.goes_round(&server.address) {}
        // Nurlan may read it, and Timur no longer does.
        aliya.does(&["sync"]);
        for name in ["nurlan", "timur"] {
            aliya.does(&["case", "share", &case.to_string(), name, "--read-only"]);
        }
        aliya.does(&["sync"]);
        aliya.does(&["case", "unshare", &case.to_string(), "timur"]);
        // Index cards are for whoever is on shift.
        let until =
            jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Asia/Almaty").unwrap()) + jiff::Span::new().hours(12);
        let until = until.strftime("%Y-%m-%d %H:%M").to_string();
        for lawyer in ["dana", "nurlan", "timur"] {
            aliya.does(&["shift", "begin", lawyer, "--at", "Almaly station", "--until", &until]);
        }
        while dana.goes_round(&server.address) {}

        // Two have let their three days go by.
        server.with_hub(databases, |hub| {
            hub.runs("UPDATE accounts SET second_factor_due_at = 0 WHERE name IN ('gulnar', 'erlan', 'dana', 'zhanar')");
        });

        // Another organisation's coordinator, with a session at their own server.
        let elsewhere = Server::start(None);
        let founder = Person::founds("aliya", &elsewhere);
        let foreign = Quick::joins("foreign", &founder.does(&["invite", "--role", "coordinator"]), &elsewhere.address, 80);
        founder.approves_all();

        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let clerk: Clerk = agent.get(format!("{}/v1/clerk", server.address)).call().unwrap().body_mut().read_json().unwrap();
        let (clerk, invitation) = (DeviceKeys::from_hex(&clerk.keys).unwrap(), Invitation::read(invitation.trim()).unwrap());
        let story = Story { address: server.address.clone(), case, dana, asel, invitation, clerk };
        // Who asks a hub whose clerk runs apart is another story (`apart.rs`).
        let routes: Vec<Route> = table().into_iter().filter(|route| route.side != "apart").collect();
        let of = |who, role, quick| {
            let case = if role == Some("coordinator") { Case::Write } else { Case::Nothing };
            Asking { who, role, shows: Shows::PassesOf(quick), session: Ok(()), without: "not_admitted", case, overdue: false }
        };
        let without = |who, shows| Asking { session: Err((401, "unauthorized")), shows, ..of(who, None, &late) };
        let everybody = [
            of("coordinator", Some("coordinator"), &bolat),
            Asking { case: Case::Read, ..of("lawyer who may read it", Some("lawyer"), &nurlan) },
            Asking { case: Case::Over, ..of("lawyer whose share is over", Some("lawyer"), &timur) },
            Asking { without: "frozen", ..of("frozen coordinator", None, &arman) },
            Asking { session: Err((401, "not_let_in")), ..of("refused", None, &temir) },
            of("lawyer", Some("lawyer"), &story.dana),
            of("recorder", Some("recorder"), &zhanar),
            of("advocate", Some("advocate"), &saule),
            Asking { overdue: true, ..of("coordinator without a second factor", Some("coordinator"), &gulnar) },
            Asking { overdue: true, ..of("advocate without a second factor", Some("advocate"), &erlan) },
            of("not yet admitted", None, &late),
            of("revoked", None, &ruslan),
            without("no session", Shows::Nothing),
            without("no pass", Shows::Text(format!("Bearer {}", "0123456789abcdef".repeat(4)))),
            without("another organisation's session", Shows::PassesOf(&foreign)),
        ];

        for route in &routes {
            for asking in &everybody {
                let sample = sample(route, &story).unwrap_or_else(|| {
                    panic!(
                        "there is no request for {} {}: add a well-formed one, about {SOMETHING} or Marat's case, to `sample` in {}",
                        route.method,
                        route.path,
                        file!()
                    )
                });
                let (status, code) = ask(&agent, &route.method, &sample, asking);
                let what = format!("{} {} as {}: {status} {code}", route.method, route.path, asking.who);
                let is_named = asking.role.is_some_and(|role| route.roles.iter().any(|named| named == role));
                let refusal = match route.rule.as_str() {
                    "public" => None,
                    _ if asking.session.is_err() => asking.session.err(),
                    "session" => None,
                    "action" | "case" if asking.role.is_none() => Some((403, asking.without)),
                    "case" if route.writes() => (asking.case != Case::Write).then_some((403, "no_access")),
                    "case" => matches!(asking.case, Case::Nothing | Case::Over).then_some((403, "no_access")),
                    "action" if !is_named => Some((403, "forbidden")),
                    "action" => (asking.overdue && route.second_factor).then_some((403, "second_factor_required")),
                    other => panic!("what is the rule {other}?"),
                };
                match refusal {
                    Some(expected) => assert_eq!((status, code.as_str()), expected, "{what}"),
                    None => {
                        // A wrong code of a second factor is no refusal of the route.
                        let is_let_in = !matches!(status, 401 | 403) || code == "second_factor_wrong";
                        assert!(is_let_in && status < 500, "{what}");
                        // What is there without asking for something by its name, is there.
                        let is_list = route.method == "GET" && route.rule == "action" && !route.path.contains('{');
                        assert!(!is_list || status == 200, "{what}");
                    }
                }
            }
        }
        what_was_read_is_recorded(&server, databases, &routes, &everybody);
        // What is said of a request is the same on either database.
        if databases.is_none() {
            errors_repeat_nothing(&agent, &routes, &story, &[Some(&bolat), Some(&story.dana), None]);
        }
        assert_eq!(that_hold(server.folder.path(), &[WORD, CYRILLIC]), Vec::<String>::new(), "nor does the log");
        let people = [
            (&bolat, Case::Write, None),
            (&story.dana, Case::Nothing, Some(Refused::NoAccess)),
            (&zhanar, Case::Nothing, Some(Refused::NoAccess)),
            (&saule, Case::Nothing, Some(Refused::NoAccess)),
            (&nurlan, Case::Read, Some(Refused::NoAccess)),
            (&timur, Case::Over, Some(Refused::NoAccess)),
            (&arman, Case::Nothing, Some(Refused::NotAdmitted)),
            (&late, Case::Nothing, Some(Refused::NotAdmitted)),
            (&ruslan, Case::Nothing, Some(Refused::NotAdmitted)),
        ];
        nobody_reads_or_writes_somebody_elses_case(&story, &people);
        the_description_tells_of_what_is_served(&agent, &server, &table());
    });
}

/// Each of those who were let in to a list stands in the audit record with it; of whatever changes something the table says as what.
fn what_was_read_is_recorded(server: &Server, databases: Option<(&str, &str)>, routes: &[Route], everybody: &[Asking<'_>]) {
    let output = server.operator(databases, &["audit", "show"]);
    let record = String::from_utf8(output.stdout).unwrap();
    let is_there = |device: &str, act: &str| {
        let parts = [device, &format!(" {act} ")];
        record.lines().any(|line| parts.iter().all(|part| line.contains(*part)) && line.ends_with("done"))
    };
    let mut lists = 0;
    for route in routes.iter().filter(|route| ["action", "case"].contains(&route.rule.as_str())) {
        let what = format!("{} {}", route.method, route.path);
        assert!(route.recorded.is_empty() == route.unrecorded.is_some(), "{what}");
        if route.method != "GET" || route.path.contains('{') {
            // What is brought beside a case is no act of its own: the fact that speaks of it is signed.
            assert!(!route.recorded.is_empty() || route.path.contains("/attachments/"), "{what}");
            continue;
        }
        let waits = |asking: &Asking<'_>| asking.overdue && route.second_factor;
        let named = |asking: &&Asking<'_>| {
            !waits(asking) && asking.role.is_some_and(|role| route.roles.iter().any(|named| named == role))
        };
        for asking in everybody.iter().filter(named) {
            let Shows::PassesOf(quick) = &asking.shows else { continue };
            let device = quick.device.id().to_string();
            let missing: Vec<&String> = route.recorded.iter().filter(|act| !is_there(&device, act)).collect();
            assert!(missing.is_empty(), "{what} as {}: {missing:?} of {device} in {record}", asking.who);
            lists += route.recorded.len();
        }
    }
    assert!(lists >= 8, "{lists}");
}

/// The exchange is open to every session, and asks about each thing in it.
fn nobody_reads_or_writes_somebody_elses_case(story: &Story, people: &[(&Quick, Case, Option<Refused>)]) {
    let case = story.case;
    let answer = |quick: &Quick, number: u8| -> SyncResponse {
        let log = story.dana.device.log();
        let own = log.known(&quick.device.id()).and_then(|member| log.circle_of(CircleKind::Person(member.person)));
        let circle = own.map_or(habeas_protocol::CircleId([number; 16]), |(circle, _)| circle);
        let secrets = quick.device.secrets();
        let sealed = habeas_protocol::SealedKey { encapsulated: [1; 32], ciphertext: [2; 32], tag: [3; 16] };
        let signature = secrets.sign(&Wrap::signed(&Wrap::info(case, 0, circle, 0), &sealed, secrets.id()));
        let wrap = Wrap { case, epoch: 0, circle, circle_epoch: 0, sealed, signer: secrets.id(), signature };
        let envelope = Envelope { case, id: EnvelopeId([number; 16]), epoch: 0, sealed: vec![number; 100] };
        let request = SyncRequest {
            wraps: vec![wrap],
            envelopes: vec![envelope],
            digests: vec![(case, [number; 16])],
            budget: 1 << 20,
            takes_snapshots: true,
            ..SyncRequest::default()
        };
        quick.asks(&story.address, &request).unwrap()
    };
    for (number, (quick, of_case, refused)) in (1..).zip(people) {
        let answer = answer(quick, number);
        let told = || answer.frames.iter().flat_map(|frame| &frame.items).map(|item| &item.content);
        let is_told = told().any(|content| match content {
            Told::Wrap(wrap) => wrap.case == case,
            Told::Envelope(envelope) => envelope.case == case,
            Told::Sent(_) | Told::Erased { .. } => true,
            Told::Ended { .. } => false,
        });
        assert_eq!(told().any(|content| matches!(content, Told::Ended { .. })), *of_case == Case::Over, "{number}");
        // Since Timur's share has ended the case has, or gets, a newer secret: whoever may write seals under that.
        let may_write = matches!(answer.envelopes[..], [Pushed::Accepted | Pushed::StaleEpoch]);
        assert!(refused.is_none_or(|refused| answer.envelopes == [Pushed::Refused(refused)]), "{number}: {:?}", answer.envelopes);
        assert_eq!(may_write, *of_case == Case::Write, "{number}: {:?}", answer.envelopes);
        // Where a coordinator has sealed it to the same circle before, that one counts and this one is not taken.
        let is_there = matches!(of_case, Case::Read | Case::Over) && answer.wraps == [Pushed::Duplicate];
        let is_refused = matches!(answer.wraps[..], [Pushed::Refused(Refused::NotGranted | Refused::NotAdmitted)]);
        assert!(is_there || is_refused, "{number}: {:?}", answer.wraps);
        let reads = matches!(of_case, Case::Read | Case::Write);
        assert_eq!((is_told, !answer.differ.is_empty()), (reads, *of_case == Case::Write), "{number}");
        assert!(answer.closed.is_empty(), "{number}");
    }
}

/// The API's description and the table are one.
fn the_description_tells_of_what_is_served(agent: &ureq::Agent, server: &Server, routes: &[Route]) {
    let document: Value = agent.get(format!("{}/openapi.json", server.address)).call().unwrap().body_mut().read_json().unwrap();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys().filter(|key| ["get", "put", "post", "delete"].contains(&key.as_str()));
            methods.map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let of_api = |route: &&Route| route.in_api;
    let declared: BTreeSet<_> = routes.iter().filter(of_api).map(|route| (route.method.clone(), route.path.clone())).collect();
    assert_eq!(described, declared);
    // Nothing of the API is only a page, and no address is served twice.
    assert!(routes.iter().all(|route| route.in_api || !route.path.starts_with("/v1/")));
    let all: BTreeSet<_> = routes.iter().map(|route| (&route.method, &route.path)).collect();
    assert_eq!(all.len(), routes.len());
}
