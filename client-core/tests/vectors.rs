//! Test vectors for a second implementation: `docs/sync-protocol-vectors.json` holds inputs and what they open to. They are
//! made here once (`HABEAS_WRITE_VECTORS=1`) and must open to the same for ever; deflate may pack differently in another
//! version of its library, so sealed bytes are opened and never compared.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{Document, GENESIS, GENESIS_HASH};
use habeas_client_core::keys::{CaseSecret, DICTIONARY, DeviceSecrets, open, open_bundle, seal, seal_bundle, unwrap_circle};
use habeas_client_core::sync::ParsedChange;
use habeas_protocol::bundle::{Carried, Page};
use habeas_protocol::{
    Beginning, CircleKind, Content, DeviceKeys, Entry, Envelope, EnvelopeId, Log, Wrap, decode, digest, encode, hash,
};
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
    let secret = CaseSecret::generate(&mut rng);
    let case = Beginning::new(dana.id(), secret.tag()).case;
    let (coordinators, _) = log.circle_of(CircleKind::Coordinators).unwrap();
    let wrap = secret.wrap((case, 0), coordinators, &log, &dana, &mut rng).unwrap();
    let actor = dana.keys().actor(0);
    let written = Document::new().unwrap().write(actor, &[restrained("12:05")]).unwrap();
    let envelope = seal(case, (0, &secret), &secret, &dana, actor, &written).unwrap();
    let items = [Content::Wrap(wrap.clone()), Content::Envelope(envelope.clone())].map(Carried::Content).to_vec();
    let bundle = seal_bundle(items, &[aliya.keys()], &dana, &mut rng).unwrap();
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
        "bundle": { "file": hex(&bundle), "signer": dana.id().to_string(), "items": 2 },
        "digest": { "ids": [envelope.id.to_string()], "digest": hex(&digest([envelope.id])) },
        "case": {
            "id": case.to_string(),
            "tag": hex(&secret.tag()),
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
    assert_eq!(bytes(&case["tag"]), secret.tag());
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
    assert_eq!((case["id"].clone(), envelope.case), (wrap.case.to_string().into(), Beginning::new(author, secret.tag()).case));
    let known: EnvelopeId = vectors["digest"]["ids"][0].as_str().unwrap().parse().unwrap();
    assert_eq!((known, bytes(&vectors["digest"]["digest"])), (envelope.id, digest([known, known]).to_vec()));
    assert!(
        member
            .keys
            .verifies(&habeas_protocol::signed_change(envelope.case, change.actor, change.seq, change.hash), &opened.signature)
    );
    let file = bytes(&vectors["bundle"]["file"]);
    let pages: Vec<_> = open_bundle(&file, &aliya).unwrap().collect();
    assert!(pages.len() == 1 && pages[0].is_signed_by(&member.keys) && vectors["bundle"]["signer"] == author.to_string());
    let carried = [Content::Wrap(wrap), Content::Envelope(envelope)].map(Carried::Content).to_vec();
    assert_eq!(pages[0].page().unwrap(), Page { items: carried, last: true });
    assert_ne!(hash("habeas/1/a", &[]), hash("habeas/1/b", &[]));
}
