//! What somebody who has the case's key seals that is no change at all, or one told so that reading it would cost too much.

use habeas_client_core::case::{Fields, Scalar};
use habeas_client_core::keys::seal_signed;
use habeas_client_core::sync::{BadChange, Outcome, ParsedChange, Refusal};
use habeas_protocol::{Envelope, signed_change};

use super::chunks::{signed, unsigned};
use super::{CASE, Ground, Is, Killer, bomb, stored, waits_for};

/// Payloads that tell a change: with its names whole, and with short ones.
const WHOLE: u8 = 2;
const SHORT: u8 = 4;

pub fn killers(ground: &Ground) -> Vec<Killer> {
    let all = [heads(ground), facts(ground), bombs(ground), others(ground)].into_iter().flatten();
    let bad =
        |(what, payload, bad)| Killer { what, is: Is::Payload(payload), seq: 3, outcome: Outcome::Refused(Refusal::Change(bad)) };
    all.map(bad).chain([upon_nothing(ground)]).collect()
}

type Case = (&'static str, Vec<u8>, BadChange);

/// A payload of that version with a signature that nobody comes to look at.
fn payload(version: u8, head: &[u8], packed: &[u8]) -> Vec<u8> {
    [&[version], [7; 64].as_slice(), head, packed].concat()
}

/// The head of Dana's third change, with its names whole or short.
fn head(ground: &Ground, version: u8) -> Vec<u8> {
    let (dep, actor) = if version == WHOLE { (32, 16) } else { (6, 4) };
    let mut head = unsigned(ground.heads.len() as u64);
    ground.heads.iter().for_each(|hash| head.extend(&hash[..dep]));
    head.extend(&ground.dana()[..actor]);
    [3, ground.next].iter().for_each(|&number| head.extend(unsigned(number)));
    head
}

fn heads(ground: &Ground) -> Vec<Case> {
    let note = stored(&[&[1, 1, 4], b"kind".as_slice(), &[6, 4], b"note"].concat());
    let beginning = |version, start_op| {
        let head = head(ground, version);
        let kept = head.len() - unsigned(ground.next).len();
        payload(version, &[&head[..kept], &unsigned(start_op)].concat(), &note)
    };
    let claiming = |version, deps| payload(version, &unsigned(deps), &note);
    vec![
        ("told whole from the last of all operations on", beginning(WHOLE, u64::MAX), BadChange::Header),
        ("told from the last of all operations on", beginning(SHORT, u64::MAX), BadChange::Header),
        ("told from one operation too far on", beginning(SHORT, 1 << 31), BadChange::Header),
        ("told whole upon more than there can be", claiming(WHOLE, 1 << 60), BadChange::TooMany),
        ("told upon more than there can be", claiming(SHORT, 1 << 60), BadChange::TooMany),
        ("told upon five short names", claiming(SHORT, 5), BadChange::TooMany),
    ]
}

fn facts(ground: &Ground) -> Vec<Case> {
    let told = |said: &[u8]| payload(SHORT, &head(ground, SHORT), &stored(said));
    let huge = unsigned(1 << 60);
    let field = |name: &[u8], kind: u8| [unsigned(name.len() as u64).as_slice(), name, &[kind]].concat();
    // As many fields as there is room for, each in four bytes and in its order.
    let letters = || (b'a'..=b'z').chain(b'0'..=b'9').collect::<std::collections::BTreeSet<u8>>();
    let names = || {
        letters()
            .into_iter()
            .flat_map(move |a| letters().into_iter().flat_map(move |b| letters().into_iter().map(move |c| [a, b, c])))
    };
    let many: Vec<u8> = [unsigned(1), unsigned(names().count() as u64)]
        .into_iter()
        .chain(names().map(|name| field(&name, 1)))
        .flatten()
        .collect();
    let far = [vec![1, 2], field(b"a", 4), signed(i64::MAX), field(b"b", 4), signed(i64::MAX), vec![0]].concat();
    vec![
        ("told with more facts than there can be", told(&huge), BadChange::TooMany),
        ("told with more fields than there can be", told(&[&[1], huge.as_slice()].concat()), BadChange::TooMany),
        ("told with a name longer than everything", told(&[&[1, 1], huge.as_slice()].concat()), BadChange::TooMany),
        ("told with a text longer than everything", told(&[&[1, 1, 1, b'a', 6], huge.as_slice()].concat()), BadChange::TooMany),
        ("told with fields that fill it", told(&many), BadChange::TooMany),
        ("told without a fact", told(&[0]), BadChange::Operation),
        ("told with a field twice", told(&[&[1, 2], field(b"a", 1).as_slice(), &field(b"a", 1)].concat()), BadChange::Operation),
        ("told with a value that is none", told(&[1, 1, 1, b'a', 3]), BadChange::Operation),
        ("told with numbers that wrap and something behind", told(&far), BadChange::CutOff),
        ("told with a text that is none", told(&[1, 1, 1, b'a', 6, 1, 0xff]), BadChange::Text),
    ]
}

fn bombs(ground: &Ground) -> Vec<Case> {
    let zeros = bomb(&[], 200 << 20);
    let witnessed = |version, length: u16| {
        let payload = payload(version, &head(ground, SHORT), &stored(&[0]));
        [&payload[..1], &length.to_be_bytes(), &[0xff; 600], &payload[1..]].concat()
    };
    vec![
        ("packed as it is", payload(1, &[], &zeros), BadChange::Packed),
        ("packed and told whole", payload(WHOLE, &head(ground, WHOLE), &zeros), BadChange::Packed),
        ("packed and told", payload(SHORT, &head(ground, SHORT), &zeros), BadChange::Packed),
        ("packed by nobody", payload(SHORT, &head(ground, SHORT), &[0xff; 40]), BadChange::Packed),
        ("a witness longer than everything", witnessed(5, u16::MAX), BadChange::CutOff),
        ("a witness longer than allowed", witnessed(5, 513), BadChange::Header),
        ("a witness that is none", witnessed(3, 40), BadChange::Header),
    ]
}

fn others(_: &Ground) -> Vec<Case> {
    vec![
        ("nothing under the seal", vec![], BadChange::Version),
        ("a payload of version 0", payload(0, &[], &[]), BadChange::Version),
        ("a payload that a later version may know", payload(200, &[1; 40], &[]), BadChange::Version),
        ("a fact key too short", vec![6; 32], BadChange::Version),
        ("a payload without room for a signature", vec![SHORT; 40], BadChange::CutOff),
    ]
}

/// A true change of Dana's device upon a thousand that nobody has, as it is told.
fn upon_nothing(ground: &Ground) -> Killer {
    let deps: Vec<[u8; 32]> = (0..1024).map(invented).collect();
    let envelope = ground.third(deps.clone());
    Killer { what: "told whole upon a thousand that nobody has", is: Is::Sealed(envelope), seq: 3, outcome: waits_for(&deps) }
}

/// The name of a change that there is not; greater numbers have greater ones.
fn invented(number: u32) -> [u8; 32] {
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&number.to_be_bytes());
    hash
}

impl Ground {
    /// A true change of Dana's device upon one that nobody has.
    pub fn upon_nothing(&self, number: u32) -> Envelope {
        self.third(vec![invented(number)])
    }

    fn third(&self, deps: Vec<[u8; 32]>) -> Envelope {
        let fields = Fields::from([("kind".to_owned(), Scalar::Text("note".to_owned()))]);
        let (actor, seq) = (self.dana(), 3);
        let change = ParsedChange { hash: [0; 32], deps, actor, seq, start_op: self.next, facts: vec![fields] };
        let change = ParsedChange::parse(&change.encode()).unwrap();
        let signature = self.people.dana.sign(&signed_change(CASE, actor, seq, change.hash));
        seal_signed(CASE, (0, &self.secret), &self.secret, signature, &change).unwrap()
    }
}
