//! Test vectors for a second implementation: `docs/sync-protocol-vectors.json` holds inputs and what they open to. They are
//! made here once (`HABEAS_WRITE_VECTORS=1`) and must open to the same for ever; deflate may pack differently in another
//! version of its library, so sealed bytes are opened and never compared.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{Document, GENESIS, GENESIS_HASH};
use habeas_client_core::keys::{CaseSecret, DICTIONARY, DeviceSecrets, open, seal, unwrap_circle};
use habeas_client_core::sync::ParsedChange;
use habeas_protocol::{CaseId, CircleKind, DeviceKeys, Entry, Envelope, Log, Wrap, decode, encode, hash};
use people::{Organisation, restrained, rng};
use serde_json::{Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sync-protocol-vectors.json");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn make() -> Value {
    let Organisation { log, aliya, dana, .. } = Organisation::founded();
    let mut rng = rng(77);
    let case = CaseId([0xca; 16]);
    let secret = CaseSecret::generate(&mut rng);
    let (coordinators, _) = log.circle_of(CircleKind::Coordinators).unwrap();
    let wrap = secret.wrap((case, 0), coordinators, &log, &dana, &mut rng).unwrap();
    let actor = dana.keys().actor(0);
    let written = Document::new().unwrap().write(actor, &[restrained("12:05")]).unwrap();
    let envelope = seal(case, (0, &secret), &secret, &dana, actor, &written).unwrap();
    json!({
        "about": "Bytes in hexadecimal. Structures are postcard; see docs/sync-protocol.md.",
        "first_change": { "chunk": hex(GENESIS), "hash": hex(&GENESIS_HASH) },
        "dictionary_1": { "length": DICTIONARY.len(), "sha256": hex(&hash_of(DICTIONARY)) },
        "device": {
            "secrets": hex(&encode(&aliya).unwrap()),
            "keys": hex(&encode(&aliya.keys()).unwrap()),
            "id": aliya.id().to_string(),
            "actor_0": hex(&aliya.keys().actor(0)),
            "actor_1": hex(&aliya.keys().actor(1)),
        },
        "log": log.entries_from(0).map(|entry| json!({ "entry": hex(&encode(entry).unwrap()), "hash": hex(&entry.hash().unwrap()) })).collect::<Vec<_>>(),
        "case": {
            "wrap": hex(&encode(&wrap).unwrap()),
            "secret": hex(&encode(&secret).unwrap()),
            "envelope": hex(&encode(&envelope).unwrap()),
            "chunk": hex(&written.chunk),
            "hash": hex(&written.hash),
            "envelope_id": envelope.id.to_string(),
            "author": dana.id().to_string(),
        },
    })
}

fn hash_of(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}

#[test]
fn the_published_vectors_open_to_what_they_say() {
    if std::env::var_os("HABEAS_WRITE_VECTORS").is_some() {
        std::fs::write(FILE, serde_json::to_string_pretty(&make()).unwrap() + "\n").unwrap();
    }
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(FILE).unwrap()).unwrap();
    assert_eq!(bytes(&vectors["first_change"]["chunk"]), GENESIS);
    assert_eq!(bytes(&vectors["first_change"]["hash"]), GENESIS_HASH);
    assert_eq!(bytes(&vectors["dictionary_1"]["sha256"]), hash_of(DICTIONARY));

    let device = &vectors["device"];
    let aliya: DeviceSecrets = decode(&bytes(&device["secrets"]), 100).unwrap();
    assert_eq!(decode::<DeviceKeys>(&bytes(&device["keys"]), 100).unwrap(), aliya.keys());
    assert_eq!(device["id"], aliya.id().to_string());
    assert_eq!([bytes(&device["actor_0"]), bytes(&device["actor_1"])], [aliya.keys().actor(0), aliya.keys().actor(1)]);

    let mut log = Log::new();
    for each in vectors["log"].as_array().unwrap() {
        let entry = Entry::decode(&bytes(&each["entry"])).unwrap();
        assert_eq!(bytes(&each["hash"]), entry.hash().unwrap());
        log.add(entry).unwrap();
    }

    let case = &vectors["case"];
    let wrap: Wrap = decode(&bytes(&case["wrap"]), 300).unwrap();
    assert!(wrap.is_signed(&log));
    let secret = CaseSecret::unwrap(&wrap, &unwrap_circle(&log, wrap.circle, wrap.circle_epoch, &aliya).unwrap()).unwrap();
    assert_eq!(bytes(&case["secret"]), encode(&secret).unwrap());
    let envelope = Envelope::decode(&bytes(&case["envelope"])).unwrap();
    let opened = open(&envelope, &secret).unwrap();
    let change = ParsedChange::parse(&opened.chunk).unwrap();
    assert_eq!((bytes(&case["chunk"]), bytes(&case["hash"])), (opened.chunk.clone(), change.hash.to_vec()));
    assert_eq!(
        (case["envelope_id"].as_str().unwrap(), secret.envelope_id(&change.hash)),
        (&*envelope.id.to_string(), envelope.id)
    );
    let (author, member) = log.author(&change.actor).unwrap();
    assert_eq!(case["author"], author.to_string());
    assert!(
        member
            .keys
            .verifies(&habeas_protocol::signed_change(envelope.case, change.actor, change.seq, change.hash), &opened.signature)
    );
    assert_ne!(hash("habeas/1/a", &[]), hash("habeas/1/b", &[]));
}
