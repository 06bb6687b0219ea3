//! An answer that refuses something repeats nothing of what was asked: what somebody types wrongly may be their password, or a name.

use habeas_tests::quick::Quick;
use habeas_tests::spelled::spellings;
use serde_json::{Value, json};

use crate::access::{Route, Sample, Story, sample};

/// What is planted wherever a text can be sent.
pub const WORD: &str = "kqvanary-qxz";
/// The same where letters of any alphabet can be.
pub const CYRILLIC: &str = "\u{436}\u{49b}анарйка";

/// A word with more before and behind it, of the kind that a parser quotes.
fn planted() -> String {
    format!("{WORD} {CYRILLIC}")
}

/// A body of JSON with the word in the place of one value after another, and as the name of one that nobody knows.
fn bodies(body: &[u8]) -> Vec<Vec<u8>> {
    let well_formed: Value = serde_json::from_slice(body).unwrap_or_default();
    let mut all = vec![
        json!({ planted(): planted() }).to_string(),
        json!(planted()).to_string(),
        format!("{{\"{}\": ", planted()),
        planted(),
    ];
    for name in well_formed.as_object().into_iter().flat_map(|fields| fields.keys()) {
        for value in [json!(planted()), json!([planted()]), json!(WORD)] {
            let mut changed = well_formed.clone();
            changed[name] = value;
            all.push(changed.to_string());
        }
    }
    let mut more = well_formed;
    if let Some(fields) = more.as_object_mut() {
        fields.insert(planted(), json!(1));
        all.push(more.to_string());
    }
    all.into_iter().map(String::into_bytes).collect()
}

/// Every way in which a request of that route can hold the word.
fn asked(route: &Route, (address, kind, body): Sample, server: &str) -> Vec<Sample> {
    let pattern = route.path.split('/');
    let path: Vec<&str> = pattern.map(|part| if part.starts_with('{') { WORD } else { part }).collect();
    let in_path = format!("{server}{}", path.join("/"));
    let (bare, _) = address.split_once('?').unwrap_or((&address, ""));
    let query = format!("from={WORD}&to={WORD}&t={WORD}&lang={WORD}&{WORD}={WORD}");
    let mut all = vec![(in_path, kind, body.clone()), (format!("{bare}?{query}"), kind, body.clone())];
    match kind {
        "application/json" => all.extend(bodies(&body).into_iter().map(|body| (address.clone(), kind, body))),
        "application/x-www-form-urlencoded" => all.push((address.clone(), kind, format!("{WORD}={WORD}").into_bytes())),
        _ => all.push((address.clone(), kind, planted().into_bytes())),
    }
    all.push((address, "text/plain", planted().into_bytes()));
    all
}

/// Asks all of that, and searches what comes back with an error: body, headers and all.
pub fn errors_repeat_nothing(agent: &ureq::Agent, routes: &[Route], story: &Story, people: &[Option<&Quick>]) {
    let sought: Vec<Vec<u8>> = [WORD, CYRILLIC].iter().flat_map(|word| spellings(word)).collect();
    let mut errors = 0;
    for route in routes {
        for (quick, (address, kind, body)) in people.iter().flat_map(|quick| {
            asked(route, sample(route, story).unwrap(), &story.address).into_iter().map(move |asked| (quick, asked))
        }) {
            let mut request = ureq::http::Request::builder().method(&*route.method).uri(&address).header("content-type", kind);
            let path = request.uri_ref().unwrap().path_and_query().unwrap().as_str();
            let pass = quick.map(|quick| quick.pass_with(&route.method, path, &body));
            request = request.header("authorization", pass.unwrap_or_else(|| format!("Bearer {WORD}")));
            let mut answer = agent.run(request.body(body).unwrap()).unwrap();
            if answer.status().as_u16() < 400 {
                continue;
            }
            errors += 1;
            assert!(answer.status().as_u16() < 500 || answer.status() == 503, "{} {address}: {}", route.method, answer.status());
            let headers = format!("{:?}", answer.headers());
            let said = [headers.into_bytes(), answer.body_mut().read_to_vec().unwrap()].concat();
            let found = sought.iter().any(|sought| said.windows(sought.len()).any(|part| part == sought.as_slice()));
            assert!(!found, "{} {address}: {}", route.method, String::from_utf8_lossy(&said));
        }
    }
    assert!(errors > 500, "{errors}");
}
