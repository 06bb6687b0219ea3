//! What makes the organisation, brings it back or speaks as the clerk does so once, for whoever has signed it for just that.

use habeas_client_core::device::{Device, Founding, Memory, log_entries};
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{AskRecoveryLog, LogEntries, Nonce, Purpose, Recover, Renew, Session, Setup};
use habeas_protocol::{Body, Entry, Log, PersonId, Role};
use habeas_tests::quick::rng;
use habeas_tests::raw::{PASSWORD, Raw};
use habeas_tests::rows::rows;
use habeas_tests::server::Server;
use serde::Serialize;

use crate::on_both;

/// A hub whose operator has admitted a clerk; the test holds the clerk's key. Also the set-up code.
fn begin(databases: Option<(&str, &str)>) -> (Server, Raw, DeviceSecrets, String) {
    let server = Server::start_in_with(tempfile::tempdir().unwrap(), databases, &["--role", "hub"]);
    let (raw, clerk) = (Raw::to(&server.address), DeviceSecrets::generate(&mut rng(5)));
    let said = Server::does(server.folder.path(), databases, &["--role", "hub", "admit-clerk", &clerk.keys().to_hex()]);
    let code = said.split_once("--code ").unwrap().1.split('-').next().unwrap().to_owned();
    (server, raw, clerk, code)
}

/// Asks for something, which is refused so; the log and whoever may speak to the hub are as before.
#[track_caller]
fn refuses((server, databases): (&Server, Option<(&str, &str)>), path: &str, asked: &impl Serialize, expected: (u16, &str)) {
    let tables = ["settings", "log_entries", "accounts", "devices", "sessions", "session_tokens"];
    let knows = || server.with_hub(databases, |hub| tables.map(|table| rows(hub.address, table)));
    let before = knows();
    let said = Raw::to(&server.address).post(path, asked);
    assert_eq!(said.refusal(), expected, "{path}: {said:?}");
    assert!(knows() == before, "{path} has changed something: {said:?}");
}

/// What makes an organisation of these entries.
fn set_up(device: &DeviceSecrets, entries: &[Entry], code: &str, nonce: &Nonce) -> Setup {
    let (account, signature) = ("aliya".to_owned(), device.prove(Purpose::SetUp, nonce, "aliya"));
    let (log, device, nonce) = (log_entries(entries).unwrap().entries, device.keys().to_hex(), nonce.nonce.clone());
    Setup { code: code.into(), account, password: PASSWORD.into(), device, log, nonce, signature }
}

/// What makes a device a coordinator's by these entries.
fn recovers(device: &DeviceSecrets, account: &str, entries: &[Entry], nonce: &Nonce) -> Recover {
    let (account, signature) = (account.to_owned(), device.prove(Purpose::Register, nonce, account));
    let (entries, device, nonce) = (log_entries(entries).unwrap().entries, device.keys().to_hex(), nonce.nonce.clone());
    Recover { account, password: PASSWORD.into(), device, entries, nonce, signature }
}

/// The next entry of a log, by which a device is let in: in the name of one device, and signed by another.
fn forged(log: &Log, (device, role): (&DeviceSecrets, Role), name: &DeviceSecrets, by: &DeviceSecrets) -> Entry {
    let body = Body::DeviceAdmitted { device: device.keys(), person: PersonId([6; 16]), role };
    let (number, previous) = log.next();
    let signature = by.sign(&Entry::signed(number, &previous, &body, name.id()).unwrap());
    Entry { number, previous, body, signer: name.id(), signature }
}

#[test]
fn the_organisation_is_made_once_by_whoever_has_the_code_and_its_clerk_signs_in_once() {
    on_both(|databases| {
        let (server, raw, clerk, code) = begin(databases);
        let (at, path) = ((&server, databases), "/v1/setup");
        let [aliya, thief] = [7, 66].map(|seed| Founding::make(&clerk.keys(), &mut rng(seed)).unwrap());
        let (own, foreign, nonce, guess) = (&aliya.secrets, &thief.secrets, raw.nonce(&aliya.secrets), "0".repeat(32));
        let hers = |code: &str| set_up(own, &aliya.entries, code, &nonce);
        // It takes the code, and Aliya's own signature for this account and for this.
        refuses(at, path, &hers(&guess), (401, "unauthorized"));
        let by_thief = foreign.prove(Purpose::SetUp, &nonce, "aliya");
        for signature in [by_thief, own.prove(Purpose::SetUp, &nonce, "bolat"), own.prove(Purpose::Register, &nonce, "aliya")] {
            refuses(at, path, &Setup { signature, ..hers(&code) }, (401, "unauthorized"));
        }
        // And a log that her device begins, and that nobody else has written in.
        let mut log = Log::new();
        log.add(aliya.entries[0].clone()).unwrap();
        let beside = |name| vec![aliya.entries[0].clone(), forged(&log, (foreign, Role::Coordinator), name, foreign)];
        let strange = [thief.entries.clone(), Vec::new()].map(|entries| (entries, (400, "bad_input")));
        let broken = [aliya.entries[1..].to_vec(), beside(foreign), beside(own)].map(|entries| (entries, (409, "log")));
        for (entries, expected) in strange.into_iter().chain(broken) {
            let nonce = raw.nonce(own);
            refuses(at, path, &set_up(own, &entries, &code, &nonce), expected);
            refuses(at, path, &set_up(own, &aliya.entries, &code, &nonce), (401, "nonce"));
        }
        // Then it is there, and neither the code, a guess nor what she has sent makes another.
        assert_eq!(raw.post(path, &hers(&code)).status, 201);
        let second = |code: &str| set_up(foreign, &thief.entries, code, &raw.nonce(foreign));
        [hers(&code), second(&code), second(&guess)].iter().for_each(|setup| refuses(at, path, setup, (409, "set_up_already")));
        assert!(raw.post("/v1/sessions/renew", &own.renew(&raw.nonce(own))).read::<Session>().admitted, "she goes on");
        // The clerk signs in with its own key, for this, and what has begun a session ends none.
        let (path, nonce) = ("/v1/clerk/session", raw.nonce(&clerk));
        let asks = clerk.begin_clerk(&nonce);
        for signature in [foreign.prove(Purpose::Clerk, &nonce, ""), clerk.prove(Purpose::Renew, &nonce, "")] {
            refuses(at, path, &Renew { signature, ..asks.clone() }, (401, "unauthorized"));
        }
        assert_eq!(raw.post(path, &asks).status, 201);
        refuses(at, path, &asks, (401, "nonce"));
        refuses(at, path, &foreign.begin_clerk(&raw.nonce(foreign)), (401, "not_the_clerk"));
    });
}

#[test]
fn two_shares_let_in_the_device_that_they_have_signed_for_and_once() {
    on_both(|databases| {
        let (server, raw, clerk, code) = begin(databases);
        let (at, path, log_path, none) = ((&server, databases), "/v1/recovery", "/v1/recovery/log", (409, "no_recovery"));
        let Founding { secrets: own, entries } = Founding::make(&clerk.keys(), &mut rng(7)).unwrap();
        let mut aliya = Device::create(Memory::default(), own.clone(), None).unwrap();
        aliya.are_taken(&log_entries(&entries).unwrap()).unwrap();
        let (before, (sheets, printed)) = (aliya.log().clone(), aliya.new_shares(&mut rng(11)).unwrap());
        aliya.are_taken(&printed).unwrap();
        let (log, shares) = (aliya.log().clone(), sheets[0].join(&sheets[2]).unwrap());
        let all: Vec<Entry> = log.entries_from(0).cloned().collect();
        assert_eq!(raw.post("/v1/setup", &set_up(&own, &all, &code, &raw.nonce(&own))).status, 201);
        // The log is for whoever has put two of them together, once for a number.
        let [madina, thief] = [9, 66].map(|seed| DeviceSecrets::generate(&mut rng(seed)));
        let nonce = raw.nonce(&shares);
        let asks = shares.ask_recovery_log(&nonce, 0);
        for signature in [thief.prove(Purpose::Recover, &nonce, ""), shares.prove(Purpose::Register, &nonce, "")] {
            refuses(at, log_path, &AskRecoveryLog { signature, ..asks.clone() }, (401, "unauthorized"));
        }
        assert_eq!(raw.post(log_path, &asks).read::<LogEntries>().entries.len(), all.len());
        refuses(at, log_path, &asks, (401, "nonce"));
        refuses(at, log_path, &thief.ask_recovery_log(&raw.nonce(&thief), 0), none);
        // Entries that a coordinator or a stranger has signed, too many, or none; such as the shares do not sign upon this log.
        let madinas = |entries: &[Entry]| recovers(&madina, "madina", entries, &raw.nonce(&madina));
        let lets_in = |device, seed| shares.recover(&log, device, &mut rng(seed)).unwrap();
        let (entries, late, whom) = (lets_in(&madina, 12), lets_in(&thief, 13), (&madina, Role::Coordinator));
        let [by_own, by_thief] = [&own, &thief].map(|by| vec![forged(&log, whom, by, by)]);
        let wrong = [by_own, by_thief, [&entries[..]; 3].concat(), Vec::new()];
        wrong.iter().for_each(|entries| refuses(at, path, &madinas(entries), none));
        for (log, role, by) in [(&log, whom.1, &thief), (&before, whom.1, &shares), (&log, Role::Lawyer, &shares)] {
            refuses(at, path, &madinas(&[forged(log, (&madina, role), &shares, by)]), (409, "log"));
        }
        // What they have signed for Madina is nobody else's, and she signs for it herself. A taken name spends her number.
        refuses(at, path, &recovers(&thief, "thief", &entries, &raw.nonce(&thief)), (400, "bad_input"));
        let nonce = raw.nonce(&madina);
        let called = |account| recovers(&madina, account, &entries, &nonce);
        for signature in [thief.prove(Purpose::Register, &nonce, "madina"), madina.prove(Purpose::Recover, &nonce, "madina")] {
            refuses(at, path, &Recover { signature, ..called("madina") }, (401, "unauthorized"));
        }
        refuses(at, path, &called("aliya"), (409, "name_taken"));
        refuses(at, path, &called("madina"), (401, "nonce"));
        // They let her in once, and what they had signed beside it lets nobody in.
        let good = madinas(&entries);
        assert_eq!(raw.post(path, &good).status, 201);
        refuses(at, path, &good, (409, "device_taken"));
        refuses(at, path, &madinas(&entries), (409, "device_taken"));
        refuses(at, path, &recovers(&own, "second", &entries, &raw.nonce(&own)), (409, "device_taken"));
        refuses(at, path, &recovers(&thief, "thief", &late, &raw.nonce(&thief)), (409, "log"));
        assert!(raw.post("/v1/sessions/renew", &own.renew(&raw.nonce(&own))).read::<Session>().admitted, "Aliya goes on");
    });
}
