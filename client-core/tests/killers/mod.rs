//! What is known to kill, exhaust or mislead Automerge, or would our own reader, and what becomes of each. One table: tests of admission try
//! it, one measures what memory each takes, and fuzzing begins from it.
#![allow(dead_code, reason = "each test file uses some of these")]

pub mod chunks;
pub mod payloads;
pub mod spelled;

use habeas_client_core::case::Written;
use habeas_client_core::keys::{CaseSecret, DeviceSecrets, seal, seal_payload};
use habeas_client_core::sync::{CaseKeys, Outcome, Parked, ParsedChange, Replica};
use habeas_protocol::{CaseId, Envelope, signed_change};
use sha2::{Digest, Sha256};

use crate::people::{Organisation, name, restrained, rng};

/// The case that they are tried upon.
pub const CASE: CaseId = CaseId([0xca; 16]);

/// Two changes of Dana's, and what it takes to write a third.
pub struct Ground {
    pub people: Organisation,
    pub secret: CaseSecret,
    pub keys: CaseKeys,
    pub replica: Replica,
    /// The changes that a next one is written upon.
    pub heads: Vec<[u8; 32]>,
    /// The number of its first operation.
    pub next: u64,
}

impl Ground {
    pub fn new() -> Self {
        let people = Organisation::founded();
        let secret = CaseSecret::generate(&mut rng(42));
        let mut keys = CaseKeys::default();
        keys.add(0, secret.clone());
        let mut dana = Replica::new(CASE);
        let actor = people.dana.keys().actor(0);
        let both = [name("Serik"), restrained("12:05")].map(|draft| {
            let written = dana.write(actor, &[draft]).unwrap();
            seal(CASE, (0, &secret), &secret, &people.dana, actor, &written).unwrap()
        });
        let mut replica = Replica::new(CASE);
        replica.receive(&both, &keys, &people.log);
        let heads = replica.document().heads();
        let next = replica.document().changes().map(ParsedChange::max_op).max().unwrap() + 1;
        Self { people, secret, keys, replica, heads, next }
    }

    /// Dana's actor.
    pub fn dana(&self) -> [u8; 16] {
        self.people.dana.keys().actor(0)
    }

    /// The name of a fact of Dana's third change.
    pub fn own(&self, number: u32) -> String {
        self.fact_of(self.dana(), 3, number)
    }

    pub fn fact_of(&self, actor: [u8; 16], seq: u64, number: u32) -> String {
        let actor: String = actor.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{actor}.{seq}.{number}")
    }

    /// As it may come: a chunk byte by byte under the name of what it is, and if it is a change of ours as that is told, too.
    pub fn envelopes(&self, killer: &Killer) -> Vec<Envelope> {
        let (chunk, device) = match &killer.is {
            Is::Payload(payload) => {
                return vec![seal_payload(CASE, (0, &self.secret), self.secret.envelope_id(&[7; 32]), payload)];
            }
            Is::Sealed(envelope) => return vec![envelope.clone()],
            Is::Chunk(chunk, by) => (chunk, by(&self.people)),
        };
        let (actor, hash) = (device.keys().actor(0), hash_of(chunk));
        let signature = device.sign(&signed_change(CASE, actor, killer.seq, hash));
        let payload = [&[1], signature.0.as_slice(), &stored(chunk)].concat();
        let as_it_is = seal_payload(CASE, (0, &self.secret), self.secret.envelope_id(&hash), &payload);
        let told = ParsedChange::parse(chunk).is_ok().then(|| {
            let written = Written { chunk: chunk.clone(), hash, seq: killer.seq, facts: vec![] };
            seal(CASE, (0, &self.secret), &self.secret, device, actor, &written).unwrap()
        });
        [as_it_is].into_iter().chain(told).collect()
    }

    /// Every one that is known.
    pub fn killers(&self) -> Vec<Killer> {
        [spelled::killers(self), chunks::killers(self), payloads::killers(self)].into_iter().flatten().collect()
    }
}

/// One of them.
pub struct Killer {
    pub what: &'static str,
    pub is: Is,
    /// The number that its author signs.
    pub seq: u64,
    pub outcome: Outcome,
}

/// What is sent.
pub enum Is {
    /// A chunk that its author signs.
    Chunk(Vec<u8>, fn(&Organisation) -> &DeviceSecrets),
    /// What stands under the case's seal.
    Payload(Vec<u8>),
    /// What somebody who could seal anything has sealed.
    Sealed(Envelope),
}

/// The hash of a chunk: it covers what follows the checksum.
pub fn hash_of(chunk: &[u8]) -> [u8; 32] {
    Sha256::digest(&chunk[8..]).into()
}

/// Raw deflate that stores its input as it is.
pub fn stored(plain: &[u8]) -> Vec<u8> {
    packed(&[plain], flate2::Compression::none())
}

/// Raw deflate of these one after another, never all of them in memory.
pub fn packed(parts: &[&[u8]], level: flate2::Compression) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
    parts.iter().for_each(|part| encoder.write_all(part).unwrap());
    encoder.finish().unwrap()
}

/// So many zeros after these, packed.
pub fn bomb(before: &[u8], zeros: usize) -> Vec<u8> {
    let block = vec![0; 1 << 20];
    let parts: Vec<&[u8]> = std::iter::once(before).chain((0..zeros >> 20).map(|_| block.as_slice())).collect();
    packed(&parts, flate2::Compression::best())
}

/// It waits for these.
pub fn waits_for(deps: &[[u8; 32]]) -> Outcome {
    Outcome::Parked(Parked::Dependencies(deps.to_vec()))
}
