//! Test vectors for a second implementation: `docs/sync-protocol-vectors.json` holds inputs and what they open to. They are
//! made here once (`HABEAS_WRITE_VECTORS=1`) and must open to the same for ever; deflate may pack differently in another
//! version of its library, so sealed bytes are opened and never compared.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod killers;
mod people;
mod told;

use habeas_client_core::case::{Document, Draft, GENESIS, GENESIS_HASH, Status};
use habeas_client_core::device::{Card, Cards};
use habeas_client_core::keys::{
    AttachmentKey, CaseSecret, Content as Sealed, DICTIONARY, DICTIONARY_2, DeviceSecrets, FactKey, LimitedKey, Opened, open,
    open_bundle, open_name, open_payload, seal, seal_bundle, seal_fact_key, seal_limited_key, seal_name, unwrap_circle,
};
use habeas_client_core::sync::{CaseKeys, History, Outcome, ParsedChange, Replica};
use habeas_clock::{Instant, Interval, Truth};
use habeas_protocol::bundle::{Carried, Page};
use habeas_protocol::limits::MAX_SEALED_CARDS;
use habeas_protocol::{
    Act, AuditEntry, AuditHead, Beginning, Body, CaseId, CircleKind, Content, DeviceId, DeviceKeys, Entry, Envelope, EnvelopeId,
    Log, PersonId, Role, SealedCards, Shift, Team, TeamId, Wrap, decode, digest, encode, hash,
};
use people::{Organisation, name, restrained, rng};
use serde_json::{Value, json};

/// Sealed by a program of before, under the secret of the vectors.
const FIRST_VERSION: &str = "de4767198a251e1f04540e4ada3850e4fa15f82697042c465ad5d4d3eab3a67c00f501df27ec2a494a305d0cdc4d429f965e39604dc732d6e6f3786b8513d9d4e95fd295da333a508d57f7e6d0847f131a01843e928341e83cef7097580ed8ed859c3b702eb0442a121c19eba40a7fa8f25a872ef636999b960a76f6da3c11b8ca0dc9b55f86a8b22047161de92e34caac3f73e94bdc89182d4cf8e85c1866ea5252688465cbae5d2a6adb0d6182a461831b62629640d38cc3390d6d5f29fd3ee0eb98fe5e4e6cb1d466c7e0b5b2e385df3cf51c16d70ea46ecd55775c2251f2ba8b0bcd7eba367a8fc0217bd74f61f173c6cc893abdfec676201f07af7ef2621710a2f04c3c86a3384075f2b6f4017340c032f45aa7eff3";
const SECOND_VERSION: &str = "de4767198a251e1f04540e4ada3850e4fa15f82697042c465ad5d4d3eab3a67c00bc01b69559f61040ac81972588e6962ab292250d288c6310a24ab48f02b0ebf5657f517d3d511b8b7c5c0a71f431775b686f92d3f8b9acac55c227adc160dace6ae9b497aaa04360ddebd18cab1a5240a43857a91382398d8e540295ce64027161e4a203bc1fb2b661b10f93b1ea9db653df98b9963208c65c482f02a4a3d822f9955571725613192e3caf81f46aaecf363fbdea06c0b973421ffc59a5106ead237e3b5c2315a8a29397e2c594e2799fc89aaaf0476bb0d3de90b345fcac";

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
    let written = Document::new().write(actor, &[restrained("12:05")]).unwrap();
    let envelope = seal(case, (0, &secret), &secret, &dana, actor, &written).unwrap();
    let items = [Content::Wrap(wrap.clone()), Content::Envelope(envelope.clone())].map(Carried::Content).to_vec();
    let bundle = seal_bundle(items, &[aliya.keys()], &dana, &mut rng).unwrap();
    let audited = AuditEntry {
        number: 1,
        at: 1_800_000_000,
        actor: aliya.id().to_string(),
        act: Act::Grant.name().to_owned(),
        subjects: format!("log:7 case:{case}"),
        outcome: "done".to_owned(),
    };
    json!({
        "about": "Bytes in hexadecimal. Structures are postcard; see docs/sync-protocol.md.",
        "first_change": { "chunk": hex(GENESIS), "hash": hex(&GENESIS_HASH) },
        "dictionary_1": { "length": DICTIONARY.len(), "sha256": hex(&hash_of(DICTIONARY)) },
        "dictionary_2": { "length": DICTIONARY_2.len(), "sha256": hex(&hash_of(DICTIONARY_2)) },
        "device": {
            "secrets": hex(&encode(&aliya).unwrap()),
            "keys": hex(&encode(&aliya.keys()).unwrap()),
            "id": aliya.id().to_string(),
            "actor_0": hex(&aliya.keys().actor(0)),
            "actor_1": hex(&aliya.keys().actor(1)),
        },
        "log": log.entries_from(0).map(|entry| json!({ "entry": hex(&encode(entry).unwrap()), "hash": hex(&entry.hash().unwrap()) })).collect::<Vec<_>>(),
        "bundle": { "file": hex(&bundle), "signer": dana.id().to_string(), "items": 2 },
        "audit": {
            "entry": hex(&encode(&audited).unwrap()),
            "link": hex(&audited.chain(&[0; 32]).unwrap()),
            "head": AuditHead::new(1, &audited.chain(&[0; 32]).unwrap()).to_string(),
        },
        "digest": { "ids": [envelope.id.to_string()], "digest": hex(&digest([envelope.id])) },
        "attachment": attachment(),
        "sealed_fact": sealed_fact(),
        "shift": shift(),
        "team": team(),
        "role": role(),
        "limited_key": limited_key(),
        "admission": told::make_admission(),
        "covered": told::make_covered(),
        "exchange": told::make_exchange(),
        "snapshot": told::make_snapshot(),
        "acknowledgement": told::make_acknowledgement(),
        "case": {
            "id": case.to_string(),
            "tag": hex(&secret.tag()),
            "wrap": hex(&encode(&wrap).unwrap()),
            "secret": hex(&encode(&secret).unwrap()),
            "envelope": hex(&encode(&envelope).unwrap()),
            // The same change as earlier versions of the payload said it; nobody makes such any more.
            "envelope_of_version_1": FIRST_VERSION,
            "envelope_of_version_2": SECOND_VERSION,
            "chunk": hex(&written.chunk),
            "hash": hex(&written.hash),
            "envelope_id": envelope.id.to_string(),
            "author": dana.id().to_string(),
        },
    })
}

/// A file of five bytes under a key, sealed.
fn attachment() -> Value {
    let (key, file) = (AttachmentKey::from_text(&"5a".repeat(32)).unwrap(), b"paper");
    let pieces: Vec<String> = key.seal(file).map(|piece| hex(&piece)).collect();
    json!({ "key": key.to_text(), "file": hex(file), "id": key.id().to_string(), "pieces": pieces })
}

/// A name under a key of its own, and that key on its way.
fn sealed_fact() -> Value {
    let (case, actor, key) = (CaseId([0xca; 16]), [0xac; 16], FactKey::of(&[0x5a; 32]));
    let secret = CaseSecret::generate(&mut rng(78));
    let draft = Draft { sensitive: true, ..name("Айгерім") };
    let written = Replica::new(case).write_sealed(actor, std::slice::from_ref(&draft), &[Some(key.clone())]).unwrap();
    let envelope = seal_fact_key(case, (0, &secret), &secret, &key);
    json!({
        "case": case.to_string(),
        "actor": hex(&actor),
        "key": hex(key.bytes()),
        "said": draft.fields().unwrap(),
        "in_the_document": ParsedChange::parse(&written.chunk).unwrap().facts[0],
        "secret": hex(&encode(&secret).unwrap()),
        "envelope": hex(&encode(&envelope).unwrap()),
        "envelope_id": envelope.id.to_string(),
    })
}

/// Dana is put on shift, and the clerk has sealed one card: to Aliya's device, whose secrets are in the vectors.
fn shift() -> Value {
    let Organisation { mut log, aliya, clerk, .. } = Organisation::founded();
    let (dana, lasts, mut rng) = (PersonId([2; 16]), (1_800_000_000, 1_800_028_800), rng(79));
    let public = log.circle_of(CircleKind::Coordinators).unwrap().1.epochs[0].public;
    let place = seal_name(&public, &Shift::place_info(dana, lasts, 0), "Bostandyk", &mut rng).unwrap();
    let body = Body::ShiftBegun { person: dana, from: lasts.0, until: lasts.1, epoch: 0, place };
    let entry = aliya.write_entry(&mut log, body).unwrap();
    let card = Card {
        case: CaseId([0xca; 16]),
        name: Some("Айгерім".to_owned()),
        status: Status::Held,
        minor: Truth::True,
        injured: true,
        limit: Interval { from: Instant::from_seconds(lasts.0 + 3600), to: None },
    };
    let cards = Cards { shift: entry.number, at: lasts.0, more: 0, cards: vec![card] };
    let content = encode(&cards).unwrap();
    let sealed = clerk.seal_cards(&log, aliya.id(), &content, &mut rng).unwrap();
    json!({
        "entry": hex(&encode(&entry).unwrap()),
        "place": "Bostandyk",
        "clerk": hex(&encode(&clerk.keys()).unwrap()),
        "cards": hex(&content),
        "sealed": hex(&encode(&sealed).unwrap()),
    })
}

/// A team with Dana in it gets a case.
fn team() -> Value {
    let Organisation { mut log, aliya, .. } = Organisation::founded();
    let (team, mut rng) = (TeamId([0x7e; 16]), rng(80));
    let public = log.circle_of(CircleKind::Coordinators).unwrap().1.epochs[0].public;
    let name = seal_name(&public, &Team::name_info(team, 0), "Медеу", &mut rng).unwrap();
    let bodies = [
        Body::TeamNamed { team, epoch: 0, name },
        Body::TeamMember { team, person: PersonId([2; 16]), joins: true },
        Body::TeamCase { team, case: CaseId([0xca; 16]), gets: true },
    ];
    let entries = bodies.map(|body| hex(&encode(&aliya.write_entry(&mut log, body).unwrap()).unwrap()));
    json!({ "entries": entries, "name": "Медеу", "case": CaseId([0xca; 16]).to_string(), "opens": PersonId([2; 16]).to_string() })
}

/// Dana, who was a lawyer, coordinates from now on.
fn role() -> Value {
    let Organisation { mut log, aliya, dana, .. } = Organisation::founded();
    let entry = aliya.write_entry(&mut log, Body::RoleChanged { person: PersonId([2; 16]), role: Role::Coordinator }).unwrap();
    json!({ "entry": hex(&encode(&entry).unwrap()), "device": dana.id().to_string(), "role": "coordinator" })
}

/// The key of a limited fact of Dana's on its way to the coordinators and to herself, and once more to herself. What is sealed is made anew each time.
fn limited_key() -> Value {
    let people = Organisation::founded();
    let (case, actor, secret) = (CaseId([0xca; 16]), people.dana.keys().actor(0), CaseSecret::generate(&mut rng(79)));
    let key = FactKey::of(&[0x5a; 32]).limited(actor);
    let own = people.log.own_circle(&people.dana.id()).unwrap();
    let circles = [people.coordinators(), own];
    let limited = LimitedKey::seal(case, &key, &circles, (&people.log, &people.dana), &mut rng(80)).unwrap();
    let again = LimitedKey::seal_again(case, &key, own, (&people.log, &people.clerk), &mut rng(81)).unwrap();
    let on_its_way = |limited: &LimitedKey| {
        json!({
            "payload": hex(limited.payload()),
            "envelope": hex(&encode(&seal_limited_key(case, (0, &secret), &secret, limited)).unwrap()),
            "envelope_id": limited.id(&secret).to_string(),
        })
    };
    json!({
        "case": case.to_string(),
        "actor": hex(&actor),
        "key": hex(key.bytes()),
        "name": hex(&key.seal_id()),
        "secret": hex(&encode(&secret).unwrap()),
        "by_its_author": on_its_way(&limited),
        "again": on_its_way(&again),
    })
}

fn hash_of(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}

fn limited_key_opens(vector: &Value, log: &Log, aliya: &DeviceSecrets) {
    let dana = Organisation::founded().dana;
    let secret: CaseSecret = decode(&bytes(&vector["secret"]), 100).unwrap();
    let mut keys = CaseKeys::default();
    keys.add(0, secret.clone());
    for (which, opens) in [("by_its_author", vec![aliya, &dana]), ("again", vec![&dana])] {
        let (case, on_its_way) = (CaseId([0xca; 16]), &vector[which]);
        let envelope = Envelope::decode(&bytes(&on_its_way["envelope"])).unwrap();
        let payload = open_payload(&envelope, &secret).unwrap();
        assert_eq!(
            (bytes(&on_its_way["payload"]), on_its_way["envelope_id"].as_str()),
            (payload.to_vec(), Some(&*envelope.id.to_string()))
        );
        let outcome = Replica::new(case).receive(&[envelope], &keys, log).remove(0);
        let Outcome::Limited(limited) = outcome else { panic!("{outcome:?}") };
        for device in opens {
            let key = limited.open(case, log, device).unwrap();
            assert_eq!((bytes(&vector["key"]), bytes(&vector["name"])), (key.bytes().to_vec(), key.seal_id().to_vec()));
        }
    }
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
    assert_eq!(bytes(&vectors["dictionary_2"]["sha256"]), hash_of(DICTIONARY_2));

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

    assert_eq!(vectors["attachment"], attachment());
    assert_eq!(vectors["sealed_fact"], sealed_fact());
    limited_key_opens(&vectors["limited_key"], &log, &aliya);
    told::admission(&vectors["admission"], &log);
    told::covered(&vectors["covered"], &log);
    told::exchange(&vectors["exchange"]);
    told::snapshot(&vectors["snapshot"], &aliya, &log);
    told::acknowledgement(&vectors["acknowledgement"], &aliya);

    let shift = &vectors["shift"];
    let entry = Entry::decode(&bytes(&shift["entry"])).unwrap();
    log.clone().add(entry.clone()).unwrap();
    let Body::ShiftBegun { person, from, until, epoch, place } = entry.body else { panic!() };
    let (circle, _) = log.circle_of(CircleKind::Coordinators).unwrap();
    let pair = unwrap_circle(&log, circle, epoch, &aliya).unwrap();
    assert_eq!(shift["place"], open_name(&pair, &Shift::place_info(person, (from, until), epoch), &place).unwrap());
    let sealed: SealedCards = decode(&bytes(&shift["sealed"]), MAX_SEALED_CARDS).unwrap();
    let clerk: DeviceKeys = decode(&bytes(&shift["clerk"]), 100).unwrap();
    assert!(clerk.verifies(&SealedCards::message(aliya.id(), &sealed.sealed), &sealed.signature));
    let cards = aliya.open_cards(&sealed).unwrap();
    assert_eq!(bytes(&shift["cards"]), cards.to_vec());
    let cards: Cards = decode(&cards, MAX_SEALED_CARDS).unwrap();
    assert_eq!((cards.shift, cards.cards[0].name.as_deref()), (entry.number, Some("Айгерім")));

    let (team, mut with_team) = (&vectors["team"], log.clone());
    for entry in team["entries"].as_array().unwrap() {
        with_team.add(Entry::decode(&bytes(entry)).unwrap()).unwrap();
    }
    let known = &with_team.teams()[0];
    let (epoch, name) = known.name();
    assert_eq!(team["name"], open_name(&pair, &Team::name_info(known.id(), epoch), name).unwrap());
    let (circle, _) = with_team.circle_of(CircleKind::Person(team["opens"].as_str().unwrap().parse().unwrap())).unwrap();
    let of_team = team["case"].as_str().unwrap().parse().unwrap();
    assert!(with_team.readers(of_team, None, 0).contains(&circle) && !log.readers(of_team, None, 0).contains(&circle));

    let (role, mut with_role) = (&vectors["role"], log.clone());
    with_role.add(Entry::decode(&bytes(&role["entry"])).unwrap()).unwrap();
    let device: DeviceId = role["device"].as_str().unwrap().parse().unwrap();
    let of = |log: &Log| log.member(&device).unwrap().role.name();
    assert_eq!((of(&log), role["role"].as_str().unwrap()), ("lawyer", of(&with_role)));

    let case = &vectors["case"];
    let wrap: Wrap = decode(&bytes(&case["wrap"]), 300).unwrap();
    assert!(wrap.is_signed(&log));
    let secret = CaseSecret::unwrap(&wrap, &unwrap_circle(&log, wrap.circle, wrap.circle_epoch, &aliya).unwrap()).unwrap();
    assert_eq!(bytes(&case["secret"]), encode(&secret).unwrap());
    assert_eq!(bytes(&case["tag"]), secret.tag());
    let envelope = Envelope::decode(&bytes(&case["envelope"])).unwrap();
    let opened = open(&envelope, &secret).unwrap();
    let chunk = opened.chunk(envelope.id, &secret, &History::default(), &log).unwrap();
    let change = ParsedChange::parse(&chunk).unwrap();
    assert_eq!((bytes(&case["chunk"]), bytes(&case["hash"])), (chunk, change.hash.to_vec()));
    assert_eq!(
        (case["envelope_id"].as_str().unwrap(), secret.envelope_id(&change.hash)),
        (&*envelope.id.to_string(), envelope.id)
    );
    let (author, member) = log.author(&change.actor).unwrap();
    assert_eq!(case["author"], author.to_string());
    assert_eq!((case["id"].clone(), envelope.case), (wrap.case.to_string().into(), Beginning::new(author, secret.tag()).case));
    let audit = &vectors["audit"];
    let entry: AuditEntry = decode(&bytes(&audit["entry"]), 1000).unwrap();
    let link = entry.chain(&[0; 32]).unwrap();
    assert_eq!((bytes(&audit["link"]), audit["head"].as_str().unwrap().parse()), (link.to_vec(), Ok(AuditHead::new(1, &link))));
    let known: EnvelopeId = vectors["digest"]["ids"][0].as_str().unwrap().parse().unwrap();
    assert_eq!((known, bytes(&vectors["digest"]["digest"])), (envelope.id, digest([known, known]).to_vec()));
    assert!(member.keys.verifies(
        &habeas_protocol::signed_change(envelope.case, change.actor, change.seq, change.hash),
        &opened.signature.unwrap()
    ));
    for earlier in ["envelope_of_version_1", "envelope_of_version_2"] {
        let earlier = Envelope::decode(&bytes(&case[earlier])).unwrap();
        let said = Opened { content: Sealed::Whole(bytes(&case["chunk"])), ..opened.clone() };
        assert_eq!((earlier.id, open(&earlier, &secret).unwrap()), (envelope.id, said));
    }
    let file = bytes(&vectors["bundle"]["file"]);
    let pages: Vec<_> = open_bundle(&file, &aliya).unwrap().collect();
    assert!(pages.len() == 1 && pages[0].is_signed_by(&member.keys) && vectors["bundle"]["signer"] == author.to_string());
    let carried = [Content::Wrap(wrap), Content::Envelope(envelope)].map(Carried::Content).to_vec();
    assert_eq!(pages[0].page().unwrap(), Page { items: carried, last: true });
    assert_ne!(hash("habeas/1/a", &[]), hash("habeas/1/b", &[]));
}
