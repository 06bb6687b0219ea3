//! Vectors of what is exchanged, and of what becomes of what nobody should have sent. Each is made by `make_…` and read by the function after it,
//! which believes nothing but the bytes.

use habeas_client_core::device::SnapshotSizes;
use habeas_client_core::keys::{CaseSecret, DeviceSecrets, open_bundle, open_snapshot, seal_bundle, seal_covered, seal_signed};
use habeas_client_core::sync::{CaseKeys, Outcome, ParsedChange, Replica};
use habeas_protocol::bundle::Carried;
use habeas_protocol::has::{Has, name as has_name};
use habeas_protocol::{
    AuditHead, Beginning, CaseId, CircleId, Content, Differing, Envelope, EnvelopeId, FeedItem, Frame, Log, Pushed, Refused,
    Shown, Snapshot, SyncRequest, SyncResponse, TakenAs, TakenOut, Told, decode, encode, followed, range_digest, range_of,
    receipt,
};
use serde_json::{Value, json};

use crate::killers::chunks::Raw;
use crate::killers::{CASE, Ground, Is, Killer};
use crate::people::{Organisation, member, name, rng, tells};
use crate::{bytes, hex};

/// An envelope longer than this is in no vector, in bytes.
const LONGEST: usize = 700;

/// How the outcome is written.
fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Admitted(_) => "admitted".to_owned(),
        Outcome::Duplicate => "duplicate".to_owned(),
        Outcome::Parked(_) => "parked".to_owned(),
        Outcome::Refused(refusal) => format!("refused {}", refusal.code()),
        other => panic!("{other:?}"),
    }
}

/// What is known to kill, in the case that it was made for; and at the end an honest change, which is admitted, and comes again.
pub fn make_admission() -> Value {
    let ground = Ground::new();
    let sent = |envelope: &Envelope| hex(&encode(envelope).unwrap());
    let mut tried = Vec::new();
    for killer in ground.killers() {
        let envelope = ground.envelopes(&killer).remove(0);
        if envelope.sealed.len() <= LONGEST {
            tried.push(json!({ "what": killer.what, "envelope": sent(&envelope), "outcome": outcome(&killer.outcome) }));
        }
    }
    let chunk = Raw::honest(&ground).chunk();
    let honest =
        Killer { what: "an honest note", is: Is::Chunk(chunk, |people| &people.dana), seq: 3, outcome: Outcome::Duplicate };
    for (envelope, outcome) in ground.envelopes(&honest).iter().zip(["admitted", "duplicate"]) {
        tried.push(json!({ "what": honest.what, "envelope": sent(envelope), "outcome": outcome }));
    }
    json!({
        "case": CASE.to_string(),
        "secret": hex(&encode(&ground.secret).unwrap()),
        "before": ground.replica.sealed_again(&ground.keys).unwrap().iter().map(sent).collect::<Vec<_>>(),
        "tried": tried,
    })
}

pub fn admission(vector: &Value, log: &Log) {
    let mut keys = CaseKeys::default();
    keys.add(0, decode(&bytes(&vector["secret"]), 100).unwrap());
    let mut replica = Replica::new(vector["case"].as_str().unwrap().parse::<CaseId>().unwrap());
    let read = |value: &Value| Envelope::decode(&bytes(value)).unwrap();
    let before: Vec<Envelope> = vector["before"].as_array().unwrap().iter().map(read).collect();
    assert!(replica.receive(&before, &keys, log).iter().all(|outcome| matches!(outcome, Outcome::Admitted(_))));
    let tried = vector["tried"].as_array().unwrap();
    assert!(tried.len() > 80, "{}", tried.len());
    for each in tried {
        let came = replica.receive(&[read(&each["envelope"])], &keys, log).remove(0);
        assert_eq!(each["outcome"], outcome(&came), "{}", each["what"]);
    }
}

/// Two changes of Dana's, the first without its signature: the second covers it.
pub fn make_covered() -> Value {
    let ground = Ground::new();
    let changes: Vec<_> = ground.replica.document().vouched().collect();
    let [(first, _), (second, Some(signature))] = changes[..] else { panic!("{changes:?}") };
    let newest = (0, &ground.secret);
    let sealed =
        [seal_covered(CASE, newest, &ground.secret, first), seal_signed(CASE, newest, &ground.secret, signature, second)];
    let [covered, covers] = sealed.map(|envelope| hex(&encode(&envelope.unwrap()).unwrap()));
    json!({ "case": CASE.to_string(), "secret": hex(&encode(&ground.secret).unwrap()), "covered": covered, "covers": covers })
}

pub fn covered(vector: &Value, log: &Log) {
    let mut keys = CaseKeys::default();
    keys.add(0, decode(&bytes(&vector["secret"]), 100).unwrap());
    let [first, second] = ["covered", "covers"].map(|name| Envelope::decode(&bytes(&vector[name])).unwrap());
    for order in [[&first, &second], [&second, &first]] {
        let mut replica = Replica::new(vector["case"].as_str().unwrap().parse::<CaseId>().unwrap());
        let came = order.map(|envelope| outcome(&replica.receive(std::slice::from_ref(envelope), &keys, log).remove(0)));
        assert_eq!((came, replica.aside().len()), (["parked".to_owned(), "admitted".to_owned()], 0));
        assert_eq!(replica.history().len(), 3);
    }
}

/// Every result that there is, in the order of their numbers.
fn results() -> Vec<Pushed> {
    use Refused::{DiskFull, Erased, Full, NoAccess, NoCase, NotAdmitted, NotGranted, NotItsBeginner, TooLarge, WrongCircles};
    let refused = [NotAdmitted, NoAccess, NoCase, WrongCircles, NotGranted, TooLarge, NotItsBeginner, Full, DiskFull, Erased];
    [Pushed::Accepted, Pushed::Duplicate, Pushed::StaleEpoch].into_iter().chain(refused.map(Pushed::Refused)).collect()
}

fn request_says(request: &SyncRequest) -> Value {
    let pairs =
        |of: &[(CaseId, [u8; 16])]| of.iter().map(|(case, digest)| json!([case.to_string(), hex(digest)])).collect::<Vec<_>>();
    let beginning = |of: &Beginning| json!([of.case.to_string(), of.device.to_string(), hex(&of.tag)]);
    json!({
        "log_from": request.log_from,
        "cursor": hex(&request.cursor),
        "wraps": request.wraps.iter().map(|wrap| hex(&encode(wrap).unwrap())).collect::<Vec<_>>(),
        "envelopes": request.envelopes.iter().map(|envelope| hex(&encode(envelope).unwrap())).collect::<Vec<_>>(),
        "beginnings": request.beginnings.iter().map(beginning).collect::<Vec<_>>(),
        "budget": request.budget,
        "receipt": hex(&request.receipt),
        "log": request.log.iter().map(|entry| hex(entry)).collect::<Vec<_>>(),
        "digests": pairs(&request.digests),
        "takes_snapshots": request.takes_snapshots,
        "snapshot": request.snapshot.len(),
        "audit": request.audit,
        "followed": request.followed.iter().map(|(number, mark)| json!([number, hex(mark)])).collect::<Vec<_>>(),
        "ranges": hex(&request.ranges),
        "taken_out": request.taken_out.iter().map(TakenOut::subjects).collect::<Vec<_>>(),
    })
}

fn answer_says(answer: &SyncResponse) -> Value {
    let codes = |of: &[Pushed]| of.iter().map(|pushed| pushed.code()).collect::<Vec<_>>();
    let content = |told: &Told| match told {
        Told::Wrap(wrap) => json!({ "wrap": hex(&encode(wrap).unwrap()) }),
        Told::Envelope(envelope) => json!({ "envelope": hex(&encode(envelope).unwrap()) }),
        Told::Sent(place) => json!({ "sent": place }),
        Told::Erased { case, link } => json!({ "erased": case.to_string(), "link": hex(link) }),
        Told::Ended { case, link } => json!({ "ended": case.to_string(), "link": hex(link) }),
    };
    let item = |item: &FeedItem| json!([item.circle.to_string(), item.seq, content(&item.content)]);
    let frame = |frame: &Frame| {
        let items: Vec<Value> = frame.items.iter().map(item).collect();
        json!({ "items": items, "part_of_a_snapshot": frame.snapshot.is_some(), "cursor": hex(&frame.cursor) })
    };
    json!({
        "wraps": codes(&answer.wraps),
        "envelopes": codes(&answer.envelopes),
        "log": answer.log.iter().map(|entry| hex(entry)).collect::<Vec<_>>(),
        "frames": answer.frames.iter().map(frame).collect::<Vec<_>>(),
        "more": answer.more,
        "log_next": answer.log_next,
        "receipt": hex(&answer.receipt),
        "lost": answer.lost,
        "differ": answer.differ.iter().map(|of| json!([of.case.to_string(), of.known])).collect::<Vec<_>>(),
        "closed": answer.closed.iter().map(CaseId::to_string).collect::<Vec<_>>(),
        "audit": answer.audit.iter().map(AuditHead::to_string).collect::<Vec<_>>(),
        "not_counting_since": answer.not_counting_since,
        "shown": answer.shown.map(|shown| json!([shown.next, shown.at])),
        "differ_ranges": hex(&answer.differ_ranges),
        "differ_has": hex(&answer.differ_has),
        "recorded": answer.recorded,
    })
}

/// Dana's first exchange, with something in every field, and an answer with every result and everything that a feed tells.
pub fn make_exchange() -> Value {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let (case, _) = dana.new_case(&[name("Айгерім")], &mut rng(82)).unwrap();
    let circle = people.coordinators();
    let of = |range| [(case, [0xd1; 16])].into_iter().filter(move |(case, _)| range_of(*case, 8) == range);
    let request = SyncRequest {
        cursor: b"the hub's own".to_vec(),
        receipt: vec![0x5e; 16],
        log: vec![encode(people.log.entries_from(1).next().unwrap()).unwrap()],
        digests: vec![(case, [0xd1; 16])],
        takes_snapshots: true,
        audit: 7,
        followed: vec![followed(circle, 300, &[0xfe; 32])],
        taken_out: vec![TakenOut { taken: TakenAs::Bundle, at: 1_800_000_000, cases: vec![case] }],
        ranges: (0..8).flat_map(|range| range_digest(of(range))).collect(),
        ..dana.request(&mut rng(83)).unwrap()
    };
    let content = Content::Wrap(request.wraps[0].clone());
    let told = [
        Told::Wrap(request.wraps[0].clone()),
        Told::Envelope(request.envelopes[0].clone()),
        Told::Sent(0),
        Told::Erased { case, link: [0xe1; 32] },
        Told::Ended { case, link: [0xe2; 32] },
    ];
    let items = (299..).zip(told).map(|(seq, content)| FeedItem { circle, seq, content }).collect();
    let mut answer = SyncResponse {
        wraps: vec![Pushed::Accepted; request.wraps.len()],
        envelopes: results(),
        log: request.log.clone(),
        frames: vec![Frame { items, snapshot: None, cursor: b"behind".to_vec() }],
        more: true,
        log_next: 7,
        receipt: vec![0x5f; 16],
        lost: true,
        differ: vec![Differing { case, known: true }],
        closed: vec![case],
        audit: vec![AuditHead { number: 9, link: [0xa1; 16] }],
        not_counting_since: Some(1_800_000_000),
        shown: Some(Shown { next: 9, at: 1_800_000_060 }),
        differ_ranges: vec![1 << range_of(case, 8)],
        differ_has: Vec::new(),
        recorded: 1,
    };
    let names = request.envelopes.iter().map(|envelope| has_name(envelope.id)).collect();
    Has { epoch: Some(3), names: Some(names) }.tell(&mut answer.differ_has);
    answer.frames.push(Frame { snapshot: Some(part(&people)), cursor: b"behind that".to_vec(), items: Vec::new() });
    let shows = receipt(&answer.receipt, &request, answer.said()).unwrap();
    json!({
        "request": { "bytes": hex(&encode(&request).unwrap()), "says": request_says(&request) },
        "answer": { "bytes": hex(&answer.encode().unwrap()), "says": answer_says(&answer) },
        "receipt_shown_next": hex(&shows),
        "followed": { "circle": circle.to_string(), "number": 300, "link": hex(&[0xfe; 32]), "mark": hex(&request.followed[0].1) },
        "feed": {
            "link_before": hex(&[0; 32]),
            "content": hex(&encode(&content).unwrap()),
            "link": hex(&Content::chain(&[0; 32], &encode(&content).unwrap())),
        },
    })
}

pub fn exchange(vector: &Value) {
    let said = bytes(&vector["request"]["bytes"]);
    let request = SyncRequest::decode(&said).unwrap();
    assert_eq!((request_says(&request), encode(&request).unwrap()), (vector["request"]["says"].clone(), said));
    let said = bytes(&vector["answer"]["bytes"]);
    let answer = SyncResponse::decode(&said).unwrap();
    assert_eq!((answer_says(&answer), answer.encode().unwrap()), (vector["answer"]["says"].clone(), said));
    assert_eq!(answer.envelopes, results());
    let shows = receipt(&answer.receipt, &request, answer.said()).unwrap();
    assert_eq!(bytes(&vector["receipt_shown_next"]), shows);
    let (follows, feed) = (&vector["followed"], &vector["feed"]);
    let array = |value: &Value| <[u8; 32]>::try_from(bytes(value)).unwrap();
    let circle: CircleId = follows["circle"].as_str().unwrap().parse().unwrap();
    let marked = followed(circle, follows["number"].as_u64().unwrap(), &array(&follows["link"]));
    assert_eq!((marked.1.to_vec(), marked), (bytes(&follows["mark"]), request.followed[0]));
    let content = bytes(&feed["content"]);
    assert_eq!(decode::<Content>(&content, 1_000), Ok(Content::Wrap(request.wraps[0].clone())));
    assert_eq!(Content::chain(&array(&feed["link_before"]), &content), array(&feed["link"]));
}

/// The one part that the clerk makes of Dana's case.
fn part(people: &Organisation) -> Snapshot {
    let [mut dana, mut clerk] = [&people.dana, &people.clerk].map(|secrets| member(secrets, people));
    dana.new_case(&[name("Айгерім")], &mut rng(82)).unwrap();
    tells(&mut clerk, people.coordinators(), &dana.request(&mut rng(83)).unwrap(), |_| true);
    clerk.cuts_snapshots(SnapshotSizes { least: 1, part: 1 << 20 });
    clerk.request(&mut rng(84)).unwrap().snapshot.remove(0)
}

pub fn make_snapshot() -> Value {
    let people = Organisation::founded();
    let part = part(&people);
    let (raw, whole) = open_snapshot(&part, &people.log, &people.aliya).unwrap();
    let mut aliya = member(&people.aliya, &people);
    let frame = Frame { items: Vec::new(), snapshot: Some(part.clone()), cursor: Vec::new() };
    aliya.take(&SyncRequest::default(), frame, &mut Default::default()).unwrap();
    let (case, _) = aliya.cases().map(|(case, line)| (*case, line.clone())).next().unwrap();
    let chunk = aliya.case(case).unwrap().replica.document().changes().next().unwrap().encode();
    json!({
        "part": hex(&encode(&part).unwrap()),
        "does_not_pack": hex(&raw),
        "packs": hex(&whole),
        "case": case.to_string(),
        "changes": [hex(&chunk)],
    })
}

pub fn snapshot(vector: &Value, aliya: &DeviceSecrets, log: &Log) {
    let part: Snapshot = decode(&bytes(&vector["part"]), 10_000).unwrap();
    let (raw, whole) = open_snapshot(&part, log, aliya).unwrap();
    assert_eq!(
        (hex(&raw), hex(&whole)),
        (vector["does_not_pack"].as_str().unwrap().into(), vector["packs"].as_str().unwrap().into())
    );
    let people = Organisation::founded();
    let mut device = member(aliya, &people);
    let frame = Frame { items: Vec::new(), snapshot: Some(part), cursor: Vec::new() };
    device.take(&SyncRequest::default(), frame, &mut Default::default()).unwrap();
    let case = vector["case"].as_str().unwrap().parse().unwrap();
    let chunks = device.case(case).unwrap().replica.document().changes().map(|change| hex(&change.encode())).collect::<Vec<_>>();
    assert_eq!(vector["changes"], json!(chunks));
    assert!(ParsedChange::parse(&bytes(&vector["changes"][0])).is_ok());
}

/// The clerk tells Aliya's device that the server has a change, and every secret that came with it.
pub fn make_acknowledgement() -> Value {
    let people = Organisation::founded();
    let (case, print) = (CaseId([0xca; 16]), [0x91; 16]);
    let items = vec![Carried::Acknowledged { case, changes: vec![(EnvelopeId([0x1d; 16]), print)], opened: true }];
    let file = seal_bundle(items, &[people.aliya.keys()], &people.clerk, &mut rng(85)).unwrap();
    let secret = CaseSecret::generate(&mut rng(86));
    let envelope = Envelope { case, id: secret.envelope_id(&[7; 32]), epoch: 0, sealed: vec![1, 2, 3] };
    json!({
        "file": hex(&file),
        "signer": people.clerk.id().to_string(),
        "case": case.to_string(),
        "changes": [[EnvelopeId([0x1d; 16]).to_string(), hex(&print)]],
        "opened": true,
        "print": { "sealed": hex(&envelope.sealed), "print": hex(&envelope.print()) },
    })
}

pub fn acknowledgement(vector: &Value, aliya: &DeviceSecrets) {
    let file = bytes(&vector["file"]);
    let pages: Vec<_> = open_bundle(&file, aliya).unwrap().collect();
    let [page] = &pages[..] else { panic!("{}", pages.len()) };
    assert_eq!(vector["signer"], page.signer().to_string());
    let [Carried::Acknowledged { case, changes, opened }] = &page.page().unwrap().items[..] else { panic!() };
    let changes: Vec<Value> = changes.iter().map(|(id, print)| json!([id.to_string(), hex(print)])).collect();
    assert_eq!((vector["case"].clone(), &vector["changes"]), (case.to_string().into(), &json!(changes)));
    assert_eq!(vector["opened"], *opened);
    let print = &vector["print"];
    let envelope = Envelope { case: *case, id: EnvelopeId([0; 16]), epoch: 0, sealed: bytes(&print["sealed"]) };
    assert_eq!(bytes(&print["print"]), envelope.print());
}
