//! Whoever has copied a token, overheard a request, or speaks for another device: each is refused, and whoever is at home is not locked out.

use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::Pass;
use habeas_protocol::api::{Nonce, Purpose, Session, SignIn, token_hash};
use habeas_tests::bench::proxy::Proxy;
use habeas_tests::device::Person;
use habeas_tests::quick::now_ms;
use habeas_tests::raw::{HERE, PASSWORD, Phone, Raw, another_ms, stolen};
use habeas_tests::server::Server;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

use crate::access::{Route, table};
use crate::on_both;

/// Dana with a phone, and a thief with one of their own.
fn dana(databases: Option<(&str, &str)>) -> (Server, Raw, Phone, DeviceSecrets, Person) {
    let server = Server::start(databases);
    let aliya = Person::founds("aliya", &server);
    let raw = Raw::to(&server.address);
    let dana = Phone::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &raw, 7);
    let thief = DeviceSecrets::generate(&mut ChaCha20Rng::from_seed([66; 32]));
    (server, raw, dana, thief, aliya)
}

#[test]
fn a_copied_token_is_nothing_without_the_phone() {
    on_both(|databases| {
        let (_server, raw, dana, thief, _aliya) = dana(databases);
        let token = &dana.session.token;
        assert_eq!(dana.asks(&raw, token).status, 200);

        // Somebody has read the token out of a backup: it says nothing, alone or signed by another device.
        assert_eq!(raw.with("GET", HERE, &format!("Bearer {}", token.reveal())).refusal(), (401, "unauthorized"));
        assert_eq!(raw.with("GET", HERE, &stolen(token, &thief, "GET", HERE)).refusal(), (401, "unauthorized"));
        // Or has overheard a whole request: it is good for nothing else, and not a second time.
        let pass = dana.authorization(token);
        assert_eq!(raw.with("GET", "/v1/devices", &pass).refusal(), (401, "unauthorized"));
        assert_eq!(raw.with("DELETE", HERE, &pass).status, 404, "there is no such route");
        assert_eq!(raw.with("POST", "/v1/sync", &pass).refusal(), (401, "unauthorized"));
        assert_eq!(raw.with("GET", HERE, &pass).status, 200);
        assert_eq!(raw.with("GET", HERE, &pass).refusal(), (401, "replayed"));
        // Or keeps one for later.
        let later = dana.passes(token).authorization(("GET", HERE, b""), now_ms() - 301_000);
        assert_eq!(raw.with("GET", HERE, &later).refusal(), (401, "clock_off"));
        // A letter changed anywhere is another token, another time or another signature.
        let fresh = dana.authorization(token);
        for at in [7, 20, 33, 60, 100, 120] {
            let mut letters = fresh.clone().into_bytes();
            letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(letters).unwrap();
            assert_eq!(raw.with("GET", HERE, &changed).refusal(), (401, "unauthorized"), "{at}");
        }

        // Nothing of all this has touched Dana's session.
        assert_eq!(dana.asks(&raw, token).status, 200);
    });
}

/// Every route that takes a session, by the server's own table: a token without its phone, a request that was overheard, and one that was changed.
#[test]
fn no_route_takes_a_foreign_devices_pass_nor_the_same_one_twice() {
    on_both(|databases| {
        let (_server, raw, dana, thief, _aliya) = dana(databases);
        let asked = nobody_gets_in(&raw, &dana, &thief, |route| route.side != "apart");
        assert!(asked > 30, "{asked}");
        assert_eq!(dana.asks(&raw, &dana.session.token).status, 200);
    });
}

/// Asks each of these routes with what a thief has; how many there are.
pub fn nobody_gets_in(raw: &Raw, dana: &Phone, thief: &DeviceSecrets, which: impl Fn(&Route) -> bool) -> usize {
    let token = &dana.session.token;
    let routes = table().into_iter().filter(|route| route.rule != "public" && which(route));
    let mut asked = 0;
    for Route { method, path, .. } in routes {
        let named = |part: &str| if part == "{number}" { "0" } else { "0123456789abcdef0123456789abcdef" }.to_owned();
        let parts = path.split('/').map(|part| if part.starts_with('{') { named(part) } else { part.to_owned() });
        let path = parts.collect::<Vec<_>>().join("/");
        let is_refused = |authorization: &str, code: &str, why: &str| {
            let said = raw.with(&method, &path, authorization);
            assert_eq!(said.refusal(), (401, code), "{why}: {method} {path}");
        };
        is_refused(&stolen(token, thief, &method, &path), "unauthorized", "the thief's own signature");
        is_refused(&format!("Bearer {}", token.reveal()), "unauthorized", "the token itself");
        let passes = dana.passes(token);
        let other = if path == HERE { "/v1/devices" } else { HERE };
        is_refused(&passes.authorization((&method, other, b""), another_ms()), "unauthorized", "made for another address");
        let method_of_another = if method == "GET" { "PUT" } else { "GET" };
        is_refused(
            &passes.authorization((method_of_another, &path, b""), another_ms()),
            "unauthorized",
            "made for another method",
        );
        is_refused(&passes.authorization((&method, &path, b"{}"), another_ms()), "unauthorized", "made for another body");
        is_refused(&passes.authorization((&method, &path, b""), now_ms() - 301_000), "clock_off", "kept for later");
        let mut letters = passes.authorization((&method, &path, b""), another_ms()).into_bytes();
        letters[60] = if letters[60] == b'A' { b'B' } else { b'A' };
        is_refused(&String::from_utf8(letters).unwrap(), "unauthorized", "a letter changed");
        // Once it is Dana's own, whatever she may do there; the same a second time is nobody's.
        let own = passes.authorization((&method, &path, b""), another_ms());
        let said = raw.with(&method, &path, &own);
        assert!(said.status != 401 && said.status < 500, "{method} {path}: {said:?}");
        is_refused(&own, "replayed", "overheard");
        asked += 1;
    }
    asked
}

/// Whoever sits between, with a certificate that a device was made to trust, puts another body under Dana's pass.
#[test]
fn a_body_that_somebody_has_changed_on_the_way_is_nobodys() {
    on_both(|databases| {
        let (_server, raw, dana, _thief, aliya) = dana(databases);
        aliya.approves_all();
        let passes = dana.passes(&dana.session.token);
        let path = "/v1/contact";
        let contact = |address: &str| serde_json::json!({"address": address, "lang": "ru"}).to_string().into_bytes();
        let puts = |pass: &str, body: Vec<u8>| {
            raw.ask("PUT", path, &[("authorization", pass), ("content-type", "application/json")], body)
        };
        let signs = |body: &[u8]| passes.authorization(("PUT", path, body), another_ms());
        let (hers, theirs) = (contact("dana@example.org"), contact("them@example.org"));
        assert_eq!(puts(&signs(&hers), theirs.clone()).refusal(), (401, "unauthorized"));
        // A long one is named in the pass, and the pass is spent by whoever shows it.
        let long = |body: &[u8]| [body, &[b' '; 20_000]].concat();
        let pass = signs(&long(&hers));
        assert_eq!(puts(&pass, long(&theirs)).refusal(), (401, "unauthorized"));
        assert_eq!(puts(&pass, long(&hers)).refusal(), (401, "replayed"));
        // Nor is a long one read under a pass that does not name it, whoever shows that.
        let said = puts(&signs(&hers), long(&hers));
        assert_eq!(said.refusal(), (400, "too_old"));
        assert!(said.body["title"].as_str().unwrap().contains("16384"), "{said:?}");
        // A program of the version before, which signed no body, is told that it is old: signing in again would bring it no further.
        let (hash, at) = (token_hash(dana.session.token.reveal()), another_ms());
        let message = [b"habeas/1/request\0", hash.as_slice(), &at.to_be_bytes(), b"PUT ", path.as_bytes()].concat();
        let name = hash[..16].try_into().unwrap();
        let old = Pass { name, at, signature: dana.secrets.sign(&message), body: None };
        assert_eq!(puts(&format!("Bearer {}", old.write()), hers.clone()).refusal(), (401, "too_old"));
        // Her own are taken, short and long.
        for body in [hers.clone(), long(&hers)] {
            assert!(puts(&signs(&body), body.clone()).status < 300);
        }
    });
}

#[test]
fn a_token_is_followed_by_another_and_its_use_after_that_ends_the_session() {
    on_both(|databases| {
        let (_server, raw, dana, thief, _aliya) = dana(databases);
        let first = dana.session.token.clone();
        // Three answers are lost on the way: what Dana has stays good.
        for _ in 0..3 {
            assert_eq!(dana.renews(&raw).status, 201);
            assert_eq!(dana.asks(&raw, &first).status, 200);
        }
        // Nobody renews for her without her key, nor by what she has sent already.
        let nonce = raw.nonce(&dana.secrets);
        let renew = dana.secrets.renew(&nonce);
        let mut foreign = thief.renew(&nonce);
        foreign.device.clone_from(&renew.device);
        assert_eq!(raw.post("/v1/sessions/renew", &foreign).refusal(), (401, "unauthorized"));
        assert_eq!(raw.post("/v1/sessions/renew", &thief.renew(&nonce)).refusal(), (401, "unauthorized"), "no session");
        // The thief's own signature has used the number up, for nobody signs the same one twice.
        assert_eq!(raw.post("/v1/sessions/renew", &renew).refusal(), (401, "nonce"));
        let renew = dana.secrets.renew(&raw.nonce(&dana.secrets));
        let second: Session = raw.post("/v1/sessions/renew", &renew).read();
        assert_eq!(raw.post("/v1/sessions/renew", &renew).refusal(), (401, "nonce"));

        // Until the next is used both are good; then the first is spent. What was on the way by then is only sent back.
        assert_eq!(dana.asks(&raw, &first).status, 200);
        let on_the_way = dana.authorization(&first);
        assert_eq!(dana.asks(&raw, &second.token).status, 200);
        assert_eq!(raw.with("GET", HERE, &on_the_way).refusal(), (401, "token_spent"));
        assert_eq!(dana.asks(&raw, &second.token).status, 200);
        // A spent token without the phone does nothing to her.
        assert_eq!(raw.with("GET", HERE, &stolen(&first, &thief, "GET", HERE)).refusal(), (401, "unauthorized"));
        assert_eq!(dana.asks(&raw, &second.token).status, 200);

        // There is a copy of the whole phone, which goes on from where it was copied: from now on neither gets anything.
        let authorization = dana.passes(&first).authorization(("GET", HERE, b""), another_ms() + 1000);
        assert_eq!(raw.with("GET", HERE, &authorization).refusal(), (401, "session_ended"));
        assert_eq!(dana.asks(&raw, &second.token).refusal(), (401, "session_ended"));
        assert_eq!(dana.renews(&raw).refusal(), (401, "session_ended"));
        // Who knows the password begins anew, and the copy stays out.
        let again: Session = raw.signs_in(&dana.secrets, "dana", PASSWORD).read();
        assert_eq!(dana.asks(&raw, &again.token).status, 200);
        for old in [&first, &second.token] {
            assert_eq!(dana.asks(&raw, old).refusal(), (401, "unauthorized"));
        }
    });
}

#[test]
fn a_sign_in_that_somebody_overheard_lets_nobody_in() {
    on_both(|databases| {
        let (_server, raw, dana, thief, aliya) = dana(databases);
        let sign_in = |nonce: &Nonce| dana.secrets.sign_in("dana", PASSWORD.into(), None, nonce);
        let post = |sign_in: &SignIn| raw.post("/v1/sessions", sign_in);
        let fresh = || raw.nonce(&dana.secrets);

        let heard = sign_in(&fresh());
        assert_eq!(post(&heard).status, 201);
        assert_eq!(post(&heard).refusal(), (401, "nonce"));
        // One that failed is no more use: the number is used up before the password is looked at.
        let wrong = dana.secrets.sign_in("dana", "another password".into(), None, &fresh());
        assert_eq!(post(&wrong).refusal(), (401, "unauthorized"));
        assert_eq!(post(&SignIn { password: PASSWORD.into(), ..wrong }).refusal(), (401, "nonce"));
        // With the password and a device of one's own one comes in as a device that waits; with Dana's name for it, not.
        let nonce = fresh();
        let device = dana.secrets.keys().to_hex();
        let foreign = SignIn { device, ..thief.sign_in("dana", PASSWORD.into(), None, &nonce) };
        assert_eq!(post(&foreign).refusal(), (401, "unauthorized"));
        // What was signed for something else, or for somebody else, is not signed for this.
        for signature in [
            dana.secrets.prove(Purpose::Register, &nonce, "dana"),
            dana.secrets.prove(Purpose::Renew, &nonce, "dana"),
            dana.secrets.prove(Purpose::SignIn, &nonce, "aliya"),
            dana.secrets.prove(Purpose::SignIn, &fresh(), "dana"),
            String::new(),
        ] {
            assert_eq!(post(&SignIn { signature, ..sign_in(&nonce) }).refusal(), (401, "unauthorized"));
        }
        // A number that the server has not given: made up, longer-lived, shorter, or none.
        let longer = format!("7{}", &nonce.nonce[1..]);
        for made_up in ["00".repeat(40), longer, nonce.nonce[..78].to_owned(), String::new()] {
            let nonce = Nonce { nonce: made_up, now: 0 };
            assert_eq!(post(&sign_in(&nonce)).refusal(), (401, "nonce"), "{}", nonce.nonce);
        }
        // All that has not used up the number, which Dana signs now.
        assert_eq!(post(&sign_in(&nonce)).status, 201);

        // An invitation is used once, whoever repeats what was sent with it; and the organisation is made once.
        let invitation = aliya.does(&["invite", "--role", "lawyer"]);
        let invitation = habeas_client_core::device::Invitation::read(invitation.trim()).unwrap();
        let marat = DeviceSecrets::generate(&mut ChaCha20Rng::from_seed([8; 32]));
        let register = marat.register(&invitation, "marat", PASSWORD.into(), &raw.nonce(&marat));
        let foreign = thief.register(&invitation, "marat", PASSWORD.into(), &raw.nonce(&thief));
        let device = marat.keys().to_hex();
        let foreign = habeas_protocol::api::Register { device, ..foreign };
        assert_eq!(raw.post("/v1/accounts", &foreign).refusal(), (401, "unauthorized"));
        assert_eq!(raw.post("/v1/accounts", &register).status, 201);
        assert_eq!(raw.post("/v1/accounts", &register).refusal(), (409, "invitation_used"));
    });
}

/// A field phone whose clock was set wrong, or reset by an empty battery, exchanges as any other.
#[test]
fn a_wrong_clock_locks_nobody_out_and_a_quiet_exchange_stays_small() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let raw = Raw::to(&server.address);
    let dana = Phone::joins("dana", &aliya.does(&["invite", "--role", "lawyer"]), &raw, 7);
    let mut passes = dana.passes(&dana.session.token);
    let three_days_ago = || another_ms() - 3 * 24 * 3_600_000;
    assert_eq!(raw.with("GET", HERE, &passes.authorization(("GET", HERE, b""), three_days_ago())).refusal(), (401, "clock_off"));
    passes.learn_clock(&raw.nonce(&dana.secrets), three_days_ago());
    assert_eq!(raw.with("GET", HERE, &passes.authorization(("GET", HERE, b""), three_days_ago())).status, 200);

    let proxy = Proxy::to(&server.address);
    let bolat = Person::new("bolat");
    let invitation = aliya.does(&["invite", "--role", "coordinator"]);
    bolat.does(&["login", "--server", &proxy.address, "--account", "bolat", "--invite", invitation.trim()]);
    aliya.approves_all();
    aliya.begins("Серік");
    aliya.does(&["sync"]);
    bolat.does(&["sync"]);
    bolat.does(&["sync"]);
    bolat.does(&["sync"]);
    proxy.takes();
    assert!(bolat.does(&["sync"]).starts_with("sent 0, received 0,"));
    let traffic = proxy.takes();
    assert_eq!((traffic.trips, traffic.connections), (1, 1), "one trip, and no renewing");
    eprintln!("nothing new takes {} bytes up and {} down", traffic.up, traffic.down);
    assert!(traffic.up + traffic.down < 500, "nothing new takes {} bytes up and {} down", traffic.up, traffic.down);
}

/// A server that was started again does not know which passes are spent. It takes none of before, and who is at home notices nothing.
#[test]
fn a_pass_that_was_spent_before_a_restart_is_spent_after_it() {
    on_both(|databases| {
        let (server, raw, phone, _thief, aliya) = dana(databases);
        let proxy = Proxy::to(&server.address);
        let bolat = Person::new("bolat");
        let invitation = aliya.does(&["invite", "--role", "coordinator"]);
        bolat.does(&["login", "--server", &proxy.address, "--account", "bolat", "--invite", invitation.trim()]);
        let passes = phone.passes(&phone.session.token);
        let (spent, unspent) =
            (passes.authorization(("GET", HERE, b""), another_ms()), passes.authorization(("GET", HERE, b""), another_ms()));
        assert_eq!(raw.with("GET", HERE, &spent).status, 200);
        assert_eq!(raw.with("GET", HERE, &spent).refusal(), (401, "replayed"));

        // The power fails. Whoever has caught the pass shows it to the server that has just begun.
        let server = Server::start_in(server.kill(), databases);
        let raw = Raw::to(&server.address);
        for of_before in [&spent, &unspent] {
            assert_eq!(raw.with("GET", HERE, of_before).refusal(), (401, "clock_off"));
        }
        // The phone asks for the time and is let in, also if its clock is half a minute behind.
        let behind = || another_ms() - 30_000;
        assert_eq!(raw.with("GET", HERE, &passes.authorization(("GET", HERE, b""), behind())).refusal(), (401, "clock_off"));
        let mut passes = passes;
        passes.learn_clock(&raw.nonce(&phone.secrets), behind());
        assert_eq!(raw.with("GET", HERE, &passes.authorization(("GET", HERE, b""), behind())).status, 200);
        assert!(phone.asks(&raw, &phone.session.token).status == 200 && phone.renews(&raw).status == 201);
        proxy.leads_to(&server.address);
        assert!(!bolat.does(&["sync"]).contains("cannot"));
    });
}

/// Yesterday's backup does not know today's token. It knows the phone, and nobody has to find a password in the middle of a night.
#[test]
fn a_server_that_was_restored_knows_a_phone_by_its_key() {
    let server = Server::start(None);
    let proxy = Proxy::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let dana = Person::new("dana");
    let invitation = aliya.does(&["invite", "--role", "lawyer"]);
    dana.does(&["login", "--server", &proxy.address, "--account", "dana", "--invite", invitation.trim()]);
    aliya.approves_all();
    let case = dana.begins("Серік");
    dana.does(&["sync"]);
    let folder = server.kill();
    let backup = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
        std::fs::copy(entry.path(), backup.path().join(entry.file_name())).unwrap();
    }
    let server = Server::start_in(folder, None);
    proxy.leads_to(&server.address);
    dana.does(&["login", "--server", &proxy.address, "--account", "dana"]);
    dana.adds(&case, &["delivered", "--when", "2026-01-10 13:00", "--city", "almaty"]);
    dana.does(&["sync"]);
    drop(server);

    let server = Server::start_in(backup, None);
    proxy.leads_to(&server.address);
    // Nobody knows the password here; and what the backup lacks it gets back.
    let synced = dana.command(&["sync"]).env("HABEAS_PASSWORD", "forgotten long ago").output().unwrap();
    assert!(synced.status.success(), "{synced:?}");
    assert!(String::from_utf8_lossy(&synced.stdout).contains("was restored from an earlier copy"), "{synced:?}");
    assert!(dana.does(&["sync"]).starts_with("sent 0, received 0,"));
}
